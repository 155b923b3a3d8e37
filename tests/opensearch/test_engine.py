"""The OpenSearch engine alone: what stays in the cluster and for how long, what `check` notices, what is written nowhere."""

from __future__ import annotations

import base64
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher.engines.opensearch import ENGINE, OpenSearchWriter
from searcher.engines.opensearch import pointer as pointers
from searcher.engines.opensearch import target as targets
from searcher.engines.opensearch.client import Client
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.target import Access, OpenSearch
from searcher.errors import EngineUnreachable, IndexDamaged, WriteFailed
from searcher.query.ask import Sort
from searcher.query.plan import EVERYTHING, Phrase, Plan, Term, Weighted
from tests import oracle
from tests.engines.test_answers import (
    SEED,
    entry,
    expected,
    filled,
    numbers,
    reading,
    some_archive,
    some_plan,
    some_question,
)
from tests.opensearch import lane
from tests.opensearch.front import Asked, Front

pytestmark = pytest.mark.cluster

SECRET = "geheim-§-42"


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(tuple(os.environ[targets.URL].split()), Access())
    yield made
    made.close()


@pytest.fixture
def index(tmp_path: Path) -> Path:
    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(3):
        (archive / f"{number}.txt").write_text(f"Le budget numéro {number} a été présenté à la mairie.\n", "utf-8")
    searcher.update(tmp_path / "index", [archive], engine="opensearch")
    return tmp_path / "index"


def pointer(index: Path) -> Pointer:
    with searcher.open(index) as opened:
        return pointers.read(index / opened.about.generation / "opensearch")


def names(client: Client) -> set[str]:
    """The indexes of the tests in the cluster."""
    return {each["index"] for each in client.ask("GET", f"/_cat/indices/{lane.PREFIX}-*?format=json&h=index")}


def write(index: Path, name: str, text: str) -> None:
    (index.parent / "archive" / name).write_text(text, "utf-8")


def test_a_rebuild_is_made_beside_the_live_index_which_goes_with_its_generation(index: Path, client: Client) -> None:
    first = pointer(index).index
    searcher.update(index, rebuild=True)
    second = pointer(index).index
    assert first != second
    assert {first, f"{first}-terms", second, f"{second}-terms"} <= names(client)
    write(index, "3.txt", "Un autre budget.\n")
    searcher.update(index)
    assert pointer(index).index == second
    assert not {first, f"{first}-terms"} & names(client)
    with searcher.open(index) as opened:
        assert opened.search("budget").total == 4


def test_a_rebuild_divides_the_index_as_is_asked_and_else_as_it_was(index: Path, client: Client) -> None:
    def divided() -> tuple[str, str, str]:
        name = str(pointer(index).index)
        settings = client.ask("GET", f"/{name}/_settings")[name]["settings"]["index"]
        return name.removesuffix(name[-13:]), settings["number_of_shards"], settings["number_of_replicas"]

    searcher.update(index, rebuild=True, engine=OpenSearch(shards=2, replicas=0))
    assert divided() == (lane.PREFIX, "2", "0")
    searcher.update(index, rebuild=True, engine=OpenSearch())
    assert divided() == (lane.PREFIX, "2", "0")
    searcher.update(index, rebuild=True, engine=OpenSearch(client.urls, prefix=f"{lane.PREFIX}-presse"))
    assert divided() == (f"{lane.PREFIX}-presse", "2", "0")


def test_deleted_articles_leave_the_cluster_with_the_last_generation_that_saw_them(index: Path, client: Client) -> None:
    def held() -> int:
        client.ask("POST", f"/{lane.PREFIX}-*/_refresh")
        return int(client.ask("GET", f"/{pointer(index).index}/_count")["count"])

    before = searcher.open(index)
    (index.parent / "archive" / "0.txt").unlink()
    searcher.update(index)
    with searcher.open(index) as opened:
        assert (opened.search("budget").total, before.search("budget").total, held()) == (2, 3, 3)
        assert len(pointer(index).deleted) == 1
        write(index, "3.txt", "Un autre budget.\n")
        searcher.update(index)
        assert (opened.search("budget").total, held()) == (2, 3)
    write(index, "4.txt", "Un autre budget encore.\n")
    searcher.update(index)
    assert pointer(index).deleted == ()
    with pytest.raises(searcher.IndexReplaced):
        before.search("budget")
    before.close()
    assert searcher.check(index, full=True).wrong == ()


