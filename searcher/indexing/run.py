"""One run: a generation that begins as its base, is brought up to date, and is published."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from time import perf_counter
from types import FrameType

from searcher import readers
from searcher.article import ID, SKETCH, Article, Entry
from searcher.engines.protocol import Engine, Writer
from searcher.errors import InputsFailed, UsageError
from searcher.indexing import generations, manifest
from searcher.indexing.bloom import BloomFilter
from searcher.indexing.copies.finding import Copies
from searcher.indexing.ledger import File, Ledger, settle
from searcher.indexing.manifest import Manifest
from searcher.indexing.reports import Failure, FormatCount, Progress, Report
from searcher.indexing.scan import Planned, Scan
from searcher.indexing.workers import Analysed, At, Done, Same, Task, Workers
from searcher.messages import Message

CHECKPOINT = 25_000  # articles between two states that an interrupted run can go on from
BIG = 8 << 20  # above this many bytes the engine gets half of the processes (decision 31)


@dataclass(frozen=True, slots=True)
class Options:
    jobs: int
    strict: bool
    durable: bool
    progress: Callable[[Progress], None] | None


@dataclass(slots=True)
class _Current:
    """The file being read. `taken`: articles and problems read so far; `gave`: it gave an article; `lost`: it had an error."""

    plan: Planned
    taken: int
    number: int | None = None
    position: int = 0
    gave: bool = False
    lost: bool = False
    missing: bool = False


class Run:
    """One run: a generation that begins as its base and is brought up to date."""

    def __init__(self, folder: Path, engine: Engine, goal: Manifest, base: Manifest | None, options: Options) -> None:
        self._folder = folder
        self._goal = goal
        self._base = base
        self._options = options
        self._engine = engine
        self._writer: Writer | None = None
        self._failures: list[Failure] = []
        self._skipped: list[Failure] = []
        self._noted: list[Failure] = []
        self._formats: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._added = self._removed = self._copies = self._read = 0
        self._since_checkpoint = 0
        self._begin()

    def _begin(self, seen: BloomFilter | None = None) -> None:
        self._generation = generations.begin(self._folder, self._engine, self._base)
        self._groups = Copies(self._generation / manifest.COPIES)
        newest = max(self._goal.newest, self._base.newest if self._base else 0)
        self._ledger = Ledger(self._generation / manifest.LEDGER, writable=True, seen=seen, newest=newest)
        if self._base is not None and self._base.ocr != self._goal.ocr:
            self._ledger.doubt_reported()
        if self._base is None and self._goal.base is not None:
            self._ledger.inherit(self._folder / self._goal.base / manifest.LEDGER)

    def _writing(self) -> Writer:
        """The engine's writer; opened when there is something to write."""
        if self._writer is None:
            start = self._engine.append if self._base else self._engine.create
            self._writer = start(
                self._generation / self._engine.name,
                jobs=max(1, self._options.jobs // 2) if self._scan.bytes > BIG else 1,
            )
        return self._writer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._ledger.close()

    def run(self, paths: list[str], *, resumed: bool, began: float) -> Report:
        with Scan(self._ledger, paths) as self._scan:
            scan = self._scan
            if not (scan.planned or scan.streams or scan.unchanged or scan.renamed or scan.failed or self._base):
                raise UsageError(Message("indexing.nothing", paths=", ".join(paths)))
            self._failures += [Failure(each.path, each.reason) for each in scan.failed]
            self._skipped += [
                Failure(each.path, each.reason, kind="skipped") for each in scan.missed if not each.failed
            ]
            for file, source in scan.renamed:
                self._ledger.rename(file, os.path.abspath(source.path), source.path)
            for file in scan.vanished:
                self._ledger.set_aside(file.number)
            with _interruptible() as interrupted, Workers(self._options.jobs, ocr=self._goal.ocr) as workers:
                self._take(workers, interrupted)
            for file in scan.vanished:
                self._drop_left(file.number)
                self._ledger.forget_file(file.number)
            return self._finish(resumed, began)

    # ── files ──

    def _take(self, workers: Workers, interrupted: Callable[[], bool]) -> None:
        """Reads what was planned, and puts what comes of it into engine and ledger."""
        waiting: deque[Planned] = deque()

        def tasks() -> Iterator[Task]:
            streams = (Planned(source, self._ledger.file("-")) for source in self._scan.streams)
            for plan in chain(streams, self._scan.plans()):
                waiting.append(plan)
                yield self._task(plan)

        current: _Current | None = None
        done = 0
        for task, message in workers.run(tasks(), bytes=self._scan.bytes):
            if current is None:
                current = _Current(waiting.popleft(), task.skip)
            match message:
                case At(position):
                    current.position = position
                case Same():
                    assert current.plan.file is not None
                    self._ledger.touch(current.plan.file.number, current.plan.source.modified)
                case Done():
                    self._end_file(current, message)
                case _:
                    self._begin_file(current)
                    current.taken += 1
                    if isinstance(message, Analysed):
                        self._count(message.entry.article)
                        self._put(current, message)
                    else:
                        self._note(current, message)
            if isinstance(message, Same | Done):
                done += current.plan.source.size
                current = None
            if self._options.progress is not None and isinstance(message, Analysed | At):
                at = done + (current.position if current else 0)
                self._options.progress(Progress(self._added, at, self._scan.bytes))
            if isinstance(message, readers.Problem):
                continue  # it may be the last of a file; nothing goes on from between that and Done
            if interrupted():
                self._checkpoint(current)
                raise KeyboardInterrupt
            if self._since_checkpoint >= CHECKPOINT:
                self._checkpoint(current)
                self._begin(self._ledger.seen)
                self._scan.follow(self._ledger)
        if interrupted():
            self._checkpoint(None)
            raise KeyboardInterrupt

    def _begin_file(self, current: _Current) -> None:
        """Sets aside what was known of the file, unless an interrupted run had begun to read this state of the file."""
        if current.number is not None:
            return
        plan = current.plan
        if plan.file is not None and not self._task(plan).skip:
            self._ledger.set_aside(plan.file.number)
        self._put_file(current, b"", "", complete=False)

    def _put_file(self, current: _Current, hash: bytes, form: str, *, complete: bool) -> None:
        plan, known = current.plan, current.number or (current.plan.file and current.plan.file.number)
        path = plan.source.path
        current.number = self._ledger.put_file(
            File(
                known or 0,
                path if path == "-" else os.path.abspath(path),
                plan.file.shown if plan.file else path,
                plan.source.modified if hash or form or not complete else -1,
                plan.source.size,
                hash,
                form,
                current.taken,
                complete,
            )
        )

    def _end_file(self, current: _Current, done: Done) -> None:
        self._begin_file(current)
        self._read += 1
        self._formats[done.format if done.format != "?" else ""].update(
            files=1, failed=current.lost and not current.gave, without=not (current.lost or current.gave)
        )
        number = current.number
        assert number is not None
        if current.lost and not current.gave:
            self._ledger.reinstate(number)  # what could be read before is worth more than nothing
        else:
            self._drop_left(number)
        self._ledger.put_parts(number, done.consulted)
        missing = current.missing  # to be tried again when what it needs may have been installed
        self._put_file(current, b"" if missing else done.hash, "" if missing else done.format, complete=True)

    def _drop_left(self, file: int) -> None:
        for number in self._ledger.left(file):
            self._drop(number)

    def _drop(self, number: int) -> bool:
        """Removes an article; True when the engine no longer has it."""
        identifier = self._ledger.drop(number)
        if identifier is not None:
            self._writing().delete(identifier)
            self._groups.delete(identifier)
            self._removed += 1
        return identifier is not None

    def _count(self, article: Article) -> None:
        self._formats[article.format or ""].update(
            articles=1, undated=article.date is None, unsourced=article.source is None, characters=len(article.text)
        )

    def _note(self, current: _Current, problem: readers.Problem) -> None:
        assert current.number is not None
        current.lost = current.lost or problem.kind not in ("skipped", "noted")
        current.missing = current.missing or problem.kind == "missing"
        self._ledger.put_problem(current.number, problem.place, problem.reason, problem.kind)

    def _task(self, plan: Planned) -> Task:
        """Reading from the start; or behind what an interrupted run had of the same state of the file."""
        file, task = plan.file, Task(plan.source, without=self._goal.without)
        if file is None:
            return task
        if not file.complete and file.taken and (file.size, file.modified) == (plan.source.size, plan.source.modified):
            return replace(task, skip=file.taken)
        return replace(task, known=file.hash if file.complete and not plan.anew else None)

    # ── articles ──

    def _put(self, current: _Current, analysed: Analysed) -> None:
        number, article = current.number, analysed.entry.article
        assert number is not None
        current.gave = True
        if self._ledger.reclaim(number, article.place, analysed.whole):
            return
        stored = self._ledger.same(analysed.content, number)
        if stored is not None:
            self._ledger.put_article(number, self._named(article, stored), stored, analysed.whole, analysed.content)
            self._copies += 1
            return
        removed = self._removed
        named = self._named(article, None)
        edited = self._removed > removed  # the identifier was that of an earlier state of the article
        terms = {**analysed.entry.terms, ID: named.id}
        serial = self._ledger.serial(analysed.content, edited=edited)
        self._groups.add(named, serial, analysed.content, terms.pop(SKETCH, ""))
        self._writing().add(Entry(named, terms, serial, analysed.entry.annotations, analysed.entry.numbered))
        self._ledger.put_article(number, named, named.id, analysed.whole, analysed.content)
        self._added += 1
        self._since_checkpoint += 1

    def _named(self, article: Article, stored: str | None) -> Article:
        """The article under an identifier that is its own: extended by its place in the archive when another article has
        it; a copy of an article may share that one's (`stored`)."""
        identifier, attempt = article.id, 0
        while not self._claim(identifier, stored):
            attempt += 1
            place = f"{article.path}\0{article.place}\0{attempt}".encode("utf-8", "surrogatepass")
            identifier = f"{article.id}~{blake2b(place, digest_size=3).hexdigest()}"
        return article if identifier == article.id else replace(article, id=identifier)

    def _claim(self, identifier: str, stored: str | None) -> bool:
        """Frees `identifier` if only the earlier state of a file holds it; False if another article owns it.

        An article that is stored as `stored` may share the identifier.
        """
        while (owner := self._ledger.owner(identifier)) is not None:
            number, file, its = owner
            if its == stored:
                return True
            if file > 0 or not self._drop(number):
                return False
        return True

    # ── ends ──

    def _checkpoint(self, current: _Current | None) -> None:
        """Publishes what there is so far as pending; the run goes on in a new generation."""
        if current is not None and current.number is not None:
            self._put_file(current, b"", "", complete=False)
        self._base = self._publish(manifest.PENDING)
        self._since_checkpoint = 0

    def _commit_groups(self) -> None:
        """Brings the groups of copies up to date with what the engine holds now."""
        with closing(self._engine.open(self._generation / self._engine.name)) as reader:

            def text_of(identifier: str) -> str:
                article = reader.fetch(identifier)
                assert article is not None, "what has a sketch was added to the engine too"
                return article.text

            with generations.guarded(self._folder):
                self._groups.commit(text_of)

    def _publish(self, name: str) -> Manifest:
        if self._writer is None and self._base is None:
            self._writing()
        if self._writer is not None:
            self._writer.commit()
            self._writer.close()
            self._writer = None
            self._commit_groups()
        (articles, copies, moved), newest = self._ledger.counts(), self._ledger.newest
        self._ledger.commit()
        self._ledger.close()
        with generations.guarded(self._folder):
            settle(self._generation / manifest.LEDGER)
        generation = self._generation.name
        finished = replace(
            self._goal, generation=generation, articles=articles, copies=copies, moved=moved, newest=newest
        )
        return generations.publish(self._folder, finished, before=self._base, name=name, durable=self._options.durable)

    def _finish(self, resumed: bool, began: float) -> Report:
        for path, place, why, kind, partly in self._ledger.problems():
            told = {"skipped": self._skipped, "noted": self._noted}.get(kind, self._failures)
            told.append(Failure(path, why, place, kind, partly))
        articles, files = self._ledger.counts()[0], self._ledger.count_files()
        if self._failures and not articles:
            first = self._failures[0]
            raise UsageError(Message("indexing.unreadable", path=first.path, reason=first.reason))
        if self._failures and self._options.strict:
            generations.forget(self._folder)
            first = self._failures[0]
            more = Message("more.failures", count=len(self._failures) - 1) if len(self._failures) > 1 else ""
            raise InputsFailed(Message("indexing.strict", path=first.path, reason=first.reason, more=more))
        scan = self._scan
        changed = self._read or scan.planned or scan.renamed or scan.vanished or resumed
        late = self._base is not None and self._options.durable and not self._base.durable
        if (
            changed
            or late
            or self._base is None
            or any(getattr(self._base, name) != getattr(self._goal, name) for name in ("paths", "ocr"))
        ):
            self._publish(manifest.NAME)
        return Report(
            articles=articles,
            files=files,
            failures=tuple(self._failures),
            seconds=perf_counter() - began,
            added=self._added,
            removed=self._removed,
            copies=self._copies,
            read=self._read,
            renamed=len(scan.renamed),
            vanished=len(scan.vanished),
            skipped=tuple(self._skipped),
            noted=tuple(self._noted),
            formats=self._by_format(),
            resumed=resumed,
        )

    def _by_format(self) -> tuple[FormatCount, ...]:
        counts = (FormatCount(form, **counted) for form, counted in self._formats.items())
        return tuple(sorted(counts, key=lambda each: (-each.articles, -each.files, each.format)))


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C is noticed between two articles; a second one ends the run where it is."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
