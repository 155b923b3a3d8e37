"""JSON and JSON Lines → articles: one object a line, a list of objects, one object, or an object that holds a list."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.readers.encoding import decode, encoding_of, repair
from searcher.readers.problems import Problem, and_more, note, problem
from searcher.readers.records import article, field_of, fields, longest, unread
from searcher.readers.shares import Share, Tally, Turn
from searcher.sources import Source, fault_of
from searcher.sources.refusals import NotAnArticle

MAX_LINE = 32 << 20  # bytes of one line
MAX_WHOLE = 16 << 20  # bytes of a document that is looked at as a whole; a larger one is read item by item
MAX_ITEM = 32 << 20  # characters of one item then
MAX_DEPTH = 4  # objects in which a list of records is looked for

_CHUNK = 1 << 20
_NONE = "no article: JSON without a title or a text"
_NO_RECORD = "neither a title nor a text"
_LINED = re.compile(rb"\s*\{.*\}[ \t]*\r?\n\s*\{")  # a record a line
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


class _Found:
    """What became of the records of a file: articles come out, failures are counted and told together at the end."""

    def __init__(self, source: Source, unit: str, *, several: bool = True) -> None:
        self.source, self.unit, self.several = source, unit, several
        self.made = self.failed = self.damaged = self.number = 0
        self.first = ""
        self.guessed: dict[str, int] = {}  # keys of unknown names that were read as the text → the first record with it
        self.left: dict[str, int] = {}  # keys of unknown names that hold a text → the first record with it

    def make(self, record: object, number: int) -> Iterator[Article]:
        if not isinstance(record, dict):
            self.miss("not an object", number)
            return
        if "text" not in fields(record) and (guess := longest(record)) is not None:
            self.guessed.setdefault(guess, number)
            record = {key: value for key, value in record.items() if key != guess} | {"text": record[guess]}
        for key in unread(record):
            self.left.setdefault(key, number)
        try:
            place = f"{self.unit} {number}" if self.several else None
            made = article(self.source, record, number=number if self.several else None, place=place)
        except Unreadable as error:
            self.miss(str(error), number, damaged=str(error) != _NO_RECORD)
        except RecursionError:
            self.miss("nested too deeply", number, damaged=True)
        else:
            self.made += 1
            yield made

    def miss(self, reason: str, number: int, *, damaged: bool = False) -> None:
        if not self.first:
            self.first, self.number = f"{self.unit} {number}: {reason}", number
        self.failed += 1
        self.damaged += damaged

    def problems(self) -> Iterator[Problem]:
        """One for all that failed. Raises NotAnArticle when there was nothing to read, and nothing wrong with it."""
        if not self.made and not self.damaged:
            raise NotAnArticle(_NONE)
        for key in list(self.guessed)[:5]:
            yield note(self.source, f"the key “{key}” is read as the text: it holds most of the characters")
        if self.left:
            keys = ", ".join(f"{key} ({self.unit} {number})" for key, number in list(self.left.items())[:10])
            yield note(
                self.source, f"keys that hold a text and are not read: {keys}{', …' if len(self.left) > 10 else ''}"
            )
        if self.failed:
            yield problem(self.source, and_more(self.first, self.failed, self.unit))


def read(source: Source, stream: IO[bytes], share: Share | None = None) -> Iterator[Article | Problem | Turn | Tally]:
    share = share or Share()
    if source.suffix != ".json":
        yield from _lines(source, stream, share)
    elif not share.which:
        yield from islice(_named_json(source, stream.read(MAX_WHOLE + 1)), share.skip, None)


def concluded(source: Source, tallies: Iterable[Tally]) -> Iterator[Problem]:
    """What the readers of all shares of a file have to say at its end, as one."""
    found = _Found(source, "line")
    for each in sorted(tallies, key=lambda tally: tally.number or sys.maxsize):
        found.made += each.made
        found.failed += each.failed
        found.damaged += each.damaged
        found.first = found.first or each.first
    try:
        if found.made or found.failed:
            yield from found.problems()
    except NotAnArticle as error:
        yield problem(source, str(error), "skipped")


def _named_json(source: Source, head: bytes) -> Iterator[Article | Problem]:
    if len(head) <= MAX_WHOLE:
        yield from _document(source, head)
    elif not re.match(rb"\s*\{.*\}[ \t]*\r?\n\s*\{", head):
        yield from _large(source)
    else:
        with source.open() as again:
            yield from _all_lines(source, again)


def _all_lines(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    for each in _lines(source, stream, Share()):
        assert isinstance(each, Article | Problem)  # nobody else has a turn
        yield each


def _lines(source: Source, stream: IO[bytes], share: Share) -> Iterator[Article | Problem | Turn | Tally]:
    """A record a line. Lines that are none are counted and reported together; the others are read."""
    found, elsewhere = _Found(source, "line"), _Found(source, "line")
    left = share.skip
    for number, raw in _numbered(stream):
        if share.ends(number):
            yield Turn()
        mine = share.has(number)
        if not mine and not left and number > 1:
            continue
        its = found if mine else elsewhere
        if raw is None:
            its.miss(f"longer than {MAX_LINE >> 20} MB", number, damaged=True)
            continue
        if not raw.strip():
            continue
        try:
            record = json.loads(_text_of(raw, source.encoding))
        except (ValueError, RecursionError, Unreadable) as error:
            if (
                number == 1
                and not isinstance(error, Unreadable)
                and raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
            ):
                # A document over several lines under a name that promised lines.
                if share.of > 1:
                    yield from _alone(source, share)
                    return
                several = _several_lines(source)
                if several is not None:
                    yield from several
                    return
            if fault_of(stream) is not None and not raw.endswith(b"\n") and number > 1:
                continue  # the stream ends within this line, as is told of the stream
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            if isinstance(error, json.JSONDecodeError):
                reason = f"not JSON ({error.msg.lower()})"
            its.miss(reason, number, damaged=True)
            continue
        if number == 1 and isinstance(record, list):
            if share.of > 1:
                yield from _alone(source, share)
                return
            yield from _records(source, record)
            continue
        for made in its.make(record, number):
            if left:
                left -= 1
            elif mine:
                yield made
    if share.of > 1:
        yield Tally(found.made, found.failed, found.damaged, found.number, found.first)
    elif found.made or found.failed:
        yield from found.problems()


def _text_of(raw: bytes, declared: str | None) -> str:
    """What `decode` gives; in a few steps for what nearly every line is."""
    if raw.startswith(b"{") and declared is None and b"\x00" not in raw:
        with suppress(UnicodeDecodeError):
            return repair(raw.decode())
    return decode(raw, declared, part=True)


def _alone(source: Source, share: Share) -> Iterator[Article | Problem]:
    """All of a file for the first reader: it is not, or not only, a record a line."""
    if not share.which:
        with source.open() as stream:
            yield from islice(_all_lines(source, stream), share.skip, None)


def _numbered(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a stream, from 1 on; None for one that is too long."""
    for number, raw in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), 1):
        if len(raw) < MAX_LINE or raw.endswith(b"\n"):
            yield number, raw
            continue
        while len(rest := stream.readline(_CHUNK)) == _CHUNK and not rest.endswith(b"\n"):
            pass
        yield number, None


