"""NITF 3.x (IPTC News Industry Text Format; AP, EFE, PA, NTB, AAP, ANSA, The New York Times' corpus) → one article.

Date: `pubdata/@date.publication`, then `date.issue`, `date.release`, and `story.date`; midnight without a zone is a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import IO, Any

from searcher.article import Article
from searcher.readers.agencies import wire
from searcher.readers.fields import make
from searcher.readers.markup import text_of, text_of_tree
from searcher.readers.xml import LANG, MAX_MESSAGE, first, flat, name, parse
from searcher.sources import Source

_PLAIN_TYPES = {"news", "text", "article", "story", "nyheter", "nyhet", "actualité", "notice"}
_DROPPED = ("byline", "dateline", "hedline", "tagline", "bibliography", "object", "copyrite", "series")
_AGAIN = re.compile(
    r"&(?:#[0-9]{2,5}|#x[0-9a-f]{2,4}|quot|apos|amp|nbsp|[lr][sd]quo|[a-z](?:acute|grave|circ|uml));", re.I
)

_PAIR = re.compile(r"<([a-z]+)>([^<>]*)</\1>")
_MARKUP = re.compile(r"<(?:div|script|iframe|blockquote|figure|p|section|a|img|span|br|embed)\b[^>]*>", re.I)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    yield make(source, **fields(parse(stream, source.encoding, limit=MAX_MESSAGE)))  # type: ignore[arg-type]


def fields(nitf: Any) -> dict[str, str]:
    """What an `nitf` element (lxml) says, under the names that `fields.make` has for it; what it does not say is left out.

    Also for NITF inside of NewsML. `text` holds `body.content` without by-lines, media and sign-offs.
    """
    title = first(nitf, ".//{*}hedline/{*}hl1", ".//{*}body.head//{*}hl1", ".//{*}head/{*}title", ".//{*}body//{*}hl1")
    byline, text = wire.bare(body(nitf), title)
    signed = _persons(nitf) or _byline(nitf)
    author = wire.author(signed)
    if byline and (not author or author.lower() == "staff reporter"):
        author = wire.author(byline)
    standfirst = first(nitf, ".//{*}body.head/{*}abstract", ".//{*}block[@class='lead_paragraph']")
    if not standfirst and " " in signed and not author:
        standfirst = signed  # ANSA writes its subtitle there
    standfirst = standfirst or first(nitf, ".//{*}hedline/{*}hl2")
    if standfirst.isupper() or standfirst == title:
        standfirst = ""
    found = {
        "id": _attribute(nitf, "doc-id", "id-string"),
        "title": title,
        "standfirst": standfirst,
        "text": text,
        "date": _date(nitf),
        "source": wire.organisation(
            _attribute(nitf, "pubdata", "name"),
            first(nitf, ".//{*}body.head/{*}distributor", ".//{*}distributor"),
            _attribute(nitf, "doc.copyright", "holder"),
            first(nitf, ".//{*}rights.owner"),
            _attribute(nitf, "from-src", "src-name"),
            _attribute(nitf, "doc-id", "regsrc"),
        ),
        "author": author,
        "section": _section(nitf),
        "language": nitf.get("baselang") or nitf.get(LANG) or "",
        "url": _attribute(nitf, "pubdata", "ex-ref"),
    }
    return {key: value for key, value in found.items() if value}


def body(nitf: Any) -> str:
    """The text of the story in an `nitf` element: `body.content`, or the paragraphs of the body where that is missing."""
    content = nitf.find(".//{*}body.content")
    if content is not None:
        whole = content.find(".//{*}block[@class='full_text']")
        content = content if whole is None else whole
    elif (content := nitf.find("{*}body")) is None:
        content = nitf
    return text(content, ("body.head", "body.end", *_DROPPED))


def text(element: Any, dropped: tuple[str, ...] = ()) -> str:
    """The text of an element of NITF or XHTML; what was escaped twice (`&amp;quot;`, `&lt;iframe …`) is resolved, and lines
    that were typed as lines, such as results, stay lines."""
    for each in element.iterfind(".//{*}p"):
        if not len(each) and _typed((each.text or "").strip()):
            each.tag = "pre"
    found = text_of_tree(element, dropped)
    found = _PAIR.sub(r"\2", unescape(found) if _AGAIN.search(found) else found)
    paragraphs = (text_of(each) if _MARKUP.match(each) else each for each in found.split("\n\n"))
    return wire.rejoined("\n\n".join(filter(None, paragraphs)))


def _typed(text: str) -> bool:
    """Whether a paragraph's line breaks were typed, and are not those of indented XML."""
    lines = text.split("\n")[1:]
    return len(lines) > 3 and sum(line.startswith(("  ", "\t")) for line in lines) * 5 < len(lines)


def _byline(nitf: Any) -> str:
    for element in nitf.iterfind(".//{*}body.head/{*}byline"):
        pieces = [element.text or ""]
        for child in element:
            pieces += ["" if name(child) in ("byttl", "virtloc", "location") else flat(child), child.tail or ""]
        if written := " ".join(" ".join(pieces).split()):
            return written
    return ""


def _persons(nitf: Any) -> str:
    found = (flat(person) for person in nitf.iterfind(".//{*}body.head/{*}byline/{*}person"))
    return ", ".join(dict.fromkeys(filter(None, found)))


def _date(nitf: Any) -> str:
    written = (
        _attribute(nitf, "pubdata", "date.publication")
        or _attribute(nitf, "date.issue", "norm")
        or _attribute(nitf, "date.release", "norm")
        or _attribute(nitf, "story.date", "norm")
    )
    return re.sub(r"(?<=[0-9]{2})T00:?00:?00$", "", written)


def _section(nitf: Any) -> str:
    kinds = (
        _attribute(nitf, "pubdata", "position.section"),
        _meta(nitf, "online_sections"),
        _attribute(nitf, "tobject", "tobject.type"),
        _attribute(nitf, "tobject.subject", "tobject.subject.type"),
    )
    return next((kind for kind in kinds if kind and kind.lower() not in _PLAIN_TYPES), "")


def _attribute(nitf: Any, element: str, attribute: str) -> str:
    for each in nitf.iterfind(f".//{{*}}{element}"):
        if value := " ".join((each.get(attribute) or "").split()):
            return value
    return ""


def _meta(nitf: Any, wanted: str) -> str:
    for each in nitf.iterfind(".//{*}meta"):
        if each.get("name") == wanted and (each.get("content") or "").strip():
            return str(each.get("content")).strip()
    return ""
