"""R6: indexes made by a stranger to run code when they are opened."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import searcher
from searcher.engines.folders import checksum
from searcher.indexing import manifest

from .archives import Archive
from .outcome import Outcome, Trial

CRAFTED, FUZZED = 20, 10_000
BATCH = 250  # attempts of one process
PLANTED = ("_MAIN_1.toc", "_MAIN_99.toc", "MAIN_1.seg", "MAIN_WRITELOCK", "_archive_1.toc", "meta.pickle")
"""Names that Whoosh gives to what it unpickles; a stranger may add them."""


class Call:
    """What a pickle makes of this is a call."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._made = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._made


def crafted(sentinel: str) -> list[bytes]:
    """Pickles that make the folder `sentinel`, each in another way."""
    source = f"__import__('os').makedirs({sentinel!r}, exist_ok=True)"
    quoted = repr(sentinel).encode()
    gadgets: list[object] = [
        Call(os.mkdir, sentinel),
        Call(os.makedirs, sentinel),
        Call(os.system, f"mkdir -p {sentinel}"),
        Call(eval, source),
        Call(exec, source),
        Call(Path.mkdir, Call(Path, sentinel)),
        Call(shutil.copytree, "/proc/self/task", sentinel),
        Call(shutil.unpack_archive, sentinel),
        {"version": (2, 7, 4), "schema": Call(os.mkdir, sentinel)},
        [Call(os.mkdir, sentinel)] * 3,
        (0, Call(os.mkdir, sentinel), b""),
    ]
    written = [
        pickle.dumps(each, protocol) for each, protocol in zip(gadgets, itertools.cycle((2, 0, 4)), strict=False)
    ]
    written += [
        b"cos\nmkdir\n(S" + quoted + b"\ntR.",
        b"cposix\nmkdir\n(S" + quoted + b"\ntR.",
        b"cbuiltins\neval\n(S" + repr(source).encode() + b"\ntR.",
        b"c__builtin__\neval\n(S" + repr(source).encode() + b"\ntR.",
        b"(S" + quoted + b"\nios\nmkdir\n.",
        b"(cos\nmkdir\nS" + quoted + b"\no.",
        # Whoosh's own way from a name to a function
        b"cwhoosh.util.loading\nfind_object\n(S'os.mkdir'\ntR(S" + quoted + b"\ntR.",
        b"cwhoosh.filedb.filestore\nFileStorage\n(S" + quoted + b"\ntR.",
        b"csubprocess\nPopen\n((S'mkdir'\nS" + quoted + b"\nltR.",
    ]
    return written


def measure(trial: Trial) -> Outcome:
    """Crafted pickles in the place of every file, and fuzzed ones anywhere in them; the checksums are made to fit."""
    archive = Archive(trial.place / "archive", trial.rng, files=2, articles=6)
    index = trial.place / "index"
    ended = trial.runner.run("searcher", "index", archive.folder, "--index", index, "--engine", trial.engine)
    assert ended.status == 0, ended.said()
    kinds = len(crafted(""))
    assert kinds >= CRAFTED
    targets = len(_targets(index))
    outcome = Outcome(0, "0 code run")
    # Crafted: 20 pickles × every file × whole, as long as it was, in front.
    crafts = kinds * targets * 3
    chosen = list(range(crafts)) if trial.share >= 1 else trial.rng.sample(range(crafts), trial.some(crafts, 30))
    jobs = [*chosen, *range(crafts, crafts + trial.some(FUZZED, 40))]
    seed = trial.rng.randrange(1 << 32)
    answers: dict[str, int] = {}
    while jobs:
        batch, jobs = jobs[:BATCH], jobs[BATCH:]
        progress = trial.place / "progress"
        arguments: dict[str, Any] = {
            "index": str(index),
            "home": str(trial.place),
            "numbers": batch,
            "crafts": crafts,
            "seed": seed,
        }
        ended = trial.runner.call("pickles:attempts", **arguments).wait(600)
        tried = progress.read_text().split()
        progress.unlink()
        outcome.count += len(tried)
        if ended.status:
            # Not what this figure counts, but worth knowing: whoever made the index can end the process.
            what = "hung" if ended.hung else f"ended with status {ended.status}"
            answers[what] = answers.get(what, 0) + 1
            if not tried or (trial.place / "ran").exists():
                outcome.wrong.append(f"attempt {tried[-1:]} of seed {seed}: {ended.said()}")
                break
            jobs = batch[len(tried) :] + jobs
            continue
        for what, count in ended.answer()["ended"].items():
            answers[what] = answers.get(what, 0) + count
        outcome.wrong += ended.answer()["wrong"]
    outcome.reached = ", ".join(f"{count} {what}" for what, count in sorted(answers.items()))
    return outcome


