"""What tokens lose of the terms they stand for: nothing; and what they spare an engine."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from searcher.engines.tokens import as_tokens, beginning, is_cut, term, token

terms = st.text(alphabet=st.characters(), max_size=12) | st.text(alphabet="\x1a0~a\ud800 \n\u2003", max_size=6)


@given(terms)
@example("")
@example("\x1a0")
@example("\x1a0000")
@example("\ud800\udc00")
def test_a_token_gives_back_its_term(text: str) -> None:
    assert term(token(text)) == text
    assert token(text).encode("utf-8")
    assert token(text).split() == [token(text)]


@given(terms, terms)
def test_tokens_begin_as_their_terms_do(text: str, more: str) -> None:
    assert token(text + more).startswith(beginning(text)) or text + more == ""


@given(st.lists(terms.map(lambda text: "".join(text.split())).filter(bool)))
def test_a_field_becomes_the_tokens_of_its_terms(held: list[str]) -> None:
    assert as_tokens(" ".join(held), []).split(" ") == (list(map(token, held)) or [""])


def test_a_term_too_long_for_an_engine_is_cut_and_told() -> None:
    long, alike = "é" * 9_000, "é" * 9_001
    told: list[str] = []
    tokens = as_tokens(f"a {long} b {long}", told).split()
    assert told == [long]
    assert tokens == ["a", token(long), "b", token(long)]
    assert is_cut(token(long))
    assert token(long) != token(alike)
    assert len(token("\U0001f600" * 8_000).encode()) < 32_766
