"""A query that found nothing → what would: the count of each word, the nearest indexed words, the filter that emptied it."""

from __future__ import annotations

from heapq import nsmallest

from searcher.analysis import fold, surface
from searcher.article import FORMS, TITLE_WORDS, WORDS
from searcher.engines.protocol import Reader
from searcher.errors import QueryError
from searcher.query.analyse import Analysed, Part
from searcher.query.ast import Quoted, Word
from searcher.query.plan import AllOf, Plan
from searcher.query.spellings import distance
from searcher.results import Help

NEAREST = 3
MAX_COUNTS = 12  # words of a pasted page that are worth a count each


def advise(analysed: Analysed, reader: Reader) -> Help:
    """Help for a query without any hit."""
    wanted = [part for part in analysed.parts if not part.filter]
    filters = [part for part in analysed.parts if part.filter]
    counts = [(part.label, _count(reader, Plan(part.match))) for part in wanted[:MAX_COUNTS]]
    nearest = {
        label: nearest_words(part.query.text, reader)
        for part, (label, count) in zip(wanted, counts, strict=False)
        if not count and isinstance(part.query, Word)
    }
    emptied, without = _emptied(wanted, filters, reader)
    return Help(
        counts=tuple(counts),
        nearest=tuple((label, words) for label, words in nearest.items() if words),
        emptied=emptied.label if emptied else None,
        without=without,
        suggestion=_suggestion(analysed, dict(counts), nearest, emptied),
    )


def _count(reader: Reader, plan: Plan) -> int:
    """How many articles a plan finds; none when the engine refuses it."""
    try:
        return reader.count_of(plan)
    except QueryError:
        return 0


def _emptied(wanted: list[Part], filters: list[Part], reader: Reader) -> tuple[Part | None, int]:
    """The filter without which most would be found."""
    best: tuple[int, Part | None] = (0, None)
    for part in filters:
        others = [other.match for other in (*wanted, *filters) if other is not part]
        count = _count(reader, Plan(AllOf(tuple(others)))) if others else 0
        if count > best[0]:
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


def nearest_words(written: str, reader: Reader, *, limit: int = NEAREST) -> tuple[str, ...]:
    """The indexed words that differ from `written` by one or two letters: nearest first, then the commonest."""
    target = fold(surface(written))
    if len(target) < 3:
        return ()
    edits = 1 if len(target) < 5 else 2
    found: dict[str, tuple[int, int]] = {}
    for field in (WORDS, TITLE_WORDS):
        for word in reader.terms(field, target[:1]):
            if word not in found and (apart := distance(target, word, edits)) is not None:
                found[word] = (apart, -reader.frequency(field, word))
    return tuple(_printed(word, reader) for word in nsmallest(limit, found, key=lambda word: (*found[word], word)))


def _printed(word: str, reader: Reader) -> str:
    """An indexed word with the accents it is mostly printed with."""
    commonest = max(reader.terms(FORMS, f"{word}|"), key=lambda form: reader.frequency(FORMS, form), default=None)
    if commonest is None or 2 * reader.frequency(FORMS, commonest) < reader.frequency(WORDS, word):
        return word
    return commonest.partition("|")[2]
