"""A text, and the marks of a query → the lines of a concordance: each occurrence with the words to its left and right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple
from unicodedata import normalize

from searcher.analysis import IndexWord, cut, tokenize
from searcher.article import Article, Range, instant
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.marks import Mark
from searcher.results.marking import extents, merged, spans
from searcher.values import Value

CONTEXT = 8
"""Words on each side of a node, unless told otherwise."""

MAX_CONTEXT = 100
REACH = 40  # characters that a word of the context may take on average: bounds the context of a text without blanks


class Line(Value):
    """One line of a concordance. `node` is exactly `article.text[start:end]`; `left` and `right` are the text around it.

    `id`, `date`, `source`, `title`, `url` are those of the article; offsets count code points of its text.
    """

    id: str
    date: str | None
    source: str | None
    title: str
    url: str | None
    start: int
    end: int
    left: str
    node: str
    right: str


class Key(NamedTuple):
    """What lines are sorted by: `hit`, `date`, `source`, `text`, or the word at `place` (-1: the first to the left). `strict`:
    words that differ in case or accents alone are told apart."""

    kind: str
    reverse: bool = False
    place: int = 0
    strict: bool = False


def lines(article: Article, marks: tuple[Mark, ...], *, context: int) -> Iterator[Line]:
    """The lines of an article, in text order: one for each word, compound or phrase that a mark asks for.

    Occurrences that overlap are one line. `context`: words on each side, as the index counts words.
    """
    text = article.text
    found = spans(text, tuple(mark for mark in marks if mark.in_text))
    for start, end in merged((span.start, span.end) for span in found):
        left, right = _before(text, start, context), _after(text, end, context)
        yield Line(
            id=article.id,
            date=article.date,
            source=article.source,
            title=article.title,
            url=article.url,
            start=start,
            end=end,
            left=text[left:start],
            node=text[start:end],
            right=text[end:right],
        )


def keys(written: str, *, context: int, strict: bool = False) -> tuple[Key, ...]:
    """The sort keys that `1R,-date,source` names; none for an empty text. `strict`: case and accents count.

    Raises UsageError for an unknown key, and for a word that is not in the context.
    """
    named = (_key(each.strip(), context) for each in written.split(",")) if written.strip() else ()
    return tuple(key._replace(strict=strict) for key in named)


def arranged(found: Iterable[Line], by: tuple[Key, ...], *, sample: int | None = None, seed: int = 0) -> Iterator[Line]:
    """The lines sorted by `by`, or in the order given when `by` is empty; with `sample`, at most so many, drawn by `seed`.

    Lines that all keys take for equal stand by date, identifier and place, so an order never depends on the engine. Unsorted
    lines without a sample are passed on one by one; a sample holds no more lines than it draws.
    """
    if sample is not None:
        numbered = nsmallest(sample, enumerate(found), key=lambda each: (_lot(seed, each[1]), each[0]))
        found = [line for _, line in sorted(numbered, key=lambda each: each[0])]
    if not by:
        yield from found
        return
    held = sorted(found, key=lambda line: (line.date or "", line.id, line.start))
    for key in reversed(by):
        held.sort(key=_value(key), reverse=key.reverse)
    yield from held


def draw(seed: int, *named: object) -> bytes:
    """The lot that a thing with these names draws: the same on every machine and engine, and even over all names."""
    named_once = "\0".join(map(str, (seed, *named)))
    return blake2b(named_once.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _lot(seed: int, line: Line) -> bytes:
    return draw(seed, line.id, line.start)


def _before(text: str, start: int, words: int) -> int:
    """Where the `words` words before `start` begin, with what is printed before the first of them without a blank."""
    if not words:
        return start
    reach = max(start - words * REACH, 0)
    found = next(islice(_backward(text[reach:start]), words - 1, None), None)
    at = reach if found is None else reach + found[0]
    while at > reach and not text[at - 1].isspace():
        at -= 1
    while at < start and text[at].isspace():
        at += 1
    return at


def _after(text: str, end: int, words: int) -> int:
    """Where the `words` words after `end` end, with what is printed behind the last of them without a blank."""
    if not words:
        return end
    reach = min(end + words * REACH, len(text))
    found = next(islice(_forward(text[end:reach]), words - 1, None), None)
    at = reach if found is None else end + found[1]
    while at < reach and not text[at].isspace():
        at += 1
    while at > end and text[at - 1].isspace():
        at -= 1
    return at


_KEY = re.compile(r"(?P<minus>-?)(?:(?P<place>[1-9][0-9]{0,2})(?P<side>[LR])|(?P<kind>hit|date|source|text))", re.I)


def _key(written: str, context: int) -> Key:
    found = _KEY.fullmatch(written)
    if found is None:
        raise UsageError(Message("kwic.sort", written=written))
    reverse = bool(found["minus"])
    if found["kind"]:
        return Key(found["kind"].lower(), reverse)
    place = int(found["place"])
    if place > context:
        raise UsageError(Message("kwic.sort-context", written=written, context=context))
    return Key("word", reverse, place if found["side"] in "rR" else -place)


_Comparable = tuple[int, str | int]  # 1 puts what is not known last


def _value(key: Key) -> Callable[[Line], _Comparable]:
    """What a line is compared by. What is not known comes last in both directions."""
    last = -1 if key.reverse else 1
    if key.kind == "word":
        return lambda line: _known(_word(line, key.place, key.strict), last)
    if key.kind == "hit":
        return lambda line: _known(_folded(line.node, key.strict), last)
    if key.kind == "source":
        return lambda line: _known(_folded(line.source or "", key.strict), last)
    if key.kind == "date":
        return lambda line: _dated(line.date, last)
    return lambda line: (0, line.id)


def _known(value: str, last: int) -> _Comparable:
    return (0, value) if value else (last, "")


def _dated(date: str | None, last: int) -> _Comparable:
    try:
        return (last, 0) if date is None else (0, instant(date))
    except ValueError:  # it is no date that can be read
        return (last, 0)


def _word(line: Line, place: int, strict: bool = False) -> str:
    """The word at a place of the context, folded as the index folds words: without case and accents; `strict`, these come
    behind it, so that words of one spelling stand together."""
    part, words = (line.right, _forward) if place > 0 else (line.left, _backward)
    found = next(islice(words(part), abs(place) - 1, None), None)
    return _folded(part[slice(*found)], strict) if found is not None else ""


def _forward(text: str) -> Iterator[Range]:
    """Where the words of a text stand, from its beginning. Pieces are analysed when they are reached, and no more."""
    at = 0
    for piece in cut(text):
        for start, end in extents[piece]:
            yield at + start, at + end
        at += len(piece) + 1


def _backward(text: str) -> Iterator[Range]:
    """The same from the end."""
    at = len(text)
    for piece in reversed(cut(text)):
        at -= len(piece)
        for start, end in reversed(extents[piece]):
            yield at + start, at + end
        at -= 1


def _folded(text: str, strict: bool) -> str:
    return _told_apart(list(tokenize(text)), strict)


def _told_apart(words: list[IndexWord], strict: bool) -> str:
    folded = " ".join(word.word for word in words)
    return f"{folded}\0{normalize('NFC', ' '.join(word.raw for word in words))}" if strict and folded else folded
