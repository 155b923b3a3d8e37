"""Bytes → articles: one module a format, one table of formats; `sniff` says which format a file is in."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import IO, overload

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.formats import FORMATS, Format
from searcher.readers.press import txm
from searcher.readers.problems import Problem as Problem
from searcher.readers.problems import damage, loss, note, problem
from searcher.readers.repairs import AROUND, Repairs, heard_by
from searcher.readers.shares import Share, Tally, Turn
from searcher.readers.sniff import sniff
from searcher.sources import Source, fault_of
from searcher.sources.refusals import CUT, CutShort, MissingExtra, NotAnArticle
from searcher.sources.streams import Forgiving
from searcher.values import replace

VERSION = 8
"""Raised when the same file would give other articles; an index made with another version reads all its files again."""


MAX_ARTICLE = 16 << 20  # characters of one article; a book has a million


@overload
def read(
    source: Source, *, form: str | None = None, watch: Callable[[int], None] | None = None
) -> Iterator[Article | Problem]: ...


@overload
def read(
    source: Source, *, form: str | None = None, watch: Callable[[int], None] | None = None, share: Share | None
) -> Iterator[Article | Problem | Turn | Tally]: ...


def read(
    source: Source, *, form: str | None = None, watch: Callable[[int], None] | None = None, share: Share | None = None
) -> Iterator[Article | Problem | Turn | Tally]:
    """The articles of a source, in its order. `form` is a key of FORMATS (None: found out from name and content).

    With a `share`, its blocks only, a Turn behind each and a Tally at the end. What cannot be shared out is read by the first
    reader alone, without them. Never raises for what a file holds: that comes out as a Problem, with the articles before it.
    """
    repairs = Repairs()
    source = replace(source, forgiving=True)
    damaged = _Damage(source, repairs)
    try:
        found = form or sniff(source)
        if share is not None and found != "jsonl" and share.which:
            return
        reader = _reader(FORMATS[found])
        if FORMATS[found].salvages:
            source = replace(source, forgiving=False)
        with source.open(watch) as stream:
            damaged.stream = stream
            finish = partial(_finished, source, found)
            if share is None:
                parts = map(finish, _collecting(repairs, reader(source, stream)))
            elif found == "jsonl":
                parts = map(finish, _collecting(repairs, reader(source, stream, share)))
            else:
                parts = map(finish, islice(_collecting(repairs, reader(source, stream)), share.skip, None))
            yield from damaged.among(parts)
            if share is None or not share.which:
                yield from damaged.concluded()
                if left := getattr(getattr(stream, "raw", None), "left", ""):
                    yield note(source, left)
    except MissingExtra as error:  # or a program of the system
        yield problem(source, str(error), "missing")
    except Exception as error:  # every library has errors of its own for damaged files
        if damaged.fault is not None:
            yield from damaged.concluded()
        elif isinstance(error, NotAnArticle):
            yield problem(source, str(error), "skipped")
        elif not (isinstance(error, CutShort) and damaged.within):
            yield problem(source, str(error) if isinstance(error, Unreadable) else damage(error))
    for told in repairs.notes():
        yield note(source, told)


class _Damage:
    """What is told of the damage in the stream of a source, once: what was lost, where, and how much was read."""

    def __init__(self, source: Source, repairs: Repairs) -> None:
        self._source, self._repairs = source, repairs
        self._held: list[str] = []  # what the reader says of its own when the stream ended early
        self.stream: IO[bytes] | None = None
        self.within = False  # whether the last thing told is that a part of the source is cut short

    @property
    def fault(self) -> Forgiving | None:
        return fault_of(self.stream) if self.stream is not None else None

    def among(self, parts: Iterable[Article | Problem | Turn | Tally]) -> Iterator[Article | Problem | Turn | Tally]:
        """The parts that are to be believed: no article that was made of what stands before damage which shows later."""
        for each in parts:
            fault = self.fault
            of_part = isinstance(each, Problem) and each.place != self._source.place and each.reason.startswith(CUT)
            if fault is not None and isinstance(each, Problem) and each.kind == "failed" and not of_part:
                if each.place == self._source.place:
                    self._held.append(each.reason)
                    continue
            elif fault is not None and not fault.is_cut and (isinstance(each, Article) or of_part):
                continue
            self.within = of_part
            self._repairs.useful = self._repairs.useful or isinstance(each, Article)
            yield each

    def concluded(self) -> Iterator[Problem]:
        """A Problem where the stream ended early."""
        fault = self.fault
        if fault is None:
            return
        lost, held = loss(fault), self._held
        if fault.is_cut:
            self._repairs.drop("cut")  # the place where the text ends is the place that is told of here
            if self.within:
                return
            held = [each for each in held if not each.startswith(CUT)]
        elif self._repairs.useful:
            lost += "; what was read before that may be wrong"
        yield problem(self._source, "; ".join([lost, *held]))


def _collecting(
    repairs: Repairs, found: Iterator[Article | Problem | Turn | Tally]
) -> Iterator[Article | Problem | Turn | Tally]:
    """What a reader gives; meanwhile guesses and repairs go to `repairs`."""
    while True:
        with heard_by(repairs):
            each = next(found, None)
        if each is None:
            return
        if isinstance(each, Article) and not each.format and "\ufffd" in each.text:
            at = each.text.index("\ufffd")
            around = each.text[max(at - AROUND, 0) : at + AROUND]
            repairs.add("lost", each.text.count("\ufffd"), each.place or "", " ".join(around.split()))
        yield each


def _finished(source: Source, form: str, read: Article | Problem | Turn | Tally) -> Article | Problem | Turn | Tally:
    """An article with its format (of a file in an archive, that file's) and with what a table beside its file says of it; a
    Problem in place of one that is far too long."""
    if not isinstance(read, Article):
        return read
    if read.place == source.place:
        read = txm.described(source, read)
    if len(read.text) + len(read.title) + len(read.standfirst or "") <= MAX_ARTICLE:
        return read if read.format else replace(read, format=form)
    return Problem(read.path, f"an article of more than {MAX_ARTICLE >> 20} million characters; split it", read.place)


def _reader(form: Format) -> Callable[..., Iterator[Article | Problem]]:
    try:
        reader: Callable[..., Iterator[Article | Problem]]
        reader = importlib.import_module(f"searcher.readers.{form.module}").read
        return reader
    except ModuleNotFoundError as error:
        if form.extra is None or (error.name or "").startswith("searcher"):
            raise
        raise MissingExtra(form.extra, form.label) from error
