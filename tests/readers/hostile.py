"""Makers of hostile and malformed files, and a run over them that measures time and memory.

    python -m tests.readers.hostile [--full] [NAME …]

prints a line of JSON a case. Each case is read in a process of its own, forked from one that has imported the readers, so
that what it takes is its own. `--full` makes the largest ones larger. Nothing here is ever stored: everything is made in a
temporary folder when it is needed.
"""

from __future__ import annotations

import bz2
import gzip
import importlib
import io
import json
import lzma
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from searcher.readers import Problem, read
from searcher.readers.formats import FORMATS
from searcher.readers.language import language
from searcher.sources import Source, sources

SECONDS, MEGABYTES = 10, 512
FULL = False
PROSE = "La ministre a présenté jeudi son projet de loi devant les députés. "


@dataclass(frozen=True)
class Case:
    """A file or a folder that `make` puts at a path. `reason` is a regular expression for what is reported of it, once;
    None when it is read, or passed over, without a complaint. `articles` is how many come out (None: any number)."""

    name: str
    make: Callable[[Path], None]
    reason: str | None
    articles: int | None = 0


@dataclass
class Outcome:
    name: str
    articles: int = 0
    problems: list[list[str]] = field(default_factory=list)  # kind, reason, place
    seconds: float = 0.0
    megabytes: int = 0
    raised: str | None = None
    leaked: bool = False


CASES: list[Case] = []


def file(
    name: str, reason: str | None, articles: int | None = 0
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Makes a case of a function that gives the bytes of one file, `name`."""

    def case(make: Callable[[], bytes]) -> Callable[[], bytes]:
        def write(folder: Path) -> None:
            (folder / name).write_bytes(make())

        CASES.append(Case(make.__name__, write, reason, articles))
        return make

    return case


def folder(reason: str | None, articles: int | None = 0) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Makes a case of a function that fills a folder."""

    def case(make: Callable[[Path], None]) -> Callable[[Path], None]:
        CASES.append(Case(make.__name__, make, reason, articles))
        return make

    return case


def run(names: list[str] | None = None) -> Iterator[Outcome]:
    """What becomes of each case."""
    for form in FORMATS.values():
        with suppress(ModuleNotFoundError):
            importlib.import_module(f"searcher.readers.{form.module}")
    language(PROSE * 9)  # so that what it loads is not counted
    for case in CASES:
        if not names or case.name in names:
            place = tempfile.mkdtemp()
            try:
                case.make(Path(place))
                yield _measured(case.name, place)
            finally:  # not by shutil, which recurses
                subprocess.run(["rm", "-rf", place], check=False)


def _measured(name: str, place: str) -> Outcome:
    inside, outside = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inside)
        signal.setitimer(signal.ITIMER_PROF, 3 * SECONDS)  # ends the process
        with os.fdopen(outside, "w") as answer:
            answer.write(json.dumps(asdict(_read(name, place))))
        os._exit(0)
    os.close(outside)
    with os.fdopen(inside) as answer:
        written = answer.read()
    _, status = os.waitpid(child, 0)
    if not written:
        return Outcome(name, raised=f"the process ended with status {status}")
    return Outcome(**json.loads(written))


def _read(name: str, place: str) -> Outcome:
    outcome = Outcome(name)
    before = _peak()
    began = time.process_time()
    try:
        for source in sources([place]):
            if not isinstance(source, Source):
                outcome.problems.append(["missed", source.reason, source.path])
                continue
            for found in read(source):
                if isinstance(found, Problem):
                    outcome.problems.append([found.kind, found.reason, found.place or ""])
                    "".join(outcome.problems[-1]).encode()
                else:
                    outcome.articles += 1
                    outcome.leaked |= "root:x:0:" in found.text or "root:x:0:" in found.title
                    "".join([found.id, found.title, found.text, found.place or "", found.url or ""]).encode()
    except BaseException as error:
        outcome.raised = f"{type(error).__name__}: {error}"[:300]
    outcome.seconds = round(time.process_time() - began, 2)
    outcome.megabytes = _peak() - before
    return outcome


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


# ── what packs too well ───────────────────────────────────────────────────────────────────────────────────────────────

BOMB = r"taken for a bomb"
TIMES = 64  # of 4 MB


@file("a.txt.gz", BOMB + "|larger than 64 MB")
def gzip_bomb() -> bytes:
    return gzip.compress(b" a" * (2 << 20), 6) * TIMES


