"""Entries in, segments out."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from searcher import article as names
from searcher.article import Article, Entry
from searcher.engines.postings import Block, decode, encode
from searcher.engines.whoosh.codec import (
    COLUMNS,
    FIRST_DAY,
    LAST_DAY,
    LENGTH,
    POSITIONAL,
    STORED,
    TITLE_LENGTH,
    Codec,
    utf8,
    writing,
)

SEGMENT_ARTICLES = 50_000  # a segment is written when it holds so many articles …
SEGMENT_POSTINGS = 30_000_000  # … or so many postings: this bounds the writer's memory


class IndexWriter(SegmentWriter):  # type: ignore[misc]
    """A segment writer that collects postings term by term, so that nothing has to be sorted but the terms."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, codec=Codec(), compound=False)
        self.heads: dict[str, defaultdict[str, bytearray]] = {name: defaultdict(bytearray) for name in names.FIELDS}
        self.places: dict[str, defaultdict[str, bytearray]] = {
            name: defaultdict(bytearray) for name in names.POSITIONAL
        }
        self.postings = 0

    def add_entry(self, entry: Entry) -> None:
        article, number = entry.article, self.docnum
        for name in names.BAGS:
            self._add_bag(name, entry.terms.get(name, ()), number)
        for name in names.POSITIONAL:
            self._add_words(name, entry.terms.get(name, ()), number)
        documents = self.perdocwriter
        documents.start_doc(number)
        first, last = _days(article.date)
        for name, value in (
            (STORED, _stored(article)),
            (LENGTH, len(entry.terms.get(names.STEMS, ()))),
            (TITLE_LENGTH, len(entry.terms.get(names.TITLE_STEMS, ()))),
            (FIRST_DAY, first),
            (LAST_DAY, last),
        ):
            documents.add_column_value(name, COLUMNS[name], value)
        documents.finish_doc()
        self._added = True
        self.docnum += 1

    def _add_bag(self, name: str, terms: Iterable[str], number: int) -> None:
        heads = self.heads[name]
        prefix = chr(number).encode("utf-8", "surrogatepass")
        counts = Counter(terms)
        for text, frequency in counts.items():
            heads[text] += prefix + (_NUMBERS[frequency] if frequency < len(_NUMBERS) else encode([frequency]))
        self.postings += len(counts)

    def _add_words(self, name: str, terms: Sequence[str], number: int) -> None:
        places = self.places[name]
        before: dict[str, int] = {}
        for position, text in enumerate(terms):
            distance = position - before.get(text, 0)
            before[text] = position
            places[text] += _NUMBERS[distance] if distance < len(_NUMBERS) else encode([distance])
        self._add_bag(name, terms, number)

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Another segment's postings, block by block (Whoosh calls this when it merges segments)."""
        terms = reader._terms
        for field, key in terms.terms():
            text = key.decode("utf-8", "surrogatepass")
            block = terms.block(field, text)
            heads = self.heads[field][text]
            places = self.places[field][text] if field in POSITIONAL else None
            for at, (number, frequency) in enumerate(zip(block.ids, block.frequencies, strict=True)):
                if docmap is not None and number not in docmap:
                    continue
                mapped = docmap[number] if docmap is not None else startdoc + number
                heads += encode([mapped, frequency])
                if places is not None:
                    places += block.encoded_positions(at)
            if not heads:
                del self.heads[field][text]

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        for name in sorted(self.heads):
            heads, places = self.heads[name], self.places.get(name)
            if not heads:
                continue
            self.fieldwriter.start_field(name, self.schema[name])
            for text in sorted(heads, key=utf8):
                numbers = decode(bytes(heads[text]))
                raw = bytes(places[text]) if places is not None else None
                self.fieldwriter.add_block(text, Block(numbers[0::2], numbers[1::2], raw))
            self.fieldwriter.finish_field()
            heads.clear()
        self.fieldwriter.close()


_NUMBERS = [chr(number).encode("utf-8", "surrogatepass") for number in range(1 << 16)]


def _days(date: str | None) -> tuple[int, int]:
    """First day and last day (both included) of a date; zeros when there is none that can be read."""
    if date is None:
        return 0, 0
    try:
        first, end = names.days(date)
    except ValueError:
        return 0, 0
    return first, end - 1


def _stored(article: Article) -> bytes:
    filled = {key: value for key, value in asdict(article).items() if value}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


class WhooshWriter:
    """Adds entries; a segment is written whenever one is full, and made visible by `commit`."""

    def __init__(self, folder: Path, index: FileIndex) -> None:
        self._folder = folder
        self._index = index
        self._writer: IndexWriter | None = None

    def _open(self) -> IndexWriter:
        if self._writer is None:
            with writing(self._folder):
                self._writer = IndexWriter(self._index)
        return self._writer

    def add(self, entry: Entry) -> None:
        writer = self._open()
        with writing(self._folder):
            writer.add_entry(entry)
        if writer.docnum - writer.docbase >= SEGMENT_ARTICLES or writer.postings >= SEGMENT_POSTINGS:
            self.commit()

    def delete(self, identifier: str) -> None:
        writer = self._open()
        with writing(self._folder):
            for at, segment in enumerate(writer.segments):
                reader = segment.codec().terms_reader(writer.storage, segment)
                block = reader.block(names.ID, identifier)
                reader.close()
                for number in block.ids if block else ():
                    writer.delete_document(writer._doc_offsets[at] + number)

    def commit(self) -> None:
        if self._writer is not None:
            with writing(self._folder):
                self._writer.commit(merge=False)
            self._writer = None

    def close(self) -> None:
        if self._writer is not None:
            with writing(self._folder):
                self._writer.cancel()
            self._writer = None
