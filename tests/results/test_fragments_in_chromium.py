"""Text fragments in a browser: on every page Chromium scrolls to the paragraph that holds the passage.

Needs Chromium (`make test-browser`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import pytest

from searcher.results.fragments import fragment_in_context, text_fragment

pytestmark = pytest.mark.browser

URL = "https://exemple.test/article"

PASSAGES = [
    ("Le Sénat vote le budget.", "Sénat"),
    (
        "Le Sénat a voté jeudi, tard dans la nuit, le budget rectifié de l’année 2020, a-t-on appris.",
        "a voté jeudi, tard dans la nuit, le budget rectifié de l’année 2020",
    ),
    ("« Rien de neuf », dit-il.", "« Rien de neuf »"),
    (
        "«\u00a0Rien de neuf\u00a0», répète-t-il\u00a0: «\u00a0rien\u00a0!\u00a0»",
        "Rien de neuf\u00a0», répète-t-il\u00a0: «\u00a0rien",
    ),
    ("L’été de l'avocat d’Assad à Évreux.", "l'avocat d’Assad"),
    (
        "E\u0301te\u0301 a\u0300 la plage, e\u0301crit en signes de\u0301compose\u0301s.",
        "a\u0300 la plage, e\u0301crit",
    ),
    (
        "Un vice-président, un porte-parole & un demi-million : 3,5 % d’intérêts.",
        "porte-parole & un demi-million : 3,5 %",
    ),
    ("Le budget d’abord.\n\nPuis le budget de la ville.\n\nEnfin le budget de l’État.", "budget de la ville"),
    ("Le premier mot.\n\nLe dernier mot, et le premier mot encore.", "et le premier mot encore"),
    ("Fin du premier alinéa.\n\nDébut du second alinéa, qui continue.", "premier alinéa.\n\nDébut du second alinéa"),
    ("Erdoğan a rencontré Zelensky à İstanbul, près du Bosphore.", "Erdoğan a rencontré Zelensky"),
    ("Путин встретился с Асадом в Дамаске.", "с Асадом"),
    ("وصل الرئيس إلى دمشق يوم الثلاثاء.", "الرئيس إلى دمشق"),
    ("Un mot 😀 puis un autre 👩‍👩‍👧 enfin.", "mot 😀 puis un autre"),
    ("Les 3 000 manifestants, le n° 4821 et la RN20, à 20 h 30.", "n° 4821 et la RN20"),
    ("Une page (voir p. 12-14) et des crochets [sic], des * et des #.", "(voir p. 12-14) et des crochets [sic]"),
    ("A-t-elle dit, peut-être, aujourd’hui, quelqu’un d’autre.", "peut-être, aujourd’hui, quelqu’un"),
    ("Le coût, l’âge, le cœur, l’œuvre, la garçonnière, l’aïeul.", "cœur, l’œuvre, la garçonnière"),
    ("Il a dit : “Oui”, puis ‘non’ — et encore – oui…", "“Oui”, puis ‘non’ — et encore"),
    ("Voir https://exemple.fr/a?b=c&d=e,f pour la suite.", "pour la suite"),
    ("U.E. : l’O.N.U. et l’U.R.S.S. en 1991.", "O.N.U. et l’U.R.S.S."),
]


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 800, "height": 600})
    yield opened
    opened.close()


def paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in text.split("\n\n"))


@pytest.mark.parametrize(("text", "passage"), PASSAGES, ids=lambda each: each[:12])
@pytest.mark.parametrize("with_context", [False, True])
def test_the_browser_scrolls_to_the_passage(page: Any, text: str, passage: str, with_context: bool) -> None:
    start = text.index(passage)
    end = start + len(passage)
    address = text_fragment(URL, text, start, end)
    if with_context:
        address = fragment_in_context(URL, text[:start], passage, text[end:])
    assert address is not None
    filler = "<p style='height:400px'>&#160;</p>" * 10
    whole = f"<!DOCTYPE html><html lang=fr><meta charset=utf-8><body>{filler}<main>{paragraphs(text)}</main>{filler}"
    page.route(
        "https://exemple.test/**", lambda route: route.fulfill(body=whole, content_type="text/html; charset=utf-8")
    )
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_timeout(150)
    place = page.evaluate("document.querySelector('main').getBoundingClientRect().top")
    assert page.evaluate("window.scrollY") > 1000, address
    assert -200 < place < 600, address
    page.unroute("https://exemple.test/**")


def test_a_passage_that_is_not_there_scrolls_nowhere(page: Any) -> None:
    """So that the other tests see what they think they see."""
    whole = f"<!DOCTYPE html><body>{'<p style=height:400px>' * 20}<p>Rien."
    page.route("https://exemple.test/**", lambda route: route.fulfill(body=whole, content_type="text/html"))
    page.goto("about:blank")
    page.goto(f"{URL}#:~:text=absent")
    page.wait_for_timeout(150)
    assert page.evaluate("window.scrollY") == 0
    page.unroute("https://exemple.test/**")
