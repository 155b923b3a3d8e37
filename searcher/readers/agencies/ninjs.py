"""ninjs 1 to 3 (IPTC's news in JSON; Superdesk, AP, BBC) → articles: an item, a list of items, or an answer of AP's or BBC's
service that holds them.

Date: `firstpublished`, then `versioncreated`, `firstcreated`: drafts are created days before they are published, so the first
creation counts last. Embargoed items are articles of an archive. Associated items (pictures, sidebars) are not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.agencies import wire
from searcher.readers.encoding import decode
from searcher.readers.fields import make
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem, and_more, problem
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra, NotAnArticle

MAX_BYTES = 256 << 20
MAX_DEPTH = 6  # of lists and envelopes around an item

_KINDS = {
    "picture": "a picture",
    "graphic": "a graphic",
    "video": "a video",
    "audio": "a recording",
    "composite": "a package of other items",
    "package": "a package of other items",
    "component": "a part of other items",
    "planning": "a plan of coverage",
    "event": "an event",
}
_ENVELOPES = ("data", "items", "item", "_items", "results", "hits", "_source", "articles", "newsItems")
_MARKS = (
    "headline",
    "headlines",
    "versioncreated",
    "body_html",
    "body_xhtml",
    "body_text",
    "bodies",
    "type",
    "uri",
    "guid",
)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one document")
    try:
        document = json.loads(decode(raw, source.encoding))
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON ({error.msg.lower()}, line {error.lineno})") from error
    items = list(_items(document))
    refused: list[str] = []
    failed: list[str] = []
    for number, item in enumerate(items, 1):
        several = len(items) > 1
        place = f"item {number}" if several else None
        try:
            yield make(source, number=number if several else None, place=place, **fields(item))
        except MissingExtra:
            raise
        except NotAnArticle as reason:
            refused.append(str(reason).removeprefix("no article: "))
        except Unreadable as reason:
            failed.append(f"item {number}: {reason}" if several else str(reason))
    if not items:
        raise NotAnArticle("no article: no ninjs item in it")
    told = ", ".join(dict.fromkeys(refused))
    if len(refused) == len(items):
        raise NotAnArticle(f"no article: {told}")
    if failed:
        yield problem(source, and_more(failed[0], len(failed), "item"))
    if refused:
        yield problem(source, f"no article in {len(refused)} of {len(items)} items: {told}", "skipped")


def fields(item: dict[str, Any]) -> dict[str, str]:
    """What an item says, under the names of `fields.make`. Raises NotAnArticle for pictures, packages and plans."""
    kind = _text(item.get("type")).lower()
    if kind in _KINDS:
        raise NotAnArticle(f"no article: {_KINDS[kind]}")
    body = _body(item)
    title = _first(item, "headline", "headlines", "title", "name")
    standfirst = _first(item, "description_html", "description_text", "descriptions", "description_summary", "abstract")
    standfirst = text_of(standfirst).replace("\n", " ") if "<" in standfirst else standfirst
    if not body and not standfirst and item.get("renditions") and "newscontent" in str(item.get("signals")):
        raise NotAnArticle("no article: its text lies in another file")
    byline, text = wire.bare(body, title)
    author = (
        wire.author(_first(item, "byline", "by"))
        or _names(item.get("authors"), ("author", "writer", ""))
        or wire.author(byline)
    )
    found = {
        "id": _first(item, "guid", "uri", "altids", "item_id", "_id", "id"),
        "title": text_of(title) if "<" in title or "&" in title else title,
        "standfirst": "" if standfirst == title else standfirst,
        "text": text,
        "date": _first(item, "firstpublished", "versioncreated", "firstcreated", "contentcreated", "published"),
        "source": wire.organisation(
            _text(item.get("source")),
            _first(item, "infosources", "infosource", "provider"),
            _first(item, "description_creditline", "copyrightholder"),
        ),
        "author": author,
        "section": _first(item, "section", "service", "anpa_category", "subject", "subjects"),
        "language": _text(item.get("language")),
        "url": next(
            (each for key in ("url", "canonical", "uri", "guid") if (each := _text(item.get(key))).startswith("http")),
            "",
        ),
    }
    return {key: value for key, value in found.items() if value}


def _items(document: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The items in a document, whatever envelopes it comes in."""
    if isinstance(document, list):
        for each in document:
            yield from _items(each, depth)
    elif isinstance(document, dict):
        inner = [document[key] for key in _ENVELOPES if isinstance(document.get(key), dict | list)]
        if sum(key in document for key in _MARKS) > 1 or not inner:
            if any(key in document for key in _MARKS):
                yield document
        elif depth < MAX_DEPTH:
            for each in inner:
                yield from _items(each, depth + 1)


def _body(item: dict[str, Any]) -> str:
    for key in ("body_xhtml", "body_html", "body_nitf"):
        if (written := item.get(key)) and isinstance(written, str) and (text := text_of(written)):
            return wire.rejoined(text)
    bodies = [
        each for each in item.get("bodies") or [] if isinstance(each, dict) and isinstance(each.get("value"), str)
    ]
    bodies.sort(key=lambda each: "html" not in _text(each.get("contenttype")))
    for body in bodies:
        if body["value"].strip():
            return text_of(body["value"]) if "<" in body["value"] else wire.unwrapped(body["value"])
    return wire.unwrapped(_text(item.get("body_text")))


def _first(item: dict[str, Any], *keys: str) -> str:
    """The first of the values that is filled."""
    return next((text for key in keys if (text := _text(item.get(key)))), "")


def _text(value: Any) -> str:
    """A value as text; of a list the first that is filled, of an object its name or value."""
    match value:
        case str():
            return value.strip()
        case int() if not isinstance(value, bool):
            return str(value)
        case list():
            return next((text for each in value if (text := _text(each))), "")
        case dict():
            keys = ("value", "name", "itemid", "literal", "title", "code")
            return next((text for key in keys if (text := _text(value.get(key)))), "")
        case _:
            return ""


def _names(people: Any, roles: tuple[str, ...]) -> str:
    names = [
        _text(each.get("name"))
        for each in (people if isinstance(people, list) else [])
        if isinstance(each, dict) and _text(each.get("role")).lower() in roles
    ]
    return ", ".join(dict.fromkeys(filter(None, names)))
