"""Nodes, writers, networks and disks that fail: an update is all or nothing, the same command goes on, no answer is wrong.

$KILLS says how often a writer is killed (6). The figures stand in docs/reliability.md.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import searcher
from searcher.engines import opensearch
from searcher.engines.opensearch import OpenSearchWriter
from searcher.engines.opensearch import client as clients
from searcher.engines.opensearch import pointer as pointers
from searcher.engines.opensearch import target as targets
from searcher.engines.opensearch.client import Client
from searcher.engines.opensearch.target import Access, OpenSearch
from searcher.errors import EngineUnreachable, SearcherError, UsageError, WriteFailed
from tests.engines.test_answers import SEED
from tests.faults import disks
from tests.faults.outcome import Impossible
from tests.faults.queries import archive_of, hostile
from tests.opensearch import lane
from tests.opensearch.cluster import Cluster
from tests.opensearch.front import Asked, Cut, Front, Hang
from tests.opensearch.network import Namespace

pytestmark = pytest.mark.cluster

KILLS = int(os.environ.get("KILLS") or 6)
HUNG = 900  # seconds after which a command will not end any more
WORDS = "budget ville mairie conseil projet école pont tunnel gare canton emploi usine port stade train".split()


def written(folder: Path, name: str, articles: int, rng: random.Random) -> None:
    """A file of articles, all of which have the word *commun*."""
    folder.mkdir(exist_ok=True)
    lines = [
        json.dumps({"id": f"{name}-{at}", "text": f"Un mot commun, {' '.join(rng.choices(WORDS, k=60))}. {name} {at}."})
        for at in range(articles)
    ]
    (folder / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")


def found(index: Path) -> tuple[int, list[tuple[str, float]]]:
    """An answer, in full, from an index that is opened for it."""
    with searcher.open(index) as opened:
        return answered(opened)


def answered(opened: searcher.Index) -> tuple[int, list[tuple[str, float]]]:
    answer = opened.search("commun budget OU gare", limit=50, match=searcher.Required.ANY, timeout=None)
    return opened.search("commun", timeout=None).total, [(hit.article.id, round(hit.score, 4)) for hit in answer]


def command(archive: Path, index: Path, namespace: Namespace | None = None) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "searcher", "index", str(archive), "--engine", "opensearch", "--index", str(index)]
    words = words if namespace is None else namespace.command(words)
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def sound(index: Path, articles: int, *, deleted: bool = False) -> None:
    """Nothing is wrong with an index of so many articles, and it answers as one that was made in peace does. With `deleted`
    articles scores may be others: the deleted ones may still count."""
    checked = searcher.check(index, full=True)
    assert (checked.wrong, checked.articles) == ((), articles)
    total, best = found(index)
    peaceful = index.with_name("peaceful")
    searcher.build(peaceful, [index.parent / "archive"], engine="whoosh")
    right, right_best = found(peaceful)
    assert total == right == articles
    assert deleted or [score for _, score in best] == pytest.approx([score for _, score in right_best], abs=1e-3)


# ── nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def nodes() -> Iterator[Cluster]:
    """The shared cluster, whole again at the end."""
    cluster = lane.nodes()
    cluster.wait()
    yield cluster
    cluster.repair()
    cluster.wait()


@pytest.mark.parametrize("victim", range(3))
def test_a_node_may_die_while_articles_are_indexed_and_searched(victim: int, nodes: Cluster, tmp_path: Path) -> None:
    rng = random.Random(SEED + victim)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 60, rng)
    searcher.update(index, [archive], engine="opensearch")
    right, wrong, over = found(index), list[object](), threading.Event()

    def search() -> None:
        while not over.is_set():
            try:
                if (answer := found(index)) != right and answer[0] != 660:
                    wrong.append(answer)
            except SearcherError as error:
                wrong.append(error)

    def search_opened() -> None:
        with searcher.open(index) as opened:
            barrier.wait()
            while not over.is_set():
                try:
                    if (answer := answered(opened)) != right:
                        wrong.append(answer)
                except SearcherError as error:
                    wrong.append(error)

    written(archive, "b", 600, rng)
    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=call) for call in (search, search, search_opened)]
    for thread in threads:
        thread.start()
    barrier.wait()  # one thread has opened the old state, and keeps it
    running = command(archive, index)
    time.sleep(rng.uniform(0.5, 3.0))
    nodes.kill(victim)
    _, said = running.communicate(timeout=HUNG)
    over.set()
    for thread in threads:
        thread.join()
    assert running.returncode == 0, said
    assert wrong == []
    sound(index, 660)


@pytest.mark.parametrize("victim", range(3))
def test_a_node_may_die_in_the_middle_of_a_commit(
    victim: int, nodes: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, while or after the documents are made searchable and the pointer is written; articles are deleted in that commit
    too."""
    rng = random.Random(SEED + victim)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 60, rng)
    searcher.update(index, [archive], engine="opensearch")
    right, commit, killed = found(index), OpenSearchWriter.commit, list[threading.Timer]()

    def commit_without_a_node(writer: OpenSearchWriter) -> None:
        killed.append(threading.Timer(rng.uniform(0.0, 0.2), nodes.kill, (victim,)))
        killed[-1].start()
        commit(writer)
        killed[-1].join()
        assert found(index) == right, "nobody sees a commit before the manifest names it"

    written(archive, "a", 60, rng)  # other texts under the same identifiers
    written(archive, "b", 300, rng)
    with monkeypatch.context() as patch:
        patch.setattr(OpenSearchWriter, "commit", commit_without_a_node)
        searcher.update(index)
    assert killed
    sound(index, 360, deleted=True)


