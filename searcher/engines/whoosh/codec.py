"""An index as Whoosh sees it: its searcher, queries and readers work on the files, through a codec, which is its own way.

    with open_index(folder).searcher() as searcher:
        searcher.search(whoosh.query.Phrase("words", ["crise", "sanitaire"]))

Nothing that is read is unpickled here either.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3Segment, W3TermInfo, W3TermsReader
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.index import TOC, FileIndex
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from searcher import article as names
from searcher.engines.postings import Block
from searcher.engines.whoosh import files
from searcher.engines.whoosh.segment import COLUMNS, INFO, POSITIONAL

ARTICLE = "article"
"""The column of the articles, as JSON."""


def open_index(folder: Path) -> FileIndex:
    """The index in `folder`, for Whoosh to read."""
    return _Index(folder)


class _Index(FileIndex):  # type: ignore[misc]
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.storage = FileStorage(str(folder), readonly=True)
        self.indexname = files.NAME
        self._schema = schema()

    def _read_toc(self) -> TOC:
        contents = files.read(self._folder)
        segments = [
            W3Segment(_Codec(), files.NAME, each.articles, each.name.partition("_")[2], set(each.deleted))
            for each in contents.segments
        ]
        return TOC(self._schema, segments, contents.commit)

    def writer(self, procs: int = 1, **options: Any) -> Any:
        raise NotImplementedError("write through searcher.engines.whoosh: Whoosh would write a pickle")


class _Positions(formats.Format):  # type: ignore[misc]
    """Positions, decoded already."""

    def decode_positions(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return value

    def decode_frequency(self, value: tuple[int, ...]) -> int:
        return len(value)


class _Terms(fields.FieldType):  # type: ignore[misc]
    """A field that is given its terms as a list."""

    indexed = True
    stored = False
    scorable = False
    unique = False
    column_type = None
    multitoken_query = "default"

    def __init__(self, *, positional: bool) -> None:
        self.format = _Positions() if positional else formats.Frequency()
        self.analyzer = None
        self.vector = None


def schema() -> fields.Schema:
    schema = fields.Schema()
    for name in names.FIELDS:
        schema.add(name, _Terms(positional=name in POSITIONAL))
    schema.add(ARTICLE, fields.COLUMN(columns.CompressedBytesColumn()))
    for name, code in COLUMNS.items():
        schema.add(name, fields.COLUMN(columns.NumericColumn(code)))
    return schema


class _Codec(W3Codec):  # type: ignore[misc]
    def terms_reader(self, storage: FileStorage, segment: W3Segment) -> _TermsReader:
        return _TermsReader(storage, segment)

    def per_document_reader(self, storage: FileStorage, segment: W3Segment) -> _DocumentReader:
        return _DocumentReader(storage, segment)


class _Dictionary(OrderedHashReader):  # type: ignore[misc]
    """Whoosh's ordered hash, its description in JSON where Whoosh has a pickle."""

    def _read_extras(self) -> None:
        self.extras = json.loads(self.dbfile.read_string4())
        self.indexbase = self.dbfile.tell()
        self.indexlen, self.indexsize, self._get_pos = self.extras["indexlen"], 8, self.dbfile.get_long


class _TermsReader(W3TermsReader):  # type: ignore[misc]
    def __init__(self, storage: FileStorage, segment: W3Segment) -> None:
        self._dbfile = segment.open_file(storage, files.TERMS)
        self._tindex = _Dictionary(self._dbfile, storage.file_length(segment.make_filename(files.TERMS)))
        self._fieldmap = self._tindex.extras["fieldmap"]
        self._fieldunmap = list(self._fieldmap)
        self._postings = segment.open_file(storage, files.POSTINGS)
        self._positions = segment.open_file(storage, files.POSITIONS)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        if fieldname in self._fieldmap:
            yield from super().terms_from(fieldname, prefix)

    def items(self) -> Iterator[tuple[tuple[str, bytes], W3TermInfo]]:
        return ((self._keydecoder(key), _info(value)) for key, value in self._tindex.items())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], W3TermInfo]]:
        items = self._tindex.items_from(self._keycoder(fieldname, prefix))
        return ((self._keydecoder(key), _info(value)) for key, value in items)

    def term_info(self, fieldname: str, tbytes: bytes) -> W3TermInfo:
        value = self._tindex.get(self._keycoder(fieldname, tbytes))
        if value is None:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}")
        return _info(value)

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        info = self.term_info(fieldname, tbytes)
        *_, head, size, places, length = INFO.unpack(self._tindex[self._keycoder(fieldname, tbytes)])

        def stored_places(_: int) -> str:
            return bytes(self._positions.get(places, length)).decode("utf-8", "surrogatepass")

        block = Block(info.doc_frequency(), self._postings.get(head, size), stored_places)
        return ListMatcher(
            block.ids,
            list(map(float, block.frequencies)),
            [tuple(block.positions(number)) for number in block.ids] if fieldname in POSITIONAL else None,
            format_,
            scorer=scorer,
            term=(fieldname, tbytes),
            terminfo=info,
        )

    def close(self) -> None:
        for file in (self._dbfile, self._postings, self._positions):
            file.close()


def _info(value: bytes) -> W3TermInfo:
    return W3TermInfo.from_bytes(b"\0" + value[1:])  # never inlined: that would be a pickle


class _DocumentReader(W3PerDocReader):  # type: ignore[misc]
    def has_column(self, fieldname: str) -> bool:
        return fieldname == ARTICLE or fieldname in COLUMNS

    def _get_column_file(self, fieldname: str) -> tuple[Any, int, int]:
        suffix = files.ARTICLES if fieldname == ARTICLE else files.NUMBERS
        file = self._segment.open_file(self._storage, suffix)
        start = 0
        for name, code in COLUMNS.items() if suffix == files.NUMBERS else ():
            size = array(code).itemsize * self._doccount
            if name == fieldname:
                return file, start, size
            start += size
        return file, 0, self._storage.file_length(self._segment.make_filename(suffix))

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        return {ARTICLE: self.column_reader(ARTICLE, columns.CompressedBytesColumn())[docnum]}
