"""Every engine finds what the oracle finds, with the scores the oracle gives, and fails with our errors only."""

from __future__ import annotations

import gc
import os
import random
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cache
from math import isclose
from pathlib import Path

import pytest

import searcher
from searcher import engines
from searcher.article import FIELDS, ID, POSITIONAL, WHOLE, Article, Entry, as_term
from searcher.engines.bm25 import LENGTHS
from searcher.engines.protocol import Contribution, Engine, Reader
from searcher.engines.ranks import rank
from searcher.errors import IndexDamaged, SearcherError, UsageError
from searcher.extras import install_command
from searcher.query.ask import NATIVE, Sort
from searcher.query.lookup import Question, Shaped, Within
from searcher.query.plan import (
    EVERYTHING,
    NOTHING,
    Added,
    AllOf,
    AnyOf,
    Dated,
    Match,
    Near,
    Not,
    Phrase,
    Plan,
    Term,
    Weighted,
    holds,
)
from tests import oracle

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
"""What the random archives and plans begin with; every failure prints it, `SEED=… pytest` repeats it."""

PRECISION = 1e-5
"""Scores may be added up in 32 bits."""

ARCHIVES, PLANS = 24, 60
VOCABULARY = ["a", "b", "c", "d", "ab", "abc", "été", "ete|été", "z", "\ud800", "\uffff", "\U0001f600", "emploi"]
DATES = [
    *(None, "pas une date", "2020", "2021", "2020-01", "2020-02", "2020-12", "2020-01-07", "2020-02-29"),
    *(
        "2020-12-31",
        "2020-01-07T23:59:59Z",
        "1913-06",
        "2020-13-45",
        "2020-01-07T01:30:00+02:00",
        "2020-01-06T23:45:00-01:00",
    ),
    *("1234-05-06", "1234-05-06T12:00:00Z", "3000", "9999-12-31T23:59:59-12:00"),
]


# ── random archives and plans ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Archive:
    """An index and what is in it: `stored` in the order added, `alive` without those deleted since."""

    folder: Path
    stored: list[Entry]
    alive: list[Entry]
    seed: int


def some_words(rng: random.Random, most: int) -> list[str]:
    return rng.choices(VOCABULARY[: rng.randint(1, len(VOCABULARY))], k=rng.randint(0, most))


def some_entries(rng: random.Random, count: int) -> list[Entry]:
    """Entries some of which are twins, so that scores tie."""
    made: list[Entry] = []
    for number in range(count):
        article = Article(f"n°{number}", f"texte {number} \ud800", f"titre {number}", rng.choice(DATES), path="ici")
        terms = (
            dict(rng.choice(made).terms)
            if made and rng.random() < 0.2
            else {name: " ".join(some_words(rng, 14 if name in ("words", "stems") else 4)) for name in FIELDS}
        )
        whole = {name: " ".join(dict.fromkeys(terms[name].split())) or as_term(None) for name in WHOLE.values()}
        made.append(Entry(article, {**terms, **whole, ID: article.id}, rng.choice((0, 1, number, 1 << 31))))
    return made


def some_archive(engine: Engine, folder: Path, seed: int) -> Archive:
    """Several segments, some articles deleted, some added after that."""
    rng = random.Random(seed)
    left = stored = some_entries(rng, rng.choice((0, 1, 6, 25, 40)))
    gone: set[str] = set()
    writer = engine.create(folder)
    while left:
        batch = rng.randint(1, len(left))
        for entry in left[:batch]:
            writer.add(entry)
        left = left[batch:]
        writer.commit()
        if rng.random() < 0.4:
            victims = rng.choices(stored[: len(stored) - len(left)], k=rng.randint(0, 2))
            for victim in victims:
                writer.delete(victim.article.id)
                gone.add(victim.article.id)
            writer.commit()
    writer.commit()
    writer.close()
    return Archive(folder, stored, [entry for entry in stored if entry.article.id not in gone], seed)


def some_term(rng: random.Random) -> Term:
    field = rng.choice(FIELDS)
    return Term(field, f"n°{rng.randint(0, 40)}" if field == ID else rng.choice([*VOCABULARY, "absent"]))


