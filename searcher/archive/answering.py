"""State, Ask ─► parse ─► wish ─► look_up ─► understand ─► search ─► passages ─► Results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from math import inf
from pathlib import Path
from time import monotonic, perf_counter

from searcher.analysis import names
from searcher.archive.state import State
from searcher.article import ID, NAME, PERSON, SPEAKER, Article
from searcher.engines.protocol import Deadline, Found, Matches
from searcher.errors import NotFound
from searcher.messages import Message
from searcher.query.ask import BUILT_IN, NATIVE, Ask, Required, Sort, Variants
from searcher.query.marks import Mark
from searcher.query.notes import Note
from searcher.query.parse import parse
from searcher.query.parts import Part, Understood
from searcher.query.plan import AllOf, Plan, Term
from searcher.query.understand import understand
from searcher.query.wishes import wish
from searcher.results.marking import Matcher, matcher, printed
from searcher.results.passages import around
from searcher.results.values import Evidence, Hit, Results
from searcher.values import Value, replace

FEW = 10
"""Articles of an answer that is told what the relatives of its words would add."""

_LEFT_OUT = (
    ("names", (NAME, PERSON), "note.without-names"),
    ("quotes", (SPEAKER,), "note.without-quotes"),
)
"""What an index can be made without, the fields of it that a query can name, and the note that says so."""

FINDING, RANKING = 0.6, 0.9
"""The share of the time that looking words up has, and what the engine has of the rest; the passages come last."""


def answered(
    state: State,
    ask: Ask,
    *,
    limit: int,
    page: int,
    passages: int,
    explain: bool,
    began: float,
    group: bool = False,
) -> Results:
    """A page of the answer, of articles or of groups of copies; `began` is when the question was asked, by `perf_counter`."""
    clock = deadline_of(ask)
    understood = understood_on(state, ask, clock.share(FINDING))
    first = (page - 1) * limit
    ranking = clock.share(RANKING)
    groups: int | None = None
    others: tuple[tuple[Article, ...], ...] = ()
    if group and state.groups is not None:
        from searcher.archive.grouping import grouped  # here: few searches meet copies

        relaxed, matches, groups, others = grouped(
            state, understood, limit=limit, page=page, sort=ask.sort, explain=explain, clock=ranking
        )
    else:
        _, relaxed, matches = matches_of(
            state, understood, limit=limit, offset=first, sort=ask.sort, explain=explain, clock=ranking
        )
        groups = matches.total if group else None
    complete = not clock.missed
    marking = marking_of(understood)
    hits = tuple(
        shown(state, found, first + rank, marking, passages=passages, explain=explain, clock=clock)
        for rank, found in enumerate(matches.found, 1)
    )
    if others:
        hits = tuple(
            replace(hit, group=tuple(state.located(each, clock) for each in its))
            for hit, its in zip(hits, others, strict=True)
        )
    if relaxed and not clock.over():
        hits = with_missing(hits, understood)
    notes = (*understood.notes, *_notes(ask, understood, matches.total, complete, relaxed, clock))
    for kind, fields, said in _LEFT_OUT:
        if kind in state.manifest.without and any(part.field in fields for part in understood.parts):
            notes += (Note("without", Message(said), 0, len(ask.query)),)
    if matches.total and not hits and complete:
        notes += (_past_the_end(ask, page, -(-(matches.total if groups is None else groups) // limit)),)
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
        groups=groups,
    )


def understood_on(state: State, ask: Ask, clock: Deadline) -> Understood:
    """The plan of a question on this index: the one place where queries are understood."""
    today = ask.today or Date.today()
    wishes = wish(parse(ask.query, today=today), names=name_lists(ask.variants))
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


def deadline_of(ask: Ask) -> Deadline:
    return Deadline(inf if ask.timeout is None else monotonic() + ask.timeout)


def plans_of(understood: Understood, clock: Deadline) -> Iterator[Plan]:
    """The plans to try, in order, for as long as there is time: all words, then some of them."""
    if not clock.over():
        yield understood.plan
        if understood.relaxed is not None and not clock.over():
            yield understood.relaxed


def all_of(state: State, understood: Understood, sort: Sort) -> Iterator[Found]:
    """Everything that the first plan with an answer finds, however long it takes."""
    for plan in plans_of(understood, Deadline()):
        empty = True
        for found in every_on(state, plan, sort):
            empty = False
            yield found
        if not empty:
            return


def search_on(
    state: State, plan: Plan, *, limit: int, offset: int = 0, sort: Sort, explain: bool = False, until: float = inf
) -> Matches:
    """A page of what a plan finds, in any order."""
    if sort in NATIVE:
        return state.reader.search(plan, limit=limit, offset=offset, sort=sort, explain=explain, until=until)
    from searcher.archive import ordering  # here: most searches are in an order that engines know

    return ordering.search(state.reader, plan, limit=limit, offset=offset, sort=sort, explain=explain, until=until)


def every_on(state: State, plan: Plan, sort: Sort) -> Iterator[Found]:
    """Everything a plan finds, in any order."""
    if sort in NATIVE:
        return state.reader.every(plan, sort)
    from searcher.archive import ordering  # here: as above

    return ordering.every(state.reader, plan, sort)


def name_lists(variants: Variants) -> tuple[names.Names, ...] | None:
    """The lists that widen a name to its other spellings, the first that has the name decides; None: nothing is widened."""
    if variants is None:
        return None
    if variants == BUILT_IN:
        return (names.built_in(),)
    return names.read(Path(variants)), names.built_in()


def matches_of(
    state: State, understood: Understood, *, limit: int, offset: int, sort: Sort, explain: bool, clock: Deadline
) -> tuple[Plan, bool, Matches]:
    """What the plan finds, or, when that is surely nothing, what the relaxed one does."""
    for plan in plans_of(understood, clock):
        matches = search_on(state, plan, limit=limit, offset=offset, sort=sort, explain=explain, until=clock.until)
        if not matches.complete:
            clock.miss()
        if matches.total or clock.missed:
            return plan, plan is understood.relaxed and bool(matches.total), matches
    return understood.plan, False, Matches(0, ())


class Marking(Value):
    """What a question has marked in the articles of its answer: in titles, in texts, in either."""

    title: Matcher
    text: Matcher
    marks: tuple[Mark, ...]


def marking_of(understood: Understood) -> Marking:
    marks = understood.marks
    return Marking(
        matcher(tuple(mark for mark in marks if mark.in_title)),
        matcher(tuple(mark for mark in marks if mark.in_text)),
        marks,
    )


def shown(
    state: State, found: Found, rank: int, marking: Marking, *, passages: int, explain: bool, clock: Deadline
) -> Hit:
    article = found.article
    if clock.over():
        return Hit(rank, found.score, state.located(article, clock), parts=found.parts)
    return Hit(
        rank=rank,
        score=found.score,
        article=state.located(article, clock),
        passages=around(article.text, marking.text.spans(article.text), limit=passages) if passages else (),
        title_highlights=marking.title.highlights(article.title),
        parts=found.parts,
        matched=printed(article.title, article.text, marking.marks) if explain else (),
    )


def evidence(state: State, article: Article, part: Part) -> Evidence:
    """Whether an article has a part of a query, and as which words."""
    held = bool(state.reader.count_of(Plan(AllOf((Term(ID, article.id), part.match)))))
    return Evidence(part.label, held, printed(article.title, article.text, part.marks) if held else ())


def with_missing(hits: tuple[Hit, ...], understood: Understood) -> tuple[Hit, ...]:
    """Hits that say which words of the query they lack."""
    from searcher.results.lacking import lacking  # here: most answers have all the words

    parts = [part for part in understood.parts if not part.filter]
    missing = lacking(parts, [hit.article for hit in hits])
    return tuple(replace(hit, missing=its) for hit, its in zip(hits, missing, strict=True))


def fetched(state: State, identifier: str) -> Article:
    """The article with an identifier, and where it stands now. Raises NotFound."""
    return state.located(found_as(state, identifier).article)


def found_as(state: State, identifier: str) -> Found:
    """The article with an identifier, as the engine has it. Raises NotFound."""
    found = state.reader.search(Plan(Term(ID, identifier)), limit=1).found
    if not found and state.manifest.copies and (stored := state.ledger.stored_as(identifier)) is not None:
        found = state.reader.search(Plan(Term(ID, stored)), limit=1).found
    if not found:
        raise NotFound(Message("article.unknown", identifier=identifier))
    return found[0]


def _notes(
    ask: Ask, understood: Understood, total: int, complete: bool, relaxed: bool, clock: Deadline
) -> Iterator[Note]:
    """What to say about how an answer came about, beside what the query itself gave rise to."""
    if clock.missed:
        yield Note("timeout", _stopped(ask.timeout, total, complete), 0, len(ask.query))
    if relaxed:
        words = sum(not part.filter for part in understood.parts)
        message = Message("note.relaxed-two") if words == 2 else Message("note.relaxed", words=words)
        yield Note("relaxed", message, 0, len(ask.query))


def _past_the_end(ask: Ask, page: int, pages: int) -> Note:
    return Note("page", Message("note.page", pages=pages, page=page), 0, len(ask.query))


def _stopped(timeout: float | None, total: int, complete: bool) -> str:
    """What to say when the time was up."""
    seconds = f"{timeout:g}"
    if complete:
        return Message("note.stopped-bare", seconds=seconds)
    return Message("note.stopped" if total else "note.stopped-empty", seconds=seconds)
