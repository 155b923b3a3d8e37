"""An index that was brought up to date, in however many runs, holds what one that is made at once holds."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import searcher
from searcher.indexing import generations, manifest, run, workers
from searcher.indexing.ledger import Ledger
from tests.readers.test_pdf import SECOND, column
from tests.readers.test_recognition import drawn, needs_tesseract, png, scan

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))

CONTENTS = [f"Article {word} sur le budget de la ville" for word in "un deux trois quatre cinq six sept huit".split()]

Held = dict[tuple[str, str, str | None], list[tuple[str, str | None]]]
"""What an article says → where it stands."""


def write(path: Path, contents: list[str], *, declared: bool = False) -> None:
    """A file of articles, whose time of modification differs from any before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records: list[dict[str, str]] = [{"title": each[:10], "text": each, "date": "2020-03-12"} for each in contents]
    if declared:
        records = [{**record, "id": f"no-{CONTENTS.index(record['text'])}"} for record in records]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    write.clock += 1_000_000_000  # type: ignore[attr-defined]
    os.utime(path, ns=(write.clock, write.clock))  # type: ignore[attr-defined]


write.clock = 1_600_000_000_000_000_000  # type: ignore[attr-defined]


def held(folder: Path) -> Held:
    """What an index holds; every article must be found by its identifier and by a word of its text."""
    found: Held = {}
    with searcher.open(folder) as index:
        articles = list(index.articles())
        assert len(articles) == len(index) == index.about.articles
        assert len({article.id for article in articles}) == len(articles)
        assert index.search("budget", limit=1000).total == len(articles)
        assert index.check(full=True) == []
        for article in articles:
            assert index.get(article.id) == article
            places = [(article.path, article.place)]
            for copy in article.copies:
                path, _, place = copy.partition(" : ")
                places.append((path, place or None))
            key = (article.title, article.text, article.date)
            found.setdefault(key, []).extend(places)
    return {key: sorted(places, key=str) for key, places in found.items()}


def fresh(archive: Path, folder: Path) -> Held:
    shutil.rmtree(folder, ignore_errors=True)
    searcher.build(folder, [archive])
    return held(folder)


# ── the law ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def some_change(rng: random.Random, archive: Path) -> None:
    """A file comes, goes, changes, moves, is copied or merely touched."""
    files = sorted(path for path in archive.rglob("*.jsonl"))
    new = archive / rng.choice(["a", "b", "."]) / f"{rng.randrange(10**6)}.jsonl"
    kind = (
        rng.choice(["new", "new", "change", "append", "remove", "rename", "copy", "touch", "replace"])
        if files
        else "new"
    )
    some = rng.sample(CONTENTS, rng.randint(1, 4))
    declared = rng.random() < 0.5
    match kind:
        case "new":
            write(new, some, declared=declared)
        case "change" | "replace":
            write(rng.choice(files), some, declared=declared)
        case "append":
            path = rng.choice(files)
            before = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
            write(path, [*before, *some], declared=False)
        case "remove":
            rng.choice(files).unlink()
        case "rename":
            new.parent.mkdir(exist_ok=True)
            rng.choice(files).rename(new)
        case "copy":
            new.parent.mkdir(exist_ok=True)
            shutil.copy(rng.choice(files), new)
        case "touch":
            os.utime(rng.choice(files))


@pytest.mark.parametrize("number", range(5))
def test_it_ends_where_a_fresh_build_ends(tmp_path: Path, number: int) -> None:
    rng = random.Random(SEED + number)
    archive = tmp_path / "archive"
    write(archive / "first.jsonl", CONTENTS[:2])
    searcher.update(tmp_path / "index", [archive])
    for _ in range(6):
        for _ in range(rng.randint(1, 3)):
            some_change(rng, archive)
        if not any(archive.rglob("*.jsonl")):
            write(archive / "last.jsonl", CONTENTS[:1])
        searcher.update(tmp_path / "index", [archive])
        assert held(tmp_path / "index") == fresh(archive, tmp_path / "fresh"), f"SEED={SEED + number}"


