"""Field lengths and document frequencies → BM25. One definition for every engine.

As Robertson and Zaragoza give it (The Probabilistic Relevance Framework, 2009), with Lucene's idf, and with lengths that
are kept in one byte as Lucene and Tantivy keep them: exactly up to 40 terms, beyond that rounded down by a ninth at most.
"""

from __future__ import annotations

from math import log

K1, B = 1.2, 0.75

LENGTHS = (*range(24), *(24 + (each if each < 16 else (each % 8 + 8) << each // 8 - 1) for each in range(232)))
"""The lengths that a byte stands for, ascending: above 24, four significant bits of what is above 24."""


def norms(average: float) -> tuple[float, ...]:
    """What BM25 adds to a term's frequency in the denominator, for each byte of a length; `average` is the field's length."""
    return tuple(K1 * (1 - B + B * length / (average or 1.0)) for length in LENGTHS)


def idf(articles: int, holding: int) -> float:
    """The inverse document frequency of a term that `holding` of the `articles` hold."""
    return log(1 + (articles - holding + 0.5) / (holding + 0.5))
