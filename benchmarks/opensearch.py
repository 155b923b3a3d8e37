"""An archive flows in; what an OpenSearch cluster on this machine makes of it flows out: whether it answers as the embedded
engine does, and what indexing and searching cost, beside OpenSearch's own `french` analyzer over the same client.

    python benchmarks/opensearch.py DATA                    # one node and one shard, then three of each with a replica
    python benchmarks/opensearch.py DATA --articles 500 --queries 50 --clusters 1

Answers are compared with those of Tantivy over the same articles: how many are found, all of them where these are at most 2,000
and else how many of each day, the first hundred with their scores, and the first ten.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from peers.queries import queries

import searcher
from searcher.engines.opensearch.client import Client
from searcher.engines.opensearch.target import Access
from tests.opensearch.cluster import Cluster, missing

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
SEED = 20200107
FEW = 2_000
PRECISION = 1e-6


def main() -> int:
    parser = argparse.ArgumentParser(description="OpenSearch: the same answers, and what they cost.")
    parser.add_argument("archive", type=Path, metavar="DATA")
    parser.add_argument("--articles", type=int, metavar="N")
    parser.add_argument("--queries", type=int, default=500, metavar="N")
    parser.add_argument("--clusters", default="1,3", metavar="N,…", help="nodes, and as many shards (%(default)s)")
    given = parser.parse_args()
    archive: Path = given.archive / ARCHIVE if given.archive.is_dir() else given.archive
    if not archive.is_file() or missing() is not None:
        print(f"skipped: {missing() or f'no archive at {archive}'}")
        return 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        records = list(islice(_lines(archive), given.articles))
        cut = folder / "archive.jsonl"
        cut.write_bytes(b"".join(records))
        asked = list(_asked(records, given.queries))
        began, used = perf_counter(), _processor()
        report = searcher.build(folder / "tantivy", [cut], engine="tantivy")
        for failure in report.failures:
            print(f"not read: {failure.place}: {failure.reason}")
        _say("tantivy: indexing", report.articles, began, used)
        with searcher.open(folder / "tantivy") as reference:
            _time("tantivy", reference, asked)
            for nodes in map(int, given.clusters.split(",")):
                with Cluster(folder / f"cluster-{nodes}", nodes=nodes) as cluster:
                    _measure(cluster, nodes, folder, cut, records, reference, asked)
    return 0


def _lines(archive: Path) -> Iterator[bytes]:
    with gzip.open(archive) if archive.suffix == ".gz" else archive.open("rb") as stream:
        yield from stream


def _measure(
    cluster: Cluster,
    nodes: int,
    folder: Path,
    cut: Path,
    records: list[bytes],
    reference: searcher.Index,
    asked: list[tuple[str, str, dict[str, Any]]],
) -> None:
    name = f"{nodes} node{'s' * (nodes > 1)}, {nodes} shard{'s' * (nodes > 1)}"
    began, used, before = perf_counter(), _processor(), _memory()
    target = searcher.OpenSearch(tuple(cluster.urls), shards=nodes)
    report = searcher.build(folder / f"index-{nodes}", [cut], engine=target)
    _say(f"{name}: indexing", report.articles, began, used)
    print(f"{name}: our side grew from {before} to {_memory()} MB", flush=True)
    cluster.wait()
    with searcher.open(folder / f"index-{nodes}") as index:
        wrong = [
            f"{kind} “{words}”: {why}"
            for kind, words, more in asked
            if (why := _differs(reference, index, words, more))
        ]
        print(f"{name}: {len(asked) - len(wrong)} of {len(asked)} queries have the same answer", flush=True)
        for line in wrong[:20]:
            print(f"  {line}")
        _time(name, index, asked)
    _native(cluster, nodes, name, records, asked)
    client = Client(tuple(cluster.urls), Access())
    listed = "/_cat/indices/searcher-*,native?format=json&bytes=mb&h=index,docs.count,store.size,pri.store.size"
    for each in client.ask("GET", listed):
        size = f"{each['pri.store.size']} MB, {each['store.size']} MB with replicas"
        print(f"{name}: {each['index']}: {each['docs.count']} documents, {size}", flush=True)
    client.close()


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
    """In what two indexes answer a query differently; nothing when they do not."""
    answers = [index.search(words, limit=100, passages=0, timeout=None, **more) for index in (one, other)]
    totals = [answer.total for answer in answers]
    if totals[0] != totals[1]:
        return f"{totals[0]} and {totals[1]} articles"
    first = [[hit.article.id for hit in answer] for answer in answers]
    if first[0][:10] != first[1][:10]:
        return f"the first ten differ: {first[0][:10]} {first[1][:10]}"
    few = totals[0] <= FEW
    hits = [index.every(words, **more) for index in (one, other)] if few else answers
    scores = [{hit.article.id: hit.score for hit in those} for those in hits]
    for identifier in scores[0].keys() & scores[1].keys():
        if abs(scores[0][identifier] - scores[1][identifier]) > PRECISION * max(scores[0][identifier], 1.0):
            return f"{identifier} scores {scores[0][identifier]} and {scores[1][identifier]}"
    if few:
        lonely = scores[0].keys() ^ scores[1].keys()
        return f"{len(lonely)} articles are in one answer only" if lonely else ""
    counts = [index.counts(words, "when", timeout=None, **more).values for index in (one, other)]
    return "" if counts[0] == counts[1] else "the counts by day differ"


def _time(name: str, index: searcher.Index, asked: list[tuple[str, str, dict[str, Any]]]) -> None:
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


def _native(
    cluster: Cluster, nodes: int, name: str, records: list[bytes], asked: list[tuple[str, str, dict[str, Any]]]
) -> None:
    """The same articles under OpenSearch's own `french` analyzer, over the same client: one title, one text."""
    client = Client(tuple(cluster.urls), Access())
    text = {"type": "text", "analyzer": "french"}
    mapping = {
        "settings": {"index": {"number_of_shards": nodes, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}},
        "mappings": {"dynamic": "false", "properties": {"title": text, "text": text}},
    }
    client.ask("PUT", "/native", mapping)
    began, used = perf_counter(), _processor()
    for start in range(0, len(records), 500):
        lines = b"".join(b'{"index":{}}\n' + record.strip() + b"\n" for record in records[start : start + 500])
        client.ask("POST", "/native/_bulk?filter_path=errors", lines)
    client.ask("POST", "/native/_refresh")
    _say(f"{name}: indexing with OpenSearch's french analyzer, from one thread", len(records), began, used)
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


def _memory() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000


if __name__ == "__main__":
    raise SystemExit(main())
