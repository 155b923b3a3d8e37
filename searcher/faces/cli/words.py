"""The words of a command line → the words of a query: standard input in place of `-`, no mistyped option among them."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import searcher
from searcher.faces.cli.running import read_standard_input
from searcher.messages import Message

_ZERO = "-0"
"""The one option of a letter, known from `xargs -0`: a word of its own, so that `-007` still leaves out a word."""


def without_zero(words: list[str]) -> tuple[list[str], bool]:
    """The words without the option `-0`, and whether it was among them."""
    if _ZERO not in words[: len(words) - _literal()]:
        return words, False
    at = words.index(_ZERO)
    return words[:at] + words[at + 1 :], True


def spoken(words: list[str], options: Iterable[str]) -> list[str]:
    """The words of a query, `-` being what standard input says. Raises UsageError for a word that looks like a mistyped option
    of the command, rather than searching for it."""
    for word in words[: len(words) - _literal()]:
        if word.startswith("--") and len(word) > 2:
            from searcher.faces.cli.mistakes import near  # here: few are mistyped

            name = word.partition("=")[0]
            meant = near(name, list(options))
            if meant is not None:
                raise searcher.UsageError(Message("cli.no-option-near", name=name, near=meant))
            raise searcher.UsageError(Message("cli.no-option", name=name))
    return [read_standard_input().decode("utf-8", "replace").strip() if word == "-" else word for word in words]


def _literal() -> int:
    """How many words were typed behind `--`, where everything is a word."""
    return len(sys.argv) - sys.argv.index("--") - 1 if "--" in sys.argv else 0
