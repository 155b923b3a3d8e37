"""A ledger that somebody else wrote: no query of ours runs what is in it, and none runs longer than there is time."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from time import monotonic

import pytest

import searcher
from searcher.errors import IndexDamaged, IndexUntrusted
from searcher.indexing import manifest
from searcher.indexing.ledger import Ledger

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
VIEW = f"""
    ALTER TABLE articles RENAME TO held;
    CREATE VIEW articles AS {ENDLESS} 1 number, 1 file, NULL place, 'x' id, 'x' || i stored, x'' whole, x'' content, 0 moved
    FROM n WHERE i < 0;
"""
FORGED = {
    VIEW: IndexUntrusted,
    "CREATE TRIGGER t AFTER UPDATE ON files BEGIN DELETE FROM articles; END": IndexUntrusted,
    "CREATE VIEW more AS SELECT 1": IndexUntrusted,
    "CREATE TABLE more (x)": IndexDamaged,
    "DROP INDEX articles_stored": IndexDamaged,
    "DROP TABLE parts": IndexDamaged,
    "ALTER TABLE files ADD COLUMN more": IndexDamaged,
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET name = 'sqlite_more', sql = 'CREATE VIEW sqlite_more AS SELECT 1', "
    "type = 'view', tbl_name = 'sqlite_more', rootpage = 0 WHERE name = 'files_size'": IndexUntrusted,
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose ledger is asked by every search, because an article stands in it twice."""
    place = tmp_path_factory.mktemp("forged")
    archive = place / "archive"
    archive.mkdir()
    for name in ("a", "b"):
        (archive / f"{name}.txt").write_text("Le budget de l’État a été présenté mercredi.\n", "utf-8")
    searcher.update(place / "index", [archive])
    return place / "index"


def forged(honest: Path, place: Path, statements: str) -> Path:
    """The index with other statements run on its ledger, its manifest made to fit as a forger would."""
    index = place / "forged"
    shutil.copytree(honest, index)
    raw = json.loads((index / manifest.NAME).read_text("utf-8"))
    ledger = index / raw["generation"] / manifest.LEDGER
    with closing(sqlite3.connect(ledger)) as database:
        database.executescript(statements)
        database.commit()
    raw["files"] = {
        name: [len(content), sha256(content).hexdigest()]
        for name in raw["files"]
        for content in [(index / raw["generation"] / name).read_bytes()]
    }
    written = json.dumps(manifest._sealed(raw), indent=1)
    for path in (index / manifest.NAME, index / raw["generation"] / manifest.COPY):
        path.write_text(written, "utf-8")
    return index


@pytest.mark.parametrize("statements", FORGED, ids=lambda each: str(each).split("(")[0].strip()[:24])
def test_a_ledger_with_anything_that_no_ledger_has_is_refused(honest: Path, tmp_path: Path, statements: str) -> None:
    index = forged(honest, tmp_path, statements)
    began = monotonic()
    with pytest.raises(FORGED[statements], match=r"ledger\.sqlite3: it h.*; rebuild with: searcher index --rebuild"):
        searcher.open(index)
    with pytest.raises(FORGED[statements]):
        searcher.update(index)
    assert monotonic() - began < 20  # not endless
    searcher.update(index, rebuild=True)
    with searcher.open(index) as opened:
        assert opened.search("budget").total == 1


def test_an_honest_ledger_is_opened_as_it_is(honest: Path, tmp_path: Path) -> None:
    with searcher.open(forged(honest, tmp_path, "ANALYZE; DROP TABLE sqlite_stat1; VACUUM")) as index:
        assert len(index.search("budget").hits[0].article.copies) == 1


def test_a_query_of_the_ledger_ends_when_the_time_is_up(
    honest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "_refuse_others", lambda self: None)
    with searcher.open(forged(honest, tmp_path, VIEW)) as index:
        results = index.search("budget", timeout=0.3)
    assert (results.total, results.hits[0].article.copies) == (1, ())
    assert [note.kind for note in results.notes] == ["timeout"]
