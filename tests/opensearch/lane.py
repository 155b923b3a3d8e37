"""The tests that need a cluster: which they are, and the one cluster that all of them share.

Whatever is parametrised with the engine `opensearch`, and whatever bears the marker `cluster`, runs with `make test-cluster` only,
on one cluster of $NODES nodes (3) that starts with the first such test. Its indexes have $SHARDS shards (3), each with a replica
when there are nodes for it. With $CLUSTER, addresses of a cluster that runs already, that cluster is used.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from searcher.engines.opensearch import ENGINE
from searcher.engines.opensearch import target as targets
from tests.opensearch.cluster import Cluster, missing

NODES = int(os.environ.get("NODES") or 3)
SHARDS = int(os.environ.get("SHARDS") or 3)

_started = False
_folder: tempfile.TemporaryDirectory[str] | None = None
_cluster: Cluster | None = None


def mark(items: list[pytest.Item]) -> None:
    """Puts the marker on what is parametrised with this engine."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            if ENGINE.name in map(str, item.callspec.params.values()):
                item.add_marker(pytest.mark.cluster)


def start() -> None:
    """Starts the cluster, when nobody did so before. Skips the test where there is no Java, unless CI is set."""
    global _started, _folder, _cluster
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
    ENGINE.__init__(targets.target((), shards=SHARDS))  # type: ignore[misc]
    _started = True


def end() -> None:
    if _cluster is not None and _folder is not None:
        _cluster.__exit__()
        _folder.cleanup()
