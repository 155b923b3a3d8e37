"""The hints that say how to install an extra: right for the environment, and never a distribution that is somebody else's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from searcher import extras
from searcher.extras import DISTRIBUTION, install_command, requirements
from tests.places import ROOT

EXTRAS: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
RECEIPT = """
[tool]
requirements = [
    {{ name = "{DISTRIBUTION}", directory = "/opt/searcher" }},
    {{ name = "brotli", specifier = ">=1.2" }},
]
"""


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the environment the program runs in."""
    place = tmp_path / DISTRIBUTION
    place.mkdir()
    monkeypatch.setattr(sys, "prefix", str(place))
    return place


def test_it_knows_the_packages_of_every_extra() -> None:
    assert requirements("fast") == ("tantivy<0.28,>=0.27",)
    for extra in EXTRAS:
        assert requirements(extra), extra
        assert not any(DISTRIBUTION in each for each in requirements(extra)), extra


def test_it_gives_the_command_of_pip() -> None:
    command = shlex.split(install_command("fast"))
    assert command[1:] == ["-m", "pip", "install", "tantivy<0.28,>=0.27"]
    assert command[0] == "python" or os.path.samefile(command[0], sys.executable)


def test_it_gives_the_command_of_pipx(prefix: Path) -> None:
    (prefix / "pipx_metadata.json").write_text("{}")
    assert install_command("fast") == f"pipx inject {DISTRIBUTION} 'tantivy<0.28,>=0.27'"


def test_it_gives_the_command_of_uv_tool_and_keeps_what_was_added_before(prefix: Path) -> None:
    (prefix / "uv-receipt.toml").write_text(RECEIPT.format(DISTRIBUTION=DISTRIBUTION))
    assert install_command("fast") == (
        "uv tool install --with 'brotli>=1.2' --with 'tantivy<0.28,>=0.27' /opt/searcher"
    )


def test_it_gives_the_command_of_uv_where_there_is_no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert shlex.split(install_command("fast"))[:3] == ["uv", "pip", "install"]


def test_nothing_names_a_distribution_that_is_not_ours() -> None:
    """`searcher` belongs to somebody else; every requirement on ourselves is under our own name."""
    named = re.compile(
        r"""(?:pip|pipx|uv tool|uv pip)\s+(?:install|inject)\s+(?:-\S+\s+)*['"]?searcher(?![-\w/])|['"]searcher\["""
    )
    files = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("docs/*.md"), *ROOT.rglob("searcher/**/*.py")]
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert not wrong, "\n".join(wrong)
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["name"] == extras.DISTRIBUTION


# ── for real: `make test-install` ────────────────────────────────────────────────────────────────────────────────────


def _run(*command: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=600)


@pytest.mark.install
@pytest.mark.parametrize("way", ["pip", "pipx", "uv"])
def test_the_command_of_a_hint_installs_what_was_missing(way: str, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    env = {
        **{key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")},
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "UV_TOOL_DIR": str(tmp_path / "uv"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "PATH": f"{tmp_path / 'bin'}:{tools / 'bin'}:{os.environ['PATH']}",
    }
    install = {
        "pip": ["pip", "install", "--quiet", str(ROOT)],
        "pipx": ["pipx", "install", str(ROOT)],
        "uv": ["uv", "tool", "install", str(ROOT)],
    }[way]
    if way != "pip":
        done = _run("pip", "install", "--quiet", way, env=env, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    done = _run(*install, env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    index = ("searcher", "index", str(ROOT / "seeds"), "--index", str(tmp_path / "index"), "--engine", "tantivy")
    done = _run(*index, env=env, cwd=tmp_path)
    assert done.returncode == 2, done
    hint = done.stderr.strip().partition("install it with: ")[2]
    assert hint.startswith({"pip": "python -m pip", "pipx": "pipx inject", "uv": "uv tool install"}[way])
    done = _run(*shlex.split(hint), env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = _run(*index, env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
