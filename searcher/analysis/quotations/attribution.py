"""A text → its quotations.

    text ──marks──► quoted ranges ──tokens──► sentences ──cues──► who reports ──people──► speakers

No model: a quote is attributed by the words beside it, by the sentence around it, or by the quote before it, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from searcher.analysis.naming import first_names, kind_of, usual
from searcher.analysis.quotations import cues
from searcher.analysis.quotations.cues import Cue
from searcher.analysis.quotations.marks import LEAST, Marked, Plain, marked, plain
from searcher.analysis.quotations.meeting import meet
from searcher.analysis.quotations.people import People
from searcher.analysis.quotations.phrases import Phrase, is_medium, names_inside, phrase_at
from searcher.analysis.quotations.tokens import (
    ACCORDING,
    AUXILIARY,
    CAPITAL,
    CLITIC,
    COMMA,
    DETERMINER,
    FINITE,
    GERUND,
    HUMAN,
    INFINITIVE,
    INTRODUCES,
    INVERTED,
    ORGANISATION,
    PARTICIPLE,
    PREPOSITION,
    PRONOUN,
    QUOTE,
    QUOTED,
    SPEECH,
    VERB,
    Sentence,
    Token,
    first_token,
    kinds,
    listed,
    sentences,
    tokenized,
)
from searcher.analysis.quotations.values import Confidence, Kind, Quotation

_WORD = re.compile(r"[^\W_]+")
_LONG = re.compile(rf"[\W_]*(?:[^\W_]++[\W_]++){{{LEAST - 1}}}[^\W_]")


def quotations(text: str) -> tuple[Quotation, ...]:
    """The quotations of a text, ascending.

    Direct quotes stand in quotation marks or behind a dash; indirect ones are clauses of a verb that reports speech.
    """
    read = plain(text)
    ranges = marked(read.text)
    paragraphs = _paragraphs(read.text, ranges)
    if not ranges and not any(_may_report(each.tokens) for paragraph in paragraphs for each in paragraph.sentences):
        return ()
    people = People([paragraph.start for paragraph in paragraphs])
    for paragraph in paragraphs:
        for sentence in paragraph.sentences:
            meet(people, sentence)
    people.settle()
    return _Attribution(read, ranges, paragraphs, people).found()


class _Paragraph(NamedTuple):
    start: int
    end: int
    sentences: list[Sentence]


def _paragraphs(text: str, ranges: list[Marked]) -> list[_Paragraph]:
    """The paragraphs of a text; a quote that goes over a line break holds two of them together."""
    found = []
    start = place = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        first = place
        while place < len(ranges) and ranges[place].left < end:
            if ranges[place].right > end:
                end = text.find("\n", ranges[place].right)
                end = len(text) if end < 0 else end
            place += 1
        if end > start and not text[start:end].isspace():
            inside = [(number, ranges[number]) for number in range(first, place)]
            found.append(_Paragraph(start, end, sentences(text, start, end, inside)))
        start = end + 1
    return found


class _Found(NamedTuple):
    """A speaker that was found for a quote, and by which words."""

    phrase: Phrase | None
    speaker: str | None
    mention: tuple[int, int] | None
    cue: tuple[int, int] | None
    confidence: Confidence


class _Attribution:
    """Goes through an article once, sentence by sentence; `_voice` is who spoke last, and in which paragraph."""

    def __init__(self, read: Plain, ranges: list[Marked], paragraphs: list[_Paragraph], people: People) -> None:
        self._text = read.text
        self._read = read
        self._ranges = ranges
        self._paragraphs = paragraphs
        self._people = people
        self._made: dict[int, _Found] = {}
        self._ends: dict[int, int] = {}  # number of an open quote → where an incise ends it
        self._titles: dict[int, bool] = {}  # number of a quote → whether the quote is the title of a work
        self._indirect: list[Quotation] = []
        self._waiting: list[int] = []  # quotes without a cue that the next speaker may explain
        self._voice: _Found | None = None
        self._voice_at = -9
        self._announcing: Sentence | None = None  # the last sentence of the paragraph before, if a colon ends it
        self._order = 0
        self._further: tuple[Sentence, Cue | None] | None = None  # the sentence looked at last, and what `_later` gave

    def found(self) -> tuple[Quotation, ...]:
        for order, paragraph in enumerate(self._paragraphs):
            self._paragraph(order, paragraph)
        self._repeat()
        direct = [
            self._quotation(
                self._ranges[number].start, self._ends.get(number, self._ranges[number].end), found, Kind.DIRECT
            )
            for number, found in self._made.items()
        ]
        return tuple(sorted((*direct, *self._indirect), key=lambda each: (each.start, each.end)))

    def _paragraph(self, order: int, paragraph: _Paragraph) -> None:
        before = announcing = self._announcing  # X est catégorique : and the quote in a paragraph of its own
        self._announcing = None
        self._order = order
        for sentence in paragraph.sentences:
            if sentence.quotes:
                self._sentence(sentence)
                self._float(sentence, before, order, paragraph, announcing)
                made = [number for number in sentence.quotes.values() if number in self._made]
                if made:
                    self._heard(self._made[made[-1]], order)
                elif (cue := self._later(sentence.tokens, 1)) is not None and _speaks(cue.speaker):
                    self._heard(self._made_cue(sentence, cue), order)
            else:
                reported = self._report(sentence)
                if reported is not None and not _is_medium(reported):
                    self._heard(reported, order)
                elif self._waiting and self._ranges[self._waiting[-1]].left >= paragraph.start:
                    subject = cues.subject_of(sentence.tokens)  # « … ». La présidente, X, n'a pas pris de détours
                    if subject is not None and (subject.name or kinds[subject.head] & HUMAN):
                        cue = Cue(subject.first, subject.last, subject, near=False)
                        self._heard(self._made_cue(sentence, cue), order)
            before = sentence
        if before is not None and before.tokens[-1].text == ":":
            self._announcing = before
        if len(self._waiting) and self._ranges[self._waiting[-1]].right < paragraph.start:
            self._waiting.clear()

    def _heard(self, found: _Found, order: int) -> None:
        """Somebody has spoken: quotes that waited for a speaker get this one."""
        self._voice, self._voice_at = found, order
        for number in self._waiting:
            self._made.setdefault(number, found._replace(confidence=Confidence.C, cue=None))
        self._waiting.clear()

    def _quotation(self, start: int, end: int, found: _Found, kind: Kind) -> Quotation:
        origin = self._read.origin
        return Quotation(
            start=origin(start),
            end=origin(end),
            speaker=found.speaker and _usual(found.speaker),
            mention=found.mention and (origin(found.mention[0]), origin(found.mention[1])),
            cue=found.cue and (origin(found.cue[0]), origin(found.cue[1])),
            confidence=found.confidence,
            kind=kind,
        )

    def _sentence(self, sentence: Sentence) -> None:
        """Attributes the quotes of a sentence that words in the sentence attribute."""
        line = sentence.tokens
        places = sorted(sentence.quotes)
        for place in places:
            number = sentence.quotes[place]
            marks = self._ranges[number]
            self._people.quote = self._text[marks.start : marks.end]
            found = self._cued(sentence, place)
            self._people.quote = ""
            if found is not None:
                self._keep(number, found)
        for place in places:  # « … » et « … », a dit X: what stands in one sentence is said by one speaker
            number = sentence.quotes[place]
            if self._is_open(number, line, place) and (same := self._same_sentence(sentence, place)) is not None:
                self._keep(number, same)

    def _cued(self, sentence: Sentence, place: int) -> _Found | None:
        """The speaker of a quote that a cue in its sentence names: beside the quote, inside it, before it, later."""
        line = sentence.tokens
        number = sentence.quotes[place]
        marks = self._ranges[number]
        is_long = self._is_long(marks)
        found = self._beside(sentence, place, is_long) or self._inside(number, marks)
        if marks.dashed:
            return found
        if found is None and is_long and (joined := self._joined(sentence, place)) is not None:
            return joined
        if found is not None and not _is_medium(found):
            return found
        is_title = self._is_title(number, line, place)
        introduced = None if is_title else cues.introduction(line, place)
        if introduced is not None and not is_long and line[place - 1].low not in (":", "que", "qu'"):
            introduced = None
        if introduced is not None and not introduced.near and not is_long:
            introduced = None
        if found is not None and not (introduced is not None and _speaks(introduced.speaker)):
            return found
        if introduced is not None:
            unsaid = introduced.speaker is not None and not _speaks(introduced.speaker)  # Pour X, cela s'explique par «
            weak = line[introduced.last - 1].kinds & INTRODUCES and line[0].low in ("selon", "d'")
            if (weak or unsaid) and (named := self._according(line, place)) is not None:
                return self._made_cue(sentence, named)
            if introduced.speaker is not None:
                later = self._after_quotes(sentence)
                told = later is not None and later.first > place and not _is_medium(self._made_cue(sentence, later))
                if told and later is not None and line[place - 1].low not in ("que", "qu'", ":"):
                    introduced = later._replace(near=False)  # Le gouvernement souhaite « … », a indiqué X
                return self._made_cue(sentence, introduced)
            whole = cues.introduction(line, place, whole=True)
            if self._same_sentence(sentence, place) is None and whole is not None and _speaks(whole.speaker):
                return self._made_cue(sentence, whole)  # cette figure des « gilets jaunes » explique : « …
            if (same := self._same_sentence(sentence, place)) is not None:
                return same._replace(cue=sentence.span(introduced.first, introduced.last))
            if line[introduced.first].kinds & GERUND and (subject := self._behind(line, place)) is not None:
                return self._made_cue(sentence, introduced._replace(speaker=subject, near=False))
            if (
                self._voice is not None
                and self._voice_at >= self._order - 1
                and line[introduced.first].kinds & (GERUND | INFINITIVE)
            ):
                return self._voice._replace(
                    confidence=Confidence.B, cue=sentence.span(introduced.first, introduced.last)
                )
        if not is_long or is_title:
            return None
        if (named := self._according(line, place)) is not None:
            made = self._made_cue(sentence, named)
            if _is_medium(made) and named.last < place:  # Selon Le Monde, X a « … »
                met = [each for each in cues.phrases(line, named.last, place) if _speaks(each) and each.pronoun != "on"]
                subject = cues.subject_among(line, met)
                made = self._made_cue(sentence, named._replace(speaker=subject, near=False)) if subject else made
            return made
        later = self._after_quotes(sentence)
        if later is not None and later.first > place:
            made = self._made_cue(sentence, later)
            return made._replace(confidence=max(made.confidence, Confidence.B))
        if self._same_sentence(sentence, place) is not None:
            return None
        return self._colon(sentence, place) or self._predicate(sentence, place)

    def _keep(self, number: int, found: _Found) -> None:
        self._made[number] = found
        phrase = found.phrase
        if phrase is not None and (found.speaker is not None or kinds[phrase.head] & HUMAN):
            start = self._ranges[number].start
            at = max(start, found.mention[0]) if found.mention else start
            self._people.spoke(at, found.speaker, phrase, found.mention or (at, at), instead=at > start)

    def _is_open(self, number: int, line: list[Token], place: int) -> bool:
        """Whether a quoted range has no speaker yet, and can have that of another quote: it is long enough, and no title."""
        marks = self._ranges[number]
        if number in self._made or marks.dashed or not self._is_long(marks):
            return False
        return not self._is_title(number, line, place)

    def _is_title(self, number: int, line: list[Token], place: int) -> bool:
        found = self._titles.get(number)
        if found is None:
            marks = self._ranges[number]
            found = self._titles[number] = _is_title(line, place, self._text[marks.start : marks.end])
        return found

    def _is_long(self, marks: Marked) -> bool:
        """Whether a quoted range has the words that a quote without a verb beside it needs."""
        return _LONG.match(self._text, marks.start, marks.end) is not None

    def _made_cue(self, sentence: Sentence, cue: Cue) -> _Found:
        """A cue with its speaker looked up."""
        span = sentence.span(cue.first, cue.last)
        phrase = cue.speaker
        if phrase is None:
            return _Found(None, None, None, span, Confidence.B)
        mention = sentence.span(phrase.first, phrase.last)
        if phrase.pronoun and "-" in self._text[mention[0] : mention[1]]:
            mention = (mention[1] - len(phrase.pronoun), mention[1])
        if phrase.name and phrase.head and sentence.tokens[phrase.last - 1].text != phrase.name[-1]:
            self._people.introduce(mention[0], phrase)
        who = self._people.speaker(phrase, mention[0])
        body = kinds[phrase.head] & ORGANISATION and not kinds[phrase.head] & HUMAN and phrase.complement
        sure = (
            who.explicit and cue.near and cue.joined and (phrase.name or body or (who.key is None and _speaks(phrase)))
        )
        found = _Found(phrase, who.key, who.words or mention, span, Confidence.A if sure else Confidence.B)
        return found._replace(confidence=Confidence.B) if sure and _is_medium(found) else found

    def _beside(self, sentence: Sentence, place: int, is_long: bool) -> _Found | None:
        """The incise right behind a quote."""
        line, at = sentence.tokens, place + 1
        comma = self._text[sentence.end(place) - 2 : sentence.end(place) - 1] in tuple("!?,…")
        if at < len(line) and line[at].text in ",(" and (signed := self._signed(sentence, at, is_long)) is not None:
            return signed
        while at < len(line) and line[at].text[0] in ",.!?…;)":
            if line[at].text[0] in ".;" and at + 1 < len(line) and not line[at + 1].text[0].islower():
                return None
            comma = comma or line[at].text == ","
            at += 1
        if at >= len(line) or line[at].is_capital or line[at].text[0] == QUOTE:
            return None
        cue = cues.incise(line, at, beside=comma)
        if cue is None or (not is_long and not _speaks(cue.speaker)):
            return None
        told = cue.speaker
        is_object = told is not None and not _speaks(told) and told.determiner in ("un", "une", "des")
        if is_object and line[cue.first].low not in ("selon", "d'"):
            subject = cues.subject_of(line[:place])  # Ce maçon, qui « … », raconte une première tentative
            if subject is not None and _speaks(subject):
                cue = cue._replace(speaker=subject, near=False)
        return self._made_cue(sentence, cue)

    def _signed(self, sentence: Sentence, at: int, is_long: bool) -> _Found | None:
        """Who is named behind a quote without a verb: (Jean Vial, maire), (dixit Jean Vial), Jean Vial dixit."""
        line = sentence.tokens
        begin = at + 1
        if line[at].text == "(" and begin < len(line) and line[begin].low == "dixit":
            cue = cues.according(line, begin, after=True)
            return self._made_cue(sentence, cue) if cue is not None else None
        if line[at].text == ",":
            ends = next((each for each in range(begin, min(begin + 9, len(line))) if line[each].low == "dixit"), 0)
            phrase = phrase_at(line[:ends], begin) if ends else None
            if phrase is None or phrase.last != ends or not _speaks(phrase):
                return None
            return self._made_cue(sentence, Cue(phrase.first, ends + 1, phrase, near=True))
        phrase = phrase_at(line, begin)
        if phrase is None or phrase.last >= len(line):
            return None
        if not is_long or line[phrase.last].text not in "),":
            return None
        bears_name = phrase.title or (len(phrase.name) > 1 and phrase.name[0].split("-")[0] in first_names())
        if not bears_name and not (phrase.name and phrase.head and kinds[phrase.head] & HUMAN):
            return None
        found = self._made_cue(sentence, Cue(phrase.first, phrase.last, phrase, near=False))
        return found._replace(cue=None)

    def _inside(self, number: int, marks: Marked) -> _Found | None:
        """An incise inside the marks: « Je pense, a expliqué X, que … ». An open quote may end with it."""
        if marks.closed and self._text.find(", ", marks.start, marks.end) < 0:
            return None
        for comma in _COMMA.finditer(self._text, marks.start, marks.end):
            if not first_token(comma.group(1)).kinds & (INVERTED | AUXILIARY | FINITE | CLITIC):
                continue
            sentence = tokenized(self._text, comma.end(), min(marks.end, comma.end() + 160))
            line = sentence.tokens
            cue = cues.incise(line, 0, beside=False)
            if cue is None or cue.speaker is None:
                continue
            phrase = cue.speaker
            ended = cue.last >= len(line) or line[cue.last].text in ",.;"
            inverted = bool(phrase.pronoun) and "-" in line[phrase.first].text
            if (
                not inverted
                and not (ended or marks.dashed)
                and not line[0].kinds & AUXILIARY
                and line[0].low not in ("s'", "se")
            ):
                continue
            reports = line[0].kinds & AUXILIARY and kinds[phrase.head] & HUMAN
            if not inverted and (phrase.pronoun or not (phrase.name or ended or marks.dashed or reports)):
                continue
            if not marks.closed:
                rest = _SENTENCE_END.search(self._text, sentence.end(cue.last - 1), marks.end)
                if rest is None or not self._text[rest.end() : marks.end].strip():
                    self._ends[number] = comma.start() + (self._text[comma.start()] in "?!")
            return self._made_cue(sentence, cue)
        return None

    def _after_quotes(self, sentence: Sentence) -> Cue | None:
        """The incise further on than the first quote of a sentence; looked for once a sentence, and only when asked."""
        if self._further is None or self._further[0] is not sentence:
            self._further = sentence, self._later(sentence.tokens, min(sentence.quotes) + 2)
        return self._further[1]

    def _later(self, line: list[Token], first: int) -> Cue | None:
        """An incise further on in a sentence that a quote stands in: « … » à des représentants, a déclaré X."""
        first = max(first, 1)
        marked = [at for at, token in enumerate(line[first - 1 :], first) if token.kinds & (COMMA | INVERTED)]
        for behind in marked:
            at = behind - 1 if line[behind - 1].kinds & INVERTED else behind
            if first <= at < len(line) and (at < behind or not line[at].kinds & (CAPITAL | QUOTED | INVERTED)):
                cue = cues.incise(line, at, beside=False)
                if cue is not None and cue.speaker is not None:
                    return cue
        return None

    def _according(self, line: list[Token], place: int) -> Cue | None:
        """Selon X, before a quote."""
        for at in range(place):
            if line[at].low in cues.ACCORDING and (line[at].low != "pour" or at == 0):
                cue = cues.according(line, at, after=line[at].low != "pour")
                if cue is not None and cue.speaker is not None and cue.last <= place:
                    return cue
        return None

    def _behind(self, line: list[Token], place: int) -> Phrase | None:
        """The subject behind a quote and a comma: Qualifiant le projet de « … », X a quitté la salle."""
        if place + 2 < len(line) and line[place + 1].text == ",":
            return phrase_at(line, place + 2)
        return None

    def _colon(self, sentence: Sentence, place: int) -> _Found | None:
        """A colon before or behind a quote without a verb: La cheffe Marta Weiss : « … ». « … » : Roxane Petit ne veut …"""
        line = sentence.tokens
        if place > 0 and line[place - 1].text == ":":
            subject = _announced(line, place - 1)
        elif place + 2 < len(line) and line[place + 1].text == ":":
            subject = phrase_at(line, place + 2)
            if not _speaks(subject):
                speaking = [each for each in cues.phrases(line, place + 2, len(line)) if _speaks(each)]
                subject = cues.subject_among(line, speaking)
        else:
            return None
        if subject is None:
            return None
        found = self._made_cue(sentence, Cue(subject.first, subject.last, subject, near=False))
        return found._replace(cue=None, confidence=Confidence.C)

    def _predicate(self, sentence: Sentence, place: int) -> _Found | None:
        """A quote that goes on with its subject: La ministre « ne comprend pas cette décision »."""
        line = sentence.tokens
        subject = cues.subject_of(line[:place])
        if subject is None or not _speaks(subject) or subject.pronoun:
            return None
        if subject.last != place and not (line[place - 1].text == "," and line[subject.last].text == ","):
            return None
        marks = self._ranges[sentence.quotes[place]]
        first = tokenized(self._text, marks.start, min(marks.end, marks.start + 40)).tokens
        if first and first[0].low in ("ne", "n'", "se", "s'"):
            first = first[1:]
        if not first or not first[0].kinds & (VERB | AUXILIARY | FINITE) or first[0].kinds & (DETERMINER | PREPOSITION):
            return None
        found = self._made_cue(sentence, Cue(subject.first, subject.last, subject, near=False))
        return found._replace(cue=None, confidence=Confidence.C)

    def _joined(self, sentence: Sentence, place: int) -> _Found | None:
        """The speaker of the quote before, if nothing but « et » and the like stands between: « … » ou « … »."""
        before = place - 1
        while before >= 0 and sentence.tokens[before].low in _AND:
            before -= 1
        number = sentence.quotes.get(before)
        found = self._made.get(number) if number is not None and before < place - 1 else None
        return found._replace(confidence=max(found.confidence, Confidence.B)) if found is not None else None

    def _same_sentence(self, sentence: Sentence, place: int) -> _Found | None:
        """The speaker of another quote in the sentence, those before it first."""
        before = [each for each in sorted(sentence.quotes, reverse=True) if each < place]
        for other in (*before, *(each for each in sorted(sentence.quotes) if each > place)):
            if (found := self._made.get(sentence.quotes[other])) is not None:
                return found._replace(confidence=max(found.confidence, Confidence.B))
        return None

    def _float(
        self,
        sentence: Sentence,
        before: Sentence | None,
        order: int,
        paragraph: _Paragraph,
        announcing: Sentence | None,
    ) -> None:
        """A quote without a cue goes on with who spoke before, in this paragraph or at the end of the one before, or has the
        speaker whom the paragraph before announced with a colon."""
        line = sentence.tokens
        for place in sorted(sentence.quotes):
            number = sentence.quotes[place]
            marks = self._ranges[number]
            announced = before is not None and before is announcing and number not in self._made
            if not self._is_open(number, line, place) and not (announced and marks.dashed):
                continue
            alone = not any(token.text[0].isalnum() and token.low not in _AND for token in line)
            first = not any(token.text[0].isalnum() for token in line[:place])
            begins = first and self._text[marks.start].isupper() and self._voice_at == order
            if not alone and not begins and line[place - 1].text != ":":
                continue
            found = self._voice if self._voice_at == order else None
            if before is not None and (other := cues.approving(before.tokens)) is not None and _speaks(other):
                found = self._made_cue(before, Cue(other.first, other.last, other, near=False))
            if found is None and before is not None:
                subject = _announced(before.tokens, len(before.tokens) - 1) if announced else None
                subject = subject or cues.subject_of(before.tokens)
                if subject is not None and _speaks(subject):
                    found = self._made_cue(before, Cue(subject.first, subject.last, subject, near=False))
            if found is None and order - self._voice_at == 1 and not self._is_heading(paragraph):
                found = self._voice
            if found is not None:
                self._keep(number, found._replace(confidence=Confidence.C, cue=None))
            elif alone and not (self._is_heading(paragraph) and self._is_repeated(number)):
                self._waiting.append(number)

    def _repeat(self) -> None:
        """A quote that is repeated (a heading, a standfirst) has the speaker of the quote that it is taken from."""
        for number, marks in enumerate(self._ranges):
            found = self._made.get(number)
            if (found is None and not self._is_long(marks)) or marks.dashed:
                continue
            if found is None or found.confidence is Confidence.C:
                wholes = [self._made[each] for each in self._wholes(number) if each in self._made]
                cued = [each for each in wholes if each.confidence is not Confidence.C]
                if source := next(iter(cued or (wholes if found is None else [])), None):
                    self._made[number] = source._replace(confidence=Confidence.C, cue=None)

    def _is_repeated(self, number: int) -> bool:
        return next(self._wholes(number), None) is not None

    def _wholes(self, number: int) -> Iterator[int]:
        """The other quotes that hold the words of a quote."""
        marks = self._ranges[number]
        said = self._text[marks.start : marks.end].rstrip(".!?… ").lower()
        for other, whole in enumerate(self._ranges):
            if other != number and said in self._text[whole.start : whole.end].lower():
                yield other

    def _is_heading(self, paragraph: _Paragraph) -> bool:
        """Whether a paragraph is nothing but a short quote without a stop: a heading between paragraphs."""
        line = paragraph.sentences[0].tokens
        words = [token for token in line if token.text[0] == QUOTE or token.text[0].isalnum()]
        if len(paragraph.sentences) > 1 or len(words) != 1 or paragraph.end - paragraph.start > 90:
            return False
        return words[0].low[-1] not in ".!?…"

    def _report(self, sentence: Sentence) -> _Found | None:
        """The speaker of a sentence that reports without quotation marks; what is said is kept as indirect speech."""
        line = sentence.tokens
        if not _may_report(line):
            return None
        stop = len(line) - (line[-1].text[0] in ".!?…")
        cue = self._later(line, 1)
        said = None
        if cue is not None and (cue.last >= len(line) or line[cue.last].text in ",.;"):
            if cue.first > 3:
                said = sentence.span(0, cue.first - 1)
        else:
            cue = None
            for place, token in enumerate(line):
                if token.low in ("que", "qu'") and place > 1 and place + 3 < len(line):
                    introduced = cues.introduction(line, place)
                    if introduced is not None and introduced.speaker is not None and introduced.last >= place - 6:
                        cue = introduced
                        said = sentence.span(place + 1, stop)
                        break
            if (
                cue is None
                and line[0].low in ("selon", "d'", "pour")
                and (named := self._according(line, len(line))) is not None
            ):
                cue = named if line[0].low != "pour" or (named.speaker and named.speaker.name) else None
                if cue is not None and cue.last + 2 < len(line) and line[cue.last].text == ",":
                    said = sentence.span(cue.last + 1, stop)
        if cue is None:
            cue = self._verbal(line)
        if cue is None or cue.speaker is None:
            return None
        found = self._made_cue(sentence, cue)
        if said is not None and _LONG.match(self._text, *said):
            start, end = said[0], said[1]
            while end > start and self._text[end - 1].isspace():
                end -= 1
            self._indirect.append(self._quotation(start, end, found, Kind.INDIRECT))
        if found.speaker is not None and found.phrase is not None and found.phrase.name:
            self._people.spoke(sentence.start(0), found.speaker, found.phrase, (0, 0))
        return found if _speaks(cue.speaker) else None

    def _verbal(self, line: list[Token]) -> Cue | None:
        """A verb that reports, with a subject that speaks: il assure ne pas l'avoir eu au téléphone."""
        for place, token in enumerate(line[:-1]):
            if token.kinds & SPEECH and token.kinds & (FINITE | PARTICIPLE):
                cue = cues.introduction(line[: place + 2], place + 1)
                if cue is not None and _speaks(cue.speaker):
                    return cue
        return None


