"""The quick path of `search` reads a command line as Typer does, and every command takes what its function takes."""

from __future__ import annotations

import inspect
import shlex
from typing import Any

import pytest
import typer
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.faces.cli import manage  # which declares the commands
from searcher.faces.cli.answer import OPTIONS
from searcher.faces.cli.examples import EXAMPLES
from searcher.faces.cli.options import ASKING, COMMANDS, SORT, TIMEOUT, WORDS, Command, read
from searcher.faces.cli.typed import add
from searcher.messages import table

assert manage

_REFUSED: Any = typer.BadParameter.__mro__[2]  # the root of what Typer says of a command line

_LINES = st.lists(
    st.sampled_from([option.name for option in OPTIONS])
    | st.builds("{}={}".format, st.sampled_from([option.name for option in OPTIONS]), st.sampled_from(["3", "all", ""]))
    | st.sampled_from(
        ["Assad", "-Assad", "-0", "-", "3", "-3", "2.5", "all", "date", "-date", "json", "always", "a b", ""]
    )
    | st.sampled_from(["--", "--limt", "--help", "source=Le Monde", "--limit=x"]),
    max_size=7,
)


def typed(line: list[str]) -> tuple[list[str], dict[str, Any]] | None:
    """What Typer makes of a command line; None when it refuses the line or prints something."""
    found: list[dict[str, Any]] = []
    application = typer.Typer(add_completion=False, rich_markup_mode=None)
    add(application, Command("search", lambda **values: found.append(values), (WORDS, *OPTIONS)))
    try:
        application(line, prog_name="search", standalone_mode=False)
    except _REFUSED:
        return None
    if not found:
        return None
    (values,) = found
    return values.pop("words"), values


@given(_LINES)
@example(["--limit", "3", "--filter", "a=b", "--filter=c=d", "Assad", "--", "--limit", "-x"])
@example(["--index", "--limit"])
@example(["--facets", "source", "Assad", "--facets=year,,", "--facets", ""])
def test_it_reads_a_line_as_typer_does(line: list[str]) -> None:
    quick = read(line, OPTIONS)
    if quick is not None:
        assert quick == typed(line)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_what_its_function_takes(name: str) -> None:
    command = COMMANDS[name]
    wanted = set(inspect.signature(command.run).parameters)
    given = {option.parameter for option in command.options} | {argument.key for argument in command.arguments}
    given -= {"version", "lang"}
    if "ask" in wanted:
        given -= {"words", *(option.parameter for option in (*ASKING, SORT, TIMEOUT))}
        given.add("ask")
    assert given == wanted


EXAMPLES_OF = [
    (name, example) for name, examples in EXAMPLES.items() for example in examples if example.startswith("sear")
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES_OF, ids=[example for _, example in EXAMPLES_OF])
def test_help_shows_examples_that_can_be_typed(name: str, example: str) -> None:
    called, *line = shlex.split(example)
    if called == "searcher" or name == "searcher":
        called, *line = line if called == "searcher" else (called, *line)
    assert name in (called, "searcher")
    options = COMMANDS[called].options
    assert line == ["--help"] or read([word for word in line if word != ">"], options) is not None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    assert EXAMPLES.get(name), "add one to examples.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_what_stands_for_a_value_is_told_in_both_languages(name: str) -> None:
    written = [each.metavar.strip("[]…") for each in COMMANDS[name].takes if each.metavar]
    assert not [each for each in written if len(each) > 1 and "|" not in each and f"metavar.{each}" not in table("en")]
