"""Rich Text (.rtf, RTF 1.9.1) → one article.

The text is the document's, notes at its end; not headers and footers, comments, hidden and deleted text, objects and pictures.
`\\creatim` and `\\revtim` are days in the life of a file: the date stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import fields
from searcher.readers.documents.office import described, named, whole
from searcher.readers.mojibake import repair
from searcher.sources import Source

MAX_BYTES = 64 << 20  # pictures included
MAX_DEPTH = 1000  # groups in groups

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)|\\",
    re.S,
)

_SKIPPED = frozenset(
    "colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict objdata objclass objname fldinst"
    " annotation atnid atnauthor atrfstart atrfend atndate atnicn atnparent atnref nonshppict themedata"
    " colorschememapping datastore latentstyles xmlnstbl pgptbl filetbl template bkmkstart bkmkend sp sn sv xe tc tcn rxe"
    " private falt panose fontemb fontfile nonesttables listtext pntext pntxta pntxtb pnseclvl mmathPr wgrffmtfilter"
    " factoidname ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn passwordhash formfield datafield blipuid picprop keywords"
    " comment doccomm hlinkbase category manager userprops subject company operator".split()
)
_ENTERED = frozenset("shpinst shptxt shprslt ud fldrslt footnote nesttableprops info title author".split())  # after \*
_KEPT = frozenset(
    "fonttbl info title author footnote header headerl headerr headerf footer footerl footerr footerf".split()
)
_DESTINATIONS = ("text", "title", "author", "footnote", "header")
_CHARACTERS = {
    **{"tab": "\t", "line": "\n", "lbr": "\n", "softline": "\n", "cell": "\t", "nestcell": "\t"},
    **dict.fromkeys(("par", "sect", "page", "column", "row", "nestrow"), "\n\n"),
    **{"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•"},
    **{"emspace": " ", "enspace": " ", "qmspace": " "},
}
_TYPOGRAPHY = frozenset("emdash endash lquote rquote ldblquote rdblquote bullet emspace enspace qmspace".split())
_SYMBOLS = {
    b"~": "\u00a0",
    b"_": "-",
    b"-": "",
    b"{": "{",
    b"}": "}",
    b"\\": "\\",
    b"\n": "\n\n",
    b"\r": "\n\n",
    b"\t": "\t",
}
_CHARSETS = {
    **{
        0: "cp1252",
        2: "cp1252",
        77: "mac-roman",
        128: "cp932",
        129: "cp949",
        130: "johab",
        134: "gb18030",
        136: "cp950",
    },
    **{
        161: "cp1253",
        162: "cp1254",
        163: "cp1258",
        177: "cp1255",
        178: "cp1256",
        186: "cp1257",
        204: "cp1251",
        222: "cp874",
    },
    **{238: "cp1250", 254: "cp437", 255: "cp850"},
}
_DECLARED = {"ansi": "cp1252", "mac": "mac-roman", "pc": "cp437", "pca": "cp850"}


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one document")
    parser = _Parser(raw)
    paragraphs = [text for each in parser.text.split("\n\n") if (text := whole(each).strip())]
    found, paragraphs = described(parser.title, "", paragraphs)
    found.setdefault("author", named([parser.author]))
    yield fields.make(source, text="\n\n".join(paragraphs), **found)  # type: ignore[arg-type]


def text_of(raw: bytes) -> str:
    """The text of a Rich Text document, an empty line between paragraphs."""
    return whole(_Parser(raw).text)


@dataclass(slots=True)
class _Group:
    """What holds within braces."""

    destination: str = "text"  # where text goes; empty for nowhere
    encoding: str = "cp1252"
    fallback: int = 1  # bytes to leave out after \u
    hidden: bool = False
    fresh: bool = True  # nothing read yet: a word is the destination's name
    starred: bool = False


@dataclass(slots=True)
class _Parser:
    """One pass over the tokens. `text` has the notes at its end, and headers where there is nothing else."""

    raw: bytes
    text: str = ""
    title: str = ""
    author: str = ""
    _declared: str = "cp1252"
    _fonts: dict[int, str] = field(default_factory=dict)
    _font: int = 0
    _default: int = 0  # the font of text that names none
    _bytes: bytearray = field(default_factory=bytearray)  # characters not yet decoded: some are of two bytes
    _skip: int = 0
    _high: int = 0  # the first half of a surrogate pair
    _out: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _DESTINATIONS})

    def __post_init__(self) -> None:
        if not self.raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rt"):
            raise Unreadable("not Rich Text")
        self._parse()
        made = {name: "".join(pieces) for name, pieces in self._out.items()}
        text = repair(made["text"] if made["text"].strip() else made["header"])  # all of a letter may stand there
        self.text = re.sub(r"\t*\n\n\s*", "\n\n", f"{text}\n\n{made['footnote']}").strip()
        self.title, self.author = made["title"].strip(), made["author"].strip()

    def _parse(self) -> None:
        group, at, end = _Group(), 0, len(self.raw)
        outer: list[_Group] = []
        while at < end:
            token = _TOKEN.match(self.raw, at)
            assert token is not None  # the expression takes anything
            at = token.end()
            word, number, code, symbol, brace, plain = token.groups()
            if plain is not None:
                self._add(group, plain)
            elif code is not None:
                self._add(group, bytes((int(code, 16),)))
            elif brace == b"{":
                self._flush(group)
                if len(outer) >= MAX_DEPTH:
                    raise Unreadable("nested too deeply")
                outer.append(group)
                group = replace(group, fresh=True, starred=False)
                self._skip = 0
                continue
            elif brace == b"}":
                self._flush(group)
                if not outer:
                    break
                if group.destination == "footnote" != outer[-1].destination:
                    self._out["footnote"].append("\n\n")
                fonts = group.destination == "fonttbl" != outer[-1].destination
                group = outer.pop()
                if fonts:
                    group.encoding = self._fonts.get(self._default, self._declared)
                self._skip = 0
            elif symbol == b"*":
                group.starred = True
                continue
            elif symbol is not None:
                self._put(group, _SYMBOLS.get(symbol, ""))
            elif word is not None:
                name, value = word.decode("ascii"), int(number) if number else None
                if name == "bin":
                    at += max(value or 0, 0)
                elif name == "u" and value is not None:
                    self._unicode(group, value)
                else:
                    self._word(group, name, value)
            group.fresh = False
        self._flush(group)

    def _word(self, group: _Group, name: str, value: int | None) -> None:
        self._flush(group)
        if self._skip and name in _TYPOGRAPHY:  # stands in for the character before
            self._skip = 0
            return
        self._skip = 0
        if group.fresh and ((group.starred and name not in _ENTERED) or name in _SKIPPED):
            group.destination = ""
        elif group.fresh and name in _KEPT and group.destination:
            group.destination = "header" if name.startswith(("header", "footer")) else name
        elif name in _CHARACTERS:
            self._put(group, _CHARACTERS[name])
        elif name == "uc" and value is not None:
            group.fallback = min(max(value, 0), 16)
        elif name in ("v", "deleted"):
            group.hidden = value != 0
        elif name == "plain":
            group.hidden, group.encoding = False, self._fonts.get(self._default, self._declared)
        elif name == "deff" and value is not None:
            self._default = value
        elif name == "f" and value is not None:
            self._font = value
            group.encoding = self._fonts.get(value, self._declared)
        elif name in ("fcharset", "cpg") and group.destination == "fonttbl" and value is not None:
            if name == "cpg" or value not in (1, 2):
                self._fonts[self._font] = _codepage(value) if name == "cpg" else _CHARSETS.get(value, self._declared)
        elif name in _DECLARED or name == "ansicpg":
            self._declared = group.encoding = _DECLARED.get(name) or _codepage(value or 1252)

    def _add(self, group: _Group, raw: bytes) -> None:
        """Characters as bytes; those after a \\u that stand in for it are left out."""
        left_out = min(self._skip, len(raw))
        self._skip -= left_out
        if len(raw) > left_out and group.destination in self._out and not group.hidden:
            self._bytes += raw[left_out:]

    def _flush(self, group: _Group) -> None:
        if self._bytes:
            written = bytes(self._bytes)
            self._bytes.clear()
            self._put(group, written.decode(group.encoding, "replace"))

    def _unicode(self, group: _Group, value: int) -> None:
        self._flush(group)
        value &= 0xFFFF
        if 0xD800 <= value < 0xDC00:
            self._high = value
        elif 0xDC00 <= value < 0xE000:
            if self._high:
                self._put(group, chr(0x10000 + (self._high - 0xD800) * 1024 + value - 0xDC00))
            self._high = 0
        else:
            self._put(group, chr(value & 0xFF) if 0xF020 <= value < 0xF0FF else chr(value))  # a symbol font's own range
        self._skip = group.fallback

    def _put(self, group: _Group, text: str) -> None:
        self._flush(group)
        if group.destination in self._out and not group.hidden:
            self._out[group.destination].append(text)


def _codepage(number: int) -> str:
    """The codec of a Windows codepage."""
    name = {65001: "utf-8", 10000: "mac-roman", 936: "gb18030"}.get(number, f"cp{number}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name
