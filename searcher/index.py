"""The whole river: archives in, an index on disk, queries answered with passages. The only module that sees all of it.

build:   paths ─► sources ─► readers ─► analysis ─► engine ─► manifest
search:  text ─► parse ─► analyse ─► engine ─► passages ─► Results
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import date as Date
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TypeVar

from searcher import analysis, engines, manifest, readers, sources
from searcher.article import Article
from searcher.engines.protocol import Found, Reader, Sort
from searcher.errors import IndexDamaged, NotFound, Unreadable, UsageError
from searcher.passages import highlights, passages
from searcher.query import dates
from searcher.query.analyse import Analysed, Required, analyse
from searcher.query.parse import parse
from searcher.results import Hit, Note, Results

MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did: articles indexed, files read, failures in the order met, seconds taken."""

    articles: int
    files: int
    failures: tuple[Failure, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: articles so far, bytes of the inputs read so far and in all (0 when unknown)."""

    articles: int
    done: int
    total: int


def build(
    folder: str | os.PathLike[str],
    paths: Iterable[str | os.PathLike[str]],
    *,
    engine: str = engines.DEFAULT,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Indexes everything that `paths` hold into a new index in `folder`, beside the one there, and swaps them at the end.

    Searches meet the old index until then, and keep it when the build fails or is interrupted. `progress` is called after
    every article. Raises UsageError when there is nothing to index, IndexLocked, WriteFailed; inputs that cannot be read
    are in the report.
    """
    began = perf_counter()
    place = Path(folder)
    given = [os.fspath(path) for path in paths]
    kept = list(sources.sources(given))
    if not kept:
        raise UsageError(f"nothing to index in {', '.join(given) or 'no path'}")
    failures: list[Failure] = []
    chosen = engines.load(engine)
    with manifest.writing(place) as generation:
        writer = chosen.create(generation)
        try:
            count = 0
            for article in _articles(kept, failures, progress):
                writer.add(analysis.entry(article))
                count += 1
            writer.commit()
        finally:
            writer.close()
        manifest.publish(
            place,
            manifest.Manifest(
                generation=generation.name,
                engine=chosen.name,
                engine_version=chosen.version,
                fingerprint=analysis.FINGERPRINT,
                articles=count,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                paths=tuple(str(Path(path).absolute()) if path != "-" else path for path in given),
            ),
        )
    return Report(count, len(kept), tuple(failures), perf_counter() - began)


def _articles(
    kept: list[sources.Source | Unreadable],
    failures: list[Failure],
    progress: Callable[[Progress], None] | None,
) -> Iterator[Article]:
    """The articles of all sources, each with an identifier of its own; what cannot be read is added to `failures`."""
    total = sum(source.size for source in kept if isinstance(source, sources.Source))
    before = at = count = 0
    taken: set[bytes] = set()

    def watch(position: int) -> None:
        nonlocal at
        at = position

    for source in kept:
        if isinstance(source, Unreadable):
            path, _, reason = str(source).partition(": ")
            failures.append(Failure(path, reason))
            continue
        at = 0
        for article in readers.read(source, watch=watch):
            if isinstance(article, readers.Problem):
                failures.append(Failure(article.path, article.reason))
                continue
            count += 1
            yield _distinct(article, taken)
            if progress is not None:
                progress(Progress(count, before + at, total))
        before += source.size


def _distinct(article: Article, taken: set[bytes]) -> Article:
    """The article, its identifier extended by its place in the archive when another article has it already."""
    identifier = article.id
    attempt = 0
    while (key := blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=12).digest()) in taken:
        attempt += 1
        place = f"{article.path}\0{article.place}\0{attempt}".encode("utf-8", "surrogatepass")
        identifier = f"{article.id}~{blake2b(place, digest_size=3).hexdigest()}"
    taken.add(key)
    return article if identifier == article.id else replace(article, id=identifier)


def locate(folder: str | os.PathLike[str] | None = None) -> Path:
    """Which index to use: the one named, else `$SEARCHER_INDEX`, else the nearest `index/` upwards that holds one, else the
    user's data folder. The answer need not exist."""
    if folder is not None:
        return Path(folder)
    if named := os.environ.get("SEARCHER_INDEX"):
        return Path(named)
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "index" / manifest.NAME).is_file():
            return parent / "index"
    data = os.environ.get("XDG_DATA_HOME") or (Path.home() / ".local" / "share")
    return Path(data) / "searcher" / "index"


def open(folder: str | os.PathLike[str] | None = None) -> Index:
    """Opens an index for searching (`locate` says which, without `folder`).

    Raises IndexMissing, IndexForeign (it must be rebuilt) or IndexDamaged.
    """
    return Index(locate(folder))


