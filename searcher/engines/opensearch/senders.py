"""Sending with several processes: articles dealt out in batches, each process with a `Bulk` of its own.

Through its pipes (`searcher.pipes`) a process receives where the cluster is, then batches of articles, an empty one last, and
sends one answer: the tokens of each field that it sent, or what went wrong. User and password come through the environment.
Back-pressure reaches the process that reads the archive: a sender that waits for the cluster does not empty its pipe.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from searcher import pipes
from searcher.engines.opensearch.bulk import REMEMBERED, Bulk
from searcher.engines.opensearch.client import WRITING
from searcher.engines.opensearch.cluster import Cluster
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.refusals import Refused
from searcher.engines.opensearch.schema import Ready
from searcher.engines.opensearch.target import OpenSearch
from searcher.errors import EngineUnreachable, SearcherError, WriteFailed
from searcher.messages import Message

BATCH = 64  # articles


class Senders:
    """`count` processes; `finish` or `close` ends them."""

    def __init__(self, place: Path, pointer: Pointer, count: int) -> None:
        self._place = place
        self._batch: list[Ready] = []
        self._turn = 0
        self._processes: list[subprocess.Popen[bytes]] = []
        where = (pointer.target.urls, pointer.target.ca, pointer.index, REMEMBERED // count)
        try:
            for _ in range(count):
                self._processes.append(pipes.start(__name__))
                self._send(self._processes[-1], where)
        except BaseException:
            self.close()
            raise

    def add(self, ready: Ready, born: int) -> None:
        """Raises what a process has met that was dealt a batch before: Refused, EngineUnreachable, WriteFailed."""
        self._batch.append(ready)
        if len(self._batch) == BATCH:
            self._deal(born)

    def _deal(self, born: int) -> None:
        process = self._processes[self._turn]
        self._turn = (self._turn + 1) % len(self._processes)
        batch, self._batch = self._batch, []
        self._send(process, (born, batch))

    def _send(self, process: subprocess.Popen[bytes], message: Any) -> None:
        assert process.stdin is not None
        try:
            pipes.send(process.stdin, message)
        except BrokenPipeError:
            self._answer(process)
            raise

    def finish(self, born: int) -> Counter[str]:
        """Waits until the cluster has everything, and gives the tokens of each field."""
        if self._batch:
            self._deal(born)
        for process in self._processes:
            self._send(process, (born, []))
        counted: Counter[str] = Counter()
        for process in self._processes:
            counted.update(self._answer(process))
        self.close()
        return counted

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, int]:
        assert process.stdout is not None
        try:
            kind, *said = pipes.receive(process.stdout)
        except EOFError:
            status = process.wait()
            ended = Message("ended.signal" if status < 0 else "ended.status", number=abs(status))
            raise WriteFailed(Message("index.writer-ended", folder=self._place, ended=ended)) from None
        match kind:
            case "sent":
                tokens: dict[str, int] = said[0]
                return tokens
            case "refused":
                raise Refused(*said)
            case "unreachable":
                raise EngineUnreachable(_message(*said))
            case _:
                raise WriteFailed(_message(*said))

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for process in self._processes:
            pipes.end(process)
        self._processes.clear()


def main() -> int:
    """What a sending process does; it ends quietly when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    try:
        urls, ca, index, remembered = pipes.receive(sys.stdin.buffer)
        cluster = Cluster(Pointer(OpenSearch(urls, ca), index), patience=WRITING)
        bulk = Bulk(cluster, remembered=remembered)
        while True:
            born, batch = pipes.receive(sys.stdin.buffer)
            if not batch:
                break
            for ready in batch:
                bulk.add(ready, born)
        answer: tuple[Any, ...] = ("sent", dict(bulk.finish()))
    except EOFError:  # the parent has ended
        return 1
    except Refused as refused:
        answer = ("refused", refused.status, refused.kind, refused.said)
    except EngineUnreachable as error:
        answer = ("unreachable", _plain(error.message))
    except SearcherError as error:
        answer = ("failed", _plain(error.message))
    except MemoryError:
        answer = ("failed", _plain(Message("errno.ENOMEM")))
    pipes.send(sys.stdout.buffer, answer)
    return 0


Plain = tuple[str, dict[str, Any]] | Any
"""The id and the fields of a message, which `marshal` takes; any other value is itself."""


def _plain(value: Any) -> Plain:
    if isinstance(value, Message):
        return value.id, {name: _plain(each) for name, each in value.fields.items()}
    return value


def _message(plain: Plain) -> Any:
    """The inverse of `_plain`."""
    if isinstance(plain, tuple):
        id, fields = plain
        return Message(id, **{name: _message(each) for name, each in fields.items()})
    return plain
