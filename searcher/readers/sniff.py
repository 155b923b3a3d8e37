"""Which format a file is in: by its content first, by its name where content does not tell."""

from __future__ import annotations

import codecs
import re
import struct
import zlib
from itertools import islice
from typing import Any

from searcher.errors import Unreadable
from searcher.readers.archives import tarred, zipped
from searcher.readers.encoding import decode
from searcher.sources import Source

HEAD = 8192
LONG_HEAD = 1 << 18  # where that much is comments and declarations
MAX_LOOKED_AT = 5000  # members of a Zip archive, for the one that tells what it is


class NotAnArticle(Unreadable):
    """A file that is what it should be, and no article: a picture, a style sheet, a catalogue."""


SUFFIXES = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), "text"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".asp", ".aspx", ".php", ".shtml"), "html"),
    ".json": "json",
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".eml", ".emlx", ".mht", ".mhtml"), "mail"),
    ".mbox": "mbox",
    ".rss": "feed",
    ".atom": "feed",
}
"""What a name says, for files whose content could be several things."""

_MEDIA = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "json",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "message/rfc822": "mail",
}
_PROMISED = {
    ".pdf": "PDF",
    ".docx": "Word document",
    ".odt": "OpenDocument text",
    ".epub": "EPUB book",
    ".rtf": "Rich Text document",
    ".msg": "Outlook message",
    ".parquet": "Parquet file",
    ".warc": "web archive",
    ".arc": "web archive",
    ".wacz": "web archive",
    ".zip": "Zip archive",
    ".tar": "tar archive",
}
"""What a name promises that content alone decides; for the message about a file that is nothing."""

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PAR1", "parquet"),
    (b"{\\rtf", "rtf"),
    (b"WARC/", "warc"),
    (b"filedesc:", "warc"),
)
_UNREAD = (
    (b"\x1f\x8b", "compressed twice; unpack it once"),
    (b"BZh", "compressed twice; unpack it once"),
    (b"\xfd7zXZ\0", "compressed twice; unpack it once"),
    (b"\x28\xb5\x2f\xfd", "compressed twice; unpack it once"),
    (b"\x1f\x9d", "compressed with the compress of Unix; unpack it first"),
    (b"\x1f\xa0", "compressed with the compress of Unix; unpack it first"),
    (b"\x04\x22\x4d\x18", "compressed with LZ4; unpack it first"),
    (b"LZIP", "compressed with lzip; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"MSCF\0\0\0\0", "a Windows cabinet; unpack it first"),
    (b"!<arch>\n", "a Unix archive; unpack it first"),
    (b"AT&TFORM", "a DjVu file; save it as PDF or text"),
    (b"%!PS", "a PostScript file; save it as PDF"),
    (b"ITSF\x03", "a Windows help file; save it as HTML"),
    (b"BOOKMOBI", "a Kindle book; save it as EPUB"),
)
_NO_ARTICLES = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"ID3", "a recording (MP3)"),
    (b"OggS", "a recording (Ogg)"),
    (b"\0\0\0\x0cjP  ", "a picture (JPEG 2000)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\0asm", "a program"),
    (b"#!/", "a program"),
    (b"<?php", "a program (PHP)"),
    (b"8BPS\0", "a picture (Photoshop)"),
    (b"\0\0\1\0", "a picture (icon)"),
    (b"\xff\x4f\xff\x51", "a picture (JPEG 2000)"),
    (b"fLaC", "a recording (FLAC)"),
    (b"\xff\xfb", "a recording (MP3)"),
    (b"\x1aE\xdf\xa3", "a recording (Matroska)"),
    (b"FLV\1", "a recording (Flash)"),
    (b"OTTO\0", "a font"),
    (b"\0\1\0\0\0", "a font"),
    (b"23 Olive segmentation file", "the places of an issue's texts (Olive)"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
)
_NO_ARTICLE_SUFFIXES = {
    **dict.fromkeys((".css", ".scss"), "a style sheet"),
    **dict.fromkeys((".js", ".mjs", ".ts"), "a script"),
    **dict.fromkeys((".dtd", ".xsd", ".rng", ".sch", ".xsl", ".xslt"), "a schema or a style sheet"),
    **dict.fromkeys((".svg", ".ico"), "a picture"),
    **dict.fromkeys((".py", ".sh", ".rb", ".pl", ".java", ".c", ".h", ".cpp", ".go", ".rs"), "a program"),
    **dict.fromkeys((".ini", ".cfg", ".conf", ".toml", ".yml", ".yaml", ".lock", ".properties"), "settings"),
    **dict.fromkeys((".md5", ".sha1", ".sha256", ".sha512"), "checksums"),
    **dict.fromkeys((".cdx", ".cdxj"), "an index of a web archive"),
}
_NO_ARTICLE_NAMES = re.compile(
    r"(?P<checksums>(?:tag)?manifest-\w+\.txt|md5sums?(?:\.txt)?|sha\d+sums?(?:\.txt)?|checksums?\.txt)"
    r"|(?P<catalogue>bagit\.txt|bag-info\.txt|fetch\.txt)|(?P<robots>robots\.txt)",
    re.I,
)
_NO_ARTICLE_ROOTS = {
    "svg": "a picture",
    "urlset": "a map of a site",
    "sitemapindex": "a map of a site",
    "opml": "a list of feeds",
    "plist": "settings",
    "schema": "a schema or a style sheet",
    "stylesheet": "a schema or a style sheet",
    "transform": "a schema or a style sheet",
    "grammar": "a schema or a style sheet",
}
_HTML = frozenset(
    "html head body title meta link style script div p span a b i u em strong font center br hr h1 h2 h3 h4 h5 h6 ul ol li "
    "dl dt table tbody tr td th img form header footer nav main article section aside figure blockquote pre base noscript "
    "frameset small big picture video iframe input button address cite q time abbr".split()
)
_ROOT = re.compile(r"<(?![?!])(?:(?P<prefix>[\w.-]+):)?(?P<name>[\w.-]+)(?P<rest>[^>]*)", re.A)
_ROOTS = {
    "rss": "feed",
    "feed": "feed",
    "RDF": "feed",
    "channel": "feed",
    "nitf": "nitf",
    "NewsML": "newsml1",
    "NewsEnvelope": "newsml1",
    "newsMessage": "newsml2",
    "newsItem": "newsml2",
    "contentSet": "newsml2",
    "packageItem": "newsml2",
    "conceptItem": "newsml2",
    "knowledgeItem": "newsml2",
    "planningItem": "newsml2",
    "catalogItem": "newsml2",
    "TEI": "tei",
    "TEI.2": "tei",
    "teiCorpus": "tei",
    "teiHeader": "tei",
    "mets": "mets",
    "alto": "alto",
    "document": "abbyy",
    "html": "html",
    "HTML": "html",
}
_MAIL = re.compile(
    r"(?:(?:From|To|Cc|Date|Subject|Message-ID|Received|Return-Path|Delivered-To|MIME-Version|Reply-To|Sender|"
    r"Content-[\w-]+|X-[\w-]+|DKIM-[\w-]+|References|In-Reply-To|Thread-[\w-]+|List-[\w-]+|Authentication-[\w-]+|ARC-[\w-]+"
    r"|User-Agent|Importance|Status)[ \t]*:[^\n]*\n(?:[ \t]+[^\n]*\n)*){2,}",
    re.I,
)
_SURE_OF_MAIL = re.compile(r"^(?:Message-ID|Received|Return-Path|MIME-Version|Subject)[ \t]*:", re.I | re.M)


