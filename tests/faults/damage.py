"""R5: bits that flip and files that end early: `searcher check` finds them, and a plain search is not misled by them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

from .archives import VERY_SMALL, Archive, judged
from .outcome import Outcome, Trial

FLIPS, TRUNCATIONS = 1_000, 500
SEARCHED_FLIPS, SEARCHED_TRUNCATIONS = 200, 100
TEXTS = 300
MISLED = 0.02
"""Share of searches that a damaged Tantivy index may answer with other articles: Tantivy tests no sums of its postings, as
docs/reliability.md says. What is shown of an article has to be right all the same."""
AS_IN_A_LARGE_INDEX = {**VERY_SMALL, "searcher.engines.folders:SMALL": 4 << 10}
"""An index of megabytes stands for one of gigabytes: its large files are not read when it is opened."""


def measure(trial: Trial) -> Outcome:
    """Damages of every file of an index, one at a time, checked; then those of a larger index, searched."""
    outcome = _checked(trial)
    if outcome.ok:
        _searched(trial, outcome)
    return outcome


def _checked(trial: Trial) -> Outcome:
    archive = Archive(trial.place / "archive", trial.rng, files=4, articles=10)
    index = trial.place / "index"
    ended = trial.runner.run("searcher", "index", archive.folder, "--index", index, "--engine", trial.engine)
    assert ended.status == 0, ended.said()
    _, wrong = judged(index, archive.content())
    assert wrong is None, wrong
    asked = trial.runner.run("searcher", "check", "--help")
    command = ["searcher", "check", "--index", str(index), *(["--full"] if "--full" in asked.out + asked.err else [])]
    sound = trial.runner.run(*command)
    outcome = Outcome(0, "every one found, no signal, no hang")
    if sound.status:
        outcome.wrong.append(f"an index that is sound: {sound.said()}")
        return outcome
    files = [
        path for path in sorted(index.rglob("*")) if path.is_file() and path.name != ".lock" and path.stat().st_size
    ]
    kinds = ["flip"] * trial.some(FLIPS, 8) + ["cut"] * trial.some(TRUNCATIONS, 4)
    lengths = {path: path.stat().st_size for path in files}
    for at, kind in enumerate(kinds):
        path = files[at % len(files)] if at % 2 else trial.rng.choices(files, list(lengths.values()))[0]
        was = path.read_bytes()
        bad, where = flipped(was, trial.rng) if kind == "flip" else cut(was, trial.rng)
        _replace(path, bad)
        ended = trial.runner.run(*command, settings=VERY_SMALL, timeout=30)
        _replace(path, was)
        outcome.count += 1
        if ended.hung or ended.status != 3:
            outcome.wrong.append(f"{path.name}, {where}: {'hung' if ended.hung else ended.said()}")
    outcome.reached = f"over {len(files)} files"
    shutil.rmtree(index)
    return outcome


def _searched(trial: Trial, outcome: Outcome) -> None:
    """Bits flipped in an index, each as likely as every other, and files cut: a search answers as before, or says so."""
    archive, index = trial.place / "texts.jsonl", trial.place / "searched"
    texts: dict[str, str] = {}
    with archive.open("w", encoding="utf-8") as stream:
        for number in range(trial.some(TEXTS, 100)):
            words = trial.rng.choices(WORDS, [1 / (at + 1) for at in range(len(WORDS))], k=trial.rng.randint(150, 400))
            date = f"20{trial.rng.randrange(24):02}-0{trial.rng.randint(1, 9)}-1{trial.rng.randrange(10)}"
            record = {"title": f"Titre {number}", "text": f"{' '.join(words)} {number}", "date": date, "source": "AFP"}
            texts[record["title"]] = record["text"]
            stream.write(json.dumps(record) + "\n")
    ended = trial.runner.run("searcher", "index", archive, "--index", index, "--engine", trial.engine, "--jobs", "1")
    assert ended.status == 0, ended.said()

    def answered() -> tuple[int, object]:
        ended = trial.runner.call("damage:answers", AS_IN_A_LARGE_INDEX, folder=str(index)).wait(60)
        return ended.status, ended.answer() if ended.status == 0 else ended.said()

    sound = answered()
    assert sound[0] == 0, sound
    files = [each for each in sorted(index.rglob("*")) if each.is_file() and each.stat().st_size]
    lengths = [each.stat().st_size for each in files]
    kinds = ["flip"] * trial.some(SEARCHED_FLIPS, 8) + ["cut"] * trial.some(SEARCHED_TRUNCATIONS, 4)
    told = unharmed = misled = 0
    for kind in kinds:
        path = trial.rng.choices(files, lengths)[0]
        was = path.read_bytes()
        bad, where = flipped(was, trial.rng) if kind == "flip" else cut(was, trial.rng)
        _replace(path, bad)
        status, answer = answered()
        _replace(path, was)
        outcome.count += 1
        if (status, answer) == sound:
            unharmed += 1
        elif status == 0 and isinstance(answer, str):
            told += 1
        elif status == 0 and trial.engine == "tantivy" and _is_shown(answer, texts):
            misled += 1
        else:
            what = "another answer" if status == 0 else answer
            outcome.wrong.append(f"a search, {path.name}, {where}: {what}")
    if misled > max(len(kinds) * MISLED, 1):
        outcome.wrong.append(f"{misled} of {len(kinds)} searches found other articles")
    outcome.reached += f"; of {len(kinds)} searches {told} said so, {unharmed} answered as before"
    outcome.reached += f", {misled} found other articles" if misled else ""


def _is_shown(answer: object, texts: dict[str, str]) -> bool:
    """Whether the articles of an answer are shown as they were indexed, whichever were found."""
    assert isinstance(answer, list)
    shown = [dict(zip(SHOWN, hit[1:], strict=True)) for _, hits in answer for hit in hits]
    return all(texts.get(each["title"]) == each["text"] for each in shown)


WORDS = [first + middle + last for first in ("mar", "bud", "gou", "prés", "tri") for middle in ("", "a", "é", "ion", "eur")
         for last in ("ché", "get", "vern", "ident", "bunal", "e", "ois", "ine", "té", "ment", "ance", "ier")]  # fmt: skip
"""Three hundred words, the first of them common."""


def answers(folder: str) -> object:
    """What an index answers to some queries, in whole; the message, when it says that it cannot."""
    import searcher

    try:
        with searcher.open(folder) as index:
            asked = []
            for query in QUERIES:
                results = index.search(query, limit=20)
                hits = [[hit.score, *(str(getattr(hit.article, each)) for each in SHOWN)] for hit in results.hits]
                asked.append([results.total, hits])
            return asked
    except (searcher.IndexUnusable, searcher.ReadFailed) as error:
        return str(error) or "damaged"


SHOWN = ("id", "title", "text", "date", "source")
QUERIES = [
    f"{WORDS[0]} {WORDS[40]}",
    *(f'"{WORDS[1]} {WORDS[2]}"', WORDS[3], f"{WORDS[200]} OR {WORDS[299]}", f"{WORDS[5]} -{WORDS[0]}"),
    *("gou*", "titre", f"{WORDS[4]} since:2010 until:2015"),
]


def flipped(content: bytes, rng: Random) -> tuple[bytes, str]:
    at, bit = rng.randrange(len(content)), rng.randrange(8)
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :], f"bit {bit} of byte {at} flipped"


def cut(content: bytes, rng: Random) -> tuple[bytes, str]:
    left = rng.choice((0, len(content) - 1, rng.randrange(len(content))))
    return content[:left], f"{left} of {len(content)} bytes left"


def _replace(path: Path, content: bytes) -> None:
    """Under another inode: no process that has the file open meets a change."""
    temporary = path.with_name(f"{path.name}~")
    temporary.write_bytes(content)
    temporary.replace(path)
