"""The table of addresses, and how each is answered: a turn, a thread, one state of the index, a page or a problem."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import searcher
from searcher import messages
from searcher.faces.web import api, article, assets, concordance, diff, documents, names, quotes, saved, search, similar
from searcher.faces.web.exports import Lines
from searcher.faces.web.guard import Guard
from searcher.faces.web.problems import Problem, as_dict, not_found, problem_of
from searcher.faces.web.processes import Processes
from searcher.faces.web.site import AT_ONCE, Site, Visit, Work, chunks

COMPRESSED_FROM = 16_384
"""Bytes from which an answer is compressed. The pages of a plain question have some 40,000."""

STREAMS = 4 * AT_ONCE
"""Downloads that may be under way at the same time; each holds a turn only while a piece of it is made."""


def application(
    index_or_folder: searcher.Index | str | os.PathLike[str] | None = None,
    *,
    base_url: str | None = None,
    token: str | None = None,
    allowed_hosts: Iterable[str] = (),
    cors: str | None = None,
    saved_searches: searcher.SavedSearches | None = None,
    save: bool = False,
    show_paths: bool = False,
    processes: int = 0,
) -> ASGIApp:
    """An ASGI application that shows an archive: pages, `/api/v1/…`, feeds. It can be mounted under any path of another
    application, needs no lifespan, and goes over to a newer state of the index by itself.

    `index_or_folder`: an open index (one of `searcher.live` follows updates), or a folder, which may be without an index yet;
    None: as `searcher.locate` finds it. `base_url`: the address under which visitors reach the application, where it is not
    the one of the request (behind a proxy). `token`: what visitors must know, 16 characters or more. `allowed_hosts`: names
    that the server answers to beside loopback and the host of `base_url`; `"*"`: any name. `cors`: an origin whose pages may
    read the API. `saved_searches`: the saved searches to show, those of this index; `save`: visitors may save and remove
    searches. `show_paths`: whether answers hold the paths of files. `processes`: how many other processes make the answers
    (of a folder, under asyncio); 0: threads of this one.

    Raises UsageError for a token that is too short, an address that is none, `save` without `saved_searches`, `processes`
    with an open index.
    """
    if base_url is not None and not (urlsplit(base_url).scheme in ("http", "https") and urlsplit(base_url).hostname):
        raise searcher.UsageError(messages.Message("serve.base-url", base_url=base_url))
    if save and saved_searches is None:
        raise searcher.UsageError(messages.Message("serve.save"))
    if processes and isinstance(index_or_folder, searcher.Index):
        raise searcher.UsageError(messages.Message("serve.processes"))
    shown: dict[str, Any] = {"base_url": base_url, "saved": saved_searches, "save": save, "show_paths": show_paths}
    site = Site(index_or_folder, **shown)
    if processes:
        site.processes = Processes(_answered, processes, index=index_or_folder, **shown)
    own = urlsplit(base_url).hostname if base_url else None
    hosts = (*([allowed_hosts] if isinstance(allowed_hosts, str) else allowed_hosts), *([own] if own else []))
    inside = Starlette(routes=list(_routes(site)), exception_handlers=_handlers(site))
    inside.router.redirect_slashes = False
    return Guard(
        inside,
        refused=lambda request, problem: _refusal(Visit(site, request), problem),
        hosts=hosts,
        token=token,
        cors=cors,
        open_paths=("/static/", "/healthz"),
    )


_PAGES: Final[dict[str, Work]] = {
    "/": search.home,
    "/search": search.page,
    "/kwic": concordance.page,
    "/names": names.page,
    "/quotes": quotes.page,
    "/quotes.{format}": quotes.export,
    "/diff": diff.page,
    "/archive": documents.archive,
    "/article/{id:path}/similar": similar.page,
    "/article/{id:path}": article.page,
    "/search.atom": search.feed,
    "/timeline.svg": search.timeline_svg,
    "/opensearch.xml": documents.opensearch,
    "/search.{format}": search.export,
    "/kwic.{format}": concordance.export,
    "/timeline.{format}": search.timeline_export,
}

_OPERATIONS: Final[dict[str, Work]] = {
    "/api/v1/search": api.search,
    "/api/v1/search.jsonl": api.every,
    "/api/v1/article/{id}": api.article,
    "/api/v1/counts": api.counts,
    "/api/v1/facets": api.facets,
    "/api/v1/timeline": api.timeline,
    "/api/v1/kwic": api.kwic,
    "/api/v1/names": api.names,
    "/api/v1/pairs": api.pairs,
    "/api/v1/similar": api.similar,
    "/api/v1/quotes": api.quotes,
    "/api/v1/diff": api.diff,
    "/api/v1/stats": api.stats,
}

_ANSWERS: Final = {
    **_PAGES,
    **{path.replace("{id}", "{id:path}"): api.checked(path, work) for path, work in _OPERATIONS.items()},
}
"""The table of addresses whose answers change with the index only."""


def _routes(site: Site) -> Iterator[Route]:
    for path, work in _ANSWERS.items():
        yield Route(path, _endpoint(site, work, path), methods=["GET"])
    kept = api.checked("/api/v1/saved", api.saved)
    yield Route("/api/v1/saved", _endpoint(site, kept), methods=["GET"])
    yield Route("/saved", _endpoint(site, saved.page), methods=["GET"])
    yield Route("/saved", _endpoint(site, saved.change), methods=["POST"])
    # What is answered without the index, also while there is none.
    for path, work in {
        "/help": documents.help_,
        "/openapi.json": documents.openapi,
        "/schema.json": documents.schema,
    }.items():
        yield Route(path, _endpoint(site, work, asked=False), methods=["GET"])
    yield Route("/static/{name:path}", _static(site), methods=["GET"])
    yield Route("/healthz", _healthy, methods=["GET"])


def _endpoint(
    site: Site, work: Work, path: str = "", *, asked: bool = True
) -> Callable[[Request], Awaitable[Response]]:
    """`path`: where the work stands in the table of addresses; none: its answers change with more than the index. `asked`:
    whether the answer is made from the index."""

    async def endpoint(request: Request) -> Response:
        visit = Visit(site, request)
        try:
            if request.method == "POST":
                body = (await request.body()).decode("utf-8", "replace")
                visit.form = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=100))
            async with site.turn():
                if path and site.processes is not None and not _is_streamed(path, request):
                    return await site.processes.answer(path, request)
                return await anyio.to_thread.run_sync(_asked if asked else _made, visit, work, bool(path))
        except Exception as error:
            return _refusal(visit, problem_of(error))

    return endpoint


def _is_streamed(path: str, request: Request) -> bool:
    """Whether an answer may be a download, which is made piece by piece while it is sent."""
    return "{format}" in path or path.endswith(".jsonl") or "format" in request.query_params


def _answered(visit: Visit, path: str) -> Response:
    """The answer to a visit to an address of the table, or what is wrong."""
    try:
        return _asked(visit, _ANSWERS[path], cached=True)
    except Exception as error:
        return _refusal(visit, problem_of(error))


def _made(visit: Visit, work: Work, cached: bool) -> Response:
    answer = work(visit)
    if isinstance(answer, Lines):
        response: Response = Stream(visit.site, answer)
    else:
        response = answer
        _compress(response, visit.request.headers.get("accept-encoding", ""))
    if "cache-control" not in response.headers:
        response.headers["cache-control"] = "private, no-cache" if cached else "no-store"
        if cached:
            response.headers["etag"] = visit.tag
    return response


def _compress(response: Response, accepted: str) -> None:
    """Compresses an answer of some size for a visitor who takes it so. Each link of a page repeats its question: that of a long
    question is ten times smaller on the wire."""
    if len(response.body) < COMPRESSED_FROM:
        return
    response.headers.add_vary_header("Accept-Encoding")
    if _takes_gzip(accepted):
        response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))


def _takes_gzip(accepted: str) -> bool:
    """Whether a value of `Accept-Encoding` allows gzip (RFC 9110)."""
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in ("gzip", "*"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False


def _asked(visit: Visit, work: Work, cached: bool) -> Response:
    """The answer from one state of the index; once more, when that state was removed meanwhile."""
    for last in (False, True):
        try:
            with visit.site.index().pinned() as pinned:
                visit.index = pinned
                if cached and _has(visit.request.headers.get("if-none-match", ""), visit.tag):
                    return Response(status_code=304, headers={"etag": visit.tag, "cache-control": "private, no-cache"})
                return _made(visit, work, cached)
        except searcher.IndexReplaced:
            if last:
                raise
    raise AssertionError("the second time ends above")


def _has(tags: str, tag: str) -> bool:
    """Whether `tag` is one of `tags`, the value of `If-None-Match`; weak and strong tags are compared alike (RFC 9110)."""
    return tags.strip() == "*" or tag.removeprefix("W/") in tags


class Stream(StreamingResponse):
    """An answer that is made while it is sent. Its first piece is made at once, so that a question which cannot be asked is a
    problem, and not half an answer."""

    def __init__(self, site: Site, lines: Lines) -> None:
        if site.streams >= STREAMS:
            raise Problem(503, "busy", "error.busy", retry=5)
        self._site, self._lines = site, lines
        self._pieces = chunks(lines.made)
        self._first = next(self._pieces, b"")
        super().__init__(self._sent(), media_type=lines.media_type, headers=lines.headers)

    async def _sent(self) -> Any:
        piece: bytes | None = self._first
        while piece is not None:
            yield piece
            async with self._site.turn(patient=True):
                piece = await anyio.to_thread.run_sync(next, self._pieces, None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._site.streams += 1
        try:
            if scope["method"] == "HEAD":
                await Response(headers=dict(self.headers))(scope, receive, send)
            else:
                await super().__call__(scope, receive, send)
        finally:
            self._site.streams -= 1
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._close)

    def _close(self) -> None:
        """Lets go of the state of the index, also when the visitor left in the middle."""
        self._pieces.close()
        self._lines.close()


# ── what is wrong ─────────────────────────────────────────────────────────────────────────────────────────────────────


_BUSY = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{said}</title></head>'
    "<body><main><h1>{said}</h1></main></body></html>"
)


def _refusal(visit: Visit, problem: Problem) -> Response:
    """A problem as a page, or for programs as `application/problem+json`."""
    path = visit.request.scope["path"].removeprefix(visit.request.scope.get("root_path", ""))
    response: Response
    if path.startswith("/api/") or path == "/openapi.json":
        told = as_dict(problem, visit.language)
        response = JSONResponse(told, problem.status, media_type="application/problem+json")
        response.headers.update({"content-language": visit.language, "vary": "Accept-Language, Cookie"})
    elif problem.code == "busy":  # a page without a template: refusing has to be cheaper than answering
        said = visit.say(problem.message)
        response = HTMLResponse(_BUSY.format(language=visit.language, said=said), problem.status)
    elif problem.code == "index_missing":
        response = visit.page("first.html", status=problem.status)
    else:
        response = visit.page("error.html", status=problem.status, problem=problem)
    if problem.retry is not None:
        response.headers["retry-after"] = str(problem.retry)
    if problem.status == 401:
        response.headers["www-authenticate"] = 'Bearer realm="searcher"'
    response.headers["cache-control"] = "no-store"
    return response


def _handlers(site: Site) -> dict[Any, Callable[[Request, Any], Awaitable[Response]]]:
    async def refused(request: Request, error: HTTPException) -> Response:
        problem = not_found()
        if error.status_code == 405:
            problem = Problem(405, "method_not_allowed", "error.method")
        response = _refusal(Visit(site, request), problem)
        for name, value in (error.headers or {}).items():
            response.headers[name] = value
        return response

    return {HTTPException: refused}


def _static(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def static(request: Request) -> Response:
        try:
            return assets.answer(request.path_params["name"])
        except Problem as problem:
            return _refusal(Visit(site, request), problem)

    return static


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})
