"""Which format a file is taken for: by what it holds, whatever it is called; by its name only where content does not tell."""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher.errors import Unreadable
from searcher.readers.formats import FORMATS
from searcher.readers.sniff import HEAD, sniff
from searcher.sources import Source, sources
from searcher.sources.refusals import NotAnArticle
from tests import places

SAMPLES = places.SHARED / "formats"


def zip_of(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


def tar_of(name: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        file.addfile(tarfile.TarInfo(name))
    return out.getvalue()


def ole_of(stream: str) -> bytes:
    """A compound file whose directory, in its first sector, names one stream."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = (9).to_bytes(2, "little")
    return bytes(head) + stream.encode("utf-16-le").ljust(512, b"\0")


XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
FEED = XML + '<rss version="2.0"><channel><title>Les nouvelles</title></channel></rss>'
MAIL = "Received: from a\nFrom: a@exemple.fr\nSubject: Bonjour\nDate: Mon, 6 Jan 2020 10:00:00 +0100\n\nLe texte.\n"

FORMS: list[tuple[str, str | bytes, str]] = [
    ("a.txt", "Le président a reçu son homologue.", "text"),
    ("a", "Le président a reçu son homologue.", "text"),
    ("a.md", "# Titre\n\n<p>Un texte</p>", "text"),
    ("a", '[Paris, 3 mars] Le ministre a dit : "non".', "text"),
    ("a", "<<Non>>, a dit le ministre, << jamais >>.", "text"),
    ("a.html", "Un texte sans balises", "html"),
    ("a.txt", "<!DOCTYPE html><html><body>…", "html"),
    ("a.pdf", "\ufeff  <html><body>…", "html"),
    ("a", "Bonjour <p class='a'>texte</p>", "html"),
    ("a.xml", "<!-- page -->\n<html xmlns='http://www.w3.org/1999/xhtml'>", "html"),
    ("a.asp", "Un texte", "html"),
    ("a.html", "%PDF-1.4\n%âãÏÓ", "pdf"),
    ("a.pdf", "\r\n\r\n%PDF-1.7", "pdf"),
    ("a.pdf", "HTTP/1.1 200 OK\r\n\r\n%PDF-1.7", "pdf"),
    ("a.doc", r"{\rtf1\ansi Bonjour}", "rtf"),
    ("a", "WARC/1.0\r\n", "warc"),
    ("a", "filedesc://a.arc 0.0.0.0 20010101000000 text/plain 76\n", "warc"),
    ("a.json", '{"titre": "a"}', "json"),
    ("a", '[{"titre": "a"}]', "json"),
    ("a", '{"titre": "a"}\n{"titre": "b"}\n', "jsonl"),
    ("a.ndjson", '{"titre": "a"}', "jsonl"),
    ("a.csv", "titre;texte\n<b>a</b>;b", "csv"),
    ("a.csv", '{"titre": "a"}', "csv"),
    ("a.json", '{"guid": "1", "versioncreated": "2020-01-01", "body_html": ""}', "ninjs"),
    ("a.rss", FEED, "feed"),
    ("a", FEED, "feed"),
    ("a", FEED.encode("utf-16"), "feed"),
    ("a", FEED.encode("utf-16-be"), "feed"),
    ("a", FEED.encode("utf-16-le"), "feed"),
    ("a", FEED.encode("utf-32-be"), "feed"),
    ("a.txt", "Le président a reçu.".encode("utf-16"), "text"),
    ("a", "Le président a reçu.".encode("utf-16-le"), "text"),
    ("a.xml", "<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
    ("a.xml", "<CHANNEL HREF='a'>", "feed"),
    ("a.xml", XML + "<!DOCTYPE rss [" + "<!ENTITY a 'b'>" * 1000 + "]><rss>", "feed"),
    ("a.xml", XML + "<!-- " + "x" * 3 * HEAD + " --><rss>", "feed"),
    ("a.xml", FEED.replace("<rss", '<rss xmlns:wp="http://wordpress.org/export/1.2/"'), "wxr"),
    ("a.xml", XML + "<nitf>", "nitf"),
    ("a.xml", XML + "<!DOCTYPE NewsML [\n<!ENTITY % nitf SYSTEM 'a.dtd'> %nitf; ]>\n<NewsML>", "newsml1"),
    ("a", XML + "<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'>", "newsml2"),
    ("a.xml", XML + "<TEI xmlns='http://www.tei-c.org/ns/1.0'>", "tei"),
    ("a.xml", XML + "<mets:mets xmlns:mets='http://www.loc.gov/METS/'>", "mets"),
    ("a.xml", XML + "<alto>", "alto"),
    ("a.xml", XML + "<document xmlns='http://www.abbyy.com/FineReader_xml/FineReader6-schema-v1.xml'>", "abbyy"),
    ("a.xml", XML + "<XMD-entity ID='a'>", "olive"),
    ("a.txt", "\x01bpi0001 3 pol 123", "iptc7901"),
    ("a.eml", MAIL, "mail"),
    ("a", MAIL, "mail"),
    ("a.txt", MAIL, "mail"),
    ("a", "From a@exemple.fr Mon Jan  6 10:00:00 2020\n" + MAIL, "mbox"),
    ("a.docx", zip_of("[Content_Types].xml", "word/document.xml"), "docx"),
    ("a.zip", zip_of("mimetype", "META-INF/container.xml"), "epub"),
    ("a.odt", zip_of("mimetype", "content.xml"), "odt"),
    ("a.wacz", zip_of("datapackage.json", "archive/a.warc.gz"), "wacz"),
    ("a.docx", zip_of("a.txt"), "zip"),
    ("a", tar_of("a.txt"), "tar"),
    ("a.txt", gzip.compress(b"WARC/1.0\r\n", mtime=0), "warc"),
    ("a.xls", ole_of("Workbook"), "sheet"),
    ("a.xlsx", zip_of("xl/workbook.xml"), "sheet"),
    ("a.ods", zip_of("mimetype", "content.xml"), "ods"),
    ("a.txt", "Date\tTitre\tTexte\n12/03/2020\tUn\tDeux", "csv"),
    ("a", "Titre ; Le pont\nUn texte", "text"),
    ("a.doc", ole_of("WordDocument"), "doc"),
    ("a.docm", zip_of("word/document.xml"), "docx"),
    ("a.txt", "1\n00:00:01,000 --> 00:00:02,000\nBonjour.\n", "subtitles"),
    ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour.\n", "subtitles"),
    ("a.msg", ole_of("Root Entry"), "msg"),
    ("a", ole_of("__properties_version1.0"), "msg"),
    ("a.wps", ole_of("WordDocument"), "doc"),
    ("a.xml", XML + "<AudioDoc name='a'>", "speech"),
    ("a.xml", XML + "<RBNews>", "ritzau"),
    ("a.xml", XML + "<text>\n<title>", "delpher"),
    ("a.xml", XML + "<didl:DIDL xmlns:didl='urn:mpeg:mpeg21:2002:02-DIDL-NS'>", "delpher"),
    ("a.parquet", b"PAR1\0\0", "parquet"),
    ("a.html", b"\x89PNG\r\n\x1a\n", "picture"),
    ("a", b"7z\xbc\xaf\x27\x1c", "7z"),
    ("a.txt", b"\xff\xd8\xff\xe0", "picture"),
    ("a", b"II*\0\x08\0\0\0", "picture"),
    ("a", b"RIFF\1\2\3\4WEBP", "picture"),
    ("a.bmp", b"BM\1\2\3\4\0\0\0\0\x36\0\0\0\x28\0\0\0", "picture"),
    ("a.txt", "BM ouvre mardi, dit la mairie", "text"),
    ("a.txt", "é" * HEAD, "text"),
    ("a.txt", b"a" + "é".encode() * HEAD, "text"),
    ("a.html", b"<html><p>" + b"\0" + b"a" * 50, "html"),
]


def source_of(name: str, content: str | bytes, media: str | None = None) -> Source:
    raw = content.encode() if isinstance(content, str) else content
    return Source(name, name, len(raw), content=raw, media=media)


@pytest.mark.parametrize(("name", "content", "form"), FORMS)
def test_it_knows_a_format(name: str, content: str | bytes, form: str) -> None:
    assert sniff(source_of(name, content)) == form


NO_ARTICLES: list[tuple[str, str | bytes, str]] = [
    ("a", b"\0\0\0\x1cftypmp42", "a recording or a picture"),
    ("a", b"RIFF\1\2\3\4WAVE", "a recording or a picture"),
    ("a.bin", b"\x7fELF", "a program"),
    ("a.css", "p { color: red }", "a style sheet"),
    ("a.js", "let a = 1", "a script"),
    ("a.dtd", "<!ELEMENT a>", "a schema or a style sheet"),
    ("a.xml", XML + "<svg xmlns='http://www.w3.org/2000/svg'>", "a picture"),
    ("sitemap.xml", XML + "<urlset>", "a sitemap"),
    ("a.xml", XML + "<xsl:stylesheet>", "a schema or a style sheet"),
    ("a.xml", XML + "<recettes>", "XML of a kind that is not read (<recettes>)"),
    ("a.xml", "<groupSet root='G1'>", "a package of other items"),
    ("a.xml", "<recettes>", "XML of a kind that is not read (<recettes>)"),
    ("bagit.txt", "BagIt-Version: 0.97", "packaging metadata (BagIt)"),
    ("data/manifest-md5.txt", "abc  a.xml", "checksums"),
    ("robots.txt", "User-agent: *", "robots.txt"),
]


@pytest.mark.parametrize(("name", "content", "what"), NO_ARTICLES)
def test_it_knows_what_is_no_article(name: str, content: str | bytes, what: str) -> None:
    with pytest.raises(NotAnArticle) as error:
        sniff(source_of(name, content))
    assert str(error.value) == f"no article: {what}"


UNREADABLE: list[tuple[str, str | bytes, str]] = [
    ("a.txt", b"", "empty"),
    ("a.txt", b" \r\n", "empty"),
    ("a.txt", bytes(9), "nothing but zero bytes"),
    ("a.gz", gzip.compress(b"", mtime=0), "empty"),
    ("a.txt", gzip.compress(gzip.compress(b"a", mtime=0), mtime=0), "compressed twice; unpack it once"),
    ("a.docx", ole_of("EncryptedPackage"), "encrypted; remove its password first"),
    ("a.xlsx", ole_of("EncryptedPackage"), "encrypted; remove its password first"),
    ("a.wpd", b"\xffWPC\x10\0\0\0", "a WordPerfect document; open it in LibreOffice and save it as .docx or .odt"),
    ("a.doc", ole_of("MatOST"), "a Works document; open it in LibreOffice and save it as .docx or .odt"),
    ("a", ole_of("CONTENTS"), "a Works document; open it in LibreOffice and save it as .docx or .odt"),
    ("a.wps", b"\1\xfe\x32\0", "a Works document; open it in LibreOffice and save it as .docx or .odt"),
    ("a.wks", b"\xff\0\2\0\4\4\5\x54", "a Works table; open it in LibreOffice and save it as .xlsx or .ods"),
    ("a.rar", b"Rar!\x1a\x07\x00", "a RAR archive; unpack it first"),
    ("a.pdf", b"\1\2\3\0\4\5", "not the PDF that its name promises"),
    ("a.docx", b"\2\0\3\0\4", "not the Word document that its name promises"),
    ("a", bytes(range(2, 20)) * 9, "not text"),
    ("a.txt", b"ab\0cd\0", "not text (it holds zero bytes)"),
    ("a.zip", b"PK\3\4 rien", "a damaged Zip archive (cut short: its table of contents is missing)"),
    ("a.xml", XML + "<!-- rien -->", "an XML document without an element"),
]


@pytest.mark.parametrize(("name", "content", "reason"), UNREADABLE)
def test_it_says_what_cannot_be_read(name: str, content: str | bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        sniff(source_of(name, content))
    assert not isinstance(error.value, NotAnArticle)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    ("name", "media", "content", "form"),
    [
        ("a.ts", "text/html; charset=utf-8", "<p>Un texte", "html"),
        ("a", "text/html", "Un texte", "html"),
        ("a.txt", "application/json", '{"a": 1}', "json"),
        ("a", "text/plain", "Un texte", "text"),
        ("a", "application/rss+xml", FEED, "feed"),
        ("a", "text/html", "%PDF-1.4", "pdf"),
    ],
)
def test_it_listens_to_the_envelope(name: str, media: str, content: str, form: str) -> None:
    assert sniff(source_of(name, content, media)) == form


def test_it_sees_the_head_of_a_file_that_is_cut_short() -> None:
    raw = gzip.compress(FEED.encode() * 50, 0)
    assert sniff(source_of("a.xml", raw[:-2000])) == "feed"


@settings(max_examples=500)
@example(head=ole_of("WordDocument"), cut=8, tail=b"", name="a")  # a compound file that ends before its header does
@example(head=gzip.compress(b"", mtime=0), cut=10, tail=b"\xff\xff", name="a.txt")  # damage in the first bytes
@example(head=lzma.compress(b""), cut=8, tail=b"\xff" * 9, name="a.xz")
@given(
    head=st.sampled_from([content if isinstance(content, bytes) else content.encode() for _, content, _ in FORMS]),
    cut=st.integers(0, 600),
    tail=st.binary(max_size=40),
    name=st.sampled_from(["a", *(name for name, _, _ in FORMS)]),
)
def test_it_knows_or_says_why_not_for_any_bytes(head: bytes, cut: int, tail: bytes, name: str) -> None:
    with contextlib.suppress(Unreadable):
        assert sniff(source_of(name, head[:cut] + tail)) in FORMATS


EXPECTED = {
    "html_orange": {"html", "jsonl"},
    "html_news_fr": {"html", "json", "text"},
    "rss": {"feed", "html"},
    "warc": {"warc", "wacz"},
    "mail": {"mail", "mbox", "msg"},
    "pdf": {"pdf"},
    "office": {"docx", "odt", "rtf", "pdf"},
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
@pytest.mark.parametrize("folder", EXPECTED)
def test_it_knows_real_files(folder: str) -> None:
    for source in sources([SAMPLES / folder]):
        assert isinstance(source, Source)
        if source.suffix != ".doc" and source.name != "rss_empty_document.xml":
            assert sniff(source) in EXPECTED[folder], source.path
