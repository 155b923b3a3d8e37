"""R1 to R11: what is measured, and by what."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from random import Random

from searcher.engines import LOCAL

from . import calls, damage, disks, inputs, kills, output, pickles, power, queries, reading
from .outcome import Figure, Outcome, Trial
from .runs import Runner

FIGURES = {
    "R1": Figure("kills at random moments", kills.measure),
    "R2": Figure("power cuts after commits", power.measure),
    "R3": Figure("faults at system calls", calls.measure),
    "R4": Figure("disks too small", disks.measure),
    "R5": Figure("flipped bits and truncations", damage.measure),
    "R6": Figure("crafted and fuzzed pickles", pickles.measure),
    "R7": Figure("commits under four readers", reading.measure),
    "R8": Figure("generated queries parsed", queries.measure_parsing, engines=False),
    "R9": Figure("hostile queries answered", queries.measure_answers),
    "R10": Figure("bombs and malformed files", inputs.measure),
    "R11": Figure("payloads printed", output.measure),
}


def installed() -> list[str]:
    """The engines that can be tried."""
    return [name for name in LOCAL if find_spec(name) is not None]


def measured(name: str, engine: str, runner: Runner, *, share: float, seed: int, place: Path) -> Outcome:
    """One figure for one engine. Raises Impossible when the machine cannot do it."""
    return FIGURES[name].measure(Trial(engine, share, Random(f"{seed} {name} {engine}"), place, runner))
