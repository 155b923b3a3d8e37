"""A server before a cluster, or in place of one: it answers by itself what a rule tells it to, and hands the rest on.

with Front(rule, behind="http://127.0.0.1:9200") as front:
    front.url, front.seen
"""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Hang(Exception):
    """Raised by a rule: the request is never answered, as behind a network that loses packets."""


class Cut(Exception):
    """Raised by a rule: the connection is closed without an answer."""


Rule = Callable[[Asked], tuple[int, Any] | None]
"""Status and JSON of an answer; None: the cluster behind answers."""


class Front:
    """A context manager; `rule` may be replaced while it runs. With `tls`, it speaks TLS."""

    def __init__(
        self, rule: Rule = lambda asked: None, *, behind: str | None = None, tls: ssl.SSLContext | None = None
    ):
        self.rule, self.seen = rule, list[Asked]()
        self.wants_certificates = tls is not None and tls.verify_mode is ssl.CERT_REQUIRED
        self._behind = urlsplit(behind) if behind else None
        self._over = threading.Event()
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (OSError, ssl.SSLError):
                    self.close_connection = True

            def do_POST(self) -> None:
                front._answer(self)

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None: ...

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: object) -> None:
                """A client that goes away in the middle is no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https" if tls is not None else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, handler.path, dict(handler.headers.items()), body)
        self.seen.append(asked)
        try:
            answer = self.rule(asked)
        except Hang:
            self._over.wait(30)
            handler.close_connection = True
            return
        except Cut:
            handler.close_connection = True
            return
        if answer is None:
            status, content = self._handed_on(asked)
        else:
            status, content = answer[0], json.dumps(answer[1]).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if asked.method != "HEAD":
            handler.wfile.write(content)

    def _handed_on(self, asked: Asked) -> tuple[int, bytes]:
        assert self._behind is not None, "there is no cluster behind"
        connection = HTTPConnection(self._behind.hostname or "", self._behind.port, timeout=60)
        try:
            kept = {name: value for name, value in asked.headers.items() if name in ("Content-Type", "Accept")}
            connection.request(asked.method, asked.path, asked.body or None, kept)
            response = connection.getresponse()
            return response.status, response.read()
        except OSError as error:
            return 503, json.dumps({"error": {"type": "front", "reason": str(error)}}).encode()
        finally:
            connection.close()

    def __enter__(self) -> Front:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


def certificates(folder: Path) -> None:
    """Makes, with openssl: `ca.pem`; signed by that CA, `server.pem` for 127.0.0.1, `client.pem`, and `named.pem` for another
    host, each also as `….old.pem`, which expired yesterday; `other.pem`, signed by nobody. Each has its key in `….key`."""

    def run(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    ca = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    run(*new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA of a test", *ca)
    run(*new, "-keyout", "other.key", "-out", "other.pem", "-subj", "/CN=other")
    for name, host in (("server", "IP:127.0.0.1"), ("client", "IP:127.0.0.1"), ("named", "DNS:search.example")):
        asked = ("-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        run("req", "-newkey", "rsa:2048", "-nodes", *asked)
        (folder / f"{name}.ext").write_text(f"subjectAltName={host}\n", "utf-8")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", f"{name}.ext")
        for out, days in ((f"{name}.pem", "2"), (f"{name}.old.pem", "-1")):
            run("x509", "-req", "-in", f"{name}.csr", "-out", out, "-days", days, *signed)
        (folder / f"{name}.old.key").write_bytes((folder / f"{name}.key").read_bytes())
