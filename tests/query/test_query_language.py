"""Every example of docs/query-language.md is read as the page says."""

from __future__ import annotations

import re
from datetime import date

import pytest

import searcher
from searcher.query.parse import parse
from tests import places

PAGE = places.ROOT / "docs" / "query-language.md"
EXAMPLES = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("typed", "read"), EXAMPLES, ids=[typed for typed, _ in EXAMPLES])
def test_it_reads_an_example_as_the_page_says(typed: str, read: str) -> None:
    parsed = parse(typed, today=date(2020, 3, 18))
    assert str(parsed.root) == read
    assert not parsed.notes


def test_it_has_examples_in_every_section() -> None:
    sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert all("| Typed |" in section for section in sections if not section.startswith("Limits"))
    assert len(EXAMPLES) > 30


def test_it_prints_the_page() -> None:
    assert searcher.syntax() == PAGE.read_text("utf-8").rstrip()
