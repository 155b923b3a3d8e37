"""What Typer says is wrong with a command line → our message, in both languages."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from searcher.messages import Message


def near(written: str, known: list[str]) -> str | None:
    """The word that was meant, as far as a look tells."""
    found = get_close_matches(written.lower(), known, 1)
    return found[0] if found else None


def named(error: Any) -> Message:
    """The message for an exception of Typer's copy of click."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "search"
    match type(error).__name__:
        case "NoSuchOption":
            known = [name for each in context.command.params for name in each.opts] if context is not None else []
            meant = near(error.option_name, [*known, "--help"])
            if meant is not None:
                return Message("cli.no-option-near", name=error.option_name, near=meant)
            return Message("cli.no-option-known", name=error.option_name, command=command)
        case "BadOptionUsage":
            lacks = "requires" in error.message
            return Message(
                "cli.needs-value" if lacks else "cli.takes-no-value", name=error.option_name, command=command
            )
        case "MissingParameter":
            return Message("cli.missing", name=error.param.metavar or error.param.name, command=command)
        case "UsageError" if "unexpected extra" in error.message:
            words = error.message.rpartition("(")[2].rstrip(").")
            return Message("cli.too-many", words=words, command=command)
        case "UsageError" if "Missing command" in error.message:
            return Message("cli.no-verb", command=command)
        case _:  # click has no other that our commands meet; its words would be English
            return Message("cli.wrong", command=command)
