"""Entries and deletions in, commits out: new segments, small ones merged, one table of contents."""

from __future__ import annotations

import errno
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

import whoosh

from searcher import article as names
from searcher.article import Entry, Numbered
from searcher.engines.stored import dated, packed
from searcher.engines.whoosh import codec, files
from searcher.engines.whoosh.invert import MAX_ARTICLES, Inverter
from searcher.engines.whoosh.merge import merged
from searcher.engines.whoosh.segment import OpenSegment
from searcher.engines.whoosh.workers import Ready, SegmentWorkers
from searcher.errors import WriteFailed, reason, room
from searcher.messages import Message

if whoosh.__version__[:2] != (2, 7):
    raise ImportError(
        f"whoosh 2.7 is needed and {'.'.join(map(str, whoosh.__version__))} is installed; reinstall whoosh"
    )

OCCURRENCES = 4_000_000  # a segment is written when it holds so many, all writers together: this bounds their memory
ALONE = 500  # so many articles are waited for before other processes are started
TIER = 16  # segments of one size class, each class so many times the one below, before they are merged into one
TOGETHER = 1 << 16  # articles of one commit that are made one segment: a segment more costs every query
WORTH = 1_000  # articles in a segment that is rewritten because most of them are deleted


class WhooshWriter:
    """Adds and deletes. Whoever writes sees to it that nobody else does (`indexing.generations` holds a lock)."""

    def __init__(self, folder: Path, *, jobs: int = 1) -> None:
        self._folder = folder
        self._jobs = jobs
        self._work: _Work | None = None

    def add(self, entry: Entry) -> None:
        with writing(self._folder):
            self._begin().add(entry)

    def delete(self, identifier: str) -> None:
        with writing(self._folder):
            self._begin().delete(identifier)

    def commit(self) -> None:
        if self._work is not None:
            with writing(self._folder):
                self._work.commit()
            self._end()

    def close(self) -> None:
        if self._work is not None:
            self._end()

    def _begin(self) -> _Work:
        if self._work is None:
            self._work = _Work(self._folder, self._jobs)
        return self._work

    def _end(self) -> None:
        assert self._work is not None
        work, self._work = self._work, None
        with writing(self._folder):
            work.close()


class _Work:
    """What is done between two commits."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self._folder = folder
        self._contents = files.read(folder)
        self._next = self._contents.next
        self._deleted: defaultdict[str, set[int]] = defaultdict(set)
        self._opened: dict[str, OpenSegment] = {}
        self._new: list[files.Segment] = []
        self._jobs = jobs
        self._inverter = Inverter(folder)
        self._waiting: list[Ready] = []  # until it is known whether they are worth other processes
        self._workers: SegmentWorkers | None = None

    def add(self, entry: Entry) -> None:
        if self._jobs > 1:
            entry = entry.spelt()  # what goes to other processes
        article = (
            self._next,
            entry.serial,
            packed(entry.article, entry.annotations),
            dated(entry.article.date),
            dict(entry.terms),
        )
        self._next += 1
        if self._workers is not None:
            self._workers.add(article)
        elif self._jobs > 1:
            self._waiting.append(article)
            if len(self._waiting) == ALONE:
                self._workers = SegmentWorkers(self._folder, self._jobs, OCCURRENCES // self._jobs)
                for each in self._waiting:
                    self._workers.add(each)
                self._waiting.clear()
        else:
            self._invert(article, entry.numbered)

    def _invert(self, article: Ready, numbered: Numbered | None = None) -> None:
        self._inverter.add(*article, numbered)
        if self._inverter.holds(OCCURRENCES):
            self._flush()

    def delete(self, identifier: str) -> None:
        for segment in self._contents.segments:
            if segment.name not in self._opened:
                self._opened[segment.name] = OpenSegment(self._folder, segment)
            block = self._opened[segment.name].block(names.ID, identifier)
            if block is not None:
                self._deleted[segment.name].update(block.ids)

    def commit(self) -> None:
        for article in self._waiting:
            self._invert(article)
        self._flush()
        if self._workers is not None:
            self._new += self._workers.finish()
        if len(self._new) > 1 and sum(segment.articles for segment in self._new) <= TOGETHER:
            self._new = [self._merged(self._new)]
        segments = [segment.without(self._deleted[segment.name]) for segment in self._contents.segments] + self._new
        while group := due(segments):
            segments = [segment for segment in segments if segment not in group]
            if any(segment.alive for segment in group):
                segments.append(self._merged(group))
        self._contents = files.Contents(self._contents.commit + 1, self._next, tuple(segments))
        publish(self._folder, self._contents)

    def _merged(self, segments: list[files.Segment]) -> files.Segment:
        with files.Decoding(self._folder), writing(self._folder):
            return merged(self._folder, segments)

    def _flush(self) -> None:
        if len(self._inverter):
            self._new.append(self._inverter.write())
            self._inverter = Inverter(self._folder, self._inverter.compressor)

    def close(self) -> None:
        """Lets go of everything; what was not committed is removed."""
        if self._workers is not None:
            self._workers.close()
        for segment in self._opened.values():
            segment.close()
        files.tidy(self._folder, self._contents)


def publish(folder: Path, contents: files.Contents) -> None:
    """Makes these contents the live ones and removes all others. Whoosh's table comes first: ours decides what is live."""
    codec.write(folder, contents)
    files.write(folder, contents)
    files.tidy(folder, contents)


def due(segments: list[files.Segment]) -> list[files.Segment]:
    """Segments to merge into one now, none when all is well: so there are never many, and an article is rewritten seldom.

    A size class that is over-full becomes one segment, of the next class as a rule: an article is rewritten once a class.
    A large segment is rewritten when most of its articles are deleted.
    """
    for segment in segments:
        if segment.articles >= WORTH and 2 * segment.alive < segment.articles:
            return [segment]
    classes: defaultdict[int, list[files.Segment]] = defaultdict(list)
    for segment in sorted(segments, key=lambda segment: segment.articles):
        classes[_class(segment.articles)].append(segment)
    for members in classes.values():
        if len(members) > TIER:
            sizes = accumulate(segment.alive for segment in members)
            group = [segment for segment, size in zip(members, sizes, strict=True) if size <= MAX_ARTICLES]
            if len(group) > 1:
                return group
    return []


def _class(articles: int) -> int:
    return 0 if articles < TIER else 1 + _class(articles // TIER)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Errors of Whoosh and of the system while an index is written → ours."""
    try:
        yield
    except OSError as error:
        what = reason(error)
        what += room(folder.parent) if error.errno == errno.ENOSPC else ""
        raise WriteFailed(Message("index.not-written-plain", place=folder, what=what)) from error
