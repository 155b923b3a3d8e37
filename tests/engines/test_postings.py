"""Postings: what is written is what is read, for numbers of every size that fits."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.engines.postings import (
    DEFLATED,
    LARGE,
    MAX_NUMBER,
    Block,
    decode,
    deflated,
    distances,
    encode,
    inflated,
)

EDGES = [0, 1, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xFFFF, 0x10000, MAX_NUMBER]
numbers = st.one_of(st.sampled_from(EDGES), st.integers(0, 200), st.integers(0, MAX_NUMBER))
ascending = st.lists(numbers, unique=True, min_size=1).map(sorted)
postings = st.dictionaries(numbers, ascending, min_size=1, max_size=12).map(lambda made: dict(sorted(made.items())))


@given(st.lists(numbers))
@example(EDGES)
@example([0xD800, 0xDC00])  # the halves of a surrogate pair stay two numbers
@example([0xD83D, 0xDE00] * 3)
def test_decodes_what_it_encoded(listed: list[int]) -> None:
    assert decode(encode(listed)) == listed


@pytest.mark.parametrize(
    ("number", "size"), [(0, 1), (0x7F, 1), (0x80, 2), (0x7FF, 2), (0x800, 3), (0xDABC, 3), (MAX_NUMBER, 4)]
)
def test_takes_few_bytes_for_small_numbers(number: int, size: int) -> None:
    assert len(encode([number])) == size


@given(st.lists(numbers), st.lists(numbers))
def test_encodes_a_list_as_its_parts_one_after_the_other(one: list[int], other: list[int]) -> None:
    assert encode(one) + encode(other) == encode(one + other)


def test_refuses_a_number_that_does_not_fit() -> None:
    with pytest.raises(ValueError, match="range"):
        encode([MAX_NUMBER + 1])


@given(ascending)
def test_distances_add_up_again(listed: list[int]) -> None:
    assert list(accumulate(distances(listed))) == listed
    assert distances([]) == []


def head(frequencies: dict[int, int]) -> bytes:
    return encode(distances(list(frequencies)) + list(frequencies.values()))


@given(postings)
@example({0xD800: [0xD800, 0xDC00 + 0xD800], 0xDC00 + 0xD800: [0, MAX_NUMBER]})
@example({0: [0], MAX_NUMBER: [MAX_NUMBER]})
def test_a_block_with_positions_is_read_as_it_was_written(places: dict[int, list[int]]) -> None:
    frequencies = {article: len(found) for article, found in places.items()}
    encoded = b"".join(encode(distances(found)) for found in places.values())
    asked: list[int] = []

    def stored(occurrences: int) -> str:
        asked.append(occurrences)
        return encoded.decode("utf-8", "surrogatepass")

    block = Block(len(places), head(frequencies), stored)
    assert (block.ids, block.frequencies, len(block)) == (list(places), list(frequencies.values()), len(places))
    assert {number: block.positions(number) for number in block.ids} == places
    assert block.gaps(0, len(places)).encode("utf-8", "surrogatepass") == encoded
    assert block.gaps(0, 1).encode("utf-8", "surrogatepass") == encode(distances(places[block.ids[0]]))
    assert asked == [sum(frequencies.values())], "the places are read once, and so many of them"


@given(st.dictionaries(numbers, st.one_of(st.integers(1, 9), numbers.filter(bool)), min_size=1))
def test_a_block_without_positions_is_read_as_it_was_written(frequencies: dict[int, int]) -> None:
    held = dict(sorted(frequencies.items()))
    block = Block(len(held), head(held))
    assert (block.ids, block.frequencies, len(block)) == (list(held), list(held.values()), len(held))


def test_refuses_a_head_of_another_length() -> None:
    with pytest.raises(ValueError, match="3 numbers"):
        Block(2, encode([0, 1, 1]))


@given(st.lists(numbers))
@example(EDGES)
def test_arrays_are_written_and_read_as_lists_are(listed: list[int]) -> None:
    np = pytest.importorskip("numpy")
    from searcher.engines.whoosh.store import pack, unpack

    assert pack(np.array(listed, np.uint32)) == encode(listed)
    assert unpack(encode(listed)).tolist() == listed


@given(st.binary(), st.sampled_from([1, 2, 3, 40]))
@example(b"\1" * 127, 1)
@example(b"\1" * 128, 1)
@example(bytes([DEFLATED]), 1)
def test_documents_are_inflated_to_what_was_deflated(raw: bytes, times: int) -> None:
    documents = encode(list(raw * times))
    stored = deflated(documents)
    assert inflated(stored) == documents
    assert len(stored) <= len(documents)
    assert (stored == documents) or (stored[0] == DEFLATED and len(documents) >= LARGE)


@pytest.mark.parametrize("harm", [lambda stored: stored[:-1], lambda stored: stored + b"\0", lambda stored: stored[:1]])
def test_refuses_what_was_never_deflated(harm: Callable[[bytes], bytes]) -> None:
    stored = deflated(encode([1, 2, 3] * 1_000))
    assert len(stored) < 1_000
    with pytest.raises(ValueError, match="documents of a term"):
        inflated(harm(stored))
