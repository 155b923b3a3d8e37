"""TEI (P4 and P5) → articles: those marked as such, the parts of a book, or the document.

Guidelines: https://tei-c.org/guidelines/. What is one article:

- every `div` (or `div1` …) with `type="article"`, every text of a `group`, every TEI of a `teiCorpus`;
- else, in a body that consists of headed divisions, each division; one that holds nothing but further headed
  divisions gives its head to them as their section, unless they are only numbered (`I`, `II. La jeunesse`), and dated
  ones always stand alone;
- else the document (a debate, one article a file).

Title: the heads; else a bibl, else the header. Author: byline or docAuthor, else a bibl, else the header. Date: a
bibl, docDate or dateline of the article, else the header's creation, else its sourceDesc; the date of the electronic
edition is not the date of the text and is not used. Source: title of the bibl beneath the article, else of the
sourceDesc (its journal or monograph). The text is as printed: `orig`, `sic` and `abbr` rather than what editors put
beside them, no deletions, running heads, captions or editors' notes; other notes follow at the end, as printed below
the page. The tree is walked once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import iso, line, make
from searcher.readers.problems import Problem, problem
from searcher.readers.scans import ocr
from searcher.readers.scans.prose import Prose
from searcher.readers.xml import LANG, first, flat, name, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_DIVS = ("div", "div0", "div1", "div2", "div3", "div4", "div5", "div6", "div7")
_ARTICLE = re.compile(r"article|art|news-?item|newsarticle|articolo|artikel", re.I)
_NUMBERED = re.compile(r"(?:chapitre|chapter|partie|§)?\s*(?:[ivxlc]+|\d+)\b[\s.):°—–-]*", re.I)
_UNTITLED = re.compile(r"untitled\b.*|sans titre|no title", re.I)
_BORN_DIGITAL = re.compile(r"born.digital|nativement numérique|né(?:e)? numérique|no (?:print )?source", re.I)
_FIELDS = frozenset(
    ("head", "bibl", "biblStruct", "byline", "docAuthor", "docDate", "pb", "cb", "fw", "milestone", "anchor")
)


@dataclass(slots=True)
class Header:
    """What a teiHeader says of the whole."""

    title: str = ""
    author: str = ""
    date: str | None = None
    source: str = ""
    language: str | None = None
    url: str | None = None


@dataclass(slots=True)
class Unit:
    """An article: its element, or the loose parts of a division that holds articles; the heads and the page around it;
    whether it is the whole document, which the header then describes."""

    elements: list[Any]
    sections: list[str] = field(default_factory=list)
    page: str | None = None
    whole: bool = False


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    root = parse(stream, source.encoding)
    if name(root) == "teiHeader":
        raise NotAnArticle("no article: a TEI header without its text")
    documents = [each for each in root.iter("{*}TEI", "{*}TEI.2") if each.find("{*}text") is not None]
    if not documents:
        raise NotAnArticle("no article: TEI without a text")
    number = 0
    failed: list[str] = []
    for document in documents:
        about = header(document.find("{*}teiHeader"), document, root)
        found = list(units(document.find("{*}text")))
        several = len(documents) > 1 or len(found) > 1
        for unit in found:
            number += 1
            try:
                unit.whole = unit.whole and len(found) == 1
                yield _article(source, unit, about, number if several else None)
            except Unreadable:
                failed.append(f"article {number}")
    if failed and len(failed) == number:
        raise NotAnArticle("no article: TEI whose texts are empty")
    if failed:
        yield problem(
            source, f"{failed[0]} is empty" + (f", and {len(failed) - 1} more" if failed[1:] else ""), "skipped"
        )


def _article(source: Source, unit: Unit, about: Header, number: int | None) -> Article:
    element = unit.elements[0]
    prose = Prose(unit.elements)
    bibl = next((each for each in element if name(each) in ("bibl", "biblStruct")), None) if not unit.whole else None
    heads = prose.heads
    title = " ".join(heads)
    sections = list(unit.sections)
    if sections and _NUMBERED.fullmatch(title or "I"):
        title = " ".join(filter(None, (sections.pop(), title)))
    if bibl is not None and not title:
        title = first(bibl, "{*}title[@level='a']", "{*}analytic/{*}title")
    page = unit.page or _pages(bibl)
    place = None
    if number is not None:
        place = f"page {page}" if page else f"article {number}"
    shown = about.title if unit.whole and about.title else title or (about.title if number is None else "")
    paragraphs = ([*heads] if shown != title else []) + prose.paragraphs
    if paragraphs and _letters(paragraphs[0]) == _letters(shown):
        del paragraphs[0]
    return make(
        source,
        id=element.get("{http://www.w3.org/XML/1998/namespace}id") or element.get("id") if number is not None else None,
        number=number,
        place=place,
        title=shown,
        text="\n\n".join(paragraphs),
        date=_date_in(bibl) or _own_date(element) or about.date,
        source=_host(bibl) or about.source or (about.title if number is not None else ""),
        author=prose.author or _authors(bibl) or about.author,
        section=" – ".join(sections) or None,
        language=element.get(LANG) or about.language,
        url=about.url if number is None else None,
    )


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def units(text: Any) -> Iterator[Unit]:
    """The articles of a `text`."""
    group = text.find("{*}group")
    if group is not None:
        for inner in group.iter("{*}text"):
            if inner.find("{*}group") is None:
                yield from units(inner)
        return
    body = text.find("{*}body")
    if body is None:
        body = text
    marked = {
        each for each in body.iter(*(f"{{*}}{div}" for div in _DIVS)) if _ARTICLE.fullmatch(each.get("type") or "")
    }
    around = {parent for each in marked for parent in each.iterancestors()}
    if marked:
        yield from _marked(body, marked, around, [], [None])
        return
    parts = [each for each in text if name(each) in ("front", "body", "back")] or [text]
    divs = [each for each in body if name(each) in _DIVS]
    loose = [
        each
        for each in body
        if isinstance(each.tag, str) and name(each) not in (*_DIVS, *_FIELDS, "epigraph", "trailer")
    ]
    if len(divs) >= 2 and not any(flat(each) for each in loose) and all(_headed(each) for each in divs):
        yield from _divisions(divs, [], [None])
    else:
        yield Unit(parts, whole=True)


def _marked(
    element: Any, marked: set[Any], around: set[Any], sections: list[str], page: list[str | None]
) -> Iterator[Unit]:
    """Articles marked as such; text between them makes articles of its own, so that none is lost."""
    loose: list[Any] = []
    inner = sections
    for child in element:
        kind = name(child)
        if child in marked or child in around:
            yield from _rest(loose, inner, page[0])
            loose = []
            if child in marked:
                page[0] = _leading(child) or page[0]
                yield Unit([child], inner, page[0])
                page[0] = _last(child) or page[0]
            else:
                yield from _marked(child, marked, around, inner, page)
        elif kind == "pb":
            page[0] = child.get("n") or page[0]
        elif kind == "head" and element.getparent() is not None and name(element) in _DIVS:
            inner = [*sections, flat(child)]
        elif kind in _DIVS:
            yield from _rest(loose, inner, page[0])
            loose = []
            yield from _rest([child], inner, page[0])
            page[0] = _last(child) or page[0]
        elif kind and kind not in _FIELDS:
            loose.append(child)
    yield from _rest(loose, inner, page[0])


def _rest(loose: list[Any], sections: list[str], page: str | None) -> Iterator[Unit]:
    if any(flat(each) for each in loose):
        yield Unit(loose, sections, page)


def _divisions(divs: list[Any], sections: list[str], page: list[str | None]) -> Iterator[Unit]:
    """The divisions of a book, those taken apart that only gather others."""
    for div in divs:
        inner = [each for each in div if name(each) in _DIVS]
        other = [
            each
            for each in div
            if isinstance(each.tag, str) and name(each) not in (*_DIVS, *_FIELDS, "epigraph", "argument")
        ]
        heads = [each.find("{*}head") for each in inner]
        dated = [each.find("{*}dateline") is not None for each in inner]
        titled = all(head is not None and not _NUMBERED.match(flat(head)) for head in heads)
        page[0] = _leading(div) or page[0]
        if (
            inner
            and not any(flat(each) for each in other)
            and all(each is not None for each in heads)
            and (titled or all(dated))
        ):
            yield from _divisions(inner, [*sections, _head(div)], page)
        else:
            yield Unit([div], sections, page[0])
            page[0] = _last(div) or page[0]


def _headed(div: Any) -> bool:
    return div.find("{*}head") is not None


def _head(div: Any) -> str:
    return " ".join(Prose([div], heads_only=True).heads)


def _leading(element: Any) -> str | None:
    """The page that an element begins on, when it begins with a page break."""
    for child in element:
        if name(child) == "pb":
            return str(child.get("n")) if child.get("n") else None
        if name(child) not in ("cb", "fw", "milestone", "anchor", "lb") or (child.tail or "").strip():
            return None
    return None


def _last(element: Any) -> str | None:
    found = None
    for each in element.iter("{*}pb"):
        found = each.get("n") or found
    return found


def _pages(bibl: Any) -> str | None:
    if bibl is None:
        return None
    scope = bibl.find(".//{*}biblScope[@unit='page']")
    if scope is not None and (scope.get("from") or flat(scope)):
        return scope.get("from") or re.sub(r"^pp?\.\s*", "", flat(scope))
    found = re.search(r"\bpp?\.\s*([\dIVXLivxl]+)", flat(bibl))
    return found.group(1) if found else None


def header(element: Any, document: Any, root: Any) -> Header:
    """What the header of a document says; the corpus's header fills what it leaves out."""
    about = Header(language=document.get(LANG) or document.get("lang"))
    outer = root.find("{*}teiHeader")
    for each in (element, outer if outer is not element else None):
        if each is None:
            continue
        original = each.find("{*}fileDesc/{*}sourceDesc")
        title = first(each, "{*}fileDesc/{*}titleStmt/{*}title[@type='main']", "{*}fileDesc/{*}titleStmt/{*}title")
        about.title = about.title or ("" if _UNTITLED.fullmatch(title) else title)
        about.author = about.author or _authors(each.find("{*}fileDesc/{*}titleStmt")) or _authors(original)
        about.date = about.date or _date_in(each.find("{*}profileDesc/{*}creation")) or _date_in(original)
        if about.date is None and original is not None and _BORN_DIGITAL.search(flat(original)):
            about.date = _date_in(each.find("{*}fileDesc/{*}publicationStmt"))
        if about.date is None and original is None:
            about.date = _date_in(each.find("{*}fileDesc/{*}editionStmt"))
        about.source = about.source or _host(original)
        spoken = each.find("{*}profileDesc/{*}langUsage/{*}language")
        if about.language is None and spoken is not None:
            about.language = spoken.get("ident") or spoken.get("id")
        for idno in each.iterfind("{*}fileDesc/{*}publicationStmt//{*}idno"):
            if about.url is None and re.match(r"https?://\S+$", flat(idno)):
                about.url = flat(idno)
    if about.source == about.title:
        about.source = "" if document.find(".//{*}div") is None else about.source
    return about


