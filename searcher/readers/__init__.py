"""Bytes → articles: one module a format, one table of formats; `sniff` says which format a file is in."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import overload

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.formats import FORMATS, Format
from searcher.readers.press import txm
from searcher.readers.problems import Problem as Problem
from searcher.readers.problems import damage, note, problem
from searcher.readers.repairs import Repairs, heard_by
from searcher.readers.shares import Share, Tally, Turn
from searcher.readers.sniff import sniff
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra, NotAnArticle
from searcher.values import replace

VERSION = 6
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
    try:
        found = form or sniff(source)
        if share is not None and found != "jsonl" and share.which:
            return
        reader = _reader(FORMATS[found])
        with source.open(watch) as stream:
            finish = partial(_finished, source, found)
            if share is None:
                yield from map(finish, _collecting(repairs, reader(source, stream)))
            elif found == "jsonl":
                yield from map(finish, _collecting(repairs, reader(source, stream, share)))
            else:
                yield from map(finish, islice(_collecting(repairs, reader(source, stream)), share.skip, None))
            left = getattr(getattr(stream, "raw", None), "left", "")
            if left and (share is None or not share.which):
                yield note(source, left)
    except MissingExtra as error:  # or a program of the system
        yield problem(source, str(error), "missing")
    except NotAnArticle as error:
        yield problem(source, str(error), "skipped")
    except Unreadable as error:
        yield problem(source, str(error))
    except Exception as error:  # every library has errors of its own for damaged files
        yield problem(source, damage(error))
    for told in repairs.notes():
        yield note(source, told)


def _collecting(
    repairs: Repairs, found: Iterator[Article | Problem | Turn | Tally]
) -> Iterator[Article | Problem | Turn | Tally]:
    """What a reader gives; meanwhile guesses and repairs go to `repairs`."""
    while True:
        with heard_by(repairs):
            each = next(found, None)
        if each is None:
            return
        repairs.useful = repairs.useful or isinstance(each, Article)
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
