"""What the reader of HTML makes of pages: the fields, where each comes from, the text without boilerplate, and damage."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source

pytest.importorskip("trafilatura", reason="the extra [html] is not installed")

from searcher.readers.web.boilerplate import boilerplate, byline
from searcher.readers.web.dates import url_date
from tests import places

SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
SHARED = places.SHARED / "formats" / "html_orange"
FIRST = "Le conseil municipal a voté lundi soir la reconstruction du pont de pierre, fermé depuis la crue de janvier."
SECOND = "« Nous ne pouvions plus attendre », a expliqué le maire, qui promet une réouverture avant la fin de l’été prochain."
THIRD = (
    "Les travaux coûteront quatre millions d’euros, dont la moitié à la charge du département, selon nos informations."
)
PROSE = f"<p>{FIRST}</p><h2>Une dépense lourde</h2><p>{SECOND}</p><p>{THIRD}</p>"
TEXT = f"{FIRST}\n\nUne dépense lourde\n\n{SECOND}\n\n{THIRD}"


def found(html: str | bytes, **declared: Any) -> Article | Problem:
    (only,) = (each for each in everything(html, **declared) if isinstance(each, Article) or each.kind != "noted")
    return only


def everything(html: str | bytes, **declared: Any) -> list[Article | Problem]:
    raw = html.encode() if isinstance(html, str) else html
    return list(read(Source("pont.html", "pont.html", len(raw), content=raw, **declared), form="html"))


def article(html: str | bytes, **declared: Any) -> Article:
    only = found(html, **declared)
    assert isinstance(only, Article), only
    return only


def page(
    head: str = "", body: str = f"<h1>Le pont sera reconstruit</h1><article>{PROSE}</article>", lang: str = "fr"
) -> str:
    return f"<!DOCTYPE html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def data(**said: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


def test_it_fills_every_field_from_what_the_page_declares() -> None:
    head = data(
        headline="Le pont sera reconstruit",
        datePublished="2020-07-02T19:19:00+02:00",
        dateModified="2020-07-05",
        author=[{"@type": "Person", "name": "Jeanne Dupont"}, {"name": "Paul Durand"}],
        publisher={"name": "La Gazette"},
        articleSection=["Région", "Ponts"],
        inLanguage="fr-FR",
        description=FIRST,
    )
    read = article(page(head + "<link rel=canonical href='https://gazette.example/region/pont.html'>"))
    assert read == Article(
        id="pont",
        title="Le pont sera reconstruit",
        text=TEXT,
        date="2020-07-02T19:19:00+02:00",
        source="La Gazette",
        author="Jeanne Dupont, Paul Durand",
        url="https://gazette.example/region/pont.html",
        language="fr",
        section="Région",
        path="pont.html",
        standfirst=FIRST,
        format="html",
    )


GRAPH = {
    "@graph": [
        {"@type": "WebSite", "name": "La Gazette"},
        {"@type": "Person", "@id": "#jd", "name": "Jeanne Dupont"},
        {"@type": ["Article"], "headline": "Le pont", "author": {"@id": "#jd"}, "datePublished": "2020-07-02"},
    ]
}
DATES = [
    (data(datePublished="2020-07-02") + "<meta property='article:published_time' content='2021-01-01'>", "", "2020-07-02"),
    ("<meta property='article:published_time' content='2020-07-02'>", "<time datetime=2021-01-01>x</time>", "2020-07-02"),
    ("<meta name='DC.date.issued' content='2020-07-02'>", "", "2020-07-02"),
    ("<meta name='cXenseParse:recs:publishtime' content='2020-07-02T10:00Z'>", "", "2020-07-02T10:00Z"),
    ("", "<meta itemprop=datePublished content='2020-07-02'>", "2020-07-02"),
    ("", "<time class=updated datetime=2021-01-01>x</time><time class=published datetime=2020-07-02>y</time>", "2020-07-02"),
    ("", "<p>Mis à jour le <time datetime=2021-01-01>x</time></p>", None),
    ("<link rel=canonical href='https://g.example/2020/07/02/pont/'>", "", "2020-07-02"),
    ("<link rel=canonical href='https://g.example/pont-20200702.html'>", "", "2020-07-02"),
    ("<link rel=canonical href='https://g.example/2020/07/pont/'>", "<p>Publié le 2 juillet 2020</p>", "2020-07-02"),
    ("<link rel=canonical href='https://g.example/2020/07/pont/'>", "", "2020-07"),
    ("", "<p>Par Jeanne Dupont, publié le jeudi 02 juillet 2020 à 19h19</p>", "2020-07-02T19:19"),
    ("<meta property='article:modified_time' content='2021-01-01'>", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "expected"), DATES)
def test_it_takes_the_date_of_publication_from_the_best_place(head: str, body: str, expected: str | None) -> None:
    assert article(page(head, f"<h1>Le pont</h1>{body}<article>{PROSE}</article>")).date == expected


@pytest.mark.parametrize(
    ("head", "h1", "expected"),
    [
        ("<title>Le pont - La Gazette</title><meta property=og:site_name content='La Gazette'>", "", "Le pont"),
        ("<title>Le pont : actualité automobile, infos, scoop</title>", "Le pont", "Le pont"),
        (
            data(headline="Le pont de pierre sera…"),
            "Le pont de pierre sera reconstruit",
            "Le pont de pierre sera reconstruit",
        ),
        (
            data(headline="Titre pour robots") + "<meta property=og:title content='Le vrai titre'>",
            "Le vrai titre",
            "Le vrai titre",
        ),
        ("<title>L&#39;été &amp;amp; l&eacute;gende</title>", "", "L'été & légende"),
        (data(headline="L&#039;&eacute;t&eacute;"), "", "L'été"),
        ("<title>Le pont ‹ La Gazette</title>", "", "Le pont"),
        ("<title>Guerre - paix</title>", "", "Guerre - paix"),
    ],
)
def test_it_takes_the_title_without_the_name_of_the_site(head: str, h1: str, expected: str) -> None:
    assert article(page(head, (f"<h1>{h1}</h1>" if h1 else "") + PROSE)).title == expected


def test_a_headline_that_leads_to_the_front_page_is_the_name_of_the_site() -> None:
    head = "<title>La Gazette | Le pont de pierre rouvre</title>"
    body = f"<h1><a href=/>La Gazette</a></h1><h2>Le pont de pierre rouvre</h2>{PROSE}"
    assert article(page(head, body)).title == "Le pont de pierre rouvre"


def test_it_follows_references_in_json_ld_and_survives_what_is_broken() -> None:
    head = f"<script type=application/ld+json>{{broken</script><script type=application/ld+json>{json.dumps(GRAPH)}</script>"
    read = article(page(head))
    assert (read.author, read.date, read.title) == ("Jeanne Dupont", "2020-07-02", "Le pont")


BOILERPLATE = [
    "<nav>Accueil Sports Culture et d’autres rubriques encore</nav>{}<footer>Mentions légales et conditions</footer>",
    "{}<aside>Les articles les plus lus de la semaine</aside>",
    "<p class=byline>Par Jeanne Dupont</p><p>Publié le 2 juillet 2020 à 19h19</p>{}",
    "{}<p>LIRE AUSSI &gt; Le pont de bois</p><p>Suivez-nous sur Facebook</p>",
    "{}<div class=newsletter><p>Recevez chaque matin l’essentiel de l’actualité dans votre boîte.</p></div>",
    "<figure><img src=x><figcaption>Le pont en hiver. © Photo Martin</figcaption></figure>{}",
    "<script>var x = '<p>Un texte qui n’en est pas un, mais qui en a tout l’air.</p>'</script>{}<style>p{{}}</style>",
    "{}<div class='related-articles'><ul><li><a href=x>Un autre pont</a><li><a href=y>Un tunnel</a></ul></div>",
    "{}<div class=comments><p>Un lecteur : je ne suis pas du tout d’accord avec cet article, voyez-vous.</p></div>",
    "<div style='display: none'><p>Ce que personne ne voit sur cette page, et c’est bien ainsi.</p></div>{}",
]


@pytest.mark.parametrize("around", BOILERPLATE)
@pytest.mark.parametrize(
    "inside", ["<div itemprop=articleBody>{}</div>", "<div class=entry-content>{}</div>", "<div>{}</div>"]
)
def test_it_reads_the_article_and_nothing_else(around: str, inside: str) -> None:
    read = article(page("<title>Le pont sera reconstruit</title>", inside.format(around.format(PROSE))))
    assert read.text == TEXT


def test_it_parts_paragraphs_at_line_breaks_where_they_are_prose() -> None:
    read = article(
        page("", f"<h1>Le pont</h1><div itemprop=articleBody>{FIRST}<br><br>{SECOND}<br>{THIRD}<br>rouge<br>vert</div>")
    )
    assert read.text.split("\n\n") == [FIRST, SECOND, THIRD, "rouge\nvert"]


def test_it_gives_json_ld_its_paragraphs_back() -> None:
    body = f"{FIRST} {SECOND} {THIRD} {FIRST[::-1]} {SECOND[::-1]}"
    shown = "".join(f"<p>{each}</p>" for each in (FIRST, SECOND, THIRD, FIRST[::-1], SECOND[::-1]))
    read = article(
        page(data(headline="Le pont", articleBody=body), f"<div><p>Rien à voir avec le sujet du jour.</p>{shown}</div>")
    )
    assert read.text.split("\n\n") == [FIRST, SECOND, THIRD, FIRST[::-1], SECOND[::-1]]


def test_it_takes_json_ld_where_the_page_shows_less() -> None:
    body = "\n\n".join((FIRST, SECOND, THIRD, FIRST[::-1], SECOND[::-1]))
    assert article(page(data(headline="Le pont", articleBody=body), f"<p>{FIRST}</p>")).text == body


ENCODED = [
    (page().encode(), None),
    (page().replace("charset='utf-8'", "charset=iso-8859-1").encode("cp1252"), None),
    (page().replace("<meta charset='utf-8'>", "").encode("cp1252"), None),
    (page().replace("<meta charset='utf-8'>", "").encode(), None),
    (page().encode("cp1252"), "windows-1252"),
    (page().encode("utf-16"), None),
    (page().encode() + b"\x00\x00", None),
]


@pytest.mark.parametrize(("raw", "declared"), ENCODED)
def test_it_reads_every_encoding(raw: bytes, declared: str | None) -> None:
    assert article(raw, encoding=declared).text == TEXT


def test_it_does_not_call_a_page_something_else_for_one_wrong_byte() -> None:
    raw = page().encode().replace(b"reconstruit", b"reconstruit\xe9", 1)
    assert SECOND in article(raw).text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Un fragment qui n’est pas une page.</p>", "Un fragment qui n’est pas une page."),
        ("<div>Un texte <b>sans</b> paragraphe</div>", "Un texte sans paragraphe"),
        ("<form id=aspnetForm><h1>Titre</h1>" + PROSE + "</form>", TEXT),
        ("<div class='layout has-sidebar sidebar-left'>" + PROSE + "</div>", TEXT),
        ("<table><tr><td>" + PROSE + "</td></tr></table>", TEXT),
    ],
)
def test_it_loses_no_text(html: str, expected: str) -> None:
    assert article(html).text == expected


@pytest.mark.parametrize("html", ["", " \n", "<html></html>", "<!-- rien -->", "<script>x</script>", "\0"])
def test_it_says_when_there_is_nothing(html: str) -> None:
    assert isinstance(found(html), Problem)


def test_it_refuses_more_than_ten_megabytes() -> None:
    assert found("a" * ((10 << 20) + 1)) == Problem("pont.html", "larger than 10 MB for one page")


HOSTILE = {
    "depth": "<div>" * 100_000 + PROSE,
    "tags": "<title>Titre</title>" + "<b><i>" * 50_000 + PROSE,
    "attributes": "<p " + " ".join(f"a{each}=1" for each in range(100_000)) + ">" + PROSE,
    "attribute": f"<p title='{'a' * 5_000_000}'>" + PROSE,
    "entities": "<p>&lol;&#0;&#xD800;&#99999999999;&amp;</p>" * 5_000 + PROSE,
    "zeros": "\0".join(PROSE),
    "json": "<script type=application/ld+json>" + "[" * 100_000 + "</script>" + PROSE,
    "scripts": "<script>" * 50_000 + PROSE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_on_hostile_pages(name: str) -> None:
    assert isinstance(found(HOSTILE[name]), Article | Problem)


@settings(max_examples=40)
@given(st.integers(), st.integers(0, 30))
def test_it_never_raises_on_damaged_pages(seed: int, flips: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(page(data(headline="Le pont", datePublished="2020-07-02", articleBody=TEXT)).encode())
    for _ in range(flips):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    assert isinstance(found(bytes(raw[: chance.randrange(1, len(raw) + 1)])), Article | Problem)


@pytest.mark.parametrize(
    "paragraph",
    ["LIRE AUSSI > Le pont", "À lire aussi : Le pont", "Suivez-nous sur Twitter", "Abonnez-vous à notre newsletter", "Partager",
     "Il vous reste 62.5% de cet article à lire.", "Temps de lecture : 4 min", "12 commentaires", "Publicité", "Read more"],
)  # fmt: skip
def test_it_knows_boilerplate(paragraph: str) -> None:
    assert boilerplate(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [FIRST, SECOND, "Merci.", "Lire est un plaisir.", "Il faut lire aussi entre les lignes.", "Suivez mon regard.", "* * *",
     "X", "1",      "Partager le pouvoir n’est pas son fort, dit-on à Paris.", "Réactions", "Voir Naples et mourir"],
)  # fmt: skip
def test_it_leaves_prose_alone(paragraph: str) -> None:
    assert not boilerplate(paragraph)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Par Jeanne Dupont", True),
        ("AFP, publié le jeudi 02 juillet 2020 à 19h19", True),
        ("Mis à jour le 3 juillet 2020", True),
        ("2 juillet 2020", True),
        ("Publié le", True),
        ("Dec 9, 2019 · 6 min read", True),
        ("Par trois fois, il a refusé de répondre", False),
        ("Le 2 juillet 2020, le pont a été fermé.", False),
        ("Par ailleurs, le livre publié en 2020 par le maire a rencontré son public dans toute la région.", False),
    ],
)
def test_it_knows_by_lines(line: str, expected: bool) -> None:
    assert byline(line) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/2020/07/02/pont", "2020-07-02"),
        ("https://a.example/2020/7/2/pont", "2020-07-02"),
        ("https://a.example/2020/07/pont", "2020-07"),
        ("https://a.example/20002-20130405ARTFIG00473-pont.php", "2013-04-05"),
        ("https://a.example/pont-2020-07-02.html", "2020-07-02"),
        ("https://a.example/2020/13/02/pont", None),
        ("https://a.example/presidentielle-2012/pont-4627068_4408996.html", None),
        ("https://a.example/?d=2020-07-02", None),
        ("https://[", None),
    ],
)
def test_it_reads_the_date_in_an_address(url: str, expected: str | None) -> None:
    assert url_date(url) == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pages are not here")
def test_it_reads_real_pages_exactly() -> None:
    rows = [json.loads(line) for line in (SHARED / "expected.jsonl").read_text("utf-8").splitlines()]
    wrong = []
    sample = rows[SEED % 4 :: 4]
    for row in sample:
        raw = (SHARED / row["file"]).read_bytes()
        read = article(raw)
        title = row["title"].removesuffix(" : actualité automobile, infos, scoop")
        if (read.text.split(), read.title.split(), read.date) != (
            row["text"].replace("\xad", "").split(),
            title.split(),
            row["published"],
        ):
            wrong.append(row["file"])
    assert wrong == [], f"SEED={SEED}"


# ── kinds of pages that real newsrooms saved ──────────────────────────────────────────────────────────────────────────

REOPENED = "".join(
    f"<p>{each}</p>"
    for each in (
        "Le conseil a voté lundi soir, après quatre heures de débat, la remise en service du phare de Kerval.",
        "« Les pêcheurs attendaient cette décision », a rappelé l’adjointe au port, qui promet une reprise avant l’été.",
        "Le département prendra à sa charge la moitié des réparations, estimées à deux millions d’euros.",
    )
)


def saved(body: str, head: str = "") -> Article:
    """The article of a page with a headline, `body` and the usual prose."""
    return article(
        f"<!DOCTYPE html><html lang='fr'><head><title>Le phare rouvre</title>{head}</head><body>{body}</body></html>".encode()
    )


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("<h1>Le phare rouvre</h1><p>Par <b>Jeanne Dupont</b> | 30 septembre 2018</p>{}", "2018-09-30"),
        ("<h1>Le phare rouvre</h1><p>Mise en ligne</p><p>23 mai 2019</p>{}", "2019-05-23"),
        ("<h1>Le phare rouvre</h1><p>Mis à jour</p><p>23 mai 2019</p>{}", None),
        ("<p class='date-header'>dimanche 5 juillet 2020</p><h1>Le phare rouvre</h1>{}", "2020-07-05"),
        ("<p class='clock'>dimanche 5 juillet 2020</p><h1>Le phare rouvre</h1>{}", None),
        ("<h1>Le phare rouvre</h1>{}<div id='forum'><p>Le 11 octobre 2018 à 12:57</p></div>", None),
        ("<h1>Le phare rouvre</h1><p>Publié le 3 mars 2020 | Mis à jour le 4 mars 2020</p>{}", "2020-03-03"),
        ("<h1>Le phare rouvre</h1><h2>Deux ans après le 13 novembre 2015</h2>{}", None),
        ("<h1>Le phare rouvre</h1><div>26 | 01 | 2022</div>{}", "2022-01-26"),
        ("<h1>Le phare rouvre</h1>{}<aside><time datetime='2013-03-03'>3 mars 2013</time></aside>", None),
        ("<article><h1>Le phare rouvre</h1><aside><p class='meta'>3 mars 2020</p></aside>{}</article>", "2020-03-03"),
        ("<h1>Le phare rouvre</h1><div><a>Jeanne Dupont</a>, 3 mars 2020<br>4 réactions</div>{}", "2020-03-03"),
        ("<h1>Le phare rouvre</h1><p>Clôture : 3 mars 2020</p>{}", None),
        (
            "<h1>Le phare rouvre</h1><div class='image'><img src=p><p>Le phare, le 3 mars 2020.© Martin</p></div>{}",
            None,
        ),
        ("<h1>Le phare rouvre</h1><blockquote class='tweet'><p>— Port (@port) 3 mars 2020</p></blockquote>{}", None),
        ("<header>Mardi 3 mars 2020</header><h1>Le phare rouvre</h1>{}", None),
        (
            "<h1>Le phare rouvre</h1>{}<div class=sidebar><ul><li>Mise en ligne <p>23 mai 2019</p></li></ul></div>",
            "2019-05-23",
        ),
        (
            '<script>window.data = {{"publishedAt": "2020-03-03T10:00:00Z"}}</script><h1>Le phare</h1>{}',
            "2020-03-03T10:00:00Z",
        ),
        (
            '<script>[{{"publishedAt": "2020-03-03"}}, {{"publishedAt": "2020-03-04"}}]</script><h1>Le phare</h1>{}',
            None,
        ),
    ],
)
def test_it_dates_a_page_by_its_own_by_line(body: str, date: str | None) -> None:
    assert saved(body.format(f"<div class='texte'>{REOPENED}</div>")).date == date


def test_it_takes_no_date_from_rows_of_other_articles() -> None:
    rows = "".join(f"<div class=row><a href={n}>Un bac</a> <i>{n} mars 2020</i></div>" for n in (3, 4))
    body = f"<h1>Le phare rouvre</h1><div>{rows}</div><div class='texte'>{REOPENED}</div><p>Publié le 5 mars 2020</p>"
    assert saved(body).date == "2020-03-05"


MEETING = [  # what the head declares, the line below the headline, the date
    (data(datePublished="2017-08-21"), "20 mars 2020 - 15:00", "2020-03-20T15:00"),
    (data(datePublished="2017-08-21", dateModified="2020-03-20"), "20 mars 2020", "2020-03-20"),
    (data(datePublished="2017-08-21", dateModified="2020-03-20"), "Mis à jour le 20 mars 2020", "2017-08-21"),
    (data(datePublished="2017-08-21"), "<b class=updated>20 mars 2020</b>", "2017-08-21"),
    (data(datePublished="2017-08-21"), "Par Jeanne Dupont | 20 mars 2020", "2020-03-20"),
    (data(datePublished="2017-08-21"), "<time datetime=2020-03-20>il y a peu</time>", "2017-08-21"),
    (data(datePublished="1970-01-01T00:00:00Z"), "Par Jeanne Dupont", None),
    (data(datePublished="2020-05-03"), "05.03.2020", "2020-05-03"),
    (data(datePublished="2020-03-21T01:12:00Z"), "20 mars 2020", "2020-03-20"),
    (
        data(datePublished="2020-01-04T07:29:00Z")
        + "<meta property=article:published_time content=2020-01-06T08:29:34>",
        "6 janvier 2020",
        "2020-01-06T08:29:34",
    ),
    ("<meta name=date content=2020-02-12>", "5 février 2020", "2020-02-05"),
    ("<meta name=date content=2020-02-12>", "Par Jeanne Dupont", "2020-02-12"),
    ("<meta name=dc.date.issued content=1988><meta name=citation_date content=2017-01-30>", "", "2017-01-30"),
    (data(datePublished="2017-08-21"), "Un phare qui fut éteint le 20 mars 2020", "2017-08-21"),
]


@pytest.mark.parametrize(("head", "line", "date"), MEETING)
def test_it_lets_a_by_line_correct_what_the_page_declares(head: str, line: str, date: str | None) -> None:
    assert saved(f"<h1>Le phare rouvre</h1><p>{line}</p><div class='texte'>{REOPENED}</div>", head).date == date


LEAD = f"<p class=chapo>{FIRST} {SECOND}</p>"


@pytest.mark.parametrize(
    ("between", "date"),
    [
        (f"{LEAD}<p>20 mars 2020</p>", "2020-03-20"),
        (f"{LEAD}<p>Publié le 20 mars 2020 à 15 h</p>", "2020-03-20T15:00"),
        (f"{LEAD}{LEAD}<p>20 mars 2020</p>", "2017-08-21"),  # within the text
        (f"<section>{LEAD}<figure><img src=p.jpg><i>Le phare, 20 mars 2020</i></figure></section>", "2017-08-21"),
        ("<p>Le phare éteint, le 20 mars 2020. Photo : Jeanne Dupont</p>", "2017-08-21"),
        ("<ul class='nav meta'><li><a href=/jour>20 mars 2020</a></li></ul>", "2020-03-20"),
        ("<ul class=nav><li><a href=/jour>20 mars 2020</a></li></ul>", "2017-08-21"),
        (
            "<p>Jeanne Dupont<b class='updated hidden'>2020-05-07T10:10:52+01:00</b><i>20 mars 2020</i></p>",
            "2020-03-20",
        ),
        ("<dl><dt>Date de parution<dd>20 mars 2020</dl>", "2020-03-20"),
        ("<dl><dt>Date d’effet<dd>20 mars 2020</dl>", "2017-08-21"),
        (
            f"<aside class=meta><p>20 mars 2020 - 13:30</p><p>Rubrique : {'Phares ' * 20}</p></aside>",
            "2020-03-20T13:30",
        ),
    ],
)
def test_it_tells_a_by_line_from_other_lines_with_a_day(between: str, date: str) -> None:
    body = f"<h1>Le phare rouvre</h1>{between}<div class='texte'>{REOPENED}</div>"
    assert saved(body, data(datePublished="2017-08-21")).date == date


@pytest.mark.parametrize(
    ("declared", "line", "date"),
    [
        ("2020-05-03", "Par Jeanne Dupont", "2020-03-20"),  # published again: its address keeps the first day
        ("2020-05-03", "3 mai 2020", "2020-05-03"),
        ("2020-03-21T09:00:00+01:00", "Par Jeanne Dupont", "2020-03-21T09:00:00+01:00"),
        ("2020-03-02", "Par Jeanne Dupont", "2020-03-02"),
    ],
)
def test_it_weighs_the_day_of_an_address_against_what_the_page_declares(declared: str, line: str, date: str) -> None:
    body = f"<h1>Le phare rouvre</h1><p>{line}</p><div class='texte'>{REOPENED}</div>"
    url = "https://gazette.example/2020/03/20/le-phare-rouvre"
    assert article(page(data(datePublished=declared), body), url=url).date == date


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<h1>Le phare rouvre</h1>{}<p><a href=/>Fait avec WordPress 4.8.12</a></p>"),
        ("", "<h1>Semaine du 14 - 20 janvier 2022</h1>{}"),
        ("", "<div class=header--topbar><p>Kerval, 4 °C</p><b>mardi (8 décembre 2020)</b></div><h1>Le phare</h1>{}"),
        ("", f"<h1>Le phare rouvre</h1>{{}}<div><img src=c.png><b>{FIRST} Relevé du 09.03.2016</b></div>"),
        ("<meta name=creation_date content=2000-11-10>", "<h1>Le phare rouvre</h1>{}"),
        (
            "",
            "<h1>Le phare rouvre</h1>{}<section id=reactions><ul><li><b>Zoé</b> 4 mars 2021<p>Bravo</p></ul></section>",
        ),
        ("", "<h1>Le phare rouvre</h1>{}<h3>Références</h3><ul><li>Dupont, Le bac, 12 mars 2019, p. 3</li></ul>"),
        ("", "<div class=date-jour>Dimanche 29 novembre 2020</div><main><h1>Le phare rouvre</h1>{}</main>"),
    ],
)
def test_it_gives_no_date_rather_than_one_of_something_else(head: str, body: str) -> None:
    assert saved(body.format(f"<div class='texte'>{REOPENED}</div>"), head).date is None


@pytest.mark.parametrize(
    ("body", "author"),
    [
        ("<h1>Le phare rouvre</h1><p>Jeanne Dupont, 30 septembre 2018</p>{}", "Jeanne Dupont"),
        ("<h1>Le phare rouvre</h1><span class='author'>Par Jeanne Dupont</span>{}", "Jeanne Dupont"),
        ("<h1>Le phare rouvre</h1>{}<div class='comments'><span class='author'>Zoé</span></div>", None),
        ("<h1>Le phare rouvre</h1><p class='author'><b>Auteur</b><i>Jeanne Dupont</i></p>{}", "Jeanne Dupont"),
        ("<h1>Le phare rouvre</h1><p class='author'>© Jeanne Dupont Jeanne Dupont</p>{}", "Jeanne Dupont"),
        (
            "<h1>Le phare rouvre</h1><p class='author'>La Gazette de Kerval SARL</p><p>Par Jeanne Dupont</p>{}",
            "Jeanne Dupont",
        ),
        ("<h1>Le phare rouvre</h1><p class='author'>Par</p>{}", None),
        ("<h1>Le phare rouvre</h1><p>Jeanne Dupont</p><p>Le 30 septembre 2018 à 18h02</p>{}", "Jeanne Dupont"),
        ("<h1>Le phare rouvre</h1><p>30 septembre 2018</p><p>Jeanne Dupont</p>{}", "Jeanne Dupont"),
        ("<h1>Le phare rouvre</h1><p>Pays de la Loire</p><p>30 septembre 2018</p>{}", None),
    ],
)
def test_it_finds_who_signs(body: str, author: str | None) -> None:
    assert saved(body.format(f"<div class='texte'>{REOPENED}</div>")).author == author


@pytest.mark.parametrize(
    ("body", "has", "lacks"),
    [
        (
            "<h1>Le phare rouvre</h1><div class='chapo'><p>Éteint depuis l’hiver, le phare éclairera de nouveau le chenal, "
            "ont décidé les élus.</p></div><div class='texte'>{}</div>",
            "Éteint depuis",
            None,
        ),
        ("<noscript><div><h1>Le phare rouvre</h1><article>{}</article></div></noscript>", "Le conseil a voté", None),
        (
            "<h1>Le phare rouvre</h1><div class='a'><div class='wp-image'><img src='p.jpg'><span>Le phare, photo: "
            "Archives</span></div>{}<ul><li>Imprimer</li><li>Permalien</li></ul></div>",
            "Le conseil a voté",
            "Archives",
        ),
        (
            "<h1>Le phare rouvre</h1><div class='a'>{}<h3>Sur le même sujet</h3><p>Le bac est en panne</p></div>",
            "Le conseil a voté",
            "en panne",
        ),
    ],
)
def test_it_takes_all_of_the_article_and_nothing_else(body: str, has: str, lacks: str | None) -> None:
    text = saved(body.format(REOPENED)).text
    assert has in text
    assert "deux millions" in text
    assert lacks is None or lacks not in text


LEAD = "Éteint depuis l’hiver, le phare éclairera de nouveau le chenal : les élus ont trouvé l’argent, pas encore le gardien."
CHAPTERS = [
    "<p>Première partie : le phare fut bâti en 1847 par deux frères de Kerval, maçons tous les deux, qui n’avaient jamais vu "
    "la mer.</p><p>On dit qu’ils ne la quittèrent plus, et que le plus jeune en devint le premier gardien.</p>",
    f"{REOPENED}{REOPENED.replace('lundi', 'mardi')}{REOPENED.replace('lundi', 'jeudi')}",
    "<p>Dernière partie : il reste à former un gardien, et personne ne s’est encore présenté à la mairie pour apprendre le "
    "métier.</p><p>Le dernier, parti en décembre, habite en face et ne veut plus entendre parler de la lampe.</p>",
]


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Le phare rouvre</h1>{0}{1}{2}",
        "<header><h1>Le phare rouvre</h1></header><section class=un>{0}</section><section class=deux>{1}</section>"
        "<section class=trois>{2}</section>",
        "<h1>Le phare rouvre</h1><div class='s first'>{0}</div><div class=s><div>{1}</div></div><div class='s last'>{2}</div>",
        "<h1>Le phare rouvre</h1><main><div><div>{0}</div></div><div><div>{1}</div></div><div><div>{2}</div></div></main>",
    ],
)
def test_sections_of_a_long_read_belong_to_it(body: str) -> None:
    text = saved(body.format(*CHAPTERS)).text
    assert [part for part in ("Première partie", "mardi", "Dernière partie") if part not in text] == []


@pytest.mark.parametrize(
    "name", ["chapo", "article-chapo-12", "field field--perex", "standfirst", "Article__chapeau", "x"]
)
@pytest.mark.parametrize("depth", [1, 3])
def test_a_lead_belongs_to_the_article(name: str, depth: int) -> None:
    body = f"<h1>Le phare rouvre</h1><p class='{name}'>{LEAD}</p>{'<div>' * depth}{REOPENED}{'</div>' * depth}"
    assert saved(f"<div>{body}</div>").text.startswith(LEAD)


def test_it_reads_a_page_that_is_large_because_of_its_pictures() -> None:
    picture = "<img src='data:image/png;base64," + "iVBORw0KGgo" * (1 << 20) + "'>"
    assert "Le conseil a voté" in saved(f"<h1>Le phare rouvre</h1>{picture}<div>{REOPENED}</div>").text


# ── a page of several articles, and what is left out ──────────────────────────────────────────────────────────────────


def sentence(number: int) -> str:
    return (
        f"Le conseil du canton numéro {number}, réuni mardi, a voté la remise en service du bac entre les deux rives."
    )


def sentences(*numbers: int) -> str:
    return "".join(f"<p>{sentence(each)}</p>" for each in numbers)


def parted(html: str) -> tuple[list[Article], list[str]]:
    """The articles of a page, and the lines of the report about it."""
    found = everything(f"<html lang=fr><head><title>La Gazette de Kerval</title></head><body>{html}</body></html>")
    return [each for each in found if isinstance(each, Article)], [
        each.reason for each in found if isinstance(each, Problem)
    ]


@pytest.mark.parametrize(
    "post",
    [
        "<article class='post p{0}'><h2>Pont {0}</h2><p>{0} mars 2020</p>{1}</article>",
        "<article><h1>Pont {0}</h1><time datetime=2020-03-0{0}>mars</time>{1}</article>",
        "<div class='hentry post-{0}'><h3><a href='/p/{0}'>Pont {0}</a></h3><p>Publié le {0} mars 2020</p>{1}{1}</div>",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "<h1>Le blog</h1><main>{}</main>", "<div><div>{}</div></div><footer>© La Gazette</footer>"]
)
def test_articles_side_by_side_are_articles_each(post: str, around: str) -> None:
    bodies = {1: sentences(10, 11), 2: sentences(*range(20, 32)), 3: sentences(30, 31, 32)}
    articles, _ = parted(around.format("".join(post.format(each, body) for each, body in bodies.items())))
    assert [(each.title, each.date, each.place) for each in articles] == [
        (f"Pont {each}", f"2020-03-0{each}", f"article {each}") for each in bodies
    ]
    assert [each.id for each in articles] == ["pont-1", "pont-2", "pont-3"]
    assert sentence(31) in articles[1].text


def test_an_article_with_other_articles_below_is_one() -> None:
    other = "<article class=related><h2><a href=/x>Le bac</a></h2>{}</article>"
    articles, notes = parted(f"<article><h1>Le pont</h1>{sentences(1, 2, 3)}</article>{other.format(sentences(4))}")
    assert [each.title for each in articles] == ["Le pont"]
    assert sentence(4) not in articles[0].text
    assert notes == [f"left out of the page: {len(sentence(4))} characters of text, beginning “{sentence(4)[:53]} …”"]


ROWS = [
    "<table>{}</table>", "<tr><td>{0} mars 2020</td><td><a href=/{0}>Un pont rouvre à Kerval</a></td><td>{1}</td></tr>",
    "<ul>{}</ul>", "<li><a href=/{0}>Un pont rouvre à Kerval</a> Ouest-France, {0} mars 2020. {1}</li>",
    "<div>{}</div>", "<div><h3><a href=/{0}>Un pont rouvre à Kerval</a></h3><span>{0} mars 2020</span><p>{1}</p></div>",
    "<div>{}</div>", "<article><h3><a href=/{0}>Un pont rouvre à Kerval</a></h3><p>{1}</p></article>",
    "<dl>{}</dl>", "<dt><a href=/{0}>Un pont rouvre à Kerval</a></dt><dd>{1}</dd>",
]  # fmt: skip


@pytest.mark.parametrize(("around", "row"), [*zip(ROWS[::2], ROWS[1::2], strict=True)])
@pytest.mark.parametrize("longest", [1, 4, 6])
@pytest.mark.parametrize("intro", [0, 2])
def test_every_row_of_a_press_review_is_found(around: str, row: str, longest: int, intro: int) -> None:
    sizes = {each: 9 if each == longest else 1 for each in range(1, 7)}
    told = {each: " ".join(map(sentence, range(each * 100, each * 100 + size))) for each, size in sizes.items()}
    body = around.format("".join(row.format(each, text) for each, text in told.items()))
    articles, notes = parted(f"<h1>Revue de presse</h1>{sentences(*range(1, intro + 1))}{body}")
    text = "\n".join(each.text for each in articles)
    assert [each for each, row_text in told.items() if row_text not in text] == []
    assert [each for each in range(1, intro + 1) if sentence(each) not in text] == []
    assert notes == []


BOXES = [
    "<article><h1>Le pont rouvre</h1><aside>{1}</aside><div>{0}</div></article>",
    "<main><article><h1>Le pont rouvre</h1>{0}</article><aside>{1}</aside></main>",
    "<main><div class=sidebar>{1}</div><h1>Le pont rouvre</h1><div class=texte>{0}</div></main>",
    "<main><h1>Le pont rouvre</h1><div class=encadre>{1}</div><div class=texte>{0}</div></main>",
    "<main><h1>Le pont rouvre</h1><div class=texte>{0}</div><div class=encadre>{1}</div></main>",
    "<main><div><h1>Le pont rouvre</h1><div class=texte>{0}</div></div><div class=colonne><h2>Repères</h2>{1}</div></main>",
]


@pytest.mark.parametrize("body", BOXES)
def test_a_side_box_longer_than_the_article_does_not_take_its_place(body: str) -> None:
    box = range(100, 112)
    (read,), notes = parted(body.format(sentences(1, 2, 3), sentences(*box)))
    assert [each for each in (1, 2, 3) if sentence(each) not in read.text] == []
    left = [sentence(each) for each in box if sentence(each) not in read.text]
    told = f"left out of the page: {sum(map(len, left)):,} characters of text in {len(left)} paragraphs" if left else ""
    assert "".join(notes).startswith(told)
    assert bool(notes) == bool(left)


def test_by_lines_and_appeals_are_told() -> None:
    _, notes = parted(
        f"<h1>Le pont</h1><div><p>Par Jeanne Dupont</p>{sentences(1, 2, 3)}<p>Lire aussi : le bac</p></div>"
    )
    assert notes == ["left out of the page: 2 lines of boilerplate (“Par Jeanne Dupont”, “Lire aussi : le bac”)"]
    _, notes = parted(f"<h1>Le pont</h1><div><p>Publié le 3 mars 2020</p>{sentences(1, 2, 3)}</div>")
    assert notes == ["left out of the page: 1 line of boilerplate (“Publié le 3 mars 2020”)"]


WRAPS = [
    "{}", "<div>{}</div>", "<section class=s>{}</section>", "<article>{}</article>", "<aside>{}</aside>",
    "<div class=entry-content>{}</div>", "<table><tr><td>{}</td></tr></table>", "<ul><li>{}</li></ul>",
    "<blockquote>{}</blockquote>",
    "<div><h2>Un intertitre</h2>{}</div>", "<article><h2>Un autre titre</h2>{}</article>", "<div class=encadre>{}</div>",
    "<div itemprop=articleBody>{}</div>", "<main>{}</main>", "<p class=chapo></p>{}", "<div><a href=/x>Un lien</a>{}</div>",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 7), st.lists(st.sampled_from(WRAPS), max_size=3)),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 6),
)
def test_what_a_person_sees_is_in_an_article_or_in_the_report(
    blocks: list[tuple[int, list[str]]], headline: int
) -> None:
    """Law: text that is neither navigation nor listed boilerplate is read, or the report says how much was left out and how
    it begins."""
    seen: list[str] = []
    parts: list[str] = []
    for at, (size, wraps) in enumerate(blocks):
        numbers = range(at * 10, at * 10 + size)
        seen += map(sentence, numbers)
        part = sentences(*numbers)
        for wrap in wraps:
            part = wrap.replace("{}", part)
        parts.append(part)
    parts.insert(headline, "<h1>Le bac reprendra du service</h1>")
    articles, notes = parted(f"<nav><a href=/>Accueil</a></nav>{''.join(parts)}<footer>Mentions légales</footer>")
    text = "\n".join(each.text for each in articles)
    lost = [each for each in seen if each not in text]
    if not lost:
        assert not any("characters of text" in each for each in notes)
        return
    paragraphs = f" in {len(lost)} paragraphs, the longest" if len(lost) > 1 else ","
    (line,) = (each for each in notes if "characters of text" in each)
    assert f"{sum(map(len, lost)):,} characters of text{paragraphs} beginning “{max(lost, key=len)[:40]}" in line


@pytest.mark.parametrize("title", ["Sans titre", "Untitled Document", "Sans nom 1", "Document1", ""])
def test_what_a_program_calls_a_page_without_a_title_is_no_title(title: str) -> None:
    prose = "<p class=MsoNormal>Le quai nord du port a rouvert mardi matin, après trois semaines de travaux.</p>" * 3
    written = (
        f"<html><head><title>{title}</title></head><body><p class=MsoTitle>Le port rouvre</p>"
        f"<p class=MsoNormal><b>Ouest-France, jeudi 12 mars 2020</b></p>{prose}</body></html>"
    )
    (article,) = [
        each for each in read(Source("a.html", "a.html", 1, content=written.encode())) if isinstance(each, Article)
    ]
    assert (article.title, article.text.count("quai nord")) == ("Le port rouvre", 3)
