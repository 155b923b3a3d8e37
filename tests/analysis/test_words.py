"""Words, sentences and folded forms: tables of what French archives print, and laws that hold for any text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from searcher.analysis import analyse_chunk, chunks, entry, fold, latin, sentences, surface, tokenize
from searcher.analysis.pieces import GLUED
from searcher.article import (
    BAGS,
    FIELDS,
    LEMMAS,
    NAME,
    PAIR,
    PERSON,
    POSITIONAL,
    SKETCH,
    SPEAKER,
    STEMS,
    WHOLE,
    Article,
)


def printed(text: str) -> list[tuple[str, str, str]]:
    """The words of a text: as printed, folded, and the folded stem."""
    return [(text[token.start : token.end], token.word, token.stem) for token in tokenize(text)]


def words(text: str) -> str:
    return " ".join(token.word for token in tokenize(text))


def wholes(text: str) -> str:
    return " ".join(whole.stem for _, chunk in chunks(text) for whole in chunk.wholes)


def rows(table: str) -> list[tuple[str, str]]:
    """One case a line: what is written = what comes of it."""
    cells = [row.rpartition("=") for row in table.strip().split("\n")]
    return [(text.strip(), found.strip()) for text, _, found in cells]


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

PRINTED = [
    ("l’avocat", [("avocat", "avocat", "avocat")]),
    (
        "Les Turques négocient.",
        [("Les", "les", "le"), ("Turques", "turques", "turc"), ("négocient", "negocient", "negoci")],
    ),
    ("Syrie.Selon", [("Syrie", "syrie", "syr"), ("Selon", "selon", "selon")]),
    ("dit-il.« Nous", [("dit", "dit", "dit"), ("il", "il", "il"), ("Nous", "nous", "nous")]),
    ("l’U.R.S.S. est", [("U.R.S.S.", "urss", "urss"), ("est", "est", "est")]),
    ("(lemonde.fr)", [("lemonde.fr", "lemonde.fr", "lemonde.fr")]),
    ("12 000 €", [("12 000", "12000", "12000")]),
    ("3,5 %", [("3,5", "3.5", "3.5")]),
    ("Saint-Étienne", [("Saint", "saint", "saint"), ("Étienne", "etienne", "etien")]),
    ("cœur d’Erdoğan", [("cœur", "coeur", "coeur"), ("Erdoğan", "erdogan", "erdogan")]),
    ("Un e\u0301te\u0301\u00a0!", [("Un", "un", "un"), ("e\u0301te\u0301", "ete", "ete")]),
    ("Путин à Moscou", [("Путин", "poutine", "poutin"), ("à", "a", "a"), ("Moscou", "moscou", "moscou")]),
    ("C++, C#", [("C++", "c++", "c++"), ("C#", "c#", "c#")]),
    ("", []),
    (" … – « » ' -- \ud83d\ude00 °", []),
]


@pytest.mark.parametrize(("text", "found"), PRINTED, ids=[text for text, _ in PRINTED])
def test_gives_words_as_printed_folded_and_stemmed(text: str, found: list[tuple[str, str, str]]) -> None:
    assert printed(text) == found


WORDS = rows("""
l'avocat                        = avocat
L’ÉTAT                          = etat
l`avocat l´avocat l‘avocat      = avocat avocat avocat
d'une dune                      = une dune
jusqu'à lorsqu’il puisqu'on     = a il on
quoiqu’elle qu'il c'est ç’aurait = elle il est aurait
s'il m'a t'a n'a j’ai           = il a a a ai
quelqu'autre presqu'une         = autre une
aujourd’hui                     = aujourd hui
prud'hommes                     = prud hommes
presqu’île                      = presqu ile
quelqu'un quelqu’unes           = quelqu un quelqu unes
O'Brien                         = o brien
d’Artagnan                      = artagnan
entr'acte                       = entr acte
l'1er l’@elysee                 = 1er elysee
l’« avocat »                    = avocat
l'ex-président                  = ex president
qu'aujourd'hui                  = aujourd hui
fin.»Le mot                     = fin le mot
quoi?Non!Si…Bon                 = quoi non si bon
a,b;c:d/e                       = a b c d e
Syrie,Turquie;Iran              = syrie turquie iran
TurquieLe président             = turquie le president
YouTube MeToo McDonald          = youtube metoo mcdonald
URSS U.R.S.S U.R.S.S. u.r.s.s.  = urss urss urss urss
d’O.N.U. T.V.A                  = onu tva
l’ex-U.R.S.S. pro-U.S.A         = ex urss pro usa
P.-D.G. P.-D.G J.-C. PDG         = pdg pdg jc pdg
O.A.S.-Métro J.-Pierre           = oas metro j pierre
nº1 n°1 N° 1                     = n 1 n 1 n 1
Côte-d-Ivoire chef-d-œuvre       = cote ivoire chef oeuvre
U.R.S.Œ. В.Ч.К.                 = ursoe vtchk
J. Chirac                       = j chirac
M.Macron Mme.Dupont             = m macron mme dupont
www.lemonde.fr, gouv.fr.        = www.lemonde.fr gouv.fr
3.5 3,5 2,5km                   = 3.5 3.5 2.5km
d’ici-lemonde.fr bac-3,5        = ici-lemonde.fr bac 3.5
12.000 1 234,5                  = 12000 1234.5
12 000 000 habitants            = 12000000 habitants
12 0000                         = 12 0000
2012 000                        = 2012 000
en 2012 3 000 morts             = en 2012 3000 morts
1,2,3                           = 1 2 3
10.5.3                          = 10 5 3
2020-01-07 12/03/2020           = 2020 01 07 12 03 2020
1er 3e 20 % n°5 №5              = 1er 3e 20 n 5 5
AT&T R&D                        = at t r d
porte-parole al-Assad           = porte parole al assad
vis‑à‑vis tire‐d’aile           = vis a vis tire aile
a-t-elle dit-on                 = a t elle dit on
cœur oeuvre Œuvre Æquo æ        = coeur oeuvre oeuvre aequo ae
façade naïve Noël Haÿ aiguë     = facade naive noel hay aigue
Erdoğan ERDOĞAN Şimşek          = erdogan erdogan simsek
İstanbul Istanbul ıstanbul      = istanbul istanbul istanbul
Łódź Iași Iaşi Țara Ţara Dvořák = lodz iasi iasi tara tara dvorak
Straße Đoković Øre ﬁn           = strasse dokovic ore fin
co\u00adopérer\u200b sans\u200djoint = cooperer sansjoint
a_b                             = a b
北京                            = beijing
""")


@pytest.mark.parametrize(("text", "found"), WORDS, ids=[text for text, _ in WORDS])
def test_finds_the_words_of(text: str, found: str) -> None:
    assert words(text.encode("ascii", "backslashreplace").decode("unicode_escape")) == found


@pytest.mark.parametrize("apostrophe", "’'ʼ‘＇′`´")
@pytest.mark.parametrize(
    "text",
    ["l'avocat", "L'ÉTAT", "l'U.R.S.S.", "aujourd'hui", "qu'il", "O'Brien", "prud'homme", "presqu'île", "l' avocat"],
)
def test_takes_every_apostrophe_for_one(text: str, apostrophe: str) -> None:
    other = text.replace("'", apostrophe)
    assert (words(other), wholes(other)) == (words(text), wholes(text))


