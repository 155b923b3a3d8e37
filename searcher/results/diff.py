"""Two articles ─► what one printed that the other did not, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from unicodedata import normalize

from searcher.article import Article
from searcher.values import Value

MOST_WORDS = 20_000
"""Words of each text that are compared: beyond that the time grows out of hand."""

_LETTERS = r"(?:[^\W_][\u0300-\u036f]*)+"
BY_CHANCE, LONG = 2, 4
"""So many words are equal by chance between two stretches of so many words or more that differ."""

_WORD = re.compile(rf"{_LETTERS}(?:[-’']{_LETTERS})*[’']?|[^\w\s]|_")
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-"})


class Kind(StrEnum):
    EQUAL = "equal"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"


class Piece(Value):
    """A stretch of two texts: `left` is the text of the first from `left_start` to `left_end`, `right` that of the second.

    EQUAL stretches have the same words, which may be set differently (apostrophes, quotation marks, blanks); CHANGED ones have
    other words; of REMOVED ones `right` is empty, of ADDED ones `left`.
    """

    kind: Kind
    left: str
    right: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Diff(Value):
    """How the text of article `left` differs from that of article `right`.

    `pieces` follow one another in both texts. `same` words stand in both, `left_words` and `right_words` in each. Not
    `complete`: a text has more than `MOST_WORDS` words, and the rest of the two was not compared.
    """

    left: Article
    right: Article
    pieces: tuple[Piece, ...]
    same: int
    left_words: int
    right_words: int
    complete: bool = True


def diff(left: Article, right: Article) -> Diff:
    """The difference of the texts of two articles, by words and signs."""
    one, other = _words(left.text), _words(right.text)
    complete = max(len(one), len(other)) <= MOST_WORDS
    one, other = one[:MOST_WORDS], other[:MOST_WORDS]
    matcher = SequenceMatcher(None, [word for word, _, _ in one], [word for word, _, _ in other], autojunk=False)
    pieces, same = [], 0
    for tag, i1, i2, j1, j2 in _gathered(matcher.get_opcodes()):
        a, b = _place(one, i1, i2, len(left.text)), _place(other, j1, j2, len(right.text))
        pieces.append(Piece(_KINDS[tag], left.text[slice(*a)], right.text[slice(*b)], *a, *b))
        same += i2 - i1 if tag == "equal" else 0
    return Diff(left, right, tuple(pieces), same, len(one), len(other), complete)


_Opcode = tuple[str, int, int, int, int]


def _gathered(opcodes: Sequence[_Opcode]) -> Iterator[_Opcode]:
    """The same, but for a word or two that two different passages happen to have in common: these are part of what changed."""
    held: list[_Opcode] = []
    for at, each in enumerate(opcodes):
        tag, i1, i2, _, _ = each
        if tag == "equal":
            around = opcodes[at - 1] if at else None, opcodes[at + 1] if at + 1 < len(opcodes) else None
            if i2 - i1 > BY_CHANCE or None in around or min(map(_size, filter(None, around))) < LONG:
                yield from _together(held)
                held = []
                yield each
                continue
        held.append(each)
    yield from _together(held)


def _size(opcode: _Opcode) -> int:
    _, i1, i2, j1, j2 = opcode
    return max(i2 - i1, j2 - j1)


def _together(opcodes: Sequence[_Opcode]) -> Iterator[_Opcode]:
    if len(opcodes) > 1:
        yield "replace", opcodes[0][1], opcodes[-1][2], opcodes[0][3], opcodes[-1][4]
    else:
        yield from opcodes


_KINDS = {"equal": Kind.EQUAL, "replace": Kind.CHANGED, "delete": Kind.REMOVED, "insert": Kind.ADDED}

_Placed = tuple[str, int, int]  # a word as it is compared, and where it stands


def _words(text: str) -> list[_Placed]:
    return [
        (normalize("NFC", found.group()).translate(_SAME), found.start(), found.end()) for found in _WORD.finditer(text)
    ]


def _place(words: list[_Placed], first: int, last: int, length: int) -> tuple[int, int]:
    """Where the words from `first` to `last` stand in their text of so many characters; of no words, where they would."""
    if first < last:
        return words[first][1], words[last - 1][2]
    at = words[first][1] if first < len(words) else length
    return at, at


def unequal(found: Diff) -> Iterator[Piece]:
    """The pieces that differ."""
    return (piece for piece in found.pieces if piece.kind is not Kind.EQUAL)
