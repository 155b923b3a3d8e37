"""An archive flows in; what an OpenSearch cluster on this machine makes of it flows out: whether it answers as the embedded
engines do, and what indexing and searching cost, beside OpenSearch's own `french` analyzer over the same client.

    python benchmarks/opensearch.py DATA                    # one node and one shard, then three of each with a replica
    python benchmarks/opensearch.py DATA --articles 500 --queries 50 --clusters 1
    python benchmarks/opensearch.py DATA --made 100000 --without copies,names,quotes --peers '' --clusters 1
    python benchmarks/opensearch.py DATA --clusters 1 --shards 3 --grow 3       # then two nodes join, and it is asked again
    python benchmarks/opensearch.py DATA --keep FOLDER --steps build        # and later --steps compare, --steps time

Answers are compared with those of Tantivy over the same articles: the whole set of what is found, the first ten in their
order, and the scores, of all hits where these are at most 300 and else of the first hundred. With --keep the steps may be run
one by one, and the indexes and the nodes' folders stay in FOLDER.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from itertools import islice
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory, TemporaryFile
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import grow
from peers.machine import load, machine
from peers.queries import queries

import searcher
from searcher.archive.answering import plans_of, understood_on
from searcher.engines.opensearch import target as targets
from searcher.engines.opensearch.client import Client
from searcher.engines.opensearch.target import Access
from searcher.engines.protocol import Deadline
from searcher.query.ask import Ask
from tests.opensearch.cluster import LANE, Cluster, missing

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
STEPS = ("build", "compare", "time")
CUT = "archive.jsonl"
REFERENCE = "tantivy"
SEED = 20200107
FEW = 300
PRECISION = 1e-6
BULK = 500  # articles of a request, for OpenSearch's own analyzer

Asked = list[tuple[str, str, dict[str, Any]]]
"""Kind, words and options of queries."""


def main() -> int:
    parser = argparse.ArgumentParser(description="OpenSearch: the same answers, and what they cost.")
    parser.add_argument("archive", type=Path, metavar="DATA")
    parser.add_argument("--articles", type=int, metavar="N", help="only the first N of the archive")
    parser.add_argument(
        "--made", type=int, metavar="N", help="N articles, of which those behind the archive's are made"
    )
    parser.add_argument("--queries", type=int, default=500, metavar="N")
    parser.add_argument("--clusters", default="1,3", metavar="N,…", help="nodes, and as many shards (%(default)s)")
    parser.add_argument("--shards", type=int, metavar="N", help="of each index; as many as there are nodes")
    parser.add_argument(
        "--grow", type=int, metavar="N", help="nodes that there are at the end: all is asked again of them"
    )
    parser.add_argument("--peers", default="tantivy,whoosh", metavar="NAME,…", help="embedded engines (%(default)s)")
    parser.add_argument("--without", default="", metavar="KIND,…", help="what is not derived: names,quotes,copies")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; as many as there are cores")
    parser.add_argument("--heap", type=int, default=512, metavar="MB", help="of a node (%(default)s)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where everything stays for later steps")
    parser.add_argument("--steps", default=",".join(STEPS), metavar="STEP,…", help="(%(default)s)")
    given = parser.parse_args()
    archive: Path = given.archive / ARCHIVE if given.archive.is_dir() else given.archive
    if not archive.is_file() or missing() is not None:
        print(f"skipped: {missing() or f'no archive at {archive}'}")
        return 0
    if unknown := set(_listed(given.steps)) - set(STEPS):
        parser.error(f"no step is called {', '.join(sorted(unknown))}")
    print(f"{machine()}\nOpenSearch {LANE.version}, {given.heap} MB a node; {' '.join(sys.argv[1:])}", flush=True)
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        cut = folder / CUT
        if not cut.exists():
            _write(archive, cut, given.articles, given.made)
        Measured(folder, cut, given).measure()
    return 0


def _listed(words: str) -> list[str]:
    return [word for word in words.split(",") if word]


def _write(archive: Path, cut: Path, articles: int | None, made: int | None) -> None:
    """The articles to measure with, a line each: real ones, and made ones behind them when more are wanted."""
    with cut.open("wb") as out, TemporaryFile(dir=cut.parent) as file:
        records = list(islice(grow.lines(archive), articles or made))
        out.writelines(records)
        if made is not None and made > len(records):
            for each in grow.Archive(iter(records), file).more(made - len(records), SEED):
                out.write(json.dumps(each.article, ensure_ascii=False).encode() + b"\n")


class Measured:
    """One archive in all engines: built, compared, timed."""

    def __init__(self, folder: Path, cut: Path, given: argparse.Namespace) -> None:
        self._folder, self._cut, self._given = folder, cut, given
        self._steps = _listed(given.steps)
        self._without = tuple(_listed(given.without))
        with cut.open("rb") as stream:
            self._articles = sum(1 for _ in stream)

    @cached_property
    def _asked(self) -> Asked:
        """Made when there is something to ask: the articles that it is made of would count as memory of an engine."""
        with (self._folder / CUT).open("rb") as stream:
            return list(_asked(list(islice(stream, 40_000)), self._given.queries))

    def measure(self) -> None:
        peers = _listed(self._given.peers)
        for name in peers:
            if "build" in self._steps:
                self._build(name, name, self._folder / name)
            if name != REFERENCE:
                self._compare(name, self._folder / name)
            self._time(name, self._folder / name)
        for nodes in map(int, _listed(self._given.clusters)):
            place = self._folder / f"cluster-{nodes}"
            with Cluster(place, nodes=nodes, heap=self._given.heap) as cluster:
                os.environ[targets.URL] = " ".join(cluster.urls)  # a cluster that is started again has other addresses
                self._measure_cluster(cluster, nodes)

    def _measure_cluster(self, cluster: Cluster, nodes: int) -> None:
        shards = self._given.shards or nodes
        name = _named(nodes, shards)
        index = self._folder / f"index-{nodes}"
        if "build" in self._steps:
            used = cluster.processor()
            self._build(name, searcher.OpenSearch(tuple(cluster.urls), shards=shards), index)
            _say_nodes(name, cluster, self._articles, used)
            used = cluster.processor()
            _build_native(cluster, shards, name, self._cut, self._articles)
            _say_nodes(f"{name}, french analyzer", cluster, self._articles, used)
            _print_sizes(cluster, name)
            cluster.wait()
        self._ask(cluster, name, index)
        if self._given.grow is not None and self._given.grow > nodes:
            cluster.grow(self._given.grow)
            cluster.wait(timeout=1800)
            os.environ[targets.URL] = " ".join(cluster.urls)
            name = f"{_named(self._given.grow, shards)} with replicas"
            _print_sizes(cluster, name)
            self._ask(cluster, name, index)

    def _ask(self, cluster: Cluster, name: str, index: Path) -> None:
        self._compare(name, index)
        self._time(name, index)
        if "time" in self._steps:
            _time_native(cluster, name, self._asked)

    def _build(self, name: str, engine: str | searcher.OpenSearch, index: Path) -> None:
        began, used, held = perf_counter(), _processor(), list[int]()
        quarters = iter(range(1, 5))
        due = next(quarters)

        def sample(progress: searcher.Progress) -> None:
            nonlocal due
            if progress.articles * 4 >= due * self._articles:
                held.append(_memory_now())
                due = next(quarters, 5)

        report = searcher.build(
            index, [self._cut], engine=engine, without=self._without, jobs=self._given.jobs, progress=sample
        )
        for failure in report.failures:
            print(f"not read: {failure.place}: {failure.reason}")
        _say(f"{name}: indexing", report.articles, began, used)
        print(f"{name}: our side held {', '.join(map(str, held))} MB after each quarter ({load()})", flush=True)

    def _compare(self, name: str, index: Path) -> None:
        if "compare" not in self._steps or not (self._folder / REFERENCE).exists():
            return
        with searcher.open(self._folder / REFERENCE) as reference, searcher.open(index) as opened:
            wrong = [
                f"{kind} “{words}”: {why}"
                for kind, words, more in self._asked
                if (why := _differs(reference, opened, words, more))
            ]
        same = len(self._asked) - len(wrong)
        print(f"{name}: {same} of {len(self._asked)} queries have the answer of {REFERENCE}", flush=True)
        for line in wrong[:20]:
            print(f"  {line}")

    def _time(self, name: str, index: Path) -> None:
        if "time" in self._steps:
            with searcher.open(index) as opened:
                _time(name, opened, self._asked)


def _named(nodes: int, shards: int) -> str:
    return f"{nodes} node{'s' * (nodes > 1)}, {shards} shard{'s' * (shards > 1)}"


def _asked(records: list[bytes], wanted: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, words and options of queries: pieces of titles as people type them, and what the language of queries adds."""
    chances = Random(SEED)
    for number, each in enumerate(queries(records, wanted)):
        words, phrase = each["words"], each["phrase"]
        one = chances.choice(words.split())
        match number % 10:
            case 0 | 1 | 2:
                yield "AND", words, {"match": searcher.Required.ALL}
            case 3 | 4:
                yield "OR", words, {"match": searcher.Required.ANY}
            case 5 | 6:
                yield "phrase", f'"{phrase}"', {}
            case 7:
                yield "near", f'"{phrase}"~{chances.randint(1, 8)}', {}
            case 8:
                yield "wildcard", f"{one[: max(3, len(one) - 3)]}* {'' if number % 20 == 8 else words}".strip(), {}
            case _:
                yield "dates", f"{words} date:{chances.randint(2012, 2019)}", {"match": searcher.Required.ANY}


