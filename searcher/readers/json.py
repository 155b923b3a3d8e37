"""JSON and JSON Lines → articles: one object a line, a list of objects, one object, or an object that holds a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import Problem
from searcher.readers.encoding import decode
from searcher.readers.records import KEYS, article
from searcher.sources import Source

MAX_LINE = 64 << 20
MAX_DOCUMENT = 1 << 30


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    if source.suffix == ".json":
        yield from _document(source, stream)
    else:
        yield from _lines(source, stream)


def _lines(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """A record a line. Lines that are none are counted and reported together; the others are read."""
    failures: list[str] = []
    failed = 0
    for number, raw in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), 1):
        if not raw.strip():
            continue
        try:
            record = json.loads(decode(raw, source.name))
            if number == 1 and isinstance(record, list):
                yield from _records(source, record)
                continue
            if not isinstance(record, dict):
                raise Unreadable("not an object")
            yield article(record, f"{source.stem}-{number}", source.name, f"line {number}")
        except (ValueError, RecursionError, Unreadable) as error:
            if number == 1 and not isinstance(error, Unreadable) and raw.lstrip()[:1] in (b"{", b"["):
                # A document over several lines under a name that promised lines.
                with source.open() as again:
                    try:
                        document = json.loads(decode(again.read(MAX_DOCUMENT), source.name))
                    except (ValueError, RecursionError):
                        document = None
                if document is not None:
                    yield from _records(source, _list(document))
                    return
            failed += 1
            if not failures:
                reason = f"not JSON ({error.msg.lower()})" if isinstance(error, json.JSONDecodeError) else str(error)
                failures.append(f"line {number}: {reason}")
    if failed:
        more = f", and {failed - 1} more lines" if failed > 1 else ""
        yield Problem(source.name, failures[0] + more)


def _document(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_DOCUMENT + 1)
    if len(raw) > MAX_DOCUMENT:
        raise Unreadable(f"{source.name}: larger than {MAX_DOCUMENT >> 20} MB as one document; use JSON Lines")
    text = decode(raw, source.name)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":  # JSON Lines under another name
            with source.open() as again:
                yield from _lines(source, again)
            return
        raise Unreadable(f"{source.name}: not JSON ({error.msg.lower()}, line {error.lineno})") from error
    yield from _records(source, _list(document))


def _list(document: object) -> list[object]:
    """The records of a document: itself, its items, or the longest list of objects it holds."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        if not any(str(key).lower() in KEYS and KEYS[str(key).lower()] == "text" for key in document):
            lists = [
                value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)
            ]
            if lists:
                return max(lists, key=len)
        return [document]
    return [document]


def _records(source: Source, records: list[object]) -> Iterator[Article | Problem]:
    failed, first = 0, ""
    for number, record in enumerate(records, 1):
        several = len(records) > 1
        try:
            if not isinstance(record, dict):
                raise Unreadable("not an object")
            yield article(
                record,
                f"{source.stem}-{number}" if several else source.stem,
                source.name,
                f"item {number}" if several else None,
            )
        except Unreadable as error:
            failed, first = failed + 1, first or f"item {number}: {error}"
    if failed:
        yield Problem(source.name, first + (f", and {failed - 1} more items" if failed > 1 else ""))
