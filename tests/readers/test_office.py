"""What the readers of documents make of them: Word, OpenDocument, EPUB, Rich Text, and Parquet; and of damaged ones."""

from __future__ import annotations

import datetime
import random
import struct
import zipfile
from functools import cache
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import Problem, read
from searcher.sources import Source
from tests import places

pytest.importorskip("lxml", reason="documents need the extra office")

SHARED = places.SHARED / "formats" / "office"


def everything(raw: bytes, name: str) -> list[Article | Problem]:
    return list(read(Source(name, name, len(raw), content=raw)))


def article(raw: bytes, name: str) -> Article:
    (found,) = everything(raw, name)
    assert isinstance(found, Article), found
    return found


def packed(members: dict[str, str | bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


# ── Word ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(**targets: str) -> str:
    links = "".join(
        f'<Relationship Id="{key}" Type="{TYPES}/{value.split("|")[0]}" Target="{value.split("|")[1]}"/>'
        for key, value in targets.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )


def core(**properties: str) -> str:
    inner = "".join(f"<dc:{key}>{value}</dc:{key}>" for key, value in properties.items())
    created = '<dcterms:created xmlns:dcterms="http://purl.org/dc/terms/">2020-01-07T10:00:00Z</dcterms:created>'
    return f'<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}{created}</cp:coreProperties>'


def docx(
    body: str, *, namespace: str = W, main: str = "word/document.xml", properties: str = "", **members: str | bytes
) -> bytes:
    return packed(
        {
            "_rels/.rels": relations(a=f"officeDocument|{main}"),
            main: f"<w:document {namespace} {R}><w:body>{body}<w:sectPr/></w:body></w:document>",
            "word/_rels/document.xml.rels": relations(
                s="styles|styles.xml", f="footnotes|footnotes.xml", m="aFChunk|part.mht"
            ),
            "word/styles.xml": f'<w:styles {namespace}><w:style w:styleId="Titre"><w:name w:val="Title"/></w:style></w:styles>',
            **({"docProps/core.xml": properties} if properties else {}),
            **{f"word/{name.replace('_', '.')}": content for name, content in members.items()},
        }
    )


def p(*runs: str, style: str = "") -> str:
    marked = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return (
        f"<w:p>{marked}{''.join(run if run.startswith('<') else f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"
    )


def test_it_reads_a_word_document() -> None:
    properties = core(title="Microsoft Word - Document1", creator="Jeanne Dupont", language="fr-FR")
    assert article(
        docx(p("Un titre", style="Titre") + p("Un texte.") + p("La suite."), properties=properties), "a.docx"
    ) == Article(
        id="a",
        text="Un texte.\n\nLa suite.",
        title="Un titre",
        author="Jeanne Dupont",
        language="fr",
        path="a.docx",
        format="docx",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("minis", "<w:r><w:softHyphen/><w:t>tre\u00ads</w:t></w:r>"), "ministres"),
        (p("porte", "<w:r><w:noBreakHyphen/><w:t>parole</w:t></w:r>"), "porte-parole"),
        (p("Un", "<w:r><w:br/></w:r>", "deux", "<w:r><w:tab/></w:r>", "trois"), "Un\ndeux\ttrois"),
        (p('<w:hyperlink r:id="x"><w:r><w:t>Un lien</w:t></w:r></w:hyperlink>', "."), "Un lien."),
        (
            p(
                "Un ",
                "<w:ins><w:r><w:t>ajout</w:t></w:r></w:ins>",
                "<w:del><w:r><w:delText>retrait</w:delText></w:r></w:del>",
            ),
            "Un ajout",
        ),
        (p("Vu", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>"), "Vu"),
        (p("Vu", '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> aussi</w:t></w:r>'), "Vu aussi"),
        (p("Le ", '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r>', "7"), "Le 7"),
        (f"<w:sdt><w:sdtContent>{p('Dedans')}</w:sdtContent></w:sdt>", "Dedans"),
        (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
            f"<w:sdtContent>{p('Sommaire')}</w:sdtContent></w:sdt>{p('Un texte.')}",
            "Un texte.",
        ),
        (p("Une légende", style="Caption") + p("Un texte."), "Un texte."),
        (
            f"<w:tbl><w:tr><w:tc>{p('Pays')}</w:tc><w:tc>{p('Voix')}</w:tc></w:tr>"
            f"<w:tr><w:tc>{p('France')}</w:tc><w:tc>{p('12')}</w:tc></w:tr></w:tbl>",
            "Pays\tVoix\n\nFrance\t12",
        ),
        (
            f"<w:tbl><w:tr><w:tc>{p('Un')}{p('Deux')}</w:tc><w:tc>{p('Trois')}</w:tc></w:tr></w:tbl>",
            "Un\n\nDeux\n\nTrois",
        ),
        (
            p("Avant", f"<w:r><w:pict><w:txbxContent>{p('Encadré')}</w:txbxContent></w:pict></w:r>", " après"),
            "Avant après\n\nEncadré",
        ),
        (
            p("Un texte", '<w:r><w:footnoteReference w:id="2"/></w:r>', ".") + p("Suite."),
            "Un texte.\n\nSuite.\n\nUne note.",
        ),
    ],
)
@pytest.mark.parametrize("namespace", [W, STRICT])
def test_it_reads_what_a_reader_of_the_page_sees(body: str, expected: str, namespace: str) -> None:
    notes = (
        f'<w:footnotes {namespace}><w:footnote w:id="1">{p("Jamais citée.")}</w:footnote>'
        f'<w:footnote w:id="2">{p("Une note.")}</w:footnote></w:footnotes>'
    )
    comments = f"<w:comments {namespace}><w:comment>{p('Un commentaire.')}</w:comment></w:comments>"
    raw = docx(body, namespace=namespace, footnotes_xml=notes, comments_xml=comments)
    assert article(raw, "a.docx").text == expected


def test_it_reads_a_document_that_stands_in_another() -> None:
    page = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>Un <b>texte</b>.</p><p>Deux.</p>"
    assert article(docx('<w:altChunk r:id="m"/>', part_mht=page), "a.docx").text == "Un texte.\n\nDeux."


@pytest.mark.parametrize("name", ["lettre.docm", "lettre.dotx", "lettre"])
def test_it_reads_a_document_with_macros_and_leaves_these_out(name: str) -> None:
    raw = docx(p("Le port rouvre", style="Titre") + p("Un texte."), vbaProject_bin=b"\xd0\xcf\x11\xe0 Sub AutoOpen()")
    (article,) = read(Source(name, name, len(raw), content=raw))
    assert isinstance(article, Article)
    assert (article.title, article.text, article.format) == ("Le port rouvre", "Un texte.", "docx")


def test_it_finds_the_main_part_under_another_name() -> None:
    assert article(docx(p("Un texte."), main="word/document2.xml"), "a.docx").text == "Un texte."


def test_it_reads_a_form() -> None:
    body = "".join(map(p, ("SITE", "Titre : Un titre", "Auteur : J. Dupont", "Date : 01/02/2018", "Un texte.")))
    found = article(docx(body), "a.docx")
    assert (found.title, found.date, found.author) == ("Un titre", "2018-02-01", "J. Dupont")


@pytest.mark.parametrize("name", ["python-docx", "Microsoft Office User", "Utilisateur Windows", "admin", "HP", "  "])
def test_it_takes_no_program_for_an_author(name: str) -> None:
    assert article(docx(p("Un texte."), properties=core(creator=name)), "a.docx").author is None


@pytest.mark.parametrize(
    ("raw", "kind", "reason"),
    [
        (docx(""), "skipped", "no article: a document without a text"),
        (docx("<w:p><w:r>"), "failed", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "failed", None),
        (packed({"word/document.xml": "<a>" * 500 + "</a>" * 500}), "failed", None),
        (docx("<w:p>" + " " * (40 << 20) + "</w:p>"), "failed", None),
    ],
    ids=["empty", "malformed", "old", "deep", "bomb"],
)
def test_it_says_why_a_document_gives_no_article(raw: bytes, kind: str, reason: str | None) -> None:
    (found,) = everything(raw, "a.docx")
    assert isinstance(found, Problem)
    assert found.kind == kind
    assert found.reason == (reason or found.reason)


# ── OpenDocument ──────────────────────────────────────────────────────────────────────────────────────────────────────

OPEN = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style", "meta", "draw")
)


def odt(body: str, meta: str = "", kind: str = "text", **members: str) -> bytes:
    styles = (
        '<office:automatic-styles><style:style style:name="P1" style:parent-style-name="Title"/>'
        "</office:automatic-styles>"
    )
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"<office:document-content {OPEN} {dc}>{styles}<office:body><office:{kind}>{body}</office:{kind}>"
                "</office:body></office:document-content>"
            ),
            "meta.xml": (
                f"<office:document-meta {OPEN} {dc}><office:meta>{meta}<dc:date>2020-01-07</dc:date></office:meta>"
                "</office:document-meta>"
            ),
            **{name.replace("__", "/").replace("_", "."): content for name, content in members.items()},
        }
    )


