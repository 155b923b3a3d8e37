"""Inside other applications: under any path, without lifespan, two side by side, while the archive changes."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import searcher
from searcher.web import application
from tests.faces.web.conftest import Page, client
from tests.faces.web.test_pages import PAGES


def under_starlette(path: str, inside: Any) -> Any:
    return Starlette(routes=[Mount(path, inside)])


def under_fastapi(path: str, inside: Any) -> Any:
    outside = FastAPI()
    outside.mount(path, inside)
    return outside


@pytest.mark.parametrize("mounted", [under_starlette, under_fastapi])
@pytest.mark.parametrize("path", PAGES)
def test_every_address_begins_with_the_prefix(folder: Path, mounted: Any, path: str) -> None:
    visitor = client(mounted("/press/archive", application(folder)))
    answer = visitor.get(f"/press/archive{path}")
    assert answer.status_code == 200
    page = Page(answer.text)
    addresses = [each for each in page.links() if each and not each.startswith("#")]
    addresses += [each["action"] for each in page.all("form") if "action" in each]
    addresses += [each["src"] for each in page.all("script") if "src" in each] + [
        each["href"] for each in page.all("link")
    ]
    assert addresses
    assert [each for each in addresses if not each.startswith("/press/archive/")] == []
    assert visitor.get(next(each["src"] for each in page.all("script") if "src" in each)).status_code == 200


def test_a_token_leads_back_below_the_prefix(folder: Path) -> None:
    token = "correct-horse-battery-staple"
    visitor = client(under_starlette("/press", application(folder, token=token)))
    answer = visitor.get(f"/press/search?q=budget&token={token}")
    assert answer.headers["location"] == "/press/search?q=budget"
    assert "Path=/press" in answer.headers["set-cookie"]
    assert visitor.get("/press/search?q=budget").status_code == 200


def index_of(place: Path, *texts: str) -> Path:
    place.mkdir(exist_ok=True)
    lines = [json.dumps({"id": f"{place.name}-{number}", "text": text}) for number, text in enumerate(texts)]
    (place / "articles.jsonl").write_text("\n".join(lines), "utf-8")
    searcher.update(place / "index", [place / "articles.jsonl"])
    return place / "index"


def test_two_side_by_side_do_not_mix(tmp_path: Path) -> None:
    left, right = index_of(tmp_path / "left", "Une école ouvre."), index_of(tmp_path / "right", "Une gare ouvre.")
    outside = Starlette(routes=[Mount("/left", application(left)), Mount("/right", application(right))])
    visitor = client(outside)

    def ask(side: str) -> tuple[str, list[str]]:
        return side, [hit["id"] for hit in visitor.get(f"/{side}/api/v1/search?q=ouvre").json()["hits"]]

    with ThreadPoolExecutor(4) as pool:
        for side, found in pool.map(ask, ["left", "right"] * 10):
            assert found == [f"{side}-0"]


def test_it_goes_over_to_a_new_state_while_people_search(tmp_path: Path) -> None:
    folder = index_of(tmp_path / "one", "Une école ouvre.")
    with searcher.live(folder, interval=0) as index:
        visitor = client(application(index))

        def ask(_: int) -> int:
            answer = visitor.get("/api/v1/search?q=école")
            assert answer.status_code == 200
            return int(answer.json()["total"])

        with ThreadPoolExecutor(4) as pool:
            asked = pool.map(ask, range(30))
            for count in (2, 3, 4):
                index_of(tmp_path / "one", *["Une école ouvre."] * count)
            totals = list(asked)
        assert ask(0) == 4
        assert set(totals) <= {1, 2, 3, 4}


def test_an_index_whose_folder_is_taken_away_is_missed_and_found_again(tmp_path: Path) -> None:
    folder = index_of(tmp_path / "one", "Une école ouvre.")
    visitor = client(application(folder))
    addresses = ["/", "/search?q=école", "/kwic?q=école", "/article/one-0", "/search.csv?q=école", "/archive"]

    def statuses() -> set[int]:
        return {visitor.get(address).status_code for address in addresses}

    assert statuses() == {200}
    folder.rename(tmp_path / "away")
    assert statuses() == {503}
    assert visitor.get("/api/v1/search?q=école").json()["code"] == "index_missing"
    assert visitor.get("/help").status_code == 200
    (tmp_path / "away").rename(folder)
    assert statuses() == {200}
    shutil.rmtree(folder)
    assert statuses() == {503}
    index_of(tmp_path / "one", "Une école ouvre.", "Une autre école ouvre.")
    assert visitor.get("/api/v1/search?q=école").json()["total"] == 2


def test_it_answers_under_a_lifespan_and_without_one(folder: Path) -> None:
    with TestClient(under_starlette("/a", application(folder)), base_url="http://localhost") as visitor:
        assert visitor.get("/a/search?q=budget").status_code == 200
    assert client(under_starlette("/a", application(folder))).get("/a/search?q=budget").status_code == 200