def analyze(text: str) -> list[tuple[str, str, str]]:
    """The words of a text as they are indexed: as printed, folded, and its stem."""
    return [(text[token.start : token.end], token.word, token.stem) for token in analysis.tokenize(text)]


class Index:
    """An index open for searching; a context manager. It shows the state it was opened at, also during a rebuild."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = manifest.read(folder, fingerprint=analysis.FINGERPRINT)
        manifest.verify(folder, self.manifest)
        self._reader: Reader = engines.load(self.manifest.engine).open(folder / self.manifest.generation)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()

    def __len__(self) -> int:
        return self._reader.count()

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        page: int = 1,
        match: Required | str = Required.AUTO,
        sort: Sort | str = Sort.RELEVANCE,
        since: str | None = None,
        until: str | None = None,
        passages: int = 2,
        explain: bool = False,
        today: Date | None = None,
    ) -> Results:
        """The answer to `query`, in the language of docs/query-language.md.

        `limit`: hits a page, 1…1000; `page` counts from 1; `match`: auto, all, any; `sort`: relevance, date, -date;
        `since` and `until`: dates as people write them, both included; `passages`: at most so many a hit; `explain` fills
        `hit.parts` and `hit.matched`; `today` is what relative dates are measured from.

        Raises QueryError beyond a documented limit, DateError, UsageError for an option out of range.
        """
        began = perf_counter()
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(f"a page holds 1 to {MAX_LIMIT} hits, not {limit}")
        if page < 1:
            raise UsageError(f"pages count from 1, not {page}")
        if passages < 0:
            raise UsageError(f"{passages} passages cannot be shown; give 0 or more")
        required, order = _choice(Required, match, "match"), _choice(Sort, sort, "sort")
        now = today or Date.today()
        parsed = parse(query, today=now)
        analysed = analyse(parsed, self._reader, required=required, period=_period(since, until, now), today=now)
        matches = self._reader.search(
            analysed.plan, limit=limit, offset=(page - 1) * limit, sort=order, explain=explain
        )
        relaxed, notes = False, list(analysed.notes)
        if not matches.total and analysed.relaxed is not None:
            fewer = self._reader.search(
                analysed.relaxed, limit=limit, offset=(page - 1) * limit, sort=order, explain=explain
            )
            if fewer.total:
                matches, relaxed = fewer, True
                notes.append(Note("relaxed", "no article has all the words; these have most of them", 0, len(query)))
        hits = tuple(
            self._hit(found, (page - 1) * limit + rank, analysed, passages, explain)
            for rank, found in enumerate(matches.found, 1)
        )
        return Results(
            query=query,
            parsed=str(parsed.root),
            total=matches.total,
            hits=hits,
            page=page,
            relaxed=relaxed,
            notes=tuple(notes),
            took_ms=(perf_counter() - began) * 1000,
        )

    def _hit(self, found: Found, rank: int, analysed: Analysed, limit: int, explain: bool) -> Hit:
        article = found.article
        titled = tuple(mark for mark in analysed.marks if mark.in_title)
        return Hit(
            rank=rank,
            score=found.score,
            article=article,
            passages=passages(article.text, analysed.marks, limit=limit),
            title_highlights=highlights(article.title, titled),
            parts=found.parts,
        )

    def get(self, identifier: str) -> Article:
        """The article with this identifier. Raises NotFound."""
        article = self._reader.fetch(identifier)
        if article is None:
            raise NotFound(f"no article is called {identifier!r}; find identifiers with: search WORDS")
        return article

    def articles(self) -> Iterator[Article]:
        """Every article, in the order it was indexed."""
        return self._reader.articles()

    def check(self) -> list[str]:
        """What is wrong with the index, a line each; reads every file and every posting. An empty list: nothing."""
        try:
            manifest.verify(self.folder, self.manifest, thorough=True)
        except IndexDamaged as error:
            return [str(error)]
        found = self._reader.check()
        if len(self) != self.manifest.articles:
            found.append(f"{len(self)} articles are stored and the manifest says {self.manifest.articles}")
        return found


Choice = TypeVar("Choice", Required, Sort)


def _choice(kind: type[Choice], value: Choice | str, name: str) -> Choice:
    with suppress(ValueError):
        return kind(value)
    raise UsageError(f"{name} can be {', '.join(each.value for each in kind)}, not {value!r}")


def _period(since: str | None, until: str | None, today: Date) -> dates.Period | None:
    if since is None and until is None:
        return None
    start = dates.since(since, today=today).start if since is not None else None
    end = dates.until(until, today=today).end if until is not None else None
    if start is not None and end is not None and start >= end:
        raise UsageError(f"the period from {since} until {until} is empty; swap the two")
    return dates.Period(start, end)
