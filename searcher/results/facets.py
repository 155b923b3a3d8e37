"""Counts by value → `Facet`: the values of a field with how many articles have each, the chosen ones among them.

The number beside a value is what asking for that value alone in its field gives, with all other filters as they are: within a
facet values are alternatives (OR), across facets they add up (AND).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from searcher.article import AUTHOR, FORMAT, LANGUAGE, NAME, PERSON, SECTION, SOURCE, SPEAKER, WHEN
from searcher.query.ask import YEAR
from searcher.values import Value

FACETS = (SOURCE, AUTHOR, SECTION, LANGUAGE, FORMAT, YEAR, WHEN, NAME, PERSON, SPEAKER)
"""The fields that a facet can be made of."""


class FacetValue(Value):
    """A value of a facet: `articles` have it; None is the value of articles without any. `chosen`: a filter asks for it."""

    value: str | None
    articles: int
    chosen: bool = False


class Facet(Value):
    """The values of one field, the most frequent first (years and dates: the latest first).

    `distinct` is how many values there are; `values` holds the first of them, and every chosen one. Not `complete`: the time
    was up, and the numbers are lower bounds.
    """

    field: str
    values: tuple[FacetValue, ...]
    distinct: int
    complete: bool = True


def counted_field(field: str) -> str:
    """The field that an engine counts for a facet."""
    return WHEN if field == YEAR else field


def by_year(when: Mapping[str | None, int]) -> dict[str | None, int]:
    """Counts by date, in whatever precision → counts by year."""
    years: Counter[str | None] = Counter()
    for date, articles in when.items():
        years[date[:4] if date else None] += articles
    return dict(years)


def facet(
    field: str, counts: Mapping[str | None, int], *, chosen: Iterable[str | None] = (), size: int, complete: bool = True
) -> Facet:
    """The facet of a field from the counts of its values. `size`: at most so many values, beside the chosen ones.

    A chosen value that no article has stays in the facet, with the number 0 or what `counts` says.
    """
    wanted = frozenset(chosen)
    held = {**dict.fromkeys(wanted, 0), **counts}
    ordered = sorted(held, key=lambda value: _order(field, value, held[value]))
    shown = [value for at, value in enumerate(ordered) if at < size or value in wanted]
    values = tuple(FacetValue(value, held[value], value in wanted) for value in shown)
    return Facet(field, values, len(held), complete)


def _order(field: str, value: str | None, articles: int) -> tuple[object, ...]:
    if field in (YEAR, WHEN):  # the latest first, undated articles last
        return value is None, tuple(-ord(character) for character in value or ""), articles
    return -articles, value is None, value or ""
