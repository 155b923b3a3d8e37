"""A run that asks for OCR → leave to recognise one more page: so many at a time, counted over all processes of the run."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WAIT = 0.05  # seconds between two looks for a free slot


class Recognition:
    """That OCR is asked for, how many pages may be recognised at a time, and who is told of progress.

    All processes that name the same folder `slots` share `jobs` slots; without a folder this process has them alone.
    `watch` is told how far reading has come, in bytes of the file.
    """

    def __init__(self, jobs: int, slots: str = "", watch: Callable[[int], None] | None = None) -> None:
        self.jobs = jobs
        self._slots, self._watch = slots, watch
        self._at = 0
        self._own = threading.BoundedSemaphore(jobs)

    def beat(self, position: int = 0) -> None:
        """Tells that work goes on; `position`: how far in the file, where that is known."""
        self._at = max(self._at, position)
        if self._watch is not None:
            self._watch(self._at)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Holds one of the slots, waiting for it. The slots of a process that dies are free: the system unlocks them."""
        if not self._slots:
            with self._own:
                yield
            return
        while (held := self._taken()) is None:
            time.sleep(_WAIT)
        try:
            yield
        finally:
            os.close(held)

    def _taken(self) -> int | None:
        """A slot's file, open and locked; None when all slots are taken."""
        for number in range(self.jobs):
            file = os.open(os.path.join(self._slots, str(number)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            except OSError:
                os.close(file)
        return None
