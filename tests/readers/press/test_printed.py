"""Pages and texts that show labels and values: articles with title, source and date, whatever holds the labels."""

from __future__ import annotations

import pytest

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source

pytest.importorskip("lxml")

ROWS = [
    {
        "TI": "Le port",
        "JO": "Le Monde",
        "DA": "12/03/2020",
        "AU": "Jean Rémi",
        "TX": "Le quai rouvre.\n\nÀ Brest : rien.",
    },
    {
        "TI": "La grève",
        "JO": "Ouest-France",
        "DA": "20200313",
        "AU": "Ana Roy",
        "TX": "Les trains roulent.\n\nFin mardi.",
    },
]
FRENCH = dict(zip(ROWS[0], ("Titre", "Source", "Date", "Auteur", "Texte"), strict=True))
READ = [
    ("Le port", "Le Monde", "2020-03-12", "Jean Rémi", "Le quai rouvre.\n\nÀ Brest : rien."),
    ("La grève", "Ouest-France", "2020-03-13", "Ana Roy", "Les trains roulent.\n\nFin mardi."),
]


def of_html(value: str) -> str:
    return "".join(f"<p>{each}</p>" for each in value.split("\n\n")) if "\n" in value else value


def pairs(row: dict[str, str], pattern: str, names: dict[str, str] | None = None) -> str:
    return "".join(pattern.format((names or {}).get(key, key), of_html(value)) for key, value in row.items())


CELLS = "<tr><td class=l><b>{0}</b></td><td>{1}</td></tr>"
PRINTED = {
    "one table": "<table>" + "".join(pairs(row, CELLS) for row in ROWS) + "</table>",
    "a table each": "".join(f"<table>{pairs(row, CELLS, FRENCH)}</table><hr>" for row in ROWS),
    "headings with colons": "".join(
        f"<TABLE>{pairs(row, '<TR><TH>{0} :</TH><TD>{1}</TD></TR>', FRENCH)}</TABLE>" for row in ROWS
    ),
    "columns": "<table><tr>"
    + "".join(f"<th>{name}</th>" for name in FRENCH.values())
    + "</tr>"
    + "".join(f"<tr>{pairs(row, '<td>{1}</td>')}</tr>" for row in ROWS)
    + "</table>",
    "terms": "".join(f"<dl>{pairs(row, '<dt>{0}</dt><dd>{1}</dd>')}</dl>" for row in ROWS),
    "terms in groups": "<main>"
    + "".join(f"<dl>{pairs(row, '<div><dt>{0}</dt><dd>{1}</dd></div>', FRENCH)}</dl>" for row in ROWS)
    + "</main>",
    "rows of elements": "".join(
        f"<div class=n>{pairs(row, '<div class=r><div class=label>{0}</div><div>{1}</div></div>', FRENCH)}</div>"
        for row in ROWS
    ),
    "elements side by side": "".join(
        pairs(row, "<div class=label>{0}</div><div class=v>{1}</div>", FRENCH) for row in ROWS
    ),
    "elements in elements": "".join(
        f"<div>{pairs(row, '<div><div class=l><b>{0}</b></div><div><div>{1}</div></div></div>', FRENCH)}</div>"
        for row in ROWS
    ),
    "spans": "".join(pairs(row, "<span class=k>{0}</span> <span>{1}</span><br>", FRENCH) for row in ROWS),
    "words in bold": "".join(f"<div>{pairs(row, '<p><strong>{0}</strong> {1}</p>', FRENCH)}</div>" for row in ROWS),
    "headings": "".join(f"<section>{pairs(row, '<h3>{0}</h3>{1}', FRENCH)}</section>" for row in ROWS),
    "lists": "".join(f"<ul>{pairs(row, '<li><label>{0}</label> {1}</li>', FRENCH)}</ul>" for row in ROWS),
    "classes with colons": "".join(
        f"<div>{pairs(row, '<p class=l>{0}&nbsp;:</p><p>{1}</p>', FRENCH)}</div>" for row in ROWS
    ),
    "lines": "".join(pairs(row, "<br><b>{0}:</b> {1}") + "<hr>" for row in ROWS),
    "text": "".join("".join(f"{key}: {value}\n" for key, value in row.items()) + "\n-----\n" for row in ROWS),
    "French text": "".join("".join(f"{FRENCH[key]} : {value}\n" for key, value in row.items()) + "\n" for row in ROWS),
}


def found(written: str) -> list[Article | Problem]:
    raw = written.encode()
    return list(read(Source("a", "a.txt" if not written.startswith("<") else "a.html", len(raw), content=raw)))


@pytest.mark.parametrize("layout", PRINTED)
def test_it_reads_labels_and_values(layout: str) -> None:
    articles = [each for each in found(PRINTED[layout]) if isinstance(each, Article)]
    assert [(each.title, each.source, str(each.date), each.author, each.text) for each in articles] == READ
    assert len(articles) == len(found(PRINTED[layout]))


