"""Text of an archive → text that is safe to print: nothing in it can move a cursor, hide a word or run a command."""

from __future__ import annotations

import re

# Controls (C0, DEL, C1) but for tab and newline, then the marks that reorder or hide what is printed (bidi, zero width).
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def safe(text: str) -> str:
    """`text` with every control and bidi character replaced by �; of the same length, so that offsets stay true."""
    return CONTROL.sub("\ufffd", text)


def line(text: str) -> str:
    """`text` on one line: line breaks and tabs become spaces, one for one."""
    return safe(text).replace("\n", " ").replace("\t", " ")
