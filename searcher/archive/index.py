"""An index open for searching: text ─► parse ─► analyse ─► engine ─► passages ─► Results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date as Date
from itertools import islice
from math import inf
from pathlib import Path
from time import monotonic, perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeVar

from searcher import analysis, engines
from searcher.analysis import names
from searcher.article import ID, STEMS, Article
from searcher.engines.protocol import Deadline, Found, Matches, Reader, Sort
from searcher.errors import IndexDamaged, NotFound, UsageError
from searcher.indexing import manifest
from searcher.query import dates
from searcher.query.notes import Note
from searcher.query.parse import parse
from searcher.query.plan import AllOf, Plan, Term
from searcher.query.understand import Analysed, Required, analyse, least
from searcher.results.passages import highlights, printed
from searcher.results.passages import passages as select
from searcher.results.values import Hit, Results, Why
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.indexing.ledger import Ledger

MAX_LIMIT = 1000
SAMPLE, TERMS = 1000, 64
"""Articles that a full check looks for by their terms, and terms of each."""

TIMEOUT = 10.0
"""Seconds after which a search stops, and shows what it found."""

FINDING, RANKING = 0.6, 0.9
"""The share of the time that looking words up has, and what the engine has of the rest; the passages come last."""

BUILT_IN: Final = ""
"""For `variants`: the list of names that comes with the program."""

Variants = str | os.PathLike[str] | None


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
    return (Path(__file__).parents[1] / "query" / "syntax.md").read_text("utf-8").rstrip()


def analyze(text: str) -> list[tuple[str, str, str]]:
    """The words of a text as they are indexed: as printed, folded, and its stem."""
    return [(text[token.start : token.end], token.word, token.stem) for token in analysis.tokenize(text)]


class Index:
    """An index open for searching; a context manager. It shows the state it was opened at, also during a rebuild."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: Ledger | None = None
        while True:
            self.manifest = manifest.read(folder, fingerprint=analysis.FINGERPRINT)
            try:
                manifest.verify(folder, self.manifest)
                engine = manifest.engine(folder, self.manifest, engines.ENGINES)
                self._reader: Reader = engines.load(engine).open(folder / self.manifest.generation)
                if self.manifest.copies or self.manifest.moved:
                    _ = self._ledger  # later, when it is asked, two more runs may have removed it
                break
            except IndexDamaged:  # or two runs have ended since the manifest was read
                if manifest.read(folder, fingerprint=analysis.FINGERPRINT).generation == self.manifest.generation:
                    raise

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        if self._opened is not None:
            self._opened.close()

    @property
    def _ledger(self) -> Ledger:
        if self._opened is None:
            from searcher.indexing.ledger import Ledger  # here: few searches need to know more than the engine does

            self._opened = Ledger(self.folder / self.manifest.generation / manifest.LEDGER)
        return self._opened

    def _located(self, article: Article) -> Article:
        """The article with the path it has now, and the other places where it stands."""
        if not (self.manifest.copies or self.manifest.moved):
            return article
        places = self._ledger.places(article.id)
        if not places:
            return article
        (path, place), *others = places
        copies = tuple(path if place is None else f"{path} : {place}" for path, place in others)
        return replace(article, path=path, place=place, copies=copies)

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
        timeout: float | None = TIMEOUT,
    ) -> Results:
        """The answer to `query`, in the language of docs/query-language.md.

        `limit`: hits a page, 1…1000; `page` counts from 1; `match`: auto, all, any; `sort`: relevance, date, -date;
        `since` and `until`: dates as people write them, both included; `passages`: at most so many a hit; `explain` fills
        `hit.parts` and `hit.matched`; `variants`: the names that are widened to their other spellings (the list that comes
        with the program, a file that is read before it, or None for no widening); `today` is what relative dates are
        measured from; after `timeout` seconds (None: as long as it takes) what was found so far is the answer, not `complete`.

        Raises QueryError beyond a documented limit, DateError, UsageError for an option out of range.
        """
        began = perf_counter()
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(f"a page holds 1 to {MAX_LIMIT} hits, not {limit}")
        if page < 1:
            raise UsageError(f"pages count from 1, not {page}")
        if passages < 0:
            raise UsageError(f"{passages} passages cannot be shown; give 0 or more")
        if timeout is not None and not timeout > 0:
            raise UsageError(f"a search takes more than {timeout:g} seconds; give it a number above 0")
        clock = Deadline(inf if timeout is None else monotonic() + timeout)
        order = _choice(Sort, sort, "sort")
        analysed = self._analysed(query, match, since, until, variants, today, clock.share(FINDING))
        if clock.missed:  # words may be missing: that no article has them all would not be true
            analysed = replace(analysed, relaxed=None)
        first = (page - 1) * limit
        _, relaxed, matches = self._matches(
            analysed, limit=limit, offset=first, sort=order, explain=explain, clock=clock.share(RANKING)
        )
        complete = not clock.missed
        hits = tuple(
            self._hit(found, first + rank, analysed, passages=passages, explain=explain, clock=clock)
            for rank, found in enumerate(matches.found, 1)
        )
        notes = analysed.notes
        if clock.missed:
            notes += (Note("timeout", _stopped(timeout, matches.total, complete), 0, len(query)),)
        if relaxed:
            words = sum(not part.filter for part in analysed.parts)
            message = (
                "no article has both words; these have one of them"
                if words == 2
                else f"no article has all {words} words; these have at least {least(words)} of them"
            )
            notes += (Note("relaxed", message, 0, len(query)),)
        found_help = None
        if not matches.total and complete:
            from searcher.results.advice import advise  # here: who finds something needs none

            found_help = advise(analysed, self._reader, clock)
        return Results(
            query=query,
            parsed=analysed.parsed,
            total=matches.total,
            hits=hits,
            page=page,
            relaxed=relaxed,
            notes=notes,
            took_ms=(perf_counter() - began) * 1000,
            help=found_help,
            complete=complete,
        )

    def _hit(
        self, found: Found, rank: int, analysed: Analysed, *, passages: int, explain: bool, clock: Deadline
    ) -> Hit:
        article, marks = found.article, analysed.marks
        if clock.over():
            return Hit(rank, found.score, self._located(article), parts=found.parts)
        titled = tuple(mark for mark in marks if mark.in_title)
        return Hit(
            rank=rank,
            score=found.score,
            article=self._located(article),
            passages=select(article.text, marks, limit=passages),
            title_highlights=highlights(article.title, titled),
            parts=found.parts,
            matched=printed(article.title, article.text, marks) if explain else (),
        )

    def _analysed(
        self,
        query: str,
        match: Required | str,
        since: str | None,
        until: str | None,
        variants: Variants,
        today: Date | None,
        clock: Deadline,
    ) -> Analysed:
        now = today or Date.today()
        return analyse(
            parse(query, today=now),
            self._reader,
            required=_choice(Required, match, "match"),
            period=_period(since, until, now),
            names=_names(variants),
            today=now,
            over=clock.over,
        )

    def _matches(
        self, analysed: Analysed, *, limit: int, offset: int, sort: Sort, explain: bool, clock: Deadline
    ) -> tuple[Plan, bool, Matches]:
        """What the plan finds, or, when that is surely nothing, what the relaxed one does."""
        for plan in filter(None, (analysed.plan, analysed.relaxed)):
            if clock.over():
                break
            matches = self._reader.search(
                plan, limit=limit, offset=offset, sort=sort, explain=explain, until=clock.until
            )
            if not matches.complete:
                clock.miss()
            if matches.total or clock.missed:
                return plan, plan is analysed.relaxed and bool(matches.total), matches
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
        identifier = article.id
        clock = Deadline()
        analysed = self._analysed(query, match, since, until, variants, today, clock)
        held = tuple(
            (part.label, bool(self._reader.count_of(Plan(AllOf((Term(ID, identifier), part.match))))))
            for part in analysed.parts
        )
        plan, relaxed, matches = self._matches(
            analysed, limit=MAX_LIMIT, offset=0, sort=Sort.RELEVANCE, explain=False, clock=clock
        )
        ranks = {found.article.id: rank for rank, found in enumerate(matches.found, 1)}
        hit = None
        if identifier in ranks:
            alone = Plan(AllOf((Term(ID, identifier), plan.match)), plan.score)
            found = self._reader.search(alone, limit=1, explain=True).found[0]
            hit = self._hit(found, ranks[identifier], analysed, passages=2, explain=True, clock=clock)
        return Why(article, held, ranks.get(identifier), matches.total, relaxed, hit)

    def get(self, identifier: str) -> Article:
        """The article with this identifier. Raises NotFound."""
        article = self._reader.fetch(identifier)
        if article is None and self.manifest.copies and (stored := self._ledger.stored_as(identifier)) is not None:
            article = self._reader.fetch(stored)
        if article is None:
            raise NotFound(f"no article is called {identifier!r}; find identifiers with: search WORDS")
        return self._located(article)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order it was indexed."""
        return map(self._located, self._reader.articles())

    def tally(self, column: str) -> dict[str | None, int]:
        """How many articles there are by `source`, `year`, `language` or `format`, the most frequent first; None counts
        those of which it is not known."""
        return self._ledger.tally(column)

    def _unfound(self) -> Iterator[str]:
        """Articles of a sample that the engine does not hold under the terms of their text."""
        for article in islice(self._reader.articles(), 0, None, len(self) // SAMPLE + 1):
            stems = islice(dict.fromkeys(analysis.entry(article).terms[STEMS].split()), TERMS)
            match = AllOf((Term(ID, article.id), *(Term(STEMS, stem) for stem in stems)))
            if self._reader.count_of(Plan(match)) != 1:
                yield f"{article.id}: it is not found by the terms of what is stored of it"

    def check(self, *, full: bool = False) -> list[str]:
        """What is wrong with the index, a line each; an empty list: nothing.

        Quick: manifest, sizes and counts. `full`: every checksum, every posting list, every stored article, and whether the
        articles of a sample are found by the terms of what is stored of them.
        """
        try:
            manifest.verify(self.folder, self.manifest, thorough=full)
            manifest.verify_copy(self.folder, self.manifest)
        except IndexDamaged as error:
            return [str(error)]
        found = self._reader.check() if full else []
        if full and not found:
            found += self._unfound()
        if len(self) != self.manifest.articles:
            found.append(f"{len(self)} articles are stored and the manifest says {self.manifest.articles}")
        try:
            counted, copies, _ = self._ledger.counts()
            if (counted, copies) != (self.manifest.articles, self.manifest.copies):
                found.append(f"the ledger knows of {counted} articles and {copies} copies, the manifest of others")
            if full:
                found += self._ledger.check()
        except IndexDamaged as error:
            found.append(str(error))
        return found


def _stopped(timeout: float | None, total: int, complete: bool) -> str:
    """What to say when the time was up."""
    if complete:
        return f"stopped after {timeout:g} s: the last of these hits are without passages"
    if not total:
        return (
            f"stopped after {timeout:g} s, before anything was found; add a rarer word, or give it longer (--timeout)"
        )
    return (
        f"stopped after {timeout:g} s: these are the best of what was found by then, and there may be more; add a rarer word,"
        " or give it longer (--timeout)"
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
