"""Judged queries in, measures out: how well an index ranks, and on which queries two runs differ.

    folder (corpus, queries, qrels) ─► index ─► search every query ─► nDCG@10, MRR@10, recall@100

The folders are laid out as BEIR has them (Thakur et al., BEIR, 2021): `corpus.jsonl`, `queries.jsonl` (`_id`, `title`, `text`;
packed with gzip or not) and `qrels/*.tsv` (`query-id corpus-id score`, the first line a header).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from searcher.archive.index import Index, open
from searcher.engines.stored import from_json
from searcher.errors import QueryError, UsageError, reason
from searcher.indexing.update import build
from searcher.messages import Message
from searcher.query.ask import Required

DEPTH = 100

Answer = Callable[[str], list[str]]
"""A query → the identifiers of documents, best first."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Judged queries. `queries` maps an identifier to its text, `judgements` to the grades (0 upwards) of documents."""

    name: str
    corpus: Path
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the queries, each from 0 to 1; `per_query` is each query's nDCG@10.

    nDCG@10 has the gain 2^grade − 1 and the discount log2(rank + 1) (Burges et al., 2005); MRR@10 is the mean of one over
    the rank of the first judged document; recall@100 is the share of a query's judged documents among the first hundred.
    """

    ndcg: float
    mrr: float
    recall: float
    per_query: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of a collection: its queries as `written`, and with their accents taken off."""

    name: str
    written: Measures
    unaccented: Measures


def evaluate(
    folder: str | os.PathLike[str],
    *,
    corpus: str | os.PathLike[str] | None = None,
    titles: bool = True,
    match: Required | str = Required.ANY,
) -> Evaluation:
    """Measures ranking on a folder of judged queries, in an index that is made for it and removed.

    `corpus` stands in for the folder's own; without `titles` only texts are indexed; `match` as for `search`.
    Raises UsageError when the folder is not laid out as BEIR has it.
    """
    collection = read(Path(folder), corpus=Path(corpus) if corpus is not None else None)
    with TemporaryDirectory() as temporary, indexed(collection, Path(temporary), titles=titles) as index:
        return Evaluation(
            collection.name,
            measure(index, collection, match=match),
            measure(index, collection, match=match, unaccented=True),
        )


def read(folder: Path, *, corpus: Path | None = None) -> Collection:
    """A collection; `corpus` stands in for the folder's own. Raises UsageError when something is missing."""
    try:
        judgements: dict[str, dict[str, int]] = {}
        for path in sorted((folder / "qrels").glob("*.tsv")):
            for line in path.read_text("utf-8").splitlines()[1:]:
                query, document, grade = line.split("\t")
                judgements.setdefault(query, {})[document] = int(grade)
        queries = {
            str(each["_id"]): str(each["text"])
            for each in _records(_packed(folder / "queries.jsonl"))
            if str(each["_id"]) in judgements
        }
        found = corpus or _packed(folder / "corpus.jsonl")
    except (OSError, ValueError) as error:
        raise UsageError(Message("eval.folder", folder=folder, error=reason(error))) from error
    except KeyError as error:
        raise UsageError(Message("eval.folder", folder=folder, error=error)) from error
    if not queries:
        raise UsageError(Message("eval.none", folder=folder))
    return Collection(folder.name, found, queries, judgements)


def digest(collection: Collection) -> str:
    """What a floor is pinned to: the queries, the judgements and the corpus, as one short hash."""
    summed = hashlib.sha256(json.dumps([collection.queries, collection.judgements], sort_keys=True).encode())
    with _open(collection.corpus) as stream:
        while block := stream.read(1 << 20):
            summed.update(block)
    return summed.hexdigest()[:16]


def measure(
    index: Index, collection: Collection, *, match: Required | str = Required.ANY, unaccented: bool = False
) -> Measures:
    """The measures of an index of the collection's corpus; `unaccented` takes the accents off every query."""

    def answer(query: str) -> list[str]:
        try:
            return [hit.article.id for hit in index.search(query, limit=DEPTH, match=match, passages=0, timeout=None)]
        except QueryError:
            return []

    return score(collection, answer, unaccented=unaccented)


def score(collection: Collection, answer: Answer, *, unaccented: bool = False) -> Measures:
    """The measures of anything that answers queries."""
    ndcg: dict[str, float] = {}
    reciprocal = recall = 0.0
    for identifier, text in collection.queries.items():
        grades = {_identifier(document): grade for document, grade in collection.judgements[identifier].items()}
        found = answer(bare(text) if unaccented else text)
        ideal = _gain(sorted(grades.values(), reverse=True))
        ndcg[identifier] = _gain([grades.get(document, 0) for document in found]) / ideal if ideal else 0.0
        reciprocal += next(
            (1 / rank for rank, document in enumerate(found[:10], 1) if grades.get(document, 0) > 0), 0.0
        )
        recall += sum(document in grades for document in found[:DEPTH]) / len(grades)
    count = len(collection.queries)
    return Measures(sum(ndcg.values()) / count, reciprocal / count, recall / count, ndcg)


def indexed(collection: Collection, folder: Path, *, titles: bool = True) -> Index:
    """Builds and opens an index of the corpus in `folder`; without `titles` only the texts go in."""
    if titles:
        build(folder, [collection.corpus])
        return open(folder)
    with TemporaryDirectory() as temporary:
        bare_corpus = Path(temporary) / "corpus.jsonl"
        with bare_corpus.open("w", encoding="utf-8") as stream:
            for each in _records(collection.corpus):
                identifier = each.get("_id", each.get("id"))
                stream.write(json.dumps({"_id": identifier, "text": each["text"]}, ensure_ascii=False) + "\n")
        build(folder, [bare_corpus])
    return open(folder)


def bare(text: str) -> str:
    """A text without its accents, as someone in a hurry types it."""
    plain = unicodedata.normalize("NFD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).replace("œ", "oe").replace("æ", "ae")


def _gain(grades: list[int]) -> float:
    return float(sum((2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades[:10], 1)))


def _identifier(document: str) -> str:
    return "_".join(document.split())


def _packed(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    return packed if packed.exists() else path


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with _open(path) as stream:
        for line in stream:
            yield from_json(line)


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")
