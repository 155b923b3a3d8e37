"""Query text → lexemes: words, phrases, wildcards and filters, the operators between them, and notes on every repair.

A lexeme holds parts of the tree that `parse` makes: a unit such as `Syrie/Turquie` gives several words, an operator none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date as Date
from typing import Literal

from searcher.analysis import CHUNK, THOUSANDS, analyse_chunk, fold, surface, tokenize
from searcher.errors import DateError, QueryError
from searcher.messages import Message
from searcher.patterns import lazily
from searcher.query import dates, phrases
from searcher.query.ast import OPERATORS, Fuzzy, Pattern, Query, Quoted, When, Word
from searcher.query.notes import Note
from searcher.query.phrases import MIN_LITERAL
from searcher.values import Value, replace

Kind = Literal["open", "close", "and", "or", "not", "must", "part"]

MAX_DEPTH = 20
MAX_DATES = 16
MAX_WORD = 128
MAX_PHRASE_WORDS = 64
MAX_SLOP = 100
MAX_EDITS = 2

FIELDS = {
    **dict.fromkeys(("titre", "title"), "title"),
    **dict.fromkeys(("source", "journal"), "source"),
    **dict.fromkeys(("auteur", "author"), "author"),
    **dict.fromkeys(("langue", "lang", "language"), "language"),
    **dict.fromkeys(("nom", "name"), "name"),
    **dict.fromkeys(("personne", "person"), "person"),
    **dict.fromkeys(("famille", "family"), "family"),
    **dict.fromkeys(("cite", "citee", "quote"), "quote"),
}
DATE_FIELDS = {
    "date": "date",
    **dict.fromkeys(("depuis", "since"), "since"),
    **dict.fromkeys(("jusqu", "jusque", "jusqua", "jusquen", "until"), "until"),
    **dict.fromkeys(("avant", "before"), "before"),
    **dict.fromkeys(("apres", "after"), "after"),
}
_PREFIXES: dict[str, Kind] = {**dict.fromkeys("-−‐‑!", "not"), "+": "must"}
_QUOTES = {'"': '"', "«": "»", "“": '”“"', "„": '“”"', "‟": '”"', "‹": "›", "<<": ">>"}
_UNBROKEN = lazily(r"[^\s()]+")
_UNIT = lazily(r"[^\s()\"«“„‟‹»”›|]+")
_FIELD = lazily(r"([^\W\d_]+(?:['’-][^\W\d_]+)*):(?=\S)")
_FIELD_AND_BLANK = lazily(r"([^\W\d_]+(?:['’-][^\W\d_]+)*)\s*:\s*(?=\S)")
_SHORT_OPTION = lazily(r"-([HhNnVv])(?=\s|$)")
_NEARNESS = lazily(r"(?:NEAR|PROCHE|ADJ|[WN])(?:/[0-9]{1,3})|(?:NEAR|ADJ|near|adj)[0-9]{1,2}|%[0-9]{1,2}")
_LONG_OPTION = lazily(r"--[a-z][a-z-]+(?:=.*)?")
_SUFFIX = lazily(r"~(\d*)")
_LAST_DIGITS = lazily(r"(?<![^\W_])(?!(?<=[^\W_]~)\d$)\d{1,3}$")  # but not those of mot~2
_PERCENT = lazily(r"[-−‐‑]\d+(?:[.,]\d+)?[ \u00a0\u202f]?[%°€$]")
_MODIFIER = "\u02bc"  # a letter to Unicode and an apostrophe to everybody else
_FUZZY = lazily(r"([^\W_]+)~([0-9]?)")


class Lexeme(Value):
    """A piece of a query. `parts` are several for a unit such as `Syrie/Turquie`; `field` waits for its value."""

    kind: Kind
    start: int
    end: int
    parts: tuple[Query, ...] = ()
    field: str | None = None


def lex(text: str, today: Date) -> tuple[list[Lexeme], list[Note]]:
    """The lexemes of a query in order, parentheses without a partner left out, and what was repaired.

    Raises QueryError beyond a documented limit, DateError for a date filter that cannot be read.
    """
    lexer = _Lexer(text, today)
    return list(lexer.lexemes()), lexer.notes


def field_of(written: str) -> str | None:
    """The field that a piece of a query such as `titre:mot` begins with."""
    named = _FIELD.match(written)
    if named is None:
        return None
    name = _comparable(named.group(1))
    return FIELDS.get(name) or DATE_FIELDS.get(name)


class _Lexer:
    def __init__(self, text: str, today: Date) -> None:
        self.text = text
        self.today = today
        self.notes: list[Note] = []
        self.dates = 0  # filters so far
        self.unclosed: dict[str, int] = {}  # quotation mark → from where on none of its kind is closed

    def lexemes(self) -> Iterator[Lexeme]:
        text, at = self.text, 0
        partners = self._partners()
        depth = 0
        while at < len(text):
            character = text[at]
            if character.isspace():
                at += 1
            elif character in "()":
                if at not in partners:
                    self._note("parenthesis", Message("query.lone", character=character), at, at + 1)
                elif character == "(":
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise QueryError(
                            Message("query.nesting", limit=MAX_DEPTH),
                            text=text,
                            start=at,
                            end=at + 1,
                        )
                    yield Lexeme("open", at, at + 1)
                else:
                    depth -= 1
                    yield Lexeme("close", at, at + 1)
                at += 1
            elif character in _PREFIXES and self._stands_before_an_operand(at):
                self._warn_of_option(at)
                yield Lexeme(_PREFIXES[character], at, at + 1)
                at += 1
            elif character == "|":
                end = at + 2 if text.startswith("||", at) else at + 1
                yield Lexeme("or", at, end)
                at = end
            else:
                lexeme = self._unit(at)
                if lexeme.kind != "part" or lexeme.parts or lexeme.field:
                    yield lexeme
                at = lexeme.end

    def _stands_before_an_operand(self, at: int) -> bool:
        """Whether the sign at `at` begins a word, a phrase or a group, and is no part of `-20 %` or a dash."""
        following = self.text[at + 1 : at + 2]
        begins = at == 0 or self.text[at - 1].isspace() or self.text[at - 1] in "(:|"
        return (
            begins
            and (following.isalnum() or (following in '"«“„‹(=~' and following != ""))
            and not _PERCENT.match(self.text, at)
        )

    def _warn_of_option(self, at: int) -> None:
        """A note on `-n`, which leaves a word out and may have been meant as an option."""
        option = _SHORT_OPTION.match(self.text, at)
        if option is not None:
            letter = option.group(1)
            meant = {"h": "--help", "n": "--limit", "v": "--version"}[letter.lower()]
            message = Message("query.short-option", letter=letter, meant=meant)
            self._note("option", message, *option.span())

    def _unit(self, at: int) -> Lexeme:
        text = self.text
        sign = text[at] if text[at] in "=~" else ""
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
            self._note("quote", Message("query.lone-quote", sign=text[at]), at, at + 1)
            return Lexeme("part", at, at + 1)
        raw, end = unit.group(), unit.end()
        if raw in OPERATORS:
            return Lexeme(OPERATORS[raw], at, end)  # type: ignore[arg-type]
        if raw[0] in "–—" and raw[1:2].isalnum():
            message = Message("query.dash", word=raw)
            self._note("operator", message, at, end)
        if raw[-1].isdigit() and _NEARNESS.fullmatch(raw):
            message = Message("query.nearness", word=raw)
            self._note("operator", message, at, end)
        if raw.startswith("--") and _LONG_OPTION.fullmatch(raw):
            message = Message("query.option", word=raw)
            self._note("option", message, at, end)
        named = (_FIELD.match(text, at) or _FIELD_AND_BLANK.match(text, at)) if ":" in text else None
        if named is not None:
            field = self._field(named) if named.end() <= end else self._field_and_blank(named)
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

    def _quoted(self, at: int, *, exact: bool = False) -> Lexeme | None:
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
                self._fail(Message("query.slop", distance=suffix.group(1), limit=MAX_SLOP), end, suffix.end())
            end = suffix.end()
        inside = " ".join(text[begin:close].replace('"', " ").split())
        words = len(CHUNK.findall(inside))
        if words > MAX_PHRASE_WORDS:
            self._fail(Message("query.phrase-length", words=words, limit=MAX_PHRASE_WORDS), at, end)
        if not words:
            if inside:
                self._ignored(begin, close)
            else:
                self._note("quote", Message("query.empty-quotes"), at, end)
            return Lexeme("part", at, end)
        for each in inside.split() if "*" in inside else ():
            if "*" in each and phrases.wildcard(phrases.core(each)) is None:
                self._unfollowed(each, at, end)
        return Lexeme("part", at, end, (Quoted(inside, at, end, slop, exact),))

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

    def _signed(self, sign: str, at: int) -> Lexeme:
        """`=mot`, `~mot`."""
        words = self._words(at + 1, self._end(at + 1))
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
        return replace(words, start=at, parts=tuple(parts))

    def _end(self, at: int) -> int:
        unit = _UNIT.match(self.text, at)
        return unit.end() if unit else at + 1

    def _field(self, named: re.Match[str]) -> Lexeme | None:
        """`titre:…`, `date:…`; None when the name is no field, which makes it text."""
        name, value = named.group(1), named.end()
        folded = _comparable(name)
        if folded in DATE_FIELDS:
            return self._date(DATE_FIELDS[folded], named.start(), value)
        if folded in FIELDS:
            return Lexeme("part", named.start(), value, field=FIELDS[folded])
        if not self.text.startswith("//", value):
            known = "titre, source, auteur, langue, famille, date, depuis, avant, après"
            self._note(
                "unknown_field",
                Message("query.no-field", name=name, known=known),
                named.start(),
                value,
            )
        return None

    def _field_and_blank(self, named: re.Match[str]) -> Lexeme | None:
        """`titre: mot` and `titre : mot` at the beginning of a query are `titre:mot`; further on they are text."""
        written = named.group().rstrip()
        folded = _comparable(named.group(1))
        if folded not in DATE_FIELDS and folded not in FIELDS:
            return None
        if named.start() == len(self.text) - len(self.text.lstrip()):
            return self._field(named)
        if written[-2].isspace():  # French puts a blank before a colon
            return None
        self._note(
            "field",
            Message("query.field-blank", written=written),
            named.start(),
            named.start() + len(written),
        )
        return None

    def _date(self, how: str, start: int, value: int) -> Lexeme:
        """A date filter takes as many words as make a date: `date:du 3 au 7 mai 2020 Assad`."""
        quoted = self._quoted(value)
        if quoted is not None and quoted.parts:
            (phrase,) = quoted.parts
            assert isinstance(phrase, Quoted)
            self._period(how, phrase.text, self.text.index(phrase.text.split()[0], quoted.start))
            return Lexeme("part", start, quoted.end, (When(how, phrase.text, start, quoted.end),))
        self.dates += 1
        if self.dates > MAX_DATES:
            self._fail(Message("query.dates", limit=MAX_DATES), start, value)
        window = self._unjoined(value)
        try:
            end = value + dates.leading(how, self.text[value:window], today=self.today)
        except DateError as error:
            raise self._at(error, value) from None
        return Lexeme("part", start, end, (When(how, " ".join(self.text[value:end].split()), start, end),))

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
        return DateError(error.message, text=self.text, start=start, end=end)

    def _words(self, at: int, end: int) -> Lexeme:
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
            return Lexeme("part", at, end, (Word(raw, at, end),))
        parts: list[Query] = []
        core = phrases.core(raw)
        wild = phrases.wildcard(core)
        fuzzy = _FUZZY.fullmatch(core)
        if wild is not None:
            head, tail = wild
            parts.append(Quoted(core, at, end) if any(tokenize(head)) else Pattern(tail, at, end))
        elif fuzzy is not None:
            edits = int(fuzzy.group(2) or 1)
            if edits > MAX_EDITS:
                self._fail(Message("query.edits", word=core, edits=edits, limit=MAX_EDITS), at, end)
            parts.append(Fuzzy(fuzzy.group(1), edits, at, end) if edits else Word(fuzzy.group(1), at, end))
        else:
            for found in CHUNK.finditer(raw):
                start = at + found.start()
                if len(found.group()) > MAX_WORD:
                    self._fail(
                        Message("query.word-length", length=len(found.group()), limit=MAX_WORD), start, at + found.end()
                    )
                parts.append(Word(found.group(), start, at + found.end()))
            if not parts:
                self._ignored(at, end)
            else:
                self._unfollowed(core, at, end)
                self._symbols(raw, at)
        return Lexeme("part", at, end, tuple(parts))

    def _unfollowed(self, core: str, start: int, end: int) -> None:
        """A note on wildcards that cannot be followed, and why."""
        if "*" not in core and not core.startswith("?"):
            return
        why = (
            Message("query.star-place")
            if phrases.has_letters(phrases.last_part(core))
            else Message("query.star-letters", least=MIN_LITERAL)
        )
        self._note("wildcard", Message("query.wildcard", word=core, why=why), start, end)

    def _symbols(self, raw: str, start: int) -> None:
        """A note on symbols beside words, which no index holds: that of `250€` is the same as that of `250 €`."""
        for at, character in enumerate(raw, start):
            if unicodedata.category(character) in ("Sc", "So") and character not in "°©®™":
                self._ignored(at, at + 1)

    def _ignored(self, start: int, end: int) -> None:
        raw = self.text[start:end].strip()
        plain = all(unicodedata.category(character)[0] in "PZ" for character in raw)
        self._note("ignored", Message("query.no-letter", word=raw), start, end, quiet=plain)

    def _note(self, kind: str, message: str, start: int, end: int, *, quiet: bool = False) -> None:
        self.notes.append(Note(kind, message, start, end, quiet))

    def _fail(self, message: str, start: int, end: int) -> None:
        raise QueryError(message, text=self.text, start=start, end=end)


def _comparable(name: str) -> str:
    """The name of a field, whatever its case, marks, apostrophes and hyphens."""
    return fold(surface(name.replace("'", "").replace("’", "").replace("-", "")))
