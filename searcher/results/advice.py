"""A query that found nothing → what would: the count of each word, the nearest indexed words, the filter that emptied it."""

from __future__ import annotations

from heapq import nsmallest

from searcher.analysis import fold, surface
from searcher.article import FORMS, TITLE_WORDS, WORDS
from searcher.engines.protocol import Deadline, Reader
from searcher.errors import QueryError
from searcher.query.ast import Quoted, Word
from searcher.query.plan import AllOf, Plan
from searcher.query.understand import Analysed, Part
from searcher.query.widening import Reach, Words, distance
from searcher.results.values import Help

NEAREST = 3
MAX_COUNTS = 12  # words of a pasted page that are worth a count each


def advise(analysed: Analysed, reader: Reader, clock: Deadline) -> Help:
    """Help for a query without any hit; less of it when the clock runs out."""
    wanted = [part for part in analysed.parts if not part.filter]
    filters = [part for part in analysed.parts if part.filter]
    counted = ((part.label, _count(reader, Plan(part.match), clock)) for part in wanted[:MAX_COUNTS])
    counts = [(label, count) for label, count in counted if count is not None]
    known, words = dict(counts), Words(reader, clock.over)
    nearest = {
        part.label: nearest_words(part.query.text, words)
        for part in wanted
        if known.get(part.label) == 0 and isinstance(part.query, Word)
    }
    emptied, without = _emptied(wanted, filters, reader, clock)
    return Help(
        counts=tuple(counts),
        nearest=tuple((label, words) for label, words in nearest.items() if words),
        emptied=emptied.label if emptied else None,
        without=without,
        suggestion=_suggestion(analysed, known, nearest, emptied),
    )


def _count(reader: Reader, plan: Plan, clock: Deadline) -> int | None:
    """How many articles a plan finds; none when the engine refuses it, None when it takes too long."""
    if clock.over():
        return None
    try:
        matches = reader.search(plan, limit=1, until=clock.until)
    except QueryError:
        return 0
    return matches.total if matches.complete else None


def _emptied(wanted: list[Part], filters: list[Part], reader: Reader, clock: Deadline) -> tuple[Part | None, int]:
    """The filter without which most would be found."""
    best: tuple[int, Part | None] = (0, None)
    for part in filters:
        others = [other.match for other in (*wanted, *filters) if other is not part]
        count = _count(reader, Plan(AllOf(tuple(others))), clock) if others else 0
        if count and count > best[0]:
            best = (count, part)
    return best[1], best[0]


def _suggestion(
    analysed: Analysed, counts: dict[str, int], nearest: dict[str, tuple[str, ...]], emptied: Part | None
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


def nearest_words(written: str, vocabulary: Words, *, limit: int = NEAREST) -> tuple[str, ...]:
    """The indexed words that differ from `written` by one or two letters: nearest first, then the commonest."""
    target = fold(surface(written))
    if len(target) < 3:
        return ()
    edits = 1 if len(target) < 5 else 2
    reach = Reach(target, edits)
    found: dict[str, tuple[int, int]] = {}
    for field in (WORDS, TITLE_WORDS):
        for words in vocabulary.listed(field, target[:1]):
            for word in reach.among(words):
                found.setdefault(word, (distance(target, word, edits) or 0, -vocabulary.frequency(field, word)))
    nearest = nsmallest(limit, found, key=lambda word: (*found[word], word))
    return tuple(_printed(word, vocabulary) for word in nearest)


def _printed(word: str, vocabulary: Words) -> str:
    """An indexed word with the accents it is mostly printed with."""
    forms, frequency = vocabulary.terms(FORMS, f"{word}|"), vocabulary.frequency
    commonest = max(forms, key=lambda form: frequency(FORMS, form), default=None)
    if commonest is None or 2 * frequency(FORMS, commonest) < frequency(WORDS, word):
        return word
    return commonest.partition("|")[2]
