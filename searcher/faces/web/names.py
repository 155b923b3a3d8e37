"""The page of names: who and what an answer names more often than the rest of the archive, and which persons stand together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

import searcher
from searcher.faces.web import state as states
from searcher.faces.web.problems import Problem
from searcher.faces.web.search import FACET_TIME, chips
from searcher.faces.web.site import Visit
from searcher.values import replace

NAMES = 40
PAIRS = 15
KINDS = ("person", "place", "organisation", "other")


def page(visit: Visit) -> Response:
    """The names and pairs of the answer that the address asks for."""
    state = states.read(visit.request.query_params)
    ask = replace(state.ask, timeout=2 * FACET_TIME)
    with _as_problem():
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


@contextmanager
def _as_problem() -> Iterator[None]:
    """Raises Problem where the index was made without names: the one thing that is wrong once the question was understood."""
    try:
        yield
    except (searcher.QueryError, searcher.DateError):
        raise
    except searcher.UsageError as error:
        raise Problem(404, "no_names", "error.no_names") from error
