"""What it reads of scanned newspapers: lines, ALTO, METS, ABBYY and Olive, on small documents of our own and on real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.readers.formats import FORMATS
from searcher.readers.scans import ocr
from searcher.readers.scans.ocr import Line
from searcher.sources import Source, sources
from tests import places

pytest.importorskip("lxml", reason="lxml is not installed")

SHARED = places.SHARED / "formats/alto_mets"


def everything(folder: Path) -> tuple[list[Article], list[Problem]]:
    """What a folder gives, over all of its files, as a build reads it."""
    found = [each for source in sources([folder]) if isinstance(source, Source) for each in read(source)]
    return (
        [each for each in found if isinstance(each, Article)],
        [each for each in found if isinstance(each, Problem)],
    )


# Lines.


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["la diligence de la malle-", "poste arrive"], "la diligence de la malleposte arrive"),
        (["une mesure mili-", "taire"], "une mesure militaire"),
        (["une mesure mili\u00ad", "taire"], "une mesure militaire"),
        (["nos collègues radi¬", "caux"], "nos collègues radicaux"),
        (["ils res\x02", "suscitent"], "ils ressuscitent"),
        (["il viendra peut-", "être demain"], "il viendra peut-être demain"),
        (["et celui-", "ci répond"], "et celui-ci répond"),
        (["celui¬", "ci"], "celui-ci"),
        (["que dit-", "il donc"], "que dit-il donc"),
        (["y a-t-", "il"], "y a-t-il"),
        (["c'est-à-", "dire"], "c'est-à-dire"),
        (["avez-", "vous vu"], "avez-vous vu"),
        (["depuis dix-", "neuf mois"], "depuis dix-neuf mois"),
        (["quatre-vingt-", "dix francs"], "quatre-vingt-dix francs"),
        (["la plaine Saint-", "Denis"], "la plaine Saint-Denis"),
        (["SAINT-", "DENIS"], "SAINT-DENIS"),
        (["LE GOUVERNE-", "MENT"], "LE GOUVERNEMENT"),
        (["le vice-", "roi d'Égypte"], "le vice-roi d'Égypte"),
        (["l'arc-en-", "ciel"], "l'arc-en-ciel"),
        (["la guerre franco-", "allemande"], "la guerre franco-allemande"),
        (["lui-", "même"], "lui-même"),
        (["par-", "dessus tout"], "par-dessus tout"),
        (["est-", "ce vrai"], "est-ce vrai"),
        (["la for-", "ce"], "la force"),
        (["mer-", "ci"], "merci"),
        (["la cha-", "leur"], "la chaleur"),
        (["ce-", "lui qui"], "celui qui"),
        (["voi-", "là"], "voilà"),
        (["grande-", "ment"], "grandement"),
        (["beau-", "coup"], "beaucoup"),
        (["le mi-", "nistre"], "le ministre"),
        (["à la mi-", "juillet"], "à la mi-juillet"),
        (["en 1914-", "1918"], "en 1914-1918"),
        (["Feld-", "und Gartenbau"], "Feld- und Gartenbau"),
        (["il partit -", "seul"], "il partit - seul"),
        (["deux", "lignes"], "deux lignes"),
        (["", "seule"], "seule"),
    ],
)
def test_it_joins_the_words_that_a_line_end_broke(lines: list[str], expected: str) -> None:
    assert ocr.joined(lines) == expected


def test_it_spells_a_word_as_the_rest_of_the_page_does() -> None:
    known = ocr.words(["une malle-poste et un contre-amiral", "ancien ministre"])
    assert ocr.joined(["la malle-", "poste"], known) == "la malle-poste"
    assert ocr.joined(["un ex-", "ministre"], known) == "un ex-ministre"
    assert ocr.joined(["cela ex-", "plique"], known) == "cela explique"


@given(st.lists(st.text(alphabet="abcdé ABC-’'.\u00ad1", max_size=20), max_size=12))
def test_it_loses_no_letter_of_a_line(lines: list[str]) -> None:
    letters = Counter(letter for line in lines for letter in line if letter.isalnum())
    assert Counter(letter for letter in ocr.joined(lines, ocr.words(lines)) if letter.isalnum()) == letters


def test_it_begins_a_paragraph_at_an_indented_line_after_the_end_of_a_sentence() -> None:
    lines = [
        Line("La séance est ouverte à deux heures par", 0, 0, 200, 10),
        Line("le président.", 0, 12, 80, 22),
        Line("On entend ensuite le rapport de la com-", 12, 24, 200, 34),
        Line("mission, qui est adopté.", 0, 36, 120, 46),
    ]
    assert ocr.paragraphs(lines) == [
        "La séance est ouverte à deux heures par le président.",
        "On entend ensuite le rapport de la commission, qui est adopté.",
    ]


def test_it_does_not_break_a_paragraph_where_a_skewed_scan_moves_its_lines() -> None:
    lines = [
        Line(f"ligne {number} qui continue sans finir", number, number * 12, 200, number * 12 + 10)
        for number in range(8)
    ]
    assert len(ocr.paragraphs(lines)) == 1


def test_it_puts_a_paragraph_together_that_a_column_cut_in_two() -> None:
    first, second = "Le train venant de la capitale est entré en gare avec un re-", "tard de deux heures."
    assert ocr.stitched([first, second, "Autre nouvelle."]) == [
        "Le train venant de la capitale est entré en gare avec un retard de deux heures.",
        "Autre nouvelle.",
    ]


@pytest.mark.parametrize("text", ["2", "— 2 —", "Page 3", "Page 3 sur 12", "xiv", "3/12", "p. 7"])
def test_it_knows_a_page_number(text: str) -> None:
    assert ocr.is_page_number(text)


@pytest.mark.parametrize("text", ["1871, année terrible", "Le 2 mars", "Page de garde"])
def test_it_takes_no_words_for_a_page_number(text: str) -> None:
    assert not ocr.is_page_number(text)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Journal de la ville, mercredi 1er août 1821", "1821-08-01"),
        ("La Gazette no. 12 01.08.1821", "1821-08-01"),
        ("Luxemburger Blatt 1858-12-07_01", "1858-12-07"),
        ("Der Bote, 7. Dezember 1858", "1858-12-07"),
        ("juin 1702 [deuxième partie]", "1702-06"),
        ("The Courier, May 3rd, 1900", "1900-05-03"),
        ("Les 1900 jours", None),
        ("", None),
    ],
)
def test_it_finds_the_date_in_a_label(label: str, expected: str | None) -> None:
    assert ocr.dated(label) == expected


# ALTO.


def alto(*blocks: str, margin: str = "", namespace: str = ' xmlns="http://www.loc.gov/standards/alto/ns-v3#"') -> str:
    body = "".join(f'<TextBlock ID="B{at}">{block}</TextBlock>' for at, block in enumerate(blocks, 1))
    top = f'<TopMargin><TextBlock ID="M1">{margin}</TextBlock></TopMargin>' if margin else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto{namespace}><Layout><Page ID="P1">{top}'
        f"<PrintSpace>{body}</PrintSpace></Page></Layout></alto>"
    )


def lines(*texts: str) -> str:
    return "".join(
        "<TextLine>" + '<SP WIDTH="9"/>'.join(f'<String CONTENT="{word}"/>' for word in text.split()) + "</TextLine>"
        for text in texts
    )


BROKEN = (
    '<TextLine><String CONTENT="aux"/><SP/><String CONTENT="îles"/><SP/>'
    '<String CONTENT="Sand" SUBS_TYPE="HypPart1" SUBS_CONTENT="Sandwich"/><HYP CONTENT="-"/></TextLine>'
    '<TextLine><String CONTENT="wich," SUBS_TYPE="HypPart2" SUBS_CONTENT="Sandwich"/><SP/><String CONTENT="puis"/></TextLine>'
)


@pytest.mark.parametrize(
    "namespace",
    [
        "",
        ' xmlns="http://schema.ccs-gmbh.com/ALTO"',
        ' xmlns="http://www.loc.gov/standards/alto/ns-v2#"',
        ' xmlns="http://www.loc.gov/standards/alto/ns-v4#"',
    ],
)
def test_it_writes_a_broken_word_once_whatever_the_version_of_alto(tmp_path: Path, namespace: str) -> None:
    (tmp_path / "page.xml").write_text(alto(BROKEN, namespace=namespace))
    articles, problems = everything(tmp_path)
    assert [article.text for article in articles] == ["aux îles Sandwich, puis"]
    assert problems == []


def test_it_joins_what_a_hyphen_element_broke_without_a_substitute(tmp_path: Path) -> None:
    block = '<TextLine><String CONTENT="mili"/><HYP CONTENT="­"/></TextLine>' + lines("taire et brave")
    (tmp_path / "page.xml").write_text(alto(block))
    assert everything(tmp_path)[0][0].text == "militaire et brave"


def test_it_decides_on_the_hyphen_where_the_substitute_keeps_it(tmp_path: Path) -> None:
    def broken(first: str, second: str) -> str:
        return (
            f'<TextLine><String CONTENT="{first}-" SUBS_TYPE="HypPart1" SUBS_CONTENT="{first}-{second}"/><HYP CONTENT="-"/>'
            f'</TextLine><TextLine><String CONTENT="{second}" SUBS_TYPE="HypPart2" SUBS_CONTENT="{first}-{second}"/></TextLine>'
        )

    (tmp_path / "page.xml").write_text(alto(broken("dou", "cement") + broken("peut", "être")))
    assert everything(tmp_path)[0][0].text == "doucement peut-être"


def test_it_reads_a_page_without_its_running_head(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text(alto(lines("Premier alinéa."), lines("Second."), margin=lines("LE TEMPS 676")))
    assert everything(tmp_path)[0][0].text == "Premier alinéa.\n\nSecond."


def test_it_says_of_a_page_without_text_that_it_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text(alto())
    articles, problems = everything(tmp_path)
    assert articles == []
    assert [(problem.kind, problem.reason) for problem in problems] == [("skipped", "no article: a page without text")]


# METS.

MODS = 'xmlns:mods="http://www.loc.gov/mods/v3"'


def div(kind: str, inside: str = "", **attributes: str) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<div TYPE="{kind}"{written}>{inside}</div>'


def area(block: str, file: str = "ALTO1") -> str:
    return f'<fptr><area FILEID="{file}" BETYPE="IDREF" BEGIN="{block}"/></fptr>'


def mets(
    logical: str,
    *,
    files: tuple[str, ...] = ("ALTO/1.xml",),
    records: str = "",
    label: str = "Le Courrier, 1er août 1821",
) -> str:
    listed = "".join(
        f'<file ID="ALTO{at}"><FLocat LOCTYPE="URL" xlink:href="file://./{path}"/></file>'
        for at, path in enumerate(files, 1)
    )
    pages = "".join(
        f'<div TYPE="PAGE" ORDER="{at}" ORDERLABEL="{at}"><fptr><area FILEID="ALTO{at}" BEGIN="P1"/></fptr></div>'
        for at in range(1, len(files) + 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><mets xmlns="http://www.loc.gov/METS/" {MODS} '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" LABEL="{label}" TYPE="Newspaper">{records}'
        f'<fileSec><fileGrp USE="ALTO">{listed}</fileGrp></fileSec>'
        f'<structMap TYPE="PHYSICAL">{div("Newspaper", pages)}</structMap>'
        + (f'<structMap TYPE="LOGICAL">{div("Newspaper", div("ISSUE", logical))}</structMap>' if logical else "")
        + "</mets>"
    )


def record(identifier: str, inside: str) -> str:
    return f'<dmdSec ID="{identifier}"><mdWrap><xmlData><mods:mods>{inside}</mods:mods></xmlData></mdWrap></dmdSec>'


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    """An issue with a masthead, a section of two articles, one of them on two pages, and a caption."""
    (tmp_path / "ALTO").mkdir()
    (tmp_path / "ALTO" / "1.xml").write_text(
        alto(
            lines("LE COURRIER"),
            lines("ITALIE."),
            lines("Rome , 3 juillet."),
            lines("Le pape a reçu hier les ambassadeurs dans la grande gale-"),
            lines("Vue de Rome"),
        )
    )
    (tmp_path / "ALTO" / "2.xml").write_text(
        alto(lines("rie du palais."), lines("BOURSE"), lines("Cinq pour cent, 75 fr."))
    )
    first = div(
        "ARTICLE",
        div("HEADING", div("TITLE", area("B2")))
        + div(
            "BODY", div("PARAGRAPH", area("B3")) + div("PARAGRAPH", area("B4")) + div("PARAGRAPH", area("B1", "ALTO2"))
        )
        + div("ILLUSTRATION", div("CAPTION", area("B5"))),
        ID="A1",
        DMDID="M1",
    )
    second = div(
        "Article", div("HEADING", div("TITLE", area("B2", "ALTO2"))) + div("BODY", area("B3", "ALTO2")), ID="A2"
    )
    section = div("SECTION", div("HEADING", div("TITLE", area("B2"))) + first + second, LABEL="Nouvelles étrangères")
    logical = div("TITLE_SECTION", div("HEADLINE", area("B1"))) + div("CONTENT", section)
    records = record(
        "M1",
        "<mods:titleInfo><mods:nonSort>L'</mods:nonSort><mods:title>Italie</mods:title></mods:titleInfo>"
        "<mods:name><mods:namePart type='family'>Martin</mods:namePart>"
        "<mods:namePart type='given'>Jean</mods:namePart></mods:name>"
        "<mods:language><mods:languageTerm type='code'>fr</mods:languageTerm></mods:language>",
    ) + record(
        "ISSUE",
        "<mods:titleInfo><mods:title>Le Courrier</mods:title></mods:titleInfo>"
        "<mods:originInfo><mods:dateIssued>01.08.1821</mods:dateIssued></mods:originInfo>",
    )
    (tmp_path / "issue-METS.xml").write_text(mets(logical, files=("ALTO/1.xml", "ALTO/2.xml"), records=records))
    return tmp_path


def test_it_reads_an_issue_once_article_by_article(issue: Path) -> None:
    articles, problems = everything(issue)
    assert problems == []
    assert [(each.id, each.title, each.place, each.section) for each in articles] == [
        ("issue-METS-A1", "L'Italie", "page 1", "Nouvelles étrangères"),
        ("issue-METS-A2", "BOURSE", "page 2", "Nouvelles étrangères"),
    ]
    first = articles[0]
    assert first.text == ("Rome , 3 juillet.\n\nLe pape a reçu hier les ambassadeurs dans la grande galerie du palais.")
    assert (first.author, first.date, first.source, first.language) == (
        "Jean Martin",
        "1821-08-01",
        "Le Courrier",
        "fr",
    )
    assert {each.path for each in articles} == {str(issue / "issue-METS.xml")}


def test_it_says_which_pages_of_an_issue_are_missing(issue: Path) -> None:
    (issue / "ALTO" / "2.xml").unlink()
    articles, problems = everything(issue)
    assert [each.title for each in articles] == ["L'Italie"]
    assert [each.reason for each in problems] == [
        "1 of the 2 page files it lists missing (ALTO/2.xml); 1 article on them left out"
    ]


def test_it_reads_the_pages_of_an_undivided_issue_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "1.xml").write_text(alto(lines("Page un."), lines("— 1 —")))
    (tmp_path / "p" / "2.xml").write_text(alto(lines("2"), lines("Page deux.")))
    (tmp_path / "mets.xml").write_text(mets("", files=("p/1.xml", "p/2.xml")).replace('USE="ALTO"', 'USE="FULLTEXT"'))
    articles, problems = everything(tmp_path)
    assert problems == []
    assert [(each.title, each.place, each.date, each.source) for each in articles] == [
        ("Le Courrier, 1er août 1821, page 1", "page 1", "1821-08-01", "Le Courrier"),
        ("Le Courrier, 1er août 1821, page 2", "page 2", "1821-08-01", "Le Courrier"),
    ]
    assert articles[1].text == "Page deux."


def test_it_follows_structural_links_from_an_article_to_its_blocks(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_text(alto(lines("Un."), lines("Deux.")))
    physical = '<div TYPE="pageArea" ID="B1"><fptr><area FILEID="ALTO1"/></fptr></div><div TYPE="pageArea" ID="B2">'
    physical += '<fptr><area FILEID="ALTO1"/></fptr></div>'
    links = "".join(
        f'<smLinkGrp><smLocatorLink xlink:href="#A{at}"/><smLocatorLink xlink:href="#B{at}"/></smLinkGrp>'
        for at in (1, 2)
    )
    made = mets(div("ARTICLE", ID="A1", LABEL="Premier") + div("ARTICLE", ID="A2", LABEL="Second"), files=("1.xml",))
    made = made.replace("</div></structMap>", f"{physical}</div></structMap>", 1)
    (tmp_path / "0_mets.xml").write_text(made.replace("</mets>", f"<structLink>{links}</structLink></mets>"))
    articles, problems = everything(tmp_path)
    assert problems == []
    assert [(each.title, each.text) for each in articles] == [("Premier", "Un."), ("Second", "Deux.")]


def test_it_reads_page_by_page_what_a_newspaper_profile_divides_into_pages_only(tmp_path: Path) -> None:
    (tmp_path / "0001.xml").write_text(alto(lines("Page un.")))
    made = mets("", files=("0001.xml",), label="The Sun (New York), 1898-02-14")
    made = made.replace('USE="ALTO"', 'USE="ocr"').replace('TYPE="PHYSICAL"', "").replace('"PAGE"', '"np:page"')
    (tmp_path / "0_1.xml").write_text(made.replace('<div TYPE="Newspaper">', '<div TYPE="np:issue">'))
    articles, problems = everything(tmp_path)
    assert problems == []
    assert [(each.title, each.date, each.place) for each in articles] == [
        ("The Sun (New York), 1898-02-14, page 1", "1898-02-14", "page 1")
    ]


def test_it_reads_a_page_by_itself_when_no_issue_lists_it(issue: Path) -> None:
    (issue / "ALTO" / "9.xml").write_text(alto(lines("Feuille volante.")))
    (issue / "issue-METS.xml").write_text("<mets><broken>")
    articles, problems = everything(issue)
    assert len(articles) == 3
    assert len(problems) == 1


def test_it_takes_the_date_from_the_file_name_only_in_the_form_docworks_gives_it(tmp_path: Path) -> None:
    (tmp_path / "ALTO").mkdir()
    (tmp_path / "ALTO" / "1.xml").write_text(alto(lines("Texte de la page.")))
    for name in ("18451228_01-METS.xml", "autre-18451229-mets.xml"):
        (tmp_path / name).write_text(mets("", label="DOCUMENT_TITLE_PLACEHOLDER"))
    assert [each.date for each in everything(tmp_path)[0]] == ["1845-12-28", None]


def test_it_reads_a_bnf_issue_by_its_table_of_contents(tmp_path: Path) -> None:
    for folder in ("ocr", "toc"):
        (tmp_path / folder).mkdir()
    (tmp_path / "ocr" / "X0000001.xml").write_text(alto(lines("La Fronde"), lines("POURQUOI ?"), lines("Parce que.")))
    (tmp_path / "manifest.xml").write_text(mets("", files=("ocr/X0000001.xml",), label=""))
    logical = div("TITLESECTION", div("HEADLINE", area("B1"))) + div(
        "CONTENT", div("ARTICLE", div("HEADING", div("TITLE", area("B2"))) + div("PARAGRAPH", area("B3")), ID="D1")
    )
    (tmp_path / "toc" / "T1234567.xml").write_text(mets(logical, files=("../ocr/X0000001.xml",), label=""))
    articles, problems = everything(tmp_path)
    assert problems == []
    assert [(each.title, each.text, each.source) for each in articles] == [("POURQUOI ?", "Parce que.", "La Fronde")]


def test_it_leaves_an_issue_inside_an_archive_to_its_pages() -> None:
    inside = Source("a.zip", "mets.xml", place="mets.xml", content=mets("").encode())
    assert [each.kind for each in read(inside) if isinstance(each, Problem)] == ["skipped"]
    page = Source("a.zip", "1.xml", place="ALTO/1.xml", content=alto(lines("Texte.")).encode())
    assert [each.text for each in read(page) if isinstance(each, Article)] == ["Texte."]


def test_it_never_leaves_the_folder_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_text(alto(lines("Hors du dossier.")))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mets.xml").write_text(mets("", files=("../secret.xml", "/etc/passwd.xml")))
    articles, problems = everything(tmp_path / "in")
    assert articles == []
    assert [problem.kind for problem in problems] == ["failed"]


# ABBYY.

FRENCH = '<formatting lang="FrenchStandard">'
ENGLISH = '<formatting lang="EnglishUnitedStates">'
PAGE = (
    f'<page width="9" height="9"><block blockType="Text"><text><par><line>{FRENCH}2</formatting></line></par></text></block>'
    f'<block blockType="Text"><text><par><line>{FRENCH}nos collègues radi¬</formatting></line>'
    f"<line>{FRENCH}caux sont </formatting>{ENGLISH}là.</formatting></line></par><par><line><formatting>"
    + "".join(f"<charParams>{letter}</charParams>" for letter in "No 1")
    + '</formatting></line></par></text></block><block blockType="Picture"/></page>'
)


def test_it_reads_an_abbyy_page_without_a_document_around_it(tmp_path: Path) -> None:
    (tmp_path / "4479.xml").write_text(PAGE)
    (tmp_path / "CL_mit.json").write_text(
        '{"source": {"date": "1883/01/03"}, "data": {"fields": {"title_fr": ["Le Courrier du Léman"]}}}'
    )
    article = everything(tmp_path)[0][0]
    assert article.text == "nos collègues radicaux sont là.\n\nNo 1"
    assert (article.source, article.date, article.language) == ("Le Courrier du Léman", "1883-01-03", "fr")


def test_it_reads_an_abbyy_book_page_by_page(tmp_path: Path) -> None:
    head = '<document xmlns="http://www.abbyy.com/FineReader_xml/FineReader10-schema-v1.xml" pagesCount="2">'
    (tmp_path / "book.xml").write_text(f"{head}{PAGE}{PAGE}</document>")
    assert [each.place for each in everything(tmp_path)[0]] == ["page 1", "page 2"]
    (tmp_path / "book.xml").write_text(f"{head}{PAGE}{PAGE[:200]}")
    articles, problems = everything(tmp_path)
    assert len(articles) == 1
    assert "the pages before it are read" in problems[0].reason


# Olive.


def entity(identifier: str, content: str, *, name: str = "Untitled Article", head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="windows-1252"?>\n<XMD-entity ENTITY_TYPE="Article" ID="{identifier}" LANGUAGE="French">'
        f'<Meta NAME="{name}" BASE_HREF="GDL/1900/01/02" PUBLICATION="GDL" SECTION="Une" PAGE_LABEL="1"/>'
        + (f"<HedLine_hl1><Primitive>{head}</Primitive></HedLine_hl1>" if head else "")
        + f"<Content><Primitive>{content}</Primitive></Content></XMD-entity>"
    )


def w(text: str, left: int, right: int, kind: str = "W", qid: str = "") -> str:
    quoted = f' QID="{qid}"' if qid else ""
    return f'<{kind} BOX="{left} 0 {right} 20"{quoted}>{text}</{kind}>'


@pytest.fixture
def olive(tmp_path: Path) -> Path:
    folder = tmp_path / "GDL" / "1900" / "01" / "02"
    (folder / "Document" / "1").mkdir(parents=True)
    (folder / "TOC.xml").write_text(
        '<?xml version="1.0" encoding="windows-1252"?>\n<Xmd_toc PUBLICATION="GDL"><Body_np><Section><Page HREF="/1/Pg001">'
        '<Entity ENTITY_TYPE="Article" ID="Ar00100" HREF="/1/Ar00100" CONTINUATION_TO="Ar00101"/>'
        '<Entity ENTITY_TYPE="Article" ID="Ar00101" HREF="/1/Ar00101" CONTINUATION_FROM="Ar00100"/>'
        '<Entity ENTITY_TYPE="Picture" ID="Pc00102" HREF="/1/Pc00102"/></Page></Section></Body_np></Xmd_toc>',
        encoding="cp1252",
    )
    pages = folder / "Document" / "1"
    content = (
        '<L P="SA"/>'
        + w("Il", 0, 9)
        + w("est", 14, 30)
        + w("instal", 35, 60, "Q", "1")
        + "<L/>"
        + w("lé", 0, 9, "q", "1")
        + '<QW QID="1">installé</QW>'
        + w(".", 10, 11)
        + '<L P="S"/>'
        + w("Peut-", 0, 30, "Q", "2")
        + "<L/>"
        + w("être", 0, 20, "q", "2")
        + '<QW QID="2">Peutêtre</QW>'
        + w("oui.", 25, 40)
    )
    (pages / "Ar00100.xml").write_text(
        entity("Ar00100", content, head=w("LETTRE", 0, 40) + w("D'ÉTÉ", 50, 80)), encoding="cp1252"
    )
    (pages / "Ar00101.xml").write_text(entity("Ar00101", w("Fin.", 0, 20)), encoding="cp1252")
    (pages / "Pg001.xml").write_text("<?xml version='1.0'?><XMD-PAGE><Meta/></XMD-PAGE>")
    return folder


def test_it_reads_an_olive_issue_by_its_table_of_contents(olive: Path) -> None:
    articles, problems = everything(olive)
    assert problems == []
    assert [(each.title, each.text, each.date, each.source, each.section, each.place) for each in articles] == [
        ("LETTRE D'ÉTÉ", "Il est installé.\n\nPeut-être oui.\n\nFin.", "1900-01-02", "GDL", "Une", "page 1")
    ]


def test_it_reads_an_olive_entity_alone_when_nothing_lists_it(olive: Path) -> None:
    (olive / "TOC.xml").unlink()
    articles, problems = everything(olive)
    assert [each.title for each in articles] == ["LETTRE D'ÉTÉ", ""]
    assert [problem.kind for problem in problems] == ["skipped"]


# Damage.


def samples() -> Iterator[tuple[str, bytes]]:
    yield "alto", alto(BROKEN, lines("une ligne")).encode()
    yield "abbyy", PAGE.encode()
    yield "olive", entity("Ar1", w("Mot", 0, 9)).encode("cp1252")
    yield "mets", mets(div("ARTICLE", area("B1"), ID="A1")).encode()


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(samples())), st.data())
def test_it_never_raises_for_a_damaged_file(sample: tuple[str, bytes], data: st.DataObject) -> None:
    form, content = sample
    damaged = bytearray(content[: data.draw(st.integers(1, len(content)))])
    for _ in range(data.draw(st.integers(0, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert form in FORMATS
    for found in read(Source("x.xml", "x.xml", content=bytes(damaged)), form=form):
        assert isinstance(found, Article | Problem)


# Real ones.


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared sample files are not here")
def test_it_reads_the_shared_issues_each_article_once() -> None:
    counts: Counter[str] = Counter()
    for source in sources([SHARED]):
        if isinstance(source, Source) and source.suffix == ".xml":
            for each in read(source):
                counts[type(each).__name__] += 1
                if isinstance(each, Article):
                    counts[each.source or "?"] += 1
                    assert each.text or each.title
    assert counts["Le Journal des Débats politiques et littéraires"] == 13
    assert counts["La Fronde"] == 11
    assert counts["GDL"] == 9
    assert counts["Courrier du Léman"] == 2
