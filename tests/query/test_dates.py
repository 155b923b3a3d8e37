"""Dates as people write them: tables of what they name, and laws that hold for any text."""

from __future__ import annotations

import calendar
import unicodedata
from datetime import date, timedelta
from typing import Protocol

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searcher.errors import DateError
from searcher.query.dates import Period, after, before, leading, read, since, until
from searcher.query.dates.grammar import forms
from searcher.query.dates.reading import _Reading
from searcher.query.dates.text import Words

TODAY = date(2020, 3, 18)  # a Wednesday


MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin"]
MONTHS += ["juillet", "août", "septembre", "octobre", "novembre", "décembre"]
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


class Cut(Protocol):
    def __call__(self, text: str, *, today: date) -> Period: ...


def is_day(year: int, day: date) -> bool:
    return (day.month, day.day) != (2, 29) or calendar.isleap(year)


def period(named: str) -> Period:
    """`2020-03-01/2020-04-01`, the end excluded; either may be missing."""
    start, end = named.split("/")
    return Period(date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None)


def table(rows: str) -> list[tuple[str, str]]:
    """One case a line: what is written = what it names."""
    cells = [row.split("=") for row in rows.strip().split("\n")]
    return [(text.strip(), named.strip()) for text, named in cells]


NAMED = table("""
2020                                = 2020-01-01/2021-01-01
2020-01                             = 2020-01-01/2020-02-01
2020-01-07                          = 2020-01-07/2020-01-08
2020/01/07                          = 2020-01-07/2020-01-08
20200107                            = 2020-01-07/2020-01-08
2020-01-07T12:30                    = 2020-01-07/2020-01-08
2020-01-07T12:30:05                 = 2020-01-07/2020-01-08
2020-01-07T12:30:05.250Z            = 2020-01-07/2020-01-08
2020-01-07T23:30+01:00              = 2020-01-07/2020-01-08
2020-01-07 00:30:05-0800            = 2020-01-07/2020-01-08
2020-W05                            = 2020-01-27/2020-02-03
2020W05                             = 2020-01-27/2020-02-03
2020-W05-3                          = 2020-01-29/2020-01-30
2020-W01                            = 2019-12-30/2020-01-06
2020-W53                            = 2020-12-28/2021-01-04
mars 2020                           = 2020-03-01/2020-04-01
en mars 2020                        = 2020-03-01/2020-04-01
au mois de mars 2020                = 2020-03-01/2020-04-01
l'année 2020                        = 2020-01-01/2021-01-01
7 mars 2020                         = 2020-03-07/2020-03-08
1er mars 2020                       = 2020-03-01/2020-03-02
le premier mars 2020                = 2020-03-01/2020-03-02
samedi 7 mars 2020                  = 2020-03-07/2020-03-08
le samedi 7 mars 2020               = 2020-03-07/2020-03-08
29 février 2020                     = 2020-02-29/2020-03-01
7 mars                              = 2020-03-07/2020-03-08
18 mars                             = 2020-03-18/2020-03-19
19 mars                             = 2019-03-19/2019-03-20
29 février                          = 2020-02-29/2020-03-01
mars                                = 2020-03-01/2020-04-01
avril                               = 2019-04-01/2019-05-01
mars dernier                        = 2019-03-01/2019-04-01
le 18 mars dernier                  = 2019-03-18/2019-03-19
janv. 2020                          = 2020-01-01/2020-02-01
févr. 2020                          = 2020-02-01/2020-03-01
avr. 2019                           = 2019-04-01/2019-05-01
juil. 2019                          = 2019-07-01/2019-08-01
7 sept. 2019                        = 2019-09-07/2019-09-08
oct. 2019                           = 2019-10-01/2019-11-01
nov. 2019                           = 2019-11-01/2019-12-01
déc. 2019                           = 2019-12-01/2020-01-01
12/03/2020                          = 2020-03-12/2020-03-13
12.03.2020                          = 2020-03-12/2020-03-13
12-03-2020                          = 2020-03-12/2020-03-13
1/2/2020                            = 2020-02-01/2020-02-02
03/2020                             = 2020-03-01/2020-04-01
12/03/20                            = 2020-03-12/2020-03-13
12/03/21                            = 2021-03-12/2021-03-13
12/03/22                            = 1922-03-12/1922-03-13
12.03.00                            = 2000-03-12/2000-03-13
été 2014                            = 2014-06-01/2014-09-01
à l'été 2014                        = 2014-06-01/2014-09-01
automne 2014                        = 2014-09-01/2014-12-01
hiver 2014                          = 2013-12-01/2014-03-01
hiver 2016                          = 2015-12-01/2016-03-01
printemps                           = 2020-03-01/2020-06-01
automne                             = 2019-09-01/2019-12-01
hiver                               = 2019-12-01/2020-03-01
l'été dernier                       = 2019-06-01/2019-09-01
années 1990                         = 1990-01-01/2000-01-01
dans les années 90                  = 1990-01-01/2000-01-01
XIXe siècle                         = 1801-01-01/1901-01-01
au XXᵉ siècle                       = 1901-01-01/2001-01-01
19e siècle                          = 1801-01-01/1901-01-01
21ème siècle                        = 2001-01-01/2101-01-01
début mars 2020                     = 2020-03-01/2020-03-11
mi-mars 2020                        = 2020-03-11/2020-03-21
mi mars 2020                        = 2020-03-11/2020-03-21
fin février 2020                    = 2020-02-21/2020-03-01
fin mars                            = 2019-03-21/2019-04-01
début 2020                          = 2020-01-01/2020-05-01
mi-2020                             = 2020-05-01/2020-09-01
fin 2020                            = 2020-09-01/2021-01-01
premier trimestre 2020              = 2020-01-01/2020-04-01
1er trimestre 2020                  = 2020-01-01/2020-04-01
4e trimestre 2020                   = 2020-10-01/2021-01-01
T1 2020                             = 2020-01-01/2020-04-01
2020-T4                             = 2020-10-01/2021-01-01
premier semestre 2020               = 2020-01-01/2020-07-01
deuxième semestre 2020              = 2020-07-01/2021-01-01
March 2020                          = 2020-03-01/2020-04-01
7 March 2020                        = 2020-03-07/2020-03-08
March 7, 2020                       = 2020-03-07/2020-03-08
Saturday, March 7th, 2020           = 2020-03-07/2020-03-08
Q1 2020                             = 2020-01-01/2020-04-01
the 1990s                           = 1990-01-01/2000-01-01
19th century                        = 1801-01-01/1901-01-01
aujourd'hui                         = 2020-03-18/2020-03-19
hier                                = 2020-03-17/2020-03-18
avant-hier                          = 2020-03-16/2020-03-17
cette semaine                       = 2020-03-16/2020-03-23
la semaine dernière                 = 2020-03-09/2020-03-16
ce mois-ci                          = 2020-03-01/2020-04-01
le mois dernier                     = 2020-02-01/2020-03-01
le mois passé                       = 2020-02-01/2020-03-01
cette année                         = 2020-01-01/2021-01-01
l'année dernière                    = 2019-01-01/2020-01-01
l'an dernier                        = 2019-01-01/2020-01-01
lundi                               = 2020-03-16/2020-03-17
lundi dernier                       = 2020-03-16/2020-03-17
mercredi                            = 2020-03-18/2020-03-19
mercredi dernier                    = 2020-03-11/2020-03-12
jeudi                               = 2020-03-12/2020-03-13
il y a 3 jours                      = 2020-03-15/2020-03-16
il y a 3 semaines                   = 2020-02-24/2020-03-02
il y a trois mois                   = 2019-12-01/2020-01-01
il y a 3 ans                        = 2017-01-01/2018-01-01
il y a un an                        = 2019-01-01/2020-01-01
les 7 derniers jours                = 2020-03-12/2020-03-19
les deux dernières semaines         = 2020-03-05/2020-03-19
ces 3 derniers mois                 = 2019-12-19/2020-03-19
les 2 dernières années              = 2018-03-19/2020-03-19
yesterday                           = 2020-03-17/2020-03-18
today                               = 2020-03-18/2020-03-19
last week                           = 2020-03-09/2020-03-16
last month                          = 2020-02-01/2020-03-01
last year                           = 2019-01-01/2020-01-01
last Monday                         = 2020-03-16/2020-03-17
this week                           = 2020-03-16/2020-03-23
the last 7 days                     = 2020-03-12/2020-03-19
2 weeks ago                         = 2020-03-02/2020-03-09
2011..2013                          = 2011-01-01/2014-01-01
2011 .. 2013                        = 2011-01-01/2014-01-01
2011..                              = 2011-01-01/
..2013                              = /2014-01-01
2019-12..2020-01-05                 = 2019-12-01/2020-01-06
3..7 mai 2020                       = 2020-05-03/2020-05-08
déc. 2019..janv. 2020               = 2019-12-01/2020-02-01
2011-2013                           = 2011-01-01/2014-01-01
2011–2013                           = 2011-01-01/2014-01-01
2011 à 2013                         = 2011-01-01/2014-01-01
de 2011 à 2013                      = 2011-01-01/2014-01-01
entre 2011 et 2013                  = 2011-01-01/2014-01-01
du 3 au 7 mai 2020                  = 2020-05-03/2020-05-08
entre le 3 et le 7 mai 2020         = 2020-05-03/2020-05-08
du lundi 4 au vendredi 8 mai 2020   = 2020-05-04/2020-05-09
du 3 au 15/03/2020                  = 2020-03-03/2020-03-16
du 28 avril au 3 mai 2020           = 2020-04-28/2020-05-04
de mars à mai 2020                  = 2020-03-01/2020-06-01
d'avril à mai 2020                  = 2020-04-01/2020-06-01
du T1 au T3 2020                    = 2020-01-01/2020-10-01
de l'été 2014 à l'hiver 2016        = 2014-06-01/2016-03-01
du 3 au 7 mars                      = 2020-03-03/2020-03-08
du 3 au 25 mars                     = 2019-03-03/2019-03-26
du 28 décembre au 3 janvier         = 2019-12-28/2020-01-04
de vendredi à lundi                 = 2020-03-13/2020-03-17
du 3 mai 2015 au 7 juin             = 2015-05-03/2015-06-08
de 2015 à mars                      = 2015-01-01/2020-04-01
de 2015 à mars dernier              = 2015-01-01/2019-04-01
du 3 mars à aujourd'hui             = 2020-03-03/2020-03-19
depuis 2011 jusqu'en 2013           = 2011-01-01/2014-01-01
from 2011 to 2013                   = 2011-01-01/2014-01-01
between March and May 2020          = 2020-03-01/2020-06-01
du 28 décembre au 3 janvier 2020    = 2019-12-28/2020-01-04
du 30 décembre 2019 au 2 janvier    = 2019-12-30/2020-01-03
hiver 2013-2014                     = 2013-12-01/2014-03-01
l'hiver 2013/14                     = 2013-12-01/2014-03-01
de mai 1968 à 1970                  = 1968-05-01/1971-01-01
de septembre à juin 2019            = 2018-09-01/2019-07-01
du 28 décembre 2019 au 3 janvier 2020 = 2019-12-28/2020-01-04
mars et avril 2020                  = 2020-03-01/2020-05-01
mars/avril 2020                     = 2020-03-01/2020-05-01
samedi 7 et dimanche 8 mars 2020    = 2020-03-07/2020-03-09
2018 et 2019                        = 2018-01-01/2020-01-01
1914/1918                           = 1914-01-01/1919-01-01
mars 2020-avril 2020                = 2020-03-01/2020-05-01
novembre 2015 – janvier 2016        = 2015-11-01/2016-02-01
1er-15 mars 2020                    = 2020-03-01/2020-03-16
3-7 mai 2020                        = 2020-05-03/2020-05-08
mai 68                              = 1968-05-01/1968-06-01
Mai-68                              = 1968-05-01/1968-06-01
mai '12                             = 2012-05-01/2012-06-01
le 6 juin 44                        = 1944-06-06/1944-06-07
été 42                              = 1942-06-01/1942-09-01
fin août 44                         = 1944-08-21/1944-09-01
début 45                            = 1945-01-01/1945-05-01
années soixante                     = 1960-01-01/1970-01-01
les années soixante-dix             = 1970-01-01/1980-01-01
années quatre-vingt                 = 1980-01-01/1990-01-01
années quatre-vingt-dix             = 1990-01-01/2000-01-01
sam. 7 mars 2020                    = 2020-03-07/2020-03-08
mar. 17 mars 2020                   = 2020-03-17/2020-03-18
semaine du 16 mars 2020             = 2020-03-16/2020-03-23
semaine 12 de 2020                  = 2020-03-16/2020-03-23
depuis une semaine                  = 2020-03-11/
depuis deux mois                    = 2020-01-18/
depuis 2015                         = 2015-01-01/
depuis le 3 mai 2015                = 2015-05-03/
depuis il y a 3 jours               = 2020-03-15/
dès 2015                            = 2015-01-01/
à partir de mars 2020               = 2020-03-01/
à partir du 3 mars 2020             = 2020-03-03/
jusqu'en 2014                       = /2015-01-01
jusqu'au 3 mai 2020                 = /2020-05-04
jusqu'à mars 2020                   = /2020-04-01
avant 2014                          = /2014-01-01
avant le 3 mai 2020                 = /2020-05-03
avant hier                          = /2020-03-17
après 2014                          = 2015-01-01/
since 2014                          = 2014-01-01/
until 2014                          = /2015-01-01
before March 2014                   = /2014-03-01
after 2014                          = 2015-01-01/
1000                                = 1000-01-01/1001-01-01
9999                                = 9999-01-01/
31/12/9999                          = 9999-12-31/
avant 1000                          = /1000-01-01
jusqu'en 9999                       = /
""")


