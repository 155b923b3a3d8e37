"""An archive flows in, or a number of made articles; what counting whole values over all fields costs flows out, by engine.

    python benchmarks/counts.py DATA                    # an archive (.jsonl, .jsonl.gz) or the folder that has one
    python benchmarks/counts.py --made 1000000 --engines tantivy

Each question is a plan of one to three words (small ones too) that begin an article, as AND and as OR, and all articles; it is
counted over every field of `article.WHOLE` at once. Times are of one thread on an open index, after every question was asked
once: by the clock, and of the processor, which is the steadier figure on a busy machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time

import searcher
from searcher import analysis, engines
from searcher.article import (
    AUTHOR,
    FORMAT,
    ID,
    LANGUAGE,
    SECTION,
    SOURCE,
    STEMS,
    WHEN,
    WHOLE,
    Article,
    Entry,
    as_term,
)
from searcher.engines.protocol import Engine, Reader
from searcher.indexing import manifest
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, Match, Plan, Term

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
SEED = 20200107
QUESTIONS = 100
WORDS = 20_000  # different words of made articles, the n-th of them 1/n as frequent as the first
MODELS = 20_000  # different sets of values of made articles


def main() -> int:
    parser = argparse.ArgumentParser(description="What counting whole values costs.")
    parser.add_argument("archive", type=Path, nargs="?", metavar="DATA")
    parser.add_argument("--made", type=int, metavar="N", help="count over N made articles of twenty words")
    parser.add_argument("--engines", default=",".join(engines.LOCAL), metavar="NAME,…")
    given = parser.parse_args()
    archive: Path | None = given.archive
    if archive is not None and archive.is_dir():
        archive /= ARCHIVE
    if given.made is None and (archive is None or not archive.is_file()):
        print(f"skipped: no archive at {archive}")
        return 0
    print(
        f"{'engine':8} {'articles':>9} {'question':10} {'found':>9} {'p50 ms':>8} {'p95 ms':>8} {'CPU p50':>8} {'p95':>8}"
    )
    for name in given.engines.split(","):
        with TemporaryDirectory() as folder:
            engine = engines.load(name)
            generation = (
                _made(engine, Path(folder), given.made) if given.made else _indexed(name, Path(folder), archive)
            )
            reader = engine.open(generation)
            try:
                _measure(name, reader)
            finally:
                reader.close()
    return 0


def _indexed(engine: str, folder: Path, archive: Path | None) -> Path:
    assert archive is not None
    searcher.update(folder, [archive], engine=engine, durable=False)
    return folder / manifest.read(folder, fingerprint=None).generation


def _made(engine: Engine, folder: Path, count: int) -> Path:
    writer = engine.create(folder, jobs=2)
    for entry in _entries(count):
        writer.add(entry)
    writer.commit()
    writer.close()
    return folder


def _entries(count: int) -> Iterator[Entry]:
    """Articles of eight words: 60 sources, 3,000 authors, 40 sections, five languages and formats, thirty years of days."""
    chances = Random(SEED)
    words = [f"mot{number}" for number in range(WORDS)]
    rarely = [*accumulate(1 / (number + 1) for number in range(WORDS))]
    values = [
        {
            WHOLE[SOURCE]: f"journal␣{chances.randint(1, 60)}",
            WHOLE[AUTHOR]: as_term(f"auteur {chances.randint(1, 3_000)}" if number % 3 else None),
            WHOLE[SECTION]: f"rubrique␣{chances.randint(1, 40)}",
            WHOLE[LANGUAGE]: chances.choice(("fr", "en", "de", "es", "it")),
            WHOLE[FORMAT]: chances.choice(("html", "text", "jsonl", "pdf", "warc")),
            WHOLE[WHEN]: f"{chances.randint(1990, 2019)}-{chances.randint(1, 12):02}-{chances.randint(1, 28):02}",
        }
        for number in range(MODELS)
    ]
    for number in range(count):
        text = " ".join(chances.choices(words, cum_weights=rarely, k=8))
        terms = {ID: str(number), STEMS: text, **values[number % MODELS]}
        yield Entry(Article(str(number), text), terms, number + 1)


def _measure(name: str, reader: Reader) -> None:
    questions = _questions(reader)
    for kind, plans in questions.items():
        for plan in plans:
            reader.counts(plan, tuple(WHOLE))
        clock: list[float] = []
        processor: list[float] = []
        found = 0
        for plan in plans:
            began, used = perf_counter(), thread_time()
            found += reader.counts(plan, tuple(WHOLE)).total
            clock.append((perf_counter() - began) * 1e3)
            processor.append((thread_time() - used) * 1e3)
        times = [quantiles(each, n=20, method="inclusive")[at] for each in (clock, processor) for at in (9, 18)]
        print(
            f"{name:8} {reader.count():9,} {kind:10} {found // len(plans):9,} {' '.join(f'{each:8.2f}' for each in times)}",
            flush=True,
        )


def _questions(reader: Reader) -> dict[str, list[Plan]]:
    """Kind of question → plans, of words from the beginning of articles."""
    chances = Random(SEED)
    asked: dict[str, list[Plan]] = {"all words": [], "any word": [], "everything": [Plan(EVERYTHING)] * 20}
    for article in islice(reader.articles(), QUESTIONS):
        stems = analysis.entry(article).terms[STEMS].split()[:12]
        terms: tuple[Match, ...] = tuple(Term(STEMS, stem) for stem in chances.sample(stems, min(len(stems), 3)))
        asked["all words"].append(Plan(AllOf(terms[: chances.randint(1, 3)])))
        asked["any word"].append(Plan(AnyOf(terms)))
    return asked


if __name__ == "__main__":
    raise SystemExit(main())
