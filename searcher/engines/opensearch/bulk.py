"""Articles as a writer numbered them in; documents in the cluster out, by bulk requests over a few connections.

    add ──► lines of a bulk request ──queue──► connections ──► cluster

The queue is short: when the cluster is busy the connections wait, the queue fills, and whoever adds waits too.
"""

from __future__ import annotations

from collections import Counter
from queue import Queue
from threading import Thread
from time import monotonic, sleep

from searcher import article as names
from searcher.engines.opensearch import schema
from searcher.engines.opensearch.client import WRITING, as_json
from searcher.engines.opensearch.cluster import Cluster
from searcher.engines.opensearch.refusals import BUSY, Json, Refused
from searcher.engines.opensearch.schema import Ready
from searcher.engines.tokens import token
from searcher.errors import WriteFailed
from searcher.messages import Message

SIZE = 4 << 20  # bytes of a request, about
REMEMBERED = 1 << 18  # tokens that are known to be in the vocabulary, some 30 MB
CONNECTIONS = 2  # one may wait for its answer while the other one sends

Lines = list[bytes]
"""An action and its document, each as JSON."""


class Bulk:
    """Sends articles of one commit, and the vocabulary that they bring. `remembered` bounds the tokens that it remembers."""

    def __init__(self, cluster: Cluster, *, remembered: int = REMEMBERED) -> None:
        self._cluster = cluster
        self._listed = _Listed(remembered)
        self._tokens: Counter[str] = Counter()
        self._lines: Lines = []
        self._size = 0
        self._connections = _Connections(cluster, CONNECTIONS)

    def add(self, ready: Ready, born: int) -> None:
        """Raises what a request sent before has met: Refused, EngineUnreachable."""
        made, long = schema.document(ready, born)
        self._put(self._cluster.articles, f"{born}-{ready[0]}", as_json(made))
        self._list(made, long, born)
        if self._size >= SIZE:
            self._flush()

    def _list(self, made: dict[str, Json], long: list[str], born: int) -> None:
        """Counts the tokens of a document, and sends those that the vocabulary may not have yet."""
        cut = {token(text): text for text in long}
        for field in filter(made.__contains__, names.FIELDS):
            tokens = made[field].split()
            self._tokens[field] += len(tokens)
            for text in self._listed.new(field, tokens):
                listed = schema.listed(field, text, born, cut.get(text))
                self._put(self._cluster.terms, schema.name(field, text), listed)

    def _put(self, index: str, name: str, raw: bytes) -> None:
        """`create` refuses what is there already: a request that is sent again changes nothing."""
        self._lines += (b'{"create":{"_index":"%b","_id":"%b"}}' % (index.encode(), name.encode()), raw)
        self._size += len(raw) + 80

    def _flush(self) -> None:
        if self._lines:
            self._connections.send(self._lines)
            self._lines, self._size = [], 0

    def finish(self) -> Counter[str]:
        """Waits until the cluster has everything; gives the tokens of each field in what was added since the last time."""
        self._flush()
        self._connections.wait()
        counted, self._tokens = self._tokens, Counter()
        return counted

    def close(self) -> None:
        """What was not sent yet is not sent any more."""
        self._connections.close()


class _Listed:
    """Tokens that the vocabulary has. At `limit` those that were met the longest ago are forgotten, at most half of them: a
    token that is listed again is refused, and does no harm."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._count = 0
        self._recent: dict[str, set[str]] = {name: set() for name in names.FIELDS}
        self._older: dict[str, set[str]] = {name: set() for name in names.FIELDS}

    def new(self, field: str, tokens: list[str]) -> set[str]:
        """Those of some tokens that the vocabulary may not have; from now on it has them."""
        met = set(tokens) - self._recent[field]
        new = met - self._older[field]
        self._recent[field] |= met
        self._count += len(met)
        if 2 * self._count > self._limit:
            self._older, self._recent = self._recent, {name: set() for name in names.FIELDS}
            self._count = 0
        return new


class _Connections:
    """Threads that send bulk requests; the first error of any of them is raised to who sends or waits next."""

    def __init__(self, cluster: Cluster, count: int) -> None:
        self._cluster = cluster
        self._queue: Queue[Lines | None] = Queue(maxsize=count)
        self._error: BaseException | None = None
        self._threads = [Thread(target=self._run, name="opensearch bulk", daemon=True) for _ in range(count)]
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
            self._error = self._error or WriteFailed(Message("cluster.writer-closed"))  # what waits is dropped
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
