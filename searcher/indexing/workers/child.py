"""A source → messages: what a worker does, in a process of its own or in that of the parent."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from types import FrameType
from typing import Any

from searcher import analysis, pipes, readers
from searcher.analysis.annotations import KINDS
from searcher.analysis.memories import forget
from searcher.article import Article, Entry
from searcher.errors import Unreadable, reason
from searcher.indexing.ledger import digests
from searcher.indexing.scan import hash_of
from searcher.indexing.workers.messages import Analysed, At, Done, Ocr, Said, Same, Sender, Task, unpacked_task
from searcher.indexing.workers.usage import memory
from searcher.readers.problems import damage
from searcher.readers.sniff import sniff
from searcher.sources import Recognition, Source

SOFT_LIMIT = 8.0  # seconds of work without an article or new bytes before a reader is interrupted
MEMORY_LIMIT = 512 << 20  # bytes that reading a file may take, besides what a worker holds already
MEMORIES = 90 << 20  # bytes of memory from which a worker forgets what analysis remembers of earlier texts
FEW_COLLECTIONS = (200_000, 50, 100)  # reading makes millions of objects and few cycles

MAX_FILE = 1 << 40  # bytes

_BATCH_BYTES = 1 << 19
_BATCH_SECONDS = 0.5
_LEARNED = 2_000  # articles between two times of forgetting: what is forgotten is learned again, which takes time


def work(task: Task, watch: Callable[[int], None], ocr: Ocr | None = None) -> Iterator[Said]:
    """The messages of a source: Same, or its articles and problems and then Done. `watch` is told how far reading is.

    With `ocr` the text of scanned pages is recognised."""
    if ocr is not None:
        task = replace(task, source=replace(task.source, recognition=Recognition(ocr.jobs, ocr.slots, watch)))
    hashed = b""
    try:
        if task.share is None or not task.share.which or task.known is not None:
            if task.source.size > MAX_FILE:
                yield readers.Problem(task.source.path, f"larger than {MAX_FILE >> 40} TB; divide it")
                yield Done(b"", "")
                return
            hashed = hash_of(task.source, watch)
    except OSError as error:
        yield readers.Problem(task.source.path, str(reason(error)))  # a plain text: it goes through a pipe
        yield Done(b"", "")
        return
    if hashed == task.known:
        yield Same()
        return
    try:
        form = sniff(task.source)
    except (Unreadable, OSError):
        form = ""
    found = readers.read(task.source, form=form or None, watch=watch, share=task.share)
    for each in islice(found, task.skip if task.share is None else 0, None):
        if isinstance(each, Article):
            entry, failed = _entry(each, task)
            if failed is not None:
                yield failed
            yield Analysed(entry, *digests(each))
        else:
            yield each
    if _changed(task.source) and (task.share is None or not task.share.which):
        yield readers.Problem(
            task.source.path, "it changed while it was read; the next run reads it again", None, "noted"
        )
    yield Done(hashed, form, tuple(dict.fromkeys(task.source.consulted)))


def _entry(article: Article, task: Task) -> tuple[Entry, readers.Problem | None]:
    """The entry of an article. When the search for copies, names and quotes fails, that of the article without them, and what
    to report: one odd text must not cost the rest of its file."""
    try:
        return analysis.numbered(article, without=task.without), None
    except (TimeoutError, MemoryError):
        raise
    except Exception as error:  # a mistake of ours, which a text that nobody foresaw brings to light
        lacking = f"{UNMARKED} ({type(error).__name__})"
        return analysis.numbered(article, without=KINDS), readers.Problem(
            task.source.path, lacking, article.place, kind="noted"
        )


UNMARKED = "indexed without its copies, names and quotes: the search for them failed"


def _changed(source: Source) -> bool:
    """Whether a file on disk is another one than when the run looked at it."""
    if source.content is not None or not source.modified:
        return False
    try:
        status = os.stat(source.path)
    except OSError:
        return True
    return (status.st_size, status.st_mtime_ns) != (source.size, source.modified)


def main() -> int:
    """A worker process: tasks come in on standard input, batches of messages go out on what was standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    gc.set_threshold(*FEW_COLLECTIONS)
    sender = Sender()
    out = pipes.own_output(errors=bool(os.environ.get("SEARCHER_DEBUG")))
    batch: list[tuple[Any, ...]] = []
    size = since = 0
    sent = time.monotonic()

    def flush() -> None:
        nonlocal size, sent, since
        if since >= _LEARNED and memory(os.getpid(), 1) - memory(os.getpid(), 2) > MEMORIES:
            forget()
            since = 0
        signal.setitimer(signal.ITIMER_PROF, 0)  # waiting for the parent to listen is no fault of the file
        pipes.send(out, batch)
        batch.clear()
        size, sent = 0, time.monotonic()
        signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)

    def expire(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    def watch(position: int) -> None:
        signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)
        if time.monotonic() - sent > _BATCH_SECONDS:
            batch.append(sender.packed(At(position)))
            flush()

    ocr = Ocr(int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else None
    signal.signal(signal.SIGPROF, expire)
    ceiling = resource.getrlimit(resource.RLIMIT_DATA)[1]
    with contextlib.suppress(BrokenPipeError, EOFError, KeyboardInterrupt):
        flush()  # ready
        while True:
            signal.setitimer(signal.ITIMER_PROF, 0)
            task = unpacked_task(pipes.receive(sys.stdin.buffer))
            resource.setrlimit(resource.RLIMIT_DATA, (memory(os.getpid(), 5) + MEMORY_LIMIT, ceiling))
            signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)
            try:
                for message in work(task, watch, ocr):
                    signal.setitimer(signal.ITIMER_PROF, SOFT_LIMIT)
                    batch.append(sender.packed(message))
                    if isinstance(message, Analysed):
                        size += len(message.entry.article.text) * 4
                        since += 1
                    if size > _BATCH_BYTES or time.monotonic() - sent > _BATCH_SECONDS:
                        flush()
            except Exception as error:  # out of time or memory where no reader could catch it
                batch.append(sender.packed(readers.Problem(task.source.path, damage(error))))
                batch.append(sender.packed(Done(b"", "?")))
            flush()
    return 0
