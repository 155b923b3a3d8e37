"""A text and a field → the terms that the field holds of it, as Whoosh's query parser and highlighter ask for them.

Our own searches never come here. This is the one module of the engines that may import `searcher.analysis`: Whoosh's table of
contents names `FieldAnalyzer`, and a program that opens an index with `whoosh.index.open_dir` has nobody else to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token

from searcher import article as names

_WORD = re.compile(r"\S+")
_LITERAL = re.compile(r"[^*?\[\]]+")  # what a wildcard query holds beside its wildcards

_LEMMAS = (names.LEMMAS, names.TITLE_LEMMAS)

Part = tuple[int, int, str]
"""Start and end in the text, term."""


class FieldAnalyzer(Analyzer):  # type: ignore[misc]
    """The analyzer of one field. It is pickled as its name and that of the field."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **options: Any,
    ) -> Iterator[Token]:
        """The terms of `value` in order, in one Token that is changed and yielded again, as Whoosh does it.

        Without `tokenize` the value is one term or the beginning of one, wildcards among its letters.
        """
        token = Token(positions, chars, mode=mode, **options)
        analysis = _asked if mode == "query" and self.field in _LEMMAS else _ANALYSES[self.field]
        parts = analysis(value) if tokenize else [(0, len(value), _folded(value))]
        for position, (start, end, text) in enumerate(parts, start_pos):
            token.text = text
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = position
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token


def _words(text: str) -> Iterator[Part]:
    from searcher.analysis import tokenize

    return ((token.start, token.end, token.word) for token in tokenize(text))


def _lemmas(text: str) -> Iterator[Part]:
    from searcher.analysis import tokenize

    return ((token.start, token.end, key) for token in tokenize(text) for key in token.keys)


def _asked(text: str) -> Iterator[Part]:
    """The keys that typed words find."""
    from searcher.analysis import keys_for, tokenize

    return ((token.start, token.end, key) for token in tokenize(text) for key in keys_for(token.raw))


def _stems(text: str) -> Iterator[Part]:
    from searcher.analysis import tokenize

    return ((token.start, token.end, token.stem) for token in tokenize(text))


def _forms(text: str) -> Iterator[Part]:
    from searcher.analysis import tokenize

    return ((token.start, token.end, token.form or f"{token.word}|{token.word}") for token in tokenize(text))


def _whole(text: str) -> Iterator[Part]:
    return ((found.start(), found.end(), found.group()) for found in _WORD.finditer(text))


def _value(text: str) -> Iterator[Part]:
    yield 0, len(text), names.as_term(text)


def _lower(text: str) -> Iterator[Part]:
    return ((start, end, term.lower()) for start, end, term in _whole(text))


_ANALYSES: dict[str, Callable[[str], Iterator[Part]]] = {
    **dict.fromkeys(names.POSITIONAL, _words),
    **dict.fromkeys(_LEMMAS, _lemmas),
    **dict.fromkeys((names.STEMS, names.TITLE_STEMS), _stems),
    **dict.fromkeys((names.FORMS, names.TITLE_FORMS), _forms),
    **dict.fromkeys(names.WHOLE.values(), _value),
    names.ID: _whole,
    names.LANGUAGE: _lower,
}


def _folded(text: str) -> str:
    from searcher.analysis import fold, surface

    return _LITERAL.sub(lambda found: fold(surface(found.group())), text)