def _differs(one: searcher.Index, other: searcher.Index, words: str, more: dict[str, Any]) -> str:
    """In what two indexes answer a query differently; nothing when they do not. The scores of all hits are compared where these
    are at most FEW, and else those of the first hundred."""
    sets = [_serials(index, words, more) for index in (one, other)]
    if sets[0] != sets[1]:
        return f"{len(sets[0])} and {len(sets[1])} articles, or other ones"
    answers = [index.search(words, limit=100, passages=0, timeout=None, **more) for index in (one, other)]
    if {answer.total for answer in answers} != {len(sets[0])}:
        return f"totals of {answers[0].total} and {answers[1].total} for {len(sets[0])} articles"
    first = [[hit.article.id for hit in list(answer)[:10]] for answer in answers]
    if first[0] != first[1]:
        return f"the first ten differ: {first[0]} {first[1]}"
    hits = [index.every(words, **more) for index in (one, other)] if 100 < len(sets[0]) <= FEW else answers
    scores = [{hit.article.id: hit.score for hit in those} for those in hits]
    for identifier in scores[0].keys() & scores[1].keys():
        if abs(scores[0][identifier] - scores[1][identifier]) > PRECISION * max(scores[0][identifier], 1.0):
            return f"{identifier} scores {scores[0][identifier]} and {scores[1][identifier]}"
    return ""


