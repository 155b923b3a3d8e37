"""Marking: where in a text the words stand that a query asked for."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis import keys_for, tokenize
from searcher.query.marks import Mark
from searcher.results.marking import highlights, spans
from tests.results.test_passages import WORDS, anything, marks_of


def test_highlights_a_title() -> None:
    title = "Erdoğan, Assad et l’ex-président"
    found = [title[start:end] for start, end in highlights(title, marks_of("president erdogan ex-président"))]
    assert found == ["Erdoğan", "ex-président"]


def test_a_highlighted_compound_ends_where_the_compound_ends() -> None:
    text = "Le week-end.Selon lui"
    (span,) = spans(text, (Mark("weekend", keys=frozenset({"weekend"})),))
    assert text[span.start : span.end] == "week-end"


NUMBERS = ["12 000", "1 000 000", "12\u202f000", "3, 500", '"500"', "le 123 ou 4 567", "20 00", "\0 000", "a\x1c123"]
numbered = st.lists(st.sampled_from([*NUMBERS, *WORDS, " ", "\n", ", ", '"', "\0", "\xa0", "."]), max_size=20).map(
    "".join
)


@given(st.one_of(anything, numbered, st.lists(st.sampled_from([*NUMBERS, *WORDS])).map(" ".join)))
@example("Ͱ:0")
@example("❶:0")
def test_every_word_is_found_where_it_stands(text: str) -> None:
    tokens = list(tokenize(text))
    marks = (Mark("all", words=frozenset(token.word for token in tokens[::2])),)
    found = [(span.start, span.end) for span in spans(text, marks)]
    assert found == [(token.start, token.end) for token in tokens if token.word in marks[0].words]


PRINTED = (
    'le la Front front de gauche d’État l’État État-major U.R.S.S. 12 000 « » – , 3, "non" \n 5 gauche. de-la'.split(
        " "
    )
)


@given(
    st.lists(st.sampled_from(PRINTED), max_size=80),
    st.lists(st.sampled_from(["le", "de", "front", "gauche", "etat", "12000", "urss", "5"]), min_size=2, max_size=4),
    st.sampled_from([None, 0, 1, 3]),
    st.sampled_from([" ", "\n", ", ", "\xa0", '"']),
)
def test_every_phrase_is_found_where_its_words_stand(
    printed: list[str], phrase: list[str], slop: int | None, between: str
) -> None:
    text = between.join(printed)
    tokens = list(tokenize(text))
    expected = []
    for first, token in enumerate(tokens):
        if slop is None:
            chosen = tokens[first : first + len(phrase)]
        else:
            chosen, missing = [], list(phrase)
            for each in tokens[first : first + len(phrase) + slop]:
                if each.word in missing:
                    missing.remove(each.word)
                    chosen.append(each)
        said = [each.word for each in chosen]
        if said == phrase if slop is None else token.word in phrase and sorted(said) == sorted(phrase):
            expected.append(tuple((each.start, each.end) for each in chosen))
    found = spans(text, (Mark("", phrases=(tuple(phrase),), slop=slop),))
    assert [span.words for span in found] == sorted(expected)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("craindre", "Ils craignent la crainte.", ["craignent", "crainte"]),
        ("gaz", "Une fuite de gaz à Gaza.", ["gaz"]),
        ("Gaza", "GAZA : du gaz à Gaza.", ["GAZA", "Gaza"]),
        ("pierre", "Pierre qui roule. Hier Pierre a vu une pierre.", ["Pierre", "Pierre", "pierre"]),
        ("sécurité", "LA SECURITE de la securite", ["SECURITE", "securite"]),
        ("journal", "Le journaliste et ses journaux", ["journaux"]),
    ],
)
def test_it_shows_the_words_that_the_keys_of_a_query_find(query: str, text: str, shown: list[str]) -> None:
    marks = (Mark(query, keys=frozenset(keys_for(query))),)
    assert [text[span.start : span.end] for span in spans(text, marks)] == shown


def test_it_shows_a_common_word_with_a_capital_only_where_a_sentence_begins() -> None:
    text = "Marie voit Marie. Marie-toi !"
    marks = (Mark("marier", keys=frozenset({"marier"})),)
    assert [span.start for span in spans(text, marks)] == [0, 18]
