"""What makes a field of an article: publication dates as they are written on pages, in feeds and in mails."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searcher.article import days
from searcher.readers.dating import under_key
from searcher.readers.fields import iso

DATES = {
    # ISO 8601, extended and basic; what is wrong in the time does not cost the day
    "2020": "2020",
    "2020-07": "2020-07",
    "2020-07-02": "2020-07-02",
    "2020-7-2": "2020-07-02",
    "2020-07-02T19:19:00+02:00": "2020-07-02T19:19:00+02:00",
    "2020-07-02T19:19:00+0200": "2020-07-02T19:19:00+02:00",
    "2020-07-02T19:19:00 +02:00": "2020-07-02T19:19:00+02:00",
    "2020-07-02 19:19": "2020-07-02T19:19",
    "2020-07-02T19:19:00.123Z": "2020-07-02T19:19:00.123Z",
    "2020-07-02 19:19:00 UTC": "2020-07-02T19:19:00Z",
    "2020-07-02T25:99": "2020-07-02",
    "20200702": "2020-07-02",
    "20200702T191900Z": "2020-07-02T19:19:00Z",
    "2020/07/02": "2020-07-02",
    "2020/07/02 19:19": "2020-07-02T19:19",
    # machines that did not mean people to read them
    "Thu, 02 Jul 2020 19:19:00 +0200": "2020-07-02T19:19:00+02:00",
    "02 Jul 20 19:19:00 GMT": "2020-07-02T19:19:00+00:00",
    "Thu Jul  2 19:19:00 2020": "2020-07-02T19:19:00",
    "Thu Jul 02 2020 19:19:00 GMT+0200 (CEST)": "2020-07-02T19:19:00+02:00",
    "1593775389": "2020-07-03T11:23:09Z",
    "1593775389000": "2020-07-03T11:23:09Z",
    # people
    "2 juillet 2020": "2020-07-02",
    "1er août 1914": "1914-08-01",
    "jeudi 2 juil. 2020": "2020-07-02",
    "juillet 2020": "2020-07",
    "02/07/2020 19:19": "2020-07-02T19:19",
    "Le 02.07.2020 à 19h": "2020-07-02T19:00",
    "19h19, le 2 juillet 2020": "2020-07-02T19:19",
    "July 2nd, 2020 at 7:19 PM": "2020-07-02T19:19",
    "Publié le jeudi 02 juillet 2020 à 19h19": "2020-07-02T19:19",
    "AFP, publié le jeudi 02 juillet 2020 à 19h19": "2020-07-02T19:19",
    "Publié le 2 juillet 2020 à 19h19, mis à jour le 3 juillet 2020 à 8h": "2020-07-02T19:19",
    "Mis à jour le 3 juillet 2020 - Publié le 2 juillet 2020": "2020-07-02",
    "février 1848": "1848-02",
}
NO_DATES = """
    Mis à jour le 2 juillet 2020|Dernière modification : 02/07/2020|hier|12 mars|Publié aujourd’hui à 10h|été 2020|années 1990
    du 12 au 14 mars 2020|avant 2020|2020-02-30|31/02/2020|02/07/20 19:19|vers 1850|1850 ?|1599|3020-01-01|0001-01-01T00:00:00Z
    1970-01-01T00:00:00Z|Il est né le 2 juillet 1920 à Paris|2020-2021|bientôt|0|-1
