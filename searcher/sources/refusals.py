"""Why an undamaged source gives no article: three kinds of `Unreadable` that a run reports apart from failures."""

from __future__ import annotations

from searcher.errors import Unreadable
from searcher.extras import install_command


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
