"""The quick engine (extra `fast`): a Tantivy index, in Rust, fed with our terms.

Entry ──writer──► document (terms joined by spaces: documents) ──query, reader──► Matches
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import tantivy

from searcher.engines.folders import FolderEngine
from searcher.engines.tantivy.documents import reading, schema, writing
from searcher.engines.tantivy.reader import TantivyReader

if TYPE_CHECKING:
    from searcher.engines.tantivy.writer import TantivyWriter

__all__ = ["ENGINE", "TantivyEngine", "TantivyReader"]


class TantivyEngine(FolderEngine):
    name = "tantivy"
    version = str(tantivy.__version__).partition(",")[0].rpartition("v")[2]  # type: ignore[attr-defined]

    def create(self, folder: Path, *, jobs: int = 1) -> TantivyWriter:
        from searcher.engines.tantivy.writer import TantivyWriter

        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with _named(folder) as name:
                return TantivyWriter(folder, tantivy.Index(schema(), name, reuse=False), jobs)

    def append(self, folder: Path, *, jobs: int = 1) -> TantivyWriter:
        from searcher.engines.tantivy.writer import TantivyWriter

        with reading(folder), _named(folder) as name:
            index = tantivy.Index.open(name)
        with writing(folder):
            return TantivyWriter(folder, index, jobs)

    def open(self, folder: Path) -> TantivyReader:
        with reading(folder):
            try:
                with _named(folder) as name:
                    return TantivyReader(folder, tantivy.Index.open(name))
            except ValueError as error:
                if "Lockfile" not in str(error):
                    raise
            # Tantivy wants to write a lock file even to read: where it may not, it gets a folder of links.
            from tempfile import TemporaryDirectory  # here: few searches need it, and it takes 2 ms to import

            mirror = TemporaryDirectory(prefix="searcher-")
            try:
                for path in folder.iterdir():
                    if not path.name.endswith(".lock"):
                        Path(mirror.name, path.name).symlink_to(path.absolute())
                return TantivyReader(folder, tantivy.Index.open(mirror.name), mirror)
            except BaseException:
                mirror.cleanup()
                raise


@contextmanager
def _named(folder: Path) -> Iterator[str]:
    """A name that Tantivy can be given: it takes UTF-8 only, and looks up at once what a link leads to."""
    name = str(folder)
    try:
        name.encode()
    except UnicodeEncodeError:
        from tempfile import TemporaryDirectory  # here: as above

        with TemporaryDirectory(prefix="searcher-") as place:
            link = Path(place, "index")
            link.symlink_to(folder.absolute())
            yield str(link)
        return
    yield name


ENGINE = TantivyEngine()
