"""The default engine: a Whoosh index, written and read a posting list at a time.

What is Whoosh's: the index folder, its segments and table of contents, the term dictionary, the columns. What is ours,
through Whoosh's own extension points: a codec whose postings are blocks (`postings.py`) that are written and decoded whole
instead of one posting at a time, and the evaluation of plans over those blocks. Any Whoosh program that can import this
module can read the index.

    Entry ──writer──► segment (terms, blocks, columns: codec) ──reader, matching──► Matches
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import whoosh
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from searcher.engines.whoosh.codec import reading, schema, writing
from searcher.engines.whoosh.reader import WhooshReader
from searcher.engines.whoosh.writer import WhooshWriter

__all__ = ["ENGINE", "WhooshEngine", "WhooshReader", "WhooshWriter"]

if whoosh.__version__[:2] != (2, 7):
    raise ImportError(
        f"whoosh 2.7 is needed and {'.'.join(map(str, whoosh.__version__))} is installed; reinstall whoosh"
    )


class WhooshEngine:
    name = "whoosh"
    version = ".".join(map(str, whoosh.__version__))

    def create(self, folder: Path) -> WhooshWriter:
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            return WhooshWriter(folder, FileIndex.create(FileStorage(str(folder)), schema(), "archive"))

    def append(self, folder: Path) -> WhooshWriter:
        with _opening(folder) as index:
            return WhooshWriter(folder, index)

    def open(self, folder: Path) -> WhooshReader:
        with _opening(folder) as index:
            return WhooshReader(folder, index)


class _Storage(FileStorage):  # type: ignore[misc]
    """Remembers what it opens: Whoosh lets go of files without closing them when it cannot read one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def close(self) -> None:
        for file in self._opened:
            if not file.is_closed:
                file.close()
        self._opened.clear()


@contextmanager
def _opening(folder: Path) -> Iterator[FileIndex]:
    """The index in a folder; its files are closed when what is done with it fails."""
    storage = _Storage(folder)
    try:
        with reading(folder):
            yield FileIndex(storage, schema=schema(), indexname="archive")
    except BaseException:
        storage.close()
        raise


ENGINE = WhooshEngine()
