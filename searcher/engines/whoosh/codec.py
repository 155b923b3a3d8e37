"""What a segment holds and how it is written: Whoosh's codec with postings in blocks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo, W3TermsReader
from whoosh.index import LockError
from whoosh.matching import ListMatcher
from whoosh.system import pack_int, pack_long

from searcher import article as names
from searcher.engines.postings import Block, decode
from searcher.errors import IndexDamaged, IndexLocked, SearcherError, WriteFailed

STORED, LENGTH, TITLE_LENGTH, FIRST_DAY, LAST_DAY = (
    "article",
    "length",
    "title_length",
    "first_day",
    "last_day",
)
COLUMNS = {
    STORED: columns.CompressedBytesColumn(),
    LENGTH: columns.NumericColumn("I"),
    TITLE_LENGTH: columns.NumericColumn("I"),
    FIRST_DAY: columns.NumericColumn("I"),  # Gregorian ordinals; 0: no date
    LAST_DAY: columns.NumericColumn("I"),
}
POSITIONAL = frozenset(names.POSITIONAL)


class Positions(formats.Format):  # type: ignore[misc]
    """Positions as `postings.encode(distances(positions))`."""

    def decode_positions(self, value: bytes) -> list[int]:
        return list(accumulate(decode(value)))

    def decode_frequency(self, value: bytes) -> int:
        return len(decode(value))


class Terms(fields.FieldType):  # type: ignore[misc]
    """A field that is given its terms as a list."""

    indexed = True
    stored = False
    scorable = False
    unique = False
    column_type = None
    multitoken_query = "default"

    def __init__(self, *, positional: bool) -> None:
        self.format = Positions() if positional else formats.Frequency()
        self.analyzer = None
        self.vector = None


def schema() -> fields.Schema:
    schema = fields.Schema()
    for name in names.FIELDS:
        schema.add(name, Terms(positional=name in POSITIONAL))
    for name, column in COLUMNS.items():
        schema.add(name, fields.COLUMN(column))
    return schema


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with postings in blocks."""

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        return FieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        name = segment.make_filename(self.TERMS_EXT)
        return TermsReader(
            self, storage.open_file(name), storage.file_length(name), segment.open_file(storage, self.POSTS_EXT)
        )

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """The postings of a term for Whoosh's own machinery."""
        positional = isinstance(format_, Positions)
        block = Block.read(_bytes(dbfile, terminfo), positional=positional)
        values = [block.encoded_positions(at) for at in range(len(block))] if positional else None
        return ListMatcher(
            block.ids, list(map(float, block.frequencies)), values, format_, scorer=scorer, term=term, terminfo=terminfo
        )


def _bytes(dbfile: Any, info: Any) -> bytes:
    offset, length = info.extent()
    # Whoosh 2.7.4 forgets to take the length out of the tuple that struct gives; nothing of its own reads it.
    return bytes(dbfile.get(offset, length[0] if isinstance(length, tuple) else length))


class FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def add_block(self, text: str, block: Block) -> None:
        """One term of the field that was started, terms ascending by their UTF-8."""
        offset = self._postfile.tell()
        raw = block.write()
        self._postfile.write(raw)
        ids, frequencies = block.ids, block.frequencies
        # As W3TermInfo.to_bytes: not inlined, weight, articles, lengths (unused), largest weight, first and last article.
        info = W3TermInfo._struct.pack(0, sum(frequencies), len(ids), 0, 0, max(frequencies), ids[0], ids[-1])
        key = self._fieldid.to_bytes(2, "big") + utf8(text)
        self._tindex.add(key, info + pack_long(offset) + pack_int(len(raw)))


class TermsReader(W3TermsReader):  # type: ignore[misc]
    def block(self, field: str, text: str) -> Block | None:
        """The postings of a term, None when it has none."""
        key = self._keycoder(field, utf8(text))
        try:
            info = W3TermInfo.from_bytes(self._tindex[key])
        except KeyError:
            return None
        return Block.read(_bytes(self._postfile, info), positional=field in POSITIONAL)

    def count_of(self, field: str, text: str) -> int:
        try:
            return int(self.doc_frequency(field, utf8(text)))
        except KeyError:
            return 0


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Errors of Whoosh and of the system while an index is written → ours."""
    try:
        yield
    except LockError:
        raise IndexLocked(f"{folder}: another writer holds the index; wait for it to end and try again") from None
    except OSError as error:
        what = os.strerror(error.errno).lower() if error.errno else str(error)
        raise WriteFailed(f"{folder}: {what}; the index is as it was before") from error


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Whatever damaged bytes make Whoosh, zlib, struct, pickle or our own decoding raise → IndexDamaged."""
    try:
        yield
    except SearcherError:
        raise
    except Exception as error:  # they have no error in common; a damaged length even asks for all the memory there is
        what = f"{type(error).__name__}: {error}"
        raise IndexDamaged(f"{folder}: the index cannot be read ({what}); rebuild it") from error
