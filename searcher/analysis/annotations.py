"""An article → what analysis finds in its text once, at indexing: the sketch that tells copies, names, quotes.

Each of `KINDS` gives terms (fields that engines count and find by) and marks (places in the text, kept with the article).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from searcher.analysis.mentions import mentioned
from searcher.article import SPEAKER, WHOLE, Article, as_term
from searcher.errors import UsageError

COPIES, NAMES, QUOTES = KINDS = ("copies", "names", "quotes")
"""What may be left out of an index, to make it smaller."""

_written = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def annotate(article: Article, *, without: Collection[str] = ()) -> tuple[dict[str, str], str]:
    """Field → its terms, and the marks as a string that `marks` reads, for all `KINDS` but those in `without`.

    A field of a kind that is left out has no terms at all, not even that of articles without a value.
    """
    terms: dict[str, str] = {}
    found: dict[str, Any] = {}
    if NAMES not in without:
        terms |= mentioned(article)
    if QUOTES not in without:
        terms[WHOLE[SPEAKER]] = as_term(None)
    return terms, _written(found) if found else ""


def marks(annotations: str) -> dict[str, Any]:
    """Kind → its marks, as `annotate` wrote them; kinds without any are left out."""
    read: dict[str, Any] = json.loads(annotations) if annotations else {}
    return read


def left_out(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds to leave out, in the order of `KINDS`. Raises UsageError for one that is not known."""
    wanted = set(kinds)
    for kind in sorted(wanted.difference(KINDS)):
        raise UsageError(f"what an index can be made without is {', '.join(KINDS)}, not {kind!r}")
    return tuple(kind for kind in KINDS if kind in wanted)
