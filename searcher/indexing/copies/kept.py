"""The groups of an index ↔ two files: one says by serial which group an article is in, one lists the members of each group.

Reading maps the files and looks at what is asked for; a search pays for the articles it shows.
"""

from __future__ import annotations

import mmap
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from searcher.engines.folders import FILES
from searcher.errors import IndexDamaged, not_read
from searcher.messages import Message

LEADERS, MEMBERS = "leaders", "members"
"""Numbers of 32 bits by serial: 0, or where the line of a group begins in the other file, plus 1; and these lines: for each
member its serial and its identifier, the leader first."""

Member = tuple[int, str]
"""The serial and the identifier of an article."""


class Groups:
    """The groups of copies in one state of an index, open for reading.

    A group has a number above 0; `group_of` gives 0 for an article that is in none. Raises IndexDamaged, ReadFailed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._members = _mapped(folder / MEMBERS)
        try:
            self._leaders = memoryview(_mapped(folder / LEADERS)).cast("I")
        except TypeError as error:
            raise self._damaged() from error

    def group_of(self, serial: int) -> int:
        return self._leaders[serial] if serial < len(self._leaders) else 0

    def members(self, group: int) -> tuple[Member, ...]:
        """The articles of a group, its leader first."""
        start = group - 1
        end = self._members.find(b"\n", start)
        try:
            if end < 0:
                raise ValueError("no line begins there")
            words = self._members[start:end].decode("utf-8", "surrogatepass").split(" ")
            return tuple((int(serial), name) for serial, name in zip(words[::2], words[1::2], strict=True))
        except ValueError as error:
            raise self._damaged() from error

    def __iter__(self) -> Iterator[int]:
        """The numbers of all groups."""
        start = 0
        while start < len(self._members):
            yield start + 1
            start = self._members.find(b"\n", start) + 1

    def articles(self) -> int:
        """How many contents are in groups."""
        return sum(map(bool, self._leaders))

    def count(self, serials: Iterable[int]) -> int:
        """How many groups there are among these articles; an article that is in none counts as one."""
        alone, met = 0, set()
        for group in map(self.group_of, serials):
            if group:
                met.add(group)
            else:
                alone += 1
        return alone + len(met)

    def close(self) -> None:
        """Lets go of the files: they are closed when nothing that was given out refers to them."""
        self._leaders.release()

    def _damaged(self) -> IndexDamaged:
        return IndexDamaged(Message("copies.groups", folder=self._folder))


def write(folder: Path, groups: Sequence[Sequence[Member]]) -> None:
    """Writes both files, in place of those of an earlier generation; without a group there are none."""
    lines, at = [], 0
    serials: dict[int, int] = {}
    for members in groups:
        line = " ".join(f"{serial} {name}" for serial, name in members).encode("utf-8", "surrogatepass") + b"\n"
        serials.update((serial, at + 1) for serial, _ in members)
        lines.append(line)
        at += len(line)
    leaders = array("I", bytes(4 * (max(serials, default=0) + 1)))
    for serial, group in serials.items():
        leaders[serial] = group
    for name, raw in ((LEADERS, leaders.tobytes()), (MEMBERS, b"".join(lines))):
        if groups:
            replace_file(folder / name, raw)
        else:
            (folder / name).unlink(missing_ok=True)


def replace_file(path: Path, raw: bytes) -> None:
    """Writes a file beside, then makes it the one of this name: the name may be a link to the file of another generation."""
    beside = path.with_name(f".{path.name}.new")
    with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, FILES)) as stream:
        stream.write(raw)
    beside.replace(path)


def _mapped(path: Path) -> mmap.mmap:
    try:
        with open(path, "rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: an empty file
        raise (
            not_read(path, error) if isinstance(error, OSError) else IndexDamaged(Message("copies.empty", path=path))
        ) from error
