"""An archive of news flows in; what searching it costs, ours beside the others, flows out: time, memory, disk.

    python benchmarks/bench.py DATA        # an archive (.jsonl, .jsonl.gz: id, title, text) or the folder that has one
    python benchmarks/bench.py DATA --lane million --save RUN.txt      # growth to a million articles, counting, updates

What each figure means is in benchmarks/README.md. Whatever is compared runs in turn, ours, theirs, ours, theirs …; every build
and every round of queries is a process of its own. All of it fits `--minutes`: the archives shrink until it does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import perf_counter

from grow import lines, text_bytes
from peers import WITHOUT, starting, tables
from peers.environments import PINS, Absent, Present, command, environment, find
from peers.machine import free_mb, load, machine
from peers.measured import LABELS, OURS_TANTIVY, OURS_WHOOSH, Asked, Built, Corpus, Stage, Start, Updated
from peers.process import Ran, Stopped, run
from peers.queries import queries
from peers.targets import start_name, targets

ARCHIVE = Path("news") / "orangesum.jsonl.gz"  # where a data folder keeps its news
HERE = Path(__file__).resolve().parent
SEEDS = HERE.parent / "seeds"
NEAR = 0.05  # a size so close to the archive's own is the archive
MB = 1e6

# Shares of the minutes.
ASKING = 0.02  # what one contender may ask on the archive, each round; half of it on other sizes
MORE_ROUNDS = 0.6  # further rounds of the judged size are over by then
MAIN = 0.8  # and so is its first round
OVERDUE = 0.1  # so much later what still runs is stopped
COLD = 0.03  # what all cold starts may take
LARGE = 0.97  # the larger sizes are over by then
SLACK = 1.2  # a larger archive takes so much longer than it should
GROWING = 0.0005  # seconds that an article of a made archive takes to make

MILLION = "million"
"""The lane of growth: ours, both engines, beside tantivy-py from few articles to a million."""
MILLION_SIZES = (2_000, 20_000, 100_000, 1_000_000)
MILLION_MINUTES = 720.0
TEN = 10  # articles of an update


@dataclass(frozen=True, slots=True)
class Settings:
    """The run as it was asked for."""

    archive: Path
    articles: int | None
    sizes: tuple[int, ...]
    peers: tuple[str, ...]
    pythons: dict[str, Path]
    rounds: int
    queries: int
    minutes: float
    cache: Path
    without: str
    save: Path | None
    json: Path | None
    lane: str | None
    timer: str


def main() -> int:
    settings = _settings()
    if not settings.archive.is_file():
        print(f"skipped: no archive at {settings.archive}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends through the clean-up below, as Ctrl-C does
    told: list[str] = []

    def tell(line: str = "") -> None:
        print(line, flush=True)
        told.append(line)

    with TemporaryDirectory(prefix="searcher-bench-") as folder:
        bench = Bench(settings, Path(folder), tell)
        try:
            bench.run()
        finally:  # what was measured before an interruption is kept
            bench.conclude()
            if settings.save is not None:
                settings.save.write_text("\n".join(told) + "\n", encoding="utf-8")
            if settings.json is not None:
                settings.json.write_text(json.dumps(bench.figures(), ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


class Clock:
    """The time there is. `until(share)`: the seconds left before that share of it is over."""

    def __init__(self, minutes: float) -> None:
        self.seconds = minutes * 60
        self._began = perf_counter()

    def until(self, share: float = 1.0) -> float:
        return self.seconds * share - (perf_counter() - self._began)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a contender took at its last size, in seconds; `starting` is what the size does not change."""

    articles: int
    starting: float
    building: float
    asking: float = 0.0

    def at(self, articles: int, allowed: float) -> float:
        """Seconds to expect for so many articles, when it may ask for `allowed` seconds."""
        larger = articles / self.articles
        return self.starting + SLACK * self.building * larger + min(allowed, self.asking * max(larger, 1.0))


