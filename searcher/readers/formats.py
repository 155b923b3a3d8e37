"""The table of formats: for each the module that reads it, and the signs by which `sniff` knows a file of it.

To add a format: write a module with `read(source, stream)`, add a row here, add a sample to `tests/readers/samples/`. The
signs are tried in the order of `sniff`; within one kind of sign, in the order of this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from searcher.readers.archives import tarred
from searcher.readers.press import signs
from searcher.readers.records import field_of
from searcher.values import Value

MARKED = 1 << 16  # characters at the beginning of a file that `Format.marks` are looked for in


class Format(Value):
    """One format: who reads it, and its signs.

    `module` of this package holds `read`, and needs the optional part `extra` of the program. `label` is what a person calls
    files of the format, `noun` one file: "not the PDF that its name promises".

    The signs. A format with a `magic`, a `header`, `members` or `streams` is never taken from its name alone.

    - `suffixes`, in lower case, and `media` types say what a file claims to be; a claim decides where content does not.
    - `magic`: a regular expression that the first bytes match. In a file with one of `suffixes` other bytes may come first.
    - `header`: a test of the first bytes, where an expression does not do.
    - `members`: regular expressions; each matches the name of a member of a Zip archive.
    - `streams`: names of streams in a compound file (MS-CFB), the container of Outlook and of Office before 2007.
    - `names`: the whole names of files, in lower case, that are of this format unless their content says something else.
    - `roots`: a regular expression for the local name of the root element, whatever its case.
    - `looks`: a test of the first characters of a text that is not markup.
    - `of`: the formats of which this one is a layout; exports of a press database are pages, texts, Word or Rich Text.
      `marks` is a regular expression that is found in the first 65,536 characters, `shows` a test of the first 262,144
      where an expression would take too long. With `roots` and without `of`, root and marks must both be there.

    `salvages`: its reader itself goes on behind damage, and tells of it.
    """

    module: str
    label: str
    extra: str | None = None
    noun: str = ""
    suffixes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    magic: bytes | None = None
    header: Callable[[bytes], bool] | None = None
    members: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    roots: str | None = None
    looks: Callable[[str], bool] | None = None
    of: tuple[str, ...] = ()
    marks: str | None = None
    shows: Callable[[str], bool] | None = None
    salvages: bool = False

    @property
    def binary(self) -> bool:
        """Whether content alone says that a file is of this format."""
        return bool(self.magic or self.header or self.members or self.streams)


class Refusal(Value):
    """Files that are known and not read. `article` is False for what never holds an article, such as a picture.

    The signs are those of a `Format`; `names` is a regular expression for the whole name of a file.
    """

    reason: str
    article: bool = False
    suffixes: tuple[str, ...] = ()
    magic: bytes | None = None
    members: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    roots: str | None = None
    names: str | None = None


# ── tests that an expression cannot make ──────────────────────────────────────────────────────────────────────────────

_MAIL = re.compile(
    r"(?:(?:From|To|Cc|Date|Subject|Message-ID|Received|Return-Path|Delivered-To|MIME-Version|Reply-To|Sender|"
    r"Content-[\w-]+|X-[\w-]+|DKIM-[\w-]+|References|In-Reply-To|Thread-[\w-]+|List-[\w-]+|Authentication-[\w-]+|ARC-[\w-]+"
    r"|User-Agent|Importance|Status)[ \t]*:[^\n]*\n(?:[ \t]+[^\n]*\n)*){2,}",
    re.I,
)
_SURE_OF_MAIL = re.compile(r"^(?:Message-ID|Received|Return-Path|MIME-Version|Subject)[ \t]*:", re.I | re.M)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*(?:[\[{]|\"[^\"]*\"\s*[,\]])")


def _is_mail(text: str) -> bool:
    headers = _MAIL.match(text)
    return headers is not None and _SURE_OF_MAIL.search(headers.group()) is not None


def _is_mailbox(text: str) -> bool:
    head = re.match(r"From \S+.*\n", text)
    return head is not None and re.search(r"^(?:From|Date|Subject|Received)[ \t]*:", text, re.M | re.I) is not None


def _is_json(text: str) -> bool:
    return _JSON.match(text) is not None and '"' in text


def _is_wire(head: bytes) -> bool:
    """A start of heading, or `ZCZC`, and text behind it."""
    begins = re.match(rb"[\x01-\x20]{0,4}(?:\x01|ZCZC\b)|\x16\x16\x01", head)
    return begins is not None and head.count(0) <= len(head) // 50


def _is_subtitles(text: str) -> bool:
    """The name of WebVTT, or a number and the times of a first cue."""
    return re.match(r"WEBVTT\b|[0-9]{1,5}\s*\n[0-9:,. ]+-->[0-9:,. ]+\n", text.replace("\r\n", "\n")) is not None


def _is_table(text: str) -> bool:
    """A line of names with tabs or semicolons between them, two of which are known, or with commas, all known; `sep=` before it
    is Excel's."""
    for line in text.split("\n", 3)[:2]:
        for separators in ("[\t;]", ","):
            cells = re.split(separators, line.strip())
            found = [field_of(cell.strip(' "')) for cell in cells if len(cell) <= 60]
            fields = {*found} - {None}
            known = len(cells) >= 3 and len(fields) == len(cells) if separators == "," else len(fields) >= 2
            if known and fields & {"title", "text"}:
                return True
    return False


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FORMATS: dict[str, Format] = {
    "text": Format(
        "text",
        "plain text and Markdown",
        suffixes=(".txt", ".text", ".md", ".markdown"),
    ),
    "html": Format(
        "web.html",
        "HTML pages",
        "html",
        suffixes=(".html", ".htm", ".xhtml", ".asp", ".aspx", ".php", ".shtml"),
        media=("text/html", "application/xhtml+xml"),
        roots="html",
    ),
    "json": Format(
        "json",
        "JSON",
        suffixes=(".json",),
        media=("application/json",),
        looks=_is_json,
    ),
    "ninjs": Format(
        "agencies.ninjs",
        "ninjs",
        of=("json",),
        marks=r'"(?:body_text|body_xhtml|body_html|versioncreated|headlines)"\s*:',
    ),
    "jsonl": Format(
        "json",
        "JSON Lines",
        suffixes=(".jsonl", ".ndjson"),
        media=("application/x-ndjson", "application/jsonl"),
        of=("json",),
        marks=r"\A\{.*\}[ \t]*\r?\n[ \t]*\{",
    ),
    "csv": Format(
        "csv",
        "CSV and TSV",
        suffixes=(".csv", ".tsv"),
        media=("text/csv", "text/tab-separated-values"),
        looks=_is_table,
    ),
    "sheet": Format(
        "sheets",
        "Excel tables",
        "tables",
        noun="spreadsheet",
        suffixes=(".xlsx", ".xlsm", ".xlsb", ".xls"),
        members=(r"xl/workbook\.(?:xml|bin)",),
        streams=("Workbook", "Book"),
    ),
    "subtitles": Format(
        "subtitles",
        "subtitles",
        suffixes=(".srt", ".vtt"),
        looks=_is_subtitles,
    ),
    "speech": Format(
        "speech",
        "recognised speech (AudioDoc)",
        "xml",
        roots="AudioDoc",
    ),
    "parquet": Format(
        "parquet",
        "Parquet",
        "parquet",
        noun="Parquet file",
        suffixes=(".parquet",),
        magic=rb"PAR1",
    ),
    "feed": Format(
        "web.feed",
        "RSS and Atom",
        "feeds",
        suffixes=(".rss", ".atom"),
        roots="rss|feed|RDF|channel",
    ),
    "wxr": Format(
        "web.wxr",
        "WordPress exports",
        "xml",
        of=("feed",),
        marks=r"wordpress\.org/export",
    ),
    "warc": Format(
        "web.warc",
        "WARC and ARC web archives",
        "warc",
        noun="web archive",
        suffixes=(".warc", ".arc"),
        salvages=True,
        magic=rb"\s{0,64}(?:WARC/|filedesc:)",
    ),
    "wacz": Format(
        "web.warc",
        "WACZ web archives",
        "warc",
        noun="web archive",
        suffixes=(".wacz",),
        members=(r"archive/[^/]+\.w?arc(?:\.\w+)?",),
    ),
    "pdf": Format(
        "documents.pdf",
        "PDF",
        "pdf",
        noun="PDF",
        suffixes=(".pdf",),
        magic=rb"[\s\0\xef\xbb\xbf]{0,64}%PDF-",
    ),
    "docx": Format(
        "documents.docx",
        "Word documents",
        "office",
        noun="Word document",
        suffixes=(".docx", ".docm", ".dotx"),
        members=(r"word/document\d*\.xml",),  # Word on the web numbers it
    ),
    "doc": Format(
        "documents.doc",
        "Word documents of 1997 to 2003",
        "office",
        noun="Word document",
        suffixes=(".doc", ".dot"),
        streams=("WordDocument",),
    ),
    "epub": Format(
        "documents.epub",
        "EPUB books",
        "office",
        noun="EPUB book",
        suffixes=(".epub",),
        members=(r"META-INF/container\.xml",),
    ),
    "odt": Format(
        "documents.odt",
        "OpenDocument texts",
        "office",
        noun="OpenDocument text",
        suffixes=(".odt",),
        members=("mimetype", r"content\.xml"),
    ),
    "ods": Format(
        "sheets",
        "OpenDocument tables",
        "tables",
        noun="spreadsheet",
        suffixes=(".ods",),  # which tells it from a text of the same members
        members=("mimetype", r"content\.xml"),
    ),
    "rtf": Format(
        "documents.rtf",
        "Rich Text",
        "office",
        noun="Rich Text document",
        suffixes=(".rtf",),
        magic=rb"\s{0,64}\{\\rtf",
    ),
    "mbox": Format(
        "letters.mbox",
        "mailboxes",
        suffixes=(".mbox",),
        looks=_is_mailbox,
    ),
    "mail": Format(
        "letters.mail",
        "e-mail",
        suffixes=(".eml", ".emlx", ".mht", ".mhtml"),
        media=("message/rfc822",),
        looks=_is_mail,
    ),
    "msg": Format(
        "letters.msg",
        "Outlook messages",
        "mail",
        noun="Outlook message",
        suffixes=(".msg",),
        streams=("__properties_version1.0",),
    ),
    "nitf": Format(
        "agencies.nitf",
        "NITF",
        "xml",
        roots="nitf",
    ),
    "newsml1": Format(
        "agencies.newsml1",
        "NewsML 1.2",
        "xml",
        roots="NewsML|NewsEnvelope",
    ),
    "newsml2": Format(
        "agencies.newsml2",
        "NewsML-G2",
        "xml",
        roots="newsMessage|contentSet|(?:news|package|concept|knowledge|planning|catalog)Item",
    ),
    "ritzau": Format(
        "agencies.ritzau",
        "Ritzau dispatches",
        "xml",
        roots="RBNews",
    ),
    "iptc7901": Format(
        "agencies.iptc7901",
        "IPTC 7901 and ANPA 1312",
        header=_is_wire,
    ),
    "europresse": Format(
        "press.europresse",
        "Europresse and Eureka pages",
        "html",
        of=("html",),
        shows=signs.europresse,
    ),
    "proquest": Format(
        "press.proquest",
        "ProQuest exports",
        of=("text", "rtf", "docx"),
        shows=signs.proquest,
    ),
    "factiva": Format(
        "press.factiva",
        "Factiva exports",
        roots="PPSResponse|ppsArticle(?:Response|ResultSet)?",
        of=("html", "text", "rtf", "docx"),
        shows=signs.factiva,
    ),
    "nexis": Format(
        "press.nexis",
        "Nexis Uni and LexisNexis exports",
        of=("html", "text", "rtf", "docx"),
        shows=signs.nexis,
    ),
    "iramuteq": Format(
        "press.iramuteq",
        "IRaMuTeQ and Alceste corpora",
        of=("text", "csv"),
        shows=signs.iramuteq,
    ),
    "xtz": Format(
        "press.xtz",
        "XML of TXM",
        "xml",
        roots="corpus|text",
        marks=r"<[Tt]ext\s[^>]*\b(?i:title|titre|source|journal|date|author|auteur)\s*=",
    ),
    "gallica": Format(
        "press.gallica",
        "texts of Gallica",
        of=("text", "html"),
        shows=signs.gallica,
    ),
    "ris": Format(
        "press.ris",
        "RIS lists",
        suffixes=(".ris",),
        media=("application/x-research-info-systems",),
        of=("text",),
        shows=signs.ris,
    ),
    "printed": Format(
        "press.printed",
        "labelled fields",
        "html",
        of=("html", "text"),
        shows=signs.printed,
    ),
    "zotero": Format(
        "press.zotero",
        "Zotero RDF exports",
        "xml",
        of=("feed",),
        marks=r"zotero\.org/namespaces/export",
    ),
    "txm": Format(
        "press.txm",
        "tables of TXM folders",
        names=("metadata.csv", "metadata.tsv"),
    ),
    "tei": Format(
        "scans.tei",
        "TEI",
        "xml",
        roots=r"TEI(?:\.2)?|teiCorpus|teiHeader",
    ),
    "mets": Format(
        "scans.mets",
        "METS issues with ALTO pages",
        "xml",
        roots="mets",
    ),
    "delpher": Format(
        "scans.delpher",
        "Delpher issues",
        "xml",
        roots="text|DIDL|OAI-PMH",
        marks=r"<text>\s*<(?:title|p)\b|<(?:\w+:)?DIDL\b",
    ),
    "alto": Format(
        "scans.alto",
        "ALTO pages",
        "xml",
        roots="alto",
    ),
    "abbyy": Format(
        "scans.abbyy",
        "ABBYY FineReader pages",
        "xml",
        roots="document|page",
        marks=r"FineReader|(?i:abbyy)|blockType=",
    ),
    "olive": Format(
        "scans.olive",
        "Olive issues",
        "xml",
        roots=r"XMD.*",
    ),
    "picture": Format(
        "scans.pictures",
        "pictures of pages",
        magic=rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II\*\0|MM\0\*|\0\0\0\x0cjP  |\xff\x4f\xff\x51|(?s:RIFF.{4}WEBP)"
        rb"|BM(?s:.{4})\0\0\0\0(?s:.{4})[\x0c\x28\x40\x6c\x7c]\0\0\0",
    ),
    "zip": Format(
        "archives.archive",
        "Zip archives",
        noun="Zip archive",
        suffixes=(".zip",),
        members=("",),
    ),
    "7z": Format(
        "archives.sevenzip",
        "7-Zip archives",
        "7z",
        noun="7-Zip archive",
        suffixes=(".7z",),
        magic=rb"7z\xbc\xaf\x27\x1c",
    ),
    "tar": Format(
        "archives.archive",
        "tar archives",
        noun="tar archive",
        suffixes=(".tar",),
        header=tarred.is_header,
    ),
}