def test_it_reads_an_open_document() -> None:
    body = '<text:p text:style-name="P1">Un titre</text:p><text:p>Un texte.</text:p>'
    meta = (
        "<dc:title>Sans titre 1</dc:title><meta:initial-creator>Jeanne Dupont</meta:initial-creator>"
        "<dc:language>fr</dc:language>"
    )
    assert article(odt(body, meta), "a.odt") == Article(
        id="a",
        text="Un texte.",
        title="Un titre",
        author="Jeanne Dupont",
        language="fr",
        path="a.odt",
        format="odt",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            '<text:p>Un<text:s text:c="2"/>mot<text:tab/>et<text:line-break/>un \n autre</text:p>',
            "Un mot\tet\nun autre",
        ),
        ("<text:p>Un <text:span>mot <text:a>lié</text:a></text:span>.</text:p>", "Un mot lié."),
        ("<text:h>Un titre</text:h><text:list><text:list-item><text:p>Un</text:p></text:list-item></text:list>", "Un"),
        ("<text:p>Un<office:annotation><text:p>Remarque</text:p></office:annotation> texte</text:p>", "Un texte"),
        ("<text:tracked-changes><text:p>Retiré</text:p></text:tracked-changes><text:p>Gardé</text:p>", "Gardé"),
        (
            "<text:table-of-content><text:p>Sommaire</text:p></text:table-of-content><text:p>Un texte.</text:p>",
            "Un texte.",
        ),
        (
            "<text:p>Un<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>"
            "Une note.</text:p></text:note-body>"
            "</text:note> mot.</text:p><text:p>Suite.</text:p>",
            "Un mot.\n\nSuite.\n\nUne note.",
        ),
        (
            "<text:p>Avant<draw:frame><draw:text-box><text:p>Encadré</text:p></draw:text-box></draw:frame></text:p>",
            "Avant\n\nEncadré",
        ),
        (
            "<table:table><table:table-row><table:table-cell><text:p>France</text:p></table:table-cell>"
            "<table:table-cell><text:p>12</text:p></table:table-cell></table:table-row></table:table>",
            "France\t12",
        ),
        ("<text:p>minis\u00adtres</text:p>", "ministres"),
    ],
)
def test_it_reads_the_text_of_an_open_document(body: str, expected: str) -> None:
    assert article(odt(body), "a.odt").text == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (odt("", kind="spreadsheet"), "an OpenDocument file that is a spreadsheet; name it .ods, or save it as CSV"),
        (odt("<text:p>x</text:p>", **{"META-INF__manifest_xml": "<encryption-data/>"}), "protected by a password"),
        (odt(""), "no article: a document without a text"),
    ],
)
def test_it_says_why_an_open_document_gives_no_article(raw: bytes, reason: str) -> None:
    assert [each.reason for each in everything(raw, "a.odt") if isinstance(each, Problem)] == [reason]


