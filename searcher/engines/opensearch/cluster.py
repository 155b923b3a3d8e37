"""The two indexes of a part, asked for searches, counts and deletions; what the cluster refuses becomes an error of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from searcher.engines.opensearch import schema
from searcher.engines.opensearch import target as targets
from searcher.engines.opensearch.client import Client, Late, as_json
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.query import Dsl
from searcher.engines.opensearch.refusals import BUSY, Json, Refused
from searcher.errors import EngineUnreachable, IndexDamaged, QueryError, ReadFailed, UsageError, WriteFailed
from searcher.messages import Message

PAGE = 10_000
"""Documents that one answer may list (`index.max_result_window`)."""

SEARCHES = 200  # that one request holds

_WHOLE = "allow_partial_search_results=false"
_HEALTH = ("status", "number_of_nodes", "active_primary_shards", "active_shards", "unassigned_shards")
_TOO_MANY = frozenset(("too_many_clauses", "too_many_nested_clauses"))
_LACKING = "index_not_found_exception"
_TIME_IS_UP = frozenset(("time_exceeded_exception", "task_cancelled_exception"))


class Cluster:
    """A cluster, and in it the indexes of one part (`articles`, `terms`)."""

    def __init__(self, pointer: Pointer, *, patience: float) -> None:
        self.client = Client(targets.urls(pointer.target), targets.access(pointer.target), patience=patience)
        self.articles = pointer.index or ""
        self.terms = f"{self.articles}-terms"
        self._target = pointer.target

    @property
    def where(self) -> str:
        """For messages: where the articles are."""
        return f"{self.client.urls[0]}/{self.articles}"

    # ── reading ──

    def search(self, body: Dsl, *, until: float = inf, more: str = "") -> Json:
        """The answer to a search of the articles, of all shards or none. Raises Late when the time is up."""
        return self._search(f"/{self.articles}/_search?{_WHOLE}{more}", body, until)

    def listing(self, body: Dsl, *, until: float = inf) -> Json:
        """The answer to a search of the terms."""
        return self._search(f"/{self.terms}/_search?{_WHOLE}", body, until)

    def _search(self, path: str, body: Dsl, until: float) -> Json:
        try:
            answer = self.client.ask("POST", path, {**body, **_timed(until)}, until=until)
        except Refused as refused:
            raise _sorted(refused) from refused
        _understood(_understood(answer, "hits", "timed_out")["hits"], "hits")
        return answer

    def searches(self, bodies: Sequence[Dsl], *, of_terms: bool = False, until: float = inf) -> list[Json]:
        """The answers to some searches of the articles, or of the terms, in their order. Raises Late when the time is up."""
        index = self.terms if of_terms else self.articles
        found: list[Json] = []
        for start in range(0, len(bodies), SEARCHES):
            found += self._together(index, bodies[start : start + SEARCHES], until)
        return found

    def _together(self, index: str, bodies: Sequence[Dsl], until: float) -> list[Json]:
        head = as_json({"index": index, "allow_partial_search_results": False})
        lines = b"".join(b"%b\n%b\n" % (head, as_json({**body, **_timed(until)})) for body in bodies)
        give_up, wait = monotonic() + self.client.patience, 0.1
        while True:
            answer = self.client.ask("POST", "/_msearch", lines, until=until)
            answers: list[Json] = _understood(answer, "responses")["responses"]
            failed = [each for each in answers if "error" in each]
            if not failed:
                return answers
            refused = Refused.of(int(failed[0]["status"]), failed[0])
            if refused.status not in BUSY or monotonic() > give_up:
                raise _sorted(refused) from refused
            sleep(wait)
            wait = min(2 * wait, 2.0)

    def count(self, query: Dsl, *, of_terms: bool = False, until: float = inf) -> int:
        body = {"size": 0, "track_total_hits": True, "query": query}
        found = self.listing(body, until=until) if of_terms else self.search(body, until=until)
        return total(found)

    def pages(self, body: Dsl, *, of_terms: bool = False, size: int = PAGE, until: float = inf) -> Iterator[list[Json]]:
        """All hits of a search of the articles, or of the terms, page by page in its order, whose last key tells all of them
        apart."""
        body = {**body, "size": size, "track_total_hits": False}
        search = self.listing if of_terms else self.search
        while True:
            hits: list[Json] = search(body, until=until)["hits"]["hits"]
            if hits:
                yield hits
            if len(hits) < size:
                return
            body["search_after"] = hits[-1]["sort"]

    def differences(self) -> list[Message]:
        """In what the settings and fields in the cluster differ from those that were asked for, a line each; and its health."""
        found: list[Message] = []
        for name, request in ((self.articles, schema.articles), (self.terms, schema.vocabulary)):
            wanted = request(self._target)
            held = _understood(self.client.ask("GET", f"/{name}"), name)[name]
            settings, asked = held["settings"]["index"], wanted["settings"]["index"]
            for key in ("analysis", "similarity"):
                if key in asked and _as_strings(settings.get(key)) != _as_strings(asked[key]):
                    found.append(self.fault(Message("cluster.setting-differs", setting=key)))
            fields, meant = held["mappings"].get("properties", {}), wanted["mappings"]["properties"]
            for field in sorted(fields.keys() | meant.keys()):
                if not _fits(fields.get(field), meant.get(field)):
                    found.append(self.fault(Message("cluster.field-differs", field=field)))
            if self.health(name)["status"] == "red":
                found.append(self.fault(Message("cluster.red")))
        return found

    def fault(self, what: Message) -> Message:
        """What is wrong with the indexes, and where they are."""
        return Message("cluster.fault", where=self.where, what=what)

    def condition(self) -> Message:
        """Health, nodes, shards, copies and size of both indexes, in a line."""
        both = f"{self.articles},{self.terms}"
        health = self.health(both)
        stored = _understood(self.client.ask("GET", f"/{both}/_stats/store?filter_path=_all"), "_all")["_all"]
        shards, active, lacking = (
            int(health[key]) for key in ("active_primary_shards", "active_shards", "unassigned_shards")
        )
        return Message(
            "cluster.condition",
            where=self.where,
            status=str(health["status"]),
            nodes=int(health["number_of_nodes"]),
            shards=shards,
            replicas=active - shards,
            missing=Message("cluster.copies-missing", count=lacking) if lacking else "",
            size=f"{int(stored['total']['store']['size_in_bytes']) / 1e6:,.1f}",
        )

    def health(self, name: str) -> Json:
        return _understood(self.client.ask("GET", f"/_cluster/health/{name}"), *_HEALTH)

    # ── writing ──

    def make(self) -> None:
        """Makes both indexes. Raises UsageError when the cluster does not allow the scripts that score and that rank."""
        try:
            for name, request in ((self.articles, schema.articles), (self.terms, schema.vocabulary)):
                try:
                    self.client.ask("PUT", f"/{name}", request(self._target))
                except Refused as refused:
                    if refused.kind != "resource_already_exists_exception":  # by this request, whose answer was lost
                        raise
            self.client.ask("POST", f"/{self.articles}/_search?{_WHOLE}", {"size": 1, "sort": [schema.RANK]})
        except Refused as refused:
            if "script" in refused.said:
                raise UsageError(Message("cluster.scripts", urls=self.client.urls[0], said=refused.said)) from refused
            raise

    def next_commit(self) -> int:
        """A number larger than that of every commit that was ever begun."""
        return int(self.client.ask("PUT", f"/{self.terms}/_doc/{schema.COMMITS}", {})["_version"])

    def refresh(self) -> None:
        """Makes what was written searchable."""
        self.client.ask("POST", f"/{self.articles},{self.terms}/_refresh")

    def purge(self, query: Dsl, *, of_terms: bool = False) -> None:
        """Deletes what a query finds, of what has been made searchable."""
        index = self.terms if of_terms else self.articles
        while self.count(query, of_terms=of_terms):
            self.client.ask(
                "POST", f"/{index}/_delete_by_query?conflicts=proceed&refresh=true&slices=auto", {"query": query}
            )

    def remove(self) -> None:
        """Deletes both indexes."""
        for name in (self.articles, self.terms):
            try:
                self.client.ask("DELETE", f"/{name}")
            except Refused as refused:
                if refused.status != 404:
                    raise

    def close(self) -> None:
        self.client.close()


def _timed(until: float) -> Dsl:
    """The time that shards have; nothing when there is no end to it."""
    return {} if until == inf else {"timeout": f"{max(int((until - monotonic()) * 1000), 1)}ms"}


def _understood(answer: Json, *keys: str) -> Json:
    """An answer with these keys. Raises Refused for what something else has answered."""
    if not isinstance(answer, dict) or any(key not in answer for key in keys):
        raise Refused(200, "", Message("cluster.strange"))
    return answer


def _sorted(refused: Refused) -> Exception:
    if refused.kind in _TIME_IS_UP:
        return Late()
    if refused.kind in _TOO_MANY:
        return QueryError(Message("cluster.words"))
    return refused


def _as_strings(value: Any) -> Any:
    """Settings as a cluster gives them back: all values are strings."""
    if isinstance(value, dict):
        return {key: _as_strings(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_strings(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fits(field: Any, meant: Any) -> bool:
    """Whether a field is as it was asked for; a cluster leaves out what goes without saying."""
    if field is None or meant is None:
        return False
    return all(
        field.get(key, meant[key] if key in ("index_options", "search_analyzer") else None) == meant[key]
        for key in meant
    )


@contextmanager
def reading(place: Path, where: str) -> Iterator[None]:
    """What goes wrong while an index is read → our errors. A mistake of the program passes."""
    try:
        yield
    except Refused as refused:
        if refused.kind == _LACKING:
            raise _lacking(place, where, refused) from refused
        raise ReadFailed(Message("cluster.not-searched", place=place, where=where, what=refused.shown)) from refused
    except ValueError as error:
        raise IndexDamaged(Message("cluster.not-read", place=place, where=where, kind=type(error).__name__)) from error


@contextmanager
def writing(place: Path, where: str) -> Iterator[None]:
    """What goes wrong while an index is written → our errors."""
    try:
        yield
    except Refused as refused:
        if refused.kind == _LACKING:
            raise _lacking(place, where, refused) from refused
        remedy = Message("remedy.cluster-disk" if is_full(refused) else "remedy.cluster")
        raise WriteFailed(Message("cluster.not-written", where=where, what=refused.shown, remedy=remedy)) from refused
    except EngineUnreachable as error:
        raise EngineUnreachable(Message("cluster.unchanged", error=error)) from error
    except (KeyError, TypeError, ValueError) as error:
        raise WriteFailed(Message("cluster.odd", where=where, kind=type(error).__name__)) from error


def _lacking(place: Path, where: str, refused: Refused) -> IndexDamaged:
    return IndexDamaged(Message("cluster.lacks", place=place, where=where, said=refused.said))


def is_full(refused: Refused) -> bool:
    return (
        refused.kind == "cluster_block_exception" or "disk" in refused.said or "no space left" in refused.said.lower()
    )


def total(answer: Any) -> int:
    """How many documents a search has found."""
    return int(answer["hits"]["total"]["value"])
