"""What a person should know about the query as it was understood."""

from __future__ import annotations

from searcher.values import Value


class Note(Value):
    """Something the reader of the results should know about the query `query[start:end]`.

    `kind` is a stable word for programs (`relaxed`, `unknown_field` …); `message` is one line for people.
    A `quiet` note is part of the record but not worth a line on a terminal.
    """

    kind: str
    message: str
    start: int = 0
    end: int = 0
    quiet: bool = False
