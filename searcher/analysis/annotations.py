"""An article → what analysis finds in its text once, at indexing: the sketch that tells copies, names, quotes.

Each of `KINDS` gives terms (fields that engines count and find by) and marks (places in the text, kept with the article).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from searcher.analysis.mentions import mentioned, whole_terms, worded
from searcher.analysis.quotations import Confidence, Kind, Quotation, quotations
from searcher.article import SPEAKER, WHOLE, Article
from searcher.errors import UsageError
from searcher.messages import Message

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
        said = _quotes(article)
        speakers = tuple(dict.fromkeys(each.speaker for each in said if each.speaker is not None))
        terms |= {SPEAKER: worded(speakers), WHOLE[SPEAKER]: whole_terms(speakers)}
        if said:
            found[QUOTES] = [_row(each) for each in said]
    return terms, _written(found) if found else ""


def _quotes(article: Article) -> tuple[Quotation, ...]:
    """The quotations of an article that is French, or says nothing of its language."""
    return quotations(article.text) if (article.language or "fr").lower().startswith("fr") else ()


def _row(said: Quotation) -> list[Any]:
    """A quotation as it is kept: `quotation` reads it."""
    mention, cue = said.mention or (0, 0), said.cue or (0, 0)
    kind = 1 if said.kind is Kind.INDIRECT else 0
    return [said.start, said.end, said.speaker, *mention, *cue, said.confidence.value, kind]


def quotation(row: Sequence[Any]) -> Quotation:
    """A quotation from the row that `annotate` kept of it under `QUOTES`."""
    start, end, speaker, first, last, begin, stop, confidence, kind = row
    return Quotation(
        start=start,
        end=end,
        speaker=speaker,
        mention=(first, last) if last else None,
        cue=(begin, stop) if stop else None,
        confidence=Confidence(confidence),
        kind=Kind.INDIRECT if kind else Kind.DIRECT,
    )


def marks(annotations: str) -> dict[str, Any]:
    """Kind → its marks, as `annotate` wrote them; kinds without any are left out."""
    read: dict[str, Any] = json.loads(annotations) if annotations else {}
    return read


def left_out(kinds: Iterable[str]) -> tuple[str, ...]:
    """Kinds to leave out, in the order of `KINDS`. Raises UsageError for one that is not known."""
    wanted = set(kinds)
    for kind in sorted(wanted.difference(KINDS)):
        raise UsageError(Message("index.without", kinds=", ".join(KINDS), kind=kind))
    return tuple(kind for kind in KINDS if kind in wanted)
