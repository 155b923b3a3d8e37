"""The Tantivy engine alone: what its scores are, what its tokens lose (nothing), and that it cannot take us down with it."""

from __future__ import annotations

import random
import resource
from contextlib import suppress
from math import isclose, log
from pathlib import Path

import oracle
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from test_engines import SEED, Archive, entry, filled, identifiers, numbers, reading, some_archive, some_plan

import searcher
from searcher.article import ID, STEMS, Article, Entry
from searcher.engines.protocol import Sort
from searcher.errors import IndexLocked, QueryError, SearcherError, WriteFailed
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, AtLeast, Match, Near, Not, Phrase, Plan, Term, Weighted

pytest.importorskip("tantivy", reason="the extra `fast` is not installed")

from searcher.engines.tantivy import ENGINE, writer
from searcher.engines.tantivy.documents import beginning, is_cut, term, token

# ── scores ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def bm25(wanted: Term, entries: list[Entry]) -> list[float]:
    """As the oracle's, but a length is that of the field itself, in terms."""
    held = [oracle.terms(each, wanted.field) for each in entries]
    average = sum(map(len, held)) / max(len(held), 1)
    holding = sum(wanted.text in terms for terms in held)
    idf = log(1 + (len(held) - holding + 0.5) / (holding + 0.5))
    return [
        idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(terms) / average)) if tf else 0.0
        for terms, tf in ((terms, terms.count(wanted.text)) for terms in held)
    ]


def test_scores_by_the_length_of_the_field(tmp_path: Path) -> None:
    """Exactly so up to 40 terms; Tantivy keeps the lengths of longer fields in steps of an eighth or less."""
    tried = 0
    for at in range(12):
        archive: Archive = some_archive(ENGINE, tmp_path / str(at), SEED + at)
        if archive.alive != archive.stored:
            continue  # whether deleted articles still count is Tantivy's to say
        rng, number = random.Random(archive.seed), numbers(archive)
        with reading(ENGINE, archive.folder) as reader:
            for plan in (some_plan(rng) for _ in range(20)):
                right = dict.fromkeys(oracle.find(plan.match, archive.stored), 0.0)
                for group in plan.score:
                    earned = [[each.weight * points for points in bm25(each.term, archive.stored)] for each in group]
                    for found in right:
                        right[found] += max((points[found] for points in earned), default=0.0)
                for hit in reader.search(plan, limit=1000).found:
                    tried += 1
                    points = right[number[hit.article.id]]
                    assert isclose(hit.score, points, rel_tol=1e-5, abs_tol=1e-6), f"SEED={SEED} {plan}"
    assert tried


