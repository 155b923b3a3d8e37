"""Written words with wildcards → what an index can be asked for: words, and the one part of each that a sign widens.

An index holds words without their elided articles and hyphens, so a wildcard can only stand in the last part of a
chunk: `l’écolog*` is the wildcard `écolog*`, and `éco-conc*` a phrase of a word and a wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from searcher.analysis import IndexWord, tokenize
from searcher.patterns import lazily

MIN_LITERAL = 2
"""Letters before a star; before a question mark, one is enough."""

_WILD = lazily(r"[^\W_]+(?:(?:\*+|(?<=[^\W_])\?(?=[^\W_A-ZÀ-Þ]))[^\W_]*)+")
_JOINTS = r"'’ʼ‘＇′`´\-\u2010\u2011"
_LAST_PART = lazily(rf"[^{_JOINTS}]*$")
_AROUND = ".,;:!…'’"


def core(written: str) -> str:
    """What is written, without the punctuation around it: a question mark behind a star belongs to the sentence."""
    bare = written.strip(_AROUND)
    return bare[:-1] if bare.endswith("*?") else bare


def wildcard(core: str) -> tuple[str, str] | None:
    """What stands before the last hyphen or apostrophe, and the wildcard behind it; None for what is no wildcard."""
    tail = last_part(core)
    head = core[: len(core) - len(tail)]
    if _WILD.fullmatch(tail) is None or "*" in head or not has_letters(tail):
        return None
    return head, tail


def last_part(core: str) -> str:
    """What stands behind the last hyphen or apostrophe."""
    last = _LAST_PART.search(core)
    return last.group() if last else ""


def has_letters(tail: str) -> bool:
    """Whether enough letters stand before the first sign to look words up by."""
    literal = len(re.split(r"[*?]", tail, maxsplit=1)[0])
    return literal >= (MIN_LITERAL if "*" in tail else 1)


def pieces(text: str) -> list[IndexWord | str]:
    """The words of a phrase as the index has them, and its wildcards as they are written."""
    found: list[IndexWord | str] = []
    for wild, written in groupby(text.split(), lambda each: wildcard(core(each)) is not None):
        if not wild:
            found += tokenize(" ".join(written))
            continue
        for head, tail in _wildcards(written):
            found += [*tokenize(head), tail]
    return found


def _wildcards(written: Iterator[str]) -> Iterator[tuple[str, str]]:
    return (split for each in written if (split := wildcard(core(each))) is not None)
