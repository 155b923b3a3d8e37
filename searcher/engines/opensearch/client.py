"""Requests to a cluster in, its answers out: one connection a thread, the nodes in turn, and patience with those that are busy.

Every request that is sent here may be sent twice: searches change nothing, documents have identifiers, what is made or removed
is named. So a request whose answer was lost is sent again, to the next node.
"""

from __future__ import annotations

import gzip
import json
import random
import ssl
import zlib
from collections import deque
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from math import inf
from time import monotonic, sleep
from urllib.parse import urlsplit

from searcher.engines.opensearch.refusals import Json, Refused
from searcher.engines.opensearch.target import CA, CERTIFICATE, KEY, PASSWORD, USER, Access
from searcher.errors import EngineUnreachable, UsageError, reason
from searcher.messages import Message

SEARCHING, WRITING = 10.0, 180.0
"""Seconds for which a request is tried again. A node that was killed is replaced in about three; a node starts in thirty."""

_EXPIRED, _OTHER_NAME = (
    10,
    (62, 64),
)  # X509_V_ERR_CERT_HAS_EXPIRED, …_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH of OpenSSL

_FIRST, _LONGEST = 0.05, 3.0  # seconds between two attempts
_CONNECT, _ANSWER = 5.0, 90.0  # seconds to wait for a connection, and for an answer
_LATE = 1.0  # seconds after the deadline of a search that its answer may still take
_WORTH = 1_400  # bytes from which on a body is compressed on its way to another machine
_STRANGE = 5.0  # seconds for which a cluster is tried that never answered: the address may be wrong
_REST = 2.0  # seconds in which a node that could not be reached is asked last


class Late(Exception):
    """The deadline of a search passed without an answer."""


class Client:
    """Asks the nodes of a cluster, in turn. Many threads may share it."""

    def __init__(self, urls: tuple[str, ...], access: Access, *, patience: float = SEARCHING) -> None:
        self.urls = urls
        self.patience = patience
        self._access = access
        self._met = False
        self._trusted: ssl.SSLContext | None = None
        self._nodes = [_Node(url, self._context(url)) for url in urls]
        self._turn = random.randrange(len(urls))

    def _context(self, url: str) -> ssl.SSLContext | None:
        if not url.startswith("https:"):
            return None
        if self._trusted is None:
            self._trusted = _context(self._access)
        return self._trusted

    def ask(self, method: str, path: str, body: Json | bytes | None = None, *, until: float = inf) -> Json:
        """What the cluster answers, decoded. A body is sent as JSON, or as it is, lines of JSON, when it is bytes.

        Raises Refused for what it will not do; Late when a search got no answer `until` that moment of `time.monotonic()`;
        EngineUnreachable when no node answered for as long as the client has patience, or one does not let us in.
        """
        raw = body if isinstance(body, bytes) else None if body is None else as_json(body)
        lines = isinstance(body, bytes)
        began, wait = monotonic(), _FIRST
        while True:
            why, fault = "", "cluster.silent"
            for node in self._in_turn():
                try:
                    status, answer = node.ask(
                        method, path, raw, lines, self._access, min(until + _LATE, monotonic() + _ANSWER)
                    )
                except TimeoutError as error:
                    if monotonic() >= until:
                        raise Late from error
                    why = Message("cluster.late", url=node.url)
                except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                    why = Message("cluster.hung-up", url=node.url)
                except ssl.SSLError as error:
                    raise self._untrusted(node.url, error) from error
                except RemoteDisconnected:
                    known = self._met or node.url.startswith("https:")
                    why = Message("cluster.hung-up" if known else "cluster.hung-up-plain", url=node.url)
                except OSError as error:
                    why = Message("cluster.connection", url=node.url, what=reason(error))
                except HTTPException as error:
                    why = Message("cluster.no-answer", url=node.url, kind=type(error).__name__)
                else:
                    self._met = True
                    if status < 300:
                        return answer
                    refused = Refused.of(status, answer)
                    refused = Refused(status, refused.kind, self._access.unsaid(refused.said))
                    if refused.is_final() and not refused.is_passing():
                        raise self._refused(node.url, refused)
                    what = f"{status} {refused.said or refused.kind}".rstrip()
                    why = Message("cluster.connection", url=node.url, what=what)
                    fault = "cluster.memory" if refused.is_short_of_memory() else fault
                    break  # it is there, and busy: the others are as busy as it is
                node.rest()
            now = monotonic()
            if now >= until:
                raise Late
            if now + wait >= began + (self.patience if self._met else min(self.patience, _STRANGE)):
                tried = Message("cluster.tried", seconds=round(now - began)) if now - began >= 1 else ""
                raise EngineUnreachable(Message(fault, why=why, tried=tried))
            sleep(min(wait * random.uniform(0.5, 1.0), max(until - now, 0.0)))
            wait = min(2 * wait, _LONGEST)

    def _in_turn(self) -> list[_Node]:
        """All nodes, the next one first; those that could not be reached a moment ago come last."""
        self._turn = at = (self._turn + 1) % len(self._nodes)
        now = monotonic()
        return sorted(self._nodes[at:] + self._nodes[:at], key=lambda node: node.resting > now)

    def _refused(self, url: str, refused: Refused) -> Exception:
        if refused.status == 401:
            user = self._access.user
            who = Message("cluster.user-password", user=user) if user else Message("cluster.no-user-password")
            return EngineUnreachable(Message("cluster.unknown-user", url=url, who=who, user=USER, password=PASSWORD))
        if refused.status == 403 and refused.kind in ("security_exception", ""):
            user = self._access.user
            who = Message("cluster.user", user=user) if user else Message("cluster.no-user")
            return EngineUnreachable(Message("cluster.forbidden", url=url, who=who, said=refused.said))
        return refused

    def _untrusted(self, url: str, error: ssl.SSLError) -> EngineUnreachable:
        said = f"{error.reason or ''} {error}".lower()
        if isinstance(error, ssl.SSLCertVerificationError):
            why = error.verify_message or error.reason or ""
            if error.verify_code == _EXPIRED:
                what = Message("cluster.expired")
            elif error.verify_code in _OTHER_NAME:
                what = Message("cluster.other-name", why=why)
            else:
                what = Message("cluster.untrusted", why=why, ca=CA)
        elif "certificate_expired" in said or "certificate expired" in said:  # an alert of the server, as the next ones
            what = Message(
                "cluster.certificate-expired", certificate=self._access.certificate or "", variable=CERTIFICATE
            )
        elif "alert" in said and "protocol" not in said:  # about the certificate that the server was shown, or was not
            what = Message("cluster.wants-certificate", certificate=CERTIFICATE, key=KEY)
        elif "wrong_version_number" in said or "wrong version" in said:
            what = Message("cluster.no-tls")
        else:
            why = (error.reason or type(error).__name__).lower().replace("_", " ")
            what = Message("cluster.unsafe", why=why)
        return EngineUnreachable(Message("cluster.connection", url=url, what=what))

    def close(self) -> None:
        for node in self._nodes:
            node.close()


