"""Names of files → what a reader does with them: a worker process that crashes, loops, hangs, grows or prints."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

from searcher import readers
from searcher.indexing.workers import child
from searcher.sources import Source

honest = readers.read


def read(source: Source, **options: Any) -> Iterator[Any]:
    """The articles of a source, after the trick that its name begins with."""
    match source.stem.partition("-")[0]:
        case "crash":
            os.kill(os.getpid(), 11)
        case "loop":
            while True:
                pass
        case "hang":
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
            time.sleep(60)
        case "grow":
            bytearray(3 << 30)
        case "print":
            print("noise on standard output", flush=True)
            os.write(2, b"noise")
        case _:  # any other name is an honest file
            pass
    yield from honest(source, **options)


def main() -> int:
    """A worker with little patience."""
    readers.read = read
    child.SOFT_LIMIT = 1.0
    return child.main()
