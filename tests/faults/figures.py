"""R1 to R11: what is measured, and by what."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from random import Random

from searcher.engines import LOCAL
from tests.opensearch.cluster import missing

from . import calls, damage, disks, inputs, kills, output, pickles, power, queries, reading
from .outcome import Figure, Outcome, Trial
from .runs import Runner

CLUSTERED = "opensearch"
"""The engine that needs a cluster; the address of one is in $SEARCHER_OPENSEARCH_URL while it is measured."""

FIGURES = {
    "R1": Figure("kills at random moments", kills.measure, clusters=True),
    "R2": Figure("power cuts after commits", power.measure),
    "R3": Figure("faults at system calls", calls.measure, clusters=True),
    "R4": Figure("disks too small", disks.measure),
    "R5": Figure("flipped bits and truncations", damage.measure),
    "R6": Figure("crafted and fuzzed pickles", pickles.measure),
    "R7": Figure("commits under four readers", reading.measure, clusters=True),
    "R8": Figure("generated queries parsed", queries.measure_parsing, engines=False),
    "R9": Figure("hostile queries answered", queries.measure_answers, clusters=True),
    "R10": Figure("bombs and malformed files", inputs.measure),
    "R11": Figure("payloads printed", output.measure),
}


def installed() -> list[str]:
    """The engines that can be tried."""
    return [name for name in LOCAL if find_spec(name) is not None] + [CLUSTERED] * (missing() is None)


def engines(name: str, among: list[str]) -> list[str]:
    """Those of some engines that a figure is measured for."""
    figure = FIGURES[name]
    fitting = [engine for engine in among if engine != CLUSTERED or figure.clusters]
    return fitting if figure.engines else fitting[:1]


def measured(name: str, engine: str, runner: Runner, *, share: float, seed: int, place: Path) -> Outcome:
    """One figure for one engine. Raises Impossible when the machine cannot do it."""
    return FIGURES[name].measure(Trial(engine, share, Random(f"{seed} {name} {engine}"), place, runner))
