"""bm25s with French stems: scores made beforehand, so it knows OR alone; it has neither phrases nor extracts."""

from __future__ import annotations

import json
from importlib import import_module
from os import makedirs
from pathlib import Path
from typing import Any

from peers import OR, Answer, Extract, articles

bm25s: Any = import_module("bm25s")
KINDS = (OR,)
EXTRACTS = False
SHOWN = "shown.json"  # identifiers and titles, which bm25s does not keep


def version() -> str:
    return f"bm25s {bm25s.__version__}"


def _terms(texts: list[str], **options: Any) -> Any:
    stemmer = import_module("Stemmer").Stemmer("french")
    return bm25s.tokenize(texts, stopwords="french", stemmer=stemmer, show_progress=False, **options)


def build(archive: str, folder: str, option: str) -> int:
    makedirs(folder)
    shown = []
    texts = []
    for identifier, title, text in articles(archive):
        shown.append((identifier, title))
        texts.append(f"{title}\n{text}")
    retriever = bm25s.BM25()
    retriever.index(_terms(texts), show_progress=False)
    retriever.save(folder, show_progress=False)
    Path(folder, SHOWN).write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")
    return len(shown)


def open(folder: str) -> Bm25s:
    return Bm25s(folder)


class Bm25s:
    def __init__(self, folder: str) -> None:
        self._retriever = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        self._shown = json.loads(Path(folder, SHOWN).read_text(encoding="utf-8"))

    def search(self, kind: str, words: str, limit: int) -> Answer:
        terms = _terms([words], return_ids=False)
        numbers, scores = self._retriever.retrieve(terms, k=min(limit, len(self._shown)), show_progress=False)
        found = [int(number) for number, score in zip(numbers[0], scores[0], strict=True) if score > 0]
        return None, [tuple(self._shown[number]) for number in found]

    def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
        raise NotImplementedError("bm25s does not know the texts")