def _host(element: Any) -> str:
    """The publication that a bibliographic description names: its journal, else its monograph."""
    if element is None:
        return ""
    levels = ("{*}title[@level='j']", "{*}monogr/{*}title", "{*}title[@level='m']", "{*}titleStmt/{*}title")
    found = first(element, *(f".//{each}" for each in levels))
    if not found:
        found = next(
            (flat(each) for each in element.iterfind(".//{*}title") if each.get("level") != "a" and flat(each)), ""
        )
    inside = re.search(r"\[([^\]]+)\]$", found)
    return line((inside.group(1) if inside and found.find(",") > 0 else found).rstrip(" ,;"))


def _authors(element: Any) -> str:
    if element is None:
        return ""
    names = [flat(each) or (each.get("key") or "") for each in element.iterfind(".//{*}author")]
    return ", ".join(dict.fromkeys(filter(None, names)))


def _own_date(element: Any) -> str | None:
    """The date an article bears: docDate or dateline at its head or foot."""
    for child in element:
        if name(child) in ("docDate", "dateline", "opener", "closer", "date", "head", "byline"):
            found = _date_in(child, child if name(child) in ("docDate", "date") else None)
            if found is None and name(child) in ("dateline", "opener"):
                found = ocr.dated(flat(child))
            if found:
                return found
    return None


def _date_in(element: Any, itself: Any = None) -> str | None:
    """The date that a description holds: from the attributes of a date, else from its words, else from the words around it."""
    if element is None:
        return None
    dates = [itself] if itself is not None else list(element.iter("{*}date"))
    for each in dates:
        if found := _declared(each):
            return found
    for each in dates:
        written = flat(each).strip("[]() .,?")
        if found := iso(written) or ocr.dated(written):
            return found
        years = re.findall(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", written)
        if len(set(years)) == 1:
            return str(years[0])
    return ocr.dated(flat(element))


def _declared(date: Any) -> str | None:
    """`when`, P4's `value`; a range gives what its two ends have in common, and an open one its year."""
    for key in ("when", "when-iso", "value"):
        if (written := date.get(key)) and (found := iso(written)):
            return found
    start, end = date.get("notBefore") or date.get("from"), date.get("notAfter") or date.get("to")
    if start and end:
        common = ""
        for one, other in zip(start.split("-"), end.split("-"), strict=False):
            if one != other:
                break
            common = f"{common}-{one}" if common else one
        return iso(common) if common else None
    return iso((start or end or "")[:4]) if start or end else None