@lru_cache(1 << 14)
def _usual(speaker: str) -> str:
    """A speaker in the usual spelling, so that one person is one speaker in all articles: Edouard and Édouard Philippe."""
    return usual(speaker, kind_of(speaker)) if speaker[0].isupper() else speaker


_AND = frozenset("et puis ou mais ni , que qu' de d' à".split())


def _announced(line: list[Token], colon: int) -> Phrase | None:
    """Who speaks behind a colon by the words before the colon: La cheffe Marta Weiss : …   Réponse de Léa Roy : …"""
    met = [each for each in cues.phrases(line, 0, colon) if not _is_bracketed(line, each)]
    speaking = [each for each in met if _speaks(each) and each.pronoun != "on"]
    inside = [name for each in met if each.complement for name in names_inside(line, each)]
    named = [each for each in speaking if each.name]
    return cues.subject_among(line, speaking[::-1]) or next(iter((*inside, *named)), None)


def _is_bracketed(line: list[Token], phrase: Phrase) -> bool:
    """Whether a phrase stands in brackets: Léo Brun (PS)."""
    texts = [each.text for each in line[: phrase.first]]
    return texts.count("(") > texts.count(")")


def _may_report(line: list[Token]) -> bool:
    """Whether a sentence has a verb that reports speech, or *selon* and its like."""
    for token in line:  # noqa: SIM110  a loop takes half the time of any()
        if token.kinds & _REPORTING:
            return True
    return False