# ── EPUB ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{}</body></html>'
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><span>Monde</span><ol><li>'
    '<a href="un.xhtml#a">Le premier article</a></li>'
    "</ol></li></ol></nav></body></html>"
)
NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Monde</text>'
    '</navLabel><content src="section.xhtml"/>'
    '<navPoint><navLabel><text>Le premier article</text></navLabel><content src="un.xhtml"/></navPoint>'
    "</navPoint></navMap></ncx>"
)


def epub(toc: str = "nav", **members: str) -> bytes:
    items = [
        ("couverture", "cover.xhtml", ""),
        ("un", "un.xhtml", ""),
        ("deux", "deux%20.xhtml", ""),
        ("vide", "vide.xhtml", ""),
        *([("nav", "nav.xhtml", "nav")] if toc == "nav" else [("ncx", "toc.ncx", "")]),
    ]
    manifest = "".join(
        f'<item id="{key}" href="{href}" properties="{said}"'
        f' media-type="application/{"x-dtbncx" if href.endswith("ncx") else "xhtml"}+xml"/>'
        for key, href, said in items
    )
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        "<metadata><dc:title>La Gazette [7 janvier 2020]</dc:title><dc:creator>calibre</dc:creator>"
        "<dc:creator>Jeanne Dupont</dc:creator>"
        '<dc:date opf:event="modification">2021-02-03</dc:date><dc:date opf:event="publication">2020-01-07</dc:date>'
        f"<dc:language>fr</dc:language></metadata><manifest>{manifest}</manifest><spine>"
        + "".join(f'<itemref idref="{key}"/>' for key, _, _ in items)
        + "</spine></package>"
    )
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
            "OEBPS/content.opf": opf,
            "OEBPS/cover.xhtml": XHTML.format("<img src='http://a.example/never-fetched.png'/>"),
            "OEBPS/un.xhtml": XHTML.format("<h1>Le premier article</h1><p>Un texte.</p><p>La suite.</p>"),
            "OEBPS/deux .xhtml": XHTML.format("<h2>Le deuxième</h2><p>Un autre texte.</p>"),
            "OEBPS/vide.xhtml": XHTML.format("<p> 12 </p>"),
            "OEBPS/nav.xhtml": NAV,
            "OEBPS/toc.ncx": NCX,
            **{name.replace("__", "/").replace("_", "."): content for name, content in members.items()},
        }
    )


