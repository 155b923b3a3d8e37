"""Saved searches: what came since, once, with exactly the search's meaning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searcher
from searcher.archive import alerts
from searcher.archive.alerts import SavedSearches
from searcher.engines import ENGINES


class Place:
    """An archive of one file, its index, and saved searches."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.engine = engine
        self.articles: dict[str, str] = {}
        self.file, self.index = folder / "articles.jsonl", folder / "index"
        self.searches = SavedSearches(folder / "saved.toml", folder / "seen.json")

    def hold(self, **articles: str) -> None:
        """Changes or adds articles, and brings the index up to date."""
        self.articles |= articles
        self.write()
        searcher.update(self.index, [self.file.parent / "articles.jsonl"], engine=self.engine, jobs=1)

    def write(self) -> None:
        lines = (json.dumps({"id": name, "text": text}) for name, text in self.articles.items())
        self.file.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def save(self, name: str, query: str, **options: Any) -> None:
        self.searches.save(name, searcher.Ask(query, **options), index=self.index)

    def new(self, *names: str, peek: bool = False) -> dict[str, list[str]]:
        return {each.saved.name: [hit.article.id for hit in each.hits] for each in self.searches.news(names, peek=peek)}


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    made = Place(tmp_path, request.param)
    made.hold(a="Le budget de la ville.", b="La police du quartier.")
    return made


def test_it_shows_what_came_since_once(place: Place) -> None:
    place.save("budget", "budget")
    assert place.new() == {"budget": []}
    place.hold(c="Un budget nouveau.", d="Rien de neuf.", e="Encore un budget.", f="Budget, budget !")
    assert place.new(peek=True) == {"budget": ["f", "c", "e"]}
    assert {name: sorted(ids) for name, ids in place.new().items()} == {"budget": ["c", "e", "f"]}
    assert place.new() == {"budget": []}


def test_an_edited_article_is_shown_once_more(place: Place) -> None:
    place.save("budget", "budget")
    place.hold(a="Le budget de la ville, corrigé.", c="Un budget nouveau.")
    (news,) = place.searches.news(peek=True)
    assert ({hit.article.id for hit in news.hits}, news.changed) == ({"a", "c"}, ("a",))
    assert {name: sorted(ids) for name, ids in place.new().items()} == {"budget": ["a", "c"]}
    assert place.new() == {"budget": []}
    place.hold(a="Le budget de la ville.", c="Un budget nouveau, corrigé.")
    (news,) = place.searches.news()
    assert news.changed == ("c",)  # a has its first text again, which was shown


def test_a_rebuild_and_a_renamed_file_repeat_nothing(place: Place) -> None:
    place.save("budget", "budget")
    searcher.update(place.index, [place.file], engine=place.engine, rebuild=True, jobs=1)
    assert place.new() == {"budget": []}
    place.file = place.file.rename(place.file.with_name("autrement.jsonl"))
    searcher.update(place.index, [place.file], engine=place.engine, rebuild=True, jobs=1)
    assert place.new() == {"budget": []}


def test_an_index_made_anew_is_said_and_shown_whole(place: Place) -> None:
    import shutil

    place.save("budget", "budget")
    shutil.rmtree(place.index)
    place.hold(z="Un autre budget.")
    (news,) = place.searches.news()
    assert (news.restarted, sorted(hit.article.id for hit in news.hits)) == (True, ["a", "z"])
    assert place.new() == {"budget": []}


def test_an_alert_on_a_phrase_never_fires_on_scattered_words(place: Place) -> None:
    place.save("phrase", '"budget municipal"')
    place.save("words", "budget municipal")
    place.hold(c="Le budget, puis un conseil municipal.", d="Un conseil municipal.", e="Un budget.")
    assert place.new() == {"phrase": [], "words": ["c"]}
    place.hold(f="Le budget municipal est voté.")
    assert place.new() == {"phrase": ["f"], "words": ["f"]}


