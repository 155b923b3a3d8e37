"""Query → plan: words become the terms the index has, through the same analysis that made them.

Query ──words, accents, names──► match (what is required) ─┬─► Plan
                               └► score (what ranks)  ─────┘
      └──────────────────────────► marks (what passages show)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date as Date
from itertools import islice, takewhile
from typing import assert_never

from searcher.analysis import STOP_WORDS, analyse_chunk, chunks, fold, surface
from searcher.analysis import Word as IndexWord
from searcher.analysis.names import MAX_WORDS, Names
from searcher.article import AUTHOR, FORMS, LANGUAGE, SOURCE, STEMS, TITLE_FORMS, TITLE_STEMS, TITLE_WORDS, WORDS
from searcher.query import dates
from searcher.query.ask import Required
from searcher.query.ast import And, Excluded, Fuzzy, InField, Or, Parsed, Pattern, Query, Quoted, When, Word
from searcher.query.marks import Mark
from searcher.query.notes import Note
from searcher.query.plan import (
    EVERYTHING,
    NOTHING,
    Added,
    AllOf,
    AnyOf,
    AtLeast,
    Dated,
    Match,
    Near,
    Not,
    Phrase,
    Plan,
    Term,
    Weighted,
)
from searcher.query.widening import Reach, Vocabulary, shape, shaped
from searcher.query.widening import Words as Listed
from searcher.query.widening import stems as stems_of
from searcher.values import Value, replace

MAX_EXPANSION = 1024
"""Indexed words that one wildcard, prefix or fuzzy word may stand for."""

# Weights, tuned on judged queries: see docs/relevance.md.
EXACT = 0.5  # the folded word as typed, beside its stem
TITLE = 0.3  # the stem in the title, which also counts in the text
COMPOUND = 0.5  # a hyphenated word as a whole, beside its halves
SPELLING = 0.05  # the very spelling that was typed, accents and all


def least(words: int) -> int:
    """How many of so many words an article must have when none has them all: more than half, and one of two."""
    return words // 2 + 1 if words > 2 else 1


class Part(Value):
    """One part of a query made ready: what it finds, what it earns, what it shows.

    `label` is the part as understood, in the query language; `query` is the tree it was made of. A `filter` (date, source,
    exclusion …) is never relaxed.
    """

    match: Match
    score: tuple[tuple[Weighted, ...], ...] = ()
    marks: tuple[Mark, ...] = ()
    stop: bool = False  # a small word that a loose query does without
    filter: bool = False
    label: str = ""
    query: Query | None = None


class Analysed(Value):
    """`plan` requires what was asked; `relaxed` is what to fall back to when nothing has it, if there is anything less.

    `parsed` is the query as understood; `parts` are what the plan was put together from.
    """

    parsed: str
    plan: Plan
    relaxed: Plan | None
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What passages highlight."""
        return tuple(mark for part in self.parts for mark in part.marks)


def analyse(
    parsed: Parsed,
    vocabulary: Vocabulary,
    *,
    required: Required = Required.AUTO,
    period: dates.Period | None = None,
    names: tuple[Names, ...] = (),
    today: Date | None = None,
    over: Callable[[], bool] = lambda: False,
) -> Analysed:
    """The plan of a query. `period` (from `--since` and `--until`) is required beside what the query says; `names` are the
    lists that widen a name to its other spellings; `over` says when there is no more time to look for words in the index.

    Raises DateError for a date filter that cannot be read.
    """
    return _Analysis(vocabulary, over, names, today or Date.today(), list(parsed.notes)).analysed(
        parsed.root, required, period
    )


def _expanded(query: Query) -> int:
    """How many words with a star, and misspelt ones, a query has: they share what a query may stand for."""
    match query:
        case Pattern() | Fuzzy():
            return 1
        case And() | Or():
            return sum(map(_expanded, query.parts))
        case Excluded() | InField():
            return _expanded(query.part)
        case _:
            return 0


