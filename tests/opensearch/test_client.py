"""The client alone, before servers that are busy, gone, slow, suspicious or wrong: it waits, goes on, or says what to do."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from searcher.engines.opensearch import client as clients
from searcher.engines.opensearch.client import Client, Late
from searcher.engines.opensearch.refusals import BUSY, Refused
from searcher.engines.opensearch.target import CERTIFICATE, KEY, Access, OpenSearch, access, checked, urls
from searcher.errors import EngineUnreachable, UsageError
from tests.opensearch.front import Asked, Cut, Front, Hang, Rule, certificates

SECRET = "s3cret-§"
NOBODY = Access()


_asking: list[Client] = []


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody waits long in these tests; and every client is closed."""
    monkeypatch.setattr(clients, "_FIRST", 0.01)
    monkeypatch.setattr(clients, "_LONGEST", 0.05)
    monkeypatch.setattr(clients, "_STRANGE", 0.5)
    yield
    while _asking:
        _asking.pop().close()


def asking(*addresses: str, patience: float = 3.0, given: Access = NOBODY) -> Client:
    client = Client(addresses, given, patience=patience)
    _asking.append(client)
    return client


def always(status: int, answer: Any) -> Rule:
    return lambda asked: (status, answer)


def nowhere() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def error(kind: str, said: str) -> dict[str, Any]:
    return {"error": {"type": kind, "reason": said, "root_cause": [{"type": kind, "reason": said}]}}


@pytest.mark.parametrize("status", sorted(BUSY))
def test_it_waits_for_a_cluster_that_is_busy(status: int) -> None:
    left = [status] * 3
    with Front(lambda asked: (left.pop(), error("busy", "later")) if left else (200, {"done": True})) as front:
        client = asking(front.url)
        assert client.ask("POST", "/_bulk", b"{}\n") == {"done": True}
    assert len(front.seen) == 4
    assert {each.body for each in front.seen} == {b"{}\n"}


def test_it_says_what_a_cluster_says_that_stays_busy() -> None:
    with (
        Front(always(503, error("cluster_manager_not_discovered_exception", "no manager"))) as front,
        pytest.raises(EngineUnreachable, match=r"503 no manager; the cluster does not answer.* run the same command"),
    ):
        asking(front.url, patience=0.3).ask("GET", "/")


def test_a_cluster_that_stays_short_of_memory_is_told_apart() -> None:
    full = error("circuit_breaking_exception", "[parent] Data too large, data for [<http_request>]")
    with (
        Front(always(429, full)) as front,
        pytest.raises(EngineUnreachable, match=r"Data too large.*; the cluster has too little memory .* larger heap"),
    ):
        asking(front.url, patience=0.3).ask("GET", "/")


def test_it_goes_on_to_the_next_node() -> None:
    with Front(always(200, {})) as front:
        client = asking(nowhere(), front.url, nowhere())
        began = monotonic()
        for _ in range(20):
            client.ask("GET", "/")
    assert len(front.seen) == 20
    assert monotonic() - began < 10


def test_a_request_whose_answer_was_lost_is_sent_again() -> None:
    lost = [True]

    def rule(asked: Asked) -> tuple[int, Any]:
        if lost:
            lost.pop()
            raise Cut
        return 200, {}

    with Front(rule) as front:
        client = asking(front.url)
        client.ask("PUT", "/index/_doc/1", {"a": 1})
        lost.append(True)  # now over a connection that was used before
        client.ask("PUT", "/index/_doc/1", {"a": 1})
    assert len(front.seen) == 4


def test_nobody_there_is_told_soon_with_the_address() -> None:
    address = nowhere()
    with pytest.raises(EngineUnreachable, match=f"{address}: connection refused; the cluster does not answer"):
        asking(address, patience=60).ask("GET", "/")


def test_a_deadline_holds_before_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_LATE", 0.1)

    def hang(asked: Asked) -> None:
        raise Hang

    with Front(hang) as front:
        began = monotonic()
        with pytest.raises(Late):
            asking(front.url).ask("POST", "/_search", {}, until=began + 0.3)
        assert monotonic() - began < 5


def test_a_network_that_loses_packets_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "_ANSWER", 0.2)

    def hang(asked: Asked) -> None:
        raise Hang

    with Front(hang) as front, pytest.raises(EngineUnreachable, match="no answer in time; the cluster does not answer"):
        asking(front.url, patience=0.5).ask("GET", "/")


