"""Writing with several processes: articles dealt out in batches, each process writing segments of its own.

    python -m searcher.engines.whoosh.workers FOLDER OCCURRENCES     # what such a process is

It speaks marshal, each message after its length in four bytes: lists of articles on standard input, an empty one last; then one
answer on standard output, the segments or what went wrong.
"""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from struct import Struct
from typing import IO, Any

from searcher.engines.whoosh.files import Segment
from searcher.errors import WriteFailed, reason, room

BATCH = 64  # articles

Ready = tuple[int, bytes, tuple[int, int], Mapping[str, str]]
"""An article as `Inverter.add` takes it."""

_LENGTH = Struct("!I")


class Workers:
    """The other processes of a writer; `finish` or `close` ends them."""

    def __init__(self, folder: Path, count: int, occurrences: int) -> None:
        self._folder = folder
        self._batch: list[Ready] = []
        self._turn = 0
        # -P: what stands in the current folder is not to be imported.
        command = [sys.executable, "-P", "-m", __name__, str(folder), str(occurrences)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for _ in range(count):
                self._processes.append(
                    subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
                )
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
            _write(process.stdin, batch)
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
        answer = _read(process.stdout)
        if answer is None:
            status = process.wait()
            ended = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
            raise WriteFailed(f"{self._folder}: a process that was writing {ended}; the index is as it was before")
        if isinstance(answer, str):
            raise WriteFailed(f"{self._folder}: {answer}{room(self._folder.parent)}; the index is as it was before")
        return [Segment(*fields) for fields in answer]

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(BrokenPipeError):  # what was still to be sent is not wanted any more
                        stream.close()
        self._processes.clear()


def _write(stream: IO[bytes], message: Any) -> None:
    raw = marshal.dumps(message)
    stream.write(_LENGTH.pack(len(raw)))
    stream.write(raw)
    stream.flush()


def _read(stream: IO[bytes]) -> Any:
    """The next message, None when the other side has ended."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    raw = stream.read(*_LENGTH.unpack(head))
    return marshal.loads(raw)


def main() -> int:
    """What a writing process does; it ends quietly when its parent does."""
    from searcher.engines.whoosh.invert import Inverter

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    folder, most = Path(sys.argv[1]), int(sys.argv[2])
    segments: list[Segment] = []
    try:
        inverter = Inverter(folder)
        while batch := _read(sys.stdin.buffer):
            for article in batch:
                inverter.add(*article)
            if inverter.holds(most):
                segments.append(inverter.write())
                inverter = Inverter(folder)
        if batch is None:
            return 1
        if len(inverter):
            segments.append(inverter.write())
        answer: Any = [astuple(segment) for segment in segments]
    except OSError as error:
        answer = reason(error)
    except MemoryError:
        answer = "out of memory"
    _write(sys.stdout.buffer, answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
