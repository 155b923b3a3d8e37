"""A query that found nothing, or words of no article → help: the count of each word, the nearest indexed words, the filter
that emptied the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest

from searcher.analysis import fold, surface
from searcher.article import FORMS, SOURCE, TITLE_WORDS, WHEN, WORDS
from searcher.engines.protocol import Deadline, Reader
from searcher.errors import QueryError
from searcher.query.ast import Quoted, Word
from searcher.query.lookup import Answers, Question, Shaped, Within
from searcher.query.parts import Part, Understood
from searcher.query.plan import EVERYTHING, AllOf, Plan, Term
from searcher.query.shapes import distance
from searcher.query.understand import MAX_LISTED
from searcher.query.widening import forms_of
from searcher.results.values import Absent, Help, Hit
from searcher.values import replace

NEAREST = 3
MAX_NEAR = 4096  # words near an unknown one that are compared
MAX_COUNTS = 12  # words of a pasted page that are worth a count each


def advise(analysed: Understood, reader: Reader, clock: Deadline) -> Help:
    """Help for a query without any hit; less of it when the clock runs out."""
    wanted = [part for part in analysed.parts if not part.filter]
    filters = [part for part in analysed.parts if part.filter]
    counted = ((part.label, _count(reader, Plan(part.match), clock)) for part in wanted[:MAX_COUNTS])
    counts = [(label, count) for label, count in counted if count is not None]
    known = dict(counts)
    unknown = {
        part.label: part.query.text for part in wanted if known.get(part.label) == 0 and isinstance(part.query, Word)
    }
    nearest = _nearest(unknown, reader, clock)
    emptied, without = _emptied(wanted, filters, reader, clock)
    return Help(
        counts=tuple(counts),
        nearest=tuple((label, words) for label, words in nearest.items() if words),
        emptied=emptied.label if emptied else None,
        without=without,
        suggestion=_suggestion(analysed, known, nearest, emptied),
        absent=_absent(analysed, filters, reader, clock),
    )


def advise_of_absent(analysed: Understood, hits: Sequence[Hit], reader: Reader, clock: Deadline) -> Help | None:
    """Help for a query that has words of no article: those words, and what is near them. Only words that all of the hits
    lack are looked for; None when each of them is in some article."""
    lacked = set.intersection(*(set(hit.missing) for hit in hits))
    words = {part.label: part for part in analysed.parts if isinstance(part.query, Word) and part.label in lacked}
    counted = ((label, _count(reader, Plan(part.match), clock)) for label, part in [*words.items()][:MAX_COUNTS])
    known = {label: count for label, count in counted if count == 0}
    if not known:
        return None
    nearest = _nearest({label: str(words[label].query) for label in known}, reader, clock)
    return Help(
        counts=tuple(known.items()),
        nearest=tuple((label, near) for label, near in nearest.items() if near),
        suggestion=_suggestion(analysed, known, nearest, None),
    )


def advise_of_relatives(parts: Sequence[Part], found: int, reader: Reader, clock: Deadline) -> Help | None:
    """Help for an answer of few articles: how many its `parts` find with the relatives of their words; None when no more."""
    count = _count(reader, Plan(AllOf(tuple(part.match for part in parts))), clock)
    if count is None or count <= found:
        return None
    return Help(family=(" ".join(part.label for part in parts if part.query is not None), count))


def _count(reader: Reader, plan: Plan, clock: Deadline) -> int | None:
    """How many articles a plan finds; none when the engine refuses it, None when it takes too long."""
    if clock.over():
        return None
    try:
        counted = reader.counts(plan, (), until=clock.until)
    except QueryError:
        return 0
    return counted.total if counted.complete else None


def _emptied(wanted: list[Part], filters: list[Part], reader: Reader, clock: Deadline) -> tuple[Part | None, int]:
    """The filter without which most would be found."""
    best: tuple[int, Part | None] = (0, None)
    for part in filters:
        others = [other.match for other in (*wanted, *filters) if other is not part]
        count = _count(reader, Plan(AllOf(tuple(others))), clock) if others else 0
        if count and count > best[0]:
            best = (count, part)
    return best[1], best[0]


def _absent(analysed: Understood, filters: list[Part], reader: Reader, clock: Deadline) -> tuple[Absent, ...]:
    """The filters that no article passes, with what there is in their fields: a count for each filter, and one of the values
    of all these fields."""
    told = {SOURCE for note in analysed.notes if note.kind == "source"}  # that note names the sources
    empty = [
        part
        for part in filters
        if part.field and part.field not in told and _count(reader, Plan(part.match), clock) == 0
    ]
    if not empty or clock.over():
        return ()
    fields = tuple(dict.fromkeys(part.field for part in empty))
    counts = reader.counts(Plan(EVERYTHING), fields, until=clock.until)
    if not counts.complete:
        clock.miss()
        return ()
    return tuple(_instead(part, counts.values[part.field]) for part in empty)


def _instead(part: Part, counted: Mapping[str | None, int]) -> Absent:
    held = {value: count for value, count in counted.items() if value is not None}
    if part.field == WHEN:
        listed = tuple(dict.fromkeys((min(held), max(held)))) if held else ()
    else:
        listed = tuple(nsmallest(MAX_LISTED, held, key=lambda value: (-held[value], value)))
    return Absent(part.label, part.field, listed, len(held))


def _suggestion(
    analysed: Understood, counts: dict[str, int], nearest: dict[str, tuple[str, ...]], emptied: Part | None
) -> str | None:
    """A small change of the query that should find something: a filter left out, a word corrected, quotes taken off."""
    # A part without a query of its own is an option of the search (--since), which is not for the query to repeat.
    written = [part for part in analysed.parts if part.query is not None]
    if emptied is not None:
        return " ".join(part.label for part in written if part is not emptied) or None
    labels = [_mended(part, counts, nearest) for part in written]
    changed = labels != [part.label for part in written]
    sought = any(label for label, part in zip(labels, written, strict=True) if not part.filter)
    return " ".join(filter(None, labels)) if changed and sought else None


def _mended(part: Part, counts: dict[str, int], nearest: dict[str, tuple[str, ...]]) -> str:
    """A part as it could be found: the nearest word for one that is not, a phrase without its quotes, or nothing."""
    if counts.get(part.label, 1):
        return part.label
    if isinstance(part.query, Quoted):
        return part.query.text
    if isinstance(part.query, Word):
        return next(iter(nearest.get(part.label, ())), "")
    return part.label


def _nearest(unknown: Mapping[str, str], reader: Reader, clock: Deadline) -> dict[str, tuple[str, ...]]:
    """For each label of an unknown word the indexed words that differ by one or two letters: nearest first, then the
    commonest. The index is asked twice, for all words together: which words are near, and how these are printed."""
    targets = {label: fold(surface(written)) for label, written in unknown.items()}
    targets = {label: target for label, target in targets.items() if len(target) > 2}
    near = _ask(reader, [_near(target, field) for target in targets.values() for field in (WORDS, TITLE_WORDS)], clock)
    nearest = {label: _ranked(target, near) for label, target in targets.items()}
    words = {word for some in nearest.values() for word in some}
    asked: list[Question] = [*(_forms(word) for word in words), *(Term(WORDS, word) for word in words)]
    printed = _ask(reader, asked, clock)
    return {label: tuple(_printed(word, printed) for word in some) for label, some in nearest.items()}


def _ask(reader: Reader, questions: Iterable[Question], clock: Deadline) -> Answers:
    asked = list(questions)
    answers = reader.look_up(asked, until=clock.until) if asked else Answers({}, {})
    if answers.cut:
        clock.miss()
    return answers


def _near(target: str, field: str) -> Within:
    return Within(field, target, 1 if len(target) < 5 else 2, MAX_NEAR, counted=True)


def _forms(word: str) -> Shaped:
    return replace(forms_of(word), counted=True)


def _ranked(target: str, near: Answers) -> list[str]:
    """The words near a target, those that count."""
    found: dict[str, tuple[int, int]] = {}
    for field in (WORDS, TITLE_WORDS):
        question = _near(target, field)
        for word in near.terms[question]:
            edits = distance(target, word, question.edits) or 0
            found.setdefault(word, (edits, -near.frequencies.get(Term(field, word), 0)))
    return nsmallest(NEAREST, found, key=lambda word: (*found[word], word))


def _printed(word: str, answers: Answers) -> str:
    """An indexed word with the accents it is mostly printed with."""
    frequencies = {form: answers.frequencies.get(Term(FORMS, form), 0) for form in answers.terms[_forms(word)]}
    commonest = max(frequencies, key=frequencies.__getitem__, default=None)
    if commonest is None or 2 * frequencies[commonest] < answers.frequencies[Term(WORDS, word)]:
        return word
    return commonest.partition("|")[2]
