"""A ledger in up to three files: a layer with what changed lately, and two below that generations share.

    layer    ledger.sqlite3         copied with each generation, and written to; `main` to SQLite
    middle   ledger.middle.sqlite3  what changed since the base was made
    base     ledger.base.sqlite3    the rest

The two files below are hard-linked from generation to generation and never written to. A row stands above the rows of lower
files that have its number; `gone_…` lists the rows of lower files that no longer count. Temporary views with the names of the
tables show all files as one, so that questions do not know of layers; changes name `main`, and `lift` the rows they change.

An update copies its layer, so a layer must not grow with the archive: `settle` moves the rows of a finished generation down
once they take `LARGE` bytes. They become the middle, or are merged with it; when the middle has grown to a part of the base,
both are merged. So each row is rewritten a few times in the life of an archive.
"""

from __future__ import annotations

import shutil
import sqlite3
from functools import partial
from pathlib import Path

from searcher.engines.folders import link
from searcher.indexing.manifest import BASE, MIDDLE

LARGE = 1 << 20  # bytes of a layer from which on its rows are moved down
GROWN = 4  # a middle of this part of the base (a quarter) is merged with it

LOWER = {"middle": MIDDLE, "base": BASE}
"""The files below a layer, from the upper to the lower: their names to SQLite, and in a generation."""

TABLES = ("files", "articles", "problems", "parts")

SCHEMA = """
CREATE TABLE gone_files (number INTEGER PRIMARY KEY);
CREATE TABLE gone_articles (number INTEGER PRIMARY KEY);
CREATE TABLE gone_problems (number INTEGER PRIMARY KEY);
CREATE TABLE gone_parts (number INTEGER PRIMARY KEY);
CREATE TABLE below (
    stored INTEGER NOT NULL,           -- what `totals` says of the base; one row in a layer, none in a ledger of one file
    articles INTEGER NOT NULL,
    moved INTEGER NOT NULL
);
"""
"""For `below`, all files below a layer are its base."""


def lower(ledger: Path) -> list[str]:
    """The files there are below a layer, as SQLite is to call them, from the upper to the lower."""
    return [name for name, file in LOWER.items() if ledger.with_name(file).exists()]


def attach(database: sqlite3.Connection, ledger: Path, lower: list[str]) -> None:
    """Opens the files below a layer beside it."""
    for name in lower:
        path = ledger.with_name(LOWER[name]).absolute()
        database.execute(f"ATTACH ? AS {name}", (f"{path.as_uri()}?mode=ro&immutable=1",))


def is_whole(database: sqlite3.Connection, lower: list[str]) -> bool:
    """Whether the lowest file is a base, and all others are layers above one."""
    *layers, last = ["main", *lower]
    return all(map(partial(_is_layer, database), layers)) and not _is_layer(database, last)


def _is_layer(database: sqlite3.Connection, file: str) -> bool:
    return database.execute(f"SELECT 1 FROM {file}.below").fetchone() is not None


def show(database: sqlite3.Connection, lower: list[str]) -> None:
    """Makes the views of a layer and the files below: of all files, and (`lower_…`) of those below alone."""
    database.execute("PRAGMA temp_store = MEMORY")
    for table in TABLES:
        database.execute(f"CREATE TEMP VIEW {table} AS {_united(table, ['main', *lower])}")
        database.execute(f"CREATE TEMP VIEW lower_{table} AS {_united(table, lower)}")
    serials = " UNION ALL ".join(f"SELECT * FROM {name}.serials" for name in ("main", *lower))
    database.execute(f"CREATE TEMP VIEW serials AS {serials}")


def _united(table: str, files: list[str]) -> str:
    """A query for the rows of a table that count, in files that lie one above the other."""
    return " UNION ALL ".join(
        f"SELECT * FROM {file}.{table} WHERE true"
        + "".join(f" AND number NOT IN (SELECT number FROM {above}.gone_{table})" for above in files[:at])
        for at, file in enumerate(files)
    )


def lift(database: sqlite3.Connection, table: str, where: str, values: tuple[object, ...]) -> None:
    """Makes rows of lower files that meet a condition rows of the layer, so that they can be changed there."""
    counting = f"({where}) AND number NOT IN (SELECT number FROM main.gone_{table})"
    rows = database.execute(f"SELECT * FROM lower_{table} WHERE {counting}", values).fetchall()
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO main.gone_{table} VALUES (?)", ((row[0],) for row in rows))
        database.executemany(f"INSERT INTO main.{table} VALUES ({marks})", rows)


