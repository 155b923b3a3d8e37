"""What OCR makes of scans and pictures of pages: on pictures drawn here by PDFium. Skipped without Tesseract and its French."""

from __future__ import annotations

import shutil
import struct
import subprocess
import threading
import time
import zlib
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.readers.scans import pictures, tesseract
from searcher.sources import Recognition, Source
from tests.readers.test_archive import zip_of
from tests.readers.test_pdf import BODY, SECOND, WHOLE, column, pdf

pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None or "fra" not in tesseract._languages(),
    reason="Tesseract or its French model is not installed",
)
PAGE = [(60, 780, 22, "Le train en retard"), *column(60, 740, BODY), *column(60, 660, SECOND)]
TEXT = f"{WHOLE}\n\n{' '.join(SECOND)}"
Grey = tuple[int, int, bytes]


def drawn(page: list[tuple[float, float, float, str]], resolution: int = 200) -> Grey:
    """A page as a picture in shades of grey: width, height, points."""
    document = pdfium.PdfDocument(pdf(page))
    bitmap = document[0].render(scale=resolution / 72, grayscale=True)
    raw = bytes(bitmap.buffer)
    starts = range(0, bitmap.height * bitmap.stride, bitmap.stride)
    points = b"".join(raw[start : start + bitmap.width] for start in starts)
    found = bitmap.width, bitmap.height, points
    bitmap.close()
    document.close()
    return found


def png(picture: Grey) -> bytes:
    width, height, points = picture

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + points[at * width : (at + 1) * width] for at in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def tiff(*pages: Grey) -> bytes:
    """A TIFF of several pages, not compressed."""
    out = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for width, height, points in pages:
        at = len(out)
        out += points
        tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, at), (277, 1), (278, height)]
        tags.append((279, len(points)))
        struct.pack_into("<I", out, link, len(out))
        out += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        link = len(out)
        out += bytes(4)
    return bytes(out)


