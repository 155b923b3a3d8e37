"""Where a cluster is and how it is reached: what a user gives, what the environment says, and what may be written down of it.

A pointer (`pointer`) keeps the addresses, the CA file and the prefix. A user name, a password, a client certificate and its key
come from the environment whenever they are needed, and are written nowhere.
"""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from searcher.errors import UsageError, reason
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
    of the indexes made there begin with `prefix`. A new index has so many `shards`, each with so many `replicas`; None: one
    replica as soon as there is a second node.
    """

    urls: tuple[str, ...] = ()
    ca: str | None = None
    prefix: str = PREFIX
    shards: int = 1
    replicas: int | None = None


def checked(given: OpenSearch) -> OpenSearch:
    """A cluster as it is given, in its short form. Raises UsageError for what is none; the message repeats no password."""
    prefix = given.prefix
    if not prefix or not set(prefix) <= _SIGNS or prefix[0] in "-_.":
        raise UsageError(
            f"an index prefix is made of small letters, digits and '-_.', and begins with a letter or a digit, not {prefix!r}"
        )
    if given.shards < 1 or (given.replicas is not None and given.replicas < 0):
        raise UsageError(
            f"an index has 1 shard or more and 0 replicas or more, not {given.shards} and {given.replicas}"
        )
    ca = os.path.abspath(given.ca) if given.ca is not None else None
    return replace(given, urls=addresses(given.urls), ca=ca)


def addresses(urls: Iterable[str]) -> tuple[str, ...]:
    """Addresses in their short form. Raises UsageError for what is none, or holds a password."""
    return tuple(map(_address, urls))


def _address(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if "@" in parts.netloc:
        raise UsageError(
            f"{parts.scheme}://…@{host}: an address holds no user and password; put them into ${USER} and ${PASSWORD}"
        )
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1 or parts.query or parts.fragment:
        raise UsageError(f"{url}: not the address of a cluster; write it as https://host:9200")
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


class Access(Value):
    """What a client needs beside addresses: whom to trust, and who it is. `authorization` is the header of that name."""

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    insecure: bool = False
    user: str | None = None
    authorization: str | None = None


def urls(given: OpenSearch, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The addresses to ask: those of the environment, or those that were given. Raises UsageError when there are none."""
    found = addresses(environment.get(URL, "").split()) or given.urls
    if not found:
        raise UsageError(f"no address of a cluster was given; name one with --url https://host:9200, or in ${URL}")
    return found


def access(given: OpenSearch, environment: Mapping[str, str] = os.environ) -> Access:
    """What the environment says beside addresses. Raises UsageError for a file that cannot be read or that anyone can read."""
    user, password = environment.get(USER) or None, environment.get(PASSWORD)
    if user is not None and password is None:
        if PASSWORD_FILE not in environment:
            raise UsageError(
                f"${USER} is set and no password; put it into a file that only you can read, named in ${PASSWORD_FILE}"
            )
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
            raise UsageError(f"{path}: anyone can read this password; run: chmod 600 {path}")
        return path.read_text("utf-8").partition("\n")[0].rstrip("\r")
    except OSError as error:
        raise UsageError(f"{path}: the password cannot be read ({reason(error)}); see ${PASSWORD_FILE}") from error
    except ValueError as error:
        raise UsageError(f"{path}: not a password in UTF-8; see ${PASSWORD_FILE}") from error
