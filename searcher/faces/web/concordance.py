"""The page of a concordance: every occurrence of a query with the words around it, and its downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starlette.responses import Response

import searcher
from searcher.faces.web import state as states
from searcher.faces.web.exports import FORMATS, Lines, file_name
from searcher.faces.web.paging import counted, pager, pages_of
from searcher.faces.web.problems import not_found
from searcher.faces.web.search import chips
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State
from searcher.render import concordance

PER_PAGE = 50
SORTED = 2_000
"""Articles whose lines a page sorts; a sort needs all lines before it shows the first."""

ORDERS = ("", "1R", "1L", "hit", "date", "source")
CONTEXTS = (4, 8, 12, 20)


def page(visit: Visit) -> Response | Lines:
    """The page of a concordance; with `format=`, its download."""
    if (form := visit.request.query_params.get("format")) is not None:
        return _export(visit, form)
    state = states.read(visit.request.query_params)
    if not state.q.strip():
        return visit.page(
            "kwic.html", state=state, found=None, orders=ORDERS, contexts=CONTEXTS, chips=chips(visit, state)
        )
    results = visit.index.search(state.ask, limit=1, passages=0)
    lines = visit.index.kwic(state.ask, context=state.context, order=state.order, timeout=None)
    too_many = bool(state.order) and results.total > SORTED
    if too_many:
        lines = visit.index.kwic(state.ask, context=state.context, timeout=None)
    articles: set[str] = set()
    found = counted(_noting(lines, articles), page=state.page, size=PER_PAGE)
    response = visit.page(
        "kwic.html",
        state=state,
        found=found,
        articles=len(articles),
        results=results,
        notes=[note for note in results.notes if not note.quiet],
        too_many=SORTED if too_many else None,
        orders=ORDERS,
        contexts=CONTEXTS,
        pager=pager(state.page, pages_of(found.count, PER_PAGE), cut=not found.whole),
        chips=chips(visit, state),
    )
    if not found.whole:
        response.headers["cache-control"] = "no-store"
    return response


def _noting(lines: Iterable[searcher.Line], articles: set[str]) -> Iterator[searcher.Line]:
    """The lines; the articles that they are from go into `articles`."""
    for line in lines:
        articles.add(line.id)
        yield line


def export(visit: Visit) -> Lines:
    """All lines, in the format that the suffix of the address names."""
    return _export(visit, visit.request.path_params["format"])


def _export(visit: Visit, name: str) -> Lines:
    if name not in ("csv", "tsv", "json", "jsonl"):
        raise not_found()
    state = states.read(visit.request.query_params)
    return Lines(_lines(visit, state, name), FORMATS[name].media_type, file_name(f"{state.q} kwic", name))


def _lines(visit: Visit, state: State, name: str) -> Iterator[str]:
    with visit.site.index().pinned() as index:
        results = index.search(state.ask, limit=1, passages=0, timeout=None)
        lines = index.kwic(state.ask, context=state.context, order=state.order, timeout=None)
        match name:
            case "csv":
                yield from concordance.separated(lines, ",")
            case "tsv":
                yield from concordance.separated(lines, "\t")
            case "json":
                yield from concordance.json(results, lines)
            case _:  # `_export` lets no other pass
                yield from concordance.json_lines(lines)
