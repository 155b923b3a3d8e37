"""The completion scripts, sourced in the shells that they are for."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

import searcher
from searcher.faces.cli import manage  # which declares the commands
from searcher.faces.cli.completing import SCRIPTS, candidates
from tests import places

assert manage

CASES = [
    ("search --fo", ["--format"]),
    ("search --format ", ["text", "json", "csv", "txm"]),
    ("search --format j", ["json", "jsonl"]),
    ("search --match ", ["auto", "all", "any"]),
    ("search --sort ", ["relevance", "date"]),
    ("search --color n", ["never"]),
    ("search --hyperlink a", ["auto", "always"]),
    ("search --pager ", ["auto", "never"]),
    ("search --lang ", ["en", "fr"]),
    ("search Assad --li", ["--limit"]),
    ("search --no", ["--no-header", "--no-variants"]),
    ("search --index ", ["seeds"]),
    ("search --variants names", ["names.txt"]),
    ("search source:af", ["source:AFP"]),
    ("search source:le", ['source:"Le Monde"']),
    ("search journal:AF", ["journal:AFP"]),
    ("searcher ", ["index", "search", "facets", "new", "config"]),
    ("searcher fa", ["facets"]),
    ("searcher --ver", ["--version"]),
    ("searcher index --en", ["--engine"]),
    ("searcher index --report names", ["names.txt"]),
    ("searcher facets --st", []),
    ("searcher timeline --step ", ["day", "week", "month"]),
    ("searcher kwic --format h", ["html"]),
    ("searcher show --format b", ["bibtex"]),
    ("searcher stats --", ["--index", "--format", "--help"]),
    ("searcher new ", ["retraites"]),
    ("searcher new ret", ["retraites"]),
    ("searcher match --only ", ["retraites"]),
    ("searcher completion ", ["bash", "zsh", "fish"]),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the commands on the path, an index, a saved search, and files to complete."""
    tmp_path = tmp_path_factory.mktemp("shells")
    (tmp_path / "bin").mkdir()
    for name, entry in (("search", "search_main"), ("searcher", "main")):
        command = tmp_path / "bin" / name
        command.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(places.ROOT)!r})\n"
            f"from searcher.faces.cli import {entry}\n{entry}()\n"
        )
        command.chmod(0o755)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "names.txt").write_text("Poutine = Putin\n", "utf-8")
    lines = [f'{{"text": "mots", "id": "{at}", "source": "{name}"}}' for at, name in enumerate(("AFP", "Le Monde"))]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines), "utf-8")
    searcher.build(tmp_path / "made", [tmp_path / "articles.jsonl"])
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        monkeypatch.setenv("SEARCHER_INDEX", str(tmp_path / "made"))
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(name, str(tmp_path / name))
        searcher.SavedSearches().save("retraites", searcher.Ask("réforme"), index=tmp_path / "made")
        monkeypatch.chdir(tmp_path)
        yield tmp_path


def ran(place: Path, shell: str, code: str) -> str:
    """What a shell prints that has sourced its script."""
    if shutil.which(shell) is None:
        reason = f"{shell} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    (place / "script").write_text(SCRIPTS[shell]() + "\n", "utf-8")
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run([shell, *options, "-c", code], capture_output=True, text=True, cwd=place, timeout=60)
    assert not done.stderr, done.stderr
    return done.stdout


def in_bash(place: Path, line: str) -> list[str]:
    code = (
        "source ./script; COMP_LINE=$LINE; COMP_POINT=${#COMP_LINE}; _searcher 2>/dev/null;"
        ' for each in "${COMPREPLY[@]}"; do printf "%s\\n" "$each"; done'
    )
    os.environ["LINE"] = line
    found = ran(place, "bash", code).splitlines()
    field = line.split()[-1].partition(":")
    if field[1]:  # readline replaces what stands behind the colon; the words are quoted for the shell
        found = [f"{field[0]}:{each}".replace("\\", "") for each in found]
    return found


def in_zsh(place: Path, line: str) -> list[str]:
    """compadd and _files print what they are given: a completion without a terminal."""
    words = line.split(" ")
    code = (
        'compdef() {}; compadd() { [[ $1 == -U ]] && shift; shift; print -l -- "$@" };'
        " _files() { print -l -- $words[CURRENT]*(N) };"
        f" source ./script; words=({' '.join(_quoted(word) for word in words)}); CURRENT={len(words)}; _searcher"
    )
    found = ran(place, "zsh", code).splitlines()
    return found if ":" in words[-1] else [each for each in found if each.startswith(words[-1])]


def in_fish(place: Path, line: str) -> list[str]:
    found = ran(place, "fish", f"source ./script; complete -C {_quoted(line)}").splitlines()
    return [each.partition("\t")[0].replace("\\", "").rstrip("/") for each in found]


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "\\'") + "'"


@pytest.mark.parametrize("complete", [in_bash, in_zsh, in_fish])
@pytest.mark.parametrize(("line", "expected"), CASES, ids=[line for line, _ in CASES])
def test_it_completes(
    place: Path,
    complete: Callable[[Path, str], list[str]],
    line: str,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LINE", line)
    if complete is in_fish:  # which offers only what begins as typed, and a name of two words begins with a quote
        line, expected = line.replace("source:le", "source:AF"), expected if "source:le" not in line else ["source:AFP"]
    found = complete(place, line)
    assert set(expected) <= set(found)
    if not expected:
        assert not [each for each in found if each.startswith(line.split()[-1])]


def test_nothing_is_said_without_an_index(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHER_INDEX", str(place / "nowhere"))
    assert list(candidates("source", "A")) == []
    assert list(candidates("weather", "")) == []


def test_the_recipe_for_fzf_finds_and_shows_an_article(place: Path) -> None:
    """As docs/commands.md has it, on a terminal: it searches for what was typed, and shows the article that is chosen."""
    if shutil.which("fzf") is None:
        if os.environ.get("CI"):
            pytest.fail("fzf is not installed")
        pytest.skip("fzf is not installed")
    document = (places.ROOT / "docs" / "commands.md").read_text("utf-8")
    (place / "recipe").write_text(document.split("```sh\nhits=")[1].split("```")[0].join(("hits=", "")), "utf-8")
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = subprocess.Popen(
        ["sh", "recipe", "mots"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, cwd=place
    )
    os.close(theirs)
    printed, chosen = b"", False
    try:
        while select.select([ours], [], [], 30)[0]:
            part = os.read(ours, 1 << 16)
            if not part:
                break
            printed += part
            if not chosen and b"AFP" in printed:
                chosen = True
                os.write(ours, b"\r")
    except OSError:  # how Linux says that nobody writes any more
        pass
    os.close(ours)
    assert process.wait(timeout=30) == 0
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", printed.decode()).rpartition("AFP")[2]
    assert shown.endswith("articles.jsonl (line 1)\r\n\r\nmots\r\n")
