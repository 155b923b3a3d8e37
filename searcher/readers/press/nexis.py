"""Nexis Uni and LexisNexis exports → the articles: Word, Rich Text, plain text and pages, with labels in six languages.

Two layouts: documents that end with `End of Document` (`nexis_uni`), and documents that begin with `1 of 3 DOCUMENTS`
(`lexisnexis`). Covers, classifications, captions (`GRAPHIC`) and the day of loading are left out; notes and corrections are
text. These exports bear no number of the database but where a publication has one (`ACC-NO`, `DOCUMENT-ID`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.readers.press import blocks, lexisnexis, nexis_uni
from searcher.readers.press.record import articles
from searcher.readers.problems import Problem
from searcher.sources import Source


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    opened = blocks.opened(source, stream)
    if opened.tree is not None:
        found = map(lexisnexis.record, lexisnexis.on_page(opened.tree))
        yield from articles(source, found, cut=opened.cut, signed=True)
    elif documents := lexisnexis.parted(opened.blocks):
        yield from articles(source, (lexisnexis.record(each, wrapped=True) for each in documents), signed=True)
    else:
        export = nexis_uni.export(opened.blocks)
        yield from articles(source, export.records, announced=export.announced, cut=export.cut, signed=True)
