"""The two commands, run as they are installed; a small archive to ask."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

import searcher
from searcher.faces import cli


@dataclass(frozen=True)
class Ran:
    """How a command ended and everything it printed."""

    status: int
    out: str
    err: str


class Run(Protocol):
    def __call__(self, *words: str, stdin: bytes = b"") -> Ran: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `search …` or `searcher …` through the entry points that are installed."""

    def run(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", list(words))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            {"search": cli.search_main, "searcher": cli.main}[words[0]]()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "internal error" not in err
        assert isinstance(end.value.code, int)
        return Ran(end.value.code, out, err)

    return run


ARTICLES = [
    {
        "id": "a1",
        "title": "Le budget adopté",
        "text": "Le budget de la ville est adopté. La police reste.",
        "source": "AFP",
        "date": "2020-01-07",
        "author": "Léa Roy",
        "url": "https://exemple.fr/a1",
    },
    {
        "id": "a2",
        "title": "La police en grève",
        "text": "La police demande un budget plus élevé, l’État un budget moindre.",
        "source": "Le Monde",
        "date": "2020-02",
    },
    {"id": "a3", "title": "Une école ouvre", "text": "Le maire ouvre une école sans budget.", "source": "AFP"},
]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an index over `ARTICLES`, which the commands find."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), "utf-8")
    searcher.build(tmp_path / "index", [tmp_path / "articles.jsonl"])
    monkeypatch.setenv("SEARCHER_INDEX", str(tmp_path / "index"))
    return tmp_path / "index"
