"""A JSON text, or a stream of one → the records in it, as the objects that Python makes of them.

A document holds its records as a list, within objects, by columns, or is one; several may stand one behind the other, in a
script, or with comments. Large documents are read item by item.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import IO

from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.readers.records import field_of, fields

MAX_ITEM = 32 << 20  # characters of one item then
MAX_DEPTH = 4  # objects in which a list of records is looked for

_CHUNK = 1 << 20
_SCRIPT = re.compile(
    r"\s*(?:(?:var|let|const|window)[\s.]\s*)?[A-Za-z_$][\w$.]*\s*[=(]\s*(?=[\[{])"
)  # at the beginning: `var a = {`, `a({`
_TOKENS = re.compile(
    r'(?P<kept>"(?:[^"\\]|\\.)*(?:"|\Z))|/\*.*?(?:\*/|\Z)|//[^\n]*'
    r"|\b(?:new\s+)?(?:ObjectId|ISODate|Date|NumberLong|NumberInt|NumberDecimal|UUID)\s*\(\s*(?P<held>[^()\s]*)\s*\)"
    r"|,(?=\s*[\]}])",
    re.S,
)
_BLANK = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n,\x1e\ufeff]*")  # between documents: also commas, and the separators of RFC 7464


def records_of(text: str) -> tuple[list[object], str]:
    """The records of one document, or of several one behind the other, and what is wrong with the rest of the text (empty for
    nothing). What is no JSON only because of comments, commas at an end, a script around, or the constructors of MongoDB's
    shell is read and told to `repairs`. Raises Unreadable where the first document is not JSON."""
    try:
        return _list(json.loads(text)), ""
    except json.JSONDecodeError as error:
        wrong = f"not JSON ({error.msg.lower()}, line {error.lineno})"
        several = error.msg == "Extra data"
        is_cut = error.pos >= len(text.rstrip())  # its end is missing, and nothing else is known to be wrong
    found, rest = _one_by_one(text) if several else ([], wrong)
    if rest and not is_cut:
        script = _SCRIPT.match(text)
        plain = text[script.end() :] if script is not None else text
        mended, left = _one_by_one(
            _TOKENS.sub(lambda part: part["kept"] or part["held"] or "", plain).rstrip(") ;\r\n\t")
        )
        if len(mended) > len(found):
            repairs.guessed(
                "read as JSON without what makes it none: comments, commas at an end, a script or a shell around"
            )
            found, rest = mended, left
    if not found:
        raise Unreadable(wrong)
    return found, rest


def _one_by_one(text: str) -> tuple[list[object], str]:
    found: list[object] = []
    decoder, at = json.JSONDecoder(), 0
    while (blank := _BETWEEN.match(text, at)) is not None and blank.end() < len(text):
        try:
            document, at = decoder.raw_decode(text, blank.end())
        except json.JSONDecodeError as error:
            return found, f"not JSON ({error.msg.lower()}, line {error.lineno})"
        found += _list(document)
    return found, ""


def _list(document: object) -> list[object]:
    """The records of a document: itself, its items, or the longest list of records in it; of several levels the uppermost."""
    if isinstance(document, list):
        names = document[0] if document and isinstance(document[0], list) else []
        if {"title", "text"} & {field_of(each) for each in names if isinstance(each, str)}:
            return [dict(zip(map(str, names), row, strict=False)) for row in document[1:] if isinstance(row, list)]
        return document
    if isinstance(document, dict) and (rows := _turned(document)):
        return rows
    holders = [document] if isinstance(document, dict) and "text" not in fields(document) else []
    for _ in range(MAX_DEPTH):
        lists = [found for holder in holders for found in _lists(holder)]
        if lists:
            return max(lists, key=len)
        holders = [each for holder in holders for each in holder.values() if isinstance(each, dict)]
    return [document]


def _turned(document: dict[str, object]) -> list[object]:
    """The records of a table that pandas wrote by columns: name → (row → value), name → values, or `columns` and `data`."""
    names, data = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
        return [dict(zip(map(str, names), row, strict=False)) for row in data]
    columns = {
        name: list(value.values()) if isinstance(value, dict) else value
        for name, value in document.items()
        if isinstance(value, dict | list) and field_of(name) is not None
    }
    kept = {name: value for name, value in columns.items() if isinstance(value, list)}
    fields = {field_of(name) for name in kept}
    if len(kept) < 2 or not {"title", "text"} & fields or len({len(value) for value in kept.values()}) != 1:
        return []
    rows = [dict(zip(kept, row, strict=True)) for row in zip(*kept.values(), strict=True)]
    plain = all(not isinstance(value, dict | list) for row in rows[:20] for value in row.values())
    return list(rows) if plain else []


def _lists(holder: dict[str, object]) -> Iterator[list[object]]:
    """The lists of records in an object; one of records under their names (`{"12": {…}, "13": {…}}`) counts as a list."""
    named: list[object] = [value for value in holder.values() if isinstance(value, dict)]
    for value in (*holder.values(), named if len(named) == len(holder) else []):
        if isinstance(value, list) and any(isinstance(each, dict) and fields(each) for each in value[:20]):
            yield value


class Items:
    """The items of a JSON list in a stream, decoded one by one; of an object, the items of the lists it holds.

    Raises Unreadable where the document is not JSON, or an item is larger than MAX_ITEM characters.
    """

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._text = _decoded(stream, encoding)
        self._held, self._at, self._over = "", 0, False
        self._decoder = json.JSONDecoder()

    def __iter__(self) -> Iterator[object]:
        match self._next("{["):
            case "[":
                yield from self._list()
            case _:
                if self._peek() == "}":
                    return
                while True:
                    self._value()
                    self._next(":")
                    if self._peek() == "[":
                        self._at += 1
                        yield from (each for each in self._list() if isinstance(each, dict))
                    else:
                        self._value()
                    if self._next(",}") == "}":
                        return

    def _list(self) -> Iterator[object]:
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self._value()
            if self._next(",]") == "]":
                return

    def _value(self) -> object:
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos > len(self._held) - 16
                if not cut or not self._more():
                    raise Unreadable(f"not JSON ({error.msg.lower()})") from error
            else:
                if end < len(self._held) or isinstance(value, dict | list | str) or not self._more():
                    self._at = end
                    return value
            if len(self._held) - self._at > MAX_ITEM:
                raise Unreadable(f"an item of more than {MAX_ITEM >> 20} MB")

    def _peek(self) -> str:
        """The next character that is no white space, not yet taken; empty at the end."""
        while True:
            found = _BLANK.match(self._held, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def _next(self, expected: str) -> str:
        found = self._peek()
        if not found or found not in expected:
            raise Unreadable(f"not JSON ({'it stops early' if not found else f'{found!r} in the wrong place'})")
        self._at += 1
        return found

    def _more(self) -> bool:
        """Drops what was taken and holds as much again, so that a long item is not tried over and over."""
        self._held = self._held[self._at :]
        self._at = 0
        added = "".join(islice(self._text, 1 + len(self._held) // _CHUNK))
        self._held += added
        return bool(added)


def _decoded(stream: IO[bytes], encoding: str) -> Iterator[str]:
    """A stream of text in pieces."""
    decoder = codecs.getincrementaldecoder(encoding)("searcher-half")
    for raw in iter(lambda: stream.read(_CHUNK), b""):
        if text := decoder.decode(raw):  # part of a character, or a mark, is nothing yet
            yield text
    yield decoder.decode(b"", True)
