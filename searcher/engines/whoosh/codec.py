"""The contents of an index → Whoosh's own table of contents, through which stock Whoosh opens, reads and queries the index.

    with whoosh.index.open_dir(folder).searcher() as searcher:
        searcher.search(whoosh.qparser.QueryParser("words", searcher.schema).parse("négociations turques"))

The table is a pickle, as Whoosh wants it. It names the classes of this module, which Whoosh then imports. Our own reader never
looks at the file. Beside the table nothing that is read through this module is unpickled.
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
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from searcher import article as names
from searcher.article import LEMMAS, TITLE_LEMMAS, Article
from searcher.engines.bm25 import LENGTHS
from searcher.engines.postings import Block
from searcher.engines.stored import values
from searcher.engines.whoosh import files
from searcher.engines.whoosh.analyzer import FieldAnalyzer
from searcher.engines.whoosh.segment import COLUMNS, INFO, NORMS, POSITIONAL

ARTICLE = "article"
"""The column of the articles, as JSON."""


def write(folder: Path, contents: files.Contents) -> None:
    """Writes Whoosh's table of contents beside ours."""
    TOC(_schema(), list(map(_segment, contents.segments)), contents.commit).write(FileStorage(str(folder)), files.NAME)


def _schema() -> fields.Schema:
    """The fields that are searched, the values of an article that are only stored, and the columns."""
    schema = fields.Schema()
    for name in names.FIELDS:
        schema.add(name, _Terms(name))
    for name in Article.__slots__:
        if name not in names.FIELDS:
            schema.add(name, fields.STORED())
    schema.add(ARTICLE, fields.COLUMN(columns.CompressedBytesColumn()))
    for name, code in COLUMNS.items():
        schema.add(name, fields.COLUMN(columns.NumericColumn(code)))
    return schema


def _segment(segment: files.Segment) -> W3Segment:
    name = segment.name.removeprefix(f"{files.NAME}_")
    made = W3Segment(_Codec(), files.NAME, segment.articles, name, set(segment.deleted))
    made._fieldlengths = segment.terms
    return made


class _Positions(formats.Format):  # type: ignore[misc]
    """Positions, decoded already."""

    def decode_positions(self, value: tuple[int, ...]) -> tuple[int, ...]:
        return value

    def decode_frequency(self, value: tuple[int, ...]) -> int:
        return len(value)


class _Terms(fields.FieldType):  # type: ignore[misc]
    """A field of terms that our own writer made. Several terms of one printed word stand side by side where order is kept."""

    indexed = True
    unique = False
    column_type = None

    def __init__(self, name: str) -> None:
        self.format = _Positions() if name in POSITIONAL else formats.Frequency()
        self.analyzer = FieldAnalyzer(name)
        self.scorable = name in NORMS
        self.stored = name in Article.__slots__
        # A word has several keys, and any of them will do.
        self.multitoken_query = "phrase" if name in POSITIONAL else "or" if name in (LEMMAS, TITLE_LEMMAS) else "and"
        self.vector = None

    def index(self, value: object, **options: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's writer would add an article without the terms, columns and ledger that a search relies on."""
        raise NotImplementedError("this index is read-only to Whoosh; write to it with: searcher index PATH")


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
        *_, documents, size, positions, length = INFO.unpack(self._tindex[self._keycoder(fieldname, tbytes)])

        def stored_gaps(_: int) -> str:
            return bytes(self._positions.get(positions, length)).decode("utf-8", "surrogatepass")

        block = Block(info.doc_frequency(), self._postings.get(documents, size), stored_gaps)
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

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return LENGTHS[self._norms(fieldname)[docnum]] if fieldname in NORMS else default

    def min_field_length(self, fieldname: str) -> int:
        return LENGTHS[min(self._norms(fieldname), default=0)] if fieldname in NORMS else 0

    def max_field_length(self, fieldname: str) -> int:
        return LENGTHS[max(self._norms(fieldname), default=0)] if fieldname in NORMS else 0

    def _norms(self, fieldname: str) -> Any:
        return self._cached_reader(NORMS[fieldname], columns.NumericColumn(COLUMNS[NORMS[fieldname]]))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The values of an article, those without one left out."""
        return values(self._cached_reader(ARTICLE, columns.CompressedBytesColumn())[docnum])
