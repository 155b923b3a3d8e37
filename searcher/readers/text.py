"""Plain text → one article. A header line or block is understood; otherwise the first line makes a title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import decode
from searcher.readers.records import KEYS, article, iso
from searcher.sources import Source

MAX_TITLE = 110
MAX_BYTES = 64 << 20

# " date 2020-01 Syrie : rencontre surprise …", alone on the first line
_DATED = re.compile(r"\s*date[ \t:]+(?P<date>[0-9]{4}(?:-[0-9]{2}){0,2})[ \t]+(?P<title>\S[^\r\n]*)")
# "Titre : …", "Date: …", one a line
_KEYED = re.compile(r"\s*(?P<key>[^\W\d_]+)[ \t\u00a0]?:[ \t](?P<value>[^\r\n]*)")
_CLAUSE = re.compile(r"[,;:–—][\s\u00a0]")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"{source.name}: larger than {MAX_BYTES >> 20} MB for one text; split it")
    text = decode(raw, source.name)
    if not text.strip():
        raise Unreadable(f"{source.name}: empty")
    fields, body = _header(text)
    fields.setdefault("title", title(body))
    yield article({**fields, "text": body}, source.stem, source.name)


def _header(text: str) -> tuple[dict[str, str], str]:
    """What a header says, and the text after it."""
    dated = _DATED.match(text)
    if dated is not None and iso(dated.group("date")):
        return {"date": dated.group("date"), "title": dated.group("title").strip()}, text[dated.end() :].strip()
    fields: dict[str, str] = {}
    at = 0
    while (keyed := _KEYED.match(text, at)) is not None and keyed.group("key").lower() in KEYS:
        fields[KEYS[keyed.group("key").lower()]] = keyed.group("value").strip()
        at = keyed.end()
    rest = text[at:]
    if "title" not in fields and "date" not in fields:
        return {}, text.strip()
    return fields, rest.strip()


def title(text: str) -> str:
    """A title for a text without one: its first line when that reads as a title; otherwise the first sentence, cut
    between clauses or words, with … where something was left out."""
    line = text.lstrip().partition("\n")[0].strip()
    if len(line) <= MAX_TITLE:
        return line if line.endswith(("...", "…")) else line.removesuffix(".")
    head = line[:MAX_TITLE]
    clauses = [found.start() for found in _CLAUSE.finditer(head) if found.start() >= 40]
    cut = clauses[-1] if clauses else head.rfind(" ")
    return (head[:cut] if cut > 0 else head).rstrip(" ,;:–—\u00a0") + "…"
