"""The documents against the program: sessions and examples are run, tables and links are held against what there is."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

import searcher
from searcher import errors
from searcher.article import FIELDS
from searcher.engines.whoosh import segment
from searcher.faces.cli import concordance, manage, options, reading, running, search
from searcher.indexing import manifest
from searcher.readers import records
from searcher.readers.formats import FORMATS
from searcher.render import tables
from tests import places
from tests.faults.runs import Runner

HERE = places.ROOT
DOCUMENTS = sorted([*HERE.glob("*.md"), *(HERE / "docs").rglob("*.md"), *HERE.glob("*/README.md")])
FRENCH = re.compile(r"docs/fr/|\.fr\.md")
"""What the name of a document in French holds: its examples are run in French."""
NAMES = [str(path.relative_to(HERE)) for path in DOCUMENTS]


def fenced(language: str) -> list[Any]:
    """The fenced blocks of a language in all documents, each named by its document and line."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        for block in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, block.start()) + 1
            found.append(pytest.param(block.group(1), id=f"{path.relative_to(HERE)}:{line}"))
    return found


def table(path: str, first: str) -> list[list[str]]:
    """The rows of the table whose head has a cell `first`, without the head."""
    lines = (HERE / path).read_text("utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("|") and first in cells(line))
    return [cells(line) for line in takewhile(lambda line: line.startswith("|"), lines[at + 2 :])]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def section(path: str, heading: str) -> str:
    """The text under a heading, up to the next of its rank."""
    text = (HERE / path).read_text("utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{path} has no section {heading!r}"
    return found.group(1)


# ── what can run, runs ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader of the documents stands: a folder with the seeds."""
    shutil.copytree(HERE / "seeds", tmp_path / "seeds")
    for variable in ("SEARCHER_INDEX", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(session: str) -> Iterator[tuple[str, str]]:
    """Each command of a session with what follows it."""
    for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def test_it_has_sessions_and_examples() -> None:
    assert fenced("console")
    assert fenced("python")


@pytest.mark.parametrize("session", fenced("console"))
def test_it_prints_what_the_session_shows(
    place: Path, session: str, runner: Runner, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`…` stands for anything: for any lines where it is alone on one."""
    monkeypatch.setenv("SEARCHER_LANG", "fr" if FRENCH.search(request.node.name) else "en")
    if "searcher index" not in session:
        searcher.build("index", ["seeds"])
    for command, printed in commands(session):
        assert command.split()[0] in ("search", "searcher")
        shown = runner.shown(*shlex.split(command), cwd=place, merged=True).out.replace(
            "\r\n", "\n"
        )  # RIS ends lines so
        lines = (re.escape(line).replace("…", ".*") + "\n" for line in printed.splitlines())
        pattern = "".join("(?:.*\n)*" if line == ".*\n" else line for line in lines)
        assert re.fullmatch(pattern, shown), f"$ {command}\n{shown}"


@pytest.mark.parametrize(
    "code", [each for each in fenced("python") if not (each.id or "").startswith("docs/python.md")]
)
def test_it_runs_the_python_examples(place: Path, capsys: pytest.CaptureFixture[str], code: str) -> None:
    searcher.build("index", ["seeds"])
    exec(compile(code, "example", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out


def test_it_runs_the_page_on_python_from_top_to_bottom(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The examples of docs/python.md are one program; what a ```text block shows, the example before it prints."""
    pytest.importorskip("watchfiles", reason="the page shows the extra watch")
    text, names = (HERE / "docs" / "python.md").read_text("utf-8"), {"__name__": "example"}
    found = re.findall(r"^```python\n(.*?)^```$\n*(?:^```text\n(.*?)^```$)?", text, re.MULTILINE | re.DOTALL)
    assert len(found) == text.count("```python\n")
    for code, printed in found:
        exec(compile(code, "docs/python.md", "exec"), names)
        assert capsys.readouterr().out == printed, code


RAISED = {
    name
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, searcher.SearcherError) and not name.startswith("_")
} - {"SearcherError"}


def test_the_page_on_python_names_every_error() -> None:
    rows = [name for row in table("docs/python.md", "error") for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(rows) == sorted(name for name in RAISED)


@pytest.mark.parametrize("answer", fenced("json"))
def test_it_shows_json_of_the_documented_form(answer: str) -> None:
    schema = json.loads((HERE / "docs" / "json-output.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(answer), schema)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        pytest.param(row[1].strip("`"), row[2].strip("*"), id=row[1].strip("`"))
        for path, head in (("README.md", "It finds"), ("README.fr.md", "Il trouve"))
        for row in table(path, head)
    ],
)
def test_it_understands_the_french_that_the_readme_shows(tmp_path: Path, typed: str, printed: str) -> None:
    (tmp_path / "article.jsonl").write_text(json.dumps({"text": printed}), "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "article.jsonl"])
    with searcher.open(tmp_path / "index") as index:
        (hit,) = index.search(typed, match="all")
        assert hit.passages[0].highlights


def test_it_parses_every_query_that_the_readme_shows(tmp_path: Path) -> None:
    searcher.build(tmp_path / "index", [HERE / "seeds"])
    with searcher.open(tmp_path / "index") as index:
        for row in (*table("README.md", "You get"), *table("README.fr.md", "Vous obtenez")):
            for query in re.findall(r"`([^`]+)`", row[0]):
                assert not [note for note in index.search(query).notes if note.kind != "variants"], query


# ── what there is, is documented ──────────────────────────────────────────────────────────────────────────────────────

MANAGING: Any = typer.main.get_command(manage.managing())
COMMANDS: dict[str, Any] = {
    "search": typer.main.get_command(search.searching),
    "searcher": MANAGING,
    **{f"searcher {name}": command for name, command in MANAGING.commands.items() if name != "search"},
}


@pytest.mark.parametrize("name", COMMANDS)
def test_it_documents_every_command_and_option(name: str) -> None:
    text = section("docs/commands.md", name)
    command = COMMANDS[name]
    context = command.make_context(name, [], resilient_parsing=True)
    options = {
        option
        for parameter in command.get_params(context)
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option[0] == "-"
    }
    documented = set(re.findall(r"`(--[a-z-]+)", re.sub(r"^(?!\|).*$", "", text, flags=re.MULTILINE)))
    assert (options | {"--help"}) - {"--lang"} == documented - {"--lang"}


def test_it_documents_the_option_that_every_command_takes() -> None:
    assert "`--lang en`" in section("docs/commands.md", "searcher")


@pytest.mark.parametrize(
    ("command", "option", "kind"),
    [
        ("search", "--match", searcher.Required),
        ("search", "--sort", searcher.Sort),
        ("search", "--format", options.Format),
        ("search", "--color", options.Color),
        ("searcher kwic", "--format", concordance.LineFormat),
        ("searcher show", "--format", reading.ArticleFormat),
        ("searcher sample", "--format", reading.SampleFormat),
    ],
)
def test_it_documents_every_value(command: str, option: str, kind: type[StrEnum]) -> None:
    rows = [line for line in section("docs/commands.md", command).splitlines() if f"`{option}" in line]
    assert all(re.search(rf"[` ]{value.value}`", " ".join(rows)) for value in kind)


def test_it_documents_every_field_that_an_export_can_have() -> None:
    (row,) = [line for line in section("docs/commands.md", "search").splitlines() if line.startswith("| `--fields")]
    assert set(re.findall(r"`(\w+)`", row)) - {"csv", "tsv", "json", "jsonl"} == set(tables.FIELDS)


@pytest.mark.parametrize(
    ("path", "first"),
    [("README.md", "exit status"), ("README.fr.md", "code de sortie"), ("docs/commands.md", "status")],
)
def test_it_documents_every_exit_status(path: str, first: str) -> None:
    raised = {
        each.exit_status
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, searcher.SearcherError)
    }
    ours = {0, running.NOTHING_FOUND, running.SOME_FAILED, running.INTERRUPTED, running.INTERNAL_ERROR}
    assert {int(row[0]) for row in table(path, first)} == raised | ours


def test_it_documents_every_key_it_reads() -> None:
    documented = {word for row in table("docs/formats.md", "keys") for word in re.findall(r"`(\w+)`", row[1])}
    assert documented == set(records.KEYS)


def test_it_documents_every_part_that_formats_need() -> None:
    documented = {word for row in table("docs/formats.md", "part") for word in re.findall(r"`(\w+)`", row[1])}
    needed = {form.extra for form in FORMATS.values() if form.extra} | {"zst"}
    assert documented == needed
    extras = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert needed <= set(extras)
    (everything,) = extras["all"]
    assert set(re.findall(r"\w+", everything.partition("[")[2])) == set(extras) - {"all", "dev"}


def test_it_documents_every_key_of_the_manifest() -> None:
    documented = {key for row in table("docs/index-format.md", "key") for key in re.findall(r"`(\w+)`", row[0])}
    assert documented == {*manifest.Manifest.__dataclass_fields__, "seal"}


def test_it_documents_every_field_and_column_of_an_index() -> None:
    for first, known in (("field", FIELDS), ("column", {"article", *segment.COLUMNS})):
        assert sorted(known) == sorted(
            name for row in table("docs/index-format.md", first) for name in re.findall(r"`(\w+)`", row[0])
        )


def test_it_documents_every_target_of_make() -> None:
    targets = set(re.findall(r"^(\w+):.*## ", (HERE / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {target for path in DOCUMENTS for target in re.findall(r"\bmake (\w+)", path.read_text("utf-8"))}
    assert {"search", "index", "test", "check", "bench"} <= named & targets


# ── links and secrets ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", DOCUMENTS, ids=NAMES)
def test_it_links_to_what_exists(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        named = (path.parent / target) if target else path
        assert named.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(named), f"{link} has no such heading"


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "name", ["commands", "json-output", "index-format", "decisions", "query-language", "python", "results"]
)
def test_it_links_every_document_from_the_readme(name: str) -> None:
    assert f"](docs/{name}.md)" in (HERE / "README.md").read_text("utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HERE, capture_output=True)
    if listed.returncode == 0 and listed.stdout:
        return [HERE / name for name in listed.stdout.decode().split("\0") if name and (HERE / name).is_file()]
    places = [HERE / "searcher", HERE / "tests", HERE / "docs"]  # no repository: as from a source distribution
    return [path for place in places for path in place.rglob("*") if path.suffix in (".py", ".md", ".txt", ".json")]


def test_it_names_no_folder_of_a_person_and_no_package_registry() -> None:
    homes = "|".join(("home/[a-z]", "Users/[A-Z]", "root/", "work/[a-z]"))
    hosts = "|".join(re.escape(".".join(host)) for host in (("pypi", "org"), ("pythonhosted", "org")))
    unwanted = re.compile(rf"(?<![\w./])/(?:{homes})|{hosts}".encode())
    for path in tracked():
        found = unwanted.search(path.read_bytes())
        assert found is None, f"{path.relative_to(HERE)} holds {found.group()!r}"


@pytest.mark.parametrize("path", sorted([*HERE.glob("*.md"), *HERE.glob("docs/**/*.md")]), ids=lambda path: path.name)
def test_its_prose_wraps_at_one_width(path: Path) -> None:
    inside, long = False, []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif not inside and len(line) > 120 and not line.startswith("|"):
            long.append(number)
    assert not long, f"{path.name}: wrap lines {long} at 120 columns"
