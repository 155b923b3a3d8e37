"""Issues of Delpher: articles that are files, told of by a DIDL beside them; in folders, in a harvest, in a Zip archive."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import read
from searcher.sources import Source, sources
from tests.readers.test_archive import zip_of

pytest.importorskip("lxml", reason="lxml is not installed")

NAMES = (
    'xmlns:didl="urn:mpeg:mpeg21:2002:02-DIDL-NS" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcx="http://krait.kb.nl/coop/tel/handbook/telterms.html" xmlns:srw_dc="info:srw/schema/1/dc-v1.1"'
)


def component(facts: str) -> str:
    return (
        f'<didl:Component><didl:Resource mimeType="text/xml"><srw_dc:dcx>{facts}</srw_dc:dcx></didl:Resource>'
        "</didl:Component>"
    )


def item(page: int, number: int, kind: str, title: str) -> str:
    facts = (
        f"<dc:subject>{kind}</dc:subject><dc:title>{title}</dc:title>"
        f"<dcx:recordIdentifier>ddd:010:mpeg21:a{number:04}</dcx:recordIdentifier>"
        f"<dc:identifier>http://resolver.kb.nl/resolve?urn=ddd:010:mpeg21:a{number:04}</dc:identifier>"
    )
    return f'<didl:Item dc:identifier="ddd:010:mpeg21:p{page:03}:a{number:04}">{component(facts)}</didl:Item>'


DIDL = (
    f'<didl:DIDL {NAMES}><didl:Item dc:identifier="ddd:010:mpeg21">'
    + component("<dc:title>De Haven</dc:title><dc:date>1870-01-01</dc:date><dc:language>nl</dc:language>")
    + item(1, 1, "artikel", "De haven open")
    + item(1, 2, "advertentie", "Advertentie")
    + item(2, 1, "artikel", "De haven open")
    + "</didl:Item></didl:DIDL>"
)
OAI = (
    '<?xml version="1.0"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><metadata>'
    f"{DIDL}</metadata></record></GetRecord></OAI-PMH>"
)
ALTO = (
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Layout><Page><PrintSpace><TextBlock ID="B"><TextLine>'
    '<String CONTENT="haven"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>'
)


def text(title: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<text>\n<title>{title}</title>\n<p>Eerste.</p>\n<p>Tweede.</p>\n</text>'


FILES = {
    "DDD_010_0001_articletext.xml": text("De haven open"),
    "DDD_010_0002_articletext.xml": text(""),
    "DDD_010_didl.xml": OAI,
    "DDD_010_001_alto.xml": ALTO,
}
HARVEST = {
    "ocr/ddd_010_mpeg21_a0001_ocr.xml": text("De haven open"),
    "ocr/ddd_010_mpeg21_a0002_ocr.xml": text(""),
    "didl/ddd_010_mpeg21.xml": DIDL,
    "alto/ddd_010_mpeg21_p001_alto.xml": ALTO,
}
TOLD = [
    ("ddd:010:mpeg21:a0001", "De haven open", "1870-01-01", "De Haven", None, "1, 2", "nl"),
    ("ddd:010:mpeg21:a0002", "Advertentie", "1870-01-01", "De Haven", "advertentie", "1", "nl"),
]


def given(found: Iterable[object]) -> tuple[list[tuple[str | None, ...]], list[str]]:
    articles: list[tuple[str | None, ...]] = []
    reasons: list[str] = []
    for each in found:
        if isinstance(each, Article):
            assert each.text == "Eerste.\n\nTweede."
            assert each.url is None or each.url.endswith(each.id)
            articles.append((each.id, each.title, each.date, each.source, each.section, each.pages, each.language))
        else:
            reasons.append(getattr(each, "reason", ""))
    return articles, sorted(reasons)


@pytest.mark.parametrize("files", [FILES, HARVEST], ids=["issue", "harvest"])
def test_it_reads_articles_with_what_their_issue_says(files: dict[str, str], tmp_path: Path) -> None:
    for each, content in files.items():
        (tmp_path / each).parent.mkdir(exist_ok=True)
        (tmp_path / each).write_text(content, "utf-8")
    found = (each for source in sources([tmp_path]) if isinstance(source, Source) for each in read(source))
    assert given(found) == (
        TOLD,
        [
            "no article: a page of an issue whose articles are files of their own",
            "no article: the contents of an issue (DIDL), whose articles are files of their own",
        ],
    )


@pytest.mark.parametrize("files", [FILES, HARVEST], ids=["issue", "harvest"])
def test_it_reads_them_in_an_archive(files: dict[str, str]) -> None:
    raw = zip_of([(each, content.encode()) for each, content in files.items()])
    articles, reasons = given(read(Source("kb.zip", "kb.zip", len(raw), content=raw)))
    assert articles == TOLD
    assert len(reasons) == 1


def test_it_says_that_the_texts_or_the_contents_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "DDD_010_didl.xml").write_text(DIDL, "utf-8")
    (alone,) = sources([tmp_path / "DDD_010_didl.xml"])
    assert isinstance(alone, Source)
    assert given(read(alone)) == (
        [],
        ["the contents of an issue (DIDL) of 2 articles; their texts (…_articletext.xml) are not beside it"],
    )
    raw = text("De haven open").encode()
    articles, reasons = given(read(Source("a_0001_articletext.xml", "a_0001_articletext.xml", len(raw), content=raw)))
    assert [each[:-1] for each in articles] == [("a_0001_articletext", "De haven open", None, None, None, None)]
    assert reasons == ["the DIDL of its issue is not beside it: newspaper and date are not known"]


def test_it_does_not_take_other_answers_of_oai_for_an_issue() -> None:
    raw = b'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords/></OAI-PMH>'
    assert given(read(Source("a.xml", "a.xml", len(raw), content=raw))) == (
        [],
        ["no article: XML of a kind that is not read (<OAI-PMH>)"],
    )
