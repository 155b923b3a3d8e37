"""What an engine does: entries in, plans answered. `tests/oracle.py` is the small engine that defines the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from pathlib import Path
from time import monotonic
from typing import Protocol

from searcher.article import Article, Entry
from searcher.query.ask import Sort
from searcher.query.lookup import Answers, Question
from searcher.query.plan import Phrase, Plan, Term
from searcher.values import Value


class Contribution(Value):
    """One addend of a score: `points` is what `term` of `field` contributed; the terms of a phrase have blanks between them."""

    field: str
    term: str
    points: float

    @staticmethod
    def of(term: Term | Phrase, points: float) -> Contribution:
        return Contribution(term.field, term.text if isinstance(term, Term) else " ".join(term.terms), points)


class Found(Value):
    """One article that a plan finds, with its score; `parts` add up to the score when they were asked for. `annotations`
    and `serial` are those of its entry."""

    article: Article
    score: float
    parts: tuple[Contribution, ...] = ()
    annotations: str = ""
    serial: int = 0


class Matches(Value):
    """A page of what a plan finds; `total` counts everything it finds.

    Not `complete`: the time was up. Everything here is found by the plan, but `total` is a lower bound, and better articles
    and parts of the scores may be missing.
    """

    total: int
    found: tuple[Found, ...]
    complete: bool = True


class Counts(Value):
    """How many articles a plan finds (`total`); and for each field asked for, how many of them have each whole value.

    None is the value of articles without any. An article that has several values (authors) counts for each of them, so
    only where an article has one value at most do the counts of a field add up to `total`.

    Not `complete`: the time was up, and every number is a lower bound.
    """

    total: int
    values: Mapping[str, Mapping[str | None, int]]
    complete: bool = True


class Deadline:
    """A moment of `time.monotonic()` at which to stop. `missed` is True once work was skipped because time ran out."""

    __slots__ = ("_whole", "missed", "until")

    def __init__(self, until: float = inf, whole: Deadline | None = None) -> None:
        self.until = until
        self.missed = False
        self._whole = whole

    def over(self) -> bool:
        """Whether the time is up. The caller has work left and skips it then, so True also sets `missed`."""
        if monotonic() < self.until:
            return False
        self.miss()
        return True

    def miss(self) -> None:
        """Sets `missed`, here and in every deadline that this is a share of."""
        part: Deadline | None = self
        while part is not None:
            part.missed = True
            part = part._whole

    def share(self, of: float) -> Deadline:
        """A deadline for a part of the work: `of` (up to 1) of the time that is left. What it misses, this one misses too."""
        now = monotonic()
        return Deadline(now + max(self.until - now, 0.0) * of, self)


class Writer(Protocol):
    """Adds to an index. Nothing is visible before `commit`; a writer that is closed without it leaves no trace.

    Articles of the same rank stand in the order they were added, across commits, merges and deletions; one that is
    deleted and added again counts as new.
    """

    def add(self, entry: Entry) -> None: ...

    def delete(self, identifier: str) -> None:
        """Deletes every committed article that holds this term in field ID; one added since the last commit stays.

        The field may hold several identifiers: an article answers to each of them.
        """

    def commit(self) -> None:
        """Makes what was added and deleted since the last commit visible at once.

        Small segments are merged as they accumulate, so that their number stays bounded over thousands of small commits
        and a small commit never costs a reading of the large ones.
        """

    def close(self) -> None: ...


class Reader(Protocol):
    """Answers from the state of the last commit before it was opened."""

    def count(self) -> int:
        """How many articles there are."""

    def search(
        self,
        plan: Plan,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = Sort.RELEVANCE,
        explain: bool = False,
        until: float = inf,
    ) -> Matches:
        """A page of what a plan finds, each article with its score by `bm25`, whatever the order; what was found of it
        `until` that moment of `time.monotonic()`, in as small steps as the engine can take.

        An article's length in a field is the number of its terms there, kept in a byte; the average and the number of
        articles are those of the index. Articles deleted since segments were last merged may still count in all of these.

        Raises QueryError for a plan that the engine could not answer in about a second; so does `count_of`.
        """

    def count_of(self, plan: Plan) -> int:
        """How many articles a plan finds."""

    def counts(self, plan: Plan, fields: Sequence[str], *, until: float = inf) -> Counts:
        """How many of the articles that a plan finds have each value of these fields (keys of `article.WHOLE`).

        Exact, deleted articles left out: the number beside a value is what `plan.holds` finds together with the plan.
        Dates (`when`) are counted in the precision they were given with: `2020`, `2020-01`, `2020-01-07`. `until` is a
        moment of `time.monotonic()`. Raises QueryError as `search` does.
        """

    def serials(self, plan: Plan, *, until: float = inf) -> Iterable[int]:
        """The serial of everything a plan finds, in no order: what tells how many groups of copies there are. No article is
        read. `until` is a moment of `time.monotonic()`: what is known then. Raises QueryError as `search` does.
        """

    def every(self, plan: Plan, sort: Sort = Sort.RELEVANCE) -> Iterator[Found]:
        """Everything a plan finds, as `search` without a limit would list it, in one pass.

        Articles are read while the iterator is used; what is held meanwhile is some numbers an article found. It takes as
        long as it takes: whoever has enough stops asking. Raises QueryError as `search` does.
        """

    def look_up(self, questions: Iterable[Question], *, until: float = inf) -> Answers:
        """The answers to all questions of a query about the terms of the index, in one go.

        Questions without an answer `until` that moment of `time.monotonic()` are `Answers.cut`.
        """

    def fetch(self, identifier: str) -> Article | None:
        """The article with this identifier."""

    def articles(self) -> Iterator[Article]:
        """Every article, in the order they were added."""

    def check(self) -> list[str]:
        """What is wrong with the stored index, a line each; reads everything."""

    def close(self) -> None: ...


Seal = Mapping[str, tuple[int, str]]
"""What an engine's part of a generation consists of, as the manifest keeps it: name → a size or count, and a digest. Of a
folder, each file with its bytes and the SHA-256 of its content."""


class Sealed(Value):
    """A part that was sealed: where it is, and its seal."""

    place: Path
    seal: Seal


class Engine(Protocol):
    """A way to store an index, a generation after the other. Every method raises only errors of `searcher.errors`; `begin` and
    `seal` also the OSError of a disk that refuses.

    `place` is the path in a generation that is the engine's own, named like the engine. An engine that keeps its index in
    files makes a folder of it (`folders.FolderEngine`). One that keeps it elsewhere, in a cluster, notes there where that
    is, and raises EngineUnreachable when the cluster does not answer. Lock, manifest and ledger are not the engine's affair.
    """

    name: str
    version: str

    def like(self, place: Path) -> Engine:
        """The engine that puts a new part where an older one is, unless it was told where: a rebuild stays in its cluster."""

    def begin(self, place: Path, base: Sealed | None) -> None:
        """The part of a new generation: empty, or holding what `base` holds. There is nothing at `place` yet."""

    def create(self, place: Path, *, jobs: int = 1) -> Writer:
        """A new empty index in an empty part; the writer may use `jobs` processes or threads."""

    def append(self, place: Path, *, jobs: int = 1) -> Writer:
        """A writer on an existing index.

        It never changes a file in place: the folder may consist of hard links to the files of an older generation that
        searches still read. It makes new files, renames them over a name, and removes names.
        """

    def seal(self, place: Path, *, base: Sealed | None, durable: bool) -> Seal:
        """Finishes a part whose writer is closed: from now on it does not change, and `durable`, survives a power cut. `base`:
        the part it began from, when that is as durable."""

    def verify(self, place: Path, seal: Seal, *, thorough: bool) -> str | None:
        """What is wrong with a part, judged by its seal; quick, or `thorough`, which may read everything."""

    def open(self, place: Path) -> Reader: ...

    def condition(self, place: Path) -> str | None:
        """How the machines are that keep a part elsewhere, in a line; None of a part that is files."""

    def drop(self, place: Path) -> None:
        """Removes a part that nobody will open any more, whatever state it is in. What cannot be removed is left."""
