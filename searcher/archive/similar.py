"""Articles, or a text ─► their terms ─► look_up ─► plan ─► search ─► Similar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from math import log
from time import perf_counter
from typing import TYPE_CHECKING

from searcher.analysis import STOP_WORDS, tokenize
from searcher.analysis.annotations import KINDS
from searcher.analysis.entry import numbered, stems_by_piece, words_of
from searcher.analysis.naming import named
from searcher.analysis.pieces import OPENING
from searcher.analysis.words import analyse_chunk
from searcher.archive.answering import deadline_of, fetched, understood_on
from searcher.article import ID, NAME, STEMS, TITLE_STEMS, WHOLE, WORDS, Article, as_term, as_value
from searcher.query.plan import AllOf, AnyOf, Not, Plan, Term
from searcher.results import similar as results
from searcher.results.groups import first_of_each
from searcher.results.similar import SHARED, Similar, chosen, idf
from searcher.results.values import Hit
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.state import State
    from searcher.query.ask import Ask

COPIED = 0.6
"""Share of the shingles of the shorter text from which on two articles are copies of one another."""

_SHINGLE, _LEAD = 4, 12
_SPARE = 20
"""Hits asked for beyond the limit, in place of copies."""


def similar(state: State, identifiers: Sequence[str], text: str, ask: Ask, *, limit: int) -> Similar:
    """The articles most like some articles and a text, themselves and their copies left out, under the filters of a question.

    Raises NotFound for an identifier of no article.
    """
    began = perf_counter()
    clock = deadline_of(ask)
    given = [_Read(fetched(state, each)) for each in identifiers]
    own = [Term(ID, name) for each in given for name in _group(state, each.article)]
    least = 2 if given else 1  # an article that is sought with holds the term itself
    if text.strip():
        given.append(_Read(Article("-", text)))
        least = 1
    frequencies = [each.frequencies() for each in given]
    wanted = {term for each in frequencies for term in each}
    held = state.reader.look_up(wanted, until=clock.until).frequencies
    names = frozenset(term for term in wanted if term.field == WHOLE[NAME])
    volume = state.reader.count()
    titled = frozenset(stem for each in given for stem in each.terms(TITLE_STEMS))
    terms = chosen(frequencies, names, held, volume, titled=titled, least=least)
    printed = _printed([each.article for each in given], terms)
    if not terms:
        return Similar((), (), (perf_counter() - began) * 1000)
    plan = results.plan(terms, titled)
    filters = understood_on(state, replace(ask, query=""), clock).filters
    match = AllOf((*filters, plan.match, Not(AnyOf(tuple(own)))))
    found = state.reader.search(Plan(match, plan.score), limit=limit + _SPARE, until=clock.until).found
    shingles = [each.shingles() for each in given]
    read = ((each, _Read(each.article)) for each in first_of_each(found, state.groups))
    kept = ((each, its) for each, its in read if not _is_copy(its.shingles(), shingles))
    worth = {term: weight * idf(held[term], volume) for term, weight in terms.items()}
    hits = tuple(
        Hit(rank, each.score, state.located(each.article, clock), matched=_shared(its.frequencies(), worth, printed))
        for rank, (each, its) in enumerate(islice(kept, limit), 1)
    )
    return Similar(hits, tuple(dict.fromkeys(printed[term] for term in terms)), (perf_counter() - began) * 1000)


def _group(state: State, article: Article) -> tuple[str, ...]:
    """The identifiers of an article and its copies."""
    found = state.reader.search(Plan(Term(ID, article.id)), limit=1).found
    group = state.groups.group_of(found[0].serial) if state.groups is not None and found else 0
    if state.groups is None or not group:
        return (article.id,)
    return tuple(name for _, name in state.groups.members(group))


class _Read:
    """An article, analysed once for all that is asked of it."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self._numbered = numbered(article, without=KINDS).numbered

    def terms(self, field: str) -> list[str]:
        """The terms of a field of `NUMBERED`, as often as they stand there."""
        return self._numbered.terms(field).split() if self._numbered else []

    def frequencies(self) -> Mapping[Term, int]:
        """How often the article has each of its terms, those of the title twice; small words left out."""
        counted = Counter(self.terms(STEMS))
        counted.update(self.terms(TITLE_STEMS))  # which are among those of the article, too
        small = _small()
        terms = {Term(STEMS, stem): count for stem, count in counted.items() if stem not in small}
        title, text = named(self.article.title, self.article.text)
        names = Counter(each.name for each in (*title, *title, *text))
        return terms | {Term(WHOLE[NAME], as_term(name)): count for name, count in names.items()}

    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Each four words side by side of the text, but for its first words: leads differ."""
        words = self.terms(WORDS)[_LEAD:]
        return frozenset(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))


@cache
def _small() -> frozenset[str]:
    """The stems of small words."""
    return frozenset(word.stem for small in STOP_WORDS for word in tokenize(small))


def _printed(articles: Sequence[Article], terms: Mapping[Term, float]) -> dict[Term, str]:
    """The chosen terms as the articles print them: of a stem, the word that they print most often."""
    words: dict[str, Counter[str]] = {term.text: Counter() for term in terms if term.field == STEMS}
    for article in articles:
        for text in (article.title, article.text):
            for piece, stems in stems_by_piece(text):
                if words.keys().isdisjoint(stems):
                    continue
                chunk = analyse_chunk(piece)
                for word in chunk.words:
                    if word.stem in words:
                        words[word.stem][word.raw] += 1
                for joined in chunk.wholes:
                    if joined.stem in words:
                        words[joined.stem][piece.removeprefix(OPENING)[joined.start : joined.end]] += 1
    return {
        term: words[term.text].most_common(1)[0][0]
        if words.get(term.text) and term.field == STEMS
        else (as_value(term.text) or "")
        for term in terms
    }


def _shared(
    frequencies: Mapping[Term, int], worth: Mapping[Term, float], printed: Mapping[Term, str]
) -> tuple[str, ...]:
    """The shared words that weigh most in a hit with these terms: what each is `worth`, times 1 + ln of how often the hit
    has it. A word whose parts a name said already holds is left out."""
    points = {term: each * (1 + log(count)) for term, each in worth.items() if (count := frequencies.get(term, 0))}
    said: dict[str, set[str]] = {}
    for term in sorted(points, key=lambda term: (-round(points[term], 9), term.text)):
        word = printed[term]
        parts = set(words_of(word))
        if not any(parts <= each for each in said.values()):
            said[word] = parts
    return tuple(islice(said, SHARED))


def _is_copy(own: frozenset[tuple[str, ...]], of: Sequence[frozenset[tuple[str, ...]]]) -> bool:
    for other in of:
        fewer = min(len(own), len(other))
        if fewer >= _SHINGLE and len(own & other) >= COPIED * fewer:
            return True
    return False