@pytest.mark.parametrize("number", range(4))
def test_it_goes_on_from_where_it_was_interrupted(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that die at any article, with and without notice, end with the same index; searches see all or nothing."""
    rng = random.Random(SEED + number)
    archive, folder = tmp_path / "archive", tmp_path / "index"
    for name in range(6):
        write(archive / f"{name}.jsonl", rng.sample(CONTENTS, 4), declared=name % 2 == 0)
    monkeypatch.setattr(run, "CHECKPOINT", rng.randint(1, 5))
    put = run.Run._put
    before: Held | None = None
    for _ in range(4):
        for _ in range(20):
            left = rng.randint(0, 8)

            def dying(self: run.Run, *arguments: object) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise SystemExit
                put(self, *arguments)  # type: ignore[arg-type]

            monkeypatch.setattr(run.Run, "_put", dying)
            try:
                searcher.update(folder, [archive])
                break
            except SystemExit:
                assert (held(folder) if (folder / manifest.NAME).exists() else None) == before, f"SEED={SEED + number}"
        monkeypatch.setattr(run.Run, "_put", put)
        searcher.update(folder, [archive])
        before = held(folder)
        assert before == fresh(archive, tmp_path / "fresh"), f"SEED={SEED + number}"
        assert not (folder / manifest.PENDING).exists()
        assert len(list(folder.glob("g*"))) <= 2
        for _ in range(3):
            some_change(rng, archive)


def test_it_goes_on_within_a_file_that_several_processes_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FEW_BYTES", -1)
    monkeypatch.setattr(workers, "DIVISIBLE", 1)
    monkeypatch.setattr(run, "CHECKPOINT", 40)
    archive, folder = tmp_path / "archive.jsonl", tmp_path / "index"
    lines = [json.dumps({"title": f"n° {number}", "text": f"Le budget n° {number}"}) for number in range(300)]
    lines[77:77] = ["{", "", '{"title": ""}']
    archive.write_text("\n".join(lines), encoding="utf-8")
    put, left = run.Run._put, 170

    def dying(self: run.Run, *arguments: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise SystemExit
        put(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(run.Run, "_put", dying)
    with pytest.raises(SystemExit):
        searcher.update(folder, [archive], jobs=2)
    left = 1000
    report = searcher.update(folder, [archive], jobs=3)
    assert (report.resumed, report.articles, report.added) == (True, 300, 300 - 160)
    once = searcher.build(tmp_path / "once", [archive], jobs=1)
    assert report.failures == once.failures
    with searcher.open(folder) as one, searcher.open(tmp_path / "once") as other:
        assert list(one.articles()) == list(other.articles())


# ── what it spares itself, and what it keeps ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    write(folder / "a.jsonl", CONTENTS[:3])
    write(folder / "b.jsonl", CONTENTS[3:5])
    searcher.update(tmp_path / "index", [folder])
    return folder


def again(archive: Path, **options: object) -> searcher.Report:
    return searcher.update(archive.parent / "index", [archive], **options)  # type: ignore[arg-type]


def test_it_reads_nothing_when_nothing_changed(archive: Path) -> None:
    before = (archive.parent / "index" / manifest.NAME).read_bytes()
    report = again(archive)
    assert (report.articles, report.files, report.read, report.added, report.removed) == (5, 2, 0, 0, 0)
    assert (archive.parent / "index" / manifest.NAME).read_bytes() == before


def test_it_does_not_index_again_what_was_only_touched(archive: Path) -> None:
    os.utime(archive / "a.jsonl")
    assert again(archive).added == 0


def test_it_indexes_only_the_articles_of_a_file_that_changed(archive: Path) -> None:
    write(archive / "a.jsonl", [*CONTENTS[:3], CONTENTS[6]])
    report = again(archive)
    assert (report.read, report.added, report.removed, report.articles) == (1, 1, 0, 6)


def test_it_keeps_the_identifiers_of_a_renamed_file(archive: Path) -> None:
    index = archive.parent / "index"
    with searcher.open(index) as opened:
        before = {article.id: article.text for article in opened.articles()}
    (archive / "a.jsonl").rename(archive / "z.jsonl")
    report = again(archive)
    assert (report.renamed, report.read, report.added, report.removed) == (1, 0, 0, 0)
    with searcher.open(index) as opened:
        assert {article.id: article.text for article in opened.articles()} == before
        assert opened.get("a-1").path == str(archive / "z.jsonl")


def test_it_stores_an_article_once_and_says_both_places(archive: Path) -> None:
    shutil.copy(archive / "a.jsonl", archive / "copy.jsonl")
    report = again(archive)
    assert (report.copies, report.added, report.articles) == (3, 0, 5)
    with searcher.open(archive.parent / "index") as opened:
        article = opened.get("a-1")
        assert (article.path, article.copies) == (str(archive / "a.jsonl"), (f"{archive / 'copy.jsonl'} : line 1",))
        assert opened.get("copy-1") == article
        assert next(iter(opened.search("un"))).article == article
    (archive / "a.jsonl").unlink()
    report = again(archive)
    assert (report.vanished, report.removed, report.articles) == (1, 0, 5)
    with searcher.open(archive.parent / "index") as opened:
        assert (opened.get("a-1").path, opened.get("a-1").copies) == (str(archive / "copy.jsonl"), ())


def test_it_leaves_alone_what_lies_elsewhere(archive: Path, tmp_path: Path) -> None:
    write(tmp_path / "other" / "c.jsonl", [CONTENTS[7]])
    report = searcher.update(tmp_path / "index", [tmp_path / "other"])
    assert (report.articles, report.removed) == (6, 0)
    (archive / "b.jsonl").unlink()
    report = searcher.update(tmp_path / "index")  # no path: all that were given before
    assert (report.articles, report.removed, report.vanished) == (4, 2, 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_it_drops_nothing_from_a_folder_it_may_not_read(archive: Path) -> None:
    write(archive / "locked" / "c.jsonl", [CONTENTS[7]])
    again(archive)
    (archive / "locked").chmod(0)
    try:
        report = again(archive)
    finally:
        (archive / "locked").chmod(0o700)
    assert (report.articles, len(report.failures)) == (6, 1)


def test_it_reads_once_what_is_named_twice(archive: Path, tmp_path: Path) -> None:
    paths: list[str | Path] = [archive, archive / "a.jsonl", f"{archive}/./", tmp_path]
    report = searcher.build(tmp_path / "other", paths)
    assert (report.articles, report.files, report.copies) == (5, 2, 0)
    report = searcher.update(tmp_path / "other", [archive / "a.jsonl", archive])
    assert (report.articles, report.read) == (5, 0)


def test_it_drops_nothing_from_a_folder_that_is_suddenly_empty(archive: Path) -> None:
    """A disk that is not mounted looks like that."""
    for path in archive.iterdir():
        path.unlink()
    report = again(archive)
    assert (report.articles, [failure.path for failure in report.failures]) == (5, [str(archive)])
    assert "its articles were kept" in report.failures[0].reason


def test_it_keeps_the_articles_of_a_file_that_can_no_longer_be_read(archive: Path) -> None:
    (archive / "b.jsonl").write_bytes(b'{"title": "coup')
    report = again(archive)
    assert (report.articles, [failure.path for failure in report.failures]) == (5, [str(archive / "b.jsonl")])
    report = again(archive)  # said again, without reading it again
    assert (report.read, len(report.failures)) == (0, 1)
    write(archive / "b.jsonl", CONTENTS[3:4])
    report = again(archive)
    assert (report.articles, report.failures) == (4, ())


def test_it_gives_up_when_strict(archive: Path) -> None:
    before = held(archive.parent / "index")
    (archive / "c.jsonl").write_bytes(b"{")
    write(archive / "d.jsonl", CONTENTS[5:7])
    with pytest.raises(searcher.InputsFailed, match=r"c\.jsonl: .*; the index is as it was before"):
        again(archive, strict=True)
    assert held(archive.parent / "index") == before
    assert again(archive).articles == 7


def test_it_says_what_it_would_do(archive: Path) -> None:
    write(archive / "new.jsonl", CONTENTS[5:6])
    write(archive / "a.jsonl", CONTENTS[:1])
    (archive / "b.jsonl").rename(archive / "renamed.jsonl")
    before = held(archive.parent / "index")
    changes = list(searcher.changes(archive.parent / "index", [archive]))
    assert {(change.kind, Path(change.path).name) for change in changes} == {
        ("new", "new.jsonl"),
        ("changed", "a.jsonl"),
        ("renamed", "renamed.jsonl"),
    }
    assert held(archive.parent / "index") == before
    again(archive)
    assert list(searcher.changes(archive.parent / "index", [archive])) == []


def test_it_waits_for_another_writer_as_long_as_it_is_told(archive: Path) -> None:
    with generations.writing(archive.parent / "index"):
        began = time.monotonic()
        with pytest.raises(searcher.IndexLocked, match=rf"process {os.getpid()} \(on .+\) is writing"):
            again(archive, timeout=0.3)
        assert time.monotonic() - began >= 0.3


def test_a_generation_shares_the_files_that_did_not_change(archive: Path) -> None:
    index = archive.parent / "index"
    first = {path.stat().st_ino for path in index.glob("g*/*/*")}
    write(archive / "c.jsonl", CONTENTS[5:6])
    again(archive)
    newest = max(index.glob("g*"))
    assert first & {path.stat().st_ino for path in newest.glob("*/*")}
    assert (newest / manifest.LEDGER).stat().st_ino not in first


def test_the_ledger_knows_file_names_that_are_no_text(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    write(archive / os.fsdecode(b"caf\xe9.jsonl"), CONTENTS[:1])
    assert searcher.update(tmp_path / "index", [archive]).articles == 1
    assert searcher.update(tmp_path / "index", [archive]).read == 0
    newest = max((tmp_path / "index").glob("g*"))
    ledger = Ledger(newest / manifest.LEDGER)
    assert [os.fsencode(Path(file.path).name) for file in ledger.files()] == [b"caf\xe9.jsonl"]
    ledger.close()


# ── a real process, really killed ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a run over `archive` in a process of its own, with a checkpoint every eight articles."""
    started: list[subprocess.Popen[bytes]] = []

    def started_run() -> subprocess.Popen[bytes]:
        code = (
            "import searcher, sys; from searcher.indexing import run; run.CHECKPOINT = 8; "
            "from searcher.faces.cli import main; sys.argv = ['searcher', 'index', sys.argv[1], '--index', sys.argv[2]]; main()"
        )
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", code, str(tmp_path / "archive"), str(tmp_path / "index")],
                stderr=subprocess.PIPE,
            )
        )
        return started[-1]

    yield started_run
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_it_survives_a_real_signal(
    tmp_path: Path, start: Callable[[], subprocess.Popen[bytes]], number: signal.Signals
) -> None:
    rng = random.Random(SEED)
    for name in range(30):
        contents = [f"{each} numéro {name}" for each in CONTENTS]
        write(tmp_path / "archive" / f"{name}.jsonl", contents)
    for _ in range(4):
        (tmp_path / "index" / ".lock").unlink(missing_ok=True)
        process = start()
        while process.poll() is None and not (tmp_path / "index" / ".lock").exists():
            time.sleep(0.01)
        time.sleep(rng.uniform(0.05, 0.8))
        process.send_signal(number)
        _, err = process.communicate()
        assert b"Traceback" not in err
        assert process.returncode in (0, -signal.SIGKILL, 130)
    searcher.update(tmp_path / "index", [tmp_path / "archive"])
    assert held(tmp_path / "index") == fresh(tmp_path / "archive", tmp_path / "fresh")


