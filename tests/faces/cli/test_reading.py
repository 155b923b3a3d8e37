"""`searcher show` and `searcher sample`: whole outputs; a sample is the same on every engine."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

import searcher
from searcher.render.terminal import BOLD, DIM, MATCH, PLAIN
from tests import places
from tests.conftest import Build
from tests.faces.cli.conftest import Run

SCHEMA = json.loads((places.ROOT / "docs" / "json-output.schema.json").read_text("utf-8"))

# ── show ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_marks_what_a_query_asks_for(archive: Path, run: Run) -> None:
    path = archive.parent / "articles.jsonl"
    ran = run("searcher", "show", "a2", "--query", "police budget", "--color", "always")
    assert ran.out.splitlines() == [
        f"{BOLD}La {PLAIN}{MATCH}police{PLAIN}{BOLD} en grève{PLAIN}",
        f"{DIM}2020-02 · Le Monde · a2 · {path} (line 2){PLAIN}",
        "",
        f"La {MATCH}police{PLAIN} demande un {MATCH}budget{PLAIN} plus élevé, l’État un {MATCH}budget{PLAIN} moindre.",
    ]
    plain = run("searcher", "show", "a2", "--query", "police budget")
    assert plain.out == run("searcher", "show", "a2").out


def test_it_marks_words_that_a_narrow_terminal_wraps(
    archive: Path, build: Build, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = build(
        [{"id": "x", "text": "Un mot.\n\n" + "Le budget, encore le budget, toujours le budget de la ville. " * 3}]
    )
    monkeypatch.setenv("COLUMNS", "24")
    ran = run("searcher", "show", "x", "--query", "budget", "--color", "always", "--index", str(folder))
    assert ran.out.count(f"{MATCH}budget{PLAIN}") == 9
    assert "Un mot.\n\nLe " in ran.out


def test_it_gives_programs_the_ranges(archive: Path, run: Run) -> None:
    shown = json.loads(run("searcher", "show", "a2", "--query", "police", "--json").out)
    assert [shown["title"][start:end] for start, end in shown["title_highlights"]] == ["police"]
    assert [shown["text"][start:end] for start, end in shown["highlights"]] == ["police"]
    assert "highlights" not in json.loads(run("searcher", "show", "a2", "--format", "jsonl").out)


def test_it_prints_a_row_and_references(archive: Path, run: Run) -> None:
    (row,) = csv.DictReader(io.StringIO(run("searcher", "show", "a1", "--format", "csv").out))
    assert (row["id"], row["text"]) == ("a1", "Le budget de la ville est adopté. La police reste.")
    (item,) = json.loads(run("searcher", "show", "a1", "--format", "csl", "--query", "q").out)
    assert item["note"].startswith("requête : q ; index : ")
    assert run("searcher", "show", "a1", "--format", "ris").out.startswith("TY  - NEWS\r\n")
    assert run("searcher", "show", "a1", "--format", "bibtex").out.startswith("@article{a1,\n")
    assert run("searcher", "show", "a1", "--format", "iramuteq").out.startswith("**** *source_afp")


def test_it_says_what_is_wrong(archive: Path, run: Run) -> None:
    assert run("searcher", "show", "absent", "--query", "x").status == 1
    assert run("searcher", "show", "a1", "--query", "date:2021-99").status == 2


# ── sample ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_draws_hits_that_keep_their_rank(archive: Path, run: Run) -> None:
    ran = run("searcher", "sample", "budget", "--limit", "2", "--seed", "3", "--format", "json")
    answer = json.loads(ran.out)
    jsonschema.validate(answer, SCHEMA)
    assert (answer["total"], len(answer["hits"])) == (3, 2)
    ranked = {hit["id"]: hit for hit in json.loads(run("search", "budget", "--json").out)["hits"]}
    assert all(hit == ranked[hit["id"]] for hit in answer["hits"])
    text = run("searcher", "sample", "budget", "--limit", "2", "--seed", "3")
    assert text.err == "3 articles, 2 of them drawn with seed 3\n"
    assert [line.partition("  ")[2] for line in text.out.splitlines() if line[:1].isdigit()] == [
        hit["title"] for hit in answer["hits"]
    ]
    rows = list(csv.DictReader(io.StringIO(run("searcher", "sample", "budget", "--format", "csv").out)))
    assert sorted(row["id"] for row in rows) == ["a1", "a2", "a3"]


def test_it_draws_from_everything_without_words_and_nothing_from_nothing(archive: Path, run: Run) -> None:
    assert len(run("searcher", "sample", "--format", "jsonl").out.splitlines()) == 3
    ran = run("searcher", "sample", "absent")
    assert (ran.status, ran.out, ran.err) == (1, "", "no article\n")
    assert run("searcher", "sample", "budget", "--limit", "0").status == 2


def test_a_sample_depends_on_the_seed_alone(tmp_path: Path) -> None:
    pytest.importorskip("tantivy")
    articles = [
        {"id": f"é{at}", "text": f"budget {'budget ' * (at % 7)}", "date": f"20{at % 20:02}"} for at in range(300)
    ]
    for engine, order in (("whoosh", 1), ("tantivy", -1)):
        (tmp_path / f"{engine}.jsonl").write_text("\n".join(map(json.dumps, articles[::order])), "utf-8")
        searcher.build(tmp_path / engine, [tmp_path / f"{engine}.jsonl"], engine=engine)
    with searcher.open(tmp_path / "whoosh") as one, searcher.open(tmp_path / "tantivy") as other:

        def drawn(index: searcher.Index, size: int, seed: int, sort: str) -> list[str]:
            return [hit.article.id for hit in index.sample("budget", size, seed=seed, sort=sort, passages=0)]

        first = drawn(one, 20, 1, "relevance")
        assert first == drawn(other, 20, 1, "relevance") == drawn(other, 20, 1, "-date")
        assert drawn(one, 40, 1, "date")[:20] == first
        assert drawn(one, 20, 2, "relevance") != first
        assert len(set(first)) == 20


def test_it_draws_of_each_value_of_a_field(archive: Path, run: Run) -> None:
    rows = run("searcher", "sample", "--by", "source", "--limit", "1", "--format", "csv").out.splitlines()
    found = list(csv.DictReader(io.StringIO("\n".join(rows))))
    assert len({row["source"] for row in found}) == len(found) == len(rows) - 1
    text = run("searcher", "sample", "--by", "format")
    assert text.out.splitlines()[0] == "format 'jsonl': 3 articles, 3 of them drawn"
    assert text.status == 0
    assert run("searcher", "sample", "absent", "--by", "format").status == 1
    assert run("searcher", "sample", "--by", "format", "--format", "json").status == 2
    assert run("searcher", "sample", "--by", "colour").status == 2