@file("a.jsonl.gz", BOMB)
def gzip_bomb_of_lines() -> bytes:
    return gzip.compress(b"[" + (b" " * 4095 + b"\n") * 1024, 6) * TIMES


@file("a.txt.bz2", BOMB)
def bzip2_bomb() -> bytes:
    return bz2.compress(b" a" * (2 << 20)) * TIMES


@file("a.txt.xz", BOMB)
def xz_bomb() -> bytes:
    return lzma.compress(b" a" * (2 << 20), preset=1) * TIMES


@file("a.txt.zst", BOMB + "|Zstandard")
def zstandard_bomb() -> bytes:
    try:
        import zstandard
    except ImportError:
        return b"\x28\xb5\x2f\xfd"
    return bytes(zstandard.ZstdCompressor().compress(b" a" * (2 << 20))) * TIMES


@file("a.txt.gz", "compressed twice")
def gzip_in_gzip() -> bytes:
    return gzip.compress(gzip_bomb()[: 1 << 20])


def zip_of(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as packed:
        warnings.simplefilter("ignore")
        for name, content in members:
            packed.writestr(name, content)
    return out.getvalue()


@file("a.zip", BOMB)
def zip_bomb() -> bytes:
    return zip_of(("a.txt", b" a" * (30 << 20)))


@file("a.zip", BOMB)
def zip_bomb_of_bzip2() -> bytes:
    return zip_of(("a.txt", b" a" * (9 << 20)), method=zipfile.ZIP_BZIP2)


@file("a.zip", BOMB)
def zip_bomb_of_lzma() -> bytes:
    return zip_of(("a.txt", b" a" * (9 << 20)), method=zipfile.ZIP_LZMA)


@file("a.zip", "deep")
def zips_in_zips() -> bytes:
    raw = zip_of(("a.txt", PROSE.encode()))
    for _ in range(20):
        raw = zip_of(("a.zip", raw))
    return raw


@file("a.zip", "deep|members could not be read|overlap", None)
def forty_two_zip() -> bytes:
    raw = zip_of(("a.txt", bytes(1 << 20)))
    for _ in range(4):
        raw = zip_of(*((f"{number}.zip", raw) for number in range(8)))
    return raw


@file("a.tar.gz", BOMB)
def zip_bomb_in_tar_gz() -> bytes:
    return gzip.compress(tar_of(("a.zip", zip_of(("a.txt", b" a" * (20 << 20))))))


@file("a.zip", "overlap")
def overlapping_zip() -> bytes:
    one = zip_of(("a.json", b"[" + b" " * (10 << 20)))
    at = one.index(b"PK\1\2")
    entry = one[at : one.index(b"PK\5\6")]
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 60000, 60000, len(entry) * 60000, at, 0)
    return one[:at] + entry * 60000 + end


@file("a.zip", None)
def zip_of_folders() -> bytes:
    return zip_of(*((f"{'d/' * (number % 50)}{number}/", b"") for number in range(2000)))


@folder("members could not be read")
def million_empty_members(place: Path) -> None:
    local = b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 0, 0, 8, 0)
    count = 1_000_000 if FULL else 200_000
    contents = io.BytesIO()
    with (place / "a.zip").open("wb") as out:
        for number in range(count):
            name, fields = b"%08d" % number, (20, 20, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, number * 38)
            out.write(local + name)
            contents.write(b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", *fields) + name)
        size = contents.tell()
        out.write(contents.getvalue())
        out.write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, size, count * 38, 0))


# ── damaged and lying archives ────────────────────────────────────────────────────────────────────────────────────────


def tar_of(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return out.getvalue()


@file("a.zip", "table of contents")
def zip_cut_short() -> bytes:
    return zip_of(("a.txt", PROSE.encode() * 99))[:-40]


@file("a.zip", "checksum|damaged|cut short|overlap")
def zip_with_flipped_bytes() -> bytes:
    raw = bytearray(zip_of(("a.txt", random.Random(1).randbytes(9999).hex().encode())))
    for at in range(60, 5000, 97):
        raw[at] ^= 255
    return bytes(raw)


@file("a.zip", "table of contents|overlap")
def zip_whose_contents_lie() -> bytes:
    return b"PK\3\4" + bytes(40) + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 0xFFFFFFF0, 0xFFFFFFF0, 0)


@file("a.zip", None, 3)
def zip_with_hostile_names() -> bytes:
    raw = PROSE.encode()
    return zip_of(("../../../etc/a\n\x1b[2J.txt", raw), ("/etc/b.txt", raw), ("a\u202etxt.exe\u0000.txt", raw))


