"""A content keeps the serial it was given when it came into the archive, whatever becomes of its file and of the index."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searcher import engines
from searcher.errors import IndexDamaged, UsageError
from searcher.indexing import manifest
from searcher.indexing.ledger import Ledger
from searcher.indexing.update import update
from searcher.query.plan import Added, Plan


def installed() -> list[str]:
    def is_installed(name: str) -> bool:
        try:
            engines.load(name)
        except UsageError:
            return False
        return True

    return list(filter(is_installed, engines.LOCAL))


def serials(folder: Path) -> dict[str, int]:
    """Text → the serial of its article, as the engine answers for it; checks that none is larger than the newest."""
    live = manifest.read(folder, fingerprint=None)
    reader = engines.load(live.engine).open(manifest.part(folder, live).place)
    try:
        found: dict[str, int] = {}
        for after in range(live.newest + 1):
            found |= {each.article.text: after + 1 for each in reader.every(Plan(Added(after)))}
        assert reader.count_of(Plan(Added(-1))) == reader.count_of(Plan(Added(0))) == reader.count()
        assert set(found) == {article.text for article in reader.articles()}
        assert live.newest not in found.values() or max(found.values(), default=0) == live.newest
        assert live.newest >= max(found.values(), default=0)
        return found
    finally:
        reader.close()


def write(path: Path, *texts: str, author: str = "") -> Path:
    path.parent.mkdir(exist_ok=True)
    lines = [{"id": f"{path.stem}-{number}", "text": text, "author": author} for number, text in enumerate(texts)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture(params=installed())
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def index(tmp_path: Path, engine: str) -> Path:
    """An index of `un`, `deux` (in a.jsonl) and `trois` (in b.jsonl), which have the serials 1, 2 and 3."""
    write(tmp_path / "press" / "a.jsonl", "un", "deux")
    write(tmp_path / "press" / "b.jsonl", "trois")
    update(tmp_path / "index", [tmp_path / "press"], engine=engine, jobs=1)
    assert serials(tmp_path / "index") == {"un": 1, "deux": 2, "trois": 3}
    return tmp_path / "index"


def test_a_new_content_has_the_next_serial(index: Path) -> None:
    write(index.parent / "press" / "c.jsonl", "quatre", "un")  # which is a copy
    update(index, jobs=1)
    assert serials(index) == {"un": 1, "deux": 2, "trois": 3, "quatre": 4}


def test_a_changed_text_has_a_new_serial_and_its_neighbours_keep_theirs(index: Path) -> None:
    write(index.parent / "press" / "a.jsonl", "avant", "un", "deux !")
    update(index, jobs=1)
    assert serials(index) == {"un": 1, "trois": 3, "avant": 4, "deux !": 5}


def test_another_author_is_no_other_content(index: Path) -> None:
    write(index.parent / "press" / "b.jsonl", "trois", author="Jeanne Dupont")
    update(index, jobs=1)
    assert serials(index) == {"un": 1, "deux": 2, "trois": 3}


def test_a_moved_file_keeps_its_serials(index: Path) -> None:
    press = index.parent / "press"
    (press / "a.jsonl").rename(press / "z.jsonl")
    (press / "b.jsonl").unlink()
    write(press / "y.jsonl", "trois")  # as moved by something that forgets times
    update(index, jobs=1)
    assert serials(index) == {"un": 1, "deux": 2, "trois": 3}


def test_what_vanished_and_comes_back_is_not_new(index: Path) -> None:
    press = index.parent / "press"
    shutil.move(press / "b.jsonl", index.parent / "b.jsonl")
    update(index, jobs=1)
    assert serials(index) == {"un": 1, "deux": 2}
    write(press / "c.jsonl", "quatre")
    update(index, jobs=1, rebuild=True)
    shutil.move(index.parent / "b.jsonl", press / "b.jsonl")
    update(index, jobs=1)
    assert serials(index) == {"un": 1, "deux": 2, "trois": 3, "quatre": 4}


@pytest.mark.parametrize("other", installed())
def test_a_rebuild_keeps_serials_also_with_another_engine(index: Path, other: str) -> None:
    write(index.parent / "press" / "0.jsonl", "zéro")  # which is read before all others
    update(index, jobs=1, rebuild=True, engine=other)
    assert serials(index) == {"un": 1, "deux": 2, "trois": 3, "zéro": 4}


def test_a_rebuild_in_steps_keeps_serials(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searcher.indexing.run.CHECKPOINT", 1)
    write(index.parent / "press" / "0.jsonl", "zéro", "moins un")
    update(index, jobs=1, rebuild=True)
    assert serials(index) == {"un": 1, "deux": 2, "trois": 3, "zéro": 4, "moins un": 5}


def test_a_rebuild_without_a_ledger_that_can_be_read_never_gives_a_serial_twice(index: Path) -> None:
    live = manifest.read(index, fingerprint=None)
    ledger = index / live.generation / manifest.LEDGER
    ledger.unlink()
    ledger.write_bytes(b"rien")
    update(index, jobs=1, rebuild=True)
    assert serials(index) == {"un": 4, "deux": 5, "trois": 6}


WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3)
STEPS: st.SearchStrategy[list[tuple[str, str | bool, list[str]]]] = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(("1", "2", "3")), WORDS),
        st.tuples(st.just("remove"), st.sampled_from(("1", "2", "3")), st.just([])),
        st.tuples(st.just("rename"), st.sampled_from(("1", "2", "3")), st.just([])),
        st.tuples(st.just("update"), st.booleans(), st.just([])),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_serials_of_contents_are_given_once_and_grow(
    steps: list[tuple[str, str | bool, list[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("serials")
    press = place / "press"
    write(press / "0.jsonl", "a")
    known: dict[str, int] = {}
    newest = 0
    for step, value, texts in [*steps, ("update", False, []), ("update", True, [])]:
        path = press / f"{value}.jsonl"
        match step:
            case "write":
                write(path, *texts)
            case "remove":
                path.unlink(missing_ok=True)
            case "rename" if path.exists():
                path.rename(press / f"{value}{len(known)}.jsonl")
            case "update":
                update(place / "index", [press], jobs=1, rebuild=bool(value), durable=False)
                now = serials(place / "index")
                assert now == {text: known.get(text, serial) for text, serial in now.items()}
                new = sorted(serial for text, serial in now.items() if text not in known)
                assert new == list(range(newest + 1, newest + 1 + len(new)))
                newest += len(new)
                known |= now
    shutil.rmtree(place)


def test_a_ledger_that_cannot_be_read_leaves_no_connection_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"rien")
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def recorded(*given: Any, **options: Any) -> sqlite3.Connection:
        made.append(connect(*given, **options))
        return made[-1]

    monkeypatch.setattr(sqlite3, "connect", recorded)
    with pytest.raises(IndexDamaged):
        Ledger(tmp_path / "ledger.sqlite3")
    (connection,) = made
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
