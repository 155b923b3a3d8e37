"""Text fragments: a table of addresses, and laws of what is encoded."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.results.fragments import text_fragment

URL = "https://exemple.fr/a"
TABLE = [
    ("Le budget de la ville.", "budget", "#:~:text=budget"),
    ("Un budget et un budget de plus.", "budget", "#:~:text=Un-,budget,-et%20un%20budget"),
    ("Un, deux-trois & quatre.", "deux-trois & quatre", "#:~:text=deux%2Dtrois%20%26%20quatre"),
    ("L’été vient.", "été", "#:~:text=L%E2%80%99%C3%A9t%C3%A9"),
    ("Un e\u0301te\u0301.", "te", "#:~:text=e%CC%81te%CC%81"),
    ("Les budgets de 2020.", "budget", "#:~:text=budgets"),
    (" ".join("abcdefghijk"), "b c d e f g h i j", "#:~:text=b%20c%20d%20e,g%20h%20i%20j"),
    ("Fin du titre.\n\nDébut.", "du titre.\n\nDébut", "#:~:text=du%20titre%2E,D%C3%A9but"),
]


@pytest.mark.parametrize(("text", "passage", "expected"), TABLE)
def test_it_points_at(text: str, passage: str, expected: str) -> None:
    start = text.index(passage)
    found = text_fragment(URL, text, start, start + len(passage))
    assert found is not None
    assert found.removeprefix(URL) == expected


def test_it_keeps_the_anchor_of_the_page() -> None:
    assert text_fragment(f"{URL}#p2", "un mot", 3, 6) == f"{URL}#p2:~:text=mot"
    assert text_fragment(f"{URL}#:~:text=autre", "un mot", 3, 6) == f"{URL}#:~:text=mot"


@pytest.mark.parametrize("url", [None, "", "file:///a.html", "ftp://exemple.fr/a", "javascript:alert(1)", "https://"])
def test_it_points_at_pages_of_the_web_only(url: str | None) -> None:
    assert text_fragment(url, "un mot", 3, 6) is None


@given(st.text(min_size=1, max_size=40), st.data())
def test_everything_but_letters_and_digits_is_encoded(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = text_fragment(URL, text, start, end)
    if found is not None:
        parts = found.removeprefix(f"{URL}#:~:text=")
        assert re.fullmatch(r"(?:[\w%]+-,)?[\w%]+(?:,[\w%]+)?(?:,-[\w%]+)?", parts, re.ASCII)
        assert "-" not in re.sub(r"-,|,-", "", parts)
        assert unquote(re.sub(r"^.*-,|,.*$", "", parts)).split()
