"""Article ↔ the bytes an engine stores for it: JSON, the keys without a value left out; and the days of its date."""

from __future__ import annotations

import json
from typing import Any

from searcher import article as names
from searcher.article import Article

_KEYS = Article.__slots__
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: object) -> bytes:
    """Anything as JSON; lone surrogates survive."""
    return _written(value).encode("utf-8", "surrogatepass")


def from_json(raw: bytes) -> Any:
    """The inverse of `as_json`, but for tuples, which become lists."""
    return json.loads(raw.decode("utf-8", "surrogatepass"))


def packed(article: Article) -> bytes:
    return as_json({key: value for key in _KEYS if (value := getattr(article, key))})


def unpacked(raw: bytes) -> Article:
    """The inverse of `packed`."""
    values = from_json(raw)
    if "copies" in values:
        values["copies"] = tuple(values["copies"])
    return Article(**{"text": "", **values})


def days(date: str | None) -> tuple[int, int]:
    """First day and last day (both included) of a date, as Gregorian ordinals; zeros when there is none that can be read."""
    if date is None:
        return 0, 0
    try:
        first, end = names.days(date)
    except ValueError:
        return 0, 0
    return first, end - 1
