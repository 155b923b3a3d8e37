"""Pictures of pages (PNG, JPEG, TIFF, GIF, BMP, WebP, JPEG 2000) → one article each, where the run asks for OCR; else none.

A TIFF may hold many pages. What cannot be a page is not looked at: small pictures, pictures in the folder of a saved web page,
pictures whose text lies beside them (`p1.tif` and `p1.xml` or `p1.txt`). A picture with few words is a photograph.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.documents import layout
from searcher.readers.fields import make
from searcher.readers.problems import Problem
from searcher.readers.scans import ocr, tesseract
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

MAX_BYTES = 128 << 20
SMALL = 400  # points: a page is larger in both directions
FEW = 15  # words: a page has more

_KINDS = (
    ("PNG", rb"\x89PNG"),
    ("JPEG", rb"\xff\xd8\xff"),
    ("GIF", rb"GIF8[79]a"),
    ("TIFF", rb"II\*\0|MM\0\*"),
    ("JPEG 2000", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    ("WebP", rb"(?s:RIFF.{4}WEBP)"),
)
_UNMEASURED = ("JPEG 2000", "WebP")  # whose size only Tesseract finds out
_BESIDE = (".xml", ".alto.xml", ".txt", ".html", ".hocr", ".pdf")
_PART_OF_PAGE = re.compile(r"(?:[_-](?:files|fichiers|Dateien|archivos)|\.(?:html?|mht|eml)_?\w*)/[^/]*$", re.I)


class _Shape(NamedTuple):
    """Width and height in points, and the number of pages."""

    width: int
    height: int
    pages: int = 1


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The article on a picture of a page. Raises NotAnArticle for a picture that shows none, and without OCR."""
    if source.size > MAX_BYTES:
        raise Unreadable(f"a picture of more than {MAX_BYTES >> 20} MB; scale it down")
    picture = stream.read(MAX_BYTES + 1)
    what = f"no article: a picture ({_kind(picture)})"
    if told := _told_elsewhere(source):
        raise NotAnArticle(f"{what}, {told}")
    shape = _shape(picture)
    if shape is not None and min(shape.width, shape.height) < SMALL:
        raise NotAnArticle(what)
    if shape is None and _kind(picture) not in _UNMEASURED:
        raise NotAnArticle(what)
    if source.recognition is None:
        raise NotAnArticle(f"{what}; if it shows a page, {tesseract.advice()}")
    if shape is not None and shape.width * shape.height > tesseract.MAX_POINTS:
        most = tesseract.MAX_POINTS // 10**6
        raise Unreadable(f"a picture of {shape.width} × {shape.height} points; scale it down to {most} million")
    yield from _recognised(source, picture, shape.pages if shape else 1, what)


def _recognised(source: Source, picture: bytes, pages: int, what: str) -> Iterator[Article | Problem]:
    parts = (_page_of(picture, page) for page in range(pages)) if pages > 1 else iter([picture])
    read = tesseract.recognise(source, range(pages), parts, of=pages)
    lines = [read.lines[page] for page in sorted(read.lines)]
    texts = [[each.text for each in page] for page in lines]
    if sum(len(text.split()) for page in texts for text in page) < FEW:
        if read.fault and "legible" not in read.fault:
            raise Unreadable(f"{what.removeprefix('no article: ')}: {read.fault.partition(': ')[2]}")
        raise NotAnArticle(f"{what} on which hardly a word is legible")
    known = ocr.words(text for page in texts for text in page)
    printed = (each for page in lines for block in layout.blocks(page) for each in ocr.paragraphs(block, known))
    paragraphs, title = ocr.stitched(printed, known), layout.heading(lines[0])
    yield make(source, title=title, text="\n\n".join(paragraphs[layout.printed_title(paragraphs, title) :]))
    yield from read.problems


def _told_elsewhere(source: Source) -> str | None:
    """Why a picture is not looked at, whatever it shows: it is part of a web page, or its text lies beside it."""
    if _PART_OF_PAGE.search(source.place or source.path):
        return "part of a saved web page"
    for suffix in _BESIDE if source.recognition is not None else ():
        if source.beside(source.stem + suffix) is not None:
            return f"whose text stands in {source.stem}{suffix}"
    return None


def _kind(head: bytes) -> str:
    """The name of a picture's format, by its first bytes."""
    return next((name for name, magic in _KINDS if re.match(magic, head)), "BMP")


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _shape(picture: bytes) -> _Shape | None:
    """The size that the head of a picture tells; None when it is damaged, or of a format that is left to Tesseract."""
    try:
        match _kind(picture):
            case "PNG":
                return _Shape(*struct.unpack_from(">II", picture, 16))
            case "GIF":
                return _Shape(*struct.unpack_from("<HH", picture, 6))
            case "BMP":
                width, height = struct.unpack_from("<ii", picture, 18)
                return _Shape(abs(width), abs(height))
            case "JPEG":
                return _of_jpeg(picture)
            case "TIFF":
                return _of_tiff(picture)
            case _:
                return None
    except (struct.error, KeyError):
        return None


def _of_jpeg(picture: bytes) -> _Shape | None:
    at = 2
    while at + 9 < len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", picture, at + 5)
            return _Shape(width, height)
        at += 2 + (0 if 0xD0 <= marker <= 0xD8 or marker == 1 else struct.unpack_from(">H", picture, at + 2)[0])
    return None


def _of_tiff(picture: bytes) -> _Shape | None:
    """The largest page, and how many there are."""
    order = "<" if picture[:2] == b"II" else ">"
    at, width, height = struct.unpack_from(f"{order}I", picture, 4)[0], 0, 0
    seen: set[int] = set()
    while at and at not in seen and len(seen) <= tesseract.MAX_PAGES:
        seen.add(at)
        count = struct.unpack_from(f"{order}H", picture, at)[0]
        entries = (struct.unpack_from(f"{order}HHI4s", picture, at + 2 + 12 * number) for number in range(count))
        tags = {tag: struct.unpack(order + ("H2x" if kind == 3 else "I"), raw)[0] for tag, kind, _, raw in entries}
        width, height = max(width, tags[256]), max(height, tags[257])
        at = struct.unpack_from(f"{order}I", picture, at + 2 + 12 * count)[0]
    return _Shape(width, height, len(seen))


def _page_of(picture: bytes, page: int) -> bytes:
    """A TIFF whose first page is the page of this number: its head points there, and that page to no other."""
    order = "<" if picture[:2] == b"II" else ">"
    at = struct.unpack_from(f"{order}I", picture, 4)[0]
    for _ in range(page):
        at = struct.unpack_from(f"{order}I", picture, _next(picture, order, at))[0]
    held = bytearray(picture)
    struct.pack_into(f"{order}I", held, 4, at)
    struct.pack_into(f"{order}I", held, _next(picture, order, at), 0)
    return bytes(held)


def _next(picture: bytes, order: str, at: int) -> int:
    """Where the place of the page after the one at `at` is written."""
    return int(at + 2 + 12 * struct.unpack_from(f"{order}H", picture, at)[0])
