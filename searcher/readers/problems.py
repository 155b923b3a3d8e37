"""What a reader reports beside articles: an input, or a part of one, that gave none, and why."""

from __future__ import annotations

from dataclasses import dataclass

from searcher.errors import Unreadable
from searcher.sources import Source
from searcher.sources.refusals import CUT
from searcher.sources.streams import Forgiving


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that gave no article, and why: `path`, and `place` in it when the rest of the file was read.

    `kind` is `failed` (damaged or refused), `missing` (an extra must be installed), `skipped` (no article: a picture, a
    catalogue) or `noted` (nothing is lost; something was guessed, repaired, cut or left out). A reader of many records reports
    those that fail together: the first one's reason, and how many more.
    """

    path: str
    reason: str
    place: str | None = None
    kind: str = "failed"


def problem(source: Source, reason: str, kind: str = "failed") -> Problem:
    """A problem of `source` as a whole."""
    return Problem(source.path, reason, source.place, kind)


def note(source: Source, reason: str) -> Problem:
    """What was guessed, repaired, cut or left out of `source`, whose articles are read."""
    return Problem(source.path, reason, source.place, "noted")


def and_more(first: str, count: int, unit: str) -> str:
    """The reason of the first of `count` parts that failed, and how many others; `unit` is what one part is called."""
    others = count - 1
    return f"{first}, and {others} more {unit}{'s' if others > 1 else ''}" if others > 0 else first


def loss(fault: Forgiving) -> str:
    """What is lost of a stream that ended at its damage, in a line."""
    if fault.is_cut:
        return f"{CUT} after {fault.at:,} bytes; whatever followed is lost"
    assert fault.fault is not None
    return str(fault.fault) if isinstance(fault.fault, Unreadable) else damage(fault.fault)


def damage(error: Exception) -> str:
    """What an error that a library raised says of a file, in a line."""
    match error:
        case RecursionError():
            return "nested too deeply"
        case MemoryError():
            return "needs more memory than a file may"
        case TimeoutError():
            return "took too long"
        case EOFError() if "end-of-stream" in str(error):
            return "cut short: its compressed data has no end"
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    if type(error).__name__ in ("error", "LZMAError", "BadGzipFile", "ZstdError"):
        return f"damaged compressed data ({reason})"
    return (
        f"{reason[:1].lower()}{reason[1:]}"
        if isinstance(error, OSError | EOFError | ValueError)
        else f"damaged ({reason})"
    )
