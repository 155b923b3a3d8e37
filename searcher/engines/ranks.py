"""Scores → ranks: which scores count as equal in the order of an answer. One definition for every engine."""

from __future__ import annotations


def rank(score: float) -> float:
    """The first five digits of a score. Articles of equal rank stand in the order they were added.

    Scores that were added up in 32 bits, or in another order, differ behind these digits. Such differences must not decide
    between articles.
    """
    return float(f"{score:.5g}")
