"""`search --group`: copies of a dispatch are one hit, with what there is of them below it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searcher
from tests.dispatches import Newsroom, Row
from tests.faces.cli.conftest import Run


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dispatch, five copies of it, and an article of its own."""
    newsroom = Newsroom(12)
    dispatch = newsroom.dispatch()
    outlets = ["AFP", "Le Monde", "La Croix", "Le Soir", "Le Temps", ""]
    texts = [dispatch, *(newsroom.copy(dispatch, Row(0.8, 20, 0.01, 1.0)) for _ in outlets[1:]), newsroom.dispatch()]
    articles = [
        {"id": f"a{day}", "title": f"Titre {day}", "text": f"Budget : {' '.join(text)}", "date": f"2020-03-0{day}"}
        | ({"source": source} if source else {})
        for day, (text, source) in enumerate(zip(texts, [*outlets, "Le Monde"], strict=True), 1)
    ]
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(each) + "\n" for each in articles))
    searcher.build(tmp_path / "index", [tmp_path / "articles.jsonl"])
    monkeypatch.setenv("SEARCHER_INDEX", str(tmp_path / "index"))


@pytest.mark.usefixtures("archive")
def test_it_names_some_of_the_copies_below_a_hit(run: Run) -> None:
    ran = run("search", "budget", "--sort", "date", "--passages", "0")
    assert ran.out.splitlines()[0] == "1  Titre 1"
    assert ran.out.splitlines()[2:5] == [
        "   + 5 copies (Le Monde, 2020-03-02 · La Croix, 2020-03-03 · Le Soir, 2020-03-04 · …)",
        "",
        "2  Titre 7",
    ]
    assert ran.err == "7 articles, 2 when copies count once\n"
    filtered = run("search", "budget", "--filter", "source=Le Soir", "--passages", "0")
    assert filtered.out.splitlines()[0] == "1  Titre 4"
    assert filtered.err == "1 article\n"
    untitled = run("search", "budget", "--since", "2020-03-05", "--until", "2020-03-06", "--sort", "date")
    assert "+ 1 copy (a6, 2020-03-06)" in untitled.out


@pytest.mark.usefixtures("archive")
def test_each_copy_is_a_hit_with_no_group_and_in_exports(run: Run) -> None:
    assert run("search", "budget", "--no-group").err == "7 articles\n"
    assert len(run("search", "budget", "--all", "--format", "jsonl").out.splitlines()) == 7
    assert len(run("search", "budget", "--all", "--group", "--format", "jsonl").out.splitlines()) == 2
    assert run("search", "budget", "--all", "--group").err == "7 articles, 2 when copies count once\n"
    assert run("search", "budget", "--group", "--no-group").status == 2


@pytest.mark.usefixtures("archive")
def test_json_has_the_group_of_each_hit(run: Run) -> None:
    answer = json.loads(run("search", "budget", "--sort", "date", "--json").out)
    assert (answer["total"], answer["groups"]) == (7, 2)
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2]
    assert answer["hits"][0]["group"][0] == {
        "id": "a2",
        "title": "Titre 2",
        "date": "2020-03-02",
        "source": "Le Monde",
    }
    assert answer["hits"][1]["group"] == []
    assert json.loads(run("search", "budget", "--no-group", "--json").out)["groups"] is None


@pytest.mark.usefixtures("archive")
def test_a_concordance_has_the_lines_of_one_copy(run: Run) -> None:
    assert run("searcher", "kwic", "budget").err == "7 lines in 7 articles\n"
    assert run("searcher", "kwic", "budget", "--group").err == "2 lines in 2 articles\n"
