"""What a person may want to know about words: the query language on a page, and the words of a text as they are indexed."""

from __future__ import annotations

from pathlib import Path

from searcher import analysis


def syntax(language: str = "en") -> str:
    """The page on the query language in English or French (`fr`), as in docs/query-language.md and docs/fr/langage.md."""
    name = "syntax.fr.md" if language == "fr" else "syntax.md"
    return (Path(__file__).parents[1] / "query" / name).read_text("utf-8").rstrip()


def analyze(text: str) -> list[tuple[str, str, str, str]]:
    """The words of a text as they are indexed: as printed, folded, the keys that find the word with a blank between them, and
    the stem, which ranks."""
    return [
        (text[token.start : token.end], token.word, " ".join(token.keys), token.stem)
        for token in analysis.tokenize(text)
    ]
