"""The page of names: who and what an answer names more often than the rest of the archive, and which persons stand together."""

from __future__ import annotations

from starlette.responses import Response

from searcher.faces.web import state as states
from searcher.faces.web.search import FACET_TIME, chips
from searcher.faces.web.site import Visit
from searcher.values import replace

NAMES = 40
PAIRS = 15
KINDS = ("person", "place", "organisation", "other")


def page(visit: Visit) -> Response:
    """The names and pairs of the answer that the address asks for. Raises UsageError for an index without names."""
    state = states.read(visit.request.query_params)
    ask = replace(state.ask, timeout=2 * FACET_TIME)
    names = visit.index.names(ask, size=NAMES)
    pairs = visit.index.pairs(ask, size=PAIRS, examples=1)
    response = visit.page(
        "names.html",
        state=state,
        kinds=[(kind, [each for each in names.rows if each.kind == kind]) for kind in KINDS],
        names=names,
        pairs=pairs,
        chips=chips(visit, state),
    )
    if not (names.complete and pairs.complete):
        response.headers["cache-control"] = "no-store"
    return response
