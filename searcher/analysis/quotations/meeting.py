"""A sentence → whom it speaks of, told to `People`: names, the subject, whose view it gives, and the roles behind names."""

from __future__ import annotations

from searcher.analysis.naming import first_names
from searcher.analysis.quotations import cues
from searcher.analysis.quotations.people import People
from searcher.analysis.quotations.phrases import Phrase, is_medium, names_inside, phrase_at
from searcher.analysis.quotations.tokens import (
    AUXILIARY,
    CLITIC,
    DETERMINER,
    HUMAN,
    ONLY_VERB,
    PREPOSITION,
    QUOTE,
    Sentence,
    Token,
)


def meet(people: People, sentence: Sentence) -> None:
    """Tells `people` whom a sentence speaks of, and whose roles it gives. To be called once a sentence, in their order."""
    line = sentence.tokens
    people.begin(sentence.start(0))
    met = cues.phrases(line, 0, len(line), names=True)
    subject = cues.subject_among(line, met)
    if subject is None or not cues.speaks(subject):
        subject = cues.agent_among(line, met) or subject
    for phrase in met:
        if phrase.name or phrase is subject:
            alone = (phrase is subject and not _is_one_of(line, phrase)) or (
                phrase.first > 0 and _has_view(line, phrase.first)
            )
            people.add(sentence.start(phrase.first), phrase, is_subject=alone)
            if phrase.name and not phrase.head:
                _meet_role(people, sentence, phrase)
        if phrase.complement and not phrase.name:
            for inside in names_inside(line, phrase):
                people.add(sentence.start(inside.first), inside, is_subject=False)


def _has_view(line: list[Token], first: int) -> bool:
    """Whether a phrase names whose view a sentence gives: Mais pour X, …; Y est, selon X, …"""
    before = line[first - 1].low
    return before == "selon" or (before == "après" and line[first - 2].low == "d'") or (before == "pour" and first < 3)


def _is_one_of(line: list[Token], phrase: Phrase) -> bool:
    """Whether a name is one of several that are a subject together: Jean Vial et Léa Roy."""
    last = phrase.last
    if last + 1 < len(line) and line[last].low == "et":
        other = phrase_at(line, last + 1)
        return other is not None and bool(other.name)
    return False


def _meet_role(people: People, sentence: Sentence, phrase: Phrase) -> None:
    """The role behind a name: Jean Vial, chef de chœur; Léa Roy, 34 ans, boulangère; Jean Vial est apiculteur."""
    line, place = sentence.tokens, phrase.last
    if place >= len(line) or is_medium(phrase.name):
        return
    if len(phrase.name) == 1 and not phrase.title and phrase.name[0] not in first_names():
        return
    if (
        phrase.first > 0
        and line[phrase.first - 1].kinds & (PREPOSITION | DETERMINER)
        and line[phrase.first - 1].low != "de"
    ):
        return
    if line[place].text == "," or line[place].low in ("est", "était"):
        place += 1
        if (
            place + 2 < len(line)
            and line[place].text.isdigit()
            and line[place + 1].low == "ans"
            and line[place + 2].text == ","
        ):
            place += 3
        while place < len(line) and (
            line[place].kinds & DETERMINER or line[place].low in ("ancien", "ancienne", "l'ancien")
        ):
            place += 1
        if (
            place < len(line)
            and line[place].low in ("l'", "un")
            and place + 2 < len(line)
            and line[place + 1].low in ("un", "une", "des")
        ):
            place += 2  # l'un des avocats
        acts = place + 1 < len(line) and line[place + 1].kinds & (
            AUXILIARY | CLITIC | ONLY_VERB
        )  # X, la productrice l'assure
        if place < len(line) and line[place].kinds & HUMAN and not acts:
            complement = []
            for token in line[place + 1 : place + 8]:
                if token.text in ",.;" or token.text[0] == QUOTE:
                    break
                if token.is_capital:
                    complement.append(token.text)
            people.role(
                sentence.start(phrase.first), phrase.name, line[place].low.removeprefix("ex-"), tuple(complement)
            )
