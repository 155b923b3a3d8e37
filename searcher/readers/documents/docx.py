"""A Word document (.docx, ISO 29500) → one article.

The text is the body's, with what tables, text boxes and notes hold, changes accepted; not comments, headers and footers, tables
of contents, captions, and what is hidden. `created` and `modified` are days in the life of a file: the date stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from searcher.article import Article
from searcher.readers import fields
from searcher.readers.documents import rtf
from searcher.readers.documents.office import Package, attribute, described, local, named, property_of, resolved, whole
from searcher.readers.encoding import decode
from searcher.readers.letters import parts
from searcher.readers.markup import text_of
from searcher.sources import Source

_SKIPPED = frozenset(
    "del moveFrom rt instrText delText delInstrText pPr rPr sdtPr sdtEndPr tblPr tblGrid trPr tcPr sectPr fldChar annotationRef"
    " commentReference footnoteRef endnoteRef proofErr Fallback".split()
)
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
_BOILERPLATE = re.compile(r"toc[ 0-9]|tm ?[0-9]|caption|légende|legende|table of figures", re.I)
_TITLE = re.compile(r"(?:title|titre|heading 1|titre 1)", re.I)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    package = Package(stream)
    document = _Document(package)
    paragraphs = document.paragraphs()
    paragraphs += [text for each in document.notes() if (text := whole(each).strip())]
    core = package.optional("docProps/core.xml")
    found, paragraphs = described(property_of(core, "title"), document.title, paragraphs)
    found.setdefault("author", named(property_of(core, "creator").split(";")))
    yield fields.make(source, text="\n\n".join(paragraphs), language=property_of(core, "language"), **found)  # type: ignore[arg-type]
    package.conclude()


def paragraphs(stream: IO[bytes]) -> list[str]:
    """The paragraphs of a document's body, without its notes."""
    return _Document(Package(stream)).paragraphs()


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)  # paragraphs of text boxes anchored in it


class _Document:
    """The main part of a package, and what it refers to."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = self._found()
        self._targets = _relations(package, self._main)
        self._styles = self._named_styles()
        self._noted: list[tuple[str, str]] = []  # kind and number of notes, in the order they are referred to
        self.title = ""  # the first paragraph in the style of a title

    def paragraphs(self) -> list[str]:
        """The paragraphs of the body that hold something."""
        return [text for each in self.blocks(self.body()) if (text := whole(each).strip())]

    def body(self) -> Any:
        root = self._package.xml(self._main)
        return next((each for each in root if local(each) == "body"), root)

    def blocks(self, holder: Any) -> Iterator[str]:
        """The paragraphs in an element, in order; the cells of a row stand on a line when they are of one paragraph each."""
        for each in holder:
            match local(each):
                case "p":
                    yield from self._paragraph(each)
                case "tr":
                    cells = [list(self.blocks(cell)) for cell in each if local(cell) in ("tc", "sdt")]
                    if any(len([text for text in cell if text.strip()]) > 1 for cell in cells):
                        yield from (text for cell in cells for text in cell)
                    else:
                        yield "\t".join(filter(None, ("".join(cell).strip() for cell in cells)))
                case "sdt" if _contents_table(each):
                    pass
                case "altChunk":
                    yield from self._chunk(attribute(each, "id"))
                case name if name in _SKIPPED:
                    pass
                case _:
                    yield from self.blocks(each)

    def notes(self) -> Iterator[str]:
        """The footnotes and endnotes that the body refers to."""
        for kind in ("footnote", "endnote"):
            numbers = [number for noted, number in self._noted if noted == kind]
            part = next((target for link, target in self._targets.values() if link == f"{kind}s"), "")
            root = self._package.optional(part) if numbers else None
            by_number = {attribute(each, "id"): each for each in root} if root is not None else {}
            for number in numbers:
                if number in by_number:
                    yield from self.blocks(by_number[number])

    def _paragraph(self, element: Any) -> Iterator[str]:
        style = next((attribute(each, "val") for each in element.iterfind("{*}pPr/{*}pStyle")), "")
        style = self._styles.get(style, style)
        if _BOILERPLATE.match(style):
            return
        paragraph = _Paragraph()
        self._inline(element, paragraph)
        text = "".join(paragraph.pieces)
        if not self.title and text.strip() and _TITLE.fullmatch(style):
            self.title = " ".join(whole(text).split())
        yield text
        yield from paragraph.boxes

    def _inline(self, element: Any, into: _Paragraph) -> None:
        for each in element:
            name = local(each)
            if name == "t":
                into.pieces.append(each.text or "")
            elif name == "r":
                if not _hidden(each):
                    self._inline(each, into)
            elif name in _MARKS:
                into.pieces.append(_MARKS[name])
            elif name in ("footnoteReference", "endnoteReference"):
                self._noted.append((name.removesuffix("Reference"), attribute(each, "id")))
            elif name == "txbxContent":
                into.boxes += self.blocks(each)
            elif name == "sdt" and each.find("{*}sdtPr/{*}showingPlcHdr") is not None:
                pass  # "Click here to enter text"
            elif name not in _SKIPPED:
                self._inline(each, into)

    def _chunk(self, relation: str) -> list[str]:
        """The paragraphs of a document in another format that stands in this one."""
        _, name = self._targets.get(relation, ("", ""))
        if name not in self._package.names:
            return []
        raw = self._package.read(name)
        if re.match(rb"\s*(?:MIME-Version|From|Content-Type|Date|Subject)\s*:", raw, re.I):
            return [parts.text_of_message(raw)]
        if raw.startswith(b"{\\rtf"):
            return [rtf.text_of(raw)]
        if raw.startswith(b"PK"):
            return []
        return [text_of(decode(raw, part=True))]

    def _found(self) -> str:
        """The name of the main part."""
        for link, target in _relations(self._package, "").values():
            if link == "officeDocument" and target in self._package.names:
                return target
        return "word/document.xml"

    def _named_styles(self) -> dict[str, str]:
        """Identifier of a style → its name, which is the same in every language for those that Word brings."""
        name = next((target for link, target in self._targets.values() if link == "styles"), "")
        root = self._package.optional(name)
        styles = [] if root is None else [each for each in root if local(each) == "style"]
        return {
            attribute(style, "styleId"): next((attribute(each, "val") for each in style if local(each) == "name"), "")
            for style in styles
        }


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to inside of the package: identifier → kind of reference, name of a member."""
    folder, _, name = part.rpartition("/")
    root = package.optional(f"{folder}/_rels/{name}.rels".lstrip("/"))
    return {
        attribute(each, "Id"): (attribute(each, "Type").rpartition("/")[2], resolved(part, attribute(each, "Target")))
        for each in (root if root is not None else ())
        if attribute(each, "TargetMode") != "External"
    }


def _contents_table(element: Any) -> bool:
    return any(
        attribute(each, "val") == "Table of Contents"
        for each in element.iterfind("{*}sdtPr/{*}docPartObj/{*}docPartGallery")
    )


def _hidden(run: Any) -> bool:
    found = run.find("{*}rPr/{*}vanish")
    return found is not None and attribute(found, "val") not in ("0", "false", "off")
