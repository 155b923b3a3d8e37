"""Questions about terms: shapes, distances, and answers cut short. test_answers compares engines with the oracle."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from math import inf

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.engines import lookup, protocol
from searcher.engines.lookup import look_up
from searcher.query.lookup import Question, Shaped, Within
from searcher.query.plan import Term
from searcher.query.shapes import Reach, distance, shape, shaped
from tests import oracle

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))

letters = st.text("abc", max_size=5)


@given(letters, letters, st.integers(0, 5))
@example("ab", "ba", 1)
@example("ca", "abc", 3)  # 3 here, 2 where a swapped pair may be edited again
def test_measures_distance_up_to_the_edits_allowed(one: str, other: str, edits: int) -> None:
    right = oracle.edits(one, other)
    assert distance(one, other, edits) == (right if right <= edits else None)


@given(letters, letters, st.integers(0, 5))
def test_distance_is_the_same_both_ways(one: str, other: str, edits: int) -> None:
    assert distance(one, other, edits) == distance(other, one, edits)


def test_reaches_the_words_that_the_distance_says() -> None:
    rng = random.Random(SEED)
    for _ in range(400):
        letters = "abçd"[: rng.randint(2, 4)]
        words = sorted({"".join(rng.choices(letters, k=rng.randint(0, 8))) for _ in range(rng.randint(0, 40))})
        target, edits = "".join(rng.choices(letters + "x", k=rng.randint(1, 8))), rng.randint(0, 2)
        right = [word for word in words if distance(target, word, edits) is not None]
        half, reach = len(words) // 2, Reach(target, edits)
        assert [*reach.among(words[:half]), *reach.among(words[half:])] == right, f"SEED={SEED}"


def test_a_star_stands_for_any_letters_and_a_question_mark_for_one() -> None:
    rng = random.Random(SEED)
    for _ in range(400):
        written = "".join(rng.choices("ab*?", k=rng.randint(1, 8)))
        words = ["".join(rng.choices("abc", k=rng.randint(1, 8))) for _ in range(30)]
        beginning, lines = shape(written)
        assert beginning == written.split("*")[0].split("?")[0]
        right = [word for word in words if oracle.answers(Shaped("", written, 1), word)]
        assert list(shaped(words, lines)) == right, f"SEED={SEED} {written}"


def test_any_number_of_stars_takes_time_in_proportion() -> None:
    _, lines = shape("aa" + "*a" * 60 + "b")
    assert list(shaped(["a" * 128, "a" * 127 + "b"], lines)) == ["a" * 127 + "b"]


# ── look-ups ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Numbers:
    """A vocabulary of five-digit numbers that counts how many of its terms are read, and its lists."""

    def __init__(self) -> None:
        self.words = [f"{number:05}" for number in range(3_000)]
        self.read = self.lists = 0

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        self.lists += 1
        for word in self.words:
            if word.startswith(prefix):
                self.read += 1
                yield word

    def frequency(self, field: str, text: str) -> int:
        return int(text)


def test_questions_about_one_prefix_share_one_reading() -> None:
    numbers = Numbers()
    alike: list[Question] = [
        Shaped("words", "0*7", 9_999),
        Within("words", "00070", 1, 9_999),
        Shaped("words", "0*", 1),
    ]
    answers = look_up(alike, numbers, inf)
    assert [len(answers.terms[each]) for each in alike if not isinstance(each, Term)] == [300, 32, 1]
    assert (numbers.lists, numbers.read) == (1, 3_000)


def test_reads_no_further_than_is_wanted() -> None:
    numbers = Numbers()
    assert look_up([few := Shaped("words", "0*", 3)], numbers, inf).terms[few] == ("00000", "00001", "00002")
    assert numbers.read == lookup._FIRST


@pytest.mark.parametrize("until", [0, 1, 2, 3, 4, 6, 9, 99])
def test_says_which_answers_the_time_cut_short(until: int, monkeypatch: pytest.MonkeyPatch) -> None:
    term, all_of_them, few = Term("words", "00007"), Shaped("words", "*", 9_999), Shaped("words", "0000*", 9_999, True)
    questions: list[Question] = [all_of_them, few, term]
    whole = look_up(questions, Numbers(), inf)
    seconds = iter(range(1_000))
    monkeypatch.setattr(protocol, "monotonic", lambda: next(seconds))  # each look at the clock takes a second
    some = look_up(questions, Numbers(), until)
    for each in (all_of_them, few):
        known = whole.terms[each][: len(some.terms[each])]
        assert some.terms[each] == known
        assert each in some.cut or known == whole.terms[each]
    assert all(
        count == (0 if each in some.cut else whole.frequencies[each]) for each, count in some.frequencies.items()
    )
    assert bool(some.cut) is (until < 20)
    assert some.are_whole([term]) is (until > 0)
