"""Search engines under one interface: a module each, asked through `driver.py` in a process, and an environment, of its own.

    KINDS                              which of AND, OR, PHRASE it can be asked
    EXTRACTS                           whether it cuts extracts itself
    version() -> str                   the library and its version
    build(archive, folder, option)     indexes every line of a .jsonl archive (id, title, text), all written when it returns;
                                       says how many articles. `option` is what stands behind the colon: `tantivy:2`
    open(folder) -> Opened             what answers
    update(folder, archive)            adds the articles of another archive (ours and tantivy-py)

Title and text are indexed together, the text is stored. Queries are words as typed, small words too; the engine's own analysis
makes terms of them. Only the library is imported at the top, so that a start of the process is a start of the library.
"""

from __future__ import annotations

TYPE_CHECKING = False  # without `typing`, which would be a part of every start
if TYPE_CHECKING:
    from typing import Protocol

    class Opened(Protocol):
        def search(self, kind: str, words: str, limit: int) -> Answer:
            """The best `limit` articles, and how many there are (None: it does not say)."""

        def extracts(self, kind: str, words: str, limit: int) -> list[Extract]:
            """The same articles, each with what it shows of its text."""


Answer = tuple["int | None", "list[tuple[str, str]]"]  # identifier and title of each
Extract = tuple[str, str, str]  # identifier, title, extracts

AND, OR, PHRASE = "and", "or", "phrase"
ALL = (AND, OR, PHRASE)

WITHOUT = "SEARCHER_BENCHMARK_WITHOUT"
"""The variable that names, with commas between, the annotations that our indexes are made without."""


def split(words: str) -> list[str]:
    """Words without what stands between them, for engines whose analysis cannot be called."""
    return "".join(sign if sign.isalnum() else " " for sign in words).split()


def articles(archive: str) -> Iterator[tuple[str, str, str]]:
    """Identifier, title and text of every line."""
    import json

    with open(archive, encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            yield article["id"], article.get("title", ""), article["text"]


if TYPE_CHECKING:
    from collections.abc import Iterator
