"""One written word → the questions it has for an index; with the answers, the indexed terms it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from searcher.analysis import UNKNOWN, IndexWord, Whole, fold, keys_for, latin, spellings, stem, surface
from searcher.article import FORMS
from searcher.query.ast import Fuzzy, Pattern
from searcher.query.lookup import Answers, Question, Shaped, Within

MAX_SPELLINGS = 64
"""Printed spellings that an unaccented word may be short for."""

_FORMS_OF_WORD = 256  # of one folded word; no word has so many
_FORMS_OF_ROOT = 16_384  # forms read to find the inflections of a word

_FORM = "|"  # stands between the folded word and the printed one in a term of FORMS


def keys(word: IndexWord | Whole, answers: Answers, *, either: bool = False) -> tuple[str, ...]:
    """The keys a typed word finds: its own first, then those of the printed spellings it may be short for.

    `either` is that of `analysis.keys_for`: the word's capital may be that of a first word.
    """
    found = keys_for(word.raw, either=either)
    if isinstance(word, IndexWord) and _is_unknown(word):
        found += tuple(UNKNOWN + _folded_stem(spelling) for spelling in _spellings(word.word, answers))
    return tuple(dict.fromkeys(found))


def stems(word: IndexWord, answers: Answers) -> tuple[str, ...]:
    """The stems of a typed word: its own first, then those of the printed spellings it may be short for."""
    found = dict.fromkeys((word.stem,))
    if word.form is None:
        known = spellings(word.word)
        for spelling in known or _spellings(word.word, answers):
            found[_folded_stem(spelling)] = None
    return tuple(found)


@lru_cache(1 << 12)
def _folded_stem(spelling: str) -> str:
    return fold(stem(latin(spelling)))


def for_keys(word: IndexWord) -> Iterator[Question]:
    """What `keys` and `stems` want to know: the index has the spellings of words that the lexicon does not have."""
    if _is_unknown(word):
        yield forms_of(word.word)
        if len(word.word) > 3:
            yield _inflections_of(word.word)


def _is_unknown(word: IndexWord) -> bool:
    return word.form is None and not spellings(word.word)


def forms_of(word: str) -> Shaped:
    """The question for the spellings with marks in which the index prints a folded word, as terms of FORMS."""
    return Shaped(FORMS, f"{word}{_FORM}*", _FORMS_OF_WORD)


def expansion(query: Pattern | Fuzzy, field: str, most: int) -> Shaped | Within:
    """The question for the terms of a field that a wildcard or a misspelled word stands for, at most `most`."""
    if isinstance(query, Fuzzy):
        return Within(field, fold(surface(query.text)), query.edits, most)
    return shaped(query.text, field, most)


def shaped(written: str, field: str, most: int) -> Shaped:
    """The question for the terms of a field that have the shape of a written wildcard."""
    return Shaped(field, re.sub(r"[^*?]+", lambda letters: fold(letters.group()), surface(written)), most)


def _spellings(word: str, answers: Answers) -> list[str]:
    """The printed spellings an unaccented word may stand for: those of the index, then those of its inflections
    (*abandonnee* after *abandonnées*)."""
    found = [form.partition(_FORM)[2] for form in answers.terms[forms_of(word)][:MAX_SPELLINGS]]
    if not found and len(word) > 3:
        for form in answers.terms[_inflections_of(word)]:
            folded, _, printed = form.partition(_FORM)
            if len(printed) == len(folded) <= len(word) + 2:
                found.append(printed[: len(word)] + word[len(printed) :])
            if len(found) == MAX_SPELLINGS:
                break
        if word.endswith(("ee", "ees")):
            cut = word.rindex("ee")
            found.append(f"{word[:cut]}é{word[cut + 1 :]}")
    return found


def _inflections_of(word: str) -> Shaped:
    root = word.rstrip("s") if word.endswith(("es", "s")) else word
    root = root.removesuffix("e") if root.endswith("ee") else root
    return Shaped(FORMS, f"{root}*", _FORMS_OF_ROOT)
