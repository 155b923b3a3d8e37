"""Facets → text, JSON, JSON Lines and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searcher.messages import say
from searcher.render.json import dumps
from searcher.render.plain import line
from searcher.render.tables import row
from searcher.results.facets import Facet
from searcher.results.published import facets_dict

BAR = 20
"""Columns of the longest bar."""


def text(facets: Iterable[Facet]) -> Iterator[str]:
    """A block a field, a line a value: the value, `*` before a chosen one, the number of articles, a bar."""
    for number, facet in enumerate(facets):
        if number:
            yield ""
        yield say("facets.by", field=say(f"field.{facet.field}"))
        most = max((each.articles for each in facet.values), default=1) or 1
        for each in facet.values:
            bar = "█" * max(round(each.articles * BAR / most), each.articles > 0)
            name = line(each.value if each.value is not None else say("not-known"))[:40]
            yield f"{'*' if each.chosen else ' '} {name:40} {each.articles:>8}  {bar}".rstrip()
        if facet.distinct > len(facet.values):
            yield "  " + say("facets.more", count=facet.distinct - len(facet.values))


def json(facets: Iterable[Facet]) -> Iterator[str]:
    """One object: field → its values."""
    yield dumps({"schema": 1, "facets": facets_dict(facets)})


def jsonl(facets: Iterable[Facet]) -> Iterator[str]:
    """An object a value."""
    for facet in facets:
        for each in facet.values:
            yield dumps({"field": facet.field, "value": each.value, "articles": each.articles, "chosen": each.chosen})


def csv(facets: Iterable[Facet]) -> Iterator[str]:
    """A line of names, then a line a value; the value of articles without any is empty."""
    yield row(("field", "value", "articles", "chosen"))
    for facet in facets:
        for each in facet.values:
            yield row((facet.field, each.value or "", each.articles, int(each.chosen)))
