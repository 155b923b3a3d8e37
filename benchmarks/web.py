"""The web pages under load, beside Datasette over FTS5 on the same articles; /healthz and memory are watched meanwhile.

    python benchmarks/web.py INDEX [--seconds 60] [--connections 200] [--update FOLDER] [--only NAME] [--datasette DATABASE]
    python benchmarks/web.py INDEX --latency

wrk (Debian: apt install wrk) asks random questions, drawn from titles of the index. Printed: requests a second, answers by
status, p50, p95 and p99 of wrk (refusals included), the slowest /healthz, the largest memory (RSS).

`--only`: one of `pages`, `api`, `datasette-pages`, `datasette-json`; all of them without it. `--update`: a folder whose files
go into the index meanwhile, again and again. `--datasette`: a database with a table `articles` and its full-text index (FTS5);
needs `datasette` on the path. `--latency`: one question after another, by HTTP and by the library's calls that a page is made
of; p50 and p95 of both, and what a page weighs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

import searcher
from searcher.faces.web import assets
from searcher.faces.web.state import FACETS

QUERIES = 200
"""Questions that wrk draws from: single words, and pairs of neighbours, of articles drawn at random."""

LUA = """
local queries = {%s}
local counts = {}
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args) math.randomseed(os.time()); statuses = {} ; seen = "" end
function request() return wrk.format("GET", "%s" .. queries[math.random(#queries)]) end
function response(status) statuses[status] = (statuses[status] or 0) + 1
  local told = {} ; for code, n in pairs(statuses) do table.insert(told, code .. "=" .. n) end
  seen = table.concat(told, " ") end
function done(summary, latency, requests)
  for _, thread in ipairs(threads) do
    for code, n in string.gmatch(thread:get("seen"), "(%%d+)=(%%d+)") do
      counts[code] = (counts[code] or 0) + tonumber(n)
    end
  end
  for code, n in pairs(counts) do io.write("status " .. code .. ": " .. n .. "\\n") end
  local errors = summary.errors
  local told = "connect %%d read %%d write %%d timeout %%d\\n"
  io.write(string.format(told, errors.connect, errors.read, errors.write, errors.timeout))
  for _, share in ipairs({50, 95, 99}) do
    io.write(string.format("p%%d %%.0f ms\\n", share, latency:percentile(share) / 1000))
  end
end
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--update", type=Path)
    parser.add_argument("--datasette", type=Path)
    parser.add_argument("--only", choices=("pages", "api", "datasette-pages", "datasette-json"))
    parser.add_argument("--latency", action="store_true")
    given = parser.parse_args()
    asked = questions(given.index)
    if given.latency:
        compare_with_library(given.index, asked)
        return 0
    if shutil.which("wrk") is None:
        print("wrk is not installed; Debian: apt install wrk", file=sys.stderr)
        return 2
    ours = [sys.executable, "-m", "searcher", "serve", "--index", str(given.index)]
    theirs = ["datasette", "serve", str(given.datasette)]
    table = f"/{given.datasette.stem}/articles" if given.datasette is not None else ""
    lanes = {
        "pages": (ours, "/search?q=", "/healthz"),
        "api": (ours, "/api/v1/search?passages=0&q=", "/healthz"),
        "datasette-pages": (theirs, f"{table}?_size=10&_search=", "/-/versions.json"),
        "datasette-json": (theirs, f"{table}.json?_shape=array&_size=10&_search=", "/-/versions.json"),
    }
    for name, (command, path, health) in lanes.items():
        if given.only in (None, name) and (table or command is ours):
            print(f"{name}: {given.connections} connections, {given.seconds} s, {path}…", flush=True)
            port = free_port()
            load([*command, "--port", str(port)], port, path, health, asked, given)
    return 0


def questions(index: Path) -> list[str]:
    """The questions, as they stand in an address."""
    found: list[str] = []
    with searcher.open(index) as opened:
        for hit in opened.sample("", size=min(QUERIES, 1000), seed=1, passages=0):
            words = re.findall(r"[^\W\d_]{5,}", hit.article.title) or ["gouvernement"]
            found.append(quote_plus(" ".join(words[: 1 + len(found) % 2])))
    return found


def load(command: list[str], port: int, path: str, health: str, asked: list[str], given: argparse.Namespace) -> None:
    """Starts a server, puts it under load, prints what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(LUA % (", ".join(f'"{each}"' for each in asked), path))
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        over = threading.Event()
        seen = dict.fromkeys(("memory", "failed", "published", "not published"), 0.0)
        took: list[float] = []
        watching = threading.Thread(target=watch, args=(port, health, server.pid, over, seen, took))
        updating = threading.Thread(target=update, args=(given.index, given.update, over, seen))
        try:
            wait_for(port, health)
            watching.start()
            if given.update is not None:
                updating.start()
            wrk = ["wrk", "-t2", f"-c{given.connections}", f"-d{given.seconds}s", "--timeout", "30s"]
            ran = subprocess.run(
                [*wrk, "-s", str(script), f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=False
            )
            told = [line.strip() for line in ran.stdout.splitlines()]
            keep = ("p50", "p95", "p99", "Requests/sec", "status", "connect")
            print("\n".join(f"  {line}" for line in told if line.startswith(keep)))
        finally:
            over.set()
            if watching.is_alive():
                watching.join()
            if updating.is_alive():
                updating.join()
            server.terminate()
            server.wait(20)
        took.sort()
        middle, most = took[len(took) // 2], took[int(len(took) * 0.99)]
        print(f"  {health}: median {middle:.0f} ms, 99% {most:.0f} ms, slowest {took[-1]:.0f} ms of {len(took)}")
        print(f"  {health}: {seen['failed']:.0f} failed")
        if given.update is not None:
            print(f"  updates: {seen['published']:.0f} published, {seen['not published']:.0f} failed")
        print(f"  memory: {seen['memory']:.0f} MB at most")


def compare_with_library(index: Path, asked: list[str]) -> None:
    """The same questions asked of the server and of the library, in turns; prints milliseconds, and bytes of pages."""
    port = free_port()
    command = [sys.executable, "-m", "searcher", "serve", "--index", str(index), "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    pages: list[float] = []
    calls: list[float] = []
    weights: list[int] = []
    try:
        wait_for(port, "/healthz")
        with searcher.open(index) as opened:
            for timed in (False, False, True, True):  # first until every process has been warmed
                for question in asked:
                    began = time.perf_counter()
                    weight = fetch(port, f"/search?q={question}")
                    between = time.perf_counter()
                    make_page(opened, unquote_plus(question))
                    if timed:
                        pages.append((between - began) * 1000)
                        calls.append((time.perf_counter() - between) * 1000)
                        weights.append(weight)
    finally:
        server.terminate()
        server.wait(20)
    for name, took in (("page by HTTP", sorted(pages)), ("the library's calls", sorted(calls))):
        print(f"{name}: p50 {took[len(took) // 2]:.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms of {len(took)}")
    weights.sort()
    print(f"page: median {weights[len(weights) // 2] / 1000:.1f} KB, most {weights[-1] / 1000:.1f} KB")
    for name, content, _ in assets.files().values():
        print(f"{name}: {len(content) / 1000:.1f} KB")


def make_page(opened: searcher.Index, query: str) -> None:
    """The calls that the page of an answer is made of."""
    opened.search(query, limit=10, group=True)
    opened.facets(query, *FACETS, size=8)
    opened.timeline(query)


def fetch(port: int, path: str) -> int:
    """The bytes of an answer, which has to be a good one."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return len(body)


def watch(
    port: int, health: str, process: int, over: threading.Event, seen: dict[str, float], took: list[float]
) -> None:
    """Asks whether the server lives, five times a second (`took`: milliseconds), and looks at its memory."""
    while not over.wait(0.2):
        began = time.perf_counter()
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", health)
            seen["failed"] += connection.getresponse().status != 200
            connection.close()
        except OSError:
            seen["failed"] += 1
        took.append((time.perf_counter() - began) * 1000)
        seen["memory"] = max(seen["memory"], memory_of(process))


def memory_of(process: int) -> float:
    """Megabytes of a process and those that it started; pages that several of them share are counted in each (RSS)."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (OSError, IndexError):  # it has just ended
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(memory_of(int(each)) for each in children)


def update(index: Path, folder: Path, over: threading.Event, seen: dict[str, float]) -> None:
    """Publishes new states of the index until the load is over, from a process of its own, as in a newsroom."""
    added = folder / "added.txt"
    while not over.wait(5):
        added.write_text(f"Un article ajouté à {time.time()}.\n", "utf-8")
        command = [sys.executable, "-m", "searcher", "index", str(folder), "--index", str(index), "--jobs", "1"]
        ran = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seen["published"] += ran.returncode == 0
        seen["not published"] += ran.returncode != 0


def wait_for(port: int, health: str) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", health)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
