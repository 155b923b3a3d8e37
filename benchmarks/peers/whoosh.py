"""Whoosh, with the schema of `stock.py`: version 2.7.4, or whoosh3, which has the same import name, in its own environment."""

from __future__ import annotations

from os import makedirs
from typing import Any

import whoosh
from stock import schema
from whoosh import index
from whoosh.query import And, Or, Phrase, Query, Term

from peers import ALL, PHRASE, Answer, Extract, articles

KINDS = ALL
EXTRACTS = True


def version() -> str:
    return f"{'Whoosh' if whoosh.__version__[0] == 2 else 'whoosh3'} {whoosh.versionstring()}"


def build(archive: str, folder: str, option: str) -> int:
    makedirs(folder)
    writer = index.create_in(folder, schema()).writer()
    count = 0
    for identifier, title, text in articles(archive):
        writer.add_document(id=identifier, title=title, content=f"{title}\n{text}")
        count += 1
    writer.commit()
    return count


def open(folder: str) -> Whoosh:
    return Whoosh(folder)


class Whoosh:
    def __init__(self, folder: str) -> None:
        self._searcher = index.open_dir(folder).searcher()
        self._field = self._searcher.schema["content"]

    def search(self, kind: str, words: str, limit: int) -> Answer:
        return None, [(hit["id"], hit["title"]) for hit in self._ask(kind, words, limit)]

    def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
        return [(hit["id"], hit["title"], hit.highlights("content", top=2)) for hit in self._ask(kind, words, limit)]

    def _ask(self, kind: str, words: str, limit: int) -> Any:
        return self._searcher.search(self._query(kind, words), limit=limit)

    def _query(self, kind: str, words: str) -> Query:
        terms = list(self._field.process_text(words, mode="query"))
        if kind == PHRASE and len(terms) > 1:
            return Phrase("content", terms)
        group = Or if kind == "or" else And
        return group([Term("content", term) for term in terms])
