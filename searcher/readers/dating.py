"""A publication date as it was written → ISO 8601 in the precision it was written with."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from datetime import date as Date
from email.utils import parsedate_to_datetime

from searcher.article import days
from searcher.calendar import SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS
from searcher.errors import DateError
from searcher.query import dates
from searcher.readers.datelines import MONTHS, find, plain

FIRST_YEAR = 1600
LONGEST = 200  # characters looked at
SHORT = 60  # characters of a line in which a day may stand beside other words, under a date's name

_CLOCK = (
    r"(?P<hour>[0-9]{1,2})\s*(?:heures?|[h:])(?:\s*(?P<minute>[0-9]{2}))?"
    r"(?:\s*(?::|m|min)\s*(?P<second>[0-9]{1,2})(?P<part>[.,][0-9]+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*(?P<zone>Z\b|(?:(?:UTC|GMT)\s*)?[+-][0-9]{2}:?(?:[0-9]{2})?(?![0-9])|(?:UTC|GMT)\b))?"
)
_EXACT = re.compile(  # as it is given back; most archives write so
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?"
)
_EXTENDED = re.compile(
    rf"(?P<year>[0-9]{{4}})(?:(?P<sep>[-:])(?P<month>[0-9]{{1,2}})(?:(?P=sep)(?P<day>[0-9]{{1,2}}))?)?"
    rf"(?:(?:T|[ ,]+){_CLOCK}.*|[T ].*)?",
    re.I,
)
_BASIC = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:[T ]?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?(?P<part>\.[0-9]+)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_MAIL = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?[0-9]{1,2}[\s-]+[A-Za-z]{3,9}[\s-]+[0-9]{2,4}\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b.*"
)
_SCRIPT = re.compile(  # of C's asctime and of JavaScript
    r"[A-Z][a-z]{2}\s+(?P<month>[A-Z][a-z]{2})\s+(?P<day>[0-9]{1,2})\s+(?:(?P<early>[0-9]{4})\s+)?(?P<clock>[0-9:]{5,8})"
    r"(?:\s+(?P<zone>(?:GMT|UTC)?[+-][0-9]{4}|GMT|UTC|[A-Z]{3,4}))?(?:\s+(?P<late>[0-9]{4}))?\b.*"
)
_WORD = r"[^\W\d_]{3,10}\.?"
_DAY = (
    rf"(?:(?:1\s?er|[0-9]{{1,2}}(?:er|st|nd|rd|th)?)\s+(?:of\s+|de\s+)?{_WORD}\s+[12][0-9]{{3}}"
    rf"|{_WORD}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s+[12][0-9]{{3}}"
    r"|[0-9]{1,2}\s?(?P<point>[/.-])\s?[0-9]{1,2}\s?(?P=point)\s?[12][0-9]{3}|[12][0-9]{3}[/.-][0-9]{1,2}[/.-][0-9]{1,2})(?![0-9])"
)
_AFTER = re.compile(
    rf"(?:[\s,;|•·–—-]*(?:[àa]|at|vers)?\s*{_CLOCK}(?:\s*(?:[A-Z]{{2,5}}|[A-Z][a-z]+/\w+|\([^()]*\)))*)?\s*\.?", re.I
)
_BEFORE = re.compile(rf"(?:[àa]\s+)?{_CLOCK}[\s,;|•·–—-]*(?:le\s+|on\s+)?", re.I)
_WEEKDAY = re.compile(
    r"\b(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim)\.|(?:mon|tue|wed|thu|fri|sat|sun)(?:\.|,|\b(?=\s+[0-9])))\s*,?\s*",
    re.I,
)
_PUBLISHED = re.compile(
    r"\b(?:(?:re)?publi(?:[ée]e?s?|cation|shed)|mise?s?\s+en\s+ligne|post[ée]e?d?|parue?s?|parution"
    r"|r[ée]dig[ée]e?|[ée]crite?|cr[ée][ée]e?|diffus[ée]e?|created|written|issued)\b",
    re.I,
)
_UPDATED = re.compile(
    r"\b(?:mise?s?\s+[àa]\s+jour|modifi(?:[ée]e?s?|cation|ed)|actualis[ée]e?s?"
    r"|m\.?[àa]\.?j\b\.?|updated?|(?:last\s+)?revised|corrig[ée]e?)",
    re.I,
)
_VISITED = re.compile(r"\b(?:consult|collect|r[ée]cup[ée]r|t[ée]l[ée]charg|visit|access|retriev|crawl|download)", re.I)
_SHORT = re.compile(r"(?P<day>[0-3]?[0-9])[-\s/.](?P<month>[^\W\d_]{3,9})\.?[-\s/.](?P<year>[0-9]{2})")  # 12-févr-20
_WEEKDAYS = "|".join(sorted({*WEEKDAYS, *SHORT_WEEKDAYS}, key=len, reverse=True))
_TWO_DAYS = re.compile(
    rf"(?P<first>[0-3]?[0-9])(?:er)?\s*(?:,|et|-|–|/|&)\s*(?:(?:{_WEEKDAYS})\.?\s+)?(?P<second>[0-3]?[0-9])(?=\s+[^\W\d_]{{3,}})",
    re.I,
)
_TWO_MONTHS = re.compile(  # Samedi 29 février, dimanche 1er mars 2020
    rf"(?P<day>[0-3]?[0-9])(?:er)?\s+(?P<month>[^\W\d_]{{3,9}}\.?)\s*(?:,|et|au|-|–|/|&)\s*(?:(?:{_WEEKDAYS})\.?\s+)?"
    r"[0-3]?[0-9](?:er)?\s+(?P<later>[^\W\d_]{3,9}\.?)\s+(?P<year>[12][0-9]{3})",
    re.I,
)
_RANGE = re.compile(
    rf"\b([0-3]?[0-9])(?:er)?\s+au\s+(?:(?:{_WEEKDAYS})\s+)?[0-3]?[0-9](?:er)?(?=\s+[^\W\d_]{{3,}})", re.I
)
_FIGURES = re.compile(
    r"(?<![0-9/.])(?P<day>[0-3]?[0-9])(?P<sep>[/.])(?P<month>[01]?[0-9])(?P=sep)(?P<year>[0-9]{2})(?![0-9/.])"
)
_SPACED = re.compile(r"(?P<day>[0-3]?[0-9])([ _])(?P<month>[01]?[0-9])\2(?P<year>[12][0-9]{3})")  # 12 03 2020
_GLUED = re.compile(
    r"(?P<day>[0-3]?[0-9])[/_]?(?P<month>[^\W\d_]{3,9})\.?[/_]?(?P<year>[12][0-9]{3})"
)  # 12MAR2020, 12/mars/2020
_OF_EXCEL = re.compile(r"(?P<month>[^\W\d_]{3,9}\.?)-(?P<year>[0-9]{2})")  # févr.-20
_NO_DAY = re.compile(r"(?P<known>[12][0-9]{3}(?:-(?:0[1-9]|1[0-2]))?)(?:-00){1,2}")  # 1998-00-00
_PLACED = re.compile(  # Paris, le 13 mars 2020 (AFP)
    r"[^\W\d_][^\d,;:]{1,40}(?:,\s*(?:le\s+)?|\s+dat[ée]e?\s+du\s+)(?P<date>[^,()]*[12][0-9]{3})\s*(?:\([^\W\d_]{2,20}\))?\s*\.?"
)
_BESIDE = re.compile(
    rf"\b(?:{_WEEKDAYS})\b\.?|\b(?:n[°o]\.?|num[ée]ro|[ée]dition|issue|no\.|semaine)\s*(?:de\s+)?[0-9]*|\b(?:du|le|de|on|of|the|[àa]|at|h|et)\b"
    r"|\b(?:GMT|UTC|CES?T|BST|E[SD]T|P[SD]T)\b",
    re.I,
)


def iso(written: str) -> str | None:
    """A publication date as ISO 8601; None when it cannot be read, or lies outside of 1600 to next year.

    ISO 8601 in its extended and basic forms, RFC 2822, seconds since 1970, what C and JavaScript print, and what people write:
    `12 mars 2020`, `mars 2020`, `02/07/2020 19:19`, `Publié le jeudi 02 juillet 2020 à 19h19`. Of a line that also says
    `Mis à jour …`, the part about publication counts; alone, an update is no publication.
    Nothing is added that was not written: a year stays a year, and a day without its year is no date.
    """
    written = " ".join(written.split())[:LONGEST]
    for read in (_exact, _extended, _basic, _counted, _mail, _printed, _people, _dateline):
        found = read(written)
        if found is not None:
            try:
                days(found)
            except ValueError:
                continue
            zero = found.startswith("1970-01-01T") and re.fullmatch(
                r"1970-01-01T00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?", found
            )  # software's word for no date
            return found if FIRST_YEAR <= int(found[:4]) <= datetime.now(UTC).year + 1 and not zero else None
    return None


def under_key(written: str) -> str | None:
    """The same for what stands under a date's name, where nothing else is meant: also two figures for a year (`13/03/20`,
    `févr.-20`), blanks between figures (`13 03 2020`), months (`juillet-août 2020`), a range or a weekend by its first day, a
    date behind a place (`Paris, le 13 mars 2020`), and the one day in a short line (`12 mars 2020, p. 7`)."""
    found = iso(written)
    if found is not None:
        return found
    line = " ".join(written.split())[:LONGEST]
    if (known := _NO_DAY.fullmatch(line)) is not None:
        return iso(known["known"])
    if (both := _TWO_MONTHS.search(line)) is not None:
        first, later = (MONTHS.get(plain(both[name].rstrip(".")), 0) for name in ("month", "later"))
        return iso(f"{both['day']} {both['month']} {int(both['year']) - (first > later)}")
    if _RANGE.search(line) is not None:
        return iso(re.sub(r"^(?:du|semaine du)\s+", "", _RANGE.sub(r"\1", line), flags=re.I))
    if (short := _OF_EXCEL.fullmatch(line)) is not None:
        return iso(f"{short['month']} {_century(short['year'])}")
    if (spaced := _SPACED.fullmatch(line)) is not None:
        return iso(f"{spaced['day']}/{spaced['month']}/{spaced['year']}")
    if (glued := _GLUED.fullmatch(line)) is not None:
        return iso(f"{glued['day']} {glued['month']} {glued['year']}")
    if (figures := _FIGURES.search(line)) is not None:
        full = f"{figures['day']}/{figures['month']}/{_century(figures['year'])}"
        return iso(line[: figures.start()] + full + line[figures.end() :])
    if (placed := _PLACED.fullmatch(line)) is not None and _UPDATED.search(line) is None:
        return iso(placed["date"])
    if (months := find(line)) is not None and len(months.iso) == 7:
        beside = _BESIDE.sub("", f"{line[: months.start]} {line[months.end :]}")
        return months.iso if re.search(r"[^\W\d_]", beside) is None and len(beside) <= 20 else None
    return _only(line)


def _only(line: str) -> str | None:
    """The one day in a short line that says something else beside: a page, a newspaper, how long reading takes. None for a line
    about a change or a visit, and for one of two days."""
    day = find(line)
    if len(line) > SHORT or day is None or len(day.iso) < 10 or _UPDATED.search(line) or _VISITED.search(line):
        return None
    return iso(day.iso) if find(line[day.end :]) is None else None


def _century(year: str) -> int:
    """The year that two figures stand for: next year at the latest."""
    return 2000 + int(year) if 2000 + int(year) <= Date.today().year + 1 else 1900 + int(year)


def _exact(written: str) -> str | None:
    return written if _EXACT.fullmatch(written) else None


def _extended(written: str) -> str | None:
    found = _EXTENDED.fullmatch(written)
    if found is None or (found["sep"] == ":" and found["day"] is None) or (found["hour"] and found["day"] is None):
        return None
    if found["day"] is None and max(found.end("year"), found.end("month")) < len(written):
        return None
    return "-".join(part.zfill(2) for part in found.group("year", "month", "day") if part) + _time(found)


def _basic(written: str) -> str | None:
    found = _BASIC.fullmatch(written)
    return "-".join(found.group("year", "month", "day")) + _time(found) if found else None


def _time(found: re.Match[str]) -> str:
    """`T19:19:00+02:00` from the groups of a clock; empty when it shows none, or one that no clock shows."""
    part = found.groupdict()
    if not part["hour"] or (not part["minute"] and ":" in found.group()[found.start("hour") - found.start() :][:3]):
        return ""
    hour, half = int(part["hour"]), (part.get("half") or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + 12 * (half == "p")
    minute, second = part["minute"] or "00", part["second"]
    if hour > 23 or int(minute) > 59 or int(second or 0) > 60:
        return ""
    clock = f"T{hour:02}:{minute}" + (f":{second:0>2}{(part['part'] or '').replace(',', '.')}" if second else "")
    zone = re.sub(r"\s", "", (part["zone"] or "").upper())
    offset = re.search(r"([+-][0-9]{2}):?([0-9]{2})?$", zone)
    if offset is not None:
        fits = int(offset[1][1:]) <= 14 and int(offset[2] or 0) <= 59
        return clock + (f"{offset[1]}:{offset[2] or '00'}" if fits else "")
    return clock + ("Z" if zone else "")


def _counted(written: str) -> str | None:
    """Seconds, or thousandths of them, since 1970, from 2001 on."""
    if re.fullmatch(r"[0-9]{10}|[0-9]{13}", written) is None or written[0] == "0":
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(written[:10]))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _mail(written: str) -> str | None:
    if _MAIL.fullmatch(written) is None:
        return None
    try:
        return parsedate_to_datetime(written).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _printed(written: str) -> str | None:
    found = _SCRIPT.fullmatch(written)
    if found is None or not (found["early"] or found["late"]) or found["month"].lower() not in SHORT_MONTHS:
        return None
    day = f"{found['early'] or found['late']}-{SHORT_MONTHS[found['month'].lower()]:02}-{found['day'].zfill(2)}"
    zone = re.sub("^(?:GMT|UTC)(?=[+-])", "", found["zone"] or "")
    return _extended(f"{day}T{found['clock']}{zone if zone in ('GMT', 'UTC') or zone[:1] in '+-' else ''}")


def _people(written: str) -> str | None:
    line = written
    label = _PUBLISHED.search(line)
    if label is not None:
        line = line[label.end() :]
    elif (update := _UPDATED.search(line)) is not None and not re.search(r"\d{4}", line[: update.start()]):
        return None
    if (update := _UPDATED.search(line)) is not None:
        line = line[: update.start()]
    line = _WEEKDAY.sub("", line).strip(" ,;:|•·–—-([)]")
    day = re.search(_DAY, line, re.I)
    if day is None:
        return _days(re.sub(r"^(?:le|en|on|in)\s+", "", line, flags=re.I)) if len(line) <= 40 else None
    before, after = line[: day.start()].strip(), _AFTER.match(line, day.end())
    early = _BEFORE.fullmatch(line[: day.start()])
    if label is None and (
        (before and early is None and before.lower() not in ("le", "on", "du")) or (after and after.end() < len(line))
    ):
        return None  # a sentence with a date in it says nothing about its own
    found = _days(day.group())
    if found is None or len(found) < 10:
        return found
    return found + (_time(after) if after is not None and after["hour"] else _time(early) if early is not None else "")


def _dateline(written: str) -> str | None:
    """A day among what datelines of papers say beside it: its number, several weekdays, a time that no clock shows."""
    line = written
    if (update := _UPDATED.search(line)) is not None and _PUBLISHED.search(line) is None:
        line = line[: update.start()]
    if (short := _SHORT.fullmatch(line.strip())) is not None:
        return _days(f"{short['day']} {short['month']} {_century(short['year'])}")
    if (two := _TWO_DAYS.search(line)) is not None and int(two["first"]) < int(two["second"]):
        line = line[: two.start()] + two["first"] + line[two.end("second") :]
    when = find(line)
    if when is None or len(when.iso) < 10:
        return None
    beside = _BESIDE.sub("", f"{line[: when.start]} {line[when.end :]}")
    return when.iso if re.search(r"[^\W\d_]", beside) is None and len(beside) <= 40 else None


def _days(written: str) -> str | None:
    """A day, a month or a year in words or figures; its year must be written in full."""
    if re.search(r"\b[12][0-9]{3}\b", written) is None or "?" in written:
        return None  # "hier", "12 mars": not a date until somebody supplies the rest
    try:
        period = dates.read(re.sub(r"\s?([/.-])\s?(?=[0-9])", r"\1", written), today=Date.today())
    except DateError:
        return None
    if period.start is None or period.end is None:
        return None
    start = period.start.isoformat()
    for precision in (start, start[:7], start[:4]):
        if days(precision) == (period.start.toordinal(), period.end.toordinal()):
            return precision
    return None
