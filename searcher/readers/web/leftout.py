"""What a page shows and what its articles hold → one line for the report: what was left out, how much, and how it begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from searcher.readers.markup import text_of_tree
from searcher.readers.web.body import flat, is_boilerplate, squeezed
from searcher.readers.web.boilerplate import afterword, boilerplate, byline

SENTENCE = 40  # characters of a paragraph that is text, not a label of the page
BOXED = 80  # … in an `aside` or a box, where labels are longer
LINKED = 0.5  # share of a paragraph's text in links from which on the paragraph is navigation
QUOTED = 60  # characters of what was left out that a line quotes
LINES = 3  # lines of boilerplate that are quoted

_BOX = re.compile(r"(?:^|[\s_-])(?:sidebar|infobox|encadr[eé]e?)(?:$|[\s_-])", re.I)


def shown(tree: Any) -> list[str]:
    """The paragraphs that a page shows, each on one line, without those of navigation and footers."""
    body = tree.find("body")
    text = text_of_tree(tree if body is None else body, ("nav", "footer"))
    return [" ".join(each.split()) for each in re.split(r"\n+", text) if each.strip()]


def left_out(tree: Any, paragraphs: Sequence[str], kept: Iterable[str]) -> str | None:
    """A line that says what of a page's `paragraphs` stands in nothing that was kept; None when all of the text does.

    By-lines and lines of boilerplate are counted apart from text. What stands in elements called navigation, comments,
    forms and the like is neither: they are listed in `readers.web.body`.
    """
    written = " ".join(" ".join(kept).split())
    missing = [each for each in paragraphs if each not in written]
    if not missing:
        return None
    listed, boxed = _elsewhere(tree)
    letters = squeezed(f"{written}\n{listed}")
    boxed = squeezed(boxed)
    lines: list[str] = []
    text: list[str] = []
    for each in missing:
        if each in listed or (its := squeezed(each)) in letters:
            continue
        if boilerplate(each) or byline(each) or afterword(each):
            lines.append(each)
        elif len(each) >= (BOXED if its in boxed else SENTENCE):
            text.append(each)
    if text:
        links = [one for link in tree.iter("a") if (one := flat(link))]
        text = [each for each in text if not _navigates(each, links)]
    said = []
    if text:
        size, more = sum(map(len, text)), f" in {len(text)} paragraphs" if len(text) > 1 else ""
        said.append(f"{size:,} characters of text{more}, beginning “{_begin(text[0])}”")
    if lines:
        quoted = ", ".join(f"“{_begin(each)}”" for each in lines[:LINES])
        said.append(f"{len(lines)} {'lines' if len(lines) > 1 else 'line'} of boilerplate ({quoted})")
    return f"left out of the page: {'; '.join(said)}" if said else None


def _elsewhere(tree: Any) -> tuple[str, str]:
    """The text of what a page calls boilerplate, and the text of its side boxes."""
    listed: list[str] = []
    boxed: list[str] = []
    walk = etree.iterwalk(tree, events=("start",))
    for _, each in walk:
        if is_boilerplate(each):
            box = each.tag == "aside" or _BOX.search(f"{each.get('class') or ''} {each.get('id') or ''}")
            (boxed if box else listed).append(flat(each))
            walk.skip_subtree()
    return "\n".join(listed), "\n".join(boxed)


def _navigates(paragraph: str, links: list[str]) -> bool:
    return sum(len(each) for each in dict.fromkeys(links) if each in paragraph) >= LINKED * len(paragraph)


def _begin(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[:QUOTED].rsplit(' ', 1)[0]} …"
