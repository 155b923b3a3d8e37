"""The man pages: made of the documents, complete, and clean to mandoc."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess

import pytest

from searcher.faces.cli import manage  # which declares the commands
from searcher.faces.cli.options import COMMANDS
from tests import places

assert manage

HERE = places.ROOT / "docs" / "man"
PAGES = ("search.1", "searcher.1", "searcher-query.7")


def test_they_are_made_of_the_documents() -> None:
    spec = importlib.util.spec_from_file_location("make", HERE / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    written = {name: (HERE / name).read_text("utf-8") for name in PAGES}
    assert make.pages() == written, "the documents have changed; run: make man"


@pytest.mark.parametrize("name", COMMANDS)
def test_they_name_every_option(name: str) -> None:
    page = (HERE / ("search.1" if name == "search" else "searcher.1")).read_text("utf-8").replace("\\-", "-")
    for option in COMMANDS[name].options:
        assert re.search(rf"{option.name}(?![a-z-])", page), option.name


@pytest.mark.parametrize("name", PAGES)
def test_mandoc_finds_nothing_wrong(name: str) -> None:
    if shutil.which("mandoc") is None:
        if os.environ.get("CI"):
            pytest.fail("mandoc is not installed")
        pytest.skip("mandoc is not installed")
    ran = subprocess.run(["mandoc", "-Tlint", str(HERE / name)], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("", "")
