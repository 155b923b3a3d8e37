"""A word → its keys: those a printed word is found by, and those a typed word finds. What is found is decided here.

    a word of the lexicon     its lemma, or its lemmas: `élire`; *parti* has `parti` and `partir`
    a proper name             `^` and the folded name: `^gaza` meets no common word
    a small word              `.` and the form: `.était` meets nothing else
    a word no lexicon knows   `~` and the folded Snowball stem: `~trumpist`

The Snowball stem of a known word only ranks: see `stems.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.lexicon import NAME, SMALL, Form, lexicon
from searcher.analysis.stems import stem
from searcher.analysis.stopwords import STOP_WORDS

UNKNOWN = "~"
"""What the key of a word begins with that the lexicon does not have."""

TYPED = 1 << 11
"""Words of queries whose keys and spellings a process remembers."""


def keys_of(raw: str, *, starts: bool = False) -> tuple[str, ...]:
    """The keys by which one printed word is found; `starts` says that the word stands where a sentence may begin.

    A word in capitals stands for all forms that fold to it; so does a word that has no accents and is no word of its own.
    A word with a capital is the name if the lexicon has the name; where a sentence begins it may also be the common word.
    """
    printed = surface(raw)
    folded = fold(printed)
    return keys(raw, printed, folded, _stem(printed, folded), starts)


def keys(raw: str, printed: str, folded: str, stemmed: str, starts: bool) -> tuple[str, ...]:
    """`keys_of` for a word whose surface, folded form and folded stem are known."""
    if raw == folded and (plain := lexicon().plain(folded)):  # most words
        return plain
    forms = lexicon().forms(folded)
    if raw.islower():
        forms = [form for form in forms if not form.is_name] or forms
    forms = _meant(forms, raw, printed)
    if not forms and folded in STOP_WORDS:  # single letters: l, d, y
        return (SMALL + folded,)
    if not forms:
        return _unknown(raw, folded, UNKNOWN + stemmed, starts)
    if raw[:1].isupper() and not starts and not _in_capitals(raw, printed):
        forms = [form for form in forms if form.is_name] or forms
    return _joined(form.lemmas for form in forms)


@lru_cache(TYPED)
def keys_for(raw: str, *, either: bool = False) -> tuple[str, ...]:
    """The keys that one typed word finds, those of the very spelling first. `either` lets a capital be that of a first word.

    A word typed without accents stands for every form that folds to it; a word typed in small letters may also be a name.
    """
    printed = surface(raw)
    folded = fold(printed)
    known = lexicon().forms(folded)
    forms = known if folded == printed else _meant(known, raw, printed)
    if not forms and folded in STOP_WORDS:
        return (SMALL + folded,)
    if not forms:
        stemmed = UNKNOWN + _stem(printed, folded)
        return (NAME + _singular(folded), stemmed) if any(map(str.isalpha, folded)) else (stemmed,)
    if raw[:1].isupper() and not either and not _in_capitals(raw, printed):
        forms = [form for form in forms if form.is_name] or forms
    typed = _readable(printed)
    return _joined(form.asks for form in sorted(forms, key=lambda form: form.printed.lower() != typed))


@lru_cache(TYPED)
def spellings(folded: str) -> tuple[str, ...]:
    """The printed forms that fold to a word, as far as the lexicon knows them, in small letters."""
    return tuple(form.printed.lower() for form in lexicon().forms(folded))


def _meant(forms: list[Form], raw: str, printed: str) -> list[Form]:
    """Of the forms that fold to a word: those printed so; else those whose accents the word has in part; else all of them."""
    typed = _readable(printed)
    exact = [form for form in forms if form.printed == typed or form.printed.lower() == typed]
    if exact and not _in_capitals(raw, printed):
        return exact
    partly = [form for form in forms if _may_be(typed, form)]
    partly = [form for form in partly if form.is_small] or partly  # apres is après before it is âpres
    if partly or not raw[:1].isupper():
        return partly or forms
    return []  # Gül, Müller: a name of another language


def _readable(printed: str) -> str:
    """A surface in the letters of the lexicon: full-width and bold letters are letters like others."""
    return printed if printed.isascii() else unicodedata.normalize("NFKC", latin(printed))


def _may_be(typed: str, form: Form) -> bool:
    """Whether a form is what was typed, but for accents that were left out."""
    full = form.printed.lower()
    if len(typed) != len(full) or len(form.key) != len(full):
        return full == typed or typed == form.key
    return all(letter in (accented, plain) for letter, accented, plain in zip(typed, full, form.key, strict=True))


def _unknown(raw: str, folded: str, stemmed: str, starts: bool) -> tuple[str, ...]:
    if raw.islower() or not any(map(str.isupper, raw)):
        return (stemmed,)
    name = NAME + _singular(folded)
    return (name, stemmed) if starts else (name,)


def _stem(printed: str, folded: str) -> str:
    return fold(stem(latin(printed))) or folded


def _singular(folded: str) -> str:
    """A name without the s of its plural: les Duponts, des Rafales."""
    plural = len(folded) > 4 and folded[-1] == "s" and folded[-2] not in "aiosu"
    return folded[:-1] if plural else folded


def _in_capitals(raw: str, printed: str) -> bool:
    return len(printed) > 1 and raw.isupper()


def _joined(keys: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for each in keys for key in each))
