"""An archive flows in, or a number of made articles; what counting whole values over all fields costs flows out, by engine.

    python benchmarks/counts.py DATA                    # an archive (.jsonl, .jsonl.gz) or the folder that has one
    python benchmarks/counts.py --made 1000000 --engines tantivy

Each question is a plan of one to three words of a title, as AND and as OR, and all articles together; it is counted over every
field of `article.WHOLE` at once. Times are of one process on an open index, after every question was asked once.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import searcher
from searcher import analysis, engines
from searcher.article import STEMS, WHOLE, Article, Entry
from searcher.engines.protocol import Engine, Reader
from searcher.indexing import manifest
from searcher.query.plan import EVERYTHING, AllOf, AnyOf, Match, Plan, Term

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
SEED = 20200107
QUESTIONS = 200
WORDS = 20_000  # different words of made articles, the n-th of them 1/n as frequent as the first


def main() -> int:
    parser = argparse.ArgumentParser(description="What counting whole values costs.")
    parser.add_argument("archive", type=Path, nargs="?", metavar="DATA")
    parser.add_argument("--made", type=int, metavar="N", help="count over N made articles of twenty words")
    parser.add_argument("--engines", default=",".join(engines.ENGINES), metavar="NAME,…")
    given = parser.parse_args()
    archive: Path | None = given.archive
    if archive is not None and archive.is_dir():
        archive /= ARCHIVE
    if given.made is None and (archive is None or not archive.is_file()):
        print(f"skipped: no archive at {archive}")
        return 0
    print(f"{'engine':8} {'articles':>9} {'question':10} {'found':>9} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8}")
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
    """Articles of twenty words: 60 sources, 3,000 authors, 40 sections, five languages and formats, thirty years of days."""
    chances = Random(SEED)
    words = [f"mot{number}" for number in range(WORDS)]
    often = [1 / (number + 1) for number in range(WORDS)]
    for number in range(count):
        text = " ".join(chances.choices(words, cum_weights=_cumulated(often), k=20))
        article = Article(
            id=str(number),
            text=text,
            date=f"{chances.randint(1990, 2019)}-{chances.randint(1, 12):02}-{chances.randint(1, 28):02}",
            source=f"Journal {chances.randint(1, 60)}",
            author=f"Auteur {chances.randint(1, 3_000)}" if number % 3 else None,
            section=f"Rubrique {chances.randint(1, 40)}",
            language=chances.choice(("fr", "en", "de", "es", "it")),
            format=chances.choice(("html", "text", "jsonl", "pdf", "warc")),
        )
        yield analysis.entry(article)


_SUMS: list[float] = []


def _cumulated(weights: Sequence[float]) -> list[float]:
    if not _SUMS:
        total = 0.0
        for weight in weights:
            total += weight
            _SUMS.append(total)
    return _SUMS


def _measure(name: str, reader: Reader) -> None:
    questions = _questions(reader)
    for kind, plans in questions.items():
        for plan in plans:
            reader.counts(plan, tuple(WHOLE))
        times: list[float] = []
        found = 0
        for plan in plans:
            began = perf_counter()
            found += reader.counts(plan, tuple(WHOLE)).total
            times.append((perf_counter() - began) * 1e3)
        middle, late = quantiles(times, n=20, method="inclusive")[9], quantiles(times, n=20, method="inclusive")[18]
        print(
            f"{name:8} {reader.count():9,} {kind:10} {found // len(plans):9,} {middle:8.2f} {late:8.2f} {max(times):8.2f}",
            flush=True,
        )


def _questions(reader: Reader) -> dict[str, list[Plan]]:
    """Kind of question → plans, of articles that stand evenly far apart."""
    chances = Random(SEED)
    step = max(reader.count() // QUESTIONS, 1)
    asked: dict[str, list[Plan]] = {"all words": [], "any word": [], "everything": [Plan(EVERYTHING)] * 20}
    for number, article in enumerate(reader.articles()):
        if number % step:
            continue
        stems = analysis.entry(article).terms[STEMS].split()[:12]
        terms: tuple[Match, ...] = tuple(Term(STEMS, stem) for stem in chances.sample(stems, min(len(stems), 3)))
        asked["all words"].append(Plan(AllOf(terms[: chances.randint(1, 3)])))
        asked["any word"].append(Plan(AnyOf(terms)))
    return asked


if __name__ == "__main__":
    raise SystemExit(main())
