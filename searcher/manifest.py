"""The folder of an index ↔ what is known about it: generations, the manifest that names the live one, the writer's lock.

index/manifest.json      replaced in one rename: the only moment at which the index changes
index/g000007/…          a generation: what an engine wrote, and the ledger; never changed once a manifest names it
index/pending.json       names the generation that an unfinished run had reached; the next run goes on from there
index/.lock              held by the one process that writes: its number, and that of the last generation begun

A generation that was published holds a copy of its manifest, from which one that is lost or damaged is put back.

A generation begins empty, or with hard links to the files of the one it goes on from: an update of ten articles writes
what is new, and searches keep what they have open.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shlex
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from searcher.errors import IndexDamaged, IndexForeign, IndexLocked, IndexMissing, IndexUntrusted, WriteFailed, room
from searcher.values import Value, replace

FORMAT = 2
NAME = "manifest.json"
PENDING = "pending.json"
COPY = ".manifest.json"  # in a generation: not among its files, as it lists them
LEDGER = "ledger.sqlite3"  # the one file of a generation that is written to in place: copied, not linked
SMALL = 64 << 10  # files up to this size are checked whenever an index is opened


class Manifest(Value):
    """What an index is. `files` maps a file of the generation to its size in bytes and the SHA-256 of its content.

    `paths` are what was indexed; `copies` counts articles met a second time, `moved` those whose file was renamed since
    they were stored. `base` is the generation that was live when this one was begun. `durable`: its files were synced.
    `copied`: the generation holds a copy of it, which those of before November 2026 do not.
    """

    generation: str
    engine: str
    engine_version: str
    fingerprint: str
    articles: int
    created: str
    paths: tuple[str, ...] = ()
    readers: int = 0
    copies: int = 0
    moved: int = 0
    base: str | None = None
    durable: bool = True
    copied: bool = False
    format: int = FORMAT
    files: Mapping[str, tuple[int, str]] = MappingProxyType({})


def read(folder: Path, *, fingerprint: str | None, name: str = NAME) -> Manifest:
    """The manifest of an index; of any format and analysis when `fingerprint` is None.

    Raises IndexMissing, IndexForeign, IndexDamaged or IndexUntrusted, with the command that helps.
    """
    _trust(folder, folder, folder / name)
    try:
        raw = json.loads((folder / name).read_text("utf-8"))
        known = {key: raw[key] for key in raw if key in Manifest.__slots__}
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in raw["files"].items()}
        manifest = Manifest(**{**known, "paths": tuple(raw["paths"]), "files": files})
    except FileNotFoundError:
        raise IndexMissing(
            f"{folder}: there is no index; make one with: searcher index PATH --index {folder}"
        ) from None
    except NotADirectoryError:
        raise IndexMissing(f"{folder}: not a folder, so no index") from None
    except OSError as error:
        raise IndexMissing(f"{folder}: {os.strerror(error.errno or 0).lower()}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(
            f"{folder}: {NAME} is damaged; rebuild with: searcher index PATH --index {folder}"
        ) from error
    again = _command(folder, manifest)
    if fingerprint is None:
        return manifest
    if manifest.format != FORMAT:
        raise IndexForeign(f"{folder}: made by another version (format {manifest.format}); rebuild with: {again}")
    if manifest.fingerprint != fingerprint:
        raise IndexForeign(f"{folder}: made with another analysis ({manifest.fingerprint}); rebuild with: {again}")
    if not _is_name(manifest.generation) or not all(map(_is_name, manifest.files)) or _sealed(raw) != raw:
        raise IndexDamaged(f"{folder}: {NAME} is damaged; rebuild with: {again}")
    return manifest


def _trust(folder: Path, *paths: Path) -> None:
    """Raises IndexUntrusted for an index that others may have written: checksums tell damage from it, not an answer made up.

    Who knows better names the folder in `$SEARCHER_TRUST` (several are separated like those of `$PATH`).
    """
    trusted = os.environ.get("SEARCHER_TRUST", "").split(os.pathsep)
    if any(each and os.path.abspath(each) == os.path.abspath(folder) for each in trusted):
        return
    us = (0, os.geteuid())
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            return  # whatever is wrong with it shows when it is read
        if status.st_mode & stat.S_IWOTH:
            raise IndexUntrusted(
                f"{path}: anyone may write to it; to use it all the same: chmod o-w {shlex.quote(str(path))}"
            )
        if path != folder and status.st_uid not in us:  # of the folder itself only what is in it matters
            raise IndexUntrusted(
                f"{path}: belongs to another user ({status.st_uid}); to use it all the same: "
                f"export SEARCHER_TRUST={shlex.quote(str(folder.absolute()))}"
            )


def _sealed(raw: dict[str, Any]) -> dict[str, Any]:
    """The manifest with a checksum of its own."""
    rest = {key: value for key, value in raw.items() if key != "seal"}
    written = json.dumps(rest, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return {**rest, "seal": _sha256(written)}


def verify(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Holds the files against the manifest: presence and size of all, content of the small ones (`thorough`: of all).

    Raises IndexDamaged; IndexUntrusted when somebody else may have written one of them.
    """
    generation = folder / manifest.generation
    _trust(folder, generation, *(generation / name for name in manifest.files))
    for name, (size, digest) in manifest.files.items():
        path = generation / name
        try:
            if path.stat().st_size == size:
                if thorough and _digest(path) == digest:
                    continue
                if not thorough and (size > SMALL or _sha256(path.read_bytes()) == digest):
                    continue
        except OSError:
            pass
        again = _command(folder, manifest)
        raise IndexDamaged(f"{path}: missing or changed since it was written; rebuild with: {again}")