@pytest.mark.parametrize(("text", "named"), NAMED)
def test_reads_what_people_write(text: str, named: str) -> None:
    assert read(text, today=TODAY) == period(named)


def test_does_not_care_for_case_accents_apostrophes_or_blanks() -> None:
    for text, named in NAMED:
        decomposed = unicodedata.normalize("NFD", text)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
        spread = "\u00a0" + text.replace(" ", " \u202f\u00a0 ") + " "
        for spelt in (text.upper(), decomposed, bare, text.replace("'", "’"), spread):
            assert read(spelt, today=TODAY) == period(named), spelt


# The part not understood is in brackets; brackets around nothing are the place where something is missing.
UNREAD = """
[]
31 [févrir] 2020
[31]/02/2020
[31] février
30/[13]/2020
2020-[13]
2020-[00]
2020-01-[32]
2020[13]01
2020-W[54]
2019-W[53]
2020-W05-[8]
2020-01-07[T]25:00
2020-01-07[:]
T[5] 2020
T[0] 2020
[3] semestre 2020
[0]/03/2020
[29] février 2019
[lundi] 7 mars 2020
[0999]
[10000]
7 mars [999]
[Xe siècle]
[hiver 1000]
[9999-W52]
[il y a 5000 ans]
les [0] derniers jours
années [1995]
12-03-[20]
12/03[-]2020
mars [20]
mai-[12]
7 mars 2020 [foo]
7 mars[,]
[,] 7 mars
12/03/2020[/]
2020[,]01,07
hier[.]
[demain]
[٢٠٢٠]
[２０２０]
[７] mars
[март] 2020
mars[\N{COMBINING ENCLOSING KEYCAP}] 2020
[²]
7[]
..[]
ce mois-[]
entre 2011[]
entre [foo]
entre 2011 et[]
du 3 au[]
du [3] à mai 2020
du 3 au 7 [mia] 2020
du 3 [mras] au 7 mai 2020
2013..[2011]
2013-[2011]
2011-[2011]
du 7 au [3 mai 2020]
du 15 mai au [3 mai 2020]
du 28 au [3 janvier 2020]
mars et [mai 2020]
2011 et [2013]
été 2013-[2014]
hiver 2013-[2015]
mai 1968-[1970]
mars 2020[-]foo
[31]/02/2020..2021
2020..[31]/02/2021
depuis [depuis] 2015
[après 9999]
depuis [jusqu']en 2014
""".strip()


