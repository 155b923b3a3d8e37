"""A difference holds both texts, word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searcher.article import Article
from searcher.results import diff as module
from searcher.results.diff import Diff, Kind, diff

words = st.lists(
    st.sampled_from(["le", "budget", "voté", "hier", "l’État", "dit-il", "«", "»", "été", "\n\n", ".", ","]),
    max_size=40,
)


def between(left: str, right: str) -> Diff:
    return diff(Article("a", left), Article("b", right))


@given(words, words)
def test_its_pieces_are_slices_that_follow_one_another(left: list[str], right: list[str]) -> None:
    one, other = " ".join(left), " ".join(right)
    found = between(one, other)
    for piece in found.pieces:
        assert piece.left == one[piece.left_start : piece.left_end]
        assert piece.right == other[piece.right_start : piece.right_end]
        assert bool(piece.left) == (piece.kind is not Kind.ADDED)
        assert bool(piece.right) == (piece.kind is not Kind.REMOVED)
    for text, ends in (
        (one, [(piece.left_start, piece.left_end) for piece in found.pieces]),
        (other, [(piece.right_start, piece.right_end) for piece in found.pieces]),
    ):
        assert ends == sorted(ends)
        covered = "".join(text[start:end] for start, end in ends)
        assert covered.replace(" ", "").replace("\n", "") == text.replace(" ", "").replace("\n", "")


@given(words)
def test_a_text_does_not_differ_from_itself(text: list[str]) -> None:
    found = between(" ".join(text), "  ".join(text).replace("’", "'").replace("«", '"').replace("»", '"'))
    assert all(piece.kind is Kind.EQUAL for piece in found.pieces)
    assert found.same == found.left_words == found.right_words


@given(words, words)
def test_both_ways_see_as_many_words(left: list[str], right: list[str]) -> None:
    one, other = between(" ".join(left), " ".join(right)), between(" ".join(right), " ".join(left))
    assert (one.left_words, one.right_words) == (other.right_words, other.left_words)
    assert one.same <= min(one.left_words, one.right_words)


def test_words_are_changed_added_and_removed() -> None:
    found = between("Le budget est voté hier soir à Paris.", "Le budget de l’État est adopté à Paris, selon l’AFP.")
    assert [(piece.kind.value, piece.left, piece.right) for piece in found.pieces] == [
        ("equal", "Le budget", "Le budget"),
        ("added", "", "de l’État"),
        ("equal", "est", "est"),
        ("changed", "voté hier soir", "adopté"),
        ("equal", "à Paris", "à Paris"),
        ("added", "", ", selon l’AFP"),
        ("equal", ".", "."),
    ]


def test_a_word_that_two_passages_happen_to_share_is_no_passage() -> None:
    found = between("un deux trois quatre de cinq six sept huit.", "a b c d de e f g h.")
    assert [(piece.kind.value, piece.left) for piece in found.pieces] == [
        ("changed", "un deux trois quatre de cinq six sept huit"),
        ("equal", "."),
    ]


def test_accents_and_capitals_are_differences() -> None:
    assert between("Été", "été").same == between("cote", "côte").same == 0
    assert between("e\u0301te\u0301", "été").same == 1


def test_what_is_beyond_the_limit_is_not_compared() -> None:
    text = "mot " * (module.MOST_WORDS + 1)
    found = between(text, "mot")
    assert not found.complete
    assert found.left_words == module.MOST_WORDS
