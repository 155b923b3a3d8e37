"""SQLite's FTS5: accents folded, nothing stemmed."""

from __future__ import annotations

import sqlite3
from os import makedirs

from peers import ALL, PHRASE, Answer, Extract, articles, split

KINDS = ALL
EXTRACTS = True


def version() -> str:
    sqlite3.connect(":memory:").execute("create virtual table there using fts5(text)")
    return f"SQLite {sqlite3.sqlite_version}"


def build(archive: str, folder: str, option: str) -> int:
    makedirs(folder)
    connection = sqlite3.connect(f"{folder}/articles.db")
    connection.execute(
        "create virtual table articles using fts5"
        "(id unindexed, title, text, tokenize = 'unicode61 remove_diacritics 2')"
    )
    with connection:
        count = connection.executemany("insert into articles values (?, ?, ?)", articles(archive)).rowcount
    connection.close()
    return count


def open(folder: str) -> Fts5:
    return Fts5(folder)


class Fts5:
    def __init__(self, folder: str) -> None:
        self._connection = sqlite3.connect(f"{folder}/articles.db")

    def search(self, kind: str, words: str, limit: int) -> Answer:
        return None, list(self._ask("id, title", kind, words, limit))

    def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
        return list(self._ask("id, title, snippet(articles, 2, '[', ']', ' … ', 50)", kind, words, limit))

    def _ask(self, columns: str, kind: str, words: str, limit: int) -> sqlite3.Cursor:
        return self._connection.execute(
            f"select {columns} from articles where articles match ? order by rank limit ?",
            (self._match(kind, words), limit),
        )

    def _match(self, kind: str, words: str) -> str:
        terms = split(words)
        if kind == PHRASE:
            return f'"{" ".join(terms)}"'
        return (" OR " if kind == "or" else " AND ").join(f'"{term}"' for term in terms)
