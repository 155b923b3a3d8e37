"""PDF files of Europresse without the box about a publication: where an article begins and ends."""

from __future__ import annotations

from textwrap import wrap

import pytest

from tests.readers.press import samples
from tests.readers.test_pdf import Placed, pdf

pytest.importorskip("pypdfium2", reason="PDF needs the extra pdf")

ARTICLES = [
    {
        "id": "news·20190302·GV·4821x12",
        "title": "Le viaduc fermé aux camions",
        "text": (
            "La préfecture a interdit le viaduc aux poids lourds.\n\n"
            "Les travaux dureront deux ans, selon la préfète Agathe Lenoir.\n\nSolène Kervadec"
        ),
        "date": "2019-03-02",
        "source": "La Gazette de Vitré",
        "author": "Solène Kervadec",
        "section": "Région",
        "pages": "7",
        "language": "fr",
        "place": "document 1",
    },
    {
        "id": "news·20190304·CM·0021",
        "title": "Une laiterie reprise par ses salariés",
        "text": "Quarante salariés ont racheté la laiterie.",
        "date": "2019-03-04",
        "source": "Le Courrier des Mauges",
        "pages": "5",
        "language": "fr",
        "place": "document 2",
    },
]
HEADS = ["Région, samedi 2 mars 2019 212 mots, p. 7", "lundi 4 mars 2019, p. 5"]
COVER = [
    (60.0, 700.0, 24.0, "Europresse"),
    (60, 650, 14, "Documents sauvegardés"),
    (60, 620, 10, "Vendredi 5 mars 2021"),
]
SUMMARY = [
    (60.0, 740.0, 14.0, "Sommaire"),
    *((60.0, 700.0 - 40 * at, 9.0, f"{each['source']} • {HEADS[at]}") for at, each in enumerate(ARTICLES)),
    *((60.0, 688.0 - 40 * at, 10.0, each["title"]) for at, each in enumerate(ARTICLES)),
]


def _article(at: int, top: float, *, head: str | None = None) -> tuple[list[Placed], float]:
    """An article as it is printed, and how far down it goes."""
    each = ARTICLES[at]
    paragraphs = [
        (written, 10.0, 10.0 if written == lines[-1] else 0.0)
        for part in each["text"].removesuffix(each.get("author", "")).split("\n\n")
        for lines in [wrap(part, 40)]
        for written in lines
    ]
    printed = [
        (f"{each['source']}, no. 4821", 10.0, 0.0),
        (HEADS[at] if head is None else head, 10, 8),
        (each["title"], 16, 6),
        *([(each["author"], 10, 8)] if "author" in each else []),
        *paragraphs,
        (f"© 2019 {each['source']}. Tous droits réservés. Le présent document est protégé par", 8, 0),
        ("les lois et conventions internationales sur le droit d'auteur.", 8, 6),
        (each["id"], 8, 0),
    ]
    placed: list[Placed] = []
    for text, size, gap in printed:
        placed.append((60, top, size, text))
        top -= size * 1.2 + gap
    return placed, top


def _of(content: bytes) -> object:
    return samples.given("export.pdf", content)


@pytest.mark.parametrize("before", [[], [COVER], [COVER, SUMMARY]], ids=["bare", "cover", "cover and summary"])
@pytest.mark.parametrize("together", [False, True], ids=["a page each", "on one page"])
def test_a_number_ends_an_article(before: list[list[Placed]], together: bool) -> None:
    first, down = _article(0, 780)
    second, _ = _article(1, down - 20 if together else 780)
    pages = [[*first, *second]] if together else [first, second]
    assert _of(pdf(*before, *pages)) == {"articles": ARTICLES, "problems": []}


def test_a_date_alone_is_the_head_of_an_article() -> None:
    pages = [_article(at, 780, head=head)[0] for at, head in enumerate(("samedi 2 mars 2019", "lundi 4 mars 2019"))]
    bare = [{key: value for key, value in each.items() if key not in ("section", "pages")} for each in ARTICLES]
    assert _of(pdf(COVER, *pages)) == {"articles": bare, "problems": []}
