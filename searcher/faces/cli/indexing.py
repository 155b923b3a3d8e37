"""The command line of `searcher index`: a run, watched; what it did, and what it could not read."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import searcher
from searcher.faces.cli import reporting
from searcher.faces.cli.options import INDEX, VERSION, Argument, Option, takes
from searcher.faces.cli.running import SOME_FAILED, echo
from searcher.messages import Message, decimal, percent, reasons, say
from searcher.messages import number as apart
from searcher.render import plain

CLEAR = "\r\x1b[K"  # what is on the line of the terminal
LARGE = 100_000  # articles from which on the other engine is worth a line
FEW = 2  # files or articles that need no table of what was read
SHOWN = 20  # failures that are printed; --report has them all


@takes(
    Argument("paths", Path, metavar="[PATH…]", many=True, required=False),
    INDEX.of(help="index.written"),
    Option("--engine", str, metavar="NAME"),
    Option("--url", str, metavar="URL", key="urls", many=True),
    Option("--ca", Path, metavar="FILE"),
    Option("--index-prefix", str, metavar="P", key="prefix"),
    Option("--shards", int, metavar="N"),
    Option("--replicas", int, metavar="N"),
    Option("--without", str, metavar="KINDS", joined=True),
    Option("--ocr", bool, False),
    Option("--no-ocr", bool, False),
    Option("--rebuild", bool, False),
    Option("--dry-run", bool, False),
    Option("--watch", bool, False),
    Option("--jobs", int, metavar="N"),
    Option("--report", Path, metavar="FILE"),
    Option("--strict", bool, False),
    Option("--timeout", float, 0.0, "S", help="timeout.index"),
    Option("--durability", str, "full", "full|none"),
    Option("--then", str, metavar="COMMAND"),
    VERSION,
)
def index(
    paths: list[Path],
    *,
    index: Path | None,
    engine: str | None,
    urls: list[str],
    ca: Path | None,
    prefix: str | None,
    shards: int | None,
    replicas: int | None,
    without: str | None,
    ocr: bool,
    no_ocr: bool,
    rebuild: bool,
    dry_run: bool,
    watch: bool,
    jobs: int | None,
    report: Path | None,
    strict: bool,
    timeout: float,
    durability: str,
    then: str | None,
) -> int:
    """Brings an index up to date with PATH…; searches see the old state until the new one is complete."""
    if jobs is not None and jobs < 1:
        raise searcher.UsageError(Message("index.jobs", jobs=jobs))
    if durability not in ("full", "none"):
        raise searcher.UsageError(Message("cli.choice", name="--durability", choices="full, none", value=durability))
    left_out = None
    if without is not None:
        left_out = () if without.strip() == "nothing" else tuple(filter(None, map(str.strip, without.split(","))))
    stored = _stored(engine, urls, ca, prefix, shards, replicas)
    folder = index or Path(os.environ.get("SEARCHER_INDEX") or "index")
    if dry_run:
        _preview(folder, paths)
        return 0

    def run(progress: Callable[[searcher.Progress], None] | None) -> searcher.Report:
        nonlocal rebuild
        anew, rebuild = rebuild, False  # of the runs of --watch only the first one
        return searcher.update(
            folder,
            paths,
            engine=stored,
            without=left_out,
            ocr=True if ocr else False if no_ocr else None,
            jobs=jobs,
            rebuild=anew,
            strict=strict,
            timeout=timeout,
            durable=durability == "full",
            progress=progress,
        )

    if watch:
        for number, done in enumerate(searcher.watch(folder, paths, run=lambda: _watched(run))):
            _say(done, folder, report)
            _follow(then, done, folder)
            if not number:
                watched = paths or _about(folder).paths
                shown = ", ".join(str(path) for path in watched if str(path) != "-")
                echo(say("index.watching", paths=shown), err=True)
        return 0
    done = _watched(run)
    _say(done, folder, report)
    followed = _follow(then, done, folder)
    return SOME_FAILED if done.failures or not followed else 0


def _stored(
    engine: str | None, urls: list[str], ca: Path | None, prefix: str | None, shards: int | None, replicas: int | None
) -> str | searcher.OpenSearch | None:
    """What stores the index: the engine named, or a cluster when something was said of one."""
    if not urls and all(each is None for each in (ca, prefix, shards, replicas)):
        return engine
    if engine not in (None, "opensearch"):
        raise searcher.UsageError(Message("index.only-opensearch", engine=engine))
    return searcher.OpenSearch(tuple(urls), str(ca) if ca is not None else None, prefix, shards, replicas)


def _follow(command: str | None, done: searcher.Report, folder: Path) -> bool:
    """Runs the command of --then in a shell when articles came or went; False when it failed, which is said.

    The command finds the index in $SEARCHER_INDEX, and how many articles came in $SEARCHER_ADDED.
    """
    if command is None or not (done.added or done.removed):
        return True
    import subprocess  # here: few runs are followed by a command

    environment = {**os.environ, "SEARCHER_INDEX": str(folder.absolute()), "SEARCHER_ADDED": str(done.added)}
    status = subprocess.run(command, shell=True, env=environment, check=False).returncode
    if status:
        ended = "index.then-status" if status > 0 else "index.then-signal"
        echo(say(ended, number=abs(status), command=plain.line(command)), err=True)
    return not status


def _watched(run: Callable[[Callable[[searcher.Progress], None] | None], searcher.Report]) -> searcher.Report:
    """A run with its progress on the terminal, when there is one."""
    if not sys.stderr.isatty():
        return run(None)
    try:
        return run(_progress())
    except KeyboardInterrupt:
        echo(CLEAR + say("index.interrupted"), err=True)
        raise
    finally:
        sys.stderr.write(CLEAR)


def _progress() -> Callable[[searcher.Progress], None]:
    """A line on the terminal that shows how far a build is."""
    began = drawn = time.monotonic()

    def draw(progress: searcher.Progress) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - drawn < 0.1:
            return
        drawn = now
        share = min(progress.done / progress.total, 1.0) if progress.total else 0.0
        left = (now - began) * (1 - share) / share if share > 0.01 else None
        bar = "█" * int(share * 24) + "░" * (24 - int(share * 24))
        remaining = say("index.left", time=f"{int(left // 60)}:{int(left % 60):02}") if left is not None else ""
        rate = progress.articles / (now - began)
        told = say("index.progress", articles=progress.articles, rate=apart(round(rate)), left=remaining)
        sys.stderr.write(f"{CLEAR}{bar} {percent(share):>5}  {told}")
        sys.stderr.flush()

    return draw


def _say(done: searcher.Report, folder: Path, report: Path | None) -> None:
    """One line on what was done, after a line for each of the first failures."""
    if report is not None:
        reporting.write(report, done)
    for failure in done.failures[:SHOWN]:
        echo(reporting.failure(failure), err=True)
    if len(done.failures) > SHOWN:
        rest = len(done.failures) - SHOWN
        echo(say("index.not-read-more", count=rest), err=True)
    rate = done.added / max(done.seconds, 0.001)
    parts = [say("index.articles", count=done.articles, files=done.files)]
    if done.added != done.articles or not done.added:
        parts.append(say("index.added", added=done.added, removed=done.removed))
    if done.copies:
        parts.append(say("index.again", count=done.copies))
    if done.renamed:
        parts.append(say("index.renamed", count=done.renamed))
    if done.skipped:
        parts.append(say("index.without-article", count=len(done.skipped)))
    if done.noted:
        parts.append(say("index.notes", count=len(done.noted)))
    if partly := sum(each.partly for each in done.failures):
        parts.append(say("index.partly", count=partly))
    if len(done.failures) > partly:
        parts.append(say("index.failed", count=len(done.failures) - partly))
    took = "index.took-rate" if done.added else "index.took"
    told = {"parts": ", ".join(parts), "seconds": decimal(f"{done.seconds:.1f}"), "rate": apart(round(rate))}
    echo(say(took, **told, folder=plain.line(str(folder))), err=True)
    if done.read > FEW or done.added > FEW:
        for line in _table(done.formats):
            echo(line, err=True)
        if summary := reporting.summary(done):
            echo(summary, err=True)
        for noted in [each for each in done.noted if each.reason.startswith("dates that")][:3]:
            echo(plain.line(f"{noted.path}: {reasons.told(noted.reason)}"), err=True)
    if done.added and done.articles >= LARGE:
        _suggest(folder)


def _table(formats: Iterable[searcher.FormatCount]) -> Iterator[str]:
    """What a run read, a line a format, in columns as wide as they need; zeros are dots, so that losses stand out."""
    counted = ("files", "articles", "without", "failed", "undated", "unsourced", "characters")
    heads = [say(f"table.{name}") for name in ("format", *counted)]
    rows = [
        [
            each.format or "?",
            *(apart(number) if number else "·" for number in (getattr(each, name) for name in counted)),
        ]
        for each in formats
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for first, *rest in [heads, *rows]:
        numbers = "  ".join(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield f"{first.ljust(widths[0])}  {numbers}"


def _suggest(folder: Path) -> None:
    """What the other engine would give a large archive."""
    known = _about(folder)
    if known.engine != "whoosh":
        return
    paths = " ".join(map(shlex.quote, known.paths))
    command = f"searcher index --engine tantivy --index {plain.line(shlex.quote(str(folder)))} {plain.line(paths)}"
    if find_spec("tantivy"):
        echo(say("index.faster", command=command), err=True)
    else:
        echo(say("index.faster-after", command=command, install=searcher.install_command("fast")), err=True)


def _about(folder: Path) -> searcher.About:
    with searcher.open(folder) as opened:
        return opened.about


def _preview(folder: Path, paths: list[Path]) -> None:
    counted: Counter[str] = Counter()
    for change in searcher.changes(folder, paths):
        counted[change.kind] += 1
        before = f"{change.before} → " if change.before else ""
        echo(plain.line(f"{say(f'change.{change.kind}'):9} {before}{change.path}"))
    counts = {kind: counted[kind] for kind in ("new", "changed", "renamed", "vanished")}
    echo(say("index.preview", **counts), err=True)
