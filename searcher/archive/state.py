"""The folder of an index → `State`: one generation opened, shared by many threads, and closed after its last user.

A generation never changes once a manifest names it, so a state answers alike for as long as it is open, whatever updates do.
"""

from __future__ import annotations

from _thread import allocate_lock as Lock  # `threading` makes the same lock, and costs a search a millisecond to import
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from searcher import analysis
from searcher.article import Article
from searcher.engines.protocol import Counts, Deadline, Reader
from searcher.errors import IndexClosed, IndexDamaged, IndexReplaced, IndexUnusable
from searcher.indexing import manifest
from searcher.messages import Message
from searcher.query.plan import EVERYTHING, Plan
from searcher.results.values import About
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.indexing.copies.kept import Groups
    from searcher.indexing.ledger import Ledger


class State:
    """One generation of an index, open for reading.

    `used` counts the threads that read. `close` lets nobody in any more; the files are closed when the last thread is out.

    Raises IndexMissing, IndexForeign, IndexDamaged, IndexUntrusted or ReadFailed when it is made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._users = 0
        self._closed = False
        self._ledger: Ledger | None = None
        self._about: About | None = None
        self._volumes: dict[tuple[str, ...], Counts] = {}
        self.groups: Groups | None = None
        """The groups of copies; None when no article has a copy."""
        while True:
            self.manifest = manifest.read(folder, fingerprint=analysis.fingerprint())
            try:
                manifest.verify(folder, self.manifest)
                engine = manifest.engine(folder, self.manifest)
                self.reader: Reader = engine.open(manifest.part(folder, self.manifest).place)
                self._open_beside()
                break
            except IndexDamaged:  # or two updates have ended since the manifest was read, and removed this generation
                if manifest.read(folder, fingerprint=analysis.fingerprint()).generation == self.manifest.generation:
                    raise

    def _open_beside(self) -> None:
        """Opens what answers may need beside the reader: later, two more updates may have removed these files."""
        try:
            if self.manifest.copies or self.manifest.moved:
                _ = self.ledger
            if f"{manifest.COPIES}/leaders" in self.manifest.files:
                from searcher.indexing.copies.kept import Groups  # here: not every archive has copies

                self.groups = Groups(manifest.copies(self.folder, self.manifest).place)
        except BaseException:
            self._close_files()
            self._ledger = None
            raise

    def used(self) -> AbstractContextManager[State]:
        """Lets a thread in, and keeps the files open until the `with` of what is given back ends.

        Raises IndexClosed after `close`; in the `with`, IndexReplaced in place of IndexDamaged when files are missing because
        later updates removed this generation.
        """
        with self._lock:
            if self._closed:
                raise IndexClosed(Message("index.closed", folder=self.folder))
            self._users += 1
        return self._inside()

    @contextmanager
    def _inside(self) -> Iterator[State]:
        try:
            yield self
        except IndexDamaged as error:
            if self.is_replaced():
                raise IndexReplaced(Message("index.replaced", folder=self.folder)) from error
            raise
        finally:
            with self._lock:
                self._users -= 1
                last = self._closed and not self._users
            if last:
                self._close_files()

    def close(self) -> None:
        """Closes the files once no thread reads them any more; closing twice is closing once."""
        with self._lock:
            last = not self._closed and not self._users
            self._closed = True
        if last:
            self._close_files()

    def _close_files(self) -> None:
        self.reader.close()
        if self.groups is not None:
            self.groups.close()
        if self._ledger is not None:
            self._ledger.close()

    def is_replaced(self) -> bool:
        """Whether this generation is neither the live one nor the one before it, so that it may have been removed."""
        with suppress(IndexUnusable):
            live = manifest.read(self.folder, fingerprint=None)
            return self.manifest.generation not in (live.generation, live.base)
        return False

    @property
    def ledger(self) -> Ledger:
        with self._lock:
            if self._ledger is None:
                from searcher.indexing.ledger import Ledger  # here: few searches need to know more than the engine does

                self._ledger = Ledger(self.folder / self.manifest.generation / manifest.LEDGER)
            return self._ledger

    def volumes(self, fields: tuple[str, ...], *, until: float = inf) -> Counts:
        """How many articles of the whole archive have each value of some fields. They are counted once: every timeline asks."""
        counted = self._volumes.get(fields)
        if counted is None:
            counted = self.reader.counts(Plan(EVERYTHING), fields, until=until)
            if counted.complete:
                self._volumes[fields] = counted
        return replace(counted, values={field: dict(values) for field, values in counted.values.items()})

    def located(self, article: Article, clock: Deadline | None = None) -> Article:
        """The article with the path it has now, and the other places where it stands; as the engine has it, when that takes
        longer than there is time by the clock."""
        if not (self.manifest.copies or self.manifest.moved):
            return article
        try:
            places = self.ledger.places(article.id, until=clock.until if clock else inf)
        except TimeoutError:
            assert clock is not None
            clock.miss()
            return article
        if not places:
            return article
        (path, place), *others = places
        copies = tuple(path if place is None else f"{path} : {place}" for path, place in others)
        return replace(article, path=path, place=place, copies=copies)

    def is_current(self) -> bool:
        """Whether the manifest still names this generation. Raises what reading a manifest raises."""
        live = manifest.read(self.folder, fingerprint=analysis.fingerprint())
        return live.generation == self.manifest.generation

    def condition(self) -> str | None:
        """How the machines are that keep the index elsewhere."""
        engine = manifest.engine(self.folder, self.manifest)
        return engine.condition(manifest.part(self.folder, self.manifest).place)

    def about(self) -> About:
        """What this state of the index is."""
        if self._about is None:
            self._about = self._described()
        return self._about

    def _described(self) -> About:
        known = self.manifest
        return About(
            folder=str(self.folder),
            generation=known.generation,
            engine=known.engine,
            engine_version=known.engine_version,
            format=known.format,
            fingerprint=known.fingerprint,
            created=known.created,
            paths=known.paths,
            articles=known.articles,
            copies=known.copies,
            newest=known.newest,
            lineage=known.lineage,
            without=known.without,
            ocr=known.ocr,
            bytes=sum(size for size, _ in known.files.values()),
        )
