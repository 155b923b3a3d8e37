"""A real OpenSearch cluster on this machine, for tests: jars in, nodes out.

    with Cluster(folder, nodes=3) as cluster:
        cluster.urls, cluster.kill(1), cluster.repair(), cluster.wait()

$OPENSEARCH chooses the lane: `2` (2.19 on Java 17) or `3` (3.9 on Java 21 or later). Maven fetches the jars (48 MB, 66 MB)
into a cache on the first run. A node is a Java process of some 500 MB.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from searcher.values import Value

JAVA = Path(__file__).parent / "java"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "searcher-tests"
HEAP = 448
"""Megabytes."""

_COLLECTOR = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")
"""As in the distribution's jvm.options. A node refuses requests while more than 95 % of its heap is in use, garbage included.
It then makes G1 collect (`HierarchyCircuitBreakerService.G1OverLimitStrategy`), and no other collector: under the serial one
nothing is allocated any more, so nothing is collected, and the node answers 429 for good."""


class Lane(Value):
    """A version of OpenSearch, the folder of its `Nodes.java` below `java`, the oldest and the newest Java it runs on, and
    what that Java needs to be told."""

    version: str
    source: str
    oldest: int
    newest: int
    options: tuple[str, ...] = ()


LANES = {
    "2": Lane("2.19.6", "v2", 17, 23),  # Java 24 took the security manager away, which 2.x asks for
    # 3.x has no security manager. What replaces it, an agent, is put in by the start script of the distribution; a node that is
    # started from its class, as here, runs without.
    "3": Lane("3.9.0", "v3", 21, 99, ("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector")),
}
LANE = LANES[os.environ.get("OPENSEARCH") or "2"]

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
    if shutil.which("mvn") is None:
        return "no mvn to fetch OpenSearch with"
    if _jdk() is None:
        return f"no Java {LANE.oldest} or later with javac to run OpenSearch {LANE.version} with"
    return None


def _jdk() -> Path | None:
    """The home of the oldest Java here that the lane runs on."""
    fitting = [(number, home) for home in _homes() if LANE.oldest <= (number := _version(home)) <= LANE.newest]
    return min(fitting)[1] if fitting else None


def _homes() -> Iterator[Path]:
    """The folders of all JDKs that can be found: $JAVA_HOME, that of the javac on the path, and those of the system."""
    if given := os.environ.get("JAVA_HOME"):
        yield Path(given)
    if compiler := shutil.which("javac"):
        yield Path(compiler).resolve().parent.parent
    yield from sorted(Path("/usr/lib/jvm").glob("*"))


def _version(home: Path) -> int:
    """The number of a JDK, 17 for 17.0.15; 0 when this is none."""
    try:
        said = (home / "release").read_text("utf-8")
    except OSError:
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', said, re.MULTILINE)
    return int(found[1]) if found and (home / "bin" / "javac").exists() else 0


def classes() -> str:
    """The class path of a node; fetched and compiled when the recipe has changed."""
    recipe = [LANE.version.encode(), (JAVA / "pom.xml").read_bytes(), (JAVA / LANE.source / "Nodes.java").read_bytes()]
    home = CACHE / f"opensearch-{sha256(b''.join(recipe)).hexdigest()[:12]}"
    if not (home / "Nodes.class").exists():
        making = home.with_suffix(f".{os.getpid()}")
        copied = ("dependency:copy-dependencies", f"-DoutputDirectory={making}/lib", f"-Dopensearch={LANE.version}")
        jdk = _jdk()
        assert jdk is not None, missing()
        environment = {**os.environ, "JAVA_HOME": str(jdk)}
        fetch = ["mvn", "-B", "-q", "-f", str(JAVA / "pom.xml"), *copied]
        subprocess.run(fetch, check=True, stdout=subprocess.DEVNULL, env=environment)
        source = JAVA / LANE.source / "Nodes.java"
        subprocess.run([jdk / "bin" / "javac", "-cp", f"{making}/lib/*", "-d", making, source], check=True)
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
    """`nodes` nodes with their data below `folder`, which may be that of a cluster that ended; `settings` are added to those of
    each node, `heap` is in megabytes. Requests are answered at the address `host`."""

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 1,
        settings: dict[str, str] | None = None,
        heap: int = HEAP,
        host: str = "127.0.0.1",
    ) -> None:
        self._folder = folder
        jdk = _jdk()
        assert jdk is not None, missing()
        memory = (f"-Xms{heap}m", f"-Xmx{heap}m", *_COLLECTOR, "-XX:TieredStopAtLevel=1")
        self._java = [str(jdk / "bin" / "java"), *LANE.options, *memory]
        self._settings = {"http.host": host, **(settings or {})}
        self._path = classes()
        self._first, self._host = nodes, host
        self._http, self._transport, self.urls = list[int](), list[int](), list[str]()
        self._processes: list[subprocess.Popen[bytes]] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.grow(nodes)

    def grow(self, nodes: int) -> None:
        """Starts more nodes, until there are so many."""
        known = len(self.urls)
        ports = free_ports(2 * (nodes - known))
        self._http += ports[: nodes - known]
        self._transport += ports[nodes - known :]
        self.urls += [f"http://{self._host}:{port}" for port in self._http[known:]]
        self._processes += [self._started(at) for at in range(known, nodes)]

    def _started(self, at: int) -> subprocess.Popen[bytes]:
        managers = ",".join(f"n{each}" for each in range(self._first))
        first = (
            {"cluster.initial_cluster_manager_nodes": managers} if at < self._first else {}
        )  # a later one joins these
        settings = {
            "cluster.name": self._folder.name,
            "node.name": f"n{at}",
            "path.home": self._folder,
            "path.data": self._folder / f"n{at}",
            "network.host": "127.0.0.1",
            "http.port": self._http[at],
            "transport.port": self._transport[at],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._transport),
            **first,
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self._settings,
        }
        command = [*self._java, "-cp", self._path, "Nodes", *(f"{key}={value}" for key, value in settings.items())]
        with (self._folder / f"n{at}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait(self, *, status: str = "green", timeout: float = 900) -> Any:
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

    def processor(self) -> float:
        """Seconds of processor time that the nodes have used which run now."""
        running = [process.pid for process in self._processes if process.poll() is None]
        used = [Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13] for pid in running]
        return sum(int(each) for times in used for each in times) / os.sysconf("SC_CLK_TCK")

    def repair(self) -> None:
        """Starts the nodes that ended."""
        for at, process in enumerate(self._processes):
            if process.poll() is not None:
                self._processes[at] = self._started(at)

    def __enter__(self) -> Cluster:
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()