def test_it_notices_what_somebody_else_did_to_the_index(index: Path, client: Client) -> None:
    name = pointer(index).index
    assert searcher.check(index, full=True).wrong == ()
    client.ask("PUT", f"/{name}/_mapping", {"properties": {"other": {"type": "long"}}})
    (line,) = searcher.check(index, full=True).wrong
    assert f"{name}: its field other is not the one it was made with" in line
    searcher.update(index, rebuild=True)
    name = pointer(index).index
    client.ask("POST", f"/{name}-terms/_delete_by_query?refresh=true", {"query": {"prefix": {"token": "budget"}}})
    (line,) = searcher.check(index, full=True).wrong
    assert "its term 'budget' is not in the list of all terms" in line
    client.ask("POST", f"/{name}/_close")
    client.ask("PUT", f"/{name}/_settings", {"analysis.analyzer.tokens.filter": ["lowercase"]})
    client.ask("POST", f"/{name}/_open?wait_for_active_shards=all")
    (line,) = searcher.check(index, full=True).wrong
    assert "its analysis is not the one it was made with; rebuild with: searcher index " in line
    client.ask("POST", f"/{name}/_delete_by_query?refresh=true", {"query": {"term": {"words": "mairie"}}})
    with pytest.raises(IndexDamaged, match="0 articles are there, and 3 were put there; rebuild with: searcher index "):
        searcher.open(index)
    client.ask("DELETE", f"/{name}")
    with pytest.raises(IndexDamaged, match=f"the cluster does not have .*{name}"):
        searcher.open(index)
    searcher.update(index)
    with searcher.open(index) as opened:
        assert opened.search("budget").total == 3


def test_it_tells_how_the_cluster_is(index: Path) -> None:
    with searcher.open(index) as opened:
        assert f"/{pointer(index).index}: " in str(opened.condition())
        assert "shards" in str(opened.condition())


