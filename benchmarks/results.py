"""An archive flows in; what counting over time, copies, concordances and alerts give and cost flows out.

    python -m benchmarks.results DATA                   # an archive (.jsonl, .jsonl.gz) or the folder that has one
    python -m benchmarks.results DATA --articles 12000 --queries 100

Figures of times are of processor time, children included, but for alerts, which are told by the clock too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import searcher
from searcher import engines
from searcher.archive import alerts
from tests.dispatches import ROWS, Newsroom

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
SEED = 20200107
ROUNDS = 2  # times that an index is made with and without copies, in turn
LINES = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(
        description="What is given and what it costs: timeline, copies, concordance, alerts."
    )
    parser.add_argument("archive", type=Path, metavar="DATA")
    parser.add_argument("--articles", type=int, metavar="N", help="only the first N articles of the archive")
    parser.add_argument("--queries", type=int, default=500, metavar="N", help="timelines that are compared")
    parser.add_argument(
        "--saved", type=int, default=1_000, metavar="N", help="saved searches, and articles that are new"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="times that indexing is measured")
    given = parser.parse_args()
    archive: Path = given.archive / ARCHIVE if given.archive.is_dir() else given.archive
    if not archive.is_file():
        print(f"skipped: no archive at {archive}")
        return 0
    with TemporaryDirectory() as name:
        folder = Path(name)
        articles = _lines(archive, given.articles)
        _copies_told(folder / "made")
        old, new = folder / "old.jsonl", folder / "new.jsonl"
        old.write_text("".join(articles[: -given.saved]), "utf-8")
        new.write_text("".join(articles[-given.saved :]), "utf-8")
        indexes = _copies_cost(folder, old, len(articles) - given.saved, given.rounds)
        _timelines(indexes, given.queries)
        for engine, index in indexes.items():
            _concordance(engine, index)
            _alerts(engine, index, folder, new, given.saved)
    return 0


def _lines(archive: Path, most: int | None) -> list[str]:
    with gzip.open(archive, "rt", encoding="utf-8") if archive.suffix == ".gz" else archive.open() as lines:
        return list(islice(lines, most))


def _installed() -> list[str]:
    found = []
    for name in engines.LOCAL:
        try:
            engines.load(name)
        except searcher.UsageError:
            continue
        found.append(name)
    return found


# ── copies ──


def _copies_told(folder: Path) -> None:
    """How many manufactured copies are told, and how many articles that are none."""
    print("copies: manufactured, 500 a row (kept, words of a new lead, words changed)")
    folder.mkdir()
    for number, row in enumerate(ROWS):
        newsroom, texts = Newsroom(number), []
        for _ in range(500):
            dispatch = newsroom.dispatch()
            texts += [dispatch, newsroom.copy(dispatch, row)]
        pairs = _families(folder / f"row{number}", texts)
        right = sum((at, at + 1) in pairs for at in range(0, len(texts), 2))
        shares = f"{row.kept:>4.0%}, {row.lead}, {row.changed:.0%}"
        print(f"  {shares}: recall {right / 500:.3f} (≥ {row.recall}), precision {right / max(len(pairs), 1):.3f}")
    subjects = _families(folder / "subjects", [text for _ in range(500) for text in Newsroom(9).same_subject()])
    templates = _families(folder / "templates", list(Newsroom(10).templates(200)))
    print(f"  of 500 pairs on one subject taken for copies: {len(subjects)}; of 200 templates: {len(templates)} pairs")


def _families(folder: Path, texts: list[list[str]]) -> set[tuple[int, int]]:
    """The pairs of each group that an index of these texts has."""
    folder.mkdir()
    lines = [{"id": str(at), "text": " ".join(text), "date": "2020-03-01"} for at, text in enumerate(texts)]
    (folder / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    searcher.build(folder / "index", [folder / "a.jsonl"])
    found: set[tuple[int, int]] = set()
    with searcher.open(folder / "index") as index:
        for at in range(len(texts)):
            members = sorted(int(article.id) for article in index.group(str(at)))
            found |= {(one, other) for one in members for other in members if one < other}
    return found


def _copies_cost(folder: Path, archive: Path, articles: int, rounds: int) -> dict[str, Path]:
    """Indexing with and without copies, in turn; what copies take on disk. Gives an index of everything for each engine."""
    made = {}
    for engine in _installed():
        seconds: dict[str, list[float]] = {"copies": [], "nothing": []}
        places = {without: folder / f"{engine} without {without}" for without in seconds}
        for _ in range(rounds):
            for without, taken in seconds.items():
                shutil.rmtree(places[without], ignore_errors=True)
                taken.append(_indexing(places[without], archive, engine, without))
        sizes = {without: _bytes(place) for without, place in places.items()}
        best = {without: min(taken) for without, taken in seconds.items()}
        more = best["nothing"] / best["copies"] - 1
        print(f"copies: {articles} articles, {engine}, best of {rounds} rounds in turn")
        print(f"  indexing: {best['copies']:.1f} CPU s without, {best['nothing']:.1f} with: {more:+.1%} (≤ 15 %)")
        print(f"  on disk: {(sizes['nothing'] - sizes['copies']) / articles:.0f} bytes an article (≤ 200)")
        made[engine] = places["nothing"]
        with searcher.open(made[engine]) as index:
            results = index.search("", limit=1, passages=0, group=True)
            print(f"  groups: {results.total} articles, {results.groups} when copies count once", flush=True)
    return made


def _indexing(folder: Path, archive: Path, engine: str, without: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = ["index", str(archive), "--index", str(folder), "--engine", engine, "--without", without, "--jobs", "2"]
    code = "from searcher.faces.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _bytes(folder: Path) -> int:
    (generation,) = folder.glob("g[0-9]*")
    return sum(path.stat().st_size for path in generation.rglob("*") if path.is_file())


# ── over time ──


def _timelines(indexes: dict[str, Path], count: int) -> None:
    """Whether the parts of a timeline are its whole, and all engines draw the same one."""
    opened = {engine: searcher.open(folder) for engine, folder in indexes.items()}
    queries = list(islice(_queries(opened["whoosh"]), count))
    wrong, unequal, began = 0, 0, process_time()
    for query in queries:
        made = {engine: index.timeline(query, headlines=False, timeout=None) for engine, index in opened.items()}
        first = made["whoosh"]
        counted = sum(each.articles for each in first.buckets) + sum(each.articles for each in first.imprecise)
        counted += first.undated
        wrong += counted != first.total
        unequal += any(each != first for each in made.values())
    seconds = (process_time() - began) / max(len(queries) * len(opened), 1)
    print(f"timeline: {len(queries)} queries, engines {', '.join(opened)}")
    print(f"  buckets, imprecise and undated do not add up to the total: {wrong}; engines differ: {unequal}")
    print(f"  {1000 * seconds:.1f} ms of the processor a timeline")
    for index in opened.values():
        index.close()


def _queries(index: searcher.Index, *, least: int = 1, letters: int = 1) -> Iterator[str]:
    """Up to three words of the title of an article, `least` of them at least, of so many letters or more."""
    random = Random(SEED)
    titles = [article.title for article in islice(index.articles(), 5_000) if article.title]
    while True:
        words = [word for word in random.choice(titles).split() if word.isalpha() and len(word) >= letters]
        if len(words) >= least:
            yield " ".join(random.sample(words, min(random.randint(least, 3), len(words))))


# ── concordance ──


def _concordance(engine: str, folder: Path) -> None:
    """What 10,000 lines of a concordance take, in a process of their own: memory that is no file's."""
    print(f"concordance: {LINES} lines, {engine}")
    for word, order in (("de", ""), ("Macron", "1R,1L,date")):
        ran = subprocess.run(
            [sys.executable, "-c", _LINES, str(folder), word, order, str(LINES)],
            check=True,
            capture_output=True,
            text=True,
        )
        peak, before, seconds, lines = ran.stdout.split()
        told = f"« {word} », sorted by {order}" if order else f"« {word} », unsorted"
        print(f"  {told}: {lines} lines, {seconds} CPU s, {peak} MB at most (≤ 60), {before} MB before the first line")


