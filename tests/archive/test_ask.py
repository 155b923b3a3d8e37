"""A question as one value: checked when it is made, written once, understood alike by every method that takes one."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from datetime import date as Date
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher.query import ask as module
from searcher.values import MANY, replace

ARTICLES = [
    {"id": "a", "text": "budget et police", "source": "AFP", "author": "Léa Roy", "date": "2020-01", "language": "fr"},
    {"id": "b", "text": "budget", "source": "Le Monde", "date": "2020-02-03", "language": "fr"},
    {"id": "c", "text": "police budget budget", "source": "AFP", "date": "2021"},
    {"id": "d", "text": "rien", "source": None, "language": "en"},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    place = tmp_path_factory.mktemp("ask")
    (place / "articles.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in ARTICLES), "utf-8")
    searcher.build(place / "index", [place / "articles.jsonl"])
    with searcher.open(place / "index") as index:
        yield index


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"query": None}, "a query is a text, not None"),
        ({"match": "some"}, "match can be auto, all, any, not 'some'"),
        ({"sort": "size"}, "sort can be relevance, date, -date, source, -source, author"),
        ({"since": "2021", "until": "2020"}, "the period from 2021 until 2020 is empty; swap the two"),
        ({"since": 2021}, "since is a date as one writes it, not 2021"),
        ({"timeout": 0}, "a search takes more than 0 seconds"),
        ({"timeout": float("nan")}, "a search takes more than nan seconds"),
        ({"timeout": "1"}, "a search takes more than 1 seconds"),
        (
            {"filters": {"titre": "x"}},
            "filters can be on source, author, section, language, format, when,",
        ),
        ({"filters": {"source": [1]}}, "the values of the filter on source are texts, not [1]"),
    ],
    ids=str,
)
def test_it_refuses_an_option_out_of_range_when_it_is_made(options: dict[str, Any], message: str) -> None:
    with pytest.raises(searcher.UsageError, match=re.escape(message)):
        searcher.Ask(**{"query": "Assad", **options})


def test_it_refuses_a_date_that_cannot_be_read_when_it_is_made() -> None:
    with pytest.raises(searcher.DateError):
        searcher.Ask("Assad", since="le jour d’avant la veille")


def test_it_goes_on_checking_however_many_were_made() -> None:
    for _ in range(MANY + 2):
        searcher.Ask("Assad")
    with pytest.raises(searcher.UsageError):
        searcher.Ask("Assad", match="some")


def test_it_is_one_value_however_it_was_written() -> None:
    one = searcher.Ask(
        "q", match="any", since=Date(2020, 1, 2), filters={"source": "AFP", "language": ["fr", "en", "fr"]}
    )
    other = searcher.Ask(
        "q",
        match=searcher.Required.ANY,
        since=datetime(2020, 1, 2, 23),
        filters={"language": ("en", "fr"), "source": ["AFP"]},
    )
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == replace(one) == one
    assert replace(one, match="all").match is searcher.Required.ALL  # type: ignore[arg-type]


def test_its_options_are_written_once() -> None:
    written = re.search(r"class Options.*?\n\n\n", Path(module.__file__).read_text("utf-8"), re.DOTALL)
    assert written is not None
    assert re.findall(r"^        (\w+):", written[0], re.MULTILINE) == list(searcher.Ask.__slots__[1:])


def test_every_method_takes_an_ask_or_its_options(index: searcher.Index) -> None:
    options: dict[str, Any] = {"match": "any", "sort": "-date", "since": "2020"}
    ask = searcher.Ask("budget police", **options)
    results = index.search(ask)
    assert results.ask == ask
    assert results.hits == index.search("budget police", **options).hits
    assert index.why(ask, "c") == index.why("budget police", "c", **options)
    assert index.counts(ask, "source", "when") == index.counts("budget police", "source", "when", **options)
    assert list(index.every(ask)) == list(index.every("budget police", **options))
    assert [hit.article.id for hit in index.search(ask, sort="date")] == [hit.article.id for hit in results][::-1]


def test_every_gives_what_search_gives(index: searcher.Index) -> None:
    for query in ("budget", "budget police", "police rien", "introuvable"):
        for sort in searcher.Sort:
            ask = searcher.Ask(query, sort=sort)
            assert tuple(index.every(ask, passages=2)) == index.search(ask, limit=100).hits


def test_filters_find_what_is_counted(index: searcher.Index) -> None:
    counted = index.counts("budget", "source", "author", "language", "when")
    assert counted.total == 3
    assert counted.values["source"] == {"AFP": 2, "Le Monde": 1}
    for field, values in counted.values.items():
        for value, count in values.items():
            assert index.search("budget", filters={field: [value]}).total == count, (field, value)
    either = index.search("budget", filters={"source": ["AFP", "Le Monde"], "language": ["fr"]})
    assert {hit.article.id for hit in either} == {"a", "b"}
    assert index.search("budget", filters={"source": []}).total == 0
    assert index.counts("budget introuvable", "source").total == index.search("budget introuvable").total == 3


@pytest.mark.parametrize("limit", [1.5, True, "10", None])
def test_a_page_holds_a_whole_number_of_hits(index: searcher.Index, limit: Any) -> None:
    with pytest.raises(searcher.UsageError, match="a page holds 1 to 1000 hits, not"):
        index.search("budget", limit=limit)


def test_results_know_their_question_and_their_index(index: searcher.Index) -> None:
    results = index.search("budget", limit=1)
    assert results.index == index.about
    assert (results.query, results.index.articles, results.index.engine) == ("budget", 4, "whoosh")
    assert results.as_dict()["index"]["fingerprint"] == index.about.fingerprint
    assert results.to_json().startswith('{"schema": 1, "query": {"raw": "budget"')


@pytest.mark.parametrize("query", ["titre:(", '""', "« »", "!!!", "*", "-", "AND", "-titre:("])
@pytest.mark.parametrize("match", list(searcher.Required))
def test_a_query_of_which_nothing_is_left_finds_nothing_and_says_why(
    index: searcher.Index, query: str, match: searcher.Required
) -> None:
    ask = searcher.Ask(query, match=match)
    found = index.search(ask)
    assert (found.total, list(index.every(ask)), index.counts(ask).total) == (0, [], 0)
    assert [note for note in found.notes if not note.quiet]
    assert index.search("  ").total == len(ARTICLES)


def test_a_query_of_which_nothing_is_left_finds_nothing_among_what_filters_let_through(index: searcher.Index) -> None:
    assert index.search(searcher.Ask("!!!", filters={"source": ("AFP",)})).total == 0
    assert index.search(searcher.Ask("titre:( source:AFP")).total == 2
