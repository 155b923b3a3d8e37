"""An article → the address that its title leads to on a terminal, and the escape that makes a link of a text (OSC 8).

The form is that of https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda: the address in printable ASCII.
"""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit

from searcher.article import Article

LONGEST = 2083
"""Bytes; VTE and iTerm2 take no longer address."""

_KEPT = "".join(map(chr, range(0x21, 0x7F)))  # what an address may hold as it is; a % stands for itself


def address(article: Article) -> str | None:
    """The address of an article on the web, else that of its file; None when it has none that a terminal takes."""
    found = article.url or ""
    if not _is_web(found):
        if not article.path or not os.path.exists(article.path):
            return None
        found = f"file://{os.uname().nodename}{quote(os.path.abspath(article.path))}"
    written = quote(found, safe=_KEPT)
    return written if len(written) <= LONGEST else None


def linked(text: str, address: str | None) -> str:
    """A printed text as a link."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if address else text


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
