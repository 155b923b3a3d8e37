"""A written chunk, and what the index says of its words → the part of a query that the chunk is.

A word finds articles by its keys; a compound (`porte-parole`) as a whole, or by its halves side by side. A chunk whose words
the lexicon knows asks the index nothing, so its part is remembered between queries.
"""

from __future__ import annotations

from functools import lru_cache

from searcher.analysis import STOP_WORDS, IndexWord, analyse_chunk
from searcher.article import FORMS, LEMMAS, STEMS, TITLE_STEMS, TITLE_WORDS, WORDS
from searcher.query.lookup import Answers
from searcher.query.marks import Mark
from searcher.query.matches import any_key
from searcher.query.parts import Part
from searcher.query.plan import AnyOf, Phrase, Term, Weighted
from searcher.query.weights import COMPOUND, EXACT, SPELLING, STEM, TITLE
from searcher.query.widening import for_keys, keys, stems
from searcher.query.wishes import REMEMBERED


def part_of(text: str, answers: Answers, *, opens: bool) -> Part | None:
    """The part, without a label; None when the chunk has no words. `opens`: its capital may be that of a first word."""
    return _known(text, opens) or _worked_out(text, answers, opens)


def score_of(word: IndexWord, found: tuple[str, ...], related: tuple[str, ...]) -> tuple[tuple[Weighted, ...], ...]:
    """What a word earns that is found by these keys, and is related to the words with these stems."""
    groups = (
        tuple(Weighted(Term(LEMMAS, each)) for each in found),
        tuple(Weighted(Term(STEMS, each), STEM) for each in related),
        tuple(Weighted(Term(TITLE_STEMS, each), TITLE) for each in related),
        (Weighted(Term(WORDS, word.word), EXACT),),
    )
    # Who types an accent sees the words printed with it first.
    return groups if word.form is None else (*groups, (Weighted(Term(FORMS, word.form), SPELLING),))


@lru_cache(REMEMBERED)
def _known(text: str, opens: bool) -> Part | None:
    """The part of a chunk that asks the index nothing; None of another chunk."""
    asks = any(question for word in analyse_chunk(text).words for question in for_keys(word))
    return None if asks else _worked_out(text, _UNASKED, opens)


def _worked_out(text: str, answers: Answers, opens: bool) -> Part | None:
    chunk = analyse_chunk(text)
    if not chunk.words:
        return None
    if len(chunk.words) == 1:
        (word,) = chunk.words
        meant, related = keys(word, answers, either=opens), stems(word, answers)
        return Part(
            any_key(meant),
            score_of(word, meant, related),
            (Mark(text, keys=frozenset(meant)),),
            stop=word.word in STOP_WORDS,
            stems=related,
        )
    words = tuple(word.word for word in chunk.words)
    together = tuple(key for whole in chunk.wholes for key in keys(whole, answers))
    wholes = tuple(Term(LEMMAS, each) for each in together)
    phrases = (Phrase(WORDS, words), Phrase(TITLE_WORDS, words))
    score = tuple(group for word in chunk.words for group in score_of(word, keys(word, answers), stems(word, answers)))
    if wholes:
        score += (tuple(Weighted(whole, COMPOUND) for whole in wholes),)
    mark = Mark(text, keys=frozenset(together), phrases=(words,))
    small = all(word in STOP_WORDS for word in words)  # est-ce, a-t-il
    return Part(AnyOf((*wholes, *phrases)), score, (mark,), stop=small)


_UNASKED = Answers({}, {})
