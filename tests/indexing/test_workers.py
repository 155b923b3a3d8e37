"""Workers give what reading in one process gives, in the same order, and no file takes a run down."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from pathlib import Path
from typing import Any

import pytest

from searcher import readers
from searcher.article import Entry
from searcher.indexing import workers
from searcher.indexing.scan import hash_of
from searcher.indexing.workers import Analysed, At, Done, Message, Same, Task, Workers
from searcher.indexing.workers.child import work
from searcher.indexing.workers.jobs import Job
from searcher.readers import shares
from searcher.readers.shares import Tally, Turn
from searcher.sources import Source, sources

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))


@pytest.fixture
def tricky(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes that fall for files with telling names; and little patience with them."""
    monkeypatch.setattr(workers, "CHILD", "tests.indexing.tricky")
    monkeypatch.setattr(workers, "FEW_BYTES", -1)
    monkeypatch.setattr(workers, "HARD_LIMIT", 5.0)
    monkeypatch.setattr(workers, "SILENCE_LIMIT", 8.0)


def archive(folder: Path, names: list[str], lines: int = 3) -> list[Task]:
    folder.mkdir()
    for name in names:
        records = [{"title": f"{name} {number}", "text": f"Le budget de {name}"} for number in range(lines)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    return [Task(source) for source in sources([folder]) if isinstance(source, Source)]


def told(tasks: list[Task], jobs: int) -> list[tuple[str, str]]:
    """Files and what came of them, in order."""
    found = []
    with Workers(jobs) as pool:
        for task, message in pool.run(iter(tasks), bytes=0):
            match message:
                case Analysed(entry):
                    found.append((task.source.stem, entry.article.title))
                case readers.Problem(reason=reason):
                    found.append((task.source.stem, reason))
                case Done() | Same():
                    found.append((task.source.stem, "."))
    return found


@pytest.mark.parametrize("jobs", [1, 3])
def test_they_give_what_one_process_gives(tmp_path: Path, tricky: None, jobs: int) -> None:
    tasks = archive(tmp_path / "archive", [f"file-{number}" for number in range(40)], lines=7)
    here = [(task, message) for task in tasks for message in work(task, lambda _: None) if not isinstance(message, At)]
    with Workers(jobs) as pool:
        there = [each for each in pool.run(iter(tasks), bytes=0) if not isinstance(each[1], At)]
    assert [task for task, _ in there] == [task for task, _ in here]
    for (_, one), (_, other) in zip(there, here, strict=True):
        assert spelt(one) == spelt(other)


def spelt(message: Any) -> Any:
    """A message with all terms of its entry as strings: what processes number differently says the same."""
    if not isinstance(message, Analysed):
        return message
    entry = message.entry.spelt()
    terms = {name: terms for name, terms in entry.terms.items() if terms}
    return Analysed(Entry(entry.article, terms, annotations=entry.annotations), message.whole, message.content)


# ── one file for several workers ──────────────────────────────────────────────────────────────────────────────────────

ODD = ["", "  ", "{", "[1]", "7", '{"title": 1', "{}", '{"title": ""}', '{"a": {"b": 2}}', "\0"]
BEGINNINGS = [
    '[{"title": "a", "text": "b"}, {"title": "c", "text": "d"}]',
    '[\n{"title": "a", "text": "b"},\n{"title": "c", "text": "d"}\n]',
    '{\n"title": "a",\n"text": "b"\n}',
    "{ damaged",
]


def some_lines(rng: random.Random) -> str:
    lines = [
        rng.choice(ODD) if rng.random() < 0.15 else json.dumps({"title": f"n° {number}", "text": "Le budget"})
        for number in range(rng.choice([0, 1, 5, 12, 40]))
    ]
    if rng.random() < 0.2:
        lines = [rng.choice(BEGINNINGS), *lines[: rng.choice([0, 9])]]
    return "\n".join(lines) + rng.choice(["", "\n", "\n\n"])


def at_once(task: Task) -> list[Message]:
    return [spelt(each) for each in work(task, lambda _: None) if not isinstance(each, At | Turn | Tally)]


def shared_out(task: Task, parts: int) -> list[Message]:
    job = Job(task, parts)
    for part in job.parts:
        for message in work(part.task, lambda _: None):
            part.put(spelt(message), 1)
    messages = list(job.ready())
    assert job.over
    assert job.bytes == 0
    return messages


@pytest.mark.parametrize("number", range(60))
def test_shares_give_what_the_whole_gives(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the file, however many workers there are and wherever an interrupted run had come."""
    rng = random.Random(SEED + number)
    monkeypatch.setattr(shares, "BLOCK", rng.choice([1, 2, 5]))
    monkeypatch.setattr(readers.json, "MAX_LINE", rng.choice([40, 1 << 20]))
    path = tmp_path / rng.choice(["a.jsonl", "a.ndjson", "a.jsonl.gz"])
    content = some_lines(rng).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    (source,) = (each for each in sources([path]) if isinstance(each, Source))
    entire = at_once(Task(source))
    for parts in (2, 3):
        assert shared_out(Task(source), parts) == entire, f"SEED={SEED + number}"
        skip = rng.randint(0, sum(isinstance(each, Analysed) for each in entire))
        assert shared_out(Task(source, skip=skip), parts) == at_once(Task(source, skip=skip)), f"SEED={SEED + number}"
        same = Task(source, known=hash_of(source))
        assert shared_out(same, parts) == at_once(same) == [Same()]


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_shares_report_damaged_packing_once(tmp_path: Path, share: float) -> None:
    rng = random.Random(SEED)
    lines = [json.dumps({"title": f"n° {number}", "text": rng.randbytes(99).hex()}) for number in range(900)]
    packed = gzip.compress("\n".join(lines).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: int(len(packed) * share)])
    (source,) = (each for each in sources([tmp_path / "a.jsonl.gz"]) if isinstance(each, Source))
    assert shared_out(Task(source), 3) == at_once(Task(source))


def test_shares_of_a_file_that_cannot_be_opened_are_one_problem(tmp_path: Path) -> None:
    missing = Source(str(tmp_path / "a.jsonl"), "a.jsonl")
    assert shared_out(Task(missing), 3) == at_once(Task(missing))


def test_a_file_that_cannot_be_opened_is_told_through_the_pipe(tmp_path: Path) -> None:
    missing = [Task(Source(str(tmp_path / name), name)) for name in ("a.jsonl", "b.jsonl")]
    reasons = [reason for _, reason in told(missing, 2) if reason != "."]
    assert reasons == ["no such file or directory", "no such file or directory"]


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("without", [(), ("quotes",)])  # then fewer workers read a file
def test_several_workers_read_one_file(
    tmp_path: Path, tricky: None, jobs: int, without: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "DIVISIBLE", 1)
    archive(tmp_path / "archive", ["a", "b", "c"], lines=5 * shares.BLOCK)
    with (tmp_path / "archive" / "b.jsonl").open("a") as stream:
        stream.write("{\nnothing\n" + json.dumps({"title": "z", "text": "z"}))
    given = sources([tmp_path / "archive"])
    tasks = [Task(each, without=without) for each in given if isinstance(each, Source)]
    assert told(tasks, jobs) == [
        (task.source.stem, message.entry.article.title)
        if isinstance(message, Analysed)
        else (task.source.stem, message.reason if isinstance(message, readers.Problem) else ".")
        for task in tasks
        for message in at_once(task)
    ]


@pytest.mark.parametrize(
    ("trick", "reason"),
    [("crash", "made the program that reads it crash"), ("loop", "took too long"), ("hang", "took too long")],
)
def test_a_file_that_several_workers_read_takes_no_other_down(
    tmp_path: Path, tricky: None, trick: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "DIVISIBLE", 1)
    tasks = archive(tmp_path / "archive", ["a", f"{trick}-b", "zc"], lines=2)
    expected = [("a", "a 0"), ("a", "a 1"), ("a", "."), (f"{trick}-b", reason), (f"{trick}-b", ".")]
    assert told(tasks, 2) == [*expected, ("zc", "zc 0"), ("zc", "zc 1"), ("zc", ".")]


def test_they_wait_for_the_share_whose_turn_it_is(
    tmp_path: Path, tricky: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little may be held of messages read ahead, and though no pipe holds all messages of a worker."""
    monkeypatch.setattr(workers, "DIVISIBLE", 1)
    monkeypatch.setattr(workers, "_AHEAD_BYTES", 1)
    monkeypatch.setattr(workers, "_PIPE", 1 << 12)
    tasks = archive(tmp_path / "archive", ["a", "b"], lines=400)
    assert len(told(tasks, 3)) == 802


@pytest.mark.parametrize(
    ("trick", "reason"),
    [
        ("crash", "made the program that reads it crash"),
        ("loop", "took too long"),
        ("hang", "took too long"),
        ("grow", "needs more memory than a file may"),
        ("print", None),
    ],
)
@pytest.mark.parametrize("jobs", [2])
def test_no_file_takes_the_others_down(tmp_path: Path, tricky: None, trick: str, reason: str | None, jobs: int) -> None:
    tasks = archive(tmp_path / "archive", ["a", f"{trick}-b", "zc", "zd"], lines=1)
    expected = [("a", "a 0"), ("a", "."), ("zc", "zc 0"), ("zc", "."), ("zd", "zd 0"), ("zd", ".")]
    began = time.monotonic()
    found = told(tasks, jobs)
    assert time.monotonic() - began < 60  # not a matter of speed: it ends
    assert [each for each in found if not each[0].startswith(trick)] == expected
    answer = reason if reason is not None else f"{trick}-b 0"
    assert sorted(each for each in found if each[0].startswith(trick)) == sorted(
        [(f"{trick}-b", answer), (f"{trick}-b", ".")]
    )


def test_they_skip_what_is_known(tmp_path: Path, tricky: None) -> None:
    (task,) = archive(tmp_path / "archive", ["a"], lines=3)
    assert told([Task(task.source, skip=2)], 1) == [("a", "a 2"), ("a", ".")]
    hashed = hash_of(task.source)
    assert told([Task(task.source, known=hashed)], 1) == [("a", ".")]


def test_they_read_what_has_no_name_in_the_file_system(tricky: None) -> None:
    stream = Source("-", "stdin.jsonl", content=b'{"title": "a", "text": "b"}\n')
    assert told([Task(stream)], 2) == [("stdin", "a"), ("stdin", ".")]


def test_they_leave_no_process_behind(tmp_path: Path, tricky: None) -> None:
    tasks = archive(tmp_path / "archive", ["a", "b", "c"])
    with Workers(2) as pool:
        messages = pool.run(iter(tasks), bytes=0)
        next(messages)
        started = [worker.process for worker in pool._workers]
        messages.close()  # type: ignore[attr-defined]
    assert started
    assert all(process.poll() is not None for process in started)


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    (task,) = archive(tmp_path / "archive", ["a"])
    os.unlink(task.source.path)
    assert told([task], 1) == [("a", "no such file or directory"), ("a", ".")]
