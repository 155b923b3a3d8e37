"""The quick engine (extra `fast`): a Tantivy index, in Rust, fed with our terms.

Entry ──writer──► document (terms joined by spaces: documents) ──query, reader──► Matches
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from searcher.engines.tantivy.documents import reading, schema, writing
from searcher.engines.tantivy.reader import TantivyReader
from searcher.engines.tantivy.writer import TantivyWriter

__all__ = ["ENGINE", "TantivyEngine", "TantivyReader", "TantivyWriter"]


class TantivyEngine:
    name = "tantivy"
    version = version("tantivy")

    def create(self, folder: Path, *, jobs: int = 1) -> TantivyWriter:
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            return TantivyWriter(folder, tantivy.Index(schema(), str(folder), reuse=False), jobs)

    def append(self, folder: Path, *, jobs: int = 1) -> TantivyWriter:
        with reading(folder):
            index = tantivy.Index.open(str(folder))
        with writing(folder):
            return TantivyWriter(folder, index, jobs)

    def open(self, folder: Path) -> TantivyReader:
        with reading(folder):
            try:
                return TantivyReader(folder, tantivy.Index.open(str(folder)))
            except ValueError as error:
                if "Lockfile" not in str(error):
                    raise
            # Tantivy wants to write a lock file even to read: where it may not, it gets a folder of links.
            mirror = TemporaryDirectory(prefix="searcher-")
            try:
                for path in folder.iterdir():
                    if not path.name.endswith(".lock"):
                        Path(mirror.name, path.name).symlink_to(path.absolute())
                return TantivyReader(folder, tantivy.Index.open(mirror.name), mirror)
            except BaseException:
                mirror.cleanup()
                raise


ENGINE = TantivyEngine()
