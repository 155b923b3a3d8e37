"""Says, slowly, what a plan means: entries and a plan in, the articles found and their scores out.

Every engine must find exactly this set and earn these scores; a change of meaning begins here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Date
from functools import cache
from itertools import combinations
from math import inf, log
from typing import assert_never

from searcher.analysis import fold
from searcher.analysis.sketch import Sketch, coverage, from_terms, shingles
from searcher.article import SKETCH, WHOLE, WORDS, Entry, as_value, days
from searcher.engines.ranks import rank
from searcher.query.ask import Sort
from searcher.query.lookup import Answers, Question, Shaped, Within
from searcher.query.plan import Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Plan, Term

K1, B = 1.2, 0.75


def find(match: Match, entries: Sequence[Entry]) -> set[int]:
    """The places in `entries` of the articles that `match` finds."""
    return {number for number, entry in enumerate(entries) if holds(match, entry)}


def holds(match: Match, entry: Entry) -> bool:
    match match:
        case Term(field, text):
            return text in terms(entry, field)
        case Phrase(field, wanted):
            return any(stretch == list(wanted) for stretch in _stretches(terms(entry, field), len(wanted)))
        case Near(field, wanted, slop):
            stretches = _stretches(terms(entry, field), len(wanted) + slop)
            return any(Counter(wanted) <= Counter(stretch) for stretch in stretches)
        case Dated(start, end):
            span = possible_days(entry)
            return span is not None and (start is None or span[1] > start) and (end is None or span[0] < end)
        case Added(after):
            return entry.serial > after
        case AllOf(parts):
            return all(holds(part, entry) for part in parts)
        case AnyOf(parts):
            return any(holds(part, entry) for part in parts)
        case Not(part):
            return not holds(part, entry)
        case _:
            assert_never(match)


def score(plan: Plan, entries: Sequence[Entry]) -> dict[int, float]:
    """The score of every article that the plan finds: over groups, the sum of the best weighted term's BM25, which for a
    widened term is that of a term as common as the commonest of the group."""
    found = dict.fromkeys(find(plan.match, entries), 0.0)
    for group in plan.score:
        idfs = [_idf(each.term, entries) for each in group]
        points = [
            [each.weight * (min(idfs) if each.widened else own) * earned for earned in _bm25(each.term, entries)]
            for each, own in zip(group, idfs, strict=True)
        ]
        for number in found:
            found[number] += max((each[number] for each in points), default=0.0)
    return found


def every(plan: Plan, entries: Sequence[Entry], sort: Sort) -> list[int]:
    """The places in `entries`, which are in the order added, of all that a plan finds, in the order of `Sort`."""
    if sort not in (Sort.RELEVANCE, Sort.OLDEST, Sort.NEWEST):
        best = every(plan, entries, Sort.RELEVANCE)
        named = [number for number in best if value(entries[number], sort.field)]
        ordered = sorted(named, key=lambda number: least(entries[number], sort), reverse=sort.is_reversed)
        if sort.is_reversed:  # which turned equal articles around too
            keys = sorted({least(entries[number], sort) for number in named}, reverse=True)
            ordered = [number for key in keys for number in named if least(entries[number], sort) == key]
        return [*ordered, *(number for number in best if number not in named)]
    scores = score(plan, entries)

    def key(number: int) -> float:
        if sort is Sort.RELEVANCE:
            return -rank(scores[number])
        moment = beginning(entries[number])
        if moment is None:
            return inf
        return moment if sort is Sort.OLDEST else -moment

    return sorted(sorted(scores), key=key)


def value(entry: Entry, field: str) -> list[str]:
    """The titles or whole values of an entry: none or one, or several authors."""
    if field == "title":
        return [entry.article.title] if entry.article.title.strip() else []
    return [held for term in terms(entry, WHOLE[field]) if (held := as_value(term)) is not None]


def least(entry: Entry, sort: Sort) -> tuple[str, str]:
    """What an entry is put in order by: the first of its values, in that order, without accents and case."""
    keys = [(" ".join(fold(word.casefold()) for word in held.split()), held) for held in value(entry, sort.field)]
    return max(keys) if sort.is_reversed else min(keys)


def counts(match: Match, entries: Sequence[Entry], name: str) -> dict[str | None, int]:
    """How many of the articles that `match` finds have each whole value of `source`, `author` …"""
    return Counter(
        as_value(term) for number in find(match, entries) for term in set(terms(entries[number], WHOLE[name]))
    )


def copies(entries: Sequence[Entry]) -> set[frozenset[int]]:
    """The pairs of places in `entries` of articles that are copies of each other, by their sketches and, where these are not
    sure, by their texts."""
    sketches = [from_terms(entry.terms.get(SKETCH, "")) for entry in entries]
    holders = Counter(each for sketch in sketches for each in sketch.hashes)
    return {
        frozenset((one, other))
        for one, other in combinations(range(len(entries)), 2)
        if _are_copies(entries[one], entries[other], sketches[one], sketches[other], holders)
    }


def _are_copies(one: Entry, other: Entry, mine: Sketch, yours: Sketch, holders: Mapping[int, int]) -> bool:
    shared = sum(holders[each] <= 100 for each in set(mine.hashes) & set(yours.hashes))
    if shared < 4:
        return False
    spans = possible_days(one), possible_days(other)
    if None not in spans:
        (start, end), (begin, stop) = spans  # type: ignore[misc]
        if begin - (end - 1) > 7 or start - (stop - 1) > 7:
            return False
    unlikely, sure, copied = (0.75, 0.95, 0.9) if None in spans else (0.25, 0.75, 0.5)
    sizes = [
        each.common if each.is_short and not another.is_short else len(each.hashes)
        for each, another in ((mine, yours), (yours, mine))
    ]
    estimate = shared / min(sizes)
    if estimate >= sure and shared >= 6:
        return True
    return estimate >= unlikely and coverage(shingles(terms(one, WORDS)), shingles(terms(other, WORDS))) >= copied


def groups(entries: Sequence[Entry]) -> list[list[int]]:
    """The groups of copies: each article, the earliest first, takes those of its copies that none before took."""
    pairs = copies(entries)
    taken: set[int] = set()
    made = []
    for leader in sorted(range(len(entries)), key=lambda number: _precedence(entries[number])):
        members = [each for each in range(len(entries)) if frozenset((leader, each)) in pairs and each not in taken]
        if leader not in taken and members:
            made.append([leader, *sorted(members, key=lambda number: _precedence(entries[number]))])
            taken.update(made[-1])
    return made


def _precedence(entry: Entry) -> tuple[float, int, str]:
    moment = beginning(entry)
    return (inf if moment is None else moment // 60), -len(entry.article.text), entry.article.id


def _idf(term: Term | Phrase, entries: Sequence[Entry]) -> float:
    """The inverse document frequency of a term; of a phrase, the sum of its terms'."""
    if isinstance(term, Phrase):
        return sum(_idf(Term(term.field, text), entries) for text in term.terms)
    holding = len(find(term, entries))
    return log(1 + (len(entries) - holding + 0.5) / (holding + 0.5))