class Bench:
    """A run: the sizes in turn, the smallest first, from which is known what the next will take."""

    def __init__(self, settings: Settings, folder: Path, tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._folder = folder
        self._tell = tell
        self._clock = Clock(settings.minutes)
        self._environment = environment(folder) | {WITHOUT: settings.without}
        self._pythons: dict[str, Path] = {}
        self._contenders: list[str] = []
        self._costs: dict[str, Cost] = {}
        self._stages: list[Stage] = []
        self._starts: list[Start] = []
        self._judged: Stage | None = None
        self._finished = False
        self._end = 1.0  # the share of the time after which what runs is stopped

    def figures(self) -> dict[str, object]:
        """Everything that was measured, round by round."""
        return {
            "stages": [asdict(stage) for stage in self._stages],
            "starts": [asdict(start) for start in self._starts],
        }

    def run(self) -> None:
        self._tell(machine())
        everything = self._folder / "articles.jsonl"
        corpus = _write(islice(lines(self._settings.archive), self._settings.articles), everything)
        self._find_contenders()
        self._end = MAIN + OVERDUE
        self._tell(f"{self._settings.archive.name}: {corpus.articles} articles, {corpus.text_mb:.1f} MB of text")
        if self._settings.without:
            self._tell(f"ours without annotations: {self._settings.without}")
        if self._settings.timer == "processor":
            self._tell("answers and counts are timed by the processor time of their thread")
        sizes = _sizes(self._settings.sizes, corpus.articles)
        main = _main(sizes, corpus.articles)
        for size in sizes:
            if size < main:
                self._small(everything, corpus, size)
        judged = self._main(everything, corpus, main)
        if not self._settings.lane:
            self._start_cold(judged, everything)
        self._end = 1.0
        larger = [size for size in sizes if size > main]
        for number, size in enumerate(larger):
            self._large(everything, size, share=1 / (len(larger) - number))
        self._finished = True

    def conclude(self) -> None:
        """What follows from all that was measured, also when the run was interrupted."""
        if len(self._stages) > 1:
            self._show(tables.growing(self._stages))
        if self._settings.lane:
            self._show(tables.changing(self._stages))
        elif self._judged is not None:
            self._show(targets(self._judged, self._starts))
        taken = (self._clock.seconds - self._clock.until()) / 60
        end = "" if self._finished else "stopped before the end; "
        self._show([f"{end}{taken:.1f} minutes; at the end: {load()}"])

    # ── who takes part ──

    def _find_contenders(self) -> None:
        names = ["ours", *self._settings.peers]
        versions = []
        absent = []
        for name in names:
            _say(f"looking for {name}")
            match find(name, self._settings.pythons.get(name), self._settings.cache, self._folder):
                case Present(_, python, version):
                    self._pythons[name] = python
                    versions.append(version)
                case Absent(_, reason):
                    absent.append(f"absent: {name}: {reason}")
        self._contenders = [peer for peer in LABELS if _name(peer) in self._pythons]
        if self._settings.lane:  # which threads built an index does not change what it answers
            self._contenders.remove("tantivy:1")
        self._tell(f"Python {platform.python_version()}, {', '.join(versions)}")
        for line in absent:
            self._tell(line)

    # ── sizes ──

    def _small(self, everything: Path, corpus: Corpus, size: int) -> None:
        archive, sample = self._sample(everything, corpus, size)
        stage = self._stage(sample)
        self._round(stage, archive, self._contenders, self._ask_for(archive), ASKING / 2)
        self._show_stage(stage)
        self._clear()

    def _main(self, everything: Path, corpus: Corpus, size: int) -> Stage:
        """The size that is judged. Its indexes stay, for the cold starts."""
        wanted = size
        least = self._stages[-1].corpus.articles if self._stages else 1
        size = max(least, self._fitting(self._contenders, wanted, self._clock.until(MAIN), ASKING))
        self._tell_shrunk(wanted, size)
        if size > corpus.articles:
            archive, sample = self._grown(everything, size)
        else:
            archive, sample = self._sample(everything, corpus, size)
        stage = self._judged = self._stage(sample)
        asked = self._ask_for(archive)
        self._round(stage, archive, self._contenders, asked, ASKING)
        for _ in range(1, self._settings.rounds):
            costs = {
                peer: self._expected(peer, sample.articles, ASKING)
                for peer in self._contenders
                if peer not in stage.left_out
            }
            again = sorted(costs, key=lambda peer: costs[peer])
            while again and sum(costs[peer] for peer in again) > self._clock.until(MORE_ROUNDS):
                again.pop()
            if len(again) < 2:
                break
            self._round(stage, archive, [peer for peer in self._contenders if peer in again], asked, ASKING)
        self._show_stage(stage)
        return stage

    def _large(self, everything: Path, size: int, *, share: float) -> None:
        """Ours and Tantivy first, on as many articles as they have time for; then the others, when they fit."""
        self._clear()
        available = self._clock.until(LARGE) * share
        until = self._clock.until() - available  # seconds that must be left at the end of this size
        leading = [peer for peer in self._contenders if peer in (OURS_WHOOSH, OURS_TANTIVY, "tantivy:2")]
        wanted = size
        least = min(wanted, 2 * self._stages[-1].corpus.articles)
        while leading and (size := self._fitting(leading, wanted, available, ASKING / 2)) < least:
            leading.remove(max(leading, key=lambda peer: self._expected(peer, wanted, ASKING / 2)))
        if not leading:
            self._tell(f"left out: {wanted} articles, there was no time left")
            return
        self._tell_shrunk(wanted, size)
        archive, made = self._grown(everything, size)
        stage = self._stage(made)
        asked = self._ask_for(everything)
        others = [peer for peer in self._contenders if peer not in leading]
        for peers in (leading, others):
            for peer in sorted(peers, key=lambda peer: self._expected(peer, size, ASKING / 2)):
                expected = self._expected(peer, size, ASKING / 2)
                memory, left = self._memory_expected(peer, size), self._clock.until() - until
                if expected > left:
                    stage.left_out[peer] = f"not run: {expected:.0f} s expected, {max(left, 0):.0f} s left"
                elif memory > 0.7 * free_mb():
                    stage.left_out[peer] = f"not run: {memory / 1000:.0f} GB of memory expected"
                else:
                    self._round(stage, archive, [peer], asked, ASKING / 2)
                    self._clear()
        self._show_stage(stage)

    def _fitting(self, peers: Sequence[str], wanted: int, available: float, asking: float) -> int:
        """The most articles, up to `wanted`, that the contenders have time for."""

        def expected(size: int) -> float:
            return size * GROWING + sum(self._expected(peer, size, asking) for peer in peers)

        return bisect_right(range(wanted + 1), available, key=expected) - 1

    def _tell_shrunk(self, wanted: int, size: int) -> None:
        if size < wanted:
            self._tell(f"shrunk: {wanted} articles to {size}, or there would not be time")

    def _expected(self, peer: str, articles: int, asking: float) -> float:
        cost = self._costs.get(peer)
        return cost.at(articles, asking * self._clock.seconds) if cost else 0.0

    def _memory_expected(self, peer: str, articles: int) -> float:
        """Along the line through the last two sizes; after only one, as much as that took."""
        known = [
            (stage.corpus.articles, stage.built_median(peer, lambda built: built.peak_mb) or 0.0)
            for stage in self._stages
            if stage.built.get(peer)
        ]
        if len(known) < 2:
            return known[-1][1] if known else 0.0
        (less, low), (more, high) = known[-2:]
        return high + max(high - low, 0.0) / (more - less) * (articles - more)

    # ── archives ──

    def _sample(self, everything: Path, corpus: Corpus, size: int) -> tuple[Path, Corpus]:
        if size >= corpus.articles:
            return everything, corpus
        path = self._folder / f"sample-{size}.jsonl"
        return path, _write(_evenly(lines(everything), size, corpus.articles), path)

    def _grown(self, everything: Path, size: int) -> tuple[Path, Corpus]:
        _say(f"making {size} articles")
        path = self._folder / f"grown-{size}.jsonl"
        script = [sys.executable, str(HERE / "grow.py"), str(everything), str(path), str(size)]
        try:
            made = json.loads(run(script, self._environment, seconds=self._at_most()).output)
        except Stopped as error:
            raise SystemExit(f"no archive of {size} articles could be made: {error}") from error
        self._tell(
            f"made: {size} articles, {made['words'] / MB:.1f} million words, {made['different']} different; "
            f"β = {made['exponent']:.3f} as in the archive"
        )
        return path, Corpus(size, made["text_mb"])

    def _ask_for(self, archive: Path) -> Path:
        path = self._folder / "queries.json"
        asked = queries(lines(archive), self._settings.queries)
        if not asked:
            raise SystemExit("no titles to make queries of; give an archive whose articles have titles")
        path.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
        return path

    # ── rounds ──

    def _stage(self, corpus: Corpus) -> Stage:
        stage = Stage(corpus)
        self._stages.append(stage)
        return stage

    def _round(self, stage: Stage, archive: Path, contenders: Sequence[str], asked: Path, asking: float) -> None:
        """All build in turn, then all are asked in turn."""
        for peer in contenders:
            with _noted(stage, peer):
                self._build(stage, archive, peer)
        for peer in contenders:
            if peer not in stage.left_out and peer != "tantivy:1":  # two threads or one build the same index
                with _noted(stage, peer):
                    self._ask(stage, peer, asked, asking * self._clock.seconds)
                    if self._settings.lane:
                        self._change(stage, archive, peer, asked)

    def _build(self, stage: Stage, archive: Path, peer: str) -> None:
        articles = stage.corpus.articles
        _say(f"{LABELS[peer]}: indexing {articles}")
        index = self._index(peer)
        rmtree(index, ignore_errors=True)
        index.parent.mkdir(exist_ok=True)
        os.sync()  # nobody waits for what another wrote
        ran = self._command(peer, "build", str(archive), str(index))
        made = json.loads(ran.output)
        if made["articles"] != articles:
            raise Stopped(f"took {made['articles']} of {articles} articles")
        size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / MB
        memory = max(made["peak_mb"], ran.together_mb)
        built = Built(articles, made["seconds"], made["cpu_seconds"], memory, ran.anonymous_mb, size)
        stage.built.setdefault(peer, []).append(built)
        self._costs[peer] = Cost(articles, ran.seconds - built.seconds, built.seconds)

    def _ask(self, stage: Stage, peer: str, asked: Path, seconds: float) -> None:
        _say(f"{LABELS[peer]}: asking {stage.corpus.articles}")
        ran = self._command(peer, "ask", str(self._index(peer)), str(asked), str(seconds), self._settings.timer)
        stage.asked.setdefault(peer, []).append(Asked(**json.loads(ran.output)))
        self._costs[peer] = replace(self._costs[peer], asking=ran.seconds)

    def _change(self, stage: Stage, archive: Path, peer: str, asked: Path) -> None:
        """Counts what ours answers, then adds ten articles."""
        _say(f"{LABELS[peer]}: counting and updating {stage.corpus.articles}")
        if _name(peer) == "ours":
            ran = self._command(peer, "counts", str(self._index(peer)), str(asked), self._settings.timer)
            stage.counted[peer] = json.loads(ran.output)
        few = self._folder / "ten.jsonl"
        few.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in _ten(archive)), "utf-8")
        ran = self._command(peer, "update", str(self._index(peer)), str(few))
        stage.updated[peer] = Updated(**json.loads(ran.output))

    def _command(self, peer: str, *words: str) -> Ran:
        python = self._pythons[_name(peer)]
        return run(command(python, peer, *words), self._environment, seconds=self._at_most())

    def _at_most(self) -> float:
        return max(self._clock.until(self._end), 10)

    def _index(self, peer: str) -> Path:
        return self._folder / "indexes" / peer.replace(":", "-")

    def _clear(self) -> None:
        rmtree(self._folder / "indexes", ignore_errors=True)

    def _show_stage(self, stage: Stage) -> None:
        self._show(tables.building(stage))
        self._show(tables.asking(stage))

    def _show(self, lines: Iterable[str]) -> None:
        self._tell("")
        for line in lines:
            self._tell(line.rstrip())

    # ── cold starts ──

    def _start_cold(self, stage: Stage, everything: Path) -> None:
        _say("cold starts")
        # As a reader's shell would have it, without the path of the drivers.
        bare = {name: value for name, value in self._environment.items() if name != "PYTHONPATH"}
        commands = starting.empty(bare)
        left_out = {}
        for peer, engine in ((OURS_WHOOSH, "Whoosh"), (OURS_TANTIVY, "Tantivy")):
            if peer in stage.asked:
                seeds = self._folder / "indexes" / f"seeds-{engine}"
                try:
                    self._command(peer, "build", str(SEEDS), str(seeds))
                    commands[start_name(engine, "the seeds")] = starting.ours(seeds, bare)
                except Stopped as error:
                    left_out[start_name(engine, "the seeds")] = str(error)
                commands[start_name(engine, "the archive")] = starting.ours(self._index(peer), bare)
        for peer in stage.asked:
            if _name(peer) != "ours":
                words = command(self._pythons[_name(peer)], peer, "answer", str(self._index(peer)), starting.QUERY)
                commands[f"{LABELS[peer]}, the least that prints hits"] = (words, self._environment)
        if "whoosh3" in self._pythons:
            name = f"whoosh3, its own command over {min(starting.FILES, stage.corpus.articles)} files"
            texts = islice(lines(everything), min(starting.FILES, stage.corpus.articles))
            try:
                commands[name] = starting.of_whoosh3(self._pythons["whoosh3"], texts, self._folder / "files", bare)
            except Stopped as error:
                left_out[name] = str(error)
        self._starts, failed, runs = starting.start(commands, COLD * self._clock.seconds)
        self._show(tables.starting(self._starts, left_out | failed, runs))


