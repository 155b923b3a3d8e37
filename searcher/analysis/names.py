"""A name in one spelling → the other spellings of it: `names.txt` and files of the same format.

A list is made comparable as one text (lower case, no marks, hyphens as spaces); that of `names.txt` is kept in
`names.comparable.txt`, which `python -m searcher.analysis.names` writes and a test compares. The first names that are asked
for are looked for in the text, a tenth of a millisecond each; a dictionary of its seven thousand spellings takes two to make.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from searcher.errors import UsageError, reason
from searcher.messages import Message
from searcher.patterns import lazily

MAX_WORDS = 5  # of a name
FEW = 20  # names looked for in the text before a dictionary is made

_MARKS = lazily("[\u0300-\u036f]")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("-\u2010\u2011'’ʼ\u00a0", " "),
        **{"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "œ": "oe", "æ": "ae", "þ": "th"},
    }
)


def comparable(text: str) -> str:
    """Case, marks, hyphens and apostrophes made equal; line by line the same number of lines."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.casefold())).translate(_LETTERS)


class Names:
    """Groups of spellings: a text made comparable, between line breaks, in UTF-8, and how to read it as it was written."""

    def __init__(self, comparable: bytes, written: Callable[[], str]) -> None:
        self._comparable = comparable
        self._written = written
        self._asked = 0
        self._lines: dict[str, int] = {}
        self._split: list[str] = []

    def others(self, name: str) -> tuple[str, ...]:
        """The other spellings of `name`, the usual one of the French press first; nothing when it is in no group."""
        sought = " ".join(comparable(name).split())
        line = self._line(sought) if sought else None
        return () if line is None else self._group(line, sought)

    def usual_of_person(self, name: str) -> str | None:
        """The usual spelling of a person's name: of the whole name, else of its last word, the family name; None when neither
        is in a group."""
        whole = self.usual(name)
        first, blank, last = name.rpartition(" ")
        if whole is not None or not blank:
            return whole
        family = self.usual(last)
        return None if family is None else f"{first} {family}"

    def usual(self, name: str) -> str | None:
        """The first spelling of the group of `name`, the usual one of the French press; None when it is in no group."""
        sought = " ".join(comparable(name).split())
        line = self._line(sought) if sought else None
        if line is None:
            return None
        written = self._lines_written()[line - 1]
        return " ".join(written.split()).split(" = ")[0]

    def _line(self, sought: str) -> int | None:
        """The first line that has a spelling, counted from 0."""
        if self._asked < FEW:
            self._asked += 1
            wanted = sought.encode("utf-8", "surrogatepass")
            at = self._comparable.find(wanted)
            while at >= 0:
                begins = self._comparable.endswith((b"\n", b"= "), 0, at)
                if begins and self._comparable.startswith((b" =", b"\n"), at + len(wanted)):
                    return self._comparable.count(b"\n", 0, at)
                at = self._comparable.find(wanted, at + 1)
            return None
        if not self._lines:
            lines = [(number, line) for number, line in enumerate(self._comparable.decode().split("\n")) if line]
            self._lines = {spelling: number for number, line in reversed(lines) for spelling in line.split(" = ")}
        return self._lines.get(sought)

    def _group(self, line: int, sought: str) -> tuple[str, ...]:
        written = self._lines_written()[line - 1]  # what is made comparable begins with a line break
        spellings = " ".join(written.split()).split(" = ")
        return tuple(spelling for spelling in spellings if " ".join(comparable(spelling).split()) != sought)

    def _lines_written(self) -> list[str]:
        if not self._split:
            self._split = self._written().split("\n")
        return self._split


@lru_cache(maxsize=4)
def built_in() -> Names:
    """The list that comes with the program."""
    return Names(_resource("names.comparable.txt"), lambda: _resource("names.txt").decode())


def _resource(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


def read(path: Path) -> Names:
    """A list of the user's own. Raises UsageError when the file cannot be read or a line of it is no group."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(Message("names.unreadable", path=path, error=reason(error))) from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#") and len([each for each in line.split(" = ") if each.strip()]) < 2:
            raise UsageError(Message("names.line", path=path, number=number))
    return Names(searched(text).encode(), lambda: text)


def searched(text: str) -> str:
    """A list made comparable, without comments and blanks that do not count; line by line the same number of lines."""
    groups = ("" if line.startswith("#") else " ".join(line.split()) for line in text.split("\n"))
    return comparable("\n" + "\n".join(groups) + "\n")


if __name__ == "__main__":
    Path(__file__).with_name("names.comparable.txt").write_text(searched(_resource("names.txt").decode()), "utf-8")
