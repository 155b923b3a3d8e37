"""Letters that every piece with a term holds: no piece that matches is passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.beginnings import _BENT, IRREGULAR, SIZE, beginnings, holds
from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.lexicon import Form, lexicon
from searcher.analysis.stems import stem
from searcher.analysis.words import analyse_chunk
from searcher.query.marks import Mark
from searcher.results import marking

_PIECES = st.text("aeéinortsuvçœÉAEBDLST.-'’·/()0123, «»\u0301йА\u00ad", min_size=1, max_size=16) | st.sampled_from(
    "l’École U.R.S.S. week-end vient reviennent étudiant·e·s acteur·rice nouveau·elle vécu yeux SyrieLe 12\u00a0000 lemonde.fr "
    "Côte-d-Ivoire élisent Müller Эрдоган salarié(e)s d’Erdoğan naîtront C++".split()
)


def terms(piece: str) -> set[str]:
    words, wholes = analyse_chunk(piece)
    found = {word.word for word in words} | {key for word in words for key in word.keys}
    return found | {key for whole in wholes for key in whole.keys} | {f"/{word.stem}" for word in words}


@given(_PIECES)
def test_a_piece_holds_the_beginnings_of_its_terms(piece: str) -> None:
    for term in terms(piece):
        named = beginnings([term])
        assert named is None or holds(piece, named), term


@given(st.lists(_PIECES, max_size=12), st.sampled_from(["elire", "erdogan", "etudiant", "acteur", "1", "12000"]))
def test_a_text_has_the_same_marks_without_the_analysis_of_every_piece(pieces: list[str], word: str) -> None:
    text, marks = " ".join(pieces), (Mark("", words=frozenset([word]), keys=frozenset([f"^{word}", word])),)
    fresh, learned = marking._Vocabulary(), marking._Vocabulary()
    learned._met = learned.FEW + 1
    found = []
    for vocabulary in (fresh, learned):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(marking, "_vocabulary", vocabulary)
            found.append(marking.spans(text, marks))
    assert found[0] == found[1]


def test_every_irregular_lemma_of_the_lexicon_is_known() -> None:
    known = lexicon()
    table = known._mapped[known._start :].decode()
    irregular = set()
    for line in filter(None, table.split("\n")):
        key, _, forms = line.partition("\t")
        letters = "".join(filter(str.isalnum, key))
        for part in forms.split("|"):
            printed, _, readings = part.partition(":")
            form = Form(printed or key, readings, key)
            for lemma in form.lemmas:
                if "".join(filter(str.isalnum, fold(surface(lemma))))[:SIZE] not in letters:
                    irregular.add(lemma)
            stemmed = fold(stem(latin(surface(form.printed))))
            bent = stemmed[:3] in _BENT or stemmed[1:4] in _BENT
            if stemmed[: min(SIZE, len(stemmed) - 1)] not in letters and not bent and "µ" not in form.printed:
                irregular.add(f"/{stemmed}")
    assert irregular == IRREGULAR
