"""Query text → tree. Every string parses to something; what had to be repaired comes back as notes with positions.

    text ──lex──► tokens ──parse──► Query

`docs/query-language.md` is the reference for people. The only errors are the documented limits and a date that cannot be
read: a date silently ignored would be an answer to another question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date as Date
from typing import Literal, NamedTuple

from searcher.analysis import CHUNK, THOUSANDS, analyse_chunk, fold, surface
from searcher.errors import DateError, QueryError
from searcher.query import dates
from searcher.query.ast import OPERATORS, And, Excluded, Fuzzy, InField, Or, Parsed, Pattern, Query, Quoted, When, Word
from searcher.query.notes import Note

MAX_CHARACTERS = 2048
MAX_DEPTH = 20
MAX_CLAUSES = 256
MAX_DATES = 16
MAX_WORD = 128
MAX_PHRASE_WORDS = 64
MAX_SLOP = 100
MAX_EDITS = 2
MIN_LITERAL = 2  # letters before a star; one is enough before a question mark

FIELDS = {
    **dict.fromkeys(("titre", "title"), "title"),
    **dict.fromkeys(("source", "journal"), "source"),
    **dict.fromkeys(("auteur", "author"), "author"),
    **dict.fromkeys(("langue", "lang", "language"), "language"),
}
DATE_FIELDS = {
    "date": "date",
    **dict.fromkeys(("depuis", "since"), "since"),
    **dict.fromkeys(("jusqu", "jusque", "jusqua", "jusquen", "until"), "until"),
    **dict.fromkeys(("avant", "before"), "before"),
    **dict.fromkeys(("apres", "after"), "after"),
}
_QUOTES = {'"': '"', "«": "»", "“": '”“"', "„": '“”"', "‟": '”"', "‹": "›", "<<": ">>"}
_UNBROKEN = re.compile(r"[^\s()]+")
_UNIT = re.compile(r"[^\s()\"«“„‟‹»”›]+")
_FIELD = re.compile(r"([^\W\d_]+(?:['’-][^\W\d_]+)*):(?=\S)")
_SUFFIX = re.compile(r"~(\d*)")
_LAST_DIGITS = re.compile(r"(?<![^\W_])(?!(?<=[^\W_]~)\d$)\d{1,3}$")  # but not those of mot~2
_PERCENT = re.compile(r"-\d+(?:[.,]\d+)?[ \u00a0\u202f]?[%°€$]")
_WILD = re.compile(r"[^\W_]+(?:(?:\*+|(?<=[^\W_])\?(?=[^\W_A-ZÀ-Þ]))[^\W_]*)+")
_MODIFIER = "\u02bc"  # a letter to Unicode and an apostrophe to everybody else
_FUZZY = re.compile(r"([^\W_]+)~([0-9]?)")


def parse(text: str, *, today: Date | None = None) -> Parsed:
    """The tree of `text`, with notes on every repair; `today` is what *hier* is measured from.

    Raises QueryError beyond a documented limit, DateError for a date filter that cannot be read. Nothing else, for any
    string, in time linear in its length.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"the query has {len(text)} characters and the limit is {MAX_CHARACTERS}; shorten it",
            text=text,
            start=MAX_CHARACTERS,
            end=len(text),
        )
    return _Parser(text, today or Date.today()).parsed()


Kind = Literal["open", "close", "and", "or", "not", "part"]


class _Lexeme(NamedTuple):
    kind: Kind
    start: int
    end: int
    parts: tuple[Query, ...] = ()  # several for a unit such as `Syrie/Turquie`
    field: str | None = None  # a field waiting for its value


