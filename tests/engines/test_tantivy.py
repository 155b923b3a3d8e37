"""The Tantivy engine alone: what its tokens lose (nothing), that it cannot take us down with it, that it answers as Whoosh."""

from __future__ import annotations

import random
import resource
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.article import ID, POSITIONAL, SOURCE, STEMS, WORDS, Article, Entry
from searcher.engines.compressed import SAMPLE, Compressor
from searcher.errors import IndexLocked, QueryError, SearcherError, WriteFailed
from searcher.query.ask import Sort
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, Match, Near, Not, Phrase, Plan, Term, Weighted
from tests import oracle
from tests.engines.test_answers import SEED, entry, filled, frequency, identifiers, listed, reading

pytest.importorskip("tantivy", reason="the extra `fast` is not installed")


from searcher.engines.tantivy import ENGINE, TantivyReader, documents, files, writer
from searcher.engines.tantivy.query import EVERYTHING as EVERY
from searcher.engines.tokens import is_cut, token
from tests import places

# ── tokens ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_term_of_any_length_is_found_listed_and_deleted(tmp_path: Path) -> None:
    long, longer = "x" * 70_000, "é" * 40_000 + "\ud800"
    odd = Entry(Article(longer, ""), {ID: longer, "words": f"a {long} b {longer}", STEMS: f"{long} d'un trait"})
    folder = filled(ENGINE, tmp_path / "index", [odd, entry("2", "a b")])
    assert is_cut(token(long))
    with reading(ENGINE, folder) as reader:
        assert listed(reader, "words", "") == ["a", "b", long, longer]
        assert listed(reader, "words", "x" * 2_000) == [long]
        assert listed(reader, "words", "x" * 2_000 + "y") == []
        assert listed(reader, STEMS, "") == ["a", "b", "d'un", "trait", long]
        assert [frequency(reader, "words", text) for text in (long, longer, long + "x")] == [1, 1, 0]
        assert reader.count_of(Plan(Phrase("words", ("a", long, "b", longer)))) == 1
        assert reader.count_of(Plan(Near("words", (longer, long, "b"), 0))) == 1
        assert reader.fetch(longer) == odd.article
    adding = ENGINE.append(folder)
    adding.delete(longer)
    adding.commit()
    adding.close()
    assert identifiers(ENGINE, folder) == ["2"]


# ── what could crash ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sort", Sort)
def test_takes_any_limit(tmp_path: Path, sort: Sort) -> None:
    plan = Plan(EVERYTHING, ((Weighted(Term("words", "a")),),))
    for total, entries in ((2, [entry("1", "a"), entry("2", "a b")]), (0, [])):
        with reading(ENGINE, filled(ENGINE, tmp_path / str(total), entries)) as reader:
            for limit, offset in ((0, 0), (0, 3), (10**9, 0), (1, 10**12), (10**30, 10**30), (1, 0)):
                answer = reader.search(plan, limit=limit, offset=offset, sort=sort, explain=True)
                expected = (total, max(min(total - offset, limit), 0))
                assert (answer.total, len(answer.found)) == expected, (limit, offset)


