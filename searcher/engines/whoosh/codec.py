"""The contents of an index → Whoosh's own table of contents, through which stock Whoosh opens, reads and queries the index.

    with whoosh.index.open_dir(folder).searcher() as searcher:
        searcher.search(whoosh.qparser.QueryParser("words", searcher.schema).parse("négociations turques"))

The table is a pickle, as Whoosh wants it. It names the classes of this module, which Whoosh then imports. Our own reader never
looks at the file. Beside the table nothing that is read through this module is unpickled.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.codec.base import TermsReader
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3Segment, W3TermInfo
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from searcher import article as names
from searcher.article import LEMMAS, TITLE_LEMMAS, Article
from searcher.engines.bm25 import LENGTHS
from searcher.engines.compressed import decompress
from searcher.engines.postings import Block, inflated
from searcher.engines.stored import SEAL, values
from searcher.engines.whoosh import files
from searcher.engines.whoosh.analyzer import FieldAnalyzer
from searcher.engines.whoosh.dictionary import Info, Terms, utf8
from searcher.engines.whoosh.segment import COLUMNS, NORMS, POSITIONAL, bounds_of

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
    schema.add(ARTICLE, fields.COLUMN(_Articles()))
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


class _TermsReader(TermsReader):  # type: ignore[misc]
    """Our term dictionary, as Whoosh asks one."""

    def __init__(self, storage: FileStorage, segment: W3Segment) -> None:
        self._postings = segment.open_file(storage, files.POSTINGS)
        self._positions = segment.open_file(storage, files.POSITIONS)
        self._last = segment.doc_count_all() - 1
        with segment.open_file(storage, files.TERMS) as file:
            raw = bytes(file.get(0, storage.file_length(segment.make_filename(files.TERMS))))
        self._terms = Terms(raw, files.Decoding(Path(storage.folder)))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._terms.info(term[0], _text(term[1])) is not None

    def indexed_field_names(self) -> tuple[str, ...]:
        return self._terms.fields

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((name, utf8(text)) for name, text in self._terms)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, utf8(text)) for text in self._terms.since(fieldname, _text(prefix)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], W3TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], W3TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, tbytes: bytes) -> W3TermInfo:
        return self._info(self._found(fieldname, tbytes))

    def frequency(self, fieldname: str, tbytes: bytes) -> float:
        info = self._terms.info(fieldname, _text(tbytes))
        return float(info.occurrences) if info else 0.0

    def doc_frequency(self, fieldname: str, tbytes: bytes) -> int:
        info = self._terms.info(fieldname, _text(tbytes))
        return info.count if info else 0

    def _found(self, fieldname: str, tbytes: bytes) -> Info:
        info = self._terms.info(fieldname, _text(tbytes))
        if info is None:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}")
        return info

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        info = self._found(fieldname, tbytes)

        def stored_gaps(_: int) -> str:
            return _part(self._positions, info.positions).decode("utf-8", "surrogatepass")

        block = Block(info.count, inflated(_part(self._postings, info.documents)), stored_gaps)
        return ListMatcher(
            block.ids,
            list(map(float, block.frequencies)),
            [tuple(block.positions(number)) for number in block.ids] if fieldname in POSITIONAL else None,
            format_,
            scorer=scorer,
            term=(fieldname, tbytes),
            terminfo=self._info(info),
        )

    def _info(self, info: Info) -> W3TermInfo:
        """What Whoosh wants to know of a term: its most in one article and its last article are upper bounds, which is all that
        Whoosh asks for."""
        most = info.occurrences - info.count + 1
        return W3TermInfo(float(info.occurrences), info.count, 0, 0, float(most), 0, self._last)

    def close(self) -> None:
        for file in (self._postings, self._positions):
            file.close()


def _part(file: Any, extent: slice) -> bytes:
    return bytes(file.get(extent.start, extent.stop - extent.start))


def _text(tbytes: bytes) -> str:
    return tbytes.decode("utf-8", "surrogatepass")


class _Articles(columns.CompressedBytesColumn):  # type: ignore[misc]
    """The column of articles, compressed with the dictionary that stands before the first of them (`compressed`)."""

    class Reader(columns.VarBytesColumn.Reader):  # type: ignore[misc]
        def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int, module: str) -> None:
            super().__init__(dbfile, basepos, length, doccount)
            self._dictionary = bytes(dbfile.get(basepos, self._offsets[0])) if doccount else b""

        def __getitem__(self, docnum: int) -> bytes:
            return decompress(super().__getitem__(docnum)[:-SEAL], self._dictionary)

        def __iter__(self) -> Iterator[bytes]:
            return (self[number] for number in range(self._doccount))


class _DocumentReader(W3PerDocReader):  # type: ignore[misc]
    def has_column(self, fieldname: str) -> bool:
        return fieldname == ARTICLE or fieldname in COLUMNS

    def _get_column_file(self, fieldname: str) -> tuple[Any, int, int]:
        suffix = files.ARTICLES if fieldname == ARTICLE else files.NUMBERS
        file = self._segment.open_file(self._storage, suffix)
        if fieldname in COLUMNS:
            bounds = bounds_of(self._doccount)[fieldname]
            return file, bounds.start, bounds.stop - bounds.start
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
        return values(self._cached_reader(ARTICLE, _Articles())[docnum])