class _Parser:
    def __init__(self, text: str, today: Date) -> None:
        self.text = text
        self.dates = 0  # filters so far
        self.today = today

    def parsed(self) -> Parsed:
        self.notes: list[Note] = []
        self.clauses = 0
        self.unclosed: dict[str, int] = {}  # quotation mark → from where on none of its kind is closed
        self.lexemes = list(self._lex())
        self.at = 0
        root = self._or()
        return Parsed(self.text, root, tuple(sorted(self.notes, key=lambda note: (note.start, note.end))))

    # ── text → lexemes ────────────────────────────────────────────────────────────────────────────────────────────

    def _lex(self) -> Iterator[_Lexeme]:
        """Lexemes in order; parentheses without a partner are left out."""
        text, at = self.text, 0
        partners = self._partners()
        depth = 0
        while at < len(text):
            character = text[at]
            if character.isspace():
                at += 1
            elif character in "()":
                if at not in partners:
                    self._note("parenthesis", f"ignored the lone “{character}”", at, at + 1)
                elif character == "(":
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise QueryError(
                            f"parentheses are nested more than {MAX_DEPTH} deep; use fewer",
                            text=text,
                            start=at,
                            end=at + 1,
                        )
                    yield _Lexeme("open", at, at + 1)
                else:
                    depth -= 1
                    yield _Lexeme("close", at, at + 1)
                at += 1
            elif character == "-" and self._excludes(at):
                yield _Lexeme("not", at, at + 1)
                at += 1
            else:
                lexeme = self._unit(at)
                if lexeme.kind != "part" or lexeme.parts or lexeme.field:
                    yield lexeme
                at = lexeme.end

    def _excludes(self, at: int) -> bool:
        """Whether the hyphen at `at` is an exclusion: before a word, a quote or a group, and not `-20 %` or a dash."""
        following = self.text[at + 1 : at + 2]
        begins = at == 0 or self.text[at - 1].isspace() or self.text[at - 1] in "(:"
        return (
            begins
            and (following.isalnum() or (following in '"«“„‹(=~' and following != ""))
            and not _PERCENT.match(self.text, at)
        )

    def _unit(self, at: int) -> _Lexeme:
        text = self.text
        sign = text[at] if text[at] in "=~+" else ""
        if sign and at + 1 < len(text) and not text[at + 1].isspace():
            quoted = self._quoted(at + 1, exact=sign == "=")
            if quoted is not None:
                return quoted
            if text[at + 1].isalnum():
                return self._signed(sign, at)
        quoted = self._quoted(at)
        if quoted is not None:
            return quoted
        unit = _UNIT.match(text, at)
        if unit is None:  # a quotation mark without a partner
            self._note("quote", f"ignored the lone “{text[at]}”", at, at + 1)
            return _Lexeme("part", at, at + 1)
        raw, end = unit.group(), unit.end()
        if raw in OPERATORS:
            return _Lexeme(OPERATORS[raw], at, end)  # type: ignore[arg-type]
        named = _FIELD.match(text, at)
        if named is not None:
            field = self._field(named)
            if field is not None:
                return field
        return self._words(at, end)

    def _closing(self, at: int) -> tuple[int, int, int] | None:
        """Of the quotation that opens at `at`: where its inside begins, where that ends, and where the quotation does."""
        text = self.text
        opening = "<<" if text.startswith("<<", at) else text[at]
        closers = _QUOTES.get(opening)
        if closers is None or at >= self.unclosed.get(opening, len(text)):
            return None
        begin = at + len(opening)
        ends = [text.find(closer, begin) for closer in ((closers,) if closers == ">>" else closers)]
        close = min((end for end in ends if end >= 0), default=-1)
        if close < 0:
            self.unclosed[opening] = at  # a later one is not looked for again: this keeps parsing linear
            return None
        return begin, close, close + (2 if closers == ">>" else 1)

    def _quoted(self, at: int, *, exact: bool = False) -> _Lexeme | None:
        """The phrase that opens at `at`, if one does."""
        text = self.text
        closing = self._closing(at)
        if closing is None:
            return None
        begin, close, end = closing
        suffix = _SUFFIX.match(text, end)
        slop = 0
        if suffix is not None:
            slop = min(int(suffix.group(1)[:4] or 5), MAX_SLOP + 1)
            if slop > MAX_SLOP:
                self._fail(f"“~{suffix.group(1)}” is too far: words can be at most {MAX_SLOP} apart", end, suffix.end())
            end = suffix.end()
        inside = " ".join(text[begin:close].replace('"', " ").split())
        words = len(CHUNK.findall(inside))
        if words > MAX_PHRASE_WORDS:
            self._fail(f"a phrase of {words} words; the limit is {MAX_PHRASE_WORDS}", at, end)
        if not words:
            if inside:
                self._ignored(begin, close)
            else:
                self._note("quote", "ignored empty quotes", at, end)
            return _Lexeme("part", at, end)
        return _Lexeme("part", at, end, (Quoted(inside, at, end, slop, exact),))

    def _partners(self) -> frozenset[int]:
        """The positions of parentheses that have a partner; those inside quotes belong to the quotation."""
        if "(" not in self.text:
            return frozenset()
        matched: set[int] = set()
        stack: list[int] = []
        at = 0
        while at < len(self.text):
            closing = self._closing(at)
            if closing is not None:
                at = closing[2]
                continue
            if self.text[at] == "(":
                stack.append(at)
            elif self.text[at] == ")" and stack:
                matched.update((stack.pop(), at))
            at += 1
        return frozenset(matched)

    def _signed(self, sign: str, at: int) -> _Lexeme:
        """`=mot`, `~mot`, `+mot`."""
        words = self._words(at + 1, self._end(at + 1))
        if sign == "+":
            return words
        parts: list[Query] = []
        for part in words.parts:
            if not isinstance(part, Word):
                parts.append(part)
            elif sign == "=":
                parts.append(Word(part.text, at, part.end, exact=True))
            else:  # each half of a compound may be misspelled
                for word in analyse_chunk(part.text).words:
                    written = unicodedata.normalize("NFC", part.text[word.start : word.end])
                    fuzzy = Fuzzy(written, 1 if len(written) < 6 else 2, at, part.end)
                    parts.append(fuzzy if _FUZZY.fullmatch(str(fuzzy)) else Word(written, at, part.end))  # 12 000
        return words._replace(start=at, parts=tuple(parts))

    def _end(self, at: int) -> int:
        unit = _UNIT.match(self.text, at)
        return unit.end() if unit else at + 1

    def _field(self, named: re.Match[str]) -> _Lexeme | None:
        """`titre:…`, `date:…`; None when the name is no field, which makes it text."""
        name, value = named.group(1), named.end()
        folded = fold(surface(name.replace("'", "").replace("’", "").replace("-", "")))
        if folded in DATE_FIELDS:
            return self._date(DATE_FIELDS[folded], named.start(), value)
        if folded in FIELDS:
            return _Lexeme("part", named.start(), value, field=FIELDS[folded])
        if not self.text.startswith("//", value):
            known = "titre, source, auteur, langue, date, depuis, avant, après"
            self._note(
                "unknown_field",
                f"“{name}:” is not a field and was searched as a word; fields are {known}",
                named.start(),
                value,
            )
        return None

    def _date(self, how: str, start: int, value: int) -> _Lexeme:
        """A date filter takes as many words as make a date: `date:du 3 au 7 mai 2020 Assad`."""
        quoted = self._quoted(value)
        if quoted is not None and quoted.parts:
            (phrase,) = quoted.parts
            assert isinstance(phrase, Quoted)
            self._period(how, phrase.text, self.text.index(phrase.text.split()[0], quoted.start))
            return _Lexeme("part", start, quoted.end, (When(how, phrase.text, start, quoted.end),))
        self.dates += 1
        if self.dates > MAX_DATES:
            self._fail(f"more than {MAX_DATES} date filters; a period such as 2015-2020 says it in one", start, value)
        window = self._unjoined(value)
        try:
            end = value + dates.leading(how, self.text[value:window], today=self.today)
        except DateError as error:
            raise self._at(error, value) from None
        return _Lexeme("part", start, end, (When(how, " ".join(self.text[value:end].split()), start, end),))

    def _unjoined(self, value: int) -> int:
        """How far a date that begins at `value` can reach: to a parenthesis, an operator or the next field."""
        end = value
        for word in _UNBROKEN.finditer(self.text, value, value + dates.LONGEST):
            apart = self.text[end : word.start()].strip()
            if apart or word.group() in OPERATORS or _FIELD.match(word.group()):
                break
            end = word.end()
        return end

    def _period(self, how: str, written: str, offset: int) -> None:
        try:
            dates.READERS[how](written, today=self.today)
        except DateError as error:
            raise self._at(error, offset) from None

    def _at(self, error: DateError, offset: int) -> DateError:
        """An error about a part of the query that begins at `offset`, as an error about the query."""
        start, end = offset + error.start, offset + max(error.end, error.start + 1)
        return DateError(str(error), text=self.text, start=start, end=end)

    def _words(self, at: int, end: int) -> _Lexeme:
        """Plain text between blanks: a wildcard, a fuzzy word, or chunks exactly as the index has them."""
        text = self.text
        digits = _LAST_DIGITS.search(text, at, end)
        thousands = THOUSANDS.match(text, digits.start()) if digits is not None else None
        if (
            thousands is not None
            and thousands.end() > end
            and not text[thousands.end() : thousands.end() + 1].isalnum()
        ):
            end = thousands.end()
        raw = text[at:end]
        if raw.isalpha() and len(raw) <= MAX_WORD and _MODIFIER not in raw:  # one chunk, nothing to look for in it
            return _Lexeme("part", at, end, (Word(raw, at, end),))
        parts: list[Query] = []
        core = raw.strip(".,;:!…'’")
        core = core[:-1] if core.endswith("*?") else core
        wild = _WILD.fullmatch(core)
        fuzzy = _FUZZY.fullmatch(core)
        if wild is not None and _is_wild(core):
            parts.append(Pattern(core, at, end))
        elif fuzzy is not None:
            edits = int(fuzzy.group(2) or 1)
            if edits > MAX_EDITS:
                self._fail(f"“{core}” allows {edits} wrong letters; the limit is {MAX_EDITS}", at, end)
            parts.append(Fuzzy(fuzzy.group(1), edits, at, end) if edits else Word(fuzzy.group(1), at, end))
        else:
            for found in CHUNK.finditer(raw):
                start = at + found.start()
                if len(found.group()) > MAX_WORD:
                    self._fail(
                        f"a word of {len(found.group())} characters; the limit is {MAX_WORD}", start, at + found.end()
                    )
                parts.append(Word(found.group(), start, at + found.end()))
            if not parts:
                self._ignored(at, end)
            elif "*" in core or core.startswith("?"):
                self._note(
                    "wildcard",
                    f"“{core}” was searched without its wildcards: a star needs {MIN_LITERAL} letters before it",
                    at,
                    end,
                )
        return _Lexeme("part", at, end, tuple(parts))

    def _ignored(self, start: int, end: int) -> None:
        raw = self.text[start:end].strip()
        plain = all(unicodedata.category(character)[0] in "PZ" for character in raw)
        self._note("ignored", f"ignored “{raw}”: no letter or digit in it", start, end, quiet=plain)

    # ── lexemes → tree ────────────────────────────────────────────────────────────────────────────────────────────

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
        if self._next("not"):
            operator = self._take()
            while self._next("not", "and"):
                self._take()
            if self.at == len(self.lexemes) or self._next("or", "close"):
                self._dangling(operator)
                return []
            return [part if isinstance(part, Excluded) else Excluded(part) for part in self._operand()]
        return self._operand()

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
            if excluded:
                self._take()
            if not self._next("part", "open"):
                self._note("field", "ignored a field without a value", lexeme.start, lexeme.end)
                return []
            value = self._operand()
            if len(value) == 1 and isinstance(value[0], Excluded):  # titre:(-a)
                excluded, value = True, [value[0].part]
            if excluded and value:
                return [Excluded(InField(lexeme.field, part)) for part in value]
            return [InField(lexeme.field, value[0] if len(value) == 1 else And(tuple(value)))] if value else []
        self.clauses += len(lexeme.parts)
        if self.clauses > MAX_CLAUSES:
            self._fail(f"the query has more than {MAX_CLAUSES} words; shorten it", lexeme.start, lexeme.end)
        return list(lexeme.parts)

    def _next(self, *kinds: str) -> bool:
        return self.at < len(self.lexemes) and self.lexemes[self.at].kind in kinds

    def _take(self) -> _Lexeme:
        self.at += 1
        return self.lexemes[self.at - 1]

    def _dangling(self, operator: _Lexeme) -> None:
        written = self.text[operator.start : operator.end]
        self._note("operator", f"ignored “{written}”: nothing to join", operator.start, operator.end)

    def _note(self, kind: str, message: str, start: int, end: int, *, quiet: bool = False) -> None:
        self.notes.append(Note(kind, message, start, end, quiet))

    def _fail(self, message: str, start: int, end: int) -> None:
        raise QueryError(message, text=self.text, start=start, end=end)


def _is_empty(query: Query) -> bool:
    return isinstance(query, And) and not query.parts


def _is_wild(core: str) -> bool:
    """Whether enough letters stand before the first wildcard to look words up by."""
    literal = len(re.split(r"[*?]", core, maxsplit=1)[0])
    return literal >= (MIN_LITERAL if "*" in core else 1)
