"""The two commands as a person meets them: whole outputs, exit statuses, and what must never reach a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searcher
from searcher.faces import cli
from searcher.indexing import generations, manifest
from searcher.render import plain, terminal
from tests import places
from tests.faces.cli.conftest import Ran, Run

HERE = places.ROOT
SCHEMA = json.loads((HERE / "docs" / "json-output.schema.json").read_text("utf-8"))

MOSCOW, DAMASCUS = "000_46078d7cf27677f4", "004_acabaebf66cc69b0"

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
# C0 but for tab and newline, DEL, C1, and what reorders or hides text.
RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `seeds/` and an `index/` over it."""
    folder = tmp_path_factory.mktemp("place")
    shutil.copytree(HERE / "seeds", folder / "seeds")
    before = Path.cwd()
    os.chdir(folder)
    try:
        searcher.build("index", ["seeds"])
    finally:
        os.chdir(before)
    return folder


@pytest.fixture(autouse=True)
def alone(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test stands in `place`, and nothing of the environment it was started in shows."""
    for name in ("SEARCHER_INDEX", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "SEARCHER_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(place)
    return place


def process(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    """The same in a process of its own, for what only a process shows."""
    start = "from searcher.faces import cli; cli.search_main() if __import__('sys').argv[0] == 'search' else cli.main()"
    code = f"import sys; sys.argv = {list(words)!r}; {start}"
    return subprocess.Popen(
        [sys.executable, "-c", code], **{"stderr": subprocess.PIPE, "env": dict(os.environ), **options}
    )


def found(ran: Ran) -> dict[str, Any]:
    """The hits of `--json` by identifier, held against the documented schema first."""
    answer = json.loads(ran.out)
    jsonschema.validate(answer, SCHEMA)
    return {hit["id"]: hit for hit in answer["hits"]}


def shown(hit: dict[str, Any]) -> set[str]:
    """What the passages of a hit highlight."""
    return {passage["text"][start:end] for passage in hit["passages"] for start, end in passage["highlights"]}


# ── what people asked for ─────────────────────────────────────────────────────────────────────────────────────────────


def test_it_prints_title_place_and_passages_and_counts_aside(run: Run) -> None:
    assert run("search", "Erdoğan", "Assad") == Ran(
        0,
        "1  Le chef de l’Etat russe a rencontré mercredi à Moscou le président syrien…\n"
        "   000_46078d7cf27677f4 · seeds/000_46078d7cf27677f4.txt\n"
        "   Une rencontre entre Assad et Erdoğan ?\n"
        "   Le président turc Recep Tayyip Erdoğan et al-Assad ont récemment indiqué qu’ils souhaitaient rétablir "
        "les relations diplomatiques.\n",
        "1 article\n",
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Erdogan", "assad"], {MOSCOW: {"Assad", "Erdoğan"}}),
        (["Erdogan assad"], {MOSCOW: {"Assad", "Erdoğan"}}),
        (["ERDOĞAN"], {MOSCOW: {"Erdoğan"}}),
        (["erdog\u0306an"], {MOSCOW: {"Erdoğan"}}),
        (["d’Assad"], {MOSCOW: {"Assad"}, DAMASCUS: {"Assad"}}),
        (["d'Assad"], {MOSCOW: {"Assad"}, DAMASCUS: {"Assad"}}),
        (["«président syrien»"], {MOSCOW: {"président", "syrien"}, DAMASCUS: {"président", "syrien"}}),
        (["« président syrien »"], {MOSCOW: {"président", "syrien"}, DAMASCUS: {"président", "syrien"}}),
        (["Selon"], {MOSCOW: {"selon"}, DAMASCUS: {"Selon", "selon"}}),
        (["choigou"], {DAMASCUS: {"Choïgou"}}),
        (["Etat"], {MOSCOW: {"Etat"}, DAMASCUS: {"Etat"}}),
        (["État"], {MOSCOW: {"Etat"}, DAMASCUS: {"Etat"}}),
        (["aujourd'hui"], {MOSCOW: {"aujourd’hui"}, DAMASCUS: {"aujourd'hui"}}),
        (["aujourd’hui"], {MOSCOW: {"aujourd’hui"}, DAMASCUS: {"aujourd'hui"}}),
        (["-Poutine", "Assad"], {}),
        (["-Soleimani", "Assad"], {MOSCOW: {"Assad"}}),
        (["Assad", "-Soleimani"], {MOSCOW: {"Assad"}}),
        (["index"], {}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_finds_what_an_archivist_expects(run: Run, words: list[str], expected: dict[str, set[str]]) -> None:
    ran = run("search", *words, "--json")
    assert {identifier: shown(hit) for identifier, hit in found(ran).items()} == expected
    assert ran.status == (0 if expected else 1)


def test_it_takes_any_word_for_a_word(run: Run) -> None:
    """`search index` looks for the word; there is no subcommand to run into."""
    ran = run("search", "index")
    assert (ran.status, ran.out, ran.err.splitlines()[0]) == (1, "", "no article")


def test_it_searches_for_anything_after_two_hyphens(run: Run) -> None:
    ran = run("search", "--", "--weird")
    assert (ran.status, ran.out) == (1, "")
    assert "no article" in ran.err.splitlines()


def test_it_reads_the_query_from_standard_input(run: Run) -> None:
    assert run("search", "-", stdin="Erdoğan Assad\n".encode()) == run("search", "Erdoğan", "Assad")


def test_it_survives_a_query_that_is_not_utf8(run: Run) -> None:
    assert run("search", "-", stdin=b"Assad \xff\xe9").status == 0


# ── exit statuses ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "status", "err"),
    [
        (["search", "Assad"], 0, "2 articles\n"),
        (["search", "Assad", "--limit", "1"], 0, "2 articles, 1–1 shown\n"),
        (["search", "Assad", "--limit", "1", "--page", "2"], 0, "2 articles, 2–2 shown\n"),
        (["search"], 2, "search: no words to search for; try: search Erdoğan Assad\n"),
        (["search", "  "], 2, "search: no words to search for; try: search Erdoğan Assad\n"),
        (["search", "-"], 2, "search: no words to search for; try: search Erdoğan Assad\n"),
        (["search", "--limt", "3", "Assad"], 2, "search: no option is called --limt; did you mean --limit?\n"),
        (["search", "--formt=csv", "Assad"], 2, "search: no option is called --formt; did you mean --format?\n"),
        (["search", "--bogus", "Assad"], 2, "search: no option is called --bogus; quote it to search for it\n"),
        (["search", "--limit", "0", "Assad"], 2, "search: a page holds 1 to 1000 hits, not 0\n"),
        (["search", "--limit", "1001", "Assad"], 2, "search: a page holds 1 to 1000 hits, not 1001\n"),
        (["search", "--page", "0", "Assad"], 2, "search: pages count from 1, not 0\n"),
        (["search", "--passages=-1", "Assad"], 2, "search: -1 passages cannot be shown; give 0 or more\n"),
        (
            ["search", "--since", "2021", "--until", "2020", "Assad"],
            2,
            "search: the period from 2021 until 2020 is empty; swap the two\n",
        ),
        (
            ["search", "date:pasunedate", "Assad"],
            2,
            'search: cannot read "pasunedate" as a date; try 2020-02-29, mars 2020, 2011..2013 or hier\n'
            "  date:pasunedate Assad\n"
            "       ^^^^^^^^^^\n",
        ),
        (
            ["search", "--index", "nowhere", "Assad"],
            3,
            "search: nowhere: there is no index; make one with: searcher index PATH --index nowhere\n",
        ),
        (["search", "--index", "seeds/README.md", "Assad"], 3, "search: seeds/README.md: not a folder, so no index\n"),
        (
            ["searcher", "show", "nobody"],
            1,
            "searcher: no article is called 'nobody'; find identifiers with: search WORDS\n",
        ),
        (["searcher", "index", "--jobs", "0"], 2, "searcher: --jobs counts from 1, not 0\n"),
        (["searcher", "frobnicate"], 2, "searcher: no command is called frobnicate; see: searcher --help\n"),
        (
            ["searcher", "index", "seeds", "--index", "elsewhere", "--engine", "lucene"],
            2,
            "searcher: no engine is called 'lucene'; choose one of: whoosh, tantivy, opensearch\n",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_ends_with_the_documented_status(run: Run, words: list[str], status: int, err: str) -> None:
    ran = run(*words)
    assert (ran.status, ran.err) == (status, err)
    assert bool(ran.out) == (status == 0)


@pytest.mark.parametrize(
    "words",
    [
        ["--limit", "many"],
        ["--match", "some"],
        ["--sort", "size"],
        ["--format", "xml"],
        ["--color", "blue"],
        ["--limit"],
    ],
    ids=" ".join,
)
def test_it_refuses_a_bad_value(run: Run, words: list[str]) -> None:
    ran = run("search", "Assad", *words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("search: ")
    assert words[0] in ran.err


def test_it_refuses_a_query_without_end(run: Run) -> None:
    ran = run("search", "Assad" * 1000)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("search: the query has 5000 characters and the limit is 2048; shorten it\n")


def test_it_says_what_rebuilds_a_foreign_index(run: Run, place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "index", tmp_path / "old")
    known = json.loads((tmp_path / "old" / manifest.NAME).read_text("utf-8"))
    (tmp_path / "old" / manifest.NAME).write_text(json.dumps({**known, "fingerprint": "klingon"}), "utf-8")
    ran = run("search", "--index", str(tmp_path / "old"), "Assad")
    assert (ran.status, ran.out) == (3, "")
    assert "klingon" in ran.err
    assert f"searcher index {place / 'seeds'} --index {tmp_path / 'old'}" in ran.err.replace("'", "")


def test_it_ends_with_4_when_another_writes(run: Run, tmp_path: Path) -> None:
    with generations.writing(tmp_path / "index"):
        ran = run("searcher", "index", "seeds", "--index", str(tmp_path / "index"))
    assert (ran.status, ran.out, ran.err.count("\n")) == (4, "", 1)
    named = rf"process {os.getpid()} \(on {os.uname().nodename}, since 2\d\d\d-[-0-9:+ ]+, .+\) is writing to it; "
    assert re.search(named + "try again when it has ended, or wait with --timeout$", ran.err), ran.err


def test_it_shows_no_escapes_of_the_command_that_holds_the_lock(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["searcher", "index", "a\x1b[31m\nb\udcff"])
    with generations.writing(tmp_path / "index"):
        ran = run("searcher", "index", "seeds", "--index", str(tmp_path / "index"))
    assert ran.status == 4
    assert "searcher index" in ran.err
    assert ran.err.removesuffix("\n").isprintable()


def test_it_names_an_unreadable_file_once_and_ends_with_5(run: Run, place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "seeds", tmp_path / "archive")
    (tmp_path / "archive" / "noise.txt").write_bytes(b"\x00\x01\x02" * 100)
    ran = run("searcher", "index", str(tmp_path / "archive"), "--index", str(tmp_path / "index"))
    first, second, *table = ran.err.splitlines()
    assert (ran.status, ran.out) == (5, "")
    assert [row.split()[:2] for row in table] == [["format", "files"], ["text", "2"], ["?", "1"]]
    assert first == f"not read: {tmp_path / 'archive' / 'noise.txt'}: not text (it holds zero bytes)"
    assert re.fullmatch(
        rf"2 articles from 3 files, 1 not read in \d+\.\d s \(\d+ a second\): {tmp_path / 'index'}", second
    )
    assert run("search", "--index", str(tmp_path / "index"), "Assad").status == 0


def test_it_refuses_an_empty_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run("searcher", "index", str(tmp_path / "empty"), "--index", str(tmp_path / "index"))
    assert ran == Ran(2, "", f"searcher: nothing to index in {tmp_path / 'empty'}\n")
    assert not (tmp_path / "index").exists()


def test_it_keeps_the_index_when_the_path_is_mistyped(run: Run, place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "index", tmp_path / "index")
    assert run("searcher", "index", "seedz", "--index", str(tmp_path / "index")).status != 0
    assert run("search", "--index", str(tmp_path / "index"), "Assad").status == 0


def test_it_ends_with_2_where_it_cannot_write(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ran = run("searcher", "index", "seeds", "--index", str(tmp_path / "file"))
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"searcher: {tmp_path / 'file'}: file exists; the index is as it was before\n"


def test_it_ends_with_130_when_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(searcher, "update", interrupted)
    ran = run("searcher", "index", "seeds", "--index", "elsewhere")
    assert (ran.status, ran.out) == (130, "")


def test_it_ends_with_130_at_a_real_signal(tmp_path: Path) -> None:
    with process("searcher", "index", "-", "--index", str(tmp_path / "index"), stdin=subprocess.PIPE) as indexing:
        assert indexing.stdin is not None
        indexing.stdin.write(b"Assad " * (1 << 18))  # more than a pipe holds: when this returns, it is being read
        indexing.stdin.flush()
        indexing.send_signal(signal.SIGINT)
        _, err = indexing.communicate()
    assert (indexing.returncode, b"Traceback" in err) == (130, False)
    assert not (tmp_path / "index").exists()


def test_it_reports_a_mistake_of_its_own_in_a_line(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistaken(*_: object) -> None:
        raise ZeroDivisionError("division\x1b[31m by zero")

    monkeypatch.setattr(sys, "argv", ["search", "Assad"])
    monkeypatch.setattr(searcher, "open", mistaken)
    with pytest.raises(SystemExit) as end:
        cli.search_main()
    assert (end.value.code, capsys.readouterr()) == (
        70,
        (
            "",
            "search: internal error (ZeroDivisionError: division\ufffd[31m by zero); please report it with the output of "
            "SEARCHER_DEBUG=1 search …\n",
        ),
    )
    monkeypatch.setenv("SEARCHER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.search_main()


# ── formats ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_prints_the_documented_json(run: Run) -> None:
    for words in (["Assad"], ["Assad", "--explain"], ["zzzz"], ["titre:", "(Assad"], ["prix", "Assad", "Damas"]):
        ran = run("search", *words, "--json")
        found(ran)
        assert ran.out.count("\n") == 1
    answer = json.loads(run("search", "--format", "json", "Assad", "--limit", "1", "--page", "2").out)
    with searcher.open() as index:
        fingerprint = index.about.fingerprint
    assert list(answer) == ["schema", "query", "index", "total", "groups", "complete", "page", "took_ms", "hits"]
    assert answer["query"] == {"raw": "Assad", "parsed": "Assad", "relaxed": False, "notes": []}
    assert answer["index"] == {"engine": "whoosh", "articles": 2, "fingerprint": fingerprint}
    assert (answer["schema"], answer["total"], answer["page"], len(answer["hits"])) == (1, 2, 2, 1)
    assert answer["hits"][0]["rank"] == 2


def test_it_adds_up_an_explained_score(run: Run) -> None:
    for hit in found(run("search", "Assad", "Syrie", "--explain", "--json")).values():
        assert sum(part["points"] for part in hit["parts"]) == pytest.approx(hit["score"], abs=1e-5)


def test_it_says_when_the_answer_is_relaxed(run: Run) -> None:
    answer = json.loads(run("search", "Erdoğan", "Assad", "Mitterrand", "--json").out)
    assert answer["query"]["relaxed"]
    assert (answer["hits"][0]["id"], answer["hits"][0]["missing"]) == (MOSCOW, ["Mitterrand"])
    ran = run("search", "Erdoğan", "Assad", "Mitterrand")
    assert ran.status == 0
    assert "note: no article has all 3 words; these have some of them, the best first\n" in ran.err
    assert "missing: Mitterrand\n" in ran.out
    assert (
        "  \n   missing: Mitterrand\n\n   > " in run("search", "Erdoğan", "Assad", "Mitterrand", "--format", "md").out
    )
    chosen = ("--fields", "id,missing", "--no-header")
    rows = run("search", "Erdoğan", "Assad", "Mitterrand", "Hugo", "--format", "csv", *chosen).out.splitlines()
    assert rows[0] == f"{MOSCOW},Mitterrand | Hugo"
    assert run("search", "Assad", "--format", "csv", "--limit", "1", *chosen).out.rstrip().endswith(",")
    assert "  Mitterrand: 0\n" in ran.err
    assert "note: no article has both words; these have one of them\n" in run("search", "Erdoğan", "Mitterrand").err
    assert run("search", "Erdoğan", "Assad", "Mitterrand", "--match", "all").status == 1
    assert run("search", "Choïgou", "Erdoğan", "--match", "any").err == "2 articles\n"


def test_it_prints_the_same_hits_in_every_format(run: Run) -> None:
    whole = json.loads(run("search", "Assad", "--json").out)["hits"]
    lines = [json.loads(line) for line in run("search", "Assad", "--format", "jsonl").out.splitlines()]
    assert lines == whole
    for line in lines:
        jsonschema.validate(line, {**SCHEMA["$defs"]["hit"], "$defs": SCHEMA["$defs"]})
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        ran = run("search", "Assad", "--format", form)
        rows = list(csv.DictReader(io.StringIO(ran.out), delimiter=delimiter))
        assert [row["id"] for row in rows] == [hit["id"] for hit in whole]
        assert list(rows[0]) == "rank score id title date source author url path passage".split()
        assert [row["passage"] for row in rows] == [
            " … ".join(passage["text"] for passage in hit["passages"]) for hit in whole
        ]
        assert ran.err == ""


def test_it_prints_csv(run: Run) -> None:
    assert run("search", "choigou", "--format", "csv").out == (
        "rank,score,id,title,date,source,author,url,path,passage\n"
        f"1,{json.loads(run('search', 'choigou', '--json').out)['hits'][0]['score']},004_acabaebf66cc69b0,"
        "Syrie : rencontre surprise entre Poutine et Assad à Damas,2020-01,,,,seeds/004_acabaebf66cc69b0.txt,"
        '"Selon les images diffusées sur les réseaux sociaux par les journalistes russes, le ministre russe de la '
        'Défense Sergueï Choïgou était également présent."\n'
    )


def test_it_prints_markdown(run: Run) -> None:
    assert run("search", "Erdoğan", "Assad", "--format", "md").out == (
        "1. **Le chef de l’Etat russe a rencontré mercredi à Moscou le président syrien…**  \n"
        "   000\\_46078d7cf27677f4 · seeds/000\\_46078d7cf27677f4.txt\n"
        "\n"
        "   > Une rencontre entre **Assad** et **Erdoğan** ?\n"
        "\n"
        "   > Le président turc Recep Tayyip **Erdoğan** et al-**Assad** ont récemment indiqué qu’ils souhaitaient "
        "rétablir les relations diplomatiques.\n"
        "\n"
    )


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "tsv", "md"])
def test_it_ends_with_1_when_nothing_is_found_in_any_format(run: Run, form: str) -> None:
    assert run("search", "zzzz", "--format", form).status == 1


# ── options ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--sort", "date"], [DAMASCUS, MOSCOW]),
        (["--sort", "-date"], [DAMASCUS, MOSCOW]),
        (["--since", "2020"], [DAMASCUS]),
        (["--since", "janvier 2020", "--until", "2020-01-31"], [DAMASCUS]),
        (["--until", "2019"], []),
        (["--since", "2020-02-01"], []),
    ],
    ids=lambda value: " ".join(value),
)
def test_it_sorts_and_limits_by_date(run: Run, options: list[str], expected: list[str]) -> None:
    lines = run("search", "Assad", "--format", "jsonl", *options).out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == expected


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_it_shows_at_most_so_many_passages(run: Run, count: int) -> None:
    hits = found(run("search", "Assad", "--passages", str(count), "--json"))
    assert all(len(hit["passages"]) <= count for hit in hits.values())
    assert all(hit["passages"] for hit in hits.values()) or count == 0


@pytest.mark.parametrize(
    "command", [["search"], ["searcher"], ["searcher", "search"], ["searcher", "index"]], ids=" ".join
)
def test_it_says_its_version(run: Run, command: list[str]) -> None:
    assert run(*command, "--version") == Ran(0, f"searcher {searcher.__version__}\n", "")


def test_it_lists_the_commands_when_given_none(run: Run) -> None:
    ran = run("searcher")
    assert ran.status == 2
    assert (ran.out + ran.err).startswith("Usage: searcher")


def test_it_helps(run: Run) -> None:
    for command in (["search"], ["searcher"], ["searcher", "index"], ["searcher", "show"]):
        ran = run(*command, "--help")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.strip().startswith(f"Usage: {' '.join(command)} ")


# ── the other commands ────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_searches_alike_under_both_names(run: Run) -> None:
    assert run("searcher", "search", "Erdoğan", "Assad") == run("search", "Erdoğan", "Assad")


def test_it_shows_an_article(run: Run) -> None:
    ran = run("searcher", "show", DAMASCUS)
    title, about, empty, text = ran.out.splitlines()
    assert (ran.status, ran.err, empty) == (0, "", "")
    assert title == "Syrie : rencontre surprise entre Poutine et Assad à Damas"
    assert about == "2020-01 · 004_acabaebf66cc69b0 · seeds/004_acabaebf66cc69b0.txt"
    assert text.startswith("C'est la première visite")
    assert text.endswith("chargée des opérations ...")
    shown = json.loads(run("searcher", "show", DAMASCUS, "--json").out)
    jsonschema.validate(shown, {**SCHEMA["$defs"]["article"], "$defs": SCHEMA["$defs"]})
    assert (shown["title"], shown["text"]) == (title, text)


def test_it_says_what_the_index_holds(run: Run, place: Path) -> None:
    facts = json.loads(run("searcher", "stats", "--format", "json").out)
    *known, source, year, language, format = facts
    assert known[:8] == "index articles bytes engine fingerprint created paths copies".split()
    assert [source, year, language, format] == "by_source by_year by_language by_format".split()
    assert facts["by_year"] == {"": 1, "2020": 1}
    assert (facts["articles"], facts["paths"]) == (2, [str(place / "seeds")])
    lines = run("searcher", "stats").out.splitlines()
    labels = ["duplicates" if name == "copies" else name for name in known]
    assert [line.split()[0] for line in lines[: len(known)]] == labels
    headings = [line[:12].strip() for line in lines[len(known) :] if line[:12].strip()]
    assert headings == "by source|by year|by language|by format".split("|")


@pytest.mark.parametrize(
    "words",
    [
        ("stats",),
        ("check",),
        ("check", "--full", "--repair"),
        ("why", "Erdoğan Assad", MOSCOW),
        ("analyze", "l’Etat d'Assad"),
        ("config",),
        ("facets", "Assad"),
        ("timeline", "Assad"),
        ("names", "Assad"),
        ("pairs",),
        ("quotes",),
        ("kwic", "Assad"),
        ("similar", MOSCOW),
        ("diff", MOSCOW, DAMASCUS),
        ("sample", "Assad"),
        ("show", MOSCOW),
        ("search", "Assad"),
    ],
    ids=" ".join,
)
def test_what_a_command_prints_comes_in_four_formats(run: Run, words: tuple[str, ...]) -> None:
    text, whole, lines, table = (run("searcher", *words, "--format", form) for form in ("text", "json", "jsonl", "csv"))
    assert text.status == whole.status == lines.status == table.status
    assert isinstance(json.loads(whole.out), dict | list)
    records = [json.loads(line) for line in lines.out.splitlines()]
    head, *rows = csv.reader(table.out.splitlines())
    assert all(isinstance(each, dict) for each in records)
    assert {len(row) for row in rows} <= {len(head)}
    if words[0] in ("stats", "check", "why", "analyze", "config"):
        assert [list(each) for each in records] == [head] * len(rows)


def test_whether_an_index_is_sound_is_told_in_json_also_when_it_is_not(run: Run, place: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(place / "index", index)
    sound = {"folder": str(index), "articles": 2, "full": False, "wrong": []}
    assert json.loads(run("searcher", "check", "--index", str(index), "--format", "json").out) == sound
    (large,) = index.glob("g*/*/*.trm")
    large.write_bytes(large.read_bytes()[:-1])
    ran = run("searcher", "check", "--index", str(index), "--format", "json")
    assert ran.status == 3
    (wrong,) = json.loads(ran.out)["wrong"]
    assert str(large) in wrong


def test_it_checks(run: Run, place: Path, tmp_path: Path) -> None:
    assert run("searcher", "check", "--full") == Ran(0, f"{place / 'index'}: 2 articles, nothing wrong\n", "")
    quick = "nothing wrong at a quick look (--full reads everything)"
    assert run("searcher", "check") == Ran(0, f"{place / 'index'}: 2 articles, {quick}\n", "")
    shutil.copytree(place / "index", tmp_path / "index")
    (large,) = (tmp_path / "index").glob("g*/*/*.trm")  # larger than what is looked at when an index is opened
    damaged = bytearray(large.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    large.write_bytes(damaged)
    ran = run("searcher", "check", "--full", "--index", str(tmp_path / "index"))
    assert (ran.status, ran.out) == (3, "")
    assert str(large) in ran.err
    assert f"mend it with: searcher check --repair --index {tmp_path / 'index'}" in ran.err
    ran = run("searcher", "check", "--full", "--repair", "--index", str(tmp_path / "index"))
    assert (ran.status, ran.out) == (0, f"{tmp_path / 'index'}: rebuilt, 2 articles (there were 2)\n")
    assert run("searcher", "check", "--full", "--index", str(tmp_path / "index")).status == 0


@pytest.mark.parametrize("damaged", [None, b"", b"{"], ids=["missing", "empty", "not JSON"])
def test_it_puts_a_lost_manifest_back(run: Run, place: Path, tmp_path: Path, damaged: bytes | None) -> None:
    index = tmp_path / "index"
    shutil.copytree(place / "index", index)
    sound = (index / manifest.NAME).read_bytes()
    _lose(index, damaged)
    ran = run("searcher", "check", "--index", str(index))
    assert ran.status == 3
    assert "check --repair" in ran.err
    ran = run("searcher", "check", "--repair", "--index", str(index))
    assert (ran.status, ran.out) == (0, f"{index}: its manifest was put back, 2 articles\n")
    assert (index / manifest.NAME).read_bytes() == sound
    assert run("searcher", "check", "--full", "--index", str(index)).status == 0


@pytest.mark.parametrize("damaged", [None, b"{"], ids=["missing", "not JSON"])
def test_it_rebuilds_from_what_the_ledger_names(run: Run, tmp_path: Path, damaged: bytes | None) -> None:
    """Neither the manifest nor its copy is left."""
    index, archive = tmp_path / "index", tmp_path / "archive"
    shutil.copytree(HERE / "seeds", archive)
    assert run("searcher", "index", str(archive), "--index", str(index)).status == 0
    (archive / "new.txt").write_text(
        "Un article de plus, que personne n’a nommé.", "utf-8"
    )  # so files are named, no folder
    (copy,) = index.glob(f"g*/{manifest.COPY}")
    copy.write_text("{", "utf-8")
    _lose(index, damaged)
    ran = run("searcher", "check", "--repair", "--index", str(index))
    assert (ran.status, ran.out) == (0, f"{index}: rebuilt, 2 articles (there were an unknown number)\n")
    assert run("searcher", "check", "--full", "--index", str(index)).status == 0


def test_it_says_when_nothing_tells_what_an_index_was_made_of(run: Run, place: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(place / "index", index)
    for path in (*index.glob(f"g*/{manifest.COPY}"), *index.glob(f"g*/{manifest.LEDGER}")):
        path.write_bytes(b"{")
    _lose(index, b"{")
    ran = run("searcher", "check", "--repair", "--index", str(index))
    assert (ran.status, ran.out) == (3, "")
    assert "neither its manifest nor its ledger can be read" in ran.err
    assert f"rebuild with: searcher index PATH --index {index}" in ran.err


def _lose(index: Path, damaged: bytes | None) -> None:
    path = index / manifest.NAME
    path.unlink() if damaged is None else path.write_bytes(damaged)


def test_it_refuses_an_index_that_others_may_have_written(
    run: Run, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    shutil.copytree(place / "index", index)
    generation = next(index.glob("g*"))
    for path in (
        index,
        index / manifest.NAME,
        generation,
        generation / "whoosh",
        next(generation.glob("whoosh/*.trm")),
    ):
        mode = path.stat().st_mode
        path.chmod(mode | 0o002)
        ran = run("search", "Assad", "--index", str(index))
        assert ran == Ran(3, "", f"search: {path}: anyone may write to it; to use it all the same: chmod o-w {path}\n")
        path.chmod(mode)
    assert run("search", "Assad", "--index", str(index)).status == 0
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    if (index / manifest.NAME).stat().st_uid == 0:
        assert run("search", "Assad", "--index", str(index)).status == 0
    else:
        assert "belongs to another user" in run("search", "Assad", "--index", str(index)).err
        monkeypatch.setenv("SEARCHER_TRUST", str(index))
        assert run("search", "Assad", "--index", str(index)).status == 0


def test_it_shows_how_words_are_indexed(run: Run) -> None:
    assert run("searcher", "analyze", "l’Etat d'Assad, Choïgou") == Ran(
        0, "Etat\tetat\tétat\tetat\nAssad\tassad\t^assad\tassad\nChoïgou\tchoigou\t^choigou\tchoigou\n", ""
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("langue:xx",), "no article has language:xx; languages there are: fr"),
        (("source:figaro",), "no article has source:figaro, nor any other source"),
        (("date:1950",), "no article for date:1950; dates go from 2020-01 to 2020-01"),
        (("Poutine", "--until", "1950"), "no article for the dates asked for; dates go from 2020-01 to 2020-01"),
        (("Poutine", "--filter", "section=Sport"), "no article has the section asked for, nor any other section"),
    ],
)
def test_a_filter_that_no_article_passes_says_what_there_is(run: Run, asked: tuple[str, ...], told: str) -> None:
    ran = run("search", *asked)
    assert (ran.status, ran.out) == (1, "")
    assert f"  {told}\n" in ran.err


@pytest.mark.parametrize(
    ("query", "identifier", "status", "out"),
    [
        (
            "Erdoğan Assad",
            DAMASCUS,
            1,
            "Syrie : rencontre surprise entre Poutine et Assad à Damas\n"
            "  has not  Erdoğan\n"
            "  has  Assad  as Assad\n"
            "not among the 1 found\n",
        ),
        ("zzzz", MOSCOW, 1, "…\n  has not  zzzz\nnot among the 0 found\n"),
        ("Erdoğan Assad", MOSCOW, 0, "…\n  has  Erdoğan  as Erdoğan\n  has  Assad  as Assad\nnumber 1 of 1\n…"),
    ],
)
def test_it_says_why(run: Run, query: str, identifier: str, status: int, out: str) -> None:
    ran = run("searcher", "why", query, identifier)
    assert (ran.status, ran.err) == (status, "")
    assert re.fullmatch(re.escape(out).replace("…", ".*"), ran.out, re.DOTALL)


def test_it_explains_the_query_language(run: Run) -> None:
    assert run("searcher", "help", "syntax") == Ran(0, f"{searcher.syntax()}\n", "")
    assert run("searcher", "help") == run("searcher", "help", "syntax")
    ran = run("searcher", "help", "weather")
    assert ran == Ran(2, "", "searcher: there is no page on 'weather'; try: searcher help syntax\n")


def test_it_widens_names_unless_told_not_to(run: Run, tmp_path: Path) -> None:
    assert set(found(run("search", "Putin", "--json"))) == {MOSCOW, DAMASCUS}
    assert run("search", "Putin", "--no-variants").status == 1
    (tmp_path / "names").write_text("# diminutives\nVovochka = Poutine\n", "utf-8")
    assert run("search", "Vovochka").status == 1
    assert set(found(run("search", "Vovochka", "--variants", str(tmp_path / "names"), "--json"))) == {MOSCOW, DAMASCUS}
    ran = run("search", "Putin", "--no-variants", "--variants", str(tmp_path / "names"))
    assert (ran.status, ran.out) == (2, "")
    ran = run("search", "Putin", "--variants", str(tmp_path / "nowhere"))
    assert (ran.status, ran.out) == (2, "")
    assert str(tmp_path / "nowhere") in ran.err


def test_it_widens_the_name_that_begins_a_list(run: Run, tmp_path: Path) -> None:
    (tmp_path / "names").write_text("Vovochka = Poutine\n", "utf-8")
    assert run("search", "Vovochka", "--variants", str(tmp_path / "names")).status == 0


def test_it_runs_as_a_module(place: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "searcher", "check", "--full"], cwd=place, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        0,
        f"{place / 'index'}: 2 articles, nothing wrong\n",
        "",
    )


def test_it_shows_how_far_a_build_is_on_a_terminal_only(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "\r" not in run("searcher", "index", "seeds", "--index", str(tmp_path / "quiet")).err
    clock = iter(range(10_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    ran = run("searcher", "index", "seeds", "--index", str(tmp_path / "index"))
    drawn = ran.err.split("\r\x1b[K")
    assert ran.out == ""
    assert any("2 articles" in line and "100%" in line for line in drawn[:-1])
    assert drawn[-1].startswith("2 articles from 2 files in ")


# ── colours and widths ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "environment", "terminal_", "colored"),
    [
        ([], {}, False, False),
        ([], {"TERM": "xterm"}, True, True),
        ([], {"TERM": "dumb"}, True, False),
        ([], {"NO_COLOR": "1"}, True, False),
        ([], {"NO_COLOR": ""}, True, True),
        ([], {"FORCE_COLOR": "1"}, False, True),
        ([], {"FORCE_COLOR": "0"}, False, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
        (["--color", "always"], {}, False, True),
        (["--color", "always"], {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_it_colours_when_asked_or_on_a_terminal(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    environment: dict[str, str],
    terminal_: bool,
    colored: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal_, raising=False)
    for words in (["search", "Erdoğan", "--pager", "never"], ["searcher", "show", MOSCOW, "--pager", "never"]):
        ran = run(*words, *options)
        assert ("\x1b[" in ran.out) == colored
        assert "\x1b" not in ran.err


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv", "md"])
def test_it_never_colours_what_programs_read(run: Run, form: str) -> None:
    assert "\x1b" not in run("search", "Erdoğan", "--color", "always", "--format", form).out


def test_it_colours_what_matched_and_nothing_else(run: Run) -> None:
    ran = run("search", "Erdoğan", "--color", "always")
    assert set(re.findall(r"\x1b\[1;31m(.*?)\x1b\[0m", ran.out)) == {"Erdoğan"}
    assert ESCAPE.sub("", ran.out) == run("search", "Erdoğan").out


@pytest.mark.parametrize("columns", [24, 40, 79, 120])
def test_it_wraps_passages_to_the_columns(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    whole = run("search", "Assad", "--limit", "1").out.splitlines()
    monkeypatch.setenv("COLUMNS", "")
    assert run("search", "Assad", "--limit", "1").out.splitlines() == whole
    monkeypatch.setenv("COLUMNS", str(columns))
    wrapped = run("search", "Assad", "--limit", "1").out.splitlines()
    assert wrapped[:2] == whole[:2]
    assert all(len(line) <= columns for line in wrapped[2:])
    assert " ".join(" ".join(wrapped[2:]).split()) == " ".join(" ".join(whole[2:]).split())
    colored = run("search", "Assad", "--limit", "1", "--color", "always").out
    assert ESCAPE.sub("", colored).splitlines() == wrapped


printable = st.text(st.sampled_from("ab éÉœ’'- \u00a0.\n\t\r\x1b\x9b\u202e\u2028€😀"), max_size=200)


@st.composite
def hits(draw: st.DrawFn) -> searcher.Hit:
    text = draw(printable)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=8)))
    start, end, *inside = cuts[0], cuts[-1], *(cut - cuts[0] for cut in cuts[1:-1])
    ranges = tuple((a, b) for a, b in zip(inside[::2], inside[1::2], strict=False) if a < b)
    passage = searcher.Passage(text[start:end], start, end, ranges)
    article = searcher.Article("id", text, draw(printable), author=draw(printable), path=draw(printable))
    return searcher.Hit(1, 1.0, article, (passage,))


@settings(max_examples=100, deadline=None)
@given(hits(), st.one_of(st.none(), st.integers(24, 120)))
def test_it_prints_any_article_safely_and_colour_changes_nothing_else(hit: searcher.Hit, width: int | None) -> None:
    about = searcher.About("index", "g000001", "whoosh", "2.7.4", 1, "french", "2026-11-28", (), 1, 0, 1, "f00d", 1)
    results = searcher.Results(searcher.Ask("q"), about, "q", 1, (hit,))
    bare = list(terminal.render(results, color=False, width=width))
    colored = list(terminal.render(results, color=True, width=width))
    assert not [line for line in bare if RAW.search(line)]
    assert [ESCAPE.sub("", line) for line in colored] == bare
    assert not [line for line in colored if RAW.search(ESCAPE.sub("", line))]


# ── hostile articles ──────────────────────────────────────────────────────────────────────────────────────────────────

HOSTILE = "rouge\x1b[31m \x1b]0;pwned\x07 \u202eécran\u202c \x9b2J \u2066caché\u2069 \x00\x08\x7f virus"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of articles made to hurt whoever prints them."""
    folder = tmp_path_factory.mktemp("hostile")
    records = [
        {"id": f"a{HOSTILE}", "title": f"Titre {HOSTILE}", "text": f"Texte {HOSTILE} de l’article.", "author": HOSTILE}
        | {"source": HOSTILE, "url": HOSTILE, "language": "fr"},
        {
            "id": "formule",
            "title": '=HYPERLINK("http://a.b")',
            "text": "+33 formule",
            "author": "@SUM(A1)",
            "source": "-1",
        },
        {
            "id": "balise",
            "title": "[clic](javascript:alert) <b>",
            "text": "Une *balise* | `code` <script>",
            "url": "javascript:1",
        },
    ]
    lines = (json.dumps(record) for record in records)
    (folder / "articles.jsonl").write_text("\n".join(lines), "utf-8")
    assert searcher.build(folder / "index", [folder / "articles.jsonl"]).failures == ()
    return folder / "index"


@pytest.mark.parametrize(
    "form",
    ["text", "json", "jsonl", "csv", "tsv", "md"],
)
def test_it_never_prints_an_articles_control_characters(run: Run, hostile: Path, form: str) -> None:
    ran = run("search", "--index", str(hostile), "virus", "--format", form, "--explain")
    assert ran.status == 0
    assert not RAW.search(ran.out + ran.err)
    assert "virus" in ran.out


def test_it_never_shows_an_articles_control_characters(run: Run, hostile: Path) -> None:
    with searcher.open(hostile) as index:
        (hit,) = index.search("virus")
    ran = run("searcher", "show", hit.article.id, "--index", str(hostile), "--color", "always")
    assert ran.status == 0
    assert not RAW.search(ESCAPE.sub("", ran.out) + ran.err)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_it_gives_programs_the_article_unchanged(run: Run, hostile: Path, form: str) -> None:
    answer = json.loads(run("search", "--index", str(hostile), "virus", "--format", form).out)
    hit = answer["hits"][0] if form == "json" else answer
    assert hit["source"] == " ".join(
        HOSTILE.replace("\x00", " ").replace("\x9b", "›").split()
    )  # no zero byte; C1 is Windows-1252


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_it_hands_no_formula_to_a_spreadsheet(run: Run, hostile: Path, form: str, delimiter: str) -> None:
    ran = run("search", "--index", str(hostile), "formule", "--format", form)
    (row,) = csv.DictReader(io.StringIO(ran.out), delimiter=delimiter)
    assert (row["title"], row["author"], row["source"], row["passage"]) == (
        '\'=HYPERLINK("http://a.b")',
        "'@SUM(A1)",
        "'-1",
        "'+33 formule",
    )
    assert not [value for value in row.values() if value[:1] in tuple("=+-@\t\r")]


def test_it_lets_no_markup_into_markdown(run: Run, hostile: Path) -> None:
    ran = run("search", "--index", str(hostile), "balise", "--format", "md")
    assert "javascript:1" not in ran.out
    assert not re.search(r"(?<!\\)[<\[`|]", ran.out)


@settings(max_examples=200)
@given(st.text())
def test_it_makes_any_text_safe_and_keeps_its_length(text: str) -> None:
    safe = plain.safe(text)
    assert len(safe) == len(text)
    assert not RAW.search(safe)
    assert len(plain.line(text).splitlines()) <= 1


# ── streams that end ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_takes_a_closed_pipe_for_success(place: Path) -> None:
    """`search Assad | head -0`: nobody reads."""
    with process("search", "Assad", cwd=place, stdout=subprocess.PIPE) as searching:
        assert searching.stdout is not None
        assert searching.stderr is not None
        searching.stdout.close()
        err = searching.stderr.read()
    assert (searching.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_it_says_in_a_line_that_the_disk_is_full(place: Path) -> None:
    with open("/dev/full", "w") as full, process("search", "Assad", cwd=place, stdout=full) as searching:
        _, err = searching.communicate()
    assert (searching.returncode, b"Traceback" in err) == (2, False)


def test_it_runs_without_standard_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert run("search", "Assad").status == 0


def test_it_prints_what_a_latin1_terminal_can_show(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    with monkeypatch.context() as patched:
        terminal = io.TextIOWrapper(written, "latin-1", write_through=True)
        patched.setattr(sys, "stdout", terminal)
        assert run("search", "Erdoğan").status == 0
    assert "rencontré mercredi".encode("latin-1") in written.getvalue()


def test_it_ends_with_its_status_when_not_even_the_error_can_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by R3: a second fault met the line about the first."""

    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("searcher.faces.cli.running.print", fails, raising=False)
    assert run("search", "Assad", "--index", str(tmp_path / "none")).status == 3
