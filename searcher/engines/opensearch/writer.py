"""Entries in, documents in the cluster out; a commit is a number there and a file here.

    add ──► lines of a bulk request ──queue──► senders ──► cluster        commit: all sent, refreshed, pointer written

The queue is short: when the cluster is busy the senders wait, the queue fills, and whoever adds waits too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from time import monotonic, sleep

from searcher import article as names
from searcher.article import Entry
from searcher.engines.opensearch import pointer as pointers
from searcher.engines.opensearch import query, schema
from searcher.engines.opensearch.client import BUSY, WRITING, Json, Refused, as_json
from searcher.engines.opensearch.cluster import PAGE, Cluster, writing
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.schema import BORN, SEQUENCE
from searcher.engines.tokens import token
from searcher.errors import SearcherError, WriteFailed, reason
from searcher.messages import Message
from searcher.values import replace

BULK = 4 << 20  # bytes of a request, about
REMEMBERED = 1 << 19  # tokens that are known to be in the vocabulary, some 60 MB
_ASKED = 1_000  # identifiers that are looked for together

Lines = list[bytes]
"""An action and its document, each as JSON."""


class OpenSearchWriter:
    """Adds entries over `jobs` connections. Nobody sees what it adds before `commit` has written the pointer."""

    def __init__(self, place: Path, pointer: Pointer, cluster: Cluster, jobs: int) -> None:
        self._place, self._pointer, self._cluster = place, pointer, cluster
        self._next = pointer.next
        self._born: int | None = None
        self._gone: dict[str, None] = {}
        self._lines: Lines = []
        self._size = 0
        self._known: dict[str, set[str]] = {name: set() for name in names.FIELDS}
        self._tokens = Counter(pointer.tokens)
        self._senders = _Senders(cluster, jobs)
        self._closed = False

    def add(self, entry: Entry) -> None:
        with writing(self._place, self._cluster.where):
            if self._born is None:
                self._born = self._begun()
            made, long = schema.document(entry, self._next, self._born)
            self._put(self._cluster.articles, f"{self._born}-{self._next}", as_json(made))
            self._list(made, long)
            self._next += 1
            if self._size >= BULK:
                self._flush()

    def _begun(self) -> int:
        """The number of the next commit. Numbers between the last commit's and that are of writers that came to nothing; what
        is still on its way from them must never count."""
        number = self._cluster.next_commit()
        skipped = range(self._pointer.commit + 1, number)
        self._pointer = replace(self._pointer, void=(*self._pointer.void, *skipped))
        return number

    def _list(self, made: dict[str, Json], long: list[str]) -> None:
        """Counts the tokens of a document, and sends those that the vocabulary may not have yet."""
        assert self._born is not None
        cut = {token(text): text for text in long}
        for field in filter(made.__contains__, names.FIELDS):
            tokens = made[field].split()
            self._tokens[field] += len(tokens)
            new = set(tokens) - self._known[field]
            self._known[field] |= new
            for text in new:
                listed = schema.listed(field, text, self._born, cut.get(text))
                self._put(self._cluster.terms, schema.name(field, text), listed)
        if sum(map(len, self._known.values())) > REMEMBERED:
            for known in self._known.values():
                known.clear()  # a token that is listed again is refused, and does no harm

    def _put(self, index: str, name: str, raw: bytes) -> None:
        """`create` refuses what is there already: a request that is sent again changes nothing."""
        self._lines += (b'{"create":{"_index":"%b","_id":"%b"}}' % (index.encode(), name.encode()), raw)
        self._size += len(raw) + 80

    def delete(self, identifier: str) -> None:
        self._gone[identifier] = None

    def commit(self) -> None:
        with writing(self._place, self._cluster.where):
            self._flush()
            self._senders.wait()
            before = self._pointer
            gone = sorted(self._found()) if self._gone else []
            if self._born is not None:
                self._cluster.refresh()
            after = replace(
                before,
                commit=self._born if self._born is not None else before.commit,
                next=self._next,
                deleted=(*before.deleted, *gone),
                articles=before.articles + self._next - before.next - len(gone),
                added=before.added + self._next - before.next,
                tokens=dict(self._tokens),
            )
            try:
                pointers.write(self._place, after)
            except OSError as error:
                raise WriteFailed(Message("index.not-written-plain", place=self._place, what=reason(error))) from error
        self._pointer, self._born = after, None
        self._gone.clear()

    def _found(self) -> Iterator[int]:
        """The places of the committed articles that are to be deleted."""
        wanted = [token(each) for each in self._gone]
        for start in range(0, len(wanted), _ASKED):
            called = {"terms": {names.ID: wanted[start : start + _ASKED]}}
            body = {
                "query": query.every([called, *query.visible(self._pointer)]),
                "sort": [{SEQUENCE: "asc"}],
                "_source": False,
            }
            for hits in self._cluster.pages(body, size=PAGE):
                yield from (int(hit["sort"][0]) for hit in hits)

    def _flush(self) -> None:
        if self._lines:
            self._senders.send(self._lines)
            self._lines, self._size = [], 0

    def close(self) -> None:
        """Documents of a commit that did not come are deleted, now if the cluster answers, or by the next writer."""
        if self._closed:
            return
        self._closed = True
        self._senders.close()
        try:
            if self._born is not None:
                with suppress(SearcherError, Refused):
                    self._cluster.client.patience = 2.0
                    self._cluster.refresh()
                    sweep(self._cluster, self._pointer)
        finally:
            self._cluster.close()


def sweep(cluster: Cluster, pointer: Pointer) -> None:
    """Deletes what writers that came to nothing have left: what was born after the last commit, and what is void."""
    left = query.some([{"range": {BORN: {"gt": pointer.commit}}}, {"terms": {BORN: list(pointer.void)}}])
    for of_terms in (False, True):
        cluster.purge(left, of_terms=of_terms)


class _Senders:
    """Threads that send bulk requests; the first error of any of them is raised to who sends or waits next."""

    def __init__(self, cluster: Cluster, jobs: int) -> None:
        self._cluster = cluster
        self._queue: Queue[Lines | None] = Queue(maxsize=jobs)
        self._error: BaseException | None = None
        self._threads = [Thread(target=self._run, name="opensearch bulk", daemon=True) for _ in range(jobs)]
        self._started = False

    def send(self, lines: Lines) -> None:
        self._raise()
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        self._queue.put(lines)

    def wait(self) -> None:
        """Until everything is sent."""
        self._queue.join()
        self._raise()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (lines := self._queue.get()) is not None:
            try:
                if self._error is None:
                    _send(self._cluster, lines)
            except BaseException as error:  # raised again where it is waited for
                self._error = self._error or error
            finally:
                self._queue.task_done()
        self._queue.task_done()

    def close(self) -> None:
        if self._started:
            self._error = self._error or WriteFailed(
                Message("cluster.writer-closed")
            )  # what waits is not sent any more
            for _ in self._threads:
                self._queue.put(None)
            for thread in self._threads:
                thread.join()


def _send(cluster: Cluster, lines: Lines) -> None:
    """Sends documents until the cluster has all of them. Raises Refused for one that it will not take."""
    give_up, wait = monotonic() + WRITING, 0.1
    while lines:
        answer = cluster.client.ask(
            "POST", "/_bulk?filter_path=errors,items.*.status,items.*.error", b"\n".join(lines) + b"\n"
        )
        if not answer["errors"]:
            return
        lines = _left(lines, answer["items"], last=monotonic() > give_up)
        if lines:
            sleep(wait)
            wait = min(2 * wait, 5.0)


def _left(lines: Lines, items: list[Json], *, last: bool) -> Lines:
    """What has to be sent again, because the cluster was busy; a document that it has already counts as sent."""
    left: Lines = []
    for at, item in enumerate(items):
        done = item["create"]
        status = int(done["status"])
        if status < 300 or status == 409:
            continue
        refused = Refused.of(status, done)
        if status not in BUSY or last or refused.is_final():
            raise refused
        left += lines[2 * at : 2 * at + 2]
    return left
