"""JSON and JSON Lines → articles: one object a line, a list of objects, one object, or an object that holds a list."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import decode, encoding_of
from searcher.readers.mojibake import repair
from searcher.readers.objects import Items, records_of
from searcher.readers.problems import Problem, and_more, note, problem
from searcher.readers.records import article, fields, longest, unread
from searcher.readers.shares import Share, Tally, Turn
from searcher.sources import Source, fault_of
from searcher.sources.refusals import NotAnArticle

MAX_LINE = 32 << 20  # bytes of one line
MAX_WHOLE = 16 << 20  # bytes of a document that is looked at as a whole; a larger one is read item by item

_CHUNK = 1 << 20
_NONE = "no article: JSON without a title or a text"
_NO_RECORD = "neither a title nor a text"
_LINED = re.compile(rb"\s*\{.*\}[ \t]*\r?\n\s*\{")  # a record a line


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
    elif not _LINED.match(head):
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
        return _records(source, *records_of(decode(head, source.encoding)))
    except (Unreadable, RecursionError):
        return None


def _document(source: Source, raw: bytes) -> Iterator[Article | Problem]:
    text = decode(raw, source.encoding)
    try:
        documents, rest = records_of(text)
    except Unreadable as error:
        if not _LINED.match(raw):  # else JSON Lines under another name, with lines that are none
            yield from _large(source, str(error))
            return
    else:
        yield from _records(source, documents, rest)
        return
    with source.open() as again:
        yield from _all_lines(source, again)


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
            for number, record in enumerate(Items(stream, source.encoding or encoding_of(source)[0]), 1):
                yield from found.make(record, number)
    except Unreadable as error:
        if not found.made:
            raise Unreadable(wrong or str(error)) from error
        found.miss(wrong or str(error), number + 1, damaged=True)
    yield from found.problems()
