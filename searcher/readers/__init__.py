"""Bytes → articles: one module a format, one table of formats; `sniff` says which format a file is in."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import overload

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.shares import Share, Tally, Turn
from searcher.readers.sniff import NotAnArticle, sniff
from searcher.sources import MissingExtra, Source
from searcher.values import replace

VERSION = 1
"""Raised when the same file would give other articles; an index made with another version reads all its files again."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the module of this package that reads it, the optional part of the program (extra) which that module
    needs, and what a person calls it."""

    module: str
    extra: str | None = None
    label: str = ""


FORMATS = {
    "text": Format("text", label="plain text and Markdown"),
    "html": Format("web.html", "html", "HTML pages"),
    "json": Format("json", label="JSON"),
    "jsonl": Format("json", label="JSON Lines"),
    "csv": Format("csv", label="CSV and TSV"),
    "parquet": Format("parquet", "parquet", "Parquet"),
    "feed": Format("web.feed", "feeds", "RSS and Atom"),
    "warc": Format("web.warc", "warc", "WARC and ARC web archives"),
    "wacz": Format("web.warc", "warc", "WACZ web archives"),
    "pdf": Format("documents.pdf", "pdf", "PDF"),
    "docx": Format("documents.docx", "office", "Word documents"),
    "odt": Format("documents.odt", "office", "OpenDocument texts"),
    "epub": Format("documents.epub", "office", "EPUB books"),
    "rtf": Format("documents.rtf", "office", "Rich Text"),
    "mail": Format("letters.mail", label="e-mail"),
    "mbox": Format("letters.mail", label="mailboxes"),
    "msg": Format("letters.msg", "mail", "Outlook messages"),
    "nitf": Format("agencies.nitf", "xml", "NITF"),
    "newsml1": Format("agencies.newsml1", "xml", "NewsML 1.2"),
    "newsml2": Format("agencies.newsml2", "xml", "NewsML-G2"),
    "ninjs": Format("agencies.ninjs", label="ninjs"),
    "iptc7901": Format("agencies.iptc7901", label="IPTC 7901 and ANPA 1312"),
    "wxr": Format("web.wxr", "xml", "WordPress exports"),
    "tei": Format("scans.tei", "xml", "TEI"),
    "mets": Format("scans.mets", "xml", "METS issues with ALTO pages"),
    "alto": Format("scans.alto", "xml", "ALTO pages"),
    "abbyy": Format("scans.abbyy", "xml", "ABBYY FineReader pages"),
    "olive": Format("scans.olive", "xml", "Olive issues"),
    "zip": Format("archives.archive", label="Zip archives"),
    "tar": Format("archives.archive", label="tar archives"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that gave no article, and why: `path`, and `place` in it when the rest of the file was read.

    `kind` is `failed` (damaged or refused), `missing` (an extra must be installed) or `skipped` (no article: a picture, a
    catalogue). A reader of many records reports those that fail together: the first one's reason, and how many more.
    """

    path: str
    reason: str
    place: str | None = None
    kind: str = "failed"


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
    try:
        found = form or sniff(source)
        if share is not None and found != "jsonl" and share.which:
            return
        reader = _reader(FORMATS[found])
        with source.open(watch) as stream:
            finish = partial(_finished, found)
            if share is None:
                yield from map(finish, reader(source, stream))
            elif found == "jsonl":
                yield from map(finish, reader(source, stream, share))
            else:
                yield from map(finish, islice(reader(source, stream), share.skip, None))
    except MissingExtra as error:
        yield problem(source, str(error), "missing")
    except NotAnArticle as error:
        yield problem(source, str(error), "skipped")
    except Unreadable as error:
        yield problem(source, str(error))
    except Exception as error:  # every library has errors of its own for damaged files
        yield problem(source, damage(error))


def _finished(form: str, read: Article | Problem | Turn | Tally) -> Article | Problem | Turn | Tally:
    """An article with its format (of a file in an archive, that file's); a Problem in place of one that is far too long."""
    if not isinstance(read, Article):
        return read
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


def problem(source: Source, reason: str, kind: str = "failed") -> Problem:
    """A problem of `source` as a whole."""
    return Problem(source.path, reason, source.place, kind)


def damage(error: Exception) -> str:
    """What an error that a library raised says of a file, in a line."""
    match error:
        case RecursionError():
            return "nested too deeply"
        case MemoryError():
            return "needs more memory than a file may"
        case TimeoutError():
            return "took too long"
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    if type(error).__name__ in ("error", "LZMAError", "BadGzipFile", "ZstdError"):
        return f"damaged compressed data ({reason})"
    return (
        f"{reason[:1].lower()}{reason[1:]}"
        if isinstance(error, OSError | EOFError | ValueError)
        else f"damaged ({reason})"
    )
