from __future__ import annotations

import hashlib
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import STOP_WORDS, fingerprint, fold, keys_for, keys_of, surface
from searcher.analysis.lexicon import BLOCK, NAME, SMALL, TABLE, Lexicon, lexicon
from searcher.analysis.lexicon_build import Entry, entries, judged, readings, table
from searcher.errors import SearcherError


@cache
def lines() -> list[tuple[str, str]]:
    """Every line of the table: key and what it holds, read without the code under test."""
    body = TABLE.read_bytes().split(b"\n", 1)[1]
    return [(key, held) for key, tab, held in (line.decode().partition("\t") for line in body.splitlines()) if tab]


def sample() -> list[tuple[str, str]]:
    return lines()[::997]


def test_the_table_is_whole() -> None:
    head, rest = TABLE.read_bytes().split(b"\n", 1)
    assert head.split()[1].decode() == hashlib.sha256(rest).hexdigest()[:16]
    assert lexicon().digest in fingerprint()
    assert [key for key, _ in lines()] == sorted({key for key, _ in lines()})


def test_a_look_up_equals_the_table() -> None:
    for key, held in sample():
        found = lexicon().forms(key)
        assert "|".join(f"{'' if form.printed == key else form.printed}:{form.readings}" for form in found) == held
        assert all(fold(surface(form.printed)) == key for form in found), key


@given(st.text(max_size=12))
def test_a_word_that_is_not_in_the_table_has_no_form(word: str) -> None:
    key = fold(surface(word))
    assert all(fold(surface(form.printed)) == key for form in lexicon().forms(key))


def test_every_printed_form_is_found_by_what_it_asks_for() -> None:
    for key, _ in sample():
        for form in lexicon().forms(key):
            asked = set(keys_for(form.printed))
            assert asked & set(keys_of(form.printed)), key
            assert asked & set(keys_of(form.printed.upper())), key
            assert set(form.lemmas) <= set(keys_of(form.printed, starts=True)), key


def test_no_key_of_a_word_is_that_of_a_small_word() -> None:
    assert not [word for word in STOP_WORDS if not all(key.startswith(SMALL) for key in keys_of(word))]


def test_names_meet_no_common_word() -> None:
    named = {key for line, _ in sample() for form in lexicon().forms(line) for key in form.lemmas if form.is_name}
    common = {key for line, _ in sample() for form in lexicon().forms(line) for key in form.lemmas if not form.is_name}
    assert not {key for key in common if key.startswith(NAME)}
    assert {key for key in named if not key.startswith((NAME, SMALL))} <= {"mars", "dieu", "soleil"}


def _groups(table: str) -> list[list[str]]:
    return [group.split() for line in table.splitlines() for group in line.split("  ") if group.strip()]


MEET = """
    élire élisent élu élus élirait      craindre craignaient crainte      prévoir prévoit prévue      écrire écrivons écrit
    sénateur sénatrice sénateurs      auteur autrice auteures      chef cheffes      journal journaux      bocal bocaux
    doux douce douces      nouveau nouvel nouvelles      vieux vieil vieilles      turc turque      grec grecques
    maître maitre maîtresse      coût cout coûts      île ile îles      événement évènements      connaître connaitre
    disparaît disparait disparaître      clé clefs      mourir meurt mort mourront      envoyer enverra      jeter jettent
"""


@pytest.mark.parametrize("family", _groups(MEET), ids=" ".join)
def test_the_forms_of_a_family_meet(family: list[str]) -> None:
    for word in family:
        assert set(keys_for(family[0])) & set(keys_of(word)), word


APART = """
    retraite retrait      commune commun      cours cour      fils fil      fois foi      port porte      marché marcher
    gaz Gaza      mari Marie      mars Marie      franc France      série serait      vente vent      fonds fond
    médecin médecine      président présider          suivre suis      étude étudiant      date Dati
    vallée Valls      voir voie      nuire nuit      entrer entre      pendre pendant      devoir devant      est être
    étés étaient      sons son      pêcheur pécheur      cote côte      tâche tache      jeune jeûne      poindre point
"""


@pytest.mark.parametrize("pair", _groups(APART), ids=" ".join)
def test_strangers_stay_apart(pair: list[str]) -> None:
    typed, printed = pair
    if fold(surface(typed)) != fold(surface(printed)):
        assert not set(keys_for(typed)) & set(keys_of(printed))
    else:
        assert not set(keys_of(typed)) & set(keys_of(printed))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("sécurité", "SECURITE"),
        ("évêque", "Eveque"),
        ("bâtiment", "batiment"),
        ("marché", "MARCHE"),
        ("côte", "COTE"),
        ("Noël", "NOEL"),
        ("élus", "Elu"),
        ("securite", "sécurité"),
        ("cote", "côtés"),
        ("lea", "Léa"),
        ("Erdogan", "Erdoğan"),
        ("erdogan", "ERDOĞAN"),
        ("Onu", "ONU"),
        ("blessés", "blesses"),
    ],
)
def test_print_without_accents_stands_for_every_form(typed: str, printed: str) -> None:
    assert set(keys_for(typed)) & set(keys_of(printed))