@contextmanager
def _noted(stage: Stage, peer: str) -> Iterator[None]:
    """What stops a contender at one size is told, and stops nobody else."""
    try:
        yield
    except Stopped as error:
        stage.left_out[peer] = str(error)


# ── sizes and articles ────────────────────────────────────────────────────────────────────────────────────────────────


def _sizes(asked: Sequence[int], articles: int) -> list[int]:
    """Ascending; one that is about the archive's own is the archive's own. None asked for: a few, all, and ten times all."""
    wanted = asked or (min(2000, max(articles // 10, 1)), articles, 10 * articles)
    return sorted({articles if abs(size - articles) <= NEAR * articles else size for size in wanted})


def _main(sizes: Sequence[int], articles: int) -> int:
    """The size that is judged: the largest that is all real."""
    return max((size for size in sizes if size <= articles), default=sizes[0])


def _evenly(lines: Iterable[bytes], wanted: int, total: int) -> Iterator[bytes]:
    """`wanted` of `total` lines, evenly spaced: an archive is seldom alike from end to end."""
    for number, line in enumerate(lines):
        if (number + 1) * wanted // total > number * wanted // total:
            yield line


def _ten(archive: Path) -> Iterator[dict[str, str]]:
    """Articles that the archive does not hold: each the first half of one, and the second half of the next."""
    some = [json.loads(line) for line in islice(lines(archive), TEN + 1)]
    for number, (one, other) in enumerate(pairwise(some)):
        text = one["text"][: len(one["text"]) // 2] + other["text"][len(other["text"]) // 2 :]
        yield {"id": f"ten-{number}", "title": f"{one.get('title', '')} {number}", "text": text}


def _write(lines: Iterable[bytes], path: Path) -> Corpus:
    count = size = 0
    with path.open("wb") as stream:
        for line in lines:
            size += text_bytes(json.loads(line))
            count += 1
            stream.write(line.rstrip(b"\n") + b"\n")
    if not count:
        raise SystemExit("the archive holds no articles; give one with a JSON object (id, title, text) on each line")
    return Corpus(count, size / MB)


# ── the command ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _settings() -> Settings:
    peers = [name for name in PINS if name != "ours"]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "searcher-benchmarks"
    parser = argparse.ArgumentParser(description="Speed, memory and size, beside other engines.")
    parser.add_argument("data", type=Path, metavar="DATA", help=f"an archive, or a folder that holds {ARCHIVE}")
    parser.add_argument("--articles", type=_positive, metavar="N", help="use the first N articles only")
    parser.add_argument(
        "--sizes", type=_numbers, default=(), metavar="N,N,…", help="articles to index (2000, all, and ten times all)"
    )
    parser.add_argument(
        "--peers", type=_names, default=tuple(peers), metavar="NAME,…", help=f"beside whom ({','.join(peers)})"
    )
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="the Python that has a peer; else one is made",
    )
    parser.add_argument("--rounds", type=_positive, default=3, metavar="N", help="times in turn (%(default)s)")
    parser.add_argument("--queries", type=_positive, default=500, metavar="N", help="of each kind (%(default)s)")
    parser.add_argument("--minutes", type=float, metavar="M", help="at most so long (50; a lane: 720)")
    parser.add_argument("--lane", choices=(MILLION,), help="growth to a million articles, counting, an update of ten")
    parser.add_argument("--timer", choices=("clock", "processor"), default="clock", help="of answers (%(default)s)")
    parser.add_argument("--without", default="", metavar="KIND,…", help="annotations that ours leave out")
    parser.add_argument("--environments", type=Path, default=cache, metavar="DIR", help="where they are (%(default)s)")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write what is printed there too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    given = parser.parse_args()
    pythons = dict(each.partition("=")[::2] for each in given.python)
    if given.lane == MILLION:
        given.sizes = given.sizes or MILLION_SIZES
        given.peers = ("tantivy",)
        given.rounds = 1
    for name in (*given.peers, *pythons):
        if name not in PINS:
            parser.error(f"no peer is called {name!r}; choose from {','.join(peers)}")
    return Settings(
        archive=given.data / ARCHIVE if given.data.is_dir() else given.data,
        articles=given.articles,
        sizes=given.sizes,
        peers=given.peers,
        pythons={name: Path(path) for name, path in pythons.items()},
        rounds=given.rounds,
        queries=given.queries,
        minutes=given.minutes or (MILLION_MINUTES if given.lane == MILLION else 50),
        cache=given.environments,
        without=given.without,
        save=given.save,
        json=given.json,
        lane=given.lane,
        timer=given.timer,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(_positive(each) for each in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(each for each in text.split(",") if each)


def _name(peer: str) -> str:
    """Whose environment a contender runs in."""
    return peer.partition(":")[0]


def _say(message: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        print(message, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
