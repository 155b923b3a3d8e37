"""Values that `marshal` knows → messages in the pipes between this process and the worker processes it starts, and back.

The protocol: each message is a length of four bytes, big-endian, and that many bytes of `marshal`. A worker reads messages on
standard input and writes messages to standard output; the end of its input ends the worker.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

_LENGTH = 4  # bytes


def start(module: str, *arguments: str, buffered: bool = True) -> subprocess.Popen[bytes]:
    """A process that runs `main()` of a module, with `arguments` in `sys.argv[1:]`, and ends with the status it returns."""
    # -P: nothing in the current folder is imported by accident.
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"from {module} import main; raise SystemExit(main())", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        bufsize=-1 if buffered else 0,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Kills a worker, whatever it is doing, and closes its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):  # messages that were still to be sent are not wanted any more
                stream.close()


def send(stream: IO[bytes], message: Any) -> None:
    """Writes one message. Raises BrokenPipeError when the other side has ended."""
    raw = marshal.dumps(message)
    stream.write(len(raw).to_bytes(_LENGTH, "big") + raw)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Waits for the next message. Raises EOFError when the other side has ended."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        raise EOFError
    return marshal.loads(stream.read(int.from_bytes(head, "big")))


class Inbox:
    """Bytes as they arrive → whole messages, for a reader that must not wait."""

    def __init__(self) -> None:
        self._held = bytearray()

    def put(self, block: bytes) -> Iterator[tuple[Any, int]]:
        """The messages that are whole once `block` has arrived, each with its bytes."""
        self._held += block
        at = 0
        with memoryview(self._held) as held:
            while len(held) >= at + _LENGTH:
                stop = at + _LENGTH + int.from_bytes(held[at : at + _LENGTH], "big")
                if len(held) < stop:
                    break
                yield marshal.loads(held[at + _LENGTH : stop]), stop - at
                at = stop
        del self._held[:at]


def own_output(*, errors: bool) -> IO[bytes]:
    """What was standard output, for messages alone: libraries that print write to nowhere from now on, and so do errors
    unless `errors` keeps them."""
    out = os.fdopen(os.dup(1), "wb")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    if not errors:
        os.dup2(silent, 2)
    return out
