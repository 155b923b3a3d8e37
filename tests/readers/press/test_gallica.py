"""A text of Gallica without the line about its recognition."""

from __future__ import annotations

from searcher.readers.press import gallica

HEAD = """Rappel de votre demande:

Format de téléchargement: : Texte

Vues 1 à 4 sur 4

Notice complète:

Titre : Le Petit Littoral : journal quotidien du soir

Date d'édition : 1914-08-02

Identifiant : ark:/12148/bpt6k564321x

Langue : français
"""
TEXT = "Sète : la mobilisation\n\nLe gouvernement a décrété hier la mobilisation."


def test_the_head_ends_with_its_last_labelled_line() -> None:
    record = gallica.record(f"{HEAD}\n{TEXT}\n")
    assert record.text == TEXT
    assert record.date == "1914-08-02"
    assert record.id == "ark:/12148/bpt6k564321x"
