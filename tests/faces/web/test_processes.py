"""Other processes make the answers: the same ones, also after one of them was killed, and nothing else waits for them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import anyio
import httpx
import pytest
from starlette.testclient import TestClient

import searcher
from searcher.faces.web import processes, site
from searcher.web import application
from tests.faces.web.conftest import client
from tests.faces.web.test_api import ASKED
from tests.faces.web.test_pages import PAGES

FAST = 1.0
"""Seconds; an answer that waited for the process that is stopped would never come."""


@pytest.fixture(scope="module")
def started() -> list[processes.Processes]:
    return []


@pytest.fixture(scope="module")
def apart(folder: Path, started: list[processes.Processes]) -> Iterator[TestClient]:
    """A visitor whose answers another process makes."""
    original = processes.Processes.__init__

    def noted(self: processes.Processes, *given: Any, **options: Any) -> None:
        original(self, *given, **options)
        started.append(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(processes.Processes, "__init__", noted)
        visitor = client(application(folder, processes=1))
    yield visitor
    started[0].close()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_the_same(visitor: TestClient, apart: TestClient, path: str) -> None:
    here, there = visitor.get(path), apart.get(path)
    assert there.text == here.text
    assert there.headers == here.headers
    assert apart.get(path, headers={"if-none-match": there.headers.get("etag", "-")}).status_code in (304, 200)


@pytest.mark.parametrize("path", ASKED)
def test_answers_of_the_api_are_the_same(visitor: TestClient, apart: TestClient, path: str) -> None:
    address = path.replace("{id}", "a1") + ASKED[path]
    here, there = visitor.get(address).json(), apart.get(address).json()
    for answer in (here, there):
        answer.pop("took_ms", None)
    assert there == here


@pytest.mark.parametrize("path", ["/nowhere", "/search?since=never", "/article/nobody", "/api/v1/search?limit=0"])
def test_problems_are_the_same(visitor: TestClient, apart: TestClient, path: str) -> None:
    here, there = visitor.get(path), apart.get(path)
    assert (there.status_code, there.text, there.headers) == (here.status_code, here.text, here.headers)


def test_downloads_are_made_here(visitor: TestClient, apart: TestClient) -> None:
    assert apart.get("/search.csv?q=budget").content == visitor.get("/search.csv?q=budget").content


def ended(started: list[processes.Processes]) -> int:
    """The number of the process that answers."""
    (number,) = started[0].numbers()
    return number


def test_the_process_stands_back_behind_the_one_that_listens(
    apart: TestClient, started: list[processes.Processes]
) -> None:
    assert apart.get("/search?q=budget").status_code == 200
    number = ended(started)
    assert os.getpriority(os.PRIO_PROCESS, number) > os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getsid(number) == number


def test_a_process_that_was_killed_is_replaced(apart: TestClient, started: list[processes.Processes]) -> None:
    assert apart.get("/search?q=budget").status_code == 200
    os.kill(ended(started), signal.SIGKILL)
    until = monotonic() + 30
    while (status := apart.get("/search?q=budget").status_code) != 200 and monotonic() < until:
        assert status == 503
        sleep(0.05)
    assert status == 200


def test_nothing_else_waits_for_the_process_that_searches(
    folder: Path, monkeypatch: pytest.MonkeyPatch, apart: TestClient, started: list[processes.Processes]
) -> None:
    """While the process is stopped, questions take all turns, the next ones are refused, and the server says that it lives."""
    monkeypatch.setattr(site, "PATIENCE", 0.1)
    assert apart.get("/search?q=budget").status_code == 200
    number = ended(started)
    os.kill(number, signal.SIGSTOP)

    async def ask() -> list[int]:
        statuses: list[int] = []
        transport = httpx.ASGITransport(apart.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as visitor:

            async def one() -> None:
                statuses.append((await visitor.get("/search?q=budget")).status_code)
                if len(statuses) == 20 - site.AT_ONCE:
                    assert statuses == [503] * len(statuses)
                    with anyio.fail_after(FAST):
                        assert (await visitor.get("/healthz")).status_code == 200
                    os.kill(number, signal.SIGCONT)

            async with anyio.create_task_group() as group:
                for _ in range(20):
                    group.start_soon(one)
        return statuses

    try:
        assert sorted(anyio.run(ask)) == [200] * site.AT_ONCE + [503] * (20 - site.AT_ONCE)
    finally:
        os.kill(number, signal.SIGCONT)


def test_an_open_index_cannot_be_shared(folder: Path) -> None:
    with searcher.open(folder) as index, pytest.raises(searcher.UsageError):
        application(index, processes=1)
