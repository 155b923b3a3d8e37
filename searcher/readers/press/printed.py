"""A page or text that a press database printed as labels and values (`TI` `JO` `DA` `TX`, `Titre : …`) → articles.

The labels are cells of a table, beside their values or above columns of them, elements of their own (`captioned`), or they
begin lines. No service writes exactly this: such pages are what forms of databases, and scripts that read them, print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice, takewhile
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import records, tables, text
from searcher.readers.encoding import declaration, decode
from searcher.readers.markup import text_of_tree
from searcher.readers.press import captioned
from searcher.readers.press.captioned import MAX_LABEL, Pair, is_label
from searcher.readers.press.pages import MAX_BYTES, parsed
from searcher.readers.problems import Problem, and_more, note, problem
from searcher.readers.web import html
from searcher.sources import Source
from searcher.values import replace

_LABEL = r"(?:[A-Z][A-Z0-9]|[^\W\d_][^\W\d_’' .-]{1,30}(?:[ ’'.-]+[^\W\d_]{1,20}){0,4})"
_LINE = re.compile(rf"(?P<label>{_LABEL})[ \u00a0]*:(?:[ \t\u00a0]+(?P<value>.*)|$)", re.S)
_OTHER = re.compile(
    r"(?P<label>[^\W\d_][^\d:.,;!?]{1,39}?)[ \u00a0]*:[ \t\u00a0]+(?P<value>.*)", re.S
)  # an unknown label
_ON_ONE_LINE = ("source", "date", "author", "section", "pages", "language", "id", "url")
_RULE = re.compile(r"[-_=*~#\s]{3,}")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The articles of labelled fields that are most of a page or text, and a note of the rest; other pages and texts are read
    as such. Raises Unreadable for more than 64 MB, and where no field holds a title or a text."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one page; save fewer articles at a time")
    written = decode(raw, source.encoding or declaration(raw))
    if not written.lstrip("\ufeff \t\r\n").startswith("<"):
        pairs = list(_of_lines(written.replace("\r\n", "\n").replace("\r", "\n")))
        yield from _read(source, pairs) if _hold_most(pairs) else _as("text", text.read(source, BytesIO(raw)))
        return
    tree = parsed(written)
    rows = list(_rows(tree))
    head, pairs = _head([cells for _, cells in rows]), list(_of_rows(rows))
    if head is not None or _labelled(pairs):
        _take_out(tree)
        said = sum(len(cell) for _, cells in rows for cell in cells)
    else:
        pairs = captioned.pairs(tree)
        said = sum(len(value) for _, value in pairs)
    beside = text_of_tree(tree).strip()
    if not (head is not None or _labelled(pairs)) or len(beside) > said:  # a page may show a table among other things
        pairs = list(_of_lines(text_of_tree(parsed(written))))
        yield from _read(source, pairs) if _hold_most(pairs) else _as("html", html.read(source, BytesIO(raw)))
        return
    yield from _read(source, pairs) if head is None else tables.read(source, rows[head:], unit="row")
    if beside:
        shown = " ".join(beside[:60].split())
        yield note(source, f"{len(beside):,} characters beside the labelled fields are left out: “{shown}”")


def _as(form: str, found: Iterable[Article | Problem]) -> Iterator[Article | Problem]:
    """What another reader gives, under the name of its format."""
    for each in found:
        yield replace(each, format=form) if isinstance(each, Article) else each


def _read(source: Source, pairs: Iterable[Pair]) -> Iterator[Article | Problem]:
    found, above = _records(pairs)
    made, failed, first = 0, 0, ""
    unread: dict[str, None] = {}
    for number, record in enumerate(found, 1):
        unread.update(dict.fromkeys(label for label in record if records.field_of(label) is None))
        place = f"article {number}" if len(found) > 1 else None
        try:
            yield records.article(source, record, number=number if len(found) > 1 else None, place=place)
            made += 1
        except Unreadable as error:
            failed, first = failed + 1, first or f"article {number}: {error}"
    if not made:
        raise Unreadable("neither a title nor a text")
    if above:
        yield note(source, f"{len(above)} lines above the first label are left out: “{above[0][:60]}”")
    if unread:
        yield note(
            source, f"labels that are not read: {', '.join(islice(unread, 10))}{', …' if len(unread) > 10 else ''}"
        )
    if failed:
        yield problem(source, and_more(first, failed, "article"))


def _records(pairs: Iterable[Pair]) -> tuple[list[dict[str, str]], list[str]]:
    """The records, by label, and the lines before the first. A record ends where its first label comes again, or one that
    it has already once it has a text."""
    found: list[dict[str, str]] = []
    above: list[str] = []
    first = last = ""
    for label, value in pairs:
        if not label and last and records.field_of(last) in _ON_ONE_LINE and (other := _OTHER.match(value)):
            label, value = other["label"], other["value"]  # no line of a name or a date
        field = records.field_of(label) if label else None
        if not label:
            if not found:
                above.append(value)
            elif value and last:
                found[-1][last] = f"{found[-1][last]}\n\n{value}" if found[-1][last] else value
            continue
        filled = {records.field_of(each) for each in found[-1]} if found else set()
        again = field in ("title", "source", "date", "id") and field in filled
        if not found or label == first or (again and ("text" in filled or field == "title")):
            found.append({})
            first = first or label
        record, last = found[-1], label
        record[label] = f"{record[label]}\n\n{value}" if record.get(label) else value
    return found, above


def _of_lines(written: str) -> Iterator[Pair]:
    """The lines of a text; paragraphs and lines without a known label go on with the value before them."""
    for block in written.split("\n"):
        line = block.strip()
        if not line or _RULE.fullmatch(line):
            continue
        found = _LINE.match(line)
        label = found["label"].strip() if found is not None and is_label(found["label"].strip()) else ""
        yield (label, (found["value"] or "").strip()) if found is not None and label else ("", line)


def _of_rows(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Pair]:
    """The rows of two cells, a label and its value; a cell alone, or beside an empty one, or a row of more, goes on with the
    value before it."""
    for _, cells in rows:
        filled = [each for each in cells if each]
        if len(filled) == 2 and len(filled[0]) <= MAX_LABEL and "\n" not in filled[0]:
            yield filled[0].rstrip(" \u00a0:"), filled[1]
        elif not (len(cells) == 2 and cells[0] == filled[0] and len(cells[0]) <= MAX_LABEL):  # a label without a value
            yield "", "\n\n".join(filled)


def _labelled(pairs: Iterable[Pair]) -> bool:
    fields = {records.field_of(label) for label, _ in pairs if label}
    return {"title", "text"} <= fields


def _head(rows: list[list[str]]) -> int | None:
    """Which row names columns, a title and a text among them."""
    for at, cells in enumerate(rows[: tables.PREAMBLE]):
        fields = {records.field_of(each) for each in cells if len(each) <= MAX_LABEL}
        if len(cells) > 2 and {"title", "text"} <= fields:
            return at
    return None


def _hold_most(pairs: list[Pair]) -> bool:
    """Whether most of the characters stand behind the first label, and a title and a text have one."""
    first = next((at for at, (label, _) in enumerate(pairs) if label), len(pairs))
    sizes = [len(value) for _, value in pairs]
    return _labelled(pairs) and 2 * sum(sizes[first:]) > sum(sizes)


def _rows(tree: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold no other table, numbered, with the text of their cells; the terms of a list with what they stand for
    are rows too."""
    for number, row in enumerate(tree.iter("tr", "dt"), 1):
        if row.tag == "tr" and row.find(".//tr") is None:
            cells = [text_of_tree(each).strip() for each in row if each.tag in ("td", "th")]
        elif row.tag == "dt":
            said = takewhile(lambda each: each.tag == "dd", row.itersiblings())
            cells = [text_of_tree(row).strip(), "\n\n".join(map(text_of_tree, said)).strip()]
        else:
            continue
        if any(cells):
            yield number, cells


def _take_out(tree: Any) -> None:
    """Takes out of a tree what `_rows` reads."""
    for each in list(tree.iter("tr", "dt", "dd")):
        if each.tag != "tr" or each.find(".//tr") is None:
            each.clear()
