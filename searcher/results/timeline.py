"""Counts by date → `Timeline`: how many articles of an answer stand in each day, week, month … and how many the archive has.

    counts of `when`, in the precision of the sources ──► buckets, all of the same step, without a gap
                                                     ──► imprecise dates (2020 does not say which month), undated articles

Every article is counted once: buckets, imprecise and undated articles add up to the total. A *burst* is a run of buckets in
which the answer's share of the archive is high, as the two-state automaton of Kleinberg finds it (Bursty and Hierarchical
Structure in Streams, 2002, section 4: batched arrivals).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Date
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from math import inf, lgamma, log

from searcher.article import days
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.values import Value

FEWEST, MOST = 20, 60
"""Bars that an automatic step aims at."""

SCALE, GAMMA = 2.0, 1.0
"""Kleinberg's s and γ: how much higher the share in a burst is, and what it costs to enter one."""

MAX_BURSTS = 5
MAX_BUCKETS = 200_000
"""Days of five centuries; a longer timeline is refused."""


class Step(StrEnum):
    """The width of a bucket. Weeks begin on Monday (ISO 8601); a decade is ten years from one that ends in 0."""

    AUTO = "auto"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DECADE = "decade"


STEPS = (Step.DAY, Step.WEEK, Step.MONTH, Step.QUARTER, Step.YEAR, Step.DECADE)


class Bucket(Value):
    """The days from `start` up to `end`, which is not included: `articles` of the answer, `volume` of the archive.

    `partial`: the period asked for, or the archive, covers only part of these days.
    """

    label: str
    start: Date
    end: Date
    articles: int
    volume: int
    partial: bool = False

    @property
    def share(self) -> float | None:
        """The part of the archive's articles that the answer holds, 0 to 1; None where the archive has none."""
        return self.articles / self.volume if self.volume else None


class Imprecise(Value):
    """A date that does not say in which bucket its articles belong, as written: `2020` among months."""

    date: str
    articles: int
    volume: int


class Burst(Value):
    """A run of buckets from `start` up to `end` (not included) with more than its share of articles. `weight`: how much cheaper
    the high state explains them (natural logarithm of the likelihood ratio). `headline`: the title of the article that stands
    first in the answer there; None when it was not asked for."""

    start: Date
    end: Date
    label: str
    articles: int
    weight: float
    headline: str | None = None
    identifier: str | None = None


class Timeline(Value):
    """An answer over time. `total` is the number of its articles, `volume` that of the archive under the same filters.

    Not `complete`: the time was up, and the numbers are lower bounds.
    """

    step: Step
    buckets: tuple[Bucket, ...]
    imprecise: tuple[Imprecise, ...]
    undated: int
    undated_volume: int
    total: int
    volume: int
    bursts: tuple[Burst, ...] = ()
    complete: bool = True


Counted = Mapping[str | None, int]
"""Articles by `when`: `2020`, `2020-01`, `2020-01-07`, None."""


def timeline(
    found: Counted,
    archive: Counted,
    *,
    step: Step = Step.AUTO,
    start: Date | None = None,
    end: Date | None = None,
    complete: bool = True,
) -> Timeline:
    """The timeline of an answer, from its own counts and those of the archive under the same filters.

    `start`, `end` (not included): the period that was asked for; the buckets cover the dated articles of the archive in it.
    A bucket at either end is partial when the period, or else the archive, begins or ends inside of it.

    Raises UsageError when the step makes more than 200,000 buckets.
    """
    placed = sorted(_placed(found, archive))
    undated, undated_volume = found.get(None, 0), archive.get(None, 0)
    total, volume = sum(found.values()), max(sum(archive.values()), sum(found.values()))
    if not placed:
        chosen = Step.MONTH if step is Step.AUTO else step
        return Timeline(chosen, (), (), undated, undated_volume, total, volume, (), complete)
    first, last = placed[0][0], max(ends for _, ends, *_ in placed)
    if max(first, start or first) < min(last, end or last):
        first, last = max(first, start or first), min(last, end or last)
    if step is Step.AUTO:
        step = fitting_step(first, last)
        while _is_too_fine(step, placed):
            step = STEPS[STEPS.index(step) + 1]
    if (bars := int((last - first).days / _WIDTHS[step])) > MAX_BUCKETS:
        raise UsageError(Message("timeline.bars", step=step, bars=bars))
    counts: dict[Date, list[int]] = {}
    imprecise = []
    for begins, ends, when, articles, held in placed:
        bucket, after = bounds(begins, step)
        if ends > after:
            imprecise.append(Imprecise(when, articles, held))
            continue
        row = counts.setdefault(bucket, [0, 0])
        row[0] += articles
        row[1] += held
    buckets = tuple(_buckets(counts, first, last, step, (start, end)))
    return Timeline(step, buckets, tuple(imprecise), undated, undated_volume, total, volume, bursts(buckets), complete)


