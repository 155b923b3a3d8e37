"""An archive of articles flows in, an index made by Whoosh as its own documentation teaches flows out.

    python benchmarks/stock.py ARCHIVE.jsonl FOLDER

This is the peer that `bench.py` times: French analysis as a chain of token filters, one field, the default writer.
It prints one line of JSON: how many articles, and the seconds (by the clock, and of processor time) from opening the
archive to the end of the commit.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import snowballstemmer
import whoosh
from unidecode import unidecode
from whoosh import fields, index
from whoosh.analysis import Filter, LowercaseFilter, RegexTokenizer, StemFilter, StopFilter
from whoosh.lang.stopwords import stoplists

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’](?=.)")
_snowball = snowballstemmer.stemmer("french")


class ElisionAndAccents(Filter):  # type: ignore[misc]
    """`l’état` → `etat`, token by token."""

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:
        for token in tokens:
            token.text = unidecode(_ELIDED.sub("", token.text))
            yield token


def stem(word: str) -> str:
    """Whoosh pickles its analysers into the index, and a bound method of a C object cannot be pickled."""
    stemmed: str = _snowball.stemWord(word)
    return stemmed


def schema() -> fields.Schema:
    chain = (
        RegexTokenizer(_WORD)
        | LowercaseFilter()
        | ElisionAndAccents()
        | StopFilter(stoplist=[unidecode(word) for word in stoplists["fr"]])
        | StemFilter(stemfn=stem, cachesize=50_000)
    )
    return fields.Schema(
        id=fields.ID(stored=True), title=fields.STORED, content=fields.TEXT(analyzer=chain, stored=False)
    )


def build(archive: Path, folder: Path) -> int:
    """Indexes the articles of `archive`, one JSON object a line, and says how many there were."""
    folder.mkdir(parents=True)
    writer = index.create_in(str(folder), schema()).writer()
    count = 0
    with archive.open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            title = article.get("title", "")
            writer.add_document(id=article["id"], title=title, content=f"{title}\n{article['text']}")
            count += 1
    writer.commit()
    return count


def main() -> int:
    if whoosh.__version__ != (2, 7, 4):
        print(f"whoosh 2.7.4 is the peer and {whoosh.versionstring()} is installed", file=sys.stderr)
        return 2
    archive, folder = map(Path, sys.argv[1:])
    began, cpu_began = perf_counter(), process_time()
    count = build(archive, folder)
    seconds, cpu_seconds = perf_counter() - began, process_time() - cpu_began
    print(json.dumps({"articles": count, "seconds": seconds, "cpu_seconds": cpu_seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
