"""The API: the same answers as JSON, in the published form (docs/json-output.md); `openapi.json` describes it."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from starlette.responses import Response

import searcher
from searcher.faces.web import parameters
from searcher.faces.web import quotes as quoted
from searcher.faces.web import saved as kept
from searcher.faces.web import search as pages
from searcher.faces.web import state as states
from searcher.faces.web.concordance import SORTED
from searcher.faces.web.exports import FORMATS, Lines
from searcher.faces.web.problems import Problem
from searcher.faces.web.site import Visit, Work
from searcher.messages import Message
from searcher.render import concordance
from searcher.render import diff as rendered_diff
from searcher.render import facets as rendered_facets
from searcher.render import json as rendered
from searcher.render import names as rendered_names
from searcher.render import quotes as rendered_quotes
from searcher.render import similar as rendered_similar
from searcher.render import timeline as timelines
from searcher.values import replace

SCHEMA = 1
COUNTED = ("source", "author", "section", "language", "format", "when")


def answer(value: object, *, complete: bool = True) -> Response:
    """A JSON answer; one that is not complete is not kept, since the next one may be."""
    written = value if isinstance(value, str) else rendered.dumps(value)
    headers = {} if complete else {"cache-control": "no-store"}
    return Response(written.encode("utf-8", "replace"), media_type="application/json", headers=headers)


def checked(path: str, work: Work) -> Work:
    """The operation at a path of `openapi.json`; it raises UsageError for parameters that differ from the document."""

    def operation(visit: Visit) -> Response | Lines:
        parameters.check(path, visit.request.query_params)
        return work(visit)

    return operation


def search(visit: Visit) -> Response:
    """A page of hits: what `search --json` prints."""
    given = visit.request.query_params
    state = states.read(given, repeated=False)
    pages.check_window(state)
    ask = state.ask
    passages = states.number(given, "passages", 2, 0, 100)
    explain, group = given.get("explain") == "1", given.get("group") == "1"
    results = visit.index.search(
        ask, limit=state.limit, page=state.page, passages=passages, explain=explain, group=group
    )
    if fields := _fields(given.get("facets"), searcher.FACETS, "facets"):
        results = results.with_facets(visit.index.facets(replace(ask, timeout=pages.FACET_TIME), *fields))
    shown = replace(results, hits=tuple(map(visit.shown, results.hits)))
    return answer(shown.to_json(), complete=results.complete)


def every(visit: Visit) -> Lines:
    """Every hit, a JSON object a line."""
    state = states.read(visit.request.query_params, repeated=False)
    passages = states.number(visit.request.query_params, "passages", 0, 0, 100)
    form = replace(FORMATS["jsonl"], passages=passages)
    return Lines(pages.lines(visit, state.ask, form), form.media_type)


def article(visit: Visit) -> Response:
    """An article with its text; with `q`, the ranges that the query asks for. Raises NotFound."""
    state = states.read(visit.request.query_params, repeated=False)
    found = visit.index.get(visit.request.path_params["id"])
    marks = visit.index.highlights(state.ask, found.id) if state.q else None
    return answer(rendered.article(visit.article(found), marks))


def counts(visit: Visit) -> Response:
    """How many articles of an answer have each value of some fields."""
    state = states.read(visit.request.query_params, repeated=False)
    fields = _fields(visit.request.query_params.get("fields"), COUNTED, "fields") or ("source",)
    found = visit.index.counts(state.ask, *fields)
    values = {
        field: [
            {"value": value, "articles": articles}
            for value, articles in sorted(found.values[field].items(), key=lambda each: (-each[1], each[0] or ""))
        ]
        for field in fields
    }
    known = {"schema": SCHEMA, "total": found.total, "complete": found.complete, "values": values}
    return answer(known, complete=found.complete)


def facets(visit: Visit) -> Response:
    """The facets of an answer: what `searcher facets --format json` prints."""
    state = states.read(visit.request.query_params, repeated=False)
    fields = _fields(visit.request.query_params.get("fields"), searcher.FACETS, "fields") or states.FACETS
    size = states.number(visit.request.query_params, "size", 20, 0, 1000)
    found = visit.index.facets(state.ask, *fields, size=size)
    return answer("".join(rendered_facets.json(found)), complete=all(each.complete for each in found))


def timeline(visit: Visit) -> Response:
    """An answer over time: what `searcher timeline --format json` prints."""
    state = states.read(visit.request.query_params, repeated=False)
    found = visit.index.timeline(state.ask, step=state.step)
    return answer("".join(timelines.json(found)), complete=found.complete)


def kwic(visit: Visit) -> Response:
    """The first lines of a concordance (`limit`, 100 without it); all of them are at `/kwic.jsonl`."""
    given = visit.request.query_params
    state = states.read(given, repeated=False)
    limit = states.number(given, "limit", 100, 1, states.MAX_LIMIT)
    seed = states.number(given, "seed", 0, 0, 10**9 - 1)
    sample = states.number(given, "sample", 0, 0, states.MAX_LIMIT) or None
    results = visit.index.search(state.ask, limit=1, passages=0)
    if (state.order or sample) and results.total > SORTED:
        raise Problem(400, "too_many", "error.too_many")
    lines = visit.index.kwic(state.ask, context=state.context, order=state.order, sample=sample, seed=seed)
    return answer("".join(concordance.json(results, islice(lines, limit))))


def names(visit: Visit) -> Response:
    """The names of an answer: what `searcher names --format json` prints. Raises UsageError for an index without names."""
    given = visit.request.query_params
    kinds = tuple(filter(None, (given.get("kinds") or "").split(",")))
    size = states.number(given, "size", 20, 1, states.MAX_LIMIT)
    found = visit.index.names(
        states.read(given, repeated=False).ask, kinds=kinds, order=given.get("rank") or "ratio", size=size
    )
    return answer("".join(rendered_names.json(found)), complete=found.complete)


def pairs(visit: Visit) -> Response:
    """The pairs of persons of an answer: what `searcher pairs --format json` prints."""
    given = visit.request.query_params
    size = states.number(given, "size", 20, 1, states.MAX_LIMIT)
    examples = states.number(given, "examples", 0, 0, 10)
    found = visit.index.pairs(
        states.read(given, repeated=False).ask, order=given.get("rank") or "ratio", size=size, examples=examples
    )
    return answer("".join(rendered_names.json(found)), complete=found.complete)


def similar(visit: Visit) -> Response:
    """Articles like one or more articles: what `searcher similar --format json` prints. Raises NotFound."""
    given = visit.request.query_params
    state = states.read(given, repeated=False)
    found = visit.index.similar(*given.getlist("id"), text=given.get("text") or "", limit=state.limit, **_period(state))
    shown = replace(found, hits=tuple(map(visit.shown, found.hits)))
    return answer("".join(rendered_similar.json(shown)))


def quotes(visit: Visit) -> Response:
    """The first quotes of an answer (`limit`, 100 without it); all of them are at `/quotes.jsonl`."""
    given = visit.request.query_params
    state = states.read(given, repeated=False)
    limit = states.number(given, "limit", 100, 1, states.MAX_LIMIT)
    found = islice(quoted.asked(visit.index, state), limit)
    return answer("".join(rendered_quotes.json(found, {"query": state.q, "by": state.by, "about": state.about})))


def diff(visit: Visit) -> Response:
    """What differs between two articles: what `searcher diff --format json` prints. Raises NotFound."""
    given = visit.request.query_params
    found = visit.index.diff(given.get("left") or "", given.get("right") or "")
    shown = replace(found, left=visit.article(found.left), right=visit.article(found.right))
    return answer("".join(rendered_diff.json(shown)))


def _period(state: states.State) -> dict[str, Any]:
    """The period and the filters of an address, as options."""
    ask = state.ask
    return {"since": ask.since, "until": ask.until, "filters": dict(ask.filters)}


def saved(visit: Visit) -> Response:
    """The saved searches, each with the addresses of its answer and its feed."""
    return answer({"schema": SCHEMA, "saved": [_saved(visit, each) for each in kept.listed(visit)]})


def _saved(visit: Visit, search: searcher.Saved) -> dict[str, Any]:
    state = kept.state_of(search.ask)
    return {
        "name": search.name,
        "query": search.ask.query,
        "note": search.note,
        "created": search.created,
        "search": visit.search_link(state, "/api/v1/search"),
        "feed": visit.search_link(state, "/search.atom"),
    }


def stats(visit: Visit) -> Response:
    """What the archive is, and how many articles it has by source, year, language and format."""
    about = visit.about
    found = visit.index.facets(searcher.Ask(""), "source", "year", "language", "format", size=1000)
    made = json.loads("".join(rendered_facets.json(found)))
    known = {
        "schema": SCHEMA,
        "articles": about.articles,
        "copies": about.copies,
        "bytes": about.bytes,
        "engine": about.engine,
        "fingerprint": about.fingerprint,
        "created": about.created,
        "generation": about.generation,
        "facets": made["facets"],
    }
    return answer(known, complete=all(each.complete for each in found))


def _fields(written: str | None, known: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The fields of a list with commas. Raises UsageError for a field that there is not."""
    fields = tuple(dict.fromkeys(field.strip() for field in (written or "").split(",") if field.strip()))
    for field in fields:
        if field not in known:
            raise searcher.UsageError(Message("web.fields", name=name, fields=", ".join(known), field=field[:40]))
    return fields