class _Node:
    """A node and the connections to it that nobody uses just now."""

    def __init__(self, url: str, context: ssl.SSLContext | None) -> None:
        parts = urlsplit(url)
        self.url = url
        self.resting = 0.0
        self._host, self._port, self._path = parts.hostname or "", parts.port, parts.path
        self._context = context
        self._far = self._host not in ("localhost", "::1") and not self._host.startswith("127.")
        self._idle: deque[HTTPConnection] = deque()
        self._closed = False

    def rest(self) -> None:
        """It could not be reached: it is asked last for a while, and over new connections."""
        self.resting = monotonic() + _REST
        self.let_go()

    def ask(
        self, method: str, path: str, raw: bytes | None, lines: bool, access: Access, until: float
    ) -> tuple[int, Json]:
        """Status and answer. Raises OSError, TimeoutError among them, and HTTPException."""
        headers = {"Accept": "application/json", "Connection": "keep-alive"}
        if access.authorization is not None:
            headers["Authorization"] = access.authorization
        if self._far:
            headers["Accept-Encoding"] = "gzip"
        if raw is not None:
            headers["Content-Type"] = "application/x-ndjson" if lines else "application/json"
            if self._far and len(raw) >= _WORTH:
                raw = gzip.compress(raw, 1)
                headers["Content-Encoding"] = "gzip"
        while True:
            try:
                connection, used = self._idle.pop(), True
            except IndexError:
                connection, used = self._connect(until), False
            try:
                status, answer = _exchange(connection, method, self._path + path, raw, headers, until)
            except (OSError, HTTPException) as error:
                connection.close()
                if used and not isinstance(error, TimeoutError):
                    continue  # the node had closed it while nobody used it
                raise
            except BaseException:
                connection.close()  # an answer may be on its way that nobody would wait for
                raise
            self._idle.append(connection)
            if self._closed:
                self.let_go()
            return status, answer

    def _connect(self, until: float) -> HTTPConnection:
        wait = max(min(_CONNECT, until - monotonic()), 0.01)
        if self._context is not None:
            connection: HTTPConnection = HTTPSConnection(self._host, self._port, timeout=wait, context=self._context)
        else:
            connection = HTTPConnection(self._host, self._port, timeout=wait)
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Ends the connections; those that other threads use, when their answer has come."""
        self._closed = True
        self.let_go()

    def let_go(self) -> None:
        while self._idle:
            try:
                self._idle.pop().close()
            except IndexError:
                return  # another thread took it


def _exchange(
    connection: HTTPConnection, method: str, path: str, raw: bytes | None, headers: dict[str, str], until: float
) -> tuple[int, Json]:
    if connection.sock is not None:
        connection.sock.settimeout(max(until - monotonic(), 0.01))
    connection.request(method, path, raw, headers)
    response: HTTPResponse = connection.getresponse()
    content = response.read()
    if response.getheader("Content-Encoding") == "gzip":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise HTTPException(f"an answer that cannot be unpacked: {error}") from error
    if method == "HEAD" or not content:
        return response.status, None
    try:
        return response.status, json.loads(content)
    except (ValueError, RecursionError) as error:
        if response.status >= 400:  # of a proxy before the cluster
            return response.status, None
        raise HTTPException(f"an answer that is no JSON: {error}") from error


def as_json(value: object) -> bytes:
    """A value as JSON that any parser takes: a lone surrogate, which UTF-8 does not have, as its escape."""
    try:
        return _written(value).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _context(access: Access) -> ssl.SSLContext:
    """Whom to trust and who we are, in TLS. Raises UsageError for files that do not hold that."""
    try:
        context = ssl.create_default_context(cafile=access.ca)
    except (OSError, ssl.SSLError) as error:
        what = reason(error) if not isinstance(error, ssl.SSLError) else Message("cluster.no-pem")
        raise UsageError(Message("cluster.ca", ca=access.ca, what=what)) from error
    if access.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if access.certificate is not None:
        try:
            context.load_cert_chain(access.certificate, access.key, password=_asked)
        except (OSError, ssl.SSLError, ValueError) as error:
            what = reason(error) if not isinstance(error, ssl.SSLError) else Message("cluster.no-key")
            raise UsageError(
                Message("cluster.certificate", certificate=access.certificate, what=what, key=KEY)
            ) from error
    return context


def _asked() -> str:
    """The password of an encrypted key: without this, OpenSSL asks on the terminal."""
    raise ValueError("the key is encrypted")
