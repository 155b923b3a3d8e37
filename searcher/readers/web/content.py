"""The elements of an article → its paragraphs, without the boilerplate between them, by-lines and lists of other articles."""

from __future__ import annotations

import copy
import re
from itertools import pairwise
from typing import Any

from lxml import etree

from searcher.readers.markup import text_of_tree
from searcher.readers.web.body import LONG, MOST, caption, flat, is_boilerplate, squeezed
from searcher.readers.web.boilerplate import afterword, boilerplate, byline

LINKED = 0.75  # share of a list's text in links from which on it is one of links
_READ_ALSO = re.compile(r"\W*(?:[àa] )?(?:re)?(?:lire|voir) (?:aussi|[ée]galement)\W*", re.I)
_READ = re.compile("lire|voir", re.I)
_TOOL = re.compile(
    r"\W*(?:imprimer|print|drucken|permalien|permalink|partager|share|teilen|envoyer|e-?mail|mots?[ -]cl[ée]s|tags?|date|datum|"
    r"auteur|author|autor|feedback|commenter|comment|kommentar|pdf|t[ée]l[ée]charger|download|facebook|twitter|whatsapp|linkedin|"
    r"recommander|r[ée]agir|favoris|abonnez|newsletter|rss)\b",
    re.I,
)
_MARKS = " \t\r\n\xa0:>»→-–|"
_LISTS = frozenset(("ul", "ol", "div", "section", "table"))


def content(elements: list[Any]) -> str:
    """The text of elements, an empty line between paragraphs, without the boilerplate inside them."""
    texts = []
    for element in elements:
        element = copy.deepcopy(element)
        all_of_it = flat(element)
        most, appeals = MOST * max(len(all_of_it), 1), _READ.search(all_of_it) is not None
        for each in list(element.iterdescendants(etree.Element)):
            if each.tag == "figure":
                gone = len(flat(each)) < 400 and each.find(".//table") is None
            else:
                gone = (
                    is_boilerplate(each)
                    or (appeals and _appeal(each))
                    or (each.tag in _LISTS and (_links(each) or caption(each) or _tools(each)))
                )
            if gone and len(flat(each)) <= most:
                _empty(each)
            elif each.tag == "tr":
                _row(each)
        texts.append(_split(text_of_tree(element)))
    return "\n\n".join(filter(None, texts))


def _links(element: Any) -> bool:
    """Whether an element is a list of links: two and more that hold nearly all of its words."""
    links = [len(flat(each)) for each in element.iter("a")]
    return len(links) >= 2 and sum(links) >= LINKED * max(len(flat(element)), 1)


def _tools(element: Any) -> bool:
    """Whether an element is a list of what can be done with the page: half and more of its items begin with a tool's name."""
    items = [flat(each) for each in element.findall("li")] if element.tag in ("ul", "ol") else []
    tools = sum(_TOOL.match(each) is not None for each in items)
    return len(items) >= 2 and tools >= max(2, len(items) / 2) and max(map(len, items)) < 120


def _appeal(element: Any) -> bool:
    """Whether an element says `Lire aussi` and the link to read follows, or it is that link, within a paragraph."""
    before = element if element.tag != "a" else element.getprevious()
    for label in (before, *([] if element.getparent() is None else [element.getparent().getprevious()])):
        if label is not None and _READ_ALSO.fullmatch((label.text or "").strip()) and not len(label):
            if label is element:
                return (element.tail or "").strip(_MARKS) == "" and element.getnext() is not None
            return element.tag == "a" and (label.tail or "").strip(_MARKS) == ""
    return False


def _row(row: Any) -> None:
    """Sets the cells of a table's row on one line, unless they hold prose: then the table was for the layout."""
    cells = [flat(cell) for cell in row if cell.tag in ("td", "th")]
    if len(cells) > 1 and max(map(len, cells)) <= 120 and row.find(".//tr") is None:
        row.clear(keep_tail=True)
        row.tag, row.text = "p", " | ".join(cells)


def _split(text: str) -> str:
    """Where paragraphs are parted by single line breaks only, an empty line between them."""
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        written = lines[0]
        for before, line in pairwise(lines):
            written += ("\n\n" if max(len(before), len(line)) >= LONG else "\n") + line
        blocks.append(written)
    return "\n\n".join(blocks)


def cleaned(text: str) -> str:
    """A text without boilerplate paragraphs."""
    return "\n\n".join(_prose_of(re.split(r"\n{2,}", text)))


def trimmed(text: str, *, title: str = "", author: str = "") -> str:
    """The same without by-lines at its head and foot, without its title said again, and without the list of other articles
    behind it."""
    paragraphs = _prose_of(_ended(re.split(r"\n{2,}", text)))
    kept: list[str] = []
    for at, each in enumerate(paragraphs):
        written = " ".join(each.split())
        edge = (at < 6 and sum(map(len, kept)) < 900) or at >= len(paragraphs) - 3
        if (edge and byline(written, author)) or (at < 4 and title and squeezed(written) == squeezed(title)):
            continue
        kept.append(each)
    return re.sub(r"[ \u00a0]{2,}", " ", "\n\n".join(kept))


def _prose_of(paragraphs: list[str]) -> list[str]:
    return [each for each in paragraphs if not boilerplate(" ".join(each.split()))]


def _ended(paragraphs: list[str]) -> list[str]:
    """Paragraphs up to the heading under which a page lists other articles: in the last third, and no prose follows."""
    total, sizes = sum(map(len, paragraphs)), 0
    for at, each in enumerate(paragraphs):
        rest = paragraphs[at + 1 :]
        if sizes > 0.65 * total and afterword(" ".join(each.split())) and all(len(one) < 250 for one in rest):
            return paragraphs[:at]
        sizes += len(each)
    return paragraphs


def aligned(blocks: list[str], body: str) -> list[str]:
    """Of a page's blocks those that a text without paragraphs (JSON-LD's `articleBody`) consists of; empty unless they
    make up nine tenths of it."""
    wanted, at, kept, found = squeezed(body), 0, [], 0
    for block in blocks:
        letters = squeezed(block)
        if not letters:
            continue
        place = wanted.find(letters, at, at + len(letters) + 2000)
        if place >= 0:
            at, found = place + len(letters), found + len(letters)
            kept.append(block)
    return kept if wanted and found >= 0.9 * len(wanted) else []


def _empty(element: Any) -> None:
    """Takes out what an element holds; the text after it stays, and paragraphs stay apart."""
    inline = element.tag in ("span", "a", "em", "strong", "b", "i", "small", "svg")
    element.clear(keep_tail=True)
    element.tag = "span" if inline else "hr"
