"""Issues of Delpher (Koninklijke Bibliotheek): a file of one article's text and the issue's DIDL beside it → an article.

An article is a file of its own (`…_a0003_articletext.xml`, in harvests `…_a0003_ocr.xml`): `text` with a `title` and `p`s. The
DIDL (MPEG-21, alone or in an answer of OAI-PMH) beside it, or in a folder `didl` beside its own, knows the newspaper, its day,
the kind, the pages and the address of every article. Files of ALTO pages beside such articles give none of their own.
https://www.kb.nl/en/research-find/datasets/delpher-newspapers
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any, NamedTuple

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import make
from searcher.readers.problems import Problem, note
from searcher.readers.xml import flat, name, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_ARTICLE = re.compile(r"(?P<issue>.+?)_a?(?P<number>\d{4,5})(?:_(?:articletext|ocr))?$", re.I)
_TEXTS = re.compile(r"_a?\d{4,5}_(?:articletext|ocr)\.xml", re.I)
_PAGE = re.compile(r"_p?\d{3,5}_alto$", re.I)
_FIRST = ("a0001", "0001", "a00001")  # how the first article of an issue is numbered
_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
_KINDS = {"artikel": ""}  # kinds that are no section


class Told(NamedTuple):
    """What a DIDL says of an article."""

    id: str
    title: str
    section: str
    pages: str
    url: str


class Issue(NamedTuple):
    """What a DIDL says of an issue; the articles by their number (`a0003`)."""

    source: str
    date: str
    language: str
    articles: dict[str, Told]


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The article in a file of text. Raises NotAnArticle for a DIDL, whose articles are files of their own; Unreadable when
    these are not there."""
    root = parse(stream, source.encoding)
    if name(root) != "text":
        _refuse(source, issue(root))
    paragraphs = [text for each in root.iterfind("p") if (text := flat(each))]
    title = flat(root.find("title")) if root.find("title") is not None else ""
    named = _ARTICLE.fullmatch(source.stem)
    told = _issue_of(source, named["issue"]) if named else None
    its = told.articles.get(f"a{int(named['number']):04}") if named and told else None
    yield make(
        source,
        id=its.id if its else None,
        title=title or (its.title if its else ""),
        text="\n\n".join(paragraphs),
        date=told.date if told else None,
        source=told.source if told else None,
        section=its.section if its else None,
        pages=its.pages if its else None,
        language=told.language if told else None,
        url=its.url if its else None,
    )
    if told is None:
        yield note(source, "the DIDL of its issue is not beside it: newspaper and date are not known")


def _refuse(source: Source, found: Issue) -> None:
    near = [*source.names(), *source.names("../ocr"), *source.names("../articletext")]
    if any(_TEXTS.search(each) for each in near):
        raise NotAnArticle("no article: the contents of an issue (DIDL), whose articles are files of their own")
    raise Unreadable(
        f"the contents of an issue (DIDL) of {len(found.articles)} articles; their texts (…_articletext.xml) are not beside it"
    )


def told_by_articles(source: Source) -> bool:
    """Whether an ALTO page belongs to an issue whose articles are files of their own."""
    issue_name = _PAGE.sub("", source.stem)
    firsts = (f"{issue_name}_{number}_{kind}.xml" for number in _FIRST for kind in ("articletext", "ocr"))
    return issue_name != source.stem and any(
        source.beside(f"{folder}{each}") is not None for each in firsts for folder in ("", "../ocr/", "../articletext/")
    )


def _issue_of(source: Source, issue_name: str) -> Issue | None:
    """The issue of an article's file, from the DIDL near it."""
    for relative in (
        f"{issue_name}_didl.xml",
        f"{issue_name}.didl.xml",
        f"{issue_name}.xml",
        f"../didl/{issue_name}.xml",
        f"../didl/{issue_name}_didl.xml",
        f"../{issue_name}_didl.xml",
    ):
        head = source.beside(relative)
        if head is None:
            continue
        try:
            if head.content is None:
                return _kept(os.path.abspath(head.path), head.modified)
            with head.open() as stream:
                return issue(parse(stream))
        except Unreadable:
            continue  # reported when its own turn comes
    return None


@lru_cache(maxsize=16)
def _kept(path: str, _modified: int) -> Issue:
    """The issue of a DIDL on disk. Kept, because every article of the issue asks."""
    with Source(path, path).open() as stream:
        return issue(parse(stream))


def issue(root: Any) -> Issue:
    """What a DIDL says. Raises Unreadable for one that is not of a newspaper."""
    items = root.iterfind(".//{*}Item") if name(root) != "DIDL" else root.iterfind("{*}Item")
    whole = next(iter(items), None)
    facts = whole.find("{*}Component//{*}dcx") if whole is not None else None
    if whole is None or facts is None:
        raise Unreadable("a DIDL that is not of a newspaper's issue")
    articles: dict[str, Told] = {}
    for each in whole.iterfind(".//{*}Item"):
        found = each.find("{*}Component//{*}dcx")
        identifier = _text(found, "recordIdentifier")
        number = re.search(r":(a\d{4,5})$", identifier)
        if number is None:
            continue
        page = re.search(r":p0*(\d+)", each.get(_IDENTIFIER) or "")
        before = articles.get(number[1])
        printed = [*(before.pages.split(", ") if before and before.pages else []), *([page[1]] if page else [])]
        kind = _text(found, "subject")
        articles[number[1]] = Told(
            identifier,
            _text(found, "title"),
            _KINDS.get(kind.lower(), kind),
            ", ".join(dict.fromkeys(printed)),
            next((text for text in _texts(found, "identifier") if text.startswith("http")), ""),
        )
    return Issue(_text(facts, "title"), _text(facts, "date"), _text(facts, "language"), articles)


def _texts(element: Any, local: str) -> list[str]:
    found = element.iterfind("{*}" + local) if element is not None else ()
    return [text for each in found if (text := flat(each))]


def _text(element: Any, local: str) -> str:
    return next(iter(_texts(element, local)), "")
