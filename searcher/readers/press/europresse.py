"""Europresse and Eureka (CEDROM-SNi) pages of saved articles → the articles, in both layouts these services have used.

- Since 2014 an `article` element each: `DocPublicationName`, `DocHeader` (`Région, samedi 2 mars 2019 212 mots, p. 7`),
  `titreArticle`, `docAuthors` or the last `sm-margin-bottomNews`, `docOcurrContainer`, `publiC-lblNodoc`.
- Before, a table cell each: the same names on `span` elements, the text loose between `br` and `p`.

The identifier is the number of the document (`news·20190302·GV·4821x12`), which also dates an article without a date.
Kickers and notes are text; illustrations, rights and certificates are left out. A publication's number and `(site web)` are
no part of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import IO, Any

from searcher.article import Article
from searcher.readers import datelines
from searcher.readers.fields import line
from searcher.readers.markup import text_of_tree
from searcher.readers.press import pages
from searcher.readers.press.names import NUMBER, PAGES, day, publication
from searcher.readers.press.record import COPYRIGHT, Record, articles, byline, is_byline
from searcher.readers.problems import Problem
from searcher.sources import Source

_PUBLISHED_IN = re.compile(r"(?:Cet article est paru dans|This article appeared in)\b")
_BOILERPLATE = re.compile(
    r"(?:numéro de document|document number|certificat émis|ce certificat est émis|date d.émission"
    r"|le présent document est protégé|this document is protected|note\(s\)\s*:\s*$|PubliC\b)",
    re.I,
)
_ILLUSTRATION = re.compile(r"(?:Illustration|Photo|Image)\(?s?\)?\s*:", re.I)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    page = pages.page(source, stream)
    found = (record if record.title or record.text else None for record in records(page.tree))
    yield from articles(source, found, cut=page.cut, signed=True)


def records(tree: Any) -> Iterator[Record]:
    """What a page of saved articles says of each; a record without a title and a text stands for an empty one."""
    found = [
        each for each in tree.iter("article") if next(each.iterancestors("article"), None) is None and _holds(each)
    ]
    if found:
        yield from map(_article, found)
        return
    cells = list(dict.fromkeys(map(_around, pages.having(tree, "DocPublicationName"))))
    if any(cell.tag == "td" or pages.having(cell, "TitreArticleVisu") for cell in cells):
        yield from map(_cell, cells)
    elif _holds(tree):
        yield _article(tree)


def _around(name: Any) -> Any:
    """The element of an article in the layout of tables: the smallest around the publication's name that holds a headline, when
    it holds one only; else the cell of the name."""
    for each in name.iterancestors():
        if marked := pages.having(each, "TitreArticleVisu"):
            if len(marked) == 1:
                return each
            break
    return next(name.iterancestors("td"), name.getparent())


def _holds(article: Any) -> bool:
    """Whether an `article` element is one of the database, not of a page around."""
    return any(
        pages.having(article, name)
        for name in ("DocPublicationName", "titreArticle", "titreArticleVisu", "docOcurrContainer")
    )


def _article(element: Any) -> Record:
    """An article in the layout since 2014. What is neither named here nor boilerplate is text, in the order of the page."""
    rest = deepcopy(element)
    rest.tail = None
    head = " ".join(map(pages.flat, pages.having(rest, "DocHeader"))) or _below(rest)
    name, number = _taken(rest, "DocPublicationName", lines=True), _number(element)
    section, date, printed = header(head) if head else ("", *header(pages.flat(next(rest.iter("header"), None)))[1:])
    block = next(iter(pages.having(rest, "titreArticle")), None)
    title = _title(rest, block)
    standfirst = _taken(rest, "rdp__subtitle")
    author = _author(rest, block)
    url = _address(rest)
    for each in (*pages.having(rest, "DocHeader"), *rest.iter("footer", "button", "input")):
        pages.drop(each)
    asides = [each for aside in rest.iter("aside") for each in aside]
    for each in filter(lambda each: _ILLUSTRATION.match(pages.flat(each)), asides):
        pages.drop(each)
    text = _bare(text_of_tree(rest, ("footer",)).split("\n\n"), head=(title, section, line(head)))
    return Record(
        title=title,
        text=text,
        date=date or day(number),
        source=publication(name),
        author=author,
        section=section,
        pages=printed,
        id=number,
        standfirst=standfirst,
        url=url,
    )


def _below(rest: Any) -> str:
    """The line above a headline where it stands in two elements, the section marked and the date beside it; taken out."""
    for section in pages.having(rest, "DocTitreSousSection"):
        beside = section.getnext()
        parts = [section, *([] if beside is None or datelines.find(pages.flat(beside)) is None else [beside])]
        written = ", ".join(filter(None, map(pages.flat, parts)))
        for each in parts:
            pages.drop(each)
        return written
    return ""


def _cell(cell: Any) -> Record:
    """An article in the layout of tables: text before its headline is a kicker, the line after may be the author."""
    rest, number = deepcopy(cell), _number(cell)
    rest.tail = None
    name = _taken(rest, "DocPublicationName", lines=True)
    spans = pages.having(rest, "DocHeader")
    printed_above = [each for each in spans if not any(outer in spans for outer in each.iterancestors())]
    section, date, printed = header(" ".join(map(pages.flat, printed_above)))
    for each in (*spans, *(table for table in rest.iter("table") if not pages.having(table, "TitreArticleVisu"))):
        pages.drop(each)
    marked = next(iter(pages.having(rest, "TitreArticleVisu")), None)
    title = pages.flat(marked)
    if marked is not None:
        for inner in list(marked):
            pages.drop(inner, tail=False)
        marked.text = "\ue000"  # stands in for the headline in the text
    before, _, after = text_of_tree(rest).partition("\ue000")
    first, _, others = after.strip().partition("\n")
    author = byline(first) if others.strip() and is_byline(first) else ""
    text = _bare([*before.split("\n\n"), *re.split(r"\n+", others if author else after)], head=(title, section))
    return Record(
        title=title,
        text=text,
        date=date or day(number),
        source=publication(name),
        author=author,
        section=section,
        pages=printed,
        id=number,
    )


def header(written: str) -> tuple[str, str, str]:
    """Section, date and pages in the line above a headline; empty where the line does not tell.

    `Région, samedi 2 mars 2019 212 mots, p. 7` → `Région`, `2019-03-02`, `7`.
    """
    text = line(written)
    when = datelines.find(text)
    if when is None:
        found = PAGES.search(text)
        return "", "", line(found["pages"]) if found else ""
    found = PAGES.search(text, when.end)
    before = text[: when.start].strip(" ,;•–-")
    return before, when.iso, line(found["pages"]) if found else ""


def _title(rest: Any, block: Any) -> str:
    """The headline, taken out: `titreArticleVisu` where there is one, else all that is in `titreArticle`."""
    for name in ("titreArticleVisu", "rdp__articletitle", "grandTitre", "TitreArticleVisu"):
        marked = [each for each in pages.having(rest, name) if pages.flat(each)]
        if marked:
            title = pages.flat(marked[0])
            pages.drop(marked[0])
            return title
    lines = [each for each in text_of_tree(block).split("\n") if each] if block is not None else []
    if block is not None and lines:
        pages.drop(block)
    return line(lines[0]) if lines else ""


def _author(rest: Any, block: Any) -> str:
    """The author, taken out: `docAuthors`; else the last line of the headline's block, or the element after the block, when
    that reads as names."""
    named = pages.having(rest, "docAuthors")
    if any(map(pages.flat, named)):
        written = "; ".join(filter(None, map(pages.flat, named)))
        for each in named:
            pages.drop(each)
        return byline(written)
    below = [each for each in pages.having(rest, "sm-margin-bottomNews") if pages.flat(each)]
    after = block.getnext() if block is not None and block.getparent() is not None else None
    for each in (*below[-1:], *([after] if after is not None and after.tag == "div" else [])):
        written = pages.flat(each)
        if written and (is_byline(written) or (len(written.split()) <= 6 and not written.endswith("."))):
            pages.drop(each)
            return byline(written)
    return ""


def _taken(rest: Any, name: str, *, lines: bool = False) -> str:
    """The text of the first filled element of a class, which is taken out with its empty siblings of that class."""
    for each in pages.having(rest, name):
        written = "".join(each.itertext()) if lines else pages.flat(each)
        pages.drop(each)
        if written.strip():
            return written
    return ""


def _address(rest: Any) -> str:
    """Where the article stands on the web, as its last paragraph links to it; the paragraph is taken out."""
    for each in list(rest.iter("a")):
        if _PUBLISHED_IN.search(pages.flat(each)):
            address = (each.get("href") or "").strip()
            pages.drop(each)
            return address if re.match("https?://", address) else ""
    return ""


def _number(element: Any) -> str:
    for name in ("publiC-lblNodoc", "PubliC_lblNodoc"):
        for each in (*pages.having(element, name), *element.iterfind(f".//*[@id='{name}']")):
            if found := NUMBER.search(pages.flat(each)):
                return found.group()
    numbers = NUMBER.findall(pages.flat(element))
    return numbers[-1] if numbers else ""


def _bare(paragraphs: list[str], *, head: tuple[str, ...]) -> str:
    """A text without boilerplate and rights, and without a first paragraph that repeats the head (a kicker that is the
    section's name)."""
    known = {each.casefold() for each in head if each}
    kept = [
        each
        for each in paragraphs
        if each.strip() and not _BOILERPLATE.match(line(each)) and not _PUBLISHED_IN.match(line(each))
    ]
    while kept and line(kept[0]).casefold() in known:
        del kept[0]
    while kept and (NUMBER.fullmatch(line(kept[-1])) or (COPYRIGHT.match(line(kept[-1])) and len(kept[-1]) < 250)):
        del kept[-1]
    return "\n\n".join(re.sub(r"^Note\(s\)\s*:\s*", "", each) for each in kept)
