"""The pages: what they show, and that every address on them leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

import searcher
from searcher.web import application
from tests.faces.web.conftest import ARTICLES, Page, client

PAGES = [
    "/",
    "/search?q=budget",
    "/search?q=budget&page=2&sort=-date&source=AFP&since=2019",
    "/search?q=",
    "/search?q=budjet",
    "/search?q=budget+introuvable",
    "/search?q=budget&share=1&step=year",
    "/kwic?q=budget",
    "/kwic?q=budget&order=1R&context=4",
    "/kwic",
    "/article/a1?q=budget&at=1",
    "/article/a3",
    "/names?q=budget",
    "/names?q=",
    "/quotes?q=budget&by=Roussel",
    "/quotes?q=",
    "/diff?left=c1&right=c2",
    "/search?q=remaniement",
    "/search?q=remaniement&group=0",
    "/article/c1?q=remaniement&at=1",
    "/article/b1/similar",
    "/saved",
    "/archive",
    "/help",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_a_whole_document(visitor: TestClient, path: str, language: str) -> None:
    answer = visitor.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(identifiers)) == len(identifiers)
    assert len(answer.content) <= 60_000
    for _, attributes in page.elements:  # a strict policy lets neither run
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    assert all("src" in each or each.get("type") == "application/ld+json" for each in page.all("script"))
    assert not page.all("style")


def test_every_link_of_every_page_leads_somewhere(visitor: TestClient) -> None:
    links = {link.partition("#")[0] for path in PAGES for link in Page(visitor.get(path).text).links()}
    assert len(links) > 200
    for link in links - {""}:
        assert visitor.head(link).status_code == 200, link


@pytest.mark.parametrize("path", PAGES)
def test_every_label_is_of_a_control(visitor: TestClient, path: str) -> None:
    page = Page(visitor.get(path).text)
    identifiers = {attributes.get("id") for _, attributes in page.elements}
    assert {each["for"] for each in page.all("label") if "for" in each} <= identifiers


def test_a_search_shows_what_the_index_answers(visitor: TestClient, folder: Path) -> None:
    with searcher.open(folder) as index:
        results = index.search("budget")
    page = Page(visitor.get("/search?q=budget").text)
    assert f"{results.total} articles pour «\u00a0budget\u00a0»" in page.text
    linked = [link for link in page.links() if link.startswith("/article/") and "at=" in link and "#" not in link]
    assert [parse_qs(urlsplit(link).query)["at"] for link in linked] == [[str(hit.rank)] for hit in results]


def test_a_passage_leads_to_its_match(visitor: TestClient) -> None:
    for link in Page(visitor.get("/search?q=budget+police").text).links():
        if "#m" in link:
            anchor = link.partition("#")[2]
            assert f'<mark id="{anchor}">' in visitor.get(link).text, link


def test_pages_go_on_and_change_back_to_the_first_one(visitor: TestClient) -> None:
    seen = []
    for number in (1, 2, 3):
        page = Page(visitor.get(f"/search?q=budget&page={number}").text)
        seen += [each.partition("?")[0] for each in page.links() if "at=" in each and "#" not in each]
        for link in page.links():
            parameters = parse_qs(urlsplit(link).query)
            if link.startswith("/search") and {"sort", "since"} & parameters.keys():
                assert "page" not in parameters
    assert len(set(seen)) == len(seen) == 30


def test_an_article_shows_its_marks_its_neighbours_and_a_reference(visitor: TestClient) -> None:
    page = Page(visitor.get("/article/a1?q=budget&at=2").text)
    text = ARTICLES[0]["text"]
    starts = [each.start() for each in re.finditer("budget", text)]
    assert [each["id"] for each in page.all("mark") if "id" in each] == [f"m{start}" for start in starts]
    assert [link for link in page.links() if link.startswith("#m")] == [f"#m{start}" for start in starts]
    assert {"prev", "next"} <= {each.get("rel") for each in page.all("a")}
    assert "ROY, Léa, «\u00a0Le budget adopté\u00a0», AFP, 7 janvier 2020. https://exemple.fr/a1" in page.text
    known = {each["name"]: each["content"] for each in page.all("meta") if each.get("name", "").startswith("DC.")}
    assert (known["DC.type"], known["DC.date"], known["DC.source"]) == ("newsItem", "2020-01-07", "AFP")


def test_articles_carry_what_reference_managers_read(visitor: TestClient) -> None:
    titles = [each["title"] for each in Page(visitor.get("/search?q=budget").text).all("span") if "title" in each]
    assert len(titles) == 10
    (known,) = [parse_qs(each) for each in titles if "a1" in each]
    assert known == {
        "ctx_ver": ["Z39.88-2004"],
        "rft_val_fmt": ["info:ofi/fmt:kev:mtx:dc"],
        "rft.type": ["newspaperArticle"],
        "rft.title": ["Le budget adopté"],
        "rft.source": ["AFP"],
        "rft.date": ["2020-01-07"],
        "rft.language": ["fr"],
        "rft.identifier": ["https://exemple.fr/a1"],
        "rft.au": ["Roy, Léa"],
    }


def test_copies_stand_together(visitor: TestClient) -> None:
    page = Page(visitor.get("/search?q=remaniement").text)
    assert "2 articles pour" in page.text
    assert "1 sujet" in page.text
    assert "+ 1 reprise" in page.text
    assert {"/diff?left=c1&right=c2", "/diff?left=c2&right=c1"} & set(page.links())
    assert "reprise" not in Page(visitor.get("/search?q=remaniement&source=AFP").text).text
    apart = Page(visitor.get("/search?q=remaniement&group=0").text)
    assert len([link for link in apart.links() if "at=" in link and "#" not in link]) == 2
    compared = visitor.get("/diff?left=c1&right=c2").text
    assert "<del>mardi</del><ins>hier</ins>" in compared
    assert "Reprises de cette dépêche" in visitor.get("/article/c2").text


def test_quotes_have_speakers(visitor: TestClient) -> None:
    page = Page(visitor.get("/quotes?q=remaniement&by=Roussel").text)
    assert "Anne Roussel" in page.text
    assert "Nous avons besoin d’une équipe renouvelée" in page.text
    assert visitor.get("/quotes?q=remaniement&by=Personne").text.count("<blockquote>") == 0


def test_an_article_says_who_is_named_and_quoted(visitor: TestClient, folder: Path) -> None:
    page = Page(visitor.get("/article/c1?q=renouvelée").text)
    assert "/search?q=&person=Anne+Roussel" in page.links()
    with searcher.open(folder) as index:
        (quote,) = index.quotes_of("c1")
    assert f"#q{quote.start}" in page.links()
    (span,) = [each for each in page.all("span") if each.get("class") == "said"]
    assert span["id"] == f"q{quote.start}"
    assert f"#q{quote.start}" in visitor.get("/quotes?q=remaniement").text


def test_a_facet_shows_more_when_asked(tmp_path: Path) -> None:
    lines = (json.dumps({"id": str(at), "text": "budget", "source": f"Source {at}"}) for at in range(20))
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "a.jsonl"])
    visitor = client(application(tmp_path / "index"))
    few, all_ = (Page(visitor.get(f"/search?q=budget{more}").text) for more in ("", "&more=source"))
    assert "/search?q=budget&more=source" in few.links()
    counted = [
        len([each for each in page.all("input") if each.get("type") == "checkbox" and each.get("name") == "source"])
        for page in (few, all_)
    ]
    assert counted == [8, 20]


def test_the_archive_tells_what_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Une école ouvre.", "utf-8")
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.4 broken")
    searcher.build(tmp_path / "index", [tmp_path])
    for shown in (False, True):
        text = client(application(tmp_path / "index", show_paths=shown)).get("/archive").text
        assert "Ce que la lecture a signalé" in text
        assert ("secret.pdf" in text) is shown


def test_an_identifier_may_hold_any_sign(visitor: TestClient) -> None:
    answer = visitor.get("/article/a%2F4%3Fx%23y?q=budget")
    assert answer.status_code == 200
    assert "Un <mark" in answer.text


def test_a_language_is_chosen_by_address_then_cookie_then_browser(folder: Path) -> None:
    visitor = client(application(folder), accept_language="de, fr;q=0.8, en;q=0.9")
    assert visitor.get("/").headers["content-language"] == "en"
    assert visitor.get("/?lang=fr").headers["content-language"] == "fr"
    assert visitor.get("/").headers["content-language"] == "fr"
    assert visitor.get("/?lang=en").headers["content-language"] == "en"


def test_the_first_visit_says_what_to_do(tmp_path: Path) -> None:
    visitor = client(application(tmp_path / "index"))
    answer = visitor.get("/")
    assert answer.status_code == 503
    assert "searcher index" in answer.text
    assert str(tmp_path) not in answer.text
    (tmp_path / "articles.jsonl").write_text('{"text": "Une école ouvre."}', "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "articles.jsonl"])
    assert visitor.get("/search?q=école").status_code == 200


def test_an_answer_is_kept_until_the_archive_changes(build: object, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "Une école ouvre."}\n', "utf-8")
    searcher.update(tmp_path / "index", [tmp_path / "a.jsonl"])
    with searcher.live(tmp_path / "index", interval=0) as index:
        visitor = client(application(index))
        for path in ("/search?q=école", "/api/v1/search?q=école", "/search.atom?q=école", "/article/a"):
            tag = visitor.get(path).headers["etag"]
            again = visitor.get(path, headers={"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b"")
        (tmp_path / "a.jsonl").write_text(
            '{"id": "a", "text": "Une école ouvre."}\n{"id": "b", "text": "Deux."}\n', "utf-8"
        )
        searcher.update(tmp_path / "index")
        changed = visitor.get(path, headers={"if-none-match": tag})
        assert changed.status_code == 200
        assert visitor.get("/article/b").status_code == 200


def test_what_does_not_exist_is_not_found_in_the_same_words(visitor: TestClient) -> None:
    assert visitor.get("/nothing").status_code == visitor.get("/article/nobody").status_code == 404
    assert visitor.post("/search").status_code == 405
    assert visitor.get("/search?q=a&page=1001").status_code == 400
    assert visitor.get("/search?q=a&since=never").status_code == 400
