"""The page about the archive, the help, and the documents for programs: OpenAPI, the schema of answers, OpenSearch."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from starlette.responses import JSONResponse, Response

import searcher
from searcher.faces.web import markdown
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State
from searcher.messages.reasons import in_general

FIELDS = ("source", "author", "section", "language", "format", "year")
VALUES = 15

PROBLEMS = ("failed", "partly", "missing", "skipped", "noted")
"""The kinds of problems of `searcher.Failure`, the worst first; `partly` are failures in files that gave articles."""

PLACES = 200
"""Files with a problem that the page names, on a site that shows paths."""


def archive(visit: Visit) -> Response:
    """What is in the archive: how many articles, from where, of when."""
    facets = visit.index.facets(searcher.Ask(""), *FIELDS, size=VALUES)
    problems: Counter[tuple[str, str]] = Counter()
    places: list[searcher.Failure] = []
    for each in visit.index.problems():
        kind = "partly" if each.partly and each.kind == "failed" else each.kind
        problems[kind, in_general(each.reason, visit.language)] += 1
        if visit.site.show_paths and len(places) < PLACES:
            places.append(each)
    ordered = sorted(problems.items(), key=lambda each: (PROBLEMS.index(each[0][0]), -each[1], each[0]))
    return visit.page("archive.html", state=State(), facets=facets, problems=ordered, places=places)


def help_(visit: Visit) -> Response:
    """The query language on a page, and the keys."""
    return visit.page("help.html", state=State(), syntax=markdown.html(searcher.syntax(visit.language)))


def opensearch(visit: Visit) -> Response:
    """What lets a browser search the archive from its own search bar (OpenSearch 1.1)."""
    pages = visit.absolute("/search") + "?q={searchTerms}"
    feed = visit.absolute("/search.atom") + "?q={searchTerms}"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"  <ShortName>{escape(visit.say('archive'))}</ShortName>",
        f"  <Description>{escape(visit.say('home.title'))}</Description>",
        "  <InputEncoding>UTF-8</InputEncoding>",
        f'  <Url type="text/html" template={quoteattr(pages)}/>',
        f'  <Url type="application/atom+xml" template={quoteattr(feed)}/>',
        "</OpenSearchDescription>",
        "",
    ]
    return Response("\n".join(lines), media_type="application/opensearchdescription+xml; charset=utf-8")


def openapi(visit: Visit) -> Response:
    """The description of the API, with the address it is reached at."""
    return JSONResponse({**described(), "servers": [{"url": visit.link("/").rstrip("/") or "/"}]})


def schema(visit: Visit) -> Response:
    """The published schema of answers."""
    return JSONResponse(_read("json-output.schema.json"), media_type="application/schema+json")


@cache
def described() -> dict[str, Any]:
    """`openapi.json` with the published schema of answers among its schemas: `answer`, and its parts by their names."""
    published = _read("json-output.schema.json")
    parts = published.pop("$defs")
    for key in ("$schema", "$id"):
        del published[key]
    made = _read("openapi.json")
    schemas = json.dumps({"answer": published, **parts}).replace("#/$defs/", "#/components/schemas/")
    made["components"]["schemas"] = {**json.loads(schemas), **made["components"]["schemas"]}
    return made


def _read(name: str) -> dict[str, Any]:
    """A JSON document of this package."""
    made: dict[str, Any] = json.loads((Path(__file__).parent / name).read_text("utf-8"))
    return made
