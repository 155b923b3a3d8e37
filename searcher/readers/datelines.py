"""A line of an export or a page → the date in it and the places where the date begins and ends.

Databases and newspapers print the date between other things: `Région, samedi 2 mars 2019 212 mots, p. 7`,
`July 1, 2019 Monday 9:20 AM GMT`, `Mittwoch 31. August 2011`. `readers.dating` reads a date that stands alone; this module
finds a date in a line.
"""

from __future__ import annotations

import re
import unicodedata

from searcher import calendar
from searcher.article import days
from searcher.values import Value

_MORE = """
januari janeiro ene gen
februari fevereiro febr
maart marco mrz maerz
abr
mei maio mag
junho giu
julho lug
augustus ago
setembro set
outubro ott out
novembro
dezembro dic
"""
MONTHS = {
    **{name: number for number, names in enumerate(_MORE.strip().split("\n"), 1) for name in names.split()},
    **calendar.MONTHS,
    **calendar.SHORT_MONTHS,
}
"""A month's name or abbreviation, in lower case → 1 to 12: those of the calendar, and more in Spanish, Italian, Dutch and
Portuguese."""

_WEEKDAY = (
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|lunes|martes|miércoles|jueves|viernes|sábado"
    r"|domingo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
)
_YEAR = r"(?P<year>1[6-9][0-9]{2}|20[0-9]{2})(?![0-9])"
_WORD = r"(?P<month>[^\W\d_]{3,12})\.?"
_DAY = re.compile(
    rf"(?P<lead>\b{_WEEKDAY}\b[\s,]*(?:le\s+)?)?(?:"
    rf"(?<![0-9])(?P<first>[0-9]{{1,2}})\s?(?:er|st|nd|rd|th|\.|º|°)?[\s-]+(?:de\s+|of\s+)?{_WORD}[\s,-]+(?:de\s+)?{_YEAR}"
    rf"|{_WORD.replace('month', 'word')}\s+(?P<second>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR.replace('year', 'late')}"
    rf"|(?<![0-9])(?P<iso>(?:1[6-9]|20)[0-9]{{2}}[-/][0-9]{{2}}[-/][0-9]{{2}})(?![0-9])"
    rf"|(?<![0-9/.])(?P<figures>[0-9]{{1,2}}[/.][0-9]{{1,2}}[/.](?:1[6-9]|20)[0-9]{{2}})(?![0-9])"
    rf")(?P<tail>[\s,]*\b{_WEEKDAY}\b)?",
    re.I,
)
_MONTH = re.compile(rf"(?<![^\W\d_]){_WORD}(?:\s*[-–/]\s*[^\W\d_]{{3,12}}\.?)?\s+(?:de\s+)?{_YEAR}", re.I)
_CLOCK = re.compile(
    r"[\s,;–—-]*(?:à|at|um)?\s*(?<![0-9])(?P<hour>[0-9]{1,2})\s?(?:[:h]\s?(?P<minute>[0-9]{2})|heures)(?::(?P<second>[0-9]{2}))?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*(?P<zone>(?:UTC|GMT)?\s*[+-][0-9]{1,2}:?(?:[0-9]{2})?(?![0-9])|(?:UTC|GMT|Z)\b|(?-i:[A-Z]{3,4})\b))?",
    re.I,
)
_HOURS = {"CET": "+01:00", "CEST": "+02:00", "BST": "+01:00", "EST": "-05:00", "EDT": "-04:00", "WET": "+00:00"}


class When(Value):
    """A date in ISO 8601, in the precision it was written with, and where it stands: weekday and time of day included."""

    iso: str
    start: int
    end: int


def find(line: str) -> When | None:
    """The first date in a line: a day, with its time of day when one follows; else a month with its year. None without one."""
    for found in _DAY.finditer(line):
        if (day := _day(found)) is not None:
            end, time = found.end(), ""
            if (clock := _CLOCK.match(line, end)) is not None and (time := _time(clock)):
                end = clock.end()
            return When(day + time, found.start(), end)
    for found in _MONTH.finditer(line):
        number = MONTHS.get(plain(found["month"]))
        if number:
            return When(f"{found['year']}-{number:02}", found.start(), found.end())
    return None


def begins(line: str) -> bool:
    """Whether a line is a date and little else (a weekday, a time of day, an edition): no sentence that mentions a day."""
    found = find(line)
    return found is not None and not line[: found.start].strip(" ,") and len(line) - found.end <= 60


def with_time(date: str, clock: str) -> str:
    """A day and a time of day that stands elsewhere (`18:02`, `6:02 PM GMT`) as one timestamp; the day when no time is told."""
    found = _CLOCK.fullmatch(clock.strip()) if clock else None
    return date + _time(found) if found is not None and len(date) == 10 else date


def is_time(line: str) -> bool:
    """Whether a line is a time of day alone."""
    return _CLOCK.fullmatch(line.strip()) is not None


def _day(found: re.Match[str]) -> str | None:
    if found["iso"]:
        written = found["iso"].replace("/", "-")
    elif found["figures"]:
        day, month, year = re.split("[/.]", found["figures"])
        written = f"{year}-{month:0>2}-{day:0>2}"
    else:
        number = MONTHS.get(plain(found["month"] or found["word"]))
        if not number:
            return None
        written = f"{found['year'] or found['late']}-{number:02}-{int(found['first'] or found['second']):02}"
    try:
        days(written)
    except ValueError:
        return None
    return written


def _time(found: re.Match[str]) -> str:
    """`T17:42+01:00`; empty for what no clock shows. A zone whose offset is unknown is left out."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (found["half"].lower() == "p")
    if hour > 23 or minute > 59:
        return ""
    zone = re.sub(r"\s", "", (found["zone"] or "").upper())
    offset = re.search(r"([+-])([0-9]{1,2}):?([0-9]{2})?$", zone)
    if offset is not None:
        zone = f"{offset[1]}{offset[2]:0>2}:{offset[3] or '00'}"
    else:
        zone = "Z" if zone in ("UTC", "GMT", "Z") else _HOURS.get(zone, "")
    seconds = f":{found['second']}" if found["second"] else ""
    return f"T{hour:02}:{minute:02}{seconds}{zone}"


def plain(name: str) -> str:
    """A name of a month as `MONTHS` has it."""
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(each for each in decomposed if not unicodedata.combining(each))
