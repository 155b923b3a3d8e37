"""The page of quotes: who says what in the articles of an answer, by whom and about what one asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from starlette.responses import Response

import searcher
from searcher.faces.web import state as states
from searcher.faces.web.exports import FORMATS, Lines, file_name
from searcher.faces.web.problems import not_found
from searcher.faces.web.search import Pager, chips
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State
from searcher.render import quotes as rendered

PER_PAGE = 25
TIME = 3.0
"""Seconds after which quotes are no longer counted; the page then says that there are more."""


@dataclass(frozen=True)
class Found:
    """Quotes of one page; `count` of them in all, when counting came to its end (`whole`)."""

    quotes: tuple[searcher.Quote, ...]
    count: int
    whole: bool


def page(visit: Visit) -> Response | Lines:
    """The quotes that the address asks for; with `format=`, their download."""
    if (form := visit.request.query_params.get("format")) is not None:
        return _export(visit, form)
    state = states.read(visit.request.query_params)
    found = _found(visit.index, state)
    pages = max(-(-found.count // PER_PAGE), 1)
    low = max(1, min(state.page - 2, pages - 4))
    response = visit.page(
        "quotes.html",
        state=state,
        found=found,
        pager=Pager(state.page, pages, tuple(range(low, min(low + 4, pages) + 1)), not found.whole),
        chips=chips(visit, state),
    )
    if not found.whole:
        response.headers["cache-control"] = "no-store"
    return response


def asked(index: searcher.Index, state: State) -> Iterator[searcher.Quote]:
    """The quotes of a question. Raises UsageError where the index was made without quotes."""
    return index.quotes(state.ask, by=state.by, about=state.about, timeout=None)


def _found(index: searcher.Index, state: State) -> Found:
    first, after = (state.page - 1) * PER_PAGE, state.page * PER_PAGE
    held, count, until = [], 0, monotonic() + TIME
    for quote in asked(index, state):
        if first <= count < after:
            held.append(quote)
        count += 1
        if count > after and count % 20 == 0 and monotonic() > until:
            return Found(tuple(held), count, whole=False)
    return Found(tuple(held), count, whole=True)


def export(visit: Visit) -> Lines:
    """All quotes, in the format that the suffix of the address names."""
    return _export(visit, visit.request.path_params["format"])


def _export(visit: Visit, name: str) -> Lines:
    if name not in ("csv", "json", "jsonl"):
        raise not_found()
    state = states.read(visit.request.query_params)
    return Lines(_lines(visit, state, name), FORMATS[name].media_type, file_name(f"{state.q} citations", name))


def _lines(visit: Visit, state: State, name: str) -> Iterator[str]:
    with visit.site.index().pinned() as index:
        found = asked(index, state)
        if name == "json":
            yield from rendered.json(found, {"query": state.q, "by": state.by, "about": state.about})
        else:
            yield from rendered.csv(found) if name == "csv" else rendered.jsonl(found)