def _several_lines(source: Source) -> Iterator[Article | Problem] | None:
    """The records of a document over several lines; None when it is no document."""
    with source.open() as again:
        head = again.read(MAX_WHOLE + 1)
    if len(head) > MAX_WHOLE:
        return _large(source)
    try:
        return _records(source, *_concatenated(decode(head, source.encoding)))
    except (Unreadable, RecursionError):
        return None


def _document(source: Source, raw: bytes) -> Iterator[Article | Problem]:
    text = decode(raw, source.encoding)
    try:
        documents, rest = _concatenated(text)
    except Unreadable as error:
        if not _LINED.match(raw):  # else JSON Lines under another name, with lines that are none
            yield from _large(source, str(error))
            return
    else:
        yield from _records(source, documents, rest)
        return
    with source.open() as again:
        yield from _all_lines(source, again)


def _concatenated(text: str) -> tuple[list[object], str]:
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


def _records(source: Source, records: list[object], wrong: str = "") -> Iterator[Article | Problem]:
    """The articles of records; `wrong` is what is wrong with what follows them."""
    found = _Found(source, "item", several=len(records) > 1)
    for number, record in enumerate(records, 1):
        yield from found.make(record, number)
    if wrong:
        found.miss(wrong, len(records) + 1, damaged=True)
    yield from found.problems()


def _large(source: Source, wrong: str = "") -> Iterator[Article | Problem]:
    """The items of a large list, or of the lists of objects directly in a large object, one after the other; of a document that
    is damaged those before the damage. `wrong` is what is known to be wrong with it."""
    found = _Found(source, "item")
    number = 0
    try:
        with source.open() as stream:
            for number, record in enumerate(_Items(stream, source.encoding or encoding_of(source)[0]), 1):
                yield from found.make(record, number)
    except Unreadable as error:
        if not found.made:
            raise Unreadable(wrong or str(error)) from error
        found.miss(wrong or str(error), number + 1, damaged=True)
    yield from found.problems()


class _Items:
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