def verify_copy(folder: Path, manifest: Manifest) -> None:
    """Holds the manifest against its copy. Raises IndexDamaged."""
    copy = folder / manifest.generation / COPY
    with contextlib.suppress(OSError):
        if not manifest.copied or copy.read_bytes() == (folder / NAME).read_bytes():
            return
    raise IndexDamaged(f"{copy}: missing, or not what {NAME} is; rebuild with: {_command(folder, manifest)}")


def restore(folder: Path, *, timeout: float = 0.0) -> bool:
    """Puts a manifest that is missing or damaged back from the copy in the newest generation that was published, when its
    files are there. Raises IndexLocked, WriteFailed."""
    if not folder.is_dir() or _whole(folder / NAME) is not None:
        return False
    with writing(folder, timeout=timeout):
        for generation in generations(folder):
            raw = _whole(generation / COPY)
            if raw is None or raw["generation"] != generation.name:
                continue
            try:
                files = {str(name): (int(size), str(digest)) for name, (size, digest) in raw["files"].items()}
                known = {each: raw[each] for each in Manifest.__slots__ if each in raw}
                verify(folder, Manifest(**{**known, "files": files}))
            except (IndexDamaged, IndexUntrusted, ValueError, KeyError, TypeError):
                return False
            with _written(folder):
                _replace(folder / NAME, json.dumps(raw, ensure_ascii=False, indent=1), durable=True)
                _sync(folder)
            return True
    return False


