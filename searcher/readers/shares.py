"""One large file for several readers: which records each has, and what they say beside articles and problems."""

from __future__ import annotations

from dataclasses import dataclass

BLOCK = 32  # records that one part of a file has before the next part has its turn


@dataclass(frozen=True, slots=True)
class Share:
    """The records of a file for one reader of several: each has a block of them in turn, this one from block `which` on. The
    first `skip` articles of the file are left out."""

    which: int = 0
    of: int = 1
    skip: int = 0

    def has(self, number: int) -> bool:
        """Whether the record with this number, from 1 on, is in it."""
        return self.of == 1 or (number - 1) // BLOCK % self.of == self.which

    def ends(self, number: int) -> bool:
        """Whether the record before this one was the last of a block of it."""
        return self.of > 1 and number > 1 and (number - 1) % BLOCK == 0 and self.has(number - 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """A block ends; what follows in the file is another's."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a share: articles made, records that failed, those of them that are damaged; the first that failed."""

    made: int
    failed: int
    damaged: int
    number: int
    first: str
