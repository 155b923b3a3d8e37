"""Letters sought in a text: the pieces that hold them are those that a look at every piece finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.analysis.beginnings import clue
from searcher.analysis.pieces import cut
from searcher.analysis.scan import can_seek, pieces_with

SOUGHT = ("rss", "con", "art", "coe", "erd", "ana", "lav")
_WORDS = st.sampled_from(
    "URSS U.R.S.S. con « articles » cœur Erdoğan Erdog\u0306an l’avocat d’Ankara 12 000 2016 5 000con, an·art·e banana CON? "
    'Ça con\u00adcorde ² £art µcon Ârt ￼ con\x02 "lave" Партия ºcon 3\u202f000 ３ ٣٤٥ artère,con'.split(" ")
)
_TEXTS = st.lists(st.one_of(_WORDS, st.text(max_size=6)), max_size=12)


def placed(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for piece in cut(text):
        yield start, piece
        start += len(piece) + 1


@given(_TEXTS, st.sampled_from([" ", "\n", ", ", "\u00a0", "\u202f", '"', ""]))
@example(["2", "000", "con"], " ")
@example(["con", "ana", "n-a"], "")
def test_it_finds_every_piece_with_these_letters_and_where_it_begins(words: list[str], between: str) -> None:
    text = between.join(words)
    found = pieces_with(tuple(map(str.encode, SOUGHT)), text)
    if found is not None:
        every = list(placed(text))
        holding = [each for each in every if any(letters in clue(each[1]) for letters in SOUGHT)]
        assert set(holding) <= set(found) <= set(every)
        assert found == sorted(found)


@pytest.mark.parametrize(
    ("text", "letters", "pieces"),
    [
        ("Le Côté, la côte et l’Équateur", "cot", ["Côté", "côte"]),
        ("Le coteau. Un abricot !", "cot", ["coteau.", "abricot"]),
        ("Le cœur est là. Où ?", "cot", ["cœur", "?"]),
        ("12 000 cotes en 2016", "cot", ["cotes"]),
        ("rien", "cot", []),
    ],
)
def test_it_finds_few_others(text: str, letters: str, pieces: list[str]) -> None:
    found = pieces_with((letters.encode(),), text)
    assert found is not None
    assert [piece for _, piece in found] == pieces


@pytest.mark.parametrize("text", ["L’U.R.S.S. de 1922", "sous le no 12 000?rss", "rss \x02"])
def test_it_leaves_other_texts_to_a_look_at_every_piece(text: str) -> None:
    assert pieces_with((b"rss",), text) is None


def test_it_seeks_three_letters() -> None:
    assert can_seek(["con", "art"])
    assert not any(map(can_seek, (["co"], ["12a"], ["été"], ["con", "a"])))


@pytest.mark.parametrize("code", range(0x180))
def test_it_knows_what_letters_a_character_stands_for(code: int) -> None:
    piece = f"zx{chr(code)}yz"
    if piece not in cut(piece):
        return  # the character parts pieces
    letters = clue(piece).strip()
    for sought in filter(lambda each: can_seek([each]), (letters[at : at + 3] for at in range(len(letters)))):
        assert pieces_with((sought.encode(),), piece) in (None, [(0, piece)])
