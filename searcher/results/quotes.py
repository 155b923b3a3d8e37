"""Articles found, with the quotations kept of them → the quotes that a question asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from searcher.analysis.annotations import QUOTES, marks, quotation
from searcher.analysis.quotations import Confidence, Kind, Quotation
from searcher.analysis.words import tokenize
from searcher.engines.protocol import Found
from searcher.values import Value


class Quote(Value):
    """What an article quotes: `text` is the article's text from `start` to `end`.

    `speaker` is who said it, the same for all mentions in an article (the longest form of the name), None when the article
    does not say; `mention` are the words beside the quote that name the speaker, and `cue` those that report the quote, None
    when there are none. `confidence`: A, the words beside the quote name the speaker; B, a pronoun or a role does, or words
    further off; C, the speaker is that of a quote nearby. `kind`: direct, in quotation marks; indirect, in a clause.
    """

    id: str
    title: str
    date: str | None
    source: str | None
    start: int
    end: int
    text: str
    speaker: str | None
    mention: str | None
    cue: str | None
    confidence: Confidence
    kind: Kind


Wanted = Callable[[Quote], bool]


def quotes(found: Found, wanted: Wanted) -> Iterator[Quote]:
    """The quotes of an article that are wanted, in the order of the text."""
    for row in marks(found.annotations).get(QUOTES, ()):
        quote = _quote(found, quotation(row))
        if wanted(quote):
            yield quote


def _quote(found: Found, said: Quotation) -> Quote:
    article = found.article
    return Quote(
        id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        start=said.start,
        end=said.end,
        text=article.text[said.start : said.end],
        speaker=said.speaker,
        mention=article.text[slice(*said.mention)] if said.mention else None,
        cue=article.text[slice(*said.cue)] if said.cue else None,
        confidence=said.confidence,
        kind=said.kind,
    )


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as the index has them: case, accents and hyphens do not count."""
    return tuple(word.word for word in tokenize(name))


def is_called(speaker: str | None, spellings: Sequence[tuple[str, ...]]) -> bool:
    """Whether the words of a spelling stand side by side in the name of a speaker."""
    if speaker is None:
        return False
    words = words_of(speaker)
    return any(
        words[at : at + len(each)] == each for each in spellings for at in range(len(words) - len(each) + 1) if each
    )
