"""An archive on the web, asked without a network; a parser for what its pages hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import anyio.from_thread
import pytest

import searcher

pytest.importorskip("starlette", reason="the web page needs the extra web")

from starlette.testclient import TestClient

from searcher.web import application

SAID = (
    "Anne Roussel a rencontré Karim Belkacem à Lyon.",
    "Karim Belkacem et Anne Roussel sont d’accord, selon l’Insee.",
    "Anne Roussel est à Marseille.",
)
DISPATCH = (
    "Le Premier ministre a annoncé mardi soir un remaniement du gouvernement avant la fin de la semaine prochaine. "
    "« Nous avons besoin d’une équipe renouvelée », a déclaré Anne Roussel devant les députés réunis à Lyon. "
    "Plusieurs ministres devraient quitter leur poste, dont celui des Finances, contesté depuis des mois par une partie "
    "de la majorité. L’opposition a dénoncé une manœuvre à quelques jours du vote des crédits de la recherche publique."
)
ARTICLES: list[dict[str, str]] = [
    {
        "id": "a1",
        "title": "Le budget adopté",
        "text": "Le budget de la ville est adopté.\nLa police reste, et le budget aussi.",
        "source": "AFP",
        "date": "2020-01-07",
        "author": "Léa Roy",
        "url": "https://exemple.fr/a1",
        "section": "Ville",
    },
    {
        "id": "a2",
        "title": "La police en grève",
        "text": "La police demande un budget plus élevé, l’État un budget moindre.",
        "source": "Le Monde",
        "date": "2020-02",
        "author": "Jean Petit",
    },
    {"id": "a3", "title": "Une école ouvre", "text": "Le maire ouvre une école sans budget.", "source": "AFP"},
    {"id": "a/4?x#y", "title": "", "text": "Un budget sans titre.", "source": "Le Monde", "date": "2019-05-02"},
    {"id": "c1", "title": "Un remaniement", "text": DISPATCH, "source": "AFP", "date": "2020-07-01"},
    {
        "id": "c2",
        "title": "Le gouvernement remanié",
        "text": f"{DISPATCH.replace('mardi', 'hier')} Notre rédaction suit ce dossier.",
        "source": "Le Monde",
        "date": "2020-07-02",
    },
    *(
        {
            "id": f"b{number}",
            "title": f"Brève {number}",
            "text": f"Une brève sur le budget, la numéro {number}. {SAID[number % 3]}",
            "source": ("AFP", "Le Monde", "Reuters")[number % 3],
            "date": f"20{18 + number % 4}-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "section": ("Ville", "Monde")[number % 2],
        }
        for number in range(26)
    ),
]

Make = Callable[..., TestClient]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index over `ARTICLES`."""
    place = tmp_path_factory.mktemp("web")
    (place / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), "utf-8")
    searcher.build(place / "index", [place / "articles.jsonl"])
    return place / "index"


def client(application_: Any, *, base_url: str = "http://localhost", **headers: str) -> TestClient:
    """A visitor who reads French."""
    given = {"accept-language": "fr", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return TestClient(application_, base_url=base_url, headers=given, follow_redirects=False)


@pytest.fixture(scope="session", autouse=True)
def portal() -> Iterator[None]:
    """One event loop for the requests of all visitors, as a server has; without it each request starts a thread and a loop."""
    with anyio.from_thread.start_blocking_portal() as opened, pytest.MonkeyPatch.context() as patched:
        patched.setattr(TestClient, "portal", opened)
        yield


@pytest.fixture(scope="session")
def visitor(folder: Path) -> TestClient:
    """A visitor of the archive."""
    return client(application(folder))


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, in order, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        """The addresses of this site that the page leads to."""
        return [each["href"] for each in self.all("a") if not urlsplit(each.get("href", "")).netloc]


def raw(application_: Any, path: str, query: str = "") -> tuple[int, str, dict[bytes, bytes]]:
    """The answer to a path that no client has tidied up."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
    }
    anyio.run(application_, scope, receive, send)
    body = b"".join(each.get("body", b"") for each in sent).decode()
    return sent[0]["status"], body, dict(sent[0]["headers"])
