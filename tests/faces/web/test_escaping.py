"""What articles and visitors write is shown, never obeyed: forty payloads through every field into every output."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

import searcher
from searcher.faces.web.exports import FORMATS
from searcher.web import application
from tests.faces.web.conftest import Page, client, raw

PAYLOADS = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example/>",
    "<style>*{background:url(//evil.example)}</style>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "\u202ealert(1)\u202c",
    "\u2066<script>\u2069alert(1)",
    "\ufeff<script>alert(1)</script>",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)",
    "<mark id=m0><dialog open>x</dialog>",
    '<template><noscript><p title="</noscript><img src=x onerror=alert(1)>">',
]
HIDDEN = set("\u202e\u202c\u2066\u2069\ufeff\u0000")

TAGS = set(Path(__file__).parent.joinpath("tags.txt").read_text("utf-8").split())
"""The elements that our pages are made of."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A visitor of an archive whose articles hold a payload in every field."""
    place = tmp_path_factory.mktemp("hostile")
    articles = [
        {
            "id": f"{number}-{''.join(payload.split())}",
            "title": f"alerte {payload}",
            "text": f"alerte {number}\n{payload}\nencore une alerte {payload}\n"
            f"« Une alerte {payload} de plus pour nous tous », a déclaré Anne Roussel. {payload} Paul Viau à Lyon.",
            "pages": payload,
            "source": payload,
            "author": payload,
            "section": payload,
            "url": payload,
            "language": "fr",
            "date": f"2020-01-{number % 28 + 1:02}",
        }
        for number, payload in enumerate(PAYLOADS)
    ]
    (place / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)), "utf-8")
    searcher.build(place / "index", [place / "articles.jsonl"])
    kept = searcher.SavedSearches(place / "saved.toml", place / "seen.json")
    for number, payload in enumerate(PAYLOADS):
        asked = searcher.Ask(f"alerte {payload}", filters={"source": payload, "author": [payload]})
        kept.save(f"alerte {number}", asked, index=place / "index", note=payload)
    return client(application(place / "index", saved_searches=kept, save=True))


def identifiers(hostile: TestClient) -> list[str]:
    return [json.loads(line)["id"] for line in hostile.get("/api/v1/search.jsonl?q=alerte").text.splitlines()]


def assert_harmless(text: str) -> None:
    """The elements are ours, none of them runs anything, every address is of this site or of the web."""
    page = Page(text)
    for tag, attributes in page.elements:
        assert tag in TAGS, tag
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")}, attributes
        for name in ("href", "src", "action", "formaction"):
            address = attributes.get(name, "")
            assert urlsplit(address).scheme in ("", "http", "https"), address
            assert "evil.example" not in urlsplit(address).netloc, address
    assert [each for each in page.all("script") if "src" not in each] in ([], [{"type": "application/ld+json"}])
    assert len(page.all("script")) <= 2
    assert not HIDDEN & set(text)


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_answers_and_concordances_show_payloads(hostile: TestClient, page: int) -> None:
    for view in ("search", "kwic", "quotes"):
        answer = hostile.get(f"/{view}?q=alerte&page={page}&more=source")
        assert answer.status_code == 200
        assert_harmless(answer.text)


@pytest.mark.parametrize(
    "path", ["/", "/archive", "/names?q=alerte", "/names?q=", "/saved", "/quotes?by=Roussel", "/help"]
)
def test_other_pages_show_payloads(hostile: TestClient, path: str) -> None:
    answer = hostile.get(path)
    assert answer.status_code == 200
    assert_harmless(answer.text)


def test_articles_show_payloads(hostile: TestClient) -> None:
    found = identifiers(hostile)
    assert len(found) == len(PAYLOADS)
    for identifier, other in zip(found, [*found[1:], found[0]], strict=True):
        name, second = quote(identifier, safe=""), quote(other, safe="")
        for path, query in (
            (f"/article/{name}", "q=alerte&at=1"),
            (f"/article/{name}/similar", ""),
            ("/diff", f"left={name}&right={second}"),
        ):
            status, body, _ = raw(hostile.app, path, query)
            assert status == 200, (path, query)
            assert_harmless(body)


@pytest.mark.parametrize(
    "names",
    [
        *"q since until sort match page limit step order context by about format x".split(),
        "source author section language person year file",
        "share group lang at more",
    ],
)
def test_what_a_visitor_writes_is_shown(hostile: TestClient, names: str) -> None:
    """Every parameter with every payload, on the page that the parameter is of; those that refuse nothing together."""
    name, *others = names.split()
    own = {"order": "/kwic", "context": "/kwic", "by": "/quotes", "about": "/quotes", "x": "/article/nobody"}
    for path in (own.get(name, "/search"), *(("/names", "/nowhere", "/saved") if name == "q" else ())):
        for payload in PAYLOADS:
            answer = hostile.get(path, params={"q": "alerte", name: payload, **dict.fromkeys(others, payload)})
            assert answer.status_code < 500
            if answer.headers["content-type"].startswith("text/html"):
                assert_harmless(answer.text)


def test_other_outputs_hold_payloads_as_data(hostile: TestClient) -> None:
    feed = ElementTree.fromstring(hostile.get("/search.atom?q=alerte").content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == len(PAYLOADS)
    drawing = ElementTree.fromstring(hostile.get("/timeline.svg", params={"q": PAYLOADS[0]}).content)
    assert not list(drawing.iter("{http://www.w3.org/2000/svg}script"))
    ElementTree.fromstring(hostile.get("/opensearch.xml").content)
    answer = hostile.get("/api/v1/search?q=alerte&limit=100")
    assert answer.headers["content-type"] == "application/json"
    given = {hit["source"] for hit in answer.json()["hits"]}
    assert {"<script>alert(1)</script>", "javascript:alert(1)"} <= given
    for path in ("/api/v1/quotes?q=alerte", "/api/v1/kwic?q=alerte", "/api/v1/names?q=alerte", "/api/v1/saved"):
        assert hostile.get(path).headers["content-type"] == "application/json"
    for form in FORMATS:
        kind = hostile.get(f"/search.{form}?q=alerte").headers["content-type"]
        assert "html" not in kind
        assert "xml" not in kind