def some_match(rng: random.Random, depth: int) -> Match:
    def parts() -> tuple[Match, ...]:
        return tuple(some_match(rng, depth - 1) for _ in range(rng.choice((0, 1, 2, 2, 3, 4))))

    def few() -> tuple[str, ...]:
        return tuple(rng.choices(VOCABULARY[: rng.randint(1, len(VOCABULARY))], k=rng.choice((1, 2, 2, 3, 4))))

    def day() -> int | None:
        if rng.random() < 0.2:
            return None
        return Date(rng.choice((1913, 2019, 2020, 2021)), rng.choice((1, 2, 12)), rng.randint(1, 28)).toordinal()

    leaves: list[Callable[[], Match]] = [
        lambda: some_term(rng),
        lambda: Phrase(rng.choice(POSITIONAL), few()),
        lambda: Near(rng.choice(POSITIONAL), few(), rng.choice((0, 0, 1, 2, 5))),
        lambda: Dated(day(), day()),
        lambda: Added(rng.choice((-1, 0, 1, 7, 20, 1 << 31))),
        lambda: holds(rng.choice(tuple(WHOLE)), rng.choice([*VOCABULARY, "absent", None])),
    ]
    nodes: list[Callable[[], Match]] = [
        lambda: AllOf(parts()),
        lambda: AnyOf(parts()),
        lambda: Not(some_match(rng, depth - 1)),
    ]
    return rng.choice(leaves if depth == 0 else leaves + 2 * nodes)()


def some_plan(rng: random.Random) -> Plan:
    def some_scored() -> Term | Phrase:
        if rng.random() < 0.7:
            return some_term(rng)
        return Phrase(rng.choice(POSITIONAL), tuple(rng.choices(VOCABULARY, k=rng.choice((2, 2, 3)))))

    groups = tuple(
        tuple(
            Weighted(some_scored(), rng.choice((1.0, 0.3, 0.1, 2.0)), widened=rng.random() < 0.5)
            for _ in range(rng.choice((0, 1, 1, 2, 3)))
        )
        for _ in range(rng.choice((0, 1, 2, 4)))
    )
    return Plan(rng.choice((EVERYTHING, some_match(rng, rng.randint(0, 3)), some_match(rng, 3))), groups)


@contextmanager
def reading(engine: Engine, folder: Path) -> Iterator[Reader]:
    reader = engine.open(folder)
    try:
        yield reader
    finally:
        reader.close()


def numbers(archive: Archive) -> dict[str, int]:
    """Identifier → place in the order added."""
    return {entry.article.id: number for number, entry in enumerate(archive.stored)}


def expected(plan: Plan, archive: Archive) -> dict[int, float]:
    """The oracle's answer. Articles that were deleted are not found; until segments are merged they count in statistics."""
    alive = {entry.article.id for entry in archive.alive}
    scores = oracle.score(plan, archive.stored)
    return {number: points for number, points in scores.items() if archive.stored[number].article.id in alive}


