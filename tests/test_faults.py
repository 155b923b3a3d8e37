"""A little of each of R1 to R11 (`make faults` does all): what an index lives through, and what it lets nobody do. How long
things take is not judged here."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from searcher.engines import ENGINES
from tests.faults.figures import FIGURES, engines, installed, measured
from tests.faults.outcome import Impossible
from tests.faults.runs import Runner

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))

SHARES = {"R3": 0.003, "R6": 0.004, "R8": 0.005}
SHARE = 0.01  # of the others; each has a least count as well

ELSEWHERE = ("R10",)  # tests/readers/test_hostile.py is a slice of that

LONG = ("R4",)
"""With one of the engines, which the seed chooses; not here, for all processes of a run collect the same tests."""

TRIALS = [
    (name, engine)
    for name in FIGURES
    if name not in ELSEWHERE
    for engine in (["either"] if name in LONG else engines(name, list(ENGINES)))
]


@pytest.mark.parametrize(("name", "engine"), TRIALS)
def test_it_withstands(name: str, engine: str, runner: Runner, tmp_path: Path) -> None:
    if engine == "either":
        engine = random.Random(SEED).choice(engines(name, installed()))
    if engine not in installed():
        pytest.skip(f"{engine} is not installed")
    try:
        outcome = measured(name, engine, runner, share=SHARES.get(name, SHARE), seed=SEED, place=tmp_path)
    except Impossible as reason:
        pytest.skip(str(reason))
    assert outcome.count
    assert not outcome.wrong, f"{FIGURES[name].what}, SEED={SEED}:\n" + "\n".join(outcome.wrong[:10])
