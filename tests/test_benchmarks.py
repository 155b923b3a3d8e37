"""The benchmarks' own instruments: a made archive grows as the real one does, and every driver finds what there is to find."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from random import Random

import pytest

from tests import places

BENCHMARKS = places.ROOT / "benchmarks"
DRIVER = "from peers.driver import main; main()"
SYSTEM = "/usr/bin/python3"

TOWNS = "Lyon Nantes Brest Dijon Calais".split()
THINGS = "pont port stade train tunnel parc canal phare quai four".split()


def _ran(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(BENCHMARKS), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False)


def _run(*words: str) -> str:
    ran = _ran(*words)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _absent(python: str, peer: str) -> str | None:
    """Why a peer cannot be run here."""
    if not Path(python).exists():
        return f"there is no {python}"
    ran = _ran(python, "-c", DRIVER, peer, "version")
    return ran.stderr.strip().splitlines()[-1] if ran.returncode else None


def _write(path: Path, articles: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), "utf-8")
    return path


# ── a made archive ──


def _archive(count: int) -> list[dict[str, str]]:
    """Articles that gain words as language does: the more there are, the less often the next is a new one."""
    chances = Random(7)
    said = ["mot"]

    def word() -> str:
        new = chances.random() < len(said) ** -0.4
        said.append("".join(chances.choices("abcdefghilmnoprstuv", k=8)) if new else chances.choice(said))
        return said[-1]

    def paragraph() -> str:
        return " ".join(word() for _ in range(20))

    return [
        {
            "id": f"a{number}",
            "date": f"{2019 + number % 2}-05-01",
            "title": paragraph(),
            "text": "\n\n".join(paragraph() for _ in range(5)),
        }
        for number in range(count)
    ]


def _different(articles: list[dict[str, str]]) -> int:
    return len({word for each in articles for word in re.findall(r"\w+", f"{each['title']} {each['text']}".lower())})


def test_it_gains_words_at_the_rate_of_the_real_archive(tmp_path: Path) -> None:
    real = _archive(200)
    source = _write(tmp_path / "real.jsonl", real)
    known = json.loads(_run(sys.executable, str(BENCHMARKS / "grow.py"), str(source), str(tmp_path / "made"), "1000"))
    made = [json.loads(line) for line in (tmp_path / "made").read_text("utf-8").splitlines()]
    assert made[:200] == real
    assert len({article["id"] for article in made}) == 1000
    assert known["different"] == _different(made)
    for count in (400, 700, 1000):
        expected = _different(real) * (count / 200) ** known["exponent"]
        assert _different(made[:count]) == pytest.approx(expected, rel=0.01), count


def test_it_makes_the_same_archive_of_the_same_seed(tmp_path: Path) -> None:
    source = _write(tmp_path / "real.jsonl", _archive(30))
    made = []
    for name, seed in (("one", "1"), ("again", "1"), ("other", "2")):
        _run(sys.executable, str(BENCHMARKS / "grow.py"), str(source), str(tmp_path / name), "90", "--seed", seed)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] != made[2]


# ── drivers ──


@pytest.fixture(scope="module")
def articles() -> list[dict[str, str]]:
    """Every thing in every town: fifty."""
    return [
        {
            "id": f"{town}-{thing}",
            "title": f"Le {thing} de {town}",
            "text": f"Hier à {town}.\n\nVu près du {thing} vert.",
        }
        for town, thing in product(TOWNS, THINGS)
    ]


@pytest.mark.parametrize(
    ("peer", "python"),
    [
        ("ours:whoosh", sys.executable),
        ("ours:tantivy", sys.executable),
        ("whoosh", sys.executable),
        ("tantivy:2", sys.executable),
        ("fts5", sys.executable),
        ("bm25s", sys.executable),
        ("xapian", SYSTEM),
    ],
)
def test_it_finds_what_there_is_to_find(peer: str, python: str, articles: list[dict[str, str]], tmp_path: Path) -> None:
    if reason := _absent(python, peer):
        pytest.skip(reason)
    archive, index = _write(tmp_path / "fifty.jsonl", articles), tmp_path / "index"
    queries = [{"words": f"{thing} {town}", "phrase": f"{thing} de {town}"} for town, thing in product(TOWNS, THINGS)]
    (tmp_path / "queries").write_text(json.dumps(queries), "utf-8")
    built = json.loads(_run(python, "-c", DRIVER, peer, "build", str(archive), str(index)))
    assert built["articles"] == 50
    asked = json.loads(_run(python, "-c", DRIVER, peer, "ask", str(index), str(tmp_path / "queries"), "60", "clock"))
    assert asked["count"] == 50
    for (town, thing), number in zip(product(TOWNS, THINGS), range(50), strict=True):
        for kind, answers in asked["answers"].items():
            total, found = answers[number]
            assert found[0] == f"{town}-{thing}", kind
            if kind == "or":
                assert total in (None, 14)
                assert all(town in each or thing in each for each in found)
                assert len(found) == 10
            else:
                assert total in (None, 1)
                assert len(found) == 1
    assert all(len(times) == 50 for times in asked["times"].values())
    if peer.startswith("ours"):
        counted = json.loads(
            _run(python, "-c", DRIVER, peer, "counts", str(index), str(tmp_path / "queries"), "processor")
        )
        assert {kind: len(times) for kind, times in counted.items()} == {"and": 50, "or": 50}
    if peer.startswith(("ours", "tantivy")):
        more = _write(tmp_path / "more.jsonl", [{"id": "new", "title": "Le canal de Metz", "text": "Demain à Metz."}])
        assert 0 < json.loads(_run(python, "-c", DRIVER, peer, "update", str(index), str(more)))["written_mb"] < 1
