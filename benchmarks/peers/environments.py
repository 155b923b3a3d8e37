"""The name of a peer flows in, a Python that has it flows out, or why there is none.

An environment is made the first time it is needed, below a cache folder, of the versions pinned here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from hashlib import blake2b
from importlib import metadata
from pathlib import Path
from shutil import rmtree

RUN = "from peers.driver import main; main()"
SYSTEM = Path("/usr/bin/python3")  # which has what the system's package manager installs for Python

FRENCH = ("snowballstemmer==3.1.1", "PyStemmer==3.1.0", "Unidecode==1.4.0")
PINS = {
    "ours": (),
    "whoosh": ("Whoosh==2.7.4", *FRENCH),
    "whoosh3": ("whoosh3==3.54.0", *FRENCH),
    "tantivy": ("tantivy==0.27.0",),
    "fts5": (),
    "bm25s": ("bm25s==0.3.16", "numpy==2.4.6", "PyStemmer==3.1.0"),
    "xapian": None,  # only as a package of the system
}


@dataclass(frozen=True, slots=True)
class Absent:
    """A peer that cannot be run here, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Present:
    """A peer that can: in this Python, with this version."""

    name: str
    python: Path
    version: str


def find(name: str, named: Path | None, cache: Path, folder: Path) -> Present | Absent:
    """The Python named for a peer, else this one when it has what is pinned, else one made for it below `cache`.

    `folder` is where bytecode may be kept.
    """
    try:
        python = named or _fitting(PINS[name], cache / name)
        return Present(name, python, _version(name, python, folder))
    except _NotThere as error:
        return Absent(name, str(error))


def command(python: Path, peer: str, *words: str) -> list[str]:
    """What runs a command of `driver.py` for a peer, with its option: `tantivy:2`."""
    name, colon, option = peer.partition(":")
    module = "whoosh" if name == "whoosh3" else name
    return [str(python), "-c", RUN, f"{module}{colon}{option}", *words]


def environment(folder: Path) -> dict[str, str]:
    """As a reader's shell would have it: Python may keep bytecode, which goes to `folder` and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        # Whoosh 2.7.4 is compiled anew for that, and a newer Python warns of its syntax.
        "PYTHONWARNINGS": "ignore::SyntaxWarning",
    }


class _NotThere(Exception):
    """Why there is no such Python."""


def _fitting(pins: tuple[str, ...] | None, home: Path) -> Path:
    if pins is None:
        return SYSTEM
    if all(_installed(pin) for pin in pins):
        return Path(sys.executable)
    digest = blake2b(" ".join((*pins, sys.version)).encode(), digest_size=4).hexdigest()
    made = home.with_name(f"{home.name}-{digest}")
    python = made / "bin" / "python"
    if not (made / "complete").exists():
        rmtree(made, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(made)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins])
        (made / "complete").touch()
    return python


def _installed(pin: str) -> bool:
    name, _, version = pin.partition("==")
    try:
        return metadata.version(name) == version
    except metadata.PackageNotFoundError:
        return False


def _version(name: str, python: Path, folder: Path) -> str:
    if not python.exists():
        raise _NotThere(f"there is no {python}")
    version: str = json.loads(_run(command(python, name, "version"), environment(folder)))
    return version


def _run(words: list[str], environment: dict[str, str] | None = None) -> str:
    ran = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.strip() and not line.startswith("[notice]")]
        raise _NotThere(f"{Path(words[0]).name}: {said[-1] if said else f'status {ran.returncode}'}")
    return ran.stdout
