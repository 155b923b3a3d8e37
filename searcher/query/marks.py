"""What passages highlight: query in, marks out; `results.marking` finds them in a text."""

from __future__ import annotations

from searcher.values import Value


class Mark(Value):
    """What passages highlight for one part of the query: words with one of the keys, words, forms or stems; or the words of one
    of the phrases where they stand together (`slop` None: side by side in this order)."""

    label: str
    keys: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    slop: int | None = None
    in_text: bool = True
    in_title: bool = True
