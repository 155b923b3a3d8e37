"""Which file gave which articles: what an update compares the archive with, and where a stored article can be found.

The engine says what an article holds; the ledger says where it stands. A file that is renamed, or a second file with the
same article, changes the ledger only. It is one SQLite file in each generation of an index. Where that is large, there are two
more, so that an update writes what changes (`layers`): files that generations share by hard links and nobody changes, below a
layer with the rows that are new, that replace rows of lower files, or say that they are gone.
"""

from __future__ import annotations

import os
import sqlite3
from _thread import allocate_lock
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any
from weakref import finalize

from searcher.article import Article
from searcher.errors import (
    IndexClosed,
    IndexDamaged,
    IndexUntrusted,
    ReadFailed,
    SearcherError,
    WriteFailed,
    not_read,
    room,
)
from searcher.indexing import layers
from searcher.indexing.bloom import BloomFilter
from searcher.indexing.manifest import BASE
from searcher.messages import Message

_SCHEMA = """
CREATE TABLE files (
    number INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,         -- absolute: what identifies it
    shown TEXT NOT NULL,               -- as it was given: what an answer prints
    modified INTEGER NOT NULL,         -- nanoseconds
    size INTEGER NOT NULL,
    hash BLOB NOT NULL,                -- of its bytes
    format TEXT NOT NULL,
    taken INTEGER NOT NULL,            -- articles and problems read so far
    complete INTEGER NOT NULL
);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,             -- negative: of the file's state before the one being read
    place TEXT,
    id TEXT NOT NULL,
    stored TEXT NOT NULL,              -- the identifier that the engine has it under; another's when it is a copy
    whole BLOB NOT NULL,               -- digest of all that was read
    content BLOB NOT NULL,             -- digest of what makes two articles the same
    moved INTEGER NOT NULL             -- its file was renamed, or it stands in for one that vanished
);
CREATE TABLE serials (
    content BLOB PRIMARY KEY,          -- of every article that ever was in the archive
    serial INTEGER NOT NULL,           -- larger than those of all contents that came before
    edited INTEGER NOT NULL            -- an article that was in the archive came to have it
) WITHOUT ROWID;
CREATE TABLE problems (
    number INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,
    place TEXT,
    reason TEXT NOT NULL,
    kind TEXT NOT NULL
);
CREATE TABLE parts (
    number INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,
    path TEXT NOT NULL                 -- another file that was asked for when it was read
);
CREATE INDEX parts_path ON parts (path);
CREATE INDEX parts_file ON parts (file);
CREATE INDEX problems_file ON problems (file);
CREATE INDEX files_size ON files (size, modified);
"""  # and what layers need
_INDEXES = """
CREATE INDEX IF NOT EXISTS articles_file ON articles (file);
CREATE INDEX IF NOT EXISTS articles_id ON articles (id);
CREATE INDEX IF NOT EXISTS articles_stored ON articles (stored);
CREATE INDEX IF NOT EXISTS articles_content ON articles (content);
"""
_STEPS = 10_000  # of SQLite's machine between two looks at the clock


def _made(schema: str) -> set[tuple[str, str]]:
    """The type and the text that SQLite keeps of each statement."""
    statements = [each.strip().replace("IF NOT EXISTS ", "") for each in schema.split(";\n") if each.strip()]
    return {(each.split()[1].lower(), each) for each in statements}


