"""How often a query asks its engine: once for all the terms it wishes to know, whatever its words."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import pytest

import searcher
from searcher.query.lookup import Answers, Question
from tests.conftest import Build

TEXTS = ["Le président Erdoğan à Kiev.", "Les abandonnées de la côte, l’été.", "Le porte-parole du ministère."]


class Counting:
    """A reader that counts its look-ups, and passes all else on."""

    def __init__(self, reader: searcher.engines.protocol.Reader) -> None:
        self._reader = reader
        self.look_ups = 0

    def look_up(self, questions: Iterable[Question], *, until: float = inf) -> Answers:
        self.look_ups += 1
        answers: Answers = self._reader.look_up(questions, until=until)
        return answers

    def __getattr__(self, name: str) -> object:
        return getattr(self._reader, name)


@pytest.mark.parametrize(
    "query",
    [
        "président",
        "le président erdogan et le porte-parole du ministere",
        "Zelensky Kiev =cote abandonnee pres* ~presidnet titre:minist* source:mon* -(cot* OU Tel Aviv)",
        "Zelensky OU Kiev OU =cote OU abandonnee OU pres* OU ~presidnet OU titre:minist* OU (a -source:mon*)",
        "absent",
        "presidnet ministree abandonee",
        "president -president",
    ],
)
def test_a_query_asks_its_engine_once_and_for_advice_twice_more(query: str, build: Build) -> None:
    """Advice asks which words are near an unknown word, then how these are printed."""
    with searcher.open(build(TEXTS)) as index:
        counting = Counting(index._state.reader)
        index._state.reader = counting  # type: ignore[assignment]
        answer = index.search(query)
        assert counting.look_ups == 1 if answer.total else counting.look_ups <= 3
