"""Quotes of an archive, on every engine: who said what, as the articles themselves give it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import searcher
from searcher.analysis.quotations import Kind, quotations
from searcher.results.quotes import words_of

TEXTS = {
    "a1": "« Le budget est voté », a dit Emmanuel Macron. Léa Roy a répondu que « rien n'est fini pour les écoles ».",
    "a2": "« Nous baisserons les impôts en mars », a promis M. Macron. Emmanuel Macron parlait à Lyon.",
    "a3": "Vladimir Poutine a parlé. « Le budget de la Russie est à nous », a-t-il lancé.",
    "a4": "Selon un témoin, « la maison a brûlé en une heure ». La préfecture du Doubs a affirmé que le feu était éteint.",
    "a5": "Personne n'a rien dit. Emmanuel Macron et Léa Roy étaient absents.",
    "a6": "« Jean Macron Roy habite ici depuis toujours », dit Anne Vial. « Léa et Emmanuel sont partis hier », dit Paul Viau.",
}


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    place = tmp_path_factory.mktemp("quotes")
    file = place / "a.jsonl"
    lines = (json.dumps({"id": name, "text": text, "date": f"2020-0{name[1]}"}) for name, text in TEXTS.items())
    file.write_text("\n".join(lines), "utf-8")
    searcher.update(place / "index", [file], engine=request.param)
    with searcher.open(place / "index") as opened:
        yield opened


def said(quotes: Iterator[searcher.Quote]) -> list[tuple[str, str | None, str]]:
    return [(quote.id, quote.speaker, quote.text) for quote in quotes]


def test_without_a_query_it_gives_every_quote(index: searcher.Index) -> None:
    """The same that the rules find in each text, in the order of articles and texts."""
    for indirect in (False, True):
        expected = [
            (name, each.speaker, text[each.start : each.end])
            for name, text in TEXTS.items()
            for each in quotations(text)
            if indirect or each.kind is Kind.DIRECT
        ]
        assert said(index.quotes(indirect=indirect, sort="date")) == expected
        assert len(expected) >= 7


def test_an_article_has_its_quotes(index: searcher.Index) -> None:
    for name in TEXTS:
        assert index.quotes_of(name) == tuple(quote for quote in index.quotes() if quote.id == name)
    with pytest.raises(searcher.NotFound):
        index.quotes_of("nobody")


def test_a_quote_says_where_it_stands(index: searcher.Index) -> None:
    for quote in index.quotes(indirect=True):
        text = TEXTS[quote.id]
        assert text[quote.start : quote.end] == quote.text
        assert quote.date == f"2020-0{quote.id[1]}"
        assert all(words in text for words in (quote.mention, quote.cue) if words is not None)


@pytest.mark.parametrize(
    ("by", "articles"),
    [
        ("Macron", ["a1", "a2"]),
        ("macron", ["a1", "a2"]),
        ("Emmanuel Macron", ["a1", "a2"]),
        ("Emmanuel", ["a1", "a2"]),
        ("Léa Roy", ["a1"]),
        ("lea-roy", ["a1"]),
        ("Putin", ["a3"]),
        ("Vladimir Putin", ["a3"]),
        ("Macron Léa", []),
        ("Jean Macron", []),
        ("Vial Paul", []),
        ("témoin", []),
        (" ", ["a1", "a2", "a3", "a4", "a6"]),
        (",", []),
    ],
)
def test_a_speaker_is_found_by_part_of_the_name_in_any_spelling(
    index: searcher.Index, by: str, articles: list[str]
) -> None:
    found = list(index.quotes(by=by, sort="date"))
    assert list(dict.fromkeys(quote.id for quote in found)) == articles


def test_by_is_a_look_up_that_forgets_nobody(index: searcher.Index) -> None:
    """Asking for each speaker in turn gives every quote that has a speaker."""
    everything = Counter(
        (quote.speaker, quote.id, quote.start) for quote in index.quotes(indirect=True) if quote.speaker
    )
    speakers = {speaker for speaker, _, _ in everything if speaker}
    by_turns = Counter(
        (quote.speaker, quote.id, quote.start)
        for speaker in speakers
        for quote in index.quotes(by=speaker, indirect=True)
        if quote.speaker == speaker
    )
    assert by_turns == everything


@pytest.mark.parametrize(
    ("query", "about", "articles"),
    [
        ("", "budget", ["a1", "a3"]),
        ("", "budgets", ["a1", "a3"]),
        ("", "le budget", ["a1", "a3"]),
        ("", '"budget de la Russie"', ["a3"]),
        ("", "impôts mars", ["a2"]),
        ("", "budget impôts", []),
        ("budget", "", ["a1", "a3"]),
        ("budget", "écoles", ["a1"]),
        ("cité:Macron", "", ["a1", "a2"]),
        ('quote:"Emmanuel Macron"', "", ["a1", "a2"]),
        ('cité:"Macron Léa"', "", []),
        ("cité:doubs", "", ["a4"]),
    ],
)
def test_the_query_is_of_articles_and_about_is_of_quotes(
    index: searcher.Index, query: str, about: str, articles: list[str]
) -> None:
    assert list(dict.fromkeys(quote.id for quote in index.quotes(query, about=about, sort="date"))) == articles


def test_dates_and_filters_hold(index: searcher.Index) -> None:
    assert {quote.id for quote in index.quotes(by="Macron", since="2020-02")} == {"a2"}
    assert {quote.id for quote in index.quotes(filters={"speaker": ["Vladimir Poutine"]})} == {"a3"}


def test_facets_count_articles_by_speaker(index: searcher.Index) -> None:
    (facet,) = index.facets("", "speaker")
    counted = {value.value: value.articles for value in facet.values}
    assert counted["Emmanuel Macron"] == 2
    assert counted["préfecture du Doubs"] == 1
    assert counted[None] == 1


def test_an_index_made_without_quotes_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a1", "text": TEXTS["a1"]}), "utf-8")
    searcher.update(tmp_path / "index", [tmp_path / "a.jsonl"], without=["quotes"])
    with searcher.open(tmp_path / "index") as index:
        with pytest.raises(searcher.UsageError, match="without quotes"):
            next(index.quotes())
        notes = [note.message for note in index.search("cité:Macron").notes]
        assert any("without quotes" in message for message in notes)


def test_words_of_a_name_forget_case_accents_and_hyphens() -> None:
    assert words_of("Jean-Luc MÉLENCHON") == words_of("jean luc melenchon")
