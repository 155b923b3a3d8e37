"""The Whoosh engine alone: its commits, its merges, its processes, and that nothing it opens can run code."""

from __future__ import annotations

import gc
import json
import os
import pickle
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from searcher.article import ID, POSITIONAL, Article, Entry
from searcher.engines.postings import Block
from searcher.engines.protocol import Reader
from searcher.engines.whoosh import ENGINE, files
from searcher.engines.whoosh import writer as writing
from searcher.engines.whoosh.merge import merged
from searcher.engines.whoosh.reader import WhooshReader
from searcher.engines.whoosh.segment import OpenSegment
from searcher.errors import SearcherError, WriteFailed
from searcher.query.ask import NATIVE
from searcher.query.plan import EVERYTHING, Phrase, Plan, Term, Weighted
from tests import oracle
from tests.engines.test_answers import (
    SEED,
    VOCABULARY,
    Archive,
    entry,
    expected,
    filled,
    frequencies,
    frequency,
    identifiers,
    listed,
    numbers,
    reading,
    some_archive,
    some_entries,
    some_plan,
)


def add(folder: Path, *entries: Entry, delete: tuple[str, ...] = (), jobs: int = 1) -> None:
    """One commit."""
    writer = ENGINE.append(folder, jobs=jobs)
    for identifier in delete:
        writer.delete(identifier)
    for each in entries:
        writer.add(each)
    writer.commit()
    writer.close()


def optimise(folder: Path) -> None:
    """All segments become one."""
    contents = files.read(folder)
    segments = [segment for segment in contents.segments if segment.alive]
    one = (merged(folder, segments),) if segments else ()
    writing.publish(folder, files.Contents(contents.commit + 1, contents.next, one))


def in_order(folder: Path) -> list[str]:
    with reading(ENGINE, folder) as reader:
        return [article.id for article in reader.articles()]


# ── merges and order ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", range(6))
def test_articles_that_were_deleted_count_until_their_segment_is_merged(at: int, tmp_path: Path) -> None:
    archive = some_archive(ENGINE, tmp_path, SEED + at)
    rng, number = random.Random(archive.seed), numbers(archive)
    with reading(ENGINE, tmp_path) as reader:
        for plan in (some_plan(rng) for _ in range(40)):
            scores = {number[found.article.id]: found.score for found in reader.search(plan, limit=1000).found}
            assert scores == pytest.approx(expected(plan, archive), rel=1e-9), f"SEED={SEED} {plan}"


