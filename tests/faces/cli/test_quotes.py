"""`searcher quotes` as a person meets it: whole outputs in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Build
from tests.faces.cli.conftest import Run

ARTICLES = [
    {
        "id": "a1",
        "title": "Le pont",
        "text": "« Le pont sera fermé lundi », a dit Léa Roy. « Nous le regrettons tous », a-t-elle ajouté.",
        "source": "AFP",
        "date": "2020-01-07",
    },
    {"id": "a2", "title": "La route", "text": "Selon un témoin, « la route est coupée en deux ». Léa Roy s'est tue."},
    {"id": "a3", "title": "La gare", "text": "Paul Vial a expliqué que la gare resterait ouverte."},
]


@pytest.fixture
def folder(build: Build) -> Path:
    return build(ARTICLES)


def test_it_prints_the_quote_who_said_it_and_where(folder: Path, run: Run) -> None:
    ran = run("searcher", "quotes", "--index", str(folder), "--sort", "date")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "« Le pont sera fermé lundi »",
        "    Léa Roy · A",
        "    2020-01-07 · AFP · Le pont · a1",
        "",
        "« Nous le regrettons tous »",
        "    Léa Roy (elle) · B",
        "    2020-01-07 · AFP · Le pont · a1",
        "",
        "« la route est coupée en deux »",
        "    un témoin · A",
        "    La route · a2",
        "",
    ]
    assert ran.err == "3 quotes in 2 articles\n"


def test_indirect_speech_is_printed_when_asked_for(folder: Path, run: Run) -> None:
    ran = run("searcher", "quotes", "--index", str(folder), "--by", "vial", "--indirect")
    assert ran.out.splitlines() == [
        "« la gare resterait ouverte »",
        "    Paul Vial · A · indirect",
        "    La gare · a3",
        "",
    ]
    assert run("searcher", "quotes", "--index", str(folder), "--by", "vial").status == 1


def test_json_says_what_was_asked_and_each_quote(folder: Path, run: Run) -> None:
    answer = json.loads(run("searcher", "quotes", "pont", "--index", str(folder), "--format", "json").out)
    assert answer["query"] == "pont"
    assert (answer["by"], answer["about"], answer["indirect"]) == (None, None, False)
    assert answer["quotes"][0] == {
        "id": "a1",
        "title": "Le pont",
        "date": "2020-01-07",
        "source": "AFP",
        "start": 2,
        "end": 27,
        "text": "Le pont sera fermé lundi"[:25],
        "speaker": "Léa Roy",
        "mention": "Léa Roy",
        "cue": "a dit Léa Roy",
        "confidence": "A",
        "kind": "direct",
    } | {"end": 2 + len("Le pont sera fermé lundi")}
    lines = run("searcher", "quotes", "pont", "--index", str(folder), "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == answer["quotes"]


def test_csv_has_a_line_a_quote(folder: Path, run: Run) -> None:
    out = run("searcher", "quotes", "--index", str(folder), "--about", "route", "--format", "csv").out
    head, line = csv.reader(io.StringIO(out))
    assert dict(zip(head, line, strict=True))["text"] == "la route est coupée en deux"
    assert len(head) == 12


def test_nothing_found_is_status_1(folder: Path, run: Run) -> None:
    ran = run("searcher", "quotes", "--index", str(folder), "--by", "personne d'autre")
    assert (ran.status, ran.out, ran.err) == (1, "", "0 quotes in 0 articles\n")
    ran = run("searcher", "quotes", "--index", str(folder), "--format", "json", "--by", "Zed")
    assert json.loads(ran.out)["quotes"] == []
