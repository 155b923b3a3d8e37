"""All hits of an answer → the lines, or the bytes, of a download, in the formats that `search --format` has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date as Date
from typing import Final, Literal

import searcher
from searcher.render import citations, json, tables
from searcher.values import Value


class Lines:
    """What is streamed: lines, or pieces of bytes, made one by one, and what they are."""

    def __init__(self, made: Iterator[str] | Iterator[bytes], media_type: str, name: str | None = None) -> None:
        self.made, self.media_type = made, media_type
        self.headers = {"content-disposition": f'attachment; filename="{name}"'} if name else {}

    def close(self) -> None:
        close = getattr(self.made, "close", None)
        if close is not None:
            close()


Answer = tuple[searcher.Results, Iterable[searcher.Hit]]
Made = Callable[[searcher.Results, Iterable[searcher.Hit]], Iterator[str] | Iterator[bytes]]


class Format(Value):
    """A format of downloads: `passages` are those of a hit; `group` is the kind of format that pages list it under."""

    name: str
    label: str
    media_type: str
    group: str
    passages: int
    made: Made


def _separated(delimiter: Literal[",", "\t"]) -> Made:
    return lambda results, hits: tables.separated(hits, delimiter)


def _jsonl(results: searcher.Results, hits: Iterable[searcher.Hit]) -> Iterator[str]:
    return (hit.to_json() for hit in hits)


def _cited(
    results: searcher.Results, hits: Iterable[searcher.Hit]
) -> Iterator[tuple[searcher.Article, dict[str, object]]]:
    """Each article with the reference to it."""
    today = Date.today()
    for hit in hits:
        item = searcher.csl_item(hit.article, query=results.query, index=results.index, accessed=today)
        yield hit.article, item


def _csl(results: searcher.Results, hits: Iterable[searcher.Hit]) -> Iterator[str]:
    return citations.csl(item for _, item in _cited(results, hits))


def _ris(results: searcher.Results, hits: Iterable[searcher.Hit]) -> Iterator[str]:
    return (f"{line}\r" for _, item in _cited(results, hits) for line in citations.ris(item))


def _bibtex(results: searcher.Results, hits: Iterable[searcher.Hit]) -> Iterator[str]:
    return (line for _, item in _cited(results, hits) for line in citations.bibtex(item))


def _iramuteq(results: searcher.Results, hits: Iterable[searcher.Hit]) -> Iterator[str]:
    for article, item in _cited(results, hits):
        yield from citations.iramuteq(article, item, query=results.query, fingerprint=results.index.fingerprint)


def _txm(results: searcher.Results, hits: Iterable[searcher.Hit]) -> Iterator[bytes]:
    return citations.txm_zip((hit.article, results.query, results.index.fingerprint) for hit in hits)


_TEXT: Final = "text/plain; charset=utf-8"
FORMATS: Final[dict[str, Format]] = {
    each.name: each
    for each in (
        Format("csv", "CSV", "text/csv; charset=utf-8", "table", 2, _separated(",")),
        Format("tsv", "TSV", "text/tab-separated-values; charset=utf-8", "table", 2, _separated("\t")),
        Format(
            "md", "Markdown", "text/markdown; charset=utf-8", "table", 2, lambda results, hits: tables.markdown(hits)
        ),
        Format("ris", "RIS", "application/x-research-info-systems; charset=utf-8", "references", 0, _ris),
        Format("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", "references", 0, _bibtex),
        Format("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "references", 0, _csl),
        Format("json", "JSON", "application/json", "data", 2, json.answer),
        Format("jsonl", "JSON Lines", "application/x-ndjson", "data", 2, _jsonl),
        Format("iramuteq", "IRaMuTeQ", _TEXT, "corpora", 0, _iramuteq),
        Format("txm", "TXM", "application/zip", "corpora", 0, _txm),
    )
}
"""By the name that `search --format` gives it, which is the suffix of its address."""

SUFFIXES: Final = {"iramuteq": "txt", "bibtex": "bib", "csl": "json", "txm": "zip"}
"""The suffix of the file, where it is not the format's name."""


def file_name(query: str, form: str) -> str:
    """The name of a file to save an answer in: letters, digits and hyphens of ASCII."""
    words = "-".join(re.findall(r"[a-z0-9]+", query.lower()))[:40].strip("-")
    return f"{words or 'archive'}.{SUFFIXES.get(form, form)}"
