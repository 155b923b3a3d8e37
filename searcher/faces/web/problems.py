"""An error → what a visitor is told: a status, a stable code, and words. Pages show them in the reader's language; the API
answers with `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging

import searcher
from searcher.faces.web.words import Language, say
from searcher.messages import translated
from searcher.values import Value

log = logging.getLogger("searcher.web")


class Problem(Exception):
    """Something to tell a visitor. `code` never changes; `message` is the name of its words (`words.WORDS`); `detail` says
    more, as a `Message`, and holds no path. `retry`: seconds after which to try
    again."""

    def __init__(self, status: int, code: str, message: str, detail: str = "", *, retry: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.detail, self.retry = status, code, message, detail, retry


class _Meaning(Value):
    """What an error means to a visitor. `said`: whether the error's own message is about what was typed, and shown."""

    status: int
    code: str
    message: str
    said: bool = False
    retry: int | None = None


_MEANINGS: dict[type[searcher.SearcherError], _Meaning] = {
    searcher.QueryError: _Meaning(400, "query_refused", "error.query", said=True),
    searcher.DateError: _Meaning(400, "date_unreadable", "error.date", said=True),
    searcher.UsageError: _Meaning(400, "bad_option", "error.option", said=True),
    searcher.NotFound: _Meaning(404, "not_found", "error.no_article"),
    searcher.IndexMissing: _Meaning(503, "index_missing", "error.index_missing"),
    searcher.IndexUnusable: _Meaning(503, "index_unusable", "error.index_unusable"),
    searcher.IndexClosed: _Meaning(503, "index_closed", "error.unavailable"),
    searcher.IndexReplaced: _Meaning(503, "index_replaced", "error.unavailable", retry=1),
    searcher.EngineUnreachable: _Meaning(503, "engine_unreachable", "error.unavailable", retry=5),
    searcher.ReadFailed: _Meaning(503, "read_failed", "error.unavailable", retry=5),
}
"""The first class in an error's ancestry that stands here says what the error means."""

_WITHOUT: dict[str, _Meaning] = {
    "names.without": _Meaning(404, "no_names", "error.no_names"),
    "quotes.without": _Meaning(404, "no_quotes", "error.no_quotes"),
}
"""Errors that mean something of their own, by `SearcherError.code`: parts that an index was made without."""

CODES = tuple(
    dict.fromkeys(
        [
            *(each.code for each in (*_MEANINGS.values(), *_WITHOUT.values())),
            *"not_found method_not_allowed busy window too_many bad_host host_refused".split(),
            *"origin_refused token_required read_only not_saved too_large too_slow internal_error".split(),
        ]
    )
)
"""Every code that a problem can have."""


def problem_of(error: Exception) -> Problem:
    """What a visitor is told about an error. Errors that are no `SearcherError` are mistakes of the program: they are logged,
    and the visitor learns nothing of them."""
    if isinstance(error, Problem):
        return error
    meaning = _meaning(error)
    if meaning is None:
        log.error("internal error", exc_info=error)
        return Problem(500, "internal_error", "error.internal")
    if meaning.status >= 500:
        log.warning("%s: %s", meaning.code, error)
    detail = error.args[0] if meaning.said and error.args else ""
    return Problem(meaning.status, meaning.code, meaning.message, detail, retry=meaning.retry)


def _meaning(error: Exception) -> _Meaning | None:
    if isinstance(error, searcher.SearcherError) and error.code in _WITHOUT:
        return _WITHOUT[error.code]
    return next((_MEANINGS[kind] for kind in type(error).__mro__ if kind in _MEANINGS), None)


def not_found() -> Problem:
    return Problem(404, "not_found", "error.not_found")


def as_dict(problem: Problem, language: Language) -> dict[str, object]:
    """The problem as RFC 9457 has it, in a language; `code` is for programs, and in none."""
    title = say(language, problem.message)
    return {
        "type": "about:blank",
        "title": title,
        "status": problem.status,
        "code": problem.code,
        "detail": translated(problem.detail, language) or title,
    }
