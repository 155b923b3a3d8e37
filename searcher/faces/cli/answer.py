"""`search`, behind its command line: one query answered on standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import searcher
from searcher.faces.cli.running import NOTHING_FOUND, STOPPED, echo
from searcher.render import terminal


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    MD = "md"
    CSL = "csl"
    RIS = "ris"
    BIBTEX = "bibtex"
    IRAMUTEQ = "iramuteq"
    TXM = "txm"


CITING = (Format.CSL, Format.RIS, Format.BIBTEX, Format.IRAMUTEQ, Format.TXM)
"""References and corpora, which `exporting` prints."""


class Color(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def answer(
    ask: searcher.Ask,
    *,
    index: Path | None = None,
    limit: int = 10,
    page: int = 1,
    passages: int = 2,
    form: Format = Format.TEXT,
    color: Color = Color.AUTO,
    explain: bool = False,
    facets: str | None = None,
) -> int:
    """Prints the answer to a question, as the options of `search` say; gives the exit status."""
    if not ask.query.strip():
        raise searcher.UsageError("no words to search for; try: search Erdoğan Assad")
    if facets is not None and form is not Format.JSON:
        raise searcher.UsageError("--facets goes with --json; to print counts: searcher facets WORDS")
    with searcher.open(index) as opened:
        results = opened.search(ask, limit=limit, page=page, passages=passages, explain=explain)
        if facets is not None:
            fields = [field.strip() for field in facets.split(",") if field.strip()]
            results = results.with_facets(opened.facets(ask, *fields))
        _print(results, form, color)
    if results.hits:
        return 0
    return NOTHING_FOUND if results.complete else STOPPED


def _print(results: searcher.Results, form: Format, color: Color) -> None:
    if form is Format.JSON:  # which holds the notes
        echo(results.to_json())
        return
    for note in results.notes:
        if not note.quiet:
            echo(terminal.note(note), err=True)
    for line in _lines(results, form, color):
        echo(line)
    if form is Format.TEXT:
        if results.total:
            sys.stdout.flush()
        echo(terminal.summary(results), err=True)
        if results.help is not None:
            for line in terminal.suggestions(results.help):
                echo(line, err=True)


def _lines(results: searcher.Results, form: Format, color: Color) -> Iterable[str]:
    match form:
        case Format.TEXT:
            return terminal.render(results, color=colored(color, sys.stdout), width=width())
        case Format.JSON:
            return (results.to_json(),)
        case Format.JSONL:
            return (hit.to_json() for hit in results)
        case Format.CSV | Format.TSV | Format.MD:
            from searcher.render import tables  # here: only these formats need it

            if form is Format.MD:
                return tables.markdown(results)
            return tables.separated(results, "," if form is Format.CSV else "\t")
        case Format.CSL | Format.RIS | Format.BIBTEX | Format.IRAMUTEQ | Format.TXM:
            raise AssertionError(f"{form} is printed by `exporting`")
        case _:
            assert_never(form)


def colored(color: Color, stream: object) -> bool:
    """--color, then FORCE_COLOR, then NO_COLOR and TERM=dumb, then whether the stream is a terminal."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(getattr(stream, "isatty", lambda: False)())


def width() -> int | None:
    """Columns to lay text out in; None outside of a terminal."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        from shutil import get_terminal_size  # here: it brings compressors with it

        return max(min(get_terminal_size().columns, 120), 24)
    return None
