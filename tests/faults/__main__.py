"""`python -m tests.faults [R1 R4 …] [--engine NAME] [--share 0.05]`: measures, and prints a table."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from random import SystemRandom

from searcher.engines.opensearch.target import URL
from tests.opensearch.cluster import Cluster

from .figures import CLUSTERED, FIGURES, engines, installed, measured
from .outcome import Impossible
from .runs import Runner

SHOWN = 20  # of what went wrong, a figure


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="R1…R11", help="which; all of them without any")
    parser.add_argument("--engine", choices=installed(), action="append", help="which; all that are installed without")
    parser.add_argument("--share", type=float, default=1.0, help="of the full counts")
    options = parser.parse_args()
    if unknown := set(options.figures) - FIGURES.keys():
        parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}, share {options.share:g}\n")
    print(f"{'':4} {'what':30} {'engine':10} {'count':>7}  {'':6} {'s':>5}  reached (wanted)", flush=True)
    failed = False
    chosen = options.engine or installed()
    with running_cluster() if CLUSTERED in chosen else nullcontext():
        for name in options.figures or FIGURES:
            for engine in engines(name, chosen):
                failed |= not tried(name, engine, share=options.share, seed=seed)
    return int(failed)


@contextmanager
def running_cluster() -> Iterator[None]:
    """Three nodes, whose addresses are in the environment of every run."""
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder,
        Cluster(Path(folder) / "faults", nodes=3) as cluster,
    ):
        os.environ[URL] = " ".join(cluster.urls)
        yield


def tried(name: str, engine: str, *, share: float, seed: int) -> bool:
    """Measures a figure for an engine and prints what comes of it; whether nothing went wrong."""
    figure = FIGURES[name]
    shown = engine if figure.engines else ""
    began = time.monotonic()
    try:
        with Runner() as runner, tempfile.TemporaryDirectory(prefix="faults-") as place:
            outcome = measured(name, engine, runner, share=share, seed=seed, place=Path(place))
    except Impossible as reason:
        print(f"{name:4} {figure.what:30} {shown:10} {'':>7}  not tried: {reason}", flush=True)
        return True
    said = "ok" if outcome.ok else "FAILED"
    line = f"{name:4} {figure.what:30} {shown:10} {outcome.count:>7}  {said:6} {time.monotonic() - began:>5.0f}"
    print(f"{line}  {outcome.summary()} ({outcome.wanted})", flush=True)
    faults = outcome.wrong + outcome.slow
    for each in faults[:SHOWN]:
        print(f"       {ascii(each)[1:-1][:400]}")
    if len(faults) > SHOWN:
        print(f"       … and {len(faults) - SHOWN} more", flush=True)
    return outcome.ok


if __name__ == "__main__":
    sys.exit(main())
