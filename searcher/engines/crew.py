"""Batches of articles in, dealt out in turn to processes that write them; what each process answers at its end flows out.

A process runs `main()` of a module, reads messages through its pipe (`searcher.pipes`), and sends one answer: what it wrote, or
what went wrong. Back-pressure reaches whoever deals: a process that is busy does not empty its pipe.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from searcher import pipes
from searcher.errors import WriteFailed
from searcher.messages import Message

BATCH = 64
"""Articles that are dealt at a time."""

Answer = TypeVar("Answer")


class Crew(Generic[Answer]):
    """`count` processes, each given `arguments`; `finish` or `close` ends them.

    `understood` makes an answer of what a process sent, or raises what went wrong there. `place`: what is written, for errors.
    """

    def __init__(
        self, module: str, *arguments: str, count: int, place: Path, understood: Callable[[Any], Answer]
    ) -> None:
        self._place, self._understood = place, understood
        self._turn = 0
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for _ in range(count):
                self._processes.append(pipes.start(module, *arguments))
        except BaseException:
            self.close()
            raise

    def deal(self, message: Any) -> None:
        """Sends a message to the process whose turn it is. Raises what that process has met, when it has ended."""
        process = self._processes[self._turn]
        self._turn = (self._turn + 1) % len(self._processes)
        self._send(process, message)

    def tell(self, message: Any) -> None:
        """Sends a message to each process."""
        for process in self._processes:
            self._send(process, message)

    def finish(self, last: Any) -> list[Answer]:
        """Tells each process with the message `last` that nothing follows; their answers, once all have ended."""
        self.tell(last)
        answers = list(map(self._answer, self._processes))
        self.close()
        return answers

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for process in self._processes:
            pipes.end(process)
        self._processes.clear()

    def _send(self, process: subprocess.Popen[bytes], message: Any) -> None:
        assert process.stdin is not None
        try:
            pipes.send(process.stdin, message)
        except BrokenPipeError:
            self._answer(process)
            raise

    def _answer(self, process: subprocess.Popen[bytes]) -> Answer:
        assert process.stdout is not None
        try:
            said = pipes.receive(process.stdout)
        except EOFError:
            status = process.wait()
            ended = Message("ended.signal" if status < 0 else "ended.status", number=abs(status))
            raise WriteFailed(Message("index.writer-ended", folder=self._place, ended=ended)) from None
        return self._understood(said)
