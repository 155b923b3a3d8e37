"""The files of `static/` → addresses that hold a digest of the content, and answers that a browser may keep for good."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response

from searcher.faces.web.problems import not_found

FOLDER = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


_BLANK = re.compile(
    rb"/\*.*?\*/\s*|\s*;?\s*(})\s*|\s*([{;,>])\s*| (?=!important)|(?<=[a-z-]:) (?=[^{}]*[;}])", re.DOTALL
)
"""What a style sheet does without: comments, white space around signs, the last semicolon of a rule."""


@cache
def files() -> dict[str, tuple[str, bytes, str]]:
    """The name in an address (`style.1f3a….css`) → the name of the file, its bytes, its media type."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            if path.suffix == ".css":
                content = _BLANK.sub(lambda found: found[1] or found[2] or b"", content)
            found[f"{path.stem}.{sha256(content).hexdigest()[:12]}{path.suffix}"] = (
                path.name,
                content,
                _TYPES[path.suffix],
            )
    return found


@cache
def address(name: str) -> str:
    """The address of a file of `static/`, below the root of the application."""
    return next(f"/static/{hashed}" for hashed, (plain, _, _) in files().items() if plain == name)


def answer(hashed: str) -> Response:
    """A file by the name in its address. Raises Problem for any other name."""
    if hashed not in files():
        raise not_found()
    _, content, kind = files()[hashed]
    return Response(content, media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})
