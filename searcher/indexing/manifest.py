"""What an index is, and whether it may be opened: the manifest, its seal, the checksums of its files, who may have written it.

index/manifest.json      names the live generation; replaced in one rename (`generations`)
index/g000007/           a generation; never changed once a manifest names it
index/g000007/whoosh/…   the part of its engine, named like the engine, which begins, seals, verifies and drops it
index/g000007/copies/…   which of its articles are copies of one another
index/pending.json       names the generation that an unfinished run had reached; the next run goes on from there
index/.lock              held by the one process that writes, and says which (`generations`)
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from searcher import engines
from searcher.engines.folders import changed, sha256
from searcher.engines.protocol import Engine, Seal, Sealed
from searcher.engines.stored import from_json
from searcher.errors import IndexDamaged, IndexForeign, IndexMissing, IndexUntrusted, not_read
from searcher.messages import Message
from searcher.values import Value

FORMAT = 9
NAME = "manifest.json"
PENDING = "pending.json"
COPY = ".manifest.json"  # in a generation: not among its files, as it lists them
COPIES = "copies"  # a folder beside the engine's part: which articles are copies of one another (`indexing.copies`)
LEDGER = "ledger.sqlite3"  # beside the engine's part
MIDDLE = "ledger.middle.sqlite3"  # of a large ledger, the two files that generations share: see `layers`
BASE = "ledger.base.sqlite3"


class Manifest(Value):
    """What an index is. `files` maps the ledger, and what the seals of the engine (`whoosh/…`) and of `copies/…` name, to sizes
    and checksums.

    `paths` are what was indexed; `copies` counts articles met a second time, `moved` those whose file was renamed since
    they were stored. `newest` is the largest serial that a content was given; `lineage` names the sequence of serials:
    updates and rebuilds keep it, an index made anew has another one. `base` is the generation that was live when this
    one was begun. `without` are the kinds of annotations that were left out. `ocr`: scanned pages are recognised.
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
    without: tuple[str, ...] = ()
    ocr: bool = False
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
        raw = from_json((folder / name).read_bytes())
        manifest, sealed = of(raw), _sealed(raw) == raw
    except FileNotFoundError:
        raise IndexMissing(Message("index.missing", folder=folder)) from None
    except NotADirectoryError:
        raise IndexMissing(Message("index.no-folder", folder=folder)) from None
    except OSError as error:
        raise not_read(folder / name, error) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(Message("index.manifest-damaged", folder=folder, name=NAME)) from error
    if fingerprint is None:
        return manifest
    if manifest.format != FORMAT:
        again = _command(folder, manifest)
        raise IndexForeign(Message("index.version", folder=folder, format=manifest.format, again=again))
    if manifest.fingerprint != fingerprint:
        again = _command(folder, manifest)
        raise IndexForeign(Message("index.analysis", folder=folder, fingerprint=manifest.fingerprint, again=again))
    sealed_names = [*_seal(manifest, manifest.engine), *_seal(manifest, COPIES)]
    names = [manifest.generation, manifest.engine, *sealed_names]
    whole = LEDGER in manifest.files and len(sealed_names) + len(ledger(manifest)) == len(manifest.files)
    if not whole or not all(map(_is_name, names)) or not sealed:
        raise IndexDamaged(Message("index.file-damaged", folder=folder, name=NAME, again=_command(folder, manifest)))
    return manifest


def of(raw: dict[str, Any]) -> Manifest:
    """The manifest that was written as this. Raises KeyError, TypeError or ValueError when none was."""
    known = {key: raw[key] for key in raw if key in Manifest.__slots__}
    files = {str(name): (int(size), str(digest)) for name, (size, digest) in raw["files"].items()}
    return Manifest(**{**known, "paths": tuple(raw["paths"]), "without": tuple(raw["without"]), "files": files})


def written(manifest: Manifest) -> str:
    """A manifest as it is written, under a seal: a checksum of its own."""
    held = {each: getattr(manifest, each) for each in Manifest.__slots__}
    return json.dumps(_sealed(held), indent=1)  # in ASCII: a path need not be UTF-8


