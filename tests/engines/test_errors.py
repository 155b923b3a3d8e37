"""Fault → error, on every engine: only what means damage is called damage."""

from __future__ import annotations

import os
import random
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher import engines
from searcher.engines.protocol import Engine, Reader
from searcher.engines.stored import check_seal, seal
from searcher.errors import IndexClosed, IndexDamaged, ReadFailed, UsageError
from searcher.query.plan import EVERYTHING, Plan, Term
from tests.engines.test_answers import SEED, entry, filled, reading

PLAN = Plan(Term("words", "a"))


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    try:
        return engines.load(request.param)
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture
def folder(engine: Engine, tmp_path: Path) -> Path:
    return filled(engine, tmp_path / "index", [entry("1", "a b"), entry("2", "a")])


def ask(engine: Engine, folder: Path) -> None:
    with reading(engine, folder) as reader:
        reader.search(PLAN, limit=3)
        list(reader.articles())


# ── the system refuses ────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def no_more_files() -> Iterator[None]:
    """As if this process had as many files open as it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def no_permission(folder: Path) -> Iterator[None]:
    """As if the files belonged to somebody else; who may read everything becomes nobody."""
    user = os.geteuid()
    paths = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in paths}
    for path in reversed(paths):
        path.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        for path in paths:
            path.chmod(modes[path])


def test_too_many_open_files_are_no_damage(engine: Engine, folder: Path) -> None:
    with (
        no_more_files(),
        pytest.raises(ReadFailed, match=r"too many open files\); close some, or raise the limit"),
    ):
        ask(engine, folder)
    ask(engine, folder)


def test_a_lack_of_permission_is_no_damage(engine: Engine, folder: Path) -> None:
    with no_permission(folder), pytest.raises(ReadFailed, match=r"permission denied\); .* chmod -R [au]\+rX "):
        ask(engine, folder)
    ask(engine, folder)


@pytest.mark.parametrize("fault", ["files", "permission"])
def test_a_whole_index_is_not_called_damaged_either(engine: Engine, fault: str, tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("Le président turc négocie.")
    index = tmp_path / "index"
    searcher.update(index, [tmp_path / "1.txt"], engine=engine.name)
    searcher.open(index).close()  # what is imported needs files too
    generation = next(index.glob("g*"))
    refused = no_more_files() if fault == "files" else no_permission(generation)
    with refused, pytest.raises(ReadFailed) as raised:
        searcher.open(index).close()
    assert "rebuild" not in str(raised.value)
    searcher.open(index).close()


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def files_of(folder: Path) -> list[Path]:
    """The files that an engine reads: large enough to hold something, and not only there for others."""
    return [path for path in folder.iterdir() if path.suffix not in (".toc", ".lock") and path.stat().st_size > 4]


def test_a_missing_file_is_damage(engine: Engine, folder: Path) -> None:
    for path in files_of(folder):
        if path.name == ".managed.json":  # Tantivy makes another
            continue
        raw = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexDamaged):
            ask(engine, folder)
        path.write_bytes(raw)
    ask(engine, folder)


def test_a_file_that_was_cut_is_damage(engine: Engine, folder: Path) -> None:
    for path in files_of(folder):
        raw = path.read_bytes()
        path.write_bytes(raw[: len(raw) // 2])
        with pytest.raises(IndexDamaged):
            ask(engine, folder)
        path.write_bytes(raw)
    ask(engine, folder)


STORED = {"whoosh": "*.article.col", "tantivy": "*.store"}


def test_what_is_shown_is_what_was_indexed_whatever_bit_flips(engine: Engine, tmp_path: Path) -> None:
    """Every answer is right, or says that the index is damaged (issue 11, item 5)."""
    if engine.name not in STORED:
        pytest.skip("it keeps no articles in files")
    rng = random.Random(SEED)
    words = [f"{rng.choice('bcdfgmprst')}{rng.choice(('an', 'eur', 'é', 'ou'))}{number}" for number in range(90)]
    folder = filled(engine, tmp_path / "index", [entry(str(n), " ".join(rng.choices(words, k=60))) for n in range(12)])
    with reading(engine, folder) as reader:
        sound = list(reader.articles())
    (path,) = folder.glob(STORED[engine.name])
    raw, beside = path.read_bytes(), tmp_path / "beside"
    # One block of Tantivy's, and not at its ends: Tantivy makes room for as much as the sizes there say, and ends the process
    # when there is not so much.
    for at in rng.sample(range(16, len(raw) * 3 // 4), 150):
        beside.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :])
        beside.replace(path)  # another file: the one before may still be mapped
        with suppress(IndexDamaged), reading(engine, folder) as reader:
            found = [hit.article for hit in reader.search(Plan(EVERYTHING), limit=30).found]
            assert found == sound, f"SEED={SEED}"


def test_the_seal_of_an_article_is_no_other_articles() -> None:
    sealed = seal(b"text", 1)
    check_seal(b"text", 1, sealed)
    for raw, sequence in ((b"test", 1), (b"text", 2), (b"text ", 1), (b"", 1)):
        with pytest.raises(ValueError, match="not what was stored"):
            check_seal(raw, sequence, sealed)


# ── mistakes of the program ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wrong",
    [
        lambda reader: reader.search(PLAN, limit="3"),
        lambda reader: reader.search(PLAN, limit=3, offset=1.5),
        lambda reader: reader.search(None, limit=3),
        lambda reader: reader.fetch(3),
        lambda reader: reader.look_up((Term("words", None),)),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_argument_is_a_mistake_of_the_program(
    engine: Engine, folder: Path, wrong: Callable[[Reader], Any]
) -> None:
    with reading(engine, folder) as reader, pytest.raises((TypeError, AttributeError)):
        wrong(reader)


def test_a_limit_that_is_no_whole_number_is_no_damage(engine: Engine, folder: Path) -> None:
    with reading(engine, folder) as reader, suppress(TypeError):
        reader.search(PLAN, limit=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [MemoryError, KeyError, AssertionError, RuntimeError])
def test_an_error_outside_of_decoding_passes(
    engine: Engine, folder: Path, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("a mistake")

    asked = {"whoosh": "reader.by_bound", "tantivy": "reader.Queries", "opensearch": "query.of"}[engine.name]
    monkeypatch.setattr(f"searcher.engines.{engine.name}.{asked}", fail)
    with reading(engine, folder) as reader, pytest.raises(error, match="a mistake"):
        reader.search(PLAN, limit=3)


def test_a_lack_of_memory_while_decoding_passes(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(raw: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr("searcher.engines.stored.from_json", fail)
    with reading(engine, folder) as reader, pytest.raises(MemoryError):
        reader.search(Plan(EVERYTHING), limit=3)


def test_a_map_that_was_closed_underneath_is_a_closed_index(engine: Engine, folder: Path) -> None:
    with reading(engine, folder) as reader:
        articles = reader.articles()
        next(articles)
        reader.close()
        with pytest.raises(IndexClosed):
            reader.search(PLAN, limit=3)
        with suppress(IndexClosed):
            list(articles)
