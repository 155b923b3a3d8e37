"""Details of Nexis exports: labels are told from prose, covers from articles, headlines from decks and by-lines."""

from __future__ import annotations

import pytest

from searcher.readers.press import labels, lexisnexis, nexis_uni


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("Byline: Rémi Castagné", ("author", "Rémi Castagné")),
        ("RUBRIQUE: ÉCONOMIE; Pg. 4", ("section", "ÉCONOMIE; Pg. 4")),
        ("Date de chargement : 15 juin 2021", ("", "15 juin 2021")),
        ("LÄNGE: 306 Wörter", ("length", "306 Wörter")),
        ("Le maire : « Nous attendons »", None),
        ("Un texte sans signe", None),
    ],
)
def test_it_knows_labels_in_several_languages(block: str, expected: tuple[str, str] | None) -> None:
    assert labels.labelled(block) == expected


def test_lexisnexis_writes_its_labels_in_capitals() -> None:
    assert labels.labelled("Société : la grève s’étend", capitals=True) is None
    assert labels.labelled("SOCIÉTÉ: ACME (90%)", capitals=True) == ("", "ACME (90%)")


ARTICLE = ["Le port", "Le Littoral", "14 juin 2021 lundi", "Copyright 2021 Le Littoral"]


def test_a_paragraph_that_begins_as_a_label_does_is_text() -> None:
    lines = [
        *ARTICLE,
        "Longueur : 98 mots",
        "Corps",
        "Société : la grève s’étend.",
        "Le port est fermé.",
        "Langue : FRENCH",
    ]
    (record,) = nexis_uni.export([*lines, "Fin du document"]).records
    assert record is not None
    assert record.text == "Société : la grève s’étend.\n\nLe port est fermé."
    assert record.language == "FRENCH"


def test_captions_are_left_out_and_notes_are_text() -> None:
    lines = [*ARTICLE, "Body", "Le port est fermé.", "Graphic", "Le quai, vu du ciel.", "Notes", "Lire page 3."]
    (record,) = nexis_uni.export([*lines, "Load-Date: June 15, 2021", "End of Document"]).records
    assert record is not None
    assert record.text == "Le port est fermé.\n\nLire page 3."


def test_it_counts_what_a_cover_announces() -> None:
    cover = ["User Name: redac", "Documents (2)", "1. Le port", "Client/Matter: -None-", "2. La grève"]
    export = nexis_uni.export([*cover, *ARTICLE, "Body", "Le port est fermé.", "End of Document"])
    assert (export.announced, len(export.records), export.cut) == (2, 1, False)


@pytest.mark.parametrize(
    ("head", "title", "standfirst", "author"),
    [
        (["Le port ferme"], "Le port ferme", "", ""),
        (["Le port ferme;\nUne décision du préfet"], "Le port ferme", "Une décision du préfet", ""),
        (["Le port ferme", "Par Rémi Castagné"], "Le port ferme", "", "Rémi Castagné"),
        (["Société : le port ferme"], "Société : le port ferme", "", ""),
    ],
)
def test_it_parts_headline_deck_and_by_line(head: list[str], title: str, standfirst: str, author: str) -> None:
    record = lexisnexis.record(["Le Littoral", "14 juin 2021 lundi", *head, "LONGUEUR: 9 mots", "Le texte."])
    assert record is not None
    assert (record.title, record.standfirst, record.author) == (title, standfirst, author)
    assert (record.source, record.date, record.text) == ("Le Littoral", "2021-06-14", "Le texte.")
