"""What the parent tells a worker and what it hears from it, and both as what `marshal` takes."""

from __future__ import annotations

from array import array
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from typing import Any, NamedTuple

from searcher import readers
from searcher.article import Article, Entry, Numbered, Table
from searcher.readers.shares import Share, Tally, Turn
from searcher.sources import Source


@dataclass(frozen=True, slots=True)
class Task:
    """A source to be read. `known` is the hash it had when it was last read; the first `skip` of what it gives are
    already known (an interrupted run had them). With a `share` only that part of the file is to be read. Articles are
    analysed `without` some kinds of annotations."""

    source: Source
    known: bytes | None = None
    skip: int = 0
    share: Share | None = None
    without: tuple[str, ...] = ()


class Ocr(NamedTuple):
    """That text is recognised: by all workers together at most `jobs` pages at a time, for which they lock files in `slots`."""

    jobs: int
    slots: str


@dataclass(frozen=True, slots=True)
class Analysed:
    """An article with its terms and its two digests (see `ledger.digests`)."""

    entry: Entry
    whole: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class At:
    """Reading has come to this byte of the file."""

    position: int


@dataclass(frozen=True, slots=True)
class Same:
    """The file is what it was when it was last read; nothing follows."""


@dataclass(frozen=True, slots=True)
class Done:
    """There is no more of the file: its hash and its format. Without a hash and a format it could not be opened; without a
    hash, reading it was given up. `consulted` are the other files it asked for (a METS file its pages), there or not."""

    hash: bytes
    format: str
    consulted: tuple[str, ...] = ()


Message = Analysed | readers.Problem | At | Same | Done
Said = Message | Turn | Tally
"""What a worker says; of a share of a file `jobs.Job` makes messages."""


_SOURCE = [each.name for each in fields(Source)]
_of_source = attrgetter(*_SOURCE)
_of_article = attrgetter(*(each.name for each in fields(Article)))


def packed_task(task: Task) -> tuple[Any, ...]:
    """A task as what `marshal` takes."""
    share = astuple(task.share) if task.share else None
    return _of_source(task.source), task.known, task.skip, share, task.without


def unpacked_task(raw: tuple[Any, ...]) -> Task:
    """The inverse of `packed_task`."""
    source, known, skip, share, without = raw
    return Task(Source(*source), known, skip, Share(*share) if share else None, tuple(without))


class Sender:
    """Messages as what `marshal` takes. With an article go the analyses in its table that `Receiver` does not know yet."""

    def __init__(self) -> None:
        self._table = Table()
        self._sent = 1

    def packed(self, message: Said) -> tuple[Any, ...]:
        match message:
            case Analysed(entry, whole, content):
                held = entry.numbered
                assert held is not None, "a worker numbers its entries"
                if held.table is not self._table:
                    self._table, self._sent = held.table, 1
                start, self._sent = self._sent, len(held.table)
                grown = [column[start : self._sent] for column in held.table.columns.values()]
                numbers = held.title.tobytes(), held.text.tobytes(), held.apart, start, grown
                terms = {name: text for name, text in entry.terms.items() if text}
                return 0, _of_article(entry.article), terms, entry.annotations, whole, content, numbers
            case readers.Problem():
                return 1, *astuple(message)
            case At():
                return 2, *astuple(message)
            case Same():
                return (3,)
            case Done():
                return 4, message.hash, message.format, message.consulted
            case Turn():
                return (5,)
            case Tally():
                return 6, *astuple(message)


class Receiver:
    """The inverse of the `Sender` at the other end, but for the fields of an entry that have no terms: they are left out. Every
    message has to come through, in its order."""

    def __init__(self) -> None:
        self._table = Table()

    def unpacked(self, raw: tuple[Any, ...]) -> Said:
        if raw[0] == 0:
            _, article, terms, annotations, whole, content, (title, text, apart, start, grown) = raw
            if start < len(self._table):
                self._table = Table()
            for column, more in zip(self._table.columns.values(), grown, strict=True):
                column += more
            numbered = Numbered(self._table, array("I", title), array("I", text), apart)
            return Analysed(Entry(Article(*article), terms, annotations=annotations, numbered=numbered), whole, content)
        kind = (None, readers.Problem, At, Same, Done, Turn, Tally)[raw[0]]
        assert kind is not None
        return kind(*raw[1:])
