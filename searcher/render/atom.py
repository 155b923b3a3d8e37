"""Hits → an Atom feed (RFC 4287): an entry an article, under an identifier that rebuilds of the index do not change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from searcher.render.plain import safe
from searcher.results.values import About, Hit, Passage

_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,]\d+)?(Z|[+-]\d{2}:?\d{2})?")


def feed(hits: Iterable[Hit], *, query: str, about: About, address: str | None = None) -> Iterator[str]:
    """The feed of a query, a line at a time. `address`: where the feed itself is, when it has an address.

    An entry's `updated` is the date of its article; of an article without one, the time at which the index was made.
    """
    key = sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    yield f"  <id>{_tag(about.lineage, f'search/{key}')}</id>"
    yield f"  <title>{_text(query or 'all articles')}</title>"
    yield f"  <updated>{_instant(about.created) or about.created}</updated>"
    yield "  <author><name>searcher</name></author>"
    if address:
        yield f'  <link rel="self" type="application/atom+xml" href={quoteattr(safe(address))}/>'
    listed = list(hits)
    yield f"  <opensearch:totalResults>{len(listed)}</opensearch:totalResults>"
    for hit in listed:
        yield from _entry(hit, about)
    yield "</feed>"


def _entry(hit: Hit, about: About) -> Iterator[str]:
    article = hit.article
    updated = _instant(article.date) or _instant(about.created) or about.created
    yield "  <entry>"
    yield f"    <id>{_tag(about.lineage, article.id)}</id>"
    yield f"    <title>{_text(article.title or '(no title)')}</title>"
    yield f"    <updated>{updated}</updated>"
    if _instant(article.date):
        yield f"    <published>{updated}</published>"
    if article.author or article.source:
        yield f"    <author><name>{_text(article.author or article.source or '')}</name></author>"
    if article.url and re.match(r"https?://", article.url):
        yield f'    <link rel="alternate" href={quoteattr(safe(article.url))}/>'
    if article.section:
        yield f"    <category term={quoteattr(safe(article.section))}/>"
    if hit.passages:
        yield f'    <summary type="html">{escape(" … ".join(map(_marked, hit.passages)))}</summary>'
    yield "  </entry>"


def _marked(passage: Passage) -> str:
    """A passage as HTML, what matched in <b>."""
    pieces, at = [], 0
    text = safe(passage.text)
    for start, end in passage.highlights:
        pieces += [escape(text[at:start]), f"<b>{escape(text[start:end])}</b>"]
        at = end
    return "".join(pieces) + escape(text[at:])


def _text(value: str) -> str:
    return escape(safe(value))


def _tag(lineage: str, name: str) -> str:
    """A `tag:` identifier (RFC 4151): of this sequence of serials, and of nobody's domain."""
    return escape(f"tag:searcher.invalid,2026:{lineage}/{quote(name, safe='/')}")


def _instant(date: str | None) -> str | None:
    """A date as Atom wants it; midnight in UTC of a day; None for a date that names no day."""
    if date is None:
        return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        return f"{date}T00:00:00Z"
    found = _TIMESTAMP.fullmatch(date)
    if found is None:
        return None
    day, clock, seconds, zone = found.groups()
    zone = zone or "Z"
    return f"{day}T{clock}{seconds or ':00'}{zone if zone == 'Z' or ':' in zone else f'{zone[:3]}:{zone[3:]}'}"
