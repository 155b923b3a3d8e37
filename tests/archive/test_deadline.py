"""When the time is up an answer holds less, never anything wrong, and says so. Time is counted in questions, not seconds."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from math import inf, isclose
from pathlib import Path
from time import monotonic

import pytest

import searcher
from searcher import engines
from searcher.engines import protocol, together
from searcher.engines.matching import find
from searcher.engines.postings import Block, distances, encode
from searcher.engines.protocol import Deadline, Engine
from searcher.faces.cli import search_main
from searcher.query.ask import NATIVE
from tests.conftest import Build
from tests.engines.test_answers import Archive, expected, numbers, reading, some_archive, some_match, some_plan

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
PLANS = 150


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes every question for the time take a second; what is given back sets it to 0."""
    now = 0.0

    def ask() -> float:
        nonlocal now
        now += 1
        return now

    def reset() -> None:
        nonlocal now
        now = 0.0

    monkeypatch.setattr(protocol, "monotonic", ask)
    return reset


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the extra fast is not installed")
    return engines.load(request.param)


def test_it_finds_nothing_that_the_plan_does_not(engine: Engine, tmp_path: Path, clock: Callable[[], None]) -> None:
    archive = some_archive(engine, tmp_path, SEED + 3)
    place, rng, stopped = numbers(archive), random.Random(SEED), 0
    with reading(engine, archive.folder) as reader:
        for number in range(PLANS):
            plan, sort = some_plan(rng), rng.choice(NATIVE)
            right, told = expected(plan, archive), f"SEED={SEED}, plan {number}: {plan}"
            clock()
            answer = reader.search(
                plan, limit=100, sort=sort, explain=True, until=rng.choice((0, 2, 5, 9, 20, 50, inf))
            )
            found = {place[each.article.id]: each.score for each in answer.found}
            assert found.keys() <= right.keys(), told
            assert len(found) <= answer.total <= len(right), told
            if answer.complete:
                assert answer.total == len(right), told
                if archive.alive == archive.stored:  # else it is for the engine to say what still counts
                    assert all(isclose(found[each], right[each], rel_tol=1e-4, abs_tol=1e-5) for each in found), told
            stopped += not answer.complete
    assert stopped or engine.name != "whoosh" or not archive.alive, f"SEED={SEED}"


def test_it_finds_the_more_the_longer_it_looks(tmp_path: Path, clock: Callable[[], None]) -> None:
    """Were it not so, what is left out of something that is not known whole would show here."""
    engine = engines.load("whoosh")
    archive = Archive(tmp_path, [], [], 0)
    while not archive.alive:
        archive = some_archive(engine, tmp_path / str(archive.seed), archive.seed + 1)
    rng = random.Random(SEED)
    with reading(engine, archive.folder) as reader:
        segment = reader._segments[0]  # type: ignore[attr-defined]
        for number in range(PLANS):
            match = some_match(rng, 3)
            whole = find(segment, match)
            for until in (0, 1, 3, 8, 30):
                clock()
                own = Deadline(until)
                found = find(segment, match, own)
                assert found <= whole, f"SEED={SEED}, match {number}, until {until}: {match}"
                assert own.missed or found == whole, f"SEED={SEED}, match {number}, until {until}: {match}"


@pytest.mark.parametrize("slop", [None, 2])
def test_it_stops_between_stretches_of_common_words(slop: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "STRETCH", 16)
    head = encode([*distances(list(range(100))), *[1] * 100])
    one, two = (Block(100, head, chr(at).__mul__) for at in (1, 2))

    def stand(clock: Deadline) -> set[int]:
        candidates = set(range(100))
        if slop is None:
            return together.side_by_side([one, two], candidates, clock)
        return together.within(2 + slop, [(one, 1), (two, 1)], candidates, clock)

    asked = iter(range(100))
    monkeypatch.setattr(protocol, "monotonic", lambda: next(asked))
    assert stand(Deadline()) == set(range(100))
    asked = iter(range(100))
    some = Deadline(3)
    assert stand(some) == set(range(48))
    assert some.missed


def test_a_share_misses_what_it_is_a_share_of() -> None:
    whole = Deadline(monotonic() + 1_000)
    half = whole.share(0.5)
    assert half.until < whole.until - 400
    assert not half.over()
    assert (half.missed, whole.missed) == (False, False)
    late = whole.share(0.0)
    assert late.over()
    assert (whole.missed, half.missed) == (True, False)
    assert Deadline().share(1 / 3).until == inf


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = [f"Le budget de la ville numéro {number}, le maire et son adjoint." for number in range(40)]
QUERIES = [
    *("budget", "budget ville", "maire -numéro", '"de la"~5 maire', "vil* budjet~ -mai*", "absent", "absent budget"),
    *("=maire", "budget -cote", "titre:(un -b*)", "budget source:(ab* -abc*)", "vile~ maire~1 bud?et", "-vil*"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_an_answer_is_whole_or_says_that_it_is_not(query: str, build: Build, clock: Callable[[], None]) -> None:
    with searcher.open(build(TEXTS)) as index:
        index_time = searcher.archive.answering.monotonic  # type: ignore[attr-defined]
        whole = index.search(query, timeout=None, limit=100)
        found = {hit.article.id for hit in whole}
        assert whole.complete
        for seconds in (0.5, 2, 4, 8, 16, 32, 64, 1_000):
            searcher.archive.answering.monotonic = lambda: 0.0  # type: ignore[attr-defined]
            clock()
            try:
                some = index.search(query, timeout=seconds, limit=100)
            finally:
                searcher.archive.answering.monotonic = index_time  # type: ignore[attr-defined]
            noted = [note.message for note in some.notes if note.kind == "timeout"]
            assert some.relaxed <= whole.relaxed
            assert some.relaxed < whole.relaxed or {hit.article.id for hit in some} <= found
            if some.complete:
                assert (some.total, some.relaxed) == (whole.total, whole.relaxed)
            else:
                assert some.help is None
                assert noted[0].startswith(f"stopped after {seconds:g} s")
        assert some.complete


def test_it_counts_what_was_found_and_never_claims_that_there_is_nothing(
    build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build(TEXTS)
    monkeypatch.setattr("sys.argv", ["search", "budget", "--index", str(folder), "--timeout", "1e-9"])
    with pytest.raises(SystemExit) as ended:
        search_main()
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.out == ""
    assert said.err == (
        "note: stopped after 1e-09 s, before anything was found; add a rarer word, or give it longer (--timeout)\n"
        "no article so far\n"
    )


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_it_refuses_a_time_that_is_none(timeout: float, build: Build) -> None:
    with searcher.open(build(TEXTS[:1])) as index, pytest.raises(searcher.UsageError, match="above 0"):
        index.search("budget", timeout=timeout)
