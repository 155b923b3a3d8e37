"""A sketch is a sample of the shingles of a text, the same everywhere."""

from __future__ import annotations

import subprocess
import sys
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import entry
from searcher.analysis.sketch import LEAD, SHORT, WIDTH, as_terms, containment, coverage, from_terms, shingles, sketch
from searcher.article import SKETCH, Article

words = st.lists(st.sampled_from([f"mot{number}" for number in range(40)]), max_size=300)


@given(words)
def test_it_travels_as_terms(text: list[str]) -> None:
    made = sketch(text)
    assert from_terms(as_terms(made)) == (made if made.hashes else type(made)())


@given(words)
def test_it_is_ascending_and_says_how_much_of_it_a_coarser_one_has(text: list[str]) -> None:
    made = sketch(text)
    assert list(made.hashes) == sorted(set(made.hashes))
    assert made.is_short == (len(text) < SHORT)
    assert made.common <= len(made.hashes) if made.is_short else made.common == len(made.hashes)


@given(words, words)
def test_what_comes_before_and_behind_a_passage_does_not_change_its_hashes(
    before: list[str], behind: list[str]
) -> None:
    passage = [f"phrase{number}" for number in range(200)]
    whole = sketch([*(["lead"] * LEAD), *passage])
    longer = sketch([*(["lead"] * LEAD), *before, *passage, *behind])
    assert len(set(whole.hashes) - set(longer.hashes)) <= WIDTH


def test_the_first_words_do_not_count() -> None:
    body = [f"mot{number}" for number in range(150)]
    leads = [[f"{letter}{number}" for number in range(LEAD)] for letter in "ab"]
    assert sketch(leads[0] + body).hashes == sketch(leads[1] + body).hashes


def test_a_text_of_few_words_has_none() -> None:
    assert sketch([]).hashes == sketch(["mot"] * (LEAD + WIDTH - 1)).hashes == ()


def test_it_is_the_same_in_another_process() -> None:
    text = " ".join(f"mot{number}" for number in range(300))
    code = f"from searcher.analysis.sketch import sketch; print(sketch({text!r}.split()).hashes)"
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert other.stdout.strip() == str(sketch(text.split()).hashes)


def test_an_entry_has_one_unless_copies_are_left_out() -> None:
    article = Article("a", "Les mots : " + " ".join(f"mot{number}" for number in range(80)))
    assert from_terms(entry(article).terms[SKETCH]).hashes
    assert SKETCH not in entry(article, without=("copies",)).terms


def test_accents_and_capitals_do_not_count() -> None:
    text = "L’été, Élodie relut la dépêche : « Rien de neuf », à Évreux. " + "".join(
        f"Élu n{letter} déçu. " for letter in "abcdefghijklmnopqrstuvwxyz"
    )
    assert entry(Article("a", text)).terms[SKETCH] == entry(Article("a", text.upper())).terms[SKETCH]


def test_what_is_shared_of_the_shorter_text() -> None:
    random = Random(1)
    words = [f"mot{random.randrange(10_000)}" for _ in range(112)]
    text, half = shingles(words), shingles(words[:62])
    longer = shingles([*words[:62], *(f"autre{number}" for number in range(50))])
    assert containment(text, half) == coverage(half, text) == 1.0
    assert containment(text, longer) == 47 / 97
    assert coverage(text, longer) == 50 / 100
    assert containment(text, shingles(["rien"] * 100)) == coverage(shingles([]), text) == 0.0


def test_passages_of_a_few_words_are_no_copy() -> None:
    """As in templates: seven words are the frame's, one is filled in."""
    frames = [[f"cadre{number}" for number in range(at, at + 7)] for at in range(0, 140, 7)]
    one, other = (shingles([word for frame in frames for word in (*frame, f"{name}{frame[0]}")]) for name in "ab")
    assert containment(one, other) > 0.4
    assert coverage(one, other) < 0.1
