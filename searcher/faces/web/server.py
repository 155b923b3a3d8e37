"""An ASGI application, a place to listen → a server that runs until it is interrupted."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import sys
from time import perf_counter

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

import searcher
from searcher import messages
from searcher.errors import reason
from searcher.faces.web.guard import MAX_HEAD, MAX_QUERY

CONNECTIONS = 1_000
"""Connections at the same time; beyond, uvicorn answers 503."""

IDLE = 15
"""Seconds after which a connection without a request is closed."""

SWITCH = 0.001
"""Seconds that a thread with a question keeps Python to itself while the server waits: a fifth of what it is by itself."""

STALLED = 60
"""Seconds after which a visitor who takes nothing of an answer is left."""

log = logging.getLogger("searcher.web")


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; `port` 0: any that is free. Raises UsageError where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(2048)
    except OSError as error:
        opened.close()
        what = messages.Message("serve.listen", host=host, port=port, error=reason(error))
        raise searcher.UsageError(messages.Message("serve.another-port", what=what)) from error
    except OverflowError as error:
        opened.close()
        raise searcher.UsageError(messages.Message("serve.port-number", port=port)) from error
    return opened


def run(application: ASGIApp, place: socket.socket, *, verbose: bool = False) -> None:
    """Serves the application until it is interrupted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if verbose else logging.INFO)
    sys.setswitchinterval(SWITCH)
    uvicorn.Server(configuration(application)).run(sockets=[place])


def configuration(application: ASGIApp) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        Logged(application),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=MAX_HEAD + MAX_QUERY,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        http=Impatient,
        ws="none",
    )


class Impatient(H11Protocol):
    """A connection that is closed when a request does not come to the end of its head in `IDLE` seconds, or when nothing of an
    answer is taken for `STALLED` seconds. Uvicorn waits without end for both, so a thousand silent connections would keep
    everybody else out."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._start("head", IDLE)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._stop("head")
        elif "head" not in self._timers:
            self._start("head", IDLE)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._start("answer", STALLED)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop("answer")

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop("head")
        self._stop("answer")
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _start(self, what: str, seconds: float) -> None:
        self._stop(what)
        self._timers[what] = self.loop.call_later(seconds, self._leave, what)

    def _stop(self, what: str) -> None:
        if timer := self._timers.pop(what, None):
            timer.cancel()

    def _leave(self, what: str) -> None:
        del self._timers[what]
        if what == "answer" or not self._is_answering():
            self.transport.abort()


class Logged:
    """The application `inside`, with a line in the log for each request: method, path, status, milliseconds. What was asked is
    logged at the level DEBUG only."""

    def __init__(self, inside: ASGIApp) -> None:
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._inside(scope, receive, noted)
        finally:
            path = "/article/…" if scope["path"].startswith("/article/") else scope["path"]
            asked = f"?{scope['query_string'].decode('latin-1')}" if log.isEnabledFor(logging.DEBUG) else ""
            took = (perf_counter() - began) * 1000
            log.info("%s %s %d %.0f ms", scope["method"], printable(f"{path}{asked}"), status, took)


def printable(text: str) -> str:
    """A text on one line of a log: whatever is not printable is escaped."""
    return re.sub(r"[^\x20-\x7e\u00a1-\ufffd]", lambda found: f"\\x{ord(found.group()):02x}", text[:500])
