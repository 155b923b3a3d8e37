"""A source → the key of its format in `FORMATS`: by its content first, by its name where content does not tell.

A walk over the signs in the table of formats, from the surest to the weakest: first bytes, members of a container, names of
files that are never articles, root elements, what the first characters look like, and last what the name or the envelope
claims. Nothing here knows a single format, except for what HTML, plain text and encodings need.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

from searcher.errors import Unreadable
from searcher.readers.archives import zipped
from searcher.readers.encoding import decode_head
from searcher.readers.formats import FORMATS, MARKED, NOT_READ, Format, Refusal
from searcher.readers.press import attached, beginning
from searcher.readers.problems import damage, loss
from searcher.sources import Source, fault_of
from searcher.sources.refusals import Damaged, NotAnArticle

HEAD = 8192
LONG_HEAD = 1 << 18  # where that much is comments and declarations
PRECEDED = 1024  # bytes that may stand before the magic of a file whose name promises the format
MAX_LOOKED_AT = 5000  # members of a Zip archive, for the one that tells what it is

_ZIP = (b"PK\3\4", b"PK\5\6", b"PK00PK\3\4")
_PACKAGE = frozenset(("[Content_Types].xml", "_rels/.rels", "mimetype"))
"""First members of documents of Office and OpenDocument."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB
_HTML = frozenset(
    "html head body title meta link style script div p span a b i u em strong font center br hr h1 h2 h3 h4 h5 h6 ul ol li "
    "dl dt table tbody tr td th img form header footer nav main article section aside figure blockquote pre base noscript "
    "frameset small big picture video iframe input button address cite q time abbr".split()
)
_ROOT = re.compile(r"<(?![?!])(?:(?P<prefix>[\w.-]+):)?(?P<name>[\w.-]+)(?P<rest>[^>]*)", re.A)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?:[\w.-]+:)?(?P<name>[\w.-]+)", re.A)
_TAGS = re.compile(r"</?(?:html|body|div|p|h1|article|table|br)\b[^<]{0,500}>", re.I)
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
_STRAY_ZEROS = ("html", "mbox", "mail", "csv", "jsonl")  # formats read although a zero byte stands among their text


def sniff(source: Source) -> str:
    """A key of `FORMATS`. Raises NotAnArticle for what never holds an article, Unreadable for what cannot be read."""
    if told := attached.told_by(source):
        raise NotAnArticle(f"no article: attached to {told}, which tells of it")
    return form_of(source)


def form_of(source: Source) -> str:
    """The same for a file that a list of references may tell of."""
    return _layout(source, plain(source))


def plain(source: Source) -> str:
    """The format of a source whatever its layout: an export of a press database is a page, a text, a Word document."""
    head = _head(source, HEAD)
    if not head.strip(b" \t\r\n\f\0"):
        raise Unreadable("empty" if not head.strip() else "nothing but zero bytes")
    claimed = claim(source)
    found = _by_magic(source, head)
    if found is None:
        _refuse_name(source, claimed)
        try:
            found = _by_text(source, head, claimed)
        except NotAnArticle:
            raise
        except Unreadable as error:
            promised = next(
                (form.noun for form in FORMATS.values() if form.binary and source.suffix in form.suffixes), ""
            )
            raise Unreadable(f"not the {promised} that its name promises") if promised else error from error
    return found


def claim(source: Source) -> str | None:
    """The format that the envelope of a source declares, or else that its name claims, where such a claim can decide."""
    media = (source.media or "").partition(";")[0].strip().lower()
    for key, form in FORMATS.items():
        if media in form.media:
            return key
    name, suffix = source.name.rpartition("/")[2].lower(), source.suffix
    for key, form in FORMATS.items():
        if name in form.names:
            return key
    for key, form in FORMATS.items():
        if suffix in form.suffixes and not form.binary:
            return key
    return None


