"""An index that goes over to newer states by itself, under the threads that use it."""

from __future__ import annotations

import gc
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Event

import pytest

import searcher
from searcher import engines
from searcher.indexing import manifest

THREADS, UPDATES = 8, 6


class Archive:
    """A folder of articles that grows by an article, met twice, with every update."""

    def __init__(self, place: Path, engine: str) -> None:
        self.articles, self.folder, self.engine, self.size = place / "articles", place / "index", engine, 0
        self.articles.mkdir()
        self.grow()

    def grow(self) -> None:
        record = json.dumps({"id": f"n{self.size}", "text": f"commun numéro {self.size}"})
        for copy in ("a", "b"):
            (self.articles / f"{self.size}{copy}.json").write_text(record, "utf-8")
        self.size += 1
        searcher.update(self.folder, [self.articles], engine=self.engine, jobs=1)

    def held(self) -> set[str]:
        """The generations whose files this process has open."""
        gc.collect()
        links = []
        for each in os.listdir("/proc/self/fd"):
            with suppress(OSError):  # the handle that lists the others is closed by now
                links.append(os.readlink(f"/proc/self/fd/{each}"))
        named = [*links, *Path("/proc/self/maps").read_text().splitlines()]
        below = f"{self.folder}/"
        return {line.partition(below)[2].partition("/")[0] for line in named if below in line} - {".lock"}


@pytest.fixture(params=engines.ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the extra fast is not installed")
    return Archive(tmp_path, request.param)


def test_it_follows_updates_under_many_threads_and_never_goes_back(archive: Archive) -> None:
    done = Event()
    with searcher.live(archive.folder, interval=0.0) as index:

        def run() -> list[tuple[str, int]]:
            seen = []
            while not done.wait(0.01):  # searches leave the updates a turn
                results = index.search("commun", limit=50)
                assert results.total == len(results.hits) == results.index.articles
                assert all(len(hit.article.copies) == 1 for hit in results)
                seen.append((results.index.generation, results.total))
            return seen

        with ThreadPoolExecutor(THREADS) as threads:
            running = [threads.submit(run) for _ in range(THREADS)]
            try:
                for _ in range(UPDATES):
                    archive.grow()
            finally:
                done.set()
            seen = [each.result() for each in running]
        assert all(each == sorted(each) for each in seen)
        assert index.search("commun").total == archive.size
        assert index.is_current()
        assert archive.held() == {index.about.generation}
    assert archive.held() == set()


def test_an_index_tells_whether_there_is_a_newer_state(archive: Archive) -> None:
    with searcher.open(archive.folder) as index:
        assert index.is_current()
        archive.grow()
        assert not index.is_current()
        assert index.search("commun").total == 1


def test_a_state_that_later_updates_removed_is_not_called_damaged(archive: Archive) -> None:
    with searcher.open(archive.folder) as index:
        for _ in range(3):
            archive.grow()
        if archive.engine != "opensearch":
            assert index.search("commun").total == 1  # its files are gone, and still open
        with pytest.raises(searcher.IndexReplaced, match="open the index again") as raised:
            index.check()
        assert "rebuild" not in str(raised.value)


def test_it_goes_on_with_what_it_has_while_the_newer_state_cannot_be_opened(archive: Archive) -> None:
    path = archive.folder / manifest.NAME
    with searcher.live(archive.folder, interval=0.0) as index:
        whole = path.read_bytes()
        path.write_bytes(b"{")
        assert index.search("commun").total == 1
        with pytest.raises(searcher.IndexDamaged):
            index.is_current()
        path.unlink()
        assert index.search("commun").total == 1
        with pytest.raises(searcher.IndexMissing):
            index.is_current()
        path.write_bytes(whole)
        archive.grow()
        assert index.search("commun").total == 2


def test_it_looks_for_a_newer_state_no_oftener_than_it_was_told(archive: Archive) -> None:
    with searcher.live(archive.folder, interval=3600) as index:
        archive.grow()
        assert index.search("commun").total == 1
        assert not index.is_current()


def test_too_many_open_files_are_not_called_damage(archive: Archive) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    held = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 8, before[1]))
        with suppress(OSError):
            for _ in count():
                held.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(searcher.ReadFailed, match="too many open files"):
            searcher.open(archive.folder)
    finally:
        for each in held:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
