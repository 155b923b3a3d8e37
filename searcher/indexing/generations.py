"""The generations of an index: one process at a time begins one, fills it, and makes it the live one in a rename.

A generation is the ledger, the groups of copies, and a part that is its engine's: the engine begins it, empty or as the one
it goes on from, seals it, verifies it and drops it. A generation that was published holds a copy of its manifest, from which a
manifest that is lost or damaged is put back.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from searcher import engines
from searcher.engines.folders import FILES, FOLDERS, FolderEngine, same, sealed, sync
from searcher.engines.protocol import Engine, Seal
from searcher.engines.stored import from_json
from searcher.errors import (
    EngineUnreachable,
    IndexLocked,
    IndexUnusable,
    SearcherError,
    UsageError,
    WriteFailed,
    reason,
    room,
)
from searcher.indexing import manifest as manifests
from searcher.indexing.ledger import carry
from searcher.indexing.manifest import BASE, COPIES, COPY, LEDGER, MIDDLE, NAME, PENDING, Manifest
from searcher.messages import Message
from searcher.values import replace

_COPIES = FolderEngine()
"""How the part with the groups of copies is begun and sealed: as a folder of files, whatever the engine."""

MAX_NOTED = 300  # characters of a line in the lock file


@contextlib.contextmanager
def writing(folder: Path, *, timeout: float = 0.0) -> Iterator[None]:
    """Holds the lock of an index, having waited up to `timeout` seconds for it; removes what others left unfinished.

    Raises IndexLocked when another process writes, WriteFailed when the folder cannot be written.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    lock = _locked(folder, time.monotonic() + timeout)
    try:
        with guarded(folder):
            for each in made:
                sync(each.parent)  # else a power cut could take the folder with all that was synced in it
            if (folder / NAME).exists():
                sync(folder)  # the last run may have failed to
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
    """The lock file, open and locked. If the file was unlinked while we waited, our lock is void: drop it and try again."""
    while True:
        with guarded(folder):
            folder.mkdir(FOLDERS, parents=True, exist_ok=True)
            try:
                lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILES)
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
            raise IndexLocked(Message("index.locked", folder=folder, holder=_holder(lock))) from None
        except OSError as error:
            what = reason(error)
            raise WriteFailed(Message("index.no-locks", folder=folder, what=what)) from error


def _note(lock: int, process: int | None, begun: int) -> None:
    """Writes into the lock file who holds it (process, host, since when, command), and the number of the last generation
    begun."""
    held = ["", str(begun)]
    if process is not None:
        command = shlex.join([os.path.basename(sys.argv[0]) or "python", *sys.argv[1:]])
        before = _noted(lock)
        since = before[3] if before[0] == str(process) else datetime.now().astimezone().isoformat(" ", "seconds")
        held = [str(process), str(begun), os.uname().nodename, since, command]
    written = "\n".join(_printable(each)[:MAX_NOTED] for each in held)
    with contextlib.suppress(OSError):  # a full disk: the one is for a message, the other for processes left behind
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{written}\n".encode(), 0)


def _noted(lock: int) -> list[str]:
    """The lines of the lock file: process, generation, host, time, command; empty where it does not say."""
    written = ""
    with contextlib.suppress(OSError):
        written = os.pread(lock, 5 * MAX_NOTED * 4, 0).decode("utf-8", "replace")
    lines = [_printable(each.strip())[:MAX_NOTED] for each in (*written.split("\n"), "", "", "", "", "")[:5]]
    return [each if at > 1 or each.isdecimal() else "" for at, each in enumerate(lines)]


def _printable(text: str) -> str:
    """A text on one line, without what could move a cursor, and without halves of surrogate pairs."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _holder(lock: int) -> Message:
    """Who holds a lock, as its file says."""
    process, _, host, since, command = _noted(lock)
    if process and host and since and command:
        return Message("holder.named", number=process, host=host, since=since, command=command)
    return Message("holder.process", number=process) if process else Message("holder.other")


def _begun(lock: int) -> int:
    return int(_noted(lock)[1] or 0)


def _sweep(folder: Path) -> None:
    """Removes the generations that are neither live, nor the one before, nor what an unfinished run had reached; without a
    manifest that can be read, those only that were never published."""
    kept = {name for manifest in (NAME, PENDING) for name in _named(folder, manifest)}
    lost = not _named(folder, NAME)
    for path in listed(folder):
        if path.name not in kept and not (lost and (path / COPY).exists()):
            _drop(path)


def _drop(generation: Path) -> None:
    """Removes a generation, its engine's part first; what cannot be removed is left to the next run."""
    for name in engines.ENGINES:
        if (generation / name).exists():
            try:
                engines.load(name).drop(generation / name)
            except EngineUnreachable:
                return  # the generation's folder knows where the part is
            except SearcherError:
                pass  # the engine is not installed any more
    shutil.rmtree(generation, ignore_errors=True)


def listed(folder: Path) -> list[Path]:
    """The folders of the generations there are, the newest first."""
    return sorted(folder.glob("g[0-9]*"), key=lambda path: (len(path.name), path.name), reverse=True)


