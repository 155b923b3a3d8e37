"""A ledger in layers answers every question as a ledger of one file does, whatever happened to both."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import searcher
from searcher.article import Article
from searcher.errors import IndexDamaged
from searcher.indexing import layers, manifest
from searcher.indexing.ledger import File, Ledger, carry, settle
from tests.conftest import Build

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
PATHS = [f"/archive/{letter}.txt" for letter in "abcdef"]
IDS = [f"id{number}" for number in range(12)]
CONTENTS = [bytes([number]) * 16 for number in range(10)]


def answers(book: Ledger) -> object:
    """Everything that a ledger says."""
    files = list(book.files())
    return (
        files,
        list(book.numbers()),
        list(book.problems()),
        book.counts(),
        book.count_files(),
        book.has_parts(),
        [book.file(path) for path in PATHS],
        [book.heads(path) for path in PATHS],
        [book.places(each) for each in IDS],
        [book.stored_as(each) for each in IDS],
        [book.owner(each) for each in IDS],
        [book.left(file.number) for file in files],
        [(file.number, content, book.same(content, file.number)) for file in files for content in CONTENTS],
        [book.alike(size, 1) for size in range(4)],
        [book.edited(after) for after in range(4)],
        book.check(),
    )


def changed(book: Ledger, draw: random.Random) -> None:
    """Something that a run does to a ledger; the same for the same draws, when the ledgers say the same."""
    files = list(book.files())
    file = draw.choice(files) if files else None

    def put_file() -> None:
        path = draw.choice(PATHS)
        known = book.file(path)
        number, size = known.number if known else 0, draw.randrange(4)
        book.put_file(File(number, path, path[1:], 1, size, b"h", "text", 1, draw.random() < 0.9))

    def put_article(file: File) -> None:
        identifier, content = draw.choice(IDS), draw.choice(CONTENTS)
        stored = book.same(content, file.number)
        article = Article(identifier, "", place=draw.choice([None, "line 1", "line 2"]))
        book.put_article(file.number, article, stored or identifier, bytes([draw.randrange(3)]) * 16, content)
        book.serial(content, edited=draw.random() < 0.5)

    def drop(file: File) -> None:
        for number in book.left(file.number)[: draw.randrange(3)]:
            book.drop(number)

    def forget(file: File) -> None:
        book.set_aside(file.number)
        for number in book.left(file.number):
            book.drop(number)
        book.forget_file(file.number)

    def rename(file: File) -> None:
        if book.file(f"{file.path}2") is None:
            book.rename(file, f"{file.path}2", f"{file.shown}2")

    on_files: list[Callable[[File], object]] = [
        *([put_article] * 4),
        lambda file: book.set_aside(file.number),
        lambda file: book.reinstate(file.number),
        lambda file: book.reclaim(file.number, draw.choice([None, "line 1"]), bytes([draw.randrange(3)]) * 16),
        lambda file: book.touch(file.number, draw.randrange(3)),
        lambda file: book.put_parts(file.number, draw.sample(PATHS, draw.randrange(3))),
        lambda file: book.put_problem(file.number, None, draw.choice("xyz"), "skipped"),
        drop,
        forget,
        rename,
    ]
    if file is None or draw.random() < 0.25:
        put_file()
    elif draw.random() < 0.05:
        book.doubt_reported()
    else:
        draw.choice(on_files)(file)


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("grown", [0, 0.7, 1, 4])
def test_it_answers_as_one_file_does(
    number: int, grown: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(SEED + number)
    print(f"SEED={SEED}")
    one = tmp_path / "one" / "g0" / manifest.LEDGER
    many = tmp_path / os.fsdecode(b"many \xe9?%") / "g0" / manifest.LEDGER
    for path in (one, many):
        path.parent.mkdir(parents=True)
    for generation in range(8):
        steps = [draw.random() for _ in range(draw.randrange(1, 25))]
        with closing(Ledger(one, writable=True)) as plain, closing(Ledger(many, writable=True)) as layered:
            for step in steps:
                changed(plain, random.Random(step))
                changed(layered, random.Random(step))
            plain.commit()
            layered.commit()
        with closing(Ledger(one)) as plain, closing(Ledger(many)) as layered:
            assert answers(layered) == answers(plain)
        monkeypatch.setattr(layers, "LARGE", 0)
        monkeypatch.setattr(layers, "GROWN", grown)
        if draw.random() < 0.7:
            settle(many)
        with closing(Ledger(one)) as plain, closing(Ledger(many)) as layered:
            assert answers(layered) == answers(plain)
        for place in (one, many):
            (now := place.parent.with_name(f"g{generation + 1}")).mkdir()
            carry(place, now / manifest.LEDGER)
        one, many = (each.parent.with_name(f"g{generation + 1}") / manifest.LEDGER for each in (one, many))
    assert many.with_name(manifest.MIDDLE).exists() or grown
    assert not one.with_name(manifest.BASE).exists()


def test_a_rebuild_takes_the_serials_of_all_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "LARGE", 0)
    monkeypatch.setattr(layers, "GROWN", 0)
    paths = [tmp_path / str(number) / manifest.LEDGER for number in range(3)]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        if number:
            settle(paths[number - 1])
            carry(paths[number - 1], path)
        with closing(Ledger(path, writable=True, newest=number)) as book:
            book.serial(CONTENTS[number])
            book.commit()
    with closing(Ledger(tmp_path / manifest.LEDGER, writable=True)) as book:
        book.inherit(paths[-1])
        assert [book.serial(each) for each in CONTENTS[:4]] == [1, 2, 3, 4]


def test_a_layer_never_holds_more_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an update copies does not grow with what was indexed before; the files below are rewritten seldom."""
    monkeypatch.setattr(layers, "LARGE", 1 << 17)
    path = tmp_path / "0" / manifest.LEDGER
    path.parent.mkdir()
    rewritten = 0
    for number in range(1, 60):
        with closing(Ledger(path, writable=True)) as book:
            for each in range(100):
                name = f"{number}-{each}"
                book.put_article(1, Article(name, ""), name, name.encode().rjust(16), name.encode().rjust(16))
            book.commit()
        settle(path)
        assert path.stat().st_size < layers.LARGE
        before, path = path, tmp_path / str(number) / manifest.LEDGER
        path.parent.mkdir()
        carry(before, path)
        if number > 1:
            older = before.parent.parent / str(number - 2) / manifest.BASE
            base = before.with_name(manifest.BASE)
            rewritten += base.exists() and not (older.exists() and older.samefile(base))
    with closing(Ledger(path)) as book:
        assert book.counts() == (5900, 0, 0)
    assert rewritten <= 12


