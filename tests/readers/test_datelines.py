"""Dates inside lines of an export: found in five languages, with their time of day, and never where there is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.readers.datelines import MONTHS, begins, find, with_time

FOUND = [
    ("Région, samedi 2 mars 2019 212 mots, p. 7", "2019-03-02", "Région, ", " 212 mots, p. 7"),
    ("World, Friday, November 13, 2015 1,204 words, p. A6", "2015-11-13", "World, ", " 1,204 words, p. A6"),
    ("mardi 5 mars 2019 - 17:42 UTC +01:00 301 mots", "2019-03-05T17:42+01:00", "", " 301 mots"),
    ("14 juin 2021 lundi 6:02 PM GMT", "2021-06-14T18:02Z", "", ""),
    ("December 19, 1991, Sunday, An Edition", "1991-12-19", "", ", An Edition"),
    ("Mittwoch 31. August 2011", "2011-08-31", "", ""),
    ("8 de diciembre de 2013", "2013-12-08", "", ""),
    ("1er mai 2020 à 8 h 05", "2020-05-01T08:05", "", ""),
    ("Société, juillet-août 2019, p. 12", "2019-07", "Société, ", ", p. 12"),
    ("Le 12/03/2020", "2020-03-12", "Le ", ""),
    ("2020-03-12", "2020-03-12", "", ""),
]


@pytest.mark.parametrize(("written", "iso", "before", "after"), FOUND)
def test_it_finds_a_date_in_a_line(written: str, iso: str, before: str, after: str) -> None:
    when = find(written)
    assert when is not None
    assert (when.iso, written[: when.start], written[when.end :]) == (iso, before, after)


@pytest.mark.parametrize("written", ["", "14 juin", "p. 12-14", "312 mots", "mars attaque 1900 fois"])
def test_it_finds_no_date_where_there_is_none(written: str) -> None:
    assert find(written) is None


@given(st.dates(date(1600, 1, 1), date(2090, 1, 1)), st.sampled_from(sorted(MONTHS)), st.booleans())
def test_it_finds_every_day_in_every_language(day: date, month: str, first: bool) -> None:
    number = MONTHS[month]
    day = day.replace(day=min(day.day, 28), month=number)
    written = f"{day.day} {month} {day.year}" if first else f"{month.capitalize()} {day.day}, {day.year}"
    when = find(f"Rubrique, {written}, p. 3")
    assert when is not None
    assert when.iso == day.isoformat()


def test_a_line_begins_with_a_date_when_it_says_little_else() -> None:
    assert begins("14 juin 2021 lundi")
    assert begins("January 28, 1993, Thursday, Late Edition - Final")
    assert not begins("Le 14 juin 2021, la préfecture a interdit le pont")
    assert not begins("14 juin 2021 : la préfecture a interdit le passage des poids lourds sur le viaduc de la Dourbie")


def test_a_time_goes_with_a_day_only() -> None:
    assert with_time("2021-06-14", "18:02") == "2021-06-14T18:02"
    assert with_time("2021-06-14", "6:02 PM GMT") == "2021-06-14T18:02Z"
    assert with_time("2021-06", "18:02") == "2021-06"
    assert with_time("2021-06-14", "") == "2021-06-14"
