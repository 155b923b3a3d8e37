"""Threads share the stemmer and the caches of the analysis and of marking, and get what one thread gets."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from snowballstemmer.french_stemmer import FrenchStemmer

from searcher import analysis
from searcher.analysis import stems
from searcher.analysis.entry import Pieces
from searcher.article import Article
from searcher.query.marks import Mark
from searcher.results import marking
from searcher.results.passages import passages

WORDS = [
    *("négociations", "turques", "présidents", "l’armée", "armées", "d’Alep", "week-end", "cessez-le-feu"),
    *("12\u202f000", "U.R.S.S.", "Erdoğan", "Путин", "côté"),
]


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Threads take turns as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def some_text(rng: random.Random) -> str:
    return " ".join(f"{rng.choice(WORDS)}{rng.choice(('', '.', f'-{rng.randint(1, 99)}'))}" for _ in range(30))


def assert_alike(work: Callable[[str], object], texts: list[str]) -> None:
    right = list(map(work, texts))

    def run(seed: int) -> list[int]:
        order = random.Random(seed).sample(range(len(texts)), len(texts))
        return [at for at in order if work(texts[at]) != right[at]]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(run, range(8))) == [[]] * 8


def test_snowball_in_python_is_shared_under_a_lock() -> None:
    assert_alike(stems._locked(FrenchStemmer().stemWord), WORDS * 40)


def test_caches_that_are_always_full_change_no_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pieces, "LIMIT", 3)
    monkeypatch.setattr(analysis.words._Remembered, "LIMIT", 3)
    rng = random.Random(7)
    assert_alike(lambda text: analysis.entry(Article("1", text)).terms, [some_text(rng) for _ in range(60)])


def test_caches_that_are_always_full_change_no_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking.Remembered, "LIMIT", 5)
    marks = (
        Mark("armée", keys=frozenset({"armée"}), words=frozenset({"alep"})),
        Mark("« négociations turques »", phrases=(("negociations", "turques"),)),
    )
    rng = random.Random(7)
    assert_alike(lambda text: passages(text, marks, limit=2), [some_text(rng) for _ in range(60)])
