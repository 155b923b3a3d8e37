"""Every example of docs/query-language.md, and of the page in French, is read as the page says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import searcher
from searcher.query.parse import parse
from tests import places

PAGE = places.ROOT / "docs" / "query-language.md"
PAGE_IN_FRENCH = places.ROOT / "docs" / "fr" / "langage.md"
ENGLISH, FRENCH = (
    re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", page.read_text("utf-8"), re.MULTILINE)
    for page in (PAGE, PAGE_IN_FRENCH)
)
EXAMPLES = list(dict.fromkeys([*ENGLISH, *FRENCH]))


@pytest.mark.parametrize(("typed", "read"), EXAMPLES, ids=[typed for typed, _ in EXAMPLES])
def test_it_reads_an_example_as_the_page_says(typed: str, read: str) -> None:
    parsed = parse(typed, today=date(2020, 3, 18))
    assert str(parsed.root) == read
    assert not parsed.notes


@pytest.mark.parametrize(
    ("page", "head", "limits"), [(PAGE, "Typed", "Limits"), (PAGE_IN_FRENCH, "Tapé", "Les limites")]
)
def test_it_has_examples_in_every_section(page: Path, head: str, limits: str) -> None:
    sections = re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert all(f"| {head} |" in section for section in sections if not section.startswith(limits))


def test_both_pages_have_the_same_examples() -> None:
    assert FRENCH == ENGLISH


def test_it_prints_the_page() -> None:
    assert searcher.syntax() == PAGE.read_text("utf-8").rstrip()
    assert searcher.syntax("fr") == PAGE_IN_FRENCH.read_text("utf-8").rstrip()
