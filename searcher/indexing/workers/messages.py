"""What the parent tells a worker and what it hears from it, and both as what `marshal` takes."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from typing import Any, NamedTuple

from searcher import readers
from searcher.article import Article, Entry
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


def packed(message: Said) -> tuple[Any, ...]:
    """A message as what `marshal` takes."""
    match message:
        case Analysed(entry, whole, content):
            terms = {name: text for name, text in entry.terms.items() if text}
            return 0, _of_article(entry.article), terms, entry.annotations, whole, content
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


def unpacked(raw: tuple[Any, ...]) -> Said:
    """The inverse of `packed`, but for the fields of an entry that have no terms: they are left out."""
    if raw[0] == 0:
        _, article, terms, annotations, whole, content = raw
        return Analysed(Entry(Article(*article), terms, annotations=annotations), whole, content)
    kind = (None, readers.Problem, At, Same, Done, Turn, Tally)[raw[0]]
    assert kind is not None
    return kind(*raw[1:])
