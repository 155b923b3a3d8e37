"""A tiny invented sample of each format → its article; all that a format needs to be tested without other files.

Formats that are text have a file in `samples/`, named by the key of the format; the others are made here.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import read
from searcher.readers.formats import FORMATS
from searcher.readers.sniff import sniff
from searcher.sources import Source, sources
from tests.readers import test_office, test_pdf, test_sevenzip, test_warc

HERE = Path(__file__).parent / "samples"
FIRST = "Le port de Kerval a rouvert mardi matin, après trois semaines de travaux."
SECOND = "Les pêcheurs sont sortis dès l’aube."
TITLE, DATE = "Le port rouvre", "2020-03-10"
TEXT = (HERE / "text.txt").read_bytes()


def docx() -> bytes:
    return test_office.docx(test_office.p(TITLE, style="Titre") + test_office.p(FIRST) + test_office.p(SECOND))


def odt() -> bytes:
    return test_office.odt(
        f'<text:p text:style-name="P1">{TITLE}</text:p><text:p>{FIRST}</text:p><text:p>{SECOND}</text:p>'
    )


def sheet() -> bytes:
    """A workbook of one sheet, with its texts in the cells."""
    cells = [["Titre", "Date", "Texte"], [TITLE, DATE, f"{FIRST}\n\n{SECOND}"]]
    rows = "".join(
        f'<row r="{at}">'
        + "".join(f'<c r="{"ABC"[n]}{at}" t="inlineStr"><is><t>{cell}</t></is></c>' for n, cell in enumerate(row))
        + "</row>"
        for at, row in enumerate(cells, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return test_office.packed(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{kind}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets><sheet name="Feuil1" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{kind}/worksheet"'
            ' Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def ods() -> bytes:
    """A table of OpenDocument."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{each}="{office}{each}:1.0"' for each in ("office", "table", "text"))
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in (["Titre", "Date", "Texte"], [TITLE, DATE, f"{FIRST}</text:p><text:p></text:p><text:p>{SECOND}"])
    )
    return test_office.packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f"<table:table table:name='Feuil1'>{rows}</table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
        }
    )


def pdf() -> bytes:
    return test_pdf.pdf(
        [(50, 700, 24, TITLE), (50, 650, 10, FIRST), (50, 620, 10, SECOND.replace("’", "'"))], title=TITLE
    )


def warc() -> bytes:
    return test_warc.record(test_warc.http_of(TEXT))


def wacz() -> bytes:
    return test_office.packed({"datapackage.json": "{}", "archive/a.warc": warc()})


def zipped() -> bytes:
    return test_office.packed({"text.txt": TEXT})


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        member = tarfile.TarInfo("text.txt")
        member.size = len(TEXT)
        file.addfile(member, io.BytesIO(TEXT))
    return out.getvalue()


def parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet

    out = io.BytesIO()
    table = pyarrow.table({"titre": [TITLE], "date": [DATE], "texte": [f"{FIRST}\n\n{SECOND}"]})
    parquet.write_table(table, out)
    return out.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    "docx": docx,
    "odt": odt,
    "sheet": sheet,
    "ods": ods,
    "epub": test_office.epub,
    "pdf": pdf,
    "warc": warc,
    "wacz": wacz,
    "zip": zipped,
    "tar": tarred,
    "parquet": parquet,
    "7z": lambda: test_sevenzip.seven(("text.txt", TEXT)),
}
OTHER_TEXTS = {
    "alto": [("", "Le port de Kerval a rouvert.")],
    "abbyy": [("", "Le port de Kerval a rouvert.")],
    "pdf": [("Le port rouvre", f"{FIRST} {SECOND}".replace("’", "'"))],
    "iptc7901": [("Le port rouvre", f"KERVAL, 10 mars 2020 (AFP) - {FIRST}\n\n{SECOND}".replace("’", "'"))],
    "olive": [("Le port rouvre", "Rouvert.")],
    "subtitles": [("subtitles", f"Le port de Kerval a rouvert mardi matin.\n\n{SECOND}")],
    "speech": [("journal 2020 03 10", "Le port a rouvert. C'était attendu.\n\nEnfin, oui\n\nMerci")],
    "epub": [("Le premier article", "Un texte.\n\nLa suite."), ("Le deuxième", "Un autre texte.")],
}
"""Titles and texts of samples that are not the usual article: pages of scans without a title, a book of two articles."""

WITH_THEIR_TESTS = {"msg", "mets", "doc", "picture"}
"""Formats whose samples are several files or take more than a few lines: test_mail.py, test_ocr.py, test_office.py,
test_recognition.py."""


def sample(key: str) -> Source:
    """The sample of a format: a file of `samples/`, or bytes that are made here."""
    if key in MADE:
        content, name = MADE[key](), "table.ods" if key == "ods" else key  # whose name tells it from a text
        return Source(name, name, len(content), content=content)
    (path,) = HERE.glob(f"{key}.*")
    (found,) = sources([path])
    assert isinstance(found, Source)
    return found


KEYS = [key for key, form in FORMATS.items() if key not in WITH_THEIR_TESTS and not form.module.startswith("press.")]


@pytest.mark.parametrize("key", KEYS)
def test_it_reads_the_sample_of_each_format(key: str) -> None:
    source = sample(key)
    assert sniff(source) == key
    articles = [each for each in read(source) if isinstance(each, Article)]
    if key in OTHER_TEXTS:
        assert [(each.title, each.text) for each in articles] == OTHER_TEXTS[key]
        return
    (article,) = articles
    assert article.title == TITLE
    assert article.text.replace("’", "'") == f"{FIRST}\n\n{SECOND}".replace("’", "'")
    assert (article.date or DATE)[:10] == DATE
