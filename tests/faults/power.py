"""R2: the power fails. strace tells what was written, synced, renamed; a disk that forgets the rest is made of it."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .archives import VERY_SMALL, Archive, Content, judged
from .calls import CALLS, traced
from .outcome import Outcome, Trial

COMMITS = 50
CUTS = {"build": 25, "update": 8, "merge": 16}  # power cuts in the middle of a run, for each commit of a kind

SETTINGS = {
    **VERY_SMALL,
    "searcher.indexing.run:CHECKPOINT": 1000,
    "searcher.engines.whoosh.writer:TIER": 2,  # merges after a few commits; Tantivy's wait for eight segments
}
REBUILT = 13  # commits from one rebuild to the next
Event = tuple[str, str, int, str | None]
"""A call: name, arguments, result, what was opened."""

_LINE = re.compile(r"^(\d+) +(.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>")
_DONE = re.compile(r"^(\w+)\((.*)\) += +(-?\d+)(?:<([^>]*)>)?")
_PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
_HANDLE = re.compile(r"\d+<([^>]*)>")


@dataclass(eq=False, slots=True)
class Inode:
    """A file. `clean`: all that was written to it was synced."""

    folder: bool = False
    clean: bool = False


@dataclass(slots=True)
class Disk:
    """What programs see below a folder, and what would be left of it without power. Paths are absolute."""

    root: str
    seen: dict[str, Inode] = field(default_factory=dict)
    kept: dict[str, Inode] = field(default_factory=dict)

    def apply(self, call: str, arguments: str, result: int, opened: str | None) -> None:
        """Takes in one system call that succeeded."""
        paths = [os.path.normpath(os.path.join(at or "/", path)) for at, path in _PATH.findall(arguments)]
        match call:
            case "openat" | "open" | "creat":
                path = opened or paths[0]
                if self._is_ours(path) and path not in self.seen:
                    self.seen[path] = Inode()
                elif path in self.seen and "O_TRUNC" in arguments:
                    self.seen[path].clean = False
            case "mkdir" | "mkdirat":
                self._put(paths[0], Inode(folder=True, clean=True))
            case "link" | "linkat":
                if paths[0] in self.seen:
                    self._put(paths[1], self.seen[paths[0]])
            case "rename" | "renameat" | "renameat2":
                if paths[0] in self.seen:
                    self._put(paths[1], self.seen.pop(paths[0]))
            case "unlink" | "unlinkat" | "rmdir":
                self.seen.pop(paths[0], None)
            case "fsync" | "fdatasync":
                self._sync(_HANDLE.findall(arguments)[0])
            case _:  # something is written, to the first file that is named
                if (match := _HANDLE.match(arguments)) and match[1] in self.seen:
                    self.seen[match[1]].clean = False

    def _is_ours(self, path: str) -> bool:
        return path.startswith(self.root + "/")

    def _put(self, path: str, inode: Inode) -> None:
        if self._is_ours(path):
            self.seen[path] = inode

    def _sync(self, path: str) -> None:
        if path != self.root and path not in self.seen:
            return
        if path != self.root and not self.seen[path].folder:
            self.seen[path].clean = True
            return
        for each in [each for each in self.kept if os.path.dirname(each) == path]:
            del self.kept[each]
        self.kept |= {each: inode for each, inode in self.seen.items() if os.path.dirname(each) == path}

    def state(self) -> State:
        """What could be left if power failed now."""
        clean = frozenset(inode for inode in (*self.seen.values(), *self.kept.values()) if inode.clean)
        return State(dict(self.seen), dict(self.kept), clean)


@dataclass(frozen=True, slots=True)
class State:
    """A moment of a disk: what is seen, what is kept, whose content is."""

    seen: dict[str, Inode]
    kept: dict[str, Inode]
    clean: frozenset[Inode]

    def trees(self) -> Iterator[tuple[str, dict[str, Inode], bool]]:
        """What may be found when the power is back, for disks write in an order of their own; and whether a part of what was
        written to a file and not synced is there, too."""
        yield "what was synced", self._rooted(self.kept), False
        yield "all names, content that was synced", self.seen, False
        yield "all names, a part of the content", self.seen, True
        for name in ("manifest.json", "pending.json"):
            early = {path: inode for path, inode in self.seen.items() if os.path.basename(path) == name}
            if any(self.kept.get(path) is not inode for path, inode in early.items()):
                yield f"what was synced, and {name}", self._rooted({**self.kept, **early}), False

    def _rooted(self, names: dict[str, Inode]) -> dict[str, Inode]:
        """Without what is in a folder that is not there."""
        root = os.path.commonpath([os.path.dirname(path) for path in self.seen]) if self.seen else ""
        return {
            path: inode
            for path, inode in names.items()
            if all(str(above) in names for above in Path(path).parents if len(str(above)) > len(root))
        }


def events(trace: Path) -> Iterator[Event]:
    """The calls that succeeded."""
    begun: dict[str, str] = {}
    for line in trace.read_text("utf-8", "replace").splitlines():
        if (match := _LINE.match(line)) is None:
            continue
        thread, text = match.groups()
        if text.endswith("<unfinished ...>"):
            begun[thread] = text.removesuffix("<unfinished ...>").rstrip()
            continue
        if resumed := _RESUMED.match(text):
            text = begun.pop(thread, "") + text[resumed.end() :].lstrip()
        if (done := _DONE.match(text)) is not None and int(done[3]) >= 0:
            if done[1] == "openat" and "O_CREAT" not in done[2] and "O_TRUNC" not in done[2]:
                continue
            yield done[1], done[2], int(done[3]), done[4]


class Store:
    """Keeps the content of files by hard links, also of those that are removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._places: dict[Inode, Path] = {}

    def take(self, disk: Disk) -> None:
        for path, inode in disk.seen.items():
            if not inode.folder and inode not in self._places and os.path.exists(path):
                self._places[inode] = self._folder / str(len(self._places))
                os.link(path, self._places[inode])

    def lay_out(
        self, tree: dict[str, Inode], clean: frozenset[Inode], root: str, target: Path, torn: Random | None
    ) -> None:
        """A tree as it would be found after the cut, below `target`. With `torn`, a file that was not synced has a part of its
        content, without it none."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path in sorted(tree):
            inode, there = tree[path], target / os.path.relpath(path, root)
            if inode.folder:
                there.mkdir()
            elif inode in clean and inode in self._places:
                os.link(self._places[inode], there)
            elif there.parent.exists():
                written = self._places[inode].read_bytes() if torn and inode in self._places else b""
                there.write_bytes(written[: torn.randrange(len(written) + 1)] if torn else b"")


def measure(trial: Trial) -> Outcome:
    """A power cut after each commit, and at moments of the run that made it."""
    rng, home = trial.rng, (trial.place / "home").resolve()
    home.mkdir()
    archive = Archive(trial.place / "archive", rng, files=3, articles=3)
    command: list[str | Path] = [
        "searcher",
        "index",
        archive.folder,
        "--index",
        home / "index",
        "--engine",
        trial.engine,
        "--jobs",
        "1",
    ]
    disk, store, after = Disk(str(home)), Store(trial.place / "store"), trial.place / "after"
    outcome = Outcome(0, "0 acknowledged articles lost")
    acknowledged: Content | None = None
    during: Counter[str] = Counter()
    segments: set[str] = set()

    def run(*options: str) -> list[Event]:
        started = trial.runner.start(*command, *options, settings=SETTINGS, stopped=True)
        trace = trial.place / "trace"
        with traced(started, trace, f"trace=open,openat,creat,{','.join(CALLS)}"):
            ended = started.wait()
        assert ended.status == 0, ended.said()
        return list(events(trace))

    def cut(state: State, when: str, *allowed: Content | None) -> None:
        for left, tree, torn in state.trees():
            store.lay_out(tree, state.clean, str(home), after, rng if torn else None)
            _, wrong = judged(after / "index", *allowed)
            if wrong is not None:
                outcome.wrong.append(f"{when} ({left}): {wrong.replace(str(after), '')}")

    for commit in range(trial.some(COMMITS, 3)):
        careless = commit % 10 == 2  # the run before did not sync: what it made must be durable now
        if careless:
            archive.change()
            for event in run("--durability", "none"):
                disk.apply(*event)
            store.take(disk)
            acknowledged = None  # nothing was promised
        archive.change()
        new = archive.content()
        options = ["--rebuild"] if commit % REBUILT == 4 else []
        made = run(*options)
        renamed = {
            at + 1 for at, (call, named, *_) in enumerate(made) if call.startswith("rename") and ".json" in named
        }
        before, segments = segments, _segments(home / "index")
        kind = "build" if options or not before else "merge" if before - segments else "update"
        moments = renamed | set(rng.sample(range(len(made)), min(CUTS[kind], len(made))))
        states = []
        for at, event in enumerate(made):
            if at in moments and not careless:
                states.append(disk.state())
            disk.apply(*event)
        store.take(disk)
        for state in states:
            during[kind] += 1
            cut(state, f"during commit {commit}, a {kind}", acknowledged, new)
        outcome.count += 1
        cut(disk.state(), f"after commit {commit}{', the one before not durable' * careless}", new)
        acknowledged = new
    outcome.reached = "and cuts during " + ", ".join(f"{kind}s: {during[kind]}" for kind in CUTS)
    return outcome


def _segments(index: Path) -> set[str]:
    """The segments of the newest generation; those that are gone after an update were merged into others."""
    newest = max(index.glob("g[0-9]*"))
    return {path.stem for suffix in ("trm", "store") for path in newest.glob(f"*/*.{suffix}")}
