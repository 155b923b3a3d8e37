"""What understanding makes of a query: `Part`, one part made ready, and `Understood`, all of them with the plan."""

from __future__ import annotations

from searcher.article import STEMS
from searcher.query.ast import Excluded, InField, Query, When, Word
from searcher.query.marks import Mark
from searcher.query.notes import Note
from searcher.query.plan import AllOf, AnyOf, Match, Plan, Term, Weighted
from searcher.values import Value, replace


class Part(Value):
    """One part of a query made ready: what it finds, what it earns, what it shows.

    `label` is the part as understood, in the query language; `query` is the tree it was made of. A `filter` (date, source,
    exclusion …) and a part that is `demanded` are never relaxed. `field` is the one whose values a filter asks for, a key of
    `article.WHOLE`; empty for an exclusion and for words.
    """

    match: Match
    score: tuple[tuple[Weighted, ...], ...] = ()
    marks: tuple[Mark, ...] = ()
    stop: bool = False  # a small word that a loose query does without
    filter: bool = False
    demanded: bool = False
    stems: tuple[str, ...] = ()  # of one word; its relatives have them too: manifestation, manifester
    label: str = ""
    query: Query | None = None
    field: str = ""

    def with_family(self) -> Part:
        """The part that also finds the relatives of its word."""
        related = tuple(Term(STEMS, stem) for stem in self.stems)
        label = f"famille:{self.label}"
        marks = tuple(replace(mark, stems=frozenset(self.stems)) for mark in self.marks)
        return replace(self, match=AnyOf((self.match, *related)), marks=marks, label=label) if related else self


class Understood(Value):
    """`plan` requires what was asked; `relaxed` is what to fall back to when nothing has it, if there is anything less.

    `parsed` is the query as understood; `parts` are what the plan was put together from.
    """

    parsed: str
    plan: Plan
    relaxed: Plan | None
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]

    def with_families(self) -> tuple[Part, ...] | None:
        """The parts, common words with the relatives of each; None when there is no such word."""
        found = tuple(part.with_family() if _is_common(part.query) else part for part in self.parts)
        return found if found != self.parts else None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What passages highlight."""
        return tuple(mark for part in self.parts for mark in part.marks)

    @property
    def filters(self) -> tuple[Match, ...]:
        """What the question asks of sources, dates, languages …: its parts without words to find or to leave out."""
        return tuple(part.match for part in self.parts if part.filter and not _is_of_words(part.query))


def joined(node: type[AllOf] | type[AnyOf], parts: list[Part]) -> Part:
    fields = {part.field for part in parts}
    return Part(
        node(tuple(part.match for part in parts)),
        tuple(group for part in parts for group in part.score),
        tuple(mark for part in parts for mark in part.marks),
        stop=bool(parts) and all(part.stop for part in parts),
        filter=bool(parts) and all(part.filter for part in parts),
        field=fields.pop() if len(fields) == 1 else "",
    )


def _is_common(query: Query | None) -> bool:
    """Whether a part is one word that no capital shows to be a name."""
    return isinstance(query, Word) and not query.text[:1].isupper()


def _is_of_words(query: Query | None) -> bool:
    """Whether a filter is about what an article says (an excluded word), not about where and when it stood."""
    match query:
        case Excluded():
            return not isinstance(query.part, When | InField) or _is_of_words(query.part)
        case InField():
            return query.field == "title"
        case _:
            return False
