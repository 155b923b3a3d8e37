"""A folded word → the printed forms that fold to it, each with its lemmas: a look-up in a mapped file.

`lexicon_build` makes `lexicon.table` from the French spelling dictionary of Grammalecte. The file is never loaded: a
look-up bisects the blocks by their first keys and searches one block, a few microseconds. Its format, UTF-8:

    searcher-lexicon-1 DIGEST BLOCKS
    BLOCKS blocks of `BLOCK` bytes, filled up with line feeds; lines `key TAB form:readings|form:readings`, ascending by key

A key is a folded form; a form that equals its key is left out. Readings are separated by commas. A reading is a lemma:
the number of letters to take off the form's end, and the letters to add (of *élisent*, `4re` is *élire*). `^` is the folded
form as a name, `.` the form as a small word; letters after the sign stand for another name or small word. `-` before a
reading: the form does not ask for the lemma. `+`: the lemma does not find the form.
"""

from __future__ import annotations

import mmap
from bisect import bisect_right
from functools import cache
from pathlib import Path

from searcher.errors import SearcherError
from searcher.messages import Message
from searcher.values import Value

TABLE = Path(__file__).with_name("lexicon.table")
MAGIC = "searcher-lexicon-1"
BLOCK = 1024
FEW = 2048  # look-ups before the first keys of all blocks are listed: a search has fewer, and listing takes 8 ms

NAME, SMALL = "^", "."
"""What the key of a proper name, and of a small word, begins with."""


class Form(Value):
    """A printed form and its readings; a name has a capital in its spelling. Readings are decoded when they are asked for."""

    printed: str
    readings: str
    key: str

    @property
    def is_name(self) -> bool:
        return not self.printed.islower()

    @property
    def is_small(self) -> bool:
        return self.readings.startswith(SMALL)

    @property
    def lemmas(self) -> tuple[str, ...]:
        """The keys the form is found by.

        >>> [(form.printed, form.lemmas) for form in lexicon().forms("elus")]
        [('élus', ('élu', 'élire'))]
        """
        return _lemmas(self.readings, self.printed, self.key)

    @property
    def asks(self) -> tuple[str, ...]:
        """The keys the form finds when it is typed: all but those that find the form without being meant by it."""
        codes = [code.lstrip("+") for code in self.readings.split(",") if code[0] != "-"]
        return tuple(_lemma(code, self.printed, self.key) for code in codes) or self.lemmas


class Lexicon:
    """The table in a file. Raises SearcherError when the file is missing or is no such table."""

    def __init__(self, path: Path = TABLE) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise self._damaged(str(error)) from error
        head = self._mapped.readline().split()
        if len(head) != 3 or head[0] != MAGIC.encode() or not head[2].isdigit():
            raise self._damaged("no table of this version")
        self.digest = head[1].decode()
        self._start = self._mapped.tell()
        self._blocks = range(int(head[2]))
        if len(self._mapped) != self._start + BLOCK * len(self._blocks):
            raise self._damaged("cut short")
        self._asked = 0
        self._firsts: list[str] = []
        self._looked_at: dict[int, str] = {}

    def forms(self, key: str) -> list[Form]:
        """The printed forms that fold to `key`, ascending; none when no form does."""
        found = []
        line = self._line(key)
        for part in line.split("|") if line else ():
            printed, sign, readings = part.partition(":")
            if not sign:
                raise self._damaged(f"at {key!r}")
            found.append(Form(printed or key, readings, key))
        return found

    def plain(self, key: str) -> tuple[str, ...]:
        """The lemmas of the form that is printed as its key, in small letters without accents; none when there is no such
        form: what `forms` would tell, in half the time."""
        line = self._line(key)
        if line[:1] == ":":
            return _lemmas(line[1:].partition("|")[0], key, key)
        if "|:" in line:
            return _lemmas(line.partition("|:")[2].partition("|")[0], key, key)
        return ()

    def _line(self, key: str) -> str:
        at = self._start + BLOCK * (self._after(key) - 1)
        sought = b"\n%s\t" % key.encode("utf-8", "surrogatepass")
        begins = self._mapped.find(sought, at, at + BLOCK) if at >= self._start else -1
        if begins < 0:
            return ""
        begins += len(sought)
        return self._mapped[begins : self._mapped.find(b"\n", begins)].decode()

    def _after(self, key: str) -> int:
        """The first block that begins behind `key`."""
        if not self._firsts:
            self._asked += 1
            if self._asked < FEW:
                return bisect_right(self._blocks, key, key=self._first)
            self._firsts = list(map(self._first, self._blocks))
            self._looked_at.clear()
        return bisect_right(self._firsts, key)

    def _first(self, block: int) -> str:
        """The first key of a block. A bisection looks at the same few blocks again and again."""
        known = self._looked_at.get(block)
        if known is None:
            begins = self._start + BLOCK * block + 1
            known = self._looked_at[block] = self._mapped[begins : self._mapped.find(b"\t", begins)].decode()
        return known

    def _damaged(self, why: str) -> SearcherError:
        return SearcherError(Message("lexicon.damaged", path=self._path, why=why))


def _lemmas(readings: str, printed: str, key: str) -> tuple[str, ...]:
    if readings.isdigit() and len(readings) == 1:  # the commonest: the form without its ending, or as it is
        return (printed[: len(printed) - int(readings)],)
    return tuple([_lemma(code.lstrip("-"), printed, key) for code in readings.split(",") if code[0] != "+"])


def _lemma(code: str, printed: str, key: str) -> str:
    if code[0] == SMALL:
        return code if len(code) > 1 else SMALL + printed
    if code[0] == NAME:
        return code if len(code) > 1 else NAME + key
    digits = 2 if code[1:2].isdigit() else 1
    return printed[: len(printed) - int(code[:digits])] + code[digits:]


@cache
def lexicon() -> Lexicon:
    """The table that comes with the program, mapped on first use."""
    return Lexicon()
