"""Ask, fields ─► counts without each field's own filter ─► Facets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.ask import YEAR, Ask
from searcher.results.facets import FACETS, Facet, by_year, counted_field, facet
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.index import Index

SIZE = 20
"""Values of a facet, unless asked for more."""


def facets(index: Index, ask: Ask, fields: tuple[str, ...], *, size: int) -> tuple[Facet, ...]:
    """The facets of some fields of the answer to a question. Fields without a filter are counted in one pass, each field with
    a filter in a pass of its own. Raises UsageError for a field that is none of `FACETS`."""
    for field in fields:
        if field not in FACETS:
            raise UsageError(Message("facets.field", fields=", ".join(FACETS), field=field))
    chosen = dict(ask.filters)
    free = tuple(dict.fromkeys(counted_field(field) for field in fields if field not in chosen))
    together = index.counts(ask, *free) if free else None
    made = []
    for field in fields:
        wanted = chosen.get(field, ())
        asked = _without(ask, field)
        counts = index.counts(asked, counted_field(field)) if field in chosen or together is None else together
        values = dict(counts.values[counted_field(field)])
        values = by_year(values) if field == YEAR else values
        for value in wanted:
            if value not in values:  # alone it may find something: then some of the words are enough
                values[value] = index.counts(replace(asked, filters=(*asked.filters, (field, (value,))))).total
        made.append(facet(field, values, chosen=wanted, size=size, complete=counts.complete))
    return tuple(made)


def _without(ask: Ask, field: str) -> Ask:
    """The question without the filter on one field."""
    return replace(ask, filters=tuple(each for each in ask.filters if each[0] != field))
