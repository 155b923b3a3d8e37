"""Timelines: every article counted once, no gap between buckets, bursts where they were planted."""

from __future__ import annotations

from collections import Counter
from datetime import date as Date
from datetime import timedelta
from itertools import product
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.errors import UsageError
from searcher.results import timeline as module
from searcher.results.timeline import FEWEST, MOST, STEPS, Counted, Step, bounds, bursts, fitting_step, label, timeline

DAYS = st.dates(Date(1789, 1, 1), Date(2031, 12, 31))
WHEN = st.one_of(
    st.none(),
    DAYS.map(Date.isoformat),
    DAYS.map(lambda day: f"{day:%Y-%m}"),
    DAYS.map(lambda day: f"{day:%Y}"),
)
COUNTS = st.dictionaries(WHEN, st.integers(1, 50), max_size=12)


@settings(max_examples=20)  # a bucket a day over two centuries takes its time
@given(COUNTS, COUNTS, st.sampled_from(list(Step)))
def test_buckets_imprecise_and_undated_add_up_to_the_total(found: Counted, others: Counted, step: Step) -> None:
    archive = Counter(found) + Counter(others)
    made = timeline(found, archive, step=step)
    assert made.total == sum(found.values())
    placed = sum(each.articles for each in made.buckets) + sum(each.articles for each in made.imprecise)
    assert placed + made.undated == made.total
    assert made.volume == sum(archive.values())
    held = sum(each.volume for each in made.buckets) + sum(each.volume for each in made.imprecise)
    assert held + made.undated_volume == made.volume
    assert all(each.articles <= each.volume for each in made.buckets)


@given(COUNTS, st.sampled_from(list(Step)))
def test_buckets_follow_each_other_without_a_gap(found: Counted, step: Step) -> None:
    made = timeline(found, found, step=step)
    for one, next_ in zip(made.buckets, made.buckets[1:], strict=False):
        assert one.end == next_.start
    assert len({each.label for each in made.buckets}) == len(made.buckets)
    for each in made.buckets:
        assert bounds(each.start, made.step) == (each.start, each.end)
        assert label(each.start, made.step) == each.label


@given(st.dates(Date(1, 1, 1), Date(9999, 12, 31)), st.sampled_from(STEPS))
def test_every_day_lies_in_its_bucket(day: Date, step: Step) -> None:
    begins, after = bounds(day, step)
    assert begins <= day
    assert day < after or after == Date.max


@pytest.mark.parametrize(
    ("day", "step", "name", "begins", "after"),
    [
        ("2020-12-31", Step.WEEK, "2020-W53", "2020-12-28", "2021-01-04"),
        ("2021-01-01", Step.WEEK, "2020-W53", "2020-12-28", "2021-01-04"),
        ("2024-02-29", Step.MONTH, "2024-02", "2024-02-01", "2024-03-01"),
        ("2020-12-05", Step.MONTH, "2020-12", "2020-12-01", "2021-01-01"),
        ("2020-06-30", Step.QUARTER, "2020-Q2", "2020-04-01", "2020-07-01"),
        ("2020-12-31", Step.QUARTER, "2020-Q4", "2020-10-01", "2021-01-01"),
        ("2020-02-29", Step.YEAR, "2020", "2020-01-01", "2021-01-01"),
        ("1999-12-31", Step.DECADE, "1990s", "1990-01-01", "2000-01-01"),
        ("2020-03-29", Step.DAY, "2020-03-29", "2020-03-29", "2020-03-30"),
    ],
)
def test_it_knows_weeks_leap_years_and_ends_of_years(day: str, step: Step, name: str, begins: str, after: str) -> None:
    found = bounds(Date.fromisoformat(day), step)
    assert (label(found[0], step), *map(str, found)) == (name, begins, after)


def test_a_date_that_does_not_say_its_bucket_is_imprecise() -> None:
    counts: Counted = {"2020": 2, "2020-03": 3, "2020-03-01": 1, "2020-04-30": 1, None: 4}
    months = timeline(counts, counts, step=Step.MONTH)
    assert [(each.label, each.articles) for each in months.buckets if each.articles] == [("2020-03", 4), ("2020-04", 1)]
    assert [(each.date, each.articles) for each in months.imprecise] == [("2020", 2)]
    years = timeline(counts, counts, step=Step.YEAR)
    assert [(each.label, each.articles) for each in years.buckets] == [("2020", 7)]
    weeks = timeline(counts, counts, step=Step.WEEK)
    assert {each.date for each in weeks.imprecise} == {"2020", "2020-03"}
    assert weeks.undated == 4


