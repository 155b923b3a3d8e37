"""What a `search` costs as a whole process, beside an empty Python and an empty Typer command of the same moment.

    python benchmarks/coldstart.py [--runs N] [INDEX…]

An index over `seeds/` is made for it; every INDEX given is searched as well, whatever its engine. CPU time is that of the
process and what it started, user and system, in milliseconds; × is against the empty Python. Runs are interleaved, so that
a busy machine is busy for all: hold ratios against each other, not milliseconds against another day's.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import searcher

HERE = Path(__file__).resolve().parent.parent

TYPER = """
import typer
app = typer.Typer(add_completion=False)
@app.command()
def nothing(query: str) -> None: ...
app()
"""
SEARCH = "from searcher.faces.cli import search_main; search_main()"
MODULES = "import atexit, sys; atexit.register(lambda: print(len(sys.modules), file=sys.stderr))\n"


class Run(NamedTuple):
    """What one run took, in milliseconds."""

    cpu: float
    wall: float


OPTIONS = "--index {} --limit 10 --passages 2 --format text --match auto --color never"


class Case(NamedTuple):
    name: str
    code: str
    folder: str = ""
    options: str = ""

    def run(self) -> Run:
        began = time.perf_counter()
        process = subprocess.Popen(**self._arguments(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{self.name}: ended with status {process.returncode}")
        return Run((used.ru_utime + used.ru_stime) * 1000, wall * 1000)

    def modules(self) -> int:
        """How many modules are imported when it ends."""
        counting = "import atexit, sys; atexit.register(lambda: print(len(sys.modules), file=sys.stderr))\n"
        return int(subprocess.run(**self._arguments(counting), capture_output=True, text=True).stderr.split()[-1])

    def _arguments(self, before: str = "") -> dict[str, Any]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            "args": [sys.executable, "-c", before + self.code, "Erdoğan Assad", *self.options.split()],
            "env": environment | {"SEARCHER_INDEX": self.folder},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("indexes", metavar="INDEX", nargs="*")
    parser.add_argument("--runs", type=int, default=21)
    given = parser.parse_args()
    with TemporaryDirectory() as temporary:
        seeds = str(Path(temporary) / "index")
        searcher.build(seeds, [HERE / "seeds"])
        cases = [Case("empty python", "pass"), Case("empty typer", TYPER)]
        for folder in (seeds, *given.indexes):
            named = _named(folder)
            cases.append(Case(named, SEARCH, folder))
            cases.append(Case(f"{named}, options", SEARCH, folder, OPTIONS.format(folder)))
        modules = [case.modules() for case in cases]  # which also has bytecode written
        rounds = [[case.run() for case in cases] for _ in range(given.runs)]
    _print(cases, modules, list(zip(*rounds, strict=True)))


def _named(folder: str) -> str:
    with searcher.open(folder) as index:
        return f"search {len(index)} · {index.about.engine}"


def _print(cases: list[Case], modules: list[int], runs: list[tuple[Run, ...]]) -> None:
    print(f"{'':34} {'modules':>7} {'CPU min':>8} {'×':>5} {'median':>7} {'×':>5} {'wall min':>9} {'median':>7}")
    empty = [run.cpu for run in runs[0]]
    for case, count, those in zip(cases, modules, runs, strict=True):
        cpu, wall = [run.cpu for run in those], [run.wall for run in those]
        print(
            f"{case.name:34} {count:7} {min(cpu):8.1f} {min(cpu) / min(empty):5.1f} {median(cpu):7.1f}"
            f" {median(cpu) / median(empty):5.1f} {min(wall):9.1f} {median(wall):7.1f}"
        )


if __name__ == "__main__":
    main()
