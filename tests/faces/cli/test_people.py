"""`searcher names`, `pairs` and `similar`, as they are typed: whole outputs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searcher.faces import cli
from searcher.messages import say
from searcher.query.ask import FILTERS
from searcher.results.facets import FACETS
from tests.conftest import Build

Run = Callable[..., tuple[int, str, str]]


def records() -> list[dict[str, str]]:
    """Eight articles about a strike, in which Anne Roussel meets Paul Tavernier at Brest, and 32 about other things."""
    strike = "Grève au port numéro {}. Anne Roussel a rencontré Paul Tavernier à Brest. Les quais restent vides."
    other = "Rien de neuf au marché numéro {}. Selon Hugo Castellan, le temps sera beau à Lyon."
    texts = [*(strike.format(n) for n in range(8)), *(other.format(n) for n in range(32))]
    return [{"id": f"a{n}", "title": f"Titre {n}", "text": text, "date": "2020-01-07"} for n, text in enumerate(texts)]


@pytest.fixture
def run(build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    folder: Path = build(records())
    monkeypatch.setenv("SEARCHER_INDEX", str(folder))
    monkeypatch.delenv("COLUMNS", raising=False)

    def ran(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["searcher", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, out, err

    return ran


def test_it_lists_names(run: Run) -> None:
    assert run("names", "grève") == (
        0,
        """articles elsewhere  ratio        G²  kind          name
       8         0   6.00      25.8  person        Anne Roussel
       8         0   6.00      25.8  place         Brest
       8         0   6.00      25.8  person        Paul Tavernier
""",
        "",
    )


def test_it_heads_a_table_in_french(run: Run) -> None:
    for command, heads in (("names", "type          nom"), ("pairs", "paire")):
        _, out, _ = run(command, "grève", "--lang", "fr")
        assert out.splitlines()[0] == f"articles  ailleurs  ratio        G²  {heads}"


def test_it_lists_pairs_with_their_sentences(run: Run) -> None:
    assert run("pairs", "grève", "--examples", "1") == (
        0,
        """articles elsewhere  ratio        G²  pair
       8         0   6.00      25.8  Anne Roussel – Paul Tavernier
         Anne Roussel a rencontré Paul Tavernier à Brest.
         2020-01-07, a0
""",
        "",
    )


@pytest.mark.parametrize("command", ["names", "pairs", "similar"])
def test_every_format_says_the_same(run: Run, command: str) -> None:
    asked = ["a1"] if command == "similar" else ["grève"]
    status, whole, _ = run(command, *asked, "--format", "json")
    rows = json.loads(whole)["hits" if command == "similar" else command]
    assert status == 0
    assert rows
    lines = [json.loads(line) for line in run(command, *asked, "--format", "jsonl")[1].splitlines()]
    assert lines == rows
    table = list(csv.DictReader(io.StringIO(run(command, *asked, "--format", "csv")[1])))
    assert len(table) == len(rows)
    match command:
        case "names":
            assert [(row["name"], row["kind"]) for row in table] == [(each["name"], each["kind"]) for each in rows]
        case "pairs":
            assert [[row["person"], row["with"]] for row in table] == [each["persons"] for each in rows]
        case "similar":
            assert [(row["id"], row["shared"]) for row in table] == [
                (each["id"], " | ".join(each["shared"])) for each in rows
            ]


def test_it_compares_a_text_on_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.BytesIO(b"Anne Roussel parle des quais vides de Brest.")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(typed, "utf-8"))
    status, out, _ = run("similar", "-", "--limit", "1")
    assert status == 0
    assert out.splitlines()[0].startswith("1. Titre ")
    assert "Anne Roussel" in out


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["names", "zzzz"], 1, "no article"),
        (["names", "grève", "--kind", "organisation"], 1, "no name stands out"),
        (["pairs", "marché"], 1, "no two persons"),
        (["similar", "nobody"], 1, "nobody"),
        (["names", "grève", "--kind", "people"], 2, "people"),
        (["names", "grève", "--rank", "size"], 2, "size"),
        (["similar"], 2, ""),
    ],
)
def test_what_is_not_there_is_told(run: Run, words: list[str], status: int, told: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (status, "")
    assert told in err


def test_every_field_that_is_shown_has_a_name() -> None:
    assert all(say(f"field.{field}") for field in {*FACETS, *FILTERS})