@pytest.mark.parametrize("marked", UNREAD.split("\n"))
def test_points_at_the_first_part_it_does_not_understand(marked: str) -> None:
    for spelt in (marked, unicodedata.normalize("NFD", marked)):
        known, _, rest = spelt.partition("[")
        part, _, unseen = rest.partition("]")
        with pytest.raises(DateError) as caught:
            read(known + part + unseen, today=TODAY)
        error = caught.value
        assert error.text == known + part + unseen
        assert (error.start, error.end) == (len(known), len(known + part)), str(error)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 févrir 2020", ""),
        ("31/02/2020", ": there is no such day"),
        ("lundi 7 mars 2020", ": 2020-03-07 is another day of the week"),
        ("2013..2011", ": it ends before it begins"),
    ],
)
def test_says_why_and_what_to_try(text: str, why: str) -> None:
    with pytest.raises(DateError) as caught:
        read(text, today=TODAY)
    hint = "try 2020-02-29, mars 2020, 2011..2013 or hier"
    assert str(caught.value) == f'cannot read "{text}" as a date{why}; {hint}'


@pytest.mark.parametrize("text", ["mars 2020 " * 100_000, "1" * 1_000_000, "a" * 129, " " * 129])
def test_refuses_a_long_text_unread(text: str) -> None:
    with pytest.raises(DateError, match="longer than 128") as caught:
        read(text, today=TODAY)
    assert (caught.value.start, caught.value.end) == (128, len(text))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("cut", "text", "named"),
    [
        (since, "mars 2020", "2020-03-01/"),
        (since, "du 3 au 7 mai 2020", "2020-05-03/"),
        (since, "2015..", "2015-01-01/"),
        (until, "2014", "/2015-01-01"),
        (until, "du 3 au 7 mai 2020", "/2020-05-08"),
        (until, "9999", "/"),
        (before, "2014", "/2014-01-01"),
        (before, "depuis 2015", "/2015-01-01"),
        (after, "2014", "2015-01-01/"),
        (after, "hier", "2020-03-18/"),
        (after, "..2013", "2014-01-01/"),
    ],
)
def test_cuts_before_or_after_what_is_named(cut: Cut, text: str, named: str) -> None:
    assert cut(text, today=TODAY) == period(named)


