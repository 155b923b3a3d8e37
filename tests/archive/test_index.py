"""An index from the outside: what a search promises, and what survives rebuilds, failures, damage and other writers."""

from __future__ import annotations

import errno
import importlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searcher
from searcher import analysis, engines, readers
from searcher.engines.whoosh.writer import WhooshWriter
from searcher.indexing import generations, manifest
from searcher.values import replace
from tests import places
from tests.conftest import Build

SEEDS = places.SEEDS
MOSCOW, DAMASCUS = "000_46078d7cf27677f4", "004_acabaebf66cc69b0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    searcher.build(folder, [SEEDS])
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[searcher.Index]:
    with searcher.open(folder) as index:
        yield index


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the index that a test may break."""
    shutil.copytree(folder, tmp_path / "index")
    return tmp_path / "index"


def ids(folder: Path, query: str) -> set[str]:
    with searcher.open(folder) as index:
        return {hit.article.id for hit in index.search(query)}


def written(folder: Path) -> dict[str, bytes]:
    """Every file of an index but the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def archive(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "articles.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return path


# ── the example of the documentation ──────────────────────────────────────────────────────────────────────────────────


def test_it_builds_opens_and_answers(tmp_path: Path) -> None:
    report = searcher.build(tmp_path / "index", [SEEDS])
    assert (report.articles, report.files, report.failures) == (2, 2, ())
    with searcher.open(tmp_path / "index") as index:
        results = index.search("Erdoğan Assad", limit=5)
        assert len(index) == 2
        assert (results.total, len(results), results.relaxed, results.notes) == (1, 1, False, ())
        (hit,) = results
        assert (hit.rank, hit.article.id, hit.article.date) == (1, MOSCOW, None)
        assert hit.score > 0
        assert [
            (passage.text, [passage.text[start:end] for start, end in passage.highlights]) for passage in hit.passages
        ] == [
            ("Une rencontre entre Assad et Erdoğan ?", ["Assad", "Erdoğan"]),
            (
                "Le président turc Recep Tayyip Erdoğan et al-Assad ont récemment indiqué qu’ils souhaitaient rétablir "
                "les relations diplomatiques.",
                ["Erdoğan", "Assad"],
            ),
        ]


def test_it_keeps_articles_as_they_were_read(index: searcher.Index) -> None:
    moscow, damascus = index.articles()
    assert (moscow.id, moscow.date, moscow.language, moscow.path) == (
        MOSCOW,
        None,
        "fr",
        str(SEEDS / f"{MOSCOW}.txt"),
    )
    assert moscow.text == (SEEDS / f"{MOSCOW}.txt").read_text("utf-8").strip()
    assert (damascus.id, damascus.date, damascus.title) == (
        DAMASCUS,
        "2020-01",
        "Syrie : rencontre surprise entre Poutine et Assad à Damas",
    )
    assert index.get(DAMASCUS) == damascus
    with pytest.raises(searcher.NotFound, match="find identifiers with: search WORDS"):
        index.get("nobody")


# ── laws of results ───────────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
WORDS = sorted({token.word for text in TEXTS for token in analysis.tokenize(text)})
word = st.sampled_from(WORDS)
query = st.one_of(
    word,
    st.lists(word, min_size=1, max_size=4).map(" ".join),
    st.lists(word, min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    st.builds(lambda some, other: f"{some} -{other}", word, word),
    st.builds(lambda some, other: f"{some} OU {other}", word, word),
    word.map(lambda some: f"{some[:3]}*"),
    word.map(lambda some: f"titre:{some}"),
    st.sampled_from(["« président syrien »", "l’Etat", "porte-parole", '"Poutine Assad"~5', "aujourd'hui", "Assad"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query, st.integers(0, 4))
def test_it_shows_slices_of_the_article_with_whole_words_marked(
    index: searcher.Index, query: str, passages: int
) -> None:
    results = index.search(query, passages=passages, explain=True)
    assert [hit.rank for hit in results] == list(range(1, len(results) + 1))
    assert results.total == len(results)
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True)
    for hit in results:
        text = hit.article.text
        assert sum(part.points for part in hit.parts) == pytest.approx(hit.score)
        assert len(hit.passages) <= passages
        for passage in hit.passages:
            assert passage.text == text[passage.start : passage.end]
            assert passage.text == passage.text.strip()
            assert is_whole(text, passage.start, passage.end)
            assert_ascending(passage.highlights, len(passage.text))
            for start, end in passage.highlights:
                assert is_whole(text, passage.start + start, passage.start + end)
        assert_ascending(hit.title_highlights, len(hit.article.title))
        spans = sorted((passage.start, passage.end) for passage in hit.passages)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word is cut at either end; a capital that is glued to a sentence (`Syrie.Selon`) begins a word."""
    return all(
        at in (0, len(text)) or not (text[at - 1].isalnum() and text[at].isalnum()) or text[at].isupper()
        for at in (start, end)
    )


def assert_ascending(ranges: tuple[tuple[int, int], ...], length: int) -> None:
    flat = [at for both in ranges for at in both]
    assert flat == sorted(flat)
    assert all(start < end for start, end in ranges)
    assert not flat or 0 <= flat[0] <= flat[-1] <= length


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_it_answers_any_text_or_says_why_not(index: searcher.Index, text: str) -> None:
    try:
        results = index.search(text)
    except searcher.UsageError as error:
        message = str(error)
        assert message
        assert "\n" not in message
    else:
        assert results.query == text
        assert all(0 <= note.start <= note.end <= len(text) for note in results.notes)


def test_it_pages_through_all_hits(tmp_path: Path) -> None:
    records = [{"id": f"a{n}", "title": f"Numéro {n}", "text": "Syrie " * (1 + n % 7)} for n in range(25)]
    searcher.build(tmp_path / "index", [archive(tmp_path, *records)])
    with searcher.open(tmp_path / "index") as index:
        for sort in ("relevance", "date", "-date"):
            whole = [(hit.rank, hit.article.id) for hit in index.search("Syrie", limit=1000, sort=sort)]
            pages = [
                (hit.rank, hit.article.id)
                for page in range(1, 6)
                for hit in index.search("Syrie", limit=7, page=page, sort=sort)
            ]
            assert pages == whole
            assert len(whole) == index.search("Syrie", limit=1, page=30).total == 25


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "a page holds 1 to 1000 hits, not 0"),
        ({"limit": 10**9}, "a page holds 1 to 1000 hits, not 1000000000"),
        ({"page": 0}, "pages count from 1, not 0"),
        ({"passages": -1}, "-1 passages cannot be shown; give 0 or more"),
        ({"match": "some"}, "match can be auto, all, any, not 'some'"),
        ({"sort": "size"}, "sort can be relevance, date, -date, source, -source, author"),
        ({"since": "2021", "until": "2020"}, "the period from 2021 until 2020 is empty; swap the two"),
    ],
    ids=str,
)
def test_it_refuses_an_option_out_of_range(index: searcher.Index, options: dict[str, Any], message: str) -> None:
    with pytest.raises(searcher.UsageError, match=re.escape(message)):
        index.search("Assad", **options)


def test_it_matches_dates_when_they_may(tmp_path: Path) -> None:
    """An article of 2020-01 may be of the 7th; one without a date never matches a period."""
    dates = ["2020", "2020-01", "2020-01-07", "2020-01-07T23:30:00+01:00", "2019-12-31", None]
    records = [{"id": str(date), "text": "Syrie", "date": date} for date in dates]
    searcher.build(tmp_path / "index", [archive(tmp_path, *records)])
    with searcher.open(tmp_path / "index") as index:

        def found(since: str | None, until: str | None) -> set[str]:
            return {hit.article.id for hit in index.search("Syrie", since=since, until=until)}

        assert found("2020-01-07", "2020-01-07") == {"2020", "2020-01", "2020-01-07", "2020-01-07T23:30:00+01:00"}
        assert found("2020-01-08", None) == {"2020", "2020-01"}
        assert found("2020-02-01", None) == {"2020"}
        assert found(None, "2019") == {"2019-12-31"}
        assert [hit.article.id for hit in index.search("Syrie", sort="-date")][-1] == "None"
        assert [hit.article.id for hit in index.search("Syrie", sort="date")][-1] == "None"


# ── identifiers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_keeps_two_articles_of_one_identifier_apart(tmp_path: Path) -> None:
    path = archive(tmp_path, *({"id": "même", "text": f"Syrie {n}"} for n in range(4)))
    seen = []
    for name in ("one", "two"):
        searcher.build(tmp_path / name, [path])
        with searcher.open(tmp_path / name) as index:
            articles = list(index.articles())
            assert [article.text for article in articles] == [f"Syrie {n}" for n in range(4)]
            assert all(index.get(article.id) == article for article in articles)
            seen.append([article.id for article in articles])
    assert seen[0] == seen[1]
    assert len(set(seen[0])) == 4
    assert seen[0][0] == "même"
    assert all(identifier.startswith("même~") for identifier in seen[0][1:])


def test_it_reads_a_file_named_twice_once(tmp_path: Path) -> None:
    assert searcher.build(tmp_path / "index", [SEEDS, SEEDS / f"{MOSCOW}.txt"]).articles == 2


# ── rebuilding beside the live index ──────────────────────────────────────────────────────────────────────────────────


def test_it_answers_from_the_state_it_was_opened_at(copy: Path, tmp_path: Path) -> None:
    path = archive(tmp_path, {"id": "new", "text": "Assad est nouveau"})
    during: list[set[str]] = []
    with searcher.open(copy) as before:

        def look(_: searcher.Progress) -> None:
            during.append({hit.article.id for hit in before.search("Assad")})
            during.append(ids(copy, "Assad"))

        searcher.build(copy, [path], progress=look)
        assert during
        assert all(found == {MOSCOW, DAMASCUS} for found in during)
        assert {hit.article.id for hit in before.search("Erdoğan")} == {MOSCOW}
        assert ids(copy, "Assad") == {"new"}
    assert ids(copy, "Erdoğan") == set()


def test_it_answers_after_two_rebuilds_too(copy: Path, tmp_path: Path) -> None:
    path = archive(tmp_path, {"id": "new", "text": "Assad est nouveau"})
    with searcher.open(copy) as before:
        searcher.build(copy, [path])
        searcher.build(copy, [path])
        assert {hit.article.id for hit in before.search("Assad")} == {MOSCOW, DAMASCUS}


@pytest.mark.parametrize("opened", ["ledger.Ledger", "copies.kept.Groups"])
def test_it_opens_the_live_state_when_updates_remove_the_one_it_was_opening(
    opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two updates end between the opening of the engine's files and that of the others."""
    dispatch = f"La grève\n\n{' '.join(f'mot{number}' for number in range(120))}"
    for number in range(2):
        (tmp_path / f"{number}.txt").write_text(f"{dispatch} fin{number}", "utf-8")
    shutil.copy(tmp_path / "0.txt", tmp_path / "same.txt")
    searcher.build(tmp_path / "index", [tmp_path / "0.txt", tmp_path / "1.txt", tmp_path / "same.txt"])
    module, _, name = f"searcher.indexing.{opened}".rpartition(".")
    opening = getattr(importlib.import_module(module), name)
    updated: list[int] = []

    def late(path: Path, *given: object, **named: object) -> object:
        if not updated:
            for number in (2, 3):
                updated.append(number)
                (tmp_path / f"{number}.txt").write_text(f"Texte {number}\n\nUn tout autre sujet {number}.", "utf-8")
                searcher.update(tmp_path / "index", [tmp_path / f"{number}.txt"])
        return opening(path, *given, **named)

    monkeypatch.setattr(f"{module}.{name}", late)
    with searcher.open(tmp_path / "index") as index:
        assert updated == [2, 3]
        assert index.about.generation == "g000003"
        assert index.search("grève").total == 2


def test_it_keeps_one_generation_behind_the_live_one(tmp_path: Path) -> None:
    for count in range(1, 5):
        searcher.build(tmp_path / "index", [SEEDS])
        generations = sorted(path.name for path in (tmp_path / "index").glob("g*"))
        assert generations == [f"g{n:06}" for n in range(max(count - 1, 1), count + 1)]


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    seen: list[searcher.Progress] = []
    searcher.build(tmp_path / "index", [SEEDS], progress=seen.append)
    size = sum(path.stat().st_size for path in SEEDS.glob("*.txt"))
    assert [progress.articles for progress in seen] == sorted(progress.articles for progress in seen)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert {progress.total for progress in seen} == {size}
    assert (seen[0].done > 0, seen[-1].articles, seen[-1].done) == (True, 2, size)


# ── what fails, and what it leaves ────────────────────────────────────────────────────────────────────────────────────


def _raising(error: Callable[[], BaseException], after: int, call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, which raises `error` from its `after`-th use on."""
    count = iter(range(1 << 30))

    def raising(*arguments: Any, **options: Any) -> Any:
        if next(count) >= after:
            raise error()
        return call(*arguments, **options)

    return raising


def full() -> OSError:
    return OSError(28, "No space left on device")


BREAKS: dict[str, tuple[Any, str]] = {
    "reading": (readers, "read"),
    "analysing": (analysis, "numbered"),
    "adding": (WhooshWriter, "add"),
    "committing": (WhooshWriter, "commit"),
    "publishing": (generations, "publish"),
    "syncing": (os, "fsync"),
}


@pytest.mark.parametrize("error", [KeyboardInterrupt, full])
@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("stage", BREAKS)
def test_it_leaves_the_old_index_when_a_build_fails(
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    stage: str,
    after: int,
    error: Callable[[], BaseException],
) -> None:
    before = written(copy)
    owner, name = BREAKS[stage]
    path = archive(tmp_path, *({"id": f"a{n}", "text": "Assad est nouveau"} for n in range(3)))
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, _raising(error, after, getattr(owner, name)))
        broken = _breaks(lambda: searcher.build(copy, [path]))  # some stages are passed once only
    assert broken or after
    if broken:
        assert written(copy) == before
        assert ids(copy, "Assad") == {MOSCOW, DAMASCUS}
    searcher.build(copy, [path])
    assert ids(copy, "Assad") == {"a0", "a1", "a2"}


def _breaks(action: Callable[[], object]) -> bool:
    try:
        action()
    except (KeyboardInterrupt, OSError, searcher.WriteFailed):
        return True
    return False


def _failing_syncs(folder: Path, path: Path, patched: pytest.MonkeyPatch) -> Iterator[tuple[int, bool]]:
    """Builds again and again; each time one sync later fails, until none does. Gives how many went well, and whether
    the build failed."""
    sync = os.fsync
    for after in range(100):
        with patched.context() as patch:
            patch.setattr(os, "fsync", _raising(full, after, sync))
            failed = _breaks(lambda: searcher.build(folder, [path]))
        yield after, failed
        if not failed:
            return


def test_it_shows_the_old_state_or_the_new_one_at_every_sync(
    copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = written(copy)
    path = archive(tmp_path, {"id": "new", "text": "Assad est nouveau"})
    states = []
    for after, failed in _failing_syncs(copy, path, monkeypatch):
        states.append(ids(copy, "Assad"))
        assert failed or states[-1] == {"new"}, f"after {after} syncs"
        assert states[-1] == {"new"} or written(copy) == before, f"after {after} syncs"
    assert len(states) > 10
    # The last sync that fails is that of the folder, after the manifest was replaced: the new state is there, not for sure.
    assert states == [{MOSCOW, DAMASCUS}] * (len(states) - 2) + [{"new"}] * 2


def test_it_says_that_a_power_cut_may_undo_what_could_not_be_synced(
    copy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = archive(tmp_path, {"id": "new", "text": "Assad est nouveau"})
    replaced, sync = Path.replace, os.fsync

    def replacing(old: Path, new: Path) -> Path:
        if new.name == manifest.NAME:
            monkeypatch.setattr(os, "fsync", _raising(full, 0, sync))
        return replaced(old, new)

    monkeypatch.setattr(Path, "replace", replacing)
    with pytest.raises(searcher.WriteFailed, match="the new state is there, and a power cut may undo it"):
        searcher.build(copy, [path])
    assert ids(copy, "Assad") == {"new"}
    monkeypatch.setattr(Path, "replace", replaced)
    with pytest.raises(searcher.WriteFailed, match="the index is as it was before"):  # the next run tries again
        searcher.update(copy, [path])
    monkeypatch.setattr(os, "fsync", sync)
    assert searcher.update(copy, [path]).articles == 1


def test_it_says_that_the_disk_is_full(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _raising(full, 0, os.fsync))
    with pytest.raises(searcher.WriteFailed) as raised:
        searcher.build(copy, [SEEDS])
    said = rf"{re.escape(str(copy))}: no space left on device \(\d+ MB free\); the index is as it was before"
    assert re.fullmatch(said, str(raised.value))


def test_it_says_that_the_disk_is_full_when_copies_are_written(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searcher.indexing.copies.segments.Segment.write", _raising(full, 0, os.fsync))
    with pytest.raises(
        searcher.WriteFailed, match=rf"{re.escape(str(copy))}.*: no space left on device \(\d+ MB free\)"
    ):
        searcher.build(copy, [SEEDS])


def test_it_leaves_no_index_when_the_first_build_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(analysis, "numbered", _raising(KeyboardInterrupt, 1, analysis.numbered))
        with pytest.raises(KeyboardInterrupt):
            searcher.build(tmp_path / "index", [SEEDS])
    assert written(tmp_path / "index") == {}
    with pytest.raises(searcher.IndexMissing):
        searcher.open(tmp_path / "index")


def test_it_goes_on_after_an_input_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "noise.txt").write_bytes(b"\x00\x01")
    report = searcher.build(tmp_path / "index", [tmp_path / "nowhere", tmp_path / "noise.txt", SEEDS])
    assert report.articles == 2
    assert [failure.path for failure in report.failures] == [str(tmp_path / "nowhere"), str(tmp_path / "noise.txt")]


def test_it_names_an_unreadable_path_with_a_colon_whole(tmp_path: Path) -> None:
    report = searcher.build(tmp_path / "index", [tmp_path / "a: b.txt", SEEDS])
    assert [failure.path for failure in report.failures] == [str(tmp_path / "a: b.txt")]


def test_it_does_not_replace_an_index_by_nothing(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(searcher.SearcherError):
        searcher.build(copy, [tmp_path / "nowhere"])
    assert ids(copy, "Assad") == {MOSCOW, DAMASCUS}


def test_it_does_not_read_its_own_index(tmp_path: Path) -> None:
    """An index in the folder that is indexed is no article of it; a folder with a manifest of another kind is read."""
    archive(tmp_path, {"id": "a", "text": "Assad"})
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / manifest.NAME).write_text('{"title": "app"}', "utf-8")
    for _ in range(2):
        report = searcher.build(tmp_path / "index", [tmp_path])
        assert (report.articles, report.files, report.failures) == (2, 2, ())
    with pytest.raises(searcher.UsageError, match="nothing to index in "):
        searcher.build(tmp_path / "index", [tmp_path / "index"])


def test_it_refuses_nothing_at_all(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(searcher.UsageError, match="nothing to index in "):
        searcher.build(tmp_path / "index", [tmp_path / "empty"])
    with pytest.raises(searcher.UsageError, match="nothing to index: no path was given"):
        searcher.build(tmp_path / "index", [])
    with pytest.raises(searcher.UsageError, match="no engine is called 'lucene'; choose one of: whoosh, tantivy"):
        searcher.build(tmp_path / "index", [SEEDS], engine="lucene")
    assert not (tmp_path / "index").exists()


# ── the lock ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_lets_one_writer_in(copy: Path) -> None:
    before = written(copy)
    with generations.writing(copy):
        with pytest.raises(
            searcher.IndexLocked, match=rf"process {os.getpid()} \(on .+, since .+\) is writing to it; try again"
        ):
            searcher.build(copy, [SEEDS])
        assert ids(copy, "Assad") == {MOSCOW, DAMASCUS}  # readers need no lock
    assert written(copy) == before
    assert searcher.build(copy, [SEEDS]).articles == 2


def test_a_lock_that_was_removed_locks_nobody_out(tmp_path: Path) -> None:
    """The first build came to nothing and removed its folder while others waited for the lock in it."""
    folder, entered = tmp_path / "index", []

    def write() -> None:
        with generations.writing(folder, timeout=20):
            entered.append(os.stat(folder / ".lock").st_ino)
            others = len(entered)
            sleep(0.02)
            assert len(entered) == others, "two writers at once"

    waiting = [Thread(target=write) for _ in range(4)]
    with generations.writing(folder):
        for each in waiting:
            each.start()
        sleep(0.2)
    for each in waiting:
        each.join()
    assert len(entered) == 4
    assert not (folder / "g000001").exists()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS])
def test_a_disk_without_locks_is_no_other_writer(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", flock)
    said = rf"index: it cannot be locked \({os.strerror(number).lower()}\); keep the index on a disk that has locks"
    with pytest.raises(searcher.WriteFailed, match=said):
        searcher.build(tmp_path / "index", [SEEDS])


def test_it_never_gives_a_generation_the_name_of_another(tmp_path: Path) -> None:
    """A process that a killed run left behind may still write into the folder that it knows."""
    folder, names = tmp_path / "index", []
    searcher.build(folder, [SEEDS])
    for _ in range(3):
        with suppress(ZeroDivisionError), generations.writing(folder):
            names.append(generations.begin(folder, engines.load("whoosh")).name)
            raise ZeroDivisionError
    assert names == ["g000002", "g000003", "g000004"]
    searcher.build(folder, [SEEDS])
    assert manifest.read(folder, fingerprint=None).generation == "g000005"


# ── manifests ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (None, searcher.IndexMissing, "there is no index; make one with: searcher index PATH --index "),
        (b"", searcher.IndexDamaged, "manifest.json is damaged; rebuild with: searcher index "),
        (b"{", searcher.IndexDamaged, "manifest.json is damaged; rebuild with: searcher index "),
        (b"[]", searcher.IndexDamaged, "manifest.json is damaged; rebuild with: searcher index "),
        (b"\xff\xfe\x00", searcher.IndexDamaged, "manifest.json is damaged; rebuild with: searcher index "),
        ({"files": None}, searcher.IndexDamaged, "manifest.json is damaged; rebuild with: searcher index "),
        ({"generation": "../elsewhere"}, searcher.IndexDamaged, "rebuild with: searcher index "),
        ({"files": {"../x": [0, ""]}}, searcher.IndexDamaged, "rebuild with: searcher index "),
        ({"files": {"gone": [0, ""]}}, searcher.IndexDamaged, "rebuild with: searcher index "),
        ({"format": 99}, searcher.IndexForeign, "made by another version (format 99); rebuild with: searcher index "),
        (
            {"fingerprint": "klingon"},
            searcher.IndexForeign,
            "another analysis (klingon); rebuild with: searcher index ",
        ),
    ],
    ids=str,
)
def test_it_refuses_a_manifest_and_says_what_to_run(
    copy: Path, change: bytes | dict[str, Any] | None, error: type[searcher.SearcherError], says: str
) -> None:
    path = copy / manifest.NAME
    if change is None:
        path.unlink()
    elif isinstance(change, bytes):
        path.write_bytes(change)
    else:
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(error, match=re.escape(says)) as raised:
        searcher.open(copy)
    message = str(raised.value)
    assert message.startswith(str(copy))
    assert "\n" not in message
    assert raised.value.exit_status == 3


@pytest.mark.parametrize("depth", [300, 960, 2_000, 200_000])
@pytest.mark.parametrize("name", [manifest.NAME, manifest.PENDING])
def test_json_that_is_nested_too_deeply_is_damage(copy: Path, depth: int, name: str) -> None:
    """Python tells with a RecursionError, of reading and of writing, which is no ValueError."""
    whole, nested = (copy / manifest.NAME).read_text("utf-8"), "[" * depth + "]" * depth
    (copy / name).write_text(whole.replace("{", f'{{"more": {nested},', 1), "utf-8")
    if name == manifest.NAME:
        with pytest.raises(searcher.IndexDamaged, match=r"manifest\.json is damaged"):
            searcher.open(copy)
        assert len(searcher.check(copy).wrong) == 1
    searcher.update(copy, [SEEDS])
    with searcher.open(copy) as index:
        assert len(index) == 2


def test_it_names_the_paths_to_index_again(copy: Path) -> None:
    path = copy / manifest.NAME
    known = json.loads(path.read_text("utf-8"))
    paths = ["/l’archive de Jean", "/l'archive", "/b"]
    path.write_text(json.dumps(known | {"fingerprint": "klingon", "paths": paths}), "utf-8")
    with pytest.raises(searcher.IndexForeign) as raised:
        searcher.open(copy)
    command = str(raised.value).partition("rebuild with: ")[2]
    assert shlex.split(command) == ["searcher", "index", *paths, "--index", str(copy)]


def test_it_refuses_an_engine_it_does_not_have(copy: Path) -> None:
    path = copy / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"engine": "lucene"}), "utf-8")
    with pytest.raises(searcher.SearcherError, match=r"lucene|damaged"):
        searcher.open(copy)


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_sound(folder: Path) -> bool:
    try:
        with searcher.open(folder) as index:
            return index.check(full=True) == []
    except searcher.IndexUnusable:
        return False


def test_it_finds_nothing_wrong_with_a_sound_index(copy: Path) -> None:
    assert is_sound(copy)


def test_it_finds_a_flipped_bit_a_missing_byte_and_a_missing_file(copy: Path) -> None:
    files = sorted(path for path in copy.glob("g*/**/*") if path.is_file())
    assert files
    for path in files:
        sound = path.read_bytes()
        damages = [sound[:at] + bytes([sound[at] ^ 1 << at % 8]) + sound[at + 1 :] for at in _places(len(sound))]
        damages += [sound[:-1], b""] if sound else []
        damages.append(sound + b"\0")
        for damaged in damages:
            path.write_bytes(damaged)
            assert not is_sound(copy), f"{path.name} with {len(damaged)} of {len(sound)} bytes passes for sound"
        path.unlink()
        assert not is_sound(copy)
        path.write_bytes(sound)
    assert is_sound(copy)


def _places(size: int) -> list[int]:
    return sorted({0, size // 3, size // 2, size - 1} & set(range(size)))


def test_it_finds_a_flipped_bit_in_the_manifest(copy: Path) -> None:
    path = copy / manifest.NAME
    sound = path.read_bytes()
    for at in range(0, len(sound), 23):
        if not sound[at : at + 1].isspace():
            path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
            assert not is_sound(copy), f"byte {at}: {sound[max(0, at - 20) : at + 20]!r}"


# ── which index ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_looks_where_it_is_told_then_in_the_environment_then_upwards_then_at_home(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / "project" / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.delenv("SEARCHER_INDEX", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert searcher.locate() == tmp_path / "home" / ".local" / "share" / "searcher" / "index"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert searcher.locate() == tmp_path / "data" / "searcher" / "index"
    (tmp_path / "project" / "a" / "index").mkdir()  # holds no manifest: only a folder of that name
    shutil.copytree(folder, tmp_path / "project" / "index")
    assert searcher.locate() == tmp_path / "project" / "index"
    shutil.copytree(folder, tmp_path / "project" / "a" / "b" / "index")
    assert searcher.locate() == deep / "index"
    monkeypatch.setenv("SEARCHER_INDEX", "elsewhere")
    assert searcher.locate() == Path("elsewhere")
    assert searcher.locate("here") == Path("here")
    monkeypatch.setenv("SEARCHER_INDEX", "")
    assert searcher.locate() == deep / "index"
    with searcher.open() as index:
        assert (index.folder, len(index)) == (deep / "index", 2)


def test_a_full_check_holds_what_is_stored_against_its_terms(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = analysis.entry
    monkeypatch.setattr(
        analysis, "entry", lambda article, **given: made(replace(article, text=f"Xylophones, {article.text}"), **given)
    )
    with searcher.open(folder) as index:
        assert index.check() == []
        wrong = index.check(full=True)
    assert sorted(line.partition(":")[0] for line in wrong) == sorted([MOSCOW, DAMASCUS])
    assert all("not found by the terms" in line for line in wrong)


def test_hits_say_which_words_they_lack_when_no_article_has_them_all(build: Build) -> None:
    texts = ["Le président Erdoğan à Kiev.", "Les abandonnées de la côte, l’été.", "Le président de la côte."]
    with searcher.open(build(texts)) as index:
        results = index.search("président côte Kiev presidnet")
        assert results.relaxed
        assert {hit.missing for hit in results} == {
            ("côte", "presidnet"),
            ("président", "Kiev", "presidnet"),
            ("Kiev", "presidnet"),
        }
        assert [note.message for note in results.notes] == [
            "no article has all 4 words; these have some of them, the best first"
        ]
        assert results.help is not None
        assert (results.help.counts, results.help.nearest) == ((("presidnet", 0),), (("presidnet", ("président",)),))
        assert [hit.missing for hit in index.search("président côte")] == [()]
        assert index.search("Kiev été").help is None  # each of the words is in some article


def test_a_page_past_the_end_says_how_many_there_are(build: Build) -> None:
    with searcher.open(build(["Un été.", "Un autre été.", "L’été."])) as index:
        assert [note.message for note in index.search("été", page=9).notes] == ["there is 1 page, and no page 9"]
        assert [note.message for note in index.search("été", limit=2, page=3).notes] == [
            "there are 2 pages, and no page 3"
        ]
        assert [note.kind for note in index.search("été", limit=2, page=2).notes] == []


def test_a_small_answer_says_what_the_relatives_of_its_words_would_add(build: Build) -> None:
    texts = ["Une manifestation à Paris.", "Les manifestants de Paris vont manifester.", "Il manifeste à Lyon."]
    with searcher.open(build(texts)) as index:
        results = index.search("manifestation Paris")
        assert results.help is not None
        assert results.help.family is not None
        assert (results.total, results.help.family) == (1, ("famille:manifestation Paris", 2))
        family = index.search(results.help.family[0])
        assert (family.total, family.help) == (2, None)
        shown = {p.text[slice(*found)] for hit in family for p in hit.passages for found in p.highlights}
        assert shown == {"manifestation", "Paris", "manifestants", "manifester"}


def test_why_says_as_which_words_an_article_has_each_part(build: Build) -> None:
    text = "Les NÉGOCIATIONS de la 2ème chance. Une négociation, des négociations. Paris attend."
    with searcher.open(build([text])) as index:
        (hit,) = index.search("négociation")
        asked = "négociation 2e titre:absent date:2020 -Lyon"
        told = {each.label: (each.held, each.words) for each in index.why(asked, hit.article.id).found}
        assert told == {
            "négociation": (True, ("NÉGOCIATIONS", "négociation")),
            "2e": (True, ("2ème",)),
            "title:absent": (False, ()),
            "date:2020": (False, ()),
            "-Lyon": (True, ()),
        }


def test_without_variants_nothing_is_searched_in_another_spelling(build: Build) -> None:
    texts = ["La 2ème chance.", "Le stade de St-Étienne.", "Des hauts-fourneaux.", "L’homme d’affaires.", "Poutine."]
    with searcher.open(build(texts)) as index:
        for query in ("2e", "Saint-Étienne", "haut-fourneau", '"l homme d affaires"', "Putin"):
            widened = index.search(query)
            assert (widened.total, [note.kind for note in widened.notes]) == (1, ["variants"]), query
            typed = index.search(query, variants=None, match="all")
            assert (typed.total, typed.notes) == (0, ()), query


def test_a_filter_that_no_article_passes_is_told_with_what_there_is(build: Build) -> None:
    archive: list[str | dict[str, object]] = [
        {"text": "Un été.", "source": "Le Monde", "language": "fr", "date": "2019-03"},
        {"text": "Un été.", "title": "Chaud", "source": "Le Monde", "language": "fr", "date": "2020-01-07"},
        {"text": "A summer.", "source": "AFP", "language": "en"},
    ]
    period = ("2019-03", "2020-01-07")
    cases: list[tuple[str, dict[str, Any], tuple[searcher.Absent, ...]]] = [
        ("été langue:xx", {}, (searcher.Absent("language:xx", "language", ("fr", "en"), 2),)),
        ("langue:xx", {}, (searcher.Absent("language:xx", "language", ("fr", "en"), 2),)),
        ("été source:figaro", {}, (searcher.Absent("source:figaro", "source", ("Le Monde", "AFP"), 2),)),
        ("été auteur:hugo", {}, (searcher.Absent("author:hugo", "author", (), 0),)),
        ("été date:1950", {}, (searcher.Absent("date:1950", "when", period, 2),)),
        ("été", {"since": "2021"}, (searcher.Absent("the dates asked for", "when", period, 2),)),
        ("été", {"filters": {"year": "1950"}}, (searcher.Absent("the year asked for", "when", period, 2),)),
        ("été", {"filters": {"section": "Sport"}}, (searcher.Absent("the section asked for", "section", (), 0),)),
        ("été langue:en", {}, ()),  # there are such articles, but none of them has the word
        ("zzz -source:figaro", {}, ()),
    ]
    with searcher.open(build(archive)) as index:
        for query, options, absent in cases:
            results = index.search(query, **options)
            assert results.help is not None, query
            assert results.help.absent == absent, query
        assert index.search('source:"Figaro"').help.absent == ()  # type: ignore[union-attr]  # a note names the sources