@pytest.fixture
def layered(build: Build, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose ledger is in three files."""
    monkeypatch.setattr(layers, "LARGE", 0)
    monkeypatch.setattr(layers, "GROWN", 0)
    folder = build(["Une gare ouvre à Lyon.", "Un port ferme à Brest."])
    (more := folder.parent / "more.txt").write_text("Le pont\n\nUn pont ouvre à Brest.")
    searcher.update(folder, [more])
    assert {manifest.LEDGER, manifest.MIDDLE, manifest.BASE} <= live(folder).files.keys()
    return folder


def live(folder: Path) -> manifest.Manifest:
    return manifest.read(folder, fingerprint=None)


def test_an_update_shares_the_base_and_its_checksum(layered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "LARGE", 1 << 20)
    before = live(layered)
    (layered.parent / "more.txt").write_text("Le pont\n\nUn pont ferme à Brest.")
    report = searcher.update(layered)
    now = live(layered)
    assert (report.added, report.removed) == (1, 1)
    for name in (manifest.MIDDLE, manifest.BASE):
        assert now.files[name] == before.files[name]
        assert (layered / now.generation / name).samefile(layered / before.generation / name)
    assert searcher.check(layered, full=True).wrong == ()


@pytest.mark.parametrize("name", [manifest.BASE, manifest.MIDDLE, manifest.LEDGER])
@pytest.mark.parametrize("damage", ["lost", "cut", "other"])
def test_a_layer_that_is_damaged_is_told(layered: Path, name: str, damage: str) -> None:
    path = layered / live(layered).generation / name
    content = path.read_bytes()
    path.unlink()
    if damage != "lost":
        path.write_bytes(content[:-1] if damage == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    assert searcher.check(layered, full=True).wrong or pytest.fail("nothing was found wrong")


@pytest.mark.parametrize("lost", [[manifest.BASE], [manifest.BASE, manifest.MIDDLE]])
def test_a_layer_without_its_base_is_refused(layered: Path, lost: list[str]) -> None:
    place = layered / live(layered).generation
    for name in lost:
        (place / name).unlink()
    with pytest.raises(IndexDamaged, match=r"ledger\.base\.sqlite3"):
        Ledger(place / manifest.LEDGER)


def test_a_file_system_without_links_gets_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "no links")

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(layers, "LARGE", 0)
    before, now = tmp_path / "1" / manifest.LEDGER, tmp_path / "2" / manifest.LEDGER
    before.parent.mkdir()
    now.parent.mkdir()
    with closing(Ledger(before, writable=True)) as book:
        book.commit()
    settle(before)
    carry(before, now)
    assert now.with_name(manifest.BASE).read_bytes() == before.with_name(manifest.BASE).read_bytes()
    with closing(Ledger(now)) as book:
        assert book.counts() == (0, 0, 0)
