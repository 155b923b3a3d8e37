"""Saved searches: a name → a question to an index, and what came since it was asked last.

    $XDG_CONFIG_HOME/searcher/saved.toml    the questions: plain text, for a person to read, edit and keep under version control
    $XDG_STATE_HOME/searcher/seen.json      for each question and index, the serial up to which everything was shown

An alert is the same question to the same engine, asked of the articles whose content came into the archive later
(`added_after`). It has exactly the search's meaning, but it never falls back to articles that have only some of the words.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from searcher.archive.index import Index
from searcher.archive.locate import locate
from searcher.errors import NotFound, UsageError, WriteFailed, reason
from searcher.messages import Message
from searcher.query.ask import Ask, Required
from searcher.results.values import Hit
from searcher.values import Value, replace

NAME = re.compile(r"[\w][\w .-]{0,63}")


class Saved(Value):
    """A saved search: `ask` is asked of the index at `index`, an absolute path. `created`: when, ISO 8601 in UTC."""

    name: str
    ask: Ask
    index: str
    note: str = ""
    created: str = ""


class News(Value):
    """What is new for a saved search: `hits` in the order of the question, from articles that came after serial `after` up to
    `newest`. `changed` are the identifiers of those that were in the archive before, with another title, text or date.
    `restarted`: the index was made anew, so that everything it finds is shown."""

    saved: Saved
    hits: tuple[Hit, ...]
    after: int
    newest: int
    restarted: bool = False
    changed: tuple[str, ...] = ()


class SavedSearches:
    """The saved searches of a person. `file` and `state`: where they are kept, else below the XDG folders."""

    def __init__(self, file: str | os.PathLike[str] | None = None, state: str | os.PathLike[str] | None = None) -> None:
        self.file = Path(file) if file else _folder("XDG_CONFIG_HOME", ".config") / "saved.toml"
        self.state = Path(state) if state else _folder("XDG_STATE_HOME", ".local/state") / "seen.json"

    def __iter__(self) -> Iterator[Saved]:
        """The saved searches by name. Raises UsageError when the file cannot be read, with the line that is wrong."""
        return iter(sorted(self._read(), key=lambda each: each.name))

    def get(self, name: str) -> Saved:
        """The saved search of that name. Raises NotFound."""
        for each in self:
            if each.name == name:
                return each
        raise NotFound(Message("saved.unknown", name=name))

    def save(
        self, name: str, ask: Ask, *, index: str | os.PathLike[str] | None = None, note: str = "", again: bool = False
    ) -> Saved:
        """Saves a question under a name; what the index holds now counts as seen.

        `again` replaces a search of that name. Raises UsageError for a name that is taken or is no name, WriteFailed, and what
        opening the index raises.
        """
        if not NAME.fullmatch(name):
            raise UsageError(Message("saved.name", name=name))
        folder = locate(index).absolute()
        others = [each for each in self if each.name != name]
        if len(others) < len(list(self)) and not again:
            raise UsageError(Message("saved.exists", name=name))
        saved = Saved(name, ask, str(folder), note, datetime.now(UTC).isoformat(timespec="seconds"))
        with Index(folder) as opened:
            opened.search(ask, limit=1, passages=0)  # a question that cannot be asked is not saved
            about = opened.about
        _write(self.file, _toml([*others, saved]))
        self._see({_key(saved): (about.lineage, about.newest)})
        return saved

    def forget(self, name: str) -> None:
        """Removes a saved search. Raises NotFound, WriteFailed."""
        gone = self.get(name)
        _write(self.file, _toml([each for each in self if each.name != name]))
        state = self._seen()
        if state.pop(_key(gone), None) is not None:
            _write(self.state, json.dumps(state))

    def news(self, names: Iterable[str] = (), *, peek: bool = False) -> Iterator[News]:
        """What is new for the saved searches of these names (none given: for all of them), one after the other.

        A search whose News was taken from the iterator counts as shown once the next one is asked for, or the iterator ends;
        with `peek` nothing counts as shown. Raises NotFound for a name that is not saved, and what `search` raises.
        """
        wanted = [self.get(name) for name in names] or list(self)
        seen, shown = self._seen(), dict[str, tuple[str, int]]()
        try:
            for folder in dict.fromkeys(saved.index for saved in wanted):
                with Index(Path(folder)) as opened, opened.pinned() as index:
                    about = index.about
                    edited: dict[int, frozenset[str]] = {}  # asked for once for all searches that saw the same
                    for saved in (each for each in wanted if each.index == folder):
                        lineage, serial = seen.get(_key(saved), (about.lineage, 0))
                        restarted = lineage != about.lineage
                        after = 0 if restarted else serial
                        hits = tuple(index.every(strict(saved.ask), added_after=after, passages=1))
                        if hits and not restarted and after not in edited:
                            edited[after] = index.edited(after)
                        changed = tuple(hit.article.id for hit in hits if hit.article.id in edited.get(after, ()))
                        yield News(saved, hits, after, about.newest, restarted, changed)
                        shown[_key(saved)] = about.lineage, about.newest
        finally:
            if shown and not peek:
                self._see(shown)

    def matching(
        self, paths: Iterable[str | os.PathLike[str]], names: Iterable[str] = ()
    ) -> Iterator[tuple[Saved, Hit]]:
        """Which saved searches the articles in some files meet (`-` is standard input), and the article that meets each.

        The files are read and indexed as `update` reads them, in a folder that is removed afterwards.
        Raises UsageError when they hold no article, and what `search` raises.
        """
        from searcher.indexing.update import build  # here: only a program that matches files builds an index

        wanted = [self.get(name) for name in names] or list(self)
        with tempfile.TemporaryDirectory(prefix="searcher-match-") as folder:
            report = build(Path(folder) / "index", paths, jobs=1)
            if not report.articles:
                if report.failures:
                    raise UsageError(Message("saved.no-article-because", reason=report.failures[0].reason))
                raise UsageError(Message("saved.no-article"))
            with Index(Path(folder) / "index") as index:
                for saved in wanted:
                    for hit in index.every(strict(saved.ask), passages=1):
                        yield saved, hit

    def _read(self) -> list[Saved]:
        try:
            raw = tomllib.loads(self.file.read_text("utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise UsageError(Message("saved.unreadable", file=self.file, error=reason(error))) from error
        found = []
        for name, entry in raw.items():
            try:
                found.append(_saved(name, entry))
            except (UsageError, TypeError, KeyError, AttributeError, ValueError) as error:
                raise UsageError(Message("saved.unclear", file=self.file, name=name, error=error)) from error
        return found

    def _seen(self) -> dict[str, tuple[str, int]]:
        """Key of a search → lineage and serial up to which everything was shown."""
        with suppress(OSError, ValueError, TypeError, AttributeError):
            raw = json.loads(self.state.read_text("utf-8"))
            return {str(key): (str(lineage), int(serial)) for key, (lineage, serial) in raw.items()}
        return {}

    def _see(self, shown: Mapping[str, tuple[str, int]]) -> None:
        _write(self.state, json.dumps({**self._seen(), **shown}))


def strict(ask: Ask) -> Ask:
    """The question without its fallback: an alert must not fire on articles that have only some of the words."""
    return replace(ask, match=Required.ALL) if ask.match is Required.AUTO else ask


def _key(saved: Saved) -> str:
    return f"{saved.index}\n{saved.name}"


def _folder(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / default) / "searcher"


# ── the file ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_DEFAULT = Ask("")
_PLAIN = ("match", "sort", "since", "until")


def _saved(name: str, entry: Mapping[str, Any]) -> Saved:
    known = {"query", "index", "note", "created", "filters", "variants", *_PLAIN}
    if unknown := set(entry) - known:
        raise UsageError(Message("saved.key", keys=", ".join(sorted(unknown))))
    filters = {field: [value or None for value in values] for field, values in entry.get("filters", {}).items()}
    options: dict[str, Any] = {key: entry[key] for key in _PLAIN if key in entry}
    if "variants" in entry:
        options["variants"] = entry["variants"] or None
    ask = Ask(entry["query"], filters=filters, timeout=None, **options)
    return Saved(name, ask, str(entry["index"]), str(entry.get("note", "")), str(entry.get("created", "")))


def _toml(searches: Iterable[Saved]) -> str:
    """The searches as TOML, which `tomllib` reads and nothing in Python's library writes."""
    blocks = ["# Saved searches of `searcher`. Each table is one; `searcher saved` lists them.\n"]
    for saved in sorted(searches, key=lambda each: each.name):
        lines = [f"[{_text(saved.name)}]", f"query = {_text(saved.ask.query)}", f"index = {_text(saved.index)}"]
        for key in _PLAIN:
            value = getattr(saved.ask, key)
            if value != getattr(_DEFAULT, key):
                lines.append(f"{key} = {_text(str(value))}")
        if saved.ask.variants != _DEFAULT.variants:
            lines.append(f"variants = {_text(os.fspath(saved.ask.variants or ''))}")
        if saved.ask.filters:
            made = ", ".join(
                f"{field} = [{', '.join(_text(value or '') for value in values)}]"
                for field, values in saved.ask.filters
            )
            lines.append(f"filters = {{ {made} }}")
        lines += [f"note = {_text(saved.note)}"] if saved.note else []
        blocks.append("\n".join([*lines, f"created = {_text(saved.created)}", ""]))
    return "\n".join(blocks)


def _text(value: str) -> str:
    """A TOML basic string: JSON's, but for DEL and lone surrogates."""
    written = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return written.encode("utf-8", "replace").decode("utf-8")


def _write(path: Path, written: str) -> None:
    """Replaces a file in one step. Raises WriteFailed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".new-", delete=False
        ) as stream:
            try:
                stream.write(written)
                stream.flush()
                os.fsync(stream.fileno())
                os.replace(stream.name, path)
            except BaseException:
                os.unlink(stream.name)
                raise
    except OSError as error:
        raise WriteFailed(Message("saved.not-written", path=path, error=reason(error))) from error
