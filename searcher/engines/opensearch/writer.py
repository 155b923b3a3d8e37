"""Entries in, documents in the cluster out; a commit is a number there and a file here.

add ──► Bulk, here; in a larger run ──► Senders, each with a Bulk        commit: all sent, refreshed, pointer written
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from searcher import article as names
from searcher.article import Entry
from searcher.engines.opensearch import pointer as pointers
from searcher.engines.opensearch import query, schema
from searcher.engines.opensearch.bulk import Bulk
from searcher.engines.opensearch.cluster import PAGE, Cluster, writing
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.refusals import Refused
from searcher.engines.opensearch.schema import BORN, SEQUENCE
from searcher.engines.opensearch.senders import Senders
from searcher.engines.tokens import token
from searcher.errors import SearcherError, WriteFailed, reason
from searcher.messages import Message
from searcher.values import replace

ALONE = 500  # so many articles are sent from here before other processes are started
_ASKED = 1_000  # identifiers that are looked for together


class OpenSearchWriter:
    """Adds entries, with `jobs` processes once there are many. Nobody sees what it adds before `commit` has written the
    pointer."""

    def __init__(self, place: Path, pointer: Pointer, cluster: Cluster, jobs: int) -> None:
        self._place, self._pointer, self._cluster, self._jobs = place, pointer, cluster, jobs
        self._next = pointer.next
        self._born: int | None = None
        self._gone: dict[str, None] = {}
        self._bulk = Bulk(cluster)
        self._senders: Senders | None = None
        self._closed = False

    def add(self, entry: Entry) -> None:
        entry = entry.spelt()
        with writing(self._place, self._cluster.where):
            if self._born is None:
                self._born = self._begun()
            if self._senders is None and self._jobs > 1 and self._next - self._pointer.next == ALONE:
                self._senders = Senders(self._place, self._pointer, self._jobs)
            (self._senders or self._bulk).add(schema.ready(entry, self._next), self._born)
            self._next += 1

    def _begun(self) -> int:
        """The number of the next commit. Numbers between the last commit's and that are of writers that came to nothing; what
        is still on its way from them must never count."""
        number = self._cluster.next_commit()
        skipped = range(self._pointer.commit + 1, number)
        self._pointer = replace(self._pointer, void=(*self._pointer.void, *skipped))
        return number

    def delete(self, identifier: str) -> None:
        self._gone[identifier] = None

    def commit(self) -> None:
        with writing(self._place, self._cluster.where):
            tokens = Counter(self._pointer.tokens) + self._sent()
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
                tokens=dict(tokens),
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

    def _sent(self) -> Counter[str]:
        """Waits until the cluster has everything; gives the tokens of each field of it."""
        counted = self._bulk.finish()
        if self._senders is not None:
            assert self._born is not None
            counted += self._senders.finish(self._born)
            self._senders = None
        return counted

    def close(self) -> None:
        """Documents of a commit that did not come are deleted, now if the cluster answers, or by the next writer."""
        if self._closed:
            return
        self._closed = True
        if self._senders is not None:
            self._senders.close()
        self._bulk.close()
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
