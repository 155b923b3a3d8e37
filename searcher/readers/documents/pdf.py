"""PDF → one article: the text layer of all its pages, read with PDFium; where there is none, what OCR recognises.

Specification: ISO 32000. The text comes in the order of the page's content, which is the reading order of typeset
pages and of scans recognised by OCR; where columns run into each other line by line, they are put apart by their
boxes. Lines give paragraphs by their shape; running heads and page numbers that stand on several pages are dropped.
Pages are opened one after the other and closed after use, so memory does not grow with their number.

Title: the document's own when it is one (no file name, no "Microsoft Word - …"), else the largest lines at the top of
the first page. Author: the document's, unless it is a program's or a login. The dates in a PDF are those of the file,
not of a publication, and are not used. PDFs made by Gallica and its partner libraries bear the newspaper and its date
on a cover and in the title (`1875-04-04 (Année 6, Numéro 1479)`): these are used, the cover and the terms of use are
left out.

Pages without text are recognised by Tesseract when the run asks for it (`scans.tesseract`), and are read like the others then.

Refused, each with what to do: encrypted files; scans, unless the run asks for OCR; text whose letters cannot be told, because
its fonts do not say which they are.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.documents import layout
from searcher.readers.documents.legible import legible
from searcher.readers.fields import line, make
from searcher.readers.press import europresse_pdf
from searcher.readers.press.record import articles
from searcher.readers.problems import Problem, note, problem
from searcher.readers.scans import ocr, tesseract
from searcher.readers.scans.tesseract import Recognised
from searcher.sources import Source
from searcher.sources.refusals import MissingProgram
from searcher.values import replace

MAX_BYTES = 512 << 20
MAX_CHARACTERS = 400_000  # of one page; a newspaper page holds up to 60,000
REOPENED = 64  # pages after which a document is opened anew
SAMPLED = 24  # pages looked at for running heads
STAMP = 100  # characters: fewer over a picture are a stamp of the scanner, not the text of the page
RESOLUTION = 300  # points an inch of the pictures that OCR reads
_ENCRYPTED = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b|untitled|sans[ -]?titre|document\d*$|"
    r".*\.(?:docx?|odt|rtf|indd|qxp|qxd|pmd|tex|dvi|pdf|"
    r"html?|txt|pptx?|xlsx?|jpe?g|tiff?|ps|eps|ai|xml|cdr)$|(?:scan|img|page|doc|fax)[ _-]?\d*$|[\W\d_]*$|"
    r"\S*[_\\]\S*$|array\(|"
    r"print(?:ing)?$|layout \d|title$|titre$|template|powerpoint",
    re.I,
)
_NO_AUTHOR = re.compile(
    r"(?:user|admin\w*|utilisateur|owner|propri[ée]taire|unknown|inconnu|author|auteur|pc|root|scan\w*|xerox|canon|microsoft.*|adobe.*|"
    r"acrobat.*|windows.*|array\(.*|none|null|default|[\W\d_]*|.*@.*|.*\\.*|[a-z]+[-_]?\d+)$",
    re.I,
)
_WORD = re.compile("\n|[^ \t\r\n\xa0]+")
_GALLICA = re.compile(r"Source\s+\S*\.\S+\s*/[^\n]+\n(?P<title>[^\n]+)")
_TERMS = re.compile(r"conditions d.utilisation|contenus accessibles sur le site Gallica|terms of use", re.I)
_DATED_TITLE = re.compile(r"(?:1[5-9]\d\d|20\d\d)(?:-\d\d){0,2}(?=\s*\(|$)")


@dataclass(slots=True)
class _Reading:
    """What the pages gave: paragraphs, the heading of the first, and what could not be read."""

    paragraphs: list[str] = field(default_factory=list)
    heading: str = ""
    unread: list[int] = field(default_factory=list)
    empty: int = 0
    nonsense: int = 0


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    document = _Document(source, stream)
    facts, pages = document.facts, document.count
    recognised = None
    try:
        if source.recognition is not None and (scanned := document.scanned()):
            recognised = _recognised(source, document, scanned)
        if europresse_pdf.exported([each for page in range(min(pages, 3)) for each in _beginning(document, page, 80)]):
            exported = list(_exported(source, document))
            if any(isinstance(each, Article) for each in exported):
                yield from exported
                return
        cover = _cover(document) if pages > 1 else None
        terms = cover is not None and _terms(document)
        found = _reading(document, range(1 + terms if cover else 0, pages))
    finally:
        document.close()
    if not found.paragraphs:
        raise Unreadable(_why(pages, found, recognised))
    own = _title(facts.get("Title", ""), source) or found.heading
    dated = _DATED_TITLE.match(facts.get("Title", "")) if cover else None
    if not cover:
        del found.paragraphs[: layout.printed_title(found.paragraphs, own)]
    yield make(
        source,
        title=f"{cover}, {facts['Title']}" if cover and dated else cover or own,
        text="\n\n".join(found.paragraphs),
        date=dated.group() if dated else None,
        source=cover,
        author=_author(facts.get("Author", "")),
    )
    if found.unread:
        yield problem(source, f"{len(found.unread)} of its {pages} pages cannot be read (page {found.unread[0]})")
    if recognised is not None:
        yield from recognised.problems
    if found.nonsense:
        yield problem(source, f"part of its text is left out ({found.nonsense} characters): {_fonts()}")
    elif recognised is None and found.empty > 1 and found.empty * 2 > pages:
        yield problem(source, f"{found.empty} of its {pages} pages are pictures without text; {tesseract.advice()}")
    elif recognised is None and found.empty:
        yield note(source, f"{found.empty} of its {pages} pages hold no text; {tesseract.advice()}")


def _reading(document: _Document, pages: range) -> _Reading:
    boilerplate = layout.RunningHeads()
    seen: dict[int, list[layout.Printed]] = {}
    for number in _sample(pages):
        with suppress(pdfium.PdfiumError):  # met again, and reported, below
            seen[number] = document.lines(number)
            boilerplate.see(seen[number])
    found = _Reading()
    for number in pages:
        try:
            lines = boilerplate.without(seen.pop(number) if number in seen else document.lines(number))
        except pdfium.PdfiumError:
            found.unread.append(number + 1)
            continue
        text = [each.text for each in lines]
        if not lines:
            found.empty += 1
        elif not legible(text):
            found.nonsense += sum(map(len, text))
        else:
            known = ocr.words(text)
            printed = (each for block in layout.blocks(lines) for each in ocr.paragraphs(block, known))
            if not found.paragraphs:
                found.heading = layout.heading(lines)
            page = ocr.stitched(printed, known)
            found.paragraphs[-1:] = ocr.stitched([*found.paragraphs[-1:], *page[:1]])
            found.paragraphs += page[1:]
    return found


def _recognised(source: Source, document: _Document, scanned: list[int]) -> Recognised:
    """What OCR reads on the pages `scanned`; from then on they are lines of the document like any other.

    Raises MissingProgram when the document has no other page and Tesseract is not there."""
    pictures = (document.picture(number) for number in scanned)
    try:
        recognised = tesseract.recognise(source, scanned, pictures, of=document.count)
    except MissingProgram as error:
        if len(scanned) == document.count:
            raise
        return Recognised({}, (problem(source, str(error), "missing"),))
    document.recognised = recognised.lines
    return recognised


def _fonts() -> str:
    return f"its fonts do not say which letters they show; {tesseract.advice()}"


def _why(pages: int, found: _Reading, recognised: Recognised | None) -> str:
    if pages == 0:
        return "a PDF without pages"
    if recognised is not None and recognised.fault:
        return f"scanned pages that could not be recognised ({recognised.fault})"
    if recognised is not None:
        return "scanned pages on which no text was recognised"
    if found.nonsense:
        return _fonts()
    if found.unread:
        return f"a damaged PDF: none of its {pages} pages can be read"
    return f"scanned pages without text; {tesseract.advice()}"


class _Document:
    """A PDF whose pages are read one at a time; opened again from time to time, because PDFium keeps what it has parsed."""

    def __init__(self, source: Source, stream: IO[bytes]) -> None:
        self._what: Any = source.path
        if source.content is not None or source.path.lower().endswith((".gz", ".bz2", ".xz", ".zst")):
            self._what = stream.read(MAX_BYTES + 1)
            if len(self._what) > MAX_BYTES:
                raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one PDF inside another file")
        self._read = 0
        self._pdf: Any = self._open()
        self.count = len(self._pdf)
        self.recognised: dict[int, list[layout.Printed]] = {}
        self.facts = {key: line(value) for key, value in self._pdf.get_metadata_dict().items()}

    def _open(self) -> Any:
        try:
            return pdfium.PdfDocument(self._what)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) in _ENCRYPTED or "password" in str(error).lower():
                raise Unreadable("encrypted; remove its password first") from error
            raise Unreadable("a damaged or incomplete PDF") from error

    def close(self) -> None:
        self._pdf.close()

    def lines(self, number: int) -> list[layout.Printed]:
        """The lines of a page, in reading order. Raises PdfiumError when it cannot be read."""
        if number in self.recognised:
            return list(self.recognised[number])
        with self._page(number) as page:
            return _lines(page)

    def scanned(self) -> list[int]:
        """The pages that have to be recognised: without text, with a line over a picture, or in letters nobody can tell."""
        found = []
        for number in range(self.count):
            with suppress(pdfium.PdfiumError), self._page(number) as page:
                text = [each.text for each in _lines(page)]
                stamped = sum(map(len, text)) < STAMP and any(page.get_objects((pdfium_c.FPDF_PAGEOBJ_IMAGE,)))
                if not text or stamped or not legible(text):
                    found.append(number)
        return found

    def picture(self, number: int) -> bytes:
        """A page as a picture in shades of grey (PGM); empty when it cannot be drawn."""
        with suppress(pdfium.PdfiumError), self._page(number) as page:
            width, height = (max(each, 1.0) / 72 for each in page.get_size())
            resolution = min(RESOLUTION, (tesseract.MAX_POINTS / (width * height)) ** 0.5)
            drawn = page.render(scale=resolution / 72, grayscale=True)
            try:
                rows = memoryview(drawn.buffer).cast("B")
                held = b"".join(
                    rows[at : at + drawn.width] for at in range(0, drawn.height * drawn.stride, drawn.stride)
                )
                return b"P5 %d %d 255\n" % (drawn.width, drawn.height) + held
            finally:
                drawn.close()
        return b""

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        """A page, open. Raises PdfiumError when it is damaged."""
        self._read += 1
        if self._read % REOPENED == 0:
            self.close()
            self._pdf = self._open()
        page = self._pdf[number]
        try:
            yield page
        finally:
            page.close()


def _lines(page: Any) -> list[layout.Printed]:
    """The lines of an open page, in reading order."""
    text = page.get_textpage()
    try:
        return layout.ordered(list(_printed(text.raw, page.get_height())))
    finally:
        text.close()


def _sample(pages: range) -> list[int]:
    """Pages to learn the running heads from: pairs, since left and right pages differ, spread over the document."""
    if len(pages) <= SAMPLED:
        return list(pages) if len(pages) > 2 else []
    starts = [pages[round(at * (len(pages) - 2) / (SAMPLED // 2 - 1))] for at in range(SAMPLED // 2)]
    return sorted({page for start in starts for page in (start, start + 1)})


def _printed(text: Any, height: float) -> Iterator[layout.Printed]:
    """Runs of words that stand on one line, as PDFium tells lines apart; a wide gap ends a run too.

    Only the first and last letter of a word are asked for their boxes: each question costs more than all else together.
    """
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    box = pdfium_c.FPDFText_GetCharBox
    run = layout.Run(height)
    for found in _WORD.finditer(_characters(text)):
        if found.group() == "\n":
            if printed := run.end():
                yield printed
            continue
        if not box(text, found.start(), left, right, bottom, top):
            continue
        start, end, low, high = left.value, right.value, bottom.value, top.value
        if found.end() - found.start() > 1 and box(text, found.end() - 1, left, right, bottom, top):
            start, end = min(start, left.value), max(end, right.value)
            low, high = min(low, bottom.value), max(high, top.value)
        if run.apart(start, low, high) and (printed := run.end()):
            yield printed
        size = pdfium_c.FPDFText_GetFontSize(text, found.start()) if run.empty else 0.0
        run.add(found.group(), start, end, low, high, size)
    if printed := run.end():
        yield printed


def _characters(text: Any) -> str:
    """The characters of a page, one for each that PDFium counts, so that places in it are PDFium's."""
    count = min(max(pdfium_c.FPDFText_CountChars(text), 0), MAX_CHARACTERS)
    buffer = (ctypes.c_ushort * (count + 1))()
    if pdfium_c.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        return "".join(map(chr, buffer[:count]))
    codes = (pdfium_c.FPDFText_GetUnicode(text, at) for at in range(count))
    return "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes)


