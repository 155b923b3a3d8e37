"""The API: described by its document, which is valid; answers are the published JSON; problems say what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

import searcher
from searcher.faces.web import problems
from searcher.faces.web.api import COUNTED
from searcher.faces.web.documents import described
from searcher.faces.web.parameters import known
from searcher.faces.web.state import FIELDS, NAMES
from searcher.web import application
from tests import places
from tests.faces.web.conftest import client

ROOT = "/api/v1"
ASKED = {
    "/api/v1/search": "?q=budget&facets=source,year&explain=1",
    "/api/v1/article/{id}": "?q=budget",
    "/api/v1/counts": "?q=budget&fields=source,when",
    "/api/v1/facets": "?q=budget",
    "/api/v1/timeline": "?q=budget&step=month",
    "/api/v1/kwic": "?q=budget&order=1R,date&limit=5",
    "/api/v1/names": "?q=budget&kinds=person,place&rank=articles",
    "/api/v1/pairs": "?q=budget&examples=1",
    "/api/v1/similar": "?id=b1&id=b2&limit=5",
    "/api/v1/quotes": "?by=Roussel&limit=5",
    "/api/v1/diff": "?left=c1&right=c2",
    "/api/v1/saved": "",
    "/api/v1/stats": "",
}


def test_the_document_is_valid() -> None:
    validator = pytest.importorskip(
        "openapi_spec_validator", reason="openapi-spec-validator is not installed (extra dev)"
    )
    validator.validate(described())
    assert described()["openapi"] == "3.1.0"


def test_the_document_holds_the_published_schema(visitor: TestClient) -> None:
    published = visitor.get("/schema.json").json()
    schemas = visitor.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["answer"]["required"] == published["required"]
    assert published["$defs"].keys() <= schemas.keys()


def schema_of(path: str) -> dict[str, Any]:
    """The schema of the answer to an operation, with all that it refers to."""
    document = described()
    (content,) = document["paths"][path]["get"]["responses"]["200"]["content"].values()
    return {**content["schema"], "components": document["components"]}


@pytest.mark.parametrize("path", ASKED)
def test_an_answer_is_what_the_document_says(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path.replace("{id}", "a1") + ASKED[path])
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json(), schema_of(path), cls=jsonschema.Draft202012Validator)


CHOICES: dict[str, tuple[str, ...]] = {
    "match": tuple(searcher.Required),
    "sort": tuple(searcher.Sort),
    "step": tuple(searcher.Step),
}
"""Parameter → the values that the code takes."""
LISTS = {
    "/api/v1/search facets": searcher.FACETS,
    "/api/v1/facets fields": searcher.FACETS,
    "/api/v1/counts fields": COUNTED,
}
"""Operation and parameter with a list → the values that the code takes in it."""


def test_the_document_lists_the_values_that_the_code_takes() -> None:
    for path in described()["paths"]:
        for name, parameter in known(path).items():
            if name in CHOICES:
                assert set(parameter["schema"]["enum"]) == set(CHOICES[name]), path
            if (listed := LISTS.get(f"{path} {name}")) is not None:
                assert set(parameter["schema"]["items"]["enum"]) == set(listed), path


def test_the_document_has_every_filter() -> None:
    filters = {NAMES.get(field, field) for field in FIELDS}
    for path in described()["paths"]:
        taken = known(path).keys()
        if "match" in taken:
            assert filters <= taken, path


def test_every_operation_is_asked_here() -> None:
    assert {*ASKED, "/api/v1/search.jsonl"} == described()["paths"].keys()


def test_an_answer_is_what_the_library_gives(visitor: TestClient, folder: Path) -> None:
    with searcher.open(folder) as index:
        own = index.search("budget police", limit=5, match="any", filters={"source": "AFP"}).as_dict()
    given = visitor.get("/api/v1/search?q=budget+police&limit=5&match=any&source=AFP").json()
    for answer in (own, given):
        del answer["took_ms"]
        for hit in answer["hits"]:
            hit |= {"path": "", "place": None, "copies": []}
    assert given == jsonlike(own)


def jsonlike(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, dict):
        return {key: jsonlike(each) for key, each in value.items()}
    return [jsonlike(each) for each in value] if isinstance(value, tuple | list) else value


WRONG = [
    ("/search?q=a&since=never", 400, "date_unreadable"),
    (f"/search?q={'(' * 25}a{')' * 25}", 400, "query_refused"),
    ("/search?q=a&limit=0", 400, "bad_option"),
    ("/search?q=a&limit=1001", 400, "bad_option"),
    ("/search?q=a&limit=ten", 400, "bad_option"),
    ("/search?q=a&match=most", 400, "bad_option"),
    ("/search?q=a&sources=AFP", 400, "bad_option"),
    ("/search?q=a&facets=nothing", 400, "bad_option"),
    ("/search?q=a&limit=1000&page=11", 400, "window"),
    ("/search?q=a&year=20", 400, "bad_option"),
    ("/search?q=a&since=2021&until=2020", 400, "bad_option"),
    ("/counts?q=a&fields=year", 400, "bad_option"),
    ("/timeline?q=a&step=hour", 400, "bad_option"),
    ("/kwic?q=a&context=101", 400, "bad_option"),
    ("/kwic?q=a&order=size", 400, "bad_option"),
    ("/article/nobody", 404, "not_found"),
    ("/nothing", 404, "not_found"),
]


@pytest.mark.parametrize(("path", "status", "code"), WRONG)
def test_a_problem_has_a_status_and_a_code(visitor: TestClient, path: str, status: int, code: str) -> None:
    answer = visitor.get(f"{ROOT}{path}")
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert code in problems.CODES


@pytest.mark.parametrize(("path", "status", "code"), WRONG)
def test_a_problem_is_told_in_the_language_asked(visitor: TestClient, path: str, status: int, code: str) -> None:
    told = {}
    for language in ("fr", "en", "de, fr;q=0.5"):
        answer = visitor.get(f"{ROOT}{path}", headers={"accept-language": language})
        assert answer.headers["content-language"] == ("en" if language == "en" else "fr")
        assert "Accept-Language" in answer.headers["vary"]
        told[language] = answer.json()
    french, english, third = told.values()
    assert french == third
    assert {name for name in french if french[name] != english[name]} == {"title", "detail"}
    assert (french["code"], french["status"]) == (english["code"], english["status"]) == (code, status)


def test_a_method_that_is_not_taken_says_which_are(visitor: TestClient) -> None:
    answer = visitor.post(f"{ROOT}/search")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_every_problem_of_an_index_has_its_words(tmp_path: Path) -> None:
    visitor = client(application(tmp_path))
    answer = visitor.get(f"{ROOT}/stats")
    assert (answer.status_code, answer.json()["code"]) == (503, "index_missing")
    for kind in vars(searcher.errors).values():
        if isinstance(kind, type) and issubclass(kind, searcher.SearcherError):
            problem = problems.problem_of(kind(f"{tmp_path}: what happened"))
            assert problem.code in problems.CODES
            assert problem.status >= 500 or problem.code != "internal_error"


def test_an_index_without_names_or_quotes_says_so_and_not_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Une école ouvre.", "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "a.txt"], without=["names", "quotes"])
    visitor = client(application(tmp_path / "index"))
    for path, code in (("/names", "no_names"), ("/pairs", "no_names"), ("/quotes", "no_quotes")):
        answer = visitor.get(f"{ROOT}{path}?q=école")
        assert (answer.status_code, answer.json()["code"]) == (404, code)
        assert str(tmp_path) not in answer.text
    for path in ("/names", "/quotes"):
        page = visitor.get(f"{path}?q=école")
        assert page.status_code == 404
        assert "Cet index a été construit sans les" in page.text
        assert str(tmp_path) not in page.text


@pytest.mark.parametrize("path", ["/names", "/quotes", "/kwic", "/search"])
@pytest.mark.parametrize("wrong", ["match=most", "since=2021&until=2020", "since=never"])
def test_a_page_refuses_a_wrong_option_as_such(visitor: TestClient, path: str, wrong: str) -> None:
    assert visitor.get(f"{path}?q=budget&{wrong}").status_code == 400


def test_schemathesis_finds_nothing(folder: Path) -> None:
    """A short run; `make test-api` takes five minutes."""
    if find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed (extra dev)")
    limit = os.environ.get("SEARCHER_API_SECONDS", "8")
    script = places.ROOT / "tests" / "faces" / "web" / "fuzzing.py"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faces.web.fuzzing", str(folder), limit],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, f"{script.name}: {ran.stdout[-6000:]}{ran.stderr[-3000:]}"
