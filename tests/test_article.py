"""Dates of articles: the number that they are sorted by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.article import MAX_INSTANT, instant

moments = st.datetimes(datetime(1600, 1, 2), datetime(2599, 12, 30)).map(lambda each: each.replace(microsecond=0))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, moments, zones, zones)
def test_orders_by_the_second_whatever_the_zone(
    one: datetime, other: datetime, here: timezone, there: timezone
) -> None:
    first, second = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC)
    gap = instant(second.astimezone(there).isoformat()) - instant(first.astimezone(here).isoformat())
    assert gap == (second - first).total_seconds()


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2020-01-07T09:00:00+01:00", "2020-01-07T08:30:00Z"),
        ("2020-01-07T00:30+0200", "2020-01-07"),
        ("2020-01-07T08:00", "2020-01-07 08:00:01"),
        ("2019-12-31T23:59:59Z", "2020"),
        ("0001", "0999-12-31"),
        ("0999-12-31", "1000"),
        ("1599-12-31T23:59:59Z", "1600"),
        ("2599-12-31T23:59:59Z", "2600"),
        ("2600", "9999-12-31"),
    ],
)
def test_orders_dates_of_any_precision(earlier: str, later: str) -> None:
    assert 0 < instant(earlier) < instant(later) < MAX_INSTANT


def test_a_date_is_the_beginning_of_what_it_names() -> None:
    assert instant("2020") == instant("2020-01") == instant("2020-01-01") == instant("2020-01-01T00:00:00.5Z")
    assert instant("0001-01-01T00:00:00+14:00") > 0
    assert instant("9999-12-31T23:59:59-14:00") < MAX_INSTANT


@pytest.mark.parametrize(
    ("date", "why"),
    [("", "not an ISO"), ("hier", "not an ISO"), ("2020-13", "month"), ("2020-02-30T10:00", "day is out of range")],
)
def test_refuses_what_is_no_date(date: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        instant(date)
