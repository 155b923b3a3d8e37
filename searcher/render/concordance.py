"""Lines of a concordance → text in columns, CSV, TSV, JSON and a page: reference, left context, node, right context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Literal

from searcher.render import columns, plain, tables
from searcher.render.terminal import DIM, MATCH, PLAIN
from searcher.results.concordance import Line
from searcher.results.fragments import fragment_in_context
from searcher.results.published import SCHEMA, dumps
from searcher.results.values import Results

COLUMNS = ("id", "date", "source", "title", "start", "left", "node", "right")
PER_WORD = 8  # columns that a word and its blank take; most contexts fit
NARROWEST = 8
GAP = "  "  # between two columns


def text(lines: Iterable[Line], *, context: int, color: bool, width: int | None) -> Iterator[str]:
    """A printed line each; all nodes begin in the same column. `width`: columns of the terminal, None for a pipe.

    The ends of a context that does not fit are not shown.
    """
    reference, side = _sizes(context, width)
    for line in lines:
        known = columns.left(_spaced(f"{(line.date or '')[:10]} {line.id}"), reference)
        left, node = columns.right(_spaced(line.left), side), _spaced(line.node)
        room = side if width is None else max(width - reference - side - columns.width(node) - 3 * len(GAP), NARROWEST)
        right = columns.start(_spaced(line.right), room)
        if color:
            known, node = f"{DIM}{known}{PLAIN}", f"{MATCH}{node}{PLAIN}"
        yield GAP.join((known, left, node, right)).rstrip()


def _sizes(context: int, width: int | None) -> tuple[int, int]:
    """The columns of the reference and of the left context."""
    if width is None:
        return 32, max(context * PER_WORD, NARROWEST)
    reference = min(32, width // 4)
    return reference, max((width - reference) * 2 // 5, NARROWEST)


def _spaced(written: str) -> str:
    """A stretch of text that is safe to print, with one blank wherever it has white space."""
    return " ".join(plain.safe(written.replace("\n", " ")).split())


def separated(lines: Iterable[Line], delimiter: Literal[",", "\t"]) -> Iterator[str]:
    """A line of names, then a line each, the text as it is but for line breaks and tabs."""
    yield tables.row(COLUMNS, delimiter)
    for line in lines:
        yield tables.row(["" if value is None else value for value in as_dict(line).values()], delimiter)


def as_dict(line: Line) -> dict[str, Any]:
    """A line as JSON has it: `node` is the article's text from `start`."""
    return {name: getattr(line, name) for name in COLUMNS}


def json_lines(lines: Iterable[Line]) -> Iterator[str]:
    """A JSON object each."""
    return (dumps(as_dict(line)) for line in lines)


def json(results: Results, lines: Iterable[Line]) -> Iterator[str]:
    """One JSON object: query and index as in an answer, `total` articles, and the lines, each on a line of the output."""
    answer = results.as_dict()
    head = dumps({"schema": SCHEMA, **{name: answer[name] for name in ("query", "index", "total")}})
    yield f'{head[:-1]}, "lines": ['
    before = ""
    for line in lines:
        yield f"{before}{dumps(as_dict(line))}"
        before = ","
    yield "]}"


def page(results: Results, lines: Iterable[Line]) -> Iterator[str]:
    """A page of HTML with a table; the reference links to the passage on the article's own page, when it has an address."""
    query = _html(results.query)
    yield f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"><title>{query}</title>'
    yield f"<style>{_STYLE}</style></head>\n<body><h1>{query}</h1>"
    yield f"<p>{results.total} articles · {_html(results.index.engine)} · {_html(results.index.fingerprint)}</p>"
    yield "<table><thead><tr><th>reference<th>left<th>node<th>right</tr></thead><tbody>"
    for line in lines:
        known = _html(" ".join(filter(None, ((line.date or "")[:10], line.source, line.id))))
        to = fragment_in_context(line.url, line.left, line.node, line.right)
        linked = f'<a href="{_html(to)}">{known}</a>' if to else known
        cells = "".join(f"<td><bdi>{_html(each)}</bdi>" for each in (line.left, line.node, line.right))
        yield f'<tr title="{_html(line.title)}"><td>{linked}{cells}</tr>'
    yield "</tbody></table></body></html>"


_STYLE = (
    "td{white-space:nowrap;padding:0 .5em}td:nth-child(2){text-align:right}td:nth-child(3){font-weight:bold}"
    "table{border-collapse:collapse}tr:nth-child(even){background:#8882}"
)


def _html(written: str) -> str:
    return escape(_spaced(written))
