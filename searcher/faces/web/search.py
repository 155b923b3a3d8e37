"""The first page, the page of an answer, its downloads and its feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

import searcher
from searcher.faces.web import state as states
from searcher.faces.web.drawing import drawing
from searcher.faces.web.exports import FORMATS, Format, Lines, file_name
from searcher.faces.web.paging import pager, pages_of
from searcher.faces.web.problems import Problem, not_found
from searcher.faces.web.site import Visit
from searcher.faces.web.state import FACETS, WINDOW, State
from searcher.render import atom
from searcher.render import timeline as timelines
from searcher.values import Value, replace

FACET_TIME = 2.0
"""Seconds that facets and the timeline may take."""

VALUES, MORE = 8, 100
"""Values of a facet on a page, beside those that are chosen; of the facet that was asked to show more."""

FEED = 50
"""Entries of a feed."""

SORTS = ("relevance", "-date", "date")
STEPS = tuple(step.value for step in searcher.Step)
KINDS = ("table", "references", "corpora", "data")


def home(visit: Visit) -> Response:
    """The first page: a box to type in, and what there is to search."""
    everything = searcher.Ask("", timeout=FACET_TIME)
    timeline = visit.index.timeline(everything, headlines=False)
    (sources,) = visit.index.facets(everything, "source", size=12)
    state = State()
    return visit.page(
        "home.html",
        state=state,
        drawing=drawing(visit, timeline, state),
        timeline=timeline,
        sources=sources,
        span=_span(timeline),
    )


def _span(timeline: searcher.Timeline) -> tuple[str, str] | None:
    """The years of the first and the last bar that hold an article."""
    held = [each for each in timeline.buckets if each.articles]
    return (f"{held[0].start.year:04}", f"{held[-1].start.year:04}") if held else None


def page(visit: Visit) -> Response | Lines:
    """The page of an answer; with `format=`, its download."""
    if (form := visit.request.query_params.get("format")) is not None:
        return _export(visit, form)
    state = states.read(visit.request.query_params)
    if "q" not in visit.request.query_params and not state.is_filtered:
        return home(visit)
    check_window(state)
    ask = state.ask
    results = visit.index.search(ask, limit=state.limit, page=state.page, group=state.group)
    quick = replace(ask, timeout=FACET_TIME)
    facets = [_cut(each, state) for each in visit.index.facets(quick, *FACETS, size=MORE if state.more else VALUES)]
    timeline = visit.index.timeline(quick, step=state.step, headlines=bool(results.total) and state.page == 1)
    pages = pages_of(results.total if results.groups is None else results.groups, state.limit)
    last = min(pages, WINDOW // state.limit)
    response = visit.page(
        "search.html",
        state=state,
        results=results,
        hits=[visit.shown(hit) for hit in results],
        notes=[note for note in results.notes if not note.quiet],
        facets=[facet for facet in facets if _worth_showing(facet)],
        timeline=timeline,
        drawing=drawing(visit, timeline, state),
        pager=pager(state.page, last, cut=last < pages),
        chips=chips(visit, state),
        formats=[(kind, [each for each in FORMATS.values() if each.group == kind]) for kind in KINDS],
        sorts=SORTS,
        steps=STEPS,
    )
    if not results.complete or not timeline.complete or not all(facet.complete for facet in facets):
        response.headers["cache-control"] = "no-store"  # the next time it may be whole
    return response


def check_window(state: State) -> None:
    """Raises Problem for a page beyond the articles that pages reach."""
    if state.page * state.limit > WINDOW:
        raise Problem(400, "window", "error.window")


def _cut(facet: searcher.Facet, state: State) -> searcher.Facet:
    """The values of a facet that a page shows: the most frequent ones, and those that are chosen."""
    if facet.field == state.more:
        return facet
    return replace(facet, values=tuple(each for at, each in enumerate(facet.values) if at < VALUES or each.chosen))


def _worth_showing(facet: searcher.Facet) -> bool:
    """Whether a facet has a choice to offer, or one that was made."""
    return facet.distinct > 1 or any(each.chosen for each in facet.values)


class Chip(Value):
    """A filter in use, in words, and the address without it."""

    label: str
    address: str


def chips(visit: Visit, state: State) -> list[Chip]:
    made = []
    if state.since:
        made.append(Chip(visit.say("since.chip", date=state.since), visit.search_link(state, since="")))
    if state.until:
        made.append(Chip(visit.say("until.chip", date=state.until), visit.search_link(state, until="")))
    for field, value in state.filters:
        said = (
            f"{visit.say(f'field.{field}')}\u00a0: " if visit.language == "fr" else f"{visit.say(f'field.{field}')}: "
        )
        made.append(Chip(said + (value or visit.say("unknown")), visit.search_link(state.without(field, value))))
    return made


# ── downloads ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def export(visit: Visit) -> Lines:
    """All hits of an answer in the format that the suffix of the address names."""
    return _export(visit, visit.request.path_params["format"])


def _export(visit: Visit, name: str) -> Lines:
    form = FORMATS.get(name)
    if form is None:
        raise not_found()
    state = states.read(visit.request.query_params)
    return Lines(lines(visit, state.ask, form), form.media_type, file_name(state.q, form.name))


def lines(visit: Visit, ask: searcher.Ask, form: Format) -> Iterator[Any]:
    """The lines or the bytes of a download, from one state of the index, which is held until the last one."""
    with visit.site.index().pinned() as index:
        results = index.search(ask, limit=1, passages=0, timeout=None)
        hits = (visit.shown(hit) for hit in index.every(ask, passages=form.passages, timeout=None))
        yield from form.made(results, hits)


# ── the timeline by itself ────────────────────────────────────────────────────────────────────────────────────────────


def timeline_svg(visit: Visit) -> Response:
    """The timeline as a drawing to keep."""
    state = states.read(visit.request.query_params)
    found = visit.index.timeline(state.ask, step=state.step, headlines=False)
    drawn = "\n".join(timelines.svg(found, title=state.q or visit.say("timeline"), share=state.share))
    return Response(
        drawn.encode("utf-8", "replace"),
        media_type="image/svg+xml; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="timeline.svg"'},
    )


def timeline_export(visit: Visit) -> Response | Lines:
    """The numbers of the timeline: `csv`, `json`, `jsonl`."""
    kinds = {"csv": timelines.csv, "json": timelines.json, "jsonl": timelines.jsonl}
    name = visit.request.path_params["format"]
    if name not in kinds:
        raise not_found()
    state = states.read(visit.request.query_params)
    found = visit.index.timeline(state.ask, step=state.step)
    return Lines(iter(kinds[name](found)), FORMATS[name].media_type, f"timeline.{name}")


# ── the feed ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def feed(visit: Visit) -> Response:
    """The articles of an answer that came into the archive last, as Atom. Some of the words are never enough for a feed, unless
    the address says so."""
    state = states.read(visit.request.query_params)
    given = visit.request.query_params.get("match")
    ask = replace(state.ask, match=searcher.Required(given or "all"))
    address = visit.absolute("/search.atom", state.parameters())
    found = [visit.shown(hit) for hit in visit.index.latest(ask, limit=FEED)]
    made = atom.feed(found, query=state.q, about=visit.about, address=address)
    body = "\n".join(made).encode("utf-8", "replace")
    return Response(body, media_type="application/atom+xml; charset=utf-8")
