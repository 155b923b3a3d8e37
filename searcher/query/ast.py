"""A query as a person wrote it. Every node knows the part of the query it came from, `[start, end)` in code points.

`str(node)` writes a node back in the query language, in one canonical form.
"""

from __future__ import annotations

from searcher.query.notes import Note
from searcher.values import Value

OPERATORS = {
    **{"ET": "and", "AND": "and", "&&": "and", "OU": "or", "OR": "or"},
    **{"SAUF": "not", "NOT": "not"},
}
"""What is an operator in capitals, and a word otherwise."""


class Word(Value):
    """One written chunk: `l’avocat`, `porte-parole`, `U.R.S.S.`. `exact` demands the spelling (`=côte`)."""

    text: str
    start: int = 0
    end: int = 0
    exact: bool = False

    def __str__(self) -> str:
        written = self.text.lower() if self.text in OPERATORS else self.text
        return "=" * self.exact + written


class Quoted(Value):
    """A phrase in quotes; with `slop`, its words near each other in any order (`"a b"~5`)."""

    text: str
    start: int = 0
    end: int = 0
    slop: int = 0
    exact: bool = False

    def __str__(self) -> str:
        return "=" * self.exact + f'"{self.text}"' + (f"~{self.slop}" if self.slop else "")


class Pattern(Value):
    """A word with `*` or `?` in it: every indexed word of that shape."""

    text: str
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        return self.text


class Fuzzy(Value):
    """A word or one at most `edits` letters away from it (`~mot`, `mot~1`)."""

    text: str
    edits: int
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{self.text}~{self.edits}"


class When(Value):
    """A date filter: `how` is one of date, since, until, before, after; `text` is the date as written."""

    how: str
    text: str
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        written = self.text if " " not in self.text else f'"{self.text}"'
        return f"{self.how}:{written}"


class InField(Value):
    """A part that is sought in one field: title, source, author, language, name or person; or, in `family`, with the
    words derived from the same stem."""

    field: str
    part: Query

    def __str__(self) -> str:
        return f"{self.field}:{_closed(self.part)}"


class Excluded(Value):
    part: Query

    def __str__(self) -> str:
        return f"-{_closed(self.part)}"


class Demanded(Value):
    """A part that every article must have, also when not all words are required (`+mot`)."""

    part: Query

    def __str__(self) -> str:
        return f"+{_closed(self.part)}"


class Excerpt(Value):
    """The words of a text that is too long for a query: its most telling words are searched."""

    words: tuple[Word, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.words))


class And(Value):
    """All the parts; as many as possible when nothing has them all."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


class Or(Value):
    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(f"({part})" if isinstance(part, And) else str(part) for part in self.parts)


Query = Word | Quoted | Pattern | Fuzzy | When | InField | Excluded | Demanded | Excerpt | And | Or


def _closed(part: Query) -> str:
    return f"({part})" if isinstance(part, And | Or) else str(part)


class Parsed(Value):
    """The tree of a query and what was repaired on the way to it. A query without any word is an empty `And`."""

    text: str
    root: Query
    notes: tuple[Note, ...] = ()