@file("a.tar", "a name of")
def tar_with_a_long_name() -> bytes:
    info = tarfile.TarInfo("a" * (5 << 20))
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(512)


@file("a.tar", "cut short|damaged")
def tar_that_claims_a_terabyte() -> bytes:
    info = tarfile.TarInfo("a.txt")
    info.size = 1 << 40
    return info.tobuf(tarfile.GNU_FORMAT) + PROSE.encode() * 99


@file("a.tar", "damaged tar|not text")
def tar_that_goes_back() -> bytes:
    raw = bytearray(tarfile.TarInfo("a.txt").tobuf(tarfile.GNU_FORMAT))
    raw[124:136] = b"\xff" * 11 + b"\0"
    raw[148:156] = b"        "
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw) + bytes(1024)


@file("a.tar", None)
def tar_of_links_and_devices() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind!r}.txt")
            info.type, info.linkname = kind, "/etc/passwd"
            packed.addfile(info)
    return out.getvalue()


@file("a.txt.gz", "ended|cut short|compressed")
def gzip_cut_short() -> bytes:
    return gzip.compress(random.Random(1).randbytes(9999).hex().encode())[:-2000]


@file("a.txt.gz", "compressed data|crc|CRC")
def gzip_with_a_false_checksum() -> bytes:
    raw = gzip.compress(PROSE.encode())
    return raw[:-8] + b"abcdefgh"


# ── XML ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
SAFE = ".*"


def feed_of(doctype: str, text: str) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [{doctype}]><rss version="2.0"><channel><title>t</title>'
        f"<item><title>Un titre</title><description>{text}</description></item></channel></rss>"
    ).encode()


def nitf_of(doctype: str, text: str) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE nitf [{doctype}]><nitf><body><body.head><hedline><hl1>Un titre</hl1></hedline>'
        f"</body.head><body.content><p>{text}</p></body.content></body></nitf>"
    ).encode()


def tei_of(doctype: str, text: str) -> bytes:
    return (
        f'<?xml version="1.0"?><!DOCTYPE TEI [{doctype}]><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body>'
        f"<div><head>Un titre</head><p>{text}</p></div></body></text></TEI>"
    ).encode()


