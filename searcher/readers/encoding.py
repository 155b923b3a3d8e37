"""Bytes → text: byte-order mark, the declared encoding, UTF-8, then the 8-bit encoding whose letters are French.

One wrong byte damages one character: in text that is UTF-8 but for a few bytes, these are read as Windows-1252. Text that was
decoded wrongly before it was saved is repaired by `mojibake`.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from contextlib import suppress

from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.readers.frequencies import SHARES, USED
from searcher.readers.mojibake import repair
from searcher.sources import Source
from searcher.values import Value

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
# First bytes of characters beyond ASCII that French texts hold, in UTF-8 → the length of these characters.
_LEADS = {0xC2: 2, 0xC3: 2, 0xC5: 2, 0xE2: 3, 0xF0: 4}

_AROUND = re.compile(rb"[ -~]?[\x80-\xff]+[ -~]?")
_NAMES = {"iso8859-15": "ISO 8859-15", "mac_roman": "Mac Roman", "cp850": "CP850 (DOS)", "cp437": "CP437 (DOS)"}
_SMALL, _CAPITAL, _SIGN, _NOTHING = -3.2, -3.8, -4.5, -6.0  # other letters, other signs, and what is no character
_FRAME = -2.5  # the lines and blocks that DOS drew tables with
_AMISS = re.compile(
    r"[a-zß-öø-ÿœ][A-ZÀ-ÖØ-ÞŒŠŽŸ]|[àù](?=[a-z])"  # a capital inside a word; letters that only end French words
    r"|[^\W\d_](?:[^\w\s’'·°-](?=[^\W\d_])|[«“‘—–])|[»”¼½\u2500-\u259f](?=[^\W\d_])|(?<= )…(?= )"  # signs where none stands
)
_PENALTY = -3.5
_LEAST = -2.6  # of the mean character above ASCII that is no frame, in a text that is French
_MARGIN = 3.0  # by which another encoding must be likelier than Windows-1252: a thousand times
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
    text, guess = _decoded(raw, declared, part)
    if guess is not None:
        _legible(text)
        _guessed(guess)
    return text


def _decoded(raw: bytes, declared: str | None, part: bool) -> tuple[str, str | None]:
    """The text, and its encoding where that was told by the letters."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            wide = encoding != "utf-8-sig"
            return raw.decode(encoding, "searcher-half") if wide else _mostly_utf8(raw, part, len(mark)), None
    named = _codec(declared) or next((encoding for head, encoding in _UNMARKED if raw.startswith(head)), None)
    if b"\x00" in raw[:8192] and not (named or "").startswith(("utf-16", "utf-32")):
        named = _wide(raw[:8192])
    if (named or "").startswith(("utf-16", "utf-32")) and b"\x00" in raw:
        return raw.decode(named or "", "searcher-half"), None
    for encoding in dict.fromkeys(filter(None, (named if named != "cp1252" else None, "utf-8"))):
        try:
            return repair(raw.decode(encoding)), None
        except UnicodeDecodeError:
            continue
    if _half(raw) or _Letters.of(raw).are_utf8():
        return _mostly_utf8(raw, part), None
    guess = _eight_bit(raw)
    return repair(raw.decode(guess, "replace")), guess


def _wide(head: bytes) -> str:
    """The form of UTF-16 in which a text without a mark is: every other byte of Latin letters is zero. Raises Unreadable for
    other zero bytes."""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if half < 4 or max(even, odd) < 0.7 * half or min(even, odd) > 0.02 * half:
        raise Unreadable("not text (it holds zero bytes)")
    return "utf-16-le" if odd > even else "utf-16-be"


def decode_head(head: bytes, declared: str | None = None) -> str:
    """The text that the first bytes of a file are, without a character that goes on behind them; else as `decode`.

    Tells nothing to `repairs`: the reader of the whole file does.
    """
    with repairs.heard_by(None):
        return _decoded(head[: len(head) - _cut(head)], declared, part=True)[0]


