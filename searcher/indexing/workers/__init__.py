"""Files → entries, read and analysed in worker processes: as many as there are cores, and none that a file can take down.

What a worker does is a function from a source to messages (`work`); `Workers.run` gives the messages of many sources in the
order of the sources, whatever the number of processes. A worker that stays silent too long, or grows too large, is ended;
the file it was reading is reported, and the others go on.

Small inputs in formats that only plain Python reads are worked on in this process: nothing is started for two text files.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from tempfile import TemporaryDirectory
from typing import Any

from searcher import pipes, readers
from searcher.analysis.annotations import QUOTES
from searcher.indexing.workers import child
from searcher.indexing.workers.child import MEMORY_LIMIT, work
from searcher.indexing.workers.jobs import Job, Slice
from searcher.indexing.workers.messages import Analysed, At, Done, Message, Ocr, Receiver, Same, Task, packed_task
from searcher.indexing.workers.usage import memory, processor
from searcher.readers.shares import Tally, Turn

__all__ = ["Analysed", "At", "Done", "Message", "Same", "Task", "Workers"]

HARD_LIMIT = 10.0  # CPU seconds after which a worker that ignored `child.SOFT_LIMIT` is killed
SILENCE_LIMIT = 60.0  # seconds without a message after which an idle worker is killed: its disk does not answer
FRESH = 600 << 20  # bytes of memory above which a worker is replaced
TAME = frozenset((".txt", ".text", ".md", ".json", ".jsonl", ".ndjson", ".csv", ".tsv"))
DIVISIBLE = 4 << 20  # bytes from which a file of lines is shared out among the workers
FEW_BYTES = 2 << 20  # inputs up to this size in tame formats are worked on in this process

CHILD = child.__name__  # the module that a worker process runs

_LOOK = 0.2  # seconds
_PIPE = 1 << 20  # bytes of the pipe from a worker
_AHEAD_BYTES = 64 << 20  # of messages that wait for those of an earlier source
_AHEAD_SOURCES = 256


class Workers:
    """A context manager that holds `jobs` worker processes; they are started when there is work for them.

    With `ocr` they recognise the text of scanned pages, all together as many pages at a time as there are workers."""

    def __init__(self, jobs: int, *, ocr: bool = False) -> None:
        self._jobs = jobs
        self._slots = TemporaryDirectory(prefix="searcher-") if ocr else None
        self._ocr = Ocr(jobs, self._slots.name) if self._slots else None
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._looked = 0.0  # when the workers were checked last

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()
        if self._slots is not None:
            self._slots.cleanup()

    def run(self, tasks: Iterable[Task], *, bytes: int) -> Iterator[tuple[Task, Message]]:
        """The messages of all tasks, task by task in their order; `bytes` is what there is to read in all."""
        if bytes <= FEW_BYTES:
            yield from self._mostly_here(tasks)
        else:
            yield from self._there(iter(tasks))

    def _mostly_here(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Message]]:
        for task in tasks:
            if task.source.content is not None or task.source.suffix in TAME:
                yield from _here(task, self._ocr)
            else:
                yield from self._there(iter([task]))

    def _there(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Message]]:
        jobs: deque[Job] = deque()
        more = True
        while more or jobs:
            more = more and self._hand_out(tasks, jobs)
            if not jobs:
                continue
            head = jobs[0]
            for message in head.ready():
                yield head.task, message
            if head.over:
                jobs.popleft()
            elif head.task.source.content is not None:  # what has no name in the file system is read here
                yield from _here(head.task, self._ocr)
                jobs.popleft()
            else:
                self._receive(sum(job.bytes for job in jobs) > _AHEAD_BYTES, head)

    def _hand_out(self, tasks: Iterator[Task], jobs: deque[Job]) -> bool:
        """Gives tasks to workers that have fewer than two. False when there are no more tasks."""
        while len(jobs) < _AHEAD_SOURCES and sum(job.bytes for job in jobs) <= _AHEAD_BYTES:
            worker = min(self._workers, key=lambda each: len(each.jobs), default=None)
            all_run = len(self._workers) >= self._jobs
            if worker is not None and len(worker.jobs) > 1 and all_run:
                return True
            task = next(tasks, None)
            if task is None:
                return False
            jobs.append(Job(task, self._shares(task)))
            if task.source.content is not None:
                continue
            if worker is None or (worker.jobs and not all_run):
                worker = self._start()
            parts = jobs[-1].parts
            while len(self._workers) < len(parts):
                self._start()
            # Each to another: a worker that had two parts of a file would not come to the second.
            free = sorted(self._workers, key=lambda each: len(each.jobs))[: len(parts)]
            for part, each in zip(parts, free, strict=True):
                each.give(part)
        return True

    def _shares(self, task: Task) -> int:
        """Among how many workers a file is shared out, a share of its lines each.

        Unless quotes are looked for, this process has as much to do with the lines as those that read them, and is one of the
        jobs. A worker less saves its memory, and what it would learn of the words that others learn too.
        """
        source = task.source
        if source.content is not None or source.size < DIVISIBLE or source.suffix not in (".jsonl", ".ndjson"):
            return 1
        return max(1, self._jobs - 1) if QUOTES in task.without else self._jobs

    def _start(self) -> _Worker:
        worker = _Worker(self._ocr)
        self._workers.append(worker)
        assert worker.process.stdout is not None
        self._selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
        return worker

    def _end(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        self._selector.unregister(worker.process.stdout)
        self._workers.remove(worker)
        worker.end()

    def _receive(self, full: bool, head: Job) -> None:
        """Waits for messages; when too many are waiting already, only for those of the job at the head."""
        for key, _ in self._selector.select(timeout=0.25):
            worker: _Worker = key.data
            if full and head.turn not in worker.jobs:
                worker.hear()  # it may well be waiting for us
                continue
            try:
                for batch, size in worker.batches():
                    self._take(worker, batch, size)
            except EOFError:
                self._bury(worker, "made the program that reads it crash")
                continue
            if not any(part.begun for part in worker.jobs) and memory(worker.process.pid, 1) > FRESH:
                self._replace(worker)
        if (now := time.monotonic()) < self._looked + _LOOK:
            return
        self._looked = now
        for worker in list(self._workers):
            if worker.jobs and (fault := worker.fault()) is not None:
                self._bury(worker, fault)

    def _take(self, worker: _Worker, batch: list[tuple[Any, ...]], size: int) -> None:
        share = size // max(len(batch), 1)
        for raw in batch:
            part = worker.jobs[0]
            message = worker.receiver.unpacked(raw)
            part.begun = True
            part.put(message, share)
            if isinstance(message, Same | Done):
                worker.jobs.popleft()

    def _bury(self, worker: _Worker, reason: str) -> None:
        """Ends a worker because of the file it was reading; what was waiting behind that goes to another."""
        if worker.jobs:
            part = worker.jobs.popleft()
            part.put(readers.Problem(part.task.source.path, reason), 0)
            part.put(Done(b"", "?"), 0)
        self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        """Ends a worker; another does what it has not begun."""
        self._end(worker)
        if worker.jobs:
            other = self._start()
            for part in worker.jobs:
                other.give(part)


def _here(task: Task, ocr: Ocr | None) -> Iterator[tuple[Task, Message]]:
    """The messages of a task that is worked on in this process."""
    position = told = 0

    def watch(at: int) -> None:
        nonlocal position
        position = at

    for message in work(task, watch, ocr):
        if position > told:
            told = position
            yield task, At(position)
        assert not isinstance(message, Turn | Tally)  # all of it is read here
        yield task, message


class _Worker:
    """A worker process, the jobs it has been given, and the messages that arrive from it."""

    def __init__(self, ocr: Ocr | None) -> None:
        self.process = pipes.start(CHILD, *map(str, ocr or ()), buffered=False)
        self.jobs: deque[Slice] = deque()
        self._inbox = pipes.Inbox()
        self.receiver = Receiver()
        self.ready = False
        self.heard = self.spent = 0.0
        self.hear()
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            assert self.process.stdout is not None
            with contextlib.suppress(OSError):  # less is allowed: it works as well, with more turns
                fcntl.fcntl(self.process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)

    def hear(self) -> None:
        """From now on it is silent."""
        now = time.monotonic()
        if now - self.heard > _LOOK:
            self.heard, self.spent = now, processor(self.process.pid)

    def fault(self) -> str | None:
        """What is wrong with the file it is reading, if that shows in how the process does."""
        silent = time.monotonic() - self.heard
        if silent > SILENCE_LIMIT or (self.ready and processor(self.process.pid) - self.spent > HARD_LIMIT):
            return "took too long"
        if memory(self.process.pid, 1) > FRESH + MEMORY_LIMIT:
            return "needs more memory than a file may"
        return None

    def give(self, part: Slice) -> None:
        if not self.jobs:
            self.hear()
        self.jobs.append(part)
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died; whoever reads from it notices
            pipes.send(self.process.stdin, packed_task(part.task))

    def batches(self) -> Iterator[tuple[list[tuple[Any, ...]], int]]:
        """What has arrived, batch by batch, with the bytes of each. Raises EOFError when the process has ended."""
        assert self.process.stdout is not None
        block = os.read(self.process.stdout.fileno(), 1 << 20)
        if not block:
            raise EOFError
        self.ready = True
        self.hear()
        yield from self._inbox.put(block)

    def end(self) -> None:
        pipes.end(self.process)
