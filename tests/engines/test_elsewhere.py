"""An engine that keeps its index elsewhere, as a cluster does: begun, sealed, verified, dropped and not reached."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import searcher
from searcher import engines
from searcher.engines.protocol import Reader, Seal, Sealed, Writer
from searcher.engines.whoosh import ENGINE as WHOOSH
from searcher.errors import EngineUnreachable, IndexDamaged


class Elsewhere:
    """The Whoosh engine in folders of another place; what is in a generation is a note that says in which."""

    name = "elsewhere"
    version = "1"

    def __init__(self, cluster: Path) -> None:
        self.cluster = cluster
        self.reached = True

    def _at(self, place: Path) -> Path:
        if not self.reached:
            raise EngineUnreachable(f"{self.cluster}: the cluster does not answer; try again")
        return self.cluster / place.read_text("utf-8")

    def like(self, place: Path) -> Elsewhere:
        return self

    def begin(self, place: Path, base: Sealed | None) -> None:
        place.write_text(f"{place.parent.parent.name}-{place.parent.name}", "utf-8")
        WHOOSH.begin(self._at(place), Sealed(self._at(base.place), _files(self._at(base.place))) if base else None)

    def create(self, place: Path, *, jobs: int = 1) -> Writer:
        return WHOOSH.create(self._at(place), jobs=jobs)

    def append(self, place: Path, *, jobs: int = 1) -> Writer:
        return WHOOSH.append(self._at(place), jobs=jobs)

    def seal(self, place: Path, *, base: Sealed | None, durable: bool) -> Seal:
        return {"articles": (_count(self.open(place)), "")}

    def verify(self, place: Path, seal: Seal, *, thorough: bool) -> str | None:
        held = _count(self.open(place))
        return None if held == seal["articles"][0] else f"{place}: {held} articles are there"

    def open(self, place: Path) -> Reader:
        return WHOOSH.open(self._at(place))

    def condition(self, place: Path) -> str:
        return "green"

    def drop(self, place: Path) -> None:
        shutil.rmtree(self._at(place), ignore_errors=True)
        place.unlink()


def _files(folder: Path) -> Seal:
    return {path.name: (0, "") for path in folder.iterdir()}


def _count(reader: Reader) -> int:
    try:
        return reader.count()
    finally:
        reader.close()


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    made = Elsewhere(tmp_path / "cluster")
    made.cluster.mkdir()
    load = engines.load
    monkeypatch.setattr(engines, "ENGINES", (*engines.ENGINES, made.name))
    monkeypatch.setattr(engines, "load", lambda name: made if name == made.name else load(name))
    return made


@pytest.fixture
def index(engine: Elsewhere, tmp_path: Path) -> Path:
    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(6):
        (archive / f"{number}.txt").write_text(f"Le budget numéro {number} a été présenté.\n", "utf-8")
        if number > 2:  # generation by generation
            searcher.update(tmp_path / "index", [archive], engine=engine.name)
    return tmp_path / "index"


def test_an_index_may_be_elsewhere(engine: Elsewhere, index: Path, tmp_path: Path) -> None:
    def found() -> int:
        assert searcher.check(index, full=True).wrong == ()
        with searcher.open(index) as opened:
            return opened.search("budget").total

    assert found() == 6
    (tmp_path / "archive" / "0.txt").unlink()
    searcher.update(index)
    assert found() == 5
    searcher.update(index, rebuild=True)
    assert found() == 5


def test_what_nobody_opens_any_more_is_dropped_there_too(engine: Elsewhere, index: Path) -> None:
    there = sorted(path.name for path in engine.cluster.iterdir())
    assert there == [f"index-{path.name}" for path in sorted(index.glob("g*"))]
    assert len(there) == 2


def test_its_own_seal_is_what_it_is_verified_by(engine: Elsewhere, index: Path) -> None:
    with searcher.open(index) as opened:
        generation = opened.about.generation
    shutil.rmtree(engine.cluster / f"index-{generation}")
    WHOOSH.create(engine.cluster / f"index-{generation}").close()
    with pytest.raises(IndexDamaged, match="elsewhere: 0 articles are there; rebuild with: searcher index "):
        searcher.open(index)


def test_a_cluster_that_does_not_answer_is_no_damage(engine: Elsewhere, index: Path) -> None:
    engine.reached = False
    for ask in (searcher.open, searcher.check, searcher.update):
        with pytest.raises(EngineUnreachable, match="does not answer"):
            ask(index)
    engine.reached = True
    searcher.update(index)
    with searcher.open(index) as opened:
        assert opened.search("budget").total == 6
