"""An index is looked after from a program: checked, repaired, kept up to date while files change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from threading import Event, Thread

import pytest

import searcher
from searcher.indexing import generations, manifest
from tests import places


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(places.SEEDS, tmp_path / "articles")
    searcher.build(tmp_path / "index", [tmp_path / "articles"])
    return tmp_path / "index"


def test_a_sound_index_is_left_alone(folder: Path) -> None:
    before = searcher.open(folder).about.generation
    assert searcher.check(folder, full=True) == searcher.Check(str(folder), 2, ())
    assert searcher.repair(folder) == searcher.Repair(str(folder), (), 2, 2)
    assert searcher.open(folder).about.generation == before


def test_a_lost_manifest_is_put_back(folder: Path) -> None:
    (folder / manifest.NAME).unlink()
    (wrong,) = searcher.check(folder).wrong
    assert "there is no index" in wrong
    assert searcher.repair(folder) == searcher.Repair(str(folder), (wrong,), 2, 2)
    assert searcher.check(folder, full=True).wrong == ()


def test_a_damaged_index_is_rebuilt_from_what_was_indexed(folder: Path) -> None:
    largest = max(folder.glob("g*/*/*"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1])
    repaired = searcher.repair(folder)
    assert repaired.report is not None
    assert (repaired.articles, repaired.before, len(repaired.wrong)) == (2, 2, 1)
    assert searcher.check(folder, full=True).wrong == ()


def test_a_folder_that_never_was_an_index_is_missing(tmp_path: Path) -> None:
    for function in (searcher.check, searcher.repair):
        with pytest.raises(searcher.IndexMissing):
            function(tmp_path / "none")


def test_watching_takes_in_what_changes_and_ends_when_told(folder: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra watch is not installed")
    articles, stop, totals = folder.parent / "articles", Event(), []
    with generations.writing(folder):  # another writer: watching waits for it
        watching = searcher.watch(folder, [articles], settle=0.1, stop=stop)
        first = Event()

        def run() -> None:
            for report in watching:
                totals.append(report.articles)
                first.set()
                if report.articles == 3:
                    stop.set()

        thread = Thread(target=run)
        thread.start()
        assert not first.wait(0.5)
    assert first.wait(60)
    (articles / "new.json").write_text(json.dumps({"id": "new", "text": "Assad est nouveau"}), "utf-8")
    thread.join(60)
    assert not thread.is_alive()
    assert totals == [2, 3]


def test_watching_without_anything_to_watch_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra watch is not installed")
    with pytest.raises(searcher.IndexMissing):
        next(searcher.watch(tmp_path / "none"))