def _placed(found: Counted, archive: Counted) -> Iterable[tuple[Date, Date, str, int, int]]:
    for when in found.keys() | archive.keys():
        if when is not None:
            first, after = _dates(when)
            articles = found.get(when, 0)
            yield first, after, when, articles, max(archive.get(when, 0), articles)


@lru_cache(maxsize=1 << 15)
def _dates(when: str) -> tuple[Date, Date]:
    """The first day of a date, and the first day after it."""
    first, after = days(when)
    return Date.fromordinal(first), Date.fromordinal(min(after, Date.max.toordinal()))


# ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_WIDTHS = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 30.44, Step.QUARTER: 91.3, Step.YEAR: 365.25, Step.DECADE: 3652.5}


def fitting_step(first: Date, last: Date) -> Step:
    """The step that gives 20 to 60 bars, or the one that comes nearest."""
    span = max((last - first).days, 1)

    def misfit(step: Step) -> float:
        bars = span / _WIDTHS[step]
        return 0.0 if FEWEST <= bars <= MOST else log(FEWEST / bars) if bars < FEWEST else log(bars / MOST)

    return min(STEPS, key=misfit)


def _is_too_fine(step: Step, placed: Iterable[tuple[Date, Date, str, int, int]]) -> bool:
    """Whether more than half of the articles that have a date do not say in which bucket they belong."""
    inside = outside = 0
    for begins, ends, _, articles, _ in placed:
        if ends > bounds(begins, step)[1]:
            outside += articles
        else:
            inside += articles
    return outside > inside


@lru_cache(maxsize=1 << 15)
def bounds(day: Date, step: Step) -> tuple[Date, Date]:
    """The bucket that a day lies in: its first day, and the first day after it. Remembered: a server is asked for the same
    days with every timeline."""
    match step:
        case Step.DAY:
            return day, _after(day, 1)
        case Step.WEEK:
            monday = Date.fromordinal(max(day.toordinal() - day.weekday(), 1))
            return monday, _after(monday, 7 - monday.weekday())
        case Step.MONTH:
            return day.replace(day=1), _month_after(day, 1)
        case Step.QUARTER:
            begins = day.replace(month=day.month - (day.month - 1) % 3, day=1)
            return begins, _month_after(begins, 3)
        case Step.YEAR:
            return Date(day.year, 1, 1), _month_after(Date(day.year, 1, 1), 12)
        case Step.DECADE:
            begins = Date(max(day.year - day.year % 10, 1), 1, 1)
            return begins, _month_after(begins, 12 * (10 - begins.year % 10))
        case Step.AUTO:
            raise ValueError("an automatic step has no buckets; choose one with fitting_step")


def label(day: Date, step: Step) -> str:
    """The name of the bucket that begins on a day: 2020-01-07, 2020-W02, 2020-01, 2020-Q1, 2020, 2020s."""
    match step:
        case Step.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year:04}-W{week:02}"
        case Step.MONTH:
            return f"{day:%Y-%m}" if day.year >= 1000 else f"{day.year:04}-{day.month:02}"
        case Step.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Step.YEAR:
            return f"{day.year:04}"
        case Step.DECADE:
            return f"{day.year - day.year % 10:04}s"
        case Step.DAY | Step.AUTO:
            return day.isoformat()


