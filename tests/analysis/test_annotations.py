"""What is found in a text once, at indexing, and what may be left out."""

from __future__ import annotations

import pytest

from searcher.analysis.annotations import KINDS, annotate, left_out, marks
from searcher.article import Article
from searcher.errors import UsageError

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
