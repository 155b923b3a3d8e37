"""Ask ─► counts of names in the answer and in the archive ─► Names, Pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from searcher.analysis import tokenize
from searcher.analysis.mentions import both
from searcher.analysis.naming import KINDS, OTHER, PERSON, kind_of, named
from searcher.analysis.sentences import sentences
from searcher.archive.answering import FINDING, deadline_of, plans_of, understood_on
from searcher.archive.once import Once
from searcher.article import NAME, PAIR
from searcher.article import PERSON as PERSONS
from searcher.engines.protocol import Counts
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.ast import And, Demanded, Excerpt, Excluded, Fuzzy, InField, Or, Pattern, Query, Quoted, When, Word
from searcher.query.parse import parse
from searcher.query.plan import NOTHING, Plan
from searcher.results.names import (
    ArticleName,
    KeyName,
    KeyPair,
    NameOrder,
    Names,
    Pairs,
    Sentence,
    associated,
    keyness,
    ranked,
)
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.index import Index
    from searcher.archive.state import State
    from searcher.query.ask import Ask


def names(state: State, ask: Ask, *, kinds: Collection[str], order: NameOrder, size: int) -> Names:
    """The over-represented names of an answer; `kinds`: only those of these kinds, none of them: all."""
    for unknown in sorted(set(kinds).difference(KINDS)):
        raise UsageError(Message("names.kinds", kinds=", ".join(KINDS), kind=unknown))
    once, counted = _once(state, ask, (NAME, PERSONS))
    found = {name: count for name, count in counted.values[NAME].items() if name is not None}
    persons = counted.values[PERSONS]
    rows = keyness(found, partial(once.archived, NAME), total=once.total, volume=once.volume)
    asked = _asked(ask)

    @cache
    def kind(name: str) -> str:
        if 2 * persons.get(name, 0) >= found[name]:
            return PERSON
        told = kind_of(name)
        return told if told != PERSON else OTHER

    best: list[KeyName] = []
    for row in ranked(rows, order):  # telling a kind takes longer than ranking, so only the first rows are told
        if len(best) == size:
            break
        if _is_own(row.value, asked, row.articles, counted.total) or (kinds and kind(row.value) not in kinds):
            continue
        best.append(KeyName(row.value, kind(row.value), row.articles, row.elsewhere, row.likelihood, row.ratio))
    return Names(tuple(best), once.total, once.volume, counted.complete)


def pairs(index: Index, state: State, ask: Ask, *, order: NameOrder, size: int, examples: int) -> Pairs:
    """The over-represented pairs of an answer; of the whole archive, the pairs that chance does not explain."""
    once, counted = _once(state, ask, (PAIR, PERSONS))
    found = {pair: count for pair, count in counted.values[PAIR].items() if pair is not None}
    if once.total < once.volume:
        rows = keyness(found, partial(once.archived, PAIR), total=once.total, volume=once.volume)
    else:
        written = list(found)
        persons = {name: count for name, count in counted.values[PERSONS].items() if name}
        together = associated({both(pair): found[pair] for pair in written}, persons, volume=once.volume)
        rows = [replace(row, value=written[int(row.value)]) for row in together]
    made = []
    for row in islice(ranked(rows, order), size):
        shown = tuple(_sentences(index, ask, row.value, examples)) if examples else ()
        made.append(KeyPair(both(row.value), row.articles, row.elsewhere, row.likelihood, row.ratio, shown))
    return Pairs(tuple(made), once.total, once.volume, counted.complete)


def names_of(title: str, text: str) -> tuple[ArticleName, ...]:
    """The names in an article, those that it has most often first."""
    in_title, in_text = named(title, text)
    found: dict[str, ArticleName] = {}
    for at, each in [(None, each) for each in in_title] + [(each.start, each) for each in in_text]:
        held = found.get(each.name, ArticleName(each.name, each.kind, 0, None))
        found[each.name] = replace(held, times=held.times + 1, start=at if held.start is None else held.start)
    return tuple(sorted(found.values(), key=lambda each: -each.times))


def _once(state: State, ask: Ask, fields: Sequence[str]) -> tuple[Once, Counts]:
    """The answer to a question and its archive, each group of copies counted once, and the counts of some fields."""
    clock = deadline_of(ask)
    understood = understood_on(state, ask, clock.share(FINDING))
    for plan in plans_of(understood, clock):
        once = Once(state, plan, clock)
        counted = once.counts(fields)
        if counted.total or not counted.complete:
            return once, counted
    return Once(state, Plan(NOTHING), clock), Counts(0, {field: {} for field in fields}, not clock.missed)


def _sentences(index: Index, ask: Ask, pair: str, most: int) -> Iterator[Sentence]:
    """Sentences of the answer in which the two persons stand, the first of each article, at most so many."""
    told = 0
    for hit in index.every(replace(ask, filters=(*ask.filters, (PAIR, (pair,)))), group=True):
        found = sentence_of(hit.article.title, hit.article.text, both(pair))
        if found is None:
            continue
        start, end = found
        article = hit.article
        text = article.text[start:end]
        yield Sentence(article.id, article.title, article.date, article.source, start, end, text)
        told += 1
        if told == most:
            return


def sentence_of(title: str, text: str, persons: tuple[str, str]) -> tuple[int, int] | None:
    """The first sentence of a text in which both persons stand; None when there is none."""
    _, names = named(title, text)
    wanted = [each for each in names if each.name in persons]
    for start, end in sentences(text):
        if len({each.name for each in wanted if start <= each.start < end}) == 2:
            return start, end
    return None


def _asked(ask: Ask) -> frozenset[str]:
    """The words that a query asks for, folded."""
    return frozenset(word.word for written in _written(parse(ask.query).root) for word in tokenize(written))


def _written(query: Query) -> Iterator[str]:
    match query:
        case Word() | Quoted():
            yield query.text
        case InField() | Demanded():
            yield from _written(query.part)
        case And() | Or():
            for part in query.parts:
                yield from _written(part)
        case Excerpt() | Excluded() | Fuzzy() | Pattern() | When():
            pass


def _is_own(name: str, asked: frozenset[str], articles: int, total: int) -> bool:
    """Whether a name is the query's own: all of its words were asked for; or its last word was, and more than half of the
    answer has it (of *Macron*, *Emmanuel Macron*, but not *Brigitte Macron*)."""
    if not asked:
        return False
    words = [word.word for word in tokenize(name)]
    return asked.issuperset(words) or (bool(words) and words[-1] in asked and 2 * articles > total)
