"""A ledger in two files: a base that generations share (`manifest.BASE`), and a layer with what changed since.

    base    ledger.base.sqlite3   hard-linked from generation to generation, never written to
    layer   ledger.sqlite3        copied with each generation; `main` to SQLite

A row of the layer stands above the row of the base that has its number; `gone_…` lists the rows of the base that no longer
count. Temporary views with the names of the tables show both as one, so that questions do not know of layers; changes name
`main`, and `lift` the rows they change. When a layer has grown to a part of its base, the next generation begins with both
merged into one file, which a later one takes for its base: each row is rewritten a few times in the life of an archive.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from searcher.engines.folders import link
from searcher.indexing.manifest import BASE

LARGE = 4 << 20  # bytes of a ledger from which on it is worth two files
GROWN = 4  # a layer of this part of its base (a quarter) is merged with it

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


def attach(database: sqlite3.Connection, base: Path) -> None:
    """Opens the base of a layer beside it, as `base`."""
    database.execute("ATTACH ? AS base", (f"{base.absolute().as_uri()}?mode=ro&immutable=1",))


def wants_base(database: sqlite3.Connection) -> bool:
    """Whether a ledger is a layer."""
    return database.execute("SELECT 1 FROM main.below").fetchone() is not None


def show(database: sqlite3.Connection) -> None:
    """Makes the views of a layer and its base."""
    database.execute("PRAGMA temp_store = MEMORY")
    for table in TABLES:
        database.execute(
            f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} UNION ALL SELECT * FROM base.{table} "
            f"WHERE number NOT IN (SELECT number FROM main.gone_{table})"
        )
    database.execute("CREATE TEMP VIEW serials AS SELECT * FROM main.serials UNION ALL SELECT * FROM base.serials")


def lift(database: sqlite3.Connection, table: str, where: str, values: tuple[object, ...]) -> None:
    """Makes rows of the base that meet a condition rows of the layer, so that they can be changed there."""
    counting = f"({where}) AND number NOT IN (SELECT number FROM main.gone_{table})"
    rows = database.execute(f"SELECT * FROM base.{table} WHERE {counting}", values).fetchall()
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO main.gone_{table} VALUES (?)", ((row[0],) for row in rows))
        database.executemany(f"INSERT INTO main.{table} VALUES ({marks})", rows)


def largest(database: sqlite3.Connection, table: str) -> int:
    """The largest number of a row of the base that counts."""
    row = database.execute(
        f"SELECT number FROM base.{table} WHERE number NOT IN (SELECT number FROM main.gone_{table}) "
        "ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return int(row[0]) if row else 0


def totals(database: sqlite3.Connection, *, layered: bool) -> tuple[int, int, int]:
    """Different identifiers that articles are stored under, rows of articles, and rows that have moved.

    Of a layer, only the rows that differ from the base are looked at.
    """
    counted = "SELECT count(DISTINCT stored), count(*), coalesce(sum(moved), 0) FROM main.articles"
    stored, rows, moved = map(int, database.execute(counted).fetchone())
    if not layered:
        return stored, rows, moved
    below = tuple(map(int, database.execute("SELECT stored, articles, moved FROM main.below").fetchone()))
    gone = "FROM base.articles WHERE number IN (SELECT number FROM main.gone_articles)"
    gone_rows, gone_moved = database.execute(f"SELECT count(*), coalesce(sum(moved), 0) {gone}").fetchone()
    changed = f"(SELECT stored FROM main.articles UNION SELECT stored {gone})"
    before = database.execute(
        f"SELECT count(*) FROM {changed} AS c WHERE EXISTS (SELECT 1 FROM base.articles AS b WHERE b.stored = c.stored)"
    ).fetchone()[0]
    after = database.execute(
        f"SELECT count(*) FROM {changed} AS c WHERE EXISTS (SELECT 1 FROM main.articles AS m WHERE m.stored = c.stored) "
        "OR EXISTS (SELECT 1 FROM base.articles AS b WHERE b.stored = c.stored "
        "AND b.number NOT IN (SELECT number FROM main.gone_articles))"
    ).fetchone()[0]
    return below[0] - int(before) + int(after), below[1] - int(gone_rows) + rows, below[2] - int(gone_moved) + moved


def begin(before: Path, ledger: Path, made: tuple[str, ...]) -> None:
    """Makes the files of a generation's ledger from those of the generation before: `before` and `ledger` are the paths of the
    ledgers. `made` are the statements that make an empty ledger.

    A base is linked; a layer, and a ledger that is small, copied; a layer that has grown is merged with its base. The ledger
    before must be one that was opened without complaint. Raises OSError, sqlite3.DatabaseError.
    """
    base = before.with_name(BASE)
    if base.exists():
        if before.stat().st_size * GROWN < base.stat().st_size:
            link(base, ledger.with_name(BASE))
            shutil.copyfile(before, ledger)
        else:
            _merge(base, before, ledger)
    elif before.stat().st_size >= LARGE:
        link(before, ledger.with_name(BASE))
        _new_layer(ledger, before, made)
    else:
        shutil.copyfile(before, ledger)


def _new_layer(ledger: Path, base: Path, made: tuple[str, ...]) -> None:
    with _Opened(ledger, "rwc") as database:
        for statement in made:
            database.execute(statement)
        attach(database, base)
        counted = "SELECT count(DISTINCT stored), count(*), coalesce(sum(moved), 0) FROM base.articles"
        database.execute("INSERT INTO below VALUES (?, ?, ?)", database.execute(counted).fetchone())


def _merge(base: Path, layer: Path, ledger: Path) -> None:
    """Writes one file that says what a base and its layer say."""
    shutil.copyfile(base, ledger)
    with _Opened(ledger, "rw") as database:
        database.execute("ATTACH ? AS layer", (f"{layer.absolute().as_uri()}?mode=ro&immutable=1",))
        database.execute("BEGIN")
        for table in TABLES:
            database.execute(f"DELETE FROM main.{table} WHERE number IN (SELECT number FROM layer.gone_{table})")
            database.execute(f"INSERT INTO main.{table} SELECT * FROM layer.{table}")
        database.execute("INSERT OR IGNORE INTO main.serials SELECT * FROM layer.serials")
        database.execute("COMMIT")


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