ATTACKS = {
    "laughs": (f'<!ENTITY a0 "{"ha" * 50}">{LAUGHS}', "&a29;"),
    "quadratic": (f'<!ENTITY a "{"a" * 200_000}">', "&a;" * 20_000),
    "external_entity": ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    "external_parameter": ('<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;', "&a;"),
    "endless_file": ('<!ENTITY a SYSTEM "file:///dev/zero">', "&a;"),
    "recursive_entity": ('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"),
}
for _kind, _document in (("feed", feed_of), ("nitf", nitf_of), ("tei", tei_of)):
    for _attack, (_doctype, _text) in ATTACKS.items():

        def _attacked(
            place: Path, document: Callable[[str, str], bytes] = _document, doctype: str = _doctype, text: str = _text
        ) -> None:
            (place / "a.xml").write_bytes(document(doctype, text))

        CASES.append(Case(f"{_kind}_with_{_attack}", _attacked, SAFE, None))


@file("a.xml", SAFE, None)
def xml_that_includes() -> bytes:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    return tei_of("", f"Un texte. {include}")


@file("a.xml", SAFE, None)
def deep_xml() -> bytes:
    return b"<?xml version='1.0'?><nitf>" + b"<p>" * 100_000


@file("a.xml", SAFE, None)
def deep_feed() -> bytes:
    return feed_of("", "<a>" * 100_000 + "</a>" * 100_000)


@file("a.xml", SAFE, None)
def feed_of_a_million_attributes() -> bytes:
    return feed_of("", "<a " + " ".join(f'b{n}="c"' for n in range(200_000)) + "/>")


@file("mets.xml", SAFE, None)
def mets_that_points_outside() -> bytes:
    files = "".join(
        f'<file ID="f{n}"><FLocat xlink:href="{href}"/></file>'
        for n, href in enumerate(
            ["file:///etc/passwd", "../../../../../etc/passwd", "/dev/zero", "http://exemple.fr/a.xml"]
        )
    )
    return (
        '<?xml version="1.0"?><mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"><fileSec>'
        f'<fileGrp>{files}</fileGrp></fileSec><structMap><div TYPE="Newspaper"><div TYPE="ARTICLE"><fptr FILEID="f0"/></div>'
        "</div></structMap></mets>"
    ).encode()


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@file("a.html", SAFE, None)
def deep_html() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + PROSE.encode() * 9


@file("a.html", SAFE, None)
def html_of_one_line() -> bytes:
    return b"<html><body><p>" + PROSE.encode() * (9 << 20 >> 6) + b"</p></body></html>"


@file("a.html", SAFE, None)
def html_larger_than_a_page() -> bytes:
    return b"<html><body>" + b"<p>" + PROSE.encode() * (12 << 20 >> 6)


@file("a.html", SAFE, None)
def html_of_unclosed_metas() -> bytes:
    return b"<html><head>" + b"<meta " * 200_000


@file("a.html", SAFE, None)
def html_of_angle_brackets() -> bytes:
    return b"<html>" + b"<" * (1 << 20)


@file("a.html", SAFE, None)
def html_of_unclosed_comments() -> bytes:
    return b"<html><body>" + b"<!--" * 200_000 + PROSE.encode()


@file("a.html", SAFE, None)
def html_of_a_hundred_thousand_links() -> bytes:
    return b"<html><body>" + b'<p><a href="/a">Un lien</a> et un mot</p>' * 100_000


@file("a.html", SAFE, None)
def html_with_deep_json() -> bytes:
    return b'<html><script type="application/ld+json">' + b"[" * 100_000 + b"</script><body><p>" + PROSE.encode() * 5


@file("a.html", SAFE, None)
def html_with_zero_bytes() -> bytes:
    return b"<html><body><p>" + (PROSE.encode() + b"\0") * 1000


# ── JSON and CSV, text ────────────────────────────────────────────────────────────────────────────────────────────────


@file("a.json", "nested|not JSON")
def deep_json() -> bytes:
    return b"[" * 100_000


@file("a.json", "not JSON")
def json_of_comments_that_never_end() -> bytes:
    return b"[" + b"/*" * (4 << 20)


@file("a.json", "not JSON")
def json_of_texts_that_never_end() -> bytes:
    return b"x" + b'"\\"' * (3 << 20)


@file("a.json", "not JSON")
def json_of_blanks() -> bytes:
    return b"x" + b" " * (8 << 20) + b"x"


@file("a.jsonl", "nested|not JSON|recursion", 1)
def deep_jsonl() -> bytes:
    return b'{"a":' * 100_000 + b"\n" + json.dumps({"title": "Un titre", "text": PROSE}).encode() + b"\n"


@file("a.json", SAFE, None)
def json_with_huge_numbers() -> bytes:
    return b'[{"title": "Un titre", "text": "Un texte", "a": ' + b"9" * 1_000_000 + b', "b": 1e999999, "c": NaN}]'


@file("a.jsonl", SAFE, None)
def jsonl_of_one_line() -> bytes:
    return json.dumps({"title": "Un titre", "text": PROSE * (10 << 20 >> 6)}).encode()


@file("a.jsonl", SAFE, None)
def jsonl_of_a_line_that_never_ends() -> bytes:
    return b'{"title": "' + b"a" * (100 << 20)


@file("a.json", SAFE, None)
def json_of_empty_lists() -> bytes:
    return b"[" + b"[]," * 3_000_000 + b"[]]"


@file("a.jsonl", "surrogate|.*", None)
def json_of_half_characters() -> bytes:
    return b'{"title": "\\ud800", "text": "Un texte \\udfff et \\u0000 puis", "id": "\\ud800\\u202e"}\n'


@file("a.csv", SAFE, None)
def csv_of_a_million_columns() -> bytes:
    return b"title,text" + b",a" * 1_000_000 + b"\nUn titre,Un texte" + b",b" * 1_000_000 + b"\n"


@file("a.csv", SAFE, None)
def csv_with_an_unclosed_quote() -> bytes:
    return b'title,text\n"Un titre,Un texte\n' + b"Un titre,Un texte\n" * 1_000_000


@file("a.csv", SAFE, None)
def csv_of_zero_bytes() -> bytes:
    return b"title,text\nUn titre,Un\0texte\n"


@file("a.txt", None, 1)
def text_of_one_line() -> bytes:
    return PROSE.encode() * (10 << 20 >> 6)


@file("a.txt", None, 1)
def text_of_one_word() -> bytes:
    return b"a" * (10 << 20)


@file("a.txt", "zero bytes")
def zero_bytes() -> bytes:
    return bytes(10 << 20)


@file("a.txt", "UTF-16|utf-16|text|truncated|announce", None)
def half_a_character() -> bytes:
    return b"\xff\xfe" + "Un texte".encode("utf-16-le")[:-1]


@file("a.txt", "^empty$")
def nothing() -> bytes:
    return b""


@file("a", "not text")
def noise() -> bytes:
    return random.Random(1).randbytes(1 << 20)


# ── files that are not what they are called ───────────────────────────────────────────────────────────────────────────


@file("a.pdf", None, 1)
def pdf_that_is_html() -> bytes:
    return f"<!doctype html><html><head><title>Un titre</title></head><body><p>{PROSE * 9}</p></body></html>".encode()


@file("a.html", "a picture")
def html_that_is_a_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(999)


@file("a.txt", None, 1)
def text_that_is_gzip() -> bytes:
    return gzip.compress(PROSE.encode())


@file("a.docx", None, 1)
def docx_that_is_text() -> bytes:
    return PROSE.encode()


@file("a.pdf", "not the PDF|text")
def pdf_that_is_noise() -> bytes:
    return b"\2\0\3" + random.Random(1).randbytes(9999)


# ── documents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@file("a.pdf", SAFE, None)
def pdf_of_garbage() -> bytes:
    return b"%PDF-1.7\n" + random.Random(1).randbytes(1 << 20)


@file("a.pdf", SAFE, None)
def pdf_whose_pages_are_their_own_parents() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 999999999>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )


