"""The folder of an index → `Live`: an index that goes over to a newer state by itself."""

from __future__ import annotations

import os
from _thread import allocate_lock
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic

from searcher.archive.index import Index
from searcher.archive.locate import locate
from searcher.archive.state import State
from searcher.errors import SearcherError
from searcher.indexing import manifest

INTERVAL = 0.25
"""Seconds between two looks at whether there is a newer state."""


def live(folder: str | os.PathLike[str] | None = None, *, interval: float = INTERVAL) -> Live:
    """Opens an index for a server or another program that stays (`locate` says which, without `folder`).

    Every call looks for a newer state at most every `interval` seconds, and then costs one `stat` of the manifest. Raises what
    `open` raises.
    """
    return Live(locate(folder), interval=interval)


class Live(Index):
    """An index that follows updates: it answers as `Index` does, from the newest state. Many threads may use one.

    A call that has begun is answered from one state to its end. Answers of one thread never go back to an older state. The old
    state is closed after its last user. When a newer state cannot be opened (it needs another version of this program, the
    system lacks file handles …), the state that is open goes on answering, the newer one is tried again after `interval`
    seconds, and `is_current` says False or raises the reason.
    """

    def __init__(self, folder: Path, *, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._swapping = allocate_lock()  # held for moments: nobody closes a state between finding and entering it
        self._following = allocate_lock()  # held by the one thread that opens a newer state
        self._closed = False
        self._seen = _seen(folder)  # before the state is opened: what comes after that is newer
        self._due = monotonic() + interval
        super().__init__(folder)

    def close(self) -> None:
        """Closes the index for good: what was asked before is still answered."""
        with self._swapping:
            self._closed = True
            state = self._state
        state.close()

    def _used(self) -> AbstractContextManager[State]:
        if monotonic() >= self._due and self._following.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._following.release()
        with self._swapping:
            return self._state.used()

    def _follow(self) -> None:
        """Goes over to the newer state, if there is one."""
        self._due = monotonic() + self._interval
        seen = _seen(self.folder)
        if seen is None or seen == self._seen or self._closed:
            return
        try:
            newer = State(self.folder)
        except SearcherError:
            return  # `is_current` raises the reason
        try:
            _ = newer.ledger  # now: later, two more updates may have removed the file
        except SearcherError:
            newer.close()
            return
        self._seen = seen
        with self._swapping:
            older = newer if self._closed else self._state
            if not self._closed:
                self._state = newer
        older.close()


def _seen(folder: Path) -> tuple[int, int, int] | None:
    """What tells one manifest from the next without reading it; None when there is none."""
    try:
        status = os.stat(folder / manifest.NAME)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
