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
from tests.readers import test_office, test_pdf, test_warc

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
    "epub": test_office.epub,
    "pdf": pdf,
    "warc": warc,
    "wacz": wacz,
    "zip": zipped,
    "tar": tarred,
    "parquet": parquet,
}
OTHER_TEXTS = {
    "alto": [("", "Le port de Kerval a rouvert.")],
    "abbyy": [("", "Le port de Kerval a rouvert.")],
    "pdf": [("Le port rouvre", f"{FIRST} {SECOND}".replace("’", "'"))],
    "iptc7901": [("Le port rouvre", f"KERVAL, 10 mars 2020 (AFP) - {FIRST}\n\n{SECOND}".replace("’", "'"))],
    "olive": [("Le port rouvre", "Rouvert.")],
    "epub": [("Le premier article", "Un texte.\n\nLa suite."), ("Le deuxième", "Un autre texte.")],
}
"""Titles and texts of samples that are not the usual article: pages of scans without a title, a book of two articles."""

WITH_THEIR_TESTS = {"msg", "mets"}
"""Formats whose samples are several files or take more than a few lines: test_mail.py, test_ocr.py."""


def sample(key: str) -> Source:
    """The sample of a format: a file of `samples/`, or bytes that are made here."""
    if key in MADE:
        content = MADE[key]()
        return Source(key, key, len(content), content=content)
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