@pytest.mark.parametrize("toc", ["nav", "ncx"])
def test_it_reads_an_article_from_each_document_of_a_book(toc: str) -> None:
    first, second = everything(epub(toc), "a.epub")
    assert first == Article(
        id="a-1",
        text="Un texte.\n\nLa suite.",
        title="Le premier article",
        date="2020-01-07",
        source="La Gazette",
        author="Jeanne Dupont",
        section="Monde",
        language="fr",
        path="a.epub",
        place="OEBPS/un.xhtml",
        format="epub",
    )
    assert isinstance(second, Article)
    assert (second.title, second.text, second.section) == ("Le deuxième", "Un autre texte.", None)


@pytest.mark.parametrize(
    ("members", "articles", "reason"),
    [
        ({"OEBPS__un_xhtml": ""}, 1, "OEBPS/un.xhtml: "),
        ({"OEBPS__content_opf": "<package>"}, 0, "malformed XML"),
        ({"META-INF__container_xml": "<container/>"}, 0, "incomplete: the list of its contents is missing"),
        (
            {"META-INF__encryption_xml": '<encryption><CipherReference URI="OEBPS/un.xhtml"/></encryption>'},
            0,
            "protected against copying (DRM)",
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_book(members: dict[str, str], articles: int, reason: str) -> None:
    found = everything(epub(**members), "a.epub")
    assert len([each for each in found if isinstance(each, Article)]) == articles
    reasons = [each.reason for each in found if isinstance(each, Problem)]
    assert not reasons or reasons[0].startswith(reason)


# ── Rich Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FONTS = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 Mincho;}}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"L\'92\'e9t\'e9 \'e0 5 \'80\par La suite.", "L’été à 5 €\n\nLa suite."),
        (r"L\u8217?\u233\'e9t\u233 e", "L’été"),
        (r"L\u8217\rquote \u233\par t\'e9", "L’é\n\nté"),
        (r"\uc0 \u233 t\u233 ", "été"),
        (r"\uc2 \u233\'c3\'a9t\u233\'c3\'a9", "été"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"\f1 \'c0\'e1\'e2\f0  \'e9", "Абв é"),
        (r"{\f1 \'c0}\'c0", "АÀ"),
        (r"\f2 \'93\'fa\'96\'7b", "日本"),
        (r"minis\-tres porte\_parole\~:", "ministres porte-parole\u00a0:"),
        (r"Un{\*\inconnu cach\'e9}{\pict\wmetafile8 0102} mot", "Un mot"),
        (r"Vu{\v  cach\'e9}{\deleted  retir\'e9} aussi", "Vu aussi"),
        (r"Un{\pict\bin5 }}}{{} mot", "Un mot"),
        (r'{\field{\*\fldinst HYPERLINK "http://a.example"}{\fldrslt Un lien}}.', "Un lien."),
        (r"Un\line deux\tab trois", "Un\ndeux\ttrois"),
        (r"France\cell 12\cell\row Italie\cell 8\cell\row", "France\t12\n\nItalie\t8"),
        (r"Un mot{\footnote\pard Une note.}.\par Suite.", "Un mot.\n\nSuite.\n\nUne note."),
        (r"{\header En-t\'eate\par}Un texte.{\footer 7}", "Un texte."),
        (r"{\header Tout est l\'e0.\par}", "Tout est là."),
        (r"{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt Encadr\'e9\par}}Un texte.", "Encadré\n\nUn texte."),
        (r"Un \{mot\} \\ {\b gras}\b0  et\emdash\lquote x\rquote", "Un {mot} \\ gras et—‘x’"),
        ("Un\r\n mot\\\nDeux", "Un mot\n\nDeux"),
        (r"{\info{\title Microsoft Word - a.doc}{\author HP}}Un texte.", "Un texte."),
        (r"\ud \'e9}}}} apr\'e8s", "é"),
        (r"{\*\htmltag19 <html>}\htmlrtf {\htmlrtf0 Un texte.\htmlrtf }\htmlrtf0", "Un texte."),
    ],
)
def test_it_reads_rich_text(body: str, expected: str) -> None:
    assert article(rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS} {body}}}".encode("latin-1"), "a.rtf").text == expected


