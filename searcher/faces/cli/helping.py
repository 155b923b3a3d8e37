"""A command → its help, in the language of this process: how it is called, examples, then what it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from searcher.faces.cli.answer import width
from searcher.faces.cli.examples import EXAMPLES
from searcher.faces.cli.options import Argument, Command, Option
from searcher.messages import say, table

WIDTH = 80
_NAMES = 30  # columns of names of options, at most
_ROOM = 60  # of values behind a name


def page(command: Command, path: str) -> str:
    """The help of a command, `path` being what was typed to call it."""
    arguments = " ".join(_metavar(each.metavar or each.key.upper()) for each in command.arguments)
    lines = [say("help.usage", line=" ".join(filter(None, (path, say("help.options-here"), arguments)))), ""]
    lines += [*_wrapped(say(f"command.{command.name}"), "  "), ""]
    examples = EXAMPLES.get(command.name, ())
    if examples:
        lines += [say("help.examples"), *(f"  {_called(example, path)}" for example in examples), ""]
    if command.arguments:
        rows = [(_metavar(each.metavar or each.key.upper()), _said(each)) for each in command.arguments]
        lines += [say("help.arguments"), *_columns(rows), ""]
    options = [(_shown(each), _said(each)) for each in command.options]
    lines += [say("help.options"), *_columns([*options, ("--help", say("help.help"))])]
    return "\n".join(lines)


def overview(commands: Iterable[Command], path: str) -> str:
    """The list of commands."""
    lines = [say("help.usage", line=f"{path} {say('help.options-here')} {say('help.command-here')}"), ""]
    lines += [*_wrapped(say("command.searcher"), "  "), "", say("help.examples")]
    lines += [*(f"  {example}" for example in EXAMPLES["searcher"]), "", say("help.options")]
    options = [("--version", "option.version"), ("--lang en|fr", "option.lang"), ("--help", "help.help")]
    lines += [*_columns([(name, say(about)) for name, about in options]), "", say("help.commands")]
    lines += _columns([(each.name, say(f"command.{each.name}")) for each in commands])
    return "\n".join(lines)


def _called(example: str, path: str) -> str:
    """An example as it is typed where `searcher search` was called."""
    return example.replace("search ", f"{path} ", 1) if path == "searcher search" else example


def _said(taken: Option | Argument) -> str:
    """What an option or an argument does, with its default."""
    if isinstance(taken, Argument):
        return say(f"argument.{taken.help or taken.key}")
    default, told = taken.default, say(taken.about)
    if taken.choices and not _lists(taken):
        told += f" ({', '.join(taken.choices)})"
    if default is None or taken.is_flag or default == "":
        return told
    shown = getattr(default, "value", default)
    return f"{told} {say('help.default', value=f'{shown:g}' if isinstance(shown, float) else f'{shown}')}"


def _shown(option: Option) -> str:
    if option.is_flag:
        return f"{option.name}, --no-{option.name[2:]}" if option.default else option.name
    if _lists(option):
        return f"{option.name} {'|'.join(option.choices)}"
    return f"{option.name} {_metavar(option.metavar or 'W')}"


def _lists(option: Option) -> bool:
    """Whether the values of an option stand behind its name; where they are many, they stand behind what the option does."""
    return 0 < len("|".join(option.choices)) <= _ROOM


def _metavar(name: str) -> str:
    """What stands for a value, in the language of this process: FILE is FICHIER."""
    bare = name.strip("[]…")
    id = f"metavar.{bare}"
    return name.replace(bare, say(id)) if id in table("en") else name


def _columns(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names in a column, what they mean in another; a long name has a line of its own."""
    given = list(rows)
    room = min(max((len(name) for name, _ in given), default=0), _NAMES) + 2
    for name, said in given:
        first, *rest = _wrapped(said, "", room + 2) or [""]
        if len(name) + 2 > room:
            yield f"  {name}"
            yield f"  {'':{room}}{first}"
        else:
            yield f"  {name:{room}}{first}"
        yield from (f"  {'':{room}}{line}" for line in rest)


def _wrapped(text: str, margin: str, room: int = 0) -> list[str]:
    columns = max(min(width() or WIDTH, 100) - room, 24)
    return wrap(text, columns, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)
