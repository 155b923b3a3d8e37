"""What an article costs analysis, in milliseconds: `python benchmarks/annotation.py DATA [--articles N] [--rounds N]`.

Prints the time of the terms of words (base), of the sketch that tells copies, of names, of quotes, and of all of them together
(`entry`). Times are processor time of this process (`process_time`). Articles are measured in parts of a hundred; of each part
the least of the rounds counts, so that a busy machine measures alike. A round before the first fills the caches. Python looks
for garbage as seldom as in a process that indexes.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from time import process_time

import searcher
from searcher.analysis.annotations import COPIES, KINDS, NAMES, QUOTES, annotate
from searcher.analysis.entry import entry, words_of
from searcher.analysis.sketch import as_terms, sketch
from searcher.indexing.workers.child import FEW_COLLECTIONS

PART = 100
ARTICLES = 36_146  # the archive of `DATA`; a sample is spread over it


def main(data: Path, articles: int, rounds: int) -> None:
    archive = data / "news" / "orangesum.jsonl.gz"
    if not archive.is_file():
        print(f"skipped: no data in {data}")
        return
    gc.set_threshold(*FEW_COLLECTIONS)
    sample = list(islice(_articles(archive), 0, None, max(1, ARTICLES // articles)))[:articles]
    words = {each.id: words_of(each.text) for each in sample}
    steps: dict[str, Callable[[searcher.Article], object]] = {
        "base": lambda each: entry(each, without=KINDS),
        "copies": lambda each: as_terms(sketch(words[each.id])),
        "names": lambda each: annotate(each, without=(COPIES, QUOTES)),
        "quotes": lambda each: annotate(each, without=(COPIES, NAMES)),
        "names and quotes": lambda each: annotate(each, without=(COPIES,)),
        "everything": entry,
    }
    parts = [sample[at : at + PART] for at in range(0, len(sample), PART)]
    best = {step: [float("inf")] * len(parts) for step in steps}
    for turn in range(rounds + 1):
        for number, part in enumerate(parts):
            for step, run in steps.items():
                spent = _spent(run, part)
                if turn:
                    best[step][number] = min(best[step][number], spent)
    print(f"{len(sample)} articles, {rounds} rounds, milliseconds of processor time an article")
    for step, spents in best.items():
        print(f"{step:<18}{sum(spents) / len(sample) * 1000:.3f}")


def _spent(run: Callable[[searcher.Article], object], part: list[searcher.Article]) -> float:
    began = process_time()
    for each in part:
        run(each)
    return process_time() - began


def _articles(archive: Path) -> Iterator[searcher.Article]:
    with gzip.open(archive, "rt", encoding="utf-8") as lines:
        for line in lines:
            read = json.loads(line)
            yield searcher.Article(read["id"], read["text"], read.get("title", ""))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    main(given.data, given.articles, given.rounds)
