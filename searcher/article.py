"""The article as it was read, and the entry that is indexed for it.

Readers make articles; analysis makes an entry of each; engines store entries.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import date as Date

from searcher.patterns import lazily
from searcher.values import Value

Range = tuple[int, int]
"""Half-open `[start, end)`, in code points."""

# Controls (C0, DEL, C1) but for tab and newline, then the marks that reorder or hide what is printed (bidi, zero width).
CONTROL = lazily(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Characters of a text that never reach a terminal as they are: they move the cursor, reorder or hide what is printed."""

# Fields an engine stores terms in. A positional field keeps the order of its terms, so that phrases can be
# asked of it; the others are bags.
WORDS, LEMMAS, STEMS, FORMS = "words", "lemmas", "stems", "forms"
TITLE_WORDS, TITLE_LEMMAS, TITLE_STEMS, TITLE_FORMS = "title_words", "title_lemmas", "title_stems", "title_forms"
ID, SOURCE, AUTHOR, LANGUAGE = "id", "source", "author", "language"
SECTION, FORMAT, WHEN = "section", "format", "when"
NAME, PERSON, PAIR, SPEAKER = "name", "person", "pair", "speaker"
SKETCH = "sketch"
"""Terms by which copies are told (`analysis.sketch`). No field of engines: 43 terms that hardly another article has would take
500 to 4,000 bytes an article there, and take 130 in `indexing.copies`."""

WHOLE = {
    name: f"whole_{name}" for name in (SOURCE, AUTHOR, SECTION, LANGUAGE, FORMAT, WHEN, NAME, PERSON, PAIR, SPEAKER)
}
"""What can be counted by whole value → the field whose terms are those values (`as_term`)."""

POSITIONAL = (WORDS, TITLE_WORDS, SOURCE, AUTHOR, NAME, PERSON, SPEAKER)
BAGS = (ID, LEMMAS, STEMS, FORMS, TITLE_LEMMAS, TITLE_STEMS, TITLE_FORMS, LANGUAGE, *WHOLE.values())
FIELDS = POSITIONAL + BAGS

_SPACE, _NONE = "␣", "∅"


def as_term(value: str | None) -> str:
    """The term of a whole value, in a field of `WHOLE`; None is the value of an article that has none.

    White space is one space between words, and the two signs that terms are written with are no part of a value.
    """
    words = value.replace(_SPACE, " ").split() if value else ()
    return _SPACE.join(words) or _NONE


def as_value(term: str) -> str | None:
    """The whole value that a term of a field of `WHOLE` stands for."""
    return None if term == _NONE else term.replace(_SPACE, " ")


class Article(Value):
    """One article of an archive. `id` is unique in an index and holds no white space.

    `text` is what passages are cut from: every offset in this package counts code points of it.
    `date` is ISO 8601 in the precision it was given with: `2020`, `2020-01`, `2020-01-07` or a timestamp.
    `path` names the file it came from and `place` where in that file (`line 12`), when the file holds several.
    `pages` are those of the printed issue, as written (`7`, `A3`, `12-14`).
    `standfirst` is also the first paragraph of `text`. `copies` are the other places where the same article was met,
    each a path, or a path and a place with ` : ` between them. `format` names what it was read from, a key of
    `readers.FORMATS`; of a file in an archive that file's format, not the archive's.
    """

    id: str
    text: str
    title: str = ""
    date: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    pages: str | None = None
    path: str = ""
    place: str | None = None
    standfirst: str | None = None
    copies: tuple[str, ...] = ()
    format: str | None = None


TITLED = {TITLE_WORDS: WORDS, TITLE_LEMMAS: LEMMAS, TITLE_STEMS: STEMS, TITLE_FORMS: FORMS}
"""Field of a title → the field of texts whose column in a `Table` it has its terms from."""

NUMBERED = (*TITLED.values(), *TITLED)
"""The fields whose terms `Numbered` stands for."""


class Table:
    """What pieces of texts give, by number: `columns` has for each of WORDS, LEMMAS, STEMS and FORMS the terms of each piece, a
    space between. Number 0 is a piece without any. A table only grows."""

    __slots__ = ("_appends", "columns")

    def __init__(self) -> None:
        self.columns: dict[str, list[str]] = {name: [""] for name in TITLED.values()}
        self._appends = [column.append for column in self.columns.values()]

    def __len__(self) -> int:
        return len(self.columns[FORMS])

    def add(self, words: str, lemmas: str, stems: str, forms: str) -> int:
        """The number of a new piece, which gives these terms."""
        number = len(self)
        to_words, to_lemmas, to_stems, to_forms = self._appends
        to_words(words)
        to_lemmas(lemmas)
        to_stems(stems)
        to_forms(forms)
        return number


