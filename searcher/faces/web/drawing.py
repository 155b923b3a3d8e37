"""A timeline → bars to draw and the rows of the same table, in the visitor's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import searcher
from searcher.faces.web import words
from searcher.faces.web.site import Visit
from searcher.faces.web.state import State
from searcher.render.timeline import FEW

WIDE, TALL, GAP = 10, 100, 1.4
"""A bar's share of the width, the height of the drawing, what is left free between two bars; a page stretches the drawing."""

TICKS = 5


@dataclass(frozen=True)
class Bar:
    """A bucket: where its bar stands, what the bar says, the address of its articles."""

    x: float
    y: float
    width: float
    height: float
    kinds: str
    label: str
    told: str
    address: str
    articles: int
    volume: int
    share: float | None


@dataclass(frozen=True)
class Drawing:
    """The bars of a timeline, `ticks` below them (a name for some of the bars), `top` at the upper end of the scale."""

    bars: tuple[Bar, ...]
    ticks: tuple[str, ...]
    width: int
    height: int
    top: str
    few: bool


def drawing(visit: Visit, timeline: searcher.Timeline, state: State) -> Drawing:
    """The drawing of a timeline; each bar leads to the articles of its days."""
    buckets = timeline.buckets
    heights = [(each.share or 0.0) if state.share else float(each.articles) for each in buckets]
    most = max(heights, default=0.0)
    within = visit.search_link(state, since="", until="", step="auto")  # which `q=` always makes longer than its path
    bars = tuple(
        _bar(visit, timeline, state, within, at, height / most * TALL if most else 0.0)
        for at, height in enumerate(heights)
    )
    top = words.share(visit.language, most) if state.share else words.number(visit.language, int(most))
    few = any("few" in bar.kinds for bar in bars)
    return Drawing(bars, _ticks(visit, buckets), max(len(bars), 1) * WIDE, TALL, top, few)


def _bar(visit: Visit, timeline: searcher.Timeline, state: State, within: str, at: int, height: float) -> Bar:
    bucket = timeline.buckets[at]
    kinds = ["bar"]
    if any(burst.start <= bucket.start < burst.end for burst in timeline.bursts):
        kinds.append("peak")
    if state.share and bucket.volume < FEW:
        kinds.append("few")
    label = words.bucket(visit.language, bucket.label)
    told = visit.say("timeline.bar", label=label, n=bucket.articles)
    if bucket.share is not None:
        of = words.number(visit.language, bucket.volume)
        told += f" ({visit.say('timeline.of', share=words.share(visit.language, bucket.share), volume=of)})"
    if bucket.partial:
        told += f", {visit.say('timeline.partial')}"
    last = bucket.end - timedelta(1)
    address = f"{within}&since={bucket.start.isoformat()}&until={last.isoformat()}"
    drawn = max(height, 1.5) if bucket.articles else 0.0
    return Bar(
        round(at * WIDE + GAP / 2, 1),
        round(TALL - drawn, 1),
        round(WIDE - GAP, 1),
        round(drawn, 1),
        " ".join(kinds),
        label,
        told,
        address,
        bucket.articles,
        bucket.volume,
        bucket.share,
    )


def _ticks(visit: Visit, buckets: tuple[searcher.Bucket, ...]) -> tuple[str, ...]:
    """The names below the first bar, the last one, and some between."""
    if len(buckets) <= TICKS:
        return tuple(words.bucket(visit.language, each.label) for each in buckets)
    chosen = sorted({round(at * (len(buckets) - 1) / (TICKS - 1)) for at in range(TICKS)})
    return tuple(words.bucket(visit.language, buckets[at].label) for at in chosen)
