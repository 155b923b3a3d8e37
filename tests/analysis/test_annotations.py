"""What is found in a text once, at indexing, and what may be left out."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.analysis.annotations import KINDS, annotate, left_out, marks
from searcher.article import Article
from searcher.errors import UsageError
from searcher.indexing.workers.child import UNMARKED
from tests.conftest import Build

ARTICLE = Article("1", "La ministre Anne Martin a dit : « Nous sommes prêts à partir dès demain. »")


def test_an_index_without_any_kind_gets_no_terms_and_no_marks() -> None:
    assert annotate(ARTICLE, without=KINDS) == ({}, "")


def test_marks_are_read_as_they_were_written() -> None:
    _, written = annotate(ARTICLE)
    assert set(marks(written)) <= set(KINDS)
    assert marks("") == {}


def test_kinds_stand_in_one_order_and_an_unknown_kind_is_refused() -> None:
    assert left_out(["quotes", "copies", "quotes"]) == ("copies", "quotes")
    with pytest.raises(UsageError, match="copies, names, quotes, not 'verbs'"):
        left_out(["verbs"])


PIECES = st.sampled_from(
    [
        *(
            "«",
            "»",
            "“",
            "”",
            '"',
            "'",
            "’",
            "—",
            "-",
            "(",
            ")",
            ",",
            ".",
            ":",
            ";",
            "…",
            "?",
            "!",
            "\n",
            " ",
            "\u00a0",
            "1",
            "%",
        ),
        *(
            "M.",
            "Mme",
            "dit",
            "a-t-il",
            "a déclaré",
            "selon",
            "d'après",
            "que",
            "qu'",
            "le",
            "la",
            "les",
            "de",
            "du",
            "d'",
            "et",
        ),
        *(
            "Macron",
            "Emmanuel",
            "Anne",
            "Le Monde",
            "ONU",
            "ministre",
            "président",
            "il",
            "elle",
            "Al-",
            "Mc",
            "O'",
            "É",
            "ß",
            "ǅ",
        ),
        *(
            "\u0301",
            "\u200b",
            "\ud800",
            "😀",
            "Путин",
            "中",
            "\x1a",
            "\u202e",
            "d’une source proche",
            "l’un d’eux",
            "X",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join) | st.text())
def test_every_text_is_annotated(text: str) -> None:
    terms, written = annotate(Article("1", text, title=text[:20]))
    assert all(len(term) for field in terms.values() for term in field.split())
    assert set(marks(written)) <= set(KINDS)


def test_a_text_that_cannot_be_annotated_costs_its_marks_and_nothing_else(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(article: Article, *, without: Collection[str] = ()) -> tuple[dict[str, str], str]:
        if "odd" in article.text and not without:
            raise IndexError("string index out of range")
        return annotate(article, without=without)

    monkeypatch.setattr("searcher.analysis.annotations.annotate", fails)
    folder = build(["an odd text", "another text"])
    report = searcher.update(folder, rebuild=True)
    assert report.articles == 2
    (noted,) = report.noted
    assert noted.reason == f"{UNMARKED} (IndexError)"
    assert noted.place == "line 1"
