"""The page of two articles: what one prints that the other does not, word by word."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape
from starlette.responses import Response

import searcher
from searcher.faces.web.problems import not_found
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State
from searcher.render.plain import safe


def page(visit: Visit) -> Response:
    """The difference of the articles `left` and `right` of the address. Raises NotFound; Problem without the two."""
    left, right = (visit.request.query_params.get(name) for name in ("left", "right"))
    if not left or not right:
        raise not_found()
    found = visit.index.diff(left, right)
    return visit.page(
        "diff.html",
        state=State(),
        found=found,
        left=visit.article(found.left),
        right=visit.article(found.right),
        text=marked(found.pieces),
        alike=found.same / max(found.left_words, found.right_words, 1),
    )


def marked(pieces: Iterable[searcher.Piece]) -> Markup:
    """Both texts as one: in `<del>` what only the first has, in `<ins>` what only the second has."""
    made = []
    for piece in pieces:
        if piece.kind == "equal":
            made.append(escape(safe(piece.right)))
            continue
        if piece.left:
            made.append(Markup("<del>{}</del>").format(safe(piece.left)))
        if piece.right:
            made.append(Markup("<ins>{}</ins>").format(safe(piece.right)))
    return Markup("").join(made)
