"""The rows of a table → an article a row, once the row of names is found; the columns of CSV, Excel and OpenDocument alike.

The row of names is the first one with known names; rows above it are a preamble. Where no column is known to hold a text, the
column that holds most of all characters is read as the text, and a note names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.problems import Problem, note, problem
from searcher.readers.records import KEYS, article, key_of
from searcher.sources import Source

PREAMBLE = 20  # rows above the names that are looked through
SAMPLE = 50  # rows that tell which unknown column holds the text
MOST = 0.6  # share of all characters that makes an unknown column the text
LONG = 40  # characters of its mean cell
NO_COLUMNS = (
    "no column called titre, texte, contenu, title, text, body, article or content, and none that holds most of the text; "
    "name the columns in the first line"
)

Row = tuple[int, list[str]]
"""The number of a row's first line, or of the row, and its cells."""


def read(source: Source, rows: Iterable[Row], *, unit: str = "line", prefix: str = "") -> Iterator[Article | Problem]:
    """The articles of a table; `unit` and `prefix` say where a row stands (`line 3`, `sheet Feuil1, row 3`).

    Raises Unreadable when no column can be a title or a text.
    """
    rest, head, broken = iter(rows), [], ""
    try:
        for row in islice(rest, PREAMBLE + SAMPLE):
            if row[1]:
                head.append(row)
    except Unreadable as error:  # a damaged line ends the rows
        broken = str(error)
    if not head:
        raise Unreadable(broken or "empty")
    at = names_at([cells for _, cells in head])
    names = [cell.strip() for cell in head[at][1]]
    text = unknown_text(names, [cells for _, cells in head[at + 1 :]])
    known = {KEYS.get(key_of(name)) for name in names}
    if text is None and not known & {"text", "title"}:
        raise Unreadable(NO_COLUMNS)
    if text is not None:
        yield note(source, f"the column “{names[text]}” is read as the text: it holds most of the characters")
        names[text] = "text"
    if at:
        yield note(source, f"{at} {unit}s above the names of the columns are left out")
    failed, first = 0, ""
    try:
        for number, cells in chain(head[at + 1 :], rest):
            place = f"{prefix}{unit} {number}"
            try:
                yield article(source, dict(zip(names, cells, strict=False)), number=number, place=place)
            except Unreadable as error:
                failed, first = failed + 1, first or f"{place}: {error}"
    except Unreadable as error:  # from the rows themselves
        broken = str(error)
    if broken:
        failed, first = failed + 1, first or broken
    if failed:
        yield problem(source, first + (f", and {failed - 1} more {unit}s" if failed > 1 else ""))


def names_at(rows: list[list[str]]) -> int:
    """Which of the first rows holds the names of the columns: the first with a title or a text and another known name."""
    for at, cells in enumerate(rows[:PREAMBLE]):
        fields = {KEYS.get(key_of(cell)) for cell in cells if cell.strip() and len(cell) <= 60} - {None}
        if fields & {"title", "text"} and (len(fields) >= 2 or len(cells) == 1 or at == 0):
            return at
    return 0


def unknown_text(names: list[str], rows: list[list[str]]) -> int | None:
    """The column of an unknown name that holds most of the characters; None where a text is known."""
    if "text" in {KEYS.get(key_of(name)) for name in names} or not rows:
        return None
    sizes = [sum(len(cells[at]) for cells in rows if at < len(cells)) for at in range(len(names))]
    best = max(range(len(names)), key=sizes.__getitem__, default=0)
    enough = sizes and sizes[best] >= MOST * sum(sizes) and sizes[best] >= LONG * len(rows)
    return best if enough and KEYS.get(key_of(names[best])) in (None, "standfirst") else None
