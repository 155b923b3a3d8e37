"""Where a cluster is and how it is reached: what a user gives, what the environment says, and what may be written down of it.

A pointer (`pointer`) keeps the addresses, the CA file and the prefix. A user name, a password, a client certificate and its key
come from the environment whenever they are needed, and are written nowhere.
"""

from __future__ import annotations

import os
import re
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from searcher.errors import UsageError, reason
from searcher.messages import Message
from searcher.values import Value, replace

URL = "SEARCHER_OPENSEARCH_URL"
"""Addresses, with spaces between, in place of those of a pointer: for a cluster that moved, or has other addresses here."""

CA = "SEARCHER_OPENSEARCH_CA"
USER = "SEARCHER_OPENSEARCH_USER"
PASSWORD = "SEARCHER_OPENSEARCH_PASSWORD"
PASSWORD_FILE = "SEARCHER_OPENSEARCH_PASSWORD_FILE"
CERTIFICATE = "SEARCHER_OPENSEARCH_CERTIFICATE"
KEY = "SEARCHER_OPENSEARCH_KEY"
INSECURE = "SEARCHER_OPENSEARCH_INSECURE"
"""`1`: whoever answers is believed, whatever the certificate says."""

PREFIX = "searcher"
_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


class OpenSearch(Value):
    """A cluster as an index is put into it.

    `urls` are addresses of some nodes (`https://search.example:9200`), `ca` is the file of the certificates to trust. The names
    of the indexes made there begin with `prefix`. A new index has so many `shards`, each with so many `replicas`. What is None
    is as in the index before; without one the prefix is PREFIX, and there is one shard, with one replica as soon as there is a
    second node.
    """

    urls: tuple[str, ...] = ()
    ca: str | None = None
    prefix: str | None = None
    shards: int | None = None
    replicas: int | None = None

    def over(self, kept: OpenSearch) -> OpenSearch:
        """What is given here, and the rest as it was kept. Other addresses may be trusted by other certificates."""
        return OpenSearch(
            self.urls or kept.urls,
            self.ca if self.urls else self.ca or kept.ca,
            self.prefix or kept.prefix,
            self.shards or kept.shards,
            kept.replicas if self.replicas is None else self.replicas,
        )


def checked(given: OpenSearch) -> OpenSearch:
    """A cluster as it is given, in its short form. Raises UsageError for what is none; the message repeats no password."""
    prefix = PREFIX if given.prefix is None else given.prefix
    if not prefix or not set(prefix) <= _SIGNS or prefix[0] in "-_.":
        raise UsageError(Message("cluster.prefix", prefix=prefix))
    if (given.shards is not None and given.shards < 1) or (given.replicas is not None and given.replicas < 0):
        raise UsageError(Message("cluster.shards", shards=given.shards, replicas=given.replicas))
    ca = os.path.abspath(given.ca) if given.ca is not None else None
    return replace(given, urls=addresses(given.urls), ca=ca)


def addresses(urls: Iterable[str]) -> tuple[str, ...]:
    """Addresses in their short form. Raises UsageError for what is none, or holds a password."""
    return tuple(map(_address, urls))


def _address(url: str) -> str:
    before, at, host = unquote(url).rpartition("@")
    if at:
        scheme = f"{before.partition('://')[0]}://" if before.startswith(_SCHEMES) else ""
        host = _printable(re.split("[/?#]", host)[0])
        raise UsageError(Message("cluster.address-password", scheme=scheme, host=host, user=USER, password=PASSWORD))
    found = _ADDRESS.fullmatch(url)
    try:
        port = urlsplit(url).port if found else None
    except ValueError:  # no number, or too large
        found = None
    if found is None or port == 0:
        raise UsageError(Message("cluster.address", url=_printable(_SECRET.sub("…", url))))
    return f"{found['scheme'].lower()}://{found['host']}{found['path'].rstrip('/')}"


_SCHEMES = ("http://", "https://")
_ADDRESS = re.compile(
    r"""(?P<scheme>https?)://
        (?P<host>(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[0-9]*)?)
        (?P<path>(?:/[\w.~%!$&'()+*,;=:-]*)*)""",
    re.VERBOSE | re.IGNORECASE,
)


_SECRET = re.compile(r"[?#].*|(?<=:)(?!//)(?=[^/]*[^\W\d])[^/]*", re.DOTALL)
"""Where a key or a password may stand in an address that is none: behind ?, # or a colon that no number follows."""


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


class Access(Value):
    """What a client needs beside addresses: whom to trust, and who it is. `authorization` is the header of that name."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    insecure: bool = False
    user: str | None = None
    authorization: str | None = None

    def __repr__(self) -> str:
        return f"Access({self.user!r})"

    def unsaid(self, text: str) -> str:
        """A text of a server without the password, which it may have repeated."""
        if self.authorization is None:
            return text
        basic = self.authorization.removeprefix("Basic ")
        password = b64decode(basic).decode("utf-8", "surrogateescape").partition(":")[2]
        for secret in filter(None, (basic, password)):
            text = text.replace(secret, "…")
        return text


def urls(given: OpenSearch, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The addresses to ask: those of the environment, or those that were given. Raises UsageError when there are none."""
    found = addresses(environment.get(URL, "").split()) or given.urls
    if not found:
        raise UsageError(Message("cluster.no-address", url=URL))
    return found


def access(given: OpenSearch, environment: Mapping[str, str] = os.environ) -> Access:
    """What the environment says beside addresses. Raises UsageError for a file that cannot be read or that anyone can read."""
    user, password = environment.get(USER) or None, environment.get(PASSWORD)
    if user is not None and password is None:
        if PASSWORD_FILE not in environment:
            raise UsageError(Message("cluster.no-password", user=USER, password_file=PASSWORD_FILE))
        password = _password(Path(environment[PASSWORD_FILE]))
    basic = b64encode(f"{user}:{password}".encode("utf-8", "surrogateescape")).decode() if user is not None else None
    return Access(
        environment.get(CA) or given.ca,
        environment.get(CERTIFICATE) or None,
        environment.get(KEY) or None,
        environment.get(INSECURE) == "1",
        user,
        f"Basic {basic}" if basic is not None else None,
    )


def _password(path: Path) -> str:
    """The first line of a file."""
    try:
        if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise UsageError(Message("cluster.password-open", path=path))
        return path.read_text("utf-8").partition("\n")[0].rstrip("\r")
    except OSError as error:
        raise UsageError(
            Message("cluster.password-unread", path=path, error=reason(error), password_file=PASSWORD_FILE)
        ) from error
    except ValueError as error:
        raise UsageError(Message("cluster.password-odd", path=path, password_file=PASSWORD_FILE)) from error
