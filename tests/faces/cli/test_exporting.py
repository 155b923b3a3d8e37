"""`search --all`, `--fields`, `-0`, `--excel`, `--queries`: whole outputs, and what contradicts what."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from tests import places
from tests.conftest import Build
from tests.faces.cli.conftest import Run

SCHEMA = json.loads((places.ROOT / "docs" / "json-output.schema.json").read_text("utf-8"))


@pytest.fixture
def many(archive: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive with more hits than a page holds."""
    texts = [{"id": f"a{number}", "text": f"Un budget, {number} fois."} for number in range(1200)]
    monkeypatch.setenv("SEARCHER_INDEX", str(build(texts)))


def test_it_prints_every_hit_beyond_a_page(many: None, run: Run) -> None:
    ran = run("search", "budget", "--all", "--format", "csv", "--fields", "rank,id", "--sort", "date")
    assert ran.status == 0
    assert ran.out.splitlines() == ["rank,id", *(f"{number + 1},a{number}" for number in range(1200))]
    assert ran.err == ""


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "tsv", "md"])
def test_it_prints_what_a_page_that_holds_everything_prints(archive: Path, run: Run, form: str) -> None:
    every = run("search", "budget", "--all", "--format", form)
    page = run("search", "budget", "--no-group", "--limit", "1000", "--format", form)
    assert every.status == page.status == 0
    if form == "json":
        one, other = json.loads(every.out), json.loads(page.out)
        jsonschema.validate(one, SCHEMA)
        assert {**one, "took_ms": 0} == {**other, "took_ms": 0}
    else:
        assert every.out == page.out
        assert every.err == page.err


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "tsv", "md"])
def test_it_says_when_nothing_is_found(archive: Path, run: Run, form: str) -> None:
    every = run("search", "absent", "--all", "--format", form)
    page = run("search", "absent", "--format", form)
    assert every.status == page.status == 1
    if form == "json":
        assert json.loads(every.out)["help"] == json.loads(page.out)["help"]
    else:
        assert (every.out, every.err) == (page.out, page.err)


def test_it_says_when_the_answer_is_relaxed(archive: Path, run: Run) -> None:
    ran = run("search", "école", "grève", "--all", "--format", "csv", "--fields", "id", "--no-header")
    assert set(ran.out.split()) == {"a2", "a3"}
    assert ran.err == "note: no article has both words; these have one of them\n"


def test_it_prints_the_fields_that_are_asked_for(archive: Path, run: Run) -> None:
    options = ("--sort", "date", "--fields", "source,id, date")
    ran = run("search", "budget", "--format", "tsv", *options)
    assert ran.out == "source\tid\tdate\nAFP\ta1\t2020-01-07\nLe Monde\ta2\t2020-02\nAFP\ta3\t\n"
    ran = run("search", "budget", "--format", "jsonl", *options)
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"source": "AFP", "id": "a1", "date": "2020-01-07"},
        {"source": "Le Monde", "id": "a2", "date": "2020-02"},
        {"source": "AFP", "id": "a3", "date": None},
    ]
    ran = run("search", "école", "--json", "--fields", "text,passages")
    (hit,) = json.loads(ran.out)["hits"]
    assert list(hit) == ["text", "passages"]
    assert hit["text"] == hit["passages"][0]["text"] == "Le maire ouvre une école sans budget."


def test_it_leaves_out_the_line_of_names(archive: Path, run: Run) -> None:
    with_names = run("search", "budget", "--format", "csv").out
    assert run("search", "budget", "--format", "csv", "--no-header").out == with_names.partition("\n")[2]


@pytest.mark.parametrize("zero", ["-0", "--null"])
def test_it_separates_identifiers_and_paths_by_nulls(archive: Path, run: Run, zero: str) -> None:
    assert run("search", zero, "budget", "--sort", "date").out == "a1\0a2\0a3\0"
    path = str(archive.parent / "articles.jsonl")
    assert run("search", "école", "--all", zero, "--fields", "path").out == f"{path}\0"


def test_a_zero_behind_two_hyphens_and_a_longer_number_are_words(archive: Path, run: Run) -> None:
    assert "Le budget adopté" in run("search", "budget", "--limit", "3", "--", "-0").out
    assert "Le budget adopté" in run("search", "budget", "-007").out


