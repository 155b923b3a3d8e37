"""Whatever article a database prints, in whatever layout, the same article is read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from searcher.article import Article
from searcher.readers import read
from searcher.sources import Source
from tests.readers.press import layouts, samples
from tests.readers.press.layouts import ARCHIVES, Story, told

pytest.importorskip("lxml", reason="pages need the extra html")

LAYOUTS: list[tuple[str, Callable[[list[Story]], str], Callable[[Story], str | None]]] = [
    ("a.html", layouts.europresse_page, layouts.europresse_number),
    ("a.html", layouts.factiva_page, layouts.factiva_number),
    ("a.txt", layouts.factiva_text, layouts.factiva_number),
    ("a.html", layouts.factiva_plain_page, layouts.factiva_number),
    ("a.txt", layouts.factiva_plain_text, layouts.factiva_number),
    ("a.txt", layouts.proquest_text, layouts.proquest_number),
    ("a.txt", layouts.nexis_text, lambda story: None),
    ("a.txt", layouts.lexisnexis_text, lambda story: None),
]


@pytest.mark.parametrize(("name", "printed", "number"), LAYOUTS, ids=[each[1].__name__ for each in LAYOUTS])
@settings(max_examples=40, deadline=None)
@given(stories=ARCHIVES)
def test_it_reads_back_what_a_database_prints(
    name: str, printed: Callable[[list[Story]], str], number: Callable[[Story], str | None], stories: list[Story]
) -> None:
    raw = printed(stories).encode()
    found = list(read(Source(name, name, len(raw), content=raw)))
    keys = ("id", "title", "text", "date", "source", "author", "section", "pages")
    articles = [
        {key: getattr(each, key) for key in keys if getattr(each, key)} for each in found if isinstance(each, Article)
    ]
    wanted = [told(story, id=number(story) or f"a-{at}") for at, story in enumerate(stories, 1)]
    assert articles == wanted
    assert len(found) == len(articles), "nothing to report"


def test_it_reads_the_line_above_a_headline_in_two_elements() -> None:
    """The section marked and the date beside it, as Europarser looks for them; the headline and the author without a block."""
    pytest.importorskip("lxml")
    page = (
        "<html><body><article><header><span class='DocPublicationName'>La Gazette de Vitré</span><div>"
        "<span class='DocTitreSousSection'>Région</span><span>samedi 2 mars 2019 212 mots, p. 7</span></div>"
        "<p class='titreArticleVisu'>Le viaduc fermé</p><p class='sm-margin-bottomNews'>Solène Kervadec</p></header>"
        "<div class='DocText clearfix'><p>La préfecture a interdit le passage.</p></div>"
        "<div class='publiC-lblNodoc'>news·20190302·GV·4821x12</div></article></body></html>"
    )
    (found,) = samples.given("a.html", page.encode())["articles"]
    assert found == {
        "id": "news·20190302·GV·4821x12",
        "title": "Le viaduc fermé",
        "text": "La préfecture a interdit le passage.\n\nSolène Kervadec",
        "date": "2019-03-02",
        "source": "La Gazette de Vitré",
        "author": "Solène Kervadec",
        "section": "Région",
        "pages": "7",
        "language": "fr",
        "place": "document 1",
    }


@pytest.mark.parametrize("text", ["<lb></lb>Le conseil a voté.<lb/>Fin.", "<p>Le conseil a voté.</p><p>Fin.</p>"])
def test_it_reads_a_text_whose_attributes_describe_it(text: str) -> None:
    pytest.importorskip("lxml")
    link = '<ref target="https://presse.test/1">Link to original document</ref>'
    raw = f'<text source="Le Littoral" title="Le port" author="A. Vidal" date="2021-06-14">{link}{text}</text>'
    (found,) = samples.given("a.xml", raw.encode())["articles"]
    assert found.pop("text").split() == ["Le", "conseil", "a", "voté.", "Fin."]
    assert {key: found[key] for key in ("title", "source", "author", "date", "url")} == {
        "title": "Le port",
        "source": "Le Littoral",
        "author": "A. Vidal",
        "date": "2021-06-14",
        "url": "https://presse.test/1",
    }
