"""What every test stands on: how hard hypothesis tries, an index over the seeds, indexes over a few texts, and a browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import searcher
from tests import places
from tests.faults.runs import Runner
from tests.opensearch import lane

SEEDS = places.SEEDS

# The tests read English, whatever language the person speaks who runs them.
os.environ["LC_ALL"] = "C.UTF-8"
for _name in ("LANGUAGE", "SEARCHER_LANG", "SEARCHER_PAGER"):
    os.environ.pop(_name, None)

# A shell ignores SIGINT for what it starts in the background, and so would every process that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

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


@pytest.fixture(scope="session", autouse=True)
def unsynced() -> Iterator[None]:
    """What this process writes need not reach the disk, for no test cuts the power: an index is synced some thirty times, and
    a busy disk takes a second for each. Processes that tests start sync as ever; `tests/faults/power.py` looks at that."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", os.fstat)  # which complains of a file that is closed, too
        yield


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over `seeds/`."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    searcher.build(folder, [SEEDS])
    return folder


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """Runs commands in processes that are forked, so that the program is loaded once."""
    with Runner() as runner:
        yield runner


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


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium (Debian: apt install chromium), to which evil.example is this computer. Without it the test is skipped, but
    never where CI is set."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and CI is set: install it with: apt-get install chromium")
        pytest.skip("there is no Chromium; Debian: apt install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    with api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"]
        )
        yield launched
        launched.close()
