"""Zotero's RDF export → its items: title, publication, authors, date, pages, and the text of the file attached to each.

The text is that of an attached page, document or text beside the list (`files/12/article.html`), else the abstract and the
notes. Items without any are articles with a title alone. Attached pictures and scans without a text are reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from searcher.article import Article
from searcher.readers.markup import text_of
from searcher.readers.press import attached
from searcher.readers.press.record import Record, articles
from searcher.readers.problems import Problem, problem
from searcher.readers.xml import first, name, parse
from searcher.sources import Source

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_NO_ITEM = ("attachment", "note")
_PAPERS = ("Newspaper", "Periodical", "Journal", "Website", "Blog", "Book", "Series", "Forum")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    reasons: list[str] = []
    yield from articles(source, _items(source, parse(stream, source.encoding), reasons), unit="item")
    for reason in attached.problems(reasons):
        yield problem(source, reason)


def _items(source: Source, root: Any, reasons: list[str]) -> Iterator[Record | None]:
    about = {each.get(f"{_RDF}about"): each for each in root if each.get(f"{_RDF}about")}
    for item in root:
        kind = first(item, "{*}itemType")
        if not kind or kind in _NO_ITEM:
            continue
        linked = [about[key] for key in _resources(item, "link") if key in about]
        paths = [path for each in linked for path in _resources(each, "resource")]
        text, failed = attached.text(source, [path for path in paths if "files/" in path])
        reasons += failed
        notes = [about[key] for key in _resources(item, "isReferencedBy") if key in about]
        abstract = str(item.findtext("{*}abstract") or "").strip()  # with its paragraphs
        said = [abstract, *(text_of(first(each, "{*}value")) for each in notes)]
        title = first(item, "{*}title")
        if not title and not text and not any(said):
            yield None
            continue
        yield Record(
            title=title,
            text=text or "\n\n".join(filter(None, said)),
            date=first(item, "{*}date"),
            source=_within(item, _PAPERS) or first(item, "{*}publisher//{*}name"),
            author=", ".join(_people(item)),
            section=_within(item, ("Part",)),
            pages=first(item, "{*}pages"),
            id=_identifier(item),
            language=first(item, "{*}language"),
            url=first(item, "{*}identifier/{*}URI/{*}value"),
        )


def _within(item: Any, kinds: tuple[str, ...]) -> str:
    """The title of what an item is part of, when that is of one of these kinds."""
    for part in item.iterfind(".//{*}isPartOf/*"):
        if name(part) in kinds and (title := first(part, "{*}title")):
            return title
    return ""


def _people(item: Any) -> Iterator[str]:
    for person in item.iterfind("{*}authors/{*}Seq/{*}li/{*}Person"):
        given, family = first(person, "{*}givenName", "{*}givenname"), first(person, "{*}surname", "{*}familyName")
        if written := " ".join(filter(None, (given, family))):
            yield written


def _identifier(item: Any) -> str:
    """The address or the name that the list gives an item; empty for one numbered within the list."""
    about = (item.get(f"{_RDF}about") or "").strip()
    return "" if about.startswith("#") else about


def _resources(item: Any, local: str) -> list[str]:
    """What the elements of a name refer to."""
    return [each.get(f"{_RDF}resource") for each in item if name(each) == local and each.get(f"{_RDF}resource")]