@pytest.mark.parametrize("space", " \u00a0\u202f\u2009\u2007", ids=lambda space: f"U+{ord(space):04X}")
def test_keeps_a_number_whole_over_every_kind_of_space(space: str) -> None:
    text = f"les 12{space}000 habitants, 1{space}234{space}567,5{space}€"
    assert words(text) == "les 12000 habitants 1234567.5"


@pytest.mark.parametrize("hyphen", "-‐‑")
def test_takes_every_hyphen_for_one(hyphen: str) -> None:
    text = f"porte{hyphen}parole"
    assert (words(text), wholes(text)) == ("porte parole", wholes("porte-parole"))


WHOLES = rows("""
porte-parole porteparole        = porteparol
week-end                        = weekend
Saint-Étienne                   = saintetien
l’ex-président                  = expresid
al-Assad                        = alassad
aujourd’hui                     = aujourdhui
prud'homme                      = prudhomm
O'Brien                         = obrien
main-d’œuvre chef-d'œuvre       = mainoeuvr chefoeuvr
www.lemonde.fr 20minutes.fr      = lemonde.fr lemond 20minutes
ouest-france.fr                 = ouestfr
Côte-d-Ivoire Côte-d’Ivoire     = coteivoir coteivoir
dit-il a-t-elle est-ce          =
U.R.S.S. 12 000 avocat          =
""")


@pytest.mark.parametrize(("text", "found"), WHOLES, ids=[text for text, _ in WHOLES])
def test_keeps_a_compound_whole_too(text: str, found: str) -> None:
    assert wholes(text) == found


SAME = rows("""
Erdogan         = ERDOĞAN
oeuvre          = Œuvre
etat            = L’ÉTAT
urss            = U.R.S.S.
12000           = 12 000
3.5             = 3,5
poutine         = Путин
choigou         = Шойгу
tchourkine      = Чуркин
""")


@pytest.mark.parametrize(("one", "other"), SAME)
def test_meets_the_other_spelling(one: str, other: str) -> None:
    assert words(one) == words(other)


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

