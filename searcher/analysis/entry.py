"""An article → its entry: the terms of every field."""

from __future__ import annotations

from searcher.analysis.words import CHUNK, analyse_chunk
from searcher.article import (
    AUTHOR,
    FORMS,
    ID,
    LANGUAGE,
    SOURCE,
    STEMS,
    TITLE_FORMS,
    TITLE_STEMS,
    TITLE_WORDS,
    WORDS,
    Article,
    Entry,
)


def entry(article: Article) -> Entry:
    """The terms of an article.

    `words` hold the text only, so that no phrase runs from a title into a text; `stems` and `forms` hold title and text,
    because a title counts as part of what an article says (a title taken from the text is not counted twice).
    """
    title_words, title_stems, title_forms = _terms(article.title)
    words, stems, forms = _terms(article.text)
    everything = words
    if not article.text.startswith(article.title.removesuffix("…")):
        everything, stems, forms = title_words + words, title_stems + stems, title_forms + forms
    terms = {
        ID: [article.id],
        WORDS: words,
        STEMS: stems,
        FORMS: _with_plain(forms, everything),
        TITLE_WORDS: title_words,
        TITLE_STEMS: title_stems,
        TITLE_FORMS: _with_plain(title_forms, title_words),
        SOURCE: _terms(article.source or "")[0],
        AUTHOR: _terms(article.author or "")[0],
        LANGUAGE: [article.language.lower()] if article.language else [],
    }
    return Entry(article, terms)


class _Remembered(dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]):
    """Raw chunk → its words, stems and forms, ready to be appended."""

    LIMIT = 1 << 17

    def __missing__(self, raw: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        if len(self) >= self.LIMIT:
            self.clear()
        chunk = analyse_chunk(raw)
        terms = self[raw] = (
            tuple(word.word for word in chunk.words),
            tuple(word.stem for word in chunk.words) + chunk.whole,
            tuple(word.form for word in chunk.words if word.form is not None),
        )
        return terms


_remembered = _Remembered()


def _terms(text: str) -> tuple[list[str], list[str], list[str]]:
    """Words, stems and forms of a text. The innermost loop of indexing: one dictionary look-up a chunk."""
    words: list[str] = []
    stems: list[str] = []
    forms: list[str] = []
    for raw in CHUNK.findall(text):
        its_words, its_stems, its_forms = _remembered[raw]
        words += its_words
        stems += its_stems
        if its_forms:
            forms += its_forms
    return words, stems, forms


def _with_plain(forms: list[str], words: list[str]) -> list[str]:
    """Adds `cote|cote` when an article prints both *côte* and *cote*.

    Without it `=cote` could not be answered from bags: `words` has cote for both spellings. With it, *exactly cote* is
    "cote in words, and no marked form, or the plain form": see `query.analyse`.
    """
    if not forms:
        return forms
    marked: dict[str, int] = {}
    for form in forms:
        folded = form.partition("|")[0]
        marked[folded] = marked.get(folded, 0) + 1
    counted: dict[str, int] = dict.fromkeys(marked, 0)
    for word in words:
        if word in counted:
            counted[word] += 1
    return forms + [f"{folded}|{folded}" for folded, n in marked.items() if counted[folded] > n]
