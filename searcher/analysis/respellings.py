"""A word of a query, or a few → other spellings of the same thing: by rule, and by the list `respellings.txt`.

Only queries ask here, so a rule costs no index and a new rule needs no new one. `names.py` has the spellings of names.
Patterns are compiled when a word needs them: most words are letters only and meet two look-ups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice, product
from pathlib import Path

from searcher.analysis.elision import is_elided
from searcher.analysis.fold import fold, surface
from searcher.analysis.lexicon import Form, lexicon
from searcher.analysis.names import Names, searched
from searcher.analysis.stopwords import STOP_WORDS
from searcher.analysis.words import PRONOUNS

MAX_WORDS = 3
"""Words that a rule reads at most."""

_ARTICLES = ("le", "la", "les", "de", "du", "des", "el", "al")
_PARTICLES = (*_ARTICLES, "ben", "bin", "abou", "abu", "mac", "van", "von")
_SHORT = {
    **{"saint": "st", "sainte": "ste", "saints": "sts", "saintes": "stes", "madame": "mme", "mesdames": "mmes"},
    **{"mademoiselle": "mlle", "mesdemoiselles": "mlles", "monsieur": "m.", "messieurs": "mm.", "docteur": "dr"},
    **{"docteurs": "drs", "docteure": "dre", "professeur": "pr", "professeurs": "prs", "monseigneur": "mgr"},
}
_TITLES = _SHORT | {short.rstrip("."): long for long, short in _SHORT.items()}
_AFTER_FIRST = frozenset(
    "janvier février fevrier mars avril mai juin juillet août aout septembre octobre novembre décembre decembre tour".split()
)
_FIRST = {
    **dict.fromkeys(("1er", "1 er"), ("1er", "1 er")),
    **dict.fromkeys(("1re", "1ère", "1ere", "1 re"), ("1re", "1ère", "1 re")),
}
_ELIDED_ALONE = frozenset("l d j m s n c qu".split())  # not t: a t il
_NUMERALS = frozenset("0123456789IVXLCDMivxp")  # and the p of premier
_ROMAN = r"(?=[IVXLCDM])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})"


def respellings(written: str, others: Callable[[str], tuple[str, ...]] = lambda name: ()) -> tuple[str, ...]:
    """The other spellings of what a query has written; nothing when no rule and no list knows any. `others` gives the other
    spellings of a name.

    >>> respellings("2ème"), respellings("RN 20"), respellings("Saint-Étienne")
    (('2e', '2 e', '2ième'), ('RN20',), ('st-Étienne',))
    """
    if written.count(" ") >= MAX_WORDS:
        return ()
    rules = (_listed, _ordinals, _together) if written.isalpha() else (_listed, _ordinals, _numbered, _joined, _apart)
    found = dict.fromkeys(each for rule in rules for each in rule(written))
    found |= dict.fromkeys(_arabic(written, others))
    found.pop(written, None)
    return tuple(found)


def with_apostrophes(text: str) -> str:
    """A text with the apostrophes that were lost in a copy: *l homme d affaires* gives *l’homme d’affaires*."""
    words = text.split(" ")
    pairs = zip(words, [*words[1:], ""], strict=True)
    return "".join(
        word + ("’" if word.lower() in _ELIDED_ALONE and after and is_elided(word, after) else " ")
        for word, after in pairs
    ).rstrip()


@cache
def _list() -> Names:
    text = Path(__file__).with_name("respellings.txt").read_bytes().decode("utf-8")
    return Names(searched(text).encode(), lambda: text)


def _listed(written: str) -> Iterator[str]:
    """What the list has, for a plural too; and short forms of titles: *Saint*, *St*."""
    others = _list().others(written)
    if not others and written[-1:] in "sx":
        others = _list().others(written[:-1])
    yield from others
    if title := _TITLES.get(written.lower()):
        yield title


def _ordinals(written: str) -> Iterator[str]:
    """*2e*, *2ème*, *XXᵉ*, *XX e*, *1er*; *1er mai*, *premier mai*."""
    if written[:1] not in _NUMERALS:
        return
    if written in _FIRST:
        yield from _FIRST[written]
        return
    for ending in ("ième", "ieme", "ème", "eme", "e", "ᵉ"):
        if written.endswith(ending):
            number = written.removesuffix(ending).removesuffix(" ")
            if number.isdigit() or (_is_roman(number) and (number.isupper() or _is_unknown(written))):  # not vie
                yield from (f"{number}e", f"{number}ème", f"{number} e", f"{number}ième")
            return
    for first in ("1er ", "1 er ", "premier "):
        if written.startswith(first) and written.removeprefix(first).lower() in _AFTER_FIRST:
            yield from (f"{other} {written.removeprefix(first)}" for other in ("1er", "1 er", "premier"))


def _is_roman(number: str) -> bool:
    """Whether letters are a number: *XX*, *xx*, *V*; but not *D* (*De*), *v* or *mix*."""
    if number in ("", "C", "D", "L", "M") or not (number.isupper() or (len(number) > 1 and set(number) <= set("ivx"))):
        return False
    return re.fullmatch(_ROMAN, number.upper()) is not None


def _numbered(written: str) -> Iterator[str]:
    """*RN20*, *RN 20*; *49.3*, *49-3*; *20h30*, *20 h 30*. A hyphen there is a compound's: *RN-20*."""
    if not any(map(str.isdigit, written)):
        return
    if found := re.fullmatch(r"([^\W\d_]{1,8})(\d{1,4})", written):
        yield " ".join(found.groups())
    elif found := re.fullmatch(r"([A-Z]{1,4}) (\d{1,4})", written):
        yield "".join(found.groups())
    elif found := re.fullmatch(r"(\d\d)[.-](\d)", written):  # article 49.3 of the constitution
        yield from (f"{found.group(1)}{sign}{found.group(2)}" for sign in ".-")
    elif found := re.fullmatch(r"(\d\d?) ?[hH] ?(\d\d)", written):
        hour, minutes = found.groups()
        yield from (f"{hour}h{minutes}", f"{hour} h {minutes}")
    elif found := re.fullmatch(r"(\d\d?) ?(?:[hH]|heures)", written):
        yield from (f"{found.group(1)}{sign}" for sign in ("h", " h", " heures"))


