"""What it reads of PDF: text, paragraphs, columns, running heads, titles; and why it reads nothing. On documents made here."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.readers.documents.legible import legible
from searcher.readers.scans import tesseract
from searcher.sources import Source
from tests import places

pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")

SHARED = places.SHARED / "formats/pdf"
Placed = tuple[float, float, float, str]  # x, y from the bottom, size, text


def pdf(*pages: Sequence[Placed], title: str = "", author: str = "") -> bytes:
    """A PDF of A4 pages."""
    objects: list[bytes] = []

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    add(b"")  # the catalogue, and the tree of pages, are filled in last
    add(b"")
    font = add(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    kids = []
    for page in pages:
        drawn = b"".join(
            b"BT /F1 %d Tf 1 0 0 1 %d %d Tm (" % (size, x, y)
            + text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            + b") Tj ET\n"
            for x, y, size, text in page
        )
        content = add(b"<</Length %d>>stream\n" % len(drawn) + drawn + b"endstream")
        kids.append(
            add(
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 %d 0 R>>>>>>"
                % (content, font)
            )
        )
    facts = add(
        b"<</Title<FEFF"
        + title.encode("utf-16-be").hex().encode()
        + b">/Author<FEFF"
        + author.encode("utf-16-be").hex().encode()
        + b">/CreationDate(D:20200102030405Z)>>"
    )
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out = BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, written in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + written + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, facts, start))
    return out.getvalue()


def column(x: float, top: float, lines: Sequence[str], size: float = 10) -> list[Placed]:
    return [(x, top - at * size * 1.2, size, text) for at, text in enumerate(lines)]


def everything(content: bytes, name: str = "journal.pdf") -> tuple[list[Article], list[Problem]]:
    found = list(read(Source(name, name, len(content), content=content)))
    return [each for each in found if isinstance(each, Article)], [each for each in found if isinstance(each, Problem)]


NONSENSE = "!\"#$%&'()\"*+#,'-./.' 0,)'\")**#1\"2)'3+4\")'5)',#6*'7\"#7\")*'8()2'5)*')978,*+#,*'2#,:)9:1)33)*'"
BODY = [
    "Le train venant de la capitale est entré en gare avec un re-",
    "tard de deux heures, au grand mécontentement des voyageurs qui",
    "attendaient sur le quai depuis le matin, sous une pluie fine et",
    "froide. Le chef de gare a présenté ses excuses.",
]
WHOLE = (
    "Le train venant de la capitale est entré en gare avec un retard de deux heures, au grand mécontentement des voyageurs qui "
    "attendaient sur le quai depuis le matin, sous une pluie fine et froide. Le chef de gare a présenté ses excuses."
)
SECOND = [
    "Au marché de samedi, le blé s'est vendu douze francs, et le",
    "seigle neuf ; les acheteurs étaient peu nombreux, mais décidés,",
    "et presque tout a trouvé preneur avant midi sonné.",
]


def test_it_joins_lines_into_paragraphs_and_takes_the_largest_line_for_title() -> None:
    page = [(60, 780, 22, "Le train en retard"), *column(60, 740, BODY), *column(60, 660, SECOND)]
    articles, problems = everything(pdf(page))
    assert problems == []
    assert articles[0].title == "Le train en retard"
    assert articles[0].text == f"{WHOLE}\n\n{' '.join(SECOND)}"
    assert (articles[0].date, articles[0].place) == (None, None)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("La crue de la Seine", "La crue de la Seine"),
        ("Microsoft Word - article v3.doc", "Le train en retard"),
        ("article_final.indd", "Le train en retard"),
        ("journal", "Le train en retard"),
        ("Untitled", "Le train en retard"),
        ("Document1", "Le train en retard"),
        ("", "Le train en retard"),
    ],
)
def test_it_takes_the_declared_title_only_when_it_is_one(declared: str, expected: str) -> None:
    page = [(60, 780, 22, "Le train en retard"), *column(60, 740, BODY)]
    assert everything(pdf(page, title=declared))[0][0].title == expected


@pytest.mark.parametrize(
    ("declared", "expected"), [("Jeanne Durand", "Jeanne Durand"), ("user", None), ("PC-12", None), ("", None)]
)
def test_it_takes_the_declared_author_only_when_it_is_one(declared: str, expected: str | None) -> None:
    assert everything(pdf(column(60, 740, BODY), author=declared))[0][0].author == expected


def test_it_reads_columns_one_after_the_other() -> None:
    left, right = column(50, 740, BODY * 2, 8), column(320, 740, SECOND * 3, 8)
    assert everything(pdf([*left, *right]))[0][0].text.index("Au marché") > 2 * len(WHOLE) - 100


def test_it_puts_columns_apart_that_come_line_by_line() -> None:
    left, right = column(50, 740, BODY * 4, 8), column(320, 740, SECOND * 5, 8)
    mixed = [each for pair in zip(left, right, strict=False) for each in pair]
    text = everything(pdf(mixed))[0][0].text
    assert WHOLE in text
    assert " ".join(SECOND) in text


def test_it_drops_running_heads_and_page_numbers() -> None:
    pages = [
        [(60, 810, 8, "Le Courrier du soir"), *column(60, 740, BODY), (290, 30, 8, f"- {number} -")]
        for number in range(1, 6)
    ]
    text = everything(pdf(*pages, title="La gare"))[0][0].text
    assert text.count("chef de gare") == 5
    assert "Courrier du soir" not in text
    assert "- 3 -" not in text


def test_it_puts_a_paragraph_together_that_a_page_cut_in_two() -> None:
    pages = [column(60, 740, BODY[:2]), column(60, 740, BODY[2:])]
    assert everything(pdf(*pages, title="La gare"))[0][0].text == WHOLE


def test_it_reads_the_name_and_date_on_the_cover_of_a_gallica_file() -> None:
    cover = [
        (60, 700, 14, "Source gallica.bnf.fr / Bibliothèque nationale de France"),
        (60, 660, 14, "Le Courrier : journal du soir"),
    ]
    terms = column(60, 740, ["Conditions d'utilisation", "Les documents du domaine public sont libres."])
    made = pdf(cover, terms, column(60, 740, BODY), title="1875-04-04 (Année 6, Numéro 1479)")
    article = everything(made)[0][0]
    assert (article.source, article.date) == ("Le Courrier : journal du soir", "1875-04-04")
    assert article.title == "Le Courrier : journal du soir, 1875-04-04 (Année 6, Numéro 1479)"
    assert article.text == WHOLE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf([]), f"scanned pages without text; {tesseract.advice()}"),
        (pdf(column(60, 740, [NONSENSE] * 4)), f"its fonts do not say which letters they show; {tesseract.advice()}"),
        (b"%PDF-1.4\nrien", "a damaged or incomplete PDF"),
    ],
)
def test_it_says_why_it_reads_nothing(content: bytes, reason: str) -> None:
    articles, problems = everything(content)
    assert articles == []
    assert [problem.reason for problem in problems] == [reason]


def test_it_says_that_part_of_the_pages_are_pictures() -> None:
    articles, problems = everything(pdf(column(60, 740, BODY), [], []))
    assert len(articles) == 1
    assert [problem.reason for problem in problems] == [
        f"2 of its 3 pages are pictures without text; {tesseract.advice()}"
    ]


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        "Départ 7 h. 15, 8 h. 30, 9 h. 45 ; arrivée 10 h. 12, 11 h. 50, 13 h. 05 ; prix 12 fr. 50, 14 fr. 75, 19 fr.",
        "Правительство объявило о новых мерах поддержки населения в связи с наводнением. " * 4,
        "1er 2e",
    ],
)
def test_it_takes_a_text_for_legible(text: str) -> None:
    assert legible([text])


@pytest.mark.parametrize(
    "text",
    [
        "/g0035/g0037/g0039 /g0040/g0041",
        "(cid:12)(cid:45)(cid:77)",
        "\ue001\ue045\ue077 \ue012",
        NONSENSE * 4,
        "\x02\x03\x04\x05\x03\x06\x04\x07\x08 \x08\x0b\x0c\x04\x08",
        "Xv wznq tkp lrs bcdf ghjk lmnp qrst vwxz bcd fgh jkl mnp qrs tvw xzb cdf ghj klm npq rst " * 4,
    ],
)
def test_it_takes_no_nonsense_for_a_text(text: str) -> None:
    assert not legible([text])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_it_never_raises_for_a_damaged_file(data: st.DataObject) -> None:
    content = pdf(column(60, 740, BODY), column(60, 740, SECOND), title="La gare")
    damaged = bytearray(content[: data.draw(st.integers(10, len(content)))])
    for _ in range(data.draw(st.integers(0, 6))):
        damaged[data.draw(st.integers(5, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    for found in read(Source("x.pdf", "x.pdf", content=bytes(damaged)), form="pdf"):
        assert isinstance(found, Article | Problem)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared sample files are not here")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("taln_articles_fr/taln-2013-court-001.pdf", "La recherche scientifique est un processus incrémental."),
        ("pdfjs/tracemonkey.pdf", "Dynamic languages such as JavaScript are more difficult to compile"),
        ("pdfjs/bug1027533.pdf", None),
        ("pdfjs/bug1250079.pdf", None),
        ("taln_articles_fr/taln-2013-court-003.pdf", None),
    ],
)
def test_it_reads_the_shared_documents(name: str, words: str | None) -> None:
    articles, problems = everything((SHARED / name).read_bytes(), name)
    if words is None:
        assert articles == []
        assert len(problems) == 1
    else:
        assert words in articles[0].text
        assert problems == []
