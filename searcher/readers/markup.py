"""HTML, or an element of XHTML or NITF → text with an empty line between paragraphs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from html import unescape
from typing import Any, NamedTuple

from searcher.errors import Unreadable
from searcher.sources.refusals import MissingExtra

MAX_HTML = 10 << 20  # characters of one text
MAX_ELEMENTS = 400_000  # in one text, which take some seconds

_BLOCKS = frozenset(
    # HTML; then NITF
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead ul"
    " bq block body.content body.end body.head hl1 hl2 hedline note nitf-table nitf-table-summary".split()
)
_LINES = frozenset(("br", "tr"))
_CELLS = frozenset(("td", "th"))
_DROPPED = frozenset(
    "script style iframe noscript template object embed applet svg math canvas audio video source track map head title button"
    " select option textarea input figcaption noembed noframes frameset"
    " media nitf-table-metadata".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")  # not a lone space: five times as fast
_TAG = re.compile(r"<[A-Za-z/!?]")
_UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]+")


def text_of(html: str) -> str:
    """The text of an HTML document or fragment, entities resolved: an empty line between paragraphs, `br` a line break within
    one. Scripts, styles, frames, forms, captions and what is hidden are left out; nothing is fetched.

    Anything is accepted, plain text too. Raises Unreadable for more than 10 million characters, MissingExtra without lxml.
    """
    if len(html) > MAX_HTML:
        raise Unreadable(f"larger than {MAX_HTML >> 20} MB as one HTML text")
    html = _UNFIT.sub("", html)
    if _TAG.search(html) is None:
        return _joined([unescape(html)])
    try:
        from lxml import etree  # here: an extra, and e-mail without HTML does not need it
    except ModuleNotFoundError:
        raise MissingExtra("html", "its text is HTML") from None
    # huge_tree lifts the depth from 256, which unclosed <font> reach in real pages, to 2048; HTML expands no entities.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(f"<html><body>{html}".encode(), parser)
    if any("depth" in error.message for error in parser.error_log):
        raise Unreadable("nested too deeply")
    return "" if root is None else text_of_tree(root)


def text_of_tree(element: Any, dropped: Iterable[str] = ()) -> str:
    """The same of an element that was parsed already (lxml), whatever its namespace. `dropped` names more elements (in lower
    case) to leave out. The text after the element is not part of it."""
    kinds: dict[Any, _Kind] = {}
    left_out = _DROPPED.union(dropped)
    pieces: list[str] = []  # "\0" ends a paragraph, "\n" a line; other white space is collapsed within a piece
    literal = 0  # depth in <pre>
    unseen = {
        each
        for each in _styled()(element)
        if each.get("hidden") is not None or _HIDDEN.search(each.get("style") or "") is not None
    }
    root = _kind(element.tag, ())  # the element itself is never left out
    pieces.append(root.before)
    literal += root.literal
    pieces.append(_inline(element.text, literal))
    open_elements = [(element, root, iter(element))]  # no recursion: broken pages nest deeper than Python does
    count = 1
    while open_elements:
        parent, kind, children = open_elements[-1]
        for each in children:
            tag = each.tag
            inner = kinds.get(tag)
            if inner is None:
                inner = kinds[tag] = _kind(tag, left_out)
            count += 1
            if inner.dropped or (unseen and each in unseen):
                pieces.append(inner.after)
            else:
                pieces.append(inner.before)
                literal += inner.literal
                if text := each.text:
                    pieces.append(_inline(text, literal))
                if len(each):
                    open_elements.append((each, inner, iter(each)))
                    break
                literal -= inner.literal
                pieces.append(inner.after)
            if text := each.tail:
                pieces.append(_inline(text, literal))
        else:
            open_elements.pop()
            literal -= kind.literal
            pieces.append(kind.after)
            if parent is not element:
                pieces.append(_inline(parent.tail, literal))
        if count > MAX_ELEMENTS:
            raise Unreadable(f"more than {MAX_ELEMENTS:,} elements in one text")
    return _joined("".join(pieces).split("\0"))


@cache
def _styled() -> Any:
    """Finds the elements below that may be hidden, in C: to ask each element for two attributes is a tenth of the walk."""
    from lxml import etree  # here: an extra; whoever has a tree has it

    return etree.XPath("descendant::*[@style or @hidden]")


class _Kind(NamedTuple):
    """What an element of a name does to a text: what ends before it and behind it, whether it is left out, whether its white
    space is as written."""

    before: str
    after: str
    dropped: bool
    literal: bool


def _kind(tag: Any, left_out: Collection[str]) -> _Kind:
    """The kind of an element by its tag; comments and instructions, whose tags are no strings, are left out."""
    if not isinstance(tag, str):
        return _Kind("", "", True, False)
    name = tag.rpartition("}")[2].lower()
    after = "\0" if name in _BLOCKS else ""
    return _Kind(
        after or ("\n" if name in _LINES else " " if name in _CELLS else ""), after, name in left_out, name == "pre"
    )


def _inline(text: str | None, literal: int) -> str:
    """A text or a tail within a paragraph: white space as written in `pre`, else collapsed."""
    if not text:
        return ""
    if literal:
        return text.replace("\r\n", "\n").replace("\0", "")
    if "\n" not in text and "  " not in text and "\t" not in text and "\r" not in text and "\f" not in text:
        return text
    return _SPACE.sub(" ", text) if text.strip(" \t\r\n\f") else " "  # most of what is indented


def _joined(blocks: list[str]) -> str:
    """Paragraphs without the white space around their lines; two line breaks and more make a paragraph too."""
    text = "\n\n".join(
        "\n".join(map(_stripped, block.split("\n"))) if "\n" in block else _stripped(block)
        for block in blocks
        if block and not block.isspace()
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _stripped(line: str) -> str:
    if "  " in line or "\t" in line or "\r" in line or "\f" in line:  # few lines: a quarter of the time without
        line = _SPACE.sub(" ", line)
    return line.strip()
