"""Analysis of queries: what plan a query becomes over a small vocabulary."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis import entry
from searcher.analysis.names import built_in
from searcher.article import (
    FORMS,
    LANGUAGE,
    LEMMAS,
    SOURCE,
    STEMS,
    TITLE_LEMMAS,
    TITLE_STEMS,
    TITLE_WORDS,
    WHOLE,
    WORDS,
    Article,
    Entry,
)
from searcher.query.ask import Required
from searcher.query.dates import Period
from searcher.query.lookup import Answers
from searcher.query.parse import parse
from searcher.query.parts import Understood
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Plan, Term, Weighted
from searcher.query.understand import MAX_PHRASES, understand
from searcher.query.weights import EDIT, EXACT, PAIR, STEM, TITLE, TITLE_PAIR
from searcher.query.wishes import wish
from tests import oracle

TODAY = date(2020, 3, 18)


def analysed(query: str, text: str = "", *, source: str = "", required: Required = Required.AUTO) -> Understood:
    """A query as it is understood over an index of one text."""
    return understood(query, entry(Article("1", text, source=source)), required=required, period=None)


def understood(query: str, *entries: Entry, required: Required, period: Period | None) -> Understood:
    wishes = wish(parse(query, today=TODAY), names=(built_in(),))
    return understand(wishes, oracle.look_up(wishes.questions, entries), required=required, period=period, today=TODAY)


def match(query: str, text: str = "", source: str = "") -> Match:
    """What the plan requires; a conjunction of one part is that part."""
    found = analysed(query, text, source=source).plan.match
    return found.parts[0] if isinstance(found, AllOf) and len(found.parts) == 1 else found


def key(text: str) -> Term:
    return Term(LEMMAS, text)


def unknown(text: str) -> Match:
    """A word that no lexicon has may be a name."""
    return AnyOf((key(f"^{text}"), key(f"~{text}")))


def anywhere(*terms: str) -> Match:
    if len(terms) == 1:
        return AnyOf((Term(WORDS, terms[0]), Term(TITLE_WORDS, terms[0])))
    return AnyOf((Phrase(WORDS, terms), Phrase(TITLE_WORDS, terms)))


MATCHES: list[tuple[str, str, Match]] = [
    # query, the text that the index is of, what is required
    ("avocat", "", key("avocat")),
    ("l’avocat", "", key("avocat")),
    ("Les avocats", "", key("avocat")),
    ("de la", "", AllOf((AnyOf((key(".de"), key("dé"))), AnyOf((key(".la"), key("la"), key("là")))))),
    ("Erdoğan Assad", "", AllOf((unknown("erdogan"), unknown("assad")))),
    ("a OU Assad", "", AnyOf((key(".a"), unknown("assad")))),
    ("Assad -Erdoğan", "", AllOf((unknown("assad"), Not(unknown("erdogan"))))),
    ("-Assad", "", Not(unknown("assad"))),
    ("", "", EVERYTHING),
    ("porte-parole", "", AnyOf((key("porteparole"), *anywhere("porte", "parole").parts))),  # type: ignore[union-attr]
    ('"guerre en Syrie"', "", anywhere("guerre", "en", "syrie")),
    ('"l’avocat"', "", anywhere("avocat")),
    ('"a b"~3', "", AnyOf((Near(WORDS, ("a", "b"), 3), Near(TITLE_WORDS, ("a", "b"), 3)))),
    ("=côte", "", Term(FORMS, "cote|côte")),
    ("=cote", "", anywhere("cote")),
    (
        "=cote",
        "côte cote",
        AnyOf(
            (
                Term(FORMS, "cote|cote"),
                AllOf((anywhere("cote"), Not(AnyOf((Term(FORMS, "cote|cote"), Term(FORMS, "cote|côte")))))),
            )
        ),
    ),
    ("titre:avocat", "", Term(TITLE_LEMMAS, "avocat")),
    ('titre:"a b"', "", AnyOf((Phrase(TITLE_WORDS, ("a", "b")),) * 2)),
    ('source:"Le Monde"', "", AnyOf((Term(WHOLE[SOURCE], "Le␣Monde"),))),
    ('source:"LE MONDÉ"', "", AnyOf((Term(WHOLE[SOURCE], "Le␣Monde"),))),
    ('source:"Monde diplomatique"', "", Phrase(SOURCE, ("monde", "diplomatique"))),
    ('source:="Monde"', "", AnyOf(())),
    ('source:"le mon*"', "", AnyOf((Phrase(SOURCE, ("le", "monde")),))),
    ("source:m?nde", "", AnyOf((Term(SOURCE, "monde"),))),
    ("l’emp*", "empire", AnyOf(tuple(Term(f, "empire") for f in (WORDS, TITLE_WORDS)))),
    (
        '"président syri*"',
        "Syrie syrien",
        AnyOf(
            tuple(Phrase(f, ("president", w)) for w in ("syrie", "syrien") for f in (WORDS, TITLE_WORDS)),
        ),
    ),
    ("éco-conc*", "conception", anywhere("eco", "conception")),
    ('"conc* éco"~2', "conception", AnyOf(tuple(Near(f, ("conception", "eco"), 2) for f in (WORDS, TITLE_WORDS)))),
    ("source:Monde", "", Term(SOURCE, "monde")),
    ("langue:FR", "", AnyOf((Term(LANGUAGE, "fr"),))),
    ("source:mon*", "", AnyOf((Term(SOURCE, "monde"),))),
    ("date:2020", "", Dated(date(2020, 1, 1).toordinal(), date(2021, 1, 1).toordinal())),
    ("avant:2020", "", Dated(None, date(2020, 1, 1).toordinal())),
    ("après:2019", "", Dated(date(2020, 1, 1).toordinal(), None)),
    ("emp*", "emploi empire été", AnyOf(tuple(Term(f, w) for w in ("empire", "emploi") for f in (WORDS, TITLE_WORDS)))),
    ("été*", "étés ETE états", AnyOf(tuple(Term(f, w) for w in ("ete", "etes") for f in (WORDS, TITLE_WORDS)))),
    ("m?t", "mot mât moût met", AnyOf(tuple(Term(f, w) for w in ("mat", "met", "mot") for f in (WORDS, TITLE_WORDS)))),
    ("asad~1", "Assad asa Bassad", AnyOf(tuple(Term(f, w) for w in ("asa", "assad") for f in (WORDS, TITLE_WORDS)))),
]


@pytest.mark.parametrize(
    ("query", "text", "required"), MATCHES, ids=[f"{query} / {text}" for query, text, _ in MATCHES]
)
def test_requires(query: str, text: str, required: Match) -> None:
    assert match(query, text, "Le Monde") == required


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("securite", "la sécurité", {"sécurité"}),
        ("abandonnee", "les abandonnées", {"abandonner"}),
        ("negocient", "ils négocient", {"négocier"}),
        ("zaborate", "le zaboraté", {"~zaborat", "~zaborate"}),  # no lexicon has the word: the index tells its spelling
    ],
)
def test_restores_the_accents_of_the_lexicon_and_the_index(query: str, text: str, found: set[str]) -> None:
    required = match(query, text)
    asked = {
        term.text for term in (required.parts if isinstance(required, AnyOf) else (required,)) if isinstance(term, Term)
    }
    assert asked & found
    assert asked & set(entry(Article("1", text)).terms[LEMMAS].split())


def test_keeps_to_the_accents_that_were_typed() -> None:
    assert match("côte", "cote côté côtes") == key("côte")


def test_scores_key_stem_title_and_word_apart() -> None:
    assert analysed("avocats").plan.score == (
        (Weighted(key("avocat")),),
        (Weighted(Term(STEMS, "avocat"), STEM),),
        (Weighted(Term(TITLE_STEMS, "avocat"), TITLE),),
        (Weighted(Term(WORDS, "avocats"), EXACT),),
    )
    assert analysed("-avocat date:2020 source:x").plan.score == ()


def test_falls_back_to_some_of_the_words_but_never_without_a_filter() -> None:
    one, two, three = (unknown("assad"), key("guerre"), AnyOf((key("zèbre"), key("zébrer"))))
    filtered = Not(AnyOf((key(".rien"), key("rien"))))
    assert analysed("Assad").relaxed is None
    assert analysed("Assad date:2020 -rien").relaxed is None
    assert analysed("Assad la guerre").relaxed == Plan(AnyOf((one, two)), analysed("Assad la guerre").plan.score)
    relaxed = analysed("Assad guerre zèbre -rien").relaxed
    assert relaxed is not None
    assert relaxed.match == AllOf((AnyOf((one, two, three)), filtered))
    assert analysed("Assad guerre", required=Required.ALL).relaxed is None
    assert analysed("Assad guerre", required=Required.ANY).plan.match == AnyOf((one, two))


def test_a_demanded_word_is_never_relaxed() -> None:
    one, two, three = (unknown("assad"), key("guerre"), AnyOf((key("zèbre"), key("zébrer"))))
    demanded = analysed("+Assad guerre zèbre")
    assert demanded.plan.match == AllOf((one, two, three))
    assert demanded.relaxed is not None
    assert demanded.relaxed.match == one
    assert analysed("+Assad guerre").relaxed == Plan(one, analysed("Assad guerre").plan.score)
    assert analysed("+Assad +guerre").relaxed is None
    assert analysed("+Assad guerre", required=Required.ANY).plan.match == one
    assert analysed("Assad OU +guerre").plan.match == AnyOf((one, two))


def test_searches_the_words_of_a_pasted_text_that_tell_most() -> None:
    pasted = " ".join(f"commun{letter}" for letter in "abcdefghij") + " Le zèbre est là. Les commun" * 60
    found = understood(
        pasted,
        *(entry(Article(str(at), "zèbre et communa" if at == 0 else "communa communb là")) for at in range(5)),
        required=Required.AUTO,
        period=None,
    )
    assert found.parsed == "communa communb zèbre"
    assert [note.kind for note in found.notes] == ["excerpt"]
    assert found.plan.match == AllOf(tuple(analysed(word).plan.match for word in found.parsed.split()))


def test_a_wildcard_in_a_phrase_stands_for_the_commonest_words() -> None:
    texts = [*(f"syria{number:03}" for number in range(100)), *["syrie"] * 3]
    found = understood(
        '"guerre syri*"',
        *(entry(Article(str(at), text)) for at, text in enumerate(texts)),
        required=Required.AUTO,
        period=None,
    )
    assert isinstance(found.plan.match, AnyOf)
    assert len(found.plan.match.parts) == 2 * MAX_PHRASES
    assert Phrase(WORDS, ("guerre", "syrie")) in found.plan.match.parts
    assert [note.kind for note in found.notes] == ["expansion"]


def test_the_indexed_words_nearest_to_a_misspelled_one_weigh_most() -> None:
    group, _ = analysed("~Macrron", "Macron marron Marlon macrons").plan.score
    weights = {each.term.text: each.weight for each in group if isinstance(each.term, Term)}
    assert weights == {"macron": 1.0, "marron": 1.0, "macrons": EDIT, "marlon": EDIT}
    group, _ = analysed("~Macrron", "Marlon").plan.score
    assert [each.weight for each in group] == [1.0]


def test_requires_a_period_beside_the_query() -> None:
    period = Period(date(2020, 1, 1), None)
    plan = understood("Assad", required=Required.AUTO, period=period).plan
    assert plan.match == AllOf((unknown("assad"), Dated(date(2020, 1, 1).toordinal(), None)))


def test_finds_a_compound_that_is_misspelled() -> None:
    assert match("~porte-parole", "porte-parole") != AnyOf(())


# ── two steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────

pieces = st.sampled_from(
    [
        *(
            '"le budget"',
            '="la cote"',
            '"a b"~3',
            'source:"Le Monde"',
            '"les cot*"',
            'titre:"bud* de"',
            '="cot* rouge"',
        ),
        *"Erdogan Londres ~Macrron emp* été* m?t asad~1 =cote =côte securite abandonnees porte-parole l’avocat".split(),
        *"U.R.S.S. Tel Aviv -Assad OU ( ) titre:Erdogan titre:(bud* -=cote) source:mon* langue:FR date:2020".split(),
        *"source:(mond~1 OU -titre:lemon*) -(Kiev emp*) de la +Erdogan +(Kiev OU cot*) l’emp* porte-par* | !cote".split(),
    ]
)
queries = st.lists(pieces, max_size=8).map(" ".join)
TEXT = "Erdoğan, Kyiv, Kiev, l’empire des étés, la cote et la côte, les abandonnées, la sécurité, le porte-parole, mât"


@given(queries)
def test_asks_beforehand_all_that_it_wants_to_know(query: str) -> None:
    """Else an answer would be missing, which is an error."""
    assert analysed(query, TEXT, source="Le Monde").parsed == str(parse(query, today=TODAY).root)


@given(queries, st.sets(st.integers(0, 60)))
def test_finds_no_more_for_want_of_an_answer(query: str, cut: set[int]) -> None:
    """Questions cut short have a shorter answer, and the plan finds a part of what it would have found."""
    entries = [
        entry(Article(str(number), text, source=source))
        for number, (text, source) in enumerate(
            [(TEXT, "Le Monde"), ("Erdogan à Londres", "Lemonde"), ("cote", ""), ("la côte", "")]
        )
    ]
    wishes = wish(parse(query, today=TODAY), names=(built_in(),))
    whole = oracle.look_up(wishes.questions, entries)
    late = {question for at, question in enumerate(wishes.questions) if at in cut}
    some = Answers(
        {term: 0 if term in late else count for term, count in whole.frequencies.items()},
        {each: terms[: len(terms) // 2] if each in late else terms for each, terms in whole.terms.items()},
        frozenset(late),
    )
    found = [
        oracle.find(understand(wishes, answers, required=Required.ALL, today=TODAY).plan.match, entries)
        for answers in (some, whole)
    ]
    assert found[0] <= found[1]


def test_neighbours_earn_together_with_the_small_words_between_them() -> None:
    def neighbours(query: str) -> list[tuple[str, tuple[str, ...], float]]:
        scored = (weighted for group in analysed(query).plan.score for weighted in group)
        return [(each.term.field, each.term.terms, each.weight) for each in scored if isinstance(each.term, Phrase)]

    assert (
        neighbours("Assad")
        == neighbours("le Assad la")
        == neighbours("guerre OU paix")
        == neighbours("Assad -guerre")
        == []
    )
    assert neighbours("Front de +gauche") == [
        (WORDS, ("front", "de", "gauche"), PAIR),
        (TITLE_WORDS, ("front", "de", "gauche"), TITLE_PAIR),
    ]
    pairs = [("ministre", "de", "interieur"), ("interieur", "turc")]
    assert neighbours("ministre de l’Intérieur turc") == [
        each for pair in pairs for each in ((WORDS, pair, PAIR / 4), (TITLE_WORDS, pair, TITLE_PAIR / 4))
    ]


def test_a_family_is_what_has_the_stem() -> None:
    assert match("famille:manifestation") == AnyOf((key("manifestation"), Term(STEMS, "manifest")))
    assert match('family:(chat OU "chat")') == AnyOf((AnyOf((key("chat"), Term(STEMS, "chat"))), anywhere("chat")))
    families = analysed("manifestation Paris -chat date:2020").with_families()
    assert families is not None
    assert [part.label for part in families[:2]] == ["famille:manifestation", "Paris"]
    assert analysed("Paris =manifestation").with_families() is None


def test_an_unknown_source_is_told_with_those_there_are() -> None:
    (note,) = analysed('source:"Figaro"', source="Le Monde").notes
    assert note.message == (
        "no source is called “Figaro”; sources with these words in their name were searched, of 1: Le Monde"
    )
