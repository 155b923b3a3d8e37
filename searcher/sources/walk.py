"""Paths that a person gave → the files they name, as sources, in order; folders are walked."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from searcher.errors import UsageError, reason
from searcher.messages import Message
from searcher.sources.source import Source, on_disk

_HOUSEKEEPING = ("readme", "license", "licence", "copying", "changelog")  # files about a folder, no articles


@dataclass(frozen=True, slots=True)
class Missed:
    """A path that was not looked into, and why. `failed`: it could not be, and what an index holds from below it is left as it
    is; else nobody would read it (a pipe, a link inside a folder)."""

    path: str
    reason: str
    failed: bool = True


def sources(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Source | Missed]:
    """Every file that `paths` name, folders walked in alphabetical order; `-` is standard input.

    Inside folders, hidden files and the README or LICENSE of the folder are passed over; so is an index. What cannot be
    looked into comes out as a Missed in its place, so that the others are read; so do pipes, sockets and devices, and once
    for each folder given the links in it.
    """
    given = [os.fspath(path) for path in paths]
    seen: set[tuple[int, int]] | None = set() if len(given) > 1 else None
    for path in given:
        if path == "-":
            if sys.stdin is None:
                raise UsageError(Message("input.closed"))
            standard = sys.stdin.buffer.read()
            yield Source("-", "stdin", len(standard), content=standard)
            continue
        yield from _named(str(Path(path)), seen)


def _named(path: str, seen: set[tuple[int, int]] | None) -> Iterator[Source | Missed]:
    """What a path given names; `seen` are the files met before (None: it is the only path)."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        yield Missed(path, reason(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path, seen)
    elif not stat.S_ISREG(status.st_mode):
        yield Missed(path, f"{_kind(status.st_mode)}, not a file or folder")
    elif seen is None or (status.st_dev, status.st_ino) not in seen:
        if seen is not None:
            seen.add((status.st_dev, status.st_ino))
        yield on_disk(path, os.path.basename(path), status, os.path.dirname(path) or ".")


def _walk(root: str, seen: set[tuple[int, int]] | None) -> Iterator[Source | Missed]:
    """The files below a folder. A stack, not a recursion: folders may be nested deeper than Python calls."""
    links: set[tuple[int, int]] = set() if seen is None else seen
    symbolic = 0
    first = ""
    stack = [(root, _children(root))]
    while stack:
        folder, children = stack[-1]
        if isinstance(children, Missed):
            stack.pop()
            yield children
            continue
        if not children:
            stack.pop()
            continue
        name = children.pop()
        path = name if folder == "." else os.path.join(folder, name)
        try:
            status = os.lstat(path)
        except OSError as error:
            yield Missed(path, reason(error))
            continue
        if stat.S_ISDIR(status.st_mode):
            stack.append((path, _children(path)))
        elif stat.S_ISREG(status.st_mode) and not is_housekeeping(name):
            if seen is not None or status.st_nlink > 1:  # else there is no second way to the same file
                key = (status.st_dev, status.st_ino)
                if key in links:
                    continue
                links.add(key)
            yield on_disk(path, name, status, root)
        elif stat.S_ISLNK(status.st_mode):
            symbolic, first = symbolic + 1, first or path
        elif not stat.S_ISREG(status.st_mode):
            yield Missed(path, f"no article: {_kind(status.st_mode)}", failed=False)
    if symbolic:
        more = f", and {symbolic - 1:,} more" if symbolic > 1 else ""
        yield Missed(
            first,
            f"a link inside a folder, which is not followed{more}; to read what it points to, name it",
            failed=False,
        )


def _kind(mode: int) -> str:
    """What a file is that is neither a regular one nor a folder."""
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((name for test, name in kinds if test(mode)), "a special file")


def _children(folder: str) -> list[str] | Missed:
    """The names in a folder that are looked at, last first; none when the folder is an index, because
    `searcher index .` does not read what it wrote."""
    try:
        names = os.listdir(folder)  # not scandir: a million entries take four times the memory of a million names
    except OSError as error:
        return Missed(folder, reason(error))
    if ("manifest.json" in names or ".lock" in names) and any(re.fullmatch(r"g\d{6,}", name) for name in names):
        return []
    return sorted((name for name in names if not name.startswith(".")), reverse=True)


def is_housekeeping(name: str) -> bool:
    """Whether a file with this name describes a folder (README, LICENSE) or is hidden: never an article."""
    return name.startswith(".") or name.partition(".")[0].lower() in _HOUSEKEEPING
