"""Over-representation: the formulas against others, and laws of the tables."""

from __future__ import annotations

import random
from math import erfc, isclose, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.results.names import CUT, Keyness, NameOrder, associated, keyness, likelihood, ranked, ratio

tables = st.tuples(
    st.integers(0, 500), st.integers(0, 5000), st.integers(501, 10_000), st.integers(5001, 100_000)
).filter(lambda table: table[0] + table[1] > 0)


def independent_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Twice the difference of two Poisson log-likelihoods: one rate for each corpus, and one for both."""

    def poisson(count: int, expected: float) -> float:
        return (count * log(expected) if count else 0.0) - expected

    apart = poisson(a, a) if a else 0.0
    apart += poisson(b, b) if b else 0.0
    rate = (a + b) / (c + d)
    return 2 * (apart - poisson(a, rate * c) - poisson(b, rate * d))


def test_the_formulas_equal_an_independent_computation() -> None:
    rng = random.Random(15)
    for _ in range(1000):
        c, d = rng.randint(1, 5000), rng.randint(1, 100_000)
        a, b = rng.randint(0, c), rng.randint(0, d)
        if a + b:
            assert isclose(likelihood(a, b, c, d), independent_likelihood(a, b, c, d), rel_tol=1e-7, abs_tol=1e-7)
        if a and b:
            assert isclose(2 ** ratio(a, b, c, d), a * d / (b * c), rel_tol=1e-9)


def test_a_published_example_has_the_published_values() -> None:
    """Worked by hand: 10 in 100 against 10 in 1,000."""
    expected = 2 * (10 * log(10 / (100 * 20 / 1100)) + 10 * log(10 / (1000 * 20 / 1100)))
    assert isclose(likelihood(10, 10, 100, 1000), expected)
    assert isclose(ratio(10, 10, 100, 1000), log(10) / log(2))
    assert isclose(ratio(8, 0, 100, 100), 4)  # a half stands for none


@given(tables)
def test_swapping_the_corpora_flips_the_sign(table: tuple[int, int, int, int]) -> None:
    a, b, c, d = table
    assert isclose(ratio(a, b, c, d), -ratio(b, a, d, c), abs_tol=1e-9)
    assert isclose(likelihood(a, b, c, d), likelihood(b, a, d, c), rel_tol=1e-9, abs_tol=1e-9)
    assert likelihood(a, b, c, d) >= 0


def test_equal_shares_say_nothing() -> None:
    assert isclose(likelihood(10, 100, 50, 500), 0, abs_tol=1e-9)
    assert ratio(10, 100, 50, 500) == 0


def test_a_table_lists_what_is_over_represented_and_nothing_else() -> None:
    found = {"often": 40, "alike": 10, "seldom": 2, "under": 3}
    archive = {"often": 50, "alike": 100, "seldom": 2, "under": 800}
    rows = keyness(found, lambda names: {name: archive[name] for name in names}, total=100, volume=1000)
    assert [(row.value, row.articles, row.elsewhere) for row in rows] == [("often", 40, 10)]
    assert (rows[0].likelihood or 0) > CUT


def test_the_whole_archive_is_compared_with_nothing() -> None:
    rows = keyness({"a": 5, "b": 2}, lambda _: {}, total=10, volume=10)
    assert rows == [Keyness("a", 5, 0, None, None)]


def test_pairs_of_a_whole_archive_are_held_against_chance() -> None:
    """A and B stand together in 8 of 10 articles each; C and D in no more than chance has it; the order does not matter."""
    persons = {"A": 10, "B": 10, "C": 500, "D": 500}
    rows = associated({("A", "B"): 8, ("C", "D"): 250}, persons, volume=1000)
    assert [(row.value, row.articles, row.elsewhere) for row in rows] == [("0", 8, 2)]
    assert associated({("B", "A"): 8}, persons, volume=1000) == [rows[0]]


@pytest.mark.parametrize(
    ("order", "first"), [(NameOrder.RATIO, "rare"), (NameOrder.LIKELIHOOD, "sure"), (NameOrder.ARTICLES, "many")]
)
def test_a_table_is_ranked(order: NameOrder, first: str) -> None:
    rows = [Keyness("many", 90, 9, 20.0, 1.0), Keyness("rare", 3, 0, 16.0, 9.0), Keyness("sure", 40, 0, 99.0, 5.0)]
    assert ranked(rows, order)[0].value == first
    assert len(ranked(rows, order)) == 3
    assert ranked(reversed(rows), order) == ranked(rows, order)


def test_the_cut_is_the_quantile_it_is_said_to_be() -> None:
    """p < .0001 at one degree of freedom: erfc(√(15.13 / 2))."""
    assert 0.00009 < erfc(sqrt(CUT / 2)) < 0.000101
