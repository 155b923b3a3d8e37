"""Pager, links, settings: what the commands do on a terminal, and what the user's config.toml says."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.faces.cli.answer import linking
from searcher.faces.cli.options import SETTINGS, Color
from searcher.faces.cli.settings import settings
from searcher.render import links
from tests import places
from tests.faces.cli.conftest import Ran, Run

TERMINAL = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}


def on_a_terminal(*words: str, rows: int = 24, **environment: str) -> tuple[int, str]:
    """The exit status of `search` on a terminal of so many rows, and everything that the terminal is sent."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    code = f"import sys; sys.path.insert(0, {str(places.ROOT)!r}); from searcher.faces.cli import search_main; search_main()"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SEARCHER_INDEX") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**kept, **TERMINAL, **environment},
    )
    os.close(theirs)
    printed = b""
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # how Linux says that nobody writes any more
            break
        if not part:
            break
        printed += part
    os.close(ours)
    return process.wait(timeout=30), printed.decode().replace("\r\n", "\n")


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that marks each line it is given."""
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\necho LESS=$LESS\nexec sed 's/^/| /'\n")
    script.chmod(0o755)
    return str(script)


@pytest.mark.usefixtures("archive")
def test_only_a_long_answer_goes_through_a_pager(pager: str) -> None:
    status, short = on_a_terminal("budget", SEARCHER_PAGER=pager)
    assert (status, "| " in short) == (0, False)
    assert short.endswith("3 articles\n")
    status, long = on_a_terminal("budget", rows=5, SEARCHER_PAGER=pager)
    first, *lines = long.splitlines()
    assert (status, first) == (0, "LESS=FRX")
    assert all(line.startswith("| ") for line in lines)
    assert lines[-1] == "| 3 articles"
    assert [line[2:] for line in lines] == short.splitlines()


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["--pager", "never"], {}),
        (["--format", "csv"], {}),
        (["--json"], {}),
        ([], {"SEARCHER_PAGER": ""}),
        ([], {"SEARCHER_PAGER": "cat"}),
        ([], {"SEARCHER_PAGER": "no-such-pager"}),
    ],
    ids=str,
)
def test_it_needs_no_pager(pager: str, words: list[str], environment: dict[str, str]) -> None:
    status, printed = on_a_terminal("budget", *words, rows=5, **{"SEARCHER_PAGER": pager, **environment})
    assert status == 0
    assert "LESS=" not in printed


@pytest.mark.usefixtures("archive")
def test_quitting_the_pager_is_no_error() -> None:
    status, printed = on_a_terminal("budget", rows=5, SEARCHER_PAGER="head -n 1")
    assert status == 0
    assert "Traceback" not in printed
    assert len(printed.splitlines()) <= 2


@pytest.mark.usefixtures("archive")
def test_the_pager_keeps_the_exit_status(pager: str) -> None:
    status, _ = on_a_terminal("xylophone", rows=1, SEARCHER_PAGER=pager)
    assert status == 1


@pytest.mark.usefixtures("archive")
def test_settings_of_less_are_left_alone(pager: str) -> None:
    _, printed = on_a_terminal("budget", rows=5, SEARCHER_PAGER=pager, LESS="iR")
    assert printed.startswith("LESS=iR\n")


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("archive")
def test_titles_are_links_when_asked(run: Run) -> None:
    plain, linked = (run("search", "adopté", "--limit", "1", "--hyperlink", each).out for each in ("auto", "always"))
    assert "\x1b" not in plain
    assert linked == plain.replace(
        "Le budget adopté", "\x1b]8;;https://exemple.fr/a1\x1b\\Le budget adopté\x1b]8;;\x1b\\"
    )


@pytest.mark.usefixtures("archive")
def test_a_terminal_that_shows_links_is_given_them() -> None:
    _, without = on_a_terminal("adopté")
    _, with_links = on_a_terminal("adopté", VTE_VERSION="7200")
    assert ("\x1b]8;;" in without, "\x1b]8;;https://exemple.fr/a1" in with_links) == (False, True)


class Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, False),
        ({"VTE_VERSION": "5000"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "foot"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"KONSOLE_VERSION": "230804"}, True),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "TERM": "dumb"}, False),
        ({"KITTY_WINDOW_ID": "1", "TERM": "linux"}, False),
    ],
    ids=str,
)
def test_it_knows_terminals_that_show_links(
    environment: dict[str, str], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "VTE_VERSION",
        "TERM_PROGRAM",
        "TERM",
        "KITTY_WINDOW_ID",
        "WEZTERM_PANE",
        "WT_SESSION",
        "KONSOLE_VERSION",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert linking(Color.AUTO, Terminal()) is shown
    assert linking(Color.AUTO, object()) is False
    assert linking(Color.NEVER, Terminal()) is False


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://exemple.fr/a?b=c#d", "https://exemple.fr/a?b=c#d"),
        ("https://exemple.fr/é\x1b]8;;evil\x07", "https://exemple.fr/%C3%A9%1B]8;;evil%07"),
        ("https://exemple.fr/a b", "https://exemple.fr/a%20b"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https://exemple.fr/" + "a" * 2083, None),
        ("http://[::1", None),
        (None, None),
    ],
)
def test_a_link_leads_to_the_web_or_to_a_file(url: str | None, address: str | None) -> None:
    assert links.address(Article("1", "", url=url)) == address


def test_a_file_is_linked_by_its_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "l’été.txt"
    file.write_text("mots", "utf-8")
    found = links.address(Article("1", "mots", path=str(file)))
    assert found == f"file://{os.uname().nodename}{tmp_path}/l%E2%80%99%C3%A9t%C3%A9.txt"


# ── config.toml ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's config.toml, not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "searcher").mkdir(parents=True)
    settings.cache_clear()
    yield tmp_path / "config" / "searcher" / "config.toml"
    settings.cache_clear()


@pytest.mark.usefixtures("archive")
def test_an_option_comes_before_the_file_and_the_file_before_the_default(run: Run, config: Path) -> None:
    config.write_text('limit = 1\ncolor = "always"\n', "utf-8")
    assert run("search", "budget").err == "3 articles, 1–1 shown\n"
    assert "\x1b[" in run("search", "budget").out
    assert run("search", "budget", "--limit", "10").err == "3 articles\n"
    assert len(run("searcher", "sample", "budget", "--format", "jsonl").out.splitlines()) == 3


@pytest.mark.usefixtures("archive")
def test_the_environment_comes_before_the_file(
    run: Run, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(f'index = "{tmp_path / "nowhere"}"\nlang = "fr"\n', "utf-8")
    assert run("search", "budget").err == "3 articles\n"
    assert run("search", "absurdité").err.startswith("aucun article\n")
    settings.cache_clear()
    monkeypatch.setenv("SEARCHER_LANG", "en")
    assert run("search", "absurdité").err.startswith("no article\n")
    monkeypatch.delenv("SEARCHER_INDEX")
    assert run("search", "budget").status == 3


@pytest.mark.usefixtures("archive")
def test_names_can_be_switched_off_that_the_file_switches_on(run: Run, config: Path, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Dupont = Durand\n", "utf-8")
    config.write_text(f'variants = "{tmp_path / "names.txt"}"\n', "utf-8")
    assert run("search", "budget", "--no-variants").status == 0


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("limt = 3", "no key is called limt; did you mean limit?"),
        ("weather = 3", "no key is called weather; there are index, limit, passages"),
        ('limit = "many"', "limit takes N, not 'many'"),
        ("limit = true", "limit takes N, not 'True'"),
        ('color = "blue"', "color takes auto, always, never, not 'blue'"),
        ("limit = ", "not TOML"),
    ],
)
@pytest.mark.usefixtures("archive")
def test_it_says_what_is_wrong_with_the_file(run: Run, config: Path, written: str, message: str) -> None:
    config.write_text(written, "utf-8")
    ran = run("search", "budget")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"search: {config}: {message}")


def test_it_shows_what_holds_and_where_it_is_from(run: Run, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text('limit = 25\nvariants = "~/names.txt"\n', "utf-8")
    monkeypatch.setenv("SEARCHER_INDEX", "presse")
    monkeypatch.setenv("HOME", "/maison")
    lines = run("searcher", "config", "--lang", "en").out.splitlines()
    assert lines == [
        "index      presse  ($SEARCHER_INDEX)",
        f"limit      25  ({config})",
        "passages   2  (default)",
        "color      auto  (default)",
        "hyperlink  auto  (default)",
        "pager      auto  (default)",
        "lang       en  (--lang)",
        f"variants   /maison/names.txt  ({config})",
    ]
    assert [line.split()[0] for line in lines] == list(SETTINGS)


def test_it_speaks_french(run: Run, archive: Path) -> None:
    assert run("search", "budget", "--lang", "fr").err == "3 articles\n"
    assert run("search", "budget", "--lang", "fr").out.splitlines()[1].strip().startswith("7 janvier 2020 · AFP")
    assert run("search", "absurdité", "--lang", "fr") == Ran(1, "", "aucun article\n  absurdité\u00a0: 0\n")
    ran = run("search", "budget", "--limit", "0", "--lang", "fr")
    assert ran == Ran(2, "", "search\u00a0: une page contient de 1 à 1000 résultats, et non 0\n")


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("line", [["budget"], ["budget xylophone"], ["titre:", "budget"], ["absurdité"]], ids=str)
def test_json_is_the_same_in_both_languages_but_for_messages(run: Run, line: list[str]) -> None:
    english, french = (run("search", *line, "--json", "--lang", each).out for each in ("en", "fr"))
    assert comparable(english) == comparable(french)


def comparable(written: str) -> object:
    import json

    answer = json.loads(written)
    answer.pop("took_ms")
    for note in answer["query"]["notes"]:
        note.pop("message")
    return answer
