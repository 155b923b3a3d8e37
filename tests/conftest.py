"""What every test stands on: how hard hypothesis tries, an index over the seeds, and indexes over a few texts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import searcher
from tests import places
from tests.opensearch import lane

SEEDS = places.SEEDS

# The tests read English, whatever language the person speaks who runs them.
os.environ["LC_ALL"] = "C.UTF-8"
for _name in ("LANGUAGE", "SEARCHER_LANG", "SEARCHER_PAGER"):
    os.environ.pop(_name, None)

# No example is timed: the machines that run this are slow and shared. --hypothesis-profile=thorough tries ten times harder.
# A run that gates a change (CI) tries the same examples every time; what random ones find becomes an @example.
settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile("quick")

Build = Callable[[Sequence[str | Mapping[str, object]]], Path]


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over `seeds/`."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    searcher.build(folder, [SEEDS])
    return folder


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Makes an index of texts, or of records with the keys of an article, and gives its folder."""

    def built(articles: Sequence[str | Mapping[str, object]]) -> Path:
        number = len(list(tmp_path.glob("articles-*.jsonl")))
        records = [{"text": each} if isinstance(each, str) else dict(each) for each in articles]
        archive = tmp_path / f"articles-{number}.jsonl"
        archive.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
        folder = tmp_path / f"index-{number}"
        report = searcher.build(folder, [archive])
        assert (report.articles, report.failures) == (len(records), ())
        return folder

    return built


# ── a cluster, for those that need it ─────────────────────────────────────────────────────────────────────────────────


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lane.mark(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("cluster"):
        lane.start()


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if item.get_closest_marker("cluster") and (nextitem is None or nextitem.path != item.path):
        lane.forget()


def pytest_sessionfinish() -> None:
    lane.end()
