"""The terms of articles → the ones that tell them best, as a plan for an engine.

    weight of a term = (1 + ln tf) · idf, half as much again for a name; the title counts twice

(the weighting of Lucene's MoreLikeThis, with a logarithm on the frequency: Manning, Raghavan and Schütze, Introduction to
Information Retrieval, 6.4.1). We choose the terms, not the engine, so every engine answers alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import log

from searcher.article import STEMS, TITLE_STEMS
from searcher.query.plan import AnyOf, Plan, Term, Weighted
from searcher.results.values import Hit
from searcher.values import Value

TERMS = 25
"""Terms that the articles are sought by, beside the words of their titles."""

COMMON = 0.1
"""Share of the archive's articles from which on a term tells nothing."""

RARE_ARCHIVE = 20
"""Articles that a term may stand in whatever the size of the archive: in forty articles, a tenth is four."""

NAME_WEIGHT = 1.5

TITLE_WEIGHT = 5.0
"""What a word of the articles' titles earns in the title of another, beside what it earns in the article as a whole, for a
headline says in ten words what the article is about: see `docs/people.md` for what the choice rests on."""

SHARED = 5
"""Shared words that are said of a hit."""


class Similar(Value):
    """Articles like some others. Each hit's `matched` are the shared words and names that weigh most, the heaviest first.
    `words`: what was sought, the heaviest first."""

    hits: tuple[Hit, ...]
    words: tuple[str, ...]
    took_ms: float


def chosen(
    frequencies: Iterable[Mapping[Term, int]],
    names: frozenset[Term],
    held: Mapping[Term, int],
    volume: int,
    *,
    titled: Collection[str] = (),
    least: int,
) -> dict[Term, float]:
    """The terms to seek, the heaviest first, each with its weight without the idf, which an engine adds: `TERMS` of them, and
    all stems of the titles (`titled`) that are not too common.

    `frequencies` are those of each article, the title counted twice; the weights of several articles add up. `held` says how
    many articles of the archive, which has `volume`, hold each term: `least` at least. `names` are the terms that are names.
    """
    weights: Counter[Term] = Counter()
    most = max(COMMON * volume, RARE_ARCHIVE)
    for each in frequencies:
        for term, count in each.items():
            if least <= held.get(term, 0) <= most:
                weights[term] += (1 + log(count)) * (NAME_WEIGHT if term in names else 1)  # type: ignore[assignment]
    worth = {term: weight * idf(held[term], volume) for term, weight in weights.items()}
    ranked = sorted(weights, key=lambda term: (-round(worth[term], 9), term.field, term.text))
    return {
        term: weights[term]
        for rank, term in enumerate(ranked)
        if rank < TERMS or (term.field == STEMS and term.text in titled)
    }


def idf(held: int, volume: int) -> float:
    """What the rarity of a term is worth that `held` of `volume` articles hold, as in BM25."""
    return log(1 + (volume - held + 0.5) / (held + 0.5))


def plan(terms: Mapping[Term, float], titled: Collection[str]) -> Plan:
    """What finds the articles that hold any of the terms, those with the heaviest first. `titled`: stems of the titles."""
    weighted = [Weighted(term, weight) for term, weight in terms.items()]
    weighted += [
        Weighted(Term(TITLE_STEMS, term.text), TITLE_WEIGHT * weight)
        for term, weight in terms.items()
        if term.field == STEMS and term.text in titled
    ]
    return Plan(AnyOf(tuple(terms)), tuple((each,) for each in weighted))