def begin(folder: Path, engine: Engine, base: Manifest | None = None) -> Path:
    """The folder of a new generation: empty, or holding what `base` holds. Raises WriteFailed, IndexDamaged."""
    with guarded(folder):
        generation = folder / _next(folder)
        generation.mkdir(FOLDERS)
        engine.begin(generation / engine.name, manifests.part(folder, base) if base else None)
        _COPIES.begin(generation / COPIES, manifests.copies(folder, base) if base else None)
        if base is not None:
            carry(folder / base.generation / LEDGER, generation / LEDGER)
        return generation


def _next(folder: Path) -> str:
    """A name that no generation had: a process that a killed run left behind may still write into the folder it knows."""
    numbers = [int(path.name[1:]) for path in listed(folder) if path.name[1:].isdigit()]
    lock = os.open(folder / ".lock", os.O_RDWR)  # a handle of its own, so that closing it frees no lock
    try:
        number = max([_begun(lock), *numbers]) + 1
        _note(lock, os.getpid(), number)
    finally:
        os.close(lock)
    return f"g{number:06}"


def publish(
    folder: Path, manifest: Manifest, *, before: Manifest | None = None, name: str = NAME, durable: bool = True
) -> Manifest:
    """Makes a finished generation the live one: seals and syncs it, then replaces the manifest in one rename.

    What it shares with `before` is neither read nor synced again. With `name=PENDING` it becomes the one that the
    next run goes on from, and nothing else changes. Raises WriteFailed and changes nothing when the disk does.
    """
    generation, engine = folder / manifest.generation, manifests.engine(folder, manifest)
    shared = before if before and (before.durable or not durable) else None
    with guarded(folder):
        part = manifests.part(folder, shared) if shared else None
        copies = manifests.copies(folder, shared) if shared else None
        files = {
            **_within(engine.name, engine.seal(generation / engine.name, base=part, durable=durable)),
            **_within(COPIES, _COPIES.seal(generation / COPIES, base=copies, durable=durable)),
            **_sealed_ledger(folder, generation, shared, durable=durable),
        }
        finished = replace(manifest, files=files, durable=durable, copied=name == NAME)
        written = manifests.written(finished)
        if name == NAME:
            _replace(generation / COPY, written, durable=durable)
        if durable:
            sync(generation)
            sync(folder)  # the generation's name, before a manifest names it
        _replace(folder / name, written, durable=durable)
    if name == NAME:
        forget(folder)
    if durable:
        try:
            sync(folder)
        except OSError as error:
            what = reason(error)
            raise WriteFailed(Message("index.not-synced", folder=folder, what=what)) from error
    return finished


def _within(name: str, seal: Seal) -> Seal:
    """The seal of a part as the manifest has it."""
    return {f"{name}/{each}": held for each, held in seal.items()}


def _sealed_ledger(folder: Path, generation: Path, before: Manifest | None, *, durable: bool) -> Seal:
    """The files of a generation's ledger. Those that `before` has too are not read again."""
    files = {}
    for name in (LEDGER, MIDDLE, BASE):
        if before and name in before.files and same(generation / name, folder / before.generation / name):
            files[name] = before.files[name]
        elif (generation / name).exists():
            files[name] = sealed(generation / name, durable=durable)
    return files


def _replace(path: Path, written: str, *, durable: bool) -> None:
    """Writes a file beside, then makes it the one of this name."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with open(temporary, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, FILES)) as stream:
            stream.write(written)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def forget(folder: Path) -> None:
    """Forgets the generation that an unfinished run had reached."""
    with contextlib.suppress(OSError):
        (folder / PENDING).unlink(missing_ok=True)


def restore(folder: Path, *, timeout: float = 0.0) -> bool:
    """Puts a manifest that is missing or damaged back from the copy in the newest generation that was published, when its
    files are there. Raises IndexLocked, WriteFailed."""
    if not folder.is_dir() or manifests.whole(folder / NAME) is not None:
        return False
    with writing(folder, timeout=timeout):
        for generation in listed(folder):
            raw = manifests.whole(generation / COPY)
            if raw is None or raw["generation"] != generation.name:
                continue
            try:
                manifests.verify(folder, manifests.of(raw))
            except (IndexUnusable, UsageError, ValueError, KeyError, TypeError):
                return False
            with guarded(folder):
                _replace(folder / NAME, (generation / COPY).read_text("utf-8"), durable=True)
                sync(folder)
            return True
    return False


def _named(folder: Path, name: str) -> list[str]:
    """The generations that a manifest names, whatever else is wrong with it."""
    try:
        raw = from_json((folder / name).read_bytes())
        return [str(raw["generation"]), str(raw["base"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


@contextlib.contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Errors of the system while something of an index is written → WriteFailed, which names the file and the room left."""
    try:
        yield
    except OSError as error:
        what = reason(error)
        free = room(folder) if error.errno == errno.ENOSPC else ""
        raise WriteFailed(Message("index.not-written", place=error.filename or folder, what=what, free=free)) from error
