"""Plain text and Markdown → one article. A header line or block is understood; otherwise the first line makes a title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import decode
from searcher.readers.fields import iso
from searcher.readers.records import KEYS, article, key_of
from searcher.sources import Source

MAX_TITLE = 110
MAX_BYTES = 64 << 20

# " date 2020-01 Syrie : rencontre surprise …", alone on the first line
_DATED = re.compile(r"\s*date[ \t:]+(?P<date>[0-9]{4}(?:-[0-9]{2}){0,2})[ \t]+(?P<title>\S[^\r\n]*)")
# "Titre : …", "Date: …", one a line
_KEYED = re.compile(r"\s*(?P<key>[^\W\d_]+)[ \t\u00a0]?:[ \t](?P<value>[^\r\n]*)")
# Front matter, as Jekyll, Hugo and Pandoc have it: YAML between ---, TOML between +++
_FRONT = re.compile(r"(?P<fence>---|\+\+\+)[ \t]*\n(?P<lines>.*?)^(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_ENTRY = re.compile(r"(?P<key>[\w -]+?)[ \t]*[:=](?:[ \t]+(?P<value>.*))?$")
_CLAUSE = re.compile(r"[,;:–—][\s\u00a0]")
# "# Un titre", a bold line of its own, or a title underlined with = (or -, in Markdown only: in a plain text those part
# sections)
_HEADING = re.compile(
    r"\s*(?:#[ \t]+(?P<hashed>[^\n]*?)[ \t]*#*[ \t]*"
    r"|(?P<mark>\*\*|__)(?P<bold>[^\s*_][^\n*_]*[^\s*_:])(?P=mark)[ \t]*(?=\n[ \t]*\n)"
    r"|(?P<ruled>[^\n]+)\n={3,}[ \t]*)(?:\n|\Z)"
)
_MARKDOWN = (".md", ".markdown")
_POST = re.compile(r"([12][0-9]{3}-[01][0-9]-[0-3][0-9])-")  # 2020-01-07-un-titre.md, the date of a post


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB for one text; split it")
    text = decode(raw, source.encoding)
    if not text.strip():
        raise Unreadable("empty")
    fields, body = _header(text)
    if source.suffix in _MARKDOWN or _FRONT.match(text.lstrip("\ufeff")):
        body = _unmarked(body)
        if (post := _POST.match(source.stem)) is not None:
            fields.setdefault("date", post.group(1))
    fields.setdefault("title", title(body))
    yield article(source, {**fields, "text": body})


def _header(text: str) -> tuple[dict[str, str], str]:
    """What a header says, and the text after it."""
    dated = _DATED.match(text)
    if dated is not None and iso(dated.group("date")):
        return {"date": dated.group("date"), "title": dated.group("title").strip()}, text[dated.end() :].strip()
    unix = text.lstrip("\ufeff").replace("\r\n", "\n")
    if (front := _FRONT.match(unix)) is not None:
        fields, text = _entries(front.group("lines")), unix[front.end() :]
        heading = _heading(text)
        if heading is not None and fields.setdefault("title", heading[0]) == heading[0]:
            text = heading[1]
        return fields, text.strip()
    if (heading := _heading(unix)) is not None:
        return {"title": heading[0]}, heading[1].strip()
    fields = {}
    at = 0
    while (keyed := _KEYED.match(text, at)) is not None and _header_field(keyed.group("key")):
        fields[_header_field(keyed.group("key"))] = keyed.group("value").strip()
        at = keyed.end()
    rest = text[at:]
    if "title" not in fields and "date" not in fields:
        return {}, text.strip()
    return fields, rest.strip()


def _header_field(key: str) -> str:
    """The field a line of a header fills; empty for a word that begins a sentence, or a text, rather than a header."""
    field = KEYS.get(key_of(key), "")
    return "" if field == "text" or (len(key) < 3 and field != "id") else field


def _heading(text: str) -> tuple[str, str] | None:
    """A first line that is marked as a heading, and the text after it."""
    found = _HEADING.match(text)
    written = (found.group("hashed") or found.group("bold") or found.group("ruled") or "").strip() if found else ""
    return (_unmarked(written), text[found.end() :]) if found and written else None


def _entries(lines: str) -> dict[str, str]:
    """The fields of front matter. Lists are joined; what is nested deeper is passed over."""
    fields: dict[str, str] = {}
    field = None
    for line in lines.split("\n"):
        if field and (item := re.match(r"\s*-\s+(.+)", line)):
            fields[field] = ", ".join(filter(None, (fields.get(field, ""), _unquoted(item.group(1)))))
        elif (entry := _ENTRY.match(line)) is not None:
            field = KEYS.get(key_of(entry.group("key")))
            if field == "text" or field in fields:
                field = None
            if field and (value := _unquoted(entry.group("value") or "")):
                fields[field] = value
        elif line[:1] in (" ", "\t") and field and field in fields and line.strip():
            fields[field] = f"{fields[field].lstrip('>|').strip()} {line.strip()}".strip()  # a value over several lines
    return fields


def _unquoted(value: str) -> str:
    value = value.strip()
    if value[:1] == "[" and value[-1:] == "]":
        return ", ".join(filter(None, map(_unquoted, value[1:-1].split(","))))
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _unmarked(text: str) -> str:
    """Markdown as it is read: without the marks of headings, links, pictures and emphasis."""
    text = re.sub(r"<!--.*?-->|!\[[^\]\n]*\]\([^)\n]*\)", "", text, flags=re.S)
    text = re.sub(r"\[([^\[\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])", r"\1", text)
    text = re.sub(
        r"^(?:[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*|[ \t]*(?:[-=*_][ \t]*){3,})[ \t]*$", r"\1", text, flags=re.M
    )
    text = re.sub(r"^[ \t]{0,3}>[ \t]?", "", text, flags=re.M)
    return re.sub(r"(?<![\w*_])(\*\*\*|\*\*|__|\*|_)(?=\S)([^\n]*?\S)\1(?![\w*_])", r"\2", text)


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
