"""Questions and a sorted vocabulary in, answers out: how an engine that holds its terms at hand answers a look-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Protocol

from searcher.engines.protocol import Deadline
from searcher.query.lookup import Answers, Question, Shaped, Within
from searcher.query.plan import Term
from searcher.query.shapes import Reach, shape, shaped

_FIRST, _MOST = 64, 8_192  # terms listed between two looks at the clock: few at first, often enough


class Vocabulary(Protocol):
    """The terms of an index."""

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of a field that begin with `prefix`, ascending by code point, read no further than asked for."""

    def frequency(self, field: str, text: str) -> int:
        """How many articles hold a term."""


def look_up(questions: Iterable[Question], vocabulary: Vocabulary, until: float) -> Answers:
    """The answers of a vocabulary, as far as there is time `until` that moment of `time.monotonic()`.

    Frequencies come first, then the lists of the longest prefixes, which are the shortest. Questions about the same prefix
    share one reading of its terms.
    """
    clock = Deadline(until)
    asked = tuple(dict.fromkeys(questions))
    frequencies: dict[Term, int] = {}
    listings: dict[tuple[str, str], list[_Listing]] = {}
    cut: list[Question] = []
    for question in asked:
        if not isinstance(question, Term):
            prefix, choose = _chooser(question)
            listings.setdefault((question.field, prefix), []).append(_Listing(question, choose))
        elif clock.over():
            frequencies[question] = 0
            cut.append(question)
        else:
            frequencies[question] = vocabulary.frequency(question.field, question.text)
    for (field, prefix), those in sorted(listings.items(), key=lambda each: -len(each[0][1])):
        cut += _list(vocabulary.terms(field, prefix) if not clock.over() else None, those, clock)
    found = {listing.question: tuple(listing.found) for those in listings.values() for listing in those}
    for question in found:
        if question.counted:
            for text in found[question]:
                if clock.over():
                    cut.append(question)
                    break
                frequencies[Term(question.field, text)] = vocabulary.frequency(question.field, text)
    return Answers(frequencies, found, frozenset(cut))


class _Listing:
    """The answer to a question about a list, as far as terms were read."""

    def __init__(self, question: Shaped | Within, choose: Callable[[list[str]], Iterator[str]]) -> None:
        self.question = question
        self.found: list[str] = []
        self._choose = choose

    def take(self, terms: list[str]) -> bool:
        """Chooses among the next terms; whether more of them are wanted."""
        self.found += islice(self._choose(terms), self.question.most - len(self.found))
        return len(self.found) < self.question.most


def _chooser(question: Shaped | Within) -> tuple[str, Callable[[list[str]], Iterator[str]]]:
    """The prefix whose terms are to be read for a question, and what chooses among them."""
    if isinstance(question, Within):
        return question.text[:1], Reach(question.text, question.edits).among
    prefix, lines = shape(question.pattern)
    if question.pattern == f"{prefix}*":
        return prefix, iter
    return prefix, lambda terms: shaped(terms, lines)


def _list(terms: Iterator[str] | None, listings: list[_Listing], clock: Deadline) -> Iterator[Question]:
    """Reads terms for some listings; gives the questions that are cut short. `None`: there is no time to begin."""
    size = _FIRST
    while listings and terms is not None:
        some = list(islice(terms, size))
        listings = [listing for listing in listings if listing.take(some)]
        if len(some) < size:
            return
        if clock.over():
            break
        size = min(2 * size, _MOST)
    yield from (listing.question for listing in listings)
