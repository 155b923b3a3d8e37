"""An index in an OpenSearch cluster, for archives that one machine does not hold, or that an institution shares.

Entry ──writer──► documents (schema) ──query, reader──► Matches; which of the documents count says a file (pointer)
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from searcher.engines.folders import FOLDERS, FolderEngine
from searcher.engines.opensearch import pointer as pointers
from searcher.engines.opensearch import query, schema
from searcher.engines.opensearch.client import SEARCHING, WRITING
from searcher.engines.opensearch.cluster import Cluster, reading, writing
from searcher.engines.opensearch.pointer import FILE, Pointer
from searcher.engines.opensearch.reader import OpenSearchReader
from searcher.engines.opensearch.target import PREFIX, OpenSearch
from searcher.engines.opensearch.writer import OpenSearchWriter, sweep
from searcher.engines.protocol import Seal, Sealed
from searcher.errors import IndexDamaged, ReadFailed, WriteFailed, reason
from searcher.messages import Message
from searcher.values import replace

__all__ = ["ENGINE", "OpenSearchEngine", "OpenSearchReader", "OpenSearchWriter"]

_DROPPED = "dropped.json"  # a pointer whose documents are being deleted
_BRIEFLY = 3.0  # seconds for which deletions are tried


class OpenSearchEngine(FolderEngine):
    """`target`: where a new index goes, and where an older one is now."""

    name = "opensearch"
    version = "1"

    def __init__(self, target: OpenSearch | None = None) -> None:
        self.target = target or OpenSearch()

    def like(self, place: Path) -> OpenSearchEngine:
        with suppress(IndexDamaged, ReadFailed):
            return OpenSearchEngine(self.target.over(pointers.read(place).target))
        return self

    def begin(self, place: Path, base: Sealed | None) -> None:
        """A generation that goes on from another one has the same documents before it, and other ones after it."""
        pointer = pointers.moved(pointers.read(base.place), self.target) if base else Pointer(self.target)
        place.mkdir(FOLDERS)
        pointers.write(place, pointer)

    def create(self, place: Path, *, jobs: int = 1) -> OpenSearchWriter:
        place.mkdir(FOLDERS, parents=True, exist_ok=True)
        given = pointers.read(place).target if (place / FILE).exists() else self.target
        pointer = Pointer(given, f"{given.prefix or PREFIX}-{uuid4().hex[:12]}")
        cluster = Cluster(pointer, patience=WRITING)
        try:
            with writing(place, cluster.where):
                try:
                    pointers.write(place, pointer)  # first: so that `drop` knows of whatever is made
                except OSError as error:
                    raise WriteFailed(Message("index.not-written-plain", place=place, what=reason(error))) from error
                cluster.make()
        except BaseException:
            cluster.close()
            raise
        return OpenSearchWriter(place, pointer, cluster, jobs)

    def append(self, place: Path, *, jobs: int = 1) -> OpenSearchWriter:
        pointer, cluster = self._opened(place, WRITING)
        try:
            with writing(place, cluster.where):
                cluster.refresh()
                sweep(cluster, pointer)
                pointer = replace(pointer, void=(), deleted=tuple(_left(cluster, pointer)))
        except BaseException:
            cluster.close()
            raise
        return OpenSearchWriter(place, pointer, cluster, jobs)

    def verify(self, place: Path, seal: Seal, *, thorough: bool) -> str | None:
        if (wrong := super().verify(place, seal, thorough=thorough)) is not None:
            return wrong
        pointer, cluster = self._opened(place, SEARCHING)
        try:
            with reading(place, cluster.where):
                held = cluster.count(query.every(query.visible(pointer)))
                if held != pointer.articles:
                    return cluster.fault(Message("cluster.count", held=held, put=pointer.articles))
                if thorough and (lines := cluster.differences()):
                    return lines[0]
            return None
        finally:
            cluster.close()

    def open(self, place: Path) -> OpenSearchReader:
        return OpenSearchReader(place, *self._opened(place, SEARCHING))

    def condition(self, place: Path) -> str:
        _, cluster = self._opened(place, SEARCHING)
        try:
            with reading(place, cluster.where):
                return cluster.condition()
        finally:
            cluster.close()

    def _opened(self, place: Path, patience: float) -> tuple[Pointer, Cluster]:
        pointer = pointers.moved(pointers.read(place), self.target)
        if pointer.index is None:
            raise IndexDamaged(Message("cluster.no-index", place=place / FILE))
        return pointer, Cluster(pointer, patience=patience)

    def drop(self, place: Path) -> None:
        """Deletes the indexes when no other generation counts any of their documents; else the documents that none of the
        others counts. The pointer goes first, see `OpenSearchReader`. Raises EngineUnreachable; then what is to be deleted
        stays noted, for the next time."""
        with suppress(FileNotFoundError):
            (place / FILE).replace(place / _DROPPED)
        try:
            pointer = pointers.read(place, _DROPPED)
        except (IndexDamaged, ReadFailed):
            shutil.rmtree(place, ignore_errors=True)
            return
        if pointer.index is not None:
            cluster = Cluster(pointers.moved(pointer, self.target), patience=_BRIEFLY)
            try:
                with writing(place, cluster.where):
                    others = [other for other in _others(place) if other.index == pointer.index]
                    if not others:
                        cluster.remove()
                    elif gone := set.intersection(*(set(other.deleted) for other in others)):
                        cluster.purge(query.some(query.of_these(sorted(gone))))
            finally:
                cluster.close()
        shutil.rmtree(place, ignore_errors=True)


def _others(place: Path) -> Iterator[Pointer]:
    """The pointers of the other generations."""
    for path in place.parent.parent.glob(f"*/{place.name}/{FILE}"):
        with suppress(IndexDamaged, ReadFailed):
            yield pointers.read(path.parent)


def _left(cluster: Cluster, pointer: Pointer) -> Iterator[int]:
    """Those of the deleted articles that are still in the cluster."""
    for clause in query.of_these(pointer.deleted):
        body = {"query": query.every([clause]), "sort": [{schema.SEQUENCE: "asc"}], "_source": False}
        for hits in cluster.pages(body):
            yield from (int(hit["sort"][0]) for hit in hits)


ENGINE = OpenSearchEngine()
