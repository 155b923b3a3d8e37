"""Workbooks of Excel before 2007 (.xls) and binary ones (.xlsb): rows, dates, sheets without articles, damage."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import read
from searcher.sources import Source
from tests.readers.test_samples import sheet as xlsx

pytest.importorskip("python_calamine", reason="python-calamine is not installed")

XLS = (Path(__file__).parent / "sheets/kerval.xls").read_bytes()
"""Two articles with dates as Excel has them, made with xlwt."""

ROWS = [["Titre", "Date", "Texte"], ["Le port rouvre", "2020-03-10", "Le port a rouvert.\n\nLes pêcheurs sont sortis."]]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of the binary format (MS-XLSB 2.1.4): its number and its length in seven bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while size > 127:
        size, length = size >> 7, length + bytes([size & 0x7F | 0x80])
    return head + length + bytes([size]) + content


def wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def xlsb(**sheets: list[list[str]]) -> bytes:
    """A binary workbook of sheets of texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        names = "".join(
            f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.bin"/>'
            for at in range(len(sheets))
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument"'
            ' Target="xl/workbook.bin"/></Relationships>',
        )
        packed.writestr("xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{PACKAGE}">{names}</Relationships>')
        listed = b"".join(
            record(156, struct.pack("<II", 0, at + 1) + wide(f"rId{at}") + wide(name)) for at, name in enumerate(sheets)
        )
        packed.writestr("xl/workbook.bin", record(131) + record(143) + listed + record(144) + record(132))
        for at, rows in enumerate(sheets.values()):
            size = record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1))
            cells = b"".join(
                record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
                + b"".join(record(6, struct.pack("<II", column, 0) + wide(cell)) for column, cell in enumerate(row))
                for number, row in enumerate(rows)
            )
            content = record(129) + size + record(145) + cells + record(146) + record(130)
            packed.writestr(f"xl/worksheets/sheet{at}.bin", content)
    return out.getvalue()


def found(raw: bytes, name: str) -> tuple[list[tuple[str | None, str, str, str | None]], list[str]]:
    """Place, title, text and date of each article; the reason of each problem."""
    every = list(read(Source(name, name, len(raw), content=raw)))
    articles = [each for each in every if isinstance(each, Article)]
    assert {each.format for each in articles} <= {"sheet"}
    return (
        [(each.place, each.title, each.text, each.date) for each in articles],
        [each.reason for each in every if not isinstance(each, Article)],
    )


def test_it_reads_a_workbook_of_excel_before_2007() -> None:
    articles, problems = found(XLS, "kerval.xls")
    assert articles == [
        (
            "row 2",
            "Le port rouvre",
            "Le port de Kerval a rouvert mardi matin, après trois semaines de travaux.\n\n"
            "Les pêcheurs sont sortis dès l’aube.",
            "2020-03-10",
        ),
        ("row 3", "La halle ferme", "La halle ferme ce soir pour l’été.", "2020-03-11"),
    ]
    assert problems == []


@pytest.mark.parametrize("name", ["kerval.xlsb", "kerval.xlsx", "kerval"])
def test_it_reads_a_binary_workbook(name: str) -> None:
    assert found(xlsb(Feuil1=ROWS), name) == ([("row 2", ROWS[1][0], ROWS[1][2], ROWS[1][1])], [])


def test_it_reads_sheet_by_sheet_and_names_those_without_articles() -> None:
    articles, problems = found(xlsb(mars=ROWS, total=[["Somme", "12"]], avril=ROWS), "a.xlsb")
    assert [place for place, *_ in articles] == ["sheet mars, row 2", "sheet avril, row 2"]
    assert problems == ["sheets without a title or a text: total"]


@pytest.mark.parametrize("raw", [XLS, xlsb(Feuil1=ROWS), xlsx()], ids=["xls", "xlsb", "xlsx"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_it_reports_a_workbook_that_is_cut(raw: bytes, share: float) -> None:
    articles, problems = found(raw[: int(len(raw) * share)], "a.xls")
    assert articles or problems
    assert all("\n" not in each and "Traceback" not in each for each in problems)
