"""`searcher save`, `saved`, `new`, `match`, `feed` and `index --then`, as they are typed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher.faces import cli

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("SEARCHER_INDEX", str(tmp_path / "index"))
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text("Titre: Ancien\n\nLe budget de la ville.", "utf-8")

    def ran(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["searcher", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, out, err

    assert ran("index", "archive")[0] == 0
    return ran


def write(name: str, text: str) -> None:
    Path("archive", f"{name}.txt").write_text(f"Titre: {name}\n\n{text}", "utf-8")


def test_a_search_is_saved_listed_and_removed(run: Run) -> None:
    saved = "saved ville; what is new from now on: searcher new ville\n"
    assert run("save", "ville", "budget", "-école", "--note", "pour Léa", "--filter", "language=fr") == (0, "", saved)
    assert run("saved") == (0, "ville: budget -école  language=fr  (pour Léa)\n", "")
    (row,) = csv.DictReader(run("saved", "--format", "csv")[1].splitlines())
    (record,) = json.loads(run("saved", "--format", "json")[1])
    assert row == record == json.loads(run("saved", "--format", "jsonl")[1])
    assert run("save", "ville", "--remove") == (0, "", "removed ville\n")
    assert run("saved") == (1, "", "no search is saved; save one with: searcher save NAME WORDS…\n")


def test_what_is_new_is_shown_once(run: Run) -> None:
    run("save", "ville", "budget")
    assert run("new") == (1, "", "")
    write("neuf", "Un budget nouveau.")
    run("index")
    shown = (0, "ville: 1 new\n1  neuf\n   neuf · archive/neuf.txt\n   Un budget nouveau.\n\n", "")
    assert run("new", "--peek") == shown
    assert run("new", "ville") == shown
    assert run("new") == (1, "", "")
    assert run("new", "nobody")[:2] == (1, "")


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_what_is_new_can_be_read_by_programs(run: Run, form: str) -> None:
    run("save", "ville", "budget")
    write("neuf", "Un budget nouveau.")
    run("index")
    out = run("new", "--format", form)[1]
    if form == "csv":
        (row,) = csv.DictReader(out.splitlines())
        assert (row["search"], row["id"]) == ("ville", "neuf")
    else:
        made = json.loads(out)
        record = {**made[0]["hits"][0], "search": made[0]["search"]} if form == "json" else made
        assert (record["search"], record["id"]) == ("ville", "neuf")


def test_a_text_is_matched(run: Run) -> None:
    run("save", "ville", "budget")
    run("save", "police", "police")
    write("lettre", "Les budgets de la région.")
    assert run("match", "archive/lettre.txt") == (0, "ville: lettre\n", "")
    assert run("match", "--only", "police", "archive/lettre.txt") == (1, "", "")
    assert json.loads(run("match", "--format", "jsonl", "archive/lettre.txt")[1])["search"] == "ville"
    assert run("match", "nowhere.txt")[0] == 2


def test_a_feed_is_printed(run: Run) -> None:
    status, out, _ = run("feed", "budget")
    assert (status, out.count("<entry>")) == (0, 1)


def test_a_command_follows_when_articles_came(run: Run) -> None:
    write("neuf", "Un budget nouveau.")
    assert run("index", "--then", 'echo "$SEARCHER_ADDED $SEARCHER_INDEX" > then')[0] == 0
    assert Path("then").read_text() == f"1 {Path('index').absolute()}\n"
    Path("then").unlink()
    assert run("index", "--then", "touch then")[0] == 0
    assert not Path("then").exists()
    write("autre", "Un autre.")
    status, _, err = run("index", "--then", "exit 3")
    assert (status, err.splitlines()[-1]) == (5, "the index is done; the command of --then ended with status 3: exit 3")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["save", "ville"], "searcher: no words to save"),
        (["save", "a/b", "budget"], "searcher: a name is up to 64 letters"),
        (["save", "x", "date:zzz"], "searcher: "),
        (["feed", "--limit", "0", "budget"], "searcher: a feed holds 1 to 1000 articles, not 0"),
    ],
)
def test_it_says_what_is_wrong(run: Run, words: list[str], said: str) -> None:
    status, _, err = run(*words)
    assert (status, err[: len(said)]) == (2, said)


def test_an_edited_article_is_flagged(run: Run) -> None:
    run("save", "ville", "budget")
    write("a", "Le budget de la ville, corrigé.")
    write("b", "Un budget nouveau.")
    assert run("index")[0] == 0
    records = json.loads(run("new", "--peek", "--format", "json")[1])[0]["hits"]
    assert {record["id"]: record["changed"] for record in records} == {"a": True, "b": False}
    rows = csv.DictReader(run("new", "--peek", "--format", "csv")[1].splitlines())
    assert {row["id"]: row["changed"] for row in rows} == {"a": "changed", "b": ""}
    assert run("new")[1].count("changed since it came in:") == 1
