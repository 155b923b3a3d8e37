"""The default engine: a Whoosh index, written and read a posting list at a time.

What is Whoosh's: the term dictionary, the columns, the segments, and the codec as a way to bring one's own format, so that
Whoosh's searcher and queries work on the index (`codec.open_index`). What is ours: postings in blocks (`postings.py`), their
making by sorting (`invert.py`, `merge.py`), a table of contents without pickles (`files.py`), and the evaluation of plans over
blocks. Searching imports neither Whoosh nor numpy: that would take longer than the search, but for common words that have to
stand together (`together.py`).

    Entry ──writer──► invert ──► store ──► segment files ──► segment ──► reader, matching ──► Matches
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from searcher.engines.whoosh import files
from searcher.engines.whoosh.reader import WhooshReader

if TYPE_CHECKING:
    from searcher.engines.whoosh.writer import WhooshWriter

__all__ = ["ENGINE", "WhooshEngine"]


class WhooshEngine:
    name = "whoosh"
    version = "2.7.4"

    def create(self, folder: Path, *, jobs: int = 1) -> WhooshWriter:
        from searcher.engines.whoosh.writer import WhooshWriter, publish, writing

        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            publish(folder, files.Contents())
        return WhooshWriter(folder, jobs=jobs)

    def append(self, folder: Path, *, jobs: int = 1) -> WhooshWriter:
        from searcher.engines.whoosh.writer import WhooshWriter

        files.read(folder)
        return WhooshWriter(folder, jobs=jobs)

    def open(self, folder: Path) -> WhooshReader:
        return WhooshReader(folder, files.read(folder))


ENGINE = WhooshEngine()
