"""Ask, step ─► counts by date of the answer and of the archive ─► Timeline, its bursts under their leading headlines."""

from __future__ import annotations

from contextlib import suppress
from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING

from searcher.article import WHEN
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.ask import Ask, Sort
from searcher.results.timeline import Burst, Step, Timeline
from searcher.results.timeline import timeline as made
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.index import Index


def timeline(index: Index, ask: Ask, *, step: Step | str, headlines: bool) -> Timeline:
    """The timeline of the answer to a question. `headlines`: whether each burst gets the title of its leading article.

    Raises UsageError for another step, or one that makes too many bars.
    """
    chosen = _step(step)
    found, archive = index.counts(ask, WHEN), index.volumes(ask, WHEN)
    today = ask.today or Date.today()
    period = ask.period(today)
    result = made(
        found.values[WHEN],
        archive.values[WHEN],
        step=chosen,
        start=period.start if period else None,
        end=period.end if period else None,
        complete=found.complete and archive.complete,
    )
    if not headlines:
        return result
    return replace(result, bursts=tuple(_headed(index, ask, burst, today) for burst in result.bursts))


def _step(step: Step | str) -> Step:
    with suppress(ValueError):
        return Step(step)
    raise UsageError(Message("timeline.step", steps=", ".join(Step), step=step))


def _headed(index: Index, ask: Ask, burst: Burst, today: Date) -> Burst:
    """A burst under the title of the article that stands first in the answer among those of its days."""
    period = ask.period(today)
    start = max(burst.start, period.start) if period and period.start else burst.start
    end = min(burst.end, period.end) if period and period.end else burst.end
    within = replace(ask, sort=Sort.RELEVANCE, since=start.isoformat(), until=(end - timedelta(1)).isoformat())
    leading = next(iter(index.search(within, limit=1, passages=0)), None)
    if leading is None:
        return burst
    return replace(burst, headline=leading.article.title or None, identifier=leading.article.id)
