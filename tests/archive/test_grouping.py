"""A grouped answer is the answer: nothing is lost, copies stand together behind the best of them that matches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.analysis import entry
from searcher.article import Article
from searcher.engines.protocol import Found
from searcher.query.plan import EVERYTHING, Plan
from searcher.results.groups import first_of_each
from tests import oracle
from tests.dispatches import ROWS, Newsroom
from tests.indexing.test_serials import installed

SOURCES = ["AFP", "Le Monde", "La Croix", None]
DATES = ["2020-03-01", "2020-03-02", "2020-03", "2021", None]


def archive() -> list[Article]:
    """Families of copies in several outlets, all with the word *dépêche*, and articles without copies."""
    random, newsroom = Random(11), Newsroom(11)
    texts = []
    for _ in range(8):
        dispatch = newsroom.dispatch()
        texts += [dispatch, *(newsroom.copy(dispatch, random.choice(ROWS[:4])) for _ in range(random.randrange(5)))]
    texts += [newsroom.dispatch() for _ in range(4)]
    random.shuffle(texts)
    words = ["dépêche", "agence", "reprise"]
    return [
        Article(
            f"a{number:03}",
            " ".join([*random.sample(words, random.randint(1, 3)), *text]),
            title=f"Titre {number}",
            date=random.choice(DATES),
            source=random.choice(SOURCES),
        )
        for number, text in enumerate(texts)
    ]


@pytest.fixture(scope="module", params=[*installed(), "opensearch"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    folder = tmp_path_factory.mktemp("grouping")
    keys = ("id", "text", "title", "date", "source")
    written = [{key: getattr(each, key) for key in keys if getattr(each, key)} for each in archive()]
    (folder / "articles.jsonl").write_text("".join(json.dumps(each) + "\n" for each in written))
    searcher.build(folder / "index", [folder / "articles.jsonl"], engine=request.param)
    with searcher.open(folder / "index") as opened:
        yield opened


def test_the_groups_are_those_of_the_oracle(index: searcher.Index) -> None:
    entries = [entry(article) for article in archive()]
    expected = {tuple(entries[number].article.id for number in group) for group in oracle.groups(entries)}
    assert len(expected) > 3
    found = {tuple(each.id for each in index.group(article.id)) for article in archive()}
    assert {family for family in found if len(family) > 1} == expected


def test_the_engine_gives_the_serial_of_everything_it_finds(index: searcher.Index) -> None:
    with index._used() as state:
        found = list(state.reader.every(Plan(EVERYTHING)))
        assert sorted(state.reader.serials(Plan(EVERYTHING))) == sorted(each.serial for each in found)
        assert {each.serial for each in found} == set(range(1, len(archive()) + 1))
        page = state.reader.search(Plan(EVERYTHING), limit=5).found
        assert [each.serial for each in page] == [each.serial for each in found[:5]]


@given(
    query=st.sampled_from(
        ["dépêche", "agence reprise", "dépêche -agence", '"dépêche agence"', "dépêche agence reprise"]
    ),
    sort=st.sampled_from(list(searcher.Sort)),
    source=st.sampled_from([(), ("AFP",), ("AFP", None), ("La Croix",)]),
    since=st.sampled_from([None, "2020-03-02", "2021"]),
    limit=st.integers(1, 7),
)
def test_pages_of_groups_hold_the_answer_once(
    index: searcher.Index,
    query: str,
    sort: searcher.Sort,
    source: tuple[str | None, ...],
    since: str | None,
    limit: int,
) -> None:
    options: dict[str, Any] = {"sort": sort, "since": since, **({"filters": {"source": source}} if source else {})}
    plain = [hit.article.id for hit in index.every(query, **options)]
    families = {name: {each.id for each in index.group(name)} for name in plain}
    expected: list[list[str]] = []
    for name in plain:
        if all(name not in group for group in expected):
            expected.append([each for each in plain if each in families[name]])
    found: list[list[str]] = []
    page = 1
    while len(found) < len(expected) or page == 1:
        results = index.search(query, limit=limit, page=page, passages=0, group=True, **options)
        assert (results.total, results.groups) == (len(plain), len(expected))
        assert [hit.rank for hit in results] == list(range(len(found) + 1, len(found) + 1 + len(results)))
        found += [[hit.article.id, *(each.id for each in hit.group)] for hit in results]
        assert len(results) == limit or len(found) == len(expected)
        page += 1
    assert found == expected
    assert [hit.article.id for hit in index.every(query, group=True, **options)] == [group[0] for group in expected]


@given(st.sampled_from(archive()), st.booleans())
def test_a_filter_never_loses_its_only_hit(index: searcher.Index, article: Article, dated: bool) -> None:
    """Also when the article is a copy of one that the filter leaves out."""
    options: dict[str, Any] = {"filters": {"source": [article.source]}}
    if dated and article.date:
        options |= {"since": article.date, "until": article.date}
    alone = index.search(f"titre:{article.title.split()[1]}", group=True, passages=0, **options)
    assert [hit.article.id for hit in alone] == [article.id]


def test_a_page_behind_the_last_one_says_how_many_there_are(index: searcher.Index) -> None:
    pages = -(-(index.search("dépêche", limit=5, group=True).groups or 0) // 5)
    results = index.search("dépêche", limit=5, page=pages + 1, group=True)
    assert not results.hits
    assert any(note.message == f"there are {pages} pages, and no page {pages + 1}" for note in results.notes)


def test_an_answer_that_is_not_grouped_says_nothing_of_groups(index: searcher.Index) -> None:
    results = index.search("dépêche")
    assert results.groups is None
    assert all(not hit.group for hit in results)


def test_lines_of_copies_are_printed_once(index: searcher.Index) -> None:
    heads = {hit.article.id for hit in index.every("dépêche", group=True)}
    everything = list(index.kwic("dépêche"))
    assert [line for line in everything if line.id in heads] == list(index.kwic("dépêche", group=True))


def test_an_archive_without_copies_is_grouped_too(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "un mot"}\n{"text": "deux mots"}\n')
    searcher.build(tmp_path / "index", [tmp_path / "a.jsonl"])
    with closing(searcher.open(tmp_path / "index")) as opened:
        results = opened.search("mot", group=True)
        assert (results.total, results.groups, [hit.group for hit in results]) == (2, 2, [(), ()])


def test_one_of_each_group_counts() -> None:
    class Kept:
        def group_of(self, serial: int) -> int:
            return {1: 7, 2: 7, 5: 9}.get(serial, 0)

    found = [Found(Article(f"{serial}", ""), 0.0, serial=serial) for serial in (3, 2, 1, 5, 4, 5)]
    assert [each.serial for each in first_of_each(found, Kept())] == [3, 2, 5, 4]
    assert list(first_of_each(found, None)) == found
