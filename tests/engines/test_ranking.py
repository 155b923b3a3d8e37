"""What comes first: the spelling that was typed, the word before its inflections, the title before the text."""

from __future__ import annotations

from pathlib import Path

import pytest

import searcher

FILLER = "Les observateurs attendent la suite dans le calme, sans rien annoncer de nouveau pour l’heure."


def ranked(folder: Path, query: str, *texts: str, titles: tuple[str, ...] = ()) -> list[int]:
    """The numbers of the texts in the order in which a query finds them."""
    for number, text in enumerate(texts):
        header = f"Titre: {titles[number]}\n\n" if titles else "Titre: sans objet\n\n"
        (folder / f"{number}.txt").write_text(header + text, "utf-8")
    searcher.build(folder / "index", [folder])
    with searcher.open(folder / "index") as index:
        return [int(hit.article.id) for hit in index.search(query)]


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("événement", "un événement", "un évènement"),
        ("évènement", "un évènement", "un événement"),
        ("Erdoğan", "reçu par Erdoğan", "reçu par Erdogan"),
        ("négocié", "il a négocié", "ils ont négociés"),
        ("ministres", "les ministres", "les ministre"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_it_puts_the_spelling_that_was_typed_first(
    tmp_path: Path, query: str, first: str, second: str, swapped: bool
) -> None:
    texts = [f"{first}. {FILLER}", f"{second}. {FILLER}"]
    found = ranked(tmp_path, query, *(reversed(texts) if swapped else texts))
    assert found == ([1, 0] if swapped else [0, 1])


def test_it_puts_a_title_before_a_text(tmp_path: Path) -> None:
    text = f"La Turquie négocie. {FILLER}"
    assert ranked(tmp_path, "Turquie", text, text, titles=("Sans objet", "La Turquie")) == [1, 0]


def test_it_finds_the_same_without_accents_at_nearly_the_same_score(tmp_path: Path) -> None:
    for number in range(12):
        text = f"La sécurité du président {'turc ' * number}. {FILLER * (number % 3 + 1)}"
        (tmp_path / f"{number}.txt").write_text(f"Titre: sans objet\n\n{text}", "utf-8")
    searcher.build(tmp_path / "index", [tmp_path])
    with searcher.open(tmp_path / "index") as index:
        typed, bare = (
            {hit.article.id: hit.score for hit in index.search(query, limit=12)}
            for query in ("sécurité président turc", "securite president turc")
        )
    assert typed == pytest.approx(bare, rel=0.05)


def test_it_puts_neighbours_of_the_query_first_where_they_are_neighbours(tmp_path: Path) -> None:
    apart = f"À gauche du front, la gauche. Le front de la gauche vote. {FILLER}"
    together = f"Le Front de gauche se réunit. {FILLER * 2}"
    assert ranked(tmp_path, "Front de gauche", apart, together) == [1, 0]


@pytest.mark.parametrize(
    ("query", "typed", "other"),
    [("France", "La France vote.", "Francia vote, dit Francia."), ("Londres", "À Londres.", "London, London, London.")],
)
def test_it_puts_an_article_that_prints_the_typed_word_first_however_rare_another_spelling(
    tmp_path: Path, query: str, typed: str, other: str
) -> None:
    found = ranked(tmp_path, query, other, *[f"{typed} {FILLER * number}" for number in range(1, 9)])
    assert found[0] != 0
    assert 0 not in found[:-1]  # last, or not found at all
