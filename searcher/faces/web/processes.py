"""A question that came in here → its answer, made by another process: so that whoever listens is never busy with a search.

Threads of one process take turns with Python itself: beside four searches, even `/healthz` waits for some tenths of a second.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from searcher.faces.web.problems import Problem
from searcher.faces.web.site import Site, Visit

MOST = 4
"""Processes at most unless more are asked for: each has an index open, and words of it in memory."""

NICE = 10
"""How much a process that answers stands back (`nice`) behind the process that listens."""

FEW_COLLECTIONS = (50_000, 10, 10)
"""When Python looks for garbage in a process that answers: an open index is some hundred thousand objects, and looking through
them took .1 to .3 s once in some hundred pages."""

_SENT = (
    "type http_version method scheme path raw_path root_path app_root_path query_string headers server client path_params"
).split()
"""What of a request goes to another process."""

Answering = Callable[[Visit, str], Response]
"""Answers a visit to a path of the table of addresses, whatever goes wrong; a function of a module, so that the other process
finds it by its name."""

Answered = tuple[int, list[tuple[bytes, bytes]], bytes]


class Processes:
    """`count` processes that answer questions to a site; they are started at once, and end with this process.

    `options` are those of `Site`, and `index` among them is a folder.
    """

    def __init__(self, answering: Answering, count: int, **options: Any) -> None:
        self._answering, self._count, self._options = answering, count, options
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(self._count, get_context("spawn"), _begin, (self._options,))
        for _ in range(self._count):
            pool.submit(_look)
        return pool

    async def answer(self, path: str, request: Request) -> Response:
        """The answer to a request, whose address fits `path` of the table. Raises Problem when the process was ended meanwhile;
        another one takes its place."""
        pool = self._pool
        sent = {name: request.scope[name] for name in _SENT if name in request.scope}
        try:
            status, headers, body = await asyncio.wrap_future(pool.submit(_answer, self._answering, path, sent))
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = self._started()
            raise Problem(503, "busy", "error.unavailable", retry=1) from None
        response = Response(body, status)
        response.raw_headers = headers
        return response

    def numbers(self) -> tuple[int, ...]:
        """The process ids."""
        return tuple(self._pool._processes or ())

    def close(self) -> None:
        """Ends the processes once they have answered what they were asked."""
        self._pool.shutdown()


# ── in the other process ──────────────────────────────────────────────────────────────────────────────────────────────

_sites: list[Site] = []


def _begin(options: dict[str, Any]) -> None:
    """Makes this process one that answers: it leaves Ctrl-C to the one that listens, and ends when that one does.

    On a busy machine the process that listens has to be heard first. Linux shares processors between sessions (autogroup), and
    inside of a session or a service by `nice`: so this process gets a session of its own, and stands back. Measured on two
    processors with six busy processes beside 200 visitors: /healthz took 5.1 s at most before, .1 s with both.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.setsid()
    os.nice(NICE)
    gc.set_threshold(*FEW_COLLECTIONS)
    _sites.append(Site(**options))
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _look() -> None:
    """Opens the index, if there is one yet, before a visitor waits for it; the first question says what is wrong."""
    try:
        _sites[0].index()
    except Exception:
        return


def _answer(answering: Answering, path: str, scope: dict[str, Any]) -> Answered:
    response = answering(Visit(_sites[0], Request(scope)), path)
    return response.status_code, response.raw_headers, bytes(response.body)