_REPORTING = SPEECH | ACCORDING
_COMMA = re.compile(r"[,?!] +(?=([a-zà-ÿ]\S*))")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def _is_title(line: list[Token], place: int, text: str) -> bool:
    """Whether what stands in quotation marks is the name of a work or a thing: le film « … », une loi dite « … ».

    Words that begin with a capital inside a sentence are a title, too, unless a colon, a comma or *que* stands before them.
    """
    at = place - 1
    while at > 0 and line[at].low in (",", "et", "ou") and line[at - 1].text[0] == QUOTE:
        at -= 2
    if at >= 0 and line[at].kinds & SPEECH and not line[at].kinds & INTRODUCES:
        return False
    is_called = at >= 0 and text[:1].isupper() and len(text) < 60 and text[-1] not in ".!?…"
    if is_called and line[at].text == "(":
        return True
    if is_called and line[at].text[0].isalnum() and line[at].low not in ("que", "qu'", "mais", "et"):
        return True
    if at >= 0 and line[at].low == "pour" and len(text) < 80 and any(token.low in listed("law") for token in line[:at]):
        return True  # mis en examen pour « … »
    first = _WORD.search(text)
    if first is not None and (first.group() in ("ne", "n") or kinds[first.group()] & AUXILIARY):
        return False  # la chaîne « ne doit pas être … »
    while at >= 0 and line[at].low in ("d'", "de", "des", ":", "le", "la", "les", "l'"):
        at -= 1
    return at >= 0 and line[at].low in listed("works") and not (at > 0 and line[at - 1].kinds & (AUXILIARY | PRONOUN))


def _speaks(phrase: Phrase | None) -> bool:
    return phrase is not None and cues.speaks(phrase)


def _is_medium(found: _Found) -> bool:
    """Whether a newspaper or a channel, which tells what others said, is all that a cue names."""
    phrase = found.phrase
    if phrase is None:
        return False
    return phrase.head in listed("heads of media") or is_medium(phrase.name)
