"""A date as people write it flows in; the days it names flow out, or a `DateError` that points at a word.

French first, English and ISO too, whatever the case and the accents. The rules where people differ:

- Day before month: 12/03/2020 is 12 March. Weeks begin on Monday. A timestamp names its day as written.
- Without a year, the latest that has begun by today; with *dernier*, the latest that is over.
- Two digits of a year, in *années 90* too: up to next year they are of the 2000s, beyond of the 1900s.
- Meteorological seasons: winter 2014 is December 2013 to February 2014. The XIXth century is 1801–1900.
- *début*, *mi*, *fin* are days 1–10, 11–20 and 21–end of a month, or four months each of a year.
- *il y a 3 mois* is that whole month, like *le mois dernier*; *les 3 derniers mois* run up to today.
- A range includes both ends; a part without a year takes the other's, a bare day the month of the last.
- Every day named lies in the years 1000 to 9999.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from searcher.errors import DateError
from searcher.values import Value

__all__ = ["Period", "after", "before", "read", "since", "until"]

_LONGEST = 128

# Inside, a day is its ordinal, so that the day after 9999-12-31 is a number like another.
_FLOOR, _CEILING = datetime.date(1000, 1, 1).toordinal(), datetime.date.max.toordinal() + 1
_Days = tuple[int, int]  # half-open
_Bounds = tuple[int | None, int | None]  # the same, None where unbounded

# Which edge of the days named, 0 or 1, the period starts at, and which one it ends at.
_Side = tuple[int | None, int | None]
_SINCE: _Side = (0, None)
_UNTIL: _Side = (None, 1)
_BEFORE: _Side = (None, 0)
_AFTER: _Side = (1, None)


class Period(Value):
    """Half-open interval of days [start, end), never empty; None = unbounded on that side.

    What ends with the year 9999 has no end either: Python has no later day to write there.
    """

    start: datetime.date | None
    end: datetime.date | None


def read(text: str, *, today: datetime.date) -> Period:
    """The days `text` names: "mars 2020" is 2020-03-01 up to 2020-04-01, excluded.

    Raises `DateError`; its `text[start:end]`, in code points of `text` as given, is the first part not
    understood, or the empty place where something is missing. Beyond 128 characters it refuses unread.
    """
    return _period(text, today, (0, 1))


def since(text: str, *, today: datetime.date) -> Period:
    """*Depuis*, *à partir de*: the first day `text` names and all that follow. Raises as `read`."""
    return _period(text, today, _SINCE)


def until(text: str, *, today: datetime.date) -> Period:
    """*Jusqu'en*: all up to the last day `text` names, included. Raises as `read`."""
    return _period(text, today, _UNTIL)


def before(text: str, *, today: datetime.date) -> Period:
    """*Avant*: all that comes before the first day `text` names. Raises as `read`."""
    return _period(text, today, _BEFORE)


def after(text: str, *, today: datetime.date) -> Period:
    """*Après*: all that comes after the last day `text` names. Raises as `read`."""
    return _period(text, today, _AFTER)


def _period(text: str, today: datetime.date, side: _Side) -> Period:
    source = _Source(text, today)
    start, end = _cut(source.bounds(), side)
    if start == _CEILING or start is end is None:
        raise source.error("there is nothing on that side of it", 0, len(text))
    first = None if start is None else datetime.date.fromordinal(start)
    return Period(first, None if end is None or end == _CEILING else datetime.date.fromordinal(end))


def _cut(named: _Bounds, side: _Side) -> _Bounds:
    start, end = side
    return None if start is None else named[start], None if end is None else named[end]