@pytest.mark.parametrize(
    ("cut", "text"),
    [
        (since, "..2013"),
        (until, "2015.."),
        (before, "..2013"),
        (after, "9999"),
    ],
)
def test_refuses_to_cut_where_nothing_lies(cut: Cut, text: str) -> None:
    with pytest.raises(DateError, match="nothing on that side"):
        cut(text, today=TODAY)


@pytest.mark.parametrize(
    ("today", "text", "named"),
    [
        ("2021-03-01", "29 février", "2020-02-29/2020-03-01"),
        ("1903-01-01", "29 février", "1896-02-29/1896-03-01"),
        ("2020-12-01", "hiver", "2020-12-01/2021-03-01"),
        ("2020-01-01", "hier", "2019-12-31/2020-01-01"),
        ("2020-01-15", "le mois dernier", "2019-12-01/2020-01-01"),
        ("2020-05-31", "les 3 derniers mois", "2020-03-01/2020-06-01"),
        ("2020-02-29", "les 12 derniers mois", "2019-03-01/2020-03-01"),
        ("2020-03-16", "lundi dernier", "2020-03-09/2020-03-10"),
        ("2099-06-01", "12/03/00", "2000-03-12/2000-03-13"),
        ("9999-12-31", "cette année", "9999-01-01/"),
        ("2020-12-31", "du 28 décembre au 3 janvier", "2019-12-28/2020-01-04"),
    ],
)
def test_counts_from_the_day_it_is_asked(today: str, text: str, named: str) -> None:
    assert read(text, today=date.fromisoformat(today)) == period(named)


