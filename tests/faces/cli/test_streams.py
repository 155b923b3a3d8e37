"""Standard streams that are closed, full, or closed halfway; names that are not UTF-8: never a traceback, never mixed data."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from searcher import engines
from tests.faults.runs import Runner
from tests.places import SEEDS

WRITTEN = "Le budget de l’État a été présenté mercredi devant les députés.\n"

# command · what its status is when standard input, output and error are closed, are /dev/full, are a pipe nobody reads
CLOSED = {
    "search Assad": (0, 0, 0),
    "search Assad zzqqx": (0, 0, 0),
    "search Assad --format csv": (0, 0, 0),
    "search -": (2, 2, 2),
    "search zzqqx": (1, 1, 1),
    "searcher show nobody": (1, 1, 1),
    "searcher similar -": (2, 2, 2),
    "searcher stats": (0, 0, 0),
    "searcher check": (0, 0, 0),
    "searcher help syntax": (0, 0, 0),
    "searcher analyze budget": (0, 0, 0),
    "searcher index --index {new} -": (2, 2, 2),
    "searcher index --index {new} {archive}": (0, 0, 0),
    "searcher frobnicate": (2, 2, 2),
}
PRINTS = ["search Assad", "searcher stats", "searcher check", "searcher help syntax", "searcher analyze budget"]


def run(command: str, redirection: str, place: Path, index: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a shell that redirects one of its streams."""
    name, *words = shlex.split(command.format(new=place / "index", archive=place / "archive"))
    (place / "archive").mkdir(exist_ok=True)
    (place / "archive" / "budget.txt").write_text(WRITTEN, "utf-8")
    start = "from searcher.faces import cli; cli.search_main() if sys.argv[0] == 'search' else cli.main()"
    code = f"import sys; sys.argv = {[name, *words]!r}; {start}"
    shell = f"exec {shlex.quote(sys.executable)} -c {shlex.quote(code)} {redirection}"
    return subprocess.run(
        ["bash", "-c", shell],
        env={**os.environ, "SEARCHER_INDEX": str(index)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", CLOSED)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_it_ends_as_documented_when_a_stream_is_closed(
    command: str, number: int, tmp_path: Path, seeds_index: Path
) -> None:
    ended = run(command, f"{number}{'<' if number == 0 else '>'}&-", tmp_path, seeds_index)
    assert (ended.returncode, b"Traceback" in ended.stderr) == (CLOSED[command][number], False), ended


@pytest.mark.parametrize("command", PRINTS)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_it_says_that_data_cannot_be_written(command: str, tmp_path: Path, seeds_index: Path) -> None:
    ended = run(command, "1>/dev/full", tmp_path, seeds_index)
    assert ended.returncode == 2
    assert ended.stderr.decode().splitlines()[-1].endswith(": no space left on device")


@pytest.mark.parametrize("command", CLOSED)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_it_lets_the_status_speak_when_messages_cannot_be_written(
    command: str, tmp_path: Path, seeds_index: Path
) -> None:
    assert run(command, "2>/dev/full", tmp_path, seeds_index).returncode == CLOSED[command][2]


@pytest.mark.parametrize("command", PRINTS)
def test_it_ends_in_silence_when_nobody_reads_any_more(command: str, tmp_path: Path, seeds_index: Path) -> None:
    ended = run(command, "> >(exec true)", tmp_path, seeds_index)
    assert ended.returncode == 0
    assert b"Traceback" not in ended.stderr


def test_messages_never_stand_among_the_data(tmp_path: Path, seeds_index: Path) -> None:
    told = run("search --format csv --limit 1 Assad zzqqx", "", tmp_path, seeds_index)
    untold = run("search --format csv --limit 1 Assad zzqqx", "2>&-", tmp_path, seeds_index)
    assert told.stderr != b""
    assert untold.stdout == told.stdout


def test_no_message_is_written_into_a_file_of_the_index(tmp_path: Path, seeds_index: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert run("searcher index --index {new} {archive}", "0<&- 1>&- 2>&-", tmp_path, seeds_index).returncode == 5
    checked = run("searcher check --full --index {new}", "", tmp_path, seeds_index)
    assert (checked.returncode, checked.stderr) == (0, b"")


def test_an_escape_in_the_name_of_an_index_never_reaches_a_terminal(tmp_path: Path, runner: Runner) -> None:
    place = tmp_path / "ix\x1b[31mred"
    for command in (["index", str(SEEDS)], ["check"], ["check", "--full"], ["stats"], ["index", "--dry-run"]):
        ended = runner.shown("searcher", *command, "--index", str(place), cwd=tmp_path)
        assert (ended.status, "\x1b" in ended.out + ended.err) == (0, False), ended


@pytest.mark.parametrize("engine", engines.ENGINES)
def test_an_archive_and_an_index_may_have_names_that_are_not_utf_8(engine: str, tmp_path: Path, runner: Runner) -> None:
    if engine == "tantivy" and find_spec(engine) is None:
        pytest.skip("tantivy is not installed")
    archive = os.fsencode(tmp_path) + b"/archive\xff"
    index = os.fsencode(tmp_path) + b"/index\xff"
    os.mkdir(archive)
    with open(archive + b"/budget\xfe.txt", "w", encoding="utf-8") as stream:
        stream.write(WRITTEN)
    for at, command in enumerate(
        (
            [b"index", archive, b"--engine", engine.encode()],
            [b"index", b"--dry-run", archive],
            [b"index"],
            [b"index", b"--rebuild", b"--engine", engine.encode()],
            [b"check", b"--full"],
            [b"stats"],
            [b"stats", b"--format", b"json"],
            [b"search", b"budget"],
            [b"search", b"--json", b"budget"],
            [b"search", b"--format", b"csv", b"budget"],
        )
    ):
        if at == 2:  # an update that writes
            with open(archive + b"/mairie\xfe.txt", "w", encoding="utf-8") as stream:
                stream.write("Le budget de la ville\n")
        ended = runner.shown("searcher", *map(os.fsdecode, (*command, b"--index", index)), cwd=tmp_path)
        assert ended.status == 0, ended
        (ended.out + ended.err).encode("utf-8")
