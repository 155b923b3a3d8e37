"""A request → an answer with the headers of security, or a refusal before anything is asked of the archive.

Order: Host, then Origin, then the token, then the size of the body. See docs/web.md for what each is against.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import searcher
from searcher import messages
from searcher.faces.web.problems import Problem

MAX_BODY = 65_536
MAX_HEAD = 16_384
"""Bytes of the headers of a request, with the path."""

MAX_QUERY = 131_072
"""Bytes of the query of an address: its parameters have limits of their own, in characters of up to twelve bytes."""

BODY_TIME = 15.0
"""Seconds in which a body has to be here."""

MIN_TOKEN = 16
"""Bytes of a token: 128 bits."""

COOKIE = "searcher_token"

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""What every answer carries, whatever its status."""

Refused = Callable[[Request, Problem], Response]
"""What makes the answer to a refusal."""

_ORIGIN = re.compile(r"https?://[^\s/?#@\\]+")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")


class Guard:
    """The application `inside`, guarded. `refused` makes the answer to a refusal.

    `hosts`: names this server answers to, beside loopback; `*` among them: any name. `token`: what a visitor must know.
    `cors`: the one other origin whose pages may read the API. `open_paths`: prefixes that need no token.
    """

    def __init__(
        self,
        inside: ASGIApp,
        *,
        refused: Refused,
        hosts: Iterable[str] = (),
        token: str | None = None,
        cors: str | None = None,
        open_paths: tuple[str, ...] = (),
    ) -> None:
        if token is not None and len(token.encode()) < MIN_TOKEN:
            raise searcher.UsageError(messages.Message("serve.token", least=MIN_TOKEN))
        if cors is not None and (cors == "*" or not re.fullmatch(r"https?://[^\s/?#*]+", cors)):
            raise searcher.UsageError(messages.Message("serve.cors", cors=cors))
        self._inside, self._refused = inside, refused
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self._token, self._cors, self._open = token, cors, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    added[name] = value
                if self._cors is not None and headers.get("origin") == self._cors:
                    added["access-control-allow-origin"] = self._cors
                    added.add_vary_header("Origin")
            await send(message)

        try:
            _check_size(scope)
            self._check_host(headers)
            self._check_origin(headers)
            answer = self._preflight(scope, headers) or self._admit(scope, headers)
            if answer is None:
                await self._inside(scope, _limited(headers, receive), guarded)
                return
        except Problem as problem:
            answer = self._refused(Request(scope), problem)
        await answer(scope, receive, guarded)

    # ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _check_host(self, headers: Headers) -> None:
        """Refuses names that are not ours: a page of another site whose name was pointed at this computer (DNS rebinding)
        sends its own name."""
        written = headers.getlist("host")
        host = _name(written[0]) if len(written) == 1 else None
        if host is None:
            raise Problem(400, "bad_host", "error.host")
        if not ("*" in self._hosts or host in self._hosts or is_loopback(host)):
            raise Problem(421, "host_refused", "error.host")

    def _check_origin(self, headers: Headers) -> None:
        """Refuses pages of other origins. Links from elsewhere carry no Origin, so they still lead here."""
        for origin in headers.getlist("origin"):
            # Forms of our own pages say `null`, since the pages send no referrer; the browser itself says whose they are.
            if origin == self._cors or (origin == "null" and headers.get("sec-fetch-site") == "same-origin"):
                continue
            place = urlsplit(origin).netloc if _ORIGIN.fullmatch(origin) else ""
            host = _name(place)
            any_host = "*" in self._hosts and place == headers.get("host")
            if host is None or not (any_host or host in self._hosts or is_loopback(host)):
                raise Problem(403, "origin_refused", "error.origin")

    def _preflight(self, scope: Scope, headers: Headers) -> Response | None:
        """What a browser asks before a page of the origin `cors` may send a token; it sends none with that question."""
        if scope["method"] != "OPTIONS" or self._cors is None or headers.get("origin") != self._cors:
            return None
        allowed = {"access-control-allow-methods": "GET, HEAD", "access-control-allow-headers": "Authorization"}
        return Response(status_code=204, headers={**allowed, "access-control-max-age": "600"})

    # ── token ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _admit(self, scope: Scope, headers: Headers) -> Response | None:
        """None for a visitor who may pass; a redirect for one who brings the token in the address. Raises Problem."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if self._token is None or path.startswith(self._open):
            return None
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._is_token(given.strip()):
            return None
        if self._is_cookie(cookie_parser(headers.get("cookie", "")).get(COOKIE, "")):
            return None
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if scope["method"] in ("GET", "HEAD") and any(
            name == "token" and self._is_token(value) for name, value in pairs
        ):
            rest = urlencode([each for each in pairs if each[0] != "token"])
            address = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
            # Two slashes at the beginning would lead to another server.
            redirect = Response(
                status_code=303, headers={"location": f"/{address.lstrip('/')}{'?' if rest else ''}{rest}"}
            )
            redirect.set_cookie(
                COOKIE,
                self._digest(),
                httponly=True,
                samesite="strict",
                secure=scope.get("scheme") == "https",
                path=scope.get("root_path") or "/",
            )
            redirect.headers["cache-control"] = "no-store"
            return redirect
        raise Problem(401, "token_required", "error.token")

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), (self._token or "").encode())

    def _is_cookie(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._digest().encode())

    def _digest(self) -> str:
        """What the cookie holds: it opens the pages, and does not give the token away."""
        return hmac.new((self._token or "").encode(), b"searcher cookie", sha256).hexdigest()


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this computer's own."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and (address.version == 4 or address == ipaddress.IPv6Address("::1"))


def _name(written: str) -> str | None:
    """The host of a Host header, small, without port and brackets; None for what is no host."""
    found = _HOST.fullmatch(written)
    if found is None or int(found.group(2) or 0) > 65_535:
        return None
    host = found.group(1).lower()
    if host.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host.strip("[]")))
        except ValueError:
            return None
    return host.removesuffix(".") or None


def _check_size(scope: Scope) -> None:
    """Refuses a head that is larger than any of ours, also when it came in one piece."""
    sizes = (len(name) + len(value) for name, value in scope["headers"])
    if len(scope.get("raw_path") or b"") + sum(sizes) > MAX_HEAD or len(scope["query_string"]) > MAX_QUERY:
        raise Problem(431, "too_large", "error.too_large")


def _limited(headers: Headers, receive: Receive) -> Receive:
    """`receive`, which raises Problem once a body is larger than any of ours, or takes too long."""
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MAX_BODY:
        raise Problem(413, "too_large", "error.too_large")
    received, whole, until = 0, False, 0.0

    async def limited() -> Message:
        nonlocal received, whole, until
        if whole:  # what comes now is that the visitor left
            return await receive()
        until = until or anyio.current_time() + BODY_TIME
        with anyio.CancelScope(deadline=until) as waiting:
            message = await receive()
        if waiting.cancelled_caught:
            raise Problem(408, "too_slow", "error.too_slow")
        whole = not message.get("more_body", False)
        received += len(message.get("body", b""))
        if received > MAX_BODY:
            raise Problem(413, "too_large", "error.too_large")
        return message

    return limited
