"""`searcher diff` as a person meets it: whole outputs in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.conftest import Build
from tests.faces.cli.conftest import Run

LONG = " ".join(f"mot{number}" for number in range(30))
LEFT = f"Le budget est voté hier. {LONG} Fin de la dépêche."
RIGHT = f"Le budget de l'État est voté. {LONG} Fin."


@pytest.fixture(autouse=True)
def archive(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [
        {"id": "a1", "title": "Budget", "text": LEFT, "source": "AFP", "date": "2020-03-01"},
        {"id": "a2", "title": "Le budget", "text": RIGHT},
    ]
    monkeypatch.setenv("SEARCHER_INDEX", str(build(articles)))


def test_it_prints_a_line_for_each_difference(run: Run) -> None:
    ran = run("searcher", "diff", "a1", "a2")
    assert ran.status == 0
    head = ran.out.splitlines()
    assert head[0].startswith("- Budget · 2020-03-01 · AFP · a1 · ")
    assert head[1].startswith("+ Le budget · a2 · ")
    assert head[2:] == [
        "",
        "Le budget {+de l'État+} est voté [-hier-] . mot0 mot1 mot2 mot3 mot4 mot5 mot6 …",
        "",
        "… mot23 mot24 mot25 mot26 mot27 mot28 mot29 Fin [-de la dépêche-] .",
    ]
    assert ran.err == "37 words in both, of 41 and 39\n"


def test_it_is_in_colour_on_a_terminal(run: Run) -> None:
    out = run("searcher", "diff", "a1", "a2", "--color", "always").out
    assert "\x1b[32mde l'État\x1b[0m" in out
    assert "\x1b[31mhier\x1b[0m" in out


def test_programs_get_every_stretch_with_its_place(run: Run) -> None:
    found = json.loads(run("searcher", "diff", "a1", "a2", "--format", "json").out)
    assert (found["left"]["id"], found["right"]["id"], found["complete"]) == ("a1", "a2", True)
    for piece in found["pieces"]:
        assert piece["left"] == LEFT[piece["left_start"] : piece["left_end"]]
        assert piece["right"] == RIGHT[piece["right_start"] : piece["right_end"]]
    lines = run("searcher", "diff", "a1", "a2", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == found["pieces"]
    rows = list(csv.DictReader(io.StringIO(run("searcher", "diff", "a1", "a2", "--format", "csv").out)))
    assert [row["kind"] for row in rows] == [piece["kind"] for piece in found["pieces"]]


def test_an_article_that_is_not_there_is_told(run: Run) -> None:
    ran = run("searcher", "diff", "a1", "zzz")
    assert ran.status != 0
    assert "'zzz'" in ran.err