_LINES = """
import sys
from itertools import islice
from time import process_time
import searcher

def held():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("RssAnon"))

folder, word, order, most = sys.argv[1:]
with searcher.open(folder) as index:
    index.search(word, limit=1)
    before, began, lines, peak = held(), process_time(), 0, 0
    for line in islice(index.kwic(word, order=order), int(most)):
        lines += 1
        if lines % 100 == 1:
            peak = max(peak, held())
    print(f"{peak:.0f} {before:.0f} {process_time() - began:.2f} {lines}")
"""


# ── alerts ──


def _alerts(engine: str, folder: Path, room: Path, new: Path, count: int) -> None:
    """How long it takes to say what so many new articles are for so many saved searches. Adds the new ones to the index."""
    saved = alerts.SavedSearches(room / f"{engine}.toml", room / f"{engine}.json")
    with searcher.open(folder) as index:
        about = index.about
        asks = [searcher.Ask(query) for query in islice(_queries(index, least=2, letters=5), count)]
    place = str(folder.absolute())
    kept = [alerts.Saved(f"s{at}", ask, place) for at, ask in enumerate(asks)]
    saved.file.write_text(alerts._toml(kept), "utf-8")  # saving one by one reads the file each time
    saved.state.write_text(json.dumps({alerts._key(each): (about.lineage, about.newest) for each in kept}), "utf-8")
    searcher.update(folder, [new])
    began, clock = process_time(), perf_counter()
    found = sum(len(each.hits) for each in saved.news(peek=True))
    taken = process_time() - began
    print(f"alerts: {count} saved searches, {count} new articles among {about.articles + count}, {engine}")
    print(f"  {taken:.1f} CPU s, {perf_counter() - clock:.1f} s by the clock (≤ 30); {found} articles told", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
