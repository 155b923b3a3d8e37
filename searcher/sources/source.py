"""One input → its bytes, unpacked, and its neighbours: a file, standard input, or a part of a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from searcher.errors import Unreadable, reason
from searcher.sources import packed
from searcher.sources.packed import Meter, Unpacked, unpacker
from searcher.sources.recognition import Recognition
from searcher.sources.streams import Forgiving, Watched, rewindable


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file, standard input, or something inside a file.

    `path` is the file as it was given and `place` where in it (`2020/a.html`, `record 12`; None for the file itself).
    `name` says what it claims to be: the file's name without the suffix of compression, or the member's.
    What an envelope declares about its content: `url`, `encoding` and `media` (a type such as `text/html`).
    """

    path: str
    name: str
    size: int = 0
    place: str | None = None
    content: bytes | Callable[[], IO[bytes]] | None = None  # of what is not a file on disk
    depth: int = 0
    url: str | None = None
    encoding: str | None = None
    media: str | None = None
    root: str | None = None  # the folder that `beside` stays in
    modified: int = 0  # nanoseconds, of a file on disk
    meter: Meter | None = field(default=None, compare=False, repr=False)  # of the file that all this is packed in
    siblings: Siblings | None = field(default=None, compare=False, repr=False)  # of a member of an archive
    recognition: Recognition | None = field(default=None, compare=False, repr=False)  # when OCR is asked for
    forgiving: bool = field(default=False, compare=False)  # whether its bytes end where they are damaged (`Forgiving`)
    consulted: list[str] = field(
        default_factory=list, compare=False, repr=False
    )  # absolute paths `beside` was asked for

    @property
    def suffix(self) -> str:
        """The format it claims, in lower case: `.jsonl` for `a.jsonl.gz`."""
        return os.path.splitext(os.path.basename(self.name))[1].lower()

    @property
    def stem(self) -> str:
        return os.path.splitext(os.path.basename(self.name))[0]

    def open(self, watch: Callable[[int], None] | None = None) -> IO[bytes]:
        """The bytes, unpacked; seekable. `watch` is told how far reading has come, in bytes of the file.

        Raises Unreadable; reading the stream raises it too, when there is more than an honest file unpacks to, and Damaged
        where compressed data or a member of an archive is damaged, unless this source is `forgiving`.
        """
        try:
            stream = self._raw()
            if watch is not None:
                stream = cast(BinaryIO, BufferedReader(Watched(stream, watch), 1 << 18))
            head = stream.read(6)
            stream.seek(0)
        except OSError as error:
            raise Unreadable(reason(error)) from error
        unpack = unpacker(head)
        if unpack is not None:
            stream = cast(BinaryIO, BufferedReader(Unpacked(unpack, stream, self.size, self.meter), 1 << 16))
        if self.forgiving and not rewindable(stream):
            stream = cast(BinaryIO, BufferedReader(Forgiving(stream), 1 << 16))
        return stream

    def metered(self) -> Source:
        """This source with a meter that all its parts share: for an archive whose members are packed themselves."""
        return self if self.meter is not None else replace(self, meter=Meter(max(self.size, 1)))

    def _raw(self) -> BinaryIO:
        match self.content:
            case None:
                return Path(self.path).open("rb")
            case bytes():
                return BytesIO(self.content)
            case _:
                return cast(BinaryIO, self.content())

    def part(
        self,
        name: str,
        content: bytes | Callable[[], IO[bytes]],
        *,
        place: str | None = None,
        size: int = 0,
        url: str | None = None,
        encoding: str | None = None,
        media: str | None = None,
    ) -> Source:
        """Something inside this source; `place` (its name, without one) is added to where this source is."""
        return Source(
            self.path,
            name,
            size or (len(content) if isinstance(content, bytes) else 0),
            joined(self.place, place or name),
            content,
            self.depth + 1,
            url,
            encoding,
            media,
            meter=self.meter,
            recognition=self.recognition,
        )

    def beside(self, relative: str) -> Source | None:
        """The regular file at `relative`, seen from this file's folder; None when there is none, or when it lies outside of
        the folder that was given to be indexed, or behind a link. For a member of an archive: another member."""
        if self.siblings is not None:
            return self.siblings.member(within(self.name, relative))
        if self.content is not None or self.root is None:
            return None
        try:
            path = os.path.normpath(os.path.join(os.path.dirname(self.path), relative))
            root, full = Path(os.path.abspath(self.root)), Path(os.path.abspath(path))
            self.consulted.append(str(full))
            if not full.is_relative_to(root) or full.resolve() != root.resolve() / full.relative_to(root):
                return None
            status = full.lstat()
            return on_disk(path, full.name, status, self.root) if stat.S_ISREG(status.st_mode) else None
        except (OSError, ValueError, RuntimeError):  # a zero byte in a name, a loop of links
            return None

    def names(self, relative: str = ".") -> list[str]:
        """The names in a folder seen from this file's (`..` is the one above), sorted; none outside of the folder given, nor
        behind a link. For a member of an archive: the names of its folder there."""
        if self.siblings is not None:
            return self.siblings.names(within(self.name, relative))
        if self.content is not None or self.root is None:
            return []
        try:
            root = Path(os.path.abspath(self.root))
            folder = Path(os.path.abspath(os.path.join(os.path.dirname(self.path), relative)))
            if not folder.is_relative_to(root) or folder.resolve() != root.resolve() / folder.relative_to(root):
                return []
            return sorted(os.listdir(folder))
        except (OSError, ValueError, RuntimeError):
            return []


def on_disk(path: str, name: str, status: os.stat_result, root: str) -> Source:
    """The file at `path`, called `name` in its folder; `root` is the folder that was given to be indexed."""
    bare, dot, suffix = name.rpartition(".")
    claimed = bare if bare and dot + suffix.lower() in packed.SUFFIXES else name
    return Source(path, claimed, status.st_size, root=root, modified=status.st_mtime_ns)


class Siblings(Protocol):
    """The members of an archive, by name; `.` is its top, and what begins with `..` is nowhere."""

    def member(self, name: str) -> Source | None: ...
    def names(self, folder: str) -> list[str]: ...


def within(name: str, relative: str) -> str:
    """The name in an archive of what `relative` means beside the member `name`."""
    return os.path.normpath(os.path.join(os.path.dirname(name), relative))


def joined(*places: str | None) -> str | None:
    """Places from the outside in as one: `a.zip` holds `b.jsonl` which holds `line 3` → `b.jsonl, line 3`."""
    return ", ".join(place for place in places if place) or None