# A bar is where the date ends.
LEADING = """
mars| Syrie
mars 2020| Syrie
mai 68| barricades
6 juin 44| débarquement
du 28 décembre au 3 janvier 2020| neige
mars et avril 2020| confinement
mars 2020-avril 2020| confinement
mars 2020 - avril 2020| confinement
du samedi 28 décembre 2019 au vendredi 3 janvier 2020| neige
2020| et Macron
2020| à Paris
2020| 12 morts
hier| 12 morts
2020| foo
mai| à Paris
""".strip()

IN_DOUBT = """
mai [5] morts
mars [20] ans
lundi [12] morts
3 mai 12 [morts]
2020 [et] 12 morts
décembre 2019 [janvier] 2020
mars 2020 et [2015]
du 7 au [3 mai 2020] neige
[31] février 2020 neige
""".strip()


@pytest.mark.parametrize("marked", LEADING.split("\n"))
def test_takes_the_words_that_make_a_date(marked: str) -> None:
    date, _, rest = marked.partition("|")
    assert leading("date", date + rest, today=TODAY) == len(date)


@pytest.mark.parametrize("marked", IN_DOUBT.split("\n"))
def test_refuses_a_date_that_may_go_on(marked: str) -> None:
    """Else the year would be another one in silence."""
    known, _, rest = marked.partition("[")
    part, _, unseen = rest.partition("]")
    with pytest.raises(DateError) as caught:
        leading("date", known + part + unseen, today=TODAY)
    assert (caught.value.start, caught.value.end) == (len(known), len(known + part)), str(caught.value)


