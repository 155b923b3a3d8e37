"""Web archives → the articles of the pages in them: WARC 0.17 to 1.1, ARC 1 and 2, and the WARC files of a WACZ.

A response, resource or conversion record gives what the reader of its payload's format makes of it; its target address is
the article's `url` and, without the scheme, its `id`. When a page was crawled says nothing about when it was published.
What is part of pages (pictures, style sheets, redirects, errors) gives nothing and is summed up; so is what fails.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import IO
from urllib.parse import unquote, urlsplit

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import read as read_source
from searcher.readers.archives import zipped
from searcher.readers.fields import line
from searcher.readers.problems import Problem, problem
from searcher.readers.sniff import sniff
from searcher.readers.web import http
from searcher.readers.web.captures import Captures, Record
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra, NotAnArticle

MAX_PAYLOAD = 32 << 20
HEADS = 64 << 10  # bytes that tell whether the rest of a record is wanted
CITED = ("html", "text", "pdf", "docx", "odt", "rtf", "epub")  # one article an address; others name theirs themselves

_KINDS = {
    **dict.fromkeys(("image", "video", "audio", "font", "model"), "pictures, sound and fonts"),
    "text/css": "style sheets",
    **dict.fromkeys(
        ("text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"), "scripts"
    ),
    **dict.fromkeys(("application/font-woff", "application/vnd.ms-fontobject"), "pictures, sound and fonts"),
    **dict.fromkeys(("application/x-shockwave-flash", "application/wasm"), "programs"),
}
_BOILERPLATE = re.compile(
    r"/(?:robots|ads|app-ads|humans|llms|security)\.txt$|/favicon\.\w+$|/sitemap[^/]*\.xml(?:\.gz)?$", re.I
)
_NO_PAGE = re.compile(r"(?:dns|whois|ntp|metadata|screenshot|urn:(?:text|pageinfo|view|thumbnail)\w*):", re.I)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    head = stream.read(4)
    stream.seek(0)
    if not head.startswith(b"PK"):
        yield from _read(source, stream)
        return
    archive = zipped.seekable(stream)
    found = 0
    for member in zipped.members(archive):
        if re.fullmatch(r"(?:.*/)?archive/[^/]+\.w?arc(?:\.(?:gz|zst))?", member.name, re.I):
            found += 1
            part = source.part(
                member.name,
                lambda member=member: zipped.content(archive, member, source.meter),  # type: ignore[misc]
                size=member.packed,
            )
            yield from read_source(part, form="warc")
    if not found:
        raise Unreadable("a WACZ without a WARC file in it")


def _read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    source = source.metered()
    assert source.meter is not None
    captures = Captures(stream)
    skipped: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    missing: set[str] = set()
    articles = 0
    for record in captures:
        try:
            for found in _articles(source, record):
                if isinstance(found, Article):
                    articles += 1
                    yield found
                elif found.kind == "noted":
                    yield found
                elif found.kind == "skipped":
                    skipped[found.reason.removeprefix("no article: ").partition(";")[0]] += 1
                elif found.kind == "failed":
                    failed[f"record {record.number}: {found.reason}" if not failed else ""] += 1
                elif found.reason not in missing:
                    missing.add(found.reason)
                    yield Problem(source.path, found.reason, source.place, "missing")
            source.meter.add(0)  # raises when all of it is a bomb
        except NotAnArticle as error:
            skipped[str(error).removeprefix("no article: ")] += 1
    if captures.cut is not None or captures.damaged:
        broken = f"{_count(captures.damaged, 'damaged place')} among {_count(captures.read, 'record')}"
        cut = f"cut short after {_count(captures.read, 'record')} ({captures.cut})"
        yield problem(source, "; ".join([broken] * bool(captures.damaged) + [cut] * (captures.cut is not None)))
    if failed:
        first, more = next(iter(failed)), failed.total() - 1
        yield problem(source, f"{first}, and {_count(more, 'more record')}" if more else first)
    if skipped:
        kinds = ", ".join(f"{what} {number:,}" for what, number in skipped.most_common(8))
        held = "records that hold" if skipped.total() > 1 else "record that holds"
        yield problem(source, f"{skipped.total():,} {held} no article ({kinds})", "skipped")
    elif not articles and not failed and not missing and captures.cut is None and not captures.damaged:
        raise NotAnArticle("no article: a web archive without a page")


def _articles(source: Source, record: Record) -> Iterator[Article | Problem]:
    """What a record gives. Raises NotAnArticle for what is part of a page, or of the crawl."""
    if record.type not in ("response", "resource", "conversion") or not record.length or _NO_PAGE.match(record.url):
        return
    raw = record.body(HEADS)
    answer = http.response(raw) if record.type == "response" else http.Response(None, record.headers, raw)
    media = answer.media or record.media
    _wanted(record.url, answer.status, media)
    answer = replace(answer, payload=answer.payload + record.body(MAX_PAYLOAD - len(raw)))
    place = f"record {record.number}"
    name = posixpath.basename(unquote(urlsplit(record.url).path)) or "index"
    try:
        if record.left and record.failure is None:
            raise Unreadable(f"larger than {MAX_PAYLOAD >> 20} MB")
        payload = http.unpacked(answer, MAX_PAYLOAD)
        if not payload.strip():
            raise NotAnArticle("empty pages")
        if source.meter is not None and len(payload) > len(answer.payload):
            source.meter.add(len(payload) - len(answer.payload))
        part = source.part(name, payload, place=place, url=record.url or None, encoding=answer.charset, media=media)
        form = sniff(part)
    except MissingExtra as error:
        yield Problem(source.path, str(error), place, "missing")
        return
    except NotAnArticle:
        raise
    except Unreadable as error:
        if media in ("application/octet-stream", ""):
            raise NotAnArticle("data") from error
        yield Problem(source.path, str(error), place)
        return
    number = 0
    for found in read_source(part, form=form):
        if isinstance(found, Article):
            number += 1
            if form in CITED and record.url:
                found = replace(found, id=_cited(record.url) + (f"-{number}" if number > 1 else ""))
        elif form in ("json", "jsonl", "csv") and found.kind == "failed":
            found = replace(found, kind="skipped", reason="data")
        yield found


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _wanted(url: str, status: int | None, media: str) -> None:
    """Raises NotAnArticle for what is no page, by what is said about it."""
    if status is not None and status not in (200, 203, 226):
        raise NotAnArticle("redirects" if 300 <= status < 400 else "errors")
    kind = _KINDS.get(media) or _KINDS.get(media.partition("/")[0])
    if kind is not None:
        raise NotAnArticle(kind)
    if _BOILERPLATE.search(url.partition("?")[0]):
        raise NotAnArticle("robots.txt and the like")


def _cited(url: str) -> str:
    """An address as people cite it: without the scheme."""
    return "_".join(line(re.sub(r"^[A-Za-z][\w+.-]*://", "", url)).split())