def _whole(path: Path) -> dict[str, Any] | None:
    """What a manifest holds, when it is what was written."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        return raw if isinstance(raw, dict) and _sealed(raw) == raw and _is_name(str(raw["generation"])) else None
    except (OSError, ValueError, KeyError):
        return None


def engine(folder: Path, manifest: Manifest, known: Sequence[str]) -> str:
    """The engine that an index needs. Raises IndexForeign when it is none of the `known` ones."""
    if manifest.engine not in known:
        again = _command(folder, manifest)
        raise IndexForeign(
            f"{folder}: made by an engine that is not known here ({manifest.engine}); rebuild with: {again}"
        )
    return manifest.engine


def _command(folder: Path, manifest: Manifest) -> str:
    return f"searcher index {' '.join(map(shlex.quote, manifest.paths)) or 'PATH'} --index {shlex.quote(str(folder))}"


def _is_name(name: str) -> bool:
    return bool(name) and "/" not in name and "\\" not in name and name not in (".", "..")


def _sha256(data: bytes) -> str:
    """The SHA-256 of a little. `hashlib` brings OpenSSL with it, which is fast and takes 4 ms to load."""
    for module in ("_sha2", "_sha256", "hashlib"):  # Python's own: from 3.12 on, before
        with contextlib.suppress(ImportError):
            return str(import_module(module).sha256(data).hexdigest())
    raise AssertionError("unreachable: there is hashlib")


def _digest(path: Path) -> str:
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def writing(folder: Path, *, timeout: float = 0.0) -> Iterator[None]:
    """Holds the lock of an index, having waited up to `timeout` seconds for it; removes what others left unfinished.

    Raises IndexLocked when another process writes, WriteFailed when the folder cannot be written.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    lock = _locked(folder, time.monotonic() + timeout)
    try:
        with _written(folder):
            for each in made:
                _sync(each.parent)  # else a power cut could take the folder with all that was synced in it
            if (folder / NAME).exists():
                _sync(folder)  # the last run may have failed to
        _note(lock, os.getpid(), _begun(lock))
        try:
            _sweep(folder)
            yield
        finally:
            _sweep(folder)
            _note(lock, None, _begun(lock))
            if made and not _named(folder, NAME) and not _named(folder, PENDING):
                with contextlib.suppress(OSError):  # no trace of what came to nothing
                    (folder / ".lock").unlink()
                    folder.rmdir()
    finally:
        os.close(lock)


def _locked(folder: Path, deadline: float) -> int:
    """The lock file, open and locked. One that was removed while this process waited for it locks nobody out: it is left."""
    while True:
        with _written(folder):
            folder.mkdir(0o755, parents=True, exist_ok=True)
            try:
                lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except FileNotFoundError:  # the folder was removed just now
                if folder.exists():
                    raise
                continue
        try:
            _acquire(folder, lock, deadline)
            if os.path.samestat(os.fstat(lock), os.stat(folder / ".lock")):
                return lock
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)


def _acquire(folder: Path, lock: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            holder = _noted(lock)[0] or "unknown"
            raise IndexLocked(f"{folder}: process {holder} is writing to it; try again when it has ended") from None
        except OSError as error:
            what = os.strerror(error.errno or 0).lower()
            raise WriteFailed(
                f"{folder}: it cannot be locked ({what}); keep the index on a disk that has locks"
            ) from error


def _note(lock: int, process: int | None, begun: int) -> None:
    """Writes into the lock file who holds it, and the number of the last generation begun."""
    with contextlib.suppress(OSError):  # a full disk: the one is for a message, the other for processes left behind
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{process or ''}\n{begun}\n".encode(), 0)


def _noted(lock: int) -> list[str]:
    with contextlib.suppress(OSError):
        written = os.pread(lock, 64, 0).decode("ascii", "replace").split("\n")
        return [each.strip() if each.strip().isdigit() else "" for each in (*written, "", "")][:2]
    return ["", ""]


def _begun(lock: int) -> int:
    return int(_noted(lock)[1] or 0)


def _sweep(folder: Path) -> None:
    """Removes the generations that are neither live, nor the one before, nor what an unfinished run had reached; without a
    manifest that can be read, those only that were never published."""
    import shutil  # here, as below: it brings compressors with it, and a search needs none

    kept = {name for manifest in (NAME, PENDING) for name in _named(folder, manifest)}
    lost = not _named(folder, NAME)
    for path in generations(folder):
        if path.name not in kept and not (lost and (path / COPY).exists()):
            shutil.rmtree(path, ignore_errors=True)


def generations(folder: Path) -> list[Path]:
    """The folders of the generations there are, the newest first."""
    return sorted(folder.glob("g[0-9]*"), key=lambda path: (len(path.name), path.name), reverse=True)


def begin(folder: Path, base: Manifest | None = None) -> Path:
    """The folder of a new generation: empty, or holding what `base` holds. Raises WriteFailed, IndexDamaged."""
    import shutil

    with _written(folder):
        generation = folder / _next(folder)
        generation.mkdir(0o755)
        for name in base.files if base else ():
            before = folder / base.generation / name  # type: ignore[union-attr]
            if name == LEDGER:
                shutil.copyfile(before, generation / name)
                continue
            try:
                os.link(before, generation / name)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ENOSPC, errno.EDQUOT):
                    raise
                shutil.copyfile(before, generation / name)  # a file system without hard links
        return generation