def largest(database: sqlite3.Connection, table: str) -> int:
    """The largest number of a row of lower files that counts."""
    row = database.execute(
        f"SELECT number FROM lower_{table} WHERE number NOT IN (SELECT number FROM main.gone_{table}) "
        "ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return int(row[0]) if row else 0


def totals(database: sqlite3.Connection, *, layered: bool) -> tuple[int, int, int]:
    """Different identifiers that articles are stored under, rows of articles, and rows that have moved.

    Of a layer, only the rows that differ from lower files are looked at.
    """
    counted = "SELECT count(DISTINCT stored), count(*), coalesce(sum(moved), 0) FROM main.articles"
    stored, rows, moved = map(int, database.execute(counted).fetchone())
    if not layered:
        return stored, rows, moved
    below = tuple(map(int, database.execute("SELECT stored, articles, moved FROM main.below").fetchone()))
    gone = "FROM lower_articles WHERE number IN (SELECT number FROM main.gone_articles)"
    # Not counted by SQLite, which would read the whole of the lower files for it.
    gone_rows = [int(moved) for (moved,) in database.execute(f"SELECT moved {gone}")]
    changed = f"(SELECT stored FROM main.articles UNION SELECT stored {gone})"
    before = database.execute(
        f"SELECT count(*) FROM {changed} AS c WHERE EXISTS (SELECT 1 FROM lower_articles AS b WHERE b.stored = c.stored)"
    ).fetchone()[0]
    after = database.execute(
        f"SELECT count(*) FROM {changed} AS c WHERE EXISTS (SELECT 1 FROM articles AS a WHERE a.stored = c.stored)"
    ).fetchone()[0]
    return below[0] - int(before) + int(after), below[1] - len(gone_rows) + rows, below[2] - sum(gone_rows) + moved


def begin(before: Path, ledger: Path) -> None:
    """Makes the files of a generation's ledger from those of the generation before: `before` and `ledger` are the paths of the
    layers. The layer is copied, the files below are linked. Raises OSError."""
    for name in lower(before):
        link(before.with_name(LOWER[name]), ledger.with_name(LOWER[name]))
    shutil.copyfile(before, ledger)


def settle(ledger: Path, made: tuple[str, ...], totals: tuple[int, int, int]) -> None:
    """Moves the rows of a layer down, in a generation that nobody reads yet.

    `made` are the statements that make an empty ledger, `totals` what the function of that name says of this one. Raises
    OSError, sqlite3.DatabaseError.
    """
    base, middle = ledger.with_name(BASE), ledger.with_name(MIDDLE)
    upper = [each for each in (middle, ledger) if each.exists()]
    if not base.exists():
        ledger.replace(base)
    elif sum(each.stat().st_size for each in upper) * GROWN >= base.stat().st_size:
        _merge(base, upper)
        middle.unlink(missing_ok=True)
        ledger.unlink()
    elif middle.exists():
        _merge(middle, [ledger])
        ledger.unlink()
    else:
        ledger.replace(middle)
    with _Opened(ledger, "rwc") as database:
        for statement in made:
            database.execute(statement)
        database.execute("INSERT INTO below VALUES (?, ?, ?)", totals)


def _merge(file: Path, above: list[Path]) -> None:
    """Makes a file one that says what it and the layers above say, the lower of them first."""
    merged, packed = file.with_name(f".{file.name}.merged"), file.with_name(f".{file.name}.packed")
    shutil.copyfile(file, merged)
    with _Opened(merged, "rw") as database:
        database.execute("PRAGMA cache_size = -16000")
        is_layer = _is_layer(database, "main")
        for layer in above:
            database.execute("ATTACH ? AS layer", (f"{layer.absolute().as_uri()}?mode=ro&immutable=1",))
            database.execute("BEGIN")
            for table in TABLES:
                database.execute(f"DELETE FROM main.{table} WHERE number IN (SELECT number FROM layer.gone_{table})")
                database.execute(f"INSERT INTO main.{table} SELECT * FROM layer.{table}")
                if is_layer:
                    database.execute(f"INSERT OR IGNORE INTO main.gone_{table} SELECT * FROM layer.gone_{table}")
            database.execute("INSERT OR IGNORE INTO main.serials SELECT * FROM layer.serials")
            database.execute("COMMIT")
            database.execute("DETACH layer")
        # Rows put between others leave pages half empty: of 75,000 articles, 34 MB become 15.
        database.execute("VACUUM INTO ?", (packed.absolute().as_uri(),))
    merged.unlink()
    packed.replace(file)


class _Opened:
    """A database that is written to, and thrown away when that fails: nothing is kept to undo it by."""

    def __init__(self, path: Path, mode: str) -> None:
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)

    def __enter__(self) -> sqlite3.Connection:
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()
