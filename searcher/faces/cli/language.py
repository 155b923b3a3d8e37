"""The command line and the environment → the language that a command speaks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from searcher.messages import LANGUAGES, Language

_NAME = "--lang"


def chosen(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """`--lang`, else $SEARCHER_LANG, else the first known of $LANGUAGE, else $LC_ALL, $LC_MESSAGES, $LANG; else English.

    As for gettext, $LANGUAGE says nothing where the locale is C.
    """
    for written in _named(arguments):
        if written in LANGUAGES:
            return written
    locale = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    preferred = "" if locale.partition(".")[0] in ("C", "POSIX") else environment.get("LANGUAGE", "")
    for name in (environment.get("SEARCHER_LANG", ""), *preferred.split(":"), locale):
        code = name.strip().lower()[:2]
        if code in LANGUAGES:
            return code
        if name and name is locale:
            break
    return "en"


def _named(arguments: Sequence[str]) -> Iterator[str]:
    """The values of --lang, as far as the option is not among words."""
    for at, word in enumerate(arguments):
        if word == "--":
            return
        if word == _NAME and at + 1 < len(arguments):
            yield arguments[at + 1]
        elif word.startswith(f"{_NAME}="):
            yield word.partition("=")[2]
