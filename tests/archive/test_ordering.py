"""An answer in the order of a value or of titles: every engine gives the oracle's, page by page and whole."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.analysis import entry
from searcher.archive.answering import understood_on
from searcher.archive.ordering import collated
from searcher.article import Article
from searcher.engines.protocol import Deadline
from searcher.query.ask import NATIVE
from tests import oracle
from tests.indexing.test_serials import installed

SOURCES = [None, "Le Monde", "AFP", "Écho", "echo", "L’Écho"]
AUTHORS = [None, "Léa Roy", "Zoé Ahn, Léa Roy", "Ali Ben, Zoé Ahn", "zoé ahn"]
TITLES = ["", "Été", "ete", "Été 2020", "À Paris", "Zone", "été"]
ARTICLES = [
    Article(
        f"a{number:02}",
        " ".join(["budget"] * (number % 4 + 1) + ["de", "la", "ville"] * (number % 3)),
        title=TITLES[number % 7],
        source=SOURCES[number * 5 % 6],
        author=AUTHORS[number * 3 % 5],
        section=[None, "Sport", "Monde"][number % 3],
        language=[None, "fr", "de"][number * 2 % 3],
    )
    for number in range(40)
]
MADE = [sort for sort in searcher.Sort if sort not in NATIVE]


@pytest.fixture(scope="module", params=[*installed(), "opensearch"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    folder = tmp_path_factory.mktemp("ordering")
    keys = ("id", "text", "title", "source", "author", "section", "language")
    written = [{key: getattr(each, key) for key in keys if getattr(each, key)} for each in ARTICLES]
    (folder / "articles.jsonl").write_text("".join(json.dumps(each) + "\n" for each in written))
    searcher.build(folder / "index", [folder / "articles.jsonl"], engine=request.param)
    with searcher.open(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize("sort", MADE)
def test_it_is_the_order_of_the_oracle(index: searcher.Index, sort: searcher.Sort) -> None:
    with index._used() as state:
        entries = [entry(article) for article in state.reader.articles()]
        plan = understood_on(state, searcher.Ask("budget"), Deadline()).plan
    expected = [entries[number].article.id for number in oracle.every(plan, entries, sort)]
    assert [hit.article.id for hit in index.every("budget", sort=sort)] == expected


@given(
    sort=st.sampled_from(MADE), limit=st.integers(1, 12), query=st.sampled_from(["budget", "ville", "de la ville", ""])
)
def test_pages_add_up_to_the_whole(index: searcher.Index, sort: searcher.Sort, limit: int, query: str) -> None:
    whole = [hit.article.id for hit in index.every(query, sort=sort)]
    pages: list[str] = []
    while len(pages) < len(whole):
        results = index.search(query, sort=sort, limit=limit, page=len(pages) // limit + 1, passages=0)
        assert results.total == len(whole)
        assert results.hits
        pages += [hit.article.id for hit in results]
    assert pages == whole
    assert sorted(whole) == sorted(hit.article.id for hit in index.every(query))


def test_accents_and_case_do_not_count_and_what_is_not_known_comes_last(index: searcher.Index) -> None:
    sources = [hit.article.source for hit in index.every("budget", sort="source")]
    assert list(dict.fromkeys(sources)) == ["AFP", "echo", "Écho", "Le Monde", "L’Écho", None]
    reverse = [hit.article.source for hit in index.every("budget", sort="-source")]
    assert list(dict.fromkeys(reverse)) == ["L’Écho", "Le Monde", "Écho", "echo", "AFP", None]
    titles = [hit.article.title for hit in index.every("budget", sort="title")]
    assert list(dict.fromkeys(titles)) == ["À Paris", "ete", "Été", "été", "Été 2020", "Zone", ""]


def test_explanations_and_filters_go_along(index: searcher.Index) -> None:
    results = index.search("budget", sort="title", explain=True, limit=3, filters={"source": ["AFP"]})
    assert all(hit.parts and hit.article.source == "AFP" for hit in results)
    assert index.search("budget", sort="author", explain=True, limit=3).hits[0].parts


@given(st.lists(st.text(alphabet="aàAéeE œz", max_size=4)))
def test_keys_tell_all_texts_apart(texts: list[str]) -> None:
    assert len(set(map(collated, texts))) == len(set(texts))