def test_what_is_no_cluster_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        import threading

        def talk() -> None:
            for _ in range(60):
                try:
                    taken, _ = other.accept()
                except OSError:
                    return
                with taken:
                    taken.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=talk, daemon=True).start()
        with pytest.raises(EngineUnreachable, match="not an answer of a cluster"):
            asking(f"http://127.0.0.1:{other.getsockname()[1]}").ask("GET", "/")
        other.shutdown(socket.SHUT_RDWR)


def test_what_a_cluster_refuses_is_given_back_with_its_innermost_reason() -> None:
    cause = {"type": "outer", "reason": "all shards failed", "caused_by": {"type": "inner", "reason": "the\n true one"}}
    with Front(always(400, {"error": cause})) as front, pytest.raises(Refused) as refused:
        asking(front.url).ask("POST", "/_search", {})
    assert (refused.value.status, refused.value.kind, refused.value.said) == (400, "inner", "the true one")


def test_a_deletion_that_lost_a_node_half_way_is_sent_again() -> None:
    """Its answer has no error, but failures, and the status of the first of them."""
    lost = {"type": "search_context_missing_exception", "reason": "No search context found for id [1]"}
    left = [(404, {"failures": [{"index": "i", "shard": 0, "status": 404, "reason": lost}]})]
    with Front(lambda asked: left.pop() if left else (200, {"deleted": 1})) as front:
        assert asking(front.url).ask("POST", "/i/_delete_by_query", {}) == {"deleted": 1}
    refused = Refused.of(409, {"failures": [{"cause": {"type": "mapper_exception", "reason": "no"}, "status": 409}]})
    assert (refused.kind, refused.said) == ("mapper_exception", "no")


def test_it_says_what_shards_have_that_failed_to_refresh() -> None:
    full = {"type": "refresh_failed_engine_exception", "caused_by": {"type": "io_exception", "reason": "No space left"}}
    shards = {"total": 2, "failed": 1, "failures": [{"shard": 0, "index": "i", "status": 500, "reason": full}]}
    refused = Refused.of(500, {"_shards": shards})
    assert (refused.kind, refused.said, refused.shown) == ("io_exception", "No space left", "No space left")


@pytest.mark.parametrize("answer", [None, "", [], {}, {"_shards": 3}, {"error": None}, {"error": {}}])
def test_a_refusal_without_words_shows_its_status(answer: Any) -> None:
    assert Refused.of(500, answer).shown == "HTTP 500"


def test_a_block_of_a_full_disk_is_not_waited_for() -> None:
    said = (
        "index [i] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only …];"
    )
    with Front(always(429, error("cluster_block_exception", said))) as front, pytest.raises(Refused):
        asking(front.url, patience=60).ask("POST", "/_bulk", b"{}\n")
    assert len(front.seen) == 1


