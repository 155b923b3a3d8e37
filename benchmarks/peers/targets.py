"""Measured figures flow in; every target of issue 5 beside what was measured in the same run flows out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peers import ALL, AND, OR, PHRASE
from peers.measured import OURS_TANTIVY, OURS_WHOOSH, WAYS, Stage, Start, shown
from peers.starting import PYTHON, TYPER

NAME = 48  # columns of a target
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
        f"{f'targets of issue 5, on {stage.corpus.articles} articles':{NAME}}{'bound':>9}{'measured':>9}{'ratio':>7}"
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
    def rates(ours: str, theirs: str) -> str:
        one, other = (stage.built_median(peer, lambda built: built.rate) for peer in (ours, theirs))
        return f"{one:.0f} and {other:.0f} art./s" if one and other else ""

    def faster(engine: str, ours: str, name: str, theirs: str, bound: float, aim: str = "") -> Target:
        beside = "; ".join(filter(None, (rates(ours, theirs), aim)))
        ratio = stage.rate_ratio(ours, theirs)
        return Target(f"indexing, {engine} engine over {name}", bound, ratio, beside, least=True)

    yield faster("Tantivy", OURS_TANTIVY, "tantivy-py", "tantivy:2", 0.7, "aim at 1")
    yield faster("Tantivy", OURS_TANTIVY, "bm25s", "bm25s", 1)
    yield faster("Tantivy", OURS_TANTIVY, "Xapian", "xapian", 1)
    ratio = stage.rate_ratio(OURS_TANTIVY, "tantivy:2")
    for name, rate in (("Lucene’s French", 3775), ("Recoll", 284)):
        there = f"not run; in the issue {rate} beside 6500"
        yield Target(f"indexing, Tantivy engine over {name}", rate / 6500, ratio, there, least=True)
    yield faster("Whoosh", OURS_WHOOSH, "stock Whoosh", "whoosh", 2, "aim at 3")


def _asking(stage: Stage) -> Iterator[Target]:
    def milliseconds(peer: str, kind: str) -> str:
        found = stage.percentile(peer, kind, 95)
        return "–" if found is None else f"{found:.2f}"

    for kind in ALL:
        ratio = stage.time_ratio(OURS_TANTIVY, "tantivy:2", kind)
        both = f"{milliseconds(OURS_TANTIVY, kind)} and {milliseconds('tantivy:2', kind)} ms"
        yield Target(f"{WAYS[kind]} p95, Tantivy engine over tantivy-py", 1.3, ratio, both)
    for kind in ALL:
        measured = stage.percentile(OURS_TANTIVY, shown(kind), 95)
        raw = f"tantivy-py, extracts: {milliseconds('tantivy:2', shown(kind))} ms"
        yield Target(f"{WAYS[kind]} p95, Tantivy engine, passages, ms", 3, measured, raw, ms=True)
    for kind, bound in ((AND, 20), (OR, 60), (PHRASE, 30)):
        measured = stage.percentile(OURS_WHOOSH, shown(kind), 95)
        stock = f"stock Whoosh, highlights: {milliseconds('whoosh', shown(kind))} ms"
        yield Target(f"{WAYS[kind]} p95, Whoosh engine, passages, ms", bound, measured, stock, ms=True)
    ours, theirs = stage.asked.get(OURS_WHOOSH), stage.asked.get("whoosh")
    if ours and theirs:
        one, other = ours[0], theirs[0]
        beside = f"{one.first_ms:.0f} and {other.first_ms:.0f} ms"
        yield Target("opening, answering once: Whoosh engine over stock", 1, one.first_ms / other.first_ms, beside)
        beside = f"{one.first_mb:.0f} and {other.first_mb:.0f} MB"
        yield Target("… its memory, over stock", 1, one.first_mb / other.first_mb, beside)


def _alike(stage: Stage) -> Iterator[Target]:
    alike = stage.alike()
    as_many, same, same_order = alike or (None, None, None)
    yield Target("both engines find as many articles, share", 1, as_many, least=True)
    beside = "" if same_order is None else f"in the same order: {same_order:.1%}"
    yield Target("both engines show the same ten, share", 0.95, same, beside, least=True)


def _starting(medians: dict[str, float]) -> Iterator[Target]:
    beside = f"empty: Python {medians.get(PYTHON, 0):.0f}, Typer {medians.get(TYPER, 0):.0f} ms"
    for where, bound in (("the seeds", 100), ("the archive", 150)):
        for engine in ("Whoosh", "Tantivy"):
            name = start_name(engine, where)
            yield Target(f"{name}, ms", bound, medians.get(name), beside, ms=True)


def start_name(engine: str, where: str) -> str:
    return f"cold start over {where}, {engine} engine"