_UNPACK = "unpack it first"
NOT_READ: tuple[Refusal, ...] = (
    Refusal("compressed twice; unpack it once", True, magic=rb"\x1f\x8b|BZh|\xfd7zXZ\0|\x28\xb5\x2f\xfd"),
    Refusal(f"compressed with the compress of Unix; {_UNPACK}", True, magic=rb"\x1f[\x9d\xa0]"),
    Refusal(f"compressed with LZ4; {_UNPACK}", True, magic=rb"\x04\x22\x4d\x18"),
    Refusal(f"compressed with lzip; {_UNPACK}", True, magic=rb"LZIP"),
    Refusal(f"a RAR archive; {_UNPACK}", True, magic=rb"Rar!\x1a\x07"),
    Refusal(f"a Windows cabinet; {_UNPACK}", True, magic=rb"MSCF\0\0\0\0"),
    Refusal(f"a Unix archive; {_UNPACK}", True, magic=rb"!<arch>\n"),
    Refusal("a DjVu file; save it as PDF or text", True, magic=rb"AT&TFORM"),
    Refusal("a PostScript file; save it as PDF", True, magic=rb"%!PS"),
    Refusal("a Windows help file; save it as HTML", True, magic=rb"ITSF\x03"),
    Refusal("a Kindle book; save it as EPUB", True, magic=rb"(?s:.{60})BOOKMOBI"),
    Refusal("encrypted; remove its password first", True, streams=("EncryptedPackage",)),
    Refusal("a WordPerfect document; open it in LibreOffice and save it as .docx or .odt", True, magic=rb"\xffWPC"),
    Refusal(
        "a Works document; open it in LibreOffice and save it as .docx or .odt",
        True,
        suffixes=(".wps",),
        streams=("MatOST", "MatOST4", "CONTENTS"),
    ),
    Refusal(
        "a Works table; open it in LibreOffice and save it as .xlsx or .ods",
        True,
        suffixes=(".wks",),
        magic=rb"\xff\0\x02\0\x04\x04",
    ),
    Refusal("a Pages document; export it as Word or PDF", True, members=(r"Index/Document\.iwa",)),
    Refusal("a PowerPoint file; save it as PDF", True, members=(r"ppt/presentation\.xml",)),
    Refusal("a PowerPoint file from before 2007; save it as PDF", True, streams=("PowerPoint Document",)),
    Refusal("a picture (Photoshop)", magic=rb"8BPS\0"),
    Refusal("a picture (icon)", magic=rb"\0\0\x01\0"),
    Refusal("a recording or a picture", magic=rb"(?s:.{4})ftyp|RIFF(?s:.{4})(?:WAVE|AVI )"),
    Refusal("a recording (MP3)", magic=rb"ID3|\xff\xfb"),
    Refusal("a recording (Ogg)", magic=rb"OggS"),
    Refusal("a recording (FLAC)", magic=rb"fLaC"),
    Refusal("a recording (Matroska)", magic=rb"\x1aE\xdf\xa3"),
    Refusal("a recording (Flash)", magic=rb"FLV\x01"),
    Refusal("a font", magic=rb"OTTO\0|\0\x01\0\0\0|wOFF|wOF2"),
    Refusal("a database (SQLite)", magic=rb"SQLite format 3\0"),
    Refusal("a program (PHP)", magic=rb"<\?php"),
    Refusal("the places of an issue's texts (Olive)", magic=rb"23 Olive segmentation file"),
    Refusal(
        "a program",
        suffixes=(".py", ".sh", ".rb", ".pl", ".java", ".c", ".h", ".cpp", ".go", ".rs"),
        magic=rb"\x7fELF|MZ\x90\0|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\0asm|#!/",
    ),
    Refusal("a style sheet", suffixes=(".css", ".scss")),
    Refusal("a script", suffixes=(".js", ".mjs", ".ts")),
    Refusal(
        "a schema or a style sheet",
        suffixes=(".dtd", ".xsd", ".rng", ".sch", ".xsl", ".xslt"),
        roots="schema|stylesheet|transform|grammar",
    ),
    Refusal("a picture", suffixes=(".svg", ".ico"), roots="svg"),
    Refusal(
        "settings",
        suffixes=(".ini", ".cfg", ".conf", ".toml", ".yml", ".yaml", ".lock", ".properties"),
        roots="plist",
    ),
    Refusal(
        "checksums",
        suffixes=(".md5", ".sha1", ".sha256", ".sha512"),
        names=r"(?:tag)?manifest-\w+\.txt|md5sums?(?:\.txt)?|sha\d+sums?(?:\.txt)?|checksums?\.txt",
    ),
    Refusal("packaging metadata (BagIt)", names=r"bagit\.txt|bag-info\.txt|fetch\.txt"),
    Refusal("robots.txt", names=r"robots\.txt"),
    Refusal("an index of a web archive", suffixes=(".cdx", ".cdxj")),
    Refusal("a sitemap", roots="urlset|sitemapindex"),
    Refusal("a list of feeds", roots="opml"),
    Refusal("a package of other items", roots="groupSet"),
)
"""Files that are known and not read, and why; a reason for what could hold an article says what to do."""
