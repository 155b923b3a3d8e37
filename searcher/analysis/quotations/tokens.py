"""Plain text and its quoted ranges → tokens by sentence, each with the kinds of word that the rules ask about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from searcher.analysis.fold import fold
from searcher.analysis.lexicon import lexicon
from searcher.analysis.quotations.marks import Marked

# Kinds of word; a token has several.
FINITE, PARTICIPLE, GERUND, INFINITIVE = 1, 2, 4, 8  # forms of verbs that report speech
INTRODUCES = 16  # such a verb, of those that stand only before a quote
VERB, ONLY_VERB = 32, 64  # a form of some verb in the third person; one that is nothing else
AUXILIARY, DETERMINER, PREPOSITION, PRONOUN, CLITIC, ADVERB, RELATIVE = (1 << bit for bit in range(7, 14))
TEMPORAL, TITLE, HUMAN, ORGANISATION = (1 << bit for bit in range(14, 18))  # words.txt says what they are
COMMON, NAME = 1 << 18, 1 << 19  # in the lexicon: in small letters, as a name
INVERTED = 1 << 20  # a verb with its pronoun behind a hyphen: dit-il, a-t-elle
CAPITAL = 1 << 21
SPEECH = FINITE | PARTICIPLE | GERUND | INFINITIVE

QUOTE = "\ue000"
"""The text of the token that stands for a quoted range."""

_LISTED = {
    "auxiliary": AUXILIARY,
    "determiner": DETERMINER,
    "preposition": PREPOSITION,
    "pronoun": PRONOUN,
    "clitic": CLITIC,
    "adverb": ADVERB,
    "temporal": TEMPORAL,
    "title": TITLE,
    "relative": RELATIVE,
    "human": HUMAN,
    "organisation": ORGANISATION,
}
"""Section of `words.txt` → the kind of its words."""

_INVERTED = re.compile(r"(.+?)-(?:t-)?(ils|elles|il|elle|on)")
_PAST = re.compile(r".*(?:é|i|u|it|is|ert)(?:e|s|es)?")
_THIRD = re.compile(r".*(?:e|t|a|d|ent|vainc)")


@cache
def verbs() -> tuple[frozenset[str], frozenset[str]]:
    """The verbs that report speech, in an incise and only before a quote: `verbs.txt`."""
    sections = _sections("verbs.txt")
    return frozenset(sections["incise"]), frozenset(sections["before"])


@cache
def listed(section: str) -> frozenset[str]:
    """The words of a section of `words.txt`."""
    return frozenset(_sections("words.txt")[section])


@cache
def _sections(file: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in Path(__file__).with_name(file).read_text("utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += line.split()
    return found


class _Kinds(dict[str, int]):
    """Word in lower case → its kinds, remembered."""

    LIMIT = 1 << 16

    def __init__(self) -> None:
        self._closed: dict[str, int] = {}

    def __missing__(self, low: str) -> int:
        if not self._closed:
            for section, kind in _LISTED.items():
                for word in listed(section):
                    self._closed[word] = self._closed.get(word, 0) | kind
        kinds = self._closed.get(low, 0)
        if (inverted := _INVERTED.fullmatch(low)) is not None:
            base = self[inverted.group(1)]
            kinds |= INVERTED | (base & (FINITE | AUXILIARY | VERB))
        elif low[:1].isalpha():
            kinds |= _of_lexicon(low)
            if low.endswith("ment") and len(low) > 6 and not kinds & FINITE:
                kinds |= ADVERB
        if len(self) >= self.LIMIT:
            self.clear()
        self[low] = kinds
        return kinds


kinds = _Kinds()


def _of_lexicon(low: str) -> int:
    found = 0
    incise, before = verbs()
    for form in lexicon().forms(fold(low)):
        if form.printed != low:
            if form.is_name and form.printed.lower() == low:
                found |= NAME
            continue
        found |= COMMON
        lemmas = form.lemmas
        if low not in lemmas and all(lemma[-2:] in ("er", "ir", "re") for lemma in lemmas) and _THIRD.fullmatch(low):
            found |= ONLY_VERB
        for lemma in lemmas:
            is_verb = lemma[-2:] in ("er", "ir", "re") and lemma != low
            if (is_verb and _PAST.fullmatch(low) and not low.endswith("ait")) or (is_verb and _THIRD.fullmatch(low)):
                found |= VERB
            if lemma in incise:
                found |= _form(low, lemma)
            elif lemma in before:
                found |= _form(low, lemma) | INTRODUCES
    return found


_NEVER = frozenset("dite dits dites notes juges annonces demandes répliques réponses menaces".split())
"""Forms of verbs that are mostly something else."""


def _form(low: str, lemma: str) -> int:
    if low == lemma:
        return INFINITIVE
    if low in _NEVER:
        return 0
    if low.endswith("ant"):
        return GERUND
    if low.endswith(("é", "ée", "és", "ées")):
        return PARTICIPLE
    found = 0
    if low.endswith(("i", "ie", "is", "ies", "u", "ue", "us", "ues", "it", "ite", "ert", "is", "ise", "int")):
        found |= PARTICIPLE
    if low.endswith(("e", "t", "a", "d", "ent", "vainc")):
        found |= FINITE
    return found


class Token(NamedTuple):
    text: str
    low: str
    kinds: int
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.kinds & CAPITAL > 0


class Sentence(NamedTuple):
    """The tokens of a sentence; `quotes` maps the place of a token to the number of its quoted range."""

    tokens: list[Token]
    quotes: dict[int, int]


LONGEST = 400
"""Tokens of a sentence at most."""

_TOKEN = re.compile(r"((?:MM?|Dr|Pr|Mgr)\.(?=\s)|[^\W\d_]+(?:[-·][^\W_]+)*'?|\d+(?:[.,:]\d+)*|\.{2,}|[^\w\s]|_)")
_STOPS = frozenset(".!?…")
_ABBREVIATED = frozenset("m mm mme me dr pr st ste mgr art av cf etc jr sr vs".split())


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a stretch of text."""
    chunks = text[start:end].split(" ")
    cut = list(map(_cut.__getitem__, chunks))
    if chunks[-1][-1:] == ".":  # no blank follows: M. is not one token
        cut[-1] = _tokens(chunks[-1])
    begins = accumulate([len(chunk) + 1 for chunk in chunks[:-1]], initial=start)
    make = tuple.__new__
    return [
        make(Token, (word, low, kind, at + first, at + last))
        for at, its_tokens in zip(begins, cut, strict=True)
        for word, low, kind, first, last in its_tokens
    ]


