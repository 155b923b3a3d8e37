"""Bytes → articles: one module a format, one table of suffixes."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.sources import Source

FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
}
"""Suffix → module of this package. A file without a known suffix is looked at: JSON by its first character, else text."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of an input that could not be read: `path` once, however many `places` of it failed."""

    path: str
    reason: str


def read(source: Source, *, watch: Callable[[int], None] | None = None) -> Iterator[Article | Problem]:
    """The articles of a source, and at most one problem, last. Never raises for what a file holds."""
    try:
        stream = source.open(watch)
        with stream:
            yield from importlib.import_module(f"searcher.readers.{_format(source)}").read(source, stream)
    except Unreadable as error:
        yield Problem(source.name, str(error).removeprefix(f"{source.name}: "))
    except (
        OSError,
        EOFError,
        ValueError,
        RecursionError,
        MemoryError,
    ) as error:  # damaged compression, hopeless content
        reason = str(error) or type(error).__name__
        yield Problem(source.name, f"{reason[:1].lower()}{reason[1:]}")
    except Exception as error:  # zlib.error and lzma.LZMAError share no base
        if type(error).__name__ not in ("error", "LZMAError", "BadGzipFile"):
            raise
        yield Problem(source.name, f"damaged compressed data ({error})")


def _format(source: Source) -> str:
    found = FORMATS.get(source.suffix)
    if found is not None:
        return found
    with source.open() as stream:
        head = stream.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    return "json" if head[:1] in (b"{", b"[") and b'"' in head else "text"
