"""Query text → tree. Every string parses to something; what had to be repaired comes back as notes with positions.

    text ──lex──► lexemes ──parse──► Query

`docs/query-language.md` is the reference for people. The only errors are the documented limits and a date that cannot be
read: a date silently ignored would be an answer to another question.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

from searcher.analysis import CHUNK
from searcher.errors import QueryError
from searcher.messages import Message
from searcher.query.ast import OPERATORS, And, Demanded, Excerpt, Excluded, InField, Or, Parsed, Query, Word
from searcher.query.lex import MAX_WORD, Lexeme, field_of, lex
from searcher.query.notes import Note

MAX_CHARACTERS = 2048
MAX_CLAUSES = 256
MAX_PASTED = 100_000
"""Characters of a pasted text; of a text beyond the other limits only the most telling words are searched."""


def parse(text: str, *, today: Date | None = None) -> Parsed:
    """The tree of `text`, with notes on every repair; `today` is what *hier* is measured from.

    Raises QueryError beyond a documented limit, DateError for a date filter that cannot be read. Nothing else, for any
    string, in time linear in its length.
    """
    if (words := _excerpt(text)) is not None:
        return Parsed(text, Excerpt(words))
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            Message("query.length", length=len(text), limit=MAX_CHARACTERS),
            text=text,
            start=MAX_CHARACTERS,
            end=len(text),
        )
    lexemes, notes = lex(text, today or Date.today())
    parser = _Parser(text, lexemes, notes)
    root = parser.parsed()
    return Parsed(text, root, tuple(sorted(parser.notes, key=lambda note: (note.start, note.end))))


def _excerpt(text: str) -> tuple[Word, ...] | None:
    """The words of a text that is too long for a query and was not written as one: it has no operator and no field."""
    if not (
        MAX_CHARACTERS < len(text) <= MAX_PASTED or (len(text) <= MAX_CHARACTERS and text.count(" ") > MAX_CLAUSES)
    ):
        return None
    if any(word in OPERATORS or field_of(word) for word in text.split()):
        return None
    words = tuple(
        Word(found.group(), *found.span()) for found in CHUNK.finditer(text) if len(found.group()) <= MAX_WORD
    )
    return words if words and (len(words) > MAX_CLAUSES or len(text) > MAX_CHARACTERS) else None


class _Parser:
    def __init__(self, text: str, lexemes: Sequence[Lexeme], notes: list[Note]) -> None:
        self.text = text
        self.lexemes = lexemes
        self.notes = notes
        self.clauses = 0
        self.at = 0

    def parsed(self) -> Query:
        return self._or()

    def _or(self) -> Query:
        parts = [self._and()]
        while self._next("or"):
            operator = self._take()
            parts.append(self._and())
            if _is_empty(parts[-2]) or _is_empty(parts[-1]):
                self._dangling(operator)
        parts = [part for part in parts if not _is_empty(part)]
        return parts[0] if len(parts) == 1 else Or(tuple(parts)) if parts else And(())

    def _and(self) -> Query:
        parts: list[Query] = []
        while self.at < len(self.lexemes) and not self._next("or", "close"):
            if self._next("and"):
                operator = self._take()
                if not parts or self.at == len(self.lexemes) or self._next("or", "close", "and"):
                    self._dangling(operator)
                continue
            parts.extend(self._unary())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _unary(self) -> list[Query]:
        """An operand with the signs before it: one exclusion among them decides, then a demand."""
        excluded = demanded = False
        while self._next("not", "must") or (excluded and self._next("and")):
            operator = self._take()
            excluded |= operator.kind == "not"
            demanded |= operator.kind == "must"
            if self.at == len(self.lexemes) or self._next("or", "close") or (not excluded and self._next("and")):
                self._dangling(operator)
                return []
        parts = self._operand()
        if excluded:
            bare = (part.part if isinstance(part, Demanded) else part for part in parts)
            return [part if isinstance(part, Excluded) else Excluded(part) for part in bare]
        if demanded:
            return [part if isinstance(part, Excluded | Demanded) else Demanded(part) for part in parts]
        return parts

    def _operand(self) -> list[Query]:
        lexeme = self._take()
        if lexeme.kind == "open":
            inside = self._or()
            if self._next("close"):
                self._take()
            if isinstance(inside, And):
                # A group of words is a unit for OR and for exclusion; an empty one is nothing.
                return [inside] if inside.parts else []
            return [inside]
        if lexeme.field is not None:
            excluded = self._next("not")
            if excluded or self._next("must"):  # what a field demands is not demanded of it: titre:+a is titre:a
                self._take()
            if not self._next("part", "open"):
                self._note("field", Message("query.field-empty"), lexeme.start, lexeme.end)
                return []
            value = self._operand()
            if len(value) == 1 and isinstance(value[0], Excluded):  # titre:(-a)
                excluded, value = True, [value[0].part]
            if excluded and value:
                return [Excluded(InField(lexeme.field, part)) for part in value]
            return [InField(lexeme.field, value[0] if len(value) == 1 else And(tuple(value)))] if value else []
        self.clauses += len(lexeme.parts)
        if self.clauses > MAX_CLAUSES:
            self._fail(Message("query.clauses", limit=MAX_CLAUSES), lexeme.start, lexeme.end)
        return list(lexeme.parts)

    def _next(self, *kinds: str) -> bool:
        return self.at < len(self.lexemes) and self.lexemes[self.at].kind in kinds

    def _take(self) -> Lexeme:
        self.at += 1
        return self.lexemes[self.at - 1]

    def _dangling(self, operator: Lexeme) -> None:
        written = self.text[operator.start : operator.end]
        self._note("operator", Message("query.nothing-to-join", written=written), operator.start, operator.end)

    def _note(self, kind: str, message: str, start: int, end: int, *, quiet: bool = False) -> None:
        self.notes.append(Note(kind, message, start, end, quiet))

    def _fail(self, message: str, start: int, end: int) -> None:
        raise QueryError(message, text=self.text, start=start, end=end)


def _is_empty(query: Query) -> bool:
    return isinstance(query, And) and not query.parts