"""


@pytest.mark.parametrize(("written", "expected"), DATES.items())
def test_it_reads_a_publication_date_in_its_own_precision(written: str, expected: str) -> None:
    assert iso(written) == expected


@pytest.mark.parametrize("written", [each.strip() for each in NO_DATES.replace("\n", "|").split("|") if each.strip()])
def test_it_invents_no_date(written: str) -> None:
    assert iso(written) is None


@given(st.dates(min_value=date(1600, 1, 1), max_value=date(2020, 12, 31)))
def test_it_reads_every_day_in_every_form(day: date) -> None:
    written = str(day)
    year, month, number = written.split("-")
    for form in (written, f"{year}{month}{number}", f"{number}/{month}/{year}", f"Publié le {number}.{month}.{year}"):
        assert iso(form) == written


@given(st.text(max_size=60) | st.from_regex(r"[0-9/: T.h-]{1,30}", fullmatch=True))
@example("1600-01-01T24:00")
def test_it_gives_nothing_but_dates(written: str) -> None:
    found = iso(written)
    assert found is None or days(found)
    assert found is None or iso(found) == found


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Vendredi, 13 Mars, 2020 - 12:22", "2020-03-13T12:22"),
        ("jeu, 12 déc 2019 08:00:00 GMT", "2019-12-12T08:00:00Z"),
        ("lun, 24 aoû 2020 07:05:00 +0200", "2020-08-24T07:05:00+02:00"),
        ("mar., 05 févr. 2019 10:00:00 +0100", "2019-02-05T10:00:00+01:00"),
        ("Sun, 31 Mar 2019 26:10:00 +0100", "2019-03-31"),
        ("2020-12-05T23:15:0Z", "2020-12-05T23:15:00Z"),
        ("12 août 2020 - Mis à jour le 15 août 2020", "2020-08-12"),
        ("n° 4821 du 12 mars 2020", "2020-03-12"),
        ("12-févr-20", "2020-02-12"),
        ("12 févr. 98", "1998-02-12"),
        ("Samedi 7, dimanche 8 mars 2020", "2020-03-07"),
        ("Mis à jour le 12 mars 2020", None),
        ("Attentat du 13 novembre 2015", None),
        ("Le 12 mars 2020, le maire a dit", None),
    ],
)
def test_it_reads_the_datelines_of_papers_and_feeds(written: str, read: str | None) -> None:
    assert iso(written) == read


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("13/03/20", "2020-03-13"),
        ("mar. 13/03/20 à 12:22", "2020-03-13T12:22"),
        ("13.3.98", "1998-03-13"),
        ("févr.-20", "2020-02"),
        ("12 03 2020", "2020-03-12"),
        ("31 02 2020", None),
        ("12_03_2020", "2020-03-12"),
        ("12MAR2020", "2020-03-12"),
        ("12/mars/2020", "2020-03-12"),
        ("12/brumaire/2020", None),
        ("PARIS, 12 mars 2020 (AFP) -", "2020-03-12"),
        ("daté du 12 mars 2020", "2020-03-12"),
        ("vendredi 13 mars 2020 - Page 7", "2020-03-13"),
        ("12/03/2020, Le Littoral", "2020-03-12"),
        ("12 mars 2020 à 10h15 - 3 min de lecture", "2020-03-12T10:15"),
        ("Consulté le 12 mars 2020", None),
        ("dernière modification : 12/03/2020", None),
        ("Le 12 mars 2020, puis le 14 mars 2020", None),
        ("31/02/2020, Le Littoral", None),
        ("juillet-août 2020", "2020-07"),
        ("N° 12 — mars 2020", "2020-03"),
        ("du 7 au 13 mars 2020", "2020-03-07"),
        ("Semaine du lundi 2 au dimanche 8 mars 2020", "2020-03-02"),
        ("Samedi 29 février, dimanche 1er mars 2020", "2020-02-29"),
        ("mardi 31 décembre et mercredi 1er janvier 2020", "2019-12-31"),
        ("Paris, le 13 mars 2020", "2020-03-13"),
        ("PARIS, 13 mars 2020 (AFP)", "2020-03-13"),
        ("Le Littoral daté du 13 mars 2020", "2020-03-13"),
        ("1998-00-00", "1998"),
        ("1998-05-00", "1998-05"),
        ("lundi 2 mars 2020 à 7 heures 05", "2020-03-02T07:05"),
        ("Mis à jour à Paris, le 13 mars 2020", None),
        ("13/13/20", None),
        ("0000-00-00", None),
        ("automne 2019", None),
        ("12 mars", None),
    ],
)
def test_it_reads_more_under_the_name_of_a_date(written: str, expected: str | None) -> None:
    assert under_key(written) == expected


@pytest.mark.parametrize("written", DATES)
def test_it_reads_under_a_name_what_it_reads_elsewhere(written: str) -> None:
    assert under_key(written) == iso(written)