class Numbered(Value):
    """The words of an article as the numbers of its pieces in `table`. `apart`: the title is no part of the text, so fields
    without positions hold the terms of both."""

    table: Table
    title: array[int]
    text: array[int]
    apart: bool

    def numbers(self, field: str) -> array[int]:
        """The numbers of the pieces that give a field of `NUMBERED` its terms."""
        if field in TITLED:
            return self.title
        return self.title + self.text if self.apart and field != WORDS else self.text

    def terms(self, field: str) -> str:
        """The terms of a field of `NUMBERED`, a space between."""
        column = self.table.columns[TITLED.get(field, field)]
        return " ".join(filter(None, map(column.__getitem__, self.numbers(field))))


class Entry(Value):
    """An article and its terms, field by field; the whole contract between French and engines.

    A term is a string without white space; a field is its terms, a space between: so they travel between processes and go
    into Tantivy, and `split` makes a list of them. The terms of a positional field are in text order; a field of `WHOLE`
    holds a term once. `serial` says when the content came into the archive: contents that came later have larger numbers
    (see `indexing.ledger`), from 1. With `numbered`, fields of `NUMBERED` hold the terms that it stands for and those of
    `terms`, in no order. `annotations` say what was found in the text at indexing (`analysis.annotations`): a
    string that engines store and give back as it is; empty when there is nothing to say.
    """

    article: Article
    terms: Mapping[str, str]
    serial: int = 0
    annotations: str = ""
    numbered: Numbered | None = None

    def spelt(self) -> Entry:
        """The same entry with all of its terms in `terms`."""
        held = self.numbered
        if held is None:
            return self
        terms = {name: " ".join(filter(None, (held.terms(name), self.terms.get(name)))) for name in NUMBERED}
        return Entry(self.article, {**self.terms, **terms}, self.serial, self.annotations)


_ISO = lazily(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"(?:Z|(?P<east>[+-][0-9]{2}):?(?P<quarters>[0-9]{2}))?)?)?)?"
)
_DAY = 86_400
_EXACT = Date(1600, 1, 1).toordinal(), Date(2600, 1, 1).toordinal()


def days(date: str) -> tuple[int, int]:
    """The days a date covers, as proleptic Gregorian ordinals, half-open: `2020-01` covers a month.

    Raises ValueError when `date` is not ISO 8601 in one of the precisions of `Article.date`.
    """
    found = _ISO.fullmatch(date)
    if found is None:
        raise ValueError(f"not an ISO date: {date!r}")
    year, month, day = (int(part) if part else None for part in found.group("year", "month", "day"))
    assert year is not None
    if month is None:
        return Date(year, 1, 1).toordinal(), Date(year, 12, 31).toordinal() + 1
    if day is None:
        first = Date(year, month, 1).toordinal()
        return first, Date(year, month + 1, 1).toordinal() if month < 12 else first + 31
    ordinal = Date(year, month, day).toordinal()
    return ordinal, ordinal + 1


MAX_INSTANT = (1 << 35) - 1
"""No date has a greater instant, and none has this one."""


def instant(date: str) -> int:
    """The number that a date is sorted by, from 1: earlier dates have smaller numbers.

    Between 1600 and 2599 it counts seconds, time zones considered, outside that days, so that it fits in 35 bits. A date
    without a time stands for the beginning of its first day, and a time without a zone is taken for UTC.

    Raises ValueError as `days` does.
    """
    found = _ISO.fullmatch(date)
    first, _ = days(date)
    assert found is not None, "days would have raised"
    hour, minute, second, east, quarters = (int(part or 0) for part in found.group(*_CLOCK))
    offset = 60 * (60 * east + (-quarters if (found["east"] or "").startswith("-") else quarters))
    seconds = 3600 * hour + 60 * minute + second - offset
    day = first + seconds // _DAY
    start, end = _EXACT
    if day < start:
        return max(day, 1)
    if day < end:
        return start + (day - start) * _DAY + seconds % _DAY
    return start + (end - start) * _DAY + day - end


_CLOCK = ("hour", "minute", "second", "east", "quarters")


def when(date: str | None) -> str | None:
    """A date in the precision of a day or a coarser one, as it is counted: `2020`, `2020-01`, `2020-01-07`.

    A timestamp is of the day it names, in its own time zone. None when there is no date that `days` can read.
    """
    if date is None:
        return None
    try:
        days(date)
    except ValueError:
        return None
    return date[:10]