@pytest.fixture(scope="module", params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    try:
        return engines.load(request.param)
    except UsageError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def archives(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> list[Archive]:
    print(f"SEED={SEED}")
    folder = tmp_path_factory.mktemp(engine.name)
    return [some_archive(engine, folder / str(at), SEED + at) for at in range(ARCHIVES)]


# ── the oracle's laws ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_finds_and_scores_what_the_oracle_does(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        rng = random.Random(archive.seed)
        number = numbers(archive)
        with reading(engine, archive.folder) as reader:
            for plan in (some_plan(rng) for _ in range(PLANS)):
                shown = f"SEED={SEED} archive {archive.seed - SEED}: {plan}"
                right = expected(plan, archive)
                answer = reader.search(plan, limit=len(archive.stored) + 1)
                scores = {number[found.article.id]: found.score for found in answer.found}
                assert scores.keys() == right.keys(), shown
                assert len(answer.found) == answer.total == reader.count_of(plan) == len(right), shown
                if archive.alive == archive.stored:  # else it is for the engine to say what still counts
                    assert scores == pytest.approx(right, rel=PRECISION), shown
                order = [(-rank(found.score), number[found.article.id]) for found in answer.found]
                assert order == sorted(order), shown


def test_keeps_the_length_of_a_long_article_in_a_byte(engine: Engine, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    lengths = [*(rng.choice(LENGTHS[40:90]) + rng.choice((-1, 0, 1)) for _ in range(80)), *range(38, 60)]
    entries = [entry(str(n), " ".join(rng.choices("abcdefgh", k=length))) for n, length in enumerate(lengths)]
    folder = filled(engine, tmp_path / "index", entries[:50], entries[50:])
    plan = Plan(EVERYTHING, tuple((Weighted(Term(field, text)),) for field in ("words", "stems") for text in "abc"))
    with reading(engine, folder) as reader:
        scores = {int(found.article.id): found.score for found in reader.search(plan, limit=1000).found}
    assert scores == pytest.approx(oracle.score(plan, entries), rel=PRECISION), f"SEED={SEED}"


def test_a_byte_tells_lengths_apart_as_the_oracle_does() -> None:
    for length in (*range(5000), *(1 << power for power in range(31)), *(10**power - 1 for power in range(10))):
        assert oracle.kept(length) == max(each for each in LENGTHS if each <= length)
    assert len(LENGTHS) == 256


def test_articles_that_earn_the_same_stand_in_the_order_they_were_added(engine: Engine, tmp_path: Path) -> None:
    """Also where the same addends come in another order, and 32 bits would tell their sums apart."""
    rng = random.Random(SEED)
    words = [f"w{number}" for number in range(9)]
    entries = [entry(str(number), " ".join(rng.sample(words, 9))) for number in range(60)]
    folder = filled(engine, tmp_path / "index", entries[:7], entries[7:33], entries[33:])
    plan = Plan(EVERYTHING, tuple((Weighted(Term("words", text), rng.random()),) for text in words))
    with reading(engine, folder) as reader:
        found = [[int(each.article.id) for each in reader.search(plan, limit=size).found] for size in (60, 9, 1)]
    assert found == [list(range(60)), list(range(9)), [0]], f"SEED={SEED}"


@cache
def near_in_longer_articles() -> tuple[list[Entry], list[tuple[Match, set[str]]]]:
    """Articles of up to sixty words, and matches with the articles that the oracle finds."""
    rng = random.Random(SEED)
    texts = [rng.choices("abcdefgh"[: rng.choice((3, 5, 8))] + "x" * rng.choice((0, 10, 40)), k=60) for _ in range(120)]
    entries = [entry(str(number), " ".join(text[: rng.randint(1, 60)])) for number, text in enumerate(texts)]
    asked = []
    for _ in range(60):
        words = tuple(rng.choices("abcdefgh", k=rng.choice((2, 3, 3, 4, 5))))
        match: Match = Near("words", words, rng.choice((0, 1, 2, 3, 4, 6, 8, 11, 20, 40, 100)))
        if rng.random() < 0.2:
            match = Phrase("words", words)
        if rng.random() < 0.3:
            match = AllOf((match, rng.choice((Term("words", "a"), Not(Near("words", ("a", "c", "d"), 1))))))
        asked.append((match, {str(number) for number in oracle.find(match, entries)}))
    return entries, asked


@pytest.mark.parametrize("many", [0, 1 << 30])  # articles together, or one by one
def test_finds_words_that_stand_together_in_longer_articles(
    engine: Engine, many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.engines.matching.MANY", many)
    monkeypatch.setattr("searcher.engines.together.STRETCH", 17)
    entries, asked = near_in_longer_articles()
    folder = filled(engine, tmp_path / "index", entries[:50], entries[50:])
    with reading(engine, folder) as reader:
        for match, right in asked:
            answer = reader.search(Plan(match), limit=1000)
            assert {found.article.id for found in answer.found} == right, f"SEED={SEED} {match}"
            assert reader.count_of(Plan(match)) == answer.total == len(right), f"SEED={SEED} {match}"


def test_pages_are_cut_from_one_list(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        rng = random.Random(archive.seed)
        with reading(engine, archive.folder) as reader:
            for plan, sort in ((some_plan(rng), sort) for sort in NATIVE for _ in range(2)):
                whole = reader.search(plan, limit=1000, sort=sort)
                size = rng.randint(1, 9)
                pages = [
                    reader.search(plan, limit=size, offset=offset, sort=sort)
                    for offset in range(0, len(archive.stored) + size, size)
                ]
                assert [found for page in pages for found in page.found] == list(whole.found), f"SEED={SEED} {plan}"
                assert {page.total for page in pages} == {whole.total}, f"SEED={SEED} {plan}"


def test_sorts_by_instant_with_undated_articles_last(engine: Engine, archives: list[Archive]) -> None:
    def order(sort: Sort, archive: Archive) -> list[str]:
        sign = 1 if sort is Sort.OLDEST else -1
        keys = [
            ((1, 0.0) if moment is None else (0, sign * moment), number, entry.article.id)
            for number, entry in enumerate(archive.alive)
            for moment in [oracle.beginning(entry)]
        ]
        return [identifier for _, _, identifier in sorted(keys)]

    for archive in archives:
        plan = Plan(EVERYTHING, ((Weighted(Term("words", "a")),),))
        with reading(engine, archive.folder) as reader:
            for sort in (Sort.OLDEST, Sort.NEWEST):
                answer = reader.search(plan, limit=1000, sort=sort)
                assert [found.article.id for found in answer.found] == order(sort, archive), f"SEED={SEED}"


def test_counts_each_whole_value_as_the_oracle_does(
    engine: Engine, archives: list[Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    for archive in archives:
        rng = random.Random(archive.seed)
        monkeypatch.setattr("searcher.engines.whoosh.counting.IMPORTED", rng.choice((0, 3, 1 << 30)))
        with reading(engine, archive.folder) as reader:
            for plan in (some_plan(rng) for _ in range(PLANS // 3)):
                shown = f"SEED={SEED} archive {archive.seed - SEED}: {plan}"
                names = rng.sample(list(WHOLE), rng.randint(0, len(WHOLE)))
                right = {name: oracle.counts(plan.match, archive.alive, name) for name in names}
                counted = reader.counts(plan, names)
                assert counted.values == right, shown
                assert (counted.total, counted.complete) == (len(oracle.find(plan.match, archive.alive)), True), shown
                for name in names[:1]:
                    for value, articles in right[name].items():
                        with_value = Plan(AllOf((plan.match, holds(name, value))))
                        assert reader.count_of(with_value) == articles, f"{shown} {name}={value!r}"


def test_lists_everything_as_a_search_without_a_limit_does(
    engine: Engine, archives: list[Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.engines.whoosh.reader.BATCH", 3)
    for archive in archives:
        rng = random.Random(archive.seed)
        if engine.name == "tantivy":
            monkeypatch.setattr("searcher.engines.tantivy.reader.WINDOW", rng.choice((2, 7, 1 << 15)))
        with reading(engine, archive.folder) as reader:
            for plan, sort in ((some_plan(rng), sort) for sort in NATIVE for _ in range(PLANS // 6)):
                shown = f"SEED={SEED} archive {archive.seed - SEED}: {sort} {plan}"
                every = list(reader.every(plan, sort))
                searched = reader.search(plan, limit=len(archive.stored) + 1, sort=sort).found
                assert [found.article for found in every] == [found.article for found in searched], shown
                scores = [found.score for found in searched]
                assert [found.score for found in every] == pytest.approx(scores, rel=PRECISION), shown
                if (
                    sort is not Sort.RELEVANCE
                ):  # in which order scores stand that differ in the last bits is not the oracle's
                    right = [archive.alive[place].article for place in oracle.every(plan, archive.alive, sort)]
                    assert [found.article for found in every] == right, shown


def test_counts_more_values_than_one_aggregation_takes_and_values_too_long_for_a_token(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.name == "tantivy":
        monkeypatch.setattr("searcher.engines.tantivy.counting.TOGETHER", 40_000)
    values = [f"v{number}" for number in range(66_000)]
    long = "x" * 20_000

    def holding(number: int, *terms: str) -> Entry:
        return Entry(Article(str(number), ""), {ID: str(number), WHOLE["author"]: " ".join(terms)})

    entries = [holding(at, *values[at * 1_100 : (at + 2) * 1_100]) for at in range(60)]
    folder = filled(engine, tmp_path / "index", entries[:20], entries[20:], [holding(99, long, values[0])])
    with reading(engine, folder) as reader:
        everything = (EVERYTHING, Not(Term(ID, "none")))  # without a condition, term dictionaries may answer
        counted = [reader.counts(Plan(match), ("author",)) for match in everything]
    right = {value: 1 if at < 1_100 else 2 for at, value in enumerate(values)} | {values[0]: 2, long: 1}
    for each in counted:
        assert each.total == 61
        assert each.values["author"] == right


def test_explains_a_score_as_a_sum(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        rng = random.Random(archive.seed)
        with reading(engine, archive.folder) as reader:
            for plan in (some_plan(rng) for _ in range(4)):
                scored = [Contribution.of(each.term, 1) for group in plan.score for each in group]
                asked = {(each.field, each.term) for each in scored}
                for found in reader.search(plan, limit=5, explain=True).found:
                    assert isclose(sum(part.points for part in found.parts), found.score, rel_tol=1e-6, abs_tol=1e-12)
                    assert {(part.field, part.term) for part in found.parts} <= asked


def test_lists_terms_by_prefix_ascending_and_once(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        with reading(engine, archive.folder) as reader:
            for field in FIELDS:
                # The terms of deleted articles go when their segment is merged, or nothing else is left in it.
                stored, alive = (
                    {term for entry in entries for term in oracle.terms(entry, field)}
                    for entries in (archive.stored, archive.alive)
                )
                for prefix in ("", "a", "ab", "ete|", "\ud800", "absent"):
                    said = list(listed(reader, field, prefix))
                    assert said == sorted(set(said)), f"SEED={SEED}"
                    assert {term for term in alive if term.startswith(prefix)} <= set(said), f"SEED={SEED}"
                    assert set(said) <= {term for term in stored if term.startswith(prefix)}, f"SEED={SEED}"


def listed(reader: Reader, field: str, prefix: str) -> list[str]:
    """The terms of a field that begin with `prefix`."""
    question = Shaped(field, f"{prefix}*", 1 << 20)
    return list(reader.look_up([question]).terms[question])


def frequency(reader: Reader, field: str, text: str) -> int:
    """How many articles hold a term."""
    term = Term(field, text)
    return reader.look_up([term]).frequencies[term]


def some_question(rng: random.Random) -> Question:
    field, text = rng.choice(FIELDS), rng.choice([*VOCABULARY, "abd", "xbc", "emplio", "ét"])
    match rng.randrange(3):
        case 0:
            return Term(field, text)
        case 1:
            pattern = "".join(rng.choice((letter, letter, "?", "*")) for letter in text)
            return Shaped(field, pattern, rng.choice((1, 3, 100)), rng.random() < 0.3)
        case _:
            return Within(field, text, rng.randint(0, 2), rng.choice((1, 3, 100)), rng.random() < 0.3)


def test_answers_any_number_of_questions_at_once(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        if archive.alive == archive.stored:
            rng = random.Random(archive.seed)
            with reading(engine, archive.folder) as reader:
                for _ in range(10):
                    questions = [some_question(rng) for _ in range(rng.randint(0, 20))]
                    assert reader.look_up(questions) == oracle.look_up(questions, archive.stored), f"SEED={SEED}"


def frequencies(reader: Reader, archive: Archive) -> tuple[list[int], list[int]]:
    """How many articles hold each term of the vocabulary: as the engine says, as it is."""
    asked = [Term(field, text) for field in FIELDS for text in [*VOCABULARY, "absent"]]
    return (
        [reader.look_up([term]).frequencies[term] for term in asked],
        [len(oracle.find(term, archive.alive)) for term in asked],
    )


def test_counts_the_articles_that_hold_a_term(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        if archive.alive == archive.stored:
            with reading(engine, archive.folder) as reader:
                said, right = frequencies(reader, archive)
                assert said == right, f"SEED={SEED}"


def test_gives_back_the_articles_it_was_given(engine: Engine, archives: list[Archive]) -> None:
    for archive in archives:
        alive = [entry.article for entry in archive.alive]
        with reading(engine, archive.folder) as reader:
            assert list(reader.articles()) == alive
            assert reader.count() == len(alive)
            assert [reader.fetch(entry.article.id) for entry in archive.stored] == [
                entry.article if entry.article in alive else None for entry in archive.stored
            ]
            assert reader.fetch("personne") is None
            assert reader.check() == []


def test_an_engine_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("tantivy", "searcher.engines.tantivy"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    message = "the tantivy engine is an extra; install it with: " + install_command("fast")
    with pytest.raises(UsageError, match=re.escape(message)):
        engines.load("tantivy")


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def entry(identifier: str, words: str, **more: object) -> Entry:
    article = replace(Article(identifier, words), **more)  # type: ignore[arg-type]
    return Entry(article, {ID: identifier, "words": words, "stems": words})


def filled(engine: Engine, folder: Path, *batches: Sequence[Entry]) -> Path:
    writer = engine.create(folder)
    for batch in batches:
        for each in batch:
            writer.add(each)
        writer.commit()
    writer.close()
    return folder


def identifiers(engine: Engine, folder: Path, match: Match = EVERYTHING) -> list[str]:
    with reading(engine, folder) as reader:
        return [found.article.id for found in reader.search(Plan(match), limit=1000).found]


def test_shows_nothing_before_commit(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b")])
    writer = engine.append(folder)
    writer.add(entry("2", "a c"))
    writer.delete("1")
    assert identifiers(engine, folder) == ["1"]
    writer.commit()
    assert identifiers(engine, folder) == ["2"]
    writer.close()


def test_leaves_no_trace_of_a_writer_closed_without_commit(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b")])
    writer = engine.append(folder)
    writer.add(entry("2", "a c"))
    writer.delete("1")
    writer.close()
    assert identifiers(engine, folder) == ["1"]
    writer = engine.append(folder)  # and the lock is free
    writer.add(entry("3", "a"))
    writer.commit()
    writer.close()
    assert identifiers(engine, folder) == ["1", "3"]


def test_a_reader_stays_at_the_commit_it_was_opened_at(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b")])
    with reading(engine, folder) as reader:
        writer = engine.append(folder)
        writer.add(entry("2", "a c"))
        writer.delete("1")
        writer.commit()
        writer.close()
        assert [found.article.id for found in reader.search(Plan(Term("words", "a")), limit=9).found] == ["1"]
        assert reader.count() == 1


def test_an_empty_index_answers_everything_with_nothing(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [])
    with reading(engine, folder) as reader:
        for match in (EVERYTHING, NOTHING, Term("words", "a"), Not(NOTHING), Near("words", ("a", "b"), 3)):
            assert reader.search(Plan(match, ((Weighted(Term("words", "a")),),)), limit=9).total == 0
        assert (reader.count(), listed(reader, "words", ""), frequency(reader, "words", "a")) == (0, [], 0)
        assert (reader.fetch("1"), list(reader.articles()), reader.check()) == (None, [], [])


def test_replaces_an_article_in_one_commit(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b"), entry("2", "a c")])
    writer = engine.append(folder)
    writer.delete("1")
    writer.add(entry("1", "a d"))
    writer.commit()
    writer.close()
    assert identifiers(engine, folder, Term("words", "a")) == ["2", "1"]
    assert identifiers(engine, folder, Term("words", "b")) == []
    assert identifiers(engine, folder, Term("words", "d")) == ["1"]


def test_deletes_what_was_committed_only(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b")])
    writer = engine.append(folder)
    writer.add(entry("2", "a c"))
    writer.delete("2")
    writer.commit()
    assert identifiers(engine, folder) == ["1", "2"]
    writer.delete("2")
    writer.commit()
    writer.close()
    assert identifiers(engine, folder) == ["1"]


def test_a_deleted_article_still_counts_among_those_that_hold_a_term(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b"), entry("2", "a c")])
    writer = engine.append(folder)
    writer.delete("2")
    writer.commit()
    writer.close()
    with reading(engine, folder) as reader:
        assert [frequency(reader, "words", text) for text in "abc"] == [2, 1, 1]
        assert [reader.count_of(Plan(Term("words", text))) for text in "abc"] == [1, 1, 0]


def test_opens_after_every_article_was_deleted(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "a b")])
    writer = engine.append(folder)
    writer.delete("1")
    writer.commit()
    writer.close()
    with reading(engine, folder) as reader:
        assert (reader.count(), list(reader.articles()), reader.check()) == (0, [], [])


def test_an_article_answers_to_each_of_its_identifiers(engine: Engine, tmp_path: Path) -> None:
    one, other = entry("1", "a"), entry("2", "a")
    aliased = replace(one, terms={**one.terms, ID: "1 alias autre"})
    folder = filled(engine, tmp_path / "index", [aliased, other])
    with reading(engine, folder) as reader:
        assert [reader.fetch(name) for name in ("1", "alias", "autre", "2")] == [one.article] * 3 + [other.article]
    writer = engine.append(folder)
    writer.delete("alias")
    writer.commit()
    writer.close()
    assert identifiers(engine, folder) == ["2"]


def test_keeps_the_order_of_adding_and_few_files_over_many_commits(engine: Engine, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    folder = filled(engine, tmp_path / "index")
    alive: list[str] = []
    for at in range(60):
        writer = engine.append(folder)
        for number in range(rng.randint(1, 3)):
            writer.add(entry(f"{at}.{number}", "a b"))
            alive.append(f"{at}.{number}")
        if at % 5 == 4:
            gone = rng.choice([name for name in alive if not name.startswith(f"{at}.")])
            writer.delete(gone)
            alive.remove(gone)
        writer.commit()
        writer.close()
    plan = Plan(EVERYTHING, ((Weighted(Term("words", "a")),),))
    with reading(engine, folder) as reader:
        assert identifiers(engine, folder) == alive, f"SEED={SEED}"
        assert [found.article.id for found in reader.search(plan, limit=999).found] == alive, f"SEED={SEED}"
        assert [article.id for article in reader.articles()] == alive, f"SEED={SEED}"
        pages = [reader.search(plan, limit=7, offset=at).found for at in range(0, len(alive), 7)]
        assert [found.article.id for page in pages for found in page] == alive, f"SEED={SEED}"
    assert len(list(folder.iterdir())) < 250


def test_never_changes_a_file_in_place(engine: Engine, tmp_path: Path) -> None:
    old = filled(engine, tmp_path / "old", [entry("1", "a b"), entry("2", "a c")])
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    with reading(engine, old) as reader:
        shutil.copytree(old, tmp_path / "new", copy_function=os.link)
        writer = engine.append(tmp_path / "new")
        writer.add(entry("3", "a"))
        writer.delete("1")
        writer.commit()
        writer.close()
        assert {path.name: path.read_bytes() for path in old.iterdir()} == before
        assert [article.id for article in reader.articles()] == ["1", "2"]
    assert identifiers(engine, old) == ["1", "2"]
    assert identifiers(engine, tmp_path / "new") == ["2", "3"]


def test_a_long_article_and_a_frequent_word_keep_their_places(engine: Engine, tmp_path: Path) -> None:
    # Distances, frequencies and numbers in the range of surrogates (0xD800…0xDFFF) and beyond 0xFFFF.
    words = " ".join(["a", *["x"] * 0xD801, "b", *["y"] * 0x10001, "c", "d"])
    folder = filled(engine, tmp_path / "index", [Entry(Article("1", ""), {ID: "1", "words": words, "stems": words})])
    with reading(engine, folder) as reader:
        found = {
            match: reader.count_of(Plan(match))
            for match in (
                Phrase("words", ("c", "d")),
                Phrase("words", ("b", "y")),
                Phrase("words", ("y", "c", "d")),
                Phrase("words", ("a", "b")),
                Near("words", ("b", "a"), 0xD801),
                Near("words", ("b", "a"), 0xD800),
                Near("words", ("b", "c"), 0x10001),
                Near("words", ("b", "c"), 0x10000),
            )
        }
        assert list(found.values()) == [1, 1, 1, 0, 1, 0, 1, 0]
        answer = reader.search(Plan(EVERYTHING, ((Weighted(Term("stems", "y")),),)), limit=1)
        right = oracle.score(
            Plan(EVERYTHING, ((Weighted(Term("stems", "y")),),)), [Entry(Article("1", ""), {"stems": words})]
        )
        assert isclose(answer.found[0].score, right[0], rel_tol=1e-6)


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def mutilate(rng: random.Random, folder: Path) -> str:
    """Damages one file below `folder`; says what was done."""
    path = rng.choice(sorted(each for each in folder.rglob("*") if each.is_file() and each.name != ".lock"))
    raw = bytearray(path.read_bytes())
    match rng.choice(("delete", "cut", "flip", "garble", "lengthen", "empty")):
        case "delete":
            path.unlink()
            return f"deleted {path.name}"
        case "cut" if raw:
            at = rng.randrange(len(raw))
            path.write_bytes(raw[:at])
            return f"cut {path.name} at {at}"
        case "flip" if raw:
            at = rng.randrange(len(raw))
            raw[at] ^= 1 << rng.randrange(8)
            path.write_bytes(raw)
            return f"flipped a bit of byte {at} of {path.name}"
        case "garble" if raw:
            at = rng.randrange(len(raw))
            raw[at : at + 8] = rng.randbytes(len(raw[at : at + 8]))
            path.write_bytes(raw)
            return f"garbled {path.name} at {at}"
        case "lengthen":
            path.write_bytes(raw + b"\xff" * 3)
            return f"lengthened {path.name}"
        case _:
            path.write_bytes(b"")
            return f"emptied {path.name}"


def test_a_mutilated_index_answers_rightly_or_with_our_error(seeds_index: Path, tmp_path: Path) -> None:
    def answer(folder: Path) -> object:
        with searcher.open(folder) as index:
            results = index.search("Erdoğan Assad OU Syrie", explain=True)
            return [(hit.article, hit.score, hit.passages) for hit in results]

    rng = random.Random(SEED)
    right = answer(seeds_index)
    for at in range(40):
        folder = tmp_path / str(at)
        shutil.copytree(seeds_index, folder)
        done = mutilate(rng, folder)
        try:
            assert answer(folder) == right, f"SEED={SEED} {done}"
        except SearcherError as error:
            message = str(error)
        else:
            message = "none"
        assert message.splitlines() == [message], f"SEED={SEED} {done}"
        shutil.rmtree(folder)


def test_a_mutilated_generation_raises_only_our_errors(engine: Engine, tmp_path: Path) -> None:
    """Below the manifest's checksums nothing promises a right answer: only that the errors are ours."""
    rng = random.Random(SEED)
    whole = some_archive(engine, tmp_path / "whole", SEED)
    while len(whole.alive) < 5:
        shutil.rmtree(whole.folder)
        whole = some_archive(engine, tmp_path / "whole", rng.randrange(1 << 32))
    for at in range(40):
        folder = tmp_path / str(at)
        shutil.copytree(whole.folder, folder)
        done = mutilate(rng, folder)
        try:
            with reading(engine, folder) as reader:
                for plan in (some_plan(rng) for _ in range(5)):
                    reader.search(plan, limit=100, sort=rng.choice(NATIVE), explain=True)
                    reader.count_of(plan)
                for field in FIELDS:
                    frequency(reader, field, "a")
                    listed(reader, field, "")
                list(reader.articles())
                reader.fetch("n°1")
                reader.check()
        except SearcherError:
            pass
        except Exception as error:
            pytest.fail(f"SEED={SEED} {done}: {type(error).__name__}: {error}")


def test_leaves_no_file_open_when_an_index_is_damaged(engine: Engine, tmp_path: Path) -> None:
    folder = filled(engine, tmp_path / "index", [entry("1", "emploi")])
    for path in sorted(folder.iterdir()):
        raw = path.read_bytes()
        gc.collect()
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            path.unlink()  # a file that was mapped must not shrink
            path.write_bytes(b"")
            with suppress(SearcherError), reading(engine, folder) as reader:
                list(reader.articles())
            path.unlink()
            with suppress(SearcherError), reading(engine, folder) as reader:
                list(reader.articles())
            gc.collect()
        path.write_bytes(raw)
        assert [str(each.message) for each in seen if each.category is ResourceWarning] == [], path.name
    assert identifiers(engine, folder) == ["1"]


def test_a_missing_index_is_ours_to_report(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        engine.open(tmp_path / "nowhere")