# Laws. Texts made of words that dates are made of get much further than any text does.
PIECES = {word for text, _ in NAMED for word in text.split()}
words = st.sampled_from([*sorted(PIECES), "0", "31", "32", "99", "-", "/", ".", "..", ",", "’"])
characters = st.integers(0, 0x10FFFF).map(chr)  # surrogates too; st.characters() takes 2 s to start
texts = (
    st.text(characters, max_size=140)
    | st.lists(words, max_size=7).map(" ".join)
    | st.lists(words, max_size=4).map("".join)
)
days = st.dates(date(1000, 1, 1), date(9999, 12, 30))
cuts = st.sampled_from([read, since, until, before, after])
briefly = settings(max_examples=50, deadline=None)


@settings(deadline=None)
@given(texts, cuts, st.dates(date(1000, 1, 1)))
@example("\ud800", read, TODAY)
@example("\0\n7 mars", read, TODAY)
@example("les 9999 dernières années", read, date(1000, 1, 1))
@example("cette semaine", read, date(9999, 12, 31))
@example("hiver", read, date(9999, 12, 31))
def test_gives_days_or_an_error_that_points_into_the_text(text: str, cut: Cut, today: date) -> None:
    try:
        found: Period | DateError = cut(text, today=today)
    except DateError as error:
        found = error
    if isinstance(found, DateError):
        assert found.text == text
        assert 0 <= found.start <= found.end <= len(text)
        assert str(found).isprintable()
    else:
        assert found.start is None or found.end is None or found.start < found.end


@briefly
@given(days)
def test_reads_back_any_day_however_it_is_written(day: date) -> None:
    expected = Period(day, day + timedelta(1))
    month = MONTHS[day.month - 1]
    week = "{}-W{:02}-{}".format(*day.isocalendar())
    for text in (
        day.isoformat(),
        day.isoformat().replace("-", ""),
        f"{day.isoformat()}T23:59:59Z",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day} {month} {day.year}",
        f"{WEEKDAYS[day.weekday()]} {day.day} {month} {day.year}",
        week,
        f"{day.isoformat()}..{day.isoformat()}",
    ):
        assert read(text, today=TODAY) == expected, text


@briefly
@given(days, st.dates(date(1009, 1, 1)))
def test_takes_the_latest_that_has_begun_when_no_year_is_written(day: date, today: date) -> None:
    named = f"{day.day} {MONTHS[day.month - 1]}"
    found = read(named, today=today).start
    assert found is not None
    assert (found.day, found.month) == (day.day, day.month)
    assert found <= today
    later = [year for year in range(found.year + 1, today.year + 1) if is_day(year, day)]
    assert not [year for year in later if day.replace(year=year) <= today]


@briefly
@given(texts, days)
def test_splits_time_into_before_within_after(text: str, today: date) -> None:
    try:
        found = read(text, today=today)
    except DateError:
        return
    if found.start and found.end:
        assert before(text, today=today) == Period(None, found.start)
        assert until(text, today=today) == Period(None, found.end)
        assert since(text, today=today) == Period(found.start, None)
        assert after(text, today=today) == Period(found.end, None)


@briefly
@given(st.data())
def test_has_no_two_forms_for_one_text(data: st.DataObject) -> None:
    parts = []
    for slot in data.draw(st.sampled_from(forms())).slots:
        if not slot.optional or data.draw(st.booleans()):
            parts.append(data.draw(st.sampled_from([*slot.names, *("1234"[:digits] for digits in slot.digits)])))
    words = Words(" ".join(parts).replace("hh:mm", "12:30"), TODAY)
    reading = _Reading(words, "date")
    fitting = [form for form in forms() if reading.fit(form.slots, 0, len(words)) is not None]
    assert len(fitting) == 1, words.words