class _Source:
    """The folded words of one text, where each stands in it, and how far they were understood."""

    def __init__(self, text: str, today: datetime.date) -> None:
        self.text, self.today, self.reached = text, today, 0
        self.words: list[str] = []
        self.places: list[tuple[int, int]] = []
        if len(text) > _LONGEST:
            raise self.error(f"it is longer than {_LONGEST} characters", _LONGEST, len(text))
        folded, starts, ends = _fold(text)
        for found in re.finditer(_WORD, folded):
            kind, (lo, hi) = found.lastgroup, found.span()
            if kind == "comma" or (found[0] == "." and self.words and self.words[-1] in _SHORTENED):
                continue
            for a, b in pairwise((lo, lo + 4, lo + 6, hi) if kind == "compact" else (lo, hi)):
                self.words.append("hh:mm" if kind == "clock" else folded[a:b])
                self.places.append((starts[a], ends[b - 1]))
        if not self.words:
            raise self.error("it is empty", 0, len(text))

    def bounds(self) -> _Bounds:
        """What the whole text names: a date, a range, or what lies on one side of a date."""
        hi = len(self.words)
        if date := self.date(0, hi):
            return date.days()
        for openings, links in _RANGES:
            lo = int(self.words[0] in openings)
            for at in range(lo + 1, hi + 1) if lo or "" in openings else ():
                if (at == hi or self.words[at] in links) and (days := self.range(lo, at, hi)):
                    return days
        if self.words[-1] == ".." and (date := self.date(0, hi - 1)):
            return _cut(date.days(), _SINCE)
        for lo in (1, 2):
            side = _OPENINGS.get(" ".join(self.words[:lo]))
            if side and (date := self.date(lo, hi)):
                return _cut(date.days(), side)
        if self.reached < hi:
            raise self.error("", *self.places[self.reached])
        raise self.error("something is missing at its end", self.places[-1][1], self.places[-1][1])

    def range(self, lo: int, at: int, hi: int) -> _Days | None:
        """The days from the date before the word `at` to the date after it, if these are two dates."""
        first = self.date(lo, at, in_range=True)
        last = self.date(min(at + 1, hi), hi) if first else None
        if first is None or last is None:
            return None
        start, end = last._replace(other_year=None if first.days_of is _years else first.year()).days()
        month = datetime.date.fromordinal(start).month if end - start == 1 else None
        anchor = first.anchor if "L" in first.held else end - 1
        start, _ = first._replace(anchor=anchor, other_year=last.year(), other_month=month).days()
        if start >= end:
            raise last.error("it ends before it begins")
        return start, end

    def date(self, lo: int, hi: int, *, in_range: bool = False) -> _Date | None:
        """The date that the words from `lo` to `hi` write, all of them, if they fit a form."""
        at = lo
        for small in _SMALL_WORDS:
            at += at < hi and self.words[at] in small
        for form, days_of in _forms()[not in_range :]:  # the first form is for ranges only
            if (held := self.fit(form, at, hi)) is not None:
                return _Date(self, lo, hi, held, days_of, self.today.toordinal())
        return None

    def fit(self, form: _Form, at: int, hi: int) -> dict[str, tuple[int, int]] | None:
        """Of each slot the value and the index of its word; None if the words are not of this form."""
        held = {}
        for slot, names, lengths, optional in form:
            word = self.words[at] if at < hi else ""
            if word in names:
                held[slot] = names[word], at
            elif len(word) in lengths and word.isascii() and word.isdigit():
                held[slot] = int(word), at
            elif optional:
                continue
            else:
                break
            at += 1
        else:
            if at == hi:
                return held
        self.reached = max(self.reached, at)
        return None

    def error(self, reason: str, start: int, end: int) -> DateError:
        line = " ".join(self.text[:_LONGEST].split()) + "…" * (len(self.text) > _LONGEST)
        shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
        why = f": {reason}" if reason else ""
        message = f'cannot read "{shown}" as a date{why}; try 2020-02-29, mars 2020, 2011..2013 or hier'
        return DateError(message, text=self.text, start=start, end=end)


