"""The French cases: an index in a cluster gives the answers of the built-in engine, with scores, passages and notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

import searcher
from tests.places import SHARED

pytestmark = pytest.mark.cluster

TODAY = date(2026, 11, 28)


def compare(place: Path, docs: Mapping[str, Any], queries: Iterable[str]) -> int:
    """Builds both indexes and asks both; how many queries were asked."""
    records = [{"id": name, **(doc if isinstance(doc, dict) else {"text": doc})} for name, doc in docs.items()]
    place.mkdir(parents=True)
    file = place / "articles.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    for engine in ("whoosh", "opensearch"):
        searcher.build(place / engine, [file], engine=engine)
    asked = 0
    with searcher.open(place / "whoosh") as one, searcher.open(place / "opensearch") as other:
        for query in queries:
            for match in searcher.Required:
                right, said = (
                    index.search(query, match=match, limit=1000, today=TODAY, timeout=None) for index in (one, other)
                )
                assert [hit.article for hit in said] == [hit.article for hit in right], query
                scores = [hit.score for hit in right]
                assert [hit.score for hit in said] == pytest.approx(scores, rel=1e-5), query
                assert [hit.passages for hit in said] == [hit.passages for hit in right], query
                assert [note.message for note in said.notes] == [note.message for note in right.notes], query
                asked += 1
    return asked


def test_the_fixture(tmp_path: Path) -> None:
    path = SHARED / "french_fixture.py"
    if not path.exists():
        pytest.skip("no shared material here")
    spec = spec_from_file_location("french_fixture", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert compare(tmp_path / "fixture", module.DOCS, [each.query for each in module.QUERIES]) > 100


def test_the_cases(tmp_path: Path) -> None:
    path = SHARED / "cases" / "french.jsonl"
    if not path.exists():
        pytest.skip("no shared material here")
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        kind = json.loads(line)
        compare(tmp_path / str(number), kind["docs"], [each["query"] for each in kind["queries"]])
