"""Facets and timelines of an open index: the number beside a value is what asking for the value gives."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import searcher
from searcher.engines import ENGINES

SOURCES = ["AFP", "Le Monde", "Libération", None]
AUTHORS = ["Léa Roy", "Jean Petit", None]
LANGUAGES = ["fr", "en", None]
DATES = ["2019", "2019-05", "2020-01-07", "2020-01-08", "2020-02", "2021-12-31", "2020-02-03T10:00:00+01:00", None]
WORDS = "budget police école mairie grève hôpital".split()


def archive(count: int, seed: int) -> list[dict[str, object]]:
    rng = random.Random(seed)
    return [
        {
            "id": f"a{number}",
            "title": rng.choice(WORDS),
            "text": " ".join(rng.choices(WORDS, k=6)) + f" numéro {number}.",
            "source": rng.choice(SOURCES),
            "author": rng.choice(AUTHORS),
            "language": rng.choice(LANGUAGES),
            "date": rng.choice(DATES),
        }
        for number in range(count)
    ]


@pytest.fixture(scope="module", params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    """An archive in several segments, some articles of which were changed and some removed."""
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    place = tmp_path_factory.mktemp(f"facets-{request.param}")
    for step, articles in enumerate((archive(120, 1), archive(150, 2)[20:], archive(90, 3))):
        lines = "".join(f"{json.dumps(each)}\n" for each in articles)
        (place / f"articles-{step % 2}.jsonl").write_text(lines, "utf-8")
        searcher.update(place / "index", [place], engine=request.param, jobs=1)
    with searcher.open(place / "index") as index:
        yield index


def states(count: int) -> Iterator[searcher.Ask]:
    """Random questions with random filters."""
    rng = random.Random(20201121)
    values: dict[str, list[str | None]] = {
        "source": [*SOURCES, "Nobody"],
        "author": [*AUTHORS],
        "language": [*LANGUAGES],
        "year": ["2019", "2020", "2021", "1999", None],
    }
    for _ in range(count):
        fields = rng.sample(sorted(values), rng.randrange(4))
        filters = {field: rng.sample(values[field], rng.randint(1, 2)) for field in fields}
        query = rng.choice(["", "budget", "police école", "budget -grève", "mairie introuvable", "date:2020 police"])
        yield searcher.Ask(query, filters=filters)


def test_the_number_beside_a_value_is_what_asking_for_it_gives(index: searcher.Index) -> None:
    for ask in states(60 if index.about.engine == "tantivy" else 200):
        chosen = dict(ask.filters)
        for facet in index.facets(ask, "source", "author", "language", "year", size=3):
            others = tuple(each for each in ask.filters if each[0] != facet.field)
            for each in facet.values:
                alone = searcher.Ask(ask.query, filters=dict((*others, (facet.field, (each.value,)))))
                assert each.articles == index.search(alone, limit=1).total, (ask, facet.field, each)
            shown = {each.value for each in facet.values if each.chosen}
            assert shown == set(chosen.get(facet.field, ())), "a chosen value stays listed"


def test_a_facet_lists_the_most_frequent_first_and_says_how_many_there_are(index: searcher.Index) -> None:
    (facet,) = index.facets("", "source", size=2)
    counts = [each.articles for each in facet.values]
    assert (len(counts), facet.distinct, facet.complete) == (2, 4, True)
    assert counts == sorted(counts, reverse=True)
    (years,) = index.facets("", "year")
    assert [each.value for each in years.values] == ["2021", "2020", "2019", None]


def test_it_refuses_a_facet_of_what_is_not_counted(index: searcher.Index) -> None:
    with pytest.raises(searcher.UsageError, match="facets are of source, author"):
        index.facets("budget", "title")
    with pytest.raises(searcher.UsageError, match="a year is four digits"):
        index.search("budget", filters={"year": "mai 68"})


def test_a_timeline_counts_every_article_once(index: searcher.Index) -> None:
    for ask in states(40):
        for step in ("auto", "month", "year"):
            made = index.timeline(ask, step=step, headlines=False)
            placed = sum(each.articles for each in made.buckets) + sum(each.articles for each in made.imprecise)
            assert placed + made.undated == made.total == index.search(ask, limit=1).total


def test_the_volume_of_a_timeline_is_that_of_the_same_filters_without_the_words(index: searcher.Index) -> None:
    for query in ("budget source:AFP", "budget -grève source:AFP", '"budget police" source:AFP -source:Libération'):
        made = index.timeline(query, step="year")
        assert made.volume == index.search("source:AFP", limit=1).total
    without = index.timeline("budget -source:AFP", step="year")
    assert without.volume == index.search("-source:AFP", limit=1).total


def test_a_burst_is_headed_by_its_leading_article(tmp_path: Path) -> None:
    records = [
        {"id": f"d{day}-{number}", "title": f"Titre {number}", "text": text, "date": f"2020-03-{day:02}"}
        for day in range(1, 29)
        for number in range(10)
        for text in ["Une grève est annoncée." if (10 <= day < 13 and number < 8) or number == 0 else "Rien ce jour."]
    ]
    records[95]["title"] = "La grève générale : grève, grève et grève"
    (tmp_path / "articles.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in records), "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "articles.jsonl"])
    with searcher.open(tmp_path / "index") as opened:
        made = opened.timeline("grève")
        (burst,) = made.bursts
        assert (burst.label, burst.articles) == ("2020-03-10 – 2020-03-12", 24)
        assert burst.headline == "La grève générale : grève, grève et grève"


def test_it_refuses_a_step_that_there_is_not(index: searcher.Index) -> None:
    with pytest.raises(searcher.UsageError, match="a step is auto, day, week"):
        index.timeline("budget", step="hour")
