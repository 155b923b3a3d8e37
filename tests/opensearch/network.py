"""A network of its own for a client: a namespace, joined to this machine by a pair of devices that can be cut. It takes root.

with Namespace() as namespace:
    namespace.here, namespace.inside(call), namespace.command(["searcher", …]), namespace.cut(), namespace.join()
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import threading
from collections.abc import Callable

_NETWORK = 0x40000000  # CLONE_NEWNET of setns(2)


class Namespace:
    """A context manager; `here` is the address of this machine as the namespace knows it. Raises OSError where it may not be
    made."""

    here, there = "10.213.7.1", "10.213.7.2"

    def __enter__(self) -> Namespace:
        if shutil.which("ip") is None:
            raise OSError("there is no ip command")
        self._name = f"searcher-{os.getpid()}"
        self._device = f"searcher{os.getpid() % 100_000}"
        self._ip("netns", "add", self._name)
        try:
            self._ip("link", "add", self._device, "type", "veth", "peer", "name", "outside", "netns", self._name)
            self._ip("addr", "add", f"{self.here}/30", "dev", self._device)
            self._ip("-n", self._name, "addr", "add", f"{self.there}/30", "dev", "outside")
            self._ip("-n", self._name, "link", "set", "outside", "up")
            self._ip("-n", self._name, "link", "set", "lo", "up")
            self.join()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ip("netns", "del", self._name)

    def cut(self) -> None:
        """From now on every packet between the two is lost, and nobody is told."""
        self._ip("link", "set", self._device, "down")

    def join(self) -> None:
        self._ip("link", "set", self._device, "up")

    def command(self, words: list[str]) -> list[str]:
        """The same command, to be run in the namespace."""
        return ["ip", "netns", "exec", self._name, *words]

    def inside(self, call: Callable[[], object]) -> BaseException | None:
        """Calls in a thread that is in the namespace, as are all threads and processes that come from it; gives what was
        raised."""
        raised: list[BaseException] = []

        def run() -> None:
            with open(f"/run/netns/{self._name}") as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _NETWORK):
                    raised.append(OSError(ctypes.get_errno(), "setns"))
                    return
            try:
                call()
            except BaseException as error:
                raised.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return raised[0] if raised else None

    @staticmethod
    def _ip(*words: str) -> None:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
