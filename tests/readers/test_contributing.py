"""The example of CONTRIBUTING.md: a newcomer's format is one module, one row, one sample."""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import read
from searcher.readers.formats import FORMATS, Format
from searcher.readers.problems import Problem
from searcher.readers.sniff import _layouts, sniff
from searcher.sources import Source
from tests.readers import dummy

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"
SAMPLE = "§ Le port rouvre | 10 mars 2020 | Le Courrier\nLe port a rouvert.\n§ | 2020\nPerdu.\n§ Le bac\nIl passe.\n"


def blocks() -> list[str]:
    """The Python of the guide."""
    return [textwrap.dedent(each) for each in re.findall(r"   ```python\n(.*?)   ```", GUIDE.read_text("utf-8"), re.S)]


def test_it_shows_the_module_that_is_tested() -> None:
    assert blocks()[0] == Path(dummy.__file__).read_text("utf-8")


def test_it_reads_the_format_that_the_guide_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    row = eval(f"{{{blocks()[1]}}}", {"Format": Format})
    monkeypatch.setitem(FORMATS, *next(iter(row.items())))
    monkeypatch.setitem(sys.modules, "searcher.readers.cards", dummy)
    _layouts.cache_clear()
    try:
        source = Source("coupures.cards", "coupures.cards", content=SAMPLE.encode())
        assert sniff(source) == "cards"
        found = list(read(source))
    finally:
        _layouts.cache_clear()
    articles = [each for each in found if isinstance(each, Article)]
    assert [(each.title, each.date, each.source, each.text, each.place) for each in articles] == [
        ("Le port rouvre", "2020-03-10", "Le Courrier", "Le port a rouvert.", "card 1"),
        ("Le bac", None, None, "Il passe.", "card 3"),
    ]
    assert [each for each in found if isinstance(each, Problem)] == [
        Problem("coupures.cards", "a card without a title", "card 2")
    ]


def test_it_names_paths_that_exist() -> None:
    root = GUIDE.parent
    new = {"searcher/readers/cards.py", "tests/readers/samples/cards.cards"}
    named = set(re.findall(r"`((?:searcher|tests|docs|benchmarks)/[\w./]+)`", GUIDE.read_text("utf-8"))) - new
    assert [each for each in sorted(named) if not (root / each).exists()] == []
