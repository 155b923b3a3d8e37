"""Which files are exports: those of a database or a corpus tool, and no ordinary page, text or document."""

from __future__ import annotations

import pytest

from searcher.article import Article
from searcher.readers import read
from searcher.readers.sniff import sniff
from searcher.sources import Source
from tests.readers.press import samples

FORMS = {
    "europresse": "europresse",
    "eureka": "europresse",
    "factiva": "factiva",
    "nexis": "nexis",
    "lexisnexis": "nexis",
    "proquest": "proquest",
    "iramuteq": "iramuteq",
    "alceste": "iramuteq",
    "references": "ris",
    "csl": "json",
    "gallica": "gallica",
}


def source(name: str, content: str | bytes) -> Source:
    raw = content.encode() if isinstance(content, str) else content
    return Source(name, name, len(raw), content=raw)


@pytest.mark.parametrize("name", samples.NAMES)
def test_it_knows_who_exported_a_file(name: str) -> None:
    expected = FORMS[name.split(".")[0].split("_")[0]]
    raw = (samples.FOLDER / name).read_bytes()
    assert sniff(source(name, raw)) == ("pdf" if name.endswith(".pdf") else expected)
    assert {each.format for each in read(source(name, raw)) if isinstance(each, Article)} == {expected}


RICH = r"{\rtf1\ansi "
ORDINARY = [
    (
        "a.html",
        "<!DOCTYPE html><html><body><article class='article'><h1>Un titre</h1><p>Un texte.</p></article></body></html>",
        "html",
    ),
    ("a.html", "<html><title>Factiva : le rachat</title><body><p>Dow Jones garde Factiva.</p></body></html>", "html"),
    ("a.html", "<html><body><p>Rappel de votre demande : un rendez-vous.</p></body></html>", "html"),
    ("a.html", "<html><body><p>1 of 3 DOCUMENTS</p><p>LENGTH: 3 words</p></body></html>", "html"),
    ("a.txt", "**** Une étoile de trop\n\nUn texte.", "text"),
    ("a.txt", "****\n\nUn texte entre des étoiles.\n\n****\n", "text"),
    ("a.txt", "****\nUn texte.\n**** *source_x\nUn autre.\n", "iramuteq"),
    ("a.txt", "**Gras** au début\n\nUn texte.", "text"),
    ("a.txt", "2021 *une note* de bas de page\n\nUn texte.", "text"),
    ("a.txt", "Document 1 de 3\n\nUn texte en trois parties.", "text"),
    ("a.txt", "Le texte a 312 mots.\n\n312 mots\n\n14 juin 2021\n\nUn texte.", "text"),
    ("a.txt", "Fin du document\n\nUn texte sur les archives.", "text"),
    ("a.txt", "TYPE\nTY\n\nUn texte.", "text"),
    ("a.txt", "Titre : Un titre\nDate : 2020-01-07\n\nUn texte.", "text"),
    ("a.txt", f"{'_' * 60}\n\nUn texte entre deux filets.\n\n{'_' * 60}\n", "text"),
    ("a.txt", "La question : Rappel de votre demande", "text"),
    ("a.rtf", rf"{RICH}Document final de la conf\'e9rence\par Un texte.\par}}", "rtf"),
    ("a.csv", "id;titre;texte\n1;Un titre;Un texte.", "csv"),
    ("a.xml", '<?xml version="1.0"?><rdf:RDF xmlns:rdf="r"><channel/></rdf:RDF>', "feed"),
]


@pytest.mark.parametrize(("name", "content", "form"), ORDINARY)
def test_an_ordinary_file_goes_to_its_own_reader(name: str, content: str, form: str) -> None:
    assert sniff(source(name, content)) == form


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.html",
            "<html><body><h1>Un titre</h1><p>La classe DocPublicationName d’Europresse, expliquée.</p></body></html>",
        ),
        (
            "a.html",
            "<!-- LXNComment 1 --><html><body><a name='DOC_ID_0'></a><h1>Un titre</h1><p>Une page.</p></body></html>",
        ),
        ("a.txt", f"{'_' * 30}\n\nTexte intégral :\n\nUn texte qui n’est d’aucune base."),
    ],
)
def test_a_file_with_signs_and_without_documents_is_read_as_what_it_is(name: str, content: str) -> None:
    (article,) = read(source(name, content))
    assert isinstance(article, Article)
    assert article.format in ("html", "text", "proquest")
    assert "Un" in article.text or "expliquée" in article.text
