"""The command line and the environment → the language that a command speaks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import searcher
from searcher.faces.cli.settings import path, settings
from searcher.messages import LANGUAGES, Language

_NAME = "--lang"


def chosen(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """The language; see `_said`. English when nothing says any."""
    return next((language for language, _ in _said(arguments, environment)), "en")


def origin(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """What chose the language: an option, a variable, a file; empty when nothing did."""
    return next((origin for _, origin in _said(arguments, environment)), "")


def _said(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[Language, str]]:
    """The languages that something says, the first of which holds, each with what says it.

    `--lang`, $SEARCHER_LANG, `lang` in config.toml, those of $LANGUAGE that are known, and the locale: the first of $LC_ALL,
    $LC_MESSAGES and $LANG that is set. As for gettext, $LANGUAGE says nothing where the locale is C.
    """
    for written in _named(arguments):
        if written in LANGUAGES:
            yield written, _NAME
    own = environment.get("SEARCHER_LANG", "").lower()[:2]
    if own in LANGUAGES:
        yield own, "$SEARCHER_LANG"
    with suppress(searcher.SearcherError):  # which a command says that needs the file
        if configured := settings().get("lang"):
            yield configured.value, str(path())
    named = next((name for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    locale = environment.get(named, "")
    if locale.partition(".")[0] not in ("C", "POSIX"):
        for name in environment.get("LANGUAGE", "").split(":"):
            if name[:2].lower() in LANGUAGES:
                yield name[:2].lower(), "$LANGUAGE"  # type: ignore[misc]
    if locale[:2].lower() in LANGUAGES:
        yield locale[:2].lower(), f"${named}"  # type: ignore[misc]


def _named(arguments: Sequence[str]) -> Iterator[str]:
    """The values of --lang, as far as the option is not among words."""
    for at, word in enumerate(arguments):
        if word == "--":
            return
        if word == _NAME and at + 1 < len(arguments):
            yield arguments[at + 1]
        elif word.startswith(f"{_NAME}="):
            yield word.partition("=")[2]
