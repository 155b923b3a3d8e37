"""The user's `config.toml` → defaults of options. Its keys are the names in `options.SETTINGS`.

An option on the command line comes first, then the environment, then this file, then the built-in default. Only the file in
the user's own folder is read: one in the current folder could change answers without anybody knowing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import searcher
from searcher.messages import Message


def path() -> Path:
    """Where the file is, or would be."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "searcher" / "config.toml"


@cache
def settings() -> Mapping[str, Any]:
    """The values of the file by key, as their options take them; none without a file. Raises UsageError."""
    file = path()
    try:
        written = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise searcher.UsageError(
            Message("config.unread", file=str(file), reason=searcher.errors.reason(error))
        ) from error
    import tomllib  # here: most people have no such file

    try:
        given = tomllib.loads(written.decode("utf-8"))
    except ValueError as error:
        raise searcher.UsageError(Message("config.broken", file=str(file), reason=str(error))) from error
    return {key: _value(file, key, value) for key, value in given.items()}


def _value(file: Path, key: str, value: Any) -> Any:
    from searcher.faces.cli.options import SETTINGS  # here: the options ask for their settings

    if key not in SETTINGS:
        from searcher.faces.cli.mistakes import near  # here: few are mistyped

        meant = near(key, list(SETTINGS))
        if meant is not None:
            raise searcher.UsageError(Message("config.key-near", file=str(file), key=key, near=meant))
        raise searcher.UsageError(Message("config.key", file=str(file), key=key, keys=", ".join(SETTINGS)))
    option = SETTINGS[key]
    fits = isinstance(value, int) and not isinstance(value, bool) if option.kind is int else isinstance(value, str)
    try:
        if not fits:
            raise ValueError(value)
        return option.kind(os.path.expanduser(value) if option.kind is Path else value)
    except ValueError:
        takes = ", ".join(option.choices) or option.metavar
        raise searcher.UsageError(
            Message("config.value", file=str(file), key=key, takes=takes, value=str(value))
        ) from None
