"""A real OpenSearch cluster on this machine, for tests: jars in, nodes out.

    with Cluster(folder, nodes=3) as cluster:
        cluster.urls, cluster.kill(1), cluster.repair(), cluster.wait()

Maven fetches the jars (48 MB) into a cache on the first run. A node is a Java process of some 350 MB.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "searcher-tests"
JVM = ("-Xms384m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

_LOG = """\
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1.} %m%n
"""


def missing() -> str | None:
    """What is not there that a cluster needs; None when everything is."""
    absent = [name for name in ("java", "javac", "mvn") if shutil.which(name) is None]
    return f"no {' and no '.join(absent)} to run OpenSearch with" if absent else None


def classes() -> str:
    """The class path of a node; fetched and compiled when the recipe has changed."""
    recipe = b"".join((HERE / name).read_bytes() for name in ("pom.xml", "Nodes.java"))
    home = CACHE / f"opensearch-{sha256(recipe).hexdigest()[:12]}"
    if not (home / "Nodes.class").exists():
        making = home.with_suffix(f".{os.getpid()}")
        fetch = [
            "mvn",
            "-B",
            "-q",
            "-f",
            str(HERE / "pom.xml"),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={making}/lib",
        ]
        subprocess.run(fetch, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["javac", "-cp", f"{making}/lib/*", "-d", making, HERE / "Nodes.java"], check=True)
        (making / "log4j2.properties").write_text(_LOG, "utf-8")
        shutil.rmtree(home, ignore_errors=True)
        making.rename(home)
    return f"{home}:{home}/lib/*"


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


class Cluster:
    """`nodes` nodes with their data below `folder`; `settings` are added to those of each."""

    def __init__(self, folder: Path, *, nodes: int = 1, settings: dict[str, str] | None = None) -> None:
        self._folder = folder
        self._settings = settings or {}
        self._path = classes()
        ports = free_ports(2 * nodes)
        self._http, self._transport = ports[:nodes], ports[nodes:]
        self.urls = [f"http://127.0.0.1:{port}" for port in self._http]
        folder.mkdir(parents=True, exist_ok=True)
        self._processes = [self._started(at) for at in range(nodes)]

    def _started(self, at: int) -> subprocess.Popen[bytes]:
        settings = {
            "cluster.name": self._folder.name,
            "node.name": f"n{at}",
            "path.home": self._folder,
            "path.data": self._folder / f"n{at}",
            "network.host": "127.0.0.1",
            "http.port": self._http[at],
            "transport.port": self._transport[at],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._transport),
            "cluster.initial_cluster_manager_nodes": ",".join(f"n{each}" for each in range(len(self.urls))),
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self._settings,
        }
        command = ["java", *JVM, "-cp", self._path, "Nodes", *(f"{key}={value}" for key, value in settings.items())]
        with (self._folder / f"n{at}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait(self, *, status: str = "green", timeout: float = 180) -> Any:
        """The health of the cluster once all its nodes are in it and nothing is pending.

        Before that, the voting configuration holds a placeholder, and the death of a node would take the quorum for good.
        """
        until = time.monotonic() + timeout
        alive = [at for at, process in enumerate(self._processes) if process.poll() is None]
        asked = f"wait_for_status={status}&wait_for_nodes={len(alive)}&wait_for_events=languid&timeout=5s"
        while time.monotonic() < until:
            for at in alive:
                if self._processes[at].poll() is not None:
                    raise RuntimeError((self._folder / f"n{at}.log").read_text("utf-8", "replace")[-2000:])
                try:
                    with urlopen(f"{self.urls[at]}/_cluster/health?{asked}", timeout=10) as answer:
                        return json.load(answer)
                except OSError:
                    pass
            time.sleep(0.1)
        raise TimeoutError(f"no {status} cluster after {timeout:.0f} s")

    def kill(self, at: int) -> None:
        """Ends a node as a power cut does."""
        self._processes[at].send_signal(signal.SIGKILL)
        self._processes[at].wait()

    def repair(self) -> None:
        """Starts the nodes that ended."""
        for at, process in enumerate(self._processes):
            if process.poll() is not None:
                self._processes[at] = self._started(at)

    def __enter__(self) -> Cluster:
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()
