"""Columns of a terminal: a table of what is wide, and laws of what fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.render import columns

TABLE = [
    ("", 0),
    ("été", 3),
    ("e\u0301te\u0301", 3),
    ("東京", 4),
    ("ｆｕｌｌ", 8),
    ("한국", 4),
    ("\u1112\u1161\u11ab", 2),
    ("नमस्ते", 4),
    ("😀", 2),
    ("👩\u200d👩\u200d👧", 2),
    ("👍🏽", 2),
    ("❤\ufe0f", 2),
    ("🇫🇷", 2),
    ("1\ufe0f\u20e3", 2),
    ("a\u00adb", 2),
]
JOINING = "\u0301\u200d\ufe0f🏽"
texts = st.text(st.sampled_from("aé \u0301\u200d\ufe0f東😀🏽한🇫"), max_size=12)


@pytest.mark.parametrize(("text", "width"), TABLE)
def test_a_text_takes_columns(text: str, width: int) -> None:
    assert columns.width(text) == width


@given(texts, st.integers(0, 12))
def test_parts_fit_and_are_parts(text: str, room: int) -> None:
    begins, ends = columns.start(text, room), columns.end(text, room)
    assert text.startswith(begins)
    assert text.endswith(ends)
    assert columns.width(begins) <= room
    assert columns.width(ends) <= room
    if columns.width(text) <= room:
        assert begins == ends == text


@given(texts, st.integers(0, 12))
def test_what_is_filled_up_takes_exactly_the_room(text: str, room: int) -> None:
    assert columns.width(columns.left(text, room)) == room
    filled = columns.right(text, room)
    assert columns.width(filled) == room or columns.end(text, room)[:1] in JOINING  # which are printed within a blank
