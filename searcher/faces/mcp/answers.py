"""What tools answer: values whose fields are the published schema of a tool. Offsets count code points of an article's text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FoundPassage:
    text: str
    start: int


@dataclass(frozen=True)
class FoundArticle:
    """A hit. `position` is where its first passage begins: what `read` takes as `around`. `copies`: other articles of the
    answer that are copies of this one. `shared`: of a similar article, the words in common that weigh most."""

    rank: int
    id: str
    title: str
    date: str | None
    source: str | None
    passages: list[FoundPassage]
    position: int | None = None
    copies: int = 0
    missing: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SearchAnswer:
    """A page of hits. `total` counts all articles found, `groups` those that are no copies of one another (None: copies were
    not grouped); `next_page` is None on the last page."""

    query: str
    total: int
    groups: int | None
    complete: bool
    hits: list[FoundArticle]
    notes: list[str]
    help: list[str]
    page: int
    next_page: int | None


@dataclass(frozen=True)
class ReadAnswer:
    """A part of an article's text, from `start`; `next_start` is None at the end, `length` that of the whole text."""

    id: str
    title: str
    date: str | None
    source: str | None
    author: str | None
    section: str | None
    url: str | None
    text: str
    start: int
    length: int
    next_start: int | None


@dataclass(frozen=True)
class TimelineBucket:
    """The days from `start` up to `end`, which is not included. `share`: articles among the archive's `volume`, 0 to 1."""

    label: str
    start: str
    end: str
    articles: int
    volume: int
    share: float | None
    partial: bool


@dataclass(frozen=True)
class TimelineBurst:
    label: str
    articles: int
    headline: str | None
    id: str | None


@dataclass(frozen=True)
class TimelineAnswer:
    """An answer over time; buckets, imprecise and undated articles add up to `total`."""

    step: str
    total: int
    complete: bool
    buckets: list[TimelineBucket]
    imprecise: int
    undated: int
    bursts: list[TimelineBurst]


@dataclass(frozen=True)
class FacetValueAnswer:
    """A value (None: articles without one) and how many articles of the answer have it."""

    value: str | None
    articles: int


@dataclass(frozen=True)
class FacetAnswer:
    """`distinct` is how many values there are; the most frequent ones are listed."""

    field: str
    distinct: int
    complete: bool
    values: list[FacetValueAnswer]


@dataclass(frozen=True)
class FacetsAnswer:
    facets: list[FacetAnswer]


@dataclass(frozen=True)
class SimilarAnswer:
    """The articles most like one article, the most like first; `words` are what was sought."""

    id: str
    words: list[str]
    hits: list[FoundArticle]


@dataclass(frozen=True)
class FoundQuote:
    """What an article quotes, where it stands in its text, and who said it. `confidence`: A (named beside the quote), B (a
    pronoun or a role), C (the speaker of a quote nearby)."""

    id: str
    date: str | None
    source: str | None
    start: int
    text: str
    speaker: str | None
    confidence: str


@dataclass(frozen=True)
class QuotesAnswer:
    """Quotes in the order of the answer. `more`: there are others behind these."""

    quotes: list[FoundQuote]
    more: bool


@dataclass(frozen=True)
class FoundName:
    """A name: `articles` of the answer and so many `elsewhere` hold it; `ratio` is the binary logarithm of how much more
    frequent it is in the answer, None when the answer is the whole archive."""

    name: str
    kind: str
    articles: int
    elsewhere: int
    ratio: float | None


@dataclass(frozen=True)
class NamesAnswer:
    total: int
    complete: bool
    names: list[FoundName]


@dataclass(frozen=True)
class ArchiveAnswer:
    """What is in the archive, and how to ask."""

    articles: int
    first_date: str | None
    last_date: str | None
    undated: int
    sources: list[FacetValueAnswer]
    distinct_sources: int
    languages: list[FacetValueAnswer]
    updated: str
    syntax: str