def test_what_was_not_asked_for_does_not_count_as_shown(place: Place) -> None:
    place.save("a", "budget")
    place.save("b", "budget")
    place.hold(c="Un budget nouveau.")
    for news in place.searches.news():
        assert news.saved.name == "a"
        break  # as when nobody reads any more
    assert place.new() == {"a": ["c"], "b": ["c"]}


def test_filters_dates_and_options_are_kept(place: Place) -> None:
    ask = searcher.Ask(
        'budget "de la ville" -école',
        filters={"source": ["Le « Monde »", None]},
        since="2020",
        sort="-date",
        variants=None,
    )
    place.searches.save("tout", ask, index=place.index, note="à suivre")
    kept = place.searches.get("tout")
    assert (kept.ask, kept.note) == (searcher.Ask(ask.query, **_options(ask), timeout=None), "à suivre")


def _options(ask: searcher.Ask) -> dict[str, Any]:
    return {
        "filters": {field: list(values) for field, values in ask.filters},
        "since": ask.since,
        "sort": ask.sort,
        "variants": ask.variants,
    }


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_query_and_note_can_be_written_and_read(query: str, note: str) -> None:
    import tomllib

    saved = searcher.Saved("nom", searcher.Ask(query), "/index", note, "2020-01-01T00:00:00+00:00")
    read = tomllib.loads(alerts._toml([saved]))["nom"]
    assert read["query"] == query.encode("utf-8", "replace").decode("utf-8")
    assert read.get("note", "") == note.encode("utf-8", "replace").decode("utf-8")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("not toml", "it cannot be read"),
        ("[a]\nindex = '/i'", "the search 'a' cannot be understood"),
        ("[a]\nquery = 'x'\nindex = '/i'\ncolour = 'red'", "no key is called colour"),
        ("[a]\nquery = 'x'\nindex = '/i'\nsort = 'down'", "sort can be"),
        ("a = 1", "the search 'a' cannot be understood"),
    ],
)
def test_a_file_that_cannot_be_understood_is_named(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "saved.toml").write_text(written)
    with pytest.raises(searcher.UsageError, match=said):
        list(SavedSearches(tmp_path / "saved.toml", tmp_path / "seen.json"))


def test_names_are_taken_once_and_removed(place: Place) -> None:
    place.save("budget", "budget")
    with pytest.raises(searcher.UsageError, match="to replace it: --replace"):
        place.save("budget", "police")
    place.searches.save("budget", searcher.Ask("police"), index=place.index, again=True)
    assert [each.ask.query for each in place.searches] == ["police"]
    place.searches.forget("budget")
    with pytest.raises(searcher.NotFound, match="no search is saved as 'budget'"):
        place.searches.get("budget")
    with pytest.raises(searcher.UsageError, match="a name is up to 64"):
        place.save("../../etc", "budget")


def test_it_says_which_saved_searches_a_text_meets(place: Place, tmp_path: Path) -> None:
    place.save("budget", "budget")
    place.save("phrase", '"conseil municipal"')
    (tmp_path / "texte.txt").write_text("Titre: Vote\n\nLe conseil, qui est municipal, vote les budgets.", "utf-8")
    met = [(saved.name, hit.article.title) for saved, hit in place.searches.matching([tmp_path / "texte.txt"])]
    assert met == [("budget", "Vote")]
    (tmp_path / "vide.txt").write_text("")
    with pytest.raises(searcher.UsageError, match="nothing could be read"):
        list(place.searches.matching([tmp_path / "vide.txt"]))


def test_a_feed_holds_what_came_last(place: Place) -> None:
    place.hold(**{f"n{number}": f"Un budget numéro {number}." for number in range(12)})
    with searcher.open(place.index) as index:
        assert {hit.article.id for hit in index.latest("budget", limit=5)} == {f"n{each}" for each in range(7, 12)}
        assert len(index.latest("budget", limit=100)) == 13
        assert index.latest("introuvable") == ()
