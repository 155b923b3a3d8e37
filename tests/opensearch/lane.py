"""The tests that need a cluster: which they are, and the one cluster that all of them share.

Tests parametrised with the engine `opensearch`, and tests that bear the marker `cluster`, run with `make test-cluster` only, on
one cluster of $NODES nodes (3) that starts with the first of them. Its indexes have $SHARDS shards (3), each with a replica
when there is a node for that. With $CLUSTER, addresses of a cluster that runs already, that cluster is used.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from searcher.engines.opensearch import ENGINE
from searcher.engines.opensearch import target as targets
from searcher.engines.opensearch.client import WRITING, Client
from searcher.engines.opensearch.target import Access, OpenSearch
from tests.opensearch.cluster import Cluster, missing

NODES = int(os.environ.get("NODES") or 3)
SHARDS = int(os.environ.get("SHARDS") or 3)

PREFIX = "searcher-tests"

_started = False
_urls: list[str] = []
_folder: tempfile.TemporaryDirectory[str] | None = None
_cluster: Cluster | None = None


def mark(items: list[pytest.Item]) -> None:
    """Puts the marker on what is parametrised with this engine."""
    for item in items:
        chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if ENGINE.name in map(str, chosen):
            item.add_marker(pytest.mark.cluster)


def start() -> None:
    """Starts the cluster, when nobody did so before. Skips the test where there is no Java, unless CI is set."""
    global _started, _folder, _cluster, _urls
    if _started:
        return
    if "CLUSTER" in os.environ:
        os.environ[targets.URL] = os.environ["CLUSTER"]
    else:
        absent = missing()
        if absent is not None and not os.environ.get("CI"):
            pytest.skip(absent)
        assert absent is None, absent
        _folder = tempfile.TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True)
        _cluster = Cluster(Path(_folder.name) / "searcher-tests", nodes=NODES)
        _cluster.wait()
        os.environ[targets.URL] = " ".join(_cluster.urls)
    ENGINE.target = OpenSearch(prefix=PREFIX, shards=SHARDS)
    _urls = os.environ[targets.URL].split()
    _started = True


def nodes() -> Cluster:
    """The cluster, for a test that ends nodes of it. Skips the test where the cluster is somebody else's, or too small."""
    if _cluster is None or len(_cluster.urls) < 3:
        pytest.skip("nodes can be ended in a cluster of three that the tests have started")
    return _cluster


def forget() -> None:
    """Deletes what the tests of a module have put there: a node takes a thousand shards."""
    if _started:
        client = Client(
            tuple(_urls), Access(), patience=WRITING
        )  # patient with a cluster that is busy, as the engine is
        try:
            client.ask("DELETE", f"/{PREFIX}-*")
        finally:
            client.close()


def end() -> None:
    if _cluster is not None and _folder is not None:
        _cluster.__exit__()
        _folder.cleanup()
