"""An index open for use: what can be asked of it, each question answered from one state (`answering`)."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING

from searcher.archive.answering import (
    FINDING,
    all_of,
    answered,
    deadline_of,
    every_on,
    evidence,
    fetched,
    found_as,
    marking_of,
    matches_of,
    plans_of,
    shown,
    understood_on,
    with_missing,
)
from searcher.archive.locate import locate
from searcher.archive.state import State
from searcher.article import ID, WHOLE, Article, Range
from searcher.engines.protocol import Counts, Deadline
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.ask import Ask, Sort, whole_number
from searcher.query.plan import AllOf, Plan, Term
from searcher.results.marking import highlights
from searcher.results.values import About, Hit, Results, Why
from searcher.values import replace

if TYPE_CHECKING:
    from typing import Unpack

    from searcher.indexing.reports import Failure
    from searcher.query.ask import Options
    from searcher.results.concordance import Line
    from searcher.results.diff import Diff
    from searcher.results.facets import Facet
    from searcher.results.names import ArticleName, NameOrder, Names, Pairs
    from searcher.results.quotes import Quote
    from searcher.results.similar import Similar
    from searcher.results.timeline import Step, Timeline

MAX_LIMIT = 1000
"""Hits that a page can hold."""


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

    def condition(self) -> str | None:
        """How the cluster is that keeps the index, in a line: health, nodes, shards and their copies, size. None of an index
        that is files. Raises EngineUnreachable."""
        with self._used() as state:
            return state.condition()

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
        group: bool = False,
        **options: Unpack[Options],
    ) -> Results:
        """The answer to a question: an `Ask`, or a query with the options of an `Ask` (`match`, `sort`, `since`, `until`,
        `variants`, `today`, `filters`, `timeout`).

        `limit`: hits a page, 1…1000; `page` counts from 1; `passages`: at most so many a hit; `explain` fills `hit.parts` and
        `hit.matched`. `group`: copies of one dispatch are one hit, the best of those that match, with the others in
        `hit.group`; pages and ranks count groups. When the question's `timeout` is over, what was found so far is the answer,
        and it is not `complete`.

        Raises QueryError beyond a documented limit, DateError, UsageError for an option out of range.
        """
        began = perf_counter()
        ask = _ask(query, options)
        whole_number(limit, 1, "page.limit", MAX_LIMIT)
        whole_number(page, 1, "page.number")
        whole_number(passages, 0, "passages.number")
        with self._used() as state:
            return answered(
                state, ask, limit=limit, page=page, passages=passages, explain=explain, began=began, group=group
            )

    def why(self, query: str | Ask, identifier: str, **options: Unpack[Options]) -> Why:
        """Why the article `identifier` is, or is not, in the answer to a question; question and options are those of `search`,
        but it takes as long as it takes.

        Raises NotFound for an identifier of no article, and what `search` raises.
        """
        ask = _ask(query, options)
        with self._used() as state:
            article = fetched(state, identifier)
            clock = Deadline()
            understood = understood_on(state, ask, clock)
            found_parts = tuple(evidence(state, article, part) for part in understood.parts)
            plan, relaxed, matches = matches_of(
                state, understood, limit=MAX_LIMIT, offset=0, sort=Sort.RELEVANCE, explain=False, clock=clock
            )
            ranks = {found.article.id: rank for rank, found in enumerate(matches.found, 1)}
            hit = None
            if article.id in ranks:
                alone = Plan(AllOf((Term(ID, article.id), plan.match)), plan.score)
                found = state.reader.search(alone, limit=1, explain=True).found[0]
                hit = shown(
                    state, found, ranks[article.id], marking_of(understood), passages=2, explain=True, clock=clock
                )
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
                raise UsageError(Message("counts.field", fields=", ".join(WHOLE), field=field))
        with self._used() as state:
            clock = deadline_of(ask)
            understood = understood_on(state, ask, clock.share(FINDING))
            counted = Counts(0, {field: {} for field in fields}, complete=False)
            for plan in plans_of(understood, clock):
                counted = state.reader.counts(plan, fields, until=clock.until)
                if counted.total or not counted.complete:
                    break
            return replace(counted, complete=counted.complete and not clock.missed)

    def volumes(self, query: str | Ask, *fields: str, **options: Unpack[Options]) -> Counts:
        """How many articles of the archive have each value of some fields, under the filters of a question (source, date …)
        and whatever its words: what `counts` is a share of. Arguments and errors are those of `counts`."""
        ask = _ask(query, options)
        with self._used() as state:
            clock = deadline_of(ask)
            filters = understood_on(state, ask, clock.share(FINDING)).filters
            if not filters:
                return state.volumes(fields, until=clock.until)
            return state.reader.counts(Plan(AllOf(filters)), fields, until=clock.until)

    def facets(self, query: str | Ask, *fields: str, size: int = 20, **options: Unpack[Options]) -> tuple[Facet, ...]:
        """The values of some fields among the articles of the answer to a question, and how many articles have each.

        Fields: source, author, section, language, format, year, when. The number beside a value is what `search` finds with
        that value as the filter of its field, all other filters as they are. `size`: at most so many values a field, beside
        those that `filters` ask for.

        Raises UsageError for another field, and what `search` raises.
        """
        from searcher.archive.facets import facets  # here: a search does not need it

        whole_number(size, 0, "facets.size")
        with self.pinned() as pinned:
            return facets(pinned, _ask(query, options), fields, size=size)

    def names(
        self,
        query: str | Ask,
        *,
        kinds: Collection[str] = (),
        order: NameOrder | str = "ratio",
        size: int = 20,
        **options: Unpack[Options],
    ) -> Names:
        """The names that the answer to a question has more often than the rest of the archive, at most `size`.

        `kinds`: only person, place, organisation or other. `order`: ratio, likelihood, articles. The names that the query
        asks for are left out, and copies of one dispatch count as one article. Question and options are those of `search`.
        Raises UsageError for an option out of range, and when the index was made without names; and what `search` raises.
        """
        from searcher.archive.names import names  # here: a search does not need it

        with self._used() as state:
            held, chosen = _ordered(state, order, size)
            return names(state, _ask(query, options), kinds=kinds, order=chosen, size=held)

    def pairs(
        self,
        query: str | Ask = "",
        *,
        order: NameOrder | str = "ratio",
        size: int = 20,
        examples: int = 0,
        **options: Unpack[Options],
    ) -> Pairs:
        """The pairs of persons who stand in one sentence, and do so in the answer to a question more often than in the rest of
        the archive; of the whole archive, more often than chance has it.

        `examples`: sentences shown for each pair, from different articles. The rest is as in `names`.
        """
        from searcher.archive.names import pairs  # here: as above

        whole_number(examples, 0, "names.examples")
        with self._used() as state:
            held, chosen = _ordered(state, order, size)
            return pairs(_Pinned(state), state, _ask(query, options), order=chosen, size=held, examples=examples)

    def similar(self, *identifiers: str, text: str = "", limit: int = 10, **options: Unpack[Options]) -> Similar:
        """The articles most like some articles, or like a text, or both; themselves and their copies are left out.

        Each hit's `matched` are the shared words and names that weigh most. `limit`: 1…1000. `since`, `until` and `filters` of
        the options hold; words are not asked for. Raises NotFound, and UsageError when there is nothing to compare with.
        """
        from searcher.archive.similar import similar  # here: a search does not need it

        whole_number(limit, 1, "page.limit", MAX_LIMIT)
        if not identifiers and not text.strip():
            raise UsageError(Message("similar.nothing"))
        with self._used() as state:
            return similar(state, identifiers, text, _ask("", options), limit=limit)

    def quotes(
        self,
        query: str | Ask = "",
        *,
        by: str = "",
        about: str = "",
        indirect: bool = False,
        **options: Unpack[Options],
    ) -> Iterator[Quote]:
        """The quotes in the articles of the answer to a question, in its order, one by one in bounded memory; without words,
        those of the whole archive. Question and options are those of `search`, but it takes as long as it takes.

        `by`: only quotes of speakers with these words side by side in their name, in any spelling that the lists have
        (`Macron`, `Emmanuel Macron`); only articles that quote such a speaker are read. `about`: only quotes that hold all of
        these words, and phrases in quotation marks. `indirect`: indirect speech, too.

        Raises UsageError when the index was made without quotes, and what `search` raises, when the first quote is asked for.
        """
        from searcher.archive.quotes import found_quotes  # here: a search does not need it

        ask = _ask(query, options)
        with self._used() as state:
            yield from found_quotes(state, ask, by=by, about=about, indirect=indirect)

    def names_of(self, identifier: str) -> tuple[ArticleName, ...]:
        """The names in an article, those that it has most often first; none when the index was made without names. Raises
        NotFound."""
        from searcher.archive.names import names_of  # here: a search does not need it

        with self._used() as state:
            article = fetched(state, identifier)
            return () if "names" in state.manifest.without else names_of(article.title, article.text)

    def quotes_of(self, identifier: str) -> tuple[Quote, ...]:
        """The direct quotes of an article, in the order of its text; none when the index was made without quotes. Raises
        NotFound."""
        from searcher.archive.quotes import quotes_of  # here: as above

        with self._used() as state:
            return quotes_of(state, fetched(state, identifier).id)

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

    def every(
        self, query: str | Ask, *, passages: int = 0, group: bool = False, **options: Unpack[Options]
    ) -> Iterator[Hit]:
        """Every hit of the answer to a question, in its order, in one pass and in bounded memory.

        Question and options are those of `search`, but it takes as long as it takes. `passages`: at most so many a hit.
        `group`: of copies of one dispatch only the best that matches.

        Raises what `search` raises when the first hit is asked for.
        """
        ask = _ask(query, options)
        whole_number(passages, 0, "passages.number")
        return self._every(ask, passages, group)

    def _every(self, ask: Ask, passages: int, group: bool) -> Iterator[Hit]:
        from searcher.results.groups import first_of_each  # here: a search does not need it

        with self._used() as state:
            clock = Deadline()
            understood = understood_on(state, ask, clock)
            marking = marking_of(understood)
            for plan in plans_of(understood, clock):
                rank = 0
                every = first_of_each(every_on(state, plan, ask.sort), state.groups if group else None)
                for rank, found in enumerate(every, 1):
                    hit = shown(state, found, rank, marking, passages=passages, explain=False, clock=clock)
                    yield with_missing((hit,), understood)[0] if plan is understood.relaxed else hit
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
        whole_number(size, 1, "sample.size", MAX_LIMIT)
        whole_number(passages, 0, "passages.number")
        with self._used() as state:
            understood = understood_on(state, ask, Deadline())
            marking = marking_of(understood)
            ranked = enumerate(all_of(state, understood, ask.sort), 1)
            drawn = nsmallest(size, ranked, key=lambda each: (draw(seed, each[1].article.id), each[0]))
            hits = tuple(
                shown(state, found, rank, marking, passages=passages, explain=False, clock=Deadline())
                for rank, found in drawn
            )
            answer = answered(state, ask, limit=1, page=1, passages=0, explain=False, began=began)
            return replace(answer, hits=hits, took_ms=(perf_counter() - began) * 1000)

    def kwic(
        self,
        query: str | Ask,
        *,
        context: int = 8,
        order: str = "",
        strict: bool = False,
        sample: int | None = None,
        seed: int = 0,
        group: bool = False,
        **options: Unpack[Options],
    ) -> Iterator[Line]:
        """The concordance of a question: each occurrence of the query in the texts of its answer, with what stands around it.

        Question and options are those of `search`, but it takes as long as it takes. The lines are the places that passages
        highlight, a phrase being one; occurrences in titles are not among them. `context`: words on each side, 0…100. `order`:
        sort keys with commas between, `1L` and `1R` (the first word to the left, to the right; any number), `hit`, `date`,
        `source`, `text`; a `-` before a key reverses it; case and accents do not count, unless `strict`; without a key,
        lines stand as the articles of the answer do. `sample`: at most so many lines, drawn by `seed`, the same on every
        engine. `group`: of copies of one dispatch only the lines of the best that matches.

        Unsorted lines come one by one, in bounded memory; a sort holds them all. Raises UsageError for an option out of range,
        and what `search` raises when the first line is asked for.
        """
        from searcher.results import concordance  # here: a search does not need it

        ask = _ask(query, options)
        whole_number(context, 0, "kwic.context", concordance.MAX_CONTEXT)
        whole_number(1 if sample is None else sample, 1, "kwic.sample")
        keys = concordance.keys(order, context=context, strict=strict)
        return concordance.arranged(self._lines(ask, context, group), keys, sample=sample, seed=seed)

    def _lines(self, ask: Ask, context: int, group: bool) -> Iterator[Line]:
        from searcher.results import concordance  # here: as above
        from searcher.results.groups import first_of_each

        with self._used() as state:
            understood = understood_on(state, ask, Deadline())
            for found in first_of_each(all_of(state, understood, ask.sort), state.groups if group else None):
                yield from concordance.lines(found.article, understood.marks, context=context)

    def latest(self, query: str | Ask, *, limit: int = 50, **options: Unpack[Options]) -> tuple[Hit, ...]:
        """The articles of the answer to a question that came into the archive last, at most `limit`, those with the latest date
        first: what a feed of the question holds.

        Raises what `search` raises.
        """
        ask = replace(_ask(query, options), sort=Sort.NEWEST)
        whole_number(limit, 1, "feed.limit", MAX_LIMIT)
        with self.pinned() as pinned:
            low, high = ask.added_after or 0, pinned.about.newest
            while low < high:  # contents have serials of their own: some serial parts the last `limit` from the rest
                middle = (low + high) // 2
                if pinned.search(ask, added_after=middle, limit=1, passages=0).total > limit:
                    low = middle + 1
                else:
                    high = middle
            return pinned.search(ask, added_after=low, limit=limit).hits

    def edited(self, after: int) -> frozenset[str]:
        """The identifiers of the articles that came to have another title, text or date after the content with this serial
        (`About.newest`) came in."""
        with self._used() as state:
            return frozenset(state.ledger.edited(after))

    def highlights(
        self, query: str | Ask, identifier: str, **options: Unpack[Options]
    ) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
        """What a question asks for in one article: ranges of its title, and ranges of its text, ascending and disjoint.

        The article need not be in the answer. Raises NotFound, and what `search` raises.
        """
        ask = _ask(query, options)
        with self._used() as state:
            article = fetched(state, identifier)
            marks = understood_on(state, ask, Deadline()).marks
            return (
                highlights(article.title, (mark for mark in marks if mark.in_title)),
                highlights(article.text, (mark for mark in marks if mark.in_text)),
            )

    def get(self, identifier: str) -> Article:
        """The article with this identifier. Raises NotFound."""
        with self._used() as state:
            return fetched(state, identifier)

    def group(self, identifier: str) -> tuple[Article, ...]:
        """The copies of one dispatch that the article is one of, itself among them: the earliest first, then the longest; the
        article alone when it has no copies. Raises NotFound."""
        with self._used() as state:
            found = found_as(state, identifier)
            article = state.located(found.article)
            group = state.groups.group_of(found.serial) if state.groups is not None else 0
            if state.groups is None or not group:
                return (article,)
            names = (name for _, name in state.groups.members(group))
            return tuple(article if name == article.id else fetched(state, name) for name in names)

    def diff(self, left: str, right: str) -> Diff:
        """What the article `right` prints that the article `left` does not, and the reverse, word by word. Raises NotFound."""
        from searcher.results.diff import diff  # here: a search does not need it

        return diff(self.get(left), self.get(right))

    def problems(self) -> Iterator[Failure]:
        """What gave no article, and what was guessed or mended, file by file: all that the runs which made the index said."""
        from searcher.indexing.reports import Failure  # here: a search does not need it

        with self._used() as state:
            for path, place, reason, kind, partly in state.ledger.problems():
                yield Failure(path, reason, place, kind, partly)

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


def _ordered(state: State, order: NameOrder | str, size: int) -> tuple[int, NameOrder]:
    """The size and the order of a table of names. Raises UsageError when they are out of range or there are no names."""
    from searcher.results.names import NameOrder

    whole_number(size, 0, "names.size")
    if "names" in state.manifest.without:
        raise UsageError(Message("names.without", folder=state.folder))
    try:
        return size, NameOrder(order)
    except ValueError as error:
        raise UsageError(Message("names.order", orders=", ".join(NameOrder), order=order)) from error


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
