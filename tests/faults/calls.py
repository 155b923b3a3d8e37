"""R3: a fault at every system call that changes the disk. The calls are faulted by strace, for Python and Rust alike."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from .archives import VERY_SMALL, Archive, Content, judged
from .outcome import Impossible, Outcome, Trial
from .runs import Ended, Run, Settings

CALLS = """
    write writev pwrite64 pwritev sendfile copy_file_range ftruncate fallocate fsync fdatasync rename renameat renameat2
    unlink unlinkat link linkat mkdir mkdirat rmdir
""".split()
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
NETWORK_CALLS = "connect sendto recvfrom".split()
NETWORK_FAULTS = ("signal=KILL", "error=ECONNRESET")
CHECKPOINTS = {**VERY_SMALL, "searcher.indexing.run:CHECKPOINT": 12}
WHOLE = {**VERY_SMALL, "searcher.indexing.run:CHECKPOINT": 1000}
_CALL = re.compile(r"^(\d+) +(\w+)\(")


def measure(trial: Trial) -> Outcome:
    """Every call of a build, an update and a rebuild, each with every fault; afterwards the old state or the new one. Of an
    engine in a cluster, also every call that speaks to the cluster."""
    rng = trial.rng
    archive = Archive(trial.place / "archive", rng, files=4)
    command = [
        "searcher",
        "index",
        str(archive.folder),
        "--index",
        str(trial.place / "index"),
        "--engine",
        trial.engine,
    ]
    command += ["--jobs", "1"]
    index, before = trial.place / "index", trial.place / "before"
    outcome = Outcome(0, "only the old state or the new one")
    missed = 0
    old: Content | None = None
    for kind in ("build", "update", "rebuild"):
        if kind == "update":
            old = archive.content()
            trial.runner.run(*command, settings=WHOLE)
            subprocess.run(["cp", "-a", index, before], check=True)
            for _ in range(2):
                archive.change()
        new = archive.content()
        if kind == "rebuild":
            command.append("--rebuild")
        settings = CHECKPOINTS if kind == "build" else WHOLE
        points = list(product(counted(trial, before, index, command, settings, CALLS), FAULTS))
        if trial.engine == "opensearch":
            network = counted(trial, before, index, command, settings, NETWORK_CALLS)
            points += product(network, NETWORK_FAULTS)
        for (call, number), fault in rng.sample(points, trial.some(len(points), 2)):
            _restore(before, index)
            ended, hit = _faulted(trial, command, settings, call, number, fault)
            if not hit:
                missed += 1
                continue
            outcome.count += 1
            where = f"{kind}, {fault} at {call} {number}"
            if ended.hung or ended.status not in ((-9,) if "KILL" in fault else (0, 2)):
                outcome.wrong.append(f"{where}: {'hung' if ended.hung else ended.said()}")
            _, wrong = judged(index, *((new,) if ended.status == 0 else (old, new)))
            if wrong is None:
                again = trial.runner.run(*_repeated(trial, command), settings=settings)
                wrong = again.said() if again.status else judged(index, new)[1]
                wrong = wrong and f"the next run: {wrong}"
            if wrong is not None:
                outcome.wrong.append(f"{where}: {wrong}")
        shutil.rmtree(index, ignore_errors=True)
    outcome.reached = f"{missed} calls that did not come" if missed else ""
    return outcome


def _repeated(trial: Trial, command: list[str]) -> list[str]:
    """The same command. In a cluster a second rebuild would drop the indexes of the first state, which all points share: there
    the next run is an update."""
    return [word for word in command if trial.engine != "opensearch" or word != "--rebuild"]


def _restore(before: Path, index: Path) -> None:
    shutil.rmtree(index, ignore_errors=True)
    if before.exists():
        subprocess.run(["cp", "-a", before, index], check=True)  # keeps hard links


def counted(
    trial: Trial, before: Path, index: Path, command: list[str], settings: Settings, calls: list[str]
) -> list[tuple[str, int]]:
    """Every one of these `calls` of an undisturbed run: its name, and the how-manieth of its kind it is in its thread."""
    _restore(before, index)
    run = trial.runner.start(*command, settings=settings, stopped=True)
    with traced(run, trial.place / "trace", f"trace={','.join(calls)}"):
        ended = run.wait()
    assert ended.status == 0, ended.said()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (trial.place / "trace").read_text("utf-8", "replace").splitlines():
        if (match := _CALL.match(line)) is not None:
            seen[match[2]][match[1]] += 1
    return [(call, n) for call, threads in seen.items() for n in range(1, max(threads.values()) + 1)]


def _faulted(
    trial: Trial, command: list[str], settings: Settings, call: str, number: int, fault: str
) -> tuple[Ended, bool]:
    """A run with one fault, and whether it came to that."""
    run = trial.runner.start(*command, settings=settings, stopped=True)
    trace = trial.place / "trace"
    with traced(run, trace, f"trace={call}", f"inject={call}:{fault}:when={number}"):
        ended = run.wait()
    return ended, "INJECTED" in trace.read_text("utf-8", "replace") or ended.status == -signal.SIGKILL


@contextmanager
def traced(run: Run, trace: Path, *expressions: str) -> Iterator[None]:
    """Traces a run that was started stopped, from its first step on."""
    if shutil.which("strace") is None:
        run.kill()
        run.wait()
        raise Impossible("strace is not installed")
    options = [part for each in expressions for part in ("-e", each)]
    command = ["strace", "-f", "-y", "-s", "0", "-o", str(trace), *options, "-e", "signal=none", "-p", str(run.pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if "attached" not in said:
        run.kill()
        run.wait()
        tracer.wait()
        tracer.stderr.close()
        raise Impossible(f"strace may not attach: {said.strip()}")
    try:
        run.go_on()
        yield
    finally:
        deadline = time.monotonic() + 20
        while tracer.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        tracer.kill()
        tracer.wait()
        tracer.stderr.close()