@pytest.mark.parametrize("at", range(6))
def test_merging_changes_no_answer_but_forgets_deleted_articles(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.engines.whoosh.merge.STRETCH", 40)
    archive = some_archive(ENGINE, tmp_path, SEED + at)
    optimise(tmp_path)
    left = Archive(tmp_path, archive.alive, archive.alive, archive.seed)
    rng = random.Random(archive.seed)
    with reading(ENGINE, tmp_path) as reader:
        assert list(reader.articles()) == [entry.article for entry in archive.alive]
        assert reader.check() == []
        said, right = frequencies(reader, left)
        assert said == right, f"SEED={SEED}"
        number = numbers(left)
        for plan in (some_plan(rng) for _ in range(40)):
            answer = reader.search(plan, limit=1000)
            scores = {number[found.article.id]: found.score for found in answer.found}
            assert scores == pytest.approx(expected(plan, left), rel=1e-9), f"SEED={SEED} {plan}"


@pytest.mark.parametrize("at", range(6))
def test_positions_are_merged_in_parts_as_they_are_together(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_archive(ENGINE, tmp_path, SEED + at)
    segments = [segment for segment in files.read(tmp_path).segments if segment.alive]
    if not segments:
        return  # the archive is one from which every article was deleted
    together = merged(tmp_path, segments)
    monkeypatch.setattr("searcher.engines.whoosh.merge.RUNS", 1 + at)
    monkeypatch.setattr("searcher.engines.whoosh.sources.DECODED", 4 + at)
    in_parts = merged(tmp_path, segments)
    for suffix in files.SUFFIXES:
        one, other = ((tmp_path / f"{each.name}{suffix}").read_bytes() for each in (together, in_parts))
        assert one == other, f"SEED={SEED}"


def test_keeps_few_segments_and_the_order_of_adding_over_many_commits(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [])
    rng = random.Random(SEED)
    alive: list[str] = []
    for at in range(120):
        gone = tuple(rng.sample(alive, min(len(alive), rng.choice((0, 0, 1, 2)))))
        back = gone[:1]
        add(folder, entry(f"n{at}", "a b"), *(entry(each, "a b") for each in back), delete=gone)
        alive = [each for each in alive if each not in gone] + [f"n{at}", *back]
        assert len(files.read(folder).segments) <= 2 * writing.TIER + 1
    assert in_order(folder) == identifiers(ENGINE, folder) == alive, f"SEED={SEED}"
    with reading(ENGINE, folder) as reader:
        assert reader.check() == []
        assert reader.count() == len(alive)


def test_an_article_that_comes_back_ranks_as_new_after_a_merge_too(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a"), entry("2", "a")])
    add(folder, entry("1", "a"), delete=("1",))
    for _ in range(2):
        assert in_order(folder) == identifiers(ENGINE, folder, Term("words", "a")) == ["2", "1"]
        optimise(folder)


def test_never_gives_a_sequence_number_twice(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a"), entry("2", "a")])
    add(folder, delete=("2",))
    optimise(folder)
    add(folder, entry("3", "a"))
    assert files.read(folder).next == 3


def segment(articles: int, deleted: int = 0) -> files.Segment:
    return files.Segment(f"MAIN_{random.randbytes(8).hex()}", articles, {}, {}, frozenset(range(deleted)))


def test_merges_a_size_class_only_when_it_is_full() -> None:
    small = [segment(10) for _ in range(writing.TIER)]
    large = [segment(100_000) for _ in range(3)]
    assert writing.due([*small, *large]) == []
    assert writing.due([*small, *large, segment(3)])[1:] == small
    assert writing.due([]) == []


def test_rewrites_a_large_segment_when_most_of_it_is_deleted() -> None:
    most, half, few = segment(5000, 2501), segment(5000, 2500), segment(10, 10)
    assert writing.due([half, most, few]) == [most]
    assert writing.due([half, few]) == []


def test_never_makes_a_segment_with_more_articles_than_a_posting_can_number() -> None:
    group = writing.due([segment(200_000) for _ in range(40)])
    assert 1 < len(group) <= 5


def test_a_segment_without_a_living_article_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "WORTH", 2)
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a"), entry("2", "a")])
    add(folder, delete=("1", "2"))
    assert files.read(folder).segments == ()
    with reading(ENGINE, folder) as reader:
        assert (reader.count(), list(reader.articles()), reader.check()) == (0, [], [])
    add(folder, entry("3", "a"))
    assert in_order(folder) == ["3"]


def test_answers_to_each_of_an_articles_identifiers(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [Entry(Article("1", ""), {ID: "1 path"}), entry("2", "a")])
    with reading(ENGINE, folder) as reader:
        assert reader.fetch("1") == reader.fetch("path") == Article("1", "")
    add(folder, delete=("path",))
    assert in_order(folder) == ["2"]


def test_a_commit_changes_no_file_in_place(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    filled(ENGINE, old, [entry(str(at), "a b") for at in range(5)], [entry("x", "c")])
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    new.mkdir()
    for path in old.iterdir():
        os.link(path, new / path.name)
    for at in range(40):
        add(new, entry(f"n{at}", "a"), delete=(str(at),))
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before
    assert identifiers(ENGINE, old) == ["0", "1", "2", "3", "4", "x"]


def test_a_small_commit_reads_no_postings_but_those_of_identifiers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(ENGINE, tmp_path / "index", some_entries(random.Random(SEED), 60))
    asked: list[str] = []
    block = OpenSegment.block

    def watched(self: OpenSegment, field: str, text: str) -> Block | None:
        asked.append(field)
        return block(self, field, text)

    monkeypatch.setattr(OpenSegment, "block", watched)
    monkeypatch.setattr(writing, "merged", lambda folder, group: pytest.fail("merged"))
    add(folder, entry("new", "a"), delete=("n°3", "absent"))
    assert asked == [ID, ID]


def test_the_terms_of_a_segment_go_when_it_is_written(tmp_path: Path) -> None:
    """Nothing refers to itself: the collector of cycles comes seldom to a process that holds much."""

    def dictionaries() -> int:
        return sum(type(each) is defaultdict for each in gc.get_objects())

    folder = filled(ENGINE, tmp_path / "index", [])
    gc.collect()
    gc.disable()
    try:
        before = dictionaries()
        add(folder, entry("1", "a b c"))
        assert dictionaries() == before
    finally:
        gc.enable()


def test_writes_a_segment_when_one_is_full_and_shows_it_at_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "OCCURRENCES", 20)
    folder = filled(ENGINE, tmp_path / "index", [])
    writer = ENGINE.append(folder)
    for at in range(9):
        writer.add(entry(str(at), "a b c"))
    assert len(list(folder.glob("*.trm"))) > 1
    assert in_order(folder) == []
    writer.close()
    assert list(folder.glob("*.trm")) == []


# ── several processes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes are started at once and dealt small batches."""
    monkeypatch.setattr(writing, "ALONE", 3)
    monkeypatch.setattr("searcher.engines.whoosh.workers.BATCH", 4)


def processes() -> list[str]:
    """The commands of this process's children, but for those that stay to its end, which another test may have begun: Python's
    own for `multiprocessing`, and the one that commands are forked from."""
    children = (Path("/proc/self/task") / str(os.getpid()) / "children").read_text().split()
    commands = [Path(f"/proc/{child}/cmdline").read_text() for child in children]
    return [command for command in commands if not any(each in command for each in ("resource_tracker", "zygote"))]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(("at_most", "segments"), [(50, 1), (49, 2)])
def test_several_processes_write_what_one_does(
    at_most: int, segments: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "TOGETHER", at_most)
    entries = some_entries(random.Random(SEED), 50)
    one, two = tmp_path / "one", tmp_path / "two"
    filled(ENGINE, one, entries)
    filled(ENGINE, two, [])
    add(two, *entries, jobs=2)
    assert len(files.read(two).segments) == segments
    assert processes() == []
    rng = random.Random(SEED)
    with reading(ENGINE, one) as alone, reading(ENGINE, two) as together:
        assert list(alone.articles()) == list(together.articles()) == [entry.article for entry in entries]
        assert together.check() == []
        for plan in (some_plan(rng) for _ in range(60)):
            assert alone.search(plan, limit=60) == together.search(plan, limit=60), f"SEED={SEED} {plan}"


@pytest.mark.usefixtures("soon")
def test_a_writer_closed_without_commit_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a")])
    before = sorted(path.name for path in folder.iterdir())
    writer = ENGINE.append(folder, jobs=2)
    for at in range(50):
        writer.add(entry(f"n{at}", "a"))
    assert len(processes()) == 2
    writer.close()
    assert processes() == []
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.usefixtures("soon")
def test_says_what_happened_to_a_process_that_died(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a")])
    writer = ENGINE.append(folder, jobs=2)
    for at in range(20):
        writer.add(entry(f"n{at}", "a"))
    assert writer._work is not None
    assert writer._work._workers is not None
    writer._work._workers._crew._processes[1].kill()
    with pytest.raises(WriteFailed, match="signal 9"):  # noqa: PT012
        for at in range(20, 100):
            writer.add(entry(f"n{at}", "a"))
        writer.commit()
    writer.close()
    assert in_order(folder) == ["1"]
    assert processes() == []


# ── Whoosh reads it ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at", range(4))
def test_whoosh_itself_reads_the_index(at: int, tmp_path: Path) -> None:
    from whoosh import query
    from whoosh.index import open_dir

    archive = some_archive(ENGINE, tmp_path, SEED + at)
    optimise(tmp_path)
    alive = archive.alive
    rng = random.Random(archive.seed)
    with open_dir(tmp_path).searcher() as searcher:
        for _ in range(40):
            field = rng.choice(POSITIONAL)
            texts = rng.choices(VOCABULARY[:8], k=rng.choice((1, 2, 3)))
            asked, match = (
                (query.Term(field, texts[0]), Term(field, texts[0]))
                if len(texts) == 1
                else (query.Phrase(field, texts), Phrase(field, tuple(texts)))
            )
            assert set(searcher.docs_for_query(asked)) == oracle.find(match, alive), f"SEED={SEED} {asked!r}"
        reader = searcher.reader()
        for field in POSITIONAL:
            right = sorted({term for each in alive for term in oracle.terms(each, field) if term.startswith("a")})
            assert [term.decode() for term in reader.expand_prefix(field, "a")] == right
        if alive:
            assert [json.loads(each)["id"] for each in reader.column_reader("article")] == [
                each.article.id for each in alive
            ]
            lengths = [len(oracle.terms(each, "stems")) for each in alive]
            assert list(reader.column_reader("stems_norm")) == lengths
            assert [reader.doc_field_length(number, "stems") for number in range(len(alive))] == lengths
            assert [reader.min_field_length("stems"), reader.max_field_length("stems")] == [min(lengths), max(lengths)]
            assert reader.field_length("stems") == sum(lengths)
            assert reader.stored_fields(0)["id"] == alive[0].article.id


# ── nothing runs ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _Gadget:
    """Unpickled, it calls `function(*arguments)`."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


def payloads(sentinel: Path) -> Iterator[bytes]:
    from whoosh.util.loading import find_object

    yield pickle.dumps(_Gadget(os.system, f"touch {sentinel}"), 0)
    yield pickle.dumps(_Gadget(os.system, f"touch {sentinel}"), 4)
    yield pickle.dumps(_Gadget(eval, f"open({str(sentinel)!r}, 'w')"), 2)
    yield pickle.dumps(_Gadget(find_object, "os.system"), 2)


def planted(raw: bytes, payload: bytes) -> Iterator[bytes]:
    """A file with a pickle instead of it, before it, behind it, in its middle, and where Whoosh has one."""
    middle = len(raw) // 2
    yield payload
    yield payload + raw
    yield raw + payload
    yield raw[:middle] + payload + raw[middle + len(payload) :]
    yield raw[:23] + payload + raw[23 + len(payload) :]  # the value of the first term, where one is inlined
    if raw[-4:] == b"TRM1":  # a dictionary, which describes its fields before a footer of 16 bytes
        start = raw.rindex(b"{")
        yield raw[:start] + payload + raw[start + len(payload) :]
        yield raw[:start] + payload + raw[-16:]


def everything(folder: Path) -> None:
    """Opens, searches, checks, appends."""
    plan = Plan(EVERYTHING, ((Weighted(Term("words", "emploi")),),))
    with reading(ENGINE, folder) as reader:
        reader.search(plan, limit=9, explain=True)
        reader.search(Plan(Phrase("words", ("crise", "emploi"))), limit=9)
        reader.fetch("1")
        frequency(reader, "words", "emploi")
        listed(reader, "words", "")
        list(reader.articles())
        reader.check()


def forbid_pickles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every way to unpickle, replaced; the list fills with those that are called."""
    import _pickle

    called: list[str] = []

    def forbidden(name: str) -> object:
        def call(*_: object, **__: object) -> None:
            called.append(name)
            raise pickle.UnpicklingError(name)

        return call

    for name in ("load", "loads", "Unpickler", "_load", "_loads", "_Unpickler"):
        monkeypatch.setattr(pickle, name, forbidden(name))
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(_pickle, name, forbidden(name))
    for module in [module for name, module in sys.modules.items() if name.startswith(("whoosh", "searcher"))]:
        for name in ("loads", "load", "load_pickle"):
            if hasattr(module, name) and getattr(getattr(module, name), "__module__", None) in ("pickle", "_pickle"):
                monkeypatch.setattr(module, name, forbidden(f"{module.__name__}.{name}"))
    return called


@pytest.mark.parametrize("suffix", ["contents_1.json", "_1.toc", *files.SUFFIXES])
def test_a_planted_pickle_runs_nothing(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import whoosh.index
    import whoosh.multiproc
    import whoosh.writing  # noqa: F401  whatever could hold a way to unpickle is imported before they are all replaced

    import searcher.engines.whoosh.codec  # noqa: F401

    sentinel = tmp_path / "sentinel"
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "crise emploi"), entry("2", "emploi")])
    (path,) = folder.glob(f"*{suffix}")
    table = folder / "contents_1.json"
    raw, contents = path.read_bytes(), table.read_text()
    made = [bytes_ for payload in payloads(sentinel) for bytes_ in planted(raw, payload)]
    called = forbid_pickles(monkeypatch)
    for bytes_ in made:
        path.write_bytes(bytes_)
        if suffix in files.SUFFIXES:  # and the table of contents agrees, so that the file is really read
            described = json.loads(contents)
            described["segments"][0]["files"][suffix] = len(bytes_)
            table.write_text(json.dumps(described))
        for do in (everything, lambda folder: add(folder, entry("3", "a"), delete=("1",))):
            with suppress(SearcherError):
                do(folder)
        assert (called, sentinel.exists()) == ([], False)
        for other in folder.iterdir():
            if (other.suffix == ".toc" or other.name.startswith("contents_")) and other not in (path, table):
                other.unlink()
        path.write_bytes(raw)
        table.write_text(contents)


@pytest.mark.parametrize("at", range(12))
def test_arrays_answer_as_a_single_search_does_to_the_last_bit(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = SEED + at
    archive = some_archive(ENGINE, tmp_path, seed)
    rng = random.Random(seed)
    asked = [(some_plan(rng), rng.choice(NATIVE), rng.choice((1, 3, 50)), rng.choice((0, 2))) for _ in range(60)]

    def answers(reader: Reader) -> list[object]:
        return [
            (reader.search(plan, limit=limit, offset=offset, sort=sort, explain=offset > 0), reader.count_of(plan))
            for plan, sort, limit, offset in asked
        ]

    with reading(ENGINE, archive.folder) as reader:
        with_arrays = answers(reader)
    monkeypatch.setattr(WhooshReader, "_arrays_of_many", lambda _: None)
    with reading(ENGINE, archive.folder) as reader:
        assert answers(reader) == with_arrays, f"SEED={seed}"


@pytest.mark.parametrize("few", [0, 8, 1 << 40])
def test_arrays_of_any_size_are_intersected_alike(few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(SEED)
    entries = [entry(str(at), " ".join(rng.choices(VOCABULARY[:7], k=rng.randint(1, 30)))) for at in range(400)]
    folder = filled(ENGINE, tmp_path / "index", entries[:300], entries[300:])
    plans = [some_plan(rng) for _ in range(80)]
    with reading(ENGINE, folder) as reader:
        monkeypatch.setattr("searcher.engines.whoosh.vectors.FEW", few)
        found = [reader.search(plan, limit=7) for plan in plans]
        monkeypatch.setattr(WhooshReader, "_arrays_of_many", lambda _: None)
        assert found == [reader.search(plan, limit=7) for plan in plans], f"SEED={SEED}"


def test_a_single_search_imports_no_numpy(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a b"), entry("2", "b")])
    code = f"""
import sys
from pathlib import Path
from searcher.engines.whoosh import ENGINE
from searcher.engines.whoosh.reader import COLD
from searcher.query.plan import Plan, Term
reader = ENGINE.open(Path({str(folder)!r}))
for _ in range(COLD):
    assert reader.search(Plan(Term("words", "b")), limit=1).total == 2
    assert "numpy" not in sys.modules
assert reader.search(Plan(Term("words", "b")), limit=1).total == 2
assert "numpy" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_articles_that_earn_nothing_are_kept_when_what_is_left_to_earn_is_rounded(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry(str(at), "b") for at in range(300)])
    groups = tuple((Weighted(Term("words", "absent"), weight),) for weight in (0.3, 0.1, 0.1))
    with reading(ENGINE, folder) as reader:
        assert [found.article.id for found in reader.search(Plan(EVERYTHING, groups), limit=3).found] == ["0", "1", "2"]
