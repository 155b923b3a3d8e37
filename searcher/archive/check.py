"""The folder of an index → `Check`: what is wrong with the index, a line each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from searcher import analysis
from searcher.analysis.annotations import KINDS
from searcher.archive.locate import locate
from searcher.archive.repair import recorded
from searcher.archive.state import State
from searcher.article import ID, STEMS
from searcher.errors import IndexDamaged, IndexForeign, IndexMissing
from searcher.indexing import manifest
from searcher.messages import Message
from searcher.query.lookup import Shaped
from searcher.query.plan import AllOf, Plan, Term
from searcher.values import Value

SAMPLE, TERMS, LISTED = 1000, 64, 4
"""Articles that a full check looks for by their terms, terms of each, and those of them that the list of terms must have."""


class Check(Value):
    """What a check found: the index looked at, the articles it holds (0 when it cannot be opened), what is `wrong`, a line
    each; nothing wrong: no line."""

    folder: str
    articles: int
    wrong: tuple[str, ...]


def check(folder: str | os.PathLike[str] | None = None, *, full: bool = False) -> Check:
    """Says what is wrong with an index (`locate` says which, without `folder`); `Index.check` says what `full` adds.

    An index that cannot be opened because it is damaged or must be rebuilt is a result, not an error. Raises IndexMissing when
    there is no index and nothing that could be put back; IndexUntrusted, ReadFailed.
    """
    place = locate(folder)
    try:
        state = State(place)
    except (IndexDamaged, IndexForeign) as error:
        return Check(str(place), 0, (str(error),))
    except IndexMissing as error:
        if not recorded(place):
            raise
        return Check(str(place), 0, (str(error),))
    try:
        return Check(str(place), state.manifest.articles, tuple(faults(state, full=full)))
    finally:
        state.close()


def faults(state: State, *, full: bool) -> list[str]:
    """What is wrong with an open state of an index, a line each."""
    with state.used():
        held, reader = state.manifest, state.reader
        try:
            manifest.verify(state.folder, held, thorough=full)
            manifest.verify_copy(state.folder, held)
        except IndexDamaged as error:
            if state.is_replaced():
                raise
            return [str(error)]
        found = reader.check() if full else []
        if full and not found:
            found += _unfound(state)
        if (count := reader.count()) != held.articles:
            found.append(Message("check.count", count=count, held=held.articles))
        try:
            counted, copies, _ = state.ledger.counts()
            if (counted, copies) != (held.articles, held.copies):
                found.append(Message("check.ledger", counted=counted, copies=copies))
            if full:
                found += state.ledger.check()
        except IndexDamaged as error:
            found.append(str(error))
        return found


def _unfound(state: State) -> Iterator[str]:
    """Articles of a sample that the engine does not hold under the terms of their text, or whose terms it does not list."""
    reader, listed = state.reader, dict[Shaped, str]()
    for article in islice(reader.articles(), 0, None, reader.count() // SAMPLE + 1):
        stems = list(islice(dict.fromkeys(analysis.entry(article, without=KINDS).terms[STEMS].split()), TERMS))
        match = AllOf((Term(ID, article.id), *(Term(STEMS, stem) for stem in stems)))
        if reader.count_of(Plan(match)) != 1:
            yield Message("check.terms", id=article.id)
        else:
            listed |= {Shaped(STEMS, stem, 1): article.id for stem in stems[:LISTED] if stem.isalnum()}
    terms = reader.look_up(listed).terms
    for question, id in listed.items():
        if terms[question] != (question.pattern,):
            yield Message("check.listed", id=id, term=question.pattern)
