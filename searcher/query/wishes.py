"""Query → what it wishes to know of an index before it can become a plan: the first of the two steps of understanding.

Nothing here has seen an answer, so all questions of a query can be asked in one `Reader.look_up`. A part of a query that
widens what it finds (accents left out, names, wildcards, misspellings) has its questions here and its terms in `understand`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import assert_never

from searcher.analysis import STOP_WORDS, IndexWord, analyse_chunk, tokenize
from searcher.analysis.names import MAX_WORDS, Names, built_in
from searcher.analysis.respellings import respellings
from searcher.article import AUTHOR, LANGUAGE, NAME, PERSON, SOURCE, SPEAKER, TITLE_WORDS, WHOLE, WORDS
from searcher.query import phrases
from searcher.query.ast import (
    And,
    Demanded,
    Excerpt,
    Excluded,
    Fuzzy,
    InField,
    Or,
    Parsed,
    Pattern,
    Query,
    Quoted,
    When,
    Word,
)
from searcher.query.lookup import Question, Shaped
from searcher.query.plan import Term
from searcher.query.widening import expansion, for_keys, forms_of, shaped
from searcher.values import Value, replace

MAX_EXPANSION = 1024
"""Indexed words that the wildcards and misspelled words of a query may stand for, all together."""

KEYWORDS = {"source": SOURCE, "author": AUTHOR, "language": LANGUAGE, "name": NAME, "person": PERSON, "quote": SPEAKER}
"""Fields of the query language that are short texts of their own, and where an index has them."""


ALL_SOURCES = Shaped(WHOLE[SOURCE], "*", 1 << 16)
"""The question for every source of an index, whole and as written."""

MAX_EXCERPT = 512
"""Words of a long text that the index is asked about."""

REMEMBERED = 1 << 11
"""Words of queries that a process remembers."""

NAMES_REMEMBERED = 1 << 14
"""Runs of words whose other spellings a process remembers: a query of four words asks for ten of them."""


class Wishes(Value):
    """A query, the other spellings of each name in it, and its questions for an index.

    `expansion` is how many indexed words each wildcard or misspelled word of the query may stand for. `as_typed`: nothing is
    widened to other spellings.
    """

    parsed: Parsed
    others: Mapping[str, tuple[str, ...]]
    expansion: int
    questions: tuple[Question, ...]
    as_typed: bool = False


class Named(Value):
    """Words that stand side by side and are a name with other spellings."""

    words: tuple[Word, ...]
    written: str
    others: tuple[str, ...]


def wish(parsed: Parsed, *, names: tuple[Names, ...] | None = ()) -> Wishes:
    """What a query wishes to know; `names` are the lists that widen a name to its other spellings, the first that has a
    name decides. With None nothing is widened, neither by a list nor by a rule (*2e*, *2ème*)."""
    asking = _Asking(names, MAX_EXPANSION // max(1, _expanded(parsed.root)), {})
    questions = tuple(dict.fromkeys(asking.parts((parsed.root,))))
    return Wishes(parsed, asking.known, asking.expansion, questions, as_typed=names is None)


def wishes_of(query: Query, wishes: Wishes) -> Iterator[Question]:
    """The questions of one part of the query."""
    return _Asking((), wishes.expansion, dict(wishes.others)).part(query)


def runs(queries: Sequence[Query], others: Callable[[str], tuple[str, ...]]) -> Iterator[Query | Named]:
    """Queries that stand side by side, those put together that are a name of several words, the longest name first."""
    at = 0
    while at < len(queries):
        name = _name(queries[at : at + MAX_WORDS], others)
        yield name or queries[at]
        at += len(name.words) if name else 1


def phrase_questions(query: Quoted, field: str) -> Iterator[Shaped]:
    """Which terms of a field the wildcards in a phrase stand for."""
    wildcards = [piece for piece in phrases.pieces(query.text) if isinstance(piece, str)]
    for wildcard in wildcards:
        yield phrase_question(wildcard, field)


def phrase_question(wildcard: str, field: str) -> Shaped:
    """Which terms of a field a wildcard in a phrase stands for, and how many articles hold each."""
    return replace(shaped(wildcard, field, MAX_EXPANSION), counted=True)


def excerpted(query: Excerpt) -> list[Word]:
    """The different words of a long text that may be searched, small words left out."""
    chunks = {chunk.text.casefold(): chunk for chunk in query.words}
    telling = (chunk for chunk in chunks.values() if not all(word.word in STOP_WORDS for word in words_of(chunk.text)))
    return list(islice(telling, MAX_EXCERPT))


@lru_cache(REMEMBERED)
def words_of(written: str) -> tuple[IndexWord, ...]:
    """The words of a text in a query, as the index has them."""
    return tuple(tokenize(written))


def _name(queries: Sequence[Query], others: Callable[[str], tuple[str, ...]]) -> Named | None:
    """The longest name of several words that the queries begin with."""
    words = tuple(query for query in takewhile(_is_plain, queries) if isinstance(query, Word))
    texts = list(map(str, words))
    for size in range(len(words), 1, -1):
        written = " ".join(texts[:size])
        if spellings := others(written):
            return Named(words[:size], written, spellings)
    return None


def _is_plain(query: Query) -> bool:
    return isinstance(query, Word) and not query.exact


def _expanded(query: Query) -> int:
    """How many wildcards and misspelled words a query has."""
    match query:
        case Pattern() | Fuzzy():
            return 1
        case And() | Or():
            return sum(map(_expanded, query.parts))
        case Excluded() | Demanded() | InField():
            return _expanded(query.part)
        case Word() | Quoted() | When() | Excerpt():
            return 0
        case _:
            assert_never(query)


class _Asking:
    """Walks a query for its questions, and remembers the other spellings of its names."""

    def __init__(self, names: tuple[Names, ...] | None, expansion: int, known: dict[str, tuple[str, ...]]) -> None:
        self._names = names
        self.expansion = expansion
        self.known = known

    def parts(self, queries: Sequence[Query]) -> Iterator[Question]:
        for each in runs(queries, self._others):
            if isinstance(each, Named):
                for word in each.words:
                    yield from self._word(word)
                yield from self._spellings(each.others)
            else:
                yield from self.part(each)

    def part(self, query: Query) -> Iterator[Question]:
        match query:
            case Word():
                yield from self._exact(query.text) if query.exact else self._word(query)
                if not query.exact:
                    yield from self._spellings(self._others(query.text))
            case Quoted():
                for field in (WORDS, TITLE_WORDS):
                    yield from phrase_questions(query, field)
                if query.exact:
                    yield from self._exact(query.text)
            case Excerpt():
                for chunk in excerpted(query):
                    yield from (Term(WORDS, word.word) for word in words_of(chunk.text))
                    yield from self._word(chunk)
            case Pattern() | Fuzzy():
                for field in (WORDS, TITLE_WORDS):
                    yield expansion(query, field, self.expansion + 1)
            case InField():
                if query.field in ("title", "family"):
                    yield from self.part(query.part)
                else:
                    yield from self._keyword(KEYWORDS[query.field], query.part)
            case Excluded() | Demanded():
                yield from self.part(query.part)
            case And():
                yield from self.parts(query.parts)
            case Or():
                for part in query.parts:
                    yield from self.part(part)
            case When():
                pass
            case _:
                assert_never(query)

    def _word(self, query: Word) -> Iterator[Question]:
        for word in analyse_chunk(query.text).words:
            yield from for_keys(word)

    def _exact(self, text: str) -> Iterator[Question]:
        return (forms_of(word.word) for word in words_of(text) if word.form is None)

    def _spellings(self, others: tuple[str, ...]) -> Iterator[Question]:
        """Whether the index has the words of the other spellings of a name."""
        for other in others:
            words = words_of(other)
            yield from (Term(field, word.word) for word in words for field in (WORDS, TITLE_WORDS))
            if len(words) == 1:
                yield from for_keys(words[0])

    def _keyword(self, field: str, query: Query) -> Iterator[Question]:
        match query:
            case Pattern() | Fuzzy():
                yield expansion(query, field, self.expansion)
            case And() | Or():
                for part in query.parts:
                    yield from self._keyword(field, part)
            case Excluded() | Demanded():
                yield from self._keyword(field, query.part)
            case InField():
                yield from self.part(query)
            case Quoted():
                yield from phrase_questions(query, field)
                if field == SOURCE:
                    yield ALL_SOURCES
            case Word() | When() | Excerpt():
                pass
            case _:
                assert_never(query)

    def _others(self, written: str) -> tuple[str, ...]:
        """The other spellings of a name or a word, those that lists of names have first."""
        if self._names is None:
            return self.known.setdefault(written, ())
        if written not in self.known:
            built_in_alone = self._names == (built_in(),)
            self.known[written] = _usual_others(written) if built_in_alone else _others(written, self._names)
        return self.known[written]


def _others(written: str, lists: Sequence[Names]) -> tuple[str, ...]:
    """The other spellings of a name or a word: those of the first list that has the name, then those by rule."""

    def named(name: str) -> tuple[str, ...]:
        return next((others for names in lists if (others := names.others(name))), ())

    return tuple(dict.fromkeys((*named(written), *respellings(written, named))))


@lru_cache(NAMES_REMEMBERED)
def _usual_others(written: str) -> tuple[str, ...]:
    """The same, by the list that comes with the program."""
    return _others(written, (built_in(),))
