"""Lines for a terminal → a pager, once they are more than the screen holds: what git does."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase
from shutil import get_terminal_size, which
from subprocess import PIPE, Popen
from typing import TextIO

SETTINGS = {"LESS": "FRX", "LV": "-c"}
"""What less and lv need to show colours and to end by themselves with a short text; set only when they are not."""


@contextmanager
def paged() -> Iterator[None]:
    """Sends what is printed inside through a pager when it is longer than the screen; nothing where there is no terminal.

    Whoever quits the pager has seen enough: nothing more is printed, and the command ends as it would have.
    """
    command = pager() if sys.stdout.isatty() else []
    if not command:
        yield
        return
    screen = Screen(sys.stdout, sys.stderr, command)
    sys.stdout = screen
    try:
        yield
    except BrokenPipeError:
        if not screen.quit:
            raise
    finally:
        sys.stdout, sys.stderr = screen.out, screen.err
        screen.finish()


def pager() -> list[str]:
    """$SEARCHER_PAGER, else $PAGER, else less; nothing when it is empty, `cat`, or not there."""
    for name in ("SEARCHER_PAGER", "PAGER"):
        if name in os.environ:
            try:
                command = shlex.split(os.environ[name])
            except ValueError:
                return []
            return command if command and command != ["cat"] and which(command[0]) else []
    return ["less"] if which("less") else []


class Screen(TextIOBase):
    """Standard output that is kept until the screen is full; from then on the pager has it, with standard error."""

    def __init__(self, out: TextIO, err: TextIO, command: list[str]) -> None:
        self.out, self.err = out, err
        self.quit = False
        self._command = command
        self._kept: list[str] = []
        size = get_terminal_size()
        self._columns, self._room = max(size.columns, 1), size.lines - 1
        self._process: Popen[str] | None = None
        if err.isatty():  # messages stand where they belong among the lines
            sys.stderr = self

    def write(self, text: str) -> int:
        if self._process is None:
            self._kept.append(text)
            self._room -= sum(1 + len(line) // self._columns for line in text.split("\n")[1:])
            if self._room < 0:
                self._start()
            return len(text)
        self._send(text)
        return len(text)

    def flush(self) -> None:
        """Nothing: what is kept belongs to the screen until it is full."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.out.fileno()

    def finish(self) -> None:
        """Prints what is kept, or waits until the pager is left."""
        if self._process is None:
            self.out.write("".join(self._kept))
            self.out.flush()
            return
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pager's
        try:
            if self._process.stdin is not None:
                try:
                    self._process.stdin.close()
                except BrokenPipeError:
                    self.quit = True
            self._process.wait()
        finally:
            signal.signal(signal.SIGINT, before)

    def _start(self) -> None:
        settings = {name: value for name, value in SETTINGS.items() if name not in os.environ}
        try:
            self._process = Popen(
                self._command, stdin=PIPE, env={**os.environ, **settings}, encoding="utf-8", errors="replace"
            )
        except OSError:  # no such program after all
            self._command = ["cat"]
            self._process = Popen(self._command, stdin=PIPE, encoding="utf-8", errors="replace")
        kept, self._kept = "".join(self._kept), []
        self._send(kept)

    def _send(self, text: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(text)
        except BrokenPipeError:
            self.quit = True
            raise
