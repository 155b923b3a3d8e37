"""An index open for searching: Ask ─► parse ─► wish ─► look_up ─► understand ─► search ─► passages ─► Results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date as Date
from math import inf
from pathlib import Path
from time import monotonic, perf_counter
from types import TracebackType
from typing import TYPE_CHECKING

from searcher.analysis import names
from searcher.archive.locate import locate
from searcher.archive.state import State
from searcher.article import ID, WHOLE, Article, Range
from searcher.engines.protocol import Counts, Deadline, Found, Matches
from searcher.errors import NotFound, UsageError
from searcher.query.ask import BUILT_IN, Ask, Required, Sort, Variants, whole_number
from searcher.query.notes import Note
from searcher.query.parse import parse
from searcher.query.plan import AllOf, Plan, Term
from searcher.query.understand import Part, Understood, understand
from searcher.query.wishes import wish
from searcher.results.marking import highlights, printed
from searcher.results.passages import passages as select
from searcher.results.values import About, Evidence, Hit, Results, Why
from searcher.values import replace

if TYPE_CHECKING:
    from typing import Unpack

    from searcher.query.ask import Options
    from searcher.results.concordance import Line
    from searcher.results.facets import Facet
    from searcher.results.timeline import Step, Timeline

MAX_LIMIT = 1000
"""Hits that a page can hold."""

FEW = 10
"""Articles of an answer that is told what the relatives of its words would add."""

FINDING, RANKING = 0.6, 0.9
"""The share of the time that looking words up has, and what the engine has of the rest; the passages come last."""


def open(folder: str | os.PathLike[str] | None = None) -> Index:
    """Opens an index for searching (`locate` says which, without `folder`).

    Raises IndexMissing, IndexForeign (it must be rebuilt), IndexDamaged, IndexUntrusted or ReadFailed.
    """
    return Index(locate(folder))


class Index:
    """An index open for searching; a context manager. Many threads may use one index at the same time.

    It shows the state it was opened at, whatever updates do; `searcher.live` opens one that follows them. Every method raises
    IndexClosed after `close`, and IndexReplaced when it needs a file that later updates have removed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._state = State(folder)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the index: what was asked before is still answered, and the files are closed after that."""
        self._state.close()

    def _used(self) -> AbstractContextManager[State]:
        """The state to answer from, which stays open inside the `with`."""
        return self._state.used()

    @property
    def about(self) -> About:
        """What the index is: its engine, how many articles it holds, what they were made of."""
        with self._used() as state:
            return state.about()

    def is_current(self) -> bool:
        """Whether there is no newer state of this index: False once an update or a rebuild has ended after it was opened.

        Costs a reading of the manifest. Raises IndexMissing, IndexForeign, IndexDamaged or ReadFailed when the newest
        state cannot be opened.
        """
        with self._used() as state:
            return state.is_current()

    def __len__(self) -> int:
        with self._used() as state:
            return state.reader.count()

    def search(
        self,
        query: str | Ask,
        *,
        limit: int = 10,
        page: int = 1,
        passages: int = 2,
        explain: bool = False,
        **options: Unpack[Options],
    ) -> Results:
        """The answer to a question: an `Ask`, or a query with the options of an `Ask` (`match`, `sort`, `since`, `until`,
        `variants`, `today`, `filters`, `timeout`).

        `limit`: hits a page, 1…1000; `page` counts from 1; `passages`: at most so many a hit; `explain` fills `hit.parts` and
        `hit.matched`. When the question's `timeout` is over, what was found so far is the answer, and it is not `complete`.

        Raises QueryError beyond a documented limit, DateError, UsageError for an option out of range.
        """
        began = perf_counter()
        ask = _ask(query, options)
        whole_number(limit, 1, f"a page holds 1 to {MAX_LIMIT} hits, not {{}}", MAX_LIMIT)
        whole_number(page, 1, "pages count from 1, not {}")
        whole_number(passages, 0, "{} passages cannot be shown; give 0 or more")
        with self._used() as state:
            return _results(state, ask, limit=limit, page=page, passages=passages, explain=explain, began=began)

    def why(self, query: str | Ask, identifier: str, **options: Unpack[Options]) -> Why:
        """Why the article `identifier` is, or is not, in the answer to a question; question and options are those of `search`,
        but it takes as long as it takes.

        Raises NotFound for an identifier of no article, and what `search` raises.
        """
        ask = _ask(query, options)
        with self._used() as state:
            article = _fetched(state, identifier)
            clock = Deadline()
            understood = _understood(state, ask, clock)
            found_parts = tuple(_evidence(state, article, part) for part in understood.parts)
            plan, relaxed, matches = _matches(
                state, understood, limit=MAX_LIMIT, offset=0, sort=Sort.RELEVANCE, explain=False, clock=clock
            )
            ranks = {found.article.id: rank for rank, found in enumerate(matches.found, 1)}
            hit = None
            if article.id in ranks:
                alone = Plan(AllOf((Term(ID, article.id), plan.match)), plan.score)
                found = state.reader.search(alone, limit=1, explain=True).found[0]
                hit = _hit(state, found, ranks[article.id], understood, passages=2, explain=True, clock=clock)
            return Why(article, found_parts, ranks.get(article.id), matches.total, relaxed, hit)

    def counts(self, query: str | Ask, *fields: str, **options: Unpack[Options]) -> Counts:
        """How many of the articles in the answer to a question have each value of some fields; question and options are those
        of `search`.

        Fields: source, author, section, language, format; and `when`, the date in the precision it was given with. The answer
        is that of `search`: when no article has all the words, those with some of them are counted; the empty query is answered
        by all articles. The count beside a value is what `search` finds with that value as a filter.

        Raises UsageError for another field, and what `search` raises.
        """
        ask = _ask(query, options)
        for field in fields:
            if field not in WHOLE:
                raise UsageError(f"what can be counted is {', '.join(WHOLE)}, not {field!r}")
        with self._used() as state:
            clock = _clock(ask)
            understood = _understood(state, ask, clock.share(FINDING))
            counted = Counts(0, {field: {} for field in fields}, complete=False)
            for plan in _plans(understood, clock):
                counted = state.reader.counts(plan, fields, until=clock.until)
                if counted.total or not counted.complete:
                    break
            return replace(counted, complete=counted.complete and not clock.missed)

    def volumes(self, query: str | Ask, *fields: str, **options: Unpack[Options]) -> Counts:
        """How many articles of the archive have each value of some fields, under the filters of a question (source, date …)
        and whatever its words: what `counts` is a share of. Arguments and errors are those of `counts`."""
        ask = _ask(query, options)
        with self._used() as state:
            clock = _clock(ask)
            filters = _understood(state, ask, clock.share(FINDING)).filters
            return state.reader.counts(Plan(AllOf(filters)), fields, until=clock.until)

    def facets(self, query: str | Ask, *fields: str, size: int = 20, **options: Unpack[Options]) -> tuple[Facet, ...]:
        """The values of some fields among the articles of the answer to a question, and how many articles have each.

        Fields: source, author, section, language, format, year, when. The number beside a value is what `search` finds with
        that value as the filter of its field, all other filters as they are. `size`: at most so many values a field, beside
        those that `filters` ask for.

        Raises UsageError for another field, and what `search` raises.
        """
        from searcher.archive.facets import facets  # here: a search does not need it

        whole_number(size, 0, "a facet shows 0 or more values, not {}")
        with self.pinned() as pinned:
            return facets(pinned, _ask(query, options), fields, size=size)

    def timeline(
        self, query: str | Ask, *, step: Step | str = "auto", headlines: bool = True, **options: Unpack[Options]
    ) -> Timeline:
        """The answer to a question over time, beside the archive's own volume under the same filters.

        `step`: auto, day, week, month, quarter, year, decade. `headlines`: whether each burst gets the title of its leading
        article, which costs a search a burst. Raises UsageError for another step, and what `search` raises.
        """
        from searcher.archive.timeline import timeline  # here: as above

        with self.pinned() as pinned:
            return timeline(pinned, _ask(query, options), step=step, headlines=headlines)

    @contextmanager
    def pinned(self) -> Iterator[Index]:
        """One state of the index, for several questions whose answers must fit together, while updates go on."""
        with self._used() as state:
            yield _Pinned(state)

    def every(self, query: str | Ask, *, passages: int = 0, **options: Unpack[Options]) -> Iterator[Hit]:
        """Every hit of the answer to a question, in its order, in one pass and in bounded memory.

        Question and options are those of `search`, but it takes as long as it takes. `passages`: at most so many a hit.

        Raises what `search` raises when the first hit is asked for.
        """
        ask = _ask(query, options)
        whole_number(passages, 0, "{} passages cannot be shown; give 0 or more")
        return self._every(ask, passages)

    def _every(self, ask: Ask, passages: int) -> Iterator[Hit]:
        with self._used() as state:
            clock = Deadline()
            understood = _understood(state, ask, clock)
            for plan in _plans(understood, clock):
                rank = 0
                for rank, found in enumerate(state.reader.every(plan, ask.sort), 1):
                    hit = _hit(state, found, rank, understood, passages=passages, explain=False, clock=clock)
                    yield _with_missing((hit,), understood)[0] if plan is understood.relaxed else hit
                if rank:
                    return

    def sample(
        self, query: str | Ask, size: int = 10, *, seed: int = 0, passages: int = 2, **options: Unpack[Options]
    ) -> Results:
        """Hits drawn at random from the whole answer to a question, in the order drawn; question and options are those of
        `search`, but it takes as long as it takes.

        `seed` and the identifiers of the articles decide the draw, so it is the same on every engine, whatever the order of the
        answer, and a larger `size` (1…1000) goes on where a smaller one ended. Each hit keeps its rank in the answer.
        """
        from heapq import nsmallest

        from searcher.results.concordance import draw  # here: a search does not need it

        began = perf_counter()
        ask = replace(_ask(query, options), timeout=None)
        whole_number(size, 1, f"a sample holds 1 to {MAX_LIMIT} hits, not {{}}", MAX_LIMIT)
        whole_number(passages, 0, "{} passages cannot be shown; give 0 or more")
        with self._used() as state:
            understood = _understood(state, ask, Deadline())
            ranked = enumerate(_all(state, understood, ask.sort), 1)
            drawn = nsmallest(size, ranked, key=lambda each: (draw(seed, each[1].article.id), each[0]))
            hits = tuple(
                _hit(state, found, rank, understood, passages=passages, explain=False, clock=Deadline())
                for rank, found in drawn
            )
            answer = _results(state, ask, limit=1, page=1, passages=0, explain=False, began=began)
            return replace(answer, hits=hits, took_ms=(perf_counter() - began) * 1000)

    def kwic(
        self,
        query: str | Ask,
        *,
        context: int = 8,
        order: str = "",
        sample: int | None = None,
        seed: int = 0,
        **options: Unpack[Options],
    ) -> Iterator[Line]:
        """The concordance of a question: each occurrence of the query in the texts of its answer, with what stands around it.

        Question and options are those of `search`, but it takes as long as it takes. The lines are the places that passages
        highlight, a phrase being one; occurrences in titles are not among them. `context`: words on each side, 0…100. `order`:
        sort keys with commas between, `1L` and `1R` (the first word to the left, to the right; any number), `hit`, `date`,
        `source`, `text`; a `-` before a key reverses it; case and accents do not count; without a key, lines stand as the
        articles of the answer do. `sample`: at most so many lines, drawn by `seed`, the same on every engine.

        Unsorted lines come one by one, in bounded memory; a sort holds them all. Raises UsageError for an option out of range,
        and what `search` raises when the first line is asked for.
        """
        from searcher.results import concordance  # here: a search does not need it

        ask = _ask(query, options)
        whole_number(context, 0, "a context has 0 to 100 words, not {}", concordance.MAX_CONTEXT)
        whole_number(1 if sample is None else sample, 1, "a sample holds 1 line or more, not {}")
        keys = concordance.keys(order, context=context)
        return concordance.arranged(self._lines(ask, context), keys, sample=sample, seed=seed)

    def _lines(self, ask: Ask, context: int) -> Iterator[Line]:
        from searcher.results import concordance  # here: as above

        with self._used() as state:
            understood = _understood(state, ask, Deadline())
            for found in _all(state, understood, ask.sort):
                yield from concordance.lines(found.article, understood.marks, context=context)

    def latest(self, query: str | Ask, *, limit: int = 50, **options: Unpack[Options]) -> tuple[Hit, ...]:
        """The articles of the answer to a question that came into the archive last, at most `limit`, those with the latest date
        first: what a feed of the question holds.

        Raises what `search` raises.
        """
        ask = replace(_ask(query, options), sort=Sort.NEWEST)
        whole_number(limit, 1, f"a feed holds 1 to {MAX_LIMIT} articles, not {{}}", MAX_LIMIT)
        with self.pinned() as pinned:
            low, high = ask.added_after or 0, pinned.about.newest
            while low < high:  # contents have serials of their own: some serial parts the last `limit` from the rest
                middle = (low + high) // 2
                if pinned.search(ask, added_after=middle, limit=1, passages=0).total > limit:
                    low = middle + 1
                else:
                    high = middle
            return pinned.search(ask, added_after=low, limit=limit).hits

    def highlights(
        self, query: str | Ask, identifier: str, **options: Unpack[Options]
    ) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
        """What a question asks for in one article: ranges of its title, and ranges of its text, ascending and disjoint.

        The article need not be in the answer. Raises NotFound, and what `search` raises.
        """
        ask = _ask(query, options)
        with self._used() as state:
            article = _fetched(state, identifier)
            marks = _understood(state, ask, Deadline()).marks
            return (
                highlights(article.title, (mark for mark in marks if mark.in_title)),
                highlights(article.text, (mark for mark in marks if mark.in_text)),
            )

    def get(self, identifier: str) -> Article:
        """The article with this identifier. Raises NotFound."""
        with self._used() as state:
            return _fetched(state, identifier)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order it was indexed."""
        with self._used() as state:
            yield from map(state.located, state.reader.articles())

    def check(self, *, full: bool = False) -> list[str]:
        """What is wrong with the index, a line each; an empty list: nothing.

        Quick: manifest, sizes and counts. `full`: every checksum, every posting list, every stored article, and whether the
        articles of a sample are found by the terms of what is stored of them.
        """
        from searcher.archive.check import faults  # here: a search does not need it

        with self._used() as state:
            return faults(state, full=full)


