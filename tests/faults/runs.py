"""Runs of the command, each in a process of its own that can be stopped, traced and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent

Settings = dict[str, int]
"""`module:NAME` → a value, smaller than the real one: so that small archives reach what large ones do."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: exit status (negative: a signal), what it printed (bytes that are not UTF-8 as surrogates), what it
    took."""

    status: int
    out: str
    err: str
    megabytes: int
    cpu: float
    hung: bool = False

    def answer(self) -> Any:
        """What a called function gave back."""
        assert self.status == 0, (self.status, self.err)
        return json.loads(self.out.splitlines()[-1])

    def said(self) -> str:
        lines = self.err.encode("utf-8", "replace").decode().strip().splitlines()
        return f"exit {self.status}: {lines[-1][:200] if lines else '(nothing said)'}"


class Run:
    """A run that was started."""

    def __init__(self, runner: Runner, pid: int, out: Path, err: Path) -> None:
        self._runner, self.pid, self._out, self._err = runner, pid, out, err

    def kill(self, *, group: bool = False) -> None:
        """Ends it at once, with the processes that it started or without."""
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.pid, signal.SIGKILL)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def wait(self, timeout: float = 120.0) -> Ended:
        """Waits for the end; after `timeout` seconds it has hung, and is killed."""
        hung = threading.Event()

        def give_up() -> None:
            hung.set()
            self.kill(group=True)

        timer = threading.Timer(timeout, give_up)
        timer.start()
        ended = self._runner.ask({"pid": self.pid})
        timer.cancel()
        out, err = (path.read_bytes().decode("utf-8", "surrogateescape") for path in (self._out, self._err))
        self._out.unlink()
        self._err.unlink()
        return Ended(ended["status"], out, err, ended["kilobytes"] >> 10, ended["cpu"], hung.is_set())


class Runner:
    """The process that runs are forked from; a context manager."""

    def __enter__(self) -> Runner:
        self._folder = tempfile.TemporaryDirectory(prefix="runs-")
        self._number = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))), "NO_COLOR": "1"},
            cwd=self._folder.name,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def start(self, *argv: str | Path, settings: Settings | None = None, stopped: bool = False) -> Run:
        """Starts `searcher …` or `search …`; `stopped` before its first step."""
        return self._start({"argv": list(map(str, argv)), "settings": settings or {}, "stopped": stopped})

    def run(self, *argv: str | Path, settings: Settings | None = None, timeout: float = 120.0) -> Ended:
        return self.start(*argv, settings=settings).wait(timeout)

    def shown(self, *argv: str, cwd: Path, merged: bool = False) -> Ended:
        """What a run prints in a folder, in the environment of this process; `merged`: messages stand among the data."""
        request = {"argv": argv, "cwd": str(cwd), "environ": dict(os.environ)}
        return self._start(request, merged=merged).wait()

    def call(self, function: str, settings: Settings | None = None, **arguments: Any) -> Run:
        """Starts a function of this package, called `module:name`; what it gives back must be JSON."""
        return self._start({"call": f"faults.{function}", "with": arguments, "settings": settings or {}})

    def _start(self, request: dict[str, Any], *, merged: bool = False) -> Run:
        self._number += 1
        out, err = (Path(self._folder.name) / f"{self._number}.{name}" for name in ("out", "err"))
        out.touch()  # it may be killed before it can do that
        err.touch()
        answer = self.ask({**request, "out": str(out), "err": None if merged else str(err)})
        return Run(self, answer["pid"], out, err)
