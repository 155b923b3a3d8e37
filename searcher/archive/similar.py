"""Articles, or a text ─► their terms ─► look_up ─► plan ─► search ─► Similar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

from searcher.analysis import STOP_WORDS, entry, tokenize
from searcher.analysis.annotations import KINDS
from searcher.analysis.naming import named
from searcher.archive.answering import deadline_of, fetched, understood_on
from searcher.article import ID, NAME, STEMS, TITLE_STEMS, WHOLE, WORDS, Article, Entry, as_term, as_value
from searcher.query.plan import AllOf, AnyOf, Not, Plan, Term
from searcher.results import similar as results
from searcher.results.groups import first_of_each
from searcher.results.similar import SHARED, Similar, chosen
from searcher.results.values import Hit
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.state import State
    from searcher.engines.protocol import Found
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
    articles = [fetched(state, each) for each in identifiers]
    own = [Term(ID, name) for each in articles for name in _group(state, each)]
    least = 2 if articles else 1  # an article that is sought with holds the term itself
    if text.strip():
        articles.append(Article("-", text))
        least = 1
    frequencies = [_frequencies(each) for each in articles]
    wanted = {term for each in frequencies for term in each}
    held = state.reader.look_up(wanted, until=clock.until).frequencies
    names = frozenset(term for term in wanted if term.field == WHOLE[NAME])
    terms = chosen(frequencies, names, held, state.reader.count(), least=least)
    printed = _printed(articles, terms)
    if not terms:
        return Similar((), (), (perf_counter() - began) * 1000)
    plan = results.plan(terms, {stem for each in articles for stem in _entry(each).terms[TITLE_STEMS].split()})
    filters = understood_on(state, replace(ask, query=""), clock).filters
    match = AllOf((*filters, plan.match, Not(AnyOf(tuple(own)))))
    found = state.reader.search(Plan(match, plan.score), limit=limit + _SPARE, explain=True, until=clock.until).found
    shingles = [_shingles(each) for each in articles]
    kept = (each for each in first_of_each(found, state.groups) if not _is_copy(each.article, shingles))
    hits = tuple(
        Hit(rank, each.score, state.located(each.article, clock), parts=each.parts, matched=_shared(each, printed))
        for rank, each in enumerate(islice(kept, limit), 1)
    )
    return Similar(hits, tuple(printed[term] for term in terms), (perf_counter() - began) * 1000)


def _group(state: State, article: Article) -> tuple[str, ...]:
    """The identifiers of an article and its copies."""
    found = state.reader.search(Plan(Term(ID, article.id)), limit=1).found
    group = state.groups.group_of(found[0].serial) if state.groups is not None and found else 0
    if state.groups is None or not group:
        return (article.id,)
    return tuple(name for _, name in state.groups.members(group))


def _frequencies(article: Article) -> Mapping[Term, int]:
    """How often an article has each of its terms, those of the title twice; small words left out."""
    terms = _entry(article).terms
    counted: Counter[Term] = Counter()
    for field in (STEMS, TITLE_STEMS):  # the stems of the title are among those of the article, too
        counted.update(Term(STEMS, stem) for stem in terms[field].split())
    for stem in _small():
        counted.pop(Term(STEMS, stem), None)
    title, text = named(article.title, article.text)
    counted.update(Term(WHOLE[NAME], as_term(each.name)) for each in (*title, *title, *text))
    return counted


def _entry(article: Article) -> Entry:
    return entry(article, without=KINDS)


@cache
def _small() -> frozenset[str]:
    """The stems of small words."""
    return frozenset(word.stem for small in STOP_WORDS for word in tokenize(small))


def _printed(articles: Sequence[Article], terms: Mapping[Term, float]) -> dict[Term, str]:
    """The chosen terms as the articles print them: of a stem, the word that they print most often."""
    words: dict[str, Counter[str]] = {term.text: Counter() for term in terms if term.field == STEMS}
    for article in articles:
        for text in (article.title, article.text):
            for word in tokenize(text):
                if word.stem in words:
                    words[word.stem][word.raw] += 1
    return {
        term: words[term.text].most_common(1)[0][0]
        if words.get(term.text) and term.field == STEMS
        else (as_value(term.text) or "")
        for term in terms
    }


def _shared(found: Found, printed: Mapping[Term, str]) -> tuple[str, ...]:
    """The shared words that weigh most in a hit; a word that is part of a name said already is left out."""
    points: Counter[Term] = Counter()
    for part in found.parts:
        field = STEMS if part.field == TITLE_STEMS else part.field
        points[Term(field, part.term)] += part.points  # type: ignore[assignment]
    said: dict[str, None] = {}
    for term in sorted(points, key=lambda term: (-points[term], term.text)):
        word = printed[term]
        if not any(word.casefold() in each.casefold().split() for each in said):
            said[word] = None
    return tuple(islice(said, SHARED))


def _shingles(article: Article) -> frozenset[tuple[str, ...]]:
    """Each four words side by side of an article's text, but for its first words: leads differ."""
    words = _entry(Article("-", article.text)).terms[WORDS].split()[_LEAD:]
    return frozenset(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))


def _is_copy(article: Article, of: Sequence[frozenset[tuple[str, ...]]]) -> bool:
    own = _shingles(article)
    for other in of:
        fewer = min(len(own), len(other))
        if fewer >= _SHINGLE and len(own & other) >= COPIED * fewer:
            return True
    return False
