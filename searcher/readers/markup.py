"""HTML, or an element of XHTML or NITF → text with an empty line between paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

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
    from lxml import etree  # here: see above

    left_out = _DROPPED.union(dropped)
    pieces: list[str] = []  # "\0" ends a paragraph, "\n" a line; other white space is collapsed within a piece
    literal = 0  # depth in <pre>
    skipped = None
    names: dict[Any, str] = {}
    walk = etree.iterwalk(element, events=("start", "end"))
    for number, (event, each) in enumerate(walk):
        if number > 2 * MAX_ELEMENTS:
            raise Unreadable(f"more than {MAX_ELEMENTS:,} elements in one text")
        tag = names.get(each.tag) or _local(each.tag, names)
        if event == "start":
            if each is not element and (tag == "!" or tag in left_out or _hidden(each)):
                walk.skip_subtree()
                skipped = each
                if tag in _BLOCKS:
                    pieces.append("\0")
                continue
            pieces.append("\0" if tag in _BLOCKS else "\n" if tag in _LINES else " " if tag in _CELLS else "")
            literal += tag == "pre"
            _add(pieces, each.text, literal)
            continue
        if each is not skipped:
            literal -= tag == "pre"
            pieces.append("\0" if tag in _BLOCKS else "")
        if each is not element:
            _add(pieces, each.tail, literal)
    return _joined("".join(pieces).split("\0"))


def _local(tag: Any, names: dict[Any, str]) -> str:
    """The local name of a tag in lower case, noted in `names`; `!` for a comment or an instruction."""
    name = names[tag] = tag.rpartition("}")[2].lower() if isinstance(tag, str) else "!"
    return name


def _hidden(element: Any) -> bool:
    style = element.get("style")
    return (style is not None and _HIDDEN.search(style) is not None) or element.get("hidden") is not None


def _add(pieces: list[str], text: str | None, literal: int) -> None:
    if text:
        pieces.append(text.replace("\r\n", "\n").replace("\0", "") if literal else _SPACE.sub(" ", text))


def _joined(blocks: list[str]) -> str:
    """Paragraphs without the white space around their lines; two line breaks and more make a paragraph too."""
    text = "\n\n".join(
        "\n".join(map(_stripped, block.split("\n"))) for block in blocks if block and not block.isspace()
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _stripped(line: str) -> str:
    if "  " in line or "\t" in line or "\r" in line or "\f" in line:  # few lines: a quarter of the time without
        line = _SPACE.sub(" ", line)
    return line.strip()
