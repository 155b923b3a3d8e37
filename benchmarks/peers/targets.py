"""Measured figures flow in; every target of speed and size beside what was measured in the same run flows out.

Targets of memory and of updates are measured by `memory.py` and by the lane of a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peers import ALL, AND, OR, PHRASE
from peers.measured import OURS_TANTIVY, OURS_WHOOSH, WAYS, Stage, Start, shown
from peers.starting import PYTHON, TYPER

NAME = 60  # columns of a target
PYTHON_THERE = 12.0  # milliseconds of an empty Python on the machine the targets were written on (11–13)


@dataclass(frozen=True, slots=True)
class Target:
    """A bound, what was measured, and what stands beside it. `ms`: a time, which depends on the machine."""

    what: str
    bound: float
    measured: float | None
    beside: str = ""
    least: bool = False
    ms: bool = False

    def met(self, measured: float) -> bool:
        return measured >= self.bound if self.least else measured <= self.bound

    def verdict(self, slower: float) -> str:
        if self.measured is None:
            return "not measured"
        if self.met(self.measured):
            return "met"
        return "missed*" if self.ms and self.met(self.measured / slower) else "missed"


def targets(stage: Stage, starts: Sequence[Start]) -> Iterator[str]:
    """A line each, judged on `stage`. Times are judged as measured; beside them stands what they would be on a machine
    that starts Python in `PYTHON_THERE`, where the targets were written."""
    medians = {start.command: start.median for start in starts}
    slower = medians.get(PYTHON, PYTHON_THERE) / PYTHON_THERE
    yield (
        f"{f'targets, on {stage.corpus.articles} articles':{NAME}}{'bound':>9}{'measured':>9}{'ratio':>7}"
        f"{'there':>7}  {'':14}in the same run"
    )
    for target in (*_building(stage), *_asking(stage), *_alike(stage), *_starting(medians)):
        measured = "–" if target.measured is None else _short(target.measured)
        ratio = "–" if target.measured is None else f"{target.measured / target.bound:.2f}"
        speed = _short(target.measured / slower) if target.ms and target.measured is not None else ""
        bound = f"{'≥' if target.least else '≤'} {_short(target.bound)}"
        yield (
            f"  {target.what:{NAME - 2}}{bound:>9}{measured:>9}{ratio:>7}{speed:>7}  "
            f"{target.verdict(slower):14}{target.beside}"
        ).rstrip()
    yield f"  ratio: measured over bound. there: at {slower:.2f} times the speed, at which Python starts in"
    yield f"  {PYTHON_THERE:.0f} ms, as it did where the targets were written; missed*: met there"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _building(stage: Stage) -> Iterator[Target]:
    def faster(engine: str, ours: str, name: str, theirs: str, bound: float) -> Target:
        clock = stage.rate_ratio(ours, theirs)
        return Target(
            f"indexing, {engine} engine over {name}, by CPU",
            bound,
            stage.rate_ratio(ours, theirs, lambda built: built.cpu_rate),
            "" if clock is None else f"by the clock {clock:.2f}",
            least=True,
        )

    yield faster("Whoosh", OURS_WHOOSH, "tantivy-py", "tantivy:2", 0.6)
    yield faster("Whoosh", OURS_WHOOSH, "bm25s", "bm25s", 1)
    yield faster("Tantivy", OURS_TANTIVY, "tantivy-py", "tantivy:2", 0.5)
    for engine, ours, bound in (("Whoosh", OURS_WHOOSH, 1.3), ("Tantivy", OURS_TANTIVY, 1.35)):
        size = stage.built_median(ours, lambda built: built.index_mb)
        share = None if size is None else size / stage.corpus.text_mb
        yield Target(f"size over the text, {engine} engine", bound, share, "" if size is None else f"{size:.0f} MB")


def _asking(stage: Stage) -> Iterator[Target]:
    def milliseconds(peer: str, way: str) -> str:
        found = stage.percentile(peer, way, 95)
        return "–" if found is None else f"{found:.2f}"

    def slower(what: str, way: str, bound: float) -> Target:
        both = f"{milliseconds(OURS_TANTIVY, way)} and {milliseconds('tantivy:2', way)} ms"
        return Target(what, bound, stage.time_ratio(OURS_TANTIVY, "tantivy:2", way), both)

    for kind, bound in ((AND, 3), (OR, 2), (PHRASE, 2)):
        yield slower(f"{WAYS[kind]} p95, Tantivy engine over tantivy-py", kind, bound)
    for kind in ALL:
        yield slower(f"{WAYS[kind]} p95, passages over its extracts", shown(kind), 1.6)
    for kind in ALL:
        measured = stage.percentile(OURS_WHOOSH, shown(kind), 95)
        raw = f"tantivy-py, extracts: {milliseconds('tantivy:2', shown(kind))} ms"
        yield Target(f"{WAYS[kind]} p95, Whoosh engine, passages, ms", 4, measured, raw, ms=True)


def _alike(stage: Stage) -> Iterator[Target]:
    alike = stage.alike()
    as_many, same, same_order = alike or (None, None, None)
    yield Target("both engines find as many articles, share", 1, as_many, least=True)
    beside = "" if same_order is None else f"in the same order: {same_order:.1%}"
    yield Target("both engines show the same ten, share", 0.95, same, beside, least=True)


def _starting(medians: dict[str, float]) -> Iterator[Target]:
    python = medians.get(PYTHON)
    beside = f"empty: Python {medians.get(PYTHON, 0):.0f}, Typer {medians.get(TYPER, 0):.0f} ms"
    for where in ("the seeds", "the archive"):
        for engine in ("Whoosh", "Tantivy"):
            name = start_name(engine, where)
            measured = medians.get(name)
            ratio = None if measured is None or python is None else measured / python
            yield Target(f"{name}, over Python", 6, ratio, beside)


def start_name(engine: str, where: str) -> str:
    return f"cold start over {where}, {engine} engine"
