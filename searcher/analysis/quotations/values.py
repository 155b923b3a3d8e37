"""A quotation as it is stored with an article and shown."""

from __future__ import annotations

from enum import StrEnum

from searcher.article import Range
from searcher.values import Value


class Confidence(StrEnum):
    """How a speaker was found.

    A: a verb that reports, or *selon*, stands beside the quote and is joined to the name of the speaker, or to words for
    somebody whom the article does not name. B: the words are a pronoun, a role or a medium, or stand elsewhere in the sentence.
    C: no cue; the speaker is that of a quote nearby.
    """

    A = "A"
    B = "B"
    C = "C"


class Kind(StrEnum):
    DIRECT = "direct"
    INDIRECT = "indirect"


class Quotation(Value):
    """What somebody is quoted with: `text[start:end]` of the article, without its marks.

    `speaker` is the same for every mention of a person in the article (the longest form of the name), None when nobody can be
    said; `mention` are the words that name the speaker beside the quote (a name, a role, a pronoun; for a pronoun of somebody
    without a name, the words that the pronoun stands for), and `cue` those that report the quote, both ranges of the text,
    None when there are none.
    """

    start: int
    end: int
    speaker: str | None
    mention: Range | None
    cue: Range | None
    confidence: Confidence
    kind: Kind = Kind.DIRECT
