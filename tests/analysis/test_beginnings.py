"""Letters that begin every word with a term: no piece that matches is passed over."""

from __future__ import annotations

from functools import cache
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.beginnings import IRREGULAR, SIZE, Hint, beginnings, clue
from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.lexicon import Form, lexicon
from searcher.analysis.pieces import cut
from searcher.analysis.stems import stem
from searcher.analysis.words import analyse_chunk
from searcher.query.marks import Mark
from searcher.results import marking

_PIECES = st.text("aeéinortsuvçœÉAEBDLST.-'’·/()0123, «»\u0301йА\u00ad", min_size=1, max_size=16) | st.sampled_from(
    "l’École U.R.S.S. week-end vient reviennent étudiant·e·s acteur·rice nouveau·elle vécu yeux SyrieLe 12\u00a0000 lemonde.fr "
    "Côte-d-Ivoire élisent Müller Эрдоган salarié(e)s d’Erdoğan naîtront C++".split()
)


def placed(text: str) -> list[tuple[int, str]]:
    pieces = cut(text)
    return list(zip(accumulate((len(piece) + 1 for piece in pieces), initial=0), pieces, strict=False))


def terms(piece: str) -> set[str]:
    words, wholes = analyse_chunk(piece)
    found = {word.word for word in words} | {key for word in words for key in word.keys}
    return found | {key for whole in wholes for key in whole.keys} | {f"/{word.stem}" for word in words}


@given(_PIECES)
def test_a_piece_may_hold_each_of_its_terms(piece: str) -> None:
    for term in terms(piece):
        named = beginnings([term])
        assert named is None or Hint(named)[clue(piece)], term


@given(
    st.lists(_PIECES, max_size=12), st.sampled_from(["elire", "erdogan", "etudiant", "acteur", "1", "12000", "aller"])
)
def test_a_text_has_the_same_marks_when_every_piece_is_analysed(pieces: list[str], word: str) -> None:
    text, marks = " ".join(pieces), (Mark("", words=frozenset([word]), keys=frozenset([f"^{word}", word])),)
    found = marking.spans(text, marks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marking.Matcher, "likely", lambda _, text: placed(text))
        assert found == marking.spans(text, marks)


def test_few_pieces_are_analysed_for_a_word() -> None:
    text = " ".join(f"mot{number} vendredi, l’avis" for number in range(100))
    matcher = marking.Matcher((Mark("", keys=frozenset(["avis"])),))
    assert [piece for _, piece in matcher.likely(text)] == ["l’avis"] * 100


def test_every_irregular_lemma_of_the_lexicon_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = lexicon()
    table = known._mapped[known._start :].decode()
    expected = {term: set(begins.split(",")) for term, begins in IRREGULAR.items()}
    monkeypatch.setattr("searcher.analysis.beginnings.IRREGULAR", {})
    irregular: dict[str, set[str]] = {}
    for line in filter(None, table.split("\n")):
        key, _, forms = line.partition("\t")
        begins = "".join(filter(str.isalnum, key))[:SIZE]
        for part in forms.split("|"):
            printed, _, readings = part.partition(":")
            form = Form(printed or key, readings, key)
            stemmed = f"/{fold(stem(latin(surface(form.printed))))}"
            for term in (*form.lemmas, *(() if "µ" in form.printed else (stemmed,))):
                if not _hint(term)[begins]:
                    irregular.setdefault(term, set()).add(begins)
    assert irregular == expected


@cache
def _hint(term: str) -> Hint:
    named = beginnings([term])
    assert named is not None
    return Hint(named)
