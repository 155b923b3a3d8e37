"""Ask ─► counts of names in the answer and in the archive ─► Names, Pairs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from searcher.analysis import tokenize
from searcher.analysis.mentions import both
from searcher.analysis.naming import KINDS, OTHER, PERSON, kind_of, named
from searcher.analysis.sentences import sentences
from searcher.article import NAME, PAIR
from searcher.article import PERSON as PERSONS
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.ast import And, Demanded, Excerpt, Excluded, Fuzzy, InField, Or, Pattern, Query, Quoted, When, Word
from searcher.query.parse import parse
from searcher.query.plan import EVERYTHING, Plan, holds
from searcher.results.names import KeyName, KeyPair, NameOrder, Names, Pairs, Sentence, associated, keyness, ranked
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.index import Index
    from searcher.archive.state import State
    from searcher.query.ask import Ask

FEW = 5000
"""Values whose articles are counted one value at a time; above that all values of the archive are counted at once."""


def names(index: Index, state: State, ask: Ask, *, kinds: Collection[str], order: NameOrder, size: int) -> Names:
    """The over-represented names of an answer; `kinds`: only those of these kinds, none of them: all."""
    for unknown in sorted(set(kinds).difference(KINDS)):
        raise UsageError(Message("names.kinds", kinds=", ".join(KINDS), kind=unknown))
    counted = index.counts(ask, NAME, PERSONS)
    found = {name: count for name, count in counted.values[NAME].items() if name is not None}
    persons = counted.values[PERSONS]
    volume = state.reader.count()
    rows = keyness(found, _archive(state, NAME), total=counted.total, volume=volume)
    asked = _asked(ask)

    def kind(name: str) -> str:
        if 2 * persons.get(name, 0) >= found[name]:
            return PERSON
        told = kind_of(name)
        return told if told != PERSON else OTHER

    typed = [(row, kind(row.value)) for row in rows if not _is_own(row.value, asked, row.articles, counted.total)]
    kept = {row.value: of for row, of in typed if not kinds or of in kinds}
    best = ranked((row for row in rows if row.value in kept), order, size)
    return Names(
        tuple(
            KeyName(row.value, kept[row.value], row.articles, row.elsewhere, row.likelihood, row.ratio) for row in best
        ),
        counted.total,
        volume,
        counted.complete,
    )


def pairs(index: Index, state: State, ask: Ask, *, order: NameOrder, size: int, examples: int) -> Pairs:
    """The over-represented pairs of an answer; of the whole archive, the pairs that chance does not explain."""
    volume = state.reader.count()
    counted = index.counts(ask, PAIR)
    found = {pair: count for pair, count in counted.values[PAIR].items() if pair is not None}
    if counted.total < volume:
        rows = keyness(found, _archive(state, PAIR), total=counted.total, volume=volume)
    else:
        written = list(found)
        persons = {name: count for name, count in index.counts(ask, PERSONS).values[PERSONS].items() if name}
        together = associated({both(pair): found[pair] for pair in written}, persons, volume=volume)
        rows = [replace(row, value=written[int(row.value)]) for row in together]
    made = []
    for row in ranked(rows, order, size):
        shown = tuple(_sentences(index, ask, row.value, examples)) if examples else ()
        made.append(KeyPair(both(row.value), row.articles, row.elsewhere, row.likelihood, row.ratio, shown))
    return Pairs(tuple(made), counted.total, volume, counted.complete)


def _archive(state: State, field: str) -> Callable[[Iterable[str]], Mapping[str, int]]:
    """What says how many articles of the archive have values of a field, exactly."""

    def count(values: Iterable[str]) -> Mapping[str, int]:
        wanted = list(values)
        if len(wanted) <= FEW:
            return {value: state.reader.count_of(Plan(holds(field, value))) for value in wanted}
        held = state.reader.counts(Plan(EVERYTHING), [field]).values[field]
        return {value: held.get(value, 0) for value in wanted}

    return count


def _sentences(index: Index, ask: Ask, pair: str, most: int) -> Iterator[Sentence]:
    """Sentences of the answer in which the two persons stand, the first of each article, at most so many."""
    told = 0
    for hit in index.every(replace(ask, filters=(*ask.filters, (PAIR, (pair,))))):
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
    words = [word.word for word in tokenize(name)]
    return asked.issuperset(words) or (bool(words) and words[-1] in asked and 2 * articles > total)
