"""What every page of one application shares (`Site`), and one request with what it is answered from (`Visit`)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import date as Date
from datetime import timedelta
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from random import uniform
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

import searcher
from searcher import messages
from searcher.faces.web import assets, shown, words
from searcher.faces.web.exports import Lines
from searcher.faces.web.problems import Problem
from searcher.faces.web.state import State, encoded
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.faces.web.processes import Processes

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Questions that are answered at the same time."""

WAITING = 100 * AT_ONCE
"""Questions that may wait for their turn; the next one is told to come back."""

PATIENCE = 5.0
"""Seconds that a question waits for its turn, half as long to half as long again: questions that came together are then not
refused together, which would keep the server from everything else. Waiting costs less than refusing clients that ask again
at once, and a reader waits rather than asks again."""

LANGUAGE_COOKIE = "searcher_lang"


class Site:
    """One archive on the web: its index, how it is shown, how many questions it answers at once.

    The index is opened by the first question. While there is none, every question looks again; so it is when its folder was
    taken away meanwhile: all processes then say the same, and answer again once the folder is back.
    """

    def __init__(
        self,
        index: searcher.Index | str | os.PathLike[str] | None,
        *,
        base_url: str | None,
        saved: searcher.SavedSearches | None,
        save: bool,
        show_paths: bool,
    ) -> None:
        self._given = index if isinstance(index, searcher.Index) else None
        self._opened: searcher.Index | None = None
        self._folder = None if isinstance(index, searcher.Index) else index
        self._opening = Lock()
        self.base_url = base_url.rstrip("/") if base_url else None
        self.saved, self.save, self.show_paths = saved, save, show_paths
        self.saving = Lock()
        self.streams = 0
        self.processes: Processes | None = None
        """What answers in place of threads of this process."""
        self._turns: RunVar[anyio.CapacityLimiter] = RunVar("searcher_turns")

    def index(self) -> searcher.Index:
        """The index, which follows updates. Raises what `searcher.live` raises."""
        if self._given is not None:
            return self._given
        with self._opening:
            if self._opened is not None and not self._opened.folder.is_dir():
                self._opened.close()
                self._opened = None
            if self._opened is None:
                self._opened = searcher.live(self._folder)
            return self._opened

    @property
    def folder(self) -> Path:
        """Where the index is."""
        return self._given.folder if self._given is not None else searcher.locate(self._folder)

    @asynccontextmanager
    async def turn(self, *, patient: bool = False) -> AsyncIterator[None]:
        """One of the `AT_ONCE` turns. Raises Problem when too many wait, or none came free in time; who is `patient` waits as
        long as it takes."""
        limiter = self._limiter()
        me = object()
        if not patient and limiter.statistics().tasks_waiting >= WAITING:
            raise _busy()
        with anyio.move_on_after(None if patient else PATIENCE * uniform(0.5, 1.5)) as wait:
            await limiter.acquire_on_behalf_of(me)
        if wait.cancelled_caught:
            raise _busy()
        try:
            yield
        finally:
            limiter.release_on_behalf_of(me)

    def _limiter(self) -> anyio.CapacityLimiter:
        """The turns of the running event loop."""
        with suppress(LookupError):
            return self._turns.get()
        limiter = anyio.CapacityLimiter(AT_ONCE)
        self._turns.set(limiter)
        return limiter


def _busy() -> Problem:
    return Problem(503, "busy", "error.busy", retry=1)


