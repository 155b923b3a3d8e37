"""The page of articles like one article, and the shared words that say why."""

from __future__ import annotations

from starlette.responses import Response

from searcher.faces.web.site import Visit
from searcher.faces.web.state import State

SIZE = 15


def page(visit: Visit) -> Response:
    """The articles most like the one in the address. Raises NotFound."""
    article = visit.index.get(visit.request.path_params["id"])
    found = visit.index.similar(article.id, limit=SIZE)
    hits = [visit.shown(hit) for hit in found.hits]
    return visit.page("similar.html", state=State(), article=visit.article(article), found=found, hits=hits)
