"""A page that a press database saved → its tree (lxml), and what is common to finding things in it."""

from __future__ import annotations

import re
from typing import IO, Any

import lxml.etree
import lxml.html

from searcher.errors import Unreadable
from searcher.readers.encoding import declaration, decode
from searcher.sources import Source
from searcher.values import Value

MAX_BYTES = 64 << 20  # of one page, which may hold a thousand articles


class Page(Value):
    """The root element of a page, and whether the page ends before its end tag: its last article may be incomplete."""

    tree: Any
    cut: bool


def page(source: Source, stream: IO[bytes]) -> Page:
    """The page in a stream. Raises Unreadable for more than 64 MB, and when there is no element."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one page; save fewer articles at a time")
    html = decode(raw, source.encoding or declaration(raw))
    return Page(parsed(html), re.search(r"</(?:body|html)\s*>", html[-4096:], re.I) is None)


def parsed(html: str) -> Any:
    """The root element of a page that is decoded already."""
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        return lxml.html.document_fromstring(
            html.replace("\0", "").replace("&softReturn;", " ").encode("utf-8", "replace"), parser=parser
        )
    except lxml.etree.ParserError as error:
        raise Unreadable("a page without an element") from error


def having(element: Any, name: str) -> list[Any]:
    """The elements below that have a class of this name, in order."""
    return [each for each in element.iterfind(".//*[@class]") if name in each.get("class", "").split()]


def flat(element: Any) -> str:
    """All the text in an element on one line; empty for None."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def drop(element: Any, *, tail: bool = True) -> None:
    """Takes an element out of its tree; the text after it stays when `tail` is true."""
    parent = element.getparent()
    if parent is None:
        return
    if tail:
        element.drop_tree()
    else:
        parent.remove(element)