def _cut(head: bytes) -> int:
    """How many bytes at the end of the head belong to a character of UTF-8 that goes on after it."""
    try:
        codecs.utf_8_decode(head, "strict", True)
    except UnicodeDecodeError as error:
        if error.start >= len(head) - 3 and error.reason == "unexpected end of data":
            return len(head) - error.start
    return 0


def _mostly_utf8(raw: bytes, part: bool, start: int = 0) -> str:
    """UTF-8 whose wrong bytes are read as Windows-1252, each alone. A character that it ends in is left out. Both are told
    to `repairs`."""
    if half := _half(raw):
        raw = raw[:-half]
        _cut_off(half, raw[-repairs.AROUND :].decode("utf-8", "ignore"))
    if repairs.listener() is not None and not raw.isascii():
        first = _first_wrong(raw)
        if first < len(raw):
            place = "" if part else f"byte {first:,}, line {raw.count(10, 0, first) + 1:,}"
            repairs.mended("bytes", _Letters.of(raw).wrong, place=place, shown=_around(raw, first))
    return raw[start:].decode("utf-8", "searcher-cp1252")


def _half(raw: bytes) -> int:
    """How many bytes at the end of UTF-8 begin a character that French writes and is not whole; 0 for none, and where
    too much else is wrong."""
    for length in range(1, min(4, len(raw) + 1)):
        if (lead := raw[-length]) & 0xC0 != 0x80:
            begun = length < _LEADS.get(lead, 0)
            return length if begun and _Letters.of(raw[:-length]).are_utf8() else 0
    return 0


def _cut_off(count: int, shown: str) -> None:
    repairs.mended("cut", count, place="at the end", shown=shown)


