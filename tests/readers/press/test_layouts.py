"""Whatever article a database prints, in whatever layout, the same article is read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from searcher.article import Article
from searcher.readers import read
from searcher.sources import Source
from tests.readers.press import layouts
from tests.readers.press.layouts import ARCHIVES, Story, told

pytest.importorskip("lxml", reason="pages need the extra html")

LAYOUTS: list[tuple[str, Callable[[list[Story]], str], Callable[[Story], str | None]]] = [
    ("a.html", layouts.europresse_page, layouts.europresse_number),
    ("a.html", layouts.factiva_page, layouts.factiva_number),
    ("a.txt", layouts.factiva_text, layouts.factiva_number),
    ("a.html", layouts.factiva_plain_page, layouts.factiva_number),
    ("a.txt", layouts.factiva_plain_text, layouts.factiva_number),
    ("a.txt", layouts.proquest_text, layouts.proquest_number),
    ("a.txt", layouts.nexis_text, lambda story: None),
    ("a.txt", layouts.lexisnexis_text, lambda story: None),
]


@pytest.mark.parametrize(("name", "printed", "number"), LAYOUTS, ids=[each[1].__name__ for each in LAYOUTS])
@settings(max_examples=40, deadline=None)
@given(stories=ARCHIVES)
def test_it_reads_back_what_a_database_prints(
    name: str, printed: Callable[[list[Story]], str], number: Callable[[Story], str | None], stories: list[Story]
) -> None:
    raw = printed(stories).encode()
    found = list(read(Source(name, name, len(raw), content=raw)))
    keys = ("id", "title", "text", "date", "source", "author", "section", "pages")
    articles = [
        {key: getattr(each, key) for key in keys if getattr(each, key)} for each in found if isinstance(each, Article)
    ]
    wanted = [told(story, id=number(story) or f"a-{at}") for at, story in enumerate(stories, 1)]
    assert articles == wanted
    assert len(found) == len(articles), "nothing to report"
