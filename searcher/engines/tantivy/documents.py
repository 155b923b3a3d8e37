"""What a Tantivy document holds: entry → document, and the errors of both sides of the seam.

Tantivy gets a field as its tokens (`engines.tokens`) with spaces between; its tokenizer splits at the spaces and does nothing
else.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from searcher import article as names
from searcher.article import Article, Entry
from searcher.engines.compressed import Compressor, compress_beside, decompress, decompress_beside
from searcher.engines.stored import ANNOTATIONS, SEAL, as_article, as_json, check_seal, dated, from_json, seal, values
from searcher.engines.tokens import as_tokens
from searcher.errors import IndexClosed, IndexDamaged, IndexLocked, WriteFailed, not_read, reason, room
from searcher.messages import Message
from searcher.patterns import lazily

ARTICLE, ORDER, LONG = "article", "order", "long"
"""Stored: the article (see `article`); the tokens of its positional fields (see `tokens_of`); the terms that are too long to be
tokens, as a JSON list."""

SEQUENCE = "sequence"
"""The place of an article in the order added: no two of an index share one. Indexed too: it names sets of articles."""

OLDEST, NEWEST = "oldest", "newest"
"""What to sort by, ascending: the instant, then the place in the order added, in one number. No two are equal."""

FIRST_DAY, LAST_DAY = "first_day", "last_day"
"""Gregorian ordinals, both included; absent without a date."""

SERIAL = "serial"
"""`Entry.serial`."""

SEQUENCE_BITS = 29  # beside the 35 of an instant
_WHOLE = frozenset(names.WHOLE.values())
_TOKENIZER = "terms"


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in names.FIELDS:
        option = "position" if name in names.POSITIONAL else "freq"
        whole = name in _WHOLE
        builder.add_text_field(name, fast=whole, tokenizer_name=_TOKENIZER, index_option=option)
    for name in (ARTICLE, ORDER, LONG):
        builder.add_bytes_field(name, stored=True)
    builder.add_unsigned_field(SEQUENCE, indexed=True, fast=True)
    for name in (OLDEST, NEWEST, FIRST_DAY, LAST_DAY, SERIAL):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def prepared(index: tantivy.Index) -> tantivy.Index:
    """The index, ready to be written to: Tantivy keeps the name of a tokenizer, not what it does."""
    terms = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, terms)
    index.register_fast_field_tokenizer(_TOKENIZER, terms)
    return index


def document(entry: Entry, sequence: int, compressor: Compressor) -> tantivy.Document:
    made = tantivy.Document()
    long: list[str] = []
    tokens = {name: as_tokens(text, long) for name in names.FIELDS if (text := entry.terms.get(name))}
    for name, text in tokens.items():
        made.add_text(name, text)
    made.add_bytes(ARTICLE, _sealed(compressor.compress(stored(entry)), sequence))
    order = "\n".join(tokens.get(name, "") for name in names.POSITIONAL)
    made.add_bytes(ORDER, compress_beside(_printed(entry.article), order))
    if long:
        made.add_bytes(LONG, as_json(long))
    if sequence >> SEQUENCE_BITS:
        raise WriteFailed(Message("index.full", sequence=sequence))
    first, last, instant = dated(entry.article.date)
    made.add_unsigned(SEQUENCE, sequence)
    made.add_unsigned(SERIAL, entry.serial)
    made.add_unsigned(OLDEST, (instant or names.MAX_INSTANT) << SEQUENCE_BITS | sequence)
    made.add_unsigned(NEWEST, (names.MAX_INSTANT - instant) << SEQUENCE_BITS | sequence)
    if first:
        made.add_unsigned(FIRST_DAY, first)
        made.add_unsigned(LAST_DAY, last)
    return made


_HEAD_KEYS = tuple(name for name in Article.__slots__ if name != "text")


def stored(entry: Entry) -> bytes:
    """Annotations and all of the article but its text as JSON, the keys without a value left out; a line feed; the text. JSON
    takes three times as long to write a text as UTF-8 does."""
    article = entry.article
    head = as_json({name: value for name in _HEAD_KEYS if (value := getattr(article, name))} | _annotated(entry))
    return b"%b\n%b" % (head, article.text.encode("utf-8", "surrogatepass"))


def _sealed(compressed: bytes, sequence: int) -> bytes:
    return seal(compressed, sequence) + compressed


def _annotated(entry: Entry) -> dict[str, str]:
    return {ANNOTATIONS: entry.annotations} if entry.annotations else {}


def article(document: tantivy.Document, sequence: int, dictionary: bytes) -> tuple[Article, str]:
    """The article a document was made of, and its annotations. `dictionary`: what articles are compressed with. Raises
    ValueError when it is not the article at this place in the order added."""
    held = bytes(document.get_first(ARTICLE) or b"")
    compressed = held[SEAL:]
    check_seal(compressed, sequence, held[:SEAL])
    try:
        head, _, text = decompress(compressed, dictionary).partition(b"\n")
    except zlib.error as error:
        raise ValueError(f"an article cannot be decompressed: {error}") from error
    return as_article({**values(head), "text": text.decode("utf-8", "surrogatepass")})


def tokens_of(document: tantivy.Document, field: str, sequence: int, dictionary: bytes) -> list[str]:
    """The tokens of a positional field of a document, in their order. They are kept here because Tantivy does not give the
    positions of a term. Raises ValueError as `article` does."""
    its, _ = article(document, sequence, dictionary)
    try:
        order = decompress_beside(_printed(its), bytes(document.get_first(ORDER) or b""))
    except zlib.error as error:
        raise ValueError(f"the order of terms cannot be decompressed: {error}") from error
    return order.split("\n")[names.POSITIONAL.index(field)].split(" ")


def _printed(article: Article) -> tuple[str, ...]:
    """What the terms of positional fields stand in, in their order."""
    return article.text, article.title, article.source or "", article.author or ""


def long_terms(document: tantivy.Document) -> list[str]:
    """The terms of a document that are too long to be tokens."""
    listed = document.get_first(LONG)
    return list(from_json(bytes(listed))) if listed is not None else []


# ── errors ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """The errors of Tantivy and of the system while an index is written → ours. A mistake of the program passes."""
    try:
        yield
    except BaseException as error:
        if not (_is_tantivys(error) or isinstance(error, OSError)):
            raise
        if "LockBusy" in str(error):
            raise IndexLocked(Message("index.held", folder=folder)) from error
        said = str(error)
        if isinstance(error, OSError):
            what = str(reason(error))
        else:
            what = _unsaid(folder) if "writer was killed" in said or "worker thread" in said else _in_one_line(error)
        free = room(folder.parent) if "no space left" in what else ""
        raise WriteFailed(Message("index.not-written", place=folder, what=what, free=free)) from error


def _unsaid(folder: Path) -> str:
    """Why a thread of Tantivy's gave up, which only that thread was told: mostly a disk that is full. So some bytes are
    written to the disk, and that is asked."""
    from tempfile import TemporaryFile  # here: a search does not need it

    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PROBE))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return reason(error)
    return Message("engine.unsaid", free=room(folder))


_PROBE = 1 << 20  # bytes


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """The errors of Tantivy, of the system and of our own decoding while an index is read → ours.

    What names an error of the system becomes what that means (`not_read`), everything else IndexDamaged. A mistake of the
    program (a TypeError, say) and a MemoryError pass.
    """
    try:
        yield
    except OSError as error:
        raise not_read(folder, error) from error
    except BaseException as error:
        if not _is_tantivys(error):
            raise
        if found := _NUMBERED.search(str(error)):
            raise not_read(folder, OSError(int(found[1] or found[2]), "")) from error
        raise IndexDamaged(Message("index.unreadable", path=folder, what=_in_one_line(error))) from error


def closed(folder: Path) -> IndexClosed:
    return IndexClosed(Message("index.closed", folder=folder))


def _is_tantivys(error: BaseException) -> bool:
    """Whether an exception is an error of Tantivy's, all of which are ValueErrors, or a panic, whose class has no home."""
    return isinstance(error, ValueError) or type(error).__name__ == "PanicException"


_NUMBERED = lazily(r"os error (\d+)|\bcode: (\d+)")


_OF_SYSTEM = lazily(r'message: "([^"]+)"|([A-Z][^":\']*) \(os error \d+\)')
"""How Rust shows an error of the system, by itself and in a sentence."""


def _in_one_line(error: BaseException) -> str:
    if found := _OF_SYSTEM.search(str(error)):
        return (found[1] or found[2]).lower()
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