def _fold(text: str) -> tuple[str, list[int], list[int]]:
    """Lower case without marks, and where in `text` each character starts and ends, its marks included."""
    folded, starts, ends = "", list[int](), list[int]()
    for i, char in enumerate(text):
        for c in unicodedata.normalize("NFD", char.lower()):
            if not unicodedata.combining(c):
                folded += _ALIKE.get(c, c)
                starts.append(i)
                ends.append(i + 1)
            elif ends:
                ends[-1] = i + 1
    return folded, starts, ends


class _Date(NamedTuple):  # a dataclass would take 1.3 ms of the import, this takes 0.2
    """Words that fit a form: what its slots hold, and what stands in for a year or a month not written."""

    source: _Source
    lo: int
    hi: int
    held: dict[str, tuple[int, int]]
    days_of: Callable[[_Date], _Days]
    anchor: int  # the day by which what has no year has begun
    other_year: int | None = None
    other_month: int | None = None

    def days(self) -> _Days:
        start, end = self.days_of(self)
        if not _FLOOR <= start < end <= _CEILING:
            raise self.error("it reaches beyond the years 1000 to 9999")
        return start, end

    def get(self, slot: str, default: int = 0) -> int:
        return self.held[slot][0] if slot in self.held else default

    def ranked(self, slot: str, most: int) -> int:
        """The value of a slot that counts from 1 to `most`."""
        value = self.get(slot)
        if not 1 <= value <= most:
            raise self.error(f"{value} is not between 1 and {most}", slot)
        return value

    def year(self, slot: str = "Y") -> int | None:
        """The year written, else the one that the other part of the range writes."""
        if slot not in self.held:
            return self.other_year
        year, at = self.held[slot]
        if len(self.source.words[at]) == 2:
            year += 2000 if year <= (self.source.today.year + 1) % 100 else 1900
        if year < 1000:
            raise self.error("years go from 1000 to 9999", slot)
        return year

    def latest(self, in_year: Callable[[int], _Days]) -> _Days:
        """What `in_year` gives for the year written, else for the latest that suits; (0, 0) if none does."""
        past = "L" in self.held
        if not past and (year := self.year()) is not None:
            return in_year(year)
        now = datetime.date.fromordinal(self.anchor).year
        for year in range(now + 1, now - 9, -1):  # winter begins early; 29 February may wait 8 years
            start, end = in_year(year)
            if 0 < start <= self.anchor and (end <= self.anchor or not past):
                return start, end
        return 0, 0

    def part(self, slot: str, parts: int, early: int = 0) -> _Days:
        """The part of the year, of so many `parts`, whose number `slot` holds; they begin months `early`."""
        count = 12 // parts
        first = count * (self.ranked(slot, parts) - 1) + 1 - early
        return self.latest(lambda year: (_first(year, first), _first(year, first + count)))

    def error(self, reason: str, slot: str | None = None) -> DateError:
        """An error about the word of `slot`, or about all words of the date."""
        lo, hi = (self.lo, self.hi - 1) if slot is None else (self.held[slot][1],) * 2
        return self.source.error(reason, self.source.places[lo][0], self.source.places[hi][1])


