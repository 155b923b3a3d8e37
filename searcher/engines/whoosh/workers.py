"""Writing with several processes: articles dealt out in batches, each process writing segments of its own.

A process takes the folder and the occurrences it may hold as arguments. Through its pipes (`searcher.pipes`) it receives lists
of articles, an empty list last, and sends one answer: the segments it wrote, or what went wrong.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from searcher import pipes
from searcher.engines.crew import BATCH, Crew
from searcher.engines.whoosh.files import Segment
from searcher.errors import WriteFailed, reason, room
from searcher.messages import Message

Ready = tuple[int, int, bytes, tuple[int, int, int], Mapping[str, str]]
"""An article as `Inverter.add` takes it."""


class SegmentWorkers:
    """The other processes of a writer; `finish` or `close` ends them."""

    def __init__(self, folder: Path, count: int, occurrences: int) -> None:
        self._folder = folder
        self._batch: list[Ready] = []
        self._crew = Crew(
            __name__, str(folder), str(occurrences), count=count, place=folder, understood=self._understood
        )

    def add(self, article: Ready) -> None:
        self._batch.append(article)
        if len(self._batch) == BATCH:
            self._deal()

    def finish(self) -> list[Segment]:
        """Waits for all to write what they hold, and says which segments there are."""
        if self._batch:
            self._deal()
        return [segment for segments in self._crew.finish([]) for segment in segments]

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        self._crew.close()

    def _deal(self) -> None:
        batch, self._batch = self._batch, []
        self._crew.deal(batch)

    def _understood(self, answer: Any) -> list[Segment]:
        if isinstance(answer, str):
            raise WriteFailed(
                Message("index.not-written", place=self._folder, what=answer, free=room(self._folder.parent))
            )
        return [Segment(*fields) for fields in answer]


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
