"""Folders in which one file tells of others: TXM's table beside texts, Zotero's list beside attached files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source, sources
from tests.readers.press import samples

pytest.importorskip("lxml", reason="Zotero's RDF and attached pages need the extras xml and html")


def written(folder: Path, files: dict[str, str]) -> tuple[list[Article], list[tuple[str, str]]]:
    """The articles of a folder with these files, and the kind and reason of each problem."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    found: list[Article | Problem] = []
    for source in sources([str(folder)]):
        assert isinstance(source, Source)
        found += read(source)
    problems = [(each.kind, each.reason) for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, Article)], problems


FOLDERS = Path(__file__).parent / "folders"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDERS.glob("*.folder")))
def test_it_reads_a_folder_whole(tmp_path: Path, name: str) -> None:
    """A sample holds the files of a folder one behind the other, each below a line `=== path encoding`."""
    parts = re.split(r"^=== (\S.*) (\S+)\n", (FOLDERS / name).read_text("utf-8"), flags=re.M)[1:]
    for path, encoding, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content.encode(encoding))
    articles, problems = written(tmp_path, {})
    told = {"articles": list(map(samples.known, articles)), "problems": list(map(list, problems))}
    assert told == json.loads((FOLDERS / f"{name}.json").read_text("utf-8"))


TABLE = "id;date;journal;titre;auteur;rubrique\n{}"


def test_it_reads_a_txm_folder(tmp_path: Path) -> None:
    articles, problems = written(
        tmp_path,
        {
            "metadata.csv": TABLE.format(
                "a1;2021-06-14;Le Littoral;Le port mise sur l’éolien;Rémi Castagné;Économie\n"
                "a2;15/06/2021;Le Littoral;Grève;;\n"
            ),
            "a1.txt": "Le conseil régional a voté lundi un crédit.",
            "a2.txt": "Le terminal est bloqué depuis mardi matin.",
            "seul.txt": "Un texte que la table ne connaît pas.",
        },
    )
    assert [(each.id, each.title, each.date, each.source, each.author, each.section) for each in articles] == [
        ("a1", "Le port mise sur l’éolien", "2021-06-14", "Le Littoral", "Rémi Castagné", "Économie"),
        ("a2", "Grève", "2021-06-15", "Le Littoral", None, None),
        ("seul", "Un texte que la table ne connaît pas", None, None, None, None),
    ]
    assert articles[0].text == "Le conseil régional a voté lundi un crédit."
    assert problems == [("skipped", "no article: it describes the texts beside it")]


def test_it_reports_rows_without_a_text(tmp_path: Path) -> None:
    row = "a{0};2021;Le Littoral;Titre {0};;\n"
    articles, problems = written(
        tmp_path, {"metadata.csv": TABLE.format(row.format(1) + row.format(2)), "a1.txt": "Un texte."}
    )
    assert [each.title for each in articles] == ["Titre 1"]
    assert problems == [("failed", "1 of the 2 texts it describes is missing (a2)")]


def test_a_table_without_texts_beside_it_is_a_table(tmp_path: Path) -> None:
    articles, problems = written(tmp_path, {"metadata.csv": "id;titre;texte\nx;Un titre;Un texte.\n"})
    assert [(each.title, each.text) for each in articles] == [("Un titre", "Un texte.")]
    assert problems == []


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <bib:Article rdf:about="https://presse.test/port">
  <z:itemType>newspaperArticle</z:itemType>
  <dcterms:isPartOf><bib:Part><dc:title>Économie</dc:title><dcterms:isPartOf><bib:Newspaper>
   <dc:title>Le Littoral</dc:title></bib:Newspaper></dcterms:isPartOf></bib:Part></dcterms:isPartOf>
  <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Castagné</foaf:surname><foaf:givenName>Rémi</foaf:givenName>
   </foaf:Person></rdf:li><rdf:li><foaf:Person><foaf:surname>Vidal</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:authors>
  <link:link rdf:resource="#item_2"/>
  <dc:title>Le port mise sur l’éolien</dc:title>
  <dcterms:abstract>Un résumé.</dcterms:abstract>
  <dc:date>2021-06-14</dc:date>
  <bib:pages>4</bib:pages>
  <z:language>fr</z:language>
  <dc:identifier><dcterms:URI><rdf:value>https://presse.test/port</rdf:value></dcterms:URI></dc:identifier>
 </bib:Article>
 <z:Attachment rdf:about="#item_2">
  <z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/2/le%20port.txt"/><dc:title>Texte</dc:title>
 </z:Attachment>
 <bib:Article rdf:about="#item_3">
  <z:itemType>newspaperArticle</z:itemType>
  <dcterms:isPartOf><bib:Newspaper><dc:title>Le Littoral</dc:title></bib:Newspaper></dcterms:isPartOf>
  <dcterms:isReferencedBy rdf:resource="#item_4"/><link:link rdf:resource="#item_5"/>
  <dc:title>Grève chez les dockers</dc:title><dc:date>15 juin 2021</dc:date>
 </bib:Article>
 <bib:Memo rdf:about="#item_4"><rdf:value>&lt;p&gt;Le terminal est bloqué.&lt;/p&gt;</rdf:value></bib:Memo>
 <z:Attachment rdf:about="#item_5">
  <z:itemType>attachment</z:itemType><rdf:resource rdf:resource="files/5/perdu.pdf"/>
 </z:Attachment>
</rdf:RDF>"""


def test_it_reads_zotero_items_with_their_attached_texts(tmp_path: Path) -> None:
    articles, problems = written(
        tmp_path, {"Corpus.rdf": RDF, "files/2/le port.txt": "Le conseil régional a voté lundi un crédit."}
    )
    known = [(each.id, each.title, each.text, each.date, each.source, each.author) for each in articles]
    text = "Le conseil régional a voté lundi un crédit."
    address = "https://presse.test/port"
    assert known == [
        (address, "Le port mise sur l’éolien", text, "2021-06-14", "Le Littoral", "Rémi Castagné, Vidal"),
        ("Corpus-2", "Grève chez les dockers", "Le terminal est bloqué.", "2021-06-15", "Le Littoral", None),
    ]
    assert (articles[0].section, articles[0].pages, articles[0].url) == ("Économie", "4", address)
    assert problems == [
        ("failed", "files/5/perdu.pdf is not beside it"),
        ("skipped", "no article: attached to Corpus.rdf, which tells of it"),
    ]


def test_it_reads_the_texts_attached_to_an_ris_list(tmp_path: Path) -> None:
    articles, problems = written(
        tmp_path,
        {
            "Corpus.ris": "TY  - NEWS\nTI  - Le port\nDA  - 2021/06/14/\nL1  - files/7/port.txt\nER  - \n",
            "files/7/port.txt": "Le conseil régional a voté lundi un crédit.",
        },
    )
    assert [(each.title, each.text, each.date) for each in articles] == [
        ("Le port", "Le conseil régional a voté lundi un crédit.", "2021-06-14")
    ]
    assert problems == [("skipped", "no article: attached to Corpus.ris, which tells of it")]
