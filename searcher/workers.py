"""Files → entries, read and analysed in worker processes: as many as there are cores, and none that a file can take down.

What a worker does is a function from a source to messages (`work`); `Workers.run` gives the messages of many sources in the
order of the sources, whatever the number of processes. A worker that stays silent too long, or grows too large, is ended;
the file it was reading is reported, and the others go on.

Small inputs in formats that only plain Python reads are worked on in this process: nothing is started for two text files.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, field, fields
from operator import attrgetter
from types import FrameType
from typing import Any

from searcher import analysis, readers
from searcher.article import Article, Entry
from searcher.errors import Unreadable
from searcher.ledger import digests
from searcher.readers.sniff import sniff
from searcher.sources import Source
from searcher.survey import hash_of

SOFT_LIMIT = 8.0  # seconds of work without an article or new bytes before a reader is interrupted …
HARD_LIMIT = 10.0  # … and before its process is ended, when that did not help
SILENCE_LIMIT = 60.0  # seconds by the clock before it is ended though it does not work: a disk that does not answer
MEMORY_LIMIT = 512 << 20  # bytes that reading a file may take, besides what a worker holds already
FRESH = 600 << 20  # bytes that a worker may come to hold before another takes its place
TAME = frozenset((".txt", ".text", ".md", ".json", ".jsonl", ".ndjson", ".csv", ".tsv"))
FEW_BYTES = 2 << 20  # inputs up to this size in tame formats are worked on in this process

COMMAND = [sys.executable, "-c", "from searcher.workers import main; main()"]

_BATCH_BYTES = 1 << 19
_BATCH_SECONDS = 0.5
_AHEAD_BYTES = 64 << 20  # of messages that wait for those of an earlier source
_AHEAD_SOURCES = 256


@dataclass(frozen=True, slots=True)
class Task:
    """A source to be read. `known` is the hash it had when it was last read; the first `skip` of what it gives are
    already known (an interrupted run had them)."""

    source: Source
    known: bytes | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Analysed:
    """An article with its terms and its two digests (see `ledger.digests`)."""

    entry: Entry
    whole: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class At:
    """Reading has come to this byte of the file."""

    position: int


@dataclass(frozen=True, slots=True)
class Same:
    """The file is what it was when it was last read; nothing follows."""


@dataclass(frozen=True, slots=True)
class Done:
    """There is no more of the file: its hash and its format. Without a hash and a format it could not be opened; without a
    hash, reading it was given up. `consulted` are the other files it asked for (a METS file its pages), there or not."""

    hash: bytes
    format: str
    consulted: tuple[str, ...] = ()


Message = Analysed | readers.Problem | At | Same | Done


# ── what a worker does ────────────────────────────────────────────────────────────────────────────────────────────────


def work(task: Task, watch: Callable[[int], None]) -> Iterator[Message]:
    """The messages of a source: Same, or its articles and problems and then Done. `watch` is told how far reading is."""
    try:
        hashed = hash_of(task.source)
    except OSError as error:
        yield readers.Problem(task.source.path, f"{os.strerror(error.errno or 0).lower()}")
        yield Done(b"", "")
        return
    if hashed == task.known:
        yield Same()
        return
    try:
        form = sniff(task.source)
    except (Unreadable, OSError):
        form = ""
    for number, each in enumerate(readers.read(task.source, form=form or None, watch=watch)):
        if number < task.skip:
            continue
        if isinstance(each, Article):
            yield Analysed(analysis.entry(each), *digests(each))
        else:
            yield each
    yield Done(hashed, form, tuple(dict.fromkeys(task.source.consulted)))


_SOURCE = [each.name for each in fields(Source)]
_of_source = attrgetter(*_SOURCE)
_of_article = attrgetter(*(each.name for each in fields(Article)))


def _packed(message: Message) -> tuple[Any, ...]:
    match message:
        case Analysed(entry, whole, content):
            terms = {name: text for name, text in entry.terms.items() if text}
            return 0, _of_article(entry.article), terms, whole, content
        case readers.Problem():
            return 1, *astuple(message)
        case At():
            return 2, *astuple(message)
        case Same():
            return (3,)
        case Done():
            return 4, message.hash, message.format, message.consulted


def _unpacked(raw: tuple[Any, ...]) -> Message:
    if raw[0] == 0:
        _, article, terms, whole, content = raw
        return Analysed(Entry(Article(*article), terms), whole, content)
    kind = (None, readers.Problem, At, Same, Done)[raw[0]]
    assert kind is not None
    return kind(*raw[1:])


def main() -> None:
    """A worker process: tasks come in on standard input, batches of messages go out on what was standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    out = os.fdopen(os.dup(1), "wb")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)  # libraries that print must not be taken for us
    if not os.environ.get("SEARCHER_DEBUG"):
        os.dup2(silent, 2)
    batch: list[tuple[Any, ...]] = []
    size = 0
    sent = time.monotonic()

    def flush() -> None:
        nonlocal size, sent
        signal.setitimer(signal.ITIMER_PROF, 0)  # waiting for the parent to listen is no fault of the file
        raw = marshal.dumps(batch)
        out.write(len(raw).to_bytes(4, "big") + raw)
        out.flush()
        batch.clear()
        size, sent = 0, time.monotonic()
        signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)

    def expire(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    def watch(position: int) -> None:
        signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)
        if time.monotonic() - sent > _BATCH_SECONDS:
            batch.append(_packed(At(position)))
            flush()

    signal.signal(signal.SIGPROF, expire)
    ceiling = resource.getrlimit(resource.RLIMIT_DATA)[1]
    with contextlib.suppress(BrokenPipeError, EOFError, KeyboardInterrupt):
        flush()  # ready
        while True:
            signal.setitimer(signal.ITIMER_PROF, 0)
            source, known, skip = marshal.load(sys.stdin.buffer)
            resource.setrlimit(resource.RLIMIT_DATA, (_pages(os.getpid(), 5) + MEMORY_LIMIT, ceiling))
            signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)
            try:
                for message in work(Task(Source(*source), known, skip), watch):
                    signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)
                    batch.append(_packed(message))
                    if isinstance(message, Analysed):
                        size += len(message.entry.article.text) * 4
                    if size > _BATCH_BYTES or time.monotonic() - sent > _BATCH_SECONDS:
                        flush()
            except Exception as error:  # out of time or memory where no reader could catch it
                batch.append(_packed(readers.Problem(source[0], readers.damage(error))))
                batch.append(_packed(Done(b"", "?")))
            flush()