@pytest.mark.parametrize("layout", ["one table", "lines", "text"])
def test_labelled_fields_may_speak_of_a_blog(layout: str) -> None:
    written = PRINTED[layout].replace("Les trains roulent.", "Lu sur un blog: les trains roulent, dit le catalog: non.")
    assert [each.title for each in found(written) if isinstance(each, Article)] == ["Le port", "La grève"]


def test_a_page_of_a_site_is_a_page() -> None:
    page = f"<html><head><meta content=a property='og:title'></head><body>{PRINTED['one table']}"
    (article,) = [each for each in found(page) if isinstance(each, Article)]
    assert article.format == "html"


def test_it_tells_what_it_does_not_read() -> None:
    page = f"<html><body><h1>Résultats</h1><table>{pairs(ROWS[0], CELLS)}{CELLS.format('NO', '17')}</table>"
    assert [each.reason for each in found(page) if isinstance(each, Problem)] == [
        "labels that are not read: NO",
        "9 characters beside the labelled fields are left out: “Résultats”",
    ]


def test_it_tells_of_labels_that_no_field_takes_and_of_what_stands_outside() -> None:
    row = "<div class=r><span class=label>{0}</span><span class=v>{1}</span></div>"
    page = (
        "<html><body><nav>Base Kerval</nav><h1>Notice 1 sur 1</h1><div>"
        + pairs({"Titre": "Le port", "Mots-clés": "port ; Brest", "Source": "Le Monde", "Cote": ""}, row)
        + pairs({"Date": "12/03/2020", "Texte": "Le quai rouvre.\n\nÀ Brest : rien."}, row)
        + "</div><footer>Page suivante</footer>"
    )
    told = [
        each.reason if isinstance(each, Problem) else (each.title, each.source, str(each.date), each.text)
        for each in found(page)
    ]
    assert told == [
        ("Le port", "Le Monde", "2020-03-12", "Le quai rouvre.\n\nÀ Brest : rien."),
        "labels that are not read: Mots-clés, Cote",
        "42 characters beside the labelled fields are left out: “Base Kerval Notice 1 sur 1 Page suivante”",
    ]


def test_a_label_that_is_not_known_ends_a_name_or_a_date() -> None:
    written = (
        "TI: Le port\nJO: Le Monde\nDA: 12/03/2020\nMots-clés : port, mer\nAU: Jean Rémi\n"
        "TX: Le quai rouvre.\nÀ Brest : rien.\n"
    )
    told = [
        each.reason if isinstance(each, Problem) else (each.title, each.source, str(each.date), each.author, each.text)
        for each in found(written)
    ]
    assert told == [READ[0], "labels that are not read: Mots-clés"]


PROSE = "<p>Le conseil a voté mardi soir les travaux du port, après deux heures de débat.</p>" * 6
CREDITS = "<p><b>Texte</b> Jean Rémi</p><p><b>Titre</b> Une saison au port</p><p><b>Source</b> La rédaction</p>"


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Le port</h1>{PROSE}<div>{CREDITS}</div>",
        f"<h1>Le port</h1>{CREDITS}{PROSE}",
        f"<h1>Le port</h1>{PROSE}<form><label>Titre</label><input><label>Source</label><input>"
        "<label>Texte</label><textarea></textarea></form>",
        f"<ul><li><a>Titre</a><li><a>Texte</a><li><a>Source</a></ul><h1>Le port</h1>{PROSE}",
        f"<ul><li>Titre<li>Texte<li>Source</ul><h1>Le port</h1>{PROSE}",
        f"<ul><li>Titre<li>Source<li>Texte</ul><h1>Le port</h1>{PROSE}",
        f"<h2>Titre</h2><h2>Source</h2>{PROSE}<h2>Texte</h2>{PROSE}",
    ],
    ids=["credits behind", "credits before", "a form", "links", "a menu", "another menu", "headings"],
)
def test_a_page_of_news_is_a_page(body: str) -> None:
    page = f"<html><head><title>Le port</title></head><body>{body}</body></html>"
    (article,) = [each for each in found(page) if isinstance(each, Article)]
    assert (article.format, article.text.count("deux heures de débat")) == ("html", page.count("deux heures de débat"))


def test_a_page_that_shows_a_table_among_other_things_is_a_page() -> None:
    before = "<p>Un long article de presse sur le classement des archives départementales.</p>" * 9
    page = f"<html><body><h1>Loi</h1>{before}{PRINTED['columns']}"
    (article,) = [each for each in found(page) if isinstance(each, Article)]
    assert article.format == "html"
    assert article.text.count("départementales") == 9


def test_the_moment_a_video_was_put_there_dates_no_page() -> None:
    pytest.importorskip("trafilatura")
    said = '{"@type": "VideoObject", "name": "Le port", "uploadDate": "2019-05-04T10:00:00Z"}'
    page = f'<html><head><title>Le port</title><script type="application/ld+json">{said}</script></head><body><h1>Le port</h1>'
    (article,) = [each for each in found(f"{page}<p>{'Le quai rouvre mardi. ' * 20}</p>") if isinstance(each, Article)]
    assert article.date is None