FRENCH = "aàâäbcçdeéèêëfghiîïjklmnñoôöpqrstuùûüvwxyÿzæœ"
FOREIGN = "ğşıłřțšžćčđőűāą"
MARKS = " \u00a0\u202f\n.,;:!?…'’-«»\"()&/°%€_0123456789"
ODD = "\u0301\u0308\u0327\u00ad\u200b\u200d\ufeff\ud800\udfffʼЖшйпأسد北京𝒜①²½Ⅳǅßİ\u0130\u0345ŉ\x00\u2028ﬁ№+#"
FRAGMENTS = [
    *("l’", "d'", "qu’", "U.R.S.S.", "lemonde.fr", "12 000", "3,5", "Syrie.Selon", "dit-il.« Nous", "porte-parole"),
    *("TurquieLe", "C++", "aujourd’hui", "ex-", "été", "ÉTÉ", "Erdoğan", "Путин", "M. ", "Mme ", "… ", "\n\n"),
]
news = st.lists(
    st.one_of(st.sampled_from(FRAGMENTS), st.text(FRENCH + FRENCH.upper() + FOREIGN + MARKS, max_size=8)), max_size=12
).map("".join)
anything = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.one_of(st.sampled_from(FRAGMENTS), st.text(FRENCH + MARKS + ODD, max_size=6), st.text(max_size=3)),
        max_size=12,
    ).map("".join),
)


@given(anything)
def test_offsets_give_back_what_was_printed(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text), "ascending and disjoint"
        end = token.end
        raw = text[token.start : token.end]
        assert not raw[0].isspace()
        assert not raw[-1].isspace()
        if raw.isalpha():
            assert token.word == fold(surface(raw))
            assert token.form == (None if token.word == surface(raw) else f"{token.word}|{surface(raw)}")


@given(anything)
def test_analyses_any_text_into_terms_without_white_space(text: str) -> None:
    terms = entry(Article("1", text, title=text[:30], source=text[:20], author=text[-20:], language="fr")).terms
    assert set(terms) <= {*FIELDS, SKETCH}
    assert {*POSITIONAL, *BAGS} <= set(terms)
    for field, listed in terms.items():
        assert listed == " ".join(listed.split()), field
    if not text[:30]:
        assert len(terms[LEMMAS].split()) >= len(terms["words"].split())
        assert len(terms[STEMS].split()) >= len(terms["words"].split())


@given(anything)
def test_analyses_any_piece_by_itself(raw: str) -> None:
    assume(raw)
    for word in analyse_chunk(raw).words:
        assert 0 <= word.start < word.end <= len(raw)


@given(anything)
def test_takes_the_pieces_of_a_text_for_the_text(text: str) -> None:
    found = [word for start, chunk in chunks(text) for word in chunk.moved(start).words]
    assert found == list(tokenize(text))


def terms_of(text: str) -> dict[str, str]:
    return dict(entry(Article("1", text)).terms)