@file("a.pdf", SAFE, None)
def pdf_with_a_bomb() -> bytes:
    packed = zlib.compress(b" " * (60 << 20), 6)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        + b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 5>>\n%%EOF"
    )


@file("a.rtf", SAFE, None)
def deep_rtf() -> bytes:
    return rb"{\rtf1 " + b"{" * 100_000 + b"Un texte" + b"}" * 100_000


@file("a.rtf", SAFE, None)
def rtf_of_lies() -> bytes:
    return rb"{\rtf1 \bin999999999 abc \u99999999999? \uc99999999 \'zz \'e" + rb"\par " * 99_999


def docx_of(document: bytes) -> bytes:
    return zip_of(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document))


@file("a.docx", SAFE)
def docx_of_garbage() -> bytes:
    return docx_of(random.Random(1).randbytes(99_999))


@file("a.docx", SAFE, None)
def docx_with_laughs() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = "<w:body><w:p><w:r><w:t>&a29;</w:t></w:r></w:p></w:body>"
    doctype = f'<!DOCTYPE w:document [<!ENTITY a0 "ha">{LAUGHS}]>'
    return docx_of(f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{word}">{text}</w:document>'.encode())


@file("a.docx", SAFE)
def docx_that_is_a_bomb() -> bytes:
    return docx_of(b"<a>" + b" " * (60 << 20))


@file("a.odt", SAFE, None)
def odt_with_an_external_entity() -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    content = (
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><o:document-content xmlns:o="{office}">'
        "<o:body><o:text><p>&a;</p></o:text></o:body></o:document-content>"
    )
    return zip_of(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content.encode()))


@file("a.epub", SAFE)
def epub_that_points_outside() -> bytes:
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="../../../../etc/passwd"/></rootfiles></container>'
    )
    return zip_of(("mimetype", b"application/epub+zip"), ("META-INF/container.xml", container.encode()))


@file("a.msg", SAFE)
def msg_of_garbage() -> bytes:
    head = bytearray(random.Random(1).randbytes(99_999))
    head[:8], head[30:34] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\0\x06\0"
    return bytes(head)


@file("a.msg", SAFE)
def msg_whose_sectors_run_in_circles() -> bytes:
    head = bytearray(512 * 9)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 0, 0, 4096, 0, 0, 0xFFFFFFFE, 0, 0)
    head[512:1024] = bytes(512)
    return bytes(head)


@file("a.parquet", SAFE)
def parquet_of_garbage() -> bytes:
    return b"PAR1" + random.Random(1).randbytes(9999) + b"\xff\xff\xff\x7fPAR1"


# ── mail, web archives, wires ─────────────────────────────────────────────────────────────────────────────────────────

MAIL = b"From: a@exemple.fr\nSubject: Un sujet\nMIME-Version: 1.0\n"


@file("a.mbox", SAFE, None)
def mbox_with_a_header_of_a_megabyte() -> bytes:
    return (
        b"From a@exemple.fr Mon Jan  6 10:00:00 2020\n"
        + MAIL
        + b"X-Long: "
        + b"a" * (1 << 20)
        + b"\n\n"
        + PROSE.encode()
    )


