"""The page that compares two articles: it loses no blank between the words of either."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from searcher.article import Article
from searcher.faces.web.diff import marked
from searcher.results.diff import diff

TEXTS = st.lists(st.sampled_from(["le", "maire", "l’école", "*", "ouvre,", "« Non »", "hier.\n\n"]), max_size=12).map(
    " ".join
)


def read(html: str, without: str) -> list[str]:
    """The words of a text as a browser shows it, without what stands in one of the elements."""
    return unescape(re.sub(r"</?\w+>", "", re.sub(rf"<{without}>.*?</{without}>", "", html, flags=re.DOTALL))).split()


@given(TEXTS, TEXTS)
def test_each_text_can_be_read_from_it(left: str, right: str) -> None:
    html = str(marked(diff(Article("left", left), Article("right", right))))
    assert read(html, "del") == right.split()
    assert read(html, "ins") == left.split()
