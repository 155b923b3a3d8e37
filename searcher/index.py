"""The whole river: archives in, an index on disk, queries answered with passages. The only module that sees all of it.

build:   paths ─► sources ─► readers ─► analysis ─► engine ─► manifest
search:  text ─► parse ─► analyse ─► engine ─► passages ─► Results
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import date as Date
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Final, TypeVar

from searcher import analysis, engines, manifest, readers, sources
from searcher.advice import advise
from searcher.analysis import names
from searcher.article import ID, Article
from searcher.engines.protocol import Found, Matches, Reader, Sort
from searcher.errors import IndexDamaged, NotFound, Unreadable, UsageError
from searcher.passages import highlights, printed
from searcher.passages import passages as select
from searcher.query import dates
from searcher.query.analyse import Analysed, Required, analyse, least
from searcher.query.parse import parse
from searcher.query.plan import AllOf, Plan, Term
from searcher.results import Hit, Note, Results, Why

MAX_LIMIT = 1000

BUILT_IN: Final = ""
"""For `variants`: the list of names that comes with the program."""

Variants = str | os.PathLike[str] | None


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
            with _few_collections():
                for article in _articles(kept, failures, progress):
                    writer.add(analysis.entry(article))
                    count += 1
            if failures and not count:
                raise UsageError(f"nothing could be read: {failures[0].path}: {failures[0].reason}")
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


@contextmanager
def _few_collections() -> Iterator[None]:
    """A build makes millions of objects and no cycles; looking for cycles as often as Python does costs a quarter of it."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


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
            path, _, reason = str(source).rpartition(": ")
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


def syntax() -> str:
    """The page on the query language, as in docs/query-language.md."""
    return (Path(__file__).parent / "query" / "syntax.md").read_text("utf-8").rstrip()


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
        variants: Variants = BUILT_IN,
        today: Date | None = None,
    ) -> Results:
        """The answer to `query`, in the language of docs/query-language.md.

        `limit`: hits a page, 1…1000; `page` counts from 1; `match`: auto, all, any; `sort`: relevance, date, -date;
        `since` and `until`: dates as people write them, both included; `passages`: at most so many a hit; `explain` fills
        `hit.parts` and `hit.matched`; `variants`: the names that are widened to their other spellings (the list that comes
        with the program, a file that is read before it, or None for no widening); `today` is what relative dates are
        measured from.

        Raises QueryError beyond a documented limit, DateError, UsageError for an option out of range.
        """
        began = perf_counter()
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(f"a page holds 1 to {MAX_LIMIT} hits, not {limit}")
        if page < 1:
            raise UsageError(f"pages count from 1, not {page}")
        if passages < 0:
            raise UsageError(f"{passages} passages cannot be shown; give 0 or more")
        order = _choice(Sort, sort, "sort")
        analysed = self._analysed(query, match, since, until, variants, today)
        first = (page - 1) * limit
        _, relaxed, matches = self._matches(analysed, limit=limit, offset=first, sort=order, explain=explain)
        hits = tuple(
            _hit(found, first + rank, analysed, passages=passages, explain=explain)
            for rank, found in enumerate(matches.found, 1)
        )
        notes = analysed.notes
        if relaxed:
            words = sum(not part.filter for part in analysed.parts)
            message = (
                "no article has both words; these have one of them"
                if words == 2
                else f"no article has all {words} words; these have at least {least(words)} of them"
            )
            notes += (Note("relaxed", message, 0, len(query)),)
        return Results(
            query=query,
            parsed=analysed.parsed,
            total=matches.total,
            hits=hits,
            page=page,
            relaxed=relaxed,
            notes=notes,
            took_ms=(perf_counter() - began) * 1000,
            help=None if matches.total else advise(analysed, self._reader),
        )

    def _analysed(
        self,
        query: str,
        match: Required | str,
        since: str | None,
        until: str | None,
        variants: Variants,
        today: Date | None,
    ) -> Analysed:
        now = today or Date.today()
        return analyse(
            parse(query, today=now),
            self._reader,
            required=_choice(Required, match, "match"),
            period=_period(since, until, now),
            names=_names(variants),
            today=now,
        )

    def _matches(
        self, analysed: Analysed, *, limit: int, offset: int, sort: Sort, explain: bool
    ) -> tuple[Plan, bool, Matches]:
        """What the plan finds, or, when that is nothing, what the relaxed one does."""
        for plan in filter(None, (analysed.plan, analysed.relaxed)):
            matches = self._reader.search(plan, limit=limit, offset=offset, sort=sort, explain=explain)
            if matches.total:
                return plan, plan is analysed.relaxed, matches
        return analysed.plan, False, Matches(0, ())

    def why(
        self,
        query: str,
        identifier: str,
        *,
        match: Required | str = Required.AUTO,
        since: str | None = None,
        until: str | None = None,
        variants: Variants = BUILT_IN,
        today: Date | None = None,
    ) -> Why:
        """Why the article `identifier` is, or is not, in the answer to `query`; the options are those of `search`.

        Raises NotFound for an identifier of no article, and what `search` raises.
        """
        article = self.get(identifier)
        analysed = self._analysed(query, match, since, until, variants, today)
        held = tuple(
            (part.label, bool(self._reader.count_of(Plan(AllOf((Term(ID, identifier), part.match))))))
            for part in analysed.parts
        )
        plan, relaxed, matches = self._matches(analysed, limit=MAX_LIMIT, offset=0, sort=Sort.RELEVANCE, explain=False)
        ranks = {found.article.id: rank for rank, found in enumerate(matches.found, 1)}
        hit = None
        if identifier in ranks:
            alone = Plan(AllOf((Term(ID, identifier), plan.match)), plan.score)
            found = self._reader.search(alone, limit=1, explain=True).found[0]
            hit = _hit(found, ranks[identifier], analysed, passages=2, explain=True)
        return Why(article, held, ranks.get(identifier), matches.total, relaxed, hit)

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


def _hit(found: Found, rank: int, analysed: Analysed, *, passages: int, explain: bool) -> Hit:
    article, marks = found.article, analysed.marks
    titled = tuple(mark for mark in marks if mark.in_title)
    return Hit(
        rank=rank,
        score=found.score,
        article=article,
        passages=select(article.text, marks, limit=passages),
        title_highlights=highlights(article.title, titled),
        parts=found.parts,
        matched=printed(article.title, article.text, marks) if explain else (),
    )


def _names(variants: Variants) -> tuple[names.Names, ...]:
    if variants is None:
        return ()
    if variants == BUILT_IN:
        return (names.built_in(),)
    return names.read(Path(variants)), names.built_in()


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
