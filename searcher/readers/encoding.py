"""Bytes → text: byte-order mark, the declared encoding, UTF-8, then the 8-bit encoding whose letters are French.

One wrong byte damages one character: in text that is UTF-8 but for a few bytes, these are read as Windows-1252. Text that was
decoded twice is repaired.
"""

from __future__ import annotations

import codecs
import re

from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.sources import Source

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How "<" or "<?xm" looks in encodings whose declaration can only be read once they are known (XML 1.0, appendix F).
_UNMARKED = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"Lo\xa7\x94", "cp037"),
)
# é è à ê ç ã ó á ñ ü ö ä œ ’ « as they look when their UTF-8 was read as Windows-1252.
_TWICE = re.compile(r"Ã[©¨ª«´®¯¢§¹»€‰‡Š£³¡±¼¶¤]|Ã |Ã\xa0|â€[™œ“”¦˜]|Å“|Â[«»\xa0°]")
_TWICE_FIRST = ("Ã", "â€", "Å“", "Â")  # one of them is in whatever that finds

_SEQUENCES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_AROUND = re.compile(rb"[A-Za-z]{0,2}[\x80-\xff]+[A-Za-z]{0,2}")
_EIGHT_BIT = ("cp1252", "mac_roman", "cp850", "cp437")
_NAMES = {"mac_roman": "Mac Roman", "cp850": "CP850 (DOS)", "cp437": "CP437 (DOS)"}
_USED = "éèàêçùâîôûëïœæÉÈÀÊÇÂÎÔŒ«»’‘“”–—…€°·\u00a0"
_RUBBISH = re.compile("[\ufffd\x00-\x06\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")

# <meta charset="…">, <meta http-equiv … content="text/html; charset=…">, <?xml … encoding="…"?>
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.I
)