def test_refuses_a_query_that_is_too_deep_for_its_stack(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a")])

    def nested(depth: int) -> Match:
        match: Match = Term("words", "a")
        for _ in range(depth):
            match = AllOf((match, EVERYTHING)) if depth % 2 else Not(Not(match))
        return match

    with reading(ENGINE, folder) as reader:
        assert reader.count_of(Plan(nested(99))) == 1
        for depth in (400, 401):
            with pytest.raises(QueryError):
                reader.count_of(Plan(nested(depth)))


def test_answers_many_clauses_at_once(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    words = [f"w{n}" for n in range(300)]
    entries = [entry(str(n), " ".join(rng.sample(words, 150))) for n in range(40)]
    folder = filled(ENGINE, tmp_path / "index", entries)
    parts = tuple(Term("words", text) for text in words[:256])
    with reading(ENGINE, folder) as reader:
        for match in (AnyOf(parts), AllOf(parts)):
            assert reader.count_of(Plan(match)) == len(oracle.find(match, entries)), f"SEED={SEED} {match}"
        score = tuple((Weighted(part),) for part in parts)
        assert reader.search(Plan(AnyOf(parts), score), limit=10).found


@given(
    st.text(alphabet='abéœ \n"\\\ud800\u2028', max_size=12),
    st.lists(st.text(max_size=4), max_size=2),
    st.sampled_from([b"", b"\xc3\xa9ab ab"]),
)
def test_an_article_is_stored_as_it_is_and_the_terms_of_its_positional_fields_in_order(
    text: str, copies: list[str], dictionary: bytes
) -> None:
    terms = {ID: "1", WORDS: "a \ud800 b a", SOURCE: "le monde"}
    for made in (Article("1", text, title=text, copies=tuple(copies)), Article("1", text)):
        document = documents.document(Entry(made, terms), 7, Compressor(dictionary))
        assert documents.article(document, 7, dictionary) == (made, "")
        order = {name: documents.tokens_of(document, name, 7, dictionary) for name in POSITIONAL}
        assert order == {
            name: list(map(token, terms[name].split(" "))) if name in terms else [""] for name in POSITIONAL
        }


def test_an_index_of_many_articles_gets_a_dictionary_and_reads_those_that_came_before_and_after(tmp_path: Path) -> None:
    def some(kind: str, count: int) -> list[Entry]:
        text = "Le président a parlé de la même chose que la veille, à la même heure."
        return [Entry(Article(f"{kind}{n}", f"{n} {text}"), {ID: f"{kind}{n}"}) for n in range(count)]

    entries = [*some("few", 9), *some("many", SAMPLE), *some("more", 9)]
    folder = filled(ENGINE, tmp_path, entries[:9], entries[9:-9], entries[-9:])
    assert files.dictionary(folder)
    with reading(ENGINE, folder) as reader:
        assert list(reader.articles()) == [each.article for each in entries]
        assert reader.check() == []


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_finds_any_bit_that_flipped(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    folder = filled(ENGINE, tmp_path / "index", [entry(str(n), "a b c " * n) for n in range(30)])
    summed = [
        path
        for path in sorted(folder.iterdir())
        if path.name not in ("meta.json", files.DICTIONARY) and not path.name.startswith(".")
    ]
    assert len(summed) >= 6
    for _ in range(60):
        path = rng.choice(summed)
        raw = path.read_bytes()
        at = rng.randrange(len(raw) - 8 - int.from_bytes(raw[-8:-4], "little"))  # not in the footer
        path.unlink()  # a file that was mapped must not shrink
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :])
        try:
            with reading(ENGINE, folder) as reader:
                found = reader.check()
        except SearcherError as error:
            found = [str(error)]
        path.unlink()
        path.write_bytes(raw)
        assert found, f"SEED={SEED} {path.name} at {at} of {len(raw)}"


def test_says_who_holds_the_index(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a")])
    first = ENGINE.append(folder)
    with pytest.raises(IndexLocked):
        ENGINE.append(folder)
    first.close()
    ENGINE.append(folder).close()


def test_opens_where_it_may_not_write(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a")])
    lock = folder / ".tantivy-meta.lock"
    lock.unlink()
    lock.mkdir()  # as good as a folder without permission, for root too
    before = sorted(folder.iterdir())
    assert identifiers(ENGINE, folder) == ["1"]
    assert sorted(folder.iterdir()) == before


def test_a_disk_that_takes_no_more_loses_nothing(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a b")])
    noise = random.Random(1)
    adding = ENGINE.append(folder)
    for number in range(200):
        adding.add(entry(f"n{number}", " ".join(f"{noise.random()}" for _ in range(100))))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))  # more than a dictionary
    try:
        with pytest.raises(WriteFailed) as caught:
            adding.commit()
        with suppress(WriteFailed):
            adding.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert str(caught.value).splitlines() == [str(caught.value)]
    assert identifiers(ENGINE, folder) == ["1"]
    ENGINE.append(folder).close()  # and the lock is free


def test_a_thread_that_cannot_write_says_why(tmp_path: Path) -> None:
    """Tantivy tells "an index writer was killed", without the cause (issue 11, item 3)."""
    noise = random.Random(1)
    adding = ENGINE.create(tmp_path / "index")

    def fill() -> None:
        for number in range(5_000):
            adding.add(entry(f"n{number}", " ".join(f"{noise.random()}" for _ in range(100))))

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, before[1]))  # more than a dictionary
    try:
        with pytest.raises(WriteFailed, match=r"^\S+index: file too large; the index is as it was before$"):
            fill()
        with suppress(WriteFailed):
            adding.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_reports_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteFailed):
        ENGINE.create(tmp_path / "file" / "index")


