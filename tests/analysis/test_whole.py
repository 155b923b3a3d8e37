"""Whole values: what an article is counted by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import entry
from searcher.analysis.whole import LONGEST, authors
from searcher.article import WHOLE, Article, as_term, as_value


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Léa Roy", ["Léa Roy"]),
        ("Léa Roy, Jean Viau et Amin Sy", ["Léa Roy", "Jean Viau", "Amin Sy"]),
        ("Par Léa Roy et Jean Viau", ["Léa Roy", "Jean Viau"]),
        ("by Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Léa Roy / Léa Roy ; Jean Viau", ["Léa Roy", "Jean Viau"]),
        ("Roy, Léa", ["Roy, Léa"]),
        ("Jean Viau, à Rome", ["Jean Viau, à Rome"]),
        ("Le Monde avec AFP", ["Le Monde avec AFP"]),
        ("Agence France-Presse", ["Agence France-Presse"]),
        ("Juliette Étienne", ["Juliette Étienne"]),
        ("Par", ["Par"]),
        (" , ", [" , "]),
    ],
)
def test_a_byline_is_taken_apart_where_every_piece_is_a_full_name(byline: str, expected: list[str]) -> None:
    assert list(authors(byline)) == expected


@pytest.mark.parametrize(
    ("date", "value"),
    [
        ("2020", "2020"),
        ("2020-01", "2020-01"),
        ("2020-01-07", "2020-01-07"),
        ("2020-01-07T23:59:59-05:00", "2020-01-07"),
        ("2020-13", None),
        ("mardi", None),
        (None, None),
    ],
)
def test_a_date_counts_in_the_precision_it_was_given_with(date: str | None, value: str | None) -> None:
    assert as_value(entry(Article("1", "", date=date)).terms[WHOLE["when"]]) == value


def test_a_value_is_whole_composed_and_on_one_line() -> None:
    terms = entry(
        Article(
            "1",
            "",
            source=" Le\u00a0Monde\n diplomatique ",
            section="Socie\u0301te\u0301",
            language="FR",
            format="html",
        )
    ).terms
    assert {name: as_value(terms[field]) for name, field in WHOLE.items()} == {
        "source": "Le Monde diplomatique",
        "author": None,
        "section": "Société",
        "language": "fr",
        "format": "html",
        "when": None,
        "name": None,
        "person": None,
        "pair": None,
        "speaker": None,
    }


@given(st.text() | st.none())
def test_a_value_is_one_term_which_gives_it_back(text: str | None) -> None:
    term = as_term(text)
    assert term.split() == [term]
    value = as_value(term)
    assert as_term(value) == term
    assert value is None or value == " ".join(value.split())


@given(st.text(), st.text(), st.text())
def test_every_field_of_whole_values_holds_a_term_once(source: str, author: str, section: str) -> None:
    terms = entry(Article("1", "", source=source, author=author, section=section)).terms
    for field in WHOLE.values():
        held = terms[field].split()
        assert held
        assert len(held) == len(set(held))
        assert max(map(len, held)) <= 4 * LONGEST
