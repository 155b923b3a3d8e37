"""Measured stages and starts flow in, lines of a table for a terminal flow out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from peers import ALL, AND, OR
from peers.measured import LABELS, OURS_TANTIVY, OURS_WHOOSH, WAYS, Stage, Start, percentile, shown

NAME = 28  # columns of a name
RANKS = (50, 95, 99)
OURS = {OURS_WHOOSH: "Whoosh", OURS_TANTIVY: "Tantivy"}


def building(stage: Stage) -> Iterator[str]:
    """How fast each builds, and how often as fast ours do."""
    rounds = max((len(each) for each in stage.built.values()), default=0)
    yield (
        f"{f'indexing {stage.corpus.articles}':{NAME}}{'art./s':>8}{'/CPU s':>8}{'peak MB':>9}{'own MB':>8}{'index MB':>10}"
        f"{'of text':>8}{'Whoosh ×':>11}{'Tantivy ×':>11}  {'each round' if rounds > 1 else ''}".rstrip()
    )
    for peer in _order(stage.built):
        size = stage.built_median(peer, lambda built: built.index_mb) or 0.0
        each = " ".join(f"{built.rate:.0f}" for built in stage.built[peer])
        yield (
            f"  {LABELS[peer]:{NAME - 2}}"
            f"{stage.built_median(peer, lambda built: built.rate):8.0f}"
            f"{stage.built_median(peer, lambda built: built.cpu_rate):8.0f}"
            f"{stage.built_median(peer, lambda built: built.peak_mb):9.0f}"
            f"{stage.built_median(peer, lambda built: built.anonymous_mb):8.0f}"
            f"{size:10.1f}{size / stage.corpus.text_mb:8.0%}"
            + "".join(f"{_figure(stage.rate_ratio(ours, peer)):>11}" for ours in OURS)
            + (f"  {each}" if rounds > 1 else "")
        )
    yield from _left_out(stage)


def asking(stage: Stage) -> Iterator[str]:
    """How long each takes to answer: ten hits, then ten hits with extracts, then ours over theirs."""
    if not stage.asked:
        return
    wanted = max(run.count for runs in stage.asked.values() for run in runs)
    for extracts in (False, True):
        title = f"asking {stage.corpus.articles}: {'with extracts' if extracts else 'ten hits'}"
        last = f"{'once ms':>9}{'MB':>6}" if extracts else f"{'found':>9}"
        yield f"{title:{NAME}}{'':8}" + "".join(f"{WAYS[kind]:^21}" for kind in ALL)
        yield (
            f"{f'  {wanted} queries, ms':{NAME}}{'queries':>8}"
            + "".join(f"{'median':>7}{'p95':>7}{'p99':>7}" for _ in ALL)
            + last
        )
        for peer in _order(stage.asked):
            runs = stage.asked[peer]
            ways = [shown(kind) if extracts else kind for kind in ALL]
            if not any(way in runs[0].times for way in ways):
                continue
            cells = "".join(f"{_figure(stage.percentile(peer, way, rank)):>7}" for way in ways for rank in RANKS)
            end = f"{runs[0].first_ms:9.0f}{runs[0].first_mb:6.0f}" if extracts else f"{runs[0].found:9.1%}"
            yield f"  {LABELS[peer]:{NAME - 2}}{runs[0].count:8}{cells}{end}"
        yield ""
    yield f"{'p95, ours over theirs':{NAME}}" + "".join(f"{f'{name} engine':^44}" for name in OURS.values())
    yield f"{'':{NAME}}" + f"{'ten hits':^22}{'with extracts':^22}" * 2
    yield f"{'':{NAME}}" + "".join(f"{WAYS[kind]:>7}" for kind in ALL).join(["", " "]) * 4
    for peer in _order(stage.asked):
        if peer in OURS:
            continue
        cells = ""
        for ours in OURS:
            for way in (ALL, tuple(map(shown, ALL))):
                cells += "".join(f"{_figure(stage.time_ratio(ours, peer, kind)):>7}" for kind in way) + " "
        yield f"  {LABELS[peer]:{NAME - 2}}{cells}".rstrip()


def starting(starts: Sequence[Start], left_out: Mapping[str, str], runs: int) -> Iterator[str]:
    yield f"{f'cold start, ms ({runs} runs)':52}{'median':>8}{'fastest':>8}"
    for start in starts:
        yield f"  {start.command:50}{start.median:8.0f}{start.fastest:8.0f}"
    for command, reason in left_out.items():
        yield f"  {command:50}  {reason}"


def growing(stages: Sequence[Stage]) -> Iterator[str]:
    """Each contender at every size: what grows with the archive, and what does not."""
    yield (
        f"{'growth':{NAME}}{'articles':>9}{'art./s':>8}{'peak MB':>9}{'own MB':>8}{'of text':>8}{'once ms':>9}{'MB':>6}"
        + "".join(f"{WAYS[kind]:>8}" for kind in ALL)
        + "  p95, ms, with extracts"
    )
    for peer in LABELS:
        name = LABELS[peer]
        for stage in stages:
            if not stage.built.get(peer):
                if peer in stage.left_out and name != LABELS[peer]:
                    yield f"{'':{NAME}}{stage.corpus.articles:9}  {stage.left_out[peer]}"
                continue
            size = stage.built_median(peer, lambda built: built.index_mb) or 0.0
            line = (
                f"  {name:{NAME - 2}}{stage.corpus.articles:9}"
                f"{stage.built_median(peer, lambda built: built.rate):8.0f}"
                f"{stage.built_median(peer, lambda built: built.peak_mb):9.0f}"
                f"{stage.built_median(peer, lambda built: built.anonymous_mb):8.0f}{size / stage.corpus.text_mb:8.0%}"
            )
            if stage.asked.get(peer):
                run = stage.asked[peer][0]
                ways = [shown(kind) if shown(kind) in run.times else kind for kind in ALL]
                line += f"{run.first_ms:9.0f}{run.first_mb:6.0f}"
                line += "".join(f"{_figure(stage.percentile(peer, way, 95)):>8}" for way in ways)
            yield line
            name = ""


def changing(stages: Sequence[Stage]) -> Iterator[str]:
    """What counting all whole values costs at every size, and what ten articles more do."""
    yield (
        f"{'counting and updating':{NAME}}{'articles':>9}{'counts, AND':>13}{'OR':>8}  p95, ms"
        f"{'ten more: s':>14}{'CPU s':>8}{'MB written':>12}"
    )
    for peer in LABELS:
        name = LABELS[peer]
        for stage in stages:
            updated, counted = stage.updated.get(peer), stage.counted.get(peer)
            if updated is None and counted is None:
                continue
            line = f"  {name:{NAME - 2}}{stage.corpus.articles:9}"
            line += "".join(
                f"{_figure(percentile(counted[kind], 95) if counted else None):>{width}}"
                for kind, width in ((AND, 13), (OR, 8))
            )
            if updated is not None:
                line += f"{'':9}{updated.seconds:14.2f}{updated.cpu_seconds:8.2f}{updated.written_mb:12.2f}"
            yield line
            name = ""


def _order(peers: Mapping[str, object]) -> list[str]:
    return [peer for peer in LABELS if peers.get(peer)]


def _left_out(stage: Stage) -> Iterator[str]:
    for peer, reason in stage.left_out.items():
        yield f"  {LABELS[peer]:{NAME - 2}}  {reason}"


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"
