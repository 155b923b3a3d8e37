"""The words of a text → the days they name: a date, two dates joined to a range, or what lies on one side of a date."""

from __future__ import annotations

import datetime
import re
from itertools import islice

from searcher.calendar import MONTHS, SHORT_MONTHS, WEEKDAYS
from searcher.errors import DateError
from searcher.messages import Message
from searcher.query.dates import days
from searcher.query.dates.days import CEILING, Days, Filled
from searcher.query.dates.grammar import SLOTS, Slot, day_of_range, forms, since_ago
from searcher.query.dates.text import Impossible, Words, fold

MAX_WORDS = 12
"""Words that the date at the beginning of a text may have (*du lundi 28 décembre 2019 au vendredi 3 janvier 2020* has 9)."""

Bounds = tuple[int | None, int | None]
"""Days as half-open interval of ordinals; None where unbounded."""

Side = tuple[int | None, int | None]
"""Which edge of the days named, 0 or 1, a period starts at, and which one it ends at."""

_SINCE: Side = (0, None)
_SIDES: dict[str, Side] = {"date": (0, 1), "since": _SINCE, "until": (None, 1), "before": (None, 0), "after": (1, None)}


def period(how: str, text: str, today: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """First day and the day after the last, on the side `how` of what a text names. Raises DateError."""
    return _period(how, Words(text, today))


def leading(how: str, text: str, today: datetime.date) -> int:
    """Where the date at the beginning of a text ends; see `dates.leading`."""
    ends = [word.end() for word in islice(re.finditer(r"\S+", text), MAX_WORDS)]
    refused: DateError | None = None
    for end in reversed(ends):
        try:
            words = Words(text[:end], today)
            _period(how, words)
        except Impossible:
            raise
        except DateError as error:
            if refused is None or error.start >= refused.start:  # the one that was understood furthest, and is shortest
                refused = error
            continue
        if doubt := _doubt(words, text[end:]):
            raise Words(text[: ends[-1]], today).error(doubt, *_next_word(text, end))
        return end
    raise refused or Words(text, today).error(Message("date.unfinished"), len(text), len(text))


def _period(how: str, words: Words) -> tuple[datetime.date | None, datetime.date | None]:
    start, end = _cut(_Reading(words, how).bounds(), _SIDES[how])
    if start == CEILING or start is end is None:
        raise words.error(Message("date.nothing-there"), 0, len(words.text), Impossible)
    first = None if start is None else datetime.date.fromordinal(start)
    return first, None if end is None or end == CEILING else datetime.date.fromordinal(end)


def _cut(named: Bounds, side: Side) -> Bounds:
    start, end = side
    return None if start is None else named[start], None if end is None else named[end]


class _Reading:
    """Looks for dates in the words of a text, those on the side `how` of a date filter."""

    def __init__(self, words: Words, how: str) -> None:
        self.words, self.how = words, how

    def bounds(self) -> Bounds:
        """What the whole text names."""
        words, hi = self.words.words, len(self.words)
        if date := self.date(0, hi, ago=self.how == "since"):
            return date.days()
        for openings, links in _RANGES:
            lo = int(words[0] in openings)
            for at in range(lo + 1, hi + 1) if lo or "" in openings else ():
                if (at == hi or words[at] in links) and (named := self.range(lo, at, hi)):
                    return named
        for at in range(1, hi - 1):
            if words[at] in _NEIGHBOURS and (named := self.range(0, at, hi, neighbours=True)):
                return named
        if words[-1] == ".." and (date := self.date(0, hi - 1)):
            return _cut(date.days(), _SINCE)
        for lo in (1, 2):
            side = _OPENINGS.get(" ".join(words[:lo]))
            if side and (date := self.date(lo, hi, ago=side is _SINCE)):
                return _cut(date.days(), side)
        if self.words.reached < hi:
            raise self.words.error("", *self.words.places[self.words.reached])
        end = self.words.places[-1][1]
        raise self.words.error(Message("date.unfinished"), end, end)

    def range(self, lo: int, at: int, hi: int, *, neighbours: bool = False) -> Days | None:
        """The days from the date before the word `at` to the date after it, if these are two dates.

        `neighbours`: the first date must end where the last begins, except for two years with a stroke (1914/1918).
        """
        link, reached = " ".join(self.words.words[at : at + 1]), self.words.reached
        first = self.date(lo, at, in_range=link != "/")
        last = self.date(min(at + 1, hi), hi) if first else None
        if first is None or last is None:
            if link in ("-", "/"):  # within a date, more likely than not
                self.words.reached = reached
            return None
        if link in ("-", "/") and last.days_of is days.years and first.days_of is not days.years:
            raise last.error(Message("date.goes-on"))
        start, end = last._replace(other_year=None if first.days_of is days.years else first.year()).days()
        month = datetime.date.fromordinal(start).month if end - start == 1 else None
        anchor = first.anchor if "last" in first.slots else end - 1
        first = first._replace(anchor=anchor, other_year=last.year(), other_month=month)
        begin, stop = first.days()
        year = last.year() or first.year()
        if begin >= end and year is not None and _month(begin) > _month(start):  # over the turn of the year
            if "year" not in first.slots:
                begin, stop = first._replace(other_year=year - 1).days()
            elif "year" not in last.slots:
                start, end = last._replace(other_year=(first.year() or 0) + 1).days()
        if begin >= end:
            raise last.error(Message("date.ends-before"))
        years = link == "/" and "year" in first.slots and "year" in last.slots
        if neighbours and stop != start and not years:
            raise last.error(Message("date.not-next"))
        return begin, end

    def date(self, lo: int, hi: int, *, in_range: bool = False, ago: bool = False) -> Filled | None:
        """The date that the words from `lo` to `hi` write, all of them, if they fit a form."""
        at = lo
        for small in _SMALL_WORDS:
            at += at < hi and self.words.words[at] in small
        more = ((day_of_range(),) if in_range else ()) + ((since_ago(),) if ago else ())
        for form in (*more, *forms()):
            if (slots := self.fit(form.slots, at, hi)) is not None:
                return Filled(self.words, lo, hi, slots, form.days_of, self.words.today.toordinal())
        return None

    def fit(self, slots: tuple[Slot, ...], at: int, hi: int) -> dict[str, tuple[int, int]] | None:
        """Of each slot the value and the index of its word; None if the words from `at` to `hi` do not fill the slots."""
        if not slots:
            self.words.reached = max(self.words.reached, at)
            return {} if at == hi else None
        slot, rest = slots[0], slots[1:]
        word = self.words.words[at] if at < hi else ""
        value = slot.names.get(word)
        if value is None and len(word) in slot.digits and word.isascii() and word.isdigit():
            value = int(word)
        if value is not None and (found := self.fit(rest, at + 1, hi)) is not None:
            return found if slot.name is None else {slot.name: (value, at), **found}
        if slot.optional:
            return self.fit(rest, at, hi)
        self.words.reached = max(self.words.reached, at)
        return None


def _month(day: int) -> int:
    return datetime.date.fromordinal(day).month


def _doubt(words: Words, rest: str) -> str:
    """Why the rest of a text may belong to the date that its words are; nothing when it does not."""
    following = [*islice(_next_words(rest), 4)]
    if not following:
        return ""
    word, *others = following
    if words.guessed and word[0].isdigit():
        return "the year is missing, or the number belongs to it; put the date in quotes"
    if words.short_year:
        return "two digits may be a year or a number; write the year in full, or put the date in quotes"
    if word in _DATED and others and re.fullmatch("[12][0-9]{3}", others[0]):
        return "another date follows; join the two with a hyphen, or write two filters with OU"
    joined = [other for other in others if other not in _ALL_SMALL]
    if word in _LINKS and joined and _may_begin_a_date(joined[0]):
        return f"“{word}” joins two dates only side by side; put them in quotes, or write two filters with OU"
    return ""


def _next_words(rest: str) -> list[str]:
    return re.findall(r"[a-z]+'|[^\s']+", fold(rest[:64])[0])


def _next_word(text: str, at: int) -> tuple[int, int]:
    found = re.compile(r"\S+").search(text, at)
    assert found is not None, "there is a doubt only where words follow"
    return found.span()


def _may_begin_a_date(word: str) -> bool:
    plain = word.rstrip(".,;")
    return (
        plain in _DATED
        or re.fullmatch(r"(?:[0-9]{1,2}(?:er|e)?|1[0-9]{3}|20[0-9]{2})(?:[/.-][0-9].*)?", plain) is not None
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL_WORDS = (
    _words("en au aux a de du d' dans pendant durant courant in on of during"),
    _words("le la les l' the"),
)
_ALL_SMALL = _SMALL_WORDS[0] | _SMALL_WORDS[1]
_RANGES = (
    (_words("depuis from since") | {""}, _words(".. - a au aux jusqu' to until till")),
    (_words("entre between"), _words("et and")),
)
_NEIGHBOURS = _words("et and ou or & /")
_LINKS = _NEIGHBOURS | _RANGES[0][1]
_OPENINGS = (
    dict.fromkeys(["depuis", "a partir", "a compter", "des", "since", "from"], _SINCE)
    | dict.fromkeys(["..", "jusqu'", "until", "till"], _SIDES["until"])
    | dict.fromkeys(["avant", "before"], _SIDES["before"])
    | dict.fromkeys(["apres", "after"], _SIDES["after"])
)
_DATED = MONTHS.keys() | SHORT_MONTHS.keys() | WEEKDAYS.keys() | SLOTS["season"][0].keys()
