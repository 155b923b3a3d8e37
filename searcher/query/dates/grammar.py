"""The forms in which dates are written: patterns of named slots, and which words may fill each slot.

A pattern is a row of slots: `<name>`, or a word in small letters (`a|b` is either); `?` behind a slot makes it optional. A
slot `<year:short>` is another way to write the slot `<year>`. `~` is one of - / . and the same throughout a pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from searcher.calendar import MONTHS, SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS
from searcher.query.dates import days
from searcher.query.dates.days import Days, Filled
from searcher.query.dates.text import CLOCK


class Slot(NamedTuple):
    """A place of a form: the words that may stand there, with their values, and how many digits a number there may have."""

    name: str | None  # None: a word that must be there and says nothing
    names: Mapping[str, int]
    digits: tuple[int, ...]
    optional: bool


class Form(NamedTuple):
    """What a date may be made of, and the days it then names."""

    slots: tuple[Slot, ...]
    days_of: Callable[[Filled], Days]


def _counted(groups: str) -> dict[str, int]:
    """`hiver winter, printemps spring` → 1 for the words of the first group, 2 for those of the second …"""
    return {word: value for value, group in enumerate(groups.split(","), 1) for word in group.split()}


_ROMAN = _counted("i,ii,iii,iv,v,vi,vii,viii,ix,x,xi,xii,xiii,xiv,xv,xvi,xvii,xviii,xix,xx,xxi,xxii")
_ANY_MONTH = MONTHS | SHORT_MONTHS

SLOTS: dict[str, tuple[Mapping[str, int], tuple[int, ...]]] = {
    "year": ({}, (4,)),
    "year:short": ({}, (2, 4)),
    "year:two": ({}, (2,)),
    "last_year": ({}, (4,)),
    "last_year:two": ({}, (2,)),
    "month": (_ANY_MONTH, ()),
    "month:number": ({}, (1, 2)),
    "day": ({"premier": 1}, (1, 2)),
    "weekday": (WEEKDAYS, ()),
    "weekday:short": (WEEKDAYS | SHORT_WEEKDAYS, ()),
    "week": ({}, (1, 2)),
    "week_day": ({}, (1,)),
    "third": (_counted("debut early, mi mid, fin late"), ()),
    "quarter": (_counted("premier premiere first, deuxieme second, troisieme third, quatrieme fourth"), (1,)),
    "season": (_counted("hiver winter, printemps spring, ete summer, automne autumn fall"), ()),
    "decade": ({"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}, (2, 4)),
    "decade:seventy": ({"dix": 70}, ()),
    "decade:eighty": ({"vingt": 80, "vingts": 80}, ()),
    "decade:ninety": ({"dix": 90}, ()),
    "century": (_ROMAN | {word + ending: value for word, value in _ROMAN.items() for ending in ("e", "eme")}, (1, 2)),
    "count": (
        _counted(
            "un une one, deux two, trois three, quatre four, cinq five, six, sept seven, huit eight, neuf nine,"
            "dix ten, onze eleven, douze twelve, treize thirteen, quatorze fourteen, quinze fifteen"
        ),
        (1, 2, 3, 4),
    ),
    "count:yesterday": ({"hier": 1, "yesterday": 1}, ()),
    "count:before": ({"avant": 2}, ()),
    "unit": (
        _counted("jour jours day days,semaine semaines week weeks,mois month months,an ans annee annees year years"),
        (),
    ),
    "last": (
        dict.fromkeys("dernier derniere derniers dernieres passe passee passes passees last past".split(), 1),
        (),
    ),
    "th": (dict.fromkeys("er re e eme st nd rd th".split(), 1), ()),
}

_DAY_OF_RANGE = "<weekday:short>? <day> <th>?"
_SINCE_AGO = "<count> <unit>"
_PATTERNS: tuple[tuple[Callable[[Filled], Days], str], ...] = (
    (days.day, "<weekday:short>? <day> <th>? <month> '? <year:short>?; <weekday:short>? <day> <th>? <month> <last>"),
    (days.day, "<weekday:short>? <month> <day> <th>? <year>; <year> <month:number> <day> hh:mm?"),
    (days.day, "<year> ~ <month:number> ~ <day> hh:mm?; <day> ~ <month:number> ~ <year> hh:mm?"),
    (days.day, "<day> / <month:number> / <year:two>; <day> . <month:number> . <year:two>"),
    (days.third_of_month, "<third> -? <month> '? <year:short>?"),
    (days.month, "<month> <year>?; <month> <last>; <last> <month>; mois de|d' <month> <year>?"),
    (days.month, "<year> ~ <month:number>; <month:number> ~ <year>"),
    (days.month_of_short_year, "mois? de|d'? <month> '|-? <year:two>"),
    (days.quarter, "<quarter> <th>? trimestre|quarter <year>?; t|q <quarter> <year>?; <year> -? t|q <quarter>"),
    (days.season, "<season> '? <year:short>?; <season> <last>; <last> <season>"),
    (days.winter, "<season> <year> -|/ <last_year>; <season> <year> -|/ <last_year:two>"),
    (days.third_of_year, "<third> -? '? <year:short>"),
    (days.half, "<quarter> <th>? semestre|half <year>?; s <quarter> <year>?"),
    (days.years, "<year>; annee|an|year <year>; <year> - <last_year>"),
    (days.decade, "annees|decennie <decade>; <decade> s; annees|decennie soixante - <decade:seventy>"),
    (days.decade, "annees|decennie quatre - <decade:eighty>; annees|decennie quatre - vingt|vingts - <decade:ninety>"),
    (days.century, "<century> <th>? siecle|century"),
    (days.week, "<year> -? w <week>; <year> -? w <week> - <week_day>; semaine|week <week> de|of? <year>"),
    (days.week_of_day, "semaine|week du|of the? <weekday:short>? <day> <th>? <month> <year:short>?"),
    (days.weekday, "<weekday> <last>?; <last> <weekday>"),
    (days.ago, "aujourd' hui; aujourdhui|today; <count:yesterday>; <count:before> - hier"),
    (days.ago, "il y a <count> <unit>; <count> <unit> ago"),
    (days.ago, "<unit> <last>; <last> <unit>; ce|cet|cette|this <unit>; ce|cet|cette <unit> - ci"),
    (days.up_to_today, "ces? <count> <last> <unit>; <last> <count> <unit>"),
)


@cache
def forms() -> tuple[Form, ...]:
    """The forms of a date that stands alone; no text fits two, so their order is free."""
    return tuple(
        _form(pattern.replace("~", separator), days_of)
        for days_of, patterns in _PATTERNS
        for pattern in patterns.split("; ")
        for separator in ("-/." if "~" in pattern else "-")
    )


@cache
def day_of_range() -> Form:
    """The form of a range's first part that may leave out its month: *du 3* au 7 mai."""
    return _form(_DAY_OF_RANGE, days.day)


@cache
def since_ago() -> Form:
    """The form of a time that has passed since a day: depuis *trois mois*."""
    return _form(_SINCE_AGO, days.ago_to_the_day)


def _form(pattern: str, days_of: Callable[[Filled], Days]) -> Form:
    return Form(tuple(map(_slot, pattern.split())), days_of)


def _slot(written: str) -> Slot:
    name = written.removesuffix("?")
    optional = name != written
    if name.startswith("<"):
        names, digits = SLOTS[name[1:-1]]
        return Slot(name[1:-1].partition(":")[0], names, digits, optional)
    return Slot(None, dict.fromkeys((CLOCK,) if name == CLOCK else name.split("|"), 1), (), optional)
