"""Downloads and feeds: as many records as the page says, the same bytes by suffix and by parameter."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

import searcher
from searcher.faces.web.exports import FORMATS
from searcher.web import application
from tests.faces.web.conftest import client

QUERIES = [
    "q=budget",
    "q=budget&source=AFP",
    "q=budget+police&match=any&since=2020",
    "q=",
    "q=introuvable",
    "q=budget&sort=date",
]


def records(form: str, content: bytes) -> int:
    """How many records a download holds."""
    text = content.decode("utf-8", "replace")
    match form:
        case "csv" | "tsv":
            return len(list(csv.reader(io.StringIO(text), delimiter="," if form == "csv" else "\t"))) - 1
        case "json":
            return len(json.loads(text)["hits"])
        case "csl":
            return len(json.loads(text))
        case "jsonl":
            return len([json.loads(line) for line in text.splitlines()])
        case "ris":
            rispy = pytest.importorskip("rispy", reason="rispy is not installed (extra dev)")
            return len(rispy.loads(text)) if text.strip() else 0
        case "bibtex":
            return text.count("@article{")
        case "iramuteq":
            return text.count("**** ")
        case "txm":
            with zipfile.ZipFile(io.BytesIO(content)) as held:
                assert held.testzip() is None
                rows = list(csv.DictReader(io.StringIO(held.read("metadata.csv").decode())))
                assert {f"{row['id']}.txt" for row in rows} | {"metadata.csv"} == set(held.namelist())
            return len(rows)
        case _:
            return sum(line[:1].isdigit() for line in text.splitlines())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("query", QUERIES)
def test_a_download_holds_the_whole_answer(visitor: TestClient, form: str, query: str) -> None:
    total = visitor.get(f"/api/v1/search?{query}").json()["total"]
    answer = visitor.get(f"/search.{form}?{query}")
    assert answer.status_code == 200
    assert records(form, answer.content) == total
    again = visitor.get(f"/search?{query}&format={form}")
    if form != "json":  # which says how long it took
        assert again.content == answer.content
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["etag"]


def test_streams_hold_the_same_hits_as_pages(visitor: TestClient) -> None:
    streamed = [json.loads(line) for line in visitor.get("/api/v1/search.jsonl?q=budget&passages=2").text.splitlines()]
    paged = [hit for page in (1, 2, 3) for hit in visitor.get(f"/api/v1/search?q=budget&page={page}").json()["hits"]]
    assert streamed == paged


def test_a_concordance_is_downloaded_whole(visitor: TestClient) -> None:
    lines = visitor.get("/kwic.json?q=budget").json()["lines"]
    assert len(visitor.get("/kwic.csv?q=budget").text.splitlines()) == len(lines) + 1
    assert f"Les {len(lines)} occurrences" in visitor.get("/kwic?q=budget").text


def test_a_question_that_cannot_be_asked_is_no_download(visitor: TestClient) -> None:
    for form in FORMATS:
        assert visitor.get(f"/search.{form}?q=budget&since=never").status_code == 400
    for path in (
        "/search.exe?q=a",
        "/kwic.ris?q=a",
        "/timeline.ris?q=a",
        "/search?q=a&format=exe",
        "/article/a1?format=exe",
    ):
        assert visitor.get(path).status_code == 404


def test_an_article_is_cited_in_every_format(visitor: TestClient) -> None:
    for form in FORMATS:
        assert records(form, visitor.get(f"/article/a1?format={form}&q=budget").content) == 1


def test_a_feed_holds_what_came_last(visitor: TestClient) -> None:
    answer = visitor.get("/search.atom?q=police")
    feed = ElementTree.fromstring(answer.content)
    name = "{http://www.w3.org/2005/Atom}"
    identifiers = [entry.findtext(f"{name}id") for entry in feed.iter(f"{name}entry")]
    assert len(identifiers) == len(set(identifiers)) == 2
    (own,) = [each.get("href") for each in feed.iter(f"{name}link") if each.get("rel") == "self"]
    assert own == "http://localhost/search.atom?q=police"
    assert visitor.get("/search.atom?q=police", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_absolute_addresses_are_those_that_visitors_use(folder: Path) -> None:
    visitor = client(application(folder, base_url="https://archive.example.org/press"))
    assert 'href="https://archive.example.org/press/search.atom?q=police"' in visitor.get("/search.atom?q=police").text
    assert "https://archive.example.org/press/search?q={searchTerms}" in visitor.get("/opensearch.xml").text
    assert 'action="/press/search"' in visitor.get("/").text
    with pytest.raises(searcher.UsageError):
        application(folder, base_url="archive.example.org")


def test_a_download_lets_go_of_the_index_when_its_reader_leaves(folder: Path) -> None:
    with searcher.open(folder) as index:
        visitor = client(application(index))
        with visitor.stream("GET", "/search.jsonl?q=") as answer:
            assert answer.status_code == 200
    with pytest.raises(searcher.IndexClosed):
        index.search("budget")