def _bm25(term: Term | Phrase, entries: Sequence[Entry]) -> list[float]:
    """What a term earns each of the entries, for an idf of 1."""
    fields = [terms(entry, term.field) for entry in entries]
    average = sum(map(len, fields)) / max(len(entries), 1)
    wanted = [term.text] if isinstance(term, Term) else list(term.terms)
    frequencies = [_stretches(held, len(wanted)).count(wanted) for held in fields]
    return [
        frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * kept(len(held)) / average)) if frequency else 0.0
        for held, frequency in zip(fields, frequencies, strict=True)
    ]


def kept(length: int) -> int:
    """A length as an index keeps it: of what is above 24, the four most significant bits."""
    above = max(length - 24, 0)
    dropped = max(above.bit_length() - 4, 0)
    return length - above + (above >> dropped << dropped)


def look_up(questions: Iterable[Question], entries: Sequence[Entry]) -> Answers:
    """What an index of the entries says to questions about its terms."""
    frequencies: dict[Term, int] = {}
    listed: dict[Shaped | Within, tuple[str, ...]] = {}
    for question in questions:
        if isinstance(question, Term):
            frequencies[question] = len(find(question, entries))
            continue
        held = sorted({text for entry in entries for text in terms(entry, question.field)})
        listed[question] = tuple(text for text in held if answers(question, text))[: question.most]
        if question.counted:
            for text in listed[question]:
                term = Term(question.field, text)
                frequencies[term] = len(find(term, entries))
    return Answers(frequencies, listed)


def answers(question: Shaped | Within, text: str) -> bool:
    """Whether a term belongs to the answer to a question."""
    if isinstance(question, Shaped):
        return _has_shape(text, question.pattern)
    return text[:1] == question.text[:1] and edits(question.text, text) <= question.edits


def _has_shape(text: str, pattern: str) -> bool:
    """By trying everything."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return _has_shape(text, pattern[1:]) or (bool(text) and _has_shape(text[1:], pattern))
    return bool(text) and pattern[0] in ("?", text[0]) and _has_shape(text[1:], pattern[1:])


@cache
def edits(one: str, other: str) -> int:
    """The distance of two words by optimal string alignment, as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        edits(one[:-1], other) + 1,
        edits(one, other[:-1]) + 1,
        edits(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if len(one) > 1 and len(other) > 1 and (one[-1], one[-2]) == (other[-2], other[-1]):
        ways.append(edits(one[:-2], other[:-2]) + 1)
    return min(ways)


def terms(entry: Entry, field: str) -> list[str]:
    return entry.terms.get(field, "").split()


def possible_days(entry: Entry) -> tuple[int, int] | None:
    """The days an article may be of, half-open; None without a date that can be read."""
    try:
        return days(entry.article.date) if entry.article.date is not None else None
    except ValueError:
        return None


def beginning(entry: Entry) -> int | None:
    """When the date of an article begins, in seconds; without a zone, UTC is meant. Outside of the years 1600 to 2599, the
    beginning of that day. None without a date that can be read."""
    span = possible_days(entry)
    if span is None:
        return None
    seconds = span[0] * 86_400
    if clock := re.search(r"[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?", str(entry.article.date)):
        seconds += 3_600 * int(clock[1]) + 60 * int(clock[2]) + int(clock[3] or 0)
    if zone := re.search(r":.*([+-])([0-9]{2}):?([0-9]{2})$", str(entry.article.date)):
        seconds -= int(f"{zone[1]}1") * (3_600 * int(zone[2]) + 60 * int(zone[3]))
    exact = Date(1600, 1, 1).toordinal() <= seconds // 86_400 < Date(2600, 1, 1).toordinal()
    return seconds if exact else max(seconds // 86_400, 1) * 86_400


def _stretches(words: list[str], size: int) -> list[list[str]]:
    """Every run of `size` words, and the shorter ones at the end."""
    return [words[start : start + size] for start in range(len(words))]
