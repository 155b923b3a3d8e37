"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF (through feedparser) → an article for each entry.

Text is an entry's content, else its summary; a summary that the content does not begin with is its standfirst. The date is what
the entry says (published, then updated), never the feed's. Nothing is fetched, and markup becomes text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from time import strftime
from typing import IO, Any

import feedparser
from lxml import etree

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.agencies import wire
from searcher.readers.fields import iso, line, make
from searcher.readers.markup import MAX_ELEMENTS, text_of
from searcher.readers.problems import Problem, problem
from searcher.readers.xml import SAFE, decoded
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra, NotAnArticle

MAX_BYTES = 64 << 20
MAX_ATTRIBUTES = 1000  # of one tag: feedparser takes minutes for a million
MAX_MALFORMED = 256 << 10  # characters of a feed that may be malformed in ways only feedparser copes with

_ENDLESS_TAG = re.compile(rb"<[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')){%d}" % MAX_ATTRIBUTES)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_TEASER = re.compile(
    r"\s*(?:\[(?:…|\.\.\.)\]"
    r"|\(?\b(?:lire (?:la suite|plus|l['’]article)|continue reading|read more|en savoir plus)\b[^\n.]*[.…]?\)?)"
    r"\s*(?:→|»|>>)?\s*$",
    re.I,
)
_FOOTER = re.compile(
    r"(?:the post .+ (?:appeared first on|first appeared on) .+|(?:l['’]article|cet article) .+ est apparu en premier sur .+"
    r"|cet article est issu (?:du site|de) .+|l['’]article .+ a d['’]abord été publié sur .+)",
    re.I,
)
_NAMED = re.compile(r"\s*[^\s()<>]+@[^\s()<>]+\s*\(([^()]+)\)\s*|\s*([^<>@]+?)\s*<[^<>]+>\s*")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one feed")
    if _ENDLESS_TAG.search(raw) is not None:
        raise Unreadable(f"not a feed that can be read (a tag of more than {MAX_ATTRIBUTES} attributes)")
    found = _parsed(raw, source.encoding)
    channel, entries = found.feed, found.entries
    if not entries:
        if not found.version and found.bozo and not channel:
            raise Unreadable(f"not a feed that can be read ({_reason(found.bozo_exception)})")
        raise NotAnArticle("no article: a feed without entries")
    refused: Counter[str] = Counter()
    given = 0
    for number, entry in enumerate(entries, 1):
        place = f"item {number}" if len(entries) > 1 else None
        try:
            yield make(source, number=number if place else None, place=place, **fields(entry, channel))
            given += 1
        except MissingExtra:
            raise
        except Unreadable as reason:
            refused[str(reason)] += 1
    if refused:
        told = ", ".join(f"{count} of {len(entries)} entries: {reason}" for reason, count in refused.items())
        if not given:
            raise NotAnArticle(f"no article: {told}")
        yield problem(source, told, "skipped")


def fields(entry: Any, channel: Any) -> dict[str, str]:
    """What an entry says (feedparser's dictionaries), under the names of `fields.make`; of the feed only what holds for all of
    its entries: title and language."""
    title = line(_construct(entry, "title"))
    contents = [each for each in _of(entry, "content") or [] if _is_text(each)]
    content = _told(max(map(_plain, contents), key=len, default=""))
    copied = any(_of(entry, "summary") == each.get("value") for each in contents)  # by feedparser, without what it is
    summary = "" if copied else _told(_construct(entry, "summary"))
    if len(content) < len(summary):
        content, summary = summary, content
    origin = _of(entry, "source") or {}
    source = line(_construct(origin, "title") or _construct(channel, "title"))
    found = {
        "id": _of(entry, "id") or _of(entry, "link") or "",
        "title": title.removesuffix(f" - {source}").removesuffix(f" | {source}"),
        "standfirst": "" if _begins(content, summary) else line(summary),
        "text": content,
        "date": _date(entry),
        "source": source,
        "author": _author(entry),
        "section": next(
            (line(text_of(tag)) for each in _of(entry, "tags") or [] if (tag := each.get("label") or each.get("term"))),
            "",
        ),
        "language": _language(entry, channel),
        "url": _of(entry, "link") or "",
    }
    return {key: value for key, value in found.items() if value}


