"""The page of quotes: who says what in the articles of an answer, by whom and about what one asks."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

import searcher
from searcher.faces.web import state as states
from searcher.faces.web.exports import FORMATS, Lines, file_name
from searcher.faces.web.paging import counted, pager, pages_of
from searcher.faces.web.problems import not_found
from searcher.faces.web.search import chips
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State
from searcher.render import quotes as rendered

PER_PAGE = 25


def page(visit: Visit) -> Response | Lines:
    """The quotes that the address asks for; with `format=`, their download."""
    if (form := visit.request.query_params.get("format")) is not None:
        return _export(visit, form)
    state = states.read(visit.request.query_params)
    found = counted(asked(visit.index, state), page=state.page, size=PER_PAGE)
    response = visit.page(
        "quotes.html",
        state=state,
        found=found,
        pager=pager(state.page, pages_of(found.count, PER_PAGE), cut=not found.whole),
        chips=chips(visit, state),
    )
    if not found.whole:
        response.headers["cache-control"] = "no-store"
    return response


def asked(index: searcher.Index, state: State) -> Iterator[searcher.Quote]:
    """The quotes of a question. Raises UsageError where the index was made without quotes."""
    return index.quotes(state.ask, by=state.by, about=state.about, timeout=None)


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