def test_it_reads_what_rich_text_says_of_itself() -> None:
    found = article(
        rb"{\rtf1\ansi{\info{\title Un titre}{\author Ren\'e9e Dupont}{\creatim\yr2020\mo1}}Un titre\par Un texte.}",
        "a.rtf",
    )
    assert (found.title, found.author, found.date, found.text) == ("Un titre", "Renée Dupont", None, "Un texte.")


# ── Parquet ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_rows_of_parquet() -> None:
    pa = pytest.importorskip("pyarrow", reason="Parquet needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    day, moment = datetime.date(2020, 1, 7), datetime.datetime(2020, 1, 7, 10)
    table = pa.table(
        {
            "titre": ["Un", "Deux", None, "Quatre"],
            "texte": ["Un texte.", "<p>L&#39;été</p><p>Fin</p>", None, "Fin"],
            "date": pa.array([day, None, None, day], pa.date32()),
            "auteurs": [["A. B", "C. D"], [], None, ["E. F"]],
            "source": pa.array(["Le Jour"] * 4).dictionary_encode(),
            "inutile": [b"\0"] * 4,
        }
    )
    written = BytesIO()
    parquet.write_table(table, written, row_group_size=2)
    found = everything(written.getvalue(), "a.parquet")
    assert [
        (each.title, each.text, each.date, each.author, each.source, each.place)
        for each in found
        if isinstance(each, Article)
    ] == [
        ("Un", "Un texte.", "2020-01-07", "A. B, C. D", "Le Jour", "row 1"),
        ("Deux", "L'été\n\nFin", None, None, "Le Jour", "row 2"),
        ("Quatre", "Fin", "2020-01-07", "E. F", "Le Jour", "row 4"),
    ]
    assert [each for each in found if isinstance(each, Problem)] == [
        Problem("a.parquet", "columns that are not read: inutile", None, "noted"),
        Problem("a.parquet", "row 3: neither a title nor a text"),
    ]
    for kind, expected in (
        (pa.timestamp("ns"), "2020-01-07T10:00:00"),
        (pa.timestamp("us", "UTC"), "2020-01-07T10:00:00+00:00"),
        (pa.timestamp("ms", "Europe/Paris"), "2020-01-07T11:00:00+01:00"),
    ):
        written = BytesIO()
        values = pa.array([moment], pa.timestamp("us", getattr(kind, "tz", None))).cast(kind)
        parquet.write_table(pa.table({"titre": ["Un"], "date": values}), written)
        assert article(written.getvalue(), "a.parquet").date == expected


def test_it_reads_the_column_of_parquet_that_holds_most_of_the_text() -> None:
    pa = pytest.importorskip("pyarrow", reason="Parquet needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    written = BytesIO()
    prose = ["Le conseil régional a voté lundi un crédit de 12 millions d’euros."] * 2
    parquet.write_table(pa.table({"Titre du document": ["Un", "Deux"], "verbatim": prose, "n": [1, 2]}), written)
    first, *found = everything(written.getvalue(), "a.parquet")
    assert getattr(first, "reason", "") == "the column “verbatim” is read as the text: it holds most of the characters"
    assert [(each.title, each.text) for each in found if isinstance(each, Article)] == [
        ("Un", prose[0]),
        ("Deux", prose[1]),
    ]


def test_it_says_why_parquet_gives_no_article() -> None:
    pa = pytest.importorskip("pyarrow", reason="Parquet needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    written = BytesIO()
    parquet.write_table(pa.table({"n": [1]}), written)
    assert [getattr(each, "reason", "") for each in everything(written.getvalue(), "a.parquet")] == [
        "no column called titre, texte, contenu, title, text, body, article or content, and none that holds most of the text"
    ]


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def wholes() -> dict[str, bytes]:
    found = {
        "a.docx": docx(p("Un titre", style="Titre") + p("Un texte."), properties=core(creator="J. D.")),
        "a.odt": odt("<text:p>Un texte.</text:p>"),
        "a.epub": epub(),
        "a.rtf": rf"{{\rtf1\ansi{FONTS}{{\info{{\title Un titre}}}}Un \u233?t\'e9{{\pict\bin3 abc}}\par Fin.}}".encode(),
    }
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return found
    written = BytesIO()
    parquet.write_table(pa.table({"titre": ["Un", "Deux"], "texte": ["a", "b"]}), written)
    return {**found, "a.parquet": written.getvalue()}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["a.docx", "a.odt", "a.epub", "a.rtf", "a.parquet"]), st.integers(0, 1 << 30), st.integers(0, 8))
def test_it_never_raises_for_damage(name: str, seed: int, flips: int) -> None:
    if name not in wholes():
        return
    raw = wholes()[name]
    torn = bytearray(raw if flips else raw[: seed % len(raw)])
    rng = random.Random(seed)
    for _ in range(flips):
        torn[rng.randrange(len(torn))] ^= 1 << rng.randrange(8)
    for each in everything(bytes(torn), name):
        assert isinstance(each, Article) or each.reason


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("{}\\ua1'*bin5 pard\n;é"), max_size=120))
def test_it_reads_any_rich_text_or_says_why_not(body: str) -> None:
    told = everything(f"{{\\rtf1{body}".encode("cp1252"), "a.rtf")
    assert len([each for each in told if isinstance(each, Article) or each.kind != "noted"]) == 1


