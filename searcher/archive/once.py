"""A plan ─► the counts of its answer and of the archive, in which the copies of one dispatch count once.

Of each group of copies one article counts: of those that the plan finds the one nearest to the leader, else the leader. The
counts of the others are taken off the counts of all, so nothing is read but what engines count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from searcher.archive.state import State
from searcher.article import ID
from searcher.engines.protocol import Counts, Deadline
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, Match, Plan, Term, holds
from searcher.values import replace

MOST = 20_000
"""Copies of an archive that are taken off; in an archive with more of them every article counts."""

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
        reader, until = self._state.reader, self._clock.until
        counted = reader.counts(self._plan, fields, until=until)
        if self._answer is not None:
            repeated = reader.counts(Plan(AllOf((self._plan.match, self._answer))), fields, until=until)
            values = {name: _less(counted.values[name], repeated.values[name]) for name in fields}
            complete = counted.complete and repeated.complete
            counted = Counts(counted.total - repeated.total, values, complete)
        self.total = counted.total
        return replace(counted, complete=counted.complete and not self._clock.missed)

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
        if len({serial for serial, _ in found}) < len(found):  # articles of one content have one serial
            found = [each for each in found if state.reader.count_of(Plan(AllOf((plan.match, Term(ID, each[1])))))]
        counts = found[0] if found else members[0]
        archive += [name for member in members if member != counts for name in member[1:]]
        answer += [name for _, name in found[1:]]
    return answer, archive


def _any_of(identifiers: list[str]) -> Match | None:
    return AnyOf(tuple(Term(ID, each) for each in identifiers)) if identifiers else None


def _less(counts: Mapping[str | None, int], repeated: Mapping[str | None, int]) -> dict[str | None, int]:
    return {value: left for value, count in counts.items() if (left := count - repeated.get(value, 0))}
