"""What fills the slots of a form → the days it names, as half-open interval of ordinals.

Days are ordinals, so that the day after 9999-12-31 is a number like another.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import NamedTuple

from searcher.errors import DateError
from searcher.messages import Message
from searcher.query.dates.text import Words

FLOOR, CEILING = datetime.date(1000, 1, 1).toordinal(), datetime.date.max.toordinal() + 1

Days = tuple[int, int]
"""Half-open."""

_UNITS = {1: (1, 0), 2: (7, 0), 3: (0, 1), 4: (0, 12)}  # days and months of a day, a week, a month, a year
_LARGEST_DAY = 31


class Filled(NamedTuple):
    """Words that fit a form: of each slot the value and the index of its word, and what stands in for a year or a month
    that is not written."""

    words: Words
    lo: int
    hi: int
    slots: dict[str, tuple[int, int]]
    days_of: Callable[[Filled], Days]
    anchor: int  # the day by which what has no year has begun
    other_year: int | None = None
    other_month: int | None = None

    def days(self) -> Days:
        start, end = self.days_of(self)
        if not FLOOR <= start < end <= CEILING:
            raise self.error(Message("date.beyond"))
        return start, end

    def value(self, slot: str, default: int = 0) -> int:
        return self.slots[slot][0] if slot in self.slots else default

    def ranked(self, slot: str, most: int) -> int:
        """The value of a slot that counts from 1 to `most`."""
        value = self.value(slot)
        if not 1 <= value <= most:
            raise self.error(Message("date.between", value=value, most=most), slot)
        return value

    def year(self, slot: str = "year") -> int | None:
        """The year written, else the year that the other part of the range writes."""
        if slot not in self.slots:
            return self.other_year
        year, at = self.slots[slot]
        words = self.words.words
        if year < 100 and len(words[at]) != 4:
            if year <= _LARGEST_DAY and slot == "year" and words[at - 1] not in ("/", ".", "'"):
                self.words.short_year = True
            year += 2000 if year <= (self.words.today.year + 1) % 100 else 1900
        if year < 1000:
            raise self.error(Message("date.years"), slot)
        return year

    def latest(self, in_year: Callable[[int], Days]) -> Days:
        """What `in_year` gives for the year written, else for the latest that suits; (0, 0) if none does."""
        past = "last" in self.slots
        if not past and (year := self.year()) is not None:
            return in_year(year)
        self.words.guessed |= not past
        now = datetime.date.fromordinal(self.anchor).year
        for year in range(now + 1, now - 9, -1):  # winter begins early; 29 February may wait 8 years
            start, end = in_year(year)
            if 0 < start <= self.anchor and (end <= self.anchor or not past):
                return start, end
        return 0, 0

    def part_of_year(self, slot: str, parts: int, early: int = 0) -> Days:
        """The part of the year, of so many `parts`, whose number `slot` holds; they begin months `early`."""
        count = 12 // parts
        first = count * (self.ranked(slot, parts) - 1) + 1 - early
        return self.latest(lambda year: (_first(year, first), _first(year, first + count)))

    def error(self, reason: str, slot: str | None = None) -> DateError:
        """An error about the word of `slot`, or about all words of the date."""
        lo, hi = (self.lo, self.hi) if slot is None else (self.slots[slot][1], self.slots[slot][1] + 1)
        return self.words.error_at(lo, hi, reason)


def day(date: Filled) -> Days:
    month, number = date.ranked("month", 12) if "month" in date.slots else date.other_month, date.value("day")
    if month is None:
        raise date.error(Message("date.no-month"), "day")

    def in_year(year: int) -> Days:
        start, end = _first(year, month), _first(year, month + 1)
        return (start + number - 1, start + number) if 1 <= number <= end - start else (0, 0)

    start, end = date.latest(in_year)
    if not start:
        raise date.error(Message("date.no-day"), "day")
    if (start - 1) % 7 + 1 != date.value("weekday", (start - 1) % 7 + 1):  # day 1 was a Monday
        raise date.error(Message("date.weekday", date=f"{datetime.date.fromordinal(start)}"), "weekday")
    return start, end


def month(date: Filled) -> Days:
    return date.part_of_year("month", 12)


def month_of_short_year(date: Filled) -> Days:
    year, at = date.slots["year"]
    if year <= _LARGEST_DAY and date.words.words[at - 1] != "'":
        raise date.error(Message("date.day-or-year"), "year")
    return month(date)


def third_of_month(date: Filled) -> Days:
    month, part = date.value("month"), date.value("third")

    def in_year(year: int) -> Days:
        start = _first(year, month)
        return start + 10 * part - 10, start + 10 * part if part < 3 else _first(year, month + 1)

    return date.latest(in_year)


def quarter(date: Filled) -> Days:
    return date.part_of_year("quarter", 4)


def season(date: Filled) -> Days:
    return date.part_of_year("season", 4, early=1)


def winter(date: Filled) -> Days:
    """A winter with both of its years: *hiver 2019-2020*."""
    first, last = date.year() or 0, date.value("last_year")
    if date.value("season") != 1 or last not in (first + 1, (first + 1) % 100):
        raise date.error(Message("date.winter"), "last_year")
    return _first(first, 12), _first(first + 1, 3)


def third_of_year(date: Filled) -> Days:
    return date.part_of_year("third", 3)


def half(date: Filled) -> Days:
    return date.part_of_year("quarter", 2)


def years(date: Filled) -> Days:
    first = date.year() or 0
    last = date.value("last_year", first)
    if "last_year" in date.slots and last <= first:
        raise date.error(Message("date.ends-before"), "last_year")
    return _first(first, 1), _first(last + 1, 1)


def decade(date: Filled) -> Days:
    year = date.year("decade") or 0
    if year % 10:
        raise date.error(Message("date.decade"), "decade")
    return _first(year, 1), _first(year + 10, 1)


def century(date: Filled) -> Days:
    return _first(100 * date.value("century") - 99, 1), _first(100 * date.value("century") + 1, 1)


def week(date: Filled) -> Days:
    """A week of ISO 8601, or a day of it."""
    year, number = date.year() or 0, date.value("week")
    fourth = _first(year, 1) + 3  # always in week 1
    monday = fourth - (fourth - 1) % 7 + 7 * (number - 1)
    if not _first(year, 1) <= monday + 3 < _first(year + 1, 1):  # a week is of the year of its Thursday
        raise date.error(Message("date.week", year=f"{year}", number=number), "week")
    day = monday + date.ranked("week_day", 7) - 1 if "week_day" in date.slots else None
    return (monday, monday + 7) if day is None else (day, day + 1)


def week_of_day(date: Filled) -> Days:
    """The seven days that begin with a day: *semaine du 16 mars 2020*."""
    start, _ = day(date)
    return start, start + 7


def weekday(date: Filled) -> Days:
    date.words.guessed |= "last" not in date.slots
    latest = date.anchor - ("last" in date.slots)
    day = latest - (latest - date.value("weekday")) % 7
    return day, day + 1


def ago(date: Filled) -> Days:
    """The whole day, week, month or year that was so many ago."""
    today, (days, months) = date.words.today, _UNITS[date.value("unit", 1)]
    back = date.value("count", "last" in date.slots)
    if days:
        start = today.toordinal() - back * days - (today.weekday() if days == 7 else 0)
        return start, start + days
    month = (today.month if months == 1 else 1) - back * months
    return _first(today.year, month), _first(today.year, month + months)


def ago_to_the_day(date: Filled) -> Days:
    """The day that was so many days, weeks, months or years ago."""
    start = _back(date) - 1
    return start, start + 1


def up_to_today(date: Filled) -> Days:
    """So many days, weeks, months or years, of which today is the last day."""
    return _back(date), date.words.today.toordinal() + 1


def _back(date: Filled) -> int:
    """The day after the day so many units before today."""
    today, count, (days, months) = date.words.today, date.ranked("count", 9999), _UNITS[date.value("unit")]
    if days:
        return today.toordinal() + 1 - count * days
    month = today.month - count * months
    return min(_first(today.year, month) + today.day, _first(today.year, month + 1))


def _first(year: int, month: int) -> int:
    """The first day of a month counted from January of `year`, so that 0 is the December before."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if year > 9999:
        return CEILING
    return datetime.date(year, month, 1).toordinal() if year > 0 else 0
