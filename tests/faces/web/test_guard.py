"""What stands between the archive and who should not read it: names, origins, tokens, headers, paths, limits."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import anyio
import httpx
import pytest
from starlette.testclient import TestClient

import searcher
from searcher.faces.web import site
from searcher.faces.web.guard import HEADERS
from searcher.web import application
from tests.faces.web.conftest import Page, client, raw

TOKEN = "correct-horse-battery-staple"

NAMES: list[tuple[str, str | None, int]] = [
    # Host, Origin, status
    ("localhost", None, 200),
    ("localhost:8765", None, 200),
    ("LOCALHOST:8765", None, 200),
    ("localhost.", None, 200),
    ("127.0.0.1", None, 200),
    ("127.0.0.1:80", None, 200),
    ("127.8.9.10:80", None, 200),
    ("[::1]", None, 200),
    ("[::1]:8765", None, 200),
    ("archive.example.org", None, 200),
    ("archive.example.org:443", None, 200),
    ("evil.example", None, 421),
    ("evil.example:8765", None, 421),
    ("localhost.evil.example", None, 421),
    ("127.0.0.1.evil.example", None, 421),
    ("archive.example.org.evil.example", None, 421),
    ("0.0.0.0:8765", None, 421),
    ("[::]", None, 421),
    ("[::ffff:10.0.0.1]", None, 421),
    ("10.0.0.1", None, 421),
    ("2130706433", None, 421),
    ("localhost@evil.example", None, 400),
    ("localhost, evil.example", None, 400),
    ("localhost:99999", None, 400),
    ("localhost:", None, 400),
    ("local host", None, 400),
    ("", None, 400),
    ("[::1", None, 400),
    ("localhost", "http://localhost", 200),
    ("localhost:8765", "http://localhost:8765", 200),
    ("localhost:8765", "https://archive.example.org", 200),
    ("localhost", "http://evil.example", 403),
    ("localhost", "http://0.0.0.0:8765", 403),
    ("localhost", "null", 403),
    ("localhost", "http://localhost@evil.example", 403),
    ("localhost", "http://localhost.evil.example", 403),
    ("localhost", "file://localhost", 403),
    ("evil.example", "http://localhost", 421),
]


@pytest.mark.parametrize(("host", "origin", "status"), NAMES)
def test_it_answers_to_its_own_names_only(folder: Path, host: str, origin: str | None, status: int) -> None:
    visitor = client(application(folder, allowed_hosts=["archive.example.org"]))
    for path in ("/search?q=budget", "/api/v1/search?q=budget", "/healthz"):
        answer = visitor.get(path, headers={"host": host, **({"origin": origin} if origin else {})})
        assert answer.status_code == status, path
        assert ("adopté" in answer.text) is (status == 200 and "search" in path)


def test_a_form_without_a_referrer_says_null(folder: Path) -> None:
    visitor = client(application(folder), origin="null")
    assert visitor.get("/", headers={"sec-fetch-site": "same-origin"}).status_code == 200
    for site_ in ("cross-site", "same-site", "none"):
        assert visitor.get("/", headers={"sec-fetch-site": site_}).status_code == 403


def test_a_star_lets_any_name_in_but_no_other_origin(folder: Path) -> None:
    visitor = client(application(folder, allowed_hosts=["*"]))
    assert visitor.get("/", headers={"host": "any.example"}).status_code == 200
    assert visitor.get("/", headers={"host": "any.example", "origin": "http://any.example"}).status_code == 200
    assert visitor.get("/", headers={"host": "any.example", "origin": "http://other.example"}).status_code == 403


def test_another_origin_reads_the_api_only_where_it_is_named(folder: Path) -> None:
    visitor = client(application(folder, cors="https://friend.example"))
    answer = visitor.get("/api/v1/stats", headers={"origin": "https://friend.example"})
    assert answer.headers["access-control-allow-origin"] == "https://friend.example"
    assert "access-control-allow-origin" not in visitor.get("/api/v1/stats").headers
    for wrong in ("*", "friend.example", "https://friend.example/"):
        with pytest.raises(searcher.UsageError):
            application(folder, cors=wrong)


ROUTES = [
    ("/", 200),
    ("/search?q=budget", 200),
    ("/search?q=budget&since=never", 400),
    ("/search.csv?q=budget", 200),
    ("/search.atom?q=budget", 200),
    ("/search.exe?q=budget", 404),
    ("/article/a1", 200),
    ("/article/nobody", 404),
    ("/kwic?q=budget", 200),
    ("/saved", 200),
    ("/archive", 200),
    ("/help", 200),
    ("/opensearch.xml", 200),
    ("/openapi.json", 200),
    ("/schema.json", 200),
    ("/timeline.svg?q=budget", 200),
    ("/timeline.csv?q=budget", 200),
    ("/api/v1/search?q=budget", 200),
    ("/api/v1/search.jsonl?q=budget", 200),
    ("/api/v1/article/nobody", 404),
    ("/api/v1/nothing", 404),
    ("/static/nothing.css", 404),
    ("/healthz", 200),
    ("/nothing", 404),
]


@pytest.mark.parametrize(("path", "status"), ROUTES)
def test_every_answer_has_the_headers(visitor: TestClient, path: str, status: int) -> None:
    for answer in (visitor.get(path), visitor.get(path, headers={"host": "evil.example"}), visitor.delete(path)):
        assert answer.status_code in (status, 421, 405)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "server" not in answer.headers


def test_styles_and_scripts_have_addresses_of_their_content(visitor: TestClient) -> None:
    page = Page(visitor.get("/").text)
    linked = [each["href"] for each in page.all("link") if each["rel"] in ("stylesheet", "icon")]
    sizes = {}
    for link in [*linked, *(each["src"] for each in page.all("script"))]:
        answer = visitor.get(link)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        sizes[link.rpartition(".")[2]] = len(answer.content)
    assert sizes["js"] <= 10_000
    assert sizes["css"] <= 15_000


# ── the token ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_is_asked_for_everywhere(folder: Path) -> None:
    visitor = client(application(folder, token=TOKEN))
    for path, _ in ROUTES:
        status = visitor.get(path).status_code
        assert status == (200 if path == "/healthz" else 404 if path.startswith("/static") else 401), path
    assert visitor.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert visitor.get("/", headers={"cookie": f"searcher_token={TOKEN}"}).status_code == 401
    assert visitor.get("/?token=wrong").status_code == 401
    assert visitor.get("/", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_an_address_with_the_token_gives_a_cookie_and_leads_to_one_without(folder: Path) -> None:
    visitor = client(application(folder, token=TOKEN))
    answer = visitor.get(f"/search?q=budget&token={TOKEN}&page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=budget&page=2")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert visitor.get("/search?q=budget").status_code == 200
    _, _, headers = raw(visitor.app, "//evil.example/", f"token={TOKEN}")
    assert headers[b"location"] == b"/evil.example/"


def test_a_short_token_is_refused(folder: Path) -> None:
    with pytest.raises(searcher.UsageError):
        application(folder, token="1234")


# ── paths ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

STEPS = ["..", "%2e%2e", "%2E.", "..%00", "..;", ".%2e", "%252e%252e", "..%c0%af", "....", "%c0%ae%c0%ae"]
ENDS = ["etc/passwd", "etc%2fpasswd", "etc%5cpasswd", "manifest.json", "proc/self/environ", "%2fetc%2fpasswd%00.html"]
TRAVERSALS = [f"{step}/{step}/{end}" for step in STEPS for end in ENDS] + [
    "%5c%5cserver%5cshare",
    "file:%2f%2f%2fetc%2fpasswd",
    "C:%5cWindows%5cwin.ini",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_to_a_file(visitor: TestClient, folder: Path, path: str) -> None:
    for below in ("/article/", "/static/", "/api/v1/article/", "/"):
        status, body, _ = raw(visitor.app, f"{below}{path}")
        assert status == 404, below
        assert "root:" not in body
        assert str(folder.parent) not in body


def test_no_answer_holds_the_path_of_a_file(visitor: TestClient, folder: Path) -> None:
    formats = ("csv", "tsv", "md", "json", "jsonl", "ris", "bibtex", "csl", "iramuteq", "atom")
    paths = [path for path, _ in ROUTES] + [f"/search.{form}?q=budget" for form in formats]
    paths += ["/api/v1/stats", "/api/v1/article/a1", "/article/a1?format=json", "/kwic.json?q=budget", "/api/v1/saved"]
    for path in paths:
        text = visitor.get(path).text
        assert str(folder.parent) not in text, path
        assert "articles.jsonl" not in text, path
    shown = client(application(folder, show_paths=True)).get("/api/v1/search?q=budget").json()
    assert shown["hits"][0]["path"].endswith("articles.jsonl")


# ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_body_has_a_limit(folder: Path, tmp_path: Path) -> None:
    kept = searcher.SavedSearches(tmp_path / "saved.toml", tmp_path / "seen.json")
    visitor = client(application(folder, saved_searches=kept, save=True))
    assert visitor.post("/saved", content=b"x" * 70_000).status_code == 413
    streamed = visitor.post("/saved", content=(b"x" * 10_000 for _ in range(10)))
    assert streamed.status_code in (400, 413)


def test_more_questions_than_turns_are_told_to_come_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns are taken until the last question has been refused; then all are answered."""
    monkeypatch.setattr(site, "PATIENCE", 0.05)
    held = Event()

    class Slow(searcher.Index):
        def pinned(self) -> Any:
            held.wait(20)
            return super().pinned()

    async def ask(count: int) -> list[int]:
        statuses: list[int] = []
        transport = httpx.ASGITransport(application(index))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as visitor:

            async def one() -> None:
                answer = await visitor.get("/search?q=budget", timeout=30)
                if answer.status_code == 503:
                    assert answer.headers["retry-after"] == "1"
                statuses.append(answer.status_code)
                if len(statuses) >= count - site.AT_ONCE:
                    held.set()

            async with anyio.create_task_group() as group:
                for _ in range(count):
                    group.start_soon(one)
                assert (await visitor.get("/healthz")).status_code == 200
        return statuses

    with Slow(folder) as index:
        statuses = anyio.run(ask, 40)
    assert sorted(statuses) == [200] * site.AT_ONCE + [503] * (40 - site.AT_ONCE)
