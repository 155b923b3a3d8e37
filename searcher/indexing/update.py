"""Archives → an index on disk: what is new or changed is read, what has vanished is dropped, all of it or nothing.

    paths ─► sources ─► plan (ledger) ─► workers: readers ─► analysis ─► engine, ledger ─► manifest

A run works in a generation of its own and publishes it at the end. Every `CHECKPOINT` articles, and when it is interrupted, it
publishes what it has as *pending*: no search sees that, and the next run on the same paths goes on from there.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

from searcher import analysis, engines, readers, sources
from searcher.analysis.annotations import left_out
from searcher.engines.protocol import Engine
from searcher.errors import IndexMissing, IndexUnusable, UsageError
from searcher.indexing import generations, manifest
from searcher.indexing.ledger import Ledger
from searcher.indexing.manifest import Manifest
from searcher.indexing.reports import Change, Failure, FormatCount, Progress, Report
from searcher.indexing.run import Options, Run
from searcher.indexing.scan import Scan, hash_of
from searcher.indexing.workers.child import FEW_COLLECTIONS
from searcher.messages import Message

if TYPE_CHECKING:
    from searcher.engines.opensearch.target import OpenSearch

__all__ = ["Change", "Failure", "FormatCount", "Progress", "Report", "build", "changes", "update"]

Paths = Iterable[str | os.PathLike[str]]


def build(
    folder: str | os.PathLike[str],
    paths: Paths,
    *,
    engine: str | OpenSearch = engines.DEFAULT,
    without: Iterable[str] = (),
    ocr: bool = False,
    jobs: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Indexes everything that `paths` hold into a new index in `folder`, beside the one there, and swaps them at the end.

    Searches meet the old index until then, and keep it when the build fails or is interrupted. `jobs` processes read and
    analyse (None: one a core). `progress` is called after every article. Raises UsageError when there is nothing to index,
    IndexLocked, WriteFailed; inputs that cannot be read are in the report.
    """
    return update(folder, paths, engine=engine, without=without, ocr=ocr, jobs=jobs, progress=progress, rebuild=True)