_JSON = re.compile(r"\{\s*[\"}]|\[\s*(?:[\[{]|\"[^\"]*\"\s*[,\]])")
_TAGS = re.compile(r"</?(?:html|body|div|p|h1|article|table|br)\b[^<]{0,500}>", re.I)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?:[\w.-]+:)?(?P<name>[\w.-]+)", re.A)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f-\x84\x86-\x9f]")
_WIDE = (
    (re.compile(rb"(?:\0\0\0[\t-\x7e]){2}"), "utf-32-be"),
    (re.compile(rb"(?:[\t-\x7e]\0\0\0){2}"), "utf-32-le"),
    (re.compile(rb"(?:\xfe\xff)?(?:\0[\t-\xff]){4}"), "utf-16-be"),
    (re.compile(rb"(?:\xff\xfe)?(?:[\t-\xff]\0){4}"), "utf-16-le"),
    (re.compile(rb"\xff\xfe\0\0"), "utf-32"),
    (re.compile(rb"\0\0\xfe\xff"), "utf-32"),
    (re.compile(rb"\xff\xfe"), "utf-16"),
    (re.compile(rb"\xfe\xff"), "utf-16"),
)


def sniff(source: Source) -> str:
    """A key of `readers.FORMATS`. Raises NotAnArticle for what never holds one, Unreadable for what nobody reads."""
    head = _head(source, HEAD)
    bare = head.lstrip(b" \t\r\n\f\0")
    if not bare:
        raise Unreadable("empty" if not head.strip() else "nothing but zero bytes")
    if (found := _by_magic(source, head)) is not None:
        return found
    name = _NO_ARTICLE_NAMES.fullmatch(source.name.rpartition("/")[2])
    if name is not None:
        what = {"checksums": "checksums", "catalogue": "a label of an archive"}.get(name.lastgroup or "")
        raise NotAnArticle(f"no article: {what or 'rules for robots'}")
    if source.suffix in _NO_ARTICLE_SUFFIXES and _media(source) != "html":
        raise NotAnArticle(f"no article: {_NO_ARTICLE_SUFFIXES[source.suffix]}")
    try:
        return _text(source, head)
    except NotAnArticle:
        raise
    except Unreadable as error:
        promised = _PROMISED.get(source.suffix)
        raise Unreadable(f"not the {promised} that its name promises") if promised else error from error


