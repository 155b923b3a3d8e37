"""Texts of articles → HTML that shows them as they are: escaped, with what matched in `<mark>`, nothing that reorders text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup, escape

import searcher
from searcher.render.plain import line, safe

Range = tuple[int, int]

_WEB = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_SPACES = re.compile(r" (?=[?!:;»](?!\S))|(?<=«) ")
_LINES = re.compile(r"[^\n]+")


def clean(value: object) -> object:
    """What a template prints: controls and bidirectional signs of a text as �, so that they neither hide nor move text."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def marked(text: str, ranges: Iterable[Range]) -> Markup:
    """A text on one line, with the ranges in `<mark>`. No line begins with a French sign that has a space before it."""
    return _marked(_SPACES.sub("\u00a0", line(text)), ranges, 0, anchors=False)


def paragraphs(text: str, ranges: Iterable[Range], quotes: Iterable[searcher.Quote] = ()) -> Markup:
    """A text as paragraphs, a line of the text each; every range in a `<mark>` with the identifier `m` and its start, every
    quote in a `<span class="said">` with `q` and its start.

    A range or a quote that crosses the end of a line stands in both paragraphs, under one identifier.
    """
    listed, said = list(ranges), [(each.start, each.end) for each in quotes]
    made = []
    for found in _LINES.finditer(text):
        if found.group().strip():
            inside = _spoken(safe(found.group()), _within(listed, *found.span()), said, found.start())
            made.append(Markup('<p dir="auto">{}</p>\n').format(inside))
    return Markup("").join(made)


def _within(ranges: list[Range], start: int, end: int) -> list[Range]:
    """The ranges, ascending and disjoint, that have something of a stretch of text."""
    first = bisect_right(ranges, start, key=lambda each: each[1])
    return ranges[first : bisect_left(ranges, end, key=lambda each: each[0])]


def _spoken(text: str, ranges: list[Range], said: list[Range], offset: int) -> Markup:
    """`text`, which begins at `offset` of what the ranges and the quotes count in."""
    made, at = [], offset
    for low, high in _within(said, offset, offset + len(text)):
        start, end = max(low, at), min(high, offset + len(text))
        if start >= end:  # inside of the quote before
            continue
        named = f' id="q{low}"' if low >= offset else ""
        made.append(_part(text, ranges, offset, at, start))
        made.append(Markup(f'<span class="said"{named}>{{}}</span>').format(_part(text, ranges, offset, start, end)))
        at = end
    return Markup("").join((*made, _part(text, ranges, offset, at, offset + len(text))))


def _part(text: str, ranges: list[Range], offset: int, start: int, end: int) -> Markup:
    """What stands from `start` to `end`, with its ranges."""
    return _marked(text[start - offset : end - offset], _within(ranges, start, end), start, anchors=True)


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
    if article.author:
        written += [("rft.au", inverted(author)) for author in searcher.csl_item(article).get("author", ())]
    return "&".join(f"{name}={quote(safe(value), safe='')}" for name, value in written)


def inverted(author: dict[str, str]) -> str:
    return author.get("literal") or f"{author['family']}, {author['given']}"