def test_scores_do_not_move_while_an_update_is_under_way(tmp_path: Path) -> None:
    engine = ENGINE
    entries = [entry(str(at), " ".join(["a", *["b"] * at])) for at in range(9)]
    folder = filled(engine, tmp_path / "index", entries)
    plan = Plan(EVERYTHING, ((Weighted(Term("words", "a")),), (Weighted(Phrase("words", ("a", "b"))),)))
    writer = engine.append(folder)
    for at in range(200):
        writer.add(entry(f"more {at}", "a " * 500))
    writer._bulk.finish()
    writer._cluster.refresh()
    with reading(engine, folder) as reader:
        found = {int(hit.article.id): hit.score for hit in reader.search(plan, limit=20).found}
    writer.close()
    assert found == pytest.approx(oracle.score(plan, entries), rel=1e-6)


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few articles are many to a writer."""
    monkeypatch.setattr("searcher.engines.opensearch.writer.ALONE", 7)
    monkeypatch.setattr("searcher.engines.opensearch.senders.BATCH", 4)


@pytest.mark.usefixtures("several")
def test_several_processes_send_what_one_would(tmp_path: Path) -> None:
    entries = [entry(str(at), " ".join(["a", *["b"] * (at % 5), f"w{at}"])) for at in range(40)]
    plan = Plan(EVERYTHING, ((Weighted(Term("words", "a")),), (Weighted(Phrase("words", ("a", "b"))),)))
    folder = tmp_path / "index"
    writer = ENGINE.create(folder, jobs=3)
    for some in (entries[:30], entries[30:]):
        for each in some:
            writer.add(each)
        writer.commit()
    writer.close()
    filled(ENGINE, tmp_path / "alone", entries)
    assert pointers.read(folder).tokens == pointers.read(tmp_path / "alone").tokens
    with reading(ENGINE, folder) as reader:
        assert [each.id for each in reader.articles()] == [each.article.id for each in entries]
        found = {int(hit.article.id): hit.score for hit in reader.search(plan, limit=40).found}
        assert reader.check() == []
    assert found == pytest.approx(oracle.score(plan, entries), rel=1e-6)


def committed(writer: OpenSearchWriter, articles: int) -> None:
    for at in range(articles):
        writer.add(entry(str(at), f"a w{at}"))
    writer.commit()


@pytest.mark.usefixtures("several")
def test_a_sender_that_ends_ends_the_writer(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("before", "a")])
    writer = ENGINE.append(folder, jobs=2)
    for at in range(20):
        writer.add(entry(str(at), f"a w{at}"))
    assert writer._senders is not None
    writer._senders._crew._processes[0].kill()
    with pytest.raises(WriteFailed, match=r"a process that was writing was ended by signal 9"):
        committed(writer, 1_000)
    writer.close()
    writer = ENGINE.append(folder, jobs=2)
    committed(writer, 20)
    writer.close()
    with reading(ENGINE, folder) as reader:
        assert [each.id for each in reader.articles()] == ["before", *map(str, range(20))]


@pytest.mark.usefixtures("several")
def test_what_a_sender_is_refused_is_told_as_if_it_were_one_process(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("before", "a")])
    writer = ENGINE.append(folder, jobs=2)
    writer._cluster.client.ask("PUT", f"/{writer._cluster.articles}/_settings", {"index.blocks.write": True})
    try:
        with pytest.raises(WriteFailed, match=r"index write.*the index is as it was before"):
            committed(writer, 20)
    finally:
        writer._cluster.client.ask("PUT", f"/{writer._cluster.articles}/_settings", {"index.blocks.write": None})
        writer.close()


def test_answers_do_not_depend_on_how_much_a_request_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that come page by page, scores in several requests, counts in order: as the oracle has them."""
    rng = random.Random(SEED)
    archive = some_archive(ENGINE, tmp_path / "index", SEED)
    while len(archive.alive) < 20:
        archive = some_archive(ENGINE, tmp_path / f"index {rng.random()}", rng.randrange(1 << 32))
    for module in ("cluster", "reader", "hits", "pages", "vocabulary"):
        monkeypatch.setattr(f"searcher.engines.opensearch.{module}.PAGE", 7)
    for module in ("hits", "pages"):
        monkeypatch.setattr(f"searcher.engines.opensearch.{module}.BATCH", 3)
    monkeypatch.setattr("searcher.engines.opensearch.vocabulary.FEW", 2)
    monkeypatch.setattr("searcher.engines.opensearch.counting.TOGETHER", 2)
    monkeypatch.setattr("searcher.engines.opensearch.counting.BUCKETS", 3)
    monkeypatch.setattr("searcher.engines.opensearch.cluster.SEARCHES", 3)
    number = numbers(archive)
    with reading(ENGINE, archive.folder) as reader:
        for _ in range(40):
            monkeypatch.setattr("searcher.engines.opensearch.query.CLAUSES", rng.choice((2, 6, 9, 14)))
            plan, sort = some_plan(rng), rng.choice(list(Sort))
            shown, right = f"SEED={SEED} {sort} {plan}", expected(plan, archive)
            answer = reader.search(plan, limit=50, sort=sort, explain=True)
            scores = {number[found.article.id]: found.score for found in answer.found}
            assert (answer.total, scores.keys()) == (len(right), right.keys()), shown
            if archive.alive == archive.stored:
                assert scores == pytest.approx(right, rel=1e-5), shown
            pages = [reader.search(plan, limit=4, offset=at, sort=sort).found for at in range(0, 44, 4)]
            ids = [found.article.id for found in answer.found]
            assert [found.article.id for page in pages for found in page] == ids, shown
            assert [found.article.id for found in reader.every(plan, sort)] == ids, shown
            for found in answer.found:
                assert sum(part.points for part in found.parts) == pytest.approx(found.score, rel=1e-6), shown
            for name in ("source", "author"):
                counted = reader.counts(plan, [name]).values[name]
                assert counted == oracle.counts(plan.match, archive.alive, name), shown
        if archive.alive == archive.stored:
            for _ in range(20):
                questions = [some_question(rng) for _ in range(8)]
                assert reader.look_up(questions) == oracle.look_up(questions, archive.stored), f"SEED={SEED}"
        assert [article.id for article in reader.articles()] == [each.article.id for each in archive.alive]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Front]:
    """The cluster behind basic authentication."""
    right = "Basic " + base64.b64encode(f"presse:{SECRET}".encode()).decode()

    def rule(asked: Asked) -> tuple[int, Any] | None:
        return None if asked.headers.get("Authorization") == right else (401, "Unauthorized")

    file = tmp_path / "password"
    file.touch(0o600)
    file.write_text(f"{SECRET}\n", "utf-8")
    monkeypatch.setenv(targets.USER, "presse")
    monkeypatch.setenv(targets.PASSWORD_FILE, str(file))
    with Front(rule, behind=os.environ[targets.URL].split()[0]) as front:
        monkeypatch.delenv(targets.URL)
        yield front


