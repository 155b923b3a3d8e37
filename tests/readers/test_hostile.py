"""Hostile and malformed files are reported once or read, in bounded memory: a slice of what `make faults` tries (R10)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.places import ROOT
from tests.readers import hostile

SEED = int(os.environ.get("SEED") or 1)
SLICE = hostile.CASES[SEED % 8 :: 8]


@pytest.fixture(scope="session")
def outcomes() -> dict[str, hostile.Outcome]:
    """What became of every case; read outside of this process, so that nothing here counts."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.readers.hostile", *(case.name for case in SLICE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = [hostile.Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
    return {each.name: each for each in found}


@pytest.mark.parametrize("case", SLICE, ids=lambda case: case.name)
def test_it_outlives(case: hostile.Case, outcomes: dict[str, hostile.Outcome]) -> None:
    outcome = outcomes[case.name]
    if any(kind == "missing" for kind, _, _ in outcome.problems):
        pytest.skip(outcome.problems[0][1])
    assert outcome.raised is None
    assert not outcome.leaked
    assert outcome.megabytes <= hostile.MEGABYTES
    reasons = [reason for _, reason, _ in outcome.problems]
    places = [(place, reason) for _, reason, place in outcome.problems]
    assert len(places) == len(set(places)), "reported twice"
    if case.articles is not None:
        assert outcome.articles == case.articles, reasons
    if case.reason is None:
        assert reasons == []
    elif reasons or case.articles == 0:
        assert any(re.search(case.reason, reason) for reason in reasons), reasons
        assert len(reasons) <= 102


def test_it_has_sixty_cases_at_least() -> None:
    assert len({case.name for case in hostile.CASES}) == len(hostile.CASES) >= 60
