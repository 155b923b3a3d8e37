"""`searcher index`, as it is typed: what it says, what it ends with, what it leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import searcher
from searcher import analysis
from searcher.article import CONTROL
from searcher.faces.cli import main
from searcher.indexing.workers import child
from tests.faults.runs import Ended, Runner

Run = Callable[..., Ended]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("lundi", "mardi"):
        (folder / f"{name}.txt").write_text(
            f"Titre : Le budget de {name}\nDate : 2020-03-12\n\nLe conseil vote.", "utf-8"
        )
    return folder


@pytest.fixture
def run(tmp_path: Path, runner: Runner) -> Run:
    def run(*words: str) -> Ended:
        return runner.shown("searcher", *words, cwd=tmp_path)

    return run


def test_it_says_what_it_did_in_a_line(run: Run, archive: Path) -> None:
    first, second = run("index", "archive"), run("index")
    assert (first.status, first.out) == (0, "")
    assert re.fullmatch(r"2 articles from 2 files in \S+ s \(\d+ a second\): index\n", first.err)
    assert re.fullmatch(r"2 articles from 2 files, 0 added, 0 removed in \S+ s: index\n", second.err)
    (archive / "lundi.txt").rename(archive / "dimanche.txt")
    (archive / "mardi.txt").write_text("Titre : Le budget de mardi\n\nLe conseil vote encore.", "utf-8")
    (archive / "jeudi.txt").write_bytes((archive / "mardi.txt").read_bytes())
    third = run("index", "archive")
    assert re.fullmatch(
        r"2 articles from 3 files, 1 added, 1 removed, 1 met again, 1 file renamed in \S+ s \(\d+ a second\): index\n",
        third.err,
    )


def test_it_ends_with_what_it_read_of_each_format(run: Run, archive: Path) -> None:
    (archive / "trois.csv").write_text(
        "titre;texte;date\nUn;Le texte.;hier matin\nDeux;Un autre.;2020-03-12\n", "utf-8"
    )
    (archive / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (archive / "vide.txt").write_bytes(b"")
    done = run("index", "archive", "--report", "report.jsonl")
    lines = done.err.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("format"))
    assert [line.split() for line in lines[at:]] == [
        "format files articles without one not read no date no source characters".split(),
        "text 2 2 · · · 2 32".split(),
        "csv 1 2 · · 1 2 18".split(),
        "? 1 · · 1 · · ·".split(),
        "picture 1 · 1 · · · ·".split(),
        "notes: dates that could not be read: 1 file".split(),
        "archive/trois.csv: dates that could not be read, 1 in all: “hier matin”".split(),
    ]
    report = [json.loads(line) for line in (archive.parent / "report.jsonl").read_text("utf-8").splitlines()]
    assert sorted((each["kind"], each["path"]) for each in report) == [
        ("failed", "archive/vide.txt"),
        ("noted", "archive/trois.csv"),
        ("skipped", "archive/photo.png"),
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(("words", "status"), [(["archive"], 0), (["nowhere"], 2), (["archive", "--jobs", "0"], 2)])
def test_its_status_stands_when_it_can_say_nothing(words: list[str], status: int, archive: Path) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "searcher", "index", *words]
        assert subprocess.run(command, cwd=archive.parent, stderr=full, timeout=120).returncode == status


def test_it_says_what_suits_a_large_archive(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("searcher.faces.cli.indexing.LARGE", 2)
    monkeypatch.chdir(archive.parent)
    command = f"searcher index --engine tantivy --index index {archive}"
    for words, expected in (
        (["archive"], True),
        ([], False),  # nothing was added
        (["archive", "--engine", "tantivy"], False),
    ):
        if "tantivy" in words:
            pytest.importorskip("tantivy")
        monkeypatch.setattr(sys, "argv", ["searcher", "index", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (0, None)
        assert (command in capsys.readouterr().err) == expected


def test_it_previews(run: Run, archive: Path) -> None:
    ran = run("index", "archive", "--dry-run")
    assert (ran.status, ran.out) == (
        0,
        f"new       {archive.name}/lundi.txt\nnew       {archive.name}/mardi.txt\n",
    )
    assert ran.err == "2 new, 0 changed, 0 renamed, 0 vanished: nothing was done\n"
    assert not (archive.parent / "index").exists()


def test_it_reports_what_gave_no_article(run: Run, archive: Path) -> None:
    (archive / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 no article")
    (archive / "vide.txt").write_bytes(b"")
    ran = run("index", "archive", "--report", "report.jsonl")
    assert ran.status == 5
    assert "not read: archive/vide.txt: empty\n" in ran.err
    assert "photo.jpg" not in ran.err
    assert "1 without an article, 1 not read in" in ran.err
    lines = (archive.parent / "report.jsonl").read_text("utf-8").splitlines()
    assert {(each["path"], each["kind"], each["reason"]) for each in map(json.loads, lines)} == {
        ("archive/photo.jpg", "skipped", "no article: a picture (JPEG)"),
        ("archive/vide.txt", "failed", "empty"),
    }
    assert run("index", "archive").status == 5  # said again, as long as it is so


def test_it_says_that_a_file_was_read_in_part(run: Run, archive: Path) -> None:
    (archive / "deux.jsonl").write_text('{"title": "Un", "text": "Le pont."}\n{"title": \n', "utf-8")
    ran = run("index", "archive", "--report", "report.jsonl")
    assert ran.status == 5
    assert "read in part: archive/deux.jsonl: " in ran.err
    assert "not read" not in ran.err.partition("\nformat")[0]
    assert "1 read in part in" in ran.err
    (only,) = map(json.loads, (archive.parent / "report.jsonl").read_text("utf-8").splitlines())
    assert (only["topic"], only["kind"], only["partly"]) == ("partly", "failed", True)


def test_it_shows_no_more_failures_than_one_reads(run: Run, archive: Path) -> None:
    for number in range(30):
        (archive / f"{number}.txt").write_bytes(b"")
    ran = run("index", "archive")
    assert ran.err.count("not read: ") == 21
    assert "not read: 10 more; --report FILE lists them all\n" in ran.err


def test_it_gives_up_when_strict(run: Run, archive: Path) -> None:
    (archive / "vide.txt").write_bytes(b"")
    ran = run("index", "archive", "--strict")
    assert (ran.status, ran.out) == (5, "")
    assert ran.err == "searcher: archive/vide.txt: empty; the index is as it was before (--strict)\n"
    assert not (archive.parent / "index").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["index"],
            "searcher: nothing to index: no path was given and none is recorded; name files or folders of articles\n",
        ),
        (["index", "archive", "--jobs", "0"], "searcher: --jobs counts from 1, not 0\n"),
        (["index", "archive", "--durability", "half"], "searcher: --durability can be full, none, not 'half'\n"),
    ],
)
def test_it_refuses_what_makes_no_sense(run: Run, archive: Path, words: list[str], says: str) -> None:
    ran = run(*words)
    assert (ran.status, ran.err) == (2, says)


def test_it_takes_changes_in_as_they_come(archive: Path) -> None:
    pytest.importorskip("watchfiles", reason="--watch is an extra")
    code = "from searcher.faces.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "index", "archive", "--watch"],
        cwd=archive.parent,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        assert said[1] == "watching archive; Ctrl-C ends it\n"
        index = archive.parent / "index"
        for name, expected in (("mercredi", 3), ("jeudi", 4)):
            until = time.monotonic() + 60
            number = 0
            while len(index_of(index)) != expected and time.monotonic() < until:
                number += 1  # the watch may not have begun when the first is written
                text = f"Titre : Le budget de {name}\n\nLe conseil vote {number} fois."
                (archive / f"{name}.txt").write_text(text, "utf-8")
                time.sleep(1)
            assert len(index_of(index)) == expected
        process.send_signal(signal.SIGINT)
        process.wait(60)
        assert process.returncode == 130
    finally:
        process.kill()
        process.communicate()


def index_of(folder: Path) -> list[str]:
    with searcher.open(folder) as index:
        return [article.id for article in index.articles()]


def test_the_python_face_is_the_same(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive.parent)
    report = searcher.update("index", ["archive"])
    assert (report.articles, report.files, report.added, report.failures) == (2, 2, 2, ())
    assert list(searcher.changes("index")) == []
    os.unlink("archive/lundi.txt")
    assert [(change.kind, change.path) for change in searcher.changes("index")] == [("vanished", "archive/lundi.txt")]
    assert searcher.update("index").articles == 1


NAMES = [b"a\x1b[31mrouge", b"b\nligne", b"c\xffmoiti\xe9", "d\u202egnp".encode(), b"e\ttab", b"f\rretour", b"g\x07bel"]


@pytest.fixture
def odd(archive: Path) -> Path:
    """An archive in which files, folders, pipes and links have names with escapes, line ends and lone surrogates."""
    for name in NAMES:
        there = os.path.join(os.fsencode(archive), name)
        os.mkdir(there)
        for path, content in ((there + b".txt", "Le port.\n\nLe port rouvre."), (there + b"/vide.txt", "")):
            with open(path, "w", encoding="utf-8") as out:
                out.write(content and f"{content} {NAMES.index(name)}")
        os.mkfifo(there + b".tube")
        os.symlink(b"a.txt", there + b".lien")
    return archive


def test_it_prints_no_file_name_raw(odd: Path, runner: Runner) -> None:
    def printed(*words: str | bytes) -> str:
        """What a command prints, which must be lines of printable characters."""
        ran = runner.shown("searcher", *map(os.fsdecode, words), cwd=odd.parent)
        text = ran.out + ran.err
        text.encode("utf-8")
        assert CONTROL.search(text) is None, text
        assert not [line for line in text.splitlines() if line.startswith(("ligne", "retour", "tab", "gnp"))]
        return text

    assert "7 not read" in printed("index", "archive", "--report", "report.jsonl")
    report = (odd.parent / "report.jsonl").read_text("utf-8")
    assert CONTROL.search(report) is None
    for words in (["search", "port"], ["sample"], ["stats"], ["search", "port", "--format", "md"]):
        printed(*words)
    with searcher.open(odd.parent / "index") as index:
        identifiers = [article.id for article in index.articles()]
    printed("show", next(each for each in identifiers if "rouge" in each))
    printed("index", *(os.path.join(os.fsencode(odd), name + b".nulle.part") for name in NAMES))
    printed(b"search", b"port", b"--index", b"".join(NAMES))


def test_it_tells_of_a_file_that_changes_and_of_one_that_is_enormous(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (archive / "zzz.txt").open("wb") as out:
        out.truncate(child.MAX_FILE + 1)  # a sparse file, which takes no room
    done = searcher.update(tmp_path / "index", [archive], jobs=1)
    assert [(Path(each.path).name, each.reason) for each in done.failures] == [
        ("zzz.txt", "larger than 1 TB; divide it")
    ]
    (archive / "zzz.txt").unlink()

    def grow(article: searcher.Article, *words: object, **options: object) -> object:
        with (archive / "lundi.txt").open("a", encoding="utf-8") as out:
            out.write("Une ligne de plus.\n")
        return numbered(article, *words, **options)  # type: ignore[arg-type]

    numbered = analysis.numbered
    monkeypatch.setattr(analysis, "numbered", grow)
    (archive / "lundi.txt").write_text("Titre : Un autre\n\nLe conseil vote.", "utf-8")
    done = searcher.update(tmp_path / "index", [archive], jobs=1)
    told = [(Path(each.path).name, each.reason) for each in done.noted]
    assert told == [("lundi.txt", "it changed while it was read; the next run reads it again")]
    monkeypatch.undo()
    done = searcher.update(tmp_path / "index", [archive], jobs=1)
    assert (done.read, done.noted) == (1, ())
