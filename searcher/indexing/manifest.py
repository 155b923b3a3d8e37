"""What an index is, and whether it may be opened: the manifest, its seal, the checksums of its files, who may have written it.

index/manifest.json      names the live generation; replaced in one rename (`generations`)
index/g000007/…          a generation: what an engine wrote, and the ledger; never changed once a manifest names it
index/pending.json       names the generation that an unfinished run had reached; the next run goes on from there
index/.lock              held by the one process that writes: its number, and that of the last generation begun
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import stat
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from searcher.errors import IndexDamaged, IndexForeign, IndexMissing, IndexUntrusted, not_read
from searcher.values import Value

FORMAT = 4
NAME = "manifest.json"
PENDING = "pending.json"
COPY = ".manifest.json"  # in a generation: not among its files, as it lists them
LEDGER = "ledger.sqlite3"  # the one file of a generation that is written to in place: copied, not linked
SMALL = 64 << 10  # files up to this size are checked whenever an index is opened


class Manifest(Value):
    """What an index is. `files` maps a file of the generation to its size in bytes and the SHA-256 of its content.

    `paths` are what was indexed; `copies` counts articles met a second time, `moved` those whose file was renamed since they
    were stored. `newest` is the largest serial that a content was given; `lineage` names the sequence of serials: updates and
    rebuilds keep it, an index made anew has another one. `base` is the generation that was live when this one was begun.
    `durable`: its files were synced. `copied`: the generation holds a copy of its manifest.
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
    newest: int = 0
    lineage: str = ""
    base: str | None = None
    durable: bool = True
    copied: bool = False
    format: int = FORMAT
    files: Mapping[str, tuple[int, str]] = MappingProxyType({})


def read(folder: Path, *, fingerprint: str | None, name: str = NAME) -> Manifest:
    """The manifest of an index; of any format and analysis when `fingerprint` is None.

    Raises IndexMissing, IndexForeign, IndexDamaged, ReadFailed or IndexUntrusted, with the command that helps.
    """
    _trust(folder, folder, folder / name)
    try:
        raw = json.loads((folder / name).read_text("utf-8"))
        manifest = of(raw)
    except FileNotFoundError:
        raise IndexMissing(
            f"{folder}: there is no index; make one with: searcher index PATH --index {folder}"
        ) from None
    except NotADirectoryError:
        raise IndexMissing(f"{folder}: not a folder, so no index") from None
    except OSError as error:
        raise not_read(folder / name, error) from error
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


def of(raw: dict[str, Any]) -> Manifest:
    """The manifest that was written as this. Raises KeyError, TypeError or ValueError when none was."""
    known = {key: raw[key] for key in raw if key in Manifest.__slots__}
    files = {str(name): (int(size), str(digest)) for name, (size, digest) in raw["files"].items()}
    return Manifest(**{**known, "paths": tuple(raw["paths"]), "files": files})


def written(manifest: Manifest) -> str:
    """A manifest as it is written, under a seal: a checksum of its own."""
    held = {each: getattr(manifest, each) for each in Manifest.__slots__}
    return json.dumps(_sealed(held), indent=1)  # in ASCII: a path need not be UTF-8


def whole(path: Path) -> dict[str, Any] | None:
    """What a manifest holds, when it is what was written."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        return raw if isinstance(raw, dict) and _sealed(raw) == raw and _is_name(str(raw["generation"])) else None
    except (OSError, ValueError, KeyError):
        return None


def near(path: str) -> str:
    """A path as one would write it here."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _trust(folder: Path, *paths: Path) -> None:
    """Raises IndexUntrusted for an index that other users could have written.

    Checksums detect damage, not forgery. Folders to trust anyway are listed in `$SEARCHER_TRUST`, as in `$PATH`.
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
    """What is written of a manifest, with its checksum."""
    rest = {key: value for key, value in raw.items() if key != "seal"}
    written = json.dumps(rest, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return {**rest, "seal": _sha256(written)}


def verify(folder: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Holds the files against the manifest: presence and size of all, content of the small ones (`thorough`: of all).

    Raises IndexDamaged; ReadFailed; IndexUntrusted when somebody else may have written one of them.
    """
    generation = folder / manifest.generation
    _trust(folder, generation, *(generation / name for name in manifest.files))
    for name, (size, digest) in manifest.files.items():
        path = generation / name
        try:
            if path.stat().st_size == size:
                if thorough and checksum(path) == digest:
                    continue
                if not thorough and (size > SMALL or _sha256(path.read_bytes()) == digest):
                    continue
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise not_read(path, error) from error
        again = _command(folder, manifest)
        raise IndexDamaged(f"{path}: missing or changed since it was written; rebuild with: {again}")


def verify_copy(folder: Path, manifest: Manifest) -> None:
    """Holds the manifest against its copy. Raises IndexDamaged, ReadFailed."""
    copy = folder / manifest.generation / COPY
    try:
        if not manifest.copied or copy.read_bytes() == (folder / NAME).read_bytes():
            return
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        raise not_read(copy, error) from error
    raise IndexDamaged(f"{copy}: missing, or not what {NAME} is; rebuild with: {_command(folder, manifest)}")


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


def checksum(path: Path) -> str:
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