def _head(source: Source, size: int) -> bytes:
    """The first bytes, `size` of them when there are so many; what there is before a damaged place."""
    head = b""
    with source.open() as stream:
        some: Any = stream
        try:
            while len(head) < size and (part := some.read1(size - len(head))):
                head += part
        except (EOFError, OSError, zlib.error):
            if not head:
                raise
    return head


def _by_magic(source: Source, head: bytes) -> str | None:
    """The format that the first bytes are a sign of."""
    if re.match(rb"[\s\0\xef\xbb\xbf]{0,64}%PDF-", head) or (source.suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    blank = head.lstrip(b" \t\r\n")
    for magic, form in _MAGIC:
        if blank.startswith(magic):
            return form
    for magic, what in _NO_ARTICLES:
        if head.startswith(magic):
            raise NotAnArticle(f"no article: {what}")
    for magic, what in _UNREAD:
        if head.startswith(magic) or (magic == b"BOOKMOBI" and head[60:68] == magic):
            raise Unreadable(what)
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI ")):
        raise NotAnArticle("no article: a recording or a picture")
    if head.startswith(b"BM") and b"\0" in head[:16]:
        raise NotAnArticle("no article: a picture (BMP)")
    if head.startswith((b"PK\3\4", b"PK\5\6", b"PK00PK\3\4")):
        return _zip(source)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(source, head)
    return "tar" if tarred.is_header(head[: tarred.BLOCK]) else None


def _zip(source: Source) -> str:
    with source.open() as stream:
        names = {member.name for member in islice(zipped.members(zipped.seekable(stream)), MAX_LOOKED_AT)}
    if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):  # Word on the web numbers it
        return "docx"
    if "META-INF/container.xml" in names:
        return "epub"
    if "mimetype" in names and "content.xml" in names:
        return "odt"
    if any(re.fullmatch(r"archive/[^/]+\.w?arc(?:\.\w+)?", name) for name in names):
        return "wacz"
    if "xl/workbook.xml" in names or "ppt/presentation.xml" in names:
        raise Unreadable("an Excel or PowerPoint file; save it as CSV or PDF")
    return "zip"


def _ole(source: Source, head: bytes) -> str:
    """Office before 2007 (MS-CFB): an Outlook message, or a document that only Office and LibreOffice read."""
    shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
    directory = b""
    if shift in (9, 12) and len(head) >= 512:
        with source.open() as stream:
            stream.seek((first + 1) << shift)
            directory = stream.read(4096)
    for stream_name, what in (("WordDocument", "Word"), ("Workbook", "Excel"), ("PowerPoint Document", "PowerPoint")):
        if stream_name.encode("utf-16-le") in directory:
            better = ".docx or PDF" if what == "Word" else "PDF"
            raise Unreadable(f"a{'n' * (what == 'Excel')} {what} file from before 2007; save it as {better}")
    if source.suffix == ".msg" or "__properties_version1.0".encode("utf-16-le") in directory:
        return "msg"
    raise Unreadable("a Word, Excel or PowerPoint file from before 2007; save it as .docx or PDF")


