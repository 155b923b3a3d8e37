"""Timeline → bars for a terminal, JSON, JSON Lines, CSV, and SVG for a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from searcher.messages import percent, say
from searcher.render.json import dumps
from searcher.render.plain import line
from searcher.render.tables import row
from searcher.render.terminal import BOLD, DIM, PLAIN
from searcher.results.published import timeline_dict
from searcher.results.timeline import Bucket, Timeline

FEW = 30
"""Articles of the archive below which a share says little: such a bar is drawn faint."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_WIDTH = 40
"""Columns of the longest bar where there is no terminal."""


def text(timeline: Timeline, *, share: bool, color: bool, width: int | None) -> Iterator[str]:
    """A line a bucket: its name, its articles, with `share` their share of the archive's, and a bar.

    `~` marks a bucket that the period or the archive covers only in part, `▲` the buckets of a burst. `width`: columns to use.
    """
    heights = [_height(each, share) for each in timeline.buckets]
    most = max(heights, default=0.0) or 1.0
    labels = max((len(each.label) for each in timeline.buckets), default=4)
    columns = max((width or 80) - labels - 24, 10) if width else _WIDTH
    for bucket, height in zip(timeline.buckets, heights, strict=True):
        sign = "▲" if any(each.start <= bucket.start < each.end for each in timeline.bursts) else " "
        ratio = f" {percent(bucket.share, 2):>8}" if share and bucket.share is not None else " " * 9 * share
        bar = _bar(height / most * columns)
        faint = color and share and bucket.volume < FEW
        shown = f"{DIM}{bar}{PLAIN}" if faint and bar else bar
        partial = "~" if bucket.partial else " "
        yield f"{bucket.label:>{labels}}{partial}{bucket.articles:>8}{ratio} {sign} {shown}".rstrip()
    for each in timeline.imprecise:
        if each.articles:
            yield f"{each.date:>{labels}} {each.articles:>8}  {say('timeline.imprecise', step=timeline.step.value)}"
    if timeline.undated:
        yield f"{'':>{labels}} {timeline.undated:>8}  {say('timeline.undated')}"
    if timeline.bursts:
        yield ""
    for number, burst in enumerate(timeline.bursts, 1):
        headline = line(burst.headline) if burst.headline else say("hit.untitled")
        shown = f"{BOLD}{headline}{PLAIN}" if color else headline
        yield say("timeline.burst", number=number, label=burst.label, count=burst.articles, headline=shown)


def _height(bucket: Bucket, share: bool) -> float:
    return (bucket.share or 0.0) if share else float(bucket.articles)


def _bar(columns: float) -> str:
    whole, rest = divmod(round(columns * 8), 8)
    return ("█" * whole + _EIGHTHS[rest]).rstrip()


def json(timeline: Timeline) -> Iterator[str]:
    """One object."""
    yield dumps(timeline_dict(timeline))


def jsonl(timeline: Timeline) -> Iterator[str]:
    """An object a bucket, then one an imprecise date, then one for the undated articles."""
    made = timeline_dict(timeline)
    for kind in ("buckets", "imprecise"):
        for each in made[kind]:
            yield dumps({"kind": kind.removesuffix("s"), **each})
    yield dumps({"kind": "undated", **made["undated"]})


def csv(timeline: Timeline) -> Iterator[str]:
    """A line of names, then a line a bucket, an imprecise date, and the undated articles: the column `articles` adds up."""
    yield row(("kind", "label", "start", "end", "articles", "volume", "share", "partial"))
    for each in timeline.buckets:
        share = "" if each.share is None else f"{each.share:.6f}"
        days = (each.start.isoformat(), each.end.isoformat())
        yield row(("bucket", each.label, *days, each.articles, each.volume, share, int(each.partial)))
    for imprecise in timeline.imprecise:
        yield row(("imprecise", imprecise.date, "", "", imprecise.articles, imprecise.volume, "", ""))
    yield row(("undated", "", "", "", timeline.undated, timeline.undated_volume, "", ""))


# ── SVG ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

_BAR, _GAP, _TALL, _MARGIN = 14, 2, 160, 28

STYLE = (
    ".b{fill:#33658a}.b.burst{fill:#b5321f}.b.few{fill-opacity:.35}text{font:11px sans-serif;fill:#222}"
    "line{stroke:#999}@media(prefers-color-scheme:dark){.b{fill:#86bbd8}.b.burst{fill:#f0806a}text{fill:#ddd}}"
)


def svg(
    timeline: Timeline, *, title: str, share: bool = False, link: Callable[[Bucket], str] | None = None
) -> Iterator[str]:
    """A drawing, a bar a bucket, with the same numbers as `csv` in its titles. `link`: the address that a bar leads to."""
    count = max(len(timeline.buckets), 1)
    wide, tall = 2 * _MARGIN + count * (_BAR + _GAP), _TALL + 2 * _MARGIN
    most = max((_height(each, share) for each in timeline.buckets), default=0.0) or 1.0
    told = say("timeline.drawn", total=timeline.total, count=len(timeline.buckets), step=timeline.step.value)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" role="img" '
        f'aria-labelledby="timeline-title timeline-desc">'
    )
    yield f'<title id="timeline-title">{escape(line(title))}</title><desc id="timeline-desc">{escape(told)}</desc>'
    yield f"<style>{STYLE}</style>"
    base = _MARGIN + _TALL
    yield f'<line x1="{_MARGIN}" y1="{base}" x2="{wide - _MARGIN}" y2="{base}"/>'
    every = max(count // 8, 1)
    for number, bucket in enumerate(timeline.buckets):
        left = _MARGIN + number * (_BAR + _GAP)
        height = _height(bucket, share) / most * _TALL
        kinds = ["b"]
        kinds += ["burst"] if any(each.start <= bucket.start < each.end for each in timeline.bursts) else []
        kinds += ["few"] if share and bucket.volume < FEW else []
        told = say(
            "timeline.bar",
            label=bucket.label,
            part=say("timeline.part") if bucket.partial else "",
            count=bucket.articles,
            share=""
            if bucket.share is None
            else say("timeline.share", share=percent(bucket.share, 2), volume=bucket.volume),
        )
        bar = (
            f'<rect class="{" ".join(kinds)}" x="{left}" y="{base - height:.1f}" width="{_BAR}" height="{height:.1f}">'
            f"<title>{escape(told)}</title></rect>"
        )
        yield f'<a href="{escape(link(bucket))}">{bar}</a>' if link else bar
        if number % every == 0:
            yield f'<text x="{left}" y="{base + 16}">{escape(bucket.label)}</text>'
    yield "</svg>"
