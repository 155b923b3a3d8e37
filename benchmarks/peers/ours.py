"""Ours, through its public API; the option is the engine."""

from __future__ import annotations

import os

import searcher
from peers import ALL, PHRASE, WITHOUT, Answer, Extract
from searcher import Index, Results
from searcher.article import WHOLE

KINDS = ALL
EXTRACTS = True
MATCH = {"and": "all", "or": "any", "phrase": "auto"}


def version() -> str:
    return f"searcher {searcher.__version__}"


def build(archive: str, folder: str, option: str) -> int:
    without = list(filter(None, os.environ.get(WITHOUT, "").split(",")))
    report = searcher.build(folder, [archive], engine=option, without=without)
    return report.added + report.copies


def update(folder: str, archive: str) -> None:
    searcher.update(folder, [archive])


def open(folder: str) -> Ours:
    return Ours(searcher.open(folder))


class Ours:
    def __init__(self, index: Index) -> None:
        self._index = index

    def search(self, kind: str, words: str, limit: int) -> Answer:
        results = self._ask(kind, words, limit, passages=0)
        return results.total, [(hit.article.id, hit.article.title) for hit in results.hits]

    def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
        return [
            (hit.article.id, hit.article.title, " … ".join(passage.text for passage in hit.passages))
            for hit in self._ask(kind, words, limit, passages=2).hits
        ]

    def counts(self, kind: str, words: str) -> None:
        self._index.counts(words, *WHOLE, match=MATCH[kind])

    def _ask(self, kind: str, words: str, limit: int, *, passages: int) -> Results:
        query = f'"{words}"' if kind == PHRASE else words
        return self._index.search(query, limit=limit, match=MATCH[kind], passages=passages)