def _tokens(text: str) -> tuple[_Bare, ...]:
    found = []
    for token in _TOKEN.finditer(text):
        word = token.group()
        low = word.lower()
        found.append((word, low, kinds[low] if low == word else kinds[low] | CAPITAL, token.start(), token.end()))
    return tuple(found)


_Bare = tuple[str, str, int, int, int]
"""The fields of a `Token`. A plain tuple, because the garbage collector goes on following those of a subclass."""


class _Cut(dict[str, tuple[_Bare, ...]]):
    """What stands before a blank → its tokens, as if a text began with them. Most have been met before and are remembered."""

    LIMIT = 1 << 16
    LONGEST = 64  # characters; what is longer is not met again

    def __missing__(self, chunk: str) -> tuple[_Bare, ...]:
        found = _tokens(f"{chunk} ")
        if len(chunk) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[chunk] = found
        return found


_cut = _Cut()


def sentences(text: str, start: int, end: int, ranges: Iterable[tuple[int, Marked]]) -> list[Sentence]:
    """The sentences of a paragraph, each quoted range one token; a quote of whole sentences may be a sentence of its own."""
    found: list[Sentence] = []
    now = Sentence([], {})
    at = start
    for number, marked in ranges:
        now = _add(found, now, tokens(text, at, marked.left))
        last = now.tokens[-1] if now.tokens else None
        if last is not None and last.text[-1] in _STOPS and not _abbreviates(now.tokens):
            now = _fresh(found, now)
        now.quotes[len(now.tokens)] = number
        stop = text[marked.end - 1] if marked.end > marked.start else ""
        now.tokens.append(Token(QUOTE, QUOTE + stop, 0, marked.left, marked.right))
        at = marked.right
    now = _add(found, now, tokens(text, at, end))
    if now.tokens:
        found.append(now)
    return [part for each in found for part in _parts(each)]


def _parts(sentence: Sentence) -> list[Sentence]:
    """A sentence that is longer than any, such as a table without a stop, in parts: rules look around in a whole sentence."""
    if len(sentence.tokens) <= LONGEST:
        return [sentence]
    parts = [Sentence(sentence.tokens[at : at + LONGEST], {}) for at in range(0, len(sentence.tokens), LONGEST)]
    for place, number in sentence.quotes.items():
        parts[place // LONGEST].quotes[place % LONGEST] = number
    return parts


def _fresh(found: list[Sentence], now: Sentence) -> Sentence:
    if now.tokens:
        found.append(now)
    return Sentence([], {})


def _add(found: list[Sentence], now: Sentence, more: list[Token]) -> Sentence:
    """Adds tokens to the sentence that is being made; the sentence that is being made after that."""
    if not more:
        return now
    last = now.tokens[-1] if now.tokens else None
    begun = 0
    for place, token in enumerate(more):
        if last is not None:
            sign = last.text[-1]
            if sign in _STOPS:
                begins = token.kinds & CAPITAL or token.text[0].isdigit() or token.text in "(•-–—"
                if begins and not _abbreviates([*now.tokens[-2:], *more[max(place - 2, begun) : place]]):
                    now.tokens.extend(more[begun:place])
                    now = _fresh(found, now)
                    begun = place
            elif sign == QUOTE and last.low[-1] in _STOPS and token.kinds & CAPITAL:
                now.tokens.extend(more[begun:place])
                now = _fresh(found, now)
                begun = place
        last = token
    now.tokens.extend(more[begun:])
    return now


def _abbreviates(before: list[Token]) -> bool:
    """Whether the stop that ends these tokens belongs to an abbreviation or an initial."""
    if before[-1].text != "." or len(before) < 2:
        return len(before[-1].text) > 1 and before[-1].text[0].isalpha()  # M. is one token
    word = before[-2]
    return word.end == before[-1].start and (word.low in _ABBREVIATED or (len(word.text) == 1 and word.text.isupper()))