def test_ranks_a_long_article_as_the_oracle_does_but_for_the_steps_of_its_length(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    entries = [entry(str(n), " ".join(rng.choices("abcdefgh", k=rng.randint(1, 900)))) for n in range(120)]
    folder = filled(ENGINE, tmp_path / "index", entries)
    plan = Plan(EVERYTHING, tuple((Weighted(Term(STEMS, text)),) for text in "abc"))
    right = oracle.score(plan, entries)
    with reading(ENGINE, folder) as reader:
        for found in reader.search(plan, limit=1000).found:
            assert isclose(found.score, right[int(found.article.id)], rel_tol=0.06), f"SEED={SEED}"


# ── tokens ────────────────────────────────────────────────────────────────────────────────────────────────────────────

terms = st.text(alphabet=st.characters(), max_size=12) | st.text(alphabet="\x1a0~a\ud800 \n", max_size=6)


@given(terms)
@example("")
@example("\x1a0")
@example("\x1a0000")
@example("\ud800\udc00")
def test_a_token_gives_back_its_term(text: str) -> None:
    assert term(token(text)) == text
    assert token(text).encode("utf-8")
    assert not set(token(text)) & set(" \t\n\x0b\x0c\r")


@given(terms, terms)
def test_tokens_begin_as_their_terms_do(text: str, more: str) -> None:
    assert token(text + more).startswith(beginning(text)) or text + more == ""


def test_a_term_of_any_length_is_found_listed_and_deleted(tmp_path: Path) -> None:
    long, longer = "x" * 70_000, "é" * 40_000 + "\ud800"
    odd = Entry(Article(longer, ""), {ID: longer, "words": f"a {long} b {longer}", STEMS: f"{long} d'un trait"})
    folder = filled(ENGINE, tmp_path / "index", [odd, entry("2", "a b")])
    assert is_cut(token(long))
    with reading(ENGINE, folder) as reader:
        assert list(reader.terms("words", "")) == ["a", "b", long, longer]
        assert list(reader.terms("words", "x" * 2_000)) == [long]
        assert list(reader.terms("words", "x" * 2_000 + "y")) == []
        assert list(reader.terms(STEMS, "")) == ["a", "b", "d'un", "trait", long]
        assert [reader.frequency("words", text) for text in (long, longer, long + "x")] == [1, 1, 0]
        assert reader.count_of(Plan(Phrase("words", ("a", long, "b", longer)))) == 1
        assert reader.count_of(Plan(Near("words", (longer, long, "b"), 0))) == 1
        assert reader.fetch(longer) == odd.article
    adding = ENGINE.append(folder)
    adding.delete(longer)
    adding.commit()
    adding.close()
    assert identifiers(ENGINE, folder) == ["2"]


# ── what could crash ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (0, 3), (10**9, 0), (1, 10**12), (10**30, 10**30), (1, 0)])
@pytest.mark.parametrize("sort", Sort)
def test_takes_any_limit(tmp_path: Path, limit: int, offset: int, sort: Sort) -> None:
    folder = filled(ENGINE, tmp_path / "index", [entry("1", "a"), entry("2", "a b")])
    plan = Plan(EVERYTHING, ((Weighted(Term("words", "a")),),))
    for each in (tmp_path / "index", filled(ENGINE, tmp_path / "empty", [])):
        total = 2 if each == folder else 0
        with reading(ENGINE, each) as reader:
            answer = reader.search(plan, limit=limit, offset=offset, sort=sort, explain=True)
            assert (answer.total, len(answer.found)) == (total, max(min(total - offset, limit), 0))


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
        asked: list[Match] = [AnyOf(parts), *(AtLeast(count, parts) for count in (1, 2, 128, 131, 256))]
        for match in asked:
            assert reader.count_of(Plan(match)) == len(oracle.find(match, entries)), f"SEED={SEED} {match}"
        score = tuple((Weighted(part),) for part in parts)
        assert reader.search(Plan(AtLeast(120, parts), score), limit=10).found


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_finds_any_bit_that_flipped(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    folder = filled(ENGINE, tmp_path / "index", [entry(str(n), "a b c " * n) for n in range(30)])
    summed = [path for path in sorted(folder.iterdir()) if path.name != "meta.json" and not path.name.startswith(".")]
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
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
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


def test_answers_as_the_default_engine_does(tmp_path: Path) -> None:
    """The same articles, and nearly the same first ten: `docs/decisions.md` says where the scores differ."""
    seeds = Path(__file__).parent.parent / "seeds"
    queries = [
        "Erdoğan Assad",
        "Syrie OU Turquie",
        '"Union européenne"',
        "président",
        "guerre -Syrie",
        "europ*",
        "la France",
    ]
    for engine in ("whoosh", "tantivy"):
        searcher.build(tmp_path / engine, [seeds], engine=engine)
    with searcher.open(tmp_path / "whoosh") as one, searcher.open(tmp_path / "tantivy") as other:
        for query in queries:
            ours, theirs = one.search(query, limit=1000), other.search(query, limit=1000)
            assert {hit.article.id for hit in ours} == {hit.article.id for hit in theirs}, query
            first = [{hit.article.id for hit in list(hits)[:10]} for hits in (ours, theirs)]
            assert len(first[0] & first[1]) >= 0.8 * len(first[0]), query
