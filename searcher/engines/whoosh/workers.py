"""Writing with several processes: articles dealt out in batches, each process writing segments of its own.

A process takes the folder and the occurrences it may hold as arguments. Through its pipes (`searcher.pipes`) it receives lists
of articles, an empty list last, and sends one answer: the segments it wrote, or what went wrong.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from searcher import pipes
from searcher.engines.whoosh.files import Segment
from searcher.errors import WriteFailed, reason, room
from searcher.messages import Message

BATCH = 64  # articles

Ready = tuple[int, int, bytes, tuple[int, int, int], Mapping[str, str]]
"""An article as `Inverter.add` takes it."""


class SegmentWorkers:
    """The other processes of a writer; `finish` or `close` ends them."""

    def __init__(self, folder: Path, count: int, occurrences: int) -> None:
        self._folder = folder
        self._batch: list[Ready] = []
        self._turn = 0
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for _ in range(count):
                self._processes.append(pipes.start(__name__, str(folder), str(occurrences)))
        except BaseException:
            self.close()
            raise

    def add(self, article: Ready) -> None:
        self._batch.append(article)
        if len(self._batch) == BATCH:
            self._deal()

    def _deal(self) -> None:
        process = self._processes[self._turn]
        self._turn = (self._turn + 1) % len(self._processes)
        batch, self._batch = self._batch, []
        self._send(process, batch)

    def _send(self, process: subprocess.Popen[bytes], batch: list[Ready]) -> None:
        assert process.stdin is not None
        try:
            pipes.send(process.stdin, batch)
        except BrokenPipeError:
            self._answer(process)
            raise

    def finish(self) -> list[Segment]:
        """Waits for all to write what they hold, and says which segments there are."""
        if self._batch:
            self._deal()
        for process in self._processes:
            self._send(process, [])
        segments = [segment for process in self._processes for segment in self._answer(process)]
        self.close()
        return segments

    def _answer(self, process: subprocess.Popen[bytes]) -> list[Segment]:
        assert process.stdout is not None
        try:
            answer = pipes.receive(process.stdout)
        except EOFError:
            status = process.wait()
            ended = Message("ended.signal" if status < 0 else "ended.status", number=abs(status))
            raise WriteFailed(Message("index.writer-ended", folder=self._folder, ended=ended)) from None
        if isinstance(answer, str):
            raise WriteFailed(
                Message("index.not-written", place=self._folder, what=answer, free=room(self._folder.parent))
            )
        return [Segment(*fields) for fields in answer]

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for process in self._processes:
            pipes.end(process)
        self._processes.clear()


def main() -> int:
    """What a writing process does; it ends quietly when its parent does."""
    from searcher.engines.whoosh.invert import Inverter

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    folder, most = Path(sys.argv[1]), int(sys.argv[2])
    segments: list[Segment] = []
    try:
        inverter = Inverter(folder)
        while batch := pipes.receive(sys.stdin.buffer):
            for article in batch:
                inverter.add(*article)
            if inverter.holds(most):
                segments.append(inverter.write())
                inverter = Inverter(folder, inverter.compressor)
        if len(inverter):
            segments.append(inverter.write())
        answer: Any = [astuple(segment) for segment in segments]
    except EOFError:  # the parent has ended
        return 1
    except OSError as error:
        answer = str(reason(error))  # a plain text: it goes through a pipe
    except MemoryError:
        answer = "out of memory"
    pipes.send(sys.stdout.buffer, answer)
    return 0