def _serials(index: searcher.Index, words: str, more: dict[str, Any]) -> list[int]:
    """Everything that a query finds, by the number under which an archive knows a content: the same in every engine, ascending.
    Articles with the same content share one."""
    with index._used() as state:
        clock = Deadline()
        for plan in plans_of(understood_on(state, Ask(words, timeout=None, **more), clock), clock):
            if found := sorted(state.reader.serials(plan)):
                return found
    return []


def _time(name: str, index: searcher.Index, asked: Asked) -> None:
    """Prints the median and the 95th percentile of each kind, of ten hits with passages, and of counts by source and day."""
    for kind in ("AND", "OR", "phrase"):
        those = [(words, more) for each, words, more in asked if each == kind]

        def search(words: str, more: dict[str, Any]) -> object:
            return index.search(words, limit=10, timeout=None, **more)

        _percentiles(f"{name}: {kind}", search, those)
    those = [(words, more) for each, words, more in asked if each == "OR"]
    _percentiles(
        f"{name}: counts", lambda words, more: index.counts(words, "source", "when", timeout=None, **more), those
    )


def _percentiles(
    label: str, ask: Callable[[str, dict[str, Any]], object], those: list[tuple[str, dict[str, Any]]]
) -> None:
    for words, more in those:  # so that every question was asked once
        ask(words, more)
    times = []
    for words, more in those:
        began = perf_counter()
        ask(words, more)
        times.append((perf_counter() - began) * 1e3)
    if len(times) > 1:
        cuts = quantiles(times, n=20, method="inclusive")
        print(f"{label}: {len(times)} queries, median {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms", flush=True)


