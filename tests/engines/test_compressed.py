"""Stored articles: what was compressed is given back to the byte, and a dictionary is made of what articles have in common."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.engines.compressed import Compressor, compress_beside, decompress, decompress_beside, dictionary

_ARTICLES = st.lists(st.binary(max_size=300) | st.text(max_size=300).map(str.encode), max_size=30)


@given(_ARTICLES, st.binary(max_size=2_000))
def test_what_was_compressed_is_given_back(articles: list[bytes], raw: bytes) -> None:
    made = dictionary(articles)
    for each in (b"", made):
        compressed = Compressor(each).compress(raw)
        assert decompress(compressed, each) == raw
        for damaged in (compressed[:-1], compressed + b"\0"):
            with pytest.raises((ValueError, zlib.error)):
                decompress(damaged, each)


@given(_ARTICLES)
def test_a_dictionary_is_made_of_the_articles(articles: list[bytes]) -> None:
    made = dictionary(articles)
    assert made == dictionary(list(articles))
    assert len(made) <= 32_768 - 262
    blob = b"".join(articles)
    pieces = [made[at : at + 128] for at in range(0, len(made), 128)]
    assert all(len(piece) == 128 and piece in blob for piece in pieces)


def test_what_articles_have_in_common_is_chosen() -> None:
    """Every article says this somewhere, and much that no other says."""
    common = b"Le gouvernement a d\xc3\xa9cid\xc3\xa9 jeudi de prolonger les n\xc3\xa9gociations avec les syndicats. "
    articles = [b"".join(b"%08x" % (hash((at, word)) & 0xFFFFFFFF) for word in range(200)) for at in range(64)]
    articles = [each[: 10 * at] + common + each[10 * at :] for at, each in enumerate(articles)]
    made = dictionary(articles)
    assert common[:60] in made
    with_it, without = (sum(len(Compressor(each).compress(raw)) for raw in articles) for each in (made, b""))
    assert with_it < without


@given(st.lists(st.text()), st.text(alphabet=st.characters(codec="utf-8")))
def test_terms_are_given_back_beside_their_texts(texts: list[str], terms: str) -> None:
    assert decompress_beside(texts, compress_beside(texts, terms)) == terms


def test_terms_that_stand_in_the_texts_take_few_bytes() -> None:
    """Capitals, accents, signs and elided words are what terms leave out."""
    text = "« L’Été », dit-elle : d'abord l'Élysée, puis qu'importe ? N'y pensons plus…\n\nÀ Noël, c'est Ève – s'il l'ose. "
    terms = "ete dit elle abord elysee puis importe y pensons plus a noel est eve il ose"
    assert len(compress_beside([text], terms)) < 12 < len(compress_beside([], terms)) / 4
