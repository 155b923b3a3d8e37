"""The API against its own document: `python -m tests.faces.web.fuzzing INDEX SECONDS`. Exit status 1 when a check fails.

Schemathesis generates requests that the document allows, and requests that it forbids, and holds the answers against it.
"""

from __future__ import annotations

import sys
import traceback
from time import monotonic
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import given as each_of
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from searcher.faces.web.documents import described
from searcher.faces.web.state import WINDOW
from searcher.web import application

# Dates in words have a grammar of their own; what it refuses is an answer of 400, which no schema foretells.
schemathesis.openapi.format(
    "searcher-since", st.sampled_from(["1990", "mars 2010", "12/01/2011", "2011-05", "il y a 20 ans"])
)
schemathesis.openapi.format(
    "searcher-until", st.sampled_from(["2030", "mars 2031", "12/01/2031", "2031-05-01", "aujourd'hui"])
)

EXAMPLES = 20
"""Requests of one kind to an operation, in each round."""


def main(folder: str, seconds: float) -> int:
    """Runs every operation in turn until the time is up; 1 when a check failed."""
    schema = schemathesis.openapi.from_dict(described())
    schema.app = application(folder)
    schema.config.update(base_url="http://localhost")
    described_operations: list[Any] = list(schema.get_all_operations())
    operations = [each.ok() for each in described_operations]
    until, asked, failures = monotonic() + seconds, 0, 0
    while monotonic() < until and not failures:
        for operation in operations:
            for mode in GenerationMode:
                if monotonic() < until:
                    count, failure = fuzz(operation, mode)
                    asked += count
                    if failure:
                        print(f"{operation.label}, {mode.value} requests: {failure}")
                        failures += 1
    print(f"{asked} requests to {len(operations)} operations, {failures} failures")
    return min(failures, 1)


def fuzz(operation: Any, mode: GenerationMode) -> tuple[int, str]:
    """Some requests to an operation, all checks applied: how many, and what the first failure was."""
    asked = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @each_of(case=operation.as_strategy(generation_mode=mode))
    def hold(case: Any) -> None:
        nonlocal asked
        given = case.query if isinstance(case.query, dict) else {}
        if mode is GenerationMode.POSITIVE:  # what no schema can say of two parameters together
            assume(int(given.get("page", 1)) * int(given.get("limit", 10)) <= WINDOW)
            assume(int(given.get("context", 8)) >= 9 or "order" not in given)
        else:  # an object travels as the list of its keys, which may be allowed; an empty one does not travel
            assume(not any(isinstance(each, dict) for each in given.values()))
        asked += 1
        case.call_and_validate()

    try:
        hold()
    except Unsatisfiable:
        return asked, ""  # an operation without parameters has no wrong requests
    except BaseException as error:
        return asked, "".join(traceback.format_exception(error))[-3000:]
    return asked, ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
