"""Text of an archive → text that is safe to print: nothing in it can move a cursor, hide a word or run a command."""

from __future__ import annotations

from searcher.article import CONTROL


def safe(text: str) -> str:
    """`text` with every control and bidi character replaced by �; of the same length, so that offsets stay true."""
    return text if text.isprintable() else CONTROL.sub("\ufffd", text)


def line(text: str) -> str:
    """`text` on one line: line breaks and tabs become spaces, one for one."""
    return safe(text).replace("\n", " ").replace("\t", " ")
