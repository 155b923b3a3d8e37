"""The term dictionary and the documents of terms: what a segment's writer wrote is what its reader and a merge read."""

from __future__ import annotations

import os
import random
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher.engines.postings import MAX_NUMBER
from searcher.engines.whoosh import dictionary, files, store
from searcher.engines.whoosh.segment import COLUMNS, VALUES, OpenSegment
from searcher.engines.whoosh.sources import _decoded, _inflated
from searcher.engines.whoosh.store import Postings, SegmentWriter, _deflated
from searcher.errors import IndexDamaged

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))

ARTICLES = 300
frequencies = st.one_of(st.just(1), st.integers(1, 3), st.integers(1, 5000))
few = st.dictionaries(st.integers(0, ARTICLES - 1), frequencies, min_size=1, max_size=20)
many = st.builds(
    lambda first, of_each: dict.fromkeys(range(first, ARTICLES), of_each), st.integers(0, 160), frequencies
)
documents = st.one_of(few, many)  # those of many are deflated
texts = st.text(st.sampled_from("abé│\ud800\U0001f600"), max_size=4)
fields = st.dictionaries(texts, documents, min_size=1, max_size=80)


def postings(terms: dict[str, dict[int, int]]) -> Postings:
    held = [dict(sorted(terms[text].items())) for text in sorted(terms)]
    return Postings(
        [dictionary.utf8(text) for text in sorted(terms)],
        np.array([len(each) for each in held]),
        np.array([article for each in held for article in each], np.uint32),
        np.array([frequency for each in held for frequency in each.values()], np.uint32),
        (np.array([gap for each in held for count in each.values() for gap in range(count)], np.uint32),),
    )


def write(folder: Path, field: str, stretches: list[dict[str, dict[int, int]]]) -> OpenSegment:
    writer = SegmentWriter(folder)
    for terms in stretches:
        writer.add_postings(field, postings(terms))
    return OpenSegment(folder, finished(writer))


def finished(writer: SegmentWriter) -> files.Segment:
    writer.add_articles(b"", [b""] * ARTICLES)
    columns = {name: np.zeros(ARTICLES, np.uint8) for name in COLUMNS}
    return writer.finish(columns, {}, {name: [] for name in VALUES})


@settings(max_examples=40)
@given(fields, st.sampled_from([1, 3, 32]), st.sampled_from([4, 1 << 20]), st.integers(0, 80), texts)
@example({"": {0: 1}}, 32, 4, 0, "")
@example({"a": dict.fromkeys(range(9), 1), "b": {1: 2, 2: 1, 5: 1, 6: 1, 7: 9}}, 32, 1 << 20, 1, "a")
def test_every_term_is_found_with_its_postings_and_no_other(
    terms: dict[str, dict[int, int]], block: int, most: int, cut: int, asked: str
) -> None:
    """`most`: numbers from there on stand behind the columns, as numbers of a very large index do."""
    listed = sorted(terms)
    stretches = [{text: terms[text] for text in some} for some in (listed[:cut], listed[cut:]) if some]
    with (
        TemporaryDirectory() as folder,
        patch.object(store, "BLOCK", block),
        patch.object(store, "MAX_NUMBER", most),
        patch.object(dictionary, "MAX_NUMBER", most),
        closing(write(Path(folder), "words", stretches)) as segment,
    ):
        assert list(segment.terms) == [("words", text) for text in listed]
        for text in {*listed, asked}:
            found = segment.block("words", text)
            info = segment.terms.info("words", text)
            assert (found is not None) == (info is not None) == (text in terms)
            if found is not None and info is not None:
                held = dict(sorted(terms[text].items()))
                assert dict(zip(found.ids, found.frequencies, strict=True)) == held
                assert (info.count, info.occurrences) == (len(held), sum(held.values()))
                assert len(found.gaps(0, len(found))) == sum(held.values())
        assert list(segment.terms.beginning("words", asked)) == [text for text in listed if text.startswith(asked)]
        assert list(segment.terms.since("words", asked)) == [text for text in listed if text >= asked]
        assert segment.terms.info("stems", asked) is None
        assert [key for each in segment.terms.listed("words") for key in each.keys] == list(
            map(dictionary.utf8, listed)
        )


