"""Paths that change → reports of the updates that took the changes in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from searcher.errors import IndexLocked, UsageError
from searcher.extras import install_command
from searcher.indexing import manifest
from searcher.indexing.update import update
from searcher.messages import Message

if TYPE_CHECKING:
    from searcher.indexing.reports import Report

SETTLE = 2.0
"""Seconds over which changes are gathered before they are taken in."""

TICK = 200
"""Milliseconds after which an index that was locked is tried again."""


def watch(
    folder: str | os.PathLike[str],
    paths: Iterable[str | os.PathLike[str]] = (),
    *,
    settle: float = SETTLE,
    stop: Event | None = None,
    run: Callable[[], Report] | None = None,
) -> Iterator[Report]:
    """Brings the index in `folder` up to date, then again each time something below `paths` (none given: the paths indexed
    before) has changed; changes are gathered for `settle` seconds at most.

    Yields the report of the first update, then of each one that changed something; ends when `stop` is set. While another
    process is writing to the index, the update is tried again and again. `run` stands in for `update(folder, paths)`.

    Raises UsageError without the extra `watch` or when there is nothing to index, and what `update` raises.
    """
    try:
        from watchfiles import watch as changes_of  # here: an extra
    except ImportError:
        raise UsageError(Message("watch.extra", command=install_command("watch"))) from None
    place, given = Path(folder), [os.fspath(path) for path in paths]
    if not given:
        given = [manifest.near(each) for each in manifest.read(place, fingerprint=None).paths]
    home = place.resolve()
    found = changes_of(
        *(each for each in given if each != "-"),
        debounce=int(settle * 1000),
        rust_timeout=TICK,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=True,
    )
    next(found)  # from here on nothing is missed
    first, due = True, True
    while True:
        if due:
            try:
                report = run() if run is not None else update(place, given)
                due = False
                if first or report.added or report.removed or report.renamed:
                    yield report
                first = False
            except IndexLocked:
                pass
        changes = next(found, None)
        if changes is None:
            return
        due = due or any(not Path(changed).is_relative_to(home) for _, changed in changes)
