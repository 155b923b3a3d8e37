"""The default engine: a Whoosh index, written and read a posting list at a time.

Whoosh's are the columns, the segments and one of two tables of contents, through which stock Whoosh opens the index and
searches it (`codec.py`, `analyzer.py`; decision 8). Ours are the term dictionary (`dictionary.py`) and postings in blocks
(`postings.py`), made by sorting (`invert.py`, `merge.py`); a table of contents without pickles (`files.py`); and the evaluation
of plans over blocks. A search
imports neither Whoosh nor numpy, because that takes longer than the search. Only where common words have to stand together does
numpy pay (`together.py`).

    Entry ──writer──► invert ──► store ──► segment files ──► segment ──► reader, matching ──► Matches
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from searcher.engines.folders import FolderEngine
from searcher.engines.whoosh import files
from searcher.engines.whoosh.reader import WhooshReader

if TYPE_CHECKING:
    from searcher.engines.whoosh.writer import WhooshWriter

__all__ = ["ENGINE", "WhooshEngine"]


class WhooshEngine(FolderEngine):
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
