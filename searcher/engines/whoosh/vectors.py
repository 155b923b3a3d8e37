"""The match of a plan, and what it scores, over arrays: the articles found, and what each of them earns.

What `matching` and `score` do for a single search, with the same sums in the same order, so that scores are equal to the last
bit. Past the deadline the result is a subset, as theirs is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import assert_never

import numpy as np
import numpy.typing as npt

from searcher.engines import together
from searcher.engines.protocol import Deadline
from searcher.engines.ranks import rank
from searcher.engines.whoosh.arrays import Arrays, Articles, Counted, Numbers, Points
from searcher.engines.whoosh.score import NEARLY, BoundedTerm, Group, bound_of
from searcher.engines.whoosh.segment import FIRST_DAY, INSTANT, LAST_DAY, NORMS, SEQUENCE, SERIAL
from searcher.query.ask import Sort
from searcher.query.plan import Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Plan, Term

FEW = 8  # how many times as many one array must have as another for a binary search of each of the fewer
RARE = 64  # the share of the index below which articles are sorted and not marked in a bit for each of the index

_NO_COUNTS = np.empty(0, np.int64)

Singly = Callable[[Match, Deadline], list[set[int]]]
"""What a match finds in each segment, one article at a time."""

MATCHING = 2 / 3  # of the time there is; the rest is for ranking what was found

Placed = tuple[float, int, int, int, float | None]


def first(
    arrays: Arrays, plan: Plan, groups: list[Group], wanted: int, sort: Sort, clock: Deadline, singly: Singly
) -> tuple[int, list[Placed], bool]:
    """How many articles a plan finds, the first `wanted` of them, and whether there was time to rank them.

    An article is its key negated, its place in the order added, its segment, its number there, and its score.
    """
    found = find(arrays, plan.match, clock.share(MATCHING), singly)
    if not len(found):
        return 0, [], True
    ranking = clock.share(1)
    sequences = arrays.column(SEQUENCE)
    if sort is Sort.RELEVANCE:
        articles, scores = best(arrays, groups, found, wanted, ranking)
        ordered = sorted(
            (-rank(score), int(sequences[number]), number, score)
            for number, score in zip(articles.tolist(), scores.tolist(), strict=True)
        )[:wanted]
    else:
        instants = arrays.column(INSTANT)[found].astype(np.float64)
        keys = -instants if sort is Sort.NEWEST else np.where(instants > 0, instants, np.inf)
        order = np.lexsort((sequences[found], keys))[:wanted]
        articles = np.sort(found[order])
        known = dict(zip(articles.tolist(), earned(arrays, groups, articles).tolist(), strict=True))
        ordered = [
            (key, int(sequences[number]), number, known[number])
            for key, number in zip(keys[order].tolist(), found[order].tolist(), strict=True)
        ]
    placed: list[Placed] = [(key, place, *arrays.at(number), score) for key, place, number, score in ordered]
    return len(found), placed, not ranking.missed


def find(arrays: Arrays, match: Match, clock: Deadline, singly: Singly) -> Articles:
    """The articles a match finds, ascending; some of them when the clock runs out."""
    found = _Finding(arrays, singly).of(match, clock)
    return found[~_among(found, arrays.deleted)] if len(arrays.deleted) and len(found) else found


class _Finding:
    def __init__(self, arrays: Arrays, singly: Singly) -> None:
        self._arrays = arrays
        self._singly = singly

    def of(self, match: Match, clock: Deadline) -> Articles:
        match match:
            case Term():
                return self._arrays.postings(match).articles
            case Phrase(field, terms):
                return _counted(self._arrays, field, terms, None, clock)[0]
            case Near():
                return self._arrays.numbers(self._singly(match, clock))
            case Dated():
                return self._dated(match, None)
            case Added():
                return self._added(match, None)
            case AllOf(parts):
                return self._all(parts, clock)
            case AnyOf(parts):
                return self._any(parts, clock)
            case Not(part):
                return self._without(self._arrays.everything(), part, clock)
            case _:
                assert_never(match)

    def _any(self, parts: Sequence[Match], clock: Deadline) -> Articles:
        found = []
        for part in dict.fromkeys(parts):
            if clock.over():
                break
            these = self.of(part, clock)
            if len(these):
                found.append(these)
        if len(found) < 2:
            return found[0] if found else self._arrays.nothing
        if sum(map(len, found)) * RARE < self._arrays.size:
            return np.unique(np.concatenate(found))
        held = np.zeros(self._arrays.size, bool)
        for these in found:
            held[these] = True
        return self._arrays.those(held)

    def _without(self, found: Articles, part: Match, clock: Deadline) -> Articles:
        """What is found and not by `part`; nothing when that was not looked at to its end."""
        own = clock.share(1)
        excluded = self.of(part, own)
        return self._arrays.nothing if own.missed else found[~_among(found, excluded)]

    def _all(self, parts: Sequence[Match], clock: Deadline) -> Articles:
        """Intersects, the cheapest part first; filters only look at what is left. Each part has its share of the time."""
        found: Articles | None = None
        ordered = sorted(dict.fromkeys(parts), key=self._cost)
        for at, part in enumerate(ordered):
            if found is not None and not len(found):
                break
            if clock.over():
                return self._arrays.nothing
            own = clock.share(1 / (len(ordered) - at))
            match part:
                case Not(inner) if found is not None:
                    found = self._without(found, inner, own)
                case Dated() if found is not None:
                    found = self._dated(part, found)
                case Added() if found is not None:
                    found = self._added(part, found)
                case _:
                    these = self.of(part, own)
                    found = these if found is None else _common(these, found)
        return self._arrays.everything() if found is None else found

    def _cost(self, match: Match) -> float:
        match match:
            case Term():
                return self._arrays.count_of(match)
            case Phrase(field, terms) | Near(field, terms, _):
                return 10 * min((self._arrays.count_of(Term(field, text)) for text in terms), default=0)
            case AllOf(parts):
                return min((self._cost(part) for part in parts), default=self._arrays.size)
            case AnyOf(parts):
                return sum(self._cost(part) for part in parts)
            case Dated() | Added():
                return 2 * self._arrays.size
            case Not():
                return 3 * self._arrays.size
            case _:
                assert_never(match)

    def _dated(self, match: Dated, among: Articles | None) -> Articles:
        firsts, lasts = self._arrays.column(FIRST_DAY), self._arrays.column(LAST_DAY)
        if among is not None:
            firsts, lasts = firsts[among], lasts[among]
        held = (lasts >= max(match.start if match.start is not None else 1, 0)) & (firsts > 0)
        if match.end is not None:
            held &= firsts < max(match.end, 0)
        return self._arrays.those(held) if among is None else among[held]

    def _added(self, match: Added, among: Articles | None) -> Articles:
        serials = self._arrays.column(SERIAL).astype(np.int64)
        held = (serials if among is None else serials[among]) > match.after
        return self._arrays.those(held) if among is None else among[held]


def best(arrays: Arrays, groups: list[Group], found: Articles, wanted: int, clock: Deadline) -> tuple[Articles, Points]:
    """The articles of `found` that may be among the `wanted` best, ascending, and what they earn: the best of them and those
    that nearly are.

    Articles that can no longer be among the best are dropped on the way, see `score`. Groups that the clock leaves no time for
    do not count.
    """
    earning = _Earning(arrays, found)
    bounds = list(map(bound_of, groups))
    rest = sum(bounds)
    counted = 0.0
    due = pause = 1
    for at, (group, bound) in enumerate(zip(groups, bounds, strict=True)):
        if clock.over():
            break
        if at >= due and len(earning.articles) > 20 * wanted and counted > rest:
            before = len(earning.articles)
            earning.keep(wanted, rest)
            pause = 1 if len(earning.articles) < 0.8 * before else 2 * pause
            due = at + pause
        earning.count(group, clock)
        counted += bound
        rest = max(rest - bound, 0.0)  # below 0 by rounding, it would drop articles that earn nothing
    if wanted < len(earning.articles):
        earning.keep(wanted, 0.0)
    return earning.articles, earning.scores


def earned(arrays: Arrays, groups: list[Group], articles: Articles) -> Points:
    """What each of the articles, ascending, earns."""
    earning, clock = _Earning(arrays, articles), Deadline()
    for group in groups:
        earning.count(group, clock)
    return earning.scores


class _Earning:
    """Articles, ascending, and what they have earned so far."""

    def __init__(self, arrays: Arrays, articles: Articles) -> None:
        self._arrays = arrays
        self._least = 0.0  # what the last of the best has earned at least
        self._begin(articles, np.zeros(len(articles) + 1))

    def _begin(self, articles: Articles, scores: Points) -> None:
        self.articles = articles
        self._scores = scores  # and a last one for whatever other articles earn
        # Article of the index → its place among the articles; behind them when it is not there.
        self._slots: Numbers | None = None

    @property
    def scores(self) -> Points:
        return self._scores[:-1]

    def keep(self, wanted: int, rest: float) -> None:
        """Drops the articles that can no longer be among the `wanted` best, when they may yet earn as much as `rest`."""
        scores = self.scores
        leading = scores[scores >= self._least]  # what was earned stays earned: these are enough
        self._least = float(np.partition(leading, len(leading) - wanted)[len(leading) - wanted]) if wanted else inf
        kept = np.flatnonzero(scores >= self._least * NEARLY - rest)
        if len(kept) < len(scores):
            self._begin(self.articles[kept], np.append(scores[kept], 0.0))

    def count(self, group: Group, clock: Deadline) -> None:
        """Adds what a group earns."""
        if len(group) == 1:
            at, points = self._points(group[0], clock)
            self._scores[at] += points
            return
        best = np.zeros(len(self._scores))
        for nth, each in enumerate(group):
            if nth and clock.over():
                break
            at, points = self._points(each, clock)
            best[at] = np.maximum(best[at], points)
        self._scores += best

    def _points(self, bounded: BoundedTerm, clock: Deadline) -> tuple[Numbers, Points]:
        """The places of the articles that hold a term or phrase, and what that earns them. Places behind the last one are of
        no article that counts."""
        if isinstance(bounded.term, Phrase):
            term = bounded.term
            holding, counts = _counted(self._arrays, term.field, term.terms, self.articles, clock)
        else:
            holding, counts = self._arrays.postings(bounded.term)
            if len(self.articles) * FEW < len(holding):
                found = holding.searchsorted(self.articles)
                found[found == len(holding)] = 0
                at = np.flatnonzero(holding[found] == self.articles)
                return at, self._earned(bounded, self.articles[at], counts[found[at]])
        return self._places(holding), self._earned(bounded, holding, counts)

    def _places(self, holding: Articles) -> Numbers:
        count = len(self.articles)
        if count * FEW < self._arrays.size:
            at = self.articles.searchsorted(holding)
            at[at == count] = 0
            at[self.articles[at] != holding] = count
            return at
        if self._slots is None:
            self._slots = np.full(self._arrays.size, count)
            self._slots[self.articles] = np.arange(count)
        places: Numbers = self._slots[holding]
        return places

    def _earned(self, bounded: BoundedTerm, holding: Articles, counts: Counted) -> Points:
        """What a term or phrase earns the articles that hold it so often."""
        field = bounded.term.field
        lengths = self._arrays.column(NORMS[field])[holding]
        norms = self._arrays.norms(field, bounded.norms)[lengths]
        points: Points = bounded.bound * counts / (counts + norms)
        return points


def _counted(
    arrays: Arrays, field: str, terms: Sequence[str], among: Articles | None, clock: Deadline
) -> tuple[Articles, Counted]:
    """The articles that hold terms side by side in this order, and how often; some of them when the clock runs out."""
    different = {text: arrays.postings(Term(field, text)) for text in dict.fromkeys(terms)}
    holding = [postings.articles for postings in different.values()]
    candidates, *others = sorted((*holding, among) if among is not None else holding, key=len) or (arrays.nothing,)
    for each in others:
        if not len(candidates) or clock.over():
            break
        candidates = _common(candidates, each)
    if not len(candidates) or clock.over():
        return arrays.nothing, _NO_COUNTS
    rows = np.arange(len(candidates), dtype=np.int64) << together.BITS
    placed = {}
    for text, postings in different.items():
        if clock.over():
            return arrays.nothing, _NO_COUNTS
        starts, positions = arrays.positions(Term(field, text))
        at = postings.articles.searchsorted(candidates)
        first = starts[at].astype(np.int64)
        counts = starts[at + 1] - first
        ends = np.cumsum(counts)
        where = np.arange(ends[-1]) + np.repeat(first - ends + counts, counts)
        placed[text] = positions[where] + np.repeat(rows, counts)
    begins = together.phrase_starts([placed[text] for text in terms]) >> together.BITS
    counts = np.bincount(begins, minlength=len(candidates))
    held = counts > 0
    return candidates[held], counts[held]


def _common(some: Articles, others: Articles) -> Articles:
    """What is among both; each ascends."""
    if len(some) > len(others):
        some, others = others, some
    return some[_among(some, others)]


def _among(wanted: Articles, ascending: Articles) -> npt.NDArray[np.bool_]:
    """Which of the wanted articles are among others."""
    if not len(ascending):
        return np.zeros(len(wanted), bool)
    at = ascending.searchsorted(wanted)
    at[at == len(ascending)] = 0
    held: npt.NDArray[np.bool_] = ascending[at] == wanted
    return held