def test_it_prints_csv_that_a_french_excel_opens(archive: Path, run: Run) -> None:
    ran = run("search", "budget", "--format", "csv", "--excel", "--fields", "id,score,passage")
    assert ran.out.startswith("\ufeffid;score;passage\r\n")
    rows = list(csv.reader(io.StringIO(ran.out.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert {row[0] for row in rows[1:]} == {"a1", "a2", "a3"}
    assert all("," in row[1] and "." not in row[1] for row in rows[1:])


# ── references and corpora ────────────────────────────────────────────────────────────────────────────────────────────


def test_it_prints_references(archive: Path, run: Run) -> None:
    search = ("search", "budget", "--all", "--sort", "date", "--format")
    items = json.loads(run(*search, "csl").out)
    assert [item["id"] for item in items] == ["a1", "a2", "a3"]
    assert items[0]["author"] == [{"family": "Roy", "given": "Léa"}]
    assert items[0]["note"].startswith("requête : budget ; index : searcher-fr-")
    ris = run(*search, "ris").out
    assert ris.count("TY  - NEWS\r\n") == ris.count("ER  - \r\n") == 3
    assert ris.count("\r\n") == ris.count("\n")
    assert "AU  - Roy, Léa\r\n" in ris
    assert run(*search, "bibtex").out.count("@article{") == 3
    corpus = run(*search, "iramuteq").out
    assert corpus.startswith("**** *source_afp *annee_2020 *mois_2020-01 *date_2020-01-07 *auteur_lea-roy")


def test_it_makes_a_folder_for_txm(archive: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    ran = run("search", "budget", "--all", "--format", "txm", "--output", str(folder))
    assert (ran.status, ran.out, ran.err) == (0, "", f"3 texts and metadata.csv: {folder}\n")
    assert {path.name for path in folder.iterdir()} == {"metadata.csv", "a1.txt", "a2.txt", "a3.txt"}
    again = run("search", "budget", "--all", "--format", "txm", "--output", str(folder))
    assert (again.status, again.err) == (
        2,
        f"search: {folder}: there is something already; give a new folder (--output)\n",
    )


@pytest.mark.parametrize(("form", "out"), [("csl", "[]\n"), ("ris", ""), ("bibtex", ""), ("iramuteq", "")])
def test_references_to_nothing_end_with_1(archive: Path, run: Run, form: str, out: str) -> None:
    ran = run("search", "absent", "--format", form)
    assert (ran.status, ran.out) == (1, out)


# ── a batch of queries ────────────────────────────────────────────────────────────────────────────────────────────────

QUERIES = "école\n\nabsent\ndate:2021-99 budget\n  grève \n"
REPORTED = "not answered: line 4: date:2021-99 budget: "


def test_it_answers_a_batch_and_names_a_bad_query(archive: Path, run: Run) -> None:
    ran = run("search", "--queries", "-", "--format", "csv", "--fields", "query,id", stdin=QUERIES.encode())
    assert ran.status == 5
    assert ran.out == "query,id\nécole,a3\ngrève,a2\n"
    assert ran.err.startswith(f"absent: no article\n{REPORTED}")


def test_each_hit_of_a_batch_names_its_query(archive: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "queries.txt").write_text("\ufeffécole\nbudget police\n", "utf-8")
    batch = ("search", "--all", "--queries", str(tmp_path / "queries.txt"))
    rows = list(csv.DictReader(io.StringIO(run(*batch, "--format", "csv").out)))
    assert [(row["query"], row["id"]) for row in rows] == [
        ("école", "a3"),
        ("budget police", rows[1]["id"]),
        ("budget police", rows[2]["id"]),
    ]
    lines = [json.loads(line) for line in run(*batch, "--format", "jsonl").out.splitlines()]
    assert [(line["query"], line["id"]) for line in lines] == [(row["query"], row["id"]) for row in rows]
    answers = json.loads(run(*batch, "--json").out)
    assert [(answer["query"]["raw"], answer["total"], len(answer["hits"])) for answer in answers] == [
        ("école", 1, 1),
        ("budget police", 2, 2),
    ]
    assert run(*batch).out.startswith("# école\n1  Une école ouvre\n")
    assert run(*batch, "--format", "md").out.startswith("## école\n\n1. **Une école ouvre**")


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "md"])
@pytest.mark.parametrize("more", [(), ("--all",)])
def test_what_to_try_is_said_in_every_format(archive: Path, run: Run, form: str, more: tuple[str, ...]) -> None:
    """On standard error, so that what a program reads holds hits alone."""
    ran = run("search", "budgett", "--format", form, *more)
    text = run("search", "budgett", *more)
    assert ran.status == text.status == 1
    assert "budgett" not in ran.out
    assert ran.err == text.err
    assert "nearest to budgett: budget" in ran.err


def test_a_batch_without_any_hit_ends_with_1(archive: Path, run: Run) -> None:
    ran = run("search", "--queries", "-", "--json", stdin=b"absent\n")
    assert ran.status == 1
    assert [answer["total"] for answer in json.loads(ran.out)] == [0]
    assert json.loads(run("search", "--queries", "-", "--json", stdin=b"\n").out) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--all"], "no words to search for; try: search --all Erdoğan Assad"),
        (["x", "--all", "--page", "2"], "--all and --page contradict each other; give one of them"),
        (["x", "--all", "--explain"], "--explain goes with a page of hits, not with --all"),
        (
            ["x", "--all", "--facets", "source"],
            "--facets goes with a page of JSON; to print counts: searcher facets WORDS",
        ),
        (["x", "--queries", "q.txt"], "words and --queries contradict each other; give one of them"),
        (["--queries", "absent.txt"], "absent.txt: no such file or directory"),
        (["x", "--fields", "id"], "--fields chooses columns; add --format csv, tsv, json or jsonl, or -0"),
        (["x", "--format", "csv", "--fields", ","], "--fields names fields with commas between: rank,"),
        (["x", "--format", "csv", "--fields", "id,titel"], "no field is called 'titel'; there are rank, score, id,"),
        (["x", "--no-header"], "--no-header goes with --format csv or tsv"),
        (["x", "--excel", "--format", "tsv"], "--excel goes with --format csv"),
        (["x", "--format", "txm"], "--format txm makes a folder, and --output DIR names it: give both or neither"),
        (["x", "--output", "d"], "--format txm makes a folder, and --output DIR names it: give both or neither"),
        (["x", "-0", "--json"], "-0 prints identifiers, or the values of --fields; it does not go with --format json"),
    ],
)
def test_it_refuses_what_contradicts_itself(archive: Path, run: Run, words: list[str], message: str) -> None:
    ran = run("search", *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.lower().startswith(f"search: {message}".lower())