def publish(
    folder: Path, manifest: Manifest, *, before: Manifest | None = None, name: str = NAME, durable: bool = True
) -> Manifest:
    """Makes a finished generation the live one: syncs its files, then replaces the manifest in one rename.

    Files that it shares with `before` are neither read nor synced again. With `name=PENDING` it becomes the one that the
    next run goes on from, and nothing else changes. Raises WriteFailed and changes nothing when the disk does.
    """
    generation = folder / manifest.generation
    with _written(folder):
        files = {}
        for path in sorted(generation.iterdir()):
            if path.name == COPY:
                continue
            if (mode := path.stat().st_mode) & stat.S_IWOTH:  # what anyone may write to is refused
                path.chmod(stat.S_IMODE(mode) & ~stat.S_IWOTH)
            trusted = before is not None and (before.durable or not durable) and path.name != LEDGER
            known = before.files.get(path.name) if before and trusted else None
            if known is not None and _same(path, folder / before.generation / path.name):  # type: ignore[union-attr]
                files[path.name] = known
                continue
            if durable:
                _sync(path)
            files[path.name] = (path.stat().st_size, _digest(path))
        finished = replace(manifest, files=files, durable=durable, copied=name == NAME)
        recorded = {each: getattr(finished, each) for each in Manifest.__slots__}
        written = json.dumps(_sealed(recorded), ensure_ascii=False, indent=1)
        if name == NAME:
            _replace(generation / COPY, written, durable=durable)
        if durable:
            _sync(generation)
            _sync(folder)  # the generation's name, before a manifest names it
        _replace(folder / name, written, durable=durable)
    if name == NAME:
        forget(folder)
    if durable:
        try:
            _sync(folder)
        except OSError as error:
            what = os.strerror(error.errno or 0).lower()
            raise WriteFailed(
                f"{folder}: {what}; the new state is there, and a power cut may undo it; look after the disk, then run it again"
            ) from error
    return finished


def _replace(path: Path, written: str, *, durable: bool) -> None:
    """Writes a file beside, then makes it the one of this name."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(written)
            stream.flush()
            os.fchmod(stream.fileno(), 0o644)  # an index that anyone may write to is refused
            if durable:
                os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Forgets the generation that an unfinished run had reached."""
    with contextlib.suppress(OSError):
        (folder / PENDING).unlink(missing_ok=True)


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _named(folder: Path, name: str) -> list[str]:
    """The generations that a manifest names, whatever else is wrong with it."""
    try:
        raw = json.loads((folder / name).read_text("utf-8"))
        return [str(raw["generation"]), str(raw["base"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _next(folder: Path) -> str:
    """A name that no generation had: a process that a killed run left behind may still write into the folder it knows."""
    numbers = [int(path.name[1:]) for path in generations(folder) if path.name[1:].isdigit()]
    lock = os.open(folder / ".lock", os.O_RDWR)  # a handle of its own, so that closing it frees no lock
    try:
        number = max([_begun(lock), *numbers]) + 1
        _note(lock, os.getpid(), number)
    finally:
        os.close(lock)
    return f"g{number:06}"


@contextlib.contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = os.strerror(error.errno).lower() if error.errno else str(error)
        free = room(folder) if error.errno == errno.ENOSPC else ""
        raise WriteFailed(f"{error.filename or folder}: {what}{free}; the index is as it was before") from error