class _Analysis:
    def __init__(
        self,
        vocabulary: Vocabulary,
        over: Callable[[], bool],
        names: tuple[Names, ...],
        today: Date,
        notes: list[Note],
    ) -> None:
        self.vocabulary = Listed(vocabulary, over)
        self.over = over
        self.names = names
        self.today = today
        self.notes = notes

    def analysed(self, root: Query, required: Required, period: dates.Period | None) -> Analysed:
        self.expansion = MAX_EXPANSION // max(1, _expanded(root))
        parts = self._parts(root.parts if isinstance(root, And) else (root,))
        if period is not None:
            parts.append(replace(_dated(period), label="the dates asked for"))
        filters = tuple(part.match for part in parts if part.filter)
        wanted = [part for part in parts if not part.filter]
        groups = Counter(group for part in wanted for group in part.score)
        score = tuple(group if times == 1 else _times(times, group) for group, times in groups.items())

        def plan(*matches: Match) -> Plan:
            return Plan(_all_of((*matches, *filters)), score)

        words = tuple(part.match for part in wanted)
        strict = plan(*words)
        relaxed = None
        if required is Required.ANY and len(words) > 1:
            strict = plan(AnyOf(words))
        elif required is Required.AUTO and len(words) > 1:
            relaxed = plan(AtLeast(least(len(words)), words))
        return Analysed(str(root), strict, relaxed, tuple(parts), tuple(self.notes))

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _parts(self, queries: Sequence[Query]) -> list[Part]:
        """The parts of words that stand side by side, without the small words unless there is nothing else."""
        parts: list[Part] = []
        at = 0
        while at < len(queries):
            taken, part = self._name(queries[at : at + MAX_WORDS]) or (1, self._part(queries[at]))
            parts.append(part)
            at += taken
        if any(not part.stop and not part.filter for part in parts):
            parts = [part for part in parts if not part.stop]
        return parts

    def _name(self, queries: Sequence[Query]) -> tuple[int, Part] | None:
        """The longest name of several words that the queries begin with, and how many of them it takes."""
        words = list(takewhile(lambda query: isinstance(query, Word) and not query.exact, queries))
        for size in range(len(words), 1, -1):
            written = " ".join(str(word) for word in words[:size])
            others = self._others(written)
            if others:
                part = _joined(
                    AllOf, [self._word(word, widened=False) for word in words[:size] if isinstance(word, Word)]
                )
                return size, self._widened(
                    replace(part, label=written, query=And(tuple(words[:size]))), written, others
                )
        return None

    def _others(self, written: str) -> tuple[str, ...]:
        return next((others for names in self.names if (others := names.others(written))), ())

    def _widened(self, part: Part, written: str, others: tuple[str, ...]) -> Part:
        """A part that also finds the other spellings of a name, those that the index has."""
        matches, groups, marks, shown = [part.match], [], list(part.marks), []
        for other in others:
            words = [word for _, _, chunk in chunks(other) for word in chunk.words]
            folded = tuple(word.word for word in words)
            if not words or not all(self._is_indexed(word) for word in folded):
                continue
            if len(words) == 1:
                meant = stems_of(words[0], self.vocabulary)
                found = _any_stem(meant)
                groups += [Weighted(Term(STEMS, each)) for each in meant]
                mark = Mark(written, stems=frozenset(meant))
            else:
                found = AnyOf((Phrase(WORDS, folded), Phrase(TITLE_WORDS, folded)))
                groups += [Weighted(Term(STEMS, word.stem)) for word in words if word.word not in STOP_WORDS][-1:]
                mark = Mark(written, phrases=(folded,))
            if found in matches or (mark.stems and any(mark.stems <= each.stems for each in marks)):
                continue
            matches.append(found)
            marks.append(mark)
            shown.append(other)
        if not shown:
            return part
        start, end = _extent(part.query)
        self.notes.append(Note("variants", f"“{written}” also as {', '.join(shown)}", start, end))
        own, rest = part.score[:1], part.score[1:]
        score = ((*(weighted for group in own for weighted in group), *groups), *rest)
        return replace(part, match=AnyOf(tuple(matches)), score=score, marks=tuple(marks), stop=False)

    def _is_indexed(self, word: str) -> bool:
        return any(self.vocabulary.frequency(name, word) for name in (WORDS, TITLE_WORDS))

    def _part(self, query: Query) -> Part:
        return replace(self._ready(query), label=str(query), query=query)

    def _ready(self, query: Query) -> Part:
        match query:
            case Word():
                return self._exact(query) if query.exact else self._word(query)
            case Quoted():
                return self._quoted(query)
            case Pattern():
                return self._pattern(query)
            case Fuzzy():
                return self._fuzzy(query)
            case When():
                read = getattr(dates, "read" if query.how == "date" else query.how)
                return _dated(read(query.text, today=self.today))
            case InField():
                return self._in_field(query)
            case Excluded():
                match = self._part(query.part).match
                # What is to be left out may not be known to its end: then nothing is sure to be in.
                return Part(NOTHING if self.over() else Not(match), filter=True)
            case And():
                return _joined(AllOf, self._parts(query.parts))
            case Or():
                return _joined(AnyOf, [self._part(part) for part in query.parts])
            case _:
                assert_never(query)

    def _word(self, query: Word, *, widened: bool = True) -> Part:
        part = self._plain(query)
        others = self._others(query.text) if widened else ()
        return self._widened(replace(part, query=query), query.text, others) if others else part

    def _plain(self, query: Word) -> Part:
        chunk = analyse_chunk(query.text)
        if not chunk.words:
            self._note("ignored", f"ignored “{query.text}”: no letter or digit in it", query)
            return Part(EVERYTHING, stop=True)
        if len(chunk.words) == 1:
            (word,) = chunk.words
            meant = stems_of(word, self.vocabulary)
            return Part(
                _any_stem(meant),
                self._score(word, meant),
                (Mark(query.text, stems=frozenset(meant)),),
                stop=word.word in STOP_WORDS,
            )
        # A compound: the whole, or its halves side by side.
        words = tuple(word.word for word in chunk.words)
        wholes = tuple(Term(STEMS, each) for each in chunk.whole)
        phrases = (Phrase(WORDS, words), Phrase(TITLE_WORDS, words))
        score = tuple(group for word in chunk.words for group in self._score(word, stems_of(word, self.vocabulary)))
        if wholes:
            score += (tuple(Weighted(whole, COMPOUND) for whole in wholes),)
        mark = Mark(query.text, stems=frozenset(chunk.whole), phrases=(words,))
        small = all(word in STOP_WORDS for word in words)  # est-ce, a-t-il
        return Part(AnyOf((*wholes, *phrases)), score, (mark,), stop=small)

    def _score(self, word: IndexWord, stems: tuple[str, ...]) -> tuple[tuple[Weighted, ...], ...]:
        groups = (
            tuple(Weighted(Term(STEMS, each)) for each in stems),
            tuple(Weighted(Term(TITLE_STEMS, each), TITLE) for each in stems),
            (Weighted(Term(WORDS, word.word), EXACT),),
        )
        # Who types an accent sees the words printed with it first.
        return groups if word.form is None else (*groups, (Weighted(Term(FORMS, word.form), SPELLING),))

    def _exact(self, query: Word) -> Part:
        """`=côte`: this spelling and no other."""
        words = analyse_chunk(query.text).words
        parts = [Part(self._printed(word), ((Weighted(Term(WORDS, word.word)),),)) for word in words]
        if len(words) > 1:
            folded = tuple(word.word for word in words)
            parts.append(Part(AnyOf((Phrase(WORDS, folded), Phrase(TITLE_WORDS, folded)))))
            mark = Mark(str(query), phrases=(folded,))
        else:
            mark = Mark(str(query), forms=frozenset(word.form or f"{word.word}|{word.word}" for word in words))
        return replace(_joined(AllOf, parts), marks=(mark,))

    def _printed(self, word: IndexWord) -> Match:
        if word.form is not None:
            return Term(FORMS, word.form)
        plain = AnyOf((Term(WORDS, word.word), Term(TITLE_WORDS, word.word)))
        marked = tuple(Term(FORMS, form) for form in self.vocabulary.terms(FORMS, f"{word.word}|"))
        if self.over():  # other spellings may not be known
            return Term(FORMS, f"{word.word}|{word.word}")
        if not marked:
            return plain
        return AnyOf((Term(FORMS, f"{word.word}|{word.word}"), AllOf((plain, Not(AnyOf(marked))))))

    def _quoted(self, query: Quoted) -> Part:
        words = [word for _, _, chunk in chunks(query.text) for word in chunk.words]
        folded = tuple(word.word for word in words)
        if not folded:
            self._note("ignored", f"ignored “{query.text}”: no letter or digit in it", query)
            return Part(EVERYTHING, stop=True)
        score = tuple(
            group for word in words if word.word not in STOP_WORDS for group in self._score(word, (word.stem,))
        )
        found: Match
        if query.slop and len(folded) > 1:
            found = AnyOf((Near(WORDS, folded, query.slop), Near(TITLE_WORDS, folded, query.slop)))
            mark = Mark(str(query), phrases=(folded,), slop=query.slop)
        elif len(folded) == 1:
            found = AnyOf((Term(WORDS, folded[0]), Term(TITLE_WORDS, folded[0])))
            mark = Mark(str(query), words=frozenset(folded))
        else:
            found = AnyOf((Phrase(WORDS, folded), Phrase(TITLE_WORDS, folded)))
            mark = Mark(str(query), phrases=(folded,))
        if query.exact:
            found = AllOf((found, *(self._printed(word) for word in words)))
        return Part(
            found, score or tuple(group for word in words for group in self._score(word, (word.stem,))), (mark,)
        )

    def _pattern(self, query: Pattern) -> Part:
        prefix, pattern = shape(query.text)
        return self._expanded(query, prefix, lambda words: shaped(words, pattern))

    def _fuzzy(self, query: Fuzzy) -> Part:
        target = fold(surface(query.text))
        return self._expanded(query, target[:1], Reach(target, query.edits).among)

    def _expanded(self, query: Pattern | Fuzzy, prefix: str, chosen: Callable[[list[str]], Iterator[str]]) -> Part:
        found: set[str] = set()
        for name in (WORDS, TITLE_WORDS):
            these = (word for words in self.vocabulary.listed(name, prefix) for word in chosen(words))
            found.update(islice(these, self.expansion + 1))
        words = sorted(found)
        if len(words) > self.expansion:
            words = words[: self.expansion]
            self._note(
                "expansion",
                f"“{query}” stands for more than {self.expansion} words; only the first were searched",
                query,
            )
        terms = tuple(Term(name, word) for word in words for name in (WORDS, TITLE_WORDS))
        score = (tuple(Weighted(Term(WORDS, word)) for word in words),) if words else ()
        return Part(AnyOf(terms), score, (Mark(str(query), words=frozenset(words)),))

    def _in_field(self, query: InField) -> Part:
        if query.field == "title":
            part = self._part(query.part)
            marks = tuple(replace(mark, in_text=False) for mark in part.marks)
            return replace(part, match=_in_title(part.match), marks=marks, stop=False)
        return Part(self._keyword(query.field, query.part), filter=True)

    def _keyword(self, name: str, query: Query) -> Match:
        """`source:`, `auteur:`, `langue:`: the words of a short field, as one phrase when quoted."""
        target = {"source": SOURCE, "author": AUTHOR, "language": LANGUAGE}[name]
        match query:
            case Word() | Quoted():
                words = tuple(word.word for _, _, chunk in chunks(query.text) for word in chunk.words)
                if target == LANGUAGE:
                    return AnyOf(tuple(Term(target, word) for word in words))
                return Term(target, words[0]) if len(words) == 1 else Phrase(target, words)
            case Pattern() | Fuzzy():
                prefix = fold(surface(re.split(r"[*?~]", query.text)[0]))
                return AnyOf(
                    tuple(Term(target, word) for word in islice(self.vocabulary.terms(target, prefix), self.expansion))
                )
            case And():
                return AllOf(tuple(self._keyword(name, part) for part in query.parts))
            case Or():
                return AnyOf(tuple(self._keyword(name, part) for part in query.parts))
            case Excluded():
                found = self._keyword(name, query.part)
                return NOTHING if self.over() else Not(found)
            case InField() | When():
                return self._part(query).match
            case _:
                assert_never(query)

    def _note(self, kind: str, message: str, query: Word | Quoted | Pattern | Fuzzy) -> None:
        self.notes.append(Note(kind, message, query.start, query.end))


