"""Cards of a clippings file: `§ title | date | source` and lines of text below → an article a card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.readers.encoding import decode
from searcher.readers.fields import make
from searcher.readers.problems import Problem
from searcher.sources import Source


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The articles of a file of cards. A card without a title is reported, and the others are read."""
    cards = decode(stream.read(), source.encoding).split("§")[1:]
    for number, card in enumerate(cards, 1):
        head, _, text = card.partition("\n")
        title, date, paper = [part.strip() for part in (head + "||").split("|")[:3]]
        if title:
            yield make(source, number=number, place=f"card {number}", title=title, date=date, source=paper, text=text)
        else:
            yield Problem(source.path, "a card without a title", f"card {number}")
