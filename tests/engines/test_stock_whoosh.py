"""Stock Whoosh, in a process of its own that imports nothing of ours by itself, opens an index and finds what we find."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import searcher
from searcher.engines.whoosh import ENGINE, files
from searcher.engines.whoosh import writer as writing
from searcher.engines.whoosh.merge import merged
from searcher.indexing import manifest
from tests.engines.test_answers import SEED

STOCK = """
import json, sys, warnings
warnings.simplefilter("ignore")  # whoosh 2.7.4 was written before some of them
from whoosh import query
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

assert not [name for name in sys.modules if name.startswith("searcher")]
folder, asked = json.load(sys.stdin)
with open_dir(folder).searcher() as searcher:
    found = []
    for field, text in asked:
        parsed = QueryParser(field, searcher.schema).parse(text)
        hits = searcher.search(parsed, limit=None)
        marked = [hit.highlights(field, text=hit["text"]) for hit in hits[:1]] if field in ("words", "lemmas") else []
        found.append([repr(parsed), [hit["id"] for hit in hits], [hit.score for hit in hits], marked])
    every = [fields["id"] for fields in searcher.documents()]
    by_date = [hit["id"] for hit in searcher.search(query.Every(), sortedby="first_day", limit=None)]
print(json.dumps([every, by_date, found]))
"""

SUBJECTS = "le président turc;la présidente turque;les présidents turcs;l’armée syrienne;M. Erdoğan;les Kurdes".split(
    ";"
)
VERBS = "négocie;a négocié;refuse de négocier;attaque;condamne;parle de".split(";")
OBJECTS = (
    "un cessez-le-feu;la négociation;des négociations;l’accord;les accords d’Astana;12 000 réfugiés;l’U.R.S.S.".split(
        ";"
    )
)

PARSED = [
    ("lemmas", "négociations turques"),
    ("lemmas", "NEGOCIER accord"),
    ("lemmas", "l'armée"),
    ("lemmas", "président Erdogan"),
    ("words", '"président turc"'),
    ("words", '"les accords d’Astana"'),
    ("words", "cessez-le-feu"),
    ("words", '"12\u202f000"'),
    ("words", "URSS"),
    ("language", "FR"),
]
"""Field of Whoosh's query, text; ours is the same text."""


def stock(folder: Path, asked: list[tuple[str, str]]) -> Any:
    place = manifest.part(folder, manifest.read(folder, fingerprint=None)).place
    sent = json.dumps([str(place), asked])
    ended = subprocess.run([sys.executable, "-c", STOCK], input=sent, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def write_some(source: Path, rng: random.Random, numbers: range) -> None:
    source.mkdir(exist_ok=True)
    for number in numbers:
        sentences = [f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}." for _ in range(3)]
        published = f"{rng.randint(2011, 2020)}-{rng.randint(1, 12):02}"
        article = {"id": f"a{number}", "title": f"Titre {number}", "date": published, "text": "\n\n".join(sentences)}
        (source / f"{number}.json").write_text(json.dumps({**article, "language": "fr"}))


def ours(index: searcher.Index, field: str, text: str) -> list[str]:
    asked = f"language:{text}" if field == "language" else text
    results = index.search(asked, match="all", limit=100, variants=None)
    return sorted(hit.article.id for hit in results)


def test_stock_whoosh_finds_what_we_find_after_updates_and_merges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "TIER", 2)
    rng, folder, source = random.Random(SEED), tmp_path / "index", tmp_path / "source"
    merges: list[int] = []

    def counted(folder: Path, segments: list[files.Segment]) -> files.Segment:
        merges.append(len(segments))
        return merged(folder, segments)

    monkeypatch.setattr(writing, "merged", counted)
    for changed in (range(30), range(20, 35), range(3), *(range(at, at + 4) for at in range(40, 60, 4))):
        write_some(source, rng, changed)
        (source / f"{changed.stop - 1}.json").unlink()
        searcher.update(folder, [source], engine="whoosh", jobs=1)
        every, by_date, found = stock(folder, PARSED)
        with searcher.open(folder) as index:
            dates = {article.id: article.date or "" for article in index.articles()}
            assert sorted(every) == sorted(by_date) == sorted(dates), f"SEED={SEED}"
            assert [dates[each] for each in by_date] == sorted(dates.values()), f"SEED={SEED}"
            for (field, text), (parsed, its, scores, marked) in zip(PARSED, found, strict=True):
                shown = f"SEED={SEED} {field} {text} {parsed}"
                assert sorted(its) == ours(index, field, text), shown
                assert scores == sorted(scores, reverse=True), shown
                assert all(score > 0 for score in scores), shown
                assert all('class="match' in each for each in marked), shown
    assert len(merges) > 1


def test_the_manifest_covers_whooshs_table(tmp_path: Path) -> None:
    write_some(tmp_path / "source", random.Random(SEED), range(2))
    searcher.update(tmp_path / "index", [tmp_path / "source"], engine="whoosh", jobs=1)
    live = manifest.read(tmp_path / "index", fingerprint=None)
    (table,) = (tmp_path / "index" / live.generation / "whoosh").glob("_MAIN_*.toc")
    assert f"whoosh/{table.name}" in live.files
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(searcher.IndexDamaged, match=table.name):
        searcher.open(tmp_path / "index")


def test_whooshs_own_writer_is_refused(tmp_path: Path) -> None:
    from whoosh.index import open_dir

    ENGINE.create(tmp_path / "index").close()
    writer = open_dir(tmp_path / "index").writer()
    with pytest.raises(NotImplementedError, match="searcher index PATH"):
        writer.add_document(words="une phrase")
    writer.cancel()
