"""A command of the table → a function whose signature Typer reads."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

import searcher
from searcher.faces.cli.options import (
    ASKING,
    COMMANDS,
    LANG,
    SORT,
    TIMEOUT,
    VERSION,
    Argument,
    Command,
    Option,
    default,
    together,
)
from searcher.faces.cli.question import question
from searcher.faces.cli.words import spoken
from searcher.messages import Message, say

WORDS = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": ["--help"]}
"""Typer's settings for a command whose arguments are words, also `-nord`."""

_ASKED = tuple(option.parameter for option in (*ASKING, SORT, TIMEOUT))


def add(application: typer.Typer, command: Command) -> None:
    """Adds a command to an application."""
    settings = WORDS if command.takes_words else None
    made = type("Helped", (_Helped,), {"shown": command})
    application.command(command.name, cls=made, context_settings=settings)(typed(command))


class _Helped(TyperCommand):
    """Typer's command with our help."""

    shown: Command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from searcher.faces.cli.helping import page  # here: few runs are asked for help

        formatter.write(page(self.shown, ctx.command_path) + "\n")


class Verbs(TyperGroup):
    """Typer's group with our list of commands, and a hint for a mistyped one."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from searcher.faces.cli.helping import overview  # here: as above

        formatter.write(overview(COMMANDS.values(), ctx.command_path) + "\n")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("--"):
            from searcher.faces.cli.mistakes import near  # here: few are mistyped

            meant = near(args[0], list(self.commands))
            if meant is not None:
                raise searcher.UsageError(Message("cli.no-command-near", name=args[0], near=meant))
            raise searcher.UsageError(Message("cli.no-command", name=args[0], command=ctx.command_path))
        return super().resolve_command(ctx, args)


def typed(command: Command) -> Callable[..., int | None]:
    """A function that Typer can run: the parameters are those the command takes."""

    def run(**given: Any) -> int | None:
        for taken in command.takes:
            if taken is VERSION or taken is LANG:  # both have been heeded
                given.pop(taken.parameter, None)
                continue
            key = taken.parameter if isinstance(taken, Option) else taken.key
            if taken.many:
                given[key] = list(given[key] or [])
            elif isinstance(taken, Option) and taken.joined:
                given[key] = together(taken, given[key])
        if "words" in given and "ask" in asks:
            words = spoken(given.pop("words"), (option.name for option in command.options))
            given["ask"] = question(words, **{name: given.pop(name) for name in _ASKED if name in given})
        return command.run(**given)

    asks = inspect.signature(command.run).parameters
    parameters = list(_parameters(command.takes))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__name__ = command.name
    return run


def _parameters(takes: Iterable[Option | Argument]) -> Iterable[inspect.Parameter]:
    for taken in takes:
        if isinstance(taken, Option):
            kind, info, key = taken.kind, option(taken), taken.parameter
            optional = taken.default is None or taken.joined
        else:
            kind, info, key = taken.kind, argument(taken), taken.key
            optional = not taken.required and taken.default is None
        joined = isinstance(taken, Option) and taken.joined
        hint: Any = list[kind] if taken.many or joined else kind  # type: ignore[valid-type]
        if isinstance(taken, Option):
            given: Any = None if joined else default(taken)
        else:
            given = inspect.Parameter.empty if taken.required else taken.default
        yield inspect.Parameter(
            key,
            inspect.Parameter.KEYWORD_ONLY,
            default=given,
            annotation=Annotated[hint | None if optional else hint, info],
        )


def option(given: Option) -> Any:
    """What Typer knows of an option."""
    names = f"{given.name}/--no-{given.name[2:]}" if given.is_flag and given.default else given.name
    return typer.Option(
        names,
        metavar=given.metavar or None,
        help=say(given.about),
        parser=None if given.is_flag else _parser(given),
        show_default=given.default is not None,
        callback=_version if given.name == "--version" else None,
        is_eager=given.name == "--version",
    )


def _parser(given: Option) -> Callable[[Any], Any]:
    """Makes the value of an option of what was typed. Raises UsageError for what the option does not take."""

    def parsed(written: Any) -> Any:
        value = getattr(written, "value", written)  # a default is a value already
        try:
            return given.kind(value)
        except ValueError:
            pass
        if given.choices:
            from searcher.faces.cli.mistakes import near  # here: few are mistyped

            fields = {"name": given.name, "choices": ", ".join(given.choices), "value": str(value)}
            meant = near(str(value), list(given.choices))
            if meant is not None:
                raise searcher.UsageError(Message("cli.choice-near", **fields, near=meant))
            raise searcher.UsageError(Message("cli.choice", **fields))
        expected = "cli.whole-number" if given.kind is int else "cli.number"
        raise searcher.UsageError(Message(expected, name=given.name, value=str(value)))

    return parsed


def argument(given: Argument) -> Any:
    """What Typer knows of an argument."""
    return typer.Argument(
        metavar=given.metavar or None, help=say(f"argument.{given.help or given.key}"), show_default=False
    )


def _version(wanted: bool) -> None:
    if wanted:
        print(f"searcher {searcher.__version__}")
        raise typer.Exit