# ── threads, and the other engine ─────────────────────────────────────────────────────────────────────────────────────


def test_several_threads_keep_the_order_of_adding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "HEAP", 15 << 20)
    adding = ENGINE.create(tmp_path / "index", jobs=3)
    names = [str(number) for number in range(600)]
    for name in names:
        adding.add(entry(name, "a b"))
    adding.commit()
    adding.close()
    plan = Plan(Term("words", "a"), ((Weighted(Term("words", "a")),),))
    with reading(ENGINE, tmp_path / "index") as reader:
        assert [article.id for article in reader.articles()] == names
        assert [found.article.id for found in reader.search(plan, limit=600).found] == names
        assert [found.article.id for found in reader.search(plan, limit=9, offset=300).found] == names[300:309]


def test_never_gives_a_place_in_the_order_twice(tmp_path: Path) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a"), entry("2", "a")])
    given: set[int] = set()
    for at in range(3, 9):
        adding = ENGINE.append(folder)
        adding.add(entry(str(at), "a"))
        adding.delete(str(at - 1))
        adding.commit()
        adding.close()
        with reading(ENGINE, folder) as reader:
            assert isinstance(reader, TantivyReader)
            _, hits = reader._hits(EVERY, 9)
            new = max(reader._sequences([address for _, address in hits]))
        assert new > max(given, default=1)
        given.add(new)
    assert identifiers(ENGINE, folder) == ["1", "8"]


def test_refuses_to_read_too_many_articles_but_not_what_other_words_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.engines.tantivy.query.READ", 5)
    entries = [entry(str(number), f"a b x x x x c w{number % 3}") for number in range(12)]
    folder = filled(ENGINE, tmp_path / "index", entries)
    near = Near("words", ("a", "b", "c"), 4)
    wanted = Term("words", "w1")
    with reading(ENGINE, folder) as reader:
        for match in (near, Not(near), AnyOf((near, wanted)), AllOf((near, Term("words", "a")))):
            with pytest.raises(QueryError, match="“a b c”~4 needs 12 articles to be read"):
                reader.search(Plan(match, ((Weighted(wanted),),)), limit=9)
        for match in (AllOf((near, wanted)), AllOf((AnyOf((near, Term("words", "w2"))), wanted))):
            answer = reader.search(Plan(match, ((Weighted(wanted),),)), limit=9)
            assert [found.article.id for found in answer.found] == ["1", "4", "7", "10"]
        assert reader.count_of(Plan(AllOf((Not(near), wanted)))) == 0


def test_answers_as_the_default_engine_does(tmp_path: Path) -> None:
    """The same articles in the same order, with the same scores but for the precision of 32 bits."""
    seeds = places.SEEDS
    queries = [
        *(
            "Erdoğan Assad",
            "Syrie OU Turquie",
            '"Union européenne"',
            "président",
            "guerre -Syrie",
            "europ*",
            "la France",
        ),
        *("titre:Syrie", '"la de le"~30', "frontière réfugiés accord armée", "évènement presidents"),
    ]
    for engine in ("whoosh", "tantivy"):
        searcher.build(tmp_path / engine, [seeds], engine=engine)
    with searcher.open(tmp_path / "whoosh") as one, searcher.open(tmp_path / "tantivy") as other:
        for query in queries:
            for match in ("auto", "all", "any"):
                ours, theirs = (index.search(query, limit=1000, match=match) for index in (one, other))
                assert [hit.article.id for hit in ours] == [hit.article.id for hit in theirs], (query, match)
                assert ours.total == theirs.total, (query, match)
                assert [hit.score for hit in theirs] == pytest.approx([hit.score for hit in ours], rel=1e-5)


@pytest.mark.parametrize(("setting", "asked"), [(None, [(-8, 1)]), ("4", [])])
def test_writing_shares_one_arena_of_the_allocator_unless_told_otherwise(
    setting: str | None, asked: list[tuple[int, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    library = SimpleNamespace(mallopt=lambda option, value: told.append((option, value)))
    monkeypatch.setattr("ctypes.CDLL", lambda name: library)
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    if setting is not None:
        monkeypatch.setenv("MALLOC_ARENA_MAX", setting)
    filled(ENGINE, tmp_path / "index", [entry("1", "a")])
    assert told == asked


def test_writes_where_the_allocator_takes_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace())
    assert identifiers(ENGINE, filled(ENGINE, tmp_path / "index", [entry("1", "a")])) == ["1"]
