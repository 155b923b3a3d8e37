"""Small archives that change, and what an index of one must hold."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

import searcher

Content = frozenset[str]
"""The texts of all articles: no two are alike."""

VERY_SMALL = {
    "searcher.indexing.run:CHECKPOINT": 7,
    "searcher.indexing.run:BIG": 1 << 40,
    "searcher.indexing.layers:LARGE": 0,
}
"""Settings with which some twenty articles are a large archive."""

SEVERAL_WRITERS = {
    **VERY_SMALL,
    "searcher.indexing.run:BIG": 0,
    "searcher.engines.whoosh.writer:ALONE": 3,
    "searcher.engines.opensearch.writer:ALONE": 3,
}
"""The same, the engine writing in processes or threads of its own."""


class Archive:
    """A folder of files with articles in them."""

    def __init__(self, folder: Path, rng: Random, *, files: int = 5, articles: int = 4, words: int = 0) -> None:
        """`articles` a file on average, each with so many `words` that no other article has."""
        self.folder = folder
        self._words = words
        self._rng = rng
        self._clock = 1_600_000_000_000_000_000
        self._number = 0
        self._articles = articles
        for name in range(files):
            self._write(folder / f"{name}.jsonl")

    def change(self) -> None:
        """A file comes, goes, or gets other articles."""
        files = sorted(self.folder.iterdir())
        match self._rng.choice(("new", "change", "remove")):
            case "remove" if len(files) > 3:
                self._rng.choice(files).unlink()
            case "change":
                self._write(self._rng.choice(files))
            case _:
                self._write(self.folder / f"new{self._number}.jsonl")

    def content(self) -> Content:
        """What an index of it holds when it is up to date."""
        lines = (line for path in self.folder.iterdir() for line in path.read_text("utf-8").splitlines())
        return frozenset(json.loads(line)["text"] for line in lines)

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        records = []
        for _ in range(self._rng.randint(1, 2 * self._articles)):
            self._number += 1
            more = "".join(f" {self._rng.randrange(1 << 250):x}" for _ in range(self._words))
            text = f"Article {self._number} sur le budget de la ville{more}"
            records.append({"title": f"Titre {self._number}", "text": text})
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        self._clock += 1_000_000_000
        os.utime(path, ns=(self._clock, self._clock))


class Broken(Exception):
    """An index that does not open, or is not what it says; the message says how."""


def held(folder: Path) -> Content | None:
    """What an index holds, every file and every posting checked; None without an index. Raises Broken."""
    try:
        with searcher.open(folder) as index:
            texts = [article.text for article in index.articles()]
            total = index.search("budget", limit=1000).total
            if not len(texts) == len(set(texts)) == len(index) == total == index.about.articles:
                raise Broken(f"{len(texts)} articles, {len(index)} counted, {total} found")
            if wrong := index.check(full=True):
                raise Broken(wrong[0])
            return frozenset(texts)
    except searcher.IndexMissing:
        return None
    except searcher.SearcherError as error:
        raise Broken(f"{type(error).__name__}: {error}") from error


def judged(folder: Path, *allowed: Content | None) -> tuple[Content | None, str | None]:
    """What an index holds, and what is wrong with that unless it is one of `allowed`."""
    try:
        found = held(folder)
    except Broken as error:
        return None, f"does not open: {error}"
    if found in allowed:
        return found, None
    if found is None:
        return found, "the index is gone"
    best = max((each for each in allowed if each), key=lambda each: len(each & found), default=frozenset())
    return found, f"{len(best - found)} articles lost, {len(found - best)} that do not belong"
