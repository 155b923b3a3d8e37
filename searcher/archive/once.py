"""A plan ─► the counts of its answer and of the archive, in which the copies of one dispatch count once.

Of each group of copies one article counts: of those that the plan finds the one nearest to the leader, else the leader. The
others are left out of the plan whose articles the engine counts, so no article is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from searcher.archive.state import State
from searcher.article import ID
from searcher.engines.protocol import Counts, Deadline
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, Match, Not, Plan, Term, holds
from searcher.values import replace

MOST = 20_000
"""Copies of an archive that are left out; in an archive with more of them every article counts."""

FEW = 5000
"""Values whose articles are counted one value at a time; above that all values of the archive are counted at once."""


class Once:
    """The answer to a plan, and its archive, counted so. `total` articles in the one, `volume` in the other."""

    def __init__(self, state: State, plan: Plan, clock: Deadline) -> None:
        self._state, self._plan, self._clock = state, plan, clock
        answer, archive = _repeated(state, plan, clock)
        self._answer, self._archive = _any_of(answer), _any_of(archive)
        self._left_out: dict[str, Mapping[str | None, int]] = {}
        self.total = 0
        self.volume = state.reader.count() - len(archive)

    def counts(self, fields: Sequence[str]) -> Counts:
        """How many articles of the answer have each value; sets `total`."""
        match, copies = self._plan.match, self._answer
        if copies is not None and match == EVERYTHING:
            counted = self._all_but(copies, fields)
        else:
            match = match if copies is None else AllOf((match, Not(copies)))
            counted = self._state.reader.counts(Plan(match), fields, until=self._clock.until)
        self.total = counted.total
        return replace(counted, complete=counted.complete and not self._clock.missed)

    def _all_but(self, match: Match, fields: Sequence[str]) -> Counts:
        """The counts of the archive without some articles: engines count the whole archive, and few articles, the fastest."""
        reader, until = self._state.reader, self._clock.until
        fewer = reader.counts(Plan(match), fields, until=until)
        whole = reader.counts(Plan(EVERYTHING), fields, until=until)
        if not (fewer.complete and whole.complete):
            return Counts(0, {field: {} for field in fields}, complete=False)
        values = {field: _less(whole.values[field], fewer.values[field]) for field in fields}
        return Counts(whole.total - fewer.total, values)

    def archived(self, field: str, values: Iterable[str]) -> dict[str, int]:
        """How many articles of the archive have each of some values."""
        wanted = list(values)
        reader = self._state.reader
        if len(wanted) <= FEW:
            held = {value: reader.count_of(Plan(holds(field, value))) for value in wanted}
        else:
            counted = reader.counts(Plan(EVERYTHING), [field]).values[field]
            held = {value: counted.get(value, 0) for value in wanted}
        if self._archive is None:
            return held
        if field not in self._left_out:
            self._left_out[field] = reader.counts(Plan(self._archive), [field]).values[field]
        return {value: count - self._left_out[field].get(value, 0) for value, count in held.items()}


def _repeated(state: State, plan: Plan, clock: Deadline) -> tuple[list[str], list[str]]:
    """The identifiers of articles that do not count, because a copy does: of the answer, and of the archive."""
    groups = state.groups
    if groups is None or groups.articles() > MOST:
        return [], []
    met: dict[int, set[int]] = {}
    for serial in state.reader.serials(plan, until=clock.until):
        if group := groups.group_of(serial):
            met.setdefault(group, set()).add(serial)
    nothing: frozenset[int] = frozenset()
    answer: list[str] = []
    archive: list[str] = []
    for group in groups:
        members = groups.members(group)
        found = [member for member in members if member[0] in met.get(group, nothing)]
        # Articles of one content have one serial, and a plan may find some of them only.
        if plan.match != EVERYTHING and len({serial for serial, _ in found}) < len(found):
            found = [each for each in found if state.reader.count_of(Plan(AllOf((plan.match, Term(ID, each[1])))))]
        counts = found[0] if found else members[0]
        archive += [name for member in members if member != counts for name in member[1:]]
        answer += [name for _, name in found[1:]]
    return answer, archive


def _less(counted: Mapping[str | None, int], fewer: Mapping[str | None, int]) -> dict[str | None, int]:
    """Counts less other counts, without the values that nothing is left of."""
    left = {**counted, **{value: counted[value] - count for value, count in fewer.items()}}
    return {value: count for value, count in left.items() if count}


def _any_of(identifiers: list[str]) -> Match | None:
    return AnyOf(tuple(Term(ID, each) for each in identifiers)) if identifiers else None