def _after(day: Date, count: int) -> Date:
    return day + timedelta(min(count, (Date.max - day).days))


def _month_after(day: Date, months: int) -> Date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return Date(year, month + 1, 1) if year <= Date.max.year else Date.max


def _buckets(
    counts: Mapping[Date, Sequence[int]], first: Date, last: Date, step: Step, asked: tuple[Date | None, Date | None]
) -> Iterable[Bucket]:
    """Every bucket from the one that holds `first` to the one that holds the day before `last`; empty ones too.

    Articles outside of these (a period asked for does not move an article) have buckets of their own before and after.
    """
    begins = min(bounds(first, step)[0], min(counts, default=first))
    until = max(bounds(_after(last, -1) if last > Date.min else last, step)[0], max(counts, default=first))
    while begins <= until:
        _, after = bounds(begins, step)
        articles, volume = counts.get(begins, (0, 0))
        covered = (asked[0] or first) <= begins and after <= (asked[1] or last)
        yield Bucket(label(begins, step), begins, after, articles, volume, not covered)
        if after <= begins or after == Date.max:
            return
        begins = after


# ── bursts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def bursts(buckets: Sequence[Bucket], *, most: int = MAX_BURSTS) -> tuple[Burst, ...]:
    """The bursts among buckets, the heaviest first, at most `most`."""
    high = _high_states([(each.articles, each.volume) for each in buckets])
    found, at = [], 0
    while at < len(buckets):
        if not high[at]:
            at += 1
            continue
        end = at
        weight = 0.0
        while end < len(buckets) and high[end]:
            weight += high[end]
            end += 1
        run = buckets[at:end]
        name = run[0].label if len(run) == 1 else f"{run[0].label} – {run[-1].label}"
        found.append(Burst(run[0].start, run[-1].end, name, sum(each.articles for each in run), weight))
        at = end
    return tuple(sorted(found, key=lambda burst: (-burst.weight, burst.start))[:most])


def _high_states(batches: Sequence[tuple[int, int]]) -> list[float]:
    """For each batch (relevant, all): 0 in the low state; in the high state, what the high state saves.

    Two states emit with the binomial of p₀ (the share over all batches) and p₁ = s·p₀; going up costs γ·ln n, going down
    nothing. The cheapest sequence is found by dynamic programming (Viterbi).
    """
    relevant, everything = sum(r for r, _ in batches), sum(d for _, d in batches)
    if not relevant or relevant == everything or not batches:
        return [0.0] * len(batches)
    low = relevant / everything
    high = min(0.9999, SCALE * low)
    if high <= low:
        return [0.0] * len(batches)
    rise = GAMMA * log(len(batches)) if len(batches) > 1 else 0.0
    costs, choices = (0.0, inf), []
    emitted = []
    for r, d in batches:
        emission = (_cost(r, d, low), _cost(r, d, high))
        emitted.append(emission)
        to_low = 0 if costs[0] <= costs[1] else 1
        to_high = 1 if costs[1] <= costs[0] + rise else 0
        costs = (
            min(costs) + emission[0],
            (costs[1] if to_high else costs[0] + rise) + emission[1],
        )
        choices.append((to_low, to_high))
    state = 0 if costs[0] <= costs[1] else 1
    saved = [0.0] * len(batches)
    for at in range(len(batches) - 1, -1, -1):
        if state:
            saved[at] = max(emitted[at][0] - emitted[at][1], 1e-12)
        state = choices[at][state]
    return saved


def _cost(relevant: int, everything: int, share: float) -> float:
    """The negative logarithm of the binomial probability of so many relevant ones."""
    ways = lgamma(everything + 1) - lgamma(relevant + 1) - lgamma(everything - relevant + 1)
    return -(ways + relevant * log(share) + (everything - relevant) * log(1 - share))