@pytest.mark.parametrize(
    ("typed", "printed"), [("marché", "marche"), ("côte", "cote"), ("Rose", "rose"), ("pierre", "Pierre")]
)
def test_a_bare_form_that_is_another_word_is_that_word(typed: str, printed: str) -> None:
    found = set(keys_for(typed)) & set(keys_of(printed))
    assert not found or all(key.startswith(NAME) for key in found)


def test_where_a_sentence_begins_a_capital_says_nothing() -> None:
    assert keys_of("Pierre") == ("^pierre",)
    assert {"^pierre", "pierre"} <= set(keys_of("Pierre", starts=True))
    assert keys_of("Xyloglobe") == ("^xyloglobe",)
    assert keys_of("Xyloglobe", starts=True) == ("^xyloglobe", *keys_of("xyloglobe"))


def test_unknown_capitals_meet_their_plural_only() -> None:
    assert keys_of("Brundts") == keys_of("Brundt") == ("^brundt",)
    assert not set(keys_for("Brundte")) & set(keys_of("Brundt"))


# ── the builder ───────────────────────────────────────────────────────────────────────────────────────────────────────

AFFIXES = """
FLAG long
NEEDAFFIX ()
SFX S. Y 2
SFX S. 0 0/L' [^sx] is:sg
SFX S. 0 s/D' [^sx] is:pl
SFX W. Y 2
SFX W. 0 0/L' . is:sg
SFX W. al aux/D' al is:pl
PFX L' Y 1
PFX L' 0 l' .
"""
WORDS = """5
canal/W.() po:nom
arbre/S.() po:nom is:mas
Zélie/L' po:prn
le po:mg po:det
A4/-- po:nom
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> Path:
    (tmp_path / "fr.aff").write_text(AFFIXES, "utf-8")
    (tmp_path / "fr.dic").write_text(WORDS, "utf-8")
    return tmp_path


def test_rules_make_the_forms_of_an_entry(dictionary: Path) -> None:
    assert list(entries(dictionary)) == [
        Entry("canal", ("nom",), frozenset({"canal", "canaux"})),
        Entry("arbre", ("nom",), frozenset({"arbre", "arbres"})),
        Entry("Zélie", ("prn",), frozenset({"Zélie"})),
        Entry("le", ("mg", "det"), frozenset({"le"})),
    ]


def test_the_same_dictionary_gives_the_same_table(dictionary: Path, tmp_path: Path) -> None:
    made = table(readings(entries(dictionary), judged("arbres = arbre -arbrisseau\n")))
    assert made == table(
        readings(list(entries(dictionary))[::-1], judged("# a comment\n\narbres = arbre -arbrisseau\n"))
    )
    (tmp_path / "made").write_bytes(made)
    found = Lexicon(tmp_path / "made")
    assert {
        (form.printed, form.lemmas, form.asks)
        for key in ("canaux", "arbres", "zelie", "le")
        for form in found.forms(key)
    } == {
        ("canaux", ("canal",), ("canal",)),
        ("arbres", ("arbre", "arbrisseau"), ("arbre",)),
        ("Zélie", ("^zelie",), ("^zelie",)),
        ("le", (".le",), (".le",)),
    }


def test_a_line_of_the_judged_list_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not a line"):
        judged("arbre arbres")


@pytest.mark.parametrize("kept", [0, 10, 200, 200_000, -1, -BLOCK])
def test_a_table_that_is_cut_short_is_told(tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "lexicon.table"
    cut.write_bytes(TABLE.read_bytes()[:kept])
    with pytest.raises(
        SearcherError, match=r"lexicon.table: the French lexicon cannot be read .*; install the package again"
    ):
        Lexicon(cut)


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(SearcherError, match="No such file"):
        Lexicon(tmp_path / "lexicon.table")


def test_a_damaged_line_is_told(tmp_path: Path) -> None:
    damaged = tmp_path / "lexicon.table"
    shutil.copy(TABLE, damaged)
    damaged.write_bytes(damaged.read_bytes().replace(b"\nabaissa\t:", b"\nabaissa\t?"))
    with pytest.raises(SearcherError, match="abaissa"):
        Lexicon(damaged).forms("abaissa")
