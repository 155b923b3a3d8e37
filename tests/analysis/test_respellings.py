"""Respellings: what a query writes → how else the press writes the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.names import built_in, comparable
from searcher.analysis.respellings import _list, respellings, with_apostrophes

SAME = """
2e | 2ème | 2 e
XXe | XXème | XX e
1er mai | premier mai
1re | 1ère
IIIe | IIIème
49.3 | 49-3
RN20 | RN 20
A7 | A 7
20h30 | 20 h 30
St-Étienne | saint-Étienne
Ste-Anne | sainte-Anne
madame | mme
docteur | dr
Le Pen | Lepen
Ben Ali | Benali
haut-fourneau | hauts-fourneaux
chef-d'oeuvre | chefs-d'oeuvre
grand-mère | grands-mères
al-Sissi | el-Sissi
djihadiste | jihadiste
cheikh | cheik
charia | sharia
"""
PAIRS = [
    (one.strip(), other.strip())
    for row in SAME.strip().split("\n")
    for group in [row.split("|")]
    for one in group
    for other in group
    if one != other
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_stands_for_the_other_spelling(one: str, other: str) -> None:
    assert other.lower() in [each.lower() for each in respellings(one)]


@pytest.mark.parametrize(
    "written",
    "avocat De Le Me lecture Lemaire Legrand Le_Monde La_France a_7 mai_68 vie t_il "
    "le_FC peut-on remporte-t-il États-Unis Val-de-Marne GAZ-69 3.5 10,5 Jean-Paul premier_ministre".split(),
)
def test_leaves_alone(written: str) -> None:
    assert respellings(written.replace("_", " ")) == ()


def test_gives_back_a_lost_apostrophe() -> None:
    assert respellings("d affaires") == ("d'affaires",)
    assert respellings("d Djamena") == ()
    assert with_apostrophes("l homme d affaires d Djamena, plan c") == "l’homme d’affaires d Djamena, plan c"


def test_an_article_and_a_spelling_of_the_list_go_together() -> None:
    assert "el-Sisi" in respellings("al-Sissi", lambda name: ("Sisi",) if name == "Sissi" else ())


def test_a_plural_has_the_spellings_of_its_singular() -> None:
    assert respellings("djihadistes") == ("jihadiste",)


@given(st.text("aeéèlLdDSstTxX '-’1239.hIVX", max_size=12))
def test_reads_anything_and_never_gives_back_what_was_written(written: str) -> None:
    assert written not in respellings(written)


def test_a_spelling_stands_in_one_group_of_one_list() -> None:
    groups = [line.split(" = ") for line in _list()._written().splitlines() if line and not line.startswith("#")]
    listed = [comparable(each) for group in groups for each in group]
    assert len(set(listed)) == len(listed)
    assert not [each for each in listed if built_in().others(each)]