@pytest.mark.parametrize("victim", range(3))
def test_a_node_may_die_while_several_processes_send(
    victim: int, nodes: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(SEED + victim)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 60, rng)
    searcher.update(index, [archive], engine="opensearch")  # a shard that has no replica yet would die with its node
    written(archive, "b", 1_000, rng)
    several_send(monkeypatch)
    killed = threading.Timer(rng.uniform(0.5, 3.0), nodes.kill, (victim,))
    killed.start()
    searcher.update(index, jobs=6)
    killed.join()
    sound(index, 1_060)


def several_send(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of any size is large: half of the processes of a run send."""
    monkeypatch.setattr("searcher.indexing.run.BIG", 0)
    monkeypatch.setattr("searcher.engines.opensearch.writer.ALONE", 10)


def test_a_cluster_may_be_started_again_while_articles_are_indexed(nodes: Cluster, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 60, rng)
    searcher.update(index, [archive], engine="opensearch")
    written(archive, "b", 600, rng)
    running = command(archive, index)
    time.sleep(rng.uniform(0.5, 3.0))
    for at in range(3):
        nodes.kill(at)
    nodes.repair()
    _, said = running.communicate(timeout=HUNG)
    nodes.wait()
    if running.returncode:  # the nodes of a busy machine may take longer to start than an update waits
        assert "then run the same command again" in said
        searcher.update(index)
    sound(index, 660)


def test_a_cluster_that_was_started_again_has_what_it_had(nodes: Cluster, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 60, rng)
    searcher.update(index, [archive], engine="opensearch")
    right = found(index)
    for at in range(3):
        nodes.kill(at)
    with pytest.raises(EngineUnreachable, match="connection refused; the cluster does not answer"):
        searcher.open(index)
    nodes.repair()
    nodes.wait()
    assert found(index) == right
    written(archive, "b", 10, rng)
    searcher.update(index)
    sound(index, 70)


# ── writers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_writer_may_be_killed_at_any_moment(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "0", 20, rng)
    began = time.monotonic()
    running = command(archive, index)
    running.communicate(timeout=HUNG)
    whole = time.monotonic() - began
    articles, ended = 20, 0
    before = found(index)
    for turn in range(1, KILLS + 1):
        written(archive, "0", 20, random.Random(turn))  # all of these are new again, and the old ones are gone
        written(archive, str(turn), 30, rng)
        running = command(archive, index)
        try:
            running.wait(rng.uniform(0.1, 1.3) * whole)
            ended += 1
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        after = found(index)
        articles += 30
        assert after == before or after[0] == articles, f"SEED={SEED}, turn {turn}"
        searcher.update(index)  # the same command goes on
        before = found(index)
        assert before[0] == articles, f"SEED={SEED}, turn {turn}"
    sound(index, articles, deleted=True)
    with searcher.open(index) as opened:
        pointer = pointers.read(index / opened.about.generation / "opensearch")
    client = Client(targets.urls(pointer.target), Access())
    client.ask("POST", f"/{pointer.index}/_refresh")
    held = client.ask("GET", f"/{pointer.index}/_count")["count"]
    client.close()
    assert held <= articles + len(pointer.deleted), "what killed writers left is still there"
    print(f"{KILLS} kills, {ended} of them too late")


# ── the network, the load, the disk ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def impatient() -> Iterator[None]:
    """What fails for good is given up sooner than in a minute. Never while something is to succeed: the machine may be busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "_ANSWER", 4.0)
        patch.setattr(clients, "_LONGEST", 0.2)
        for module in (clients, opensearch, opensearch.bulk):
            patch.setattr(module, "WRITING", 8.0)
        patch.setattr(opensearch, "SEARCHING", 1.0)
        yield


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """What stands before the cluster; the engine knows no other address."""
    with Front(behind=os.environ[targets.URL].split()[0]) as front:
        monkeypatch.setenv(targets.URL, front.url)
        yield front