def _together(written: str) -> Iterator[str]:
    """*Lepen* for *Le Pen*, when the lexicon knows neither *Lepen* nor *pen*; but not *le maire* for *Lemaire*."""
    for particle in _PARTICLES:
        rest = written[len(particle) :]
        if (
            written.lower().startswith(particle)
            and len(rest) > 2
            and _is_unknown(written)
            and _is_named(particle, rest)
        ):
            yield f"{written[: len(particle)]} {rest.capitalize()}"


def _joined(written: str) -> Iterator[str]:
    """Compounds: *hauts-fourneaux*, *chefs-d'œuvre* piece by piece; *St-Étienne*."""
    parts = written.replace("\u2010", "-").replace("\u2011", "-").split("-")
    if not 2 <= len(parts) <= 3 or " " in written:
        return
    for at, part in enumerate(parts):
        if title := _TITLES.get(part.lower()):
            yield "-".join((*parts[:at], title.rstrip("."), *parts[at + 1 :]))
    if parts[-1].lower() in PRONOUNS or any(part[:1].isupper() for part in parts[1:]):  # peut-on, États-Unis
        return
    inflected = [(part, *_inflected(part)) for part in parts]
    if all(len(each) > 1 or _is_small(each[0]) for each in inflected):  # no name among them: Jean-Paul
        yield from islice(("-".join(each) for each in product(*inflected)), 1, None)


def _inflected(part: str) -> tuple[str, ...]:
    """The plural of a common noun or adjective, or its singular; nothing for a name, a small word, a word nobody knows."""
    elided, apostrophe, word = part.rpartition("'") if "'" in part else part.rpartition("’")
    small = word.lower()
    if _is_small(word) or all(form.is_name for form in _forms(word)):
        return ()
    others: tuple[str, ...]
    if small.endswith("aux") and not small.endswith("eaux"):
        others = (small[:-3] + "al", small[:-1])
    elif small.endswith(("eaux", "eux", "oux", "s")):
        others = (small[:-1],)
    elif small.endswith(("x", "z")):
        return ()
    elif small.endswith("al"):
        others = (small[:-2] + "aux",)
    elif small.endswith(("au", "eu")):
        others = (small + "x",)
    else:
        others = (small + "s",)
    return tuple(f"{elided}{apostrophe}{other}" for other in others)


def _is_small(word: str) -> bool:
    """Whether a part of a compound is a small word: *garde à vue*, *sans-papiers*."""
    return len(word) < 3 or fold(surface(word)) in STOP_WORDS or any(form.is_small for form in _forms(word))


def _apart(written: str) -> Iterator[str]:
    """Two words that are one thing: *d affaires*, *Le Pen*."""
    first, blank, second = written.partition(" ")
    if not blank or not second.isalpha():
        return
    if first.lower() in _ELIDED_ALONE:
        if is_elided(first, second):
            yield f"{first}'{second}"
    elif first.lower() in _PARTICLES and written.istitle() and _is_named(first.lower(), second):
        yield first + second.lower()


def _arabic(written: str, others: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    """*al-Sissi*, *el-Sissi*, and with `others`, the other spellings of a name, *el-Sisi*."""
    article, name = written[:2].lower(), written[3:]
    if article in ("al", "el") and written[2:3] in ("-", " ") and len(name) > 2 and name.isalpha():
        yield from (f"{other}-{each}" for each in (name, *others(name)) for other in ("al", "el") if " " not in each)


def _is_named(particle: str, word: str) -> bool:
    """Whether a particle and a word may be a name: *Le Pen*, *Ben Ali*; but not *le maire* nor *la France*."""
    return _is_unknown(word) if particle in _ARTICLES else all(form.is_name for form in _forms(word))


def _is_unknown(word: str) -> bool:
    return not _forms(word)


def _forms(word: str) -> list[Form]:
    return lexicon().forms(fold(surface(word)))