def test_a_ledger_whose_bytes_are_no_text_is_damaged(archive: Path) -> None:
    again(archive)
    with searcher.open(archive.parent / "index") as index:
        path = index.folder / index.about.generation / manifest.LEDGER
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE files SET shown = x'ff'")
        database.commit()
    with closing(Ledger(path)) as ledger, pytest.raises(searcher.IndexDamaged, match="no text"):
        list(ledger.files())


def test_what_is_left_out_stays_out_until_another_choice_is_made(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("La gare\n\nUne gare ouvre à Lyon, selon Anne Martin.")
    folder = tmp_path / "index"

    def run(without: tuple[str, ...] | None = None) -> tuple[int, tuple[str, ...]]:
        report = searcher.update(folder, [tmp_path / "a.txt"], without=without)
        with searcher.open(folder) as index:
            return report.read, index.about.without

    assert run(without=("names", "copies")) == (1, ("copies", "names"))
    assert run() == (0, ("copies", "names"))
    assert run(without=()) == (1, ())


@needs_tesseract
def test_it_remembers_that_scans_are_recognised_and_reads_them_again_when_that_changes(tmp_path: Path) -> None:
    page = drawn(column(60, 740, SECOND))
    write(tmp_path / "archive/a.jsonl", CONTENTS[:2])
    (tmp_path / "archive/scan.pdf").write_bytes(scan(page))
    (tmp_path / "archive/photo.png").write_bytes(png((500, 500, bytes(250_000))))

    def run(ocr: bool | None = None) -> tuple[int, int, bool]:
        done = searcher.update(tmp_path / "index", [tmp_path / "archive"], ocr=ocr, jobs=2)
        with searcher.open(tmp_path / "index") as index:
            return done.read, done.articles, index.about.ocr

    assert run() == (3, 2, False)
    assert run(True) == (2, 3, True)
    assert run() == (0, 3, True)
    (tmp_path / "archive/second.png").write_bytes(png(page))
    assert run() == (1, 3, True)  # a copy of the article on the scan
    assert run(False)[2] is False