# ── the shared samples ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")
@pytest.mark.parametrize("suffix", [".docx", ".odt", ".rtf", ".doc"])
def test_it_reads_every_shared_sample_or_says_why_not(suffix: str) -> None:
    for path in sorted(SHARED.rglob(f"*{suffix}")):
        (found,) = read(Source(str(path), path.name, path.stat().st_size))
        if isinstance(found, Problem):
            assert suffix == ".doc" or found.reason == "no article: a document without a text", path.name


# ── Word 97 to 2003 ───────────────────────────────────────────────────────────────────────────────────────────────────


def doc_streams(*pieces: str, flags: int = 0, version: int = 0xC1) -> tuple[bytes, dict[str, bytes]]:
    """A WordDocument stream and its table, with each piece in 8 bits when Windows-1252 has all its characters."""
    text, places, offsets = b"", [0], []
    for piece in pieces:
        at = 0x400 + len(text)
        try:
            text += piece.encode("cp1252")
            offsets.append(at * 2 | 0x40000000)
        except UnicodeEncodeError:
            text += piece.encode("utf-16-le")
            offsets.append(at)
        places.append(places[-1] + len(piece))
    plc = struct.pack(f"<{len(places)}I", *places) + b"".join(struct.pack("<HIH", 0, each, 0) for each in offsets)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(plc)) + plc
    head = bytearray(0x400)
    struct.pack_into("<HH", head, 0, 0xA5EC, version)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<i", head, 0x4C, places[-1])
    struct.pack_into("<II", head, 0x1A2, 0, len(clx))
    return bytes(head) + text, {"0Table": clx}


def test_it_reads_the_pieces_of_an_old_word_document_in_order() -> None:
    doc = pytest.importorskip("searcher.readers.documents.doc", reason="old Word documents need the extra office")
    pieces = (
        "Le port rouvre\r",
        "Erdoğan a salué les pêcheurs\x1e",
        "ouvriers.\rVoir \x13 HYPERLINK x \x14le site\x15.\r",
        "a\x07b\x07",
    )
    assert doc.text_of(*doc_streams(*pieces)) == (
        "Le port rouvre\n\nErdoğan a salué les pêcheurs-ouvriers.\n\nVoir le site.\n\na\n\nb"
    )


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"flags": 0x0100}, "encrypted"), ({"version": 0x68}, "a Word file from before 1997; save it as .docx or PDF")],
)
def test_it_refuses_old_documents_that_it_cannot_read(options: dict[str, int], reason: str) -> None:
    doc = pytest.importorskip("searcher.readers.documents.doc", reason="old Word documents need the extra office")
    with pytest.raises(Unreadable, match=reason):
        doc.text_of(*doc_streams("Un texte.", **options))
