"""What was handed out, and what has come of it: the messages of a file in its order, however many workers read it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from searcher import readers
from searcher.indexing.workers.messages import Analysed, At, Done, Message, Said, Same, Task
from searcher.readers.json import concluded
from searcher.readers.shares import Share, Tally, Turn


@dataclass(slots=True, eq=False)
class Slice:
    """What one worker has been given of a file, mostly all of it, and the messages that nobody has taken yet."""

    task: Task
    messages: deque[tuple[Said, int]] = field(default_factory=deque)  # with the bytes of each
    bytes: int = 0
    begun: bool = False
    ended: bool = False  # its last message was taken
    unwanted: bool = False

    def put(self, message: Said, size: int) -> None:
        if not self.unwanted:
            self.messages.append((message, size))
            self.bytes += size


class Job:
    """A task that was handed out, to one worker or in parts to several."""

    def __init__(self, task: Task, parts: int) -> None:
        self.task = task
        self.parts = [Slice(task)]
        if parts > 1:
            shares = [Share(number, parts, task.skip) for number in range(parts)]
            self.parts = [Slice(replace(task, share=share)) for share in shares]
        self.turn = self.parts[0]
        self.over = False
        self._ends: list[readers.Problem | Tally] = []
        self._done: Done | None = None

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)

    def ready(self) -> Iterator[Message]:
        """The messages that come next in the order of the file, as far as they are there."""
        while not self.over and self.turn.messages:
            message, size = self.turn.messages.popleft()
            self.turn.bytes -= size
            if len(self.parts) == 1:
                assert not isinstance(message, Turn | Tally)
                self.over = isinstance(message, Same | Done)
                yield message
            else:
                yield from self._of_part(message)

    def _of_part(self, message: Said) -> Iterator[Message]:
        first = self.turn is self.parts[0]
        match message:
            case Analysed():
                yield message
            case At():
                if first:
                    yield message
            case Turn():
                self._next()
            case Tally() | readers.Problem():
                self._ends.append(message)
            case Same():
                self._end()
                yield message
            case Done(hash, form):
                self.turn.ended = True
                if first:  # it alone knows the hash
                    self._done = message
                if (first and not hash) or form == "?":  # it could not be opened, or was given up
                    self._end()
                    yield from self._problems()
                    yield message
                elif all(part.ended for part in self.parts):
                    self._end()
                    yield from self._problems()
                    assert self._done is not None
                    yield self._done
                else:
                    self._next()

    def _next(self) -> None:
        at = self.parts.index(self.turn)
        self.turn = next(part for part in (*self.parts[at + 1 :], *self.parts[: at + 1]) if not part.ended)

    def _end(self) -> None:
        self.over = True
        for part in self.parts:
            part.unwanted = True
            part.messages.clear()
            part.bytes = 0

    def _problems(self) -> Iterator[readers.Problem]:
        """What is wrong with the file, each once; if that is a matter of lines, one for all."""
        told = [each for each in self._ends if isinstance(each, readers.Problem)]
        yield from dict.fromkeys(each for each in told if each.kind == "noted")
        problems = [each for each in told if each.kind != "noted"]
        if problems:
            yield from dict.fromkeys(problems)
        else:
            tallies = [each for each in self._ends if isinstance(each, Tally)]
            if tallies:
                yield from concluded(self.task.source, tallies)
