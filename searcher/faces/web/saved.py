"""The page of saved searches, each with its feed; where the site lets visitors save, what saves and removes them."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

import searcher
from searcher.faces.web import state as states
from searcher.faces.web.problems import Problem
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State


def page(visit: Visit) -> Response:
    """The saved searches of this index."""
    shown = [(each, state_of(each.ask)) for each in listed(visit)]
    return visit.page("saved.html", searches=shown, state=State())


def listed(visit: Visit) -> list[searcher.Saved]:
    """The saved searches of this index, by name; none where the site does not show them. Raises Problem."""
    if visit.site.saved is None:
        return []
    here = visit.site.folder.absolute()
    try:
        return [each for each in visit.site.saved if each.index == str(here)]
    except searcher.SearcherError as error:  # its message holds a path
        raise Problem(500, "not_saved", "error.unavailable") from error


def state_of(ask: searcher.Ask) -> State:
    """The address of a question."""
    return State(
        q=ask.query,
        match=ask.match.value,
        sort=ask.sort.value,
        since=ask.since or "",
        until=ask.until or "",
        filters=tuple((field, value or "") for field, values in ask.filters for value in values),
    )


def change(visit: Visit) -> Response:
    """Saves the search of a form (`name`, and the parameters of its address in `state`), or removes one (`forget`).

    Raises Problem where the site does not let visitors save, and for a form of another site.
    """
    if not visit.site.save or visit.site.saved is None:
        raise Problem(403, "read_only", "error.read_only")
    _check_same_origin(visit)
    form = visit.form
    with visit.site.saving:
        try:
            if "forget" in form:
                with suppress(searcher.NotFound):
                    visit.site.saved.forget(form["forget"])
            else:
                asked = states.read(QueryParams(parse_qsl(form.get("state", ""), keep_blank_values=True)))
                visit.site.saved.save(form.get("name", "").strip(), asked.ask, index=visit.site.folder)
        except searcher.UsageError as error:
            raise Problem(400, "not_saved", "error.not_saved", str(error).split("; ")[0]) from error
        except searcher.WriteFailed as error:
            raise Problem(500, "not_saved", "error.not_saved") from error
    return RedirectResponse(visit.link("/saved"), 303)


def _check_same_origin(visit: Visit) -> None:
    """Refuses a form that another site sent: browsers say where a form came from."""
    headers = visit.request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    same = origin is not None and urlsplit(origin).netloc == headers.get("host")
    # A browser of before 2023 does not say whose the form is.
    ours = same if site is None else site == "same-origin" and (same or origin in (None, "null"))
    if not ours:
        raise Problem(403, "origin_refused", "error.origin")