def test_a_cluster_that_is_busy_is_waited_for(front: Front, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    busy = {"error": {"type": "rejected_execution_exception", "reason": "the queue is full"}}

    def rule(asked: Asked) -> tuple[int, Any] | None:
        chance = rng.random()
        if chance < 0.1:
            raise Cut
        return (rng.choice((429, 502, 503, 504)), busy) if chance < 0.3 else None

    front.rule = rule
    archive, index = tmp_path / "archive", tmp_path / "index"
    for turn in range(3):
        written(archive, str(turn), 40, rng)
        searcher.update(index, [archive], engine="opensearch")
    sound(index, 120)


def test_a_cluster_that_refuses_what_its_queue_does_not_hold_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that writes one request at a time, while another one waits, refuses the others: 429."""
    if "CLUSTER" in os.environ:
        pytest.skip("the cluster is somebody else's")
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 1_000, random.Random(SEED))
    several_send(monkeypatch)
    monkeypatch.setattr("searcher.engines.opensearch.senders.BATCH", 16)
    short = {"thread_pool.write.size": "1", "thread_pool.write.queue_size": "1"}
    with Cluster(tmp_path / "cluster", settings=short) as cluster, named(cluster):
        searcher.update(index, [archive], engine=OpenSearch(tuple(cluster.urls), shards=4), jobs=8)
        sound(index, 1_000)
        client = Client(tuple(cluster.urls), Access())
        listed = client.ask("GET", "/_nodes/stats/thread_pool?filter_path=nodes.*.thread_pool.write.rejected")
        client.close()
    (node,) = listed["nodes"].values()
    assert node["thread_pool"]["write"]["rejected"] > 0


@pytest.mark.parametrize("from_request", [0, 3, 8, 20])
def test_a_network_that_breaks_leaves_the_index_as_it_was(from_request: int, front: Front, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 40, rng)
    searcher.update(index, [archive], engine="opensearch")
    right = found(index)
    written(archive, "b", 40, rng)
    start = len(front.seen) + from_request

    def broken(asked: Asked) -> None:
        if len(front.seen) > start:
            raise Hang

    front.rule = broken
    said = None
    try:
        with impatient():
            searcher.update(index)
    except EngineUnreachable as error:
        said = str(error)
    front.rule = lambda asked: None
    if said is not None:
        assert "no answer in time; the cluster does not answer" in said
        assert "then run the same command again" in said
        assert found(index) == right
    searcher.update(index)
    sound(index, 80)


def test_a_full_disk_is_named_and_the_same_command_goes_on(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 40, rng)
    searcher.update(index, [archive], engine="opensearch")
    right = found(index)
    written(archive, "b", 40, rng)
    client = Client(tuple(os.environ[targets.URL].split()), Access())
    block = f"/{lane.PREFIX}-*/_settings"
    try:  # what a node does whose disk is fuller than its flood-stage watermark
        client.ask("PUT", block, {"index.blocks.read_only_allow_delete": True})
        why = r"disk usage exceeded.*; free some space on its nodes, then run the same"
        with impatient(), pytest.raises(WriteFailed, match=why):
            searcher.update(index)
        assert found(index) == right
    finally:
        client.ask("PUT", block, {"index.blocks.read_only_allow_delete": None})
        client.close()
    searcher.update(index)
    sound(index, 80)


@pytest.mark.parametrize("count", [1, 3])
def test_a_disk_that_is_really_full_is_named_and_the_same_command_goes_on(count: int, tmp_path: Path) -> None:
    """The data of one node stand on a file system that something else fills. A lone node then stops answering, and comes back
    when there is room; one node of three leaves the others to answer."""
    if count > lane.NODES:
        pytest.skip(f"a cluster of {count} nodes is one too large for this run")
    rng = random.Random(SEED)
    archive, index, disk = tmp_path / "archive", tmp_path / "index", tmp_path / "cluster" / "n0"
    disk.mkdir(parents=True)
    written(archive, "a", 40, rng)
    with full_disk(disk) as fill, Cluster(tmp_path / "cluster", nodes=count) as cluster, named(cluster):
        given = OpenSearch(tuple(cluster.urls), shards=count)
        searcher.update(index, [archive], engine=given)
        right = found(index)
        written(archive, "b", 400, rng)
        ballast = fill()
        with impatient(), pytest.raises((WriteFailed, EngineUnreachable)) as refused:
            searcher.update(index)
        assert "then run the same command again" in str(refused.value)
        if count > 1:
            assert found(index) == right
        else:
            with impatient(), suppress(EngineUnreachable):
                assert found(index) == right
        ballast.unlink()
        cluster.wait()
        assert found(index) == right
        searcher.update(index)
        sound(index, 440)


@contextmanager
def full_disk(folder: Path) -> Iterator[Callable[[], Path]]:
    """A file system in memory; what is given fills all of it but 200 KB, and gives the file that does so."""
    size = 40 << 20
    try:
        with disks.mounted(folder, size):

            def fill() -> Path:
                ballast = folder / "ballast"
                with ballast.open("wb") as stream:
                    os.posix_fallocate(stream.fileno(), 0, shutil.disk_usage(folder).free - 200_000)
                return ballast

            yield fill
    except Impossible as error:
        pytest.skip(str(error))


@contextmanager
def named(cluster: Cluster) -> Iterator[None]:
    """Another cluster than the shared one is asked."""
    before, os.environ[targets.URL] = os.environ[targets.URL], " ".join(cluster.urls)
    try:
        yield
    finally:
        os.environ[targets.URL] = before


@pytest.fixture
def namespace() -> Iterator[tuple[Namespace, Cluster]]:
    """A network namespace for the client, and a cluster of its own, as large as the shared one, that it reaches over the link
    between."""
    with ExitStack() as stack:
        try:
            made = stack.enter_context(Namespace())
        except OSError as error:
            pytest.skip(f"no network namespace can be made: {error}")
        folder = stack.enter_context(TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True))
        cluster = stack.enter_context(Cluster(Path(folder) / "partition", nodes=lane.NODES, host=made.here))
        stack.enter_context(named(cluster))
        yield made, cluster


def test_a_partition_is_waited_for(namespace: tuple[Namespace, Cluster], tmp_path: Path) -> None:
    """Packets are lost for some seconds while the command runs on the other side of the link."""
    made, _ = namespace
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    for turn in range(3):
        written(archive, str(turn), 40, rng)
        running = command(archive, index, made)
        time.sleep(rng.uniform(0.5, 2.5))
        made.cut()
        time.sleep(4)
        made.join()
        _, said = running.communicate(timeout=HUNG)
        assert running.returncode == 0, said
    sound(index, 120)


def test_a_partition_that_lasts_leaves_the_index_as_it_was(
    namespace: tuple[Namespace, Cluster], tmp_path: Path
) -> None:
    made, _ = namespace
    rng = random.Random(SEED)
    archive, index = tmp_path / "archive", tmp_path / "index"
    written(archive, "a", 40, rng)
    searcher.update(index, [archive], engine="opensearch")
    right, articles = found(index), 40
    for turn in range(4):
        written(archive, str(turn), 40, rng)
        cut = threading.Timer(rng.uniform(0.0, 1.0), made.cut)
        cut.start()
        with impatient():
            error = made.inside(lambda: searcher.update(index))
            cut.join()
            if error is not None:
                assert isinstance(made.inside(lambda: found(index)), EngineUnreachable)
        if error is not None:
            assert isinstance(error, EngineUnreachable), error
            assert "then run the same command again" in str(error)
            assert found(index) == right
        made.join()
        assert made.inside(lambda: searcher.update(index)) is None
        articles += 40
        right = found(index)
        assert right[0] == articles
    sound(index, articles)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("script.allowed_types", "none"), ("script.allowed_contexts", "similarity, similarity_weight")],
)
def test_a_cluster_without_scripts_says_so_when_an_index_is_made(setting: str, value: str, tmp_path: Path) -> None:
    if "CLUSTER" in os.environ:
        pytest.skip("the cluster is somebody else's")
    written(tmp_path / "archive", "a", 3, random.Random(SEED))
    with Cluster(tmp_path / "cluster", settings={setting: value}) as cluster, named(cluster):
        with pytest.raises(UsageError, match="the cluster does not allow the script that scores") as refused:
            searcher.update(tmp_path / "index", [tmp_path / "archive"], engine=OpenSearch(tuple(cluster.urls)))
        client = Client(tuple(cluster.urls), Access())
        assert client.ask("GET", "/_cat/indices?format=json") == []
        client.close()
    assert len(str(refused.value).splitlines()) == 1
    assert not (tmp_path / "index").exists()


# ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_hostile_queries_are_answered_as_on_another_engine_or_stopped_or_refused(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    archive_of(tmp_path / "archive.jsonl", 300, random.Random(7))
    indexes = [tmp_path / engine for engine in ("whoosh", "opensearch")]
    for index in indexes:
        searcher.build(index, [tmp_path / "archive.jsonl"], engine=index.name)

    def answer(opened: searcher.Index, query: str) -> object:
        try:
            found = opened.search(query, limit=20)
        except SearcherError as error:
            return type(error)
        if not found.complete:
            return None
        return found.total, [(hit.article.id, pytest.approx(hit.score, rel=1e-5)) for hit in found]

    with searcher.open(indexes[0]) as one, searcher.open(indexes[1]) as other:
        for query in hostile(rng):
            right, said = answer(one, query), answer(other, query)
            assert None in (right, said) or said in (right, searcher.QueryError), f"SEED={SEED} {query[:80]!a}"
