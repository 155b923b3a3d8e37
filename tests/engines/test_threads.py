"""One reader serves many threads, may be closed under them, and keeps no more than it should."""

from __future__ import annotations

import gc
import os
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from searcher import engines
from searcher.article import FIELDS, WHOLE
from searcher.engines.opensearch import OpenSearchReader
from searcher.engines.protocol import Engine, Reader
from searcher.engines.whoosh import arrays
from searcher.engines.whoosh.reader import WhooshReader
from searcher.errors import IndexClosed, UsageError
from searcher.query.ask import NATIVE
from searcher.query.lookup import Shaped, Within
from searcher.query.plan import EVERYTHING, Plan, Term, Weighted
from tests.engines.test_answers import SEED, VOCABULARY, Archive, entry, filled, reading, some_archive, some_plan

THREADS, QUERIES = 16, 250

Question = Callable[[Reader], Any]


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine whose caches hold so little that they are always full."""
    try:
        loaded = engines.load(request.param)
    except UsageError as error:
        pytest.skip(str(error))
    if request.param == "whoosh":
        monkeypatch.setattr("searcher.engines.whoosh.blocks.CACHED_POSTINGS", 60)
        monkeypatch.setattr("searcher.engines.whoosh.arrays.CACHED_BYTES", 2_000)
        monkeypatch.setattr("searcher.engines.whoosh.reader.CACHED_IDFS", 5)
    else:
        home = {"tantivy": "reader", "opensearch": "vocabulary"}[request.param]
        monkeypatch.setattr(f"searcher.engines.{request.param}.{home}.KEPT", 3)
    return loaded


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def archive_of(engine: Engine, folder: Path) -> Archive:
    """A random archive with articles in it."""
    for at in range(SEED, SEED + 20):
        archive = some_archive(engine, folder / str(at), at)
        if len(archive.alive) > 10:
            return archive
    raise AssertionError(f"SEED={SEED}: no archive of 20 has more than ten articles")


def some_question(rng: random.Random) -> Question:
    plan, sort = some_plan(rng), rng.choice(NATIVE)
    field, text = rng.choice(("words", "stems", "source")), rng.choice(VOCABULARY)
    identifier = f"n°{rng.randint(0, 40)}"
    asked = (Term(field, text), Shaped(field, f"{text[:1]}*", 20, counted=True), Within("words", "ab", 1, 20))
    questions: list[Question] = [
        lambda reader: reader.search(plan, limit=7, sort=sort),
        lambda reader: reader.search(plan, limit=7, sort=sort, explain=True),
        lambda reader: reader.count_of(plan),
        lambda reader: reader.counts(plan, list(WHOLE)),
        lambda reader: list(reader.every(plan, sort)),
        lambda reader: reader.look_up(asked),
        lambda reader: reader.fetch(identifier),
    ]
    return rng.choice(questions[:1] * 6 + questions)


def kept(reader: Any) -> int:
    """How much a reader remembers; the counts it keeps of that have to be true."""
    if isinstance(reader, WhooshReader):
        cache = reader._cache
        assert cache.postings == sum(len(block) + 8 for block in cache._blocks.values())
        held = reader._arrays._remembered if reader._arrays is not None else None
        if held is not None:
            assert held.bytes == sum(arrays._size(*each) for each in held._held.items()) <= arrays.CACHED_BYTES
        return cache.postings + len(reader._idfs) + len(reader._norms)
    if isinstance(reader, OpenSearchReader):
        return len(reader._vocabulary._kept)
    return len(reader._listed)


def times(engine: Engine, many: int) -> int:
    """How often to do something: a hundred times less where each time is some requests to a cluster."""
    return many // 100 if engine.name == "opensearch" else many


@pytest.mark.usefixtures("restless")
def test_many_threads_get_the_answers_that_one_gets(engine: Engine, tmp_path: Path) -> None:
    archive = archive_of(engine, tmp_path)
    rng = random.Random(SEED)
    questions = [some_question(rng) for _ in range(QUERIES)]
    with reading(engine, archive.folder) as reader:
        right = [ask(reader) for ask in questions]

    def run(seed: int) -> list[int]:
        order = list(range(QUERIES))
        random.Random(seed).shuffle(order)
        return [at for at in order if questions[at](reader) != right[at]]

    with reading(engine, archive.folder) as reader, ThreadPoolExecutor(THREADS) as threads:
        wrong = list(threads.map(run, range(THREADS)))
        assert wrong == [[]] * THREADS, f"SEED={SEED}"
        assert kept(reader) <= 60 + 5 + len(FIELDS)


def test_what_a_reader_remembers_is_bounded(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry(str(at), f"w{at} w{at + 1}") for at in range(40)])
    with reading(engine, folder) as reader:
        for at in range(times(engine, 4_000)):
            word = f"w{at % 800}"
            if at % 4 == 0:
                reader.search(Plan(Term("words", word), ((Weighted(Term("words", word)),),)), limit=1)
            else:
                reader.look_up((Term("words", word), Shaped("words", f"{word}*", 3)))
        assert kept(reader) <= 60 + 5 + len(FIELDS)


@pytest.mark.usefixtures("restless")
def test_a_search_during_close_ends_as_it_would_or_says_that_the_index_is_closed(
    engine: Engine, tmp_path: Path
) -> None:
    archive = archive_of(engine, tmp_path)
    rng = random.Random(SEED)
    questions = [some_question(rng) for _ in range(20)]
    with reading(engine, archive.folder) as reader:
        right = [ask(reader) for ask in questions]
    for pause in range(25):
        reader = engine.open(archive.folder)
        busy = Event()

        def run(seed: int, reader: Reader = reader, busy: Event = busy) -> list[int]:
            order = random.Random(seed)
            wrong = []
            while True:
                at = order.randrange(len(questions))
                try:
                    if questions[at](reader) != right[at]:
                        wrong.append(at)
                except IndexClosed:
                    return wrong
                busy.set()

        with ThreadPoolExecutor(4) as threads:
            running = [threads.submit(run, seed) for seed in range(4)]
            busy.wait()
            for _ in range(pause * 20):
                reader.count()
            reader.close()
            assert [each.result() for each in running] == [[]] * 4, f"SEED={SEED}"


ASKED: dict[str, Question] = {
    "count": lambda reader: reader.count(),
    "search": lambda reader: reader.search(Plan(EVERYTHING), limit=1),
    "count_of": lambda reader: reader.count_of(Plan(EVERYTHING)),
    "counts": lambda reader: reader.counts(Plan(EVERYTHING), list(WHOLE)),
    "serials": lambda reader: list(reader.serials(Plan(EVERYTHING))),
    "every": lambda reader: list(reader.every(Plan(EVERYTHING))),
    "look_up": lambda reader: reader.look_up((Term("words", "a"), Shaped("words", "a*", 3))),
    "fetch": lambda reader: reader.fetch("1"),
    "articles": lambda reader: list(reader.articles()),
    "check": lambda reader: reader.check(),
}
"""One question to every method of a reader."""


@pytest.mark.parametrize("name", [name for name in vars(Reader) if not name.startswith("_") and name != "close"])
def test_a_closed_reader_says_that_it_is_closed(engine: Engine, name: str, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a")])
    reader = engine.open(folder)
    ASKED[name](reader)  # a remembered answer is none either
    reader.close()
    reader.close()
    with pytest.raises(IndexClosed) as raised:
        ASKED[name](reader)
    assert str(raised.value) == f"{folder}: the index was closed; open it again"


def test_openings_leave_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b")], [entry("2", "a")])

    def left() -> tuple[int, int, int]:
        gc.collect()
        maps = sum(str(folder) in line for line in Path("/proc/self/maps").read_text().splitlines())
        return len(os.listdir("/proc/self/fd")), maps, len(gc.get_objects())

    def open_and_close(times: int) -> None:
        for _ in range(times):
            with reading(engine, folder) as reader:
                assert reader.search(Plan(Term("words", "a")), limit=5).total == 2

    open_and_close(5)
    files, maps, objects = left()
    open_and_close(times(engine, 400))
    assert left()[:2] == (files, maps)
    assert left()[2] < objects + 1_000, "objects of half a reading each are left"
