"""What differs between two articles → lines for a person, JSON, JSON lines, CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from searcher.messages import say
from searcher.render import tables
from searcher.render.plain import line
from searcher.render.terminal import about
from searcher.results.diff import Diff, Kind, Piece
from searcher.results.published import SCHEMA, dumps, metadata

RED, GREEN, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"

CONTEXT = 8
"""Words that are shown before and behind what differs."""

COLUMNS = ("kind", "left", "right", "left_start", "left_end", "right_start", "right_end")


def text(found: Diff, *, color: bool) -> Iterator[str]:
    """Both articles, then a line for each place where they differ: `[-words of the left-]`, `{+words of the right+}`."""
    for mark, article, paint in (("-", found.left, RED), ("+", found.right, GREEN)):
        named = line(f"{mark} {article.title or say('hit.untitled')} · {about(article)}")
        yield f"{paint}{named}{PLAIN}" if color else named
    for hunk in _hunks(found.pieces):
        yield ""
        yield " ".join(filter(None, (_shown(piece, at, len(hunk), color) for at, piece in enumerate(hunk))))


def summary(found: Diff) -> str:
    """How much the two have in common."""
    which = "diff.summary" if found.complete else "diff.summary-cut"
    return say(which, same=found.same, left=found.left_words, right=found.right_words)


def as_dict(found: Diff) -> dict[str, Any]:
    """The difference as JSON has it: the articles without their texts, and the stretches."""
    return {
        "schema": SCHEMA,
        "left": metadata(found.left),
        "right": metadata(found.right),
        "same": found.same,
        "left_words": found.left_words,
        "right_words": found.right_words,
        "complete": found.complete,
        "pieces": [_piece(each) for each in found.pieces],
    }


def json(found: Diff) -> Iterator[str]:
    """One object."""
    yield dumps(as_dict(found))


def jsonl(found: Diff) -> Iterator[str]:
    """An object for each stretch."""
    return (dumps(_piece(each)) for each in found.pieces)


def csv(found: Diff) -> Iterator[str]:
    """A line of names, then a line for each stretch."""
    yield tables.row(COLUMNS)
    for each in found.pieces:
        yield tables.row(_piece(each).values())


def _piece(piece: Piece) -> dict[str, Any]:
    return {"kind": piece.kind.value, **{name: getattr(piece, name) for name in COLUMNS[1:]}}


def _hunks(pieces: tuple[Piece, ...]) -> Iterator[list[Piece]]:
    """Stretches that differ, with what is equal around them; a long equal stretch parts two hunks and stands in both."""
    hunk: list[Piece] = []
    for piece in pieces:
        hunk.append(piece)
        if piece.kind is Kind.EQUAL and len(piece.right.split()) > 2 * CONTEXT:
            if len(hunk) > 1:
                yield hunk
            hunk = [piece]
    if any(piece.kind is not Kind.EQUAL for piece in hunk):
        yield hunk


def _shown(piece: Piece, at: int, pieces: int, color: bool) -> str:
    removed, added = _marked(piece.left, "[-", "-]", RED, color), _marked(piece.right, "{+", "+}", GREEN, color)
    match piece.kind:
        case Kind.EQUAL:
            return _context(piece.right.split(), first=at == 0, last=at == pieces - 1)
        case Kind.REMOVED:
            return removed
        case Kind.ADDED:
            return added
        case Kind.CHANGED:
            return f"{removed} {added}"
        case _:
            assert_never(piece.kind)


def _marked(written: str, before: str, behind: str, paint: str, color: bool) -> str:
    words = line(" ".join(written.split()))
    return f"{paint}{words}{PLAIN}" if color else f"{before}{words}{behind}"


def _context(words: list[str], *, first: bool, last: bool) -> str:
    if first and len(words) > CONTEXT:
        words = ["…", *words[-CONTEXT:]]
    elif last and len(words) > CONTEXT:
        words = [*words[:CONTEXT], "…"]
    return line(" ".join(words))
