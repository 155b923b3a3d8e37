"""Counts by name in an answer and in its archive → the names, and the pairs of persons, that are over-represented.

    a  articles of the answer with the name      c  articles of the answer
    b  other articles with the name              d  other articles

`likelihood` is G² of this table (Dunning 1993; the two cells that Rayson and Garside's calculator sums), `ratio` the log ratio
(Hardie 2014): 1 is twice as frequent in the answer as elsewhere, 2 four times. Articles are counted, not mentions: document
frequencies are the more robust of the two (Evert et al. 2018, Egbert and Biber 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from math import log, log2

from searcher.values import Value

CUT = 15.13
"""G² from which on a difference counts: p < .0001 at one degree of freedom."""

FEWEST = 3
"""Articles of the answer that a name stands in at least."""


class NameOrder(StrEnum):
    """What a table is ranked by."""

    RATIO = "ratio"
    LIKELIHOOD = "likelihood"
    ARTICLES = "articles"


class KeyName(Value):
    """A name that the answer has more often than the rest of its archive. `kind`: person, place, organisation, other.

    `articles` of the answer and so many `elsewhere` hold it. `likelihood` and `ratio` are None where there is nothing to
    compare with, because the answer is the whole archive.
    """

    name: str
    kind: str
    articles: int
    elsewhere: int
    likelihood: float | None
    ratio: float | None


class ArticleName(Value):
    """A name of one article: `times` times in its title and its text, the first time in the text at `start` (None: in the title
    only). `kind` as in `KeyName`."""

    name: str
    kind: str
    times: int
    start: int | None


class KeyPair(Value):
    """Two persons who stand in one sentence; the numbers are those of `KeyName`. `examples` are sentences, when asked for."""

    persons: tuple[str, str]
    articles: int
    elsewhere: int
    likelihood: float | None
    ratio: float | None
    examples: tuple[Sentence, ...] = ()


class Sentence(Value):
    """A sentence of an article: `text` is what stands from `start` to `end` of the article's text."""

    identifier: str
    title: str
    date: str | None
    source: str | None
    start: int
    end: int
    text: str


class Names(Value):
    """The names of an answer of `total` articles, in an archive of `volume`. Not `complete`: the time was up, and the answer's
    numbers are lower bounds."""

    rows: tuple[KeyName, ...]
    total: int
    volume: int
    complete: bool = True


class Pairs(Value):
    """As `Names`, of pairs."""

    rows: tuple[KeyPair, ...]
    total: int
    volume: int
    complete: bool = True


class Keyness(Value):
    """What the table of one value says."""

    value: str
    articles: int
    elsewhere: int
    likelihood: float | None
    ratio: float | None


def keyness(
    found: Mapping[str, int], archive: Callable[[Iterable[str]], Mapping[str, int]], *, total: int, volume: int
) -> list[Keyness]:
    """The values that are over-represented, unordered, by their numbers of articles in an answer of `total` articles.

    `archive` gives the numbers of articles of values in the whole archive of `volume`. Where the answer is the archive, all
    values that enough articles have.
    """
    candidates = [value for value, articles in found.items() if articles >= FEWEST]
    if total >= volume:
        return [Keyness(value, found[value], 0, None, None) for value in candidates]
    held = archive(candidates)
    rows = []
    for value in candidates:
        a = found[value]
        b = max(held.get(value, 0) - a, 0)
        g, lr = likelihood(a, b, total, volume - total), ratio(a, b, total, volume - total)
        if lr > 0 and g >= CUT:
            rows.append(Keyness(value, a, b, g, lr))
    return rows


def associated(pairs: Mapping[tuple[str, str], int], persons: Mapping[str, int], *, volume: int) -> list[Keyness]:
    """The pairs of a whole archive that stand together more often than chance has it, unordered; `value` is the place of the
    pair in `pairs`, written as a number.

    The answer is here the articles of one of the two, the one with more articles; what is looked for in it is the other.
    """
    rows = []
    for at, ((one, other), a) in enumerate(pairs.items()):
        most, least = sorted((persons.get(one, a), persons.get(other, a)), reverse=True)
        b, c, d = max(least - a, 0), most, volume - most
        if a < FEWEST or d <= 0:
            continue
        g, lr = likelihood(a, b, c, d), ratio(a, b, c, d)
        if lr > 0 and g >= CUT:
            rows.append(Keyness(str(at), a, b, g, lr))
    return rows


def likelihood(a: int, b: int, c: int, d: int) -> float:
    """G² = 2 (a ln(a / E₁) + b ln(b / E₂)), where E₁ = c (a + b) / (c + d) and E₂ = d (a + b) / (c + d)."""
    share = (a + b) / (c + d)
    return max(2 * (_cell(a, c * share) + _cell(b, d * share)), 0.0)


def _cell(observed: int, expected: float) -> float:
    return observed * log(observed / expected) if observed else 0.0


def ratio(a: int, b: int, c: int, d: int) -> float:
    """log₂ of (a / c) / (b / d); a half stands for a count of nothing, as Hardie has it."""
    return log2(((a or 0.5) / c) / ((b or 0.5) / d))


def ranked(rows: Iterable[Keyness], order: NameOrder) -> list[Keyness]:
    """The rows, the best first; those that are equal in `order` by likelihood, articles and value."""

    def key(row: Keyness) -> tuple[float | str, ...]:
        g, lr = row.likelihood or 0.0, row.ratio or 0.0
        leading = {NameOrder.RATIO: lr, NameOrder.LIKELIHOOD: g, NameOrder.ARTICLES: float(row.articles)}[order]
        return -round(leading, 9), -round(g, 9), -row.articles, row.value

    return sorted(rows, key=key)
