"""A page whose labels are elements of their own (`<div class="label">Titre</div><div>Le port</div>`) → labels and values.

Such a label is known by what its element is, not by a colon: the labels of a page share a name and a class. A value is what
follows a label up to the next one, within the element that holds both labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import lxml.html

from searcher.readers.markup import text_of_tree
from searcher.readers.records import field_of

MAX_LABEL = 40  # characters
MAX_SHORT = 300  # characters of a title, a source or a date: a longer one is no value of a database
_CODE = re.compile(r"[A-Z][A-Z0-9]")
_BESIDE = ("footer", "nav", "aside", "form")  # elements that end a value

Pair = tuple[str, str]
"""A label and its value; without a label what goes on with the value before."""


def is_label(written: str) -> bool:
    """Whether a line or an element may be a label: two capitals, or the name of a field."""
    if len(written) > MAX_LABEL:
        return False
    return _CODE.fullmatch(written) is not None or (len(written) > 2 and field_of(written) is not None)


def pairs(tree: Any) -> list[Pair]:
    """The labels of a page and their values, in order; both are taken out of the tree.

    Empty, and the tree untouched, for a page without the label of a title, of a text, and of a source or a date, all of one
    kind. A page where a title, a source or a date has a value longer than 300 characters gives none either: there the labels
    belong to a box beside a text.
    """
    labels = _labels(tree)
    if not labels:
        return []
    bounds = _scopes(labels)
    apart = {*labels, *(above for each in labels for above in each.iterancestors())}
    found = [(_bare(each), _value(each, scope, apart)) for each, scope in zip(labels, bounds, strict=True)]
    for each in labels:
        each.drop_tree()
    short = [value for label, value in found if field_of(label) in ("title", "source", "date")]
    return found if all(len(value) <= MAX_SHORT for value in short) else []


def _labels(tree: Any) -> list[Any]:
    """The elements that are labels: of the kind (name and class) that has the labels of an article.

    In a class that labels alone bear, a short text that is no known label is a label too.
    """
    kinds: dict[tuple[str, str], list[Any]] = {}
    for each in tree.iter("*"):
        if len(each) == 0 and each.tag not in ("script", "style", "title", "option", "button", "a"):
            outer = _outermost(each)
            named = each.get("class") or outer.get("class") or ""
            kinds.setdefault((each.tag, named), []).append(outer)
    best: list[Any] = []
    for (_, named), elements in kinds.items():
        known = [each for each in elements if is_label(_bare(each))]
        fields = {field_of(_bare(each)) for each in known}
        if not {"title", "text"} <= fields or not fields & {"source", "date"} or len(known) <= len(best):
            continue
        every = named and 2 * len(known) > len(elements) and all(len(_bare(each)) <= MAX_LABEL for each in elements)
        best = [each for each in elements if _bare(each)] if every else known
    return best


def _outermost(element: Any) -> Any:
    """The outermost element that holds this one and nothing else."""
    while (above := element.getparent()) is not None:
        alone = element.getprevious() is None and element.getnext() is None  # `len` counts all the others
        if not alone or _written(above.text) or _written(element.tail):
            break
        element = above
    return element


def _scopes(labels: Sequence[Any]) -> Iterator[Any]:
    """For each label the element in which its value ends: the smallest that holds it and a label beside it."""
    shared = [_common(*both) for both in pairwise(labels)]
    for before, behind in zip([None, *shared], [*shared, None], strict=True):
        yield max((each for each in (before, behind) if each is not None), key=_depth)


def _common(one: Any, other: Any) -> Any:
    """The smallest element that holds both."""
    above = set(one.iterancestors())
    return next(each for each in other.iterancestors() if each in above)


def _depth(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())


def _value(label: Any, scope: Any, apart: set[Any]) -> str:
    """The text behind a label, up to the next element `apart` (a label, or one that holds labels); it leaves the tree."""
    held = lxml.html.Element("div")
    at = label
    while True:
        level = lxml.html.Element("div")
        level.text, at.tail = at.tail, None
        held.append(level)
        each = at.getnext()
        while each is not None:  # no list of them: a page may hold ten thousand labels side by side
            if each in apart or each.tag in _BESIDE:
                return text_of_tree(held).strip()
            following = each.getnext()
            level.append(each)
            each = following
        at = at.getparent()
        if at is scope or at is None:
            return text_of_tree(held).strip()


def _bare(element: Any) -> str:
    """What an element says on one line, without a colon at its end."""
    return " ".join("".join(element.itertext()).split()).rstrip(" \u00a0:")


def _written(text: str | None) -> bool:
    return text is not None and bool(text.strip())
