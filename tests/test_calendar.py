"""The one table of months and weekdays."""

from __future__ import annotations

from searcher.calendar import MONTHS, SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS, unmarked


def test_numbers_months_and_weekdays_with_and_without_their_marks() -> None:
    assert [MONTHS[name] for name in ("janvier", "août", "aout", "märz", "december")] == [1, 8, 8, 3, 12]
    assert [SHORT_MONTHS[name] for name in ("janv", "fév", "fev", "okt", "déc")] == [1, 2, 2, 10, 12]
    assert (WEEKDAYS["dimanche"], SHORT_WEEKDAYS["sun"]) == (7, 7)
    for names, most in ((MONTHS, 12), (SHORT_MONTHS, 12), (WEEKDAYS, 7), (SHORT_WEEKDAYS, 7)):
        assert set(names.values()) == set(range(1, most + 1))
        assert all(name == name.lower() and unmarked(name) in names for name in names)
