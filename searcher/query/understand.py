"""Query, and what the index says of its words → plan: the second of the two steps of understanding, a pure function.

Parsed ──wish──► Wishes ──Reader.look_up──► Answers ──understand──► Understood

Understood: match (what is required) ─┬─► Plan
            score (what ranks)  ──────┘
            marks (what passages show)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date as Date
from math import inf
from typing import assert_never

from searcher.analysis import STOP_WORDS, IndexWord, fold, keys_for, names, surface
from searcher.analysis.respellings import with_apostrophes
from searcher.article import (
    FORMS,
    LANGUAGE,
    LEMMAS,
    NAME,
    PERSON,
    SOURCE,
    TITLE_WORDS,
    WHEN,
    WHOLE,
    WORDS,
    as_value,
)
from searcher.messages import Message
from searcher.query import dates, phrases
from searcher.query.ask import YEAR, Chosen, Required
from searcher.query.ast import And, Demanded, Excerpt, Excluded, Fuzzy, InField, Or, Pattern, Query, Quoted, When, Word
from searcher.query.chunks import part_of, score_of
from searcher.query.lookup import Answers
from searcher.query.marks import Mark
from searcher.query.matches import all_of, any_key, combined, having, in_order, in_title, side_by_side
from searcher.query.nearness import nearness_of
from searcher.query.notes import Note
from searcher.query.parts import Part, Understood, joined
from searcher.query.plan import (
    EVERYTHING,
    NOTHING,
    Added,
    AllOf,
    AnyOf,
    Dated,
    Match,
    Near,
    Not,
    Phrase,
    Plan,
    Term,
    Weighted,
)
from searcher.query.shapes import distance
from searcher.query.weights import EDIT, OTHER, TITLE
from searcher.query.widening import expansion, forms_of, keys
from searcher.query.wishes import (
    ALL_SOURCES,
    KEYWORDS,
    Named,
    Wishes,
    excerpted,
    phrase_question,
    runs,
    wishes_of,
    words_of,
)
from searcher.values import replace

MAX_PHRASES = 64
"""Phrases that one phrase with wildcards may stand for."""

MAX_LISTED = 8
"""Values of a field that help about an unknown one names."""

MAX_TELLING = 32
"""Words that are searched of a text too long for a query."""


def understand(
    wishes: Wishes,
    answers: Answers,
    *,
    required: Required = Required.AUTO,
    period: dates.Period | None = None,
    filters: Chosen = (),
    added_after: int | None = None,
    today: Date | None = None,
) -> Understood:
    """The plan of a query, from the answers to all its wishes. `period` (from `--since` and `--until`), `filters` and
    `added_after` are required beside the query; `today` is the day that relative dates are measured from.

    Where answers are cut short, the plan finds less and never more: a part to be left out whose terms are not all known
    leaves out everything. A query of which nothing is left once it is repaired (`titre:(`) finds nothing; the empty query finds
    every article.

    Raises DateError for a date filter that cannot be read.
    """
    return _Understanding(wishes, answers, today or Date.today()).understood(required, period, filters, added_after)


class _Understanding:
    def __init__(self, wishes: Wishes, answers: Answers, today: Date) -> None:
        self.wishes = wishes
        self.answers = answers
        self.today = today
        self.notes = list(wishes.parsed.notes)
        self.openings = frozenset(_openings(wishes.parsed.root))

    def understood(
        self, required: Required, period: dates.Period | None, filters: Chosen, added_after: int | None
    ) -> Understood:
        root = self.wishes.parsed.root
        nearness: tuple[tuple[Weighted, ...], ...] = ()
        if isinstance(root, Excerpt):
            parts = self._telling(root)
        else:
            queries = root.parts if isinstance(root, And) else (root,)
            parts = self._parts(queries)
            nearness = tuple(nearness_of(queries))
        if period is not None:
            parts.append(replace(_dated(period), label="the dates asked for"))
        for field, values in filters:
            any_of = AnyOf(tuple(having(field, value) for value in values))
            whole = WHEN if field == YEAR else field
            parts.append(Part(any_of, filter=True, label=f"the {field} asked for", field=whole))
        if added_after is not None:
            parts.append(Part(Added(added_after), filter=True, label="the articles that are new"))
        required_beside = tuple(part.match for part in parts if part.filter)
        wanted = [part for part in parts if not part.filter]
        groups = Counter(group for part in wanted for group in part.score)
        score = tuple(group if times == 1 else _times(times, group) for group, times in groups.items())
        score += nearness

        def plan(*matches: Match) -> Plan:
            return Plan(all_of((*matches, *required_beside)), score)

        demanded = tuple(part.match for part in wanted if part.demanded)
        words = tuple(part.match for part in wanted if not part.demanded)
        strict = plan(*demanded, *words)
        relaxed = None
        if required is not Required.ALL and words and len(wanted) > 1:
            loose = plan(*(demanded or (AnyOf(words),)))
            if required is Required.ANY:
                strict = loose
            else:
                relaxed = loose
        if root == And(()) and self.wishes.parsed.text.strip():
            strict = plan(AnyOf(()))
            self.notes = [replace(note, quiet=False) for note in self.notes]
        parsed = " ".join(part.label for part in wanted) if isinstance(root, Excerpt) else str(root)
        return Understood(parsed, strict, relaxed, tuple(parts), tuple(self.notes))

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _parts(self, queries: Sequence[Query]) -> list[Part]:
        """The parts of words that stand side by side, without the small words unless there is nothing else."""
        grouped = runs(queries, self._others)
        parts = [self._name(each) if isinstance(each, Named) else self._part(each) for each in grouped]
        if any(not part.stop and not part.filter for part in parts):
            parts = [part for part in parts if not part.stop]
        return parts

    def _name(self, name: Named) -> Part:
        """A name of several words: all of them but the small ones, or another spelling."""
        parts = [self._plain(word) for word in name.words]
        part = joined(AllOf, [each for each in parts if not each.stop] or parts)
        return self._widened(replace(part, label=name.written, query=And(name.words)), name.written, name.others)

    def _others(self, written: str) -> tuple[str, ...]:
        return self.wishes.others[written]

    def _widened(self, part: Part, written: str, others: tuple[str, ...]) -> Part:
        """A part that also finds the other spellings of a name, those that the index has."""
        matches, groups, marks, shown = [part.match], [], list(part.marks), []
        for other in others:
            words = words_of(other)
            folded = tuple(word.word for word in words)
            if not words or not all(self._is_indexed(word) for word in folded):
                continue
            if len(words) == 1:
                meant = keys(words[0], self.answers)
                found = any_key(meant)
                groups += [Weighted(Term(LEMMAS, each), OTHER, widened=True) for each in meant]
                mark = Mark(written, keys=frozenset(meant))
            else:
                phrases_of = (Phrase(WORDS, folded), Phrase(TITLE_WORDS, folded))
                found = AnyOf(phrases_of)
                groups += [Weighted(each, OTHER, widened=True) for each in phrases_of]
                mark = Mark(written, phrases=(folded,))
            if found in matches or (mark.keys and any(mark.keys <= each.keys for each in marks)):
                continue
            matches.append(found)
            marks.append(mark)
            shown.append(other)
        if not shown:
            return part
        start, end = _extent(part.query)
        self.notes.append(
            Note("variants", Message("query.variants", written=written, others=", ".join(shown)), start, end)
        )
        own, rest = part.score[:1], part.score[1:]
        score = ((*(weighted for group in own for weighted in group), *groups), *rest)
        return replace(part, match=AnyOf(tuple(matches)), score=score, marks=tuple(marks), stop=False)

    def _is_indexed(self, word: str) -> bool:
        return any(self.answers.frequencies[Term(field, word)] for field in (WORDS, TITLE_WORDS))

    def _part(self, query: Query) -> Part:
        return replace(self._ready(query), label=str(query), query=query)

    def _ready(self, query: Query) -> Part:
        match query:
            case Word():
                return self._exact(query) if query.exact else self._word(query)
            case Quoted():
                return self._quoted(query)
            case Pattern() | Fuzzy():
                return self._expanded(query)
            case When():
                return _dated(dates.READERS[query.how](query.text, today=self.today))
            case InField():
                return self._in_field(query)
            case Excluded():
                return Part(self._without(query.part, self._part(query.part).match), filter=True)
            case Demanded():
                part = self._part(query.part)
                return replace(part, stop=False, demanded=not part.filter)
            case Excerpt():
                return joined(AllOf, self._telling(query))
            case And():
                return joined(AllOf, self._parts(query.parts))
            case Or():
                return joined(AnyOf, [self._part(part) for part in query.parts])
            case _:
                assert_never(query)

    def _without(self, query: Query, match: Match) -> Match:
        """Not what a part of the query finds; nothing when some terms of the part are unknown for want of time."""
        return Not(match) if self.answers.are_whole(wishes_of(query, self.wishes)) else NOTHING

    def _telling(self, query: Excerpt) -> list[Part]:
        """The words of a long text that tell most: those that the fewest articles hold, in the order of the text."""
        chunks = excerpted(query)
        known = [(self._rarity(chunk), at) for at, chunk in enumerate(chunks)]
        rarest = sorted(at for rarity, at in sorted(known)[:MAX_TELLING] if rarity < inf) or range(
            min(len(chunks), MAX_TELLING)
        )
        message = Message("query.excerpt", words=len(query.words), kept=len(rarest))
        self.notes.append(Note("excerpt", message, 0, len(self.wishes.parsed.text)))
        return [replace(self._plain(chunks[at]), label=chunks[at].text, query=chunks[at]) for at in rarest]

    def _rarity(self, chunk: Word) -> float:
        """How many articles hold the rarest word of a chunk; more than there can be, when no article does."""
        held = [self.answers.frequencies[Term(WORDS, word.word)] for word in words_of(chunk.text)]
        return min(held) or inf

    def _word(self, query: Word) -> Part:
        part = self._plain(query)
        others = self._others(query.text)
        return self._widened(replace(part, query=query), query.text, others) if others else part

    def _plain(self, query: Word) -> Part:
        part = part_of(query.text, self.answers, opens=query.start in self.openings)
        if part is None:
            self._note("ignored", Message("query.no-letter", word=query.text), query)
            return Part(EVERYTHING, stop=True)
        return part

    def _score_as_typed(self, word: IndexWord) -> tuple[tuple[Weighted, ...], ...]:
        """What a word earns that the index was asked nothing about."""
        return score_of(word, keys_for(word.raw), (word.stem,))

    def _exact(self, query: Word) -> Part:
        """`=côte`: this spelling and no other."""
        words = words_of(query.text)
        parts = [Part(self._printed(word), ((Weighted(Term(WORDS, word.word)),),)) for word in words]
        if len(words) > 1:
            folded = tuple(word.word for word in words)
            parts.append(Part(AnyOf((Phrase(WORDS, folded), Phrase(TITLE_WORDS, folded)))))
            mark = Mark(str(query), phrases=(folded,))
        else:
            mark = Mark(str(query), forms=frozenset(word.form or f"{word.word}|{word.word}" for word in words))
        return replace(joined(AllOf, parts), marks=(mark,))

    def _printed(self, word: IndexWord) -> Match:
        if word.form is not None:
            return Term(FORMS, word.form)
        plain = AnyOf((Term(WORDS, word.word), Term(TITLE_WORDS, word.word)))
        question = forms_of(word.word)
        if not self.answers.are_whole((question,)):  # an unknown spelling with marks must not count as the plain one
            return Term(FORMS, f"{word.word}|{word.word}")
        marked = tuple(Term(FORMS, form) for form in self.answers.terms[question])
        if not marked:
            return plain
        return AnyOf((Term(FORMS, f"{word.word}|{word.word}"), AllOf((plain, Not(AnyOf(marked))))))

    def _quoted(self, query: Quoted) -> Part:
        pieces = phrases.pieces(query.text)
        if any(isinstance(piece, str) for piece in pieces):
            return self._wild_phrase(query, pieces)
        words = words_of(query.text)
        folded = tuple(word.word for word in words)
        if not folded:
            self._note("ignored", Message("query.no-letter", word=query.text), query)
            return Part(EVERYTHING, stop=True)
        score = tuple(group for word in words if word.word not in STOP_WORDS for group in self._score_as_typed(word))
        found: Match
        if query.slop and len(folded) > 1:
            found = AnyOf((Near(WORDS, folded, query.slop), Near(TITLE_WORDS, folded, query.slop)))
            mark = Mark(str(query), phrases=(folded,), slop=query.slop)
        elif len(folded) == 1:
            found = AnyOf((Term(WORDS, folded[0]), Term(TITLE_WORDS, folded[0])))
            mark = Mark(str(query), words=frozenset(folded))
        else:
            # Apostrophes that were lost in a copy: l homme d affaires.
            restored = tuple(word.word for word in words_of(with_apostrophes(query.text)))
            orders = (folded,) if self.wishes.as_typed else tuple(dict.fromkeys((folded, restored)))
            if len(orders) > 1:
                self._note(
                    "variants",
                    Message("query.variants", written=query.text, others=with_apostrophes(query.text)),
                    query,
                )
            found = AnyOf(tuple(in_order(field, order, 0) for order in orders for field in (WORDS, TITLE_WORDS)))
            mark = Mark(str(query), phrases=orders)
        if query.exact:
            found = AllOf((found, *(self._printed(word) for word in words)))
        return Part(
            found,
            score or tuple(group for word in words for group in self._score_as_typed(word)),
            (mark,),
        )

    def _wild_phrase(self, query: Quoted, pieces: Sequence[IndexWord | str]) -> Part:
        """A phrase with wildcards: one of the phrases that the indexed words of each wildcard make."""
        wild = {
            piece: self._commonest(query, piece, (WORDS, TITLE_WORDS)) for piece in pieces if isinstance(piece, str)
        }
        made = tuple(combined(pieces, wild))
        fields = (WORDS, TITLE_WORDS)
        found: Match = AnyOf(tuple(in_order(field, terms, query.slop) for terms in made for field in fields))
        words = [piece for piece in pieces if not isinstance(piece, str)]
        if query.exact:
            found = AllOf((found, *(self._printed(word) for word in words)))
        score = [group for word in words if word.word not in STOP_WORDS for group in self._score_as_typed(word)]
        score += [
            tuple(Weighted(Term(WORDS, term), widened=True) for term in terms) for terms in wild.values() if terms
        ]
        if len(pieces) == 1:
            mark = Mark(str(query), words=frozenset(term for terms in made for term in terms))
        else:
            mark = Mark(str(query), phrases=made, slop=query.slop or None)
        return Part(found, tuple(score), (mark,))

    def _commonest(self, query: Quoted, wildcard: str, fields: Sequence[str]) -> tuple[str, ...]:
        """The indexed words that a wildcard of a phrase stands for, the commonest if there are too many."""
        found: Counter[str] = Counter()
        for field in fields:
            for text in self.answers.terms[phrase_question(wildcard, field)]:
                found[text] += self.answers.frequencies.get(Term(field, text), 0)
        wildcards = sum(isinstance(piece, str) for piece in phrases.pieces(query.text))
        most = max(1, int(MAX_PHRASES ** (1 / wildcards)))
        if len(found) > most:
            message = Message("query.expansion-phrase", wildcard=wildcard, found=len(found), most=most)
            self._note("expansion", message, query)
        return tuple(sorted(text for text, _ in found.most_common(most)))

    def _expanded(self, query: Pattern | Fuzzy) -> Part:
        """A wildcard or a misspelled word: every indexed word that it may stand for."""
        most = self.wishes.expansion
        listed = (self.answers.terms[expansion(query, field, most + 1)] for field in (WORDS, TITLE_WORDS))
        words = sorted({word for terms in listed for word in terms})
        if len(words) > most:
            words = words[:most]
            self._note("expansion", Message("query.expansion", written=query, most=most), query)
        terms = tuple(Term(name, word) for word in words for name in (WORDS, TITLE_WORDS))
        earning = _weights(query, words)
        score = tuple(
            tuple(Weighted(Term(field, word), share * weight, widened=True) for word, weight in earning.items())
            for field, share in ((WORDS, 1.0), (TITLE_WORDS, TITLE))
            if earning
        )
        return Part(AnyOf(terms), score, (Mark(str(query), words=frozenset(words)),))

    def _in_field(self, query: InField) -> Part:
        if query.field == "title":
            part = self._part(query.part)
            marks = tuple(replace(mark, in_text=False) for mark in part.marks)
            return replace(part, match=in_title(part.match), marks=marks, stop=False)
        if query.field == "family":
            return replace(self._family(query.part), stop=False)
        return Part(self._keyword(KEYWORDS[query.field], query.part), filter=True, field=KEYWORDS[query.field])

    def _family(self, query: Query) -> Part:
        """`famille:manifestation`: words with the same stem, too (*manifestants*, *manifester*)."""
        match query:
            case And():
                return joined(AllOf, [self._family(part) for part in query.parts])
            case Or():
                return joined(AnyOf, [self._family(part) for part in query.parts])
            case _:  # only words have a family
                return self._part(query).with_family()

    def _keyword(self, field: str, query: Query) -> Match:
        """`source:`, `auteur:`, `langue:`, `nom:`: the words of a short field, as one phrase when quoted."""
        match query:
            case Quoted() if any(isinstance(piece, str) for piece in phrases.pieces(query.text)):
                pieces = phrases.pieces(query.text)
                wild = {piece: self._commonest(query, piece, (field,)) for piece in pieces if isinstance(piece, str)}
                return AnyOf(tuple(in_order(field, terms, 0) for terms in combined(pieces, wild)))
            case Quoted() if field == SOURCE:
                return self._source(query)
            case Word() | Quoted():
                words = tuple(word.word for word in words_of(query.text))
                if field == LANGUAGE:
                    return AnyOf(tuple(Term(field, word) for word in words))
                if (
                    field in (NAME, PERSON)
                    and not query.exact
                    and (usual := names.built_in().usual_of_person(query.text))
                ):
                    # the index has names in their usual spelling, with or without the words in another one
                    spelled = tuple(word.word for word in words_of(usual))
                    return AnyOf(tuple(side_by_side(field, each) for each in dict.fromkeys((words, spelled))))
                return side_by_side(field, words)
            case Pattern() | Fuzzy():
                listed = self.answers.terms[expansion(query, field, self.wishes.expansion)]
                return AnyOf(tuple(Term(field, word) for word in listed))
            case And():
                return AllOf(tuple(self._keyword(field, part) for part in query.parts))
            case Or():
                return AnyOf(tuple(self._keyword(field, part) for part in query.parts))
            case Excluded():
                return self._without(InField(_NAMES[field], query.part), self._keyword(field, query.part))
            case Demanded():
                return self._keyword(field, query.part)
            case InField() | When() | Excerpt():
                return self._part(query).match
            case _:
                assert_never(query)

    def _source(self, query: Quoted) -> Match:
        """`source:"Le Monde"`: that source, whatever its case and accents; if no source is called so, those with these words
        side by side in their name."""
        words = tuple(word.word for word in words_of(query.text))
        called = [
            Term(WHOLE[SOURCE], term)
            for term in self.answers.terms[ALL_SOURCES]
            if tuple(word.word for word in words_of(as_value(term) or "")) == words
        ]
        if called or query.exact:
            return AnyOf(tuple(called))
        if self.answers.are_whole((ALL_SOURCES,)):
            names = [name for term in self.answers.terms[ALL_SOURCES] if (name := as_value(term))]
            listed = f": {', '.join(names[:MAX_LISTED])}{' …' if len(names) > MAX_LISTED else ''}" if names else ""
            self._note("source", Message("query.no-source", name=query.text, count=len(names), listed=listed), query)
        return in_order(SOURCE, words, 0)

    def _note(self, kind: str, message: str, query: Word | Quoted | Pattern | Fuzzy) -> None:
        self.notes.append(Note(kind, message, query.start, query.end))


def _weights(query: Pattern | Fuzzy, words: Sequence[str]) -> dict[str, float]:
    """What the words that a wildcard or a misspelled word stands for weigh: the nearest to a misspelled word weigh most."""
    if isinstance(query, Pattern):
        return dict.fromkeys(words, 1.0)
    typed = fold(surface(query.text))
    edits = {word: distance(typed, word, query.edits) or 0 for word in words}
    nearest = min(edits.values(), default=0)
    return {word: EDIT ** (count - nearest) for word, count in edits.items()}


def _openings(query: Query) -> Iterator[int]:
    """Where the first word begins, if its capital may be that of a sentence: *Grève des trains*, not *Marie Curie*."""
    match query:
        case And((Word() as first, Word() as second, *_)) if second.text[:1].islower():
            yield first.start


def _times(times: int, group: tuple[Weighted, ...]) -> tuple[Weighted, ...]:
    """What a group earns for a word that is there so many times."""
    return tuple(replace(weighted, weight=weighted.weight * times) for weighted in group)


def _dated(period: dates.Period) -> Part:
    start = period.start.toordinal() if period.start else None
    end = period.end.toordinal() if period.end else None
    return Part(Dated(start, end), filter=True, field=WHEN)


def _extent(query: Query | None) -> tuple[int, int]:
    """Where a word, or a run of words, stands in the query."""
    match query:
        case Word(_, start, end):
            return start, end
        case And((Word(_, start, _), *_, Word(_, _, end))):
            return start, end
        case _:  # only words are widened
            return 0, 0


_NAMES = {field: name for name, field in KEYWORDS.items()}