def _build_native(cluster: Cluster, shards: int, name: str, cut: Path, articles: int) -> None:
    """The same articles under OpenSearch's own `french` analyzer, over the same client: one title, one text."""
    client = Client(tuple(cluster.urls), Access())
    text = {"type": "text", "analyzer": "french"}
    mapping = {
        "settings": {"index": {"number_of_shards": shards, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}},
        "mappings": {"dynamic": "false", "properties": {"title": text, "text": text}},
    }
    client.ask("PUT", "/native", mapping)
    began, used = perf_counter(), _processor()
    with cut.open("rb") as stream:
        while records := list(islice(stream, BULK)):
            lines = b"".join(b'{"index":{}}\n' + record.strip() + b"\n" for record in records)
            client.ask("POST", "/native/_bulk?filter_path=errors", lines)
    client.ask("POST", "/native/_refresh")
    client.close()
    _say(f"{name}: indexing with OpenSearch's french analyzer, from one thread", articles, began, used)


def _time_native(cluster: Cluster, name: str, asked: Asked) -> None:
    """Ten hits with the title, and OpenSearch's highlighter in place of passages."""
    client = Client(tuple(cluster.urls), Access())
    for kind in ("AND", "OR", "phrase"):
        those = [(words.strip('"'), more) for each, words, more in asked if each == kind]
        how = {"type": "phrase"} if kind == "phrase" else {"operator": kind.lower(), "type": "most_fields"}

        def search(words: str, more: dict[str, Any], how: dict[str, Any] = how) -> object:
            match = {"multi_match": {"query": words, "fields": ["title", "text"], **how}}
            shown = {"fields": {"text": {"number_of_fragments": 3}}}
            body = {"query": match, "size": 10, "highlight": shown, "track_total_hits": True}
            return client.ask("POST", "/native/_search", body)

        _percentiles(f"{name}: {kind} with OpenSearch's french analyzer", search, those)
    client.close()


def _print_sizes(cluster: Cluster, name: str) -> None:
    client = Client(tuple(cluster.urls), Access())
    client.ask("POST", "/_flush")
    listed = "/_cat/indices/searcher-*,native?format=json&bytes=mb&h=index,docs.count,store.size,pri.store.size"
    for each in client.ask("GET", listed):
        size = f"{each['pri.store.size']} MB, {each['store.size']} MB with replicas"
        print(f"{name}: {each['index']}: {each['docs.count']} documents, {size}", flush=True)
    client.close()


def _say_nodes(label: str, cluster: Cluster, articles: int, before: float) -> None:
    used = cluster.processor() - before
    print(
        f"{label}: the nodes used {used:.0f} s of processor time, {used / articles * 1e3:.2f} ms an article", flush=True
    )


def _say(label: str, articles: int, began: float, used: float) -> None:
    seconds, processor = perf_counter() - began, _processor() - used
    print(
        f"{label}: {articles:,} articles in {seconds:.1f} s, {articles / seconds:,.0f} a second; "
        f"{articles / max(processor, 0.01):,.0f} a second of our processor time",
        flush=True,
    )


def _processor() -> float:
    """Seconds of processor time, of this process and of those that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _memory_now() -> int:
    """What this process and those that it has started hold now, in MB; not the nodes."""
    parents, sizes = dict[int, int](), dict[int, int]()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (path / "stat").read_text("utf-8", "replace").rpartition(")")
        except OSError:
            continue
        if "(java" not in name:
            numbers = rest.split()
            parents[int(path.name)], sizes[int(path.name)] = int(numbers[1]), int(numbers[21])
    ours = {os.getpid()}
    while more := {each for each, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(sizes.get(each, 0) for each in ours) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    raise SystemExit(main())
