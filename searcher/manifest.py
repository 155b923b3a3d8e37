"""The folder of an index ↔ what is known about it: generations, the manifest that names the live one, the writer's lock.

index/manifest.json      replaced in one rename: the only moment at which the index changes
index/g000007/…          a generation: what an engine wrote; never changed once the manifest names it
index/.lock              held by the one process that writes
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from searcher.errors import IndexDamaged, IndexForeign, IndexLocked, IndexMissing, WriteFailed

FORMAT = 1
NAME = "manifest.json"
SMALL = 64 << 10  # files up to this size are checked whenever an index is opened


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is. `files` maps a file of the generation to its size in bytes and the SHA-256 of its content."""

    generation: str
    engine: str
    engine_version: str
    fingerprint: str
    articles: int
    created: str
    paths: tuple[str, ...] = ()
    format: int = FORMAT
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


def read(folder: Path, *, fingerprint: str) -> Manifest:
    """The manifest of an index. Raises IndexMissing, IndexForeign or IndexDamaged, with the command that helps."""
    try:
        raw = json.loads((folder / NAME).read_text("utf-8"))
        known = {key: raw[key] for key in raw if key in Manifest.__dataclass_fields__}
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
    if manifest.format != FORMAT:
        raise IndexForeign(f"{folder}: made by another version (format {manifest.format}); rebuild with: {again}")
    if manifest.fingerprint != fingerprint:
        raise IndexForeign(f"{folder}: made with another analysis ({manifest.fingerprint}); rebuild with: {again}")
    if not _is_name(manifest.generation) or not all(map(_is_name, manifest.files)) or _sealed(raw) != raw:
        raise IndexDamaged(f"{folder}: {NAME} is damaged; rebuild with: {again}")
    return manifest


def _sealed(raw: dict[str, Any]) -> dict[str, Any]:
    """The manifest with a checksum of its own."""
    rest = {key: value for key, value in raw.items() if key != "seal"}
    written = json.dumps(rest, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return {**rest, "seal": hashlib.sha256(written).hexdigest()}


def verify(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Holds the files against the manifest: presence and size of all, content of the small ones (`thorough`: of all).

    Raises IndexDamaged.
    """
    for name, (size, digest) in manifest.files.items():
        path = folder / manifest.generation / name
        try:
            if path.stat().st_size == size and ((size > SMALL and not thorough) or _digest(path) == digest):
                continue
        except OSError:
            pass
        again = _command(folder, manifest)
        raise IndexDamaged(f"{path}: missing or changed since it was written; rebuild with: {again}")


def _command(folder: Path, manifest: Manifest) -> str:
    return f"searcher index {' '.join(map(shlex.quote, manifest.paths)) or 'PATH'} --index {shlex.quote(str(folder))}"


def _is_name(name: str) -> bool:
    return bool(name) and "/" not in name and "\\" not in name and name not in (".", "..")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Holds the lock of an index and gives the folder of a new generation; what is left unfinished there is removed.

    Raises IndexLocked when another process writes, WriteFailed when the folder cannot be written.
    """
    with _written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a+")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read(20).strip() or "unknown"
            raise IndexLocked(f"{folder}: process {holder} is writing to it; try again when it has ended") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        generation = folder / _next(folder)
        try:
            with _written(folder):
                generation.mkdir()
            yield generation
        finally:
            if _current(folder) != generation.name:
                shutil.rmtree(generation, ignore_errors=True)
            lock.truncate(0)


def publish(folder: Path, manifest: Manifest) -> Manifest:
    """Makes a finished generation the live one: syncs its files, then replaces the manifest in one rename.

    Generations older than the one before are removed. Raises WriteFailed and changes nothing when the disk does.
    """
    generation = folder / manifest.generation
    with _written(folder):
        files = {}
        for path in sorted(generation.iterdir()):
            _sync(path)
            files[path.name] = (path.stat().st_size, _digest(path))
        _sync(generation)
        before = _current(folder)
        finished = Manifest(**{**asdict(manifest), "files": files, "paths": manifest.paths})
        temporary = folder / f".{NAME}.new"
        try:
            with temporary.open("w", encoding="utf-8") as stream:
                json.dump(_sealed(asdict(finished)), stream, ensure_ascii=False, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(folder / NAME)
        finally:
            temporary.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # the index has changed; only a power cut could still bring the old one back
        _sync(folder)
    for old in folder.glob("g[0-9]*"):
        if old.name not in (finished.generation, before):
            shutil.rmtree(old, ignore_errors=True)
    return finished


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _current(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / NAME).read_text("utf-8"))["generation"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _next(folder: Path) -> str:
    numbers = [int(path.name[1:]) for path in folder.glob("g[0-9]*") if path.name[1:].isdigit()]
    return f"g{max(numbers, default=0) + 1:06}"


@contextlib.contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = os.strerror(error.errno).lower() if error.errno else str(error)
        free = f" ({shutil.disk_usage(folder).free >> 20} MB free)" if error.errno == errno.ENOSPC else ""
        raise WriteFailed(f"{error.filename or folder}: {what}{free}; the index is as it was before") from error
