"""R8 and R9: queries that nobody should type, parsed in any number and answered on a large index."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import date as Date
from pathlib import Path
from random import Random
from typing import Any

import searcher
from searcher.archive import index as index_module
from searcher.engines import protocol
from searcher.engines.opensearch import ENGINE
from searcher.engines.opensearch import target as targets
from searcher.engines.opensearch.client import Client
from searcher.engines.opensearch.target import Access
from searcher.indexing.workers.usage import processor
from searcher.query.parse import parse

from .outcome import Outcome, Trial

QUERIES = 100_000
SLOWEST_PARSE = 0.050  # seconds
ARTICLES = 100_000
SLOWEST_ANSWER = 1.0  # seconds
LONGEST_WAIT = 10.0  # seconds on the clock, where others work for the answer and the machine may be busy
TIMEOUT = 0.8  # seconds for a search, which leaves some to end it
TODAY = Date(2020, 3, 18)

_PIECES = """
    ( ) (( )) " « » “ ” < > << ~ ~2 ~9 ~99999 * ** ?? a* ab* *ab a?b ab*cd*ef - -- + = != ^ ! & && | || OU OR ET AND SAUF NOT
    titre: title: auteur: source: langue: date: depuis: avant: après: until: since: url:x :: : ; , . … ' ’ l' d’ qu’il
    aujourd’hui
    date:2020 date:2011..2013 date:"mars date:mars date:99/99/9999 depuis:hier avant:0000 date:"du 3 au 7 mai 2020" date:il
    Erdoğan Erdogan Путин œuvre ŒUVRE 50% 1er n° C++ a.b.c http://a.b/c?d=e&f x@y.z 3,14 10 000 2020-03-12 vingt-et-un
    \\ \\" \x00 \x1b[31m \ud800 \u202e \u200b \ufeff e\u0301\u0301\u0301 ﷽ 𝔘𝔫 🗞️ 中文 ქართული ا ſ ß İ ı ǆ ﬀ
""".split(" ")


def generated(rng: Random) -> str:
    """A query: pieces of the language, random characters, or one thing very often."""
    match rng.randrange(6):
        case 0:
            return "".join(
                chr(rng.randrange(1, rng.choice((128, 0x300, 0x3000, 0x110000)))) for _ in range(rng.randrange(200))
            )
        case 1:
            return rng.choice(_PIECES) * rng.choice((2, 19, 21, 65, 257, 1000, 2048, 5000))
        case 2:
            some = rng.choices(_PIECES, k=3)
            return rng.choice(("", " ")).join(some * rng.choice((5, 30, 100, 400)))[: rng.choice((2048, 2049))]
        case 3:
            depth = rng.choice((5, 19, 20, 21, 100, 1000))
            return rng.choice('(«"') * depth + "Assad" + rng.choice(')»"') * rng.choice((depth, depth - 1, 0))
        case _:
            return rng.choice(("", " ", " ", " ")).join(rng.choices(_PIECES, k=rng.randrange(1, 40)))


def measure_parsing(trial: Trial) -> Outcome:
    """Every text is parsed, or refused with a reason, quickly."""
    seed, count = trial.rng.randrange(1 << 32), trial.some(QUERIES, 100)
    share = -(-count // 2)
    runs = [trial.runner.call("queries:parsed", seed=seed + at * count, count=share) for at in range(2)]
    outcome = Outcome(2 * share, "0 uncaught, 50 ms each at most")
    slowest, refused = 0.0, 0
    for run in runs:
        ended = run.wait(1800)
        if ended.status:
            outcome.wrong.append(ended.said())
            continue
        answer = ended.answer()
        slowest = max(slowest, answer["slowest"])
        refused += answer["refused"]
        outcome.wrong += answer["wrong"]
        outcome.slow += answer["slow"]
    outcome.reached = f"slowest {slowest * 1000:.1f} ms, {refused} refused"
    return outcome


def parsed(seed: int, count: int) -> dict[str, Any]:
    wrong: list[str] = []
    slow: list[str] = []
    slowest, refused = 0.0, 0
    for number in range(seed, seed + count):
        query = generated(Random(number))
        took = 0.0
        for attempt in range(3):
            began = time.process_time()
            try:
                parse(query, today=TODAY)
            except (searcher.QueryError, searcher.DateError):
                refused += attempt == 0
            except BaseException as error:
                wrong.append(f"query {number}: {type(error).__name__} {query[:100]!a}")
                break
            this = time.process_time() - began
            took = this if attempt == 0 else min(took, this)
            if took < SLOWEST_PARSE / 3:
                break
        slowest = max(slowest, took)
        if took > SLOWEST_PARSE:
            slow.append(f"query {number}: {took * 1000:.0f} ms {query[:100]!a}")
    return {"wrong": wrong[:50], "slow": slow[:50], "slowest": slowest, "refused": refused}


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_SYLLABLES = """
    ba be bi bo ca ce co da de di do fa fe fi ga go la le li lo ma me mi mo na ne no pa pe po
    ra re ri ro sa se si so ta
