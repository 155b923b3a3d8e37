"""What a measurement is given, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from .runs import Runner


class Impossible(Exception):
    """This machine cannot do what a measurement needs; the message says what is missing."""


@dataclass(slots=True)
class Trial:
    """The engine to try, in a folder of its own; `share` of the full counts; everything random comes from `rng`."""

    engine: str
    share: float
    rng: Random
    place: Path
    runner: Runner

    def some(self, full: int, least: int = 1) -> int:
        """A full count, scaled."""
        return max(least, round(full * self.share))


@dataclass(slots=True)
class Outcome:
    """How many things were tried; what went wrong, and what went well but took too long, a line each; `reached` and `wanted`
    in words."""

    count: int
    wanted: str
    wrong: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    reached: str = ""

    @property
    def ok(self) -> bool:
        return not self.wrong and not self.slow

    def summary(self) -> str:
        slow = f"{len(self.slow)} slow" if self.slow else ""
        return ", ".join(filter(None, (f"{len(self.wrong)} wrong", slow, self.reached)))


@dataclass(frozen=True, slots=True)
class Figure:
    """One of R1 to R11. `engines`: whether it is measured once for each engine. `clusters`: whether it is measured also for an
    engine whose index is not files of ours."""

    what: str
    measure: Callable[[Trial], Outcome]
    engines: bool = True
    clusters: bool = False
