"""A date as people write it flows in; the days it names flow out, or a `DateError` that points at a word.

French first, English and ISO too, whatever the case and the accents. The rules where people differ:

- Day before month: 12/03/2020 is 12 March. Weeks begin on Monday. A timestamp names its day as written.
- Without a year, the latest that has begun by today; with *dernier*, the latest that is over.
- Two digits of a year, in *années 90* too: up to next year they are of the 2000s, beyond of the 1900s. Behind a month alone
  they must be above 31, as they could be a day otherwise.
- Meteorological seasons: winter 2014 is December 2013 to February 2014,
  also written winter 2013-2014. The XIXth century is 1801–1900.
- *début*, *mi*, *fin* are days 1–10, 11–20 and 21–end of a month, or four months each of a year.
- *il y a 3 mois* is that whole month, like *le mois dernier*; *les 3 derniers mois* run up to today; *depuis 3 mois* begins on
  the day of the same number.
- A range includes both ends; a part without a year takes the other's, or the year before if it would begin after its end; a
  bare day takes the month of the last. *Mars et avril 2020* is a range of neighbours; *mars et mai* is refused.
- Every day named lies in the years 1000 to 9999.

    text ──text──► words ──grammar──► forms that fit ──reading──► what is joined ──days──► days
"""

from __future__ import annotations

import datetime

from searcher.values import Value

__all__ = ["LONGEST", "READERS", "Period", "after", "before", "leading", "read", "since", "until"]


LONGEST = 128
"""Characters of a date."""


class Period(Value):
    """Half-open interval of days [start, end), never empty; None = unbounded on that side.

    What ends with the year 9999 has no end either: Python has no later day to write there.
    """

    start: datetime.date | None
    end: datetime.date | None


def read(text: str, *, today: datetime.date) -> Period:
    """The days `text` names: "mars 2020" is 2020-03-01 up to 2020-04-01, excluded.

    Raises `DateError`; its `text[start:end]`, in code points of `text` as given, is the first part not
    understood, or the empty place where something is missing. Beyond 128 characters it refuses unread.
    """
    return _period("date", text, today)


def since(text: str, *, today: datetime.date) -> Period:
    """*Depuis*, *à partir de*: the first day `text` names and all that follow. Raises as `read`."""
    return _period("since", text, today)


def until(text: str, *, today: datetime.date) -> Period:
    """*Jusqu'en*: all up to the last day `text` names, included. Raises as `read`."""
    return _period("until", text, today)


def before(text: str, *, today: datetime.date) -> Period:
    """*Avant*: all that comes before the first day `text` names. Raises as `read`."""
    return _period("before", text, today)


def after(text: str, *, today: datetime.date) -> Period:
    """*Après*: all that comes after the last day `text` names. Raises as `read`."""
    return _period("after", text, today)


READERS = {"date": read, "since": since, "until": until, "before": before, "after": after}
"""The name of a date filter → what reads its date."""


def leading(how: str, text: str, *, today: datetime.date) -> int:
    """Where the date ends that `text` begins with: the longest run of its words that the reader `how` can read.

    A date that ends in doubt is refused: the year would be a guess and a number follows (*mai 12 …*), or a word such as *et*
    joins the next date (*mars 2020 et mai*). Raises `DateError`, which points into `text`.
    """
    from searcher.query.dates.reading import leading as end  # here: most queries have no date

    return end(how, text, today)


def _period(how: str, text: str, today: datetime.date) -> Period:
    from searcher.query.dates.reading import period  # here: most queries have no date

    return Period(*period(how, text, today))