def update(
    folder: str | os.PathLike[str],
    paths: Paths = (),
    *,
    engine: str | OpenSearch | None = None,
    without: Iterable[str] | None = None,
    ocr: bool | None = None,
    jobs: int | None = None,
    rebuild: bool = False,
    strict: bool = False,
    timeout: float = 0.0,
    durable: bool = True,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Brings the index in `folder` up to date with what `paths` hold now (none given: the paths indexed before).

    Only files whose size or time changed are read, and only articles that changed are indexed; what vanished from below
    `paths` is dropped; articles from elsewhere stay. `engine` is a name, or the cluster that the index goes into. `without`
    leaves out kinds of annotations (`copies`, `names`, `quotes`; None: those that the index was made without), for a smaller
    index. Without an index, or with one of another engine, format or analysis or without other kinds, and with `rebuild`,
    everything is read into a new one. `ocr`: the text of scanned pages is recognised with Tesseract (None: as the index was
    made); when that changes, files that reported something are read again. `strict`: a failed input leaves the index as it
    was. `timeout` is how many seconds to wait for another writer. `durable`: what is reported done survives a power cut.

    Raises UsageError when there is nothing to index, IndexLocked, WriteFailed, InputsFailed (`strict`). An interruption
    (KeyboardInterrupt) passes through after what was read has been put aside for the next run.
    """
    began = perf_counter()
    place = Path(folder)
    with generations.writing(place, timeout=timeout):
        live = _live(place)
        given = _given(paths, live)
        kept_out: tuple[str, ...] = (live.without if live else ()) if without is None else left_out(without)
        chosen = _chosen(place, live, engine)
        usable = None if rebuild else _usable(place, live, chosen)
        if usable is not None and usable.without != kept_out:
            usable = None
        recorded = [each if each == "-" else os.path.abspath(each) for each in given]
        if live is not None and not rebuild:
            if usable is None:
                given += [manifest.near(each) for each in live.paths if each not in recorded and each != "-"]
            recorded = list(dict.fromkeys([*live.paths, *recorded]))
        goal = Manifest(
            generation="",
            engine=chosen.name,
            engine_version=chosen.version,
            fingerprint=analysis.fingerprint(),
            articles=0,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            paths=tuple(recorded),
            readers=readers.VERSION,
            base=live.generation if live else None,
            without=kept_out,
            ocr=(live is not None and live.ocr) if ocr is None else ocr,
            newest=live.newest if live else 0,
            lineage=(live.lineage if live else "") or uuid4().hex,
        )
        pending = _pending(place, goal, chosen)
        options = Options(jobs or _cores(), strict, durable, progress)
        with _few_collections(), closing(Run(place, chosen, goal, pending or usable, options)) as run:
            return run.run(given, resumed=pending is not None, began=began)


def changes(folder: str | os.PathLike[str], paths: Paths = ()) -> Iterator[Change]:
    """What `update` would do, file by file; nothing is read but folders, and files whose size or time changed.

    Raises UsageError when there is nothing to index.
    """
    place = Path(folder)
    live = _live(place)
    given = _given(paths, live)
    usable = _usable(place, live, _chosen(place, live, None))
    if usable is None:
        yield from (Change("new", each.path) for each in sources.sources(given) if isinstance(each, sources.Source))
        return
    with (
        closing(Ledger(place / usable.generation / manifest.LEDGER)) as ledger,
        Scan(ledger, given) as scan,
    ):
        for plan in scan.plans():
            if plan.file is None or plan.anew or plan.file.hash != hash_of(plan.source):
                yield Change("new" if plan.file is None else "changed", plan.source.path)
        for file, source in scan.renamed:
            yield Change("renamed", source.path, file.shown)
        for file in scan.vanished:
            yield Change("vanished", file.shown)


# ── what there is to go on from ───────────────────────────────────────────────────────────────────────────────────────


def _given(paths: Paths, live: Manifest | None) -> list[str]:
    """The paths given; without any, those that were indexed before."""
    given = [os.fspath(path) for path in paths] or [
        manifest.near(each) for each in (live.paths if live else ()) if each != "-"
    ]
    if not given:
        raise UsageError(Message("indexing.no-path"))
    return given


def _live(folder: Path) -> Manifest | None:
    """The manifest of the index there, also when it cannot be searched; None when there is none that can be read."""
    with suppress(IndexMissing, IndexUnusable):
        return manifest.read(folder, fingerprint=None)
    return None


def _chosen(folder: Path, live: Manifest | None, engine: str | OpenSearch | None) -> Engine:
    """The engine asked for, or that of the index there; it puts a new index where that is."""
    chosen = engines.load(engine or (live.engine if live and live.engine in engines.ENGINES else engines.DEFAULT))
    return chosen.like(manifest.part(folder, live).place) if live and live.engine == chosen.name else chosen


def _usable(folder: Path, live: Manifest | None, chosen: Engine) -> Manifest | None:
    """The live manifest, when its articles can be kept."""
    if live is None or live.fingerprint != analysis.fingerprint() or live.readers != readers.VERSION:
        return None
    if chosen.name != live.engine:
        return None
    if manifest.whole(folder / manifest.NAME) is None:  # a search would refuse it
        return None
    with suppress(IndexUnusable, UsageError):
        if live.format == manifest.FORMAT and live.engine_version == chosen.version:
            manifest.verify(folder, live, by=chosen)
            return live
    return None


def _pending(folder: Path, goal: Manifest, chosen: Engine) -> Manifest | None:
    """What an interrupted run with this goal had reached."""
    with suppress(IndexUnusable):
        pending = manifest.read(folder, fingerprint=analysis.fingerprint(), name=manifest.PENDING)
        same = ("engine", "engine_version", "fingerprint", "paths", "readers", "base", "without", "ocr", "format")
        if all(getattr(pending, name) == getattr(goal, name) for name in same):
            manifest.verify(folder, pending, by=chosen)
            return pending
    generations.forget(folder)
    return None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _few_collections() -> Iterator[None]:
    """A build makes millions of objects and no cycles; looking for cycles as often as Python does costs a quarter of it."""
    before = gc.get_threshold()
    gc.set_threshold(*FEW_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