def _head(source: Source, size: int) -> bytes:
    """The first `size` bytes; fewer where the source is shorter, or damaged further on. Raises Unreadable for none."""
    head = b""
    with source.open() as stream:
        some: Any = stream
        try:
            while len(head) < size and (part := some.read1(size - len(head))):
                head += part
        except Unreadable:
            if not head:
                raise
        except Exception as error:  # every library that unpacks has errors of its own
            if not head:
                raise Unreadable(damage(error)) from error
        if not head and (fault := fault_of(stream)) is not None:
            raise Unreadable(loss(fault))
    return head


# ── by bytes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_magic(source: Source, head: bytes) -> str | None:
    """The format that the first bytes are a sign of."""
    suffix = source.suffix
    for key, form in FORMATS.items():
        if form.magic is None:
            continue
        preceded = suffix in form.suffixes and re.search(form.magic, head[:PRECEDED])
        if preceded or re.match(form.magic, head):
            return key
    for refusal in NOT_READ:
        if refusal.magic is not None and re.match(refusal.magic, head):
            raise _refused(refusal)
    if head.startswith(_ZIP):
        return _by_members(source)
    if head.startswith(_COMPOUND):
        return _by_streams(source, head)
    return next((key for key, form in FORMATS.items() if form.header is not None and form.header(head)), None)


def _by_members(source: Source) -> str:
    """The format of a Zip archive, by the names of its members."""
    with source.open() as stream:
        names: list[str] = []
        damage: Damaged | None = None
        try:
            for member in islice(zipped.members(zipped.seekable(stream)), MAX_LOOKED_AT):
                names.append(member.name)
        except Damaged as error:
            damage = error
    if damage is not None and not names:
        raise damage

    def holds(members: Iterable[str]) -> bool:
        return all(any(re.fullmatch(each, name) for name in names) for each in members)

    plain = [key for key, form in FORMATS.items() if form.members == ("",)]
    found = [key for key, form in FORMATS.items() if form.members and key not in plain and holds(form.members)]
    if found:
        return next((key for key in found if source.suffix in FORMATS[key].suffixes), found[0])
    for refusal in NOT_READ:
        if refusal.members and holds(refusal.members):
            raise _refused(refusal)
    if damage is not None and not _PACKAGE.isdisjoint(names):
        raise damage  # a document whose main part is lost, and no archive of files
    return plain[0]


def _by_streams(source: Source, head: bytes) -> str:
    """The format of a compound file (MS-CFB), by the names in the first sectors of its directory."""
    shift, first = (
        struct.unpack_from("<H", head.ljust(512, b"\0"), 30)[0],
        struct.unpack_from("<I", head.ljust(512, b"\0"), 48)[0],
    )
    directory = b""
    if shift in (9, 12) and len(head) >= 512:
        with source.open() as stream:
            stream.seek((first + 1) << shift)
            directory = stream.read(4096)

    def holds(streams: Iterable[str]) -> bool:
        return any(each.encode("utf-16-le") in directory for each in streams)

    for refusal in NOT_READ:
        if holds(refusal.streams):
            raise _refused(refusal)
    told = [key for key, form in FORMATS.items() if holds(form.streams)]
    named = [key for key, form in FORMATS.items() if form.streams and source.suffix in form.suffixes]
    if told or named:
        return (told or named)[0]
    raise Unreadable("a Word, Excel or PowerPoint file from before 2007; save it as .docx or PDF")


def _refuse_name(source: Source, claimed: str | None) -> None:
    """Raises NotAnArticle for a file whose name says that it never holds an article."""
    name, suffix = source.name.rpartition("/")[2], source.suffix
    for refusal in NOT_READ:
        named = refusal.names is not None and re.fullmatch(refusal.names, name, re.I)
        if named or (suffix in refusal.suffixes and claimed is None):
            raise _refused(refusal)


def _refused(refusal: Refusal) -> Unreadable:
    return Unreadable(refusal.reason) if refusal.article else NotAnArticle(f"no article: {refusal.reason}")


