"""Sending with several processes: articles dealt out in batches, each process with a `Bulk` of its own.

Through its pipes (`searcher.pipes`) a process receives where the cluster is, then batches of articles, an empty one last, and
sends one answer: the tokens of each field that it sent, or what went wrong. User and password come through the environment.
Back-pressure reaches the process that reads the archive: a sender that waits for the cluster does not empty its pipe.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from searcher import pipes
from searcher.engines.crew import BATCH, Crew
from searcher.engines.opensearch.bulk import REMEMBERED, Bulk
from searcher.engines.opensearch.client import WRITING
from searcher.engines.opensearch.cluster import Cluster
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.refusals import Refused
from searcher.engines.opensearch.schema import Ready
from searcher.engines.opensearch.target import OpenSearch
from searcher.errors import EngineUnreachable, SearcherError, WriteFailed
from searcher.messages import Message


class Senders:
    """`count` processes; `finish` or `close` ends them."""

    def __init__(self, place: Path, pointer: Pointer, count: int) -> None:
        self._batch: list[Ready] = []
        self._crew = Crew(__name__, count=count, place=place, understood=_understood)
        try:
            self._crew.tell((pointer.target.urls, pointer.target.ca, pointer.index, REMEMBERED // count))
        except BaseException:
            self.close()
            raise

    def add(self, ready: Ready, born: int) -> None:
        """Raises what a process has met that was dealt a batch before: Refused, EngineUnreachable, WriteFailed."""
        self._batch.append(ready)
        if len(self._batch) == BATCH:
            self._deal(born)

    def finish(self, born: int) -> Counter[str]:
        """Waits until the cluster has everything, and gives the tokens of each field."""
        if self._batch:
            self._deal(born)
        counted: Counter[str] = Counter()
        for tokens in self._crew.finish((born, [])):
            counted.update(tokens)
        return counted

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        self._crew.close()

    def _deal(self, born: int) -> None:
        batch, self._batch = self._batch, []
        self._crew.deal((born, batch))


def _understood(answer: Any) -> dict[str, int]:
    kind, *said = answer
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
