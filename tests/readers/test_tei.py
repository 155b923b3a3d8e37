"""What it reads of TEI: articles, books, debates, headers; on small documents of our own and on real ones."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source, sources
from tests import places

pytest.importorskip("lxml", reason="lxml is not installed")

SHARED = places.SHARED / "formats/tei"
NAMESPACE = ' xmlns="http://www.tei-c.org/ns/1.0"'
HEADER = (
    "<fileDesc><titleStmt><title>Le Courrier des théâtres</title><author>Jeanne Durand</author></titleStmt>"
    "<publicationStmt><date when='2015'/><idno>https://example.org/courrier</idno></publicationStmt>"
    "<sourceDesc><bibl><title>Courrier des théâtres. Deuxième série</title>, <date>1888</date></bibl></sourceDesc></fileDesc>"
    "<profileDesc><langUsage><language ident='fre'/></langUsage></profileDesc>"
)


def tei(body: str, header: str = HEADER, root: str = "TEI", head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<{root}{NAMESPACE if root == "TEI" else ""}>'
        f"<teiHeader>{header}</teiHeader><text><body>{body}</body></text></{root}>"
    )


def everything(document: str | bytes, name: str = "doc.xml") -> tuple[list[Article], list[Problem]]:
    content = document.encode() if isinstance(document, str) else document
    found = list(read(Source(name, name, content=content)))
    return [each for each in found if isinstance(each, Article)], [each for each in found if isinstance(each, Problem)]


def text_of(body: str) -> str:
    articles, problems = everything(tei(f"<p>Avant.</p>{body}"))
    assert problems == []
    return articles[0].text.removeprefix("Avant.\n\n")


def test_it_reads_each_marked_article_with_its_own_title_date_and_source() -> None:
    body = (
        "<head>Mercure, juin 1702</head><div type='article' xml:id='M_30'><head>Journal du siège</head>"
        "<bibl><title>Relations diverses, [Mercure galant]</title>, juin 1702 [tome 8], p. 30-33.</bibl>"
        "<label>Journal du siège.</label><p>Le même jour, ou plûtost le 10.</p></div>"
        "<div type='article' xml:id='M_34'><head>Énigme</head><byline>Par Mr de B.</byline>"
        "<lg><l>Je suis le premier vers,</l><l>Et moi le second.</l></lg></div>"
    )
    articles, problems = everything(tei(body))
    assert problems == []
    assert [(each.id, each.title, each.date, each.source, each.place) for each in articles] == [
        ("M_30", "Journal du siège", "1702-06", "Mercure galant", "page 30"),
        ("M_34", "Énigme", "1888", "Courrier des théâtres. Deuxième série", "article 2"),
    ]
    assert articles[0].text == "Le même jour, ou plûtost le 10."
    assert articles[1].text == "Je suis le premier vers,\nEt moi le second."
    assert (articles[0].author, articles[1].author) == ("Jeanne Durand", "Mr de B.")
    assert articles[0].language == "fr"


def test_it_loses_no_text_between_marked_articles() -> None:
    body = (
        "<div type='page'><head>Une</head><p>Texte sans article.</p><div type='article'><head>Un</head><p>A.</p></div>"
        "<div type='feuilleton'><head>Suite</head><p>B.</p></div></div>"
    )
    articles, _ = everything(tei(body))
    assert [(each.title, each.text, each.section) for each in articles] == [
        ("Une", "Texte sans article.", None),
        ("Un", "A.", "Une"),
        ("Suite", "B.", "Une"),
    ]


def test_it_reads_a_book_division_by_division() -> None:
    chapter = (
        "<div><head>Octave Feuillet<note>Le Roman.</note></head><p>Texte.</p><div><head>I</head><p>Un.</p></div></div>"
    )
    dated = "<div><head>Anniversaire</head><dateline>3 janvier 1888.</dateline><p>Célébré.</p></div>"
    gathered = f"<div><head>Racine</head>{dated}</div>"
    series = (
        "<div><head>Le Chat-Noir</head><div><head>I</head><dateline>Paris, 4 janvier 1888.</dateline><p>Un.</p></div>"
        "<div><head>II</head><dateline>11 janvier 1888</dateline><p>Deux.</p></div></div>"
    )
    articles, problems = everything(tei(f"<head>Série</head>{chapter}{gathered}{series}"))
    assert problems == []
    assert [(each.title, each.section, each.date) for each in articles] == [
        ("Octave Feuillet", None, "1888"),
        ("Anniversaire", "Racine", "1888-01-03"),
        ("Le Chat-Noir I", None, "1888-01-04"),
        ("Le Chat-Noir II", None, "1888-01-11"),
    ]
    assert articles[0].text == "Texte.\n\nI\n\nUn.\n\nLe Roman."
    assert articles[1].text == "Célébré."
    assert articles[2].text == "Paris, 4 janvier 1888.\n\nUn."
    assert {each.source for each in articles} == {"Courrier des théâtres. Deuxième série"}


def test_it_reads_a_debate_as_one_article_with_who_said_what() -> None:
    body = (
        "<p>Présidence de M. Martin</p><sp><speaker>le président</speaker>"
        "<m:x xmlns:m='urn:m'><p>. La séance est ouverte.</p></m:x>"
        "</sp><div><head>Ordre du jour</head><sp><speaker>Mme Durand</speaker><p>Monsieur le président !</p></sp></div>"
    )
    articles, _ = everything(tei(body))
    assert [(each.title, each.place, each.url) for each in articles] == [
        ("Le Courrier des théâtres", None, "https://example.org/courrier")
    ]
    assert articles[0].text == (
        "Présidence de M. Martin\n\nle président. La séance est ouverte.\n\n"
        "Ordre du jour\n\nMme Durand. Monsieur le président !"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>vn <choice><orig>iour</orig><reg>jour</reg></choice></p>", "vn iour"),
        ("<p><choice><corr>bien</corr><sic>bein</sic></choice> sûr</p>", "bein sûr"),
        ("<p>le tra<lb break='no'/>vail</p>", "le travail"),
        ("<p>le tra-\n<lb break='no'/>vail</p>", "le travail"),
        ("<p>le tra-<lb/>vail</p>", "le travail"),
        ("<p>peut-<lb/>être</p>", "peut-être"),
        ("<p>un<lb/>deux</p>", "un deux"),
        ("<p>un<pb n='2'/>deux</p>", "un deux"),
        ("<p>avant<fw type='head'>LE TEMPS</fw> après</p>", "avant après"),
        ("<p>mot<note>Une note.</note> suite</p>", "mot suite\n\nUne note."),
        ("<p>mot<note resp='editor'>Une note.</note> suite</p>", "mot suite"),
        ("<figure><figDesc>Un port</figDesc></figure><p>Texte</p>", "Texte"),
        ("<p>M<hi rend='sup'>me</hi> Bovary</p>", "Mme Bovary"),
        ("<p>Il dit <quote>bonjour</quote> à tous</p>", "Il dit bonjour à tous"),
        ("<p>Il dit<quote><p>Bonjour.</p></quote>à tous</p>", "Il dit\n\nBonjour.\n\nà tous"),
        ("<lg><l>Un</l><l>Deux</l></lg><lg><l>Trois</l></lg>", "Un\nDeux\n\nTrois"),
        ("<list><item>Un</item><item>Deux</item></list>", "Un\n\nDeux"),
        ("<table><row><cell>Blé</cell><cell>12 fr.</cell></row></table>", "Blé 12 fr."),
        ("<p>rayé <del>non</del>oui</p>", "rayé oui"),
    ],
)
def test_it_gives_the_text_as_printed(body: str, expected: str) -> None:
    assert text_of(body) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<date when='1875-04-04'>dimanche</date>", "1875-04-04"),
        ("<date value='1875-04'/>", "1875-04"),
        ("<date notBefore='1702-06-01' notAfter='1702-06-30'/>", "1702-06"),
        ("<date notBefore='1702-06-01'/>", "1702"),
        ("<date>vendredi 1er février 2013</date>", "2013-02-01"),
        ("<date>[1702?]</date>", "1702"),
        ("<date>vers 1702 ou 1704</date>", None),
        ("", None),
    ],
)
def test_it_keeps_a_date_in_its_precision_and_never_takes_that_of_the_edition(date: str, expected: str | None) -> None:
    header = (
        "<fileDesc><titleStmt><title>Lettre</title></titleStmt><publicationStmt><date when='2015-01-01'/></publicationStmt>"
        f"<sourceDesc><bibl>{date}</bibl></sourceDesc></fileDesc>"
    )
    assert everything(tei("<p>Texte.</p>", header))[0][0].date == expected


def test_it_names_the_journal_that_a_source_description_names() -> None:
    header = (
        "<fileDesc><titleStmt><title>La crue</title></titleStmt><sourceDesc><biblStruct><analytic>"
        "<title level='a'>La crue</title><author>Paul Petit</author></analytic><monogr><title level='j'>L'Est</title>"
        "<imprint><date when='1910-01-29'/></imprint></monogr></biblStruct></sourceDesc></fileDesc>"
    )
    article = everything(tei("<p>L'eau monte.</p>", header))[0][0]
    assert (article.title, article.source, article.author, article.date) == (
        "La crue",
        "L'Est",
        "Paul Petit",
        "1910-01-29",
    )


def test_it_reads_p4_groups_and_corpora() -> None:
    p4 = tei(
        "<div1 type='article'><head>Un</head><p>A.</p></div1><div1 type='article'><head>Deux</head><p>B.</p></div1>",
        root="TEI.2",
    )
    assert [each.title for each in everything(p4)[0]] == ["Un", "Deux"]
    group = (
        f"<TEI{NAMESPACE}><teiHeader>{HEADER}</teiHeader><text><group><text><body><head>Un</head><p>A.</p></body></text>"
        "<text><body><head>Deux</head><p>B.</p></body></text></group></text></TEI>"
    )
    assert [(each.title, each.text) for each in everything(group)[0]] == [("Un", "A."), ("Deux", "B.")]
    inner = tei("<p>Texte.</p>", "<fileDesc><titleStmt><title>Un</title></titleStmt></fileDesc>").partition("?>")[2]
    corpus = f"<teiCorpus{NAMESPACE}><teiHeader>{HEADER}</teiHeader>{inner}{inner.replace('Un<', 'Deux<')}</teiCorpus>"
    assert [(each.title, each.date) for each in everything(corpus)[0]] == [("Un", "1888"), ("Deux", "1888")]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (f"<teiHeader{NAMESPACE}>{HEADER}</teiHeader>", "no article: a TEI header without its text"),
        (f"<TEI{NAMESPACE}><teiHeader>{HEADER}</teiHeader></TEI>", "no article: TEI without a text"),
    ],
)
def test_it_says_why_a_document_is_no_article(document: str, reason: str) -> None:
    articles, problems = everything(document)
    assert articles == []
    assert [(problem.kind, problem.reason) for problem in problems] == [("skipped", reason)]


def test_it_never_loads_a_dtd_nor_expands_an_entity(tmp_path: Path) -> None:
    (tmp_path / "own.dtd").write_text("<!ENTITY nom 'SECRET'>")
    (tmp_path / "secret.txt").write_text("SECRET")
    head = "<!DOCTYPE TEI SYSTEM 'own.dtd' [<!ENTITY fichier SYSTEM 'secret.txt'>]>"
    (tmp_path / "doc.xml").write_text(tei("<p>Bonjour &nom;&fichier;.</p>", head=head))
    texts = [
        each.text
        for source in sources([tmp_path / "doc.xml"])
        if isinstance(source, Source)
        for each in read(source)
        if isinstance(each, Article)
    ]
    assert all("SECRET" not in text for text in texts)


def test_it_does_no_more_for_a_chapter_of_a_large_book() -> None:
    def calls(divisions: int) -> int:
        body = "".join(
            f"<div><head>Chapitre {at}</head>"
            + f"<pb n='{at}'/><p>Une phrase <hi>soulignée</hi> et une note<note>n</note>.</p>" * 20
            + "</div>"
            for at in range(divisions)
        )
        document, events = tei(body), Counter[str]()
        sys.setprofile(lambda frame, event, argument: events.update((event,)))
        try:
            found = everything(document)[0]
        finally:
            sys.setprofile(None)
        assert len(found) == divisions
        return events.total()

    calls(5)
    assert calls(80) < 5 * calls(20)


SAMPLE = tei(
    "<div type='article'><head>Un</head><p>A <hi>b</hi><lb/>c<note>n</note></p><lg><l>v</l></lg></div>"
).encode()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_it_never_raises_for_a_damaged_file(data: st.DataObject) -> None:
    damaged = bytearray(SAMPLE[: data.draw(st.integers(1, len(SAMPLE)))])
    for _ in range(data.draw(st.integers(0, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    for found in read(Source("x.xml", "x.xml", content=bytes(damaged)), form="tei"):
        assert isinstance(found, Article | Problem)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared sample files are not here")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("mercure_galant/livraisons/1678-03e.xml", 90),
        ("mercure_galant/livraisons/1702-06b.xml", 4),
        ("critique_presse_19e/lemaitre_contemporains-03.xml", 14),
        ("critique_presse_19e/lemaitre_impressions-02.xml", 40),
        ("critique_presse_19e/lemaitre_chateaubriand.xml", 10),
        ("assemblee_nationale/20130125.xml", 1),
    ],
)
def test_it_reads_the_shared_documents(name: str, count: int) -> None:
    articles, problems = everything((SHARED / name).read_bytes(), name)
    assert [each for each in problems if each.kind != "noted"] == []
    assert len(articles) == count
    assert all(each.title and each.text and each.date for each in articles)
    assert sum(each.language == "fr" for each in articles) > 0.95 * count
