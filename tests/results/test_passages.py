"""Passages: laws for generated texts and queries, and a table of what a reader is shown."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import sentences, tokenize
from searcher.article import Range
from searcher.query.marks import Mark
from searcher.query.parse import parse
from searcher.query.understand import understand
from searcher.query.wishes import wish
from searcher.results.passages import ALIKE, MAX_LENGTH, passages
from searcher.results.values import Passage
from tests import oracle


def marks_of(query: str) -> tuple[Mark, ...]:
    """The marks of a query over an empty index, which adds nothing to the query."""
    wishes = wish(parse(query))
    return understand(wishes, oracle.look_up(wishes.questions, [])).marks


def shown(passage: Passage) -> str:
    """The passage with its highlights in brackets."""
    text, at, written = passage.text, 0, ""
    for start, end in passage.highlights:
        written += f"{text[at:start]}[{text[start:end]}]"
        at = end
    return written + text[at:]


# ── a table ───────────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = "mot " * 60
TABLE = [
    ("avocat", "Il pleut. L’avocat plaide. Fin.", ["L’[avocat] plaide."]),
    ("l'avocat", "L’Avocat et l'avocate.", ["L’[Avocat] et l'[avocate]."]),
    ("turc", "Les Turques négocient à Paris.", ["Les [Turques] négocient à Paris."]),
    ("Poutine", "Путин parle. Poutine aussi.", ["[Путин] parle.", "[Poutine] aussi."]),
    (
        "Erdogan Assad",
        f"Erdoğan parle. {LONG.title()}. {LONG.title()}. Assad se tait.",
        ["[Erdoğan] parle.", "[Assad] se tait."],
    ),
    ("Erdogan Assad", "Erdoğan parle. Assad se tait.", ["[Erdoğan] parle. [Assad] se tait."]),
    ("Erdogan Assad", "Erdoğan parle. Assad écoute Erdoğan.", ["[Assad] écoute [Erdoğan]."]),
    ('"guerre civile"', "La guerre. La guerre civile dure. Une armée civile.", ["La [guerre] [civile] dure."]),
    ('"guerre en Syrie"', "Guerre ! Syrie en feu : la guerre en Syrie.", ["Syrie en feu : la [guerre] [en] [Syrie]."]),
    ('"a b"~2', "x a y b z. B seul.", ["x [a] y [b] z."]),
    ("porte-parole", "Le porteparole. La parole de la porte.", ["Le [porteparole]."]),
    ("porte-parole", "Le porte-parole et sa parole.", ["Le [porte-parole] et sa parole."]),
    ("week-end", "Un weekend d’été.", ["Un [weekend] d’été."]),
    ("=côte", "La cote. Le côté. La côte.", ["La [côte]."]),
    ("URSS", "Chute de l’U.R.S.S. en 1991.", ["Chute de l’[U.R.S.S.] en 1991."]),
    ("12 000", "Il y a 12\u202f000 morts.", ["Il y a [12\u202f000] morts."]),
    ("Assad", "Guerre en Syrie.Assad parle.«\u00a0Oui.\u00a0»", ["[Assad] parle."]),
    ("absent", "La première phrase. La seconde.", ["La première phrase."]),
    ("titre:avocat", "La première. L’avocat.", ["La première."]),
    ("absent", " \n ", []),
    ("e\u0301te\u0301", "Un été, un e\u0301te\u0301.", ["Un [été], un [e\u0301te\u0301]."]),
    ("avocat -juge", "Le juge et l’avocat.", ["Le juge et l’[avocat]."]),
]


@pytest.mark.parametrize(("query", "text", "found"), TABLE, ids=[f"{query} in {text}"[:60] for query, text, _ in TABLE])
def test_shows(query: str, text: str, found: list[str]) -> None:
    assert [shown(passage) for passage in passages(text, marks_of(query), limit=3)] == found


def test_cuts_a_long_sentence_between_words_around_the_match() -> None:
    (passage,) = passages(f"{LONG}l’avocat {LONG}fin.", marks_of("avocat"), limit=1)
    assert len(passage.text) <= MAX_LENGTH
    assert set(passage.text.split()) == {"mot", "l’avocat"}
    assert shown(passage).count("[avocat]") == 1


def test_cuts_a_long_lead_between_words() -> None:
    (passage,) = passages(LONG * 3, (), limit=1)
    assert len(passage.text) <= MAX_LENGTH
    assert set(passage.text.split()) == {"mot"}


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = (
    "zèbre yacht xérès wagon vélo usine tigre sable ruche quai porte-parole Œuvre navire l’U.R.S.S. lemonde.fr".split()
)
WORDS += "kiosque d’été igloo horloge 3,5 gare fusée étoile aujourd’hui désert cactus".split()
FILLERS = [f"{one}{two}" for one in ("ba", "co", "du", "fi", "go", "li") for two in ("ta", "ro", "nu", "mi", "sel")]
ENDS = [". ", "! ", " ? ", "… ", ".\n\n", " », ", "", ".« "]
sentence = st.tuples(
    st.lists(st.sampled_from([*WORDS, *FILLERS, *FILLERS]), min_size=1, max_size=9), st.sampled_from(ENDS)
).map(lambda made: " ".join(made[0]).capitalize() + made[1])
news = st.lists(sentence, min_size=1, max_size=14).map("".join)
asked = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(WORDS),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(lambda words: f'"{" ".join(words)}"~3'),
        st.sampled_from(["été*", "=zèbre", "vélo~1", "titre:gare", "-usine"]),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
anything = st.one_of(
    news, st.text(max_size=60), st.lists(st.one_of(news, st.text(max_size=9)), max_size=5).map("".join)
)


@given(anything, asked, st.integers(0, 4))
def test_a_passage_is_a_slice_and_its_highlights_whole_words(text: str, query: str, limit: int) -> None:
    found = passages(text, marks_of(query), limit=limit)
    assert len(found) <= limit
    assert bool(found) == bool(text.strip() and limit)
    starts = {token.start for token in tokenize(text)}
    ends = {token.end for token in tokenize(text)}
    for passage in found:
        assert 0 <= passage.start < passage.end <= len(text)
        assert passage.text == text[passage.start : passage.end]
        assert all(start < end for start, end in passage.highlights)
        assert all(before[1] <= after[0] for before, after in pairwise(passage.highlights))
        assert {passage.start + start for start, _ in passage.highlights} <= starts
        assert {passage.start + end for _, end in passage.highlights} <= ends


@given(news, asked, st.integers(1, 4))
def test_no_passage_is_cut_inside_a_word_or_longer_than_the_limit(text: str, query: str, limit: int) -> None:
    for passage in passages(text, marks_of(query), limit=limit):
        for token in tokenize(text):
            assert not token.start < passage.start < token.end
            assert not token.start < passage.end < token.end
        assert len(passage.text) <= MAX_LENGTH


@given(st.lists(st.sampled_from([*WORDS, *FILLERS]), min_size=60, max_size=200).map(" ".join), asked)
def test_a_text_without_a_stop_is_cut_between_words(text: str, query: str) -> None:
    for passage in passages(text, marks_of(query), limit=3):
        assert len(passage.text) <= MAX_LENGTH
        assert f" {passage.text} " in f" {text} "


@given(anything, asked, st.integers(2, 5))
def test_no_two_passages_are_alike(text: str, query: str, limit: int) -> None:
    found = passages(text, marks_of(query), limit=limit)
    for one, other in combinations(found, 2):
        assert one.end <= other.start or other.end <= one.start
        some, others = set(one.text.casefold().split()), set(other.text.casefold().split())
        assert len(some & others) < ALIKE * min(len(some), len(others))


def held(marks: tuple[Mark, ...], text: str, extent: Range) -> int:
    """How many marks the words inside an extent show. Slowly, and for keys, words, forms and phrases side by side."""
    tokens = [token for token in tokenize(text) if extent[0] <= token.start and token.end <= extent[1]]
    words = [token.word for token in tokens]
    return sum(
        any(
            not mark.keys.isdisjoint(token.keys)
            or token.word in mark.words
            or (token.form or f"{token.word}|{token.word}") in mark.forms
            for token in tokens
        )
        or any(tuple(words[at : at + len(phrase)]) == phrase for phrase in mark.phrases for at in range(len(words)))
        for mark in marks
    )


loose = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.lists(st.sampled_from(WORDS), min_size=2, max_size=2).map(lambda words: f'"{" ".join(words)}"'),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(news, loose)
def test_the_first_passage_shows_as_much_as_any_sentence(text: str, query: str) -> None:
    marks = marks_of(query)
    best = max((held(marks, text, extent) for extent in sentences(text)), default=0)
    (first, *_) = passages(text, marks, limit=1)
    assert held(marks, text, (first.start, first.end)) >= best


@given(
    news, st.lists(st.sampled_from([*WORDS, *FILLERS]), min_size=2, max_size=4), sentence, news, st.sampled_from(WORDS)
)
def test_a_phrase_that_was_asked_is_shown_whole(
    before: str, phrase: list[str], around: str, after: str, word: str
) -> None:
    asked = " ".join(phrase)
    text = f"{before}\n{around.strip(' .!?…«»,')} {asked} {around}{after}"
    marks = marks_of(f'"{asked}" {word}')
    quoted = marks[:1]
    assert any(held(quoted, passage.text, (0, len(passage.text))) for passage in passages(text, marks, limit=5)), text
    (alone,) = passages(text, quoted, limit=1)
    assert held(quoted, alone.text, (0, len(alone.text)))
    assert len(alone.highlights) >= len(phrase) - 1
