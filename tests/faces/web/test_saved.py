"""Saved searches on pages: shown, saved and removed where the site lets visitors, by forms of the site only."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import searcher
from searcher.web import application
from tests.faces.web.conftest import Page, client

OWN = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}


@pytest.fixture
def kept(tmp_path: Path, folder: Path) -> searcher.SavedSearches:
    searches = searcher.SavedSearches(tmp_path / "saved.toml", tmp_path / "seen.json")
    searches.save("ville", searcher.Ask("budget ville", filters={"source": "AFP"}), index=folder, note="Pour lundi")
    return searches


@pytest.fixture
def writer(kept: searcher.SavedSearches, folder: Path) -> TestClient:
    return client(application(folder, saved_searches=kept, save=True))


def test_they_are_shown_with_their_feeds(folder: Path, kept: searcher.SavedSearches) -> None:
    visitor = client(application(folder, saved_searches=kept))
    page = Page(visitor.get("/saved").text)
    assert "Pour lundi" in page.text
    assert {"/search?q=budget+ville&source=AFP", "/search.atom?q=budget+ville&source=AFP"} <= set(page.links())
    (told,) = visitor.get("/api/v1/saved").json()["saved"]
    assert visitor.get(told["search"]).json()["total"] == 1
    assert visitor.get(told["feed"]).status_code == 200
    assert not [each for each in page.all("form") if each.get("method") == "post"]


def test_those_of_another_index_are_not_shown(build: object, kept: searcher.SavedSearches, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Une école ouvre.", "utf-8")
    searcher.build(tmp_path / "other", [tmp_path / "a.txt"])
    visitor = client(application(tmp_path / "other", saved_searches=kept))
    assert visitor.get("/api/v1/saved").json()["saved"] == []


def test_nothing_is_written_unless_the_site_says_so(folder: Path, kept: searcher.SavedSearches) -> None:
    for site in (application(folder, saved_searches=kept), application(folder)):
        assert client(site).post("/saved", data={"name": "a", "state": "q=a"}, headers=OWN).status_code == 403
        assert client(site).post("/saved", data={"forget": "ville"}, headers=OWN).status_code == 403
    assert [each.name for each in kept] == ["ville"]
    with pytest.raises(searcher.UsageError):
        application(folder, save=True)


def test_a_visitor_saves_and_removes(writer: TestClient, kept: searcher.SavedSearches) -> None:
    form = next(
        each
        for each in Page(writer.get("/search?q=police&source=AFP").text).all("form")
        if each.get("method") == "post"
    )
    state = next(
        each
        for each in Page(writer.get("/search?q=police&source=AFP").text).all("input")
        if each.get("name") == "state"
    )
    answer = writer.post(form["action"], data={"name": "police", "state": state["value"]}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/saved")
    saved = kept.get("police").ask
    assert (saved.query, saved.filters) == ("police", (("source", ("AFP",)),))
    assert writer.post("/saved", data={"name": "police", "state": "q=x"}, headers=OWN).status_code == 400
    assert writer.post("/saved", data={"name": "../x", "state": "q=x"}, headers=OWN).status_code == 400
    assert writer.post("/saved", data={"name": "date", "state": "q=x&since=never"}, headers=OWN).status_code == 400
    assert writer.post("/saved", data={"forget": "police"}, headers=OWN).status_code == 303
    assert [each.name for each in kept] == ["ville"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://127.0.0.1"},
        {"origin": "http://localhost:3000"},
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://localhost", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused(
    writer: TestClient, kept: searcher.SavedSearches, headers: dict[str, str]
) -> None:
    assert writer.post("/saved", data={"forget": "ville"}, headers=headers).status_code == 403
    assert [each.name for each in kept] == ["ville"]
