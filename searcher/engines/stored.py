"""Article and annotations ↔ the bytes an engine stores for them: JSON, the keys without a value left out; the seal of these
bytes; the days and instant of an article's date."""

from __future__ import annotations

import json
import zlib
from typing import Any

from searcher import article as names
from searcher.article import Article

_KEYS = Article.__slots__
ANNOTATIONS = "annotations"
"""`Entry.annotations`, among the keys of an article."""

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(value: object) -> bytes:
    """Anything as JSON; lone surrogates survive."""
    return _written(value).encode("utf-8", "surrogatepass")


def from_json(raw: bytes) -> Any:
    """The inverse of `as_json`, but for tuples, which become lists. Raises ValueError for bytes that are no JSON, and for JSON
    that is nested too deeply, which Python tells with a RecursionError."""
    try:
        return json.loads(raw.decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def packed(article: Article, annotations: str = "") -> bytes:
    held = {key: value for key in _KEYS if (value := getattr(article, key))}
    if annotations:
        held[ANNOTATIONS] = annotations
    return as_json(held)


def unpacked(raw: bytes) -> tuple[Article, str]:
    """The inverse of `packed`. Raises ValueError for bytes that it never gave."""
    return as_article({"text": "", **values(raw)})


def values(raw: bytes) -> dict[str, Any]:
    """The values of an article, all or some, as `as_json` wrote them. Raises ValueError for bytes that it never gave."""
    found = from_json(raw)
    if not isinstance(found, dict):
        raise ValueError("not the values of an article")
    return found


def as_article(given: dict[str, Any]) -> tuple[Article, str]:
    """The article with these values, and its annotations. Raises ValueError when they are not those of one."""
    try:
        annotations = given.pop(ANNOTATIONS, "")
        if "copies" in given:
            given["copies"] = tuple(given["copies"])
        if not isinstance(annotations, str):
            raise ValueError("annotations that are no string")
        return Article(**given), annotations
    except TypeError as error:
        raise ValueError(f"not the values of an article: {error}") from error


SEAL = 4  # bytes


def seal(raw: bytes, sequence: int) -> bytes:
    """What is stored beside the bytes of an article: their CRC-32, begun with the article's place in the order added. So
    neither changed bytes nor another article's bytes pass for this article's. It takes 6 µs for 5 KB."""
    return zlib.crc32(raw, sequence & 0xFFFFFFFF).to_bytes(SEAL, "big")


def check_seal(raw: bytes, sequence: int, sealed: bytes) -> None:
    """Raises ValueError unless `sealed` is the seal of these bytes."""
    if seal(raw, sequence) != sealed:
        raise ValueError("an article is not what was stored")


def dated(date: str | None) -> tuple[int, int, int]:
    """First day and last day (both included) of a date, as Gregorian ordinals, and its instant (see `article.instant`);
    zeros when there is no date that can be read."""
    if date is None:
        return 0, 0, 0
    try:
        first, end = names.days(date)
        return first, end - 1, names.instant(date)
    except ValueError:
        return 0, 0, 0
