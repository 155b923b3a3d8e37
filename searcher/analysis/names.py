"""A name in one spelling → the other spellings of it: `names.txt` and files of the same format.

A list is not parsed: it is made comparable as one text (lower case, no marks, hyphens as spaces) and searched, which costs
milliseconds where a dictionary of its seven thousand spellings would cost tenths of a second at every start. That of
`names.txt` is kept in `names.comparable.txt`, which `python -m searcher.analysis.names` writes and a test compares.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from searcher.errors import UsageError

MAX_WORDS = 5  # of a name

_MARKS = re.compile("[\u0300-\u036f]")
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
    """Groups of spellings: a text made comparable, between line breaks, and how to read it as it was written."""

    def __init__(self, comparable: str, written: Callable[[], str]) -> None:
        self._comparable = comparable
        self._written = written

    def others(self, name: str) -> tuple[str, ...]:
        """The other spellings of `name`, the usual one of the French press first; nothing when it is in no group."""
        sought = " ".join(comparable(name).split())
        if not sought:
            return ()
        at = self._comparable.find(sought)
        while at >= 0:
            before, after = (
                self._comparable[max(at - 2, 0) : at],
                self._comparable[at + len(sought) : at + len(sought) + 2],
            )
            if (before == "= " or before[-1:] == "\n") and (after == " =" or after[:1] == "\n"):
                return self._group(at, sought)
            at = self._comparable.find(sought, at + 1)
        return ()

    def _group(self, at: int, sought: str) -> tuple[str, ...]:
        line = self._written().split("\n")[self._comparable.count("\n", 0, at) - 1]
        spellings = " ".join(line.split()).split(" = ")
        return tuple(spelling for spelling in spellings if " ".join(comparable(spelling).split()) != sought)


@lru_cache(maxsize=4)
def built_in() -> Names:
    """The list that comes with the program."""
    return Names(_resource("names.comparable.txt"), lambda: _resource("names.txt"))


def _resource(name: str) -> str:
    return Path(__file__).with_name(name).read_bytes().decode("utf-8")


def read(path: Path) -> Names:
    """A list of the user's own. Raises UsageError when the file cannot be read or a line of it is no group."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as a list of names ({error})") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#") and len([each for each in line.split(" = ") if each.strip()]) < 2:
            raise UsageError(f"{path}, line {number}: a group is written Spelling = Spelling, with spaces around =")
    return Names(searched(text), lambda: text)


def searched(text: str) -> str:
    """A list made comparable, without comments and blanks that do not count; line by line the same number of lines."""
    groups = ("" if line.startswith("#") else " ".join(line.split()) for line in text.split("\n"))
    return comparable("\n" + "\n".join(groups) + "\n")


if __name__ == "__main__":
    Path(__file__).with_name("names.comparable.txt").write_text(searched(_resource("names.txt")), "utf-8")