""".split()


def hostile(rng: Random) -> list[str]:
    """Forty queries, each of which brought an engine down or kept it busy for long."""
    word = "".join(rng.choices(_SYLLABLES, k=3))
    return [
        "*" * 10,
        " ".join(["*a*"] * 10),
        " ".join(f"*{each}*" for each in "abcdefghij"),
        "a*",
        "ba*",
        "ba* be* bi* bo* ca* ce* co* da* de* di*",
        " OU ".join(f"{each}*" for each in _SYLLABLES),
        " ".join(f"{each}*" for each in _SYLLABLES),
        "ba*ba*ba*ba*",
        "b?b?b?b?b?",
        " ".join(f"b?{each}" for each in _SYLLABLES),
        f"{word}~9",
        f"{word}~2",
        " ".join(f"{each}{word}~2" for each in _SYLLABLES[:20]),
        " OU ".join(f"~{each}{word}" for each in _SYLLABLES[:30]),
        "b" * 1_000_000,
        "b" * 128,
        "(" * 1_000 + "a" + ")" * 1_000,
        "(" * 8_400,
        "(" * 20 + "babe" + ")" * 20,
        " OU ".join(["babe"] * 200),
        " ".join(f"mot{n}" for n in range(256)),
        " ".join("".join(rng.choices(_SYLLABLES, k=2)) for _ in range(250)),
        " OU ".join("".join(rng.choices(_SYLLABLES, k=2)) for _ in range(180)),
        '"' + " ".join(["le"] * 64) + '"',
        '"' + " ".join(["de la"] * 32) + '"~100',
        '"le budget de la ville"~100',
        '"' + " ".join(["ville"] * 300) + '"',
        '"le la"~99999',
        '"' * 1_000,
        "-" * 1_000 + "budget",
        "-budget",
        "-le -la -de",
        "budget " + " ".join(f"-mot{n}" for n in range(200)),
        "titre:(" + " OU ".join(f"{each}*" for each in _SYLLABLES) + ")",
        "date:0001..9999",
        "date:" + "9" * 500,
        "le OU la OU de OU budget OU ville OU sur",
        "«" * 500 + "budget" + "»" * 500,
        "budget " * 290,
        "e\u0301" * 1_000,
        "(le ET la) OU (de ET sur) OU (budget ET ville) " * 20,
    ]


def archive_of(path: Path, articles: int, rng: Random) -> None:
    """Small articles in which words of syllables make for many terms, and a few stand in all."""
    words = ["".join(rng.choices(_SYLLABLES, k=rng.choice((2, 3, 3, 4, 4)))) for _ in range(200_000)]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(articles):
            text = f"Le budget de la ville sur {' '.join(rng.choices(words, k=14))} mot{number % 997}."
            date = f"{1900 + number % 120}-{1 + number % 12:02}-{1 + number % 28:02}"
            stream.write(
                json.dumps({"id": str(number), "title": f"Titre {words[number]}", "text": text, "date": date}) + "\n"
            )


def measure_answers(trial: Trial) -> Outcome:
    """Hostile queries on a large index: answered in a second, stopped by then with a word about it, or refused with the
    reason."""
    articles = trial.some(ARTICLES, 1_000)
    file, index = trial.place / "articles.jsonl", trial.place / "index"
    archive_of(file, articles, Random(7))
    searcher.build(index, [file], engine=trial.engine)
    file.unlink()
    outcome = Outcome(0, "1 s at most, stopped and said so, or refused with the reason")
    queries = hostile(trial.rng)
    if trial.share < 1:
        queries = trial.rng.sample(queries, trial.some(len(queries), 5))
    nodes = _nodes() if trial.engine == ENGINE.name else []
    slowest, longest, refused, stopped = 0.0, 0.0, 0, 0
    for number, query in enumerate(queries):
        outcome.count += 1
        ended = trial.runner.call("queries:answered", index=str(index), query=query, nodes=nodes).wait(60)
        shown = f"query {number}, {query[:40]!a}"
        if ended.status:
            outcome.wrong.append(f"{shown}: {f'no answer after {ended.cpu:.0f} s' if ended.hung else ended.said()}")
            continue
        answer = ended.answer()
        refused += answer["refused"] is not None
        stopped += answer["stopped"] != ""
        slowest, longest = max(slowest, answer["seconds"]), max(longest, answer["clock"])
        if answer["seconds"] > SLOWEST_ANSWER or (nodes and answer["clock"] > LONGEST_WAIT):
            outcome.slow.append(f"{shown}: {answer['seconds']:.2f} s, {answer['clock']:.2f} s on the clock")
        if answer["refused"] == "" or ended.megabytes > 1024:
            outcome.wrong.append(f"{shown}: {ended.megabytes} MB, refused: {answer['refused']}")
        if answer["silent"]:
            outcome.wrong.append(f"{shown}: stopped without a word")
    on_the_clock = f" ({longest:.2f} s on the clock)" if nodes else ""
    outcome.reached = (
        f"{articles} articles, slowest {slowest:.2f} s{on_the_clock}, {refused} refused, {stopped} stopped"
    )
    return outcome


def _nodes() -> list[int]:
    """The processes of a cluster on this machine."""
    client = Client(tuple(os.environ[targets.URL].split()), Access())
    listed = client.ask("GET", "/_nodes/process?filter_path=nodes.*.process.id")
    client.close()
    return [int(node["process"]["id"]) for node in listed["nodes"].values()]


def answered(index: str, query: str, nodes: list[int]) -> dict[str, Any]:
    """How long an answer takes, the least of two, in a process that has just begun and in a warm one.

    `seconds` are of the processor, because the machine may be busy with other things, and so is the time that stops a search.
    Where a cluster works for the answer, in these `nodes` (processes), the clock stops a search. Then `seconds` are those of
    the clock, or those of the processor, here and in the busiest node, whichever are fewer: a clock shows about the latter
    where each node has a machine of its own that does nothing else.
    """
    now: Callable[[], float] = time.monotonic if nodes else time.process_time
    took: list[float] = []
    clocked: list[float] = []
    refused, stopped, silent = None, "", False
    protocol.monotonic = index_module.monotonic = now  # type: ignore[attr-defined]
    with searcher.open(index) as opened:
        while len(took) < 2:
            began, used, others = time.monotonic(), time.process_time(), list(map(processor, nodes))
            try:
                found = opened.search(query, today=TODAY, timeout=TIMEOUT)
                stopped = next((note.message for note in found.notes if note.kind == "timeout"), "")
                silent = not found.complete and not stopped
            except searcher.SearcherError as error:
                refused = str(error)
            clocked.append(time.monotonic() - began)
            busiest = max((processor(node) - before for node, before in zip(nodes, others, strict=True)), default=0.0)
            took.append(time.process_time() - used + busiest)
            if nodes:
                took[-1] = min(took[-1], clocked[-1])
            if took[-1] < SLOWEST_ANSWER / 2:
                break
    return {
        "seconds": min(took),
        "clock": min(clocked),
        "refused": refused,
        "stopped": stopped,
        "silent": silent,
    }
