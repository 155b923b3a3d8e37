"""An OpenDocument text (.odt, ISO 26300) → one article.

The text is the body's, with what tables, text boxes and notes hold, changes accepted; not comments, headers and footers,
indexes, and what is hidden. `meta:creation-date` and `dc:date` are days in the life of a file: the date stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import fields
from searcher.readers.documents.office import Package, attribute, described, local, named, property_of, whole
from searcher.sources import Source

_SKIPPED = frozenset(
    "annotation annotation-end tracked-changes forms sequence-decls variable-decls user-field-decls table-of-content"
    " illustration-index alphabetical-index table-index bibliography object-index user-index note-citation ruby-text"
    " hidden-text hidden-paragraph title desc dde-connection-decls".split()
)
_TITLE = re.compile(r"(?:title|titre|heading_20_1|heading 1)", re.I)
_CAPTION = re.compile(r"illustration|caption|légende|figure|drawing", re.I)
_KINDS = {
    "spreadsheet": "a spreadsheet; name it .ods, or save it as CSV",
    "presentation": "a presentation; save it as PDF",
    "drawing": "a drawing",
}


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    package = Package(stream)
    if b"encryption-data" in (
        package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.names else b""
    ):
        raise Unreadable("protected by a password")
    root = package.xml("content.xml")
    body = next((each for each in root.iter("{*}body")), root)
    kind = local(body[0]) if len(body) else ""
    if kind in _KINDS:
        raise Unreadable(f"an OpenDocument file that is {_KINDS[kind]}")
    document = _Document(root)
    paragraphs = [text for each in (*document.blocks(body), *document.notes) if (text := whole(each).strip())]
    meta = package.optional("meta.xml")
    found, paragraphs = described(property_of(meta, "title"), document.title, paragraphs)
    found.setdefault("author", named([property_of(meta, "initial-creator", "creator")]))
    yield fields.make(source, text="\n\n".join(paragraphs), language=property_of(meta, "language"), **found)  # type: ignore[arg-type]
    package.conclude()


class _Document:
    """The body of a text, walked once; `title` and `notes` are known afterwards."""

    def __init__(self, root: Any) -> None:
        self._parents = {
            attribute(each, "name"): attribute(each, "parent-style-name")
            for each in root.iterfind("{*}automatic-styles/{*}style")
        }
        self.title = ""  # the first paragraph in the style of a title
        self.notes: list[str] = []

    def blocks(self, holder: Any) -> Iterator[str]:
        """The paragraphs in an element, in order; the cells of a row stand on a line when they are of one paragraph each."""
        for each in holder:
            match local(each):
                case "p" | "h":
                    yield from self._paragraph(each)
                case "table-row":
                    cells = [list(self.blocks(cell)) for cell in each if local(cell) == "table-cell"]
                    if any(len([text for text in cell if text.strip()]) > 1 for cell in cells):
                        yield from (text for cell in cells for text in cell)
                    else:
                        yield "\t".join(filter(None, ("".join(cell).strip() for cell in cells)))
                case name if name in _SKIPPED:
                    pass
                case _:
                    yield from self.blocks(each)

    def _paragraph(self, element: Any) -> Iterator[str]:
        style = attribute(element, "style-name")
        style = self._parents.get(style) or style
        if _CAPTION.match(style):
            return
        pieces: list[str] = []
        boxes: list[str] = []
        self._inline(element, pieces, boxes)
        text = "".join(pieces)
        heading = local(element) == "h" and attribute(element, "outline-level") in ("", "1")
        if not self.title and text.strip() and (heading or _TITLE.fullmatch(style)):
            self.title = " ".join(whole(text).split())
        yield text
        yield from boxes

    def _inline(self, element: Any, pieces: list[str], boxes: list[str]) -> None:
        pieces.append(re.sub(r"\s+", " ", element.text or ""))
        for each in element:
            match local(each):
                case "s":
                    count = attribute(each, "c")
                    pieces.append(" " * (min(int(count), 100) if count.isascii() and count.isdigit() else 1))
                case "tab":
                    pieces.append("\t")
                case "line-break":
                    pieces.append("\n")
                case "note":
                    self.notes += self.blocks(each)
                case "frame" | "text-box" | "custom-shape" | "rect" | "g":
                    boxes += self.blocks(each)
                case name if name in _SKIPPED:
                    pass
                case _:
                    self._inline(each, pieces, boxes)
            pieces.append(re.sub(r"\s+", " ", each.tail or ""))
