"""What a page shows and what its articles hold → lines for the report: what was left out, how much, and how it begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from searcher.readers import fields, repairs
from searcher.readers.markup import text_of_tree
from searcher.readers.web.body import MOST, flat, is_boilerplate, length, squeezed
from searcher.readers.web.boilerplate import afterword, boilerplate, byline

SENTENCE = 40  # characters of a paragraph that is text, not a label of the page
LABELLED = 80  # … in an `aside` or a box, where labels are longer
LINKED = 0.5  # share of a paragraph's text in links from which on the paragraph is navigation
QUOTED = 60  # characters of what was left out that a line quotes
AROUND = 4  # lines before and behind the article in which by-lines and boilerplate are counted
NOTICES = 3  # lines of boilerplate that are quoted

_DROPPED = ("nav", "footer")
_LISTED, _BOXED, _END = "\ue000", "\ue001", "\ue002"  # marks before and behind elements, from the private use area
_MARKS = re.compile("[\ue000-\ue002]")
_PIECES = re.compile("([\ue000-\ue002])")
_BOX = re.compile(r"(?:^|[\s_-])(?:sidebar|infobox|encadr[eé]e?)(?:$|[\s_-])", re.I)


class Line(NamedTuple):
    """A paragraph that a page shows, on one line; its part outside of listed boilerplate; whether it is in a side box."""

    text: str
    outside: str
    boxed: bool


def lines_of(tree: Any) -> list[Line]:
    """The paragraphs that a page shows, without those of navigation and footers."""
    body = tree.find("body")
    body = tree if body is None else body
    marked = _marked(body)
    try:
        text = text_of_tree(body, _DROPPED)
    finally:
        for each, inside, after in marked:
            each.text, each.tail = inside, after
    lines: list[Line] = []
    state = _END
    for written in re.split(r"\n+", text):
        start, outside = state, written if state != _LISTED else ""
        if not written.isascii() and _MARKS.search(written) is not None:
            outside = ""
            for piece in _PIECES.split(written):
                if _MARKS.fullmatch(piece):
                    state = piece
                elif state != _LISTED:
                    outside += piece
            written = _MARKS.sub("", written)
        if line := " ".join(written.split()):
            plain = line if outside == written else " ".join(outside.split())
            lines.append(Line(line, plain, _BOXED in (start, state)))
    return lines


def _marked(body: Any) -> list[tuple[Any, str | None, str | None]]:
    """Sets marks around what the page calls boilerplate; gives those elements with their text and tail as they were.

    An element of such a name that holds most of the page is none.
    """
    most = MOST * length(body)
    marked = []
    stack = [body]
    while stack:
        for each in stack.pop():
            if each.tag in _DROPPED:
                continue
            if is_boilerplate(each):
                boxed = (
                    each.tag == "aside" or _BOX.search(f"{each.get('class') or ''} {each.get('id') or ''}") is not None
                )
                if boxed or length(each) <= most:
                    marked.append((each, each.text, each.tail))
                    each.text = f"{_BOXED if boxed else _LISTED}{each.text or ''}"
                    each.tail = f"{_END}{each.tail or ''}"
                    continue
            if len(each):
                stack.append(each)
    return marked


def left_out(tree: Any, lines: Sequence[Line], kept: Iterable[str]) -> Iterator[str]:
    """Says what of a page's paragraphs stands in nothing that was kept: a line for text, with its longest paragraph, and a line
    for boilerplate; neither when all of the page was kept.

    By-lines and lines of boilerplate are those in the article and just around it. What stands in elements called navigation,
    comments, forms and the like is neither: they are listed in `readers.web.body`.
    """
    written = " ".join(" ".join(kept).split())
    held = [each.outside in written for each in lines]
    if all(held):
        return
    letters = squeezed(written)
    first = held.index(True) if True in held else 0
    last = len(held) - held[::-1].index(True) if True in held else 0
    notices: list[str] = []
    text: list[str] = []
    for at, each in enumerate(lines):
        near = first - AROUND <= at < last + AROUND
        long = len(each.outside) >= (LABELLED if each.boxed else SENTENCE)
        if held[at] or not (near or long) or squeezed(_mended(each.outside)) in letters:
            continue
        if boilerplate(each.outside) or byline(each.outside) or afterword(each.outside):
            if near:
                notices.append(each.outside)
        elif long:
            text.append(each.outside)
    if text:
        links = dict.fromkeys(one for link in tree.iter("a") if (one := flat(link)))
        text = [each for each in text if not _navigates(each, links)]
    if text:
        many = f" in {len(text)} paragraphs, the longest" if len(text) > 1 else ","
        begins = _begin(max(text, key=len))
        yield f"left out of the page: {sum(map(len, text)):,} characters of text{many} beginning “{begins}”"
    if notices:
        quoted = ", ".join(f"“{_begin(each)}”" for each in notices[:NOTICES])
        yield f"left out of the page: {len(notices)} {'lines' if len(notices) > 1 else 'line'} of boilerplate ({quoted})"


def _mended(text: str) -> str:
    """A text with the repairs that an article's text has had; they are told of there."""
    with repairs.heard_by(None):
        return fields.mended(text)


def _navigates(paragraph: str, links: Iterable[str]) -> bool:
    return sum(len(each) for each in links if each in paragraph) >= LINKED * len(paragraph)


def _begin(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED].rsplit(' ', 1)[0]} …"