def test_a_password_is_written_nowhere(guarded: Front, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("Le budget a été présenté.\n", "utf-8")
    index = tmp_path / "index"
    place = ["--index", str(index)]
    prefix = ["--index-prefix", lane.PREFIX]
    said, listed = "", set[bytes]()
    for words in (
        ["index", str(tmp_path / "article.txt"), "--url", guarded.url, *prefix, *place],
        ["search", "budget", *place],
        ["stats", "--format", "json", *place],
        ["check", "--full", *place],
    ):
        command = [sys.executable, "-m", "searcher", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
            while running.poll() is None:
                listed.update(command_lines())
                time.sleep(0.01)
            assert running.stdout is not None
            said += running.stdout.read()
        assert running.returncode == 0, said
    (tmp_path / "password").write_text(f"not {SECRET}\n", "utf-8")
    with pytest.raises(EngineUnreachable, match="does not let in user 'presse' with this password") as refused:
        searcher.open(index)
    kept = [path.read_bytes() for path in index.rglob("*") if path.is_file()]
    for secret in (SECRET, base64.b64encode(f"presse:{SECRET}".encode()).decode()):
        assert not any(secret.encode() in each for each in (*kept, *listed, said.encode(), str(refused.value).encode()))
    assert any(b"searcher\0index\0" in each for each in listed)
    (tmp_path / "password").write_text(f"{SECRET}\n", "utf-8")
    searcher.update(index, rebuild=True)  # which stays in its cluster without being told


def command_lines() -> Iterator[bytes]:
    """What a list of processes shows."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes()


def test_a_password_that_expires_stops_an_update_which_goes_on_with_the_next_one(
    guarded: Front, tmp_path: Path
) -> None:
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    (archive / "1.txt").write_text("Le budget a été présenté.\n", "utf-8")
    searcher.update(index, [archive], engine=OpenSearch((guarded.url,), prefix=lane.PREFIX))
    (archive / "2.txt").write_text("Un autre budget.\n", "utf-8")
    letting_in, start = guarded.rule, len(guarded.seen)
    guarded.rule = lambda asked: (401, "Unauthorized") if len(guarded.seen) > start + 6 else letting_in(asked)
    with pytest.raises(EngineUnreachable, match="does not let in user 'presse' with this password"):
        searcher.update(index)
    guarded.rule = letting_in
    with searcher.open(index) as opened:
        assert opened.search("budget").total == 1
    searcher.update(index)
    with searcher.open(index) as opened:
        assert opened.search("budget").total == 2
    assert searcher.check(index, full=True).wrong == ()


def test_an_index_goes_to_the_cluster_that_is_named(guarded: Front, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("Le budget a été présenté.\n", "utf-8")
    given = OpenSearch((guarded.url,), prefix=f"{lane.PREFIX}-presse", shards=2, replicas=0)
    searcher.update(tmp_path / "index", [tmp_path / "article.txt"], engine=given)
    kept = pointer(tmp_path / "index")
    assert (kept.target.urls, kept.target.shards) == ((guarded.url,), 2)
    assert str(kept.index).startswith(f"{lane.PREFIX}-presse-")
    with searcher.open(tmp_path / "index") as index:
        assert "2 shards" in str(index.condition()) or "4 shards" in str(index.condition())