def whole(path: Path) -> dict[str, Any] | None:
    """What a manifest holds, when it is what was written."""
    try:
        raw = from_json(path.read_bytes())
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
            continue  # whatever is wrong with it shows when it is read
        if status.st_mode & stat.S_IWOTH:
            raise IndexUntrusted(Message("index.open-to-all", path=path, quoted=_quoted(path)))
        if path != folder and status.st_uid not in us:  # of the folder itself only what is in it matters
            raise IndexUntrusted(
                Message("index.of-another", path=path, owner=status.st_uid, quoted=_quoted(folder.absolute()))
            )


def _sealed(raw: dict[str, Any]) -> dict[str, Any]:
    """What is written of a manifest, with its checksum. Raises ValueError for values that are nested too deeply."""
    rest = {key: value for key, value in raw.items() if key != "seal"}
    try:
        written = json.dumps(rest, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return {**rest, "seal": sha256(written)}


def part(folder: Path, manifest: Manifest) -> Sealed:
    """The engine's part of the generation that a manifest names."""
    return Sealed(folder / manifest.generation / manifest.engine, _seal(manifest, manifest.engine))


def copies(folder: Path, manifest: Manifest) -> Sealed:
    """The part of the generation that a manifest names which says what articles are copies."""
    return Sealed(folder / manifest.generation / COPIES, _seal(manifest, COPIES))


def ledger(manifest: Manifest) -> Seal:
    """The files of the ledger with their sizes and checksums."""
    return {name: manifest.files[name] for name in (LEDGER, MIDDLE, BASE) if name in manifest.files}


def _seal(manifest: Manifest, name: str) -> Seal:
    prefix = f"{name}/"
    return {name.removeprefix(prefix): held for name, held in manifest.files.items() if name.startswith(prefix)}


def verify(folder: Path, manifest: Manifest, *, thorough: bool = False, by: Engine | None = None) -> None:
    """Holds a generation against its manifest: presence and size of all files, content of the small ones (`thorough`: of all);
    what is the engine's, by the engine (`by`, when that was told where its index is).

    Raises IndexDamaged; IndexForeign for an engine that is not known, UsageError for one that is not installed; ReadFailed;
    IndexUntrusted when somebody else may have written a file.
    """
    generation, own, groups = folder / manifest.generation, part(folder, manifest), copies(folder, manifest)
    _trust(folder, generation, own.place, groups.place, *(generation / name for name in manifest.files))
    wrong = (by or engine(folder, manifest)).verify(own.place, own.seal, thorough=thorough)
    if wrong is None:
        wrong = changed(groups.place, groups.seal, thorough=thorough)
    if wrong is None:
        wrong = changed(generation, ledger(manifest), thorough=thorough)
    if wrong is not None:
        raise IndexDamaged(Message("index.wrong", wrong=wrong, command=_command(folder, manifest)))


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
    raise IndexDamaged(Message("index.copy", copy=copy, name=NAME, command=_command(folder, manifest)))


def engine(folder: Path, manifest: Manifest) -> Engine:
    """The engine that an index needs. Raises IndexForeign when it is none that is known here, UsageError when it is not
    installed."""
    if manifest.engine not in engines.ENGINES:
        again = _command(folder, manifest)
        raise IndexForeign(Message("index.engine", folder=folder, engine=manifest.engine, again=again))
    return engines.load(manifest.engine)


def _command(folder: Path, manifest: Manifest) -> str:
    return f"searcher index {' '.join(map(_quoted, manifest.paths)) or 'PATH'} --index {_quoted(folder)}"


def _quoted(path: str | Path) -> str:
    """A path as a shell takes it."""
    from shlex import quote  # here: only errors quote

    return quote(str(path))


def _is_name(name: str) -> bool:
    return bool(name) and "/" not in name and "\\" not in name and name not in (".", "..")