@given(fields)
def test_a_merge_decodes_the_documents_of_many_terms_at_once(terms: dict[str, dict[int, int]]) -> None:
    made = postings(terms)
    starts = np.concatenate(([0], np.cumsum(made.counts)))
    numbers, bounds = store._documents(made, starts)
    stored, ends = _deflated(store.pack(numbers), store.packed_ends(numbers, bounds))
    steps, frequency = _decoded(*_inflated(stored, ends), made.counts)
    ends = np.cumsum(steps, dtype=np.int64)
    assert (ends - np.repeat(ends[starts[:-1]] - steps[starts[:-1]], made.counts)).tolist() == made.articles.tolist()
    assert frequency.tolist() == made.frequencies.tolist()


@given(st.lists(st.integers(0, MAX_NUMBER - 1), min_size=1, max_size=40), st.data())
def test_numbers_are_packed_in_parts_as_they_are_together(numbers: list[int], data: st.DataObject) -> None:
    array = np.array(numbers, np.uint32)
    with patch.object(store, "PACKED", 3):
        packed = store.pack(array)
    assert packed.decode("utf-8", "surrogatepass") == "".join(map(chr, numbers))
    cuts = data.draw(st.sets(st.integers(1, len(numbers))))
    bounds = np.array(sorted({0, *cuts, len(numbers)}))
    sizes = [len(store.pack(array[:bound])) for bound in bounds]
    assert store.packed_ends(array, bounds).tolist() == sizes


@given(fields, st.lists(st.integers(1, 9), min_size=1))
def test_gaps_are_written_in_parts_as_they_are_together(terms: dict[str, dict[int, int]], sizes: list[int]) -> None:
    whole = postings(terms)
    (gaps,) = whole.gaps or ()
    cuts = np.minimum(np.cumsum(sizes), len(gaps))
    in_parts = replace(whole, gaps=[each for each in np.split(gaps, np.unique(cuts)) if len(each)])
    with TemporaryDirectory() as folder:
        written = []
        for each in (whole, in_parts):
            writer = SegmentWriter(Path(folder))
            writer.add_postings("words", each)
            segment = finished(writer)
            written.append([Path(folder, f"{segment.name}{suffix}").read_bytes() for suffix in files.SUFFIXES])
    assert written[0] == written[1]


@pytest.mark.parametrize("suffix", [files.TERMS, files.POSTINGS, files.POSITIONS, files.NUMBERS, files.VALUES])
def test_a_changed_bit_is_told_or_changes_nothing(suffix: str, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    words = {f"mot{number}": {rng.randrange(ARTICLES): rng.randint(1, 9) for _ in range(9)} for number in range(90)}
    words["de"] = {number: rng.randint(1, 9) for number in range(ARTICLES)}

    def read(segment: OpenSegment) -> object:
        blocks = {text: segment.block("words", text) for text in [*words, "absent", "mot", "zzz"]}
        postings = [
            (text, each.ids, each.frequencies, each.gaps(0, len(each))) for text, each in blocks.items() if each
        ]
        columns = [(segment.numbers(name), bytes(segment.column_bytes(name))) for name in COLUMNS]
        return postings, list(segment.terms), columns, [segment.values(name) for name in VALUES]

    with closing(write(tmp_path, "words", [words])) as segment:
        expected = read(segment)
    (path,) = tmp_path.glob(f"*{suffix}")
    name = path.name.removesuffix(suffix)
    described = files.Segment(name, ARTICLES, {}, dict.fromkeys(files.SUFFIXES, 0))
    sound = path.read_bytes()
    for _ in range(200):
        at, bit = rng.randrange(len(sound)), rng.randrange(8)
        path.unlink()
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1 << bit]) + sound[at + 1 :])
        with suppress(IndexDamaged), closing(OpenSegment(tmp_path, described)) as segment:
            assert read(segment) == expected, f"bit {bit} of byte {at}, SEED={SEED}"


@pytest.mark.parametrize("raw", [b"", b"TRM2", b"\0" * 20, b"\xff" * 16 + b"TRM2"])
def test_refuses_bytes_that_are_no_dictionary(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="term dictionary"):
        dictionary.Terms(raw, files.Decoding(tmp_path))


@given(st.lists(st.integers(0, (1 << 32) - 1), max_size=40))
def test_orders_as_a_stable_sort_does(keys: list[int]) -> None:
    order = store.ordered(np.array(keys, np.uint32))
    assert order.tolist() == sorted(range(len(keys)), key=keys.__getitem__)