def _without_half(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    if error.reason != "truncated data":
        return "\ufffd", error.end
    shown = error.object[max(0, error.start - 2 * repairs.AROUND) : error.start]
    _cut_off(error.end - error.start, shown.decode(error.encoding, "ignore"))
    return "", error.end


codecs.register_error("searcher-half", _without_half)


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
    if error.reason == "unexpected end of data" and error.object[error.start] in _LEADS:
        return "", error.end  # told by the census of the file
    byte = error.object[error.start : error.start + 1]
    return byte.decode("cp1252", "replace"), error.start + 1


codecs.register_error("searcher-cp1252", _one_by_one)


class _Letters(Value):
    """Bytes read as UTF-8: how many characters above ASCII French uses, how many others, and how many bytes are wrong."""

    french: int = 0
    others: int = 0
    wrong: int = 0

    @classmethod
    def of(cls, raw: bytes) -> _Letters:
        text = raw.decode("utf-8", "ignore")
        french = sum(map(text.count, USED))
        above = len(text) - len(text.encode("ascii", "ignore"))
        return cls(french, above - french, len(raw) - len(text.encode()))

    def __add__(self, other: _Letters) -> _Letters:
        return _Letters(self.french + other.french, self.others + other.others, self.wrong + other.wrong)

    def are_utf8(self) -> bool:
        """Whether the bytes are UTF-8 but for a few: four characters for each wrong byte. One for ten is enough where they are
        letters of French: text in an 8-bit encoding holds the bytes of other characters by chance (`É»`), of these never."""
        return self.french + self.others >= 4 * self.wrong or self.french > max(self.others, self.wrong // 10)


def _eight_bit(raw: bytes) -> str:
    """Windows-1252, unless the high bytes are much likelier the letters of French in ISO 8859-15, or on old Macs or in DOS."""
    sample = b"\n".join(_AROUND.findall(raw, 0, 1 << 18)[:2000])
    likely = {encoding: _french(sample.decode(encoding, "replace")) for encoding in ("cp1252", *_NAMES)}
    best = max(likely, key=likely.__getitem__)
    above = [each for each in sample.decode(best, "replace") if each > "\x7f"]
    frames = sum("\u2500" <= each <= "\u259f" for each in above)
    mean = (likely[best] - _FRAME * frames) / (len(above) - frames) if len(above) > frames else _NOTHING
    return best if mean >= _LEAST and likely[best] >= likely["cp1252"] + _MARGIN else "cp1252"


def _french(text: str) -> float:
    """How likely the characters above ASCII are in French (the logarithm), also by what stands beside them."""
    shares = sum(_share(each) * count for each, count in Counter(text).items() if each > "\x7f")
    return shares + _PENALTY * len(_AMISS.findall(text))


def _share(letter: str) -> float:
    if letter in SHARES:
        return SHARES[letter]
    if letter == "\ufffd" or letter < "\xa0":
        return _NOTHING
    if "\u2500" <= letter <= "\u259f":
        return _FRAME
    latin = letter < "\u0180"
    return _SMALL if latin and letter.islower() else _CAPITAL if latin and letter.isupper() else _SIGN


def _legible(text: str) -> None:
    """Raises Unreadable where a tenth of a text's characters are controls or unknown, or half of its letters are marked: French
    marks one in twenty, so these are letters of another script."""
    sample = text[:65536]
    shown = re.sub(r"<[^<>]*>", "", sample)
    letters = sum(map(str.isalpha, shown))
    marked = letters - sum(map(str.isalpha, shown.encode("ascii", "ignore").decode()))
    if len(_RUBBISH.findall(sample)) > max(4, len(sample) // 10) or (letters >= 20 and marked * 2 > letters):
        raise Unreadable("not text in any encoding that is known; save it as UTF-8")


def encoding_of(source: Source) -> tuple[str, str]:
    """The encoding of a file that is read a line at a time, and what handles its wrong bytes: as `open` takes them."""
    with source.open() as stream:
        head = stream.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", "searcher-half"
        if b"\0" in head:
            with suppress(Unreadable):
                return _wide(head + stream.read(8188)), "searcher-half"
        named = _codec(source.encoding)
        if named is not None and named not in ("cp1252", "utf-8"):
            return named, "searcher-half"
        found = _Census()
        found.add(head)
        while block := stream.read(1 << 20):
            found.add(block)
        found.add(b"", final=True)
    if found.letters.are_utf8():
        found.tell()
        return "utf-8-sig", "searcher-cp1252"
    encoding = _eight_bit(found.sample)
    _guessed(encoding)
    return encoding, "replace"


class _Census:
    """Counts the characters above ASCII and the wrong bytes of a file that is read block by block."""

    def __init__(self) -> None:
        self.letters = _Letters()
        self.sample = b""
        self._half = 0  # bytes of a character that the file ends in
        self._held = b""  # the beginning of a character that a block ends in
        self._at, self._line = 0, 1
        self._place = self._shown = ""

    def add(self, block: bytes, *, final: bool = False) -> None:
        held = self._held + block
        end = len(held) if final or held.isascii() else codecs.utf_8_decode(held, "ignore", False)[1]
        held, self._held = held[:end], held[end:]
        if final and (half := _half(held)):
            held, self._half = held[:-half], half
        if not held.isascii():
            found = _Letters.of(held)
            self.sample = self.sample or b"\n".join(_AROUND.findall(held)[:2000])
            if found.wrong > 0 and not self.letters.wrong:
                first = _first_wrong(held)
                self._place = f"byte {self._at + first:,}, line {self._line + held.count(10, 0, first):,}"
                self._shown = _around(held, first)
            self.letters += found
        self._at, self._line = self._at + len(held), self._line + held.count(10)

    def tell(self) -> None:
        """Tells `repairs` of the bytes that are wrong."""
        if self.letters.wrong > 0:
            repairs.mended("bytes", self.letters.wrong, place=self._place, shown=self._shown)
        if self._half:
            _cut_off(self._half, "")


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
