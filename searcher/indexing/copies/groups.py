"""Pairs of copies → groups: stars round a leader, a function of the pairs alone.

"Near duplication is not transitive": the first and the last of a chain of rewrites may have nothing in common. So an article
belongs to the first leader that it is itself a copy of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Article = TypeVar("Article")


def groups(pairs: Mapping[Article, Iterable[Article]], order: Sequence[Article]) -> list[list[Article]]:
    """The groups of two articles and more, each with its leader first, the members in the order given.

    `pairs` has for each article those it is a copy of, both ways. In `order`, an article that no group has yet leads the
    next group, and takes those of its copies that no group has yet.
    """
    place = {article: at for at, article in enumerate(order)}
    taken: set[Article] = set()
    made = []
    for leader in order:
        if leader in taken:
            continue
        members = [each for each in pairs[leader] if each not in taken and place[each] > place[leader]]
        if members:
            taken.add(leader)
            taken.update(members)
            made.append([leader, *sorted(members, key=place.__getitem__)])
    return made