_MADE = _made(_SCHEMA) | _made(layers.SCHEMA) | _made(_INDEXES)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when it was last read."""

    number: int
    path: str
    shown: str
    modified: int
    size: int
    hash: bytes
    format: str
    taken: int
    complete: bool


def digests(article: Article) -> tuple[bytes, bytes]:
    """Two digests of 16 bytes: of everything that was read, and of what makes two articles the same (title, text, date)."""

    def digest(*parts: object) -> bytes:
        written = "\0".join("" if part is None else str(part) for part in parts)
        return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    content = digest(article.title, article.text, article.date)
    known = (article.id, article.source, article.author, article.url, article.language, article.section, article.pages)
    return digest(content, *known, article.standfirst), content


class Ledger:
    """A ledger open for reading; or for writing, inside one transaction that `commit` ends and `close` alone undoes.

    Many threads may read one ledger, and one of them may close it: SQLite is asked under a lock. Raises IndexDamaged for bytes
    that are no ledger, IndexUntrusted for a database with a view or a trigger (a query of ours would run what somebody else
    wrote), ReadFailed when the system does not let it be read, IndexClosed after `close`, WriteFailed.

    `seen`: the identifiers and digests of a ledger that this run has filled from nothing; None for any other ledger.
    """

    def __init__(self, path: Path, *, writable: bool = False, seen: BloomFilter | None = None, newest: int = 0) -> None:
        self._path = path
        self._lock = allocate_lock()
        self._writable = writable
        self.newest = newest  # the largest serial that was given
        self._waiting: list[tuple[Any, ...]] = []  # articles to be inserted before anything is asked
        self._numbered: dict[bytes, tuple[int, bool]] = {}  # and the serials of their contents
        fresh = writable and not path.exists()
        self.seen = BloomFilter() if fresh else seen
        self._indexed = not fresh
        self._until = until = [inf]  # when the query that is running has to stop
        self._lower = [] if fresh else layers.lower(path)
        mode = "mode=rwc" if writable else "mode=ro&immutable=1"
        with self._guarded():
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare(fresh)
        except BaseException:
            self._db.close()
            raise
        if not writable:
            self._db.set_progress_handler(lambda: monotonic() >= until[0], _STEPS)
        finalize(self, self._db.close)  # of an index that nobody closes

    def _prepare(self, fresh: bool) -> None:
        """Begins the transaction of a ledger that is written, makes the tables of a fresh one, looks at those of any other."""
        with self._guarded():
            self._db.execute("PRAGMA cache_size = -32000")
            layers.attach(self._db, self._path, self._lower)
            if self._writable:
                # Nobody reads this file before it is finished, and a run that dies throws it away.
                self._db.execute("PRAGMA journal_mode = OFF")
                self._db.execute("PRAGMA synchronous = OFF")
                self._db.execute("BEGIN")
            if fresh:
                self._make(_SCHEMA)
                self._make(layers.SCHEMA)
        if not fresh:
            self._refuse_others()
            with self._guarded():
                if not layers.is_whole(self._db, self._lower):
                    raise IndexDamaged(Message("ledger.base", path=self._path, base=BASE))
                if self._lower:
                    layers.show(self._db, self._lower)

    def _refuse_others(self) -> None:
        """Raises IndexUntrusted or IndexDamaged unless the database holds the tables and indexes of a ledger and no others."""
        for schema in ("main", *self._lower):
            with self._guarded():
                held = set(self._db.execute(f"SELECT type, sql FROM {schema}.sqlite_master WHERE sql IS NOT NULL"))
            self._refuse(held)

    def _refuse(self, held: set[tuple[str, str]]) -> None:
        """`held`: type and text of what a database holds."""
        others = sorted({kind for kind, sql in held if (kind, sql) not in _MADE})
        if {"view", "trigger"} & set(others):
            raise IndexUntrusted(Message("ledger.foreign", path=self._path, others=others[-1]))
        if held != _MADE:
            raise IndexDamaged(Message("ledger.tables", path=self._path))

    def _make(self, schema: str) -> None:
        for statement in schema.split(";\n"):  # not `executescript`, which ends the transaction
            self._db.execute(statement)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _meant(self._path, error) from error

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        if self._waiting or self._numbered:
            self._settle()
        try:
            return self._db.execute(statement, values)
        except sqlite3.DatabaseError as error:
            raise _meant(self._path, error) from error

    def _rows(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        self._ready()
        with self._guarded():
            if self._writable:
                yield from self._db.execute(statement, values)
                return
            with self._lock:
                cursor = self._db.execute(statement, values)
            while rows := self._fetched(cursor):
                yield from rows

    def _fetched(self, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
        with self._lock:
            return cursor.fetchmany(_MANY)

    def _one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        self._ready()
        try:
            with self._lock:
                found: tuple[Any, ...] | None = self._db.execute(statement, values).fetchone()
            return found
        except sqlite3.DatabaseError as error:
            raise _meant(self._path, error) from error

    def _until_then(self, until: float, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows. Raises TimeoutError at that moment of `time.monotonic()`."""
        with self._guarded(), self._lock:
            self._until[0] = until
            try:
                return self._db.execute(statement, values).fetchall()
            finally:
                self._until[0] = inf

    def _ready(self) -> None:
        """Before anything is asked: what waits is inserted, and there are indexes, which are best made late."""
        if self._waiting or self._numbered:
            self._settle()
        if not self._indexed:
            self._indexed = True
            with self._guarded():
                self._make(_INDEXES)

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        numbered, self._numbered = self._numbered, {}
        with self._guarded():
            self._db.executemany(
                "INSERT OR IGNORE INTO main.serials VALUES (?, ?, ?)",
                ((content, *its) for content, its in sorted(numbered.items())),
            )
            first = self._next("articles")
            self._db.executemany(
                "INSERT INTO main.articles VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                ((number, *each) for number, each in enumerate(waiting, first)),
            )

    def _next(self, table: str) -> int:
        """The number for a new row: above those of all rows."""
        (largest,) = self._db.execute(f"SELECT coalesce(max(number), 0) FROM main.{table}").fetchone()
        return max(int(largest), layers.largest(self._db, table) if self._lower else 0) + 1

    def _change(self, table: str, what: str, where: str, *values: object, among: tuple[object, ...] = ()) -> None:
        """Updates or deletes rows: `what` is the statement up to its condition `where`, with these `values` in it, and `among`
        the values of the condition. Rows of lower files are first made rows of the layer."""
        if self._waiting or self._numbered:
            self._settle()
        with self._guarded():
            if self._lower:
                layers.lift(self._db, table, where, among)
            self._db.execute(f"{what} WHERE {where}", (*values, *among))

    def commit(self) -> None:
        self._ready()
        self._run("COMMIT")

    def close(self) -> None:
        with self._lock:  # closing under a query that another thread is in the middle of would end the process
            self._db.close()

    # ── files ──

    def file(self, path: str) -> File | None:
        """What is known of the file with this absolute path."""
        row = self._one(f"SELECT {_FILE} FROM files WHERE path = ?", _in(path))
        return _file(row) if row else None

    def unchanged(self, path: str, size: int, modified: int) -> int | None:
        """The number of the file with this absolute path, when it has this size and time and was read to its end."""
        query = "SELECT number FROM files WHERE path = ? AND size = ? AND modified = ? AND complete"
        row = self._one(query, _in(path), size, modified)
        return int(row[0]) if row else None

    def numbers(self) -> Iterator[int]:
        """The number of every file, ascending."""
        return (number for (number,) in self._rows("SELECT number FROM files ORDER BY number"))

    def numbered(self, number: int) -> File:
        """What is known of the file with this number."""
        row = self._one(f"SELECT {_FILE} FROM files WHERE number = ?", number)
        assert row is not None
        return _file(row)

    def alike(self, size: int, modified: int) -> list[File]:
        """The files of this size and time."""
        return [
            _file(row)
            for row in self._rows(
                f"SELECT {_FILE} FROM files WHERE size = ? AND modified = ? AND complete ORDER BY number",
                size,
                modified,
            )
        ]

    def put_file(self, file: File) -> int:
        """Adds a file (number 0), or says anew what is known of one; gives its number."""
        number = file.number or self._next("files")
        # A file of that number or that path gives way.
        self._change("files", "DELETE FROM main.files", "number = ? OR path = ?", among=(number, _in(file.path)))
        self._run(
            "INSERT INTO main.files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(number, _in(file.path), _in(file.shown), file.modified, file.size, file.hash),
            *(file.format, file.taken, file.complete),
        )
        return number

    def rename(self, file: File, path: str, shown: str) -> None:
        new = (_in(path), _in(shown))
        self._change("files", "UPDATE main.files SET path = ?, shown = ?", "number = ?", *new, among=(file.number,))
        self._change("articles", "UPDATE main.articles SET moved = 1", "file = ?", among=(file.number,))

    def touch(self, file: int, modified: int) -> None:
        self._change("files", "UPDATE main.files SET modified = ?", "number = ?", modified, among=(file,))

    def doubt_reported(self) -> None:
        """Makes the next scan find changed every file that reported something."""
        reported = "number IN (SELECT file FROM problems)"
        self._change("files", "UPDATE main.files SET complete = 0, taken = 0, hash = x''", reported)

    def forget_file(self, file: int) -> None:
        """Removes a file whose articles were dropped."""
        self._change("problems", "DELETE FROM main.problems", "file = ?", among=(file,))
        self._change("parts", "DELETE FROM main.parts", "file = ?", among=(file,))
        self._change("files", "DELETE FROM main.files", "number = ?", among=(file,))

    def put_parts(self, file: int, paths: Iterable[str]) -> None:
        """Notes which other files what a file holds depends on; they replace those noted before."""
        self._change("parts", "DELETE FROM main.parts", "file = ?", among=(file,))
        for number, path in enumerate(paths, self._next("parts")):
            self._run("INSERT INTO main.parts VALUES (?, ?, ?)", number, file, _in(path))

    def heads(self, path: str) -> list[File]:
        """The files that asked for the file at this absolute path when they were read."""
        asked = sorted({int(file) for (file,) in self._rows("SELECT file FROM parts WHERE path = ?", _in(path))})
        return [self.numbered(number) for number in asked]

    def has_parts(self) -> bool:
        return self._one("SELECT 1 FROM parts LIMIT 1") is not None

    def files(self) -> Iterator[File]:
        """Every file, in the order first met."""
        return map(_file, self._rows(f"SELECT {_FILE} FROM files ORDER BY number"))

    def holds_below(self, root: str) -> bool:
        """Whether there is a file at or below `root`."""
        folder = os.path.join(root, "")
        return any(
            str(_out(path)) == root or str(_out(path)).startswith(folder)
            for (path,) in self._rows("SELECT path FROM files")
        )

    # ── articles ──

    def set_aside(self, file: int) -> None:
        """Makes the articles of a file those of its earlier state, and marks the file as unread."""
        self._change("articles", "UPDATE main.articles SET file = -file", "file = ?", among=(file,))
        self._change("files", "UPDATE main.files SET taken = 0, complete = 0", "number = ?", among=(file,))
        self._change("problems", "DELETE FROM main.problems", "file = ?", among=(file,))

    def reinstate(self, file: int) -> None:
        """Gives a file the articles of its earlier state back."""
        self._change("articles", "UPDATE main.articles SET file = -file", "file = ?", among=(-file,))

    def reclaim(self, file: int, place: str | None, whole: bytes) -> bool:
        """Gives a file back an article of its earlier state, the one at this place with this digest; False if there is none."""
        if self.seen is not None and whole not in self.seen:
            return False
        row = self._one(
            "SELECT number, id FROM articles WHERE file = ? AND whole = ? AND place IS ? ORDER BY number LIMIT 1",
            -file,
            whole,
            _in(place),
        )
        if row is None or self._one("SELECT 1 FROM articles WHERE id = ? AND number != ?", row[1], row[0]):
            return False
        self._change("articles", "UPDATE main.articles SET file = ?", "number = ?", file, among=(row[0],))
        return True

    def left(self, file: int) -> list[int]:
        """The numbers of the articles of a file's earlier state that were not reclaimed."""
        return [number for (number,) in self._rows("SELECT number FROM articles WHERE file = ? ORDER BY number", -file)]

    def drop(self, number: int) -> str | None:
        """Removes an article; gives the identifier to delete from the engine, when no other article stands for it."""
        row = self._one("SELECT stored FROM articles WHERE number = ?", number)
        assert row is not None
        self._change("articles", "DELETE FROM main.articles", "number = ?", among=(number,))
        if self._one("SELECT 1 FROM articles WHERE stored = ?", row[0]) is None:
            return _out(row[0])
        self._change("articles", "UPDATE main.articles SET moved = 1", "stored = ?", among=(row[0],))
        return None

    def same(self, content: bytes, file: int) -> str | None:
        """The identifier under which another file's article of the same content is stored."""
        if self.seen is not None and content not in self.seen:
            return None
        row = self._one(
            "SELECT stored FROM articles WHERE content = ? AND abs(file) != ? ORDER BY number LIMIT 1", content, file
        )
        return _out(row[0]) if row else None

    def owner(self, identifier: str) -> tuple[int, int, str] | None:
        """The article that has this identifier, or is stored under it: its number, its file's, what it is stored under."""
        if self.seen is not None and identifier not in self.seen:
            return None
        row = None
        for column in ("id", "stored"):
            query = f"SELECT number, file, stored FROM articles WHERE {column} = ? ORDER BY number LIMIT 1"
            row = row or self._one(query, _in(identifier))
        return (int(row[0]), int(row[1]), str(_out(row[2]))) if row else None

    def serial(self, content: bytes, *, edited: bool = False) -> int:
        """When a content came into the archive: the serial it was given then, or the next one, which it has from now on.
        `edited`: an article comes to have the content that had another one."""
        if (known := self._numbered.get(content)) is not None:
            return known[0]
        if self.seen is None or content in self.seen:
            row = self._one("SELECT serial FROM serials WHERE content = ?", content)
            if row is not None:
                return int(row[0])
        self.newest += 1
        self._numbered[content] = self.newest, edited
        return self.newest

    def edited(self, after: int) -> set[str]:
        """The identifiers under which the engine has articles whose content replaced another one and has a serial above
        `after`."""
        contents = self._rows("SELECT content FROM serials WHERE serial > ? AND edited", after)
        query = "SELECT stored FROM articles WHERE content = ?"
        return {str(_out(stored)) for (content,) in contents for (stored,) in self._rows(query, content)}

    def inherit(self, path: Path) -> None:
        """Takes the serials of the ledger at `path`: a rebuilt archive is not a new one. Of one that is damaged, it takes
        those that can be read; of one that somebody else wrote, none."""
        if not path.is_file():
            return
        with suppress(IndexDamaged, IndexUntrusted), closing(Ledger(path)) as before:
            for content, serial, edited in before._rows("SELECT content, serial, edited FROM serials"):
                self._numbered[content] = serial, bool(edited)
                if len(self._numbered) == _TAKEN:
                    self._settle()
                self.newest = max(self.newest, serial)
                if self.seen is not None:
                    self.seen.add(content)
        self._settle()

    def put_article(self, file: int, article: Article, stored: str, whole: bytes, content: bytes) -> None:
        self._waiting.append((file, _in(article.place), _in(article.id), _in(stored), whole, content))
        if self.seen is not None:
            for key in (article.id, stored, whole, content):
                self.seen.add(key)
        if len(self._waiting) == _MANY:
            self._settle()

    def put_problem(self, file: int, place: str | None, reason: str, kind: str) -> None:
        number = self._next("problems")
        self._run("INSERT INTO main.problems VALUES (?, ?, ?, ?, ?)", number, file, _in(place), _in(reason), kind)

    def problems(self) -> Iterator[tuple[str, str | None, str, str, bool]]:
        """Every problem of every file: the file's path, the place, the reason, the kind, whether the file gave articles."""
        last, shown, gave = None, "", False
        for file, place, reason, kind in self._rows(
            "SELECT file, place, reason, kind FROM problems ORDER BY file, number"
        ):
            if file != last:
                last, shown = file, self.numbered(file).shown
                gave = self._one("SELECT 1 FROM articles WHERE file = ? LIMIT 1", file) is not None
            yield shown, _out(place), str(_out(reason)), kind, gave

    def count_files(self) -> int:
        row = self._one("SELECT count(*) FROM files")
        assert row is not None
        return int(row[0])

    # ── questions of a reader ──

    def places(self, stored: str, *, until: float = inf) -> list[tuple[str, str | None]]:
        """Where the article that the engine has under `stored` can be found: paths and places, the first one first.

        Of a ledger that is open for reading. Raises TimeoutError when that is not known `until` that moment of
        `time.monotonic()`.
        """
        query = "SELECT abs(file), place FROM articles WHERE stored = ? ORDER BY id != stored, number"
        found = []
        for file, place in self._until_then(until, query, _in(stored)):
            for (shown,) in self._until_then(until, "SELECT shown FROM files WHERE number = ?", file):
                found.append((str(_out(shown)), _out(place)))
        return found

    def stored_as(self, identifier: str) -> str | None:
        """The identifier under which the engine has the article that its file calls `identifier`."""
        row = self._one("SELECT stored FROM articles WHERE id = ? ORDER BY number LIMIT 1", _in(identifier))
        return _out(row[0]) if row else None

    def counts(self) -> tuple[int, int, int]:
        """Articles stored, articles that are copies of those, articles that are not where the engine says."""
        self._ready()
        with self._guarded(), self._lock:
            distinct, rows, moved = layers.totals(self._db, layered=bool(self._lower))
        return distinct, rows - distinct, moved

    def check(self) -> list[str]:
        """What is wrong with it, a line each; reads everything."""
        found = [str(line) for (line,) in self._rows("PRAGMA integrity_check(10)") if line != "ok"]
        lost = self._one("SELECT count(*) FROM articles WHERE abs(file) NOT IN (SELECT number FROM files)")
        if lost is not None and lost[0]:
            found.append(f"{lost[0]} articles belong to no file")
        return [f"{self._path}: {line}" for line in found]


