"""`search`: words and options → one query answered on standard output. Typer is not needed for that."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import assert_never

import searcher
from searcher.faces.cli.options import (
    ASKING,
    COLOR,
    FORMAT,
    GROUP,
    HYPERLINK,
    INDEX,
    JSON,
    LANG,
    LIMIT,
    NO_GROUP,
    PAGE,
    PAGER,
    PASSAGES,
    SORT,
    TIMEOUT,
    VERSION,
    WORDS,
    Color,
    Format,
    Option,
    When,
    read,
    takes,
)
from searcher.faces.cli.question import question
from searcher.faces.cli.running import NOTHING_FOUND, STOPPED, echo
from searcher.faces.cli.words import spoken, without_zero
from searcher.messages import Message
from searcher.render import terminal

CITING = (Format.CSL, Format.RIS, Format.BIBTEX, Format.IRAMUTEQ, Format.TXM)
"""References and corpora, which `exporting` prints."""

OPTIONS = (
    INDEX,
    LIMIT,
    PAGE,
    *ASKING,
    SORT,
    GROUP,
    NO_GROUP,
    Option("--facets", str, metavar="FIELDS", joined=True),
    PASSAGES,
    FORMAT,
    JSON,
    COLOR,
    HYPERLINK,
    PAGER,
    Option("--explain", bool, False),
    TIMEOUT,
    Option("--all", bool, False, key="everything"),
    Option("--fields", str, metavar="NAMES", joined=True),
    Option("--no-header", bool, False),
    Option("--null", bool, False),
    Option("--excel", bool, False),
    Option("--queries", Path, metavar="FILE"),
    Option("--output", Path, metavar="DIR"),
)


def quickly(arguments: Sequence[str]) -> int | None:
    """Answers a command line of `search`; gives the exit status, or None when the line needs Typer (see `options.read`)."""
    line = read(arguments, (*OPTIONS, LANG))
    if line is None:
        return None
    words, values = line
    del values[LANG.parameter]
    return search(words, **values)


@takes(WORDS, *OPTIONS, VERSION)
def search(
    words: list[str],
    *,
    index: Path | None,
    limit: int,
    page: int,
    match: searcher.Required,
    since: str | None,
    until: str | None,
    filters: list[str],
    variants: Path | None,
    no_variants: bool,
    sort: searcher.Sort,
    group: bool,
    no_group: bool,
    facets: str | None,
    passages: int,
    form: Format,
    json: bool,
    color: Color,
    hyperlink: Color,
    pager: When,
    explain: bool,
    timeout: float,
    everything: bool,
    fields: str | None,
    no_header: bool,
    null: bool,
    excel: bool,
    queries: Path | None,
    output: Path | None,
) -> int:
    """Prints the answer to a query, as the options say; gives the exit status."""

    def asked(words: list[str]) -> searcher.Ask:
        return question(
            words,
            match=match,
            sort=sort,
            since=since,
            until=until,
            filters=filters,
            variants=variants,
            no_variants=no_variants,
            timeout=None if everything else timeout,
        )

    if group and no_group:
        raise searcher.UsageError(Message("cli.contradiction", first="--group", second="--no-group"))
    words, zero = without_zero(words)
    null = null or zero
    said = spoken(words, (option.name for option in OPTIONS))
    form = Format.JSON if json else form
    exports = (
        everything or fields is not None or no_header or null or excel or queries is not None or output is not None
    )
    if exports or form in CITING:
        if facets is not None:
            raise searcher.UsageError(Message("cli.facets-page"))
        pages = form is Format.TEXT and not null and queries is None and pager is When.AUTO
        from searcher.faces.cli.exporting import Layout, export  # here: most searches export nothing

        layout = Layout.of(
            form,
            fields=fields,
            header=not no_header,
            null=null,
            excel=excel,
            batch=queries is not None,
            output=output,
        )
        return export(
            said,
            asked,
            queries=queries,
            index=index,
            limit=None if everything else limit,
            page=page,
            passages=passages,
            layout=layout,
            color=color,
            links=linking(hyperlink, sys.stdout),
            pages=pages,
            explain=explain,
            group=group,
        )
    ask = asked(said)
    if not ask.query.strip():
        raise searcher.UsageError(Message("cli.no-words"))
    if facets is not None and form is not Format.JSON:
        raise searcher.UsageError(Message("cli.facets-json"))
    with searcher.open(index) as opened:
        results = opened.search(ask, limit=limit, page=page, passages=passages, explain=explain, group=not no_group)
        if facets is not None:
            named = [field.strip() for field in facets.split(",") if field.strip()]
            results = results.with_facets(opened.facets(ask, *named))
        with paging(form is Format.TEXT and pager is When.AUTO):
            _print(results, form, color, hyperlink)
    if results.hits:
        return 0
    return NOTHING_FOUND if results.complete else STOPPED


def _print(results: searcher.Results, form: Format, color: Color, hyperlink: Color) -> None:
    if form is Format.JSON:  # which holds the notes
        echo(results.to_json())
        return
    for note in results.notes:
        if not note.quiet:
            echo(terminal.note(note), err=True)
    for line in _lines(results, form, color, hyperlink):
        echo(line)
    if form is Format.TEXT or not results.total:
        sys.stdout.flush()
        echo(terminal.summary(results), err=True)
        if results.help is not None:
            for line in terminal.suggestions(results.help):
                echo(line, err=True)


def _lines(results: searcher.Results, form: Format, color: Color, hyperlink: Color) -> Iterable[str]:
    match form:
        case Format.TEXT:
            return terminal.render(
                results, color=colored(color, sys.stdout), width=width(), links=linking(hyperlink, sys.stdout)
            )
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


def linking(hyperlink: Color, stream: object) -> bool:
    """--hyperlink, then whether the stream is a terminal that is known to show links (or at least to hide their addresses)."""
    if hyperlink is not Color.AUTO:
        return hyperlink is Color.ALWAYS
    if not getattr(stream, "isatty", lambda: False)() or os.environ.get("TERM") in ("dumb", "linux"):
        return False
    known = os.environ.get
    return bool(
        (known("VTE_VERSION", "").isdigit() and int(known("VTE_VERSION", "")) >= 5000)
        or known("TERM_PROGRAM") in ("iTerm.app", "vscode", "ghostty", "WezTerm")
        or known("TERM", "").startswith(("foot", "xterm-kitty", "xterm-ghostty"))
        or any(known(name) for name in ("KITTY_WINDOW_ID", "WEZTERM_PANE", "WT_SESSION", "KONSOLE_VERSION"))
    )


def paging(wanted: bool) -> AbstractContextManager[None]:
    """A pager for what is printed inside, on a terminal."""
    if not wanted or not sys.stdout.isatty():
        return nullcontext()
    from searcher.faces.cli.paging import paged  # here: a pipe needs none

    return paged()


def width() -> int | None:
    """Columns to lay text out in; None outside of a terminal."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        from shutil import get_terminal_size  # here: it brings compressors with it

        return max(min(get_terminal_size().columns, 120), 24)
    return None
