"""The text of a date → its words, folded, and where each of them stands; errors that point at a word."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import cache
from itertools import pairwise

from searcher.calendar import SHORT_MONTHS, SHORT_WEEKDAYS
from searcher.errors import DateError
from searcher.messages import Message
from searcher.query.dates import LONGEST

CLOCK = "hh:mm"
"""Stands for a word that is a time of day."""


class Impossible(DateError):
    """Words that have the form of a date, of a day that there is not (*31 février*, *2013..2011*)."""


class Words:
    """The words of one text, and how far they were understood.

    `guessed` is True once a year that nobody wrote was supplied; `short_year` once two digits that could be a day were
    taken for a year.
    """

    def __init__(self, text: str, today: datetime.date) -> None:
        self.text, self.today, self.reached = text, today, 0
        self.guessed = self.short_year = False
        self.words: list[str] = []
        self.places: list[tuple[int, int]] = []
        if len(text) > LONGEST:
            raise self.error(Message("date.long", limit=LONGEST), LONGEST, len(text))
        folded, starts, ends = fold(text)
        for found in _word().finditer(folded):
            kind, (lo, hi) = found.lastgroup, found.span()
            if kind == "comma" or (found[0] == "." and self.words and self.words[-1] in _SHORTENED):
                continue
            for a, b in pairwise((lo, lo + 4, lo + 6, hi) if kind == "compact" else (lo, hi)):
                self.words.append(CLOCK if kind == "clock" else folded[a:b])
                self.places.append((starts[a], ends[b - 1]))
        if not self.words:
            raise self.error(Message("date.empty"), 0, len(text))

    def __len__(self) -> int:
        return len(self.words)

    def error(self, reason: str, start: int, end: int, kind: type[DateError] = DateError) -> DateError:
        """An error about `text[start:end]`."""
        line = " ".join(self.text[:LONGEST].split()) + "…" * (len(self.text) > LONGEST)
        shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
        message = Message("date.refused", text=shown, reason=reason) if reason else Message("date.unread", text=shown)
        return kind(message, text=self.text, start=start, end=end)

    def error_at(self, lo: int, hi: int, reason: str) -> DateError:
        """An error about the words from `lo` to `hi`, which have the form of a date."""
        return self.error(reason, self.places[lo][0], self.places[hi - 1][1], Impossible)


def fold(text: str) -> tuple[str, list[int], list[int]]:
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


@cache
def _word() -> re.Pattern[str]:
    return re.compile(
        r"(?P<compact>[0-9]{8})(?![0-9])"
        r"|(?P<clock>t?(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
        r"(?:z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?)"
        r"|(?P<comma>(?<=[0-9a-z]),(?=\s+[0-9a-z]))|[0-9]+|[a-z]+'?|\.\.|\w+|\S"
    )


_ALIKE = {"’": "'", "‐": "-", "‑": "-", "–": "-", "ᵉ": "e", "ʳ": "r"}
_SHORTENED = SHORT_MONTHS.keys() | SHORT_WEEKDAYS.keys()
