"""A part of a generation that is a folder of files: begun with links to the files of an older part, sealed with checksums."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Self

from searcher.engines.protocol import Seal, Sealed
from searcher.errors import not_read

FOLDERS, FILES = 0o775, 0o664
"""The modes of what is made, before the umask takes its share: an index that anyone may write to is refused."""

SMALL = 64 << 10  # files up to this size are checked whenever an index is opened


class FolderEngine:
    """What an engine does that keeps its part of a generation as a folder of files (`protocol.Engine`)."""

    def like(self, place: Path) -> Self:
        return self

    def begin(self, place: Path, base: Sealed | None) -> None:
        place.mkdir(FOLDERS)
        for name in base.seal if base else ():
            link(base.place / name, place / name)  # type: ignore[union-attr]

    def seal(self, place: Path, *, base: Sealed | None, durable: bool) -> Seal:
        """Files that are those of `base` are neither read nor synced again."""
        seal = {}
        for path in sorted(place.iterdir()):
            known = base.seal.get(path.name) if base else None
            if known is not None and same(path, base.place / path.name):  # type: ignore[union-attr]
                open_to_readers(path)
                seal[path.name] = known
            else:
                seal[path.name] = sealed(path, durable=durable)
        if durable:
            sync(place)
        return seal

    def verify(self, place: Path, seal: Seal, *, thorough: bool) -> str | None:
        return changed(place, seal, thorough=thorough)

    def condition(self, place: Path) -> str | None:
        return None

    def drop(self, place: Path) -> None:
        import shutil  # here: no search needs it

        shutil.rmtree(place, ignore_errors=True)


def link(before: Path, now: Path) -> None:
    """Gives a file that nobody changes another name; a copy of it where the file system has no hard links. Raises OSError."""
    try:
        os.link(before, now)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOSPC, errno.EDQUOT):
            raise
        import shutil  # here: no search needs it

        shutil.copyfile(before, now)


def sealed(path: Path, *, durable: bool) -> tuple[int, str]:
    """Size and SHA-256 of a file that is finished; `durable`: it survives a power cut from now on."""
    open_to_readers(path)
    if durable:
        sync(path)
    return path.stat().st_size, checksum(path)


def open_to_readers(path: Path) -> None:
    """Gives a file the mode that the umask gave to its folder: Tantivy makes some of its files for their owner alone."""
    wanted, status = stat.S_IMODE(path.parent.stat().st_mode) & FILES, path.stat()
    if stat.S_IMODE(status.st_mode) != wanted and os.geteuid() in (0, status.st_uid):
        path.chmod(wanted)


def changed(place: Path, seal: Seal, *, thorough: bool) -> str | None:
    """What is wrong with the files of a folder: presence and size of all, content of the small ones (`thorough`: of all).

    Raises ReadFailed.
    """
    for name, (size, digest) in seal.items():
        path = place / name
        try:
            if path.stat().st_size == size:
                if thorough and checksum(path) == digest:
                    continue
                if not thorough and (size > SMALL or sha256(path.read_bytes()) == digest):
                    continue
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise not_read(path, error) from error
        return f"{path}: missing or changed since it was written"
    return None


def same(one: Path, other: Path) -> bool:
    """Whether two names are links to one file."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def sync(path: Path) -> None:
    """What a file or a folder holds survives a power cut from now on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(data: bytes) -> str:
    """The SHA-256 of a little. `hashlib` brings OpenSSL with it, which is fast and takes 4 ms to load."""
    for module in ("_sha2", "_sha256", "hashlib"):  # Python's own: from 3.12 on, before
        with suppress(ImportError):
            return str(import_module(module).sha256(data).hexdigest())
    raise AssertionError("unreachable: there is hashlib")


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
