"""`searcher kwic` as a person meets it: whole outputs in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from searcher.render import columns
from tests.conftest import Build
from tests.faces.cli.conftest import Run

HEAD = "id,date,source,title,start,left,node,right"


def test_it_prints_lines_in_columns(archive: Path, run: Run) -> None:
    ran = run("searcher", "kwic", "budget", "--context", "2", "--sort", "1R,1L")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        f"{'2020-01-07 a1':34}{'Le':>16}  budget  de la",
        f"{'2020-02 a2':34}{'l’État un':>16}  budget  moindre.",
        f"{'2020-02 a2':34}{'demande un':>16}  budget  plus élevé,",
        f"{'a3':34}{'école sans':>16}  budget  .",
    ]
    assert ran.err == "4 lines in 3 articles\n"


def test_it_prints_csv_and_tsv(archive: Path, run: Run) -> None:
    ran = run("searcher", "kwic", "grève", "OU", "police", "--context", "1", "--format", "csv")
    assert ran.out.splitlines() == [
        HEAD,
        "a2,2020-02,Le Monde,La police en grève,3,La ,police, demande",
        "a1,2020-01-07,AFP,Le budget adopté,37,La ,police, reste.",
    ]
    rows = list(csv.reader(io.StringIO(run("searcher", "kwic", "police", "--format", "tsv").out), delimiter="\t"))
    assert rows[0] == HEAD.split(",")
    assert len(rows) == 3


def test_it_prints_json(archive: Path, run: Run) -> None:
    answer = json.loads(run("searcher", "kwic", "police", "--context", "1", "--format", "json").out)
    assert list(answer) == ["schema", "query", "index", "total", "lines"]
    assert (answer["query"]["raw"], answer["total"]) == ("police", 2)
    ran = run("searcher", "kwic", "police", "--context", "1", "--format", "jsonl")
    assert [json.loads(line) for line in ran.out.splitlines()] == answer["lines"]
    assert answer["lines"][1]["left"] == "La "


def test_it_prints_a_page_with_links_to_the_passages(archive: Path, run: Run) -> None:
    page = run("searcher", "kwic", "adopté", "--format", "html").out
    assert 'href="https://exemple.fr/a1#:~:text=' in page
    assert "<bdi>adopté</bdi>" in page


def test_it_says_when_nothing_is_found(archive: Path, run: Run) -> None:
    ran = run("searcher", "kwic", "absent")
    assert (ran.status, ran.out, ran.err) == (1, "", "0 lines in 0 articles\n")


def test_it_says_when_the_answer_is_relaxed(archive: Path, run: Run) -> None:
    ran = run("searcher", "kwic", "école", "grève")
    assert ran.status == 0
    assert "note: no article has both words; these have one of them" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "searcher: no words to look for; try: searcher kwic Erdoğan"),
        (["budget", "--contxt", "3"], "searcher: no option is called --contxt; did you mean --context?"),
        (["budget", "--sort", "4R", "--context", "3"], "searcher: 4R is not among the 3 words of the context"),
    ],
)
def test_it_refuses(archive: Path, run: Run, words: list[str], message: str) -> None:
    ran = run("searcher", "kwic", *words)
    assert ran.status == 2
    assert ran.err.startswith(message)


def test_nodes_begin_in_one_column_whatever_stands_before_them(archive: Path, build: Build, run: Run) -> None:
    texts = [
        "日本語の 文 budget 東京",
        "e\u0301te\u0301 e\u0301 budget fin",
        "😀 👩\u200d👩\u200d👧 budget 👍🏽",
        "\u202eabc budget x",
    ]
    folder = build([{"id": f"identifiant-{'é' * at}-東京", "text": text} for at, text in enumerate(texts)])
    out = run("searcher", "kwic", "budget", "--index", str(folder)).out
    assert {columns.width(line[: line.index("budget")]) for line in out.splitlines()} == {34 + 64 + 2}
    assert not re.search("[\u202e\x1b]", out)


def test_a_text_cannot_write_into_the_page(archive: Path, build: Build, run: Run) -> None:
    folder = build([{"id": "<a>", "title": '"><script>', "text": "<b>budget</b> &amp; <script>alert(1)</script>"}])
    page = run("searcher", "kwic", "budget", "--index", str(folder), "--format", "html").out
    assert "<script" not in page
    assert "&lt;a&gt;" in page
