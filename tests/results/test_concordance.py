"""Concordance lines: a table of what a reader is shown, laws of what they cover, orders and samples of both engines."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.analysis import tokenize
from searcher.article import Article
from searcher.results import concordance
from searcher.results.marking import highlights
from tests.results.test_passages import anything, asked, marks_of

TABLE = [
    ("budget", "Le budget de la ville.", 2, ["Le |budget| de la"]),
    ("budget", "Un petit, tout petit budget.", 2, ["tout petit |budget|."]),
    ("avocat", "Il dit : l’avocat plaide.", 1, ["dit : l’|avocat| plaide."]),
    ('"guerre civile"', "La guerre civile, la guerre.", 1, ["La |guerre civile|, la"]),
    ("week-end", "Un week-end long.", 1, ["Un |week-end| long."]),
    ('"a b"~2', "x a y b z", 1, ["x |a y b| z"]),
    ("budget", "Budget, budget !", 0, ["|Budget|", "|budget|"]),
    ("titre:budget", "Le budget.", 2, []),
    ("été", "L’e\u0301te\u0301 d’apre\u0300s.", 1, ["L’|e\u0301te\u0301| d’apre\u0300s."]),
    ("fin", "Un.\n\nLa fin\nvient.", 2, ["Un.\n\nLa |fin|\nvient."]),
]


def shown(line: searcher.Line) -> str:
    return f"{line.left}|{line.node}|{line.right}"


@pytest.mark.parametrize(("query", "text", "context", "expected"), TABLE)
def test_it_shows(query: str, text: str, context: int, expected: list[str]) -> None:
    found = concordance.lines(Article("a", text), marks_of(query), context=context)
    assert [shown(line) for line in found] == expected


@given(anything, asked, st.integers(0, 5))
def test_lines_are_slices_that_cover_what_passages_highlight(text: str, query: str, context: int) -> None:
    marks = tuple(mark for mark in marks_of(query) if mark.in_text)
    lines = list(concordance.lines(Article("a", text), marks, context=context))
    for line in lines:
        assert text[line.start : line.end] == line.node
        assert text[: line.start].endswith(line.left)
        assert text[line.end :].startswith(line.right)
    assert all(one.end <= other.start for one, other in pairwise(lines))
    marked = highlights(text, marks)
    held = [[each for each in marked if line.start <= each[0] and each[1] <= line.end] for line in lines]
    assert [each for some in held for each in some] == list(marked)
    assert [(line.start, line.end) for line in lines] == [(some[0][0], some[-1][1]) for some in held]


@given(anything, asked, st.integers(1, 5))
def test_a_context_holds_as_many_words_as_asked_unless_the_text_ends(text: str, query: str, context: int) -> None:
    for line in concordance.lines(Article("a", text), marks_of(query), context=context):
        if len(line.left) < len(text[: line.start].lstrip()) and len(line.left) < concordance.REACH * context - 1:
            assert sum(1 for _ in tokenize(line.left)) >= context
        if len(line.right) < len(text[line.end :].rstrip()) and len(line.right) < concordance.REACH * context - 1:
            assert sum(1 for _ in tokenize(line.right)) >= context


def test_a_text_without_blanks_does_not_become_one_context() -> None:
    (line,) = concordance.lines(Article("a", "東" * 9000 + " budget " + "京" * 9000), marks_of("budget"), context=3)
    assert len(line.left) + len(line.right) <= 2 * 3 * concordance.REACH


# ── on both engines ───────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = "Écho echo éclair Zoé zinc ami Âme budget budget budget l’État week-end 12 d’été".split()


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    pytest.importorskip(request.param)
    yield from _index(request.param, tmp_path_factory.mktemp(request.param))


def _index(engine: str, folder: Path) -> Iterator[searcher.Index]:
    drawn = random.Random(4)
    articles = [
        {
            "id": f"a{number}",
            "text": " ".join(drawn.choices(WORDS, k=drawn.randrange(3, 30))) + ".",
            "source": drawn.choice(["AFP", "afp", "Écho", None]),
            "date": drawn.choice(["2020", "2020-03", "2021-01-07", "2021-01-07T10:00:00Z", None]),
        }
        for number in range(60)
    ]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    searcher.build(folder / "index", [folder / "articles.jsonl"], engine=engine)
    with searcher.open(folder / "index") as opened:
        yield opened


ORDERS = ["", "1R,1L", "-1R", "hit,date", "-date", "source,-2L", "text", "-text,hit"]
ANSWERS: dict[object, list[searcher.Line]] = {}


@pytest.mark.parametrize("sample", [None, 7])
@pytest.mark.parametrize("order", ORDERS)
def test_it_is_the_same_on_every_engine_and_every_time(index: searcher.Index, order: str, sample: int | None) -> None:
    lines = list(index.kwic("budget", context=3, order=order, sample=sample, seed=2))
    assert lines == list(index.kwic("budget", context=3, order=order, sample=sample, seed=2))
    assert lines == ANSWERS.setdefault((order, sample), lines)
    everything = list(index.kwic("budget", context=3, order=order))
    assert len(lines) == (sample or len(everything))
    assert [line for line in everything if line in lines] == lines


def test_it_holds_every_highlight_of_every_article(index: searcher.Index) -> None:
    lines = {(line.id, line.start, line.end) for line in index.kwic("budget")}
    assert lines == {
        (hit.article.id, found.start(), found.end())
        for hit in index.every("budget")
        for found in re.finditer("budget", hit.article.text)
    }


def test_orders_forget_case_and_accents_and_put_what_is_not_known_last(index: searcher.Index) -> None:
    first = [concordance._word(line, 1) for line in index.kwic("budget", order="1R")]
    known = [word for word in first if word]
    assert first == sorted(known) + [""] * (len(first) - len(known))
    backwards = [concordance._word(line, 1) for line in index.kwic("budget", order="-1R")]
    assert backwards == sorted(known, reverse=True) + [""] * (len(first) - len(known))
    for order, expected in (
        ("date", ["2020", "2020-03", "2021-01-07", "2021-01-07T10:00:00Z", None]),
        ("-date", ["2021-01-07T10:00:00Z", "2021-01-07", "2020-03", "2020", None]),
    ):
        assert list(dict.fromkeys(line.date for line in index.kwic("budget", order=order))) == expected
    sources = [line.source for line in index.kwic("budget", order="source")]
    assert [source.casefold() for source in sources if source] == sorted(
        (source.casefold() for source in sources if source), key=lambda source: source.replace("é", "e")
    )


def test_another_seed_draws_another_sample_and_a_larger_one_holds_the_smaller(index: searcher.Index) -> None:
    one, other, more = (
        {(line.id, line.start) for line in index.kwic("budget", sample=size, seed=seed)}
        for size, seed in ((8, 1), (8, 2), (20, 1))
    )
    assert one != other
    assert one < more


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"context": -1}, "a context has 0 to 100 words, not -1"),
        ({"sample": 0}, "a sample holds 1 line or more, not 0"),
        ({"order": "3R", "context": 2}, "3R is not among the 2 words of the context; give more words of context"),
        ({"order": "left"}, "lines are sorted by 1L, 1R (any number), hit, date, source, text, not by 'left'"),
        ({"order": "1R,"}, "lines are sorted by 1L, 1R (any number), hit, date, source, text, not by ''"),
    ],
)
def test_it_says_what_is_wrong_at_once(index: searcher.Index, options: dict[str, object], message: str) -> None:
    with pytest.raises(searcher.UsageError) as raised:
        index.kwic("budget", **options)  # type: ignore[arg-type]
    assert str(raised.value) == message


def test_a_strict_order_tells_case_and_accents_apart() -> None:
    words = ["été", "Ete", "ete", "Été", "etes", "ete"]
    lines = [
        searcher.Line(f"a{number}", None, None, "", None, 0, 3, "", "mot", f"{word} fin")
        for number, word in enumerate(words)
    ]

    def ordered(strict: bool) -> list[str]:
        by = concordance.keys("1R", context=2, strict=strict)
        return [line.right.split()[0] for line in concordance.arranged(lines, by)]

    assert ordered(strict=False) == ["été", "Ete", "ete", "Été", "ete", "etes"]
    assert ordered(strict=True) == ["Ete", "ete", "ete", "Été", "été", "etes"]
