"""What is guessed or mended while a file is read → the notes that its report ends with, each with the first place.

Readers call `mended` and `guessed` wherever they mend and guess, however deep; `readers.read` listens for one file at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

AROUND = 20  # characters shown on either side of a place

_SAID = {
    "bytes": ("byte that is not UTF-8 was read as Windows-1252", "bytes that are not UTF-8 were read as Windows-1252"),
    "twice": (
        "passage in UTF-8 that had been read as another encoding was put right",
        "passages in UTF-8 that had been read as another encoding were put right",
    ),
    "controls": ("C1 control was read as Windows-1252", "C1 controls were read as Windows-1252"),
    "dropped": ("control character was left out", "control characters were left out"),
    "cut": (
        "byte of a character that is not whole was left out",
        "bytes of a character that is not whole were left out",
    ),
    "quotes": ("quote that no other closes was read as a mark", "quotes that no other closes were read as marks"),
    "lost": ("character could not be read and stands as �", "characters could not be read and stand as �"),
    "entities": ("entity that was encoded twice was undone", "entities that were encoded twice were undone"),
}


class Repairs:
    """What was guessed and mended in one file, and the dates in it that nobody could read."""

    def __init__(self) -> None:
        self.dates: list[str] = []
        self.useful = False  # whether the file gave an article
        self._mended: dict[str, tuple[int, str, str]] = {}  # kind → how often; the first place and what stands there
        self._guessed: dict[str, None] = {}
        self._met: set[tuple[str, int, str]] = set()

    def add(self, kind: str, count: int, place: str, shown: str) -> None:
        """Counts repairs. A file that is decoded twice tells them twice; the second time does not count."""
        key = (kind, count, place)
        if place and key in self._met:
            return
        self._met.add(key)
        before = self._mended.get(kind, (0, place, shown))
        self._mended[kind] = (before[0] + count, *before[1:])

    def clear(self) -> None:
        """Forgets all that was told."""
        self.dates.clear()
        self._mended.clear()
        self._guessed.clear()
        self._met.clear()

    def drop(self, kind: str) -> None:
        """Takes back what was told of a kind of repair."""
        self._mended.pop(kind, None)

    def guess(self, what: str) -> None:
        self._guessed[what] = None

    def settle(self, place: str) -> None:
        """Says in which record the repairs were whose place was not known."""
        for kind, (count, known, shown) in self._mended.items():
            if not known and place:
                self._mended[kind] = (count, place, shown)

    def notes(self) -> Iterator[str]:
        """A line for each kind of guess and repair, and one for the dates; none of a file without an article."""
        if not self.useful:
            return
        yield from self._guessed
        for kind, (count, place, shown) in self._mended.items():
            first = ", ".join(filter(None, (place, f"“{shown}”" if shown else "")))
            yield f"{count:,} {_SAID[kind][count > 1]}{'; the first: ' if count > 1 else ': '}{first}"
        if self.dates:
            quoted = ", ".join(f"“{each}”" for each in dict.fromkeys(self.dates[:20]))
            yield f"dates that could not be read, {len(self.dates)} in all: {quoted[:200]}"


_listening: list[Repairs | None] = []


@contextmanager
def heard_by(repairs: Repairs | None) -> Iterator[None]:
    """Meanwhile all repairs go to `repairs`; to nobody for None."""
    _listening.append(repairs)
    try:
        yield
    finally:
        _listening.pop()


def listener() -> Repairs | None:
    """Who hears of repairs now."""
    return _listening[-1] if _listening else None


def mended(kind: str, count: int, *, place: str = "", shown: str = "") -> None:
    """Tells of `count` repairs of a kind (a key of _SAID), and of the first: where it is and what stands there."""
    if (heard := listener()) is not None:
        heard.add(kind, count, place, " ".join(shown.split()))


def guessed(what: str) -> None:
    """Tells of a guess, as the report is to say it."""
    if (heard := listener()) is not None:
        heard.guess(what)


def forget() -> None:
    """Takes back what was told of a file so far: another reader reads all of it again, and tells."""
    if (heard := listener()) is not None:
        heard.clear()
