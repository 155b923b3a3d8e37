"""A book or a periodical in EPUB 2 or 3 → an article for each document of its spine that holds text.

The title is the document's entry in the table of contents, or else its first heading; the source is the publication's title,
and the date its day of publication. Covers, title pages and tables of contents are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import fields
from searcher.readers.documents.office import Package, attribute, local, named, resolved, whole
from searcher.readers.encoding import decode
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem, and_more, problem
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

MAX_DOCUMENTS = 20_000

_BOILERPLATE = re.compile(
    r"(?:cover|couverture|title-?page|page-?de-?titre|toc|nav|ncx|contents|table-?des-?matieres|sommaire|copyright(?:-page)?|mentions"
    r"|colophon|landmarks|page-?list)",
    re.I,
)
_HEADING = re.compile(r"<h([1-3])\b[^>]*>(.*?)</h\1\s*>", re.I | re.S)
_NAMED = re.compile(r"<title\b[^>]*>(.*?)</title\s*>", re.I | re.S)
_OF_ISSUE = re.compile(r"\s*[\[(][^\])]*\d[^\])]*[\])]\s*$")  # "Le Monde [lun. 12 mars 2020]", as Calibre writes
_HTML = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the table of contents: what it is called, and what the entry above it is."""

    title: str
    section: str


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    package = Package(stream)
    book = _Book(package)
    made = failed = 0
    first = ""
    for number, name in enumerate(book.spine, 1):
        if name in book.protected:
            raise Unreadable("protected against copying (DRM)")
        try:
            article = book.article(source, number, name)
        except NotAnArticle:
            continue
        except Unreadable as error:
            failed, first = failed + 1, first or f"{name}: {error}"
            continue
        made += 1
        yield article
    if failed:
        yield problem(source, and_more(first, failed, "document"))
    elif not made:
        raise NotAnArticle("no article: a book without a text")
    package.conclude()


class _Book:
    """The package document (OPF): what is in the book, in which order, and what is said of it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        container = package.xml("META-INF/container.xml")
        paths = [attribute(each, "full-path") for each in container.iter("{*}rootfile")]
        self._opf = next((path for path in paths if path in package.names), "")
        if not self._opf:
            raise Unreadable("incomplete: the list of its contents is missing")
        root = package.xml(self._opf)
        self._metadata = next((each for each in root if local(each) == "metadata"), root)
        items = {attribute(each, "id"): each for each in root.iter("{*}item")}
        self._names = {key: resolved(self._opf, unquote(attribute(item, "href"))) for key, item in items.items()}
        self._guides = {
            resolved(self._opf, unquote(attribute(each, "href").partition("#")[0])): attribute(each, "type")
            for each in root.iter("{*}reference")
        }
        nav = {name for key, name in self._names.items() if "nav" in attribute(items[key], "properties").split()}
        references = [attribute(each, "idref") for each in root.iter("{*}itemref")][:MAX_DOCUMENTS]
        self.spine = [
            self._names[each]
            for each in dict.fromkeys(references)
            if each in items
            and attribute(items[each], "media-type").lower() in _HTML
            and self._names[each] not in nav
            and not _BOILERPLATE.fullmatch(each)
            and not _BOILERPLATE.fullmatch(self._guides.get(self._names[each], ""))
        ]
        self._toc = self._contents(nav, [name for name in self._names.values() if name.lower().endswith(".ncx")])
        encryption = package.optional("META-INF/encryption.xml")
        self.protected = (
            {unquote(attribute(each, "URI")) for each in encryption.iter("{*}CipherReference")}
            if encryption is not None
            else set()
        )
        self._source = _OF_ISSUE.sub("", self._said("title"))
        self._authors = named(text for text, each in self._all("creator") if attribute(each, "role") in ("", "aut"))

    def article(self, source: Source, number: int, name: str) -> Article:
        """The article of a document. Raises NotAnArticle when it holds no text, Unreadable when it is damaged."""
        html = decode(self._package.read(name), part=True)
        body = html[found.start() :] if (found := re.search(r"<body\b", html, re.I)) else html
        paragraphs = [text for each in text_of(body).split("\n\n") if (text := whole(each).strip())]
        entry = self._toc.get(name)
        heading = text_of(found.group(2)) if (found := _HEADING.search(body)) else ""
        title = fields.line(entry.title if entry else heading)
        if (
            paragraphs
            and title
            and fields.line(paragraphs[0]).casefold() in (title.casefold(), fields.line(heading).casefold())
        ):
            paragraphs = paragraphs[1:]
        if not any(character.isalpha() for each in paragraphs for character in each):
            raise NotAnArticle("no article: a page without a text")
        if not title and (found := _NAMED.search(html)) is not None:
            written = fields.line(text_of(found.group(1)))
            title = "" if written.casefold() in (self._said("title").casefold(), "unknown", "cover") else written
        return fields.make(
            source,
            number=number,
            place=name,
            title=title,
            text="\n\n".join(paragraphs),
            source=self._source,
            author=self._authors,
            date=self._date(),
            section=entry.section if entry else "",
            language=self._said("language"),
        )

    def _said(self, name: str) -> str:
        return next((text for text, _ in self._all(name)), "")

    def _all(self, name: str) -> list[tuple[str, Any]]:
        found = (("".join(each.itertext()).strip(), each) for each in self._metadata.iter(f"{{*}}{name}"))
        return [(text, element) for text, element in found if text]

    def _date(self) -> str:
        """The day of publication: the one called so, or else the only one that is not called something else."""
        dates = [(text, attribute(each, "event")) for text, each in self._all("date")]
        for wanted in (("publication", "original-publication", "issued"), ("",)):
            for text, event in dates:
                if event in wanted and not text.startswith("0"):  # Calibre's "0101-01-01" for unknown
                    return text
        return ""

    def _contents(self, navs: set[str], ncxs: list[str]) -> dict[str, _Entry]:
        """The table of contents: name of a document → its first entry."""
        found: dict[str, _Entry] = {}
        for name in (*sorted(navs), *ncxs):
            root = self._package.optional(name)
            if root is None or found:
                continue
            points = root.iter("{*}navPoint", "{*}li")
            for point in points:
                label = next((each for each in point if local(each) in ("navLabel", "a", "span")), None)
                link = next((each for each in point if local(each) in ("content", "a")), None)
                if label is None or link is None:
                    continue
                target = unquote((attribute(link, "src") or attribute(link, "href")).partition("#")[0])
                title = fields.line("".join(label.itertext()))
                found.setdefault(resolved(name, target), _Entry(title, _label_above(point)))
        return found


def _label_above(point: Any) -> str:
    for above in point.iterancestors("{*}navPoint", "{*}li"):
        label = next((each for each in above if local(each) in ("navLabel", "a", "span")), None)
        return fields.line("".join(label.itertext())) if label is not None else ""
    return ""