def _targets(index: Path) -> list[str]:
    """The files of an index, and names that are not among them."""
    (generation,) = index.glob("g[0-9]*")
    (part,) = (path for path in generation.iterdir() if path.is_dir() and path.name != manifest.COPIES)
    inside = [path for path in sorted(generation.rglob("*")) if path.is_file()]
    return [manifest.NAME, *(str(path.relative_to(index)) for path in (*inside, *(part / name for name in PLANTED)))]


def attempts(index: str, home: str, numbers: list[int], crafts: int, seed: int) -> dict[str, Any]:
    """Plants, opens and searches; says what was run and how it ended."""
    folder, sentinel = Path(home, f"tried-{os.getpid()}"), Path(home, "ran")
    shutil.copytree(index, folder)
    targets = _targets(folder)
    pickles = crafted(str(sentinel))
    wrong: list[str] = []
    loaded: list[str] = []
    sys.addaudithook(lambda event, args: loaded.append(str(args)) if event == "pickle.find_class" else None)
    ended: dict[str, int] = {}
    with open(Path(home, "progress"), "w") as progress:
        for number in numbers:
            print(number, file=progress, flush=True)
            rng = Random(seed + number)
            name = targets[number % len(targets)]
            path = folder / name
            was = path.read_bytes() if path.exists() else None
            sealed = (folder / manifest.NAME).read_bytes()
            _replace(path, _made(rng, number, crafts, pickles, len(targets), was or b""))
            _seal(folder, name)
            how = _used(folder)
            ended[how] = ended.get(how, 0) + 1
            if sentinel.exists() or loaded:
                wrong.append(f"attempt {number} of seed {seed}, {name}: ran code {loaded[:3]}")
                loaded.clear()
                with suppress(OSError):
                    sentinel.rmdir()
            if was is None:
                path.unlink()
            else:
                _replace(path, was)
            _replace(folder / manifest.NAME, sealed)
    shutil.rmtree(folder)
    return {"wrong": wrong, "ended": ended}


def _made(rng: Random, number: int, crafts: int, pickles: list[bytes], targets: int, was: bytes) -> bytes:
    """What is planted."""
    if number < crafts:
        planted = pickles[number // targets % len(pickles)]
        way = number // targets // len(pickles) % 3
        return (planted, (planted + was)[: max(len(was), len(planted))], planted + was)[way]
    planted = rng.choice(pickles)
    for _ in range(rng.choice((0, 0, 1, 2, 5))):
        at = rng.randrange(len(planted))
        planted = planted[:at] + rng.randbytes(rng.randint(0, 2)) + planted[at + rng.randint(0, 2) :] or b"."
    at = rng.randrange(len(was) + 1)
    if rng.random() < 0.5 and len(planted) < len(was):  # in its place, of the same length
        at = rng.randrange(len(was) - len(planted) + 1)
        return was[:at] + planted + was[at + len(planted) :]
    return was[:at] + planted + was[at:]


def _seal(folder: Path, name: str) -> None:
    """Makes the manifest say that all is as it should be."""
    if name == manifest.NAME:
        return
    path = folder / manifest.NAME
    raw = json.loads(path.read_text("utf-8"))
    changed = folder / name
    raw["files"][str(changed.relative_to(folder / raw["generation"]))] = [changed.stat().st_size, checksum(changed)]
    _replace(path, json.dumps(manifest._sealed(raw)).encode())


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}~")
    temporary.write_bytes(content)
    temporary.replace(path)


def _used(folder: Path) -> str:
    """Opens an index and asks everything of it."""
    try:
        with searcher.open(folder) as index:
            index.search("budget ville -titre:douze")
            index.search('"budget de la ville" art*')
            index.counts("", "source")
            found = list(index.articles())
            index.check(full=True)
            index.search("budget", sort="date", limit=len(found) or 1)
        return "answered"
    except searcher.SearcherError:
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}"
