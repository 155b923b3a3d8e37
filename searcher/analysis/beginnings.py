"""Terms → letters that every piece with such a term holds: most pieces of a text need not be analysed to know that they match
nothing.

A word begins as its terms do, in its first `SIZE` letters, but for the forms of some irregular words (*vont*, *yeux*).
"""

from __future__ import annotations

from collections.abc import Iterable

from searcher.analysis.cyrillic import is_cyrillic
from searcher.analysis.fold import fold, surface

SIZE = 3
MANY = 24  # beginnings from which on looking for all of them costs as much as the analysis

IRREGULAR = frozenset(
    """
    aller axer bail bayer beau boire béer choir cleptomane croire croitre croître devoir dire djihad djihadisme djihadiste
    eczéma faillir faire falloir fantasme fier fiord fou foufou fuir gasoil gésir haschich huer kasher layer lier lire lis
    madame mademoiselle mal mettre monsieur mou mourir mouvoir muer naître nier noyer nuer oeil oignon oindre omettre oser
    ouïr paye payer plaire pleuvoir pouvoir prendre puer punch raire rayer rire ruer réer saoul saouler savoir seoir suer
    taire tenir toquade tsar tuer user valoir venir vif vivre voir vouloir yaourt élire émettre émouvoir ôter
    /bail /beau /mort /oeil /viv
    """.split()
)
"""The lemmas, and stems behind `/`, with forms that do not hold their first `SIZE` letters; all of them, by test."""

_BENT = ("ven", "ten", "cev", "teu")  # what `stems` puts in place of vient, tient, çu, trice


def beginnings(terms: Iterable[str]) -> tuple[str, ...] | None:
    """Letters of which every piece holds some that gives one of these terms (words, keys, stems behind `/`).

    None when no letters can be named: for a lemma with irregular forms, a term in other letters than Latin ones, a short one.
    """
    found = set()
    for term in terms:
        if term in IRREGULAR:
            return None
        letters = "".join(filter(str.isalnum, fold(surface(term))))
        begins = letters[:SIZE]
        if term[:1] in "/~":
            if letters[:3] in _BENT or letters[1:4] in _BENT:
                return None
            begins = letters[: min(SIZE, len(letters) - 1)]  # a stemmer writes another last letter: ay gives ai
        if not begins or not begins.isascii():
            return None
        found.add(begins)
    return tuple(found) if len(found) <= MANY else None


def holds(piece: str, beginnings: tuple[str, ...]) -> bool:
    """Whether a piece holds one of the letters of `beginnings`, whatever signs stand between its own."""
    if not piece.isascii() and is_cyrillic(piece):  # romanised word by word
        return True
    letters = "".join(filter(str.isalnum, fold(surface(piece))))
    return any(each in letters for each in beginnings)
