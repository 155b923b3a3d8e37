"""The parameters of an address ↔ `State`: what a page shows. Every state is an address, and every address a state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import quote_plus

import searcher
from searcher.messages import Message
from searcher.values import Value, replace

FIELDS: Final = searcher.FACETS
"""The filters an address can have, each any number of times; an empty value stands for articles without one."""

NAMES: Final = {"format": "file"}
"""The parameter of a field, where it is not the field's name: `format` says in which form an answer is wanted."""

FACETS: Final = ("source", "person", "author", "section", "language", "year")
"""The fields that a page shows as facets."""

PER_PAGE: Final = 10
MAX_LIMIT: Final = 1_000
MAX_FILTERS: Final = 100
"""Values that the filters of an address have together: each link of a page repeats them."""

MAX_LENGTH: Final = 4_096
"""Bytes of these values together, as they stand in an address."""

WINDOW: Final = 10_000
"""Articles that pages reach; a download holds all."""


class Parameters(Protocol):
    """Parameters of an address, as Starlette parses them."""

    def get(self, key: str, /) -> str | None: ...
    def getlist(self, key: str, /) -> list[str]: ...
    def __contains__(self, key: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...


class State(Value):
    """A question as its address has it, and how its answer is shown. `group`: copies of one dispatch stand together. `more`:
    the facet that shows more values than the others."""

    q: str = ""
    match: str = "auto"
    sort: str = "relevance"
    since: str = ""
    until: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    page: int = 1
    limit: int = PER_PAGE
    step: str = "auto"
    share: bool = False
    order: str = ""
    context: int = 8
    group: bool = True
    by: str = ""
    about: str = ""
    more: str = ""

    @property
    def ask(self) -> searcher.Ask:
        """The question. Raises UsageError, DateError."""
        filters: dict[str, list[str | None]] = {}
        for field, value in self.filters:
            filters.setdefault(field, []).append(value or None)
        return searcher.Ask(
            self.q,
            match=self.match,
            sort=self.sort,
            since=self.since or None,
            until=self.until or None,
            filters=filters,
        )

    def with_(self, **changes: Any) -> State:
        """The state after a change; whatever changes, it begins at the first page again."""
        return replace(self, **dict[str, Any]({"page": 1, **changes}))

    def without(self, field: str, value: str) -> State:
        """The state without a filter."""
        return self.with_(filters=tuple(each for each in self.filters if each != (field, value)))

    def only(self, field: str, *values: str) -> State:
        """The state with these values as the filter of a field."""
        others = tuple(each for each in self.filters if each[0] != field)
        return self.with_(filters=(*others, *((field, value) for value in values)))

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters or self.since or self.until)

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the address, those left out that say what goes without saying."""
        return _parameters(self)

    def question(self) -> tuple[tuple[str, str], ...]:
        """The parameters that say what is asked, without how it is shown."""
        return _question(self)


@lru_cache(maxsize=256)
def _parameters(state: State) -> tuple[tuple[str, str], ...]:
    """`State.parameters`; kept, since every link of a page asks for those of its question."""
    given = [("q", state.q)]
    for name in ("match", "sort", "since", "until"):
        if getattr(state, name) != getattr(_PLAIN, name):
            given.append((name, getattr(state, name)))
    given += [(NAMES.get(field, field), value) for field, value in state.filters]
    for name in ("step", "order", "context", "limit", "page"):
        if getattr(state, name) != getattr(_PLAIN, name):
            given.append((name, str(getattr(state, name))))
    given += [(name, getattr(state, name)) for name in ("by", "about", "more") if getattr(state, name)]
    if state.share:
        given.append(("share", "1"))
    if not state.group:
        given.append(("group", "0"))
    return tuple(given)


@lru_cache(maxsize=256)
def _question(state: State) -> tuple[tuple[str, str], ...]:
    shown = ("step", "order", "context", "limit", "page", "share", "by", "about", "group", "more")
    return tuple(each for each in _parameters(state) if each[0] not in shown)


_PLAIN: Final = State()


def read(parameters: Parameters, *, repeated: bool = True) -> State:
    """The state of an address. Unknown parameters are passed over. `repeated`: a page repeats all of it in each
    of its links. Raises UsageError for a number that is none, and for filters with more values than a page can repeat."""
    filters = dict.fromkeys((field, value) for field in FIELDS for value in parameters.getlist(NAMES.get(field, field)))
    length = sum(len(quoted(value)) for _, value in filters)
    if repeated and (len(filters) > MAX_FILTERS or length > MAX_LENGTH):
        most = {"values": MAX_FILTERS, "bytes": MAX_LENGTH}
        raise searcher.UsageError(Message("web.filters", count=len(filters), length=length, **most))
    return State(
        q=parameters.get("q") or "",
        match=parameters.get("match") or "auto",
        sort=parameters.get("sort") or "relevance",
        since=(parameters.get("since") or "").strip(),
        until=(parameters.get("until") or "").strip(),
        filters=tuple(filters),
        page=number(parameters, "page", 1, 1, WINDOW),
        limit=number(parameters, "limit", PER_PAGE, 1, MAX_LIMIT),
        step=parameters.get("step") or "auto",
        share=parameters.get("share") in ("1", "on", "true"),
        order=parameters.get("order") or "",
        context=number(parameters, "context", 8, 0, 100),
        group=parameters.get("group") not in ("0", "off", "false"),
        by=(parameters.get("by") or "").strip(),
        about=(parameters.get("about") or "").strip(),
        more=(parameters.get("more") or "").strip(),
    )


def number(parameters: Parameters, name: str, default: int, low: int, high: int) -> int:
    """A whole number of an address. Raises UsageError when it is not within its bounds."""
    written = parameters.get(name)
    if written is None or not written.strip():
        return default
    if not (written.isascii() and written.isdigit() and len(written) < 10 and low <= int(written) <= high):
        raise searcher.UsageError(Message("web.number", name=name, low=low, high=high, value=written[:40]))
    return int(written)


def encoded(parameters: Iterable[tuple[str, str]] | Mapping[str, str]) -> str:
    """Parameters as the part of an address behind `?`."""
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    return "&".join(f"{name}={quoted(value)}" for name, value in pairs)


@lru_cache(maxsize=1024)
def quoted(value: str) -> str:
    """A value as it stands in an address; every link of a page repeats those of its question."""
    return quote_plus(value.encode("utf-8", "replace"))
