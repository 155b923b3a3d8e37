"""What a person may want to know about words: the query language on a page, and the words of a text as they are indexed."""

from __future__ import annotations

from pathlib import Path

from searcher import analysis


def syntax() -> str:
    """The page on the query language, as in docs/query-language.md."""
    return (Path(__file__).parents[1] / "query" / "syntax.md").read_text("utf-8").rstrip()


def analyze(text: str) -> list[tuple[str, str, str, str]]:
    """The words of a text as they are indexed: as printed, folded, the keys that find the word with a blank between them, and
    the stem, which ranks."""
    return [
        (text[token.start : token.end], token.word, " ".join(token.keys), token.stem)
        for token in analysis.tokenize(text)
    ]