@file("a.eml", SAFE, None)
def mail_of_a_hundred_thousand_headers() -> bytes:
    return MAIL + b"Received: from a by b\n" * 100_000 + b"\n" + PROSE.encode()


@file("a.eml", SAFE, None)
def mail_of_nested_parts() -> bytes:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    return MAIL + opened.encode() + b"Content-Type: text/plain\n\n" + PROSE.encode()


@file("a.eml", SAFE, None)
def mail_of_nested_messages() -> bytes:
    return (MAIL + b"Content-Type: message/rfc822\n\n") * 1000 + MAIL + b"\n" + PROSE.encode()


@file("a.eml", SAFE, None)
def mail_of_long_encoded_words() -> bytes:
    return b"Subject: " + b"=?utf-8?q?=C3=A9?= " * 50_000 + b"\n" + MAIL + b"\n" + PROSE.encode()


def record(body: bytes, length: int | None = None) -> bytes:
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://exemple.fr/a\r\nContent-Type: application/http\r\n"
    )
    return f"{head}Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body + b"\r\n\r\n"


PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@file("a.warc", "cut short after 1 record", 1)
def warc_that_claims_a_petabyte() -> bytes:
    return record(PAGE + b"\r\n" + PROSE.encode(), 10**15)


@file("a.warc", "hold no article")
def warc_of_a_hundred_thousand_empty_pages() -> bytes:
    return record(PAGE + b"\r\n") * 100_000


@file("a.warc", "larger than 32 MB")
def warc_with_a_page_that_is_a_bomb() -> bytes:
    return record(PAGE + b"Content-Encoding: gzip\r\n\r\n" + gzip_bomb())


@file("a.warc", BOMB, None)
def warc_of_pages_that_are_bombs() -> bytes:
    page = gzip.compress(b"[" + b" " * (30 << 20), 6)
    return record(PAGE.replace(b"text/plain", b"application/json") + b"Content-Encoding: gzip\r\n\r\n" + page) * 20


@file("a.warc", SAFE, None)
def warc_with_chunks_that_lie() -> bytes:
    return record(PAGE + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n" + PROSE.encode())


@file("a.warc", "damaged place")
def warc_of_noise() -> bytes:
    return b"WARC/1.0\r\n" + random.Random(1).randbytes(10 << 20)


@file("a.warc", SAFE, None)
def warc_of_a_header_without_end() -> bytes:
    return b"WARC/1.0\r\n" + b"a" * (10 << 20)


@file("a.txt", SAFE, None)
def wire_of_noise() -> bytes:
    return b"\x01abc0001 4 pol 12\r\n\x02" + PROSE.encode() + random.Random(1).randbytes(9999).replace(b"\0", b"\1")


# ── folders ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@folder(None, 1)
def links_in_circles(place: Path) -> None:
    (place / "a.txt").write_text(PROSE)
    (place / "boucle").symlink_to(place)
    (place / "b.txt").symlink_to("b.txt")
    (place / "passwd.txt").symlink_to("/etc/passwd")
    (place / "zero.txt").symlink_to("/dev/zero")


@folder("no article: a pipe", 1)
def pipes_in_a_folder(place: Path) -> None:
    (place / "a.txt").write_text(PROSE)
    os.mkfifo(place / "tube.txt")


@folder(None, 4)
def hostile_names(place: Path) -> None:
    for name in (b"a\nb.txt", b"\x1b[2J.txt", b"\xff\xfe\xe9.txt", "\u202etxt.gpj".encode()):
        Path(os.fsdecode(os.path.join(os.fsencode(place), name))).write_text(PROSE)


@folder(None, 1)
def folders_in_folders(place: Path) -> None:
    there = os.open(place, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=there)
        inner = os.open("d", os.O_RDONLY, dir_fd=there)
        os.close(there)
        there = inner
    with os.fdopen(os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=there), "w") as out:
        out.write(PROSE)
    os.close(there)


@folder(SAFE, None)
def pages_of_an_issue_that_are_pipes(place: Path) -> None:
    (place / "mets.xml").write_bytes(mets_that_points_outside().replace(b"file:///etc/passwd", b"page.xml"))
    os.mkfifo(place / "page.xml")


def main(arguments: list[str]) -> None:
    global FULL
    FULL = "--full" in arguments
    for outcome in run([each for each in arguments if not each.startswith("-")]):
        print(json.dumps(asdict(outcome), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