# ── by text ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_text(source: Source, head: bytes, claimed: str | None) -> str:
    text = _written(head, source.encoding)
    if text is None:
        if claimed in _STRAY_ZEROS:
            return claimed
        raise Unreadable("not text (it holds zero bytes)")
    text = text.lstrip("\ufeff \t\r\n\f")
    if text.startswith("<"):
        return _by_root(source, text, claimed)
    plain = claimed == "text" and source.suffix != ".txt"  # `.txt` is what anything may be called
    if claimed not in ("csv", "txm") and not plain:
        for key, form in FORMATS.items():
            if form.looks is not None and form.looks(text):
                return claimed if claimed is not None and key in FORMATS[claimed].of else key
    if claimed is None and _TAGS.search(text[:4096]):
        return "html"
    if claimed is None and len(_CONTROLS.findall(text)) > max(3, len(text) // 20):
        raise Unreadable("not text")
    return claimed or "text"


def _written(head: bytes, declared: str | None) -> str | None:
    """The head as text; None when it holds zero bytes that no encoding explains.

    Without a byte-order mark, UTF-16 and UTF-32 show by where the zero bytes of their first letters stand (XML 1.0, F.1).
    """
    for pattern, encoding in _WIDE:
        if pattern.match(head):
            return head.decode(encoding, "replace")
    try:
        return decode_head(head, declared)
    except Unreadable:
        return None


def _by_root(source: Source, text: str, claimed: str | None) -> str:
    """The format of a markup document, by the local name of its root element."""
    if re.match(r"<!doctype\s+html|<html\b", text, re.I):
        return "html"
    bare = re.sub(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", "", text, flags=re.S)
    root = _ROOT.search(bare) or _DOCTYPE.search(bare)
    if root is None and HEAD <= len(text) + 8 < LONG_HEAD:
        longer = _written(_head(source, LONG_HEAD), source.encoding) or ""
        return _by_root(source, f"{longer.lstrip()} ".ljust(LONG_HEAD), claimed)
    if root is None:
        if claimed is None and text.startswith("<?xml"):
            raise Unreadable("an XML document without an element")
        return claimed or "html"
    name = root.group("name")
    for key, form in FORMATS.items():
        rooted = form.roots is not None and re.fullmatch(form.roots, name, re.I)
        if rooted and (form.marks is None or re.search(form.marks, text[:4096])):
            return key
    if name.lower() not in _HTML:
        for refusal in NOT_READ:
            if refusal.roots is not None and re.fullmatch(refusal.roots, name, re.I):
                raise _refused(refusal)
    if claimed is not None and claimed != "feed":
        return claimed
    if name.lower() in _HTML and not text.startswith("<?xml"):
        return "html"
    if text.startswith("<?xml") or source.suffix == ".xml":
        raise NotAnArticle(f"no article: XML of a kind that is not read (<{name}>)")
    return claimed or ("html" if _TAGS.search(text[:4096]) else "text")


# ── layouts of a format ───────────────────────────────────────────────────────────────────────────────────────────────


def _layout(source: Source, found: str) -> str:
    """The special layout of a format that a file has, if it bears the marks of one; otherwise the format."""
    layouts = _layouts(found)
    if not layouts:
        return found
    text = _shown(source, found)
    for key, form in layouts:
        if form.shows is not None and form.shows(text):
            return key
        if form.marks is not None and re.search(form.marks, text[:MARKED]):
            return key
    return found


def _shown(source: Source, found: str) -> str:
    """The beginning of a file as text: what a document shows, and a page with its tags."""
    tested = any(form.shows is not None for _, form in _layouts(found))
    head = _head(source, LONG_HEAD if tested else MARKED)
    if found in ("rtf", "docx"):
        return beginning.of(source, found, head)
    if found == "html" and b"\0" not in head[:64]:
        return head.decode("latin-1").lstrip(_BLANK)  # signs of pages are ASCII, and this is ten times as fast
    return (_written(head, source.encoding) or "").lstrip(_BLANK).replace("\r\n", "\n").replace("\r", "\n")


_BLANK = "\ufeff\xef\xbb\xbf \t\r\n\f"


@cache
def _layouts(found: str) -> tuple[tuple[str, Format], ...]:
    return tuple((key, form) for key, form in FORMATS.items() if found in form.of)