def _times(times: int, group: tuple[Weighted, ...]) -> tuple[Weighted, ...]:
    """What a group earns for a word that is there so many times."""
    return tuple(replace(weighted, weight=weighted.weight * times) for weighted in group)


def _dated(period: dates.Period) -> Part:
    start = period.start.toordinal() if period.start else None
    end = period.end.toordinal() if period.end else None
    return Part(Dated(start, end), filter=True)


def _joined(node: type[AllOf] | type[AnyOf], parts: list[Part]) -> Part:
    return Part(
        node(tuple(part.match for part in parts)),
        tuple(group for part in parts for group in part.score),
        tuple(mark for part in parts for mark in part.marks),
        stop=bool(parts) and all(part.stop for part in parts),
        filter=bool(parts) and all(part.filter for part in parts),
    )


def _extent(query: Query | None) -> tuple[int, int]:
    """Where a word, or a run of words, stands in the query."""
    match query:
        case Word(_, start, end):
            return start, end
        case And((Word(_, start, _), *_, Word(_, _, end))):
            return start, end
        case _:  # only words are widened
            return 0, 0


def _any_stem(stems: tuple[str, ...]) -> Match:
    terms = tuple(Term(STEMS, each) for each in stems)
    return terms[0] if len(terms) == 1 else AnyOf(terms)


def _all_of(matches: tuple[Match, ...]) -> Match:
    return matches[0] if len(matches) == 1 else AllOf(matches)


_TITLE_FIELD = {STEMS: TITLE_STEMS, WORDS: TITLE_WORDS, FORMS: TITLE_FORMS}


def _in_title(match: Match) -> Match:
    """The same demand, made of the title alone."""
    match match:
        case Term(name, text):
            return Term(_TITLE_FIELD.get(name, name), text)
        case Phrase(name, terms):
            return Phrase(_TITLE_FIELD.get(name, name), terms)
        case Near(name, terms, slop):
            return Near(_TITLE_FIELD.get(name, name), terms, slop)
        case AllOf(parts):
            return AllOf(tuple(map(_in_title, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(_in_title, parts)))
        case AtLeast(count, parts):
            return AtLeast(count, tuple(map(_in_title, parts)))
        case Not(part):
            return Not(_in_title(part))
        case Dated() | Added():
            return match
        case _:
            assert_never(match)
