"""A TXM folder: `metadata.csv`, whose rows describe the texts beside it → what it says of a text, and the texts it misses.

The first column (`id`) holds the name of a text without its suffix; the others are variables, told by their names as the
columns of any table are (`date`, `source`, `titre`, `auteur`). Each text is read by its own reader, and takes what the table
says of it; the table itself is no article.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import decode
from searcher.readers.fields import iso
from searcher.readers.press.record import language
from searcher.readers.problems import Problem, problem
from searcher.readers.records import fields
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle
from searcher.values import replace

NAMES = ("metadata.csv", "metadata.tsv")
SUFFIXES = (".txt", ".xml", ".odt", ".docx", ".rtf")
MAX_TABLE = 64 << 20


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """Reports the rows whose text is not beside the table; a table that describes no text beside it is read as a table."""
    rows = _rows(stream.read(MAX_TABLE + 1))
    here = {name.rpartition(".")[0] for name in source.names() if name.lower().endswith(SUFFIXES)}
    if not rows.keys() & here:
        from searcher.readers import csv as table  # here: its package imports this one's signs

        stream.seek(0)
        yield from table.read(source, stream)
        return
    missing = [name for name in rows if name not in here]
    if missing:
        count = len(missing)
        yield problem(
            source,
            f"{count} of the {len(rows)} texts it describes {'is' if count == 1 else 'are'} missing ({missing[0]})",
        )
        return
    raise NotAnArticle("no article: it describes the texts beside it")


def described(source: Source, article: Article) -> Article:
    """The article of a text with what a table beside it says; the same article without such a table, or a row for it."""
    if source.suffix not in SUFFIXES:
        return article
    for name in NAMES:
        table = source.beside(name)
        if table is not None:
            row = _table(table).get(source.stem)
            return article if row is None else _with(article, row)
    return article


def _with(article: Article, row: dict[str, str]) -> Article:
    # `text` stands in for a text: a row is a record of an article only beside one
    said = {key: value for key, value in fields({**row, "text": "x"}).items() if key not in ("text", "id")}
    title = said.get("title")
    return replace(
        article,
        title=title or article.title,
        date=(iso(said["date"]) if "date" in said else None) or article.date,
        source=said.get("source") or article.source,
        author=said.get("author") or article.author,
        section=said.get("section") or article.section,
        pages=said.get("pages") or article.pages,
        url=said.get("url") or article.url,
        language=language(said.get("language", "")) or article.language,
    )


def _table(source: Source) -> dict[str, dict[str, str]]:
    if source.content is None:
        return _kept(source.path, source.modified, source.size)
    with source.open() as stream:
        return _rows(stream.read(MAX_TABLE + 1))


@lru_cache(maxsize=16)
def _kept(path: str, _modified: int, size: int) -> dict[str, dict[str, str]]:
    """The rows of a table on disk. Kept: every text beside it asks."""
    try:
        with Source(path, path, size).open() as stream:
            return _rows(stream.read(MAX_TABLE + 1))
    except (Unreadable, OSError):
        return {}


def _rows(raw: bytes) -> dict[str, dict[str, str]]:
    """Name of a text → its row. Empty for what is no table whose first column names texts."""
    if len(raw) > MAX_TABLE:
        return {}
    try:
        text = decode(raw).lstrip("\ufeff")
        head = text.partition("\n")[0]
        table = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=head.count))
        names = list(table.fieldnames or ())
        if not names or re.fullmatch(r"id|text_id|name|nom|fichier|filename", names[0].strip(), re.I) is None:
            return {}
        return {
            re.sub(r"\.(?:txt|xml|odt|docx|rtf)$", "", (row[names[0]] or "").strip(), flags=re.I): {
                str(key): str(value) for key, value in row.items() if key is not None and value and key != names[0]
            }
            for row in table
            if row.get(names[0])
        }
    except (csv.Error, Unreadable):
        return {}
