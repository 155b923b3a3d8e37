"""`search --all`, `--queries`, `--fields` …: answers streamed to standard output, hit by hit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date as Date
from itertools import chain
from pathlib import Path
from typing import assert_never

import searcher
from searcher.faces.cli.answer import CITING, colored, paging, width
from searcher.faces.cli.options import Color, Format
from searcher.faces.cli.running import NOTHING_FOUND, SOME_FAILED, STOPPED, echo, read_standard_input
from searcher.messages import Message, say, translated
from searcher.render import citations, json, plain, tables, terminal
from searcher.values import replace

Answer = tuple[searcher.Results, Iterable[searcher.Hit]]
"""What is known of an answer, and the hits of it to print."""

_TABLES = (Format.CSV, Format.TSV)
_CHOOSING = (*_TABLES, Format.JSON, Format.JSONL)


class Layout:
    """How hits are printed: a format, its fields (none: those it has by itself), and what goes around them."""

    def __init__(
        self,
        form: Format,
        fields: tuple[str, ...],
        *,
        header: bool,
        null: bool,
        excel: bool,
        batch: bool,
        output: Path | None,
    ) -> None:
        self.form, self.fields, self.header = form, fields, header
        self.null, self.excel, self.batch, self.output = null, excel, batch, output

    @classmethod
    def of(
        cls,
        form: Format,
        *,
        fields: str | None,
        header: bool,
        null: bool,
        excel: bool,
        batch: bool,
        output: Path | None,
    ) -> Layout:
        """The layout that options ask for. Raises UsageError for options that contradict each other, or an unknown field."""
        if null and form is not Format.TEXT:
            raise searcher.UsageError(Message("export.null", form=form.value))
        if fields is not None and not null and form not in _CHOOSING:
            raise searcher.UsageError(Message("export.fields"))
        if not header and form not in _TABLES:
            raise searcher.UsageError(Message("export.header"))
        if excel and form is not Format.CSV:
            raise searcher.UsageError(Message("export.excel"))
        if (output is not None) is not (form is Format.TXM):
            raise searcher.UsageError(Message("export.txm"))
        return cls(form, _fields(fields), header=header, null=null, excel=excel, batch=batch, output=output)

    def needs_passages(self) -> bool:
        """Whether passages are printed; making them takes most of the time of an export."""
        if self.null or self.fields:
            return "passage" in self.fields
        return self.form not in CITING


def _fields(written: str | None) -> tuple[str, ...]:
    """The fields that --fields names, each once; `passages`, as JSON calls it, is `passage`. Raises UsageError."""
    if written is None:
        return ()
    names = [name.strip() for name in written.split(",")]
    fields = tuple(dict.fromkeys("passage" if name == "passages" else name for name in names if name))
    for name in fields:
        if name not in tables.FIELDS:
            raise searcher.UsageError(Message("export.no-field", name=name, fields=", ".join(tables.FIELDS)))
    if not fields:
        raise searcher.UsageError(Message("export.no-fields", fields=", ".join(tables.FIELDS)))
    return fields


def export(
    words: list[str],
    asked: Callable[[list[str]], searcher.Ask],
    *,
    queries: Path | None,
    index: Path | None,
    limit: int | None,
    page: int,
    passages: int,
    layout: Layout,
    color: Color,
    links: bool,
    pages: bool,
    explain: bool,
    group: bool,
) -> int:
    """Prints the answers to the words, or to each query of a file; gives the exit status. `limit` None: every hit.

    A query of a file that cannot be understood is named on standard error, and the others are answered.
    """
    if queries is not None and words:
        raise searcher.UsageError(Message("cli.contradiction", first=Message("cli.words"), second="--queries"))
    if queries is None and not any(words):
        raise searcher.UsageError(Message("cli.no-words-all"))
    if limit is None and page != 1:
        raise searcher.UsageError(Message("cli.contradiction", first="--all", second="--page"))
    if limit is None and explain:
        raise searcher.UsageError(Message("export.all-explain"))
    asks = _Asks(asked, [(None, words)] if queries is None else _lines(queries))
    shown = passages if layout.needs_passages() else 0
    with searcher.open(index) as opened:
        answers = _answers(
            opened,
            asks,
            limit=limit,
            page=page,
            passages=shown,
            explain=explain,
            group=group,
            form=layout.form,
            batch=layout.batch,
        )
        with paging(pages):
            _print(answers, layout, color, links)
    if asks.failed:
        return SOME_FAILED
    return 0 if asks.found else STOPPED if asks.stopped else NOTHING_FOUND


class _Asks:
    """The questions, in order, and what became of them."""

    def __init__(
        self, asked: Callable[[list[str]], searcher.Ask], given: Iterable[tuple[int | None, list[str]]]
    ) -> None:
        self._asked, self._given = asked, given
        self.found = self.failed = self.stopped = 0

    def answered(self, answer: Callable[[searcher.Ask], Answer]) -> Iterator[Answer]:
        """The answer to each question; a question of a file that is refused is named and passed over."""
        for number, words in self._given:
            try:
                results, hits = answer(self._asked(words))
            except (searcher.QueryError, searcher.DateError, searcher.UsageError) as error:
                if number is None:
                    raise
                self.failed += 1
                echo(
                    say(
                        "export.not-answered",
                        number=number,
                        query=plain.line(" ".join(words)),
                        error=plain.line(translated(error.message)),
                    ),
                    err=True,
                )
                continue
            self.found += results.total
            self.stopped += not results.complete
            yield results, hits


def _lines(queries: Path) -> Iterator[tuple[int, list[str]]]:
    """The queries of a file with their lines; empty lines are passed over. Raises UsageError when it cannot be read."""
    try:
        raw = read_standard_input() if str(queries) == "-" else queries.read_bytes()
    except OSError as error:
        raise searcher.UsageError(
            Message("export.queries", file=str(queries), reason=searcher.errors.reason(error))
        ) from error
    for number, line in enumerate(raw.decode("utf-8-sig", "replace").splitlines(), 1):
        if line.strip():
            yield number, [line.strip()]


def _answers(
    opened: searcher.Index,
    asks: _Asks,
    *,
    limit: int | None,
    page: int,
    passages: int,
    explain: bool,
    group: bool,
    form: Format,
    batch: bool,
) -> Iterator[Answer]:
    def answer(ask: searcher.Ask) -> Answer:
        if limit is None:
            summary = opened.search(ask, limit=1, passages=0, group=group)
            return summary, opened.every(ask, passages=passages, group=group)
        results = opened.search(ask, limit=limit, page=page, passages=passages, explain=explain, group=group)
        return results, results

    for results, hits in asks.answered(answer):
        if form is not Format.JSON:
            for note in results.notes:
                if not note.quiet:
                    echo(terminal.note(note), err=True)
        yield results, hits
        if batch and not results.total and form not in (Format.TEXT, Format.JSON):
            echo(f"{plain.line(results.query)}: {terminal.summary(results)}", err=True)
        elif form is Format.TEXT or (not results.total and form is not Format.JSON):
            sys.stdout.flush()
            echo(terminal.summary(replace(results, hits=()) if limit is None else results), err=True)
            if results.help is not None:
                for line in terminal.suggestions(results.help):
                    echo(line, err=True)


def _print(answers: Iterator[Answer], layout: Layout, color: Color, links: bool) -> None:
    if layout.null:
        _print0(answers, layout.fields or ("id",))
        return
    for line in _rendered(answers, layout, color, links):
        echo(line)


def _rendered(answers: Iterator[Answer], layout: Layout, color: Color, links: bool) -> Iterator[str]:
    match layout.form:
        case Format.TEXT:
            painted, columns = colored(color, sys.stdout), width()
            for number, (results, hits) in enumerate(answers):
                if layout.batch:
                    yield ("" if not number else "\n") + f"# {plain.line(results.query)}"
                yield from terminal.hits(hits, last=results.total, color=painted, width=columns, links=links)
        case Format.JSON:
            yield from (
                _array(answers, layout)
                if layout.batch
                else chain.from_iterable(json.answer(results, hits, layout.fields) for results, hits in answers)
            )
        case Format.JSONL:
            for results, hits in answers:
                for hit in hits:
                    found = json.hit(hit, layout.fields, results.query)
                    yield json.dumps({"query": results.query, **found} if layout.batch else found)
        case Format.CSV | Format.TSV:
            yield from _table(answers, layout)
        case Format.MD:
            for results, hits in answers:
                if layout.batch:
                    yield f"## {tables.escaped(results.query)}\n"
                yield from tables.markdown(hits)
        case Format.CSL | Format.RIS | Format.BIBTEX | Format.IRAMUTEQ | Format.TXM:
            yield from references(
                ((hit.article, results.query, results.index) for results, hits in answers for hit in hits),
                layout.form,
                layout.output,
            )
        case _:
            assert_never(layout.form)


Cited = tuple[searcher.Article, str, searcher.About]
"""An article, the query that found it, and the index that answered."""


def references(found: Iterable[Cited], form: Format, output: Path | None) -> Iterator[str]:
    """The lines of references or of a corpus; `txm` writes the folder `output` instead."""
    today = Date.today()
    if form is Format.TXM and output is not None:
        count = citations.txm(output, ((article, query, index.fingerprint) for article, query, index in found))
        echo(say("found.texts", count=count, folder=plain.line(str(output))), err=True)
        return
    items = (
        (article, searcher.csl_item(article, query=query, index=index, accessed=today), query, index)
        for article, query, index in found
    )
    if form is Format.CSL:
        yield from citations.csl(item for _, item, _, _ in items)
        return
    for article, item, query, index in items:
        if form is Format.RIS:
            yield from (f"{line}\r" for line in citations.ris(item))  # the line feed follows
        elif form is Format.BIBTEX:
            yield from citations.bibtex(item)
        else:
            yield from citations.iramuteq(article, item, query=query, fingerprint=index.fingerprint)


def _array(answers: Iterator[Answer], layout: Layout) -> Iterator[str]:
    """The answers to several queries as one JSON array."""
    before = "["
    for results, hits in answers:
        yield before
        yield from json.answer(results, hits, layout.fields)
        before = ","
    yield "]" if before == "," else "[]"


def _table(answers: Iterator[Answer], layout: Layout) -> Iterator[str]:
    fields = layout.fields or (*(("query",) if layout.batch else ()), *tables.COLUMNS)
    delimiter = "\t" if layout.form is Format.TSV else ";" if layout.excel else ","
    end = "\r" if layout.excel else ""  # the line break that follows is \n
    before = "\ufeff" if layout.excel else ""
    if layout.header:
        yield before + tables.row(fields, delimiter) + end
        before = ""
    for results, hits in answers:
        for cells in tables.rows(hits, fields, query=results.query):
            # A French spreadsheet reads 7.42 as a text, or as a month.
            shown = [
                f"{cell}".replace(".", ",") if layout.excel and isinstance(cell, float) else cell for cell in cells
            ]
            yield before + tables.row(shown, delimiter) + end
            before = ""


def _print0(answers: Iterator[Answer], fields: tuple[str, ...]) -> None:
    """Values with a null behind each, in the bytes that file names have."""
    for results, hits in answers:
        for value in chain.from_iterable(tables.rows(hits, fields, query=results.query)):
            sys.stdout.buffer.write(str(value).replace("\0", "").encode("utf-8", "surrogateescape") + b"\0")
    sys.stdout.buffer.flush()
