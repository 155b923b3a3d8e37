"""ABBYY FineReader XML (schemas 6 to 11) → an article a page.

Schema: `FineReader10-schema-v1.xml` of ABBYY's SDK: document/page/block/text/par/line/formatting, the characters
either as the text of `formatting` or one by one in `charParams`; tables by row and cell. A file of one page may have
`page` for its root. Paragraphs are ABBYY's own; running titles and captions are left out where their style says what
they are, page numbers where they stand first or last. Pages are read one after the other, so a book of any size takes
the memory of a page. The format knows neither title nor date: they are taken from the description beside the page
where there is one (`*_mit.json`, as the BCU Lausanne's exports have it), else they stay empty. A page that a METS
file lists is read with its issue.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from lxml import etree

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import iso, make
from searcher.readers.problems import Problem, problem
from searcher.readers.scans import heads, ocr
from searcher.readers.xml import SAFE, malformed, name
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

MAX_DESCRIPTION = 1 << 20
_LEFT_OUT = ("rt", "garb", "pictureCaption", "tableCaption")  # roles of paragraph styles
_LANGUAGES = {
    "french": "fr",
    "german": "de",
    "english": "en",
    "italian": "it",
    "spanish": "es",
    "dutch": "nl",
    "latin": "la",
}


@dataclass(frozen=True, slots=True)
class Description:
    """What stands beside a page about its issue."""

    title: str = ""
    date: str | None = None


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    if heads.covered(source):
        return
    about = _description(source)
    styles: set[str] = set()
    number = found = 0
    several = False
    try:
        for _, element in etree.iterparse(
            stream, events=("end",), tag=("{*}page", "{*}paragraphStyle", "{*}document"), **SAFE
        ):
            if name(element) == "paragraphStyle":
                if element.get("role") in _LEFT_OUT:
                    styles.add(element.get("id", ""))
                continue
            if name(element) == "document":
                continue
            number += 1
            parent = element.getparent()
            several = several or number > 1 or (parent is not None and (parent.get("pagesCount") or "1") != "1")
            paragraphs, language = _page(element, styles)
            if paragraphs:
                found += 1
                yield make(
                    source,
                    number=number if several else None,
                    place=f"page {number}" if several else None,
                    title=", ".join(filter(None, (about.title, about.date))) if about.title else "",
                    text="\n\n".join(paragraphs),
                    date=about.date,
                    source=about.title,
                    language=language,
                )
            element.clear()
            while element.getprevious() is not None and parent is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        if not found:
            raise malformed(error) from error
        yield problem(source, f"{malformed(error)}; the pages before it are read")
    if number == 0:
        raise Unreadable("not an ABBYY document")
    if not found:
        raise NotAnArticle("no article: a page without text")


def _page(page: Any, styles: set[str]) -> tuple[list[str], str | None]:
    """The paragraphs of a page, and the language of most of its lines."""
    languages: dict[str, int] = {}
    blocks: list[list[list[str]]] = []
    for block in page.iterfind("{*}block"):
        if (block.get("blockType") or "Text") not in ("Text", "Table"):
            continue
        pars = []
        for par in block.iter("{*}par"):
            if par.get("style", "-") in styles:
                continue
            lines = [text for each in par.iterfind("{*}line") if (text := _line(each, languages)).strip()]
            if lines:
                pars.append(lines)
        if pars:
            blocks.append(pars)
    for at in (0, -1):
        if len(blocks) > 1 and len(blocks[at]) == 1 and ocr.is_page_number(" ".join(blocks[at][0])):
            del blocks[at]
    known = ocr.words(line for pars in blocks for lines in pars for line in lines)
    language = _LANGUAGES.get(max(languages, key=lambda each: languages[each])) if languages else None
    return ocr.stitched((ocr.joined(lines, known) for pars in blocks for lines in pars), known), language


def _line(line: Any, languages: dict[str, int]) -> str:
    pieces = []
    for run in line.iterfind("{*}formatting"):
        characters = run.findall("{*}charParams")
        text = "".join(each.text or " " for each in characters) if characters else run.text or ""
        spoken = (run.get("lang") or "").lower()
        for each in _LANGUAGES:
            if spoken.startswith(each):
                languages[each] = languages.get(each, 0) + len(text)
        pieces.append(text)
    return "".join(pieces)


def _description(source: Source) -> Description:
    """The title and date of the issue in the `*_mit.json` beside the page."""
    named = next((each for each in source.names() if each.endswith("_mit.json")), None)
    beside = source.beside(named) if named else None
    if beside is None:
        return Description()
    try:
        with beside.open() as stream:
            written = json.loads(stream.read(MAX_DESCRIPTION))
        fields = written["data"]["fields"]
        titles = next(value for key, value in fields.items() if key.startswith("title_") and value)
        title = titles[0] if isinstance(titles, list) else titles
        date = iso(str(written["source"].get("date") or written["data"].get("date_to") or ""))
    except (Unreadable, OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError):
        return Description()  # a description of another kind: the page is read without it
    return Description(title if isinstance(title, str) else "", date)
