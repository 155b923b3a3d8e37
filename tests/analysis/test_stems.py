"""Families meet, different words stay apart, and no string is too strange."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.analysis.stems import FINGERPRINT, stem

FAMILIES = """
    turc turcs turque turques
    grec grecque grecques
    public publics publique publiques publiquement
    laïc laïque laïques
    blanc blanche blanches
    franc franche
    sec sèche sèches
    long longue longues
    beau beaux bel belle belles
    nouveau nouveaux nouvel nouvelle nouvelles
    vieux vieil vieille vieilles
    fou fous folle folles
    doux douce douces
    roux rousse
    faux fausse fausses
    frais fraîche
    heureux heureuse heureuses
    époux épouse épouses
    juif juive juifs juives
    négocier négocie négocies négocient négocié négociée négociées négociait
    publier publie publient publié
    étudier étudie étudient étudié
    oublier oublie oublient oubli
    vérifier vérifie vérifient vérifié
    confier confie confiés
    multiplier multiplie multiplient
    affirmer affirme affirment affirmé
    demander demande demandent demandé
    appeler appelle appellent appelé
    élever élève élèvent élevé
    tirer tire tirent tiré
    employer emploie emploient
    attendre attend attendent attendra attendu attendues
    répondre répond répondent répondu
    perdre perd perdent perdus
    permettre permet permettent permettra
    battre bat battent battu
    suivre suivent suivi suivait
    atteindre atteint atteinte
    produire produit produisent produites
    construire construit construisent
    recevoir reçoit reçoivent reçu reçus
    connaître connaît connaissent connu connaitre
    obtenir obtient obtiennent obtenu
    venir vient viennent viendra venus
    tenir tient tiennent tiendra
    mourir meurt meurent mort mortes
    vivre vit vivent vécu
    général généraux générale générales
    journal journaux
    travail travaux
    bail baux
    corail coraux
    émail émaux
    vitrail vitraux
    soupirail soupiraux
    oeil yeux
    ciel cieux
    aïeul aïeux
    jeu jeux
    lieu lieux
    cheveu cheveux
    matériau matériaux
    bleu bleus bleue
    élu élus élue élues
    inconnu inconnus
    disparu disparus disparaît
    euro euros
    photo photos
    cinéma cinémas
    tribu tribus
    pneu pneus
    leader leaders
    danger dangers
    étranger étrangers étrangère étrangères
    léger légers légère
    conseiller conseillers conseillère
    loyer loyers
    commission commissions
    opinion opinions
    religion religions
    conflit conflits
    interdit interdits interdite
    petit petits petite petites
    emploi emplois
    ami amis amie amies
    loi lois
    vrai vrais vraie
    acteur acteurs actrice actrices
    directeur directrice directrices
    ambassadeur ambassadrice
    vendeur vendeuse vendeuses
    chercheur chercheuse
    actif active actifs actives activité
    sportif sportive
    événement évènement événements
    abandonné abandonnée abandonnées
    bombarder bombardé bombardement bombardements
    syrien syriens syrienne syriennes
    réfugié réfugiés réfugier
    côte côtes
    marché marchés
    président présidents president
    pêche pêches pêcher
"""

APART = """
    côte côté
    côtes côtés
    université universel univers
    sûr sur
    dû du
    mûr mur
    tâche tache
    mâle mal mali
    jeûne jeune
    pêche péché
    maïs mai mais
    né ne
    année anne
    armée arme
    entrée entre
    marché marche
    châssis chasse
    pétition petit
    égal également
    gens gêne génie gène
    loi loyer loisir
    foi foyer
    emploi employé
    retrait retraite
    délit délai
    lettre let
    détenu détenir
    revenu revenir
    traître traité
    maintenant maintenir
    plus plu
    sous sou
    bus bu
    jus ju
    refus refu
    gros gro
    dos do
    vent ver
    argent arger
    président présider
    violent violer
    client clier
    cicatrice cicateur
"""

UNTOUCHED = """
    plus sous refus assas paris virus campus jésus héros propos client président souvent vincent
"""


def fold(word: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))


def term(word: str) -> str:
    return fold(stem(word))


def rows(table: str) -> list[str]:
    return [row.strip() for row in table.strip().splitlines()]


@pytest.mark.parametrize("family", rows(FAMILIES))
def test_it_gives_a_family_one_term(family: str) -> None:
    assert {term(word) for word in family.split()} == {term(family.split()[0])}


@pytest.mark.parametrize("strangers", rows(APART))
def test_it_keeps_different_words_apart(strangers: str) -> None:
    words = strangers.split()
    assert len({term(word) for word in words}) == len(words), {word: term(word) for word in words}


@pytest.mark.parametrize("word", UNTOUCHED.split())
def test_it_takes_no_last_letter_for_an_ending(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("word", ["3bis", "g7", "2011", "covid19", "élus2"])
def test_it_returns_a_word_with_a_digit_unchanged(word: str) -> None:
    assert stem(word) == word


@given(st.text(alphabet=st.characters(), max_size=20))  # surrogates too: damaged files hold them
@settings(max_examples=100, deadline=None)
def test_it_takes_any_string(text: str) -> None:
    assert isinstance(stem(text), str)


ENDINGS = ["os", "us", "ent", "ient", "iennent", "fie", "trice", "euse", "endre", "ttre", "aux", "é", "es"]


@given(st.text(alphabet="abcdeéèêilmnoprstuvçï", max_size=8), st.sampled_from(ENDINGS))
@settings(max_examples=100, deadline=None)
def test_it_leaves_letters_of_every_word_of_letters(root: str, ending: str) -> None:
    assert stem(root + ending).isalpha()


def test_its_fingerprint_names_snowball_and_the_rules() -> None:
    assert FINGERPRINT.startswith("french snowball ")
    assert "rules" in FINGERPRINT
