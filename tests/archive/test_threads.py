"""One index, many threads: answers as of one thread, `close` underneath, nothing left behind.

The archive has copies, so that the ledger is asked for every hit.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import searcher
from searcher import engines

THREADS, QUERIES, ARTICLES = 16, int(os.environ.get("QUERIES") or 50), 60
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
WORDS = "budget police ministre réforme école grève hôpital climat vote prix".split()


@pytest.fixture(scope="module", params=engines.ENGINES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two files that hold the same articles."""
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the extra fast is not installed")
    place, rng = tmp_path_factory.mktemp(request.param), random.Random(SEED)
    records = [
        {
            "id": f"a{at}",
            "title": f"Titre {at}",
            "text": " ".join(rng.choices(WORDS, k=30)) + ".",
            "source": rng.choice(WORDS),
        }
        for at in range(ARTICLES)
    ]
    for name in ("one", "two"):
        (place / f"{name}.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in records), "utf-8")
    searcher.build(place / "index", [place / "one.jsonl", place / "two.jsonl"], engine=request.param)
    return place / "index"


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def questions(rng: random.Random) -> list[Callable[[searcher.Index], object]]:
    def some() -> str:
        return rng.choice(("{} {}", "{} -{}", '"{} {}"', "{} OU {}")).format(*rng.sample(WORDS, 2))

    asks = [searcher.Ask(some(), sort=rng.choice(list(searcher.Sort)), timeout=None) for _ in range(20)]
    identifiers = [f"a{rng.randrange(ARTICLES)}" for _ in range(5)]
    return [
        *(lambda index, ask=ask: index.search(ask, limit=3, passages=1).hits for ask in asks),
        *(lambda index, ask=ask: index.counts(ask, "source") for ask in asks[:3]),
        *(lambda index, ask=ask: [hit.article.id for hit in index.every(ask)] for ask in asks[:3]),
        *(lambda index, identifier=identifier: index.get(identifier) for identifier in identifiers),
        lambda index: index.about,
    ]


@pytest.mark.usefixtures("restless")
def test_many_threads_get_the_answers_that_one_gets(folder: Path) -> None:
    asked = questions(random.Random(SEED))
    with searcher.open(folder) as index:
        right = [question(index) for question in asked]
        assert any(hit.article.copies for hit in index.search(WORDS[0]))

        def run(seed: int) -> list[int]:
            order = random.Random(seed).choices(range(len(asked)), k=QUERIES)
            return [at for at in order if asked[at](index) != right[at]]

        with ThreadPoolExecutor(THREADS) as threads:
            assert list(threads.map(run, range(THREADS))) == [[]] * THREADS, f"SEED={SEED}"


@pytest.mark.usefixtures("restless")
def test_it_may_be_closed_while_threads_search(folder: Path) -> None:
    """What was asked before is answered; what is asked afterwards is told that the index is closed."""
    for turn in range(20):
        index = searcher.open(folder)
        right = index.search(WORDS[0], limit=50).hits
        searching = threading.Barrier(5)

        def run(index: searcher.Index = index, right: object = right, searching: threading.Barrier = searching) -> bool:
            searching.wait()
            for _ in range(50):
                try:
                    assert index.search(WORDS[0], limit=50).hits == right
                except searcher.IndexClosed:
                    return True
            return False

        with ThreadPoolExecutor(4) as threads:
            running = [threads.submit(run) for _ in range(4)]
            searching.wait()
            for _ in range(turn):
                len(index)
            index.close()
            assert {each.result() for each in running} <= {True, False}
        with pytest.raises(searcher.IndexClosed):
            index.search(WORDS[0])
        index.close()


def _pinned(index: searcher.Index) -> searcher.Results:
    with index.pinned() as pinned:
        return pinned.search("budget")


ASKED: dict[str, Callable[[searcher.Index], object]] = {
    "about": lambda index: index.about,
    "is_current": lambda index: index.is_current(),
    "len": len,
    "search": lambda index: index.search("budget"),
    "why": lambda index: index.why("budget", "a0"),
    "counts": lambda index: index.counts("budget", "source"),
    "volumes": lambda index: index.volumes("budget", "source"),
    "facets": lambda index: index.facets("budget", "source"),
    "timeline": lambda index: index.timeline("budget"),
    "pinned": _pinned,
    "sample": lambda index: index.sample("budget", 2),
    "highlights": lambda index: index.highlights("budget", "a0"),
    "kwic": lambda index: list(index.kwic("budget")),
    "names": lambda index: index.names("budget"),
    "pairs": lambda index: index.pairs("budget"),
    "similar": lambda index: index.similar("a0"),
    "quotes": lambda index: list(index.quotes()),
    "problems": lambda index: list(index.problems()),
    "names_of": lambda index: index.names_of("a0"),
    "quotes_of": lambda index: index.quotes_of("a0"),
    "group": lambda index: index.group("a0"),
    "diff": lambda index: index.diff("a0", "a1"),
    "edited": lambda index: index.edited(0),
    "condition": lambda index: index.condition(),
    "latest": lambda index: index.latest("budget"),
    "every": lambda index: list(index.every("budget")),
    "get": lambda index: index.get("a0"),
    "articles": lambda index: list(index.articles()),
    "check": lambda index: index.check(full=True),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_closed_index_says_so(folder: Path, name: str) -> None:
    for index in (searcher.open(folder), searcher.live(folder)):
        ASKED[name](index)
        index.close()
        with pytest.raises(searcher.IndexClosed) as raised:
            ASKED[name](index)
        assert str(raised.value) == f"{folder}: the index was closed; open it again"


def test_every_method_of_an_index_is_asked() -> None:
    public = {name for name in vars(searcher.Index) if not name.startswith("_")} | {"len"}
    assert public - {"close"} == set(ASKED)


def test_openings_leave_nothing_behind(folder: Path) -> None:
    def left() -> tuple[int, int, int]:
        gc.collect()
        maps = sum(str(folder) in line for line in Path("/proc/self/maps").read_text().splitlines())
        return len(os.listdir("/proc/self/fd")), maps, threading.active_count()

    def opened(times: int) -> None:
        for at in range(times):
            with searcher.open(folder) as index:
                if at % 20 == 0:
                    assert index.search("budget", limit=1).total

    opened(5)
    before = left()
    opened(400)
    assert left() == before
