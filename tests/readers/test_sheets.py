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
from tests.readers.test_samples import ods
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
    assert {each.format for each in articles} <= {"sheet", "ods"}
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


STORIES = [(f"Le port {number}", f"2020-03-1{number}", f"Le quai {number} rouvre ce matin.") for number in range(9)]
EMPTY = "sheets without a title or a text: F2"


def numbered() -> bytes:
    """A workbook as Excel writes it: the cells hold numbers of strings, which stand in a member behind the sheets."""
    main, rows = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", [("Titre", "Date", "Texte"), *STORIES]
    strings = "".join(f"<si><t>{cell}</t></si>" for row in rows for cell in row)
    cells = "".join(
        f'<row r="{at + 1}">'
        + "".join(f'<c r="{"ABC"[n]}{at + 1}" t="s"><v>{3 * at + n}</v></c>' for n in range(3))
        + "</row>"
        for at in range(len(rows))
    )
    sheets = "".join(f'<sheet name="F{at}" sheetId="{at}" r:id="r{at}"/>' for at in (1, 2))
    related = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in (1, 2)
    )
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}<Relationship Id="r3"'
        f' Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{main}"><sheetData/></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}" uniqueCount="{3 * len(rows)}">{strings}</sst>',
        "xl/media/image1.png": "png",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_it_reads_a_workbook_that_is_cut_up_to_there() -> None:
    pytest.importorskip("lxml")
    raw, seen = numbered(), set()
    for at in range(200, len(raw), 211):
        articles, problems = found(raw[:at], "a.xlsx")
        assert [(title, date, text) for _, title, text, date in articles] == STORIES[: len(articles)], at
        assert len(set(problems) - {EMPTY}) == 1, (at, problems)
        seen.add(len(articles))
    assert {0, 9} < seen


@pytest.mark.parametrize(
    ("raw", "name"),
    [(ods(), "a.ods"), (xlsx(), "a.xlsx"), (xlsb(mars=ROWS, avril=ROWS), "a.xlsb")],
    ids=["ods", "xlsx", "xlsb"],
)
def test_one_line_says_that_a_workbook_is_cut(raw: bytes, name: str) -> None:
    pytest.importorskip("lxml")
    for at in range(60, len(raw), 37):
        articles, problems = found(raw[:at], name)
        assert len(problems) == 1, (at, problems)
        assert "cut short" in problems[0], (at, problems)
        assert all(each[1:] == (ROWS[1][0], ROWS[1][2], ROWS[1][1]) for each in articles if name == "a.xlsb"), at


def test_it_says_what_is_lost_of_a_workbook_that_is_cut() -> None:
    pytest.importorskip("lxml")
    raw = numbered()
    strings, picture = raw.index(b"<sst"), raw.index(b"xl/media")
    assert found(raw[: raw.index(b"Le port 3")], "a.xlsx")[1] == [
        f"xl/sharedStrings.xml: cut short after {raw.index(b'Le port 3') - strings} bytes; whatever followed is lost",
        EMPTY,
    ]
    whole, (told, _) = found(raw[:picture], "a.xlsx")
    assert (len(whole), told[:59]) == (9, "a damaged Zip archive (cut short: its table of contents is ")
    rows = raw[: raw.index(b'<row r="4"')]
    read_to = len(rows) - raw.index(b"<worksheet")
    assert found(rows, "a.xlsx") == (
        [],
        [f"xl/worksheets/sheet1.xml: cut short after {read_to} bytes; whatever followed is lost; sheet F2 is missing"],
    )