def carry(before: Path, ledger: Path) -> None:
    """Makes the ledger of a new generation from that of the generation before: both are paths, of the same name. What is large
    is shared, not copied. Raises IndexDamaged, IndexUntrusted, ReadFailed, OSError."""
    Ledger(before).close()  # refuses what somebody else made
    layers.begin(before, ledger)


def settle(path: Path) -> None:
    """Moves what a ledger holds into files that the next generations share, when that is much. The ledger is committed and
    closed, and its generation not published. Raises IndexDamaged, ReadFailed, WriteFailed, OSError."""
    if path.stat().st_size < layers.LARGE:
        return
    with closing(Ledger(path)) as ledger:
        stored, copies, moved = ledger.counts()
    try:
        layers.settle(
            path, tuple(f"{_SCHEMA};{layers.SCHEMA};{_INDEXES}".split(";\n")), (stored, stored + copies, moved)
        )
    except sqlite3.DatabaseError as error:
        raise _meant(path, error) from error


def _meant(path: Path, error: sqlite3.DatabaseError) -> SearcherError | TimeoutError:
    """What an error of SQLite means for the ledger at `path`."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return TimeoutError(f"{path}: {error}")
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return IndexClosed(Message("index.closed", folder=path.parent.parent))
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CANTOPEN:  # why, SQLite does not say
        try:
            path.open("rb").close()
        except OSError as refused:
            return not_read(path, refused)
        return ReadFailed(Message("ledger.unread", path=path, error=error))
    if isinstance(error, sqlite3.OperationalError) and ("full" in str(error) or "I/O" in str(error)):
        return WriteFailed(Message("index.not-written", place=path, what=error, free=room(path.parent)))
    return IndexDamaged(Message("ledger.damaged", path=path, error=error))


_TAKEN = 10_000  # serials that are taken from another ledger together
_MANY = 256  # articles that wait to be inserted together; rows that are fetched together
_FILE = "number, path, shown, modified, size, hash, format, taken, complete"


def _file(row: tuple[Any, ...]) -> File:
    number, path, shown, modified, size, hashed, form, taken, complete = row
    return File(number, str(_out(path)), str(_out(shown)), modified, size, hashed, form, taken, bool(complete))


def _in(text: str | None) -> str | bytes | None:
    """A text as SQLite takes it: file names may hold what is no Unicode."""
    if text is None:
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def _out(value: str | bytes | None) -> str | None:
    try:
        return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
    except UnicodeDecodeError as error:
        raise IndexDamaged(Message("ledger.text")) from error