def _title(declared: str, source: Source) -> str:
    """The document's own title, when it is one."""
    if len(declared) < 4 or len(declared) > 300 or _NO_TITLE.match(declared) or "\ufffd" in declared:
        return ""
    if declared.lower() in (source.stem.lower(), source.name.lower()) or not legible([declared]):
        return ""
    return declared


def _author(declared: str) -> str:
    return "" if len(declared) > 200 or _NO_AUTHOR.match(declared) else declared


def _cover(document: _Document) -> str | None:
    """The newspaper's name on the cover of a PDF made by Gallica or a library that uses its software."""
    found = _GALLICA.match("\n".join(_beginning(document, 0)))
    return line(found.group("title")) if found else None


def _terms(document: _Document) -> bool:
    """Whether the second page holds the library's terms of use."""
    return _TERMS.search("\n".join(_beginning(document, 1))) is not None


def _beginning(document: _Document, number: int, count: int = 12) -> list[str]:
    """The first lines of a page; none when it cannot be read."""
    with suppress(pdfium.PdfiumError):
        return [each.text for each in document.lines(number)[:count]]
    return []


def _exported(source: Source, document: _Document) -> Iterator[Article | Problem]:
    """The articles of a PDF that a press database made."""
    pages: list[list[layout.Printed]] = []
    unread: list[int] = []
    for number in range(document.count):
        try:
            pages.append(document.lines(number))
        except pdfium.PdfiumError:
            unread.append(number + 1)
    records, cut = europresse_pdf.records(pages)
    if not records:
        return
    for found in articles(source, records, cut=cut, signed=True):
        yield replace(found, format="europresse") if isinstance(found, Article) else found
    if unread:
        yield problem(source, f"{len(unread)} of its {document.count} pages cannot be read (page {unread[0]})")
