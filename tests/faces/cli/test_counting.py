"""`searcher facets` and `searcher timeline`, as they are typed: whole outputs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from searcher.faces import cli
from tests.conftest import Build

RECORDS = [
    {"title": "Budget", "text": "Le budget est voté.", "source": "Le Monde", "date": "2020-01-07"},
    {"title": "Budget bis", "text": "Le budget est refusé.", "source": "AFP", "date": "2020-03"},
    {"title": "École", "text": "Le budget de l’école.", "source": "=SUM(A1)", "date": "2020"},
    {"title": "Sport", "text": "Un match nul.", "source": "AFP", "date": "2020-02-01"},
    {"title": "Rien", "text": "Le budget, sans date.", "author": "Léa Roy"},
]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    folder: Path = build(RECORDS)
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


def test_it_counts_by_source_and_year(run: Run) -> None:
    assert run("facets", "budget") == (
        0,
        f"""by source
  {"=SUM(A1)":40}        1  ████████████████████
  {"AFP":40}        1  ████████████████████
  {"Le Monde":40}        1  ████████████████████
  {"(not known)":40}        1  ████████████████████

by year
  {"2020":40}        3  ████████████████████
  {"(not known)":40}        1  ███████
""",
        "",
    )


def test_a_list_of_fields_may_come_in_parts(run: Run) -> None:
    assert run("facets", "budget", "--by", "source", "--by=year") == run("facets", "budget", "--by", "source,year")


def test_a_chosen_value_stays_listed(run: Run) -> None:
    status, out, _ = run("facets", "budget", "--by", "source", "--size", "0", "--filter", "source=Le Monde")
    assert (status, out.splitlines()[1].split()) == (0, ["*", "Le", "Monde", "1", "█" * 20])
    assert out.splitlines()[2] == "  … and 3 more; --size shows more"


def test_its_csv_is_safe_in_a_spreadsheet(run: Run) -> None:
    rows = list(csv.reader(run("facets", "--by", "source", "--format", "csv")[1].splitlines()))
    assert rows[0] == ["field", "value", "articles", "chosen"]
    assert ["source", "'=SUM(A1)", "1", "0"] in rows
    assert ["source", "", "1", "0"] in rows


def test_its_json_forms_say_the_same(run: Run) -> None:
    whole = json.loads(run("facets", "budget", "--by", "source,author", "--format", "json")[1])
    lines = [
        json.loads(line)
        for line in run("facets", "budget", "--by", "source,author", "--format", "jsonl")[1].splitlines()
    ]
    assert lines == [{"field": field, **value} for field, facet in whole["facets"].items() for value in facet["values"]]
    monde = json.loads(run("search", "budget", "--json", "--facets", "source,author")[1])
    assert monde["facets"] == whole["facets"]


def test_it_draws_a_timeline(run: Run) -> None:
    assert run("timeline", "budget", "--step", "month") == (
        0,
        f"""2020-01        1   {"█" * 40}
2020-02        0
2020-03        1   {"█" * 40}
2020-04        0
2020-05        0
2020-06        0
2020-07        0
2020-08        0
2020-09        0
2020-10        0
2020-11        0
2020-12        0
   2020        1  imprecise: which month is not known
               1  without a date
""",
        "",
    )


def test_every_form_of_a_timeline_adds_up(run: Run) -> None:
    rows = list(csv.DictReader(run("timeline", "budget", "--step", "month", "--format", "csv")[1].splitlines()))
    assert sum(int(row["articles"]) for row in rows) == 4
    whole = json.loads(run("timeline", "budget", "--step", "month", "--format", "json")[1])
    assert [str(each["articles"]) for each in whole["buckets"]] == [
        row["articles"] for row in rows if row["kind"] == "bucket"
    ]
    lines = [
        json.loads(line) for line in run("timeline", "budget", "--step", "month", "--format", "jsonl")[1].splitlines()
    ]
    assert sum(line["articles"] for line in lines) == whole["total"] == 4
    assert whole["volume"] == 5


def test_its_drawing_is_valid_and_escaped(run: Run) -> None:
    status, out, _ = run("timeline", "budget", "<b>", "--step", "month", "--format", "svg")
    drawing = ElementTree.fromstring(out)
    assert (status, drawing.get("role")) == (0, "img")
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}rect"))) == 12
    assert "<b>" not in out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["facets", "zzzz"], 1, ""),
        (["timeline", "zzzz"], 1, ""),
        (["facets", "budget", "--by", "title"], 2, "searcher: facets are of source, author"),
        (["facets", "budget", "--filter", "source"], 2, "searcher: --filter takes FIELD=VALUE"),
        (["facets", "budget", "--filter", "colour=red"], 2, "searcher: filters can be on source"),
        (["facets", "--filtre", "a"], 2, "searcher: no option is called --filtre; did you mean --filter?"),
        (["search", "budget", "--facets", "source"], 2, "searcher: --facets goes with --json"),
        (["timeline", "budget", "--filter", "year=mai"], 2, "searcher: a year is four digits, not 'mai'"),
    ],
)
def test_it_says_what_is_wrong(run: Run, words: list[str], status: int, said: str) -> None:
    ended, _, err = run(*words)
    assert (ended, err[: len(said)]) == (status, said)
