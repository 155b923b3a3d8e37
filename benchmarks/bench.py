"""An archive of news flows in, a table of what searching it costs flows out: time, memory, disk.

    python benchmarks/bench.py DATA        # an archive (.jsonl, .jsonl.gz: id, title, text) or the folder that has one

What each figure means is in benchmarks/README.md. Whatever is compared is run in turn, A B A B …, so that a busy
machine is as busy for the one as for the other; every build is a process of its own, so that memory is its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, islice, pairwise
from pathlib import Path
from random import Random
from shutil import rmtree, which
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import searcher

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
SEEDS = Path(__file__).resolve().parents[1] / "seeds"
SEED = 20200107
COLD_RUNS, COLD_QUERY = 15, "Erdoğan Assad"
MB = 1e6

BUILD_OURS = """
import json, os, sys, searcher
began = sum(os.times()[:4])
report = searcher.build(sys.argv[2], [sys.argv[1]])
print(json.dumps({"articles": report.articles, "seconds": report.seconds, "cpu_seconds": sum(os.times()[:4]) - began}))
"""
EMPTY_TYPER = """
import typer
app = typer.Typer()
@app.command()
def nothing(): pass
app()
"""

# A word that a reader might type: four letters or more, standing free (not `aujourd’`, not half of `week-end`) …
WORD = re.compile(r"(?<![\w-])[^\W\d_]{4,}(?![\w'’-])")
# … that carries meaning. The list is its own, so that the queries stay the same when the engine's stop words change.
SMALL_WORDS = frozenset(
    """
    après aussi autre autres avant avec avoir cela celle celui cette ceux chez comme comment contre dans depuis deux dont
    elle elles encore entre être faire fait font ils jusqu leur leurs lors mais même moins nous nouveau nouvelle pour
    pourquoi près quand quatre quel quelle quelles quels sans selon sera seront sept sont sous tous tout toute toutes
    trois très vers veut vous était étaient
    """.split()
)


# ── what is measured ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Settings:
    """The run as it was asked for."""

    archive: Path
    articles: int | None
    sample: int
    rounds: int
    queries: int
    full: bool
    json: Path | None


@dataclass(frozen=True, slots=True)
class Machine:
    date: str
    cpu: str
    cores: int
    load: float
    python: str
    searcher: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """How much there is to index: `text_mb` is the UTF-8 of titles and texts."""

    articles: int
    text_mb: float


@dataclass(frozen=True, slots=True)
class Build:
    """One build: the seconds by the clock and of processor time, without the start of Python; the largest process."""

    articles: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    index_mb: float

    @property
    def rate(self) -> float:
        return self.articles / self.seconds

    @property
    def cpu_rate(self) -> float:
        return self.articles / self.cpu_seconds


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds a query."""

    median: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One way of asking: what it took with and without passages, and the share of queries that found anything."""

    way: str
    with_passages: Times
    without_passages: Times
    found: float


@dataclass(frozen=True, slots=True)
class Queries:
    """`pasted_first` and `pasted_top3`: the share of titles that, pasted whole, find their article there."""

    asked: tuple[Asked, ...]
    count: int
    pasted_first: float
    pasted_top3: float


@dataclass(frozen=True, slots=True)
class Start:
    """One command, from the shell's view: median and fastest milliseconds."""

    command: str
    median: float
    fastest: float


@dataclass(frozen=True, slots=True)
class Outcome:
    machine: Machine
    archive: str
    corpus: Corpus
    sample: Corpus
    ours: tuple[Build, ...]
    stock: tuple[Build, ...]
    full: Build | None
    searched: Corpus
    starts: tuple[Start, ...]
    queries: Queries


