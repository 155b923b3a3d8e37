"""The name of an extra → the command that installs it into the environment this program runs in.

The command names the packages of the extra, not the distribution: they come from the package index also where this program
came from a checkout or a wheel. How an environment is told:

    pipx_metadata.json in sys.prefix    pipx             pipx inject searcher-archives 'tantivy>=0.27,<0.28'
    uv-receipt.toml in sys.prefix       uv tool          uv tool install --with 'tantivy>=0.27,<0.28' SOURCE
    no package pip                      uv venv          uv pip install --python PYTHON 'tantivy>=0.27,<0.28'
    otherwise                           pip              PYTHON -m pip install 'tantivy>=0.27,<0.28'
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

DISTRIBUTION = "searcher-archives"
"""The name of the distribution; the import is `searcher`, which as a distribution is somebody else's."""


def install_command(extra: str) -> str:
    """The command line that installs what `extra` needs. Raises nothing: an unknown extra gives a command without packages."""
    packages = " ".join(shlex.quote(each) for each in requirements(extra))
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").is_file():
        return f"pipx inject {prefix.name} {packages}"
    if (prefix / "uv-receipt.toml").is_file():
        added = " ".join(f"--with {shlex.quote(each)}" for each in (*_receipt_additions(prefix), *requirements(extra)))
        return f"uv tool install {added} {shlex.quote(_receipt_source(prefix))}"
    from importlib.util import find_spec

    if find_spec("pip") is None:
        return f"uv pip install --python {shlex.quote(_python())} {packages}"
    return f"{shlex.quote(_python())} -m pip install {packages}"


def requirements(extra: str) -> tuple[str, ...]:
    """The packages of an extra as they are required (`tantivy<0.28,>=0.27`), those of extras it names among them."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        required = requires(DISTRIBUTION) or []
    except PackageNotFoundError:  # run from a folder that was never installed
        return (f"{DISTRIBUTION}[{extra}]",)
    found: dict[str, None] = {}
    for each in required:
        wanted, _, marker = each.partition(";")
        if re.search(rf"""extra\s*==\s*['"]{re.escape(extra)}['"]""", marker) is None:
            continue
        own = re.match(rf"{DISTRIBUTION}\[(.+)\]", wanted.strip())
        for one in requirements_of(own.group(1)) if own else (wanted.strip(),):
            found[one] = None
    return tuple(found)


def requirements_of(extras: str) -> tuple[str, ...]:
    """The packages of several extras, given as in `html,feeds`."""
    return tuple(dict.fromkeys(one for extra in extras.split(",") for one in requirements(extra.strip())))


def _python() -> str:
    """The interpreter as one would type it: `python`, when that is the one that runs."""
    from shutil import which

    found = which("python")
    same = found is not None and os.path.dirname(found) == os.path.dirname(sys.executable)
    return "python" if same else sys.executable


def _receipt(prefix: Path) -> list[dict[str, object]]:
    """What `uv tool` was asked to install: the tool first, then what was added with `--with`."""
    import tomllib

    try:
        receipt = tomllib.loads((prefix / "uv-receipt.toml").read_text("utf-8"))
        return [each if isinstance(each, dict) else {"name": each} for each in receipt["tool"]["requirements"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _receipt_source(prefix: Path) -> str:
    """Where the tool came from: a folder, a file, an address, or the distribution's name."""
    for each in _receipt(prefix):
        if each.get("name") == DISTRIBUTION:
            for key in ("directory", "editable", "path", "url", "git"):
                if isinstance(each.get(key), str):
                    return f"git+{each[key]}" if key == "git" else str(each[key])
    return DISTRIBUTION


def _receipt_additions(prefix: Path) -> list[str]:
    """What was added before; `uv tool install` would drop additions that are not named again."""
    return [
        f"{each['name']}{each.get('specifier') or ''}"
        for each in _receipt(prefix)
        if isinstance(each.get("name"), str) and each["name"] != DISTRIBUTION
    ]