def decode(raw: bytes, declared: str | None = None, *, part: bool = False) -> str:
    """The text of `raw`; `declared` is the encoding that its envelope names. Raises Unreadable when `raw` is no text at all.

    Guesses and repairs are told to `repairs`; of a `part` of a file without saying at which byte of the file.

    A declaration counts only as far as it is true: as everywhere on the web, `iso-8859-1` means Windows-1252, and bytes that
    contradict the declared encoding are looked at as if none was declared.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _mostly_utf8(raw, part, len(mark)) if encoding == "utf-8-sig" else raw.decode(encoding, "replace")
    named = _codec(declared) or next((encoding for head, encoding in _UNMARKED if raw.startswith(head)), None)
    if b"\x00" in raw[:8192] and not (named or "").startswith(("utf-16", "utf-32")):
        raise Unreadable("not text (it holds zero bytes)")
    for encoding in dict.fromkeys(filter(None, (named if named != "cp1252" else None, "utf-8"))):
        try:
            return repair(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    if _is_utf8(raw):
        return _mostly_utf8(raw, part)
    guess = _eight_bit(raw)
    text = _legible(repair(raw.decode(guess, "replace")))
    _guessed(guess)
    return text


def decode_head(head: bytes, declared: str | None = None) -> str:
    """The text that the first bytes of a file are, without a character that goes on behind them; else as `decode`.

    Tells nothing to `repairs`: the reader of the whole file does.
    """
    with repairs.heard_by(None):
        return decode(head[: len(head) - _cut(head)], declared)


def _cut(head: bytes) -> int:
    """How many bytes at the end of the head belong to a character of UTF-8 that goes on after it."""
    try:
        codecs.utf_8_decode(head, "strict", True)
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 3 and error.reason == "unexpected end of data":
            return len(head) - error.start
    return 0


def _mostly_utf8(raw: bytes, part: bool, start: int = 0) -> str:
    """UTF-8 whose wrong bytes are read as Windows-1252, each alone; told to `repairs`."""
    if repairs.listener() is not None and not raw.isascii():
        first = _first_wrong(raw)
        if first < len(raw):
            wrong = max(len(_HIGH.findall(raw)) - sum(map(len, _SEQUENCES.findall(raw))), 1)
            place = "" if part else f"byte {first:,}, line {raw.count(10, 0, first) + 1:,}"
            repairs.mended("bytes", wrong, place=place, shown=_around(raw, first))
    return raw[start:].decode("utf-8", "searcher-cp1252")


def _first_wrong(raw: bytes) -> int:
    """Where the first byte is that is not UTF-8; the end for none."""
    try:
        codecs.utf_8_decode(raw, "strict", True)
        return len(raw)
    except UnicodeDecodeError as error:
        return error.start


def _around(raw: bytes, at: int) -> str:
    return raw[max(at - repairs.AROUND, 0) : at + repairs.AROUND].decode("utf-8", "searcher-cp1252").strip("\ufeff")


def _guessed(encoding: str) -> None:
    """Tells of an encoding that was found by its letters; Windows-1252 is what everybody takes where nothing is declared."""
    if encoding in _NAMES:
        repairs.guessed(f"read as {_NAMES[encoding]}: its bytes are not UTF-8, and its letters are French that way")


def _one_by_one(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start : error.start + 1]
    return byte.decode("cp1252", "replace"), error.start + 1


codecs.register_error("searcher-cp1252", _one_by_one)


def _is_utf8(raw: bytes) -> bool:
    """Whether bytes are UTF-8 but for a few: four characters of several bytes for each byte that is wrong."""
    sequences = sum(len(each) for each in _SEQUENCES.findall(raw, 0, 1 << 20))
    high = len(_HIGH.findall(raw, 0, 1 << 20))
    wrong = high - sequences
    return sequences > 0 and sequences >= 8 * wrong


def _eight_bit(raw: bytes) -> str:
    """Windows-1252, unless the high bytes are the letters of French in the encoding of old Macs or of DOS."""
    sample = _AROUND.findall(raw, 0, 1 << 18)[:2000]
    if not sample:
        return "cp1252"
    scores = {encoding: _french(b" ".join(sample).decode(encoding, "replace")) for encoding in _EIGHT_BIT}
    best = max(scores, key=lambda encoding: scores[encoding])
    impossible = "\ufffd" in b" ".join(sample).decode("cp1252", "replace")
    enough = scores[best] >= (1 if impossible else 2)
    return best if enough and scores[best] > 2 * max(scores["cp1252"], 0) else "cp1252"


def _french(text: str) -> int:
    """How French the marked letters and the punctuation of a text are: those French uses, less those it never does."""
    used = sum(map(text.count, _USED))
    return used - 2 * sum(1 for each in text if each > "\x7f" and each not in _USED)


def _legible(text: str) -> str:
    """A text, unless a tenth of its characters are controls or unknown. Raises Unreadable then."""
    sample = text[:65536]
    if len(_RUBBISH.findall(sample)) > max(4, len(sample) // 10):
        raise Unreadable("not text in any encoding that is known")
    return text


def encoding_of(source: Source) -> tuple[str, str]:
    """The encoding of a file that is read a line at a time, and what handles its wrong bytes: as `open` takes them."""
    with source.open() as stream:
        head = stream.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", "replace"
        named = _codec(source.encoding)
        if named is not None and named not in ("cp1252", "utf-8"):
            return named, "replace"
        found = _Census()
        found.add(head)
        while block := stream.read(1 << 20):
            found.add(block)
        found.add(b"", final=True)
    if found.sequences >= 8 * found.wrong:
        found.tell()
        return "utf-8-sig", "searcher-cp1252"
    encoding = _eight_bit(found.sample)
    _guessed(encoding)
    return encoding, "replace"


class _Census:
    """Counts the bytes above ASCII in a file that is read block by block: in sequences of UTF-8, and outside of these."""

    def __init__(self) -> None:
        self.sequences = self.wrong = 0
        self.sample = b""
        self._held = b""  # the beginning of a sequence that a block ends in
        self._at, self._line = 0, 1
        self._place = self._shown = ""

    def add(self, block: bytes, *, final: bool = False) -> None:
        held = self._held + block
        end = len(held) if final or held.isascii() else codecs.utf_8_decode(held, "ignore", False)[1]
        held, self._held = held[:end], held[end:]
        if not held.isascii():
            sequences = sum(map(len, _SEQUENCES.findall(held)))
            wrong = len(_HIGH.findall(held)) - sequences
            self.sample = self.sample or b" ".join(_AROUND.findall(held)[:2000])
            if wrong > 0 and not self.wrong:
                first = _first_wrong(held)
                self._place = f"byte {self._at + first:,}, line {self._line + held.count(10, 0, first):,}"
                self._shown = _around(held, first)
            self.sequences, self.wrong = self.sequences + sequences, self.wrong + wrong
        self._at, self._line = self._at + len(held), self._line + held.count(10)

    def tell(self) -> None:
        """Tells `repairs` of the bytes that are wrong."""
        if self.wrong > 0:
            repairs.mended("bytes", self.wrong, place=self._place, shown=self._shown)


def declaration(raw: bytes) -> str | None:
    """The encoding that the head of an HTML or XML document declares, as it is written there."""
    found = _DECLARED.search(raw[:4096])
    return next(filter(None, found.groups())).decode("ascii", "replace") if found else None


def _codec(declared: str | None) -> str | None:
    """The codec that a declared encoding stands for; None when there is no such text encoding."""
    if not declared:
        return None
    try:
        info = codecs.lookup(declared.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name in ("utf-7", "punycode", "idna", "undefined"):
        return None
    return "cp1252" if info.name in ("iso8859-1", "ascii") else info.name


def repair(text: str) -> str:
    """Undoes UTF-8 that was read as Windows-1252 and written again (`sÃ©curitÃ©`), where all of the text is that way."""
    if not any(first in text for first in _TWICE_FIRST) or len(_TWICE.findall(text[:65536])) < 2:
        return text
    try:
        repaired = text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
    if repaired != text and (first := _TWICE.search(text)) is not None:
        at = len(text[: first.start()].encode("cp1252").decode("utf-8", "ignore"))
        repairs.mended("twice", 1, shown=repaired[max(at - repairs.AROUND, 0) : at + repairs.AROUND])
    return repaired