def main() -> int:
    settings = _settings()
    if not settings.archive.is_file():
        print(f"skipped: no archive at {settings.archive}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends through the clean-up below, as Ctrl-C does
    with TemporaryDirectory(prefix="searcher-bench-") as folder:
        outcome = run(settings, Path(folder))
    print("\n".join(_report(outcome)))
    if settings.json is not None:
        settings.json.write_text(json.dumps(asdict(outcome), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def run(settings: Settings, folder: Path) -> Outcome:
    """Measures everything, in `folder`. Queries come last: they are asked in this process and make it grow."""
    machine = _machine()
    everything, some = folder / "articles.jsonl", folder / "sample.jsonl"
    corpus = _write(islice(_lines(settings.archive), settings.articles), everything)
    sample = _write(_evenly(_lines(everything), settings.sample, corpus.articles), some)
    ours, stock = _build_in_turn(some, sample, folder, settings.rounds)
    full = _build_ours(everything, corpus, folder / "full") if settings.full else None
    big, searched = (folder / "full", corpus) if full else (folder / "ours", sample)
    searcher.build(folder / "seeds", [SEEDS])
    starts = _start_cold(folder / "seeds", big, searched)
    topics = _topics(_lines(everything if full else some), settings.queries)
    return Outcome(
        machine=machine,
        archive=settings.archive.name,
        corpus=corpus,
        sample=sample,
        ours=ours,
        stock=stock,
        full=full,
        searched=searched,
        starts=starts,
        queries=_ask(big, topics),
    )


# ── the articles ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(archive: Path) -> Iterator[bytes]:
    with gzip.open(archive) if archive.suffix == ".gz" else archive.open("rb") as lines:
        yield from (line for line in lines if not line.isspace())


def _evenly(lines: Iterable[bytes], wanted: int, total: int) -> Iterator[bytes]:
    """`wanted` of `total` lines, evenly spaced: an archive is seldom alike from end to end."""
    wanted = min(wanted, total)
    for number, line in enumerate(lines):
        if (number + 1) * wanted // total > number * wanted // total:
            yield line


def _write(lines: Iterable[bytes], path: Path) -> Corpus:
    count = size = 0
    with path.open("wb") as stream:
        for line in lines:
            article = json.loads(line)
            size += len(article.get("title", "").encode()) + len(article["text"].encode())
            count += 1
            stream.write(line.rstrip(b"\n") + b"\n")
    if not count:
        raise SystemExit("the archive holds no articles; give one with a JSON object (id, title, text) on each line")
    return Corpus(count, size / MB)


# ── builds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _build_in_turn(
    archive: Path, sample: Corpus, folder: Path, rounds: int
) -> tuple[tuple[Build, ...], tuple[Build, ...]]:
    ours, stock = [], []
    for number in range(1, rounds + 1):
        _say(f"round {number} of {rounds}")
        ours.append(_build_ours(archive, sample, folder / "ours"))
        stock.append(_build_stock(archive, sample, folder / "stock"))
    return tuple(ours), tuple(stock)


def _build_ours(archive: Path, corpus: Corpus, folder: Path) -> Build:
    return _build([sys.executable, "-c", BUILD_OURS, str(archive), str(folder)], corpus, folder)


def _build_stock(archive: Path, corpus: Corpus, folder: Path) -> Build:
    script = Path(__file__).with_name("stock.py")
    return _build([sys.executable, str(script), str(archive), str(folder)], corpus, folder)


def _build(command: list[str], corpus: Corpus, folder: Path) -> Build:
    """Runs a command that makes an index in `folder` from nothing, and prints what it did as JSON."""
    _say(f"{folder.name}: {corpus.articles} articles")
    rmtree(folder, ignore_errors=True)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment(folder.parent))
    try:
        assert process.stdout is not None
        with process.stdout as stdout:
            output = stdout.read()
        # wait4 knows this child's peak, where getrusage(RUSAGE_CHILDREN) keeps the largest of all children so far. Linux
        # counts this process, as it was at the fork, into the peak; so it stays small until the builds are done.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise SystemExit(f"building {folder.name} failed with status {process.returncode}")
    made = json.loads(output)
    if made["articles"] != corpus.articles:
        raise SystemExit(f"{folder.name} took {made['articles']} of {corpus.articles} articles; repair the archive")
    return Build(
        articles=made["articles"],
        seconds=made["seconds"],
        cpu_seconds=made["cpu_seconds"],
        peak_mb=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MB,
        index_mb=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MB,
    )


def _environment(folder: Path) -> dict[str, str]:
    """As a reader's shell would have it: Python may keep bytecode, which goes to `folder` and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # Whoosh 2.7.4 is compiled anew for that, and a newer Python warns of its syntax.
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONWARNINGS": "ignore::SyntaxWarning"}


# ── cold starts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _start_cold(seeds: Path, big: Path, searched: Corpus) -> tuple[Start, ...]:
    """Whole processes, in turn; the first of each is not counted, since it writes bytecode and fills the disk cache."""
    _say(f"cold starts, {COLD_RUNS} of each")
    search = _script("search")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "an empty Typer command": [sys.executable, "-c", EMPTY_TYPER],
        "search, over the seeds": [search, "--index", str(seeds), COLD_QUERY],
        f"search, over {searched.articles} articles": [search, "--index", str(big), COLD_QUERY],
    }
    environment = _environment(big.parent)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(COLD_RUNS + 1):
        for name, command in commands.items():
            taken[name].append(_run_once(command, environment))
    return tuple(Start(name, median(times[1:]), min(times[1:])) for name, times in taken.items())


def _script(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else which(name)
    if found is None:
        raise SystemExit(f"the command {name} is not installed; install the project first: pip install -e .")
    return found


def _run_once(command: list[str], environment: dict[str, str]) -> float:
    """Milliseconds until the command has ended."""
    began = perf_counter()
    status = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False
    ).returncode
    taken = (perf_counter() - began) * 1000
    if status not in (0, 1):  # 1: nothing found
        raise SystemExit(f"{Path(command[0]).name} failed with status {status}")
    return taken


# ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Topic:
    """An article somebody looks for: its title, some of the title's words, two that stand side by side in it."""

    id: str
    title: str
    words: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way to ask for a topic."""

    name: str
    match: str
    query: Callable[[Topic], str]


PASTED = Way("the whole title", "auto", lambda topic: topic.title)
WAYS = (
    Way("2–4 words, auto", "auto", lambda topic: topic.words),
    Way("2–4 words, all", "all", lambda topic: topic.words),
    Way("2–4 words, any", "any", lambda topic: topic.words),
    Way('"two words"', "auto", lambda topic: topic.phrase),
    PASTED,
)


def _topics(lines: Iterable[bytes], wanted: int) -> list[Topic]:
    """The same topics for the same articles, whatever the engine."""
    titles = [(article["id"], article.get("title", "")) for article in map(json.loads, lines)]
    random = Random(SEED)
    random.shuffle(titles)
    return list(islice(filter(None, (_topic(identifier, title, random) for identifier, title in titles)), wanted))


def _topic(identifier: str, title: str, random: Random) -> Topic | None:
    """None when no two words of the title that carry meaning stand side by side."""
    found = [match for match in WORD.finditer(title) if match.group().lower() not in SMALL_WORDS]
    neighbours = [
        title[one.start() : other.end()] for one, other in pairwise(found) if title[one.end() : other.start()] == " "
    ]
    if not neighbours:
        return None
    picked = sorted(random.sample(range(len(found)), min(random.randint(2, 4), len(found))))
    return Topic(
        id=identifier,
        title=title,
        words=" ".join(found[at].group() for at in picked),
        phrase=f'"{random.choice(neighbours)}"',
    )


def _ask(folder: Path, topics: list[Topic]) -> Queries:
    """Asks for every topic in every way, once to warm up and once more, with passages and without, to be counted."""
    if len(topics) < 2:
        raise SystemExit("no titles to make queries of; give an archive whose articles have titles")
    asked = [(way, passages) for way in WAYS for passages in (2, 0)]
    taken: dict[tuple[Way, int], list[float]] = {each: [] for each in asked}
    found = dict.fromkeys(WAYS, 0)
    ranks: list[int | None] = []
    with searcher.open(folder) as index:
        _say(f"{len(topics)} topics, warming up")
        for topic in topics:
            for way in WAYS:
                index.search(way.query(topic), limit=10, match=way.match, passages=2)
        _say(f"{len(topics)} topics, measuring")
        for number, topic in enumerate(topics):
            first = number % len(asked)  # no way always comes after the one that fetched the postings
            for way, passages in chain(asked[first:], asked[:first]):
                query = way.query(topic)
                began = perf_counter()
                results = index.search(query, limit=10, match=way.match, passages=passages)
                taken[way, passages].append((perf_counter() - began) * 1000)
                if passages == 0:
                    found[way] += bool(results.total)
                    if way is PASTED:
                        ranks.append(next((hit.rank for hit in results.hits if hit.article.id == topic.id), None))
    return Queries(
        asked=tuple(
            Asked(way.name, _times(taken[way, 2]), _times(taken[way, 0]), found[way] / len(topics)) for way in WAYS
        ),
        count=len(topics),
        pasted_first=sum(rank == 1 for rank in ranks) / len(topics),
        pasted_top3=sum(rank is not None and rank <= 3 for rank in ranks) / len(topics),
    )


def _times(taken: list[float]) -> Times:
    cuts = quantiles(taken, n=100, method="inclusive")
    return Times(median(taken), cuts[94], cuts[98])


# ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _report(outcome: Outcome) -> Iterator[str]:
    machine, corpus, sample, queries = outcome.machine, outcome.corpus, outcome.sample, outcome.queries
    yield (
        f"{machine.date}  {machine.cpu}, {machine.cores} cores, load {machine.load:.1f}  "
        f"Python {machine.python}  searcher {machine.searcher}"
    )
    yield f"{outcome.archive}: {corpus.articles} articles, {corpus.text_mb:.1f} MB of text"
    yield ""
    yield _build_header(f"indexing {sample.articles} ({len(outcome.ours)} rounds)")
    yield _build_row("searcher, all fields", outcome.ours, sample)
    yield _build_row("stock Whoosh, one field", outcome.stock, sample)
    yield _ratio_row(outcome.ours, outcome.stock)
    if outcome.full:
        yield ""
        yield _build_header(f"indexing {corpus.articles} (once)")
        yield _build_row("searcher, all fields", (outcome.full,), corpus)
    yield ""
    yield f"{f'{queries.count} queries on {outcome.searched.articles}, ms':30}{'2 passages':^24}{'no passages':^24}"
    yield f"{'':30}" + f"{'median':>8}{'p95':>8}{'p99':>8}" * 2 + f"{'found':>8}"
    for asked in queries.asked:
        yield (
            f"  {asked.way:28}"
            + "".join(
                f"{times.median:8.1f}{times.p95:8.1f}{times.p99:8.1f}"
                for times in (asked.with_passages, asked.without_passages)
            )
            + f"{asked.found:8.1%}"
        )
    yield (
        f"a title pasted whole finds its article first: {queries.pasted_first:.1%}, "
        f"in the first 3: {queries.pasted_top3:.1%}"
    )
    yield ""
    yield f"{f'cold start, ms ({COLD_RUNS} runs)':30}{'median':>8}{'fastest':>8}"
    for start in outcome.starts:
        yield f"  {start.command:28}{start.median:8.0f}{start.fastest:8.0f}"


def _build_header(title: str) -> str:
    return f"{title:30}{'art./s':>8}{'/CPU s':>8}{'peak MB':>9}{'index MB':>10}{'of text':>9}  each round"


def _build_row(name: str, builds: tuple[Build, ...], corpus: Corpus) -> str:
    size = median(build.index_mb for build in builds)
    return (
        f"  {name:28}{median(build.rate for build in builds):8.0f}{median(build.cpu_rate for build in builds):8.0f}"
        f"{median(build.peak_mb for build in builds):9.0f}{size:10.1f}{size / corpus.text_mb:9.0%}"
        f"  {' '.join(f'{build.rate:.0f}' for build in builds)}"
    )


def _ratio_row(ours: tuple[Build, ...], stock: tuple[Build, ...]) -> str:
    """Round by round, since the two builds of a round met the same machine; the median of that."""
    rates = [one.rate / other.rate for one, other in zip(ours, stock, strict=True)]
    cpu_rates = [one.cpu_rate / other.cpu_rate for one, other in zip(ours, stock, strict=True)]
    each = " ".join(f"{rate:.1f}" for rate in rates)
    return f"  {'times as fast':28}{median(rates):8.1f}{median(cpu_rates):8.1f}{'':28}  {each}"


# ── the run ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _settings() -> Settings:
    parser = argparse.ArgumentParser(description="Speed, memory and size, beside stock Whoosh.")
    parser.add_argument("data", type=Path, metavar="DATA", help=f"an archive, or a folder that holds {ARCHIVE}")
    parser.add_argument("--articles", type=_positive, metavar="N", help="use the first N articles only")
    parser.add_argument("--sample", type=_positive, default=4000, metavar="N", help="articles both build (%(default)s)")
    parser.add_argument("--rounds", type=_positive, default=3, metavar="N", help="builds of each (%(default)s)")
    parser.add_argument("--queries", type=_positive, default=500, metavar="N", help="topics asked for (%(default)s)")
    parser.add_argument(
        "--full", action=argparse.BooleanOptionalAction, default=True, help="build, and search, all articles too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    given = parser.parse_args()
    archive = given.data / ARCHIVE if given.data.is_dir() else given.data
    return Settings(archive, given.articles, given.sample, given.rounds, given.queries, given.full, given.json)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def _machine() -> Machine:
    return Machine(
        date=datetime.now(UTC).date().isoformat(),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        python=platform.python_version(),
        searcher=searcher.__version__,
    )


def _cpu() -> str:
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # not Linux
        known = ""
    named = re.search(r"^model name\s*:\s*(.+)$", known, re.MULTILINE)
    return named.group(1) if named else platform.processor() or platform.machine()


def _say(message: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        print(message, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
