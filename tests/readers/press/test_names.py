"""What Europresse prints about an article: pages, the publication's name, the day in a number."""

from __future__ import annotations

import pytest

from searcher.readers.press.names import PAGES, day, publication


@pytest.mark.parametrize(
    ("written", "pages"),
    [
        ("Région, samedi 2 mars 2019 212 mots, p. 7", "7"),
        ("samedi 2 mars 2019, p. MDE6", "MDE6"),
        ("La Gazette • p. 93_T_17 • 212 mots", "93_T_17"),
        ("samedi 2 mars 2019, pp. 12-14", "12-14"),
        ("samedi 2 mars 2019, p. 12, 14", "12, 14"),
        ("samedi 2 mars 2019, p. OF35_12, OF35_14, 212 mots", "OF35_12, OF35_14"),
        ("samedi 2 mars 2019, p. 7, 212 mots", "7"),
        ("samedi 2 mars 2019, p. 5 © 2019 La Gazette", "5"),
        ("samedi 2 mars 2019", None),
        ("le p. de la ville", None),
    ],
)
def test_pages(written: str, pages: str | None) -> None:
    found = PAGES.search(written)
    assert (found and found["pages"].strip()) == pages


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("La Gazette de Vitré", "La Gazette de Vitré"),
        ("Ouest-Matin, no. 22845\n        Rennes", "Ouest-Matin"),
        ("L’Écho du Perche (site web)", "L’Écho du Perche"),
        ("L’Écho du Perche (site web réf. - Actualité)", "L’Écho du Perche"),
        ("No. 12", "No. 12"),
    ],
)
def test_the_name_of_a_publication(written: str, name: str) -> None:
    assert publication(written) == name


def test_the_day_in_a_number() -> None:
    assert day("news·20190302·GV·4821x12") == "2019-03-02"
    assert not day("4821x12")