@given(news)
@example("U.R.S.S.été")
@example("3,5été")
@example("TurquieLeš")
@example("Y.Ü.")
@example("3,5ř12 000")
@example("À.M.")
def test_takes_a_decomposed_text_for_the_composed_one(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assume(not re.search(GLUED, composed))  # étéIl: the letter before a glued capital must be one character
    assert terms_of(unicodedata.normalize("NFD", text)) == terms_of(composed) == terms_of(text)


def survives(letter: str) -> bool:
    return letter.upper().lower() == letter


@given(st.lists(st.text("".join(filter(survives, FRENCH + FOREIGN)) + MARKS, max_size=12), max_size=8).map("".join))
def test_takes_capitals_for_small_letters(text: str) -> None:
    small, capitals = terms_of(text), terms_of(text.upper())
    found = {LEMMAS, NAME, SPEAKER, *(WHOLE[field] for field in (NAME, PERSON, PAIR, SPEAKER))}
    for field in found:  # capitals tell names, and a word in capitals has more keys: see test_lexicon
        small.pop(field, None), capitals.pop(field, None)
    assert capitals == small


@given(news)
def test_folds_to_small_letters_and_digits_once_and_for_all(text: str) -> None:
    for token in tokenize(text):
        assert token.stem
        if "." not in token.word:  # domains and numbers keep theirs
            assert fold(token.word) == token.word == token.word.lower()


@given(news)
def test_a_word_alone_is_the_word_in_a_text(text: str) -> None:
    for token in tokenize(text):
        raw = text[token.start : token.end]
        if raw.isalpha():
            assert [(each.word, each.stem, each.form) for each in tokenize(raw)] == [token[2:5]]


# ── folding ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ROMANISED = rows("""
Путин           = poutine
Шойгу           = choigou
Чуркин          = tchourkine
Эрдоган         = erdogan
Лавров          = lavrov
Горбачёв        = gorbatchev
Хрущёв          = khrouchtchev
Навальный       = navalny
Зеленский       = zelensky
Герасимов       = guerassimov
Ельцин          = eltsine
Александр       = alexandr
Михаил          = mikhail
Пушкин          = pouchkine
Чехов           = tchekhov
Жуков           = joukov
Медведев        = medvedev
ПУТИН           = poutine
""")


@pytest.mark.parametrize(("cyrillic", "folded"), ROMANISED, ids=[text for text, _ in ROMANISED])
def test_romanises_as_the_french_press_does(cyrillic: str, folded: str) -> None:
    assert fold(surface(cyrillic)) == folded
    assert fold(surface(unicodedata.normalize("NFD", cyrillic))) == folded


def test_keeps_the_accents_a_stemmer_needs() -> None:
    assert latin(surface("ÉTÉ cœur Шойгу".split()[0])) == "été"
    assert latin(surface("CŒUR")) == "coeur"
    assert latin(surface("Шойгу")) == "choïgou"


@given(st.text(min_size=1, max_size=20))
def test_folds_any_string_without_white_space(text: str) -> None:
    folded = fold(surface(text))
    assert folded.isascii() or folded == "".join(surface(text).split())


# ── sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────────

SENTENCES = """
Il pleut. Elle sort.|Il pleut.|Elle sort.
M. Macron arrive. Mme Dupont part.|M. Macron arrive.|Mme Dupont part.
Le Dr. Paul et Mme. Dupont viennent. Fin.|Le Dr. Paul et Mme. Dupont viennent.|Fin.
J. Chirac parle. J.-C. Trichet aussi. Fin.|J. Chirac parle.|J.-C. Trichet aussi.|Fin.
L’U.R.S.S. tombe. Fin.|L’U.R.S.S. tombe.|Fin.
Il a 3.5 ans. Elle a 12.000 €. Fin|Il a 3.5 ans.|Elle a 12.000 €.|Fin
Le 12.03.2020. Puis rien.|Le 12.03.2020.|Puis rien.
Le 1er janv. 2020. Fin.|Le 1er janv. 2020.|Fin.
Né en 1950.Depuis, rien.|Né en 1950.|Depuis, rien.
Art. 5 du code, p. 12. Fin.|Art. 5 du code, p. 12.|Fin.
lemonde.fr est là. Bon.|lemonde.fr est là.|Bon.
Sur LEMONDE.FR ce soir|Sur LEMONDE.FR ce soir
Sur www.Lemonde.fr ce soir|Sur www.Lemonde.fr ce soir
Guerre en Syrie.Selon lui, oui.|Guerre en Syrie.|Selon lui, oui.
dit-il.« Nous partons. »|dit-il.|« Nous partons. »
LIRE AUSSI > Tout…»Le président.|LIRE AUSSI > Tout…»|Le président.
Un gazoduc en TurquieLe président|Un gazoduc en Turquie|Le président
« Oui. » Il part.|« Oui. »|Il part.
Il dit : « Non ! » Elle sort.|Il dit : « Non ! »|Elle sort.
« Oui ? » demanda-t-il.|« Oui ? » demanda-t-il.
“Oui.” Il dit: "Non." Elle sort.|“Oui.”|Il dit: "Non."|Elle sort.
(Il part.) Elle reste.|(Il part.)|Elle reste.
Quoi ?! Non… Si.|Quoi ?!|Non…|Si.
Quoi… non.|Quoi… non.
des tomates, etc. et du pain|des tomates, etc. et du pain
Il part. – Elle reste.|Il part.|– Elle reste.
Fin\u00a0! Elle sort.|Fin\u00a0!|Elle sort.
un titre\\nun texte\\n\\n  un autre|un titre|un texte|un autre
...|...
"""
CASES = [tuple(row.replace("\\n", "\n").split("|")) for row in SENTENCES.strip().split("\n")]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_ends_sentences(case: tuple[str, ...]) -> None:
    text, *found = case
    assert [text[start:end] for start, end in sentences(text)] == found


@given(st.one_of(news, anything))
def test_sentences_cover_everything_but_white_space(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert text[end:start].strip() == ""
        assert end <= start < stop
        assert text[start:stop].strip() == text[start:stop]
        end = stop
    assert text[end:].strip() == ""


@given(news)
@example("o.M. ")
def test_no_sentence_ends_inside_a_word(text: str) -> None:
    ends = [end for _, end in sentences(text)]
    for token in tokenize(text):
        assert not any(token.start < end < token.end for end in ends)
