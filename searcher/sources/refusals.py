"""The kinds of `Unreadable` that are told apart: what undamaged sources hold instead of an article, and two kinds of damage."""

from __future__ import annotations

from searcher.errors import Unreadable
from searcher.extras import install_command

CUT = "cut short"  # begins what is said of everything that ends too early


class MissingExtra(Unreadable):
    """A source that can be read once `extra`, an optional part of this program, is installed; `what` describes the source."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what}; to read it: {install_command(extra)}")


class MissingProgram(MissingExtra):
    """A source that can be read once a program of the system is installed; the message says which, and how."""

    def __init__(self, message: str) -> None:
        Unreadable.__init__(self, message)


class NotAnArticle(Unreadable):
    """A source that never holds an article: a picture, a style sheet, a catalogue."""


class Damaged(Unreadable):
    """A stream whose bytes are wrong from some place on; where the damage shows, what stands before may be wrong already."""


class CutShort(Damaged):
    """A stream that ends too early; what stands before its end is right."""