def _first(year: int, month: int) -> int:
    """The first day of a month counted from January of `year`, so that 0 is the December before."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if year > 9999:
        return _CEILING
    return datetime.date(year, month, 1).toordinal() if year > 0 else 0


def _day(date: _Date) -> _Days:
    month, number = date.ranked("M", 12) if "M" in date.held else date.other_month, date.get("D")
    if month is None:
        raise date.error("its month is missing", "D")

    def in_year(year: int) -> _Days:
        start, end = _first(year, month), _first(year, month + 1)
        return (start + number - 1, start + number) if 1 <= number <= end - start else (0, 0)

    start, end = date.latest(in_year)
    if not start:
        raise date.error("there is no such day", "D")
    if (start - 1) % 7 + 1 != date.get("W", (start - 1) % 7 + 1):  # day 1 was a Monday
        raise date.error(f"{datetime.date.fromordinal(start)} is another day of the week", "W")
    return start, end


def _third_of_month(date: _Date) -> _Days:
    month, part = date.get("M"), date.get("P")

    def in_year(year: int) -> _Days:
        start = _first(year, month)
        return start + 10 * part - 10, start + 10 * part if part < 3 else _first(year, month + 1)

    return date.latest(in_year)


def _week(date: _Date) -> _Days:
    year, number = date.year() or 0, date.get("K")
    fourth = _first(year, 1) + 3  # always in week 1
    monday = fourth - (fourth - 1) % 7 + 7 * (number - 1)
    if not _first(year, 1) <= monday + 3 < _first(year + 1, 1):  # a week is of the year of its Thursday
        raise date.error(f"{year} has no week {number}", "K")
    day = monday + date.ranked("I", 7) - 1 if "I" in date.held else None
    return (monday, monday + 7) if day is None else (day, day + 1)


def _weekday(date: _Date) -> _Days:
    latest = date.anchor - ("L" in date.held)
    day = latest - (latest - date.get("W")) % 7
    return day, day + 1


def _years(date: _Date) -> _Days:
    first = date.year() or 0
    last = date.get("Z", first)
    if "Z" in date.held and last <= first:
        raise date.error("it ends before it begins", "Z")
    return _first(first, 1), _first(last + 1, 1)


def _decade(date: _Date) -> _Days:
    year = date.year("A") or 0
    if year % 10:
        raise date.error("a decade begins with a year in 0", "A")
    return _first(year, 1), _first(year + 10, 1)


def _century(date: _Date) -> _Days:
    return _first(100 * date.get("C") - 99, 1), _first(100 * date.get("C") + 1, 1)


def _ago(date: _Date) -> _Days:
    today, (days, months) = date.source.today, _UNITS[date.get("U", 1)]
    back = date.get("N", "L" in date.held)
    if days:
        start = today.toordinal() - back * days - (today.weekday() if days == 7 else 0)
        return start, start + days
    month = (today.month if months == 1 else 1) - back * months
    return _first(today.year, month), _first(today.year, month + months)


def _up_to_today(date: _Date) -> _Days:
    today, count, (days, months) = date.source.today, date.ranked("N", 9999), _UNITS[date.get("U")]
    end, month = today.toordinal() + 1, today.month - count * months
    if days:
        return end - count * days, end
    return min(_first(today.year, month) + today.day, _first(today.year, month + 1)), end


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = (  # compiled when first used: 1.4 ms
    r"(?P<compact>[0-9]{8})(?![0-9])"
    r"|(?P<clock>t?(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?:z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?)"
    r"|(?P<comma>(?<=[0-9a-z]),(?=\s+[0-9a-z]))|[0-9]+|[a-z]+'?|\.\.|\w+|\S"
)
_ALIKE = {"’": "'", "‐": "-", "‑": "-", "–": "-", "ᵉ": "e", "ʳ": "r"}
_SHORTENED = _words("janv jan fevr fev feb mar avr apr jun juill juil jul aug sept sep oct nov dec")
_SMALL_WORDS = (
    _words("en au aux a de du d' dans pendant durant in on of during"),
    _words("le la les l' the"),
)
_RANGES = (
    (_words("depuis from since") | {""}, _words(".. a au aux jusqu' to until till")),
    (_words("entre between"), _words("et and")),
)
_OPENINGS = (
    dict.fromkeys(["depuis", "a partir", "a compter", "des", "since", "from"], _SINCE)
    | dict.fromkeys(["..", "jusqu'", "until", "till"], _UNTIL)
    | dict.fromkeys(["avant", "before"], _BEFORE)
    | dict.fromkeys(["apres", "after"], _AFTER)
)
_UNITS = {1: (1, 0), 2: (7, 0), 3: (0, 1), 4: (0, 12)}  # days, months

# The words that may fill a slot, counted from 1, and the numbers that may, by their length. Once filled,
# a slot is known by its first letter: M and MM are both the month.
_NAMES = {
    "C": "i,ii,iii,iv,v,vi,vii,viii,ix,x,xi,xii,xiii,xiv,xv,xvi,xvii,xviii,xix,xx,xxi,xxii",
    "D": "premier",
    "E": "er re e eme st nd rd th",
    "L": "dernier derniere derniers dernieres passe passee passes passees last past",
    "M": "janvier january janv jan, fevrier february fevr fev feb, mars march mar, avril april avr apr,"
    "mai may, juin june jun, juillet july juill juil jul, aout august aug, septembre september sept sep,"
    "octobre october oct, novembre november nov, decembre december dec",
    "N": "un une one, deux two, trois three, quatre four, cinq five, six, sept seven, huit eight, neuf nine,"
    "dix ten, onze eleven, douze twelve, treize thirteen, quatorze fourteen, quinze fifteen",
    "NH": "hier yesterday",
    "NB": ",avant",
    "P": "debut early, mi mid, fin late",
    "Q": "premier premiere first, deuxieme second, troisieme third, quatrieme fourth",
    "S": "hiver winter, printemps spring, ete summer, automne autumn fall",
    "U": "jour jours day days,semaine semaines week weeks,mois month months,an ans annee annees year years",
    "W": "lundi monday, mardi tuesday, mercredi wednesday, jeudi thursday, vendredi friday, samedi saturday,"
    "dimanche sunday",
}
_NUMBERS = {1: _words("C D I K MM N Q"), 2: _words("A C D K MM N YY"), 3: _words("N"), 4: _words("A N Y Z")}
_Form = list[tuple[str, dict[str, int], list[int], bool]]


def _form(pattern: str) -> _Form:
    """A pattern names slots in capitals and words in small letters (`a|b` is either), optional before `?`."""
    form = []
    for part in pattern.split():
        name = part.rstrip("?")
        groups = _NAMES.get(name, "") if name.isupper() else name.replace("|", " ")
        names = {word: value for value, group in enumerate(groups.split(","), 1) for word in group.split()}
        if name == "C":  # "XIXe" is one word
            names |= {word + ending: value for word, value in names.items() for ending in ("e", "eme")}
        lengths = [length for length, slots in _NUMBERS.items() if name in slots]
        form.append((name[0], names, lengths, name != part))
    return form


@cache
def _forms() -> list[tuple[_Form, Callable[[_Date], _Days]]]:
    """Every form; no text fits two, so their order is free. `~` is one of - / . and the same throughout."""
    return [
        (_form(pattern.replace("~", separator)), days_of)
        for days_of, patterns in (
            (_day, "W? D E?; W? D E? M Y?; W? D E? M L; W? M D E? Y; Y MM D hh:mm?"),
            (_day, "Y ~ MM ~ D hh:mm?; D ~ MM ~ Y hh:mm?; D / MM / YY; D . MM . YY"),
            (_third_of_month, "P -? M Y?"),
            (lambda date: date.part("M", 12), "M Y?; M L; L M; mois de|d' M Y?; Y ~ MM; MM ~ Y"),
            (lambda date: date.part("Q", 4), "Q E? trimestre|quarter Y?; t|q Q Y?; Y -? t|q Q"),
            (lambda date: date.part("S", 4, early=1), "S Y?; S L; L S"),
            (lambda date: date.part("P", 3), "P -? Y"),
            (lambda date: date.part("Q", 2), "Q E? semestre|half Y?; s Q Y?"),
            (_years, "Y; annee|an|year Y; Y - Z"),
            (_decade, "annees|decennie A; A s"),
            (_century, "C E? siecle|century"),
            (_week, "Y -? w K; Y -? w K - I"),
            (_weekday, "W L?; L W"),
            (_ago, "aujourd' hui; aujourdhui|today; NH; NB - hier; il y a N U; N U ago"),
            (_ago, "U L; L U; ce|cet|cette|this U; ce|cet|cette U - ci"),
            (_up_to_today, "ces? N L U; L N U"),
        )
        for pattern in patterns.split("; ")
        for separator in ("-/." if "~" in pattern else "-")
    ]
