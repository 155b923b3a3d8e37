"""An Atom feed: valid, escaped, under identifiers that stay."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import searcher
from searcher.render import atom
from tests.conftest import Build

NASTY = "<b>&\"'\x1b[31m\u202e\ud800"
RECORDS = [
    {
        "id": "a",
        "title": f"Un titre {NASTY}",
        "text": f"Le budget {NASTY}.",
        "date": "2020-01-07",
        "source": f"AFP {NASTY}",
    },
    {"id": "b/é", "text": "Un budget sans titre.", "url": "https://example.org/?a=1&b=2", "date": "2020-02"},
    {
        "id": "c",
        "text": "Le budget.",
        "url": "javascript:alert(1)",
        "date": "2020-03-01T10:00:00+0100",
        "author": "Léa Roy",
    },
]


@pytest.fixture
def folder(build: Build) -> Path:
    return build(RECORDS)


def rendered(folder: Path, query: str = "budget") -> str:
    with searcher.open(folder) as index:
        return "\n".join(
            atom.feed(index.latest(query), query=query, about=index.about, address="https://example.org/f?a=1&b=2")
        )


def test_a_feed_reader_reads_it(folder: Path) -> None:
    feedparser = pytest.importorskip("feedparser", reason="feedparser is an extra")
    read = feedparser.parse(rendered(folder).encode())
    assert not read.bozo
    assert (read.feed.title, len(read.entries), len({entry.id for entry in read.entries})) == ("budget", 3, 3)
    entries = {entry.id.rpartition("/")[2]: entry for entry in read.entries}
    assert entries["c"].updated == "2020-03-01T10:00:00+01:00"
    assert entries["a"].published == "2020-01-07T00:00:00Z"
    assert entries["%C3%A9"].link == "https://example.org/?a=1&b=2"


def test_nothing_of_an_article_is_markup(folder: Path) -> None:
    written = rendered(folder)
    assert "\x1b" not in written
    assert "&lt;b&gt;budget&lt;/b&gt; &amp;amp;" in written
    ElementTree.fromstring(written)
    assert "javascript" not in written


def test_its_identifiers_survive_a_rebuild(folder: Path) -> None:
    before = [line for line in rendered(folder).splitlines() if "<id>" in line]
    searcher.update(folder, rebuild=True)
    assert [line for line in rendered(folder).splitlines() if "<id>" in line] == before
