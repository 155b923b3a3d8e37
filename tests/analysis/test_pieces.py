"""The one cutter: an index, a query and a passage see the same words, for any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis import analyse_chunk, chunks, cut, elision, entry, fold, surface, tokenize
from searcher.analysis.inclusive import genders
from searcher.analysis.pieces import APOSTROPHES, CHUNK, OPENING, SPACE, bare, is_opening, opened
from searcher.analysis.words import IndexWord, Whole, analysed, of_units
from searcher.article import LEMMAS, STEMS, TITLE_WORDS, WORDS, Article
from searcher.query.ast import And, Word
from searcher.query.marks import Mark
from searcher.query.parse import parse
from searcher.results.marking import spans

FRAGMENTS = [
    # elisions, and words that begin like one
    *(
        "l",
        "d",
        "qu",
        "Qu",
        "QU",
        "ç",
        "c\u0327",
        "jusqu",
        "aujourd",
        "presqu",
        "quelqu",
        "un",
        "île",
        "O",
        "Brien",
        "N",
    ),
    *("hôpital", "été", "É", "ÉTÉ", "e\u0301te\u0301", "œuvre", "Œuvre", "avocat", "dit", "il", "t", "elle"),
    # numbers, abbreviations, domains, signs
    *(
        "12",
        "000",
        "500",
        "3",
        "1er",
        "2012",
        "U.R.S.S.",
        "u.r.s.s",
        "M.",
        "N.U",
        "lemonde.fr",
        "www.",
        "C++",
        "C#",
        "AT&T",
    ),
    # glued sentences and lines
    *("Syrie.Selon", "TurquieLe", "dit-il.« Nous", "fin.»Le", "YouTube"),
    # inclusive writing, initials with hyphens, numero signs
    *(
        "étudiant",
        "·e·s",
        "(e)s",
        "(e)",
        "/es",
        "-e-s",
        ".ne.s",
        "·rice·s",
        "P.-D.G.",
        "J.-C",
        "nº1",
        "Côte-d-Ivoire",
        "·",
    ),
    # other scripts, digits and signs
    *("Путин", "й", "أسد", "ب", "٣", "٣٤٥", "北京", "𝒜", "𝟑𝟑𝟑", "①", "²", "½", "Ⅳ", "ŉ", "İ", "ß", "ﬁn", "№5", "ⓛ"),
    *("\U0001f600", "👨‍👩‍👧", "\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u0301", "\u0345", "\ud800", "\udfff"),
    *(
        "\x00",
        "\x1c",
        "\x1b[0m",
        "\x85",
        "\u2028",
        "\t",
        "\n",
        "\r\n",
        "_",
        "…",
        "»",
        "«",
        '"',
        ", ",
        ",",
        ".",
        "/",
        "|",
        "+",
        "#",
        "@",
    ),
    *("x" * 70, "é" * 200, "a-" * 40, "l’" * 40),
]
JOINERS = [*APOSTROPHES, *"-‐‑", *SPACE, "\u3000", "&", ".", ",", ""]
texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.sampled_from(JOINERS), st.text(max_size=3)), max_size=14).map(
    "".join
)


@given(texts)
@example("l’« avocat » 12\u00a0000,5\u202f€")
@example('12 "000" 12\n000 3, 500')
@example("\u0301.N.U., l’\u200bavocat")
def test_index_and_query_and_passages_see_the_same_words(text: str) -> None:
    words = list(tokenize(text))
    terms = entry(Article("1", text, title=text)).terms
    assert terms[WORDS].split(" ") == terms[TITLE_WORDS].split(" ") == ([word.word for word in words] or [""])
    units: list[IndexWord | Whole] = [*words, *(whole for _, chunk in chunks(text) for whole in chunk.wholes)]
    assert sorted(terms[STEMS].split(" ")) == sorted([unit.stem for unit in units] or [""])
    assert sorted(terms[LEMMAS].split(" ")) == sorted([key for unit in units for key in unit.keys] or [""])
    everything = (Mark("every word", words=frozenset(word.word for word in words)),)
    assert [(span.start, span.end) for span in spans(text, everything)] == [(word.start, word.end) for word in words]


@given(texts)
def test_pieces_give_the_text_back(text: str) -> None:
    at = 0
    for piece in cut(text):
        there = text[at : at + len(piece)].replace("\u00a0", " ").replace("\u202f", " ").replace(OPENING, "\0")
        assert piece.replace("\u00a0", " ") == there
        at += len(piece)
        assert text[at : at + 1] in ("", " ", "\u00a0", "\u202f", "\n", '"', ",")
        at += 1
    assert at == len(text) + 1


@given(texts)
def test_opened_pieces_are_the_pieces_of_a_text(text: str) -> None:
    assert [piece.removeprefix(OPENING) for piece in opened(text)] == cut(text)


OPENED = [
    ("Pierre parle à Pierre.", [0]),
    ("fin. Pierre parle", [1]),
    ("fin ! « Pierre », dit Pierre", [3]),
    ("M. Pierre J. Pierre", [0]),
    ("Le chat (Pierre) dort", [0]),
    ("Paris : Pierre ; Pierre", [0, 2]),
    ("— Pierre, dit-il", [1]),
    ("voici Pierre", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "places"), OPENED, ids=[text for text, _ in OPENED])
def test_a_sentence_may_begin_after_what_ends_one(text: str, places: list[int]) -> None:
    assert [at for at, piece in enumerate(opened(text)) if piece.startswith(OPENING)] == places


signs = st.text(alphabet=" .!?«»–-:,;'’\"\nMaLÉé1()\u00a0", max_size=60)


@given(texts | signs)
@example("A. «  (Le")
@example(". «»“”„()[]{}<>«»“”„()[]{}<>Le")
def test_a_piece_alone_tells_whether_it_is_opened(text: str) -> None:
    places, at = [], 0
    for piece in cut(text):
        places.append(is_opening(text, at, piece))
        at += len(piece) + 1
    assert places == [piece.startswith(OPENING) for piece in opened(text)]


@given(texts)
@example("12 000 000 000,5 12 0000")
def test_nothing_that_belongs_together_reaches_over_a_cut(text: str) -> None:
    at, found = 0, []
    for piece in cut(text):
        found += [(at + chunk.start(), at + chunk.end()) for chunk in CHUNK.finditer(piece)]
        at += len(piece) + 1
    assert found == [chunk.span() for chunk in CHUNK.finditer(text)]


@given(texts)
@example("(« élu(e) ». ll(e)., étudiant(e)s Syrie(Alep) nul(le)),")
def test_the_short_ways_through_a_piece_lead_to_the_same_words(text: str) -> None:
    for piece in cut(text):
        start, core = bare(piece)
        assert core == piece[start : start + len(core)]
        assert analysed(core).moved(start) == of_units(piece)


TYPED = (
    "l’avocat qu'il U.R.S.S. 12\u00a0000 3,5 porte-parole lemonde.fr aujourd’hui e\u0301te\u0301 C++ (l'été)…".split(
        " "
    )
)


@given(st.lists(st.sampled_from([*TYPED, "12", "000", "Œuvre", "Путин", "d’Artagnan,"]), min_size=1).map(" ".join))
def test_words_typed_side_by_side_are_the_words_of_the_text(typed: str) -> None:
    root = parse(typed).root
    parts = root.parts if isinstance(root, And) else (root,)
    asked = [word.word for part in parts if isinstance(part, Word) for word in analyse_chunk(part.text).words]
    assert asked == [word.word for word in tokenize(typed)]


INCLUSIVE = """
étudiant·e·s                    = étudiants étudiantes
ÉTUDIANT·E·S                    = ÉTUDIANTS ÉTUDIANTES
citoyen.ne.s                    = citoyens citoyennes
salarié-e-s                     = salariés salariées
élu(e)s                         = élus élues
militant/es                     = militants militantes
candidat/e/s                    = candidats candidates
usager•ère•s                    = usagers usagères
agriculteur·rice·s              = agriculteurs agricultrices
directeur.trice                 = directeur directrice
lecteur·ices                    = lecteurs lectrices
travailleur⋅euse⋅s              = travailleurs travailleuses
chanteur·se                     = chanteur chanteuse
heureux·se·s                    = heureux heureuses
sportif-ve-s                    = sportifs sportives
tou·te·s                        = tous toutes
professionnel.les               = professionnels professionnelles
gardien·ne                      = gardien gardienne
gardien·enne                    = gardien gardienne
nouveau·elle·s                  = nouveaux nouvelles
internationaux·ales             = internationaux internationales
chef·fe·s                       = chefs cheffes
maître·esse                     = maître maîtresse
maire(sse)                      = maire mairesse
Français·es                     = Français Françaises
""".strip().split("\n")


@pytest.mark.parametrize(("written", "both"), [[cell.strip() for cell in row.split("=")] for row in INCLUSIVE])
@pytest.mark.parametrize("around", ["{}", "«{} »", "({}),", "ex-{}"])
def test_inclusive_writing_is_one_word_of_both_genders(written: str, both: str, around: str) -> None:
    masculine, feminine = both.split()
    assert genders(written) == (masculine, feminine)
    found = analyse_chunk(around.format(written))
    word = found.words[-1]
    assert [word.word for word in found.words if word.word != "ex"] == [fold(surface(masculine))]
    assert {word.stem, *(whole.stem for whole in found.wholes)} >= {
        next(tokenize(each)).stem for each in (masculine, feminine)
    }
    assert around.format(written)[word.start : word.end].strip(")") == written.strip(")")


@pytest.mark.parametrize(
    "apart",
    "et/ou le/la fin.le appelle-les a-t-elle vis-à-vis Nord·Sud Nueil-les-Aubiers Maréchal-Le MARÉCHAL-LE RTL/Le Mach-E "
    "Bandar-e avril.Les l’élu(ex)".split(),
)
def test_what_only_looks_inclusive_is_words_side_by_side(apart: str) -> None:
    assert len(analyse_chunk(apart).words) > 1


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_a_word_added_to_the_one_list_is_elided_everywhere(monkeypatch: pytest.MonkeyPatch, apostrophe: str) -> None:
    text = f"«qx{apostrophe}avions», qx{apostrophe}été-là"
    assert [word.word for word in tokenize(text.replace("x", "w"))] == ["qw", "avions", "qw", "ete", "la"]
    monkeypatch.setattr(elision, "ELIDED", elision.ELIDED | {"qx"})
    assert [word.word for word in tokenize(text)] == ["avions", "ete", "la"]
    assert entry(Article("1", text)).terms[WORDS] == "avions ete la"
    phrase = (Mark("side by side", phrases=(("avions", "ete"),)),)
    assert [[text[start:end] for start, end in span.words] for span in spans(text, phrase)] == [["avions", "été"]]
