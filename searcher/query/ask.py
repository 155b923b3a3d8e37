"""A query with its options → `Ask`, one value that says what a person wants; `search`, `why`, `every` and `counts` take it.

An `Ask` says which articles are wanted and in which order. How an answer is shown (hits a page, passages) is no part of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date as Date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar
from unicodedata import normalize

from searcher.article import WHOLE
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.patterns import lazily
from searcher.query import dates
from searcher.values import Value

TIMEOUT = 10.0
"""Seconds after which a search stops and shows what it found, unless told otherwise."""

BUILT_IN: Final = ""
"""For `variants`: the list of names that comes with the program."""


class Required(StrEnum):
    """How many words of a query an article must have: all of them, else some of them (`auto`); all; any."""

    AUTO = "auto"
    ALL = "all"
    ANY = "any"


class Sort(StrEnum):
    """The order of an answer. Articles of the same rank stand in the order they were added.

    By relevance, an article's rank is its score as far as `ranks.rank` tells scores apart. By a value or by title, articles of
    the same value stand as by relevance, and articles without one come last, in both directions.
    """

    RELEVANCE = "relevance"
    OLDEST = "date"  # articles without a date last
    NEWEST = "-date"  # articles without a date last
    SOURCE, SOURCE_REVERSED = "source", "-source"
    AUTHOR, AUTHOR_REVERSED = "author", "-author"
    SECTION, SECTION_REVERSED = "section", "-section"
    LANGUAGE, LANGUAGE_REVERSED = "language", "-language"
    FORMAT, FORMAT_REVERSED = "format", "-format"
    TITLE, TITLE_REVERSED = "title", "-title"

    @property
    def field(self) -> str:
        """What articles are put in order by, without the sign."""
        return self.value.removeprefix("-")

    @property
    def is_reversed(self) -> bool:
        return self.value.startswith("-")


NATIVE = (Sort.RELEVANCE, Sort.OLDEST, Sort.NEWEST)
"""The orders that engines know; `archive.ordering` makes all others of these."""

TITLE = Sort.TITLE.value


Variants = str | os.PathLike[str] | None
"""The names that are widened to their other spellings: `BUILT_IN`, a file that is read before that list, or None: no names."""

Filters = Mapping[str, str | Iterable[str | None] | None]
"""Field → the values of which an article must have one, whole and as counts give them: `{"source": ["Le Monde", "AFP"]}`.

The fields are `FILTERS`; the value None is that of articles without any.
"""

YEAR = "year"

FILTERS = (*WHOLE, YEAR)
"""The fields that `filters` may name: source, author, section, language, format, when, and the year of `when`."""

Chosen = tuple[tuple[str, tuple[str | None, ...]], ...]
"""`Filters` as an `Ask` keeps them: fields and values in order, each once."""

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    class Options(TypedDict, total=False):
        """The options of an `Ask`, for methods that also take a query and its options in place of one."""

        match: Required | str
        sort: Sort | str
        since: str | Date | None
        until: str | Date | None
        variants: Variants
        today: Date | None
        filters: Filters
        added_after: int | None
        timeout: float | None


class Ask(Value):
    """What a person wants: a query in the language of docs/query-language.md, and its options.

    `match`: auto, all, any. `sort`: relevance, date, -date. `since`, `until`: days as people write them (or `datetime.date`),
    both included. `variants`: the names that are widened to their other spellings. `today`: the day that relative dates are
    measured from; None: the day on which the question is asked. `filters`: for each field named, an article must have one of
    the values. `added_after`: only articles whose content came into the archive after the one with this serial
    (`About.newest` is the last). `timeout`: seconds (None: as long as it takes).

    Raises UsageError or DateError for an option out of range, when it is made.
    """

    query: str
    match: Required = Required.AUTO
    sort: Sort = Sort.RELEVANCE
    since: str | None = None
    until: str | None = None
    variants: Variants = BUILT_IN
    today: Date | None = None
    filters: Chosen = ()
    added_after: int | None = None
    timeout: float | None = TIMEOUT

    if TYPE_CHECKING:

        def __init__(self, query: str, **options: Unpack[Options]) -> None: ...

    else:

        def __init__(self, *given, **options):
            super().__init__(*given, **options)
            if not isinstance(self.query, str):
                raise UsageError(Message("ask.query", query=self.query))
            if self.timeout is not None and not (_is_number(self.timeout) and self.timeout > 0):
                raise UsageError(Message("ask.timeout", timeout=self.timeout))
            _set(self, "match", _choice(Required, self.match, "match"))
            _set(self, "sort", _choice(Sort, self.sort, "sort"))
            _set(self, "since", _day(self.since, "since"))
            _set(self, "until", _day(self.until, "until"))
            _set(self, "filters", _filters(self.filters))
            if self.added_after is not None:
                whole_number(self.added_after, 0, "ask.serial")
            self.period(self.today or Date.today())

    def period(self, today: Date) -> dates.Period | None:
        """The days from `since` to `until`, None when neither is given. Raises DateError; UsageError for an empty period."""
        if self.since is None and self.until is None:
            return None
        start = dates.since(self.since, today=today).start if self.since is not None else None
        end = dates.until(self.until, today=today).end if self.until is not None else None
        if start is not None and end is not None and start >= end:
            raise UsageError(Message("ask.period-empty", since=self.since, until=self.until))
        return dates.Period(start, end)


def whole_number(value: object, low: int, refusal: str, high: int | None = None) -> int:
    """`value` when it is a whole number from `low` to `high`. Raises UsageError with the message `refusal`, an id."""
    if isinstance(value, int) and not isinstance(value, bool) and low <= value and (high is None or value <= high):
        return value
    raise UsageError(Message(refusal, value=value, limit=high))


Choice = TypeVar("Choice", Required, Sort)


def _choice(kind: type[Choice], value: Choice | str, name: str) -> Choice:
    with suppress(ValueError):
        return kind(value)
    raise UsageError(Message("ask.choice", name=name, choices=", ".join(each.value for each in kind), value=value))


def _day(value: str | Date | None, name: str) -> str | None:
    if isinstance(value, Date):
        return value.isoformat()[:10]
    if value is None or isinstance(value, str):
        return value
    raise UsageError(Message("ask.date", name=name, value=value))


def _filters(given: Filters | Chosen) -> Chosen:
    """The same filters in one form, whatever form they were given in."""
    made: dict[str, set[str | None]] = {}
    for field, values in given.items() if isinstance(given, Mapping) else given:
        if field not in FILTERS:
            raise UsageError(Message("ask.filter-field", fields=", ".join(FILTERS), field=field))
        listed = [values] if values is None or isinstance(values, str) else list(values)
        if not all(value is None or isinstance(value, str) for value in listed):
            raise UsageError(Message("ask.filter-values", field=field, values=listed))
        if field == YEAR and not all(value is None or _YEAR.fullmatch(value) for value in listed):
            raise UsageError(Message("ask.year", years=", ".join(map(repr, listed))))
        made.setdefault(field, set()).update(value and normalize("NFC", value) for value in listed)
    return tuple(
        (field, tuple(sorted(made[field], key=lambda value: value or ""))) for field in FILTERS if field in made
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_YEAR = lazily(r"[0-9]{4}")
_set = object.__setattr__
