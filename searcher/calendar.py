"""Names of months and weekdays → their numbers: the one table, for queries and for the readers of printed dates.

Keys are in small letters, each name as it is printed and without its marks (`août`, `aout`).
"""

from __future__ import annotations

import unicodedata


def unmarked(text: str) -> str:
    """A text without the marks on its letters."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _numbered(rows: str) -> dict[str, int]:
    """The names of row 1 → 1, and so on."""
    names = [(name, number) for number, row in enumerate(rows.strip().split("\n"), 1) for name in row.split()]
    return dict(names) | {unmarked(name): number for name, number in names}


MONTHS = _numbered("""
    janvier january januar jänner gennaio enero
    février february februar febbraio febrero
    mars march märz marzo
    avril april aprile abril
    mai may maggio mayo
    juin june juni giugno junio
    juillet july juli luglio julio
    août august agosto
    septembre september settembre septiembre
    octobre october oktober ottobre octubre
    novembre november noviembre
    décembre december dezember dicembre diciembre
""")
"""In French, English, German, Italian and Spanish."""

SHORT_MONTHS = _numbered("""
    janv jan
    févr fév feb
    mar mär
    avr apr
    mai may
    juin jun
    juil juill jul
    aoû aug
    sept sep
    oct okt
    nov
    déc dec dez
""")
"""As they are shortened in French, English and German."""

MONTH = "|".join(sorted({*MONTHS, *SHORT_MONTHS}, key=len, reverse=True))
"""The alternatives of a regular expression (`janvier|february|…|mai`): every name above, the longest first."""

WEEKDAYS = _numbered("""
    lundi monday
    mardi tuesday
    mercredi wednesday
    jeudi thursday
    vendredi friday
    samedi saturday
    dimanche sunday
""")

SHORT_WEEKDAYS = _numbered("""
    lun mon
    mar tue
    mer wed
    jeu thu
    ven fri
    sam sat
    dim sun
""")
