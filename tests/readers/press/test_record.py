"""By-lines and languages as databases print them."""

from __future__ import annotations

import pytest

from searcher.readers.press.record import byline, is_byline, language


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Par Rémi Castagné", "Rémi Castagné"),
        ("By JANE DOE", "JANE DOE"),
        ("Propos recueillis par Agathe Lenoir", "Agathe Lenoir"),
        ("Rémi Castagné; A. Vidal", "Rémi Castagné, A. Vidal"),
        ("Castagné, Rémi; Vidal, A.; de Broca, Lise", "Rémi Castagné, A. Vidal, Lise de Broca"),
        ("Paule Martin, AFP; Anne Roux, AFP", "Paule Martin, AFP, Anne Roux, AFP"),
        ("Martin, AFP; Roux, AFP", "Martin, AFP, Roux, AFP"),
        ("Solène Kervadec <s.kervadec@gazette.test>", "Solène Kervadec"),
        ("Solène Kervadec; Solène Kervadec", "Solène Kervadec"),
        ("— ; |", ""),
        ("", ""),
    ],
)
def test_names_of_a_byline(written: str, names: str) -> None:
    assert byline(written) == names


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("Rémi Castagné", True),
        ("Par A. Vidal et L. de Broca", True),
        ("Grève chez les dockers", False),
        ("Le Premier Ministre A Parlé !", False),
        ("Vidal", False),
        ("", False),
    ],
)
def test_a_line_of_names(written: str, is_one: bool) -> None:
    assert is_byline(written) is is_one


@pytest.mark.parametrize(
    ("written", "code"),
    [("Français", "fr"), ("ENGLISH; ANGLAIS", "en"), ("fr", "fr"), ("pt-BR", "pt-br"), ("Volapük", None), ("", None)],
)
def test_a_language(written: str, code: str | None) -> None:
    assert language(written) == code