def _parsed(raw: bytes, encoding: str | None) -> Any:
    """The feed. Its encoding is found out here, as for every other format; feedparser looks at one with zero bytes. Raises
    Unreadable for letters of another script in an encoding that nothing names."""
    options = {"sanitize_html": False, "resolve_relative_uris": False}
    try:
        text = _DECLARATION.sub("", decoded(raw, encoding), count=1).lstrip()
    except Unreadable:
        if b"\0" not in raw:
            raise
        return feedparser.parse(BytesIO(raw), response_headers={"content-type": "application/xml"}, **options)
    if len(text) > MAX_MALFORMED:
        text = _wellformed(text)
    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(BytesIO(text.encode("utf-8", "replace")), response_headers=headers, **options)


def _wellformed(text: str) -> str:
    """A feed as libxml2 repairs it where it is malformed: feedparser's own parser for those takes 5 seconds a megabyte."""
    root = etree.fromstring(text.encode("utf-8", "replace"), etree.XMLParser(encoding="utf-8", recover=True, **SAFE))
    if root is None:
        raise Unreadable("malformed XML (no element)")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise Unreadable(f"more than {MAX_ELEMENTS:,} elements in one feed")
    return str(etree.tostring(root, encoding="unicode"))


def _of(found: Any, key: str) -> Any:
    """A value as it is, where feedparser would put a similar one in its place (`published` for `updated`) and warn."""
    return dict.get(found, key) if isinstance(found, dict) else None


def _is_text(content: Any) -> bool:
    media = content.get("type") or "text/plain"
    return media.startswith("text/") or media.endswith(("html", "xml"))


def _construct(found: Any, key: str) -> str:
    """The text of a title or summary, which is taken for HTML where nothing says what it is."""
    return _plain(_of(found, f"{key}_detail") or {"value": _of(found, key)})


def _plain(detail: Any) -> str:
    """The text of a construct with a type, markup resolved where it is markup."""
    value = str(detail.get("value") or "")
    media = detail.get("type") or "text/html"
    return wire.rejoined(text_of(value)) if "html" in media or media.endswith("xml") else value.strip()


def _told(text: str) -> str:
    """A text without `Lire la suite` and what blogs put under each of their entries."""
    paragraphs = text.split("\n\n")
    while paragraphs and (_FOOTER.fullmatch(line(paragraphs[-1])) or not paragraphs[-1].strip()):
        del paragraphs[-1]
    return _TEASER.sub("", "\n\n".join(paragraphs))


def _begins(content: str, summary: str) -> bool:
    """Whether a content begins with a summary, whose end may be cut."""
    start = line(summary).rstrip(".… ")
    return line(content[: len(summary) + 200]).startswith(start[: max(len(start) - 20, 20)])


def _date(entry: Any) -> str:
    for key in ("published", "updated", "created"):
        written = _of(entry, key) or ""
        if iso(written):
            return str(written)
        moment = _of(entry, f"{key}_parsed")
        if moment and ":" in written:
            return strftime("%Y-%m-%dT%H:%M:%SZ", moment)
    return ""


def _author(entry: Any) -> str:
    names = [_of(each, "name") or "" for each in _of(entry, "authors") or []]
    if not any(names):
        names = [_of(entry, "author") or ""]
    return ", ".join(dict.fromkeys(filter(None, map(_person, names))))


def _person(written: str) -> str:
    """A name from `redaction@exemple.fr (Jeanne Martin)` or `Jeanne Martin <…>`."""
    named = _NAMED.fullmatch(written)
    return wire.author(next(filter(None, named.groups()), "") if named else written)


def _language(entry: Any, channel: Any) -> str:
    details = [_of(entry, "summary_detail"), *(_of(entry, "content") or []), _of(entry, "title_detail")]
    languages = [_of(entry, "language"), *(_of(each, "language") for each in details), _of(channel, "language")]
    return next((str(each) for each in languages if each), "")


def _reason(error: BaseException) -> str:
    message = line(str(error))[:200] or type(error).__name__
    message = re.sub(r"^<unknown>:([0-9]+):[0-9]+: (.*)$", r"\2, line \1", message)
    return f"{message[:1].lower()}{message[1:]}"
