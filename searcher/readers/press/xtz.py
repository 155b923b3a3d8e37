"""XML of TXM (XTZ), as tools that collect press write it → an article for each `text` element, described by its attributes.

`<text source="Le Littoral" title="…" author="…" date="2021-06-14">`, alone or several in a `corpus`. Attributes are
known by the names that columns have; the text is what the element shows, `lb` a line break.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from searcher.article import Article
from searcher.readers.press.record import Record, articles
from searcher.readers.problems import Problem
from searcher.readers.records import fields
from searcher.readers.xml import name, parse
from searcher.sources import Source

_BLOCKS = ("p", "head", "ab", "div")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    root = parse(stream, source.encoding)
    texts = [each for each in root.iter() if isinstance(each.tag, str) and name(each).lower() == "text"]
    yield from articles(source, map(_record, texts), unit="text")


def _record(element: Any) -> Record | None:
    """What a `text` element says; None without a text and a title."""
    links = [link for each in element.iter("{*}ref") if (link := each.get("target"))]
    for each in element.iter("{*}ref"):
        each.text = None
    said = fields({**element.attrib, "text": _text(element)})
    if not said:
        return None
    return Record(
        title=said.get("title", ""),
        text=said.get("text", ""),
        date=said.get("date", ""),
        source=said.get("source", ""),
        author=said.get("author", ""),
        section=said.get("section", ""),
        pages=said.get("pages", ""),
        id=said.get("id", ""),
        language=said.get("language", ""),
        standfirst=said.get("standfirst", ""),
        url=said.get("url", "") or next(iter(links), ""),
    )


def _text(element: Any) -> str:
    parts: list[str] = []

    def add(each: Any) -> None:
        block = isinstance(each.tag, str) and name(each).lower() in _BLOCKS
        if block:
            parts.append("\n\n")
        if isinstance(each.tag, str):
            parts.append(each.text or "")
            for child in each:
                add(child)
                parts.append(
                    ("\n" if isinstance(child.tag, str) and name(child).lower() == "lb" else "") + (child.tail or "")
                )
        if block:
            parts.append("\n\n")

    add(element)
    return "\n".join(" ".join(line.split()) for line in "".join(parts).strip().split("\n"))