def test_buckets_at_the_ends_of_a_period_are_marked_partial() -> None:
    counts: Counted = {"2020-01-10": 1, "2020-02-10": 1, "2020-03-10": 1}
    start, end = Date(2020, 1, 5), Date(2020, 4, 1)
    made = timeline(counts, counts, step=Step.MONTH, start=start, end=end)
    assert [(each.label, each.partial) for each in made.buckets] == [
        ("2020-01", True),
        ("2020-02", False),
        ("2020-03", False),
    ]
    whole = timeline(counts, counts, step=Step.MONTH)  # the archive itself begins on 10 January and ends on 10 March
    assert [each.partial for each in whole.buckets] == [True, False, True]


@given(DAYS, st.integers(1, 200_000))
def test_an_automatic_step_gives_twenty_to_sixty_bars_where_one_does(first: Date, length: int) -> None:
    bars = {step: length / width for step, width in module._WIDTHS.items()}
    fit = {step for step, count in bars.items() if FEWEST <= count <= MOST}
    chosen = fitting_step(first, first + timedelta(length))
    assert chosen in fit or not fit


def test_it_refuses_a_step_that_makes_too_many_bars() -> None:
    counts: Counted = {"0001": 1, "2020-01-01": 1}
    with pytest.raises(UsageError, match="choose a wider step"):
        timeline(counts, counts, step=Step.DAY)


def _flat(volumes: list[int], share: float) -> list[tuple[int, int]]:
    return [(round(volume * share), volume) for volume in volumes]


def _buckets(batches: list[tuple[int, int]]) -> tuple[module.Bucket, ...]:
    days = [Date(2020, 1, 1) + timedelta(each) for each in range(len(batches))]
    found: Counted = {str(day): relevant for day, (relevant, _) in zip(days, batches, strict=True) if relevant}
    archive: Counted = {str(day): volume for day, (_, volume) in zip(days, batches, strict=True)}
    return timeline(found, archive, step=Step.DAY).buckets


def test_a_planted_burst_is_found_and_a_flat_series_has_none() -> None:
    planted = _flat([200] * 40, 0.05)
    planted[20:24] = [(30, 200)] * 4
    (burst,) = bursts(_buckets(planted))
    assert (burst.label, burst.articles) == ("2020-01-21 – 2020-01-24", 120)
    assert bursts(_buckets(_flat([200] * 40, 0.05))) == ()


def test_a_step_in_volume_is_no_burst() -> None:
    assert bursts(_buckets(_flat([100] * 20 + [1000] * 20, 0.05))) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), max_size=12))
def test_the_cheapest_sequence_is_found(batches: list[tuple[int, int]]) -> None:
    """Against all sequences of states, one by one."""
    batches = [(min(pair), max(pair)) for pair in batches]
    relevant, everything = sum(r for r, _ in batches), sum(d for _, d in batches)
    states = [bool(each) for each in module._high_states(batches)]
    if not relevant or relevant == everything:
        assert not any(states)
        return
    low = relevant / everything
    shares = (low, min(0.9999, module.SCALE * low))
    if shares[1] <= low:
        assert not any(states)
        return

    def cost(sequence: tuple[bool, ...]) -> float:
        total, before = 0.0, False
        for (r, d), state in zip(batches, sequence, strict=True):
            rise = module.GAMMA * log(len(batches)) if state and not before and len(batches) > 1 else 0.0
            total += rise + module._cost(r, d, shares[state])
            before = state
        return total

    best = min(map(cost, product((False, True), repeat=len(batches))))
    assert cost(tuple(states)) == pytest.approx(best, abs=1e-6)


def test_fitting_steps() -> None:
    assert fitting_step(Date(2020, 1, 1), Date(2020, 1, 20)) is Step.DAY
    assert fitting_step(Date(2020, 1, 1), Date(2020, 12, 31)) is Step.WEEK
    assert fitting_step(Date(2018, 1, 1), Date(2020, 12, 31)) is Step.MONTH
    assert fitting_step(Date(1990, 1, 1), Date(2020, 12, 31)) is Step.YEAR
