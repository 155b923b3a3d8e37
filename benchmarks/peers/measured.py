"""What one run of a benchmark knows: builds, answers and starts of every contender, and the figures made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from peers import ALL, AND, OR, PHRASE

OURS_WHOOSH, OURS_TANTIVY = "ours:whoosh", "ours:tantivy"
LABELS = {
    OURS_WHOOSH: "searcher, Whoosh engine",
    "whoosh": "stock Whoosh",
    "whoosh3": "whoosh3",
    OURS_TANTIVY: "searcher, Tantivy engine",
    "tantivy:2": "tantivy-py, 2 threads",
    "tantivy:1": "tantivy-py, 1 thread",
    "fts5": "SQLite FTS5",
    "bm25s": "bm25s",
    "xapian": "Xapian",
}
"""Every contender, in the order they run: each of ours beside what it is compared with."""

WAYS = {AND: "AND", OR: "OR", PHRASE: "phrase"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """How much there is to index: `text_mb` is the UTF-8 of titles and texts."""

    articles: int
    text_mb: float


@dataclass(frozen=True, slots=True)
class Built:
    """One build: the seconds by the clock and of processor time, without the start of Python; the most memory of all processes
    together, and of it what no file holds."""

    articles: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    anonymous_mb: float
    index_mb: float

    @property
    def rate(self) -> float:
        return self.articles / self.seconds

    @property
    def cpu_rate(self) -> float:
        return self.articles / max(self.cpu_seconds, 0.01)


@dataclass(frozen=True, slots=True)
class Asked:
    """One process that answered: milliseconds of each of `count` queries in every way (`and`, `and, extracts` …), and the
    answers: how many articles (None: it does not say), and the first ten. `first_*`: opening and answering once."""

    count: int
    first_ms: float
    first_mb: float
    peak_mb: float
    times: dict[str, list[float]]
    answers: dict[str, list[tuple[int | None, list[str]]]]

    @property
    def found(self) -> float:
        """The share of queries that found anything."""
        answers = [answer for each in self.answers.values() for answer in each]
        return sum(bool(identifiers) for _, identifiers in answers) / len(answers)


@dataclass(frozen=True, slots=True)
class Updated:
    """Ten articles more: the seconds by the clock and of processor time, the megabytes of new files."""

    seconds: float
    cpu_seconds: float
    written_mb: float


@dataclass(frozen=True, slots=True)
class Start:
    """One command from the shell's view, in milliseconds."""

    command: str
    median: float
    fastest: float


@dataclass(slots=True)
class Stage:
    """An archive of one size, and what the contenders did with it, round by round."""

    corpus: Corpus
    built: dict[str, list[Built]] = field(default_factory=dict)
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    counted: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    updated: dict[str, Updated] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def built_median(self, peer: str, figure: Callable[[Built], float]) -> float | None:
        return median(map(figure, self.built[peer])) if self.built.get(peer) else None

    def rate_ratio(
        self, ours: str, theirs: str, rate: Callable[[Built], float] = lambda built: built.rate
    ) -> float | None:
        """How many times as fast one builds as the other: round by round, then the median."""
        pairs = list(zip(self.built.get(ours, ()), self.built.get(theirs, ()), strict=False))
        return median(rate(one) / rate(other) for one, other in pairs) if pairs else None

    def percentile(self, peer: str, way: str, rank: int) -> float | None:
        """The median of the rounds; None when there were too few queries to know."""
        runs = [each.times[way] for each in self.asked.get(peer, ()) if way in each.times]
        return median(percentile(times, rank) for times in runs) if runs and enough(runs[0], rank) else None

    def time_ratio(self, ours: str, theirs: str, way: str, rank: int = 95) -> float | None:
        """How many times as long one takes as the other, on the queries both were asked."""
        ratios = []
        for one, other in zip(self.asked.get(ours, ()), self.asked.get(theirs, ()), strict=False):
            if way in one.times and way in other.times:
                count = min(one.count, other.count)
                first, second = one.times[way][:count], other.times[way][:count]
                if enough(first, rank):
                    ratios.append(percentile(first, rank) / percentile(second, rank))
        return median(ratios) if ratios else None

    def alike(self) -> tuple[float, float, float] | None:
        """The shares of queries to which both our engines answer as many articles, the same ten, and in the same order."""
        one, other = (self.asked.get(peer) for peer in (OURS_WHOOSH, OURS_TANTIVY))
        if not one or not other:
            return None
        pairs = [pair for kind in ALL for pair in zip(one[0].answers[kind], other[0].answers[kind], strict=False)]
        tests: tuple[Callable[[Any, Any], bool], ...] = (
            lambda a, b: a[0] == b[0],
            lambda a, b: set(a[1]) == set(b[1]),
            lambda a, b: a[1] == b[1],
        )
        as_many, same, same_order = (sum(test(a, b) for a, b in pairs) / len(pairs) for test in tests)
        return as_many, same, same_order


def shown(kind: str) -> str:
    """The way of asking that cuts extracts too."""
    return f"{kind}, extracts"


def enough(times: list[float], rank: int) -> bool:
    """Whether so few times have a percentile: one of twenty is the 95th, one of a hundred the 99th."""
    return len(times) >= (1 if rank == 50 else 100 / (100 - rank))


def percentile(times: list[float], rank: int) -> float:
    return quantiles(times, n=100, method="inclusive")[rank - 1] if len(times) > 1 else times[0]