class _Pinned(Index):
    """An index that answers from one state, which somebody else keeps open."""

    def __init__(self, state: State) -> None:
        self.folder = state.folder
        self._state = state

    def _used(self) -> AbstractContextManager[State]:
        return nullcontext(self._state)

    def close(self) -> None:
        """Does nothing: the state is not its own."""


def _ask(query: str | Ask, options: Options) -> Ask:
    """The question; options that are given beside an `Ask` replace its own."""
    if isinstance(query, Ask):
        return replace(query, **options) if options else query  # type: ignore[arg-type]
    return Ask(query, **options)


def _results(state: State, ask: Ask, *, limit: int, page: int, passages: int, explain: bool, began: float) -> Results:
    """A page of the answer; `began` is when the question was asked, by `perf_counter`."""
    clock = _clock(ask)
    understood = _understood(state, ask, clock.share(FINDING))
    first = (page - 1) * limit
    _, relaxed, matches = _matches(
        state, understood, limit=limit, offset=first, sort=ask.sort, explain=explain, clock=clock.share(RANKING)
    )
    complete = not clock.missed
    hits = tuple(
        _hit(state, found, first + rank, understood, passages=passages, explain=explain, clock=clock)
        for rank, found in enumerate(matches.found, 1)
    )
    if relaxed and not clock.over():
        hits = _with_missing(hits, understood)
    notes = (*understood.notes, *_notes(ask, understood, matches.total, complete, relaxed, clock))
    if matches.total and not hits and complete:
        notes += (_past_the_end(ask, page, -(-matches.total // limit)),)
    help = None
    if not matches.total and complete:
        from searcher.results.advice import advise  # here: who finds something needs none

        help = advise(understood, state.reader, clock)
    elif relaxed and hits:
        from searcher.results.advice import advise_of_absent  # here: as above

        help = advise_of_absent(understood, hits, state.reader, clock)
    elif (
        complete and matches.total < FEW and ask.match is not Required.ANY and (families := understood.with_families())
    ):
        from searcher.results.advice import advise_of_relatives  # here: as above

        help = advise_of_relatives(families, matches.total, state.reader, clock)
    return Results(
        ask=ask,
        index=state.about(),
        parsed=understood.parsed,
        total=matches.total,
        hits=hits,
        page=page,
        relaxed=relaxed,
        notes=notes,
        took_ms=(perf_counter() - began) * 1000,
        help=help,
        complete=complete,
    )


def _understood(state: State, ask: Ask, clock: Deadline) -> Understood:
    """The plan of a question on this index: the one place where queries are understood."""
    today = ask.today or Date.today()
    wishes = wish(parse(ask.query, today=today), names=_names(ask.variants))
    answers = state.reader.look_up(wishes.questions, until=clock.until)
    understood = understand(
        wishes,
        answers,
        required=ask.match,
        period=ask.period(today),
        filters=ask.filters,
        added_after=ask.added_after,
        today=today,
    )
    if answers.cut:  # words may be missing: that no article has them all would not be true
        clock.miss()
        return replace(understood, relaxed=None)
    return understood


def _clock(ask: Ask) -> Deadline:
    return Deadline(inf if ask.timeout is None else monotonic() + ask.timeout)


def _plans(understood: Understood, clock: Deadline) -> Iterator[Plan]:
    """The plans to try, in order, for as long as there is time: all words, then some of them."""
    if not clock.over():
        yield understood.plan
        if understood.relaxed is not None and not clock.over():
            yield understood.relaxed


def _all(state: State, understood: Understood, sort: Sort) -> Iterator[Found]:
    """Everything that the first plan with an answer finds, however long it takes."""
    for plan in _plans(understood, Deadline()):
        empty = True
        for found in state.reader.every(plan, sort):
            empty = False
            yield found
        if not empty:
            return


def _names(variants: Variants) -> tuple[names.Names, ...] | None:
    if variants is None:
        return None
    if variants == BUILT_IN:
        return (names.built_in(),)
    return names.read(Path(variants)), names.built_in()


def _matches(
    state: State, understood: Understood, *, limit: int, offset: int, sort: Sort, explain: bool, clock: Deadline
) -> tuple[Plan, bool, Matches]:
    """What the plan finds, or, when that is surely nothing, what the relaxed one does."""
    for plan in _plans(understood, clock):
        matches = state.reader.search(plan, limit=limit, offset=offset, sort=sort, explain=explain, until=clock.until)
        if not matches.complete:
            clock.miss()
        if matches.total or clock.missed:
            return plan, plan is understood.relaxed and bool(matches.total), matches
    return understood.plan, False, Matches(0, ())


def _hit(
    state: State, found: Found, rank: int, understood: Understood, *, passages: int, explain: bool, clock: Deadline
) -> Hit:
    article, marks = found.article, understood.marks
    if clock.over():
        return Hit(rank, found.score, state.located(article, clock), parts=found.parts)
    titled = tuple(mark for mark in marks if mark.in_title)
    return Hit(
        rank=rank,
        score=found.score,
        article=state.located(article, clock),
        passages=select(article.text, marks, limit=passages),
        title_highlights=highlights(article.title, titled),
        parts=found.parts,
        matched=printed(article.title, article.text, marks) if explain else (),
    )


def _evidence(state: State, article: Article, part: Part) -> Evidence:
    """Whether an article has a part of a query, and as which words."""
    held = bool(state.reader.count_of(Plan(AllOf((Term(ID, article.id), part.match)))))
    return Evidence(part.label, held, printed(article.title, article.text, part.marks) if held else ())


def _with_missing(hits: tuple[Hit, ...], understood: Understood) -> tuple[Hit, ...]:
    """Hits that say which words of the query they lack."""
    from searcher.results.lacking import lacking  # here: most answers have all the words

    parts = [part for part in understood.parts if not part.filter]
    missing = lacking(parts, [hit.article for hit in hits])
    return tuple(replace(hit, missing=its) for hit, its in zip(hits, missing, strict=True))


def _fetched(state: State, identifier: str) -> Article:
    article = state.reader.fetch(identifier)
    if article is None and state.manifest.copies and (stored := state.ledger.stored_as(identifier)) is not None:
        article = state.reader.fetch(stored)
    if article is None:
        raise NotFound(f"no article is called {identifier!r}; find identifiers with: search WORDS")
    return state.located(article)


def _notes(
    ask: Ask, understood: Understood, total: int, complete: bool, relaxed: bool, clock: Deadline
) -> Iterator[Note]:
    """What to say about how an answer came about, beside what the query itself gave rise to."""
    if clock.missed:
        yield Note("timeout", _stopped(ask.timeout, total, complete), 0, len(ask.query))
    if relaxed:
        words = sum(not part.filter for part in understood.parts)
        message = (
            "no article has both words; these have one of them"
            if words == 2
            else f"no article has all {words} words; these have some of them, the best first"
        )
        yield Note("relaxed", message, 0, len(ask.query))


def _past_the_end(ask: Ask, page: int, pages: int) -> Note:
    there = "there is 1 page" if pages == 1 else f"there are {pages} pages"
    return Note("page", f"{there}, and no page {page}", 0, len(ask.query))


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
