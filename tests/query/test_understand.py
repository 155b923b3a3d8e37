"""Analysis of queries: what plan a query becomes over a small vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis import STOP_WORDS, entry
from searcher.article import FORMS, LANGUAGE, SOURCE, STEMS, TITLE_STEMS, TITLE_WORDS, WORDS, Article
from searcher.query.ask import Required
from searcher.query.dates import Period
from searcher.query.parse import parse
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, AtLeast, Dated, Match, Near, Not, Phrase, Plan, Term, Weighted
from searcher.query.understand import EXACT, TITLE, Analysed, analyse
from searcher.query.widening import distance

TODAY = date(2020, 3, 18)


class Vocabulary:
    """The terms of one text, as an index would list them."""

    def __init__(self, text: str = "", source: str = "") -> None:
        terms = entry(Article("1", text, source=source)).terms
        self.held = {field: text.split() for field, text in terms.items()}

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        return (term for term in sorted(set(self.held.get(field, ()))) if term.startswith(prefix))

    def frequency(self, field: str, text: str) -> int:
        return int(text in self.held.get(field, ()))


def analysed(query: str, text: str = "", *, source: str = "", required: Required = Required.AUTO) -> Analysed:
    return analyse(parse(query, today=TODAY), Vocabulary(text, source), required=required, today=TODAY)


def match(query: str, text: str = "", source: str = "") -> Match:
    """What the plan requires; a conjunction of one part is that part."""
    found = analysed(query, text, source=source).plan.match
    return found.parts[0] if isinstance(found, AllOf) and len(found.parts) == 1 else found


def stem(text: str) -> Term:
    return Term(STEMS, text)


def anywhere(*terms: str) -> Match:
    if len(terms) == 1:
        return AnyOf((Term(WORDS, terms[0]), Term(TITLE_WORDS, terms[0])))
    return AnyOf((Phrase(WORDS, terms), Phrase(TITLE_WORDS, terms)))


MATCHES: list[tuple[str, str, Match]] = [
    # query, the text that the index is of, what is required
    ("avocat", "", stem("avocat")),
    ("l’avocat", "", stem("avocat")),
    ("Les avocats", "", stem("avocat")),
    ("de la", "", AllOf((stem("de"), stem("la")))),
    ("Erdoğan Assad", "", AllOf((stem("erdogan"), stem("assad")))),
    ("a OU Assad", "", AnyOf((stem("a"), stem("assad")))),
    ("Assad -Erdoğan", "", AllOf((stem("assad"), Not(stem("erdogan"))))),
    ("-Assad", "", Not(stem("assad"))),
    ("", "", EVERYTHING),
    ("porte-parole", "", AnyOf((stem("porteparol"), *anywhere("porte", "parole").parts))),  # type: ignore[union-attr]
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
    ("titre:avocat", "", Term(TITLE_STEMS, "avocat")),
    ('titre:"a b"', "", AnyOf((Phrase(TITLE_WORDS, ("a", "b")),) * 2)),
    ('source:"Le Monde"', "", Phrase(SOURCE, ("le", "monde"))),
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
    ("query", "text", "stems"),
    [
        ("securite", "la sécurité", {"secur", "securit"}),
        ("abandonnee", "les abandonnées", {"abandon"}),
        ("negocient", "ils négocient", {"negoci"}),
    ],
)
def test_restores_the_accents_the_index_has(query: str, text: str, stems: set[str]) -> None:
    (printed,) = (
        term for term in entry(Article("1", text)).terms[STEMS].split() if term not in STOP_WORDS | {"le", "il"}
    )
    found = match(query, text)
    terms = found.parts if isinstance(found, AnyOf) else (found,)
    assert stem(printed) in terms
    assert {term.text for term in terms if isinstance(term, Term)} & stems


def test_keeps_to_the_accents_that_were_typed() -> None:
    assert match("côte", "cote côté côtes") == stem("cote")


def test_scores_stem_title_and_word_apart() -> None:
    assert analysed("avocats").plan.score == (
        (Weighted(stem("avocat")),),
        (Weighted(Term(TITLE_STEMS, "avocat"), TITLE),),
        (Weighted(Term(WORDS, "avocats"), EXACT),),
    )
    assert analysed("-avocat date:2020 source:x").plan.score == ()


def test_falls_back_to_most_of_the_words_but_never_without_a_filter() -> None:
    one, two, three = (stem(text) for text in ("assad", "guerr", "zebr"))
    filtered = Not(stem("rien"))
    assert analysed("Assad").relaxed is None
    assert analysed("Assad date:2020 -rien").relaxed is None
    assert analysed("Assad la guerre").relaxed == Plan(AtLeast(1, (one, two)), analysed("Assad guerre").plan.score)
    relaxed = analysed("Assad guerre zèbre -rien").relaxed
    assert relaxed is not None
    assert relaxed.match == AllOf((AtLeast(2, (one, two, three)), filtered))
    assert analysed("Assad guerre", required=Required.ALL).relaxed is None
    assert analysed("Assad guerre", required=Required.ANY).plan.match == AnyOf((one, two))


def test_requires_a_period_beside_the_query() -> None:
    period = Period(date(2020, 1, 1), None)
    plan = analyse(parse("Assad"), Vocabulary(), period=period).plan
    assert plan.match == AllOf((stem("assad"), Dated(date(2020, 1, 1).toordinal(), None)))


def test_finds_a_compound_that_is_misspelled() -> None:
    assert match("~porte-parole", "porte-parole") != AnyOf(())


# ── distance ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def naive(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        naive(one[:-1], other) + 1,
        naive(one, other[:-1]) + 1,
        naive(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if len(one) > 1 and len(other) > 1 and (one[-1], one[-2]) == (other[-2], other[-1]):
        ways.append(naive(one[:-2], other[:-2]) + 1)
    return min(ways)


letters = st.text("abc", max_size=5)


@given(letters, letters, st.integers(0, 5))
@example("ab", "ba", 1)
@example("ca", "abc", 3)  # 3 here, 2 where a swapped pair may be edited again
def test_measures_distance_up_to_the_edits_allowed(one: str, other: str, edits: int) -> None:
    right = naive(one, other)
    assert distance(one, other, edits) == (right if right <= edits else None)


@given(letters, letters, st.integers(0, 5))
def test_distance_is_the_same_both_ways(one: str, other: str, edits: int) -> None:
    assert distance(one, other, edits) == distance(other, one, edits)
