"""What an answer lists → the part that one page shows, and the numbers of the pages around it."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import Generic, TypeVar

from searcher.values import Value

T = TypeVar("T")

TIME = 3.0
"""Seconds after which lines and quotes are no longer counted; the page then says that there are more."""


class Pager(Value):
    """The pages of an answer: `around` are the numbers to show, `last` is the last one that can be opened, `cut` tells that
    there is more behind it."""

    page: int
    last: int
    around: tuple[int, ...]
    cut: bool


def pager(page: int, last: int, *, cut: bool) -> Pager:
    """The pager of page `page` of `last`: at most five numbers, with `page` in their middle."""
    low = max(1, min(page - 2, last - 4))
    return Pager(page, last, tuple(range(low, min(low + 4, last) + 1)), cut)


def pages_of(count: int, size: int) -> int:
    """How many pages of `size` things `count` things fill, one at least."""
    return max(-(-count // size), 1)


class Counted(Value, Generic[T]):
    """The things that one page shows; `count` of them in all, when counting came to its end (`whole`)."""

    shown: tuple[T, ...]
    count: int
    whole: bool


def counted(listed: Iterable[T], *, page: int, size: int) -> Counted[T]:
    """The things of page `page`. What stands behind the page is counted as long as `TIME` allows."""
    first, after = (page - 1) * size, page * size
    held: list[T] = []
    count, until = 0, monotonic() + TIME
    for each in listed:
        if first <= count < after:
            held.append(each)
        count += 1
        if count > after and count % 20 == 0 and monotonic() > until:
            return Counted(tuple(held), count, whole=False)
    return Counted(tuple(held), count, whole=True)
