"""A mailbox (mbox, RFC 4155) → its messages, each read as e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher import readers
from searcher.article import Article
from searcher.readers.letters.mail import MAX_MESSAGE
from searcher.readers.problems import Problem
from searcher.sources import Source

MAX_LINE = 1 << 20

# The line between two messages of an mbox: "From " address, a date with a clock; no line of a text that happens to begin so.
_SEPARATOR = re.compile(rb"From .*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b.*", re.S)
_STRICT = re.compile(
    rb"From \S.* (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{5,8}(?: \S+)* [0-9]{4}\s*$"
)
_QUOTED_FROM = re.compile(rb">+From ")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The messages of an mbox, one in memory at a time; `>From ` at the beginning of a line was `From `."""
    number, size = 0, 0
    lines: list[bytes] = []
    blank = True
    for line in iter(lambda: stream.readline(MAX_LINE), b""):
        if line.startswith(b"From ") and (_STRICT.match(line) or (blank and _SEPARATOR.match(line))):
            yield from _message(source, number, size, lines)
            number, size, lines = number + 1, 0, []
        elif number or line.strip():
            number = number or 1
            size += len(line)
            if size <= MAX_MESSAGE:
                lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
        blank = not line.strip()
    yield from _message(source, number, size, lines)


def _message(source: Source, number: int, size: int, lines: list[bytes]) -> Iterator[Article | Problem]:
    if size > MAX_MESSAGE:
        yield Problem(source.path, f"larger than {MAX_MESSAGE >> 20} MB", f"message {number}")
    elif number and size:
        part = source.part(f"{source.stem}-{number}.eml", b"".join(lines), place=f"message {number}")
        yield from readers.read(part, form="mail")
