"""Plain text and its quoted ranges → tokens by sentence, each with the kinds of word that the rules ask about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import accumulate, chain, islice
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from searcher.analysis.fold import fold
from searcher.analysis.lexicon import lexicon
from searcher.analysis.quotations.marks import Marked
from searcher.article import Range
from searcher.values import Value

# Kinds of word; a token has several.
FINITE, PARTICIPLE, GERUND, INFINITIVE = 1, 2, 4, 8  # forms of verbs that report speech
INTRODUCES = 16  # such a verb, of those that stand only before a quote
VERB, ONLY_VERB = 32, 64  # a form of some verb in the third person; one that is nothing else
AUXILIARY, DETERMINER, PREPOSITION, PRONOUN, CLITIC, ADVERB, RELATIVE = (1 << bit for bit in range(7, 14))
TEMPORAL, TITLE, HUMAN, ORGANISATION = (1 << bit for bit in range(14, 18))  # words.txt says what they are
COMMON, NAME = 1 << 18, 1 << 19  # in the lexicon: in small letters, as a name
INVERTED = 1 << 20  # a verb with its pronoun behind a hyphen: dit-il, a-t-elle
CAPITAL = 1 << 21
STOP, QUOTED = 1 << 22, 1 << 23  # a sentence may end behind it; it stands for a quoted range
LINK, SIGN = 1 << 24, 1 << 25  # a small word that may join what stands behind it to a phrase, or end a phrase; no word
ACCORDING, COMMA = 1 << 26, 1 << 27  # selon, or après, which d' may stand before
SPEECH = FINITE | PARTICIPLE | GERUND | INFINITIVE

QUOTE = "\ue000"
"""The text of the token that stands for a quoted range."""

OF = frozenset("de du des d'".split())
JOINING = frozenset("à au aux en par chargé chargée auprès sur pour".split())
ENDING = frozenset(
    "et ou mais ni car comme ne n' se s' y lui leur plus si quand lorsque lorsqu' alors afin tandis puisque parce".split()
)
"""Small words that join what stands behind them to a phrase, and those that end a phrase."""

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

_UNDER = ("sous-", "vice-", "co-", "ex-", "arrière-")

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
            for word in OF | JOINING | ENDING:
                self._closed[word] = self._closed.get(word, 0) | LINK
            for word in ("selon", "après"):
                self._closed[word] = self._closed.get(word, 0) | ACCORDING
            self._closed[","] = COMMA
        kinds = self._closed.get(low, 0)
        if low.endswith("s"):
            kinds |= self._closed.get(low[:-1], 0) & HUMAN
        if (inverted := _INVERTED.fullmatch(low)) is not None:
            base = self[inverted.group(1)]
            kinds |= INVERTED | (base & (FINITE | AUXILIARY | VERB))
        elif low.startswith("mi-"):
            kinds |= self[low[3:]] & TEMPORAL
        elif low.startswith(_UNDER):
            kinds |= _of_lexicon(low) | self[low.partition("-")[2]] & (HUMAN | ORGANISATION)
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


class Token(Value):
    """A token, which is the same object wherever it stands in texts: where that is, its sentence knows."""

    text: str
    low: str
    kinds: int
    lead: int  # characters between the token before, if that is no quoted range, and this one
    length: int
    width: int  # both together
    is_capital: bool


class Sentence(NamedTuple):
    """The tokens of a sentence, and where each ends; `quotes` maps the place of a token to the number of its quoted range."""

    tokens: list[Token]
    ends: list[int]
    quotes: dict[int, int]

    def start(self, place: int) -> int:
        """Where the token at a place starts in the text."""
        return self.ends[place] - self.tokens[place].length

    def end(self, place: int) -> int:
        """Where the token at a place ends in the text."""
        return self.ends[place]

    def span(self, first: int, last: int) -> Range:
        """The range of the text from token `first` up to token `last`."""
        return self.ends[first] - self.tokens[first].length, self.ends[last - 1]


LONGEST = 400
"""Tokens of a sentence at most."""

_TOKEN = re.compile(r"((?:MM?|Dr|Pr|Mgr)\.(?=\s)|[^\W\d_]+(?:[-·][^\W_]+)*'?|\d+(?:[.,:]\d+)*|\.{2,}|[^\w\s]|_)")
_SHORT = ("M.", "Dr.", "Pr.", "Mgr.")
_STOPS = frozenset(".!?…")
_ENDING_WORD = frozenset(".,;:!?)")
_ABBREVIATED = frozenset("m mm mme me dr pr st ste mgr art av cf etc jr sr vs".split())


def tokenized(text: str, start: int, end: int) -> Sentence:
    """The tokens of a stretch of text, as a sentence without quoted ranges."""
    tokens: list[Token] = []
    ends: list[int] = []
    _read(text, start, end, tokens, ends)
    return Sentence(tokens, ends, {})


def first_token(chunk: str) -> Token:
    """The first token of what stands between two blanks, which is not empty."""
    return _cut[chunk][0]


def _read(text: str, start: int, end: int, tokens: list[Token], ends: list[int]) -> None:
    """Adds the tokens of a stretch of plain text, whose white space is blanks and line breaks, and where each ends."""
    stretch = text[start:end]
    if "  " in stretch or "\n" in stretch:
        found = _tokens(stretch)
    else:
        chunks = stretch.split(" ")
        if chunks[-1].endswith(_SHORT):  # no blank follows: M. is not one token
            last = _tokens(chunks.pop())
            found = [*chain.from_iterable(map(_known_chunk, chunks)), *last]
        else:
            found = list(chain.from_iterable(map(_known_chunk, chunks)))
    if found:
        tokens += found
        lead = len(stretch) - len(stretch.lstrip()) - found[0].lead
        ends += islice(accumulate(map(_width, found), initial=start + lead), 1, None)


_width = attrgetter("width")


def _tokens(text: str) -> list[Token]:
    """The tokens of a text behind a blank."""
    found = []
    before = -1
    for each in _TOKEN.finditer(text):
        found.append(_token(each.group(), each.start() - before))
        before = each.end()
    return found


def _token(word: str, lead: int) -> Token:
    low = word if word.islower() else word.lower()
    kind = kinds[low] if low == word else kinds[low] | CAPITAL
    if not (word[0].isalpha() or word[0].isdigit()):
        kind |= SIGN
    if word[-1] in _STOPS:
        kind |= STOP
    return Token(word, low, kind, lead, len(word), lead + len(word), low != word)


class _Cut(dict[str, tuple[Token, ...]]):
    """What stands between two blanks → its tokens. Most of it has been met before, and is remembered.

    When there are `LIMIT` chunks they are put aside, and those that are met again come back.
    """

    LIMIT = 1 << 15
    LONGEST = 64  # characters; what is longer is not met again

    def __init__(self) -> None:
        self._aside: dict[str, tuple[Token, ...]] = {}

    def __missing__(self, chunk: str) -> tuple[Token, ...]:
        found = self._aside.get(chunk)
        if found is None:
            found = self._read(chunk)
        if len(chunk) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self._aside = dict(self)
                self.clear()
            self[chunk] = found
        return found

    def _read(self, chunk: str) -> tuple[Token, ...]:
        """The tokens of a chunk. Of five new chunks four are a word, or a word and a sign, and need no regular expression."""
        word, sign = (chunk, "") if chunk.isalpha() else (chunk[:-1], chunk[-1:])
        if not word.isalpha() or (sign and (sign not in _ENDING_WORD or chunk in _SHORT)):
            return tuple(_tokens(f"{chunk} "))
        known = self.get(word) or self._aside.get(word) or (_token(word, 1),)
        return (*known, _token(sign, 0)) if sign else known


_cut = _Cut()
_known_chunk = _cut.__getitem__


def sentences(text: str, start: int, end: int, ranges: Iterable[tuple[int, Marked]]) -> list[Sentence]:
    """The sentences of a paragraph, each quoted range one token; a quote of whole sentences may be a sentence of its own."""
    tokens: list[Token] = []
    ends: list[int] = []
    quotes: dict[int, int] = {}
    at = start
    for number, marked in ranges:
        _read(text, at, marked.left, tokens, ends)
        stop = text[marked.end - 1] if marked.end > marked.start else ""
        kind = QUOTED | STOP if stop in _STOPS else QUOTED
        quotes[len(tokens)] = number
        tokens.append(_quote(marked.right - marked.left, stop, kind))
        ends.append(marked.right)
        at = marked.right
    _read(text, at, end, tokens, ends)
    found = []
    first = 0
    for last in (*_beginnings(tokens), len(tokens)):
        for begin in range(first, last, LONGEST):  # a table without a stop, in parts: rules look around in a sentence
            until = min(begin + LONGEST, last)
            inside = quotes and {place - begin: number for place, number in quotes.items() if begin <= place < until}
            found.append(Sentence(tokens[begin:until], ends[begin:until], inside))
        first = last
    return found


@lru_cache(1 << 12)
def _quote(length: int, stop: str, kind: int) -> Token:
    """The token of a quoted range."""
    return Token(QUOTE, QUOTE + stop, kind, 0, length, length, is_capital=False)


def _beginnings(tokens: list[Token]) -> list[int]:
    """The tokens of a paragraph that begin a sentence, but for the first."""
    found = []
    begun = 0
    for place in [place for place, token in enumerate(tokens[:-1], 1) if token.kinds & STOP]:
        before, token = tokens[place - 1], tokens[place]
        if before.kinds & QUOTED:
            begins = token.kinds & CAPITAL > 0
        else:
            begins = (
                token.kinds & (CAPITAL | QUOTED) > 0 or token.text[0].isdigit() or token.text in "(•-–—"
            ) and not _abbreviates(tokens, begun, place)
        if begins:
            found.append(place)
            begun = place
    return found


def _abbreviates(tokens: list[Token], begun: int, place: int) -> bool:
    """Whether the stop before a token belongs to an abbreviation or an initial; the sentence has begun at token `begun`."""
    stop = tokens[place - 1]
    if stop.text != "." or place - begun < 2:
        return len(stop.text) > 1 and stop.text[0].isalpha()  # M. is one token
    word = tokens[place - 2]
    return stop.lead == 0 and (word.low in _ABBREVIATED or (len(word.text) == 1 and word.text.isupper()))
