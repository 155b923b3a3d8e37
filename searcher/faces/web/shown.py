"""Texts of articles → HTML that shows them as they are: escaped, with what matched in `<mark>`, nothing that reorders text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup, escape

import searcher
from searcher.render.plain import line, safe

Range = tuple[int, int]

_WEB = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_LINES = re.compile(r"[^\n]+")


def clean(value: object) -> object:
    """What a template prints: controls and bidirectional signs of a text as �, so that they neither hide nor move text."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def marked(text: str, ranges: Iterable[Range]) -> Markup:
    """A text on one line, with the ranges in `<mark>`."""
    return _marked(line(text), ranges, 0, anchors=False)


def paragraphs(text: str, ranges: Iterable[Range]) -> Markup:
    """A text as paragraphs, a line of the text each; every range in a `<mark>` with the identifier `m` and its start.

    A range that crosses the end of a line is marked in both paragraphs, under one identifier.
    """
    listed = list(ranges)
    made, at = [], 0
    for found in _LINES.finditer(text):
        if not found.group().strip():
            continue
        start, end = found.span()
        while at < len(listed) and listed[at][1] <= start:
            at += 1
        inside = []
        for low, high in listed[at:]:
            if low >= end:
                break
            inside.append((low, high))
        made.append(Markup('<p dir="auto">{}</p>\n').format(_marked(safe(found.group()), inside, start, anchors=True)))
    return Markup("").join(made)


def _marked(text: str, ranges: Iterable[Range], offset: int, *, anchors: bool) -> Markup:
    """`text` begins at `offset` of what the ranges count in."""
    pieces: list[str] = []
    at = 0
    for low, high in ranges:
        start, end = max(low - offset, 0), min(high - offset, len(text))
        named = f' id="m{low}"' if anchors and low >= offset else ""
        pieces += [escape(text[at:start]), f"<mark{named}>", escape(text[start:end]), "</mark>"]
        at = end
    return Markup("").join(Markup(each) for each in (*pieces, escape(text[at:])))


def web_address(url: str | None) -> str | None:
    """The address of an article when a page may link to it: one of the web. Anything else is text."""
    return url if url and _WEB.match(url) and safe(url) == url else None


def segment(identifier: str) -> str:
    """An identifier as part of a path."""
    return quote(identifier.encode("utf-8", "surrogatepass"), safe="")


def coins(article: searcher.Article) -> str:
    """The article as an OpenURL ContextObject in a `title` (COinS): how Zotero's connector finds the hits of a page.

    Source: OpenURL COinS: A Convention to Embed Bibliographic Metadata in HTML (ocoins.info), and the Dublin Core format.
    """
    known = {
        "ctx_ver": "Z39.88-2004",
        "rft_val_fmt": "info:ofi/fmt:kev:mtx:dc",
        "rft.type": "newspaperArticle",
        "rft.title": article.title,
        "rft.source": article.source,
        "rft.date": (article.date or "")[:10],
        "rft.language": article.language,
        "rft.identifier": web_address(article.url),
    }
    written = [(name, value) for name, value in known.items() if value]
    written += [("rft.au", inverted(author)) for author in searcher.csl_item(article).get("author", ())]
    return "&".join(f"{name}={quote(safe(value), safe='')}" for name, value in written)


def inverted(author: dict[str, str]) -> str:
    return author.get("literal") or f"{author['family']}, {author['given']}"
