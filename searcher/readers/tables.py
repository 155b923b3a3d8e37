"""The rows of a table → an article a row, once the row of names is found; the columns of CSV, Excel and OpenDocument alike.

The row of names is the first one with known names; rows above it are a preamble. Where no column is known to hold a text, the
column that holds most of all characters is read as the text, and a note names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.dating import under_key
from searcher.readers.problems import Problem, and_more, note, problem
from searcher.readers.records import article, field_of, part_of
from searcher.sources import Source

PREAMBLE = 20  # rows above the names that are looked through
SAMPLE = 50  # rows that tell which unknown column holds the text
MOST = 0.6  # share of all characters that makes an unknown column the text
LONG = 40  # characters of its mean cell
LONGEST_NAME = 60  # characters of a column's name
LONGEST_DAY = 30  # characters of a day that tells a column of days
NO_COLUMNS = (
    "no column called titre, texte, contenu, title, text, body, article or content, and none that holds most of the text; "
    "name the columns in the first line"
)

Row = tuple[int, list[str]]
"""The number of a row's first line, or of the row, and its cells."""


def read(
    source: Source, rows: Iterable[Row], *, unit: str = "line", prefix: str = "", separator: str = ""
) -> Iterator[Article | Problem]:
    """The articles of a table; `unit` and `prefix` say where a row stands (`line 3`, `sheet Feuil1, row 3`).

    Cells beyond the names belong to the text, where a `separator` in it was not quoted. Columns that no field of an article
    takes are named in a note.

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
    if at == 0 and _is_data(names):
        at, names = -1, [f"column {number}" for number in range(1, len(names) + 1)]
    text = unknown_text(names, [cells for _, cells in head[at + 1 :]])
    known = {field_of(name) for name in names}
    if text is None and not known & {"text", "title"}:
        raise Unreadable(NO_COLUMNS)
    if at < 0:
        yield note(source, f"no {unit} names the columns: they have their numbers as names")
    if text is not None:
        yield note(source, f"the column “{names[text]}” is read as the text: it holds most of the characters")
        names[text] = "text"
    if at < 0 and (dated := _dates_at([cells for _, cells in head], len(names))) is not None:
        yield note(source, f"the column “{names[dated]}” is read as the date: it holds nothing but days")
        names[dated] = "date"
    parts = _parts(names)
    if left := [name for name in names if name and field_of(name) is None and name not in parts]:
        yield note(source, f"columns that are not read: {', '.join(left[:10])}{', …' if left[10:] else ''}")
    if at == 1:
        yield note(source, f"1 {unit} above the names of the columns is left out")
    elif at > 1:
        yield note(source, f"{at} {unit}s above the names of the columns are left out")
    failed, first = 0, ""
    longer: list[str] = []  # where rows stand that have more cells than names
    holding = next((at for at, name in enumerate(names) if field_of(name) == "text"), None)
    try:
        for number, cells in chain(head[at + 1 :], rest):
            place = f"{prefix}{unit} {number}"
            if len(cells) > len(names) and any(map(str.strip, cells[len(names) :])):
                longer.append(place)
                cells = _joined(cells, len(cells) - len(names), holding, separator)
            try:
                yield article(source, _record(names, cells), number=number, place=place)
            except Unreadable as error:
                failed, first = failed + 1, first or f"{place}: {error}"
    except Unreadable as error:  # from the rows themselves
        broken = str(error)
    if longer:
        have = f"1 {unit} has" if len(longer) == 1 else f"{len(longer)} {unit}s have"
        what = "left out" if holding is None else "read as part of the text, whose separators are not quoted"
        yield note(source, f"{have} more cells than names: what exceeds is {what}; the first: {longer[0]}")
    if broken:
        failed, first = failed + 1, first or broken
    if failed:
        yield problem(source, and_more(first, failed, unit))


def _record(names: list[str], cells: list[str]) -> dict[str, str]:
    """A row as a record; of several columns of one name the first that is filled."""
    record: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if not record.get(name, "").strip():
            record[name] = cell
    return record


def _joined(cells: list[str], more: int, at: int | None, separator: str) -> list[str]:
    """A row whose cell `at` takes as many after it as there are too many."""
    if at is None:
        return cells
    return [*cells[:at], separator.join(cells[at : at + more + 1]), *cells[at + more + 1 :]]


def names_at(rows: list[list[str]]) -> int:
    """Which of the first rows holds the names of the columns: the first with a title or a text and another known name."""
    for at, cells in enumerate(rows[:PREAMBLE]):
        fields = {field_of(cell) for cell in cells if cell.strip() and len(cell) <= LONGEST_NAME} - {None}
        if fields & {"title", "text"} and (len(fields) >= 2 or len(cells) == 1 or at == 0):
            return at
    return 0


def _parts(names: list[str]) -> set[str]:
    """The columns that hold a year, a month and a day each, where no other column is the date."""
    parts = {part: name for name in names if (part := part_of(name))}
    dated = any(field_of(name) == "date" for name in names if part_of(name) is None)
    return set(parts.values()) if "year" in parts and not dated else set()


def _is_data(cells: list[str]) -> bool:
    """Whether the first row is one like the others: none of its cells names a field, and one is a text or a day."""
    return not any(map(field_of, cells)) and any(len(each) > LONGEST_NAME or _is_day(each) for each in cells)


def _dates_at(rows: list[list[str]], width: int) -> int | None:
    """The one column that holds days and nothing else."""
    columns = [[cells[at] for cells in rows if at < len(cells) and cells[at].strip()] for at in range(width)]
    found = [at for at, cells in enumerate(columns) if cells and all(map(_is_day, cells))]
    return found[0] if len(found) == 1 else None


def _is_day(written: str) -> bool:
    bare = written.strip()
    return len(bare) <= LONGEST_DAY and not bare.isdigit() and len(under_key(bare) or "") >= 10


def unknown_text(names: list[str], rows: list[list[str]]) -> int | None:
    """The column of an unknown name that holds most of the characters; None where a text is known."""
    if "text" in {field_of(name) for name in names} or not rows:
        return None
    sizes = [sum(len(cells[at]) for cells in rows if at < len(cells)) for at in range(len(names))]
    best = max(range(len(names)), key=sizes.__getitem__, default=0)
    enough = sizes and sizes[best] >= MOST * sum(sizes) and sizes[best] >= LONG * len(rows)
    return best if enough and field_of(names[best]) in (None, "standfirst") else None
