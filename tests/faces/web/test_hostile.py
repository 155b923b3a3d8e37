"""Requests that nobody means well with: addresses that repeat themselves, odd conditions, heads that never end."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from uvicorn.server import ServerState

from searcher.faces.web import guard, server
from searcher.faces.web.state import MAX_FILTERS, MAX_LENGTH, quoted
from searcher.web import application
from tests.faces.web.conftest import client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((path, 400) for path in ("/search", "/kwic", "/quotes", "/names", "/search.csv")),
        *((path, 200) for path in ("/api/v1/search", "/api/v1/names")),  # whose answers repeat no filter
    ],
)
@pytest.mark.parametrize(
    "filters",
    [
        "".join(f"&source=s{number}" for number in range(MAX_FILTERS + 1)),
        "".join(f"&{field}=v{number}" for number in range(51) for field in ("source", "author")),
        f"&source={'s' * (MAX_LENGTH + 1)}",
    ],
    ids=["values", "fields", "length"],
)
def test_filters_that_every_link_of_a_page_would_repeat_are_refused(
    visitor: TestClient, path: str, status: int, filters: str
) -> None:
    answer = visitor.get(f"{path}?q=budget{filters}")
    assert answer.status_code == status
    assert len(answer.content) < 20_000


def values(letters: str) -> list[str]:
    """The most values of filters that a page takes: different ones, as long as they may be together."""
    long = (MAX_LENGTH - 1_000) // (MAX_FILTERS * len(quoted(letters)))
    return [f"{number:02}{letters * long}" for number in range(MAX_FILTERS)]


@pytest.mark.parametrize("letters", ["s", "é", "&<", "😀"])
@pytest.mark.parametrize("path", ["/search", "/kwic", "/names", "/quotes"])
def test_the_largest_state_makes_a_page_of_60_kilobytes_at_most(visitor: TestClient, path: str, letters: str) -> None:
    asked = " OU ".join(("budget", *(f"été{number}" for number in range(180))))[:2_000]
    filters = [("source", each) for each in values(letters)]
    answer = visitor.get(path, params=[("q", asked), *filters], headers={"accept-encoding": "br, gzip"})
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) <= 60_000
    assert len(answer.content) < 2_000_000


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br;q=1.0, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000, br", None),
        ("identity", None),
        ("", None),
    ],
)
def test_large_answers_are_compressed_for_those_that_take_them_so(
    visitor: TestClient, accepted: str, encoding: str | None
) -> None:
    path = "/search?q=budget" + "&source=" * 40 + "x" * 1_000
    answer = visitor.get(path, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert "Accept-Encoding" in answer.headers["vary"]
    assert answer.text == visitor.get(path, headers={"accept-encoding": "identity"}).text


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("{tag}", 304),
        ('"other", {tag}', 304),
        ("{strong}", 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("{tag}x", 304),
        ("W/", 200),
    ],
)
@pytest.mark.parametrize("path", ["/search?q=budget", "/api/v1/search?q=budget", "/article/a1", "/search.csv?q=budget"])
def test_a_condition_is_read_as_the_standard_has_it(visitor: TestClient, path: str, written: str, status: int) -> None:
    tag = visitor.get(path).headers["etag"]
    asked = written.format(tag=tag, strong=tag.removeprefix("W/"))
    assert visitor.get(path, headers={"if-none-match": asked}).status_code == status


def test_a_head_has_a_size_even_when_it_comes_in_one_piece(visitor: TestClient) -> None:
    for answer in (
        visitor.get("/search", headers={"x-long": "x" * guard.MAX_HEAD}),
        visitor.get(f"/{'x' * guard.MAX_HEAD}"),
        visitor.get("/api/v1/search", headers={f"x-{number}": "x" * 100 for number in range(200)}),
    ):
        assert answer.status_code == 431
        assert len(answer.content) < 70_000


def test_a_page_of_the_other_origin_may_send_the_token(folder: Path) -> None:
    token, origin = "a-token-of-enough-bytes", "https://other.example"
    visitor = client(application(folder, token=token, cors=origin))
    asking = {"access-control-request-method": "GET", "access-control-request-headers": "authorization"}
    allowed = visitor.options("/api/v1/search", headers={"origin": origin, **asking})
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == origin
    assert allowed.headers["access-control-allow-headers"] == "Authorization"
    assert "access-control-allow-credentials" not in allowed.headers
    found = visitor.get("/api/v1/search?q=budget", headers={"origin": origin, "authorization": f"Bearer {token}"})
    assert found.status_code == 200
    assert found.headers["access-control-allow-origin"] == origin

    refused = visitor.options("/api/v1/search", headers={"origin": "https://evil.example", **asking})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers
    assert visitor.options("/api/v1/search", headers=asking).status_code == 401


def test_an_order_of_lines_that_there_is_not_is_refused(visitor: TestClient) -> None:
    assert visitor.get("/kwic?q=budget&order=sideways").status_code == 400
    assert visitor.get("/kwic?q=budget&order=99R").status_code == 400


# ── a server that listens ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """Where a server listens, which waits for a tenth of a second only."""
    import uvicorn

    monkeypatch.setattr(server, "IDLE", 0.1)
    monkeypatch.setattr(guard, "BODY_TIME", 0.1)
    with server.listening("127.0.0.1", 0) as listening:
        running = uvicorn.Server(server.configuration(application(folder)))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()
        running.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"", b""),
        (b"GET /search?q=budget HTTP/1.1\r\nHost: localhost\r\nX: ", b""),
        (b"\r\n\r\n", b"HTTP/1.1 400"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nX: ", b"HTTP/1.1 200"),
        (b"POST /saved HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nname=", b"HTTP/1.1 408"),
    ],
    ids=["silence", "half a head", "blank lines", "half a second head", "half a body"],
)
def test_a_request_that_never_ends_is_given_up(place: tuple[str, int], sent: bytes, answered: bytes) -> None:
    with socket.create_connection(place, timeout=30) as visitor:
        visitor.sendall(sent)
        received = b""
        while piece := _received(visitor):
            received += piece
    assert received.startswith(answered)
    assert received.count(b"HTTP/1.1") == bool(answered)


@pytest.mark.parametrize(("size", "status"), [(guard.MAX_QUERY - 20, b"400"), (guard.MAX_QUERY + 20, b"431")])
def test_an_address_may_be_as_long_as_what_the_parameters_allow(
    place: tuple[str, int], size: int, status: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the bound the parameters are checked, in whatever pieces the address comes."""
    monkeypatch.setattr(server, "IDLE", 30)
    head = b"GET /api/v1/search?q=%b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % (b"x" * size)
    with socket.create_connection(place, timeout=30) as visitor:
        for at in range(0, len(head), 5_000):
            visitor.sendall(head[at : at + 5_000])
        received = _received(visitor)
    assert received.startswith(b"HTTP/1.1 " + status), received[:200]


def _received(visitor: socket.socket) -> bytes:
    try:
        return visitor.recv(65_536)
    except ConnectionResetError:
        return b""


def test_a_visitor_who_takes_nothing_of_an_answer_is_left(folder: Path) -> None:
    """The connection is closed by the timer that the full buffer started."""

    class Transport(asyncio.Transport):
        def __init__(self, ended: asyncio.Event) -> None:
            self._ended = ended

        def abort(self) -> None:
            self._ended.set()

        def close(self) -> None:
            pass

        def get_extra_info(self, name: str, default: object = None) -> object:
            return default

    async def stall() -> None:
        ended = asyncio.Event()
        config = server.configuration(application(folder))
        config.load()
        connection = server.Impatient(config, ServerState(), {})
        connection.connection_made(Transport(ended))
        connection.pause_writing()
        connection.resume_writing()
        connection.pause_writing()
        await asyncio.wait_for(ended.wait(), 30)
        connection.connection_lost(None)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server, "STALLED", 0.01)
        asyncio.run(stall())
