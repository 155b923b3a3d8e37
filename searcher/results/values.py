"""What a search gives back: results, hits, passages, notes. Plain values, no markup, no engine.

Results ─┬─ Hit ── Passage (a slice of the article's text, with ranges to highlight)
         ├─ Note (what was repaired, widened or relaxed, and where in the query)
         └─ Ask, About (what was asked, and of which index)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from searcher.article import Article, Range
from searcher.engines.protocol import Contribution
from searcher.query.ask import Ask
from searcher.query.notes import Note
from searcher.values import Value, replace

if TYPE_CHECKING:
    from searcher.results.facets import Facet


class Passage(Value):
    """`text` is exactly `article.text[start:end]`; `highlights` are ranges inside `text`, ascending, disjoint."""

    text: str
    start: int
    end: int
    highlights: tuple[Range, ...] = ()


class Hit(Value):
    """An article found: `rank` counts from 1 over all pages; `score` is a BM25 sum, comparable within one search.

    `title_highlights` are ranges inside `article.title`. `parts` (filled when asked to explain) add up to `score`;
    `matched` are the words as printed in the article that matched. `missing` are the words of the query that the article
    lacks, when no article has them all (`Results.relaxed`). `group`, in an answer that is grouped: the other articles of the
    answer that are copies of this one, in the order of the answer.
    """

    rank: int
    score: float
    article: Article
    passages: tuple[Passage, ...] = ()
    title_highlights: tuple[Range, ...] = ()
    parts: tuple[Contribution, ...] = ()
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    group: tuple[Article, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The hit in the published JSON form: an element of `hits` in docs/json-output.md."""
        from searcher.results import published  # here: who prints text does not need it

        return published.hit(self)

    def to_json(self) -> str:
        """`as_dict` as JSON, on one line."""
        from searcher.results import published  # here: as above

        return published.dumps(published.hit(self))


class Absent(Value):
    """A filter that no article of the archive passes, and what the archive has in its `field`.

    `field` is source, author, section, language, format or when. `values` are the commonest values, of `distinct` in all; for
    `when` they are the first and the last date.
    """

    label: str
    field: str
    values: tuple[str, ...]
    distinct: int


class Help(Value):
    """What to tell someone who found nothing, or no article with all the words.

    `counts`: each word of the query with the number of articles that hold it (filters aside).
    `nearest`: for words in no article, the nearest indexed words.
    `emptied`: the filter or exclusion without which there would be `without` articles, if one did it.
    `suggestion`: a query that would find something.
    `family`: a query with the relatives of its words (`famille:`), and how many articles it finds, when the answer is small.
    `absent`: filters that no article of the archive passes, and what there is instead.
    """

    counts: tuple[tuple[str, int], ...] = ()
    nearest: tuple[tuple[str, tuple[str, ...]], ...] = ()
    emptied: str | None = None
    without: int = 0
    suggestion: str | None = None
    family: tuple[str, int] | None = None
    absent: tuple[Absent, ...] = ()


class Evidence(Value):
    """Whether an article has a part of a query.

    `label` is the part as understood; `words` are the different words that match it, as the article prints them, title first,
    none where no words match (a date, a source, an exclusion).
    """

    label: str
    held: bool
    words: tuple[str, ...] = ()


class Why(Value):
    """Why an article is, or is not, in an answer.

    `found`: for each part of the query whether the article has it, and as which words. `rank` is the article's place in the
    answer of `total` articles, None when the answer does not have it (or has it beyond the first thousand). `relaxed` as in
    Results. `hit` is the article as it would be shown, with the parts of its score, when it is in the answer.
    """

    article: Article
    found: tuple[Evidence, ...]
    rank: int | None
    total: int
    relaxed: bool
    hit: Hit | None = None


class About(Value):
    """What an index is.

    `generation` names the state that is open: it changes with every update. `format`: of the files; `fingerprint`: of the
    analysis. `created`: when this state was made, ISO 8601; `paths`: what was indexed; `copies`: articles met a second time;
    `newest`: the serial of the content that came in last (see `Ask.added_after`); `lineage` names the sequence of these
    serials; `without`: the kinds of annotations (`copies`, `names`, `quotes`) left out of it; `ocr`: scanned pages are
    recognised; `bytes`: the size of its files.
    """

    folder: str
    generation: str
    engine: str
    engine_version: str
    format: int
    fingerprint: str
    created: str
    paths: tuple[str, ...]
    articles: int
    copies: int
    newest: int
    lineage: str
    bytes: int
    without: tuple[str, ...] = ()
    ocr: bool = False


class Results(Value):
    """One page of hits and what is known about the whole answer. Iterating gives the hits.

    `ask` is the question and `index` what it was asked of.
    `total` counts all matching articles; of an answer that is not `complete`, because the time was up, those that were found
    until then, and a note says so. `relaxed` is true when no article had all the words and the answer holds
    those that have some of them, the best first. `groups`, of an answer that is grouped: how many groups of copies there are,
    an article without copies being one; None otherwise. `parsed` is the query as understood, in the query language's own
    notation.
    """

    ask: Ask
    index: About
    parsed: str
    total: int
    hits: tuple[Hit, ...]
    page: int = 1
    relaxed: bool = False
    notes: tuple[Note, ...] = ()
    took_ms: float = 0.0
    help: Help | None = None
    complete: bool = True
    facets: tuple[Facet, ...] = ()
    groups: int | None = None

    @property
    def query(self) -> str:
        """The query as it was typed."""
        return self.ask.query

    def as_dict(self) -> dict[str, Any]:
        """The answer in the published JSON form (docs/json-output.md)."""
        from searcher.results import published  # here: who prints text does not need it

        return published.results(self)

    def to_json(self) -> str:
        """`as_dict` as JSON, on one line: what `search --json` prints."""
        from searcher.results import published  # here: as above

        return published.dumps(published.results(self))

    def with_facets(self, facets: tuple[Facet, ...]) -> Results:
        """The same answer with facets, which its JSON form then holds too."""
        return replace(self, facets=facets)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
