"""Tests of a cluster on a machine that cannot start one: skipped with the reason, but never where CI is set."""

from __future__ import annotations

import pytest

from tests.opensearch import cluster, lane


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No cluster has been started or named, and no JDK is found."""
    monkeypatch.setattr(lane, "_started", False)
    monkeypatch.delenv("CLUSTER", raising=False)
    monkeypatch.setattr(cluster, "_homes", lambda: iter(()))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")


@pytest.mark.usefixtures("bare")
def test_without_java_a_test_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"no Java \d+ or later with javac to run OpenSearch [\d.]+ with"):
        lane.start()


@pytest.mark.usefixtures("bare")
def test_without_java_a_test_fails_where_ci_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="no Java"):
        lane.start()


def test_without_maven_that_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert cluster.missing() == "no mvn to fetch OpenSearch with"