# ── what the parent does ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True, eq=False)
class _Job:
    """A task that was handed out, and the messages of it that nobody has taken yet."""

    task: Task
    messages: deque[Message] = field(default_factory=deque)
    bytes: int = 0
    begun: bool = False
    done: bool = False


class _Worker:
    """A worker process, the jobs it has been given, and what it has sent of an unfinished batch."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            bufsize=0,
        )
        self.jobs: deque[_Job] = deque()
        self.received = bytearray()
        self.ready = False
        self.hear()

    def hear(self) -> None:
        """From now on it is silent."""
        self.heard, self.spent = time.monotonic(), _spent(self.process.pid)

    def fault(self) -> str | None:
        """What is wrong with the file it is reading, if that shows in how the process does."""
        silent = time.monotonic() - self.heard
        if silent > SILENCE_LIMIT or (self.ready and _spent(self.process.pid) - self.spent > HARD_LIMIT):
            return "took too long"
        if _pages(self.process.pid, 1) > FRESH + MEMORY_LIMIT:
            return "needs more memory than a file may"
        return None

    def give(self, job: _Job) -> None:
        if not self.jobs:
            self.hear()
        self.jobs.append(job)
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died; whoever reads from it notices
            self.process.stdin.write(marshal.dumps((_of_source(job.task.source), job.task.known, job.task.skip)))

    def batches(self) -> Iterator[tuple[list[tuple[Any, ...]], int]]:
        """What has arrived, batch by batch, with the bytes of each. Raises EOFError when the process has ended."""
        assert self.process.stdout is not None
        block = os.read(self.process.stdout.fileno(), 1 << 20)
        if not block:
            raise EOFError
        self.ready = True
        self.hear()
        self.received += block
        while len(self.received) >= 4:
            length = int.from_bytes(self.received[:4], "big")
            if len(self.received) < 4 + length:
                return
            raw = bytes(self.received[4 : 4 + length])
            del self.received[: 4 + length]
            yield marshal.loads(raw), length

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class Workers:
    """A context manager that holds `jobs` worker processes; they are started when there is work for them."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()

    def run(self, tasks: Iterable[Task], *, bytes: int) -> Iterator[tuple[Task, Message]]:
        """The messages of all tasks, task by task in their order; `bytes` is what there is to read in all."""
        if bytes <= FEW_BYTES:
            yield from self._mostly_here(tasks)
        else:
            yield from self._there(iter(tasks))

    def _mostly_here(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Message]]:
        for task in tasks:
            if task.source.content is not None or task.source.suffix in TAME:
                yield from _here(task)
            else:
                yield from self._there(iter([task]))

    def _there(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Message]]:
        jobs: deque[_Job] = deque()
        more = True
        while more or jobs:
            more = more and self._hand_out(tasks, jobs)
            if not jobs:
                continue
            head = jobs[0]
            while head.messages:
                yield head.task, head.messages.popleft()
            head.bytes = 0
            if head.done:
                jobs.popleft()
            elif head.task.source.content is not None:  # what has no name in the file system is read here
                yield from _here(head.task)
                jobs.popleft()
            else:
                self._receive(sum(job.bytes for job in jobs) > _AHEAD_BYTES, head)

    def _hand_out(self, tasks: Iterator[Task], jobs: deque[_Job]) -> bool:
        """Gives tasks to workers that have fewer than two. False when there are no more tasks."""
        while len(jobs) < _AHEAD_SOURCES and sum(job.bytes for job in jobs) <= _AHEAD_BYTES:
            worker = min(self._workers, key=lambda each: len(each.jobs), default=None)
            if (worker is None or worker.jobs) and len(self._workers) < self._jobs:
                worker = self._start()
            if worker is None or len(worker.jobs) > 1:
                return True
            task = next(tasks, None)
            if task is None:
                return False
            jobs.append(_Job(task))
            if task.source.content is None:
                worker.give(jobs[-1])
        return True

    def _start(self) -> _Worker:
        worker = _Worker()
        self._workers.append(worker)
        assert worker.process.stdout is not None
        self._selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
        return worker

    def _end(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        self._selector.unregister(worker.process.stdout)
        self._workers.remove(worker)
        worker.end()

    def _receive(self, full: bool, head: _Job) -> None:
        """Waits for messages; when too many are waiting already, only for those of the job at the head."""
        for key, _ in self._selector.select(timeout=0.25):
            worker: _Worker = key.data
            if full and (not worker.jobs or worker.jobs[0] is not head):
                worker.hear()  # it may well be waiting for us
                continue
            try:
                for batch, size in worker.batches():
                    self._take(worker, batch, size)
            except EOFError:
                self._bury(worker, "made the program that reads it crash")
                continue
            if _pages(worker.process.pid, 1) > FRESH and not any(job.begun for job in worker.jobs):
                self._replace(worker)
        for worker in list(self._workers):
            if worker.jobs and (fault := worker.fault()) is not None:
                self._bury(worker, fault)

    def _take(self, worker: _Worker, batch: list[tuple[Any, ...]], size: int) -> None:
        for raw in batch:
            job = worker.jobs[0]
            message = _unpacked(raw)
            job.begun = True
            job.messages.append(message)
            job.bytes += size // len(batch)
            if isinstance(message, Same | Done):
                job.done = True
                worker.jobs.popleft()

    def _bury(self, worker: _Worker, reason: str) -> None:
        """Ends a worker because of the file it was reading; what was waiting behind that goes to another."""
        if worker.jobs:
            job = worker.jobs.popleft()
            job.messages += (readers.Problem(job.task.source.path, reason), Done(b"", "?"))
            job.done = True
        self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        """Ends a worker; another does what it has not begun."""
        self._end(worker)
        if worker.jobs:
            other = self._start()
            for job in worker.jobs:
                other.give(job)


def _here(task: Task) -> Iterator[tuple[Task, Message]]:
    """The messages of a task that is worked on in this process."""
    position = told = 0

    def watch(at: int) -> None:
        nonlocal position
        position = at

    for message in work(task, watch):
        if position > told:
            told = position
            yield task, At(position)
        yield task, message


def _spent(process: int) -> float:
    """Seconds of processor time that a process has used; the clock's where the system does not tell."""
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:
            user, system = stream.read().rpartition(b")")[2].split()[11:13]
            return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return time.monotonic()


def _pages(process: int, which: int) -> int:
    """Bytes of memory that a process has in real memory (1), or of data (5); 0 where the system does not tell."""
    try:
        with open(f"/proc/{process}/statm", "rb") as stream:
            return int(stream.read().split()[which]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
