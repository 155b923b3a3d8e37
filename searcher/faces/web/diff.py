"""The page of two articles: what one prints that the other does not, word by word."""

from __future__ import annotations

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
        text=marked(found),
        alike=found.same / max(found.left_words, found.right_words, 1),
    )


def marked(found: searcher.Diff) -> Markup:
    """Both texts as one, with the blanks between their words: in `<del>` what only the first has, in `<ins>` what only the
    second has. Without all `<del>` it is the second text, without all `<ins>` the first one."""
    made = []
    left = right = 0
    for piece in found.pieces:
        made.append(_blank(found, left, right, piece))
        if piece.kind == "equal":
            made.append(escape(safe(piece.right)))
        else:
            made += [Markup("<del>{}</del>").format(safe(piece.left))] if piece.left else []
            made += [Markup("<ins>{}</ins>").format(safe(piece.right))] if piece.right else []
        left = piece.left_end if piece.left else left
        right = piece.right_end if piece.right else right
    return Markup("").join(made)


def _blank(found: searcher.Diff, left: int, right: int, piece: searcher.Piece) -> Markup:
    """What stands before a stretch, behind the places that were reached in the two texts."""
    first = found.left.text[left : piece.left_start if piece.left else left + 1]
    second = found.right.text[right : piece.right_start if piece.right else right + 1]
    if not piece.left and not first.isspace():
        first = ""
    if not piece.right and not second.isspace():
        second = ""
    if first and second:
        return escape(safe(second if piece.right else first))
    if first and piece.left:
        return Markup("<del>{}</del>").format(safe(first))
    return Markup("<ins>{}</ins>").format(safe(second)) if second and piece.right else Markup("")