def test_bodies_to_other_machines_are_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    with Front(always(200, {})) as front:
        client = asking(front.url)
        monkeypatch.setattr(client._nodes[0], "_far", True)
        client.ask("POST", "/_bulk", b"x" * 10_000)
        client.ask("POST", "/_bulk", b"x")
    packed, plain = front.seen
    assert packed.headers["Content-Encoding"] == packed.headers["Accept-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == b"x" * 10_000
    assert plain.body == b"x"


def test_a_lone_surrogate_travels_as_its_escape() -> None:
    with Front(always(200, {})) as front:
        client = asking(front.url)
        client.ask("POST", "/_search", {"é": "\ud800"})
    assert json.loads(front.seen[0].body) == {"é": "\ud800"}


# ── who asks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_user_who_is_refused_is_told_where_the_password_belongs() -> None:
    given = access(OpenSearch(), {"SEARCHER_OPENSEARCH_USER": "presse", "SEARCHER_OPENSEARCH_PASSWORD": SECRET})
    for status, said in (
        (401, "does not let in user 'presse' with this password"),
        (403, "does not allow user 'presse'"),
    ):
        answer = error("security_exception", "no permissions")
        with Front(always(status, answer)) as front, pytest.raises(EngineUnreachable, match=said) as refused:
            asking(front.url, given=given).ask("GET", "/")
        assert SECRET not in str(refused.value)
        assert front.seen[0].headers["Authorization"].startswith("Basic ")


def test_a_cluster_that_wants_a_password_says_so() -> None:
    said = r"anyone without a password .401.; set .SEARCHER_OPENSEARCH_USER"
    with Front(always(401, "Unauthorized")) as front, pytest.raises(EngineUnreachable, match=said):
        asking(front.url).ask("GET", "/")


def test_a_password_comes_from_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\nand more", "utf-8")
    environment = {"SEARCHER_OPENSEARCH_USER": "presse", "SEARCHER_OPENSEARCH_PASSWORD_FILE": str(file)}
    file.chmod(0o644)
    with pytest.raises(UsageError, match=f"anyone can read this password; run: chmod 600 {file}"):
        access(OpenSearch(), environment)
    file.chmod(0o600)
    direct = {"SEARCHER_OPENSEARCH_USER": "presse", "SEARCHER_OPENSEARCH_PASSWORD": SECRET}
    assert access(OpenSearch(), environment) == access(OpenSearch(), direct)
    file.unlink()
    for wrong in (environment, {"SEARCHER_OPENSEARCH_USER": "presse"}):
        with pytest.raises(UsageError, match="SEARCHER_OPENSEARCH_PASSWORD_FILE"):
            access(OpenSearch(), wrong)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (OpenSearch((f"https://presse:{SECRET}@search.example:9200",)), "an address holds no user and password"),
        (OpenSearch((f"presse:{SECRET}@search.example:9200",)), "…@search.example:9200: an address holds no user"),
        (
            OpenSearch((f"https://presse:{SECRET}/2@search.example",)),
            "https://…@search.example: an address holds no user",
        ),
        (OpenSearch((f"https://presse:{SECRET}#?@[::1",)), "an address holds no user and password"),
        (OpenSearch((f"https://presse%3A{SECRET}%40search.example",)), "an address holds no user and password"),
        (OpenSearch((f"https://presse:{SECRET}",)), "https://presse:…: not the address of a cluster"),
        (
            OpenSearch((f"https://search.example/?key={SECRET}",)),
            "https://search.example/…: not the address of a cluster",
        ),
        (OpenSearch(("https://[::1",)), "not the address of a cluster"),
        (OpenSearch(("https://search\n.example",)), "not the address of a cluster"),
        (OpenSearch(("https:// search.example",)), "not the address of a cluster"),
        (OpenSearch(("search.example:9200",)), "not the address of a cluster; write it as https://host:9200"),
        (OpenSearch(("https://search.example:99999",)), "not the address of a cluster"),
        (OpenSearch(("ftp://search.example",)), "not the address of a cluster"),
        (OpenSearch(prefix="Presse"), "an index prefix"),
        (OpenSearch(prefix="_all"), "an index prefix"),
        (OpenSearch(prefix="a,b"), "an index prefix"),
        (OpenSearch(shards=0), "1 shard or more"),
        (OpenSearch(replicas=-1), "0 replicas or more"),
    ],
)
def test_what_cannot_be_a_cluster_is_refused_without_its_password(given: OpenSearch, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        checked(given)
    assert SECRET not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_password_that_a_server_repeats_is_not_repeated() -> None:
    given = access(OpenSearch(), {"SEARCHER_OPENSEARCH_USER": "presse", "SEARCHER_OPENSEARCH_PASSWORD": SECRET})
    assert given.authorization is not None
    repeated = error("security_exception", f"no permissions for {SECRET} [{given.authorization}]")
    for status in (403, 503):
        with (
            Front(always(status, repeated)) as front,
            pytest.raises(EngineUnreachable, match="no permissions") as refused,
        ):
            asking(front.url, given=given, patience=0.2).ask("GET", "/")
        for secret in (SECRET, given.authorization.split()[1]):
            assert secret not in f"{refused.value} {refused.value!r} {given!r}"


def test_the_addresses_of_the_environment_come_first() -> None:
    given = checked(OpenSearch(("https://search.example:9200/base/", "http://[::1]:9200")))
    assert urls(given, {}) == ("https://search.example:9200/base", "http://[::1]:9200")
    assert urls(given, {"SEARCHER_OPENSEARCH_URL": "http://a:1 http://b:2"}) == ("http://a:1", "http://b:2")
    with pytest.raises(UsageError, match="no address of a cluster was given; name one with --url"):
        urls(OpenSearch(), {})


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("certificates")
    certificates(folder)
    return folder


@pytest.fixture(params=[False, True], ids=["tls", "client certificates"])
def front(request: pytest.FixtureRequest, made: Path) -> Iterator[Front]:
    with Front(always(200, {"ok": True}), tls=showing(made, "server", wants_certificates=request.param)) as front:
        yield front


def showing(made: Path, name: str, *, wants_certificates: bool = False) -> ssl.SSLContext:
    """What a server speaks TLS with that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made / f"{name}.pem", made / f"{name}.key")
    if wants_certificates:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(made / "ca.pem")
    return context


def entering(made: Path, ca: str | None = "ca", certificate: str | None = "client", **more: Any) -> Access:
    pem, key = (f"{made}/{certificate}.pem", f"{made}/{certificate}.key") if certificate else (None, None)
    return Access(f"{made}/{ca}.pem" if ca else None, pem, key, **more)


def test_it_trusts_a_ca_and_shows_its_own_certificate(front: Front, made: Path) -> None:
    client = asking(front.url, given=entering(made))
    assert [client.ask("GET", "/") for _ in range(3)] == [{"ok": True}] * 3


def test_without_the_ca_it_says_which_option_names_it(front: Front, made: Path) -> None:
    for ca in (None, "other"):
        with pytest.raises(EngineUnreachable, match=r"its certificate is not trusted .*; name the CA's file with --ca"):
            asking(front.url, given=entering(made, ca)).ask("GET", "/")
    client = asking(front.url, given=entering(made, None, insecure=True))
    assert client.ask("GET", "/") == {"ok": True}


def test_without_a_client_certificate_it_says_where_that_is_named(front: Front, made: Path) -> None:
    for certificate in (None, "other"):
        client = asking(front.url, given=entering(made, certificate=certificate))
        if not front.wants_certificates:
            assert client.ask("GET", "/") == {"ok": True}
            continue
        with pytest.raises(EngineUnreachable) as refused:
            client.ask("GET", "/")
        assert f"it wants another client certificate; name one in ${CERTIFICATE}, and its key in ${KEY}" in str(
            refused.value
        )


@pytest.mark.parametrize(
    ("shown", "ours", "said"),
    [
        ("server.old", "client", "its certificate has expired; renew it on the cluster"),
        ("named", "client", "its certificate is for another name .*; write the address as the certificate has it"),
        (
            "server",
            "client.old",
            r"the client certificate .*client\.old\.pem has expired; name another one in \$SEARCHER",
        ),
    ],
)
def test_a_certificate_that_expired_or_names_another_host_is_told_as_such(
    made: Path, shown: str, ours: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        clients, "_STRANGE", 30.0
    )  # an alert may be lost when the server closes: the next attempt has it
    with (
        Front(always(200, {}), tls=showing(made, shown, wants_certificates=True)) as front,
        pytest.raises(EngineUnreachable, match=said),
    ):
        asking(front.url, given=entering(made, certificate=ours), patience=30.0).ask("GET", "/")


def test_plain_http_before_tls_and_tls_before_plain_http_say_so(front: Front, made: Path) -> None:
    with pytest.raises(
        EngineUnreachable, match=r"closed without an answer .where a cluster speaks TLS, write https://"
    ):
        asking(front.url.replace("https", "http"), patience=0.3).ask("GET", "/")
    said = "it does not speak TLS; write the address with http://"
    with Front(always(200, {})) as plain, pytest.raises(EngineUnreachable, match=said):
        asking(plain.url.replace("http", "https"), given=entering(made)).ask("GET", "/")


def test_files_that_hold_no_certificate_are_named(made: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n", "utf-8")
    for ca in ("empty", "absent"):
        with pytest.raises(UsageError, match=f"{ca}.pem: the certificates to trust cannot be read"):
            asking("https://127.0.0.1:1", given=Access(f"{tmp_path}/{ca}.pem"))
    with pytest.raises(UsageError, match="the client certificate cannot be used"):
        asking("https://127.0.0.1:1", given=Access(None, f"{made}/client.pem", f"{made}/other.key"))