class Visit:
    """A request, and what it is answered from: one state of the index, the visitor's language."""

    def __init__(self, site: Site, request: Request) -> None:
        self.site, self.request = site, request
        self.language = _language(request)
        self.root = urlsplit(site.base_url).path if site.base_url else request.scope.get("root_path", "")
        self.form: dict[str, str] = {}
        self._index: searcher.Index | None = None
        self._about: searcher.About | None = None

    # ── the archive ───────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def index(self) -> searcher.Index:
        """The state of the index that the whole answer is made from."""
        assert self._index is not None, "inside `asked` only"
        return self._index

    @index.setter
    def index(self, index: searcher.Index) -> None:
        self._index = index
        self._about = None

    @property
    def about(self) -> searcher.About:
        if self._about is None:
            self._about = self.index.about
        return self._about

    @property
    def tag(self) -> str:
        """The entity tag of the answer: of the state of the index, the address, the language, and the day, since dates such as
        `hier` are measured from it."""
        url = self.request.url
        what = (
            searcher.__version__,
            self.about.lineage,
            self.about.generation,
            self.about.created,
            url.path,
            url.query,
            self.language,
            Date.today().isoformat(),
            self.site.base_url or self.request.headers.get("host", ""),
        )
        return f'W/"{sha256(repr(what).encode("utf-8", "surrogatepass")).hexdigest()[:24]}"'

    def shown(self, hit: searcher.Hit) -> searcher.Hit:
        """A hit without the paths of its files, unless this site shows them."""
        if self.site.show_paths:
            return hit
        return replace(hit, article=self.article(hit.article), group=tuple(map(self.article, hit.group)))

    def article(self, article: searcher.Article) -> searcher.Article:
        """An article without the paths of its files, unless this site shows them."""
        return article if self.site.show_paths else replace(article, path="", place=None, copies=())

    # ── addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def link(self, path: str, parameters: Iterable[tuple[str, str]] | Mapping[str, str] = (), anchor: str = "") -> str:
        """An address of this application; it begins with the prefix under which the application is mounted."""
        query = encoded(parameters)
        return f"{self.root}{path}{'?' if query else ''}{query}{'#' if anchor else ''}{anchor}"

    def absolute(self, path: str, parameters: Iterable[tuple[str, str]] | Mapping[str, str] = ()) -> str:
        """The same with the name of the server."""
        if self.site.base_url:
            parts = urlsplit(self.site.base_url)
            return f"{parts.scheme}://{parts.netloc}{self.link(path, parameters)}"
        url = self.request.url
        return f"{url.scheme}://{url.netloc}{self.link(path, parameters)}"

    def search_link(self, state: State, path: str = "/search", **changes: object) -> str:
        """The address of a state, after changes."""
        return self.link(path, (state.with_(**changes) if changes else state).parameters())

    def article_link(self, identifier: str, state: State | None = None, at: int | None = None, anchor: str = "") -> str:
        """The address of an article; `state` and `at`: the answer it stands in, and where."""
        parameters = state.question() if state is not None else []
        if state is not None and at is not None:
            parameters = [*parameters, ("at", str(at)), *([] if state.group else [("group", "0")])]
        return self.link(f"/article/{shown.segment(identifier)}", [each for each in parameters if each[1]], anchor)

    # ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, name: str, /, **fields: object) -> str:
        return words.say(self.language, name, **fields)

    def burst_name(self, burst: searcher.Burst) -> str:
        """The name of a burst: of its first bar, and of its last one when it has several."""
        parts = burst.label.split(" – ")
        return " – ".join(words.bucket(self.language, each) for each in parts)

    def translated(self, text: str) -> str:
        """A message of the program (a note, an error) in the visitor's language, where it can be said in it."""
        return messages.translated(text, self.language)

    def speaks(self, text: str) -> bool:
        """Whether `translated` is in the visitor's language; else it is in English."""
        return self.language == "en" or isinstance(text, messages.Message)

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page of HTML."""
        about = self._about or (self._index.about if self._index is not None else None)
        body = (
            environment()
            .get_template(template)
            .render(
                visit=self,
                say=self.say,
                language=self.language,
                languages=words.LANGUAGES,
                number=partial(words.number, self.language),
                date=partial(words.date, self.language),
                share=partial(words.share, self.language),
                link=self.link,
                about=about,
                here=self.request.url.path,
                today=Date.today().isoformat(),
                **values,
            )
        )
        response = Response(body, status, media_type="text/html; charset=utf-8")
        response.headers["content-language"] = self.language
        response.headers["vary"] = "Accept-Language, Cookie"
        if (chosen := self.request.query_params.get("lang")) in words.LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE,
                chosen,
                max_age=31_536_000,
                samesite="lax",
                httponly=True,
                secure=self.request.url.scheme == "https",
                path=self.root or "/",
            )
        return response


Work = Callable[[Visit], Response | Lines]
"""Makes the answer to a visit, in a thread. `Lines` are streamed."""


def _language(request: Request) -> words.Language:
    """`?lang=`, else what was chosen before, else the browser's."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        for language in words.LANGUAGES:
            if chosen == language:
                return language
    return words.preferred(request.headers.get("accept-language", ""))


@cache
def environment() -> Environment:
    """The templates; every value that they print is escaped and cleaned."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown.clean,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(day_before=_day_before, query=encoded, segment=shown.segment)
    made.globals.update(
        asset=assets.address, marked=shown.marked, paragraphs=shown.paragraphs, coins=shown.coins, web=shown.web_address
    )
    return made


def _day_before(day: Date) -> str:
    return (day - timedelta(1)).isoformat()


def chunks(lines: Iterable[str] | Iterable[bytes], size: int = 32_768) -> Generator[bytes, None, None]:
    """Lines, each with its end, or bytes as they are, in pieces of about `size` bytes."""
    held: list[bytes] = []
    length = 0
    for line in lines:
        held.append(line if isinstance(line, bytes) else f"{line}\n".encode("utf-8", "replace"))
        length += len(held[-1])
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)
