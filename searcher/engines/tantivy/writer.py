"""Entries in, segments out."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from searcher import article as names
from searcher.article import Entry
from searcher.engines.compressed import SAMPLE, Compressor, dictionary
from searcher.engines.tantivy import files
from searcher.engines.tantivy.documents import SEQUENCE, document, prepared, schema, stored, writing
from searcher.engines.tokens import token

HEAP = 60 << 20  # bytes a thread collects before it writes a segment
_ARENA_MAX = -8  # as mallopt(3) calls it


class TantivyWriter:
    """Adds entries in `jobs` threads; each writes a segment when its memory is full and at `commit`.

    Tantivy merges segments by itself, in the background, so that there are few of every size.
    """

    def __init__(self, folder: Path, index: tantivy.Index, jobs: int) -> None:
        self._folder = folder
        self._schema = schema()
        self._changed = False
        _share_arena()
        writer = prepared(index).writer(HEAP * jobs, jobs)
        # Tantivy numbers whatever is done to an index, so this is after every place that was ever given.
        self._next = self._committed = writer.commit_opstamp
        self._writer: tantivy.IndexWriter | None = writer
        known = files.dictionary(folder)
        self._compressor = Compressor(known) if known else None
        self._waiting: list[Entry] = []  # until there is a dictionary to compress them with

    def _open(self) -> tantivy.IndexWriter:
        assert self._writer is not None, "the writer is closed"
        return self._writer

    def add(self, entry: Entry) -> None:
        entry = entry.spelt()
        with writing(self._folder):
            if self._compressor is not None:
                self._add(entry, self._compressor)
                return
            self._waiting.append(entry)
            if len(self._waiting) == SAMPLE:
                made = dictionary([stored(each) for each in self._waiting])
                files.write_dictionary(self._folder, made)
                self._compressor = Compressor(made)
                self._add_waiting(self._compressor)

    def _add_waiting(self, compressor: Compressor) -> None:
        for each in self._waiting:
            self._add(each, compressor)
        self._waiting.clear()

    def _add(self, entry: Entry, compressor: Compressor) -> None:
        self._open().add_document(document(entry, self._next, compressor))
        self._next += 1
        self._changed = True

    def delete(self, identifier: str) -> None:
        with writing(self._folder):
            called = Query.term_query(self._schema, names.ID, token(identifier), "basic")
            old = Query.range_query(self._schema, SEQUENCE, FieldType.Unsigned, 0, self._committed, include_upper=False)
            self._open().delete_documents_by_query(Query.boolean_query([(Occur.Must, called), (Occur.Must, old)]))
        self._changed = True

    def commit(self) -> None:
        with writing(self._folder):
            self._add_waiting(self._compressor or Compressor(b""))
            self._open().commit()
        self._committed = self._next
        self._changed = False

    def close(self) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        with writing(self._folder):
            if self._changed:
                writer.rollback()
                writer.garbage_collect_files()
            writer.wait_merging_threads()


def _share_arena() -> None:
    """Makes all threads of this process allocate from one arena of glibc, for as long as the process lives.

    By default glibc gives a thread an arena of its own, and what one thread frees another cannot use: indexing with Tantivy's
    threads then takes half as much memory again (165 MB where one arena takes 103), at the same speed. $MALLOC_ARENA_MAX has
    precedence; other C libraries have no `mallopt`, or ignore the request.
    """
    if "MALLOC_ARENA_MAX" not in os.environ:
        import ctypes  # here: a search loads this module and writes nothing

        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
