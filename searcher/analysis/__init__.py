"""Text → terms; the only place that knows French, and the only one that knows snowballstemmer and Unidecode."""

from searcher.analysis.entry import entry, numbered, words_of
from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.lemmas import UNKNOWN, keys_for, keys_of, spellings
from searcher.analysis.lexicon import lexicon
from searcher.analysis.pieces import CHUNK, OPENING, THOUSANDS, cut, is_opening
from searcher.analysis.sentences import sentences
from searcher.analysis.stems import FINGERPRINT as _STEMS
from searcher.analysis.stems import stem
from searcher.analysis.stopwords import STOP_WORDS, looks_french
from searcher.analysis.words import Chunk, IndexWord, Whole, analyse_chunk, chunks, tokenize

VERSION = 8
"""Raised with every change of the terms that a text gives, names and quotations among them."""


def fingerprint() -> str:
    """Names the analysis an index was made with; an index of another one must be rebuilt."""
    return f"searcher-fr-{VERSION}/{_STEMS}/lexicon {lexicon().digest}"


__all__ = [
    "CHUNK",
    "OPENING",
    "STOP_WORDS",
    "THOUSANDS",
    "UNKNOWN",
    "Chunk",
    "IndexWord",
    "Whole",
    "analyse_chunk",
    "chunks",
    "cut",
    "entry",
    "fingerprint",
    "fold",
    "is_opening",
    "keys_for",
    "keys_of",
    "latin",
    "looks_french",
    "numbered",
    "sentences",
    "spellings",
    "stem",
    "surface",
    "tokenize",
    "words_of",
]
