"""A dispatch of Ritzau (`RBNews`, the XML that the Danish agency sends) → an article.

The day is local (Copenhagen). A flash has no headline: its first sentence is the title. Lists of codes, addresses of
authors and notes to editors are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.readers.agencies import wire
from searcher.readers.fields import make
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem
from searcher.readers.text import title as first_words
from searcher.readers.xml import MAX_MESSAGE, first, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    root = parse(stream, source.encoding, limit=MAX_MESSAGE)
    if first(root, "{*}Annuleret").lower() == "true":
        raise NotAnArticle("no article: withdrawn by its publisher")
    text = text_of(first(root, "{*}content"))
    title, byline = first(root, "{*}headline"), first(root, "{*}byLine")
    yield make(
        source,
        id=first(root, "{*}HistID") or first(root, "{*}NewsID") or None,
        title=title or first_words(text),
        standfirst=text_of(first(root, "{*}subtitle")),
        text=text,
        date=first(root, "{*}PublishDate"),
        source=wire.organisation(first(root, "{*}origin").strip("/").capitalize()) or "Ritzau",
        author=byline,
        section=first(root, "{*}section"),
        language="da",
    )