def _text(source: Source, head: bytes) -> str:
    if re.match(rb"[\x01-\x20]{0,4}(?:\x01|ZCZC\b)|\x16\x16\x01", head) and head.count(0) <= len(head) // 50:
        return "iptc7901"
    claimed = _media(source) or SUFFIXES.get(source.suffix)
    text = _written(head, source.encoding)
    if text is None:
        if claimed in ("html", "mbox", "mail", "csv", "jsonl"):
            return claimed  # a stray zero byte among much text
        raise Unreadable("not text (it holds zero bytes)")
    text = text.lstrip("\ufeff \t\r\n\f")
    if text.startswith("<"):
        return _markup(source, text, claimed)
    if claimed == "csv":
        return "csv"
    if _JSON.match(text) and '"' in text and claimed != "text":
        return _json(text, claimed)
    if claimed != "text" or source.suffix == ".txt":
        if re.match(r"From \S+.*\n", text) and re.search(r"^(?:From|Date|Subject|Received)[ \t]*:", text, re.M | re.I):
            return "mbox"
        headers = _MAIL.match(text)
        if headers is not None and _SURE_OF_MAIL.search(headers.group()):
            return "mail"
    if claimed is None and _TAGS.search(text[:4096]):
        return "html"
    if claimed is None and len(_CONTROLS.findall(text)) > max(3, len(text) // 20):
        raise Unreadable("not text")
    return claimed or "text"


def _media(source: Source) -> str | None:
    """The format that the envelope of a source says it is in."""
    return _MEDIA.get((source.media or "").partition(";")[0].strip().lower())


def _written(head: bytes, declared: str | None) -> str | None:
    """The head as text; None when it holds zero bytes that no encoding explains.

    Without a byte-order mark, UTF-16 and UTF-32 show by where the zero bytes of their first letters stand (XML 1.0, F.1).
    """
    for pattern, encoding in _WIDE:
        if pattern.match(head):
            return head.decode(encoding, "replace")
    try:
        return decode(head[: -_cut(head)] if _cut(head) else head, declared)
    except Unreadable:
        return None


def _cut(head: bytes) -> int:
    """How many bytes at the end of the head belong to a character of UTF-8 that goes on after it."""
    try:
        codecs.utf_8_decode(head, "strict", True)
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 3 and error.reason == "unexpected end of data":
            return len(head) - error.start
    return 0


def _markup(source: Source, text: str, claimed: str | None) -> str:
    if re.match(r"<!doctype\s+html|<html\b", text, re.I):
        return "html"
    bare = re.sub(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", "", text, flags=re.S)
    root = _ROOT.search(bare) or _DOCTYPE.search(bare)
    if root is None and HEAD <= len(text) + 8 < LONG_HEAD:
        longer = _written(_head(source, LONG_HEAD), source.encoding) or ""
        return _markup(source, f"{longer.lstrip()} ".ljust(LONG_HEAD), claimed)
    if root is None:
        if claimed is None and text.startswith("<?xml"):
            raise Unreadable("an XML document without an element")
        return claimed or "html"
    name, namespaces = root.group("name"), text[:4096]
    if name.upper().startswith("XMD"):
        return "olive"
    if name == "rss" and "wordpress.org/export" in namespaces:
        return "wxr"
    if name == "document" or (name == "page" and "blockType=" in namespaces):
        if "FineReader" in namespaces or "abbyy" in namespaces.lower() or "blockType=" in namespaces:
            return "abbyy"
    elif (form := _ROOTS.get(name) or _ROOTS.get(name.lower())) is not None:
        return form
    what = _NO_ARTICLE_ROOTS.get(name.lower())
    if what is not None and name.lower() not in _HTML:
        raise NotAnArticle(f"no article: {what}")
    if claimed is not None and claimed != "feed":
        return claimed
    if name.lower() in _HTML and not text.startswith("<?xml"):
        return "html"
    if text.startswith("<?xml") or source.suffix == ".xml":
        raise NotAnArticle(f"no article: XML of a kind that is not read (<{name}>)")
    return claimed or ("html" if _TAGS.search(text[:4096]) else "text")


def _json(text: str, claimed: str | None) -> str:
    if claimed != "jsonl" and re.search(r'"(?:body_text|body_xhtml|body_html|versioncreated|headlines)"\s*:', text):
        return "ninjs"
    if claimed is not None:
        return claimed
    return "jsonl" if re.match(r"\{.*\}[ \t]*\r?\n[ \t]*\{", text) else "json"