def scan(*pages: Grey) -> bytes:
    """A PDF whose pages are pictures."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for width, height, points in pages:
        first = len(objects) + 1
        kids.append(first)
        packed = zlib.compress(points, 1)
        content = b"595 0 0 842 0 0 cm /I Do"
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>"
            % (first + 1, first + 2),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(packed), packed),
        ]
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out, places = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )


def found(content: bytes, name: str, *, ocr: bool = True) -> tuple[list[Article], list[tuple[str, str]]]:
    source = Source(name, name, len(content), content=content, recognition=Recognition(2) if ocr else None)
    all_found = list(read(source))
    return (
        [each for each in all_found if isinstance(each, Article)],
        [(each.kind, each.reason) for each in all_found if isinstance(each, Problem)],
    )


@needs_tesseract
def test_it_recognises_the_pages_of_a_scan_in_their_order() -> None:
    second = drawn(column(60, 740, [*SECOND, "", *BODY]))
    (article,), problems = found(scan(drawn(PAGE), second), "journal.pdf")
    assert (article.title, article.format) == ("Le train en retard", "pdf")
    assert article.text == f"{TEXT}\n\n{' '.join(SECOND)}\n\n{WHOLE}"
    ((kind, reason),) = problems
    assert kind == "noted"
    assert reason.startswith("text recognised by Tesseract on 2 of 2 pages, confidence 9")


@needs_tesseract
@pytest.mark.parametrize(
    ("name", "content"), [("page.png", png(drawn(PAGE))), ("page.tif", tiff(drawn(PAGE)))], ids=["png", "tiff"]
)
def test_it_recognises_a_picture_of_a_page(name: str, content: bytes) -> None:
    (article,), problems = found(content, name)
    assert (article.id, article.title, article.format) == ("page", "Le train en retard", "picture")
    assert article.text == TEXT
    assert [kind for kind, _ in problems] == ["noted"]


@needs_tesseract
def test_it_recognises_every_page_of_a_tiff() -> None:
    (article,), problems = found(tiff(*[drawn(column(60, 740, SECOND))] * 3), "page.tiff")
    assert article.text.count("Au marché de samedi") == 3
    assert "on 3 of 3 pages" in problems[0][1]


@needs_tesseract
def test_it_recognises_in_archives() -> None:
    (article,), _ = found(zip_of([("p/page.png", png(drawn(PAGE)))]), "pages.zip")
    assert (article.place, article.title) == ("p/page.png", "Le train en retard")


@needs_tesseract
def test_it_refuses_a_page_that_nobody_can_read() -> None:
    width, height = 700, 900
    state, points = 1, bytearray()
    for _ in range(width * height):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        points.append(state >> 16 & 0xFF)
    articles, problems = found(png((width, height, bytes(points))), "bruit.png")
    assert (articles, [kind for kind, _ in problems]) == ([], ["skipped"])


def test_it_says_what_to_do_without_ocr() -> None:
    assert found(scan(drawn(PAGE)), "a.pdf", ocr=False) == (
        [],
        [("failed", f"scanned pages without text; {tesseract.advice()}")],
    )
    assert found(png(drawn(PAGE)), "a.png", ocr=False) == (
        [],
        [("skipped", f"no article: a picture (PNG); if it shows a page, {tesseract.advice()}")],
    )


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    install = "apt install tesseract-ocr tesseract-ocr-fra"
    told = "scanned pages without text, and Tesseract is not installed; to read it with OCR: " + install
    assert found(scan(drawn(PAGE)), "a.pdf") == ([], [("missing", told)])
    assert tesseract.advice() == f"to read it with OCR: {install}, then searcher index --ocr"
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(tesseract, "_languages", lambda: frozenset(["eng"]))
    assert "the French model of Tesseract is not installed" in found(scan(drawn(PAGE)), "a.pdf")[1][0][1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("icone.png", png((32, 32, bytes(1024)))),
        ("Le port rouvre_files/photo.png", png((500, 500, bytes(250_000)))),
        ("cassee.png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_it_does_not_look_for_text_in_pictures_that_are_no_pages(name: str, content: bytes) -> None:
    articles, ((kind, reason),) = found(content, name)
    assert (articles, kind) == ([], "skipped")
    assert reason.startswith("no article: a picture (PNG)")


def test_it_leaves_a_picture_whose_text_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "p1.png").write_bytes(png((500, 500, bytes(250_000))))
    (tmp_path / "p1.txt").write_text("Le texte de la page.", "utf-8")
    path = str(tmp_path / "p1.png")
    source = Source(path, "p1.png", 1000, root=str(tmp_path), recognition=Recognition(1))
    (problem,) = read(source)
    assert isinstance(problem, Problem)
    assert problem.reason == "no article: a picture (PNG), whose text stands in p1.txt"


def test_it_refuses_a_picture_larger_than_a_page() -> None:
    head = png((500, 500, bytes(250_000))).replace(struct.pack(">II", 500, 500), struct.pack(">II", 50_000, 50_000), 1)
    assert found(head, "a.png")[1] == [
        ("failed", "a picture of 50000 × 50000 points; scale it down to 60 million"),
    ]


def test_it_ends_at_a_tiff_that_points_to_itself() -> None:
    held = bytearray(tiff((500, 500, bytes(250_000))))
    struct.pack_into("<I", held, len(held) - 4, struct.unpack_from("<I", held, 4)[0])
    shape = pictures._shape(bytes(held))
    assert shape is not None
    assert shape.pages == 1


def test_it_reads_a_table_of_words() -> None:
    rows = [
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
        "1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t",
        "5\t1\t1\t1\t1\t1\t100\t500\t80\t40\t91.5\tLe",
        "5\t1\t1\t1\t1\t2\t200\t505\t90\t30\t88.5\tport",
        '5\t1\t1\t1\t2\t1\t100\t600\t80\t40\t90\t"rouvre',
    ]
    page = tesseract.read_table("\n".join(rows))
    assert [line.text for line in page.lines] == ["Le port", '"rouvre']
    assert (page.lines[0].left, page.lines[0].right, page.lines[0].at) == (100, 290, 0.26)
    assert 89 < page.confidence < 91
    unsure = tesseract.read_table("\n".join(row.replace("91.5", "5").replace("88.5", "5") for row in rows[:-1]))
    assert (unsure.lines, unsure.fault) == ((), "not legible (confidence 5 of 100)")
    assert tesseract.read_table(rows[0]) == tesseract.Page()


def test_no_more_pages_are_recognised_at_a_time_than_there_are_slots(tmp_path: Path) -> None:
    """Two processes stand for themselves here: two Recognitions that share a folder."""
    running = most = 0
    lock = threading.Lock()

    def page(recognition: Recognition) -> None:
        nonlocal running, most
        with recognition.slot():
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1

    shared = [Recognition(2, str(tmp_path)) for _ in range(2)]
    threads = [threading.Thread(target=page, args=(each,)) for each in shared * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_it_says_that_tesseract_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(subprocess, "Popen", fail)
    assert [page.fault for page in tesseract.pages([b"P5"], Recognition(1))] == [
        "Tesseract cannot be started (Permission denied)"
    ]
