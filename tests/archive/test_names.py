"""Names, pairs and articles like others, on archives made for the purpose, on every engine."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

import searcher
from searcher.analysis.mentions import both, mentioned, pair
from searcher.analysis.naming import kind_of
from searcher.article import NAME, PAIR, PERSON, WHOLE, Article, as_value
from searcher.results.names import ratio

FIRST = "Anne Paul Hugo Léa Karim Sonia Marc Julie Louis Nadia".split()
LAST = "Roussel Tavernier Castellan Vasseur Mazet Kerlan Lombard Ferrara Belhadj Ouertani".split()
PEOPLE = [f"{first} {last}" for first, last in zip(FIRST, LAST, strict=True)]
TOPICS = ["budget", "grève", "incendie", "élection"]


def records() -> list[dict[str, str]]:
    """400 articles; in those about an *incendie*, Anne Roussel and Paul Tavernier stand together more often than elsewhere."""
    rng = random.Random(3)
    made = []
    for number in range(400):
        topic = TOPICS[number % 4]
        persons = rng.sample(PEOPLE, 2)
        text = f"Un article sur le sujet : {topic}. Selon {persons[0]}, rien ne presse. Mais {persons[1]} proteste."
        if topic == "incendie":
            text += " Ici, Anne Roussel a rencontré Paul Tavernier."
        filler = " ".join(rng.choices("maison route pont rivière marché école gare place forêt usine".split(), k=12))
        made.append({"id": f"a{number}", "title": f"Titre {number}", "text": f"{text} On y voit {filler}."})
    return made


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    place = tmp_path_factory.mktemp("names")
    file = place / "a.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in records()), "utf-8")
    searcher.update(place / "index", [file], engine=request.param)
    with searcher.open(place / "index") as opened:
        yield opened


def articles() -> list[tuple[Article, dict[str, list[str | None]]]]:
    made = []
    for each in records():
        article = Article(each["id"], each["text"], each["title"])
        terms = mentioned(article)
        held = {name: [as_value(term) for term in terms[WHOLE[name]].split()] for name in (NAME, PERSON, PAIR)}
        made.append((article, held))
    return made


def test_names_are_counted_exactly(index: searcher.Index) -> None:
    made = articles()
    inside = [held for article, held in made if "incendie" in article.text]
    everywhere = Counter(name for _, held in made for name in held[NAME])
    here = Counter(name for held in inside for name in held[NAME])
    found = index.names("incendie")
    assert (found.total, found.volume) == (len(inside), len(made))
    assert {row.name for row in found.rows} == {"Anne Roussel", "Paul Tavernier"}
    for row in found.rows:
        assert row.articles == here[row.name]
        assert row.elsewhere == everywhere[row.name] - here[row.name]
        assert row.ratio == pytest.approx(ratio(row.articles, row.elsewhere, 100, 300))
        assert row.kind == "person"


def test_an_article_has_the_names_that_are_counted(index: searcher.Index) -> None:
    for article, held in articles()[:40]:
        found = index.names_of(article.id)
        assert {each.name for each in found} == set(held[NAME]) - {None}
        assert [each.times for each in found] == sorted((each.times for each in found), reverse=True)
        for each in found:
            if each.start is not None:
                assert article.text[each.start].isupper()
    with pytest.raises(searcher.NotFound):
        index.names_of("nobody")


def test_the_planted_pair_comes_first(index: searcher.Index) -> None:
    for found in (index.pairs("incendie"), index.pairs(""), index.pairs("", order="likelihood")):
        assert found.rows[0].persons == ("Anne Roussel", "Paul Tavernier")


def test_an_example_is_a_sentence_with_both(index: searcher.Index) -> None:
    (first, *_) = index.pairs("incendie", examples=3).rows
    assert len({each.identifier for each in first.examples}) == 3
    for each in first.examples:
        article = index.get(each.identifier)
        assert article.text[each.start : each.end] == each.text
        assert all(person in each.text for person in first.persons)


def test_the_names_asked_for_are_left_out(index: searcher.Index) -> None:
    found = index.names("Roussel", order="articles")
    assert "Anne Roussel" not in {row.name for row in found.rows}
    assert "Paul Tavernier" in {row.name for row in found.rows}


def test_kinds_and_size_are_obeyed(index: searcher.Index) -> None:
    assert index.names("incendie", kinds=["place"]).rows == ()
    assert len(index.names("incendie", size=1).rows) == 1
    with pytest.raises(searcher.UsageError, match="ranked by ratio"):
        index.names("incendie", order="size")
    with pytest.raises(searcher.UsageError, match="the kinds of names are person"):
        index.names("incendie", kinds=["people"])


def test_a_filter_finds_what_is_counted(index: searcher.Index) -> None:
    (facet,) = index.facets("incendie", "person", size=3)
    for each in facet.values:
        assert index.search("incendie", filters={"person": each.value}).total == each.articles


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ('personne:"Anne Roussel"', 'nom:"anne roussel"'),
        ("personne:roussel", "name:Roussel"),
        ('person:"Anne Tavernier"', "personne:zzz"),
        ("personne:Rou*", "personne:Roussel"),
    ],
)
def test_the_query_language_finds_names(index: searcher.Index, query: str, same: str) -> None:
    assert index.search(query).total == index.search(same).total
    wanted = sum("Anne Roussel" in held[PERSON] for _, held in articles())
    assert index.search(query).total in (wanted, 0)


def test_an_index_without_names_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Anne Roussel parle.", "utf-8")
    searcher.update(tmp_path / "index", [tmp_path / "a.txt"], without=["names"])
    with searcher.open(tmp_path / "index") as opened:
        with pytest.raises(searcher.UsageError, match="made without names"):
            opened.names("Roussel")
        assert [note.kind for note in opened.search("personne:Roussel").notes] == ["without"]
        assert opened.search("Roussel").notes == ()


DISPATCH = (
    "Le tribunal a ordonné la fermeture de l'usine au bord du fleuve, où deux cents ouvriers fabriquaient des vannes depuis "
    "trente ans, et le repreneur attendu depuis le printemps n'a pas donné suite. Dans la cour, personne ne croyait plus aux "
    "promesses faites avant l'été par le groupe étranger, dont les comptes n'ont jamais été montrés aux élus du personnel. "
    "Devant les grilles, Wanda Tavernel a parlé à Oscar Brissac de la suite du combat, pendant que les machines partaient "
    "une à une sur des camions sans plaque vers un port lointain. Les salaires seront payés jusqu'à la fin du mois, puis "
    "viendra la liste des départs que chacun redoute."
)


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_dispatch_counts_once_however_often_it_is_printed(tmp_path: Path, engine: str) -> None:
    if engine == "tantivy":
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    copies = [
        {"id": f"c{n}", "source": f"S{n}", "text": f"Édition numéro {n}. Un incendie. {DISPATCH}"} for n in range(30)
    ]
    copies.append({**copies[0], "id": "again", "source": "other"})  # the same content
    file = tmp_path / "a.jsonl"
    for name, made in (("plain", [*records(), copies[0]]), ("copied", [*records(), *copies])):
        file.write_text("".join(json.dumps(each) + "\n" for each in made), "utf-8")
        searcher.update(tmp_path / name, [file], engine=engine)
    with searcher.open(tmp_path / "plain") as plain, searcher.open(tmp_path / "copied") as copied:
        assert copied.search("incendie").total == plain.search("incendie").total + 30
        for query in ("incendie", "budget", "Roussel", "usine"):
            assert copied.names(query, size=100) == plain.names(query, size=100)
            assert copied.pairs(query, size=100) == plain.pairs(query, size=100)
        assert copied.pairs("", size=100) == plain.pairs("", size=100)
        several = copied.names("usine", filters={"source": ["S3", "S7", "other"]})
        assert several.total == 1
        assert not {hit.article.id for hit in copied.similar("c3", limit=50).hits} & {each["id"] for each in copies}


def test_pairs_are_those_of_one_sentence() -> None:
    article = Article(
        "a", "Anne Roussel voit Paul Tavernier. Hugo Castellan dort. Léa Vasseur, Paul Tavernier et Anne Roussel."
    )
    told = [as_value(term) for term in mentioned(article)[WHOLE[PAIR]].split()]
    wanted = [("Anne Roussel", "Paul Tavernier"), ("Léa Vasseur", "Paul Tavernier"), ("Anne Roussel", "Léa Vasseur")]
    assert sorted(map(str, told)) == sorted(pair(one, other) for one, other in wanted)
    assert both(pair("b", "a")) == ("a", "b")


def test_a_long_list_makes_no_pairs() -> None:
    many = ", ".join(f"{first} {last}" for first, last in list(combinations(FIRST, 2))[:13])
    assert mentioned(Article("a", f"On a vu {many}."))[WHOLE[PAIR]] == "∅"


@pytest.mark.parametrize(
    ("name", "kind"), [("Anne Roussel", "person"), ("ONU", "organisation"), ("Lyon", "place"), ("Zzyx", "other")]
)
def test_a_name_may_tell_its_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind


# ── more like this ────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = [
    f"{a}{b}{c}{d}" for a in "bcdfglmnprst" for b in "aeiou" for c in "lmnrst" for d in ("ot", "in", "on", "ane", "ier")
]


def halves() -> list[dict[str, str]]:
    """The two halves of 60 texts, each text with some words of its own."""
    rng = random.Random(8)
    made = []
    for number in range(60):
        own = rng.sample(WORDS, 14)
        for half in "ab":
            words = rng.choices(own, k=30) + rng.choices(WORDS, k=50)
            rng.shuffle(words)
            made.append({"id": f"{half}{number}", "text": " ".join(words)})
    return made


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def halved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searcher.Index]:
    if request.param == "tantivy":
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    place = tmp_path_factory.mktemp("similar")
    file = place / "a.jsonl"
    texts = halves()
    copied = texts[0]["text"]
    texts.append({"id": "copy", "text": f"Un autre début pour ce texte. {copied}"})
    file.write_text("".join(json.dumps(each) + "\n" for each in texts), "utf-8")
    searcher.update(place / "index", [file], engine=request.param)
    with searcher.open(place / "index") as opened:
        yield opened


def test_a_half_finds_its_other_half_first(halved: searcher.Index) -> None:
    right = sum(halved.similar(f"a{number}", limit=1).hits[0].article.id == f"b{number}" for number in range(60))
    assert right >= 57, f"{right} of 60"


def test_itself_and_its_copies_are_left_out(halved: searcher.Index) -> None:
    assert not {"a0", "copy"} & {hit.article.id for hit in halved.similar("a0", limit=50).hits}


def test_a_text_is_compared_as_an_article_is(halved: searcher.Index) -> None:
    text = halves()[2]["text"]
    assert halved.similar(text=text, limit=1).hits[0].article.id == "b1"
    with pytest.raises(searcher.UsageError, match="like what"):
        halved.similar()
    with pytest.raises(searcher.NotFound):
        halved.similar("nobody")


def test_shared_words_are_printed_as_the_article_has_them_and_once(tmp_path: Path) -> None:
    text = "Jean-Pierre Marchal et Édouard Viau ouvrent la chocolaterie. Édouard Viau et Jean-Pierre Marchal saluent. "
    file = tmp_path / "a.jsonl"
    articles = [{"id": f"{n}", "title": f"Annonce {n}", "text": text + f"Mot{n} " * 40} for n in range(3)]
    file.write_text("".join(json.dumps(each) + "\n" for each in articles), "utf-8")
    searcher.update(tmp_path / "index", [file])
    with searcher.open(tmp_path / "index") as opened:
        found = opened.similar("0")
    assert len(found.hits) == 2
    assert "jeanpierr" not in found.words
    assert "Jean-Pierre" in found.words
    for hit in found.hits:
        assert {"Jean-Pierre Marchal", "Édouard Viau"} <= set(hit.matched)
        assert not {"Jean", "Pierre", "Jean-Pierre", "Édouard", "Viau"} & set(hit.matched)


def test_several_articles_are_added_up(halved: searcher.Index) -> None:
    found = [hit.article.id for hit in halved.similar("a3", "a9", limit=2).hits]
    assert sorted(found) == ["b3", "b9"]


def test_shared_words_are_in_both(halved: searcher.Index) -> None:
    texts = {each["id"]: each["text"].split() for each in halves()}
    for hit in halved.similar("a5", limit=3).hits:
        assert 0 < len(hit.matched) <= 5
        assert set(hit.matched) <= set(texts["a5"])


def test_engines_agree(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in halves()), "utf-8")
    pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    told = []
    for engine in ("whoosh", "tantivy"):
        searcher.update(tmp_path / engine, [file], engine=engine)
        with searcher.open(tmp_path / engine) as opened:
            found = [opened.similar(f"a{n}", limit=5).hits for n in range(20)]
            told.append([[(hit.article.id, hit.matched) for hit in hits] for hits in found])
    assert told[0] == told[1]
