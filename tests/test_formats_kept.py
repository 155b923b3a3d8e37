"""Indexes of every format there has been, kept from version 2 on: each opens and answers, or is refused with what rebuilds it.

A new format, engine version or analysis adds a file to `tests/indexes/`, made with `python tests/test_formats_kept.py`; none is
ever replaced.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

import searcher
from searcher import analysis, manifest

HERE = Path(__file__).resolve().parent
KEPT = sorted((HERE / "indexes").glob("*.tar.gz"))
ENGINES = {"whoosh", "tantivy"}


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name)
def test_it_opens_or_says_what_rebuilds_it(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "tantivy" in kept.name:
        pytest.importorskip("tantivy", reason="the tantivy engine is an extra")
    monkeypatch.chdir(tmp_path)
    with tarfile.open(kept) as archive:
        archive.extractall(tmp_path, filter="data")
    for path in (tmp_path / "index", tmp_path / "index" / manifest.NAME):
        path.chmod(path.stat().st_mode & ~0o002)
        os.chown(path, os.geteuid(), -1)
    found = manifest.read(tmp_path / "index", fingerprint=None)
    if (found.format, found.fingerprint) == (manifest.FORMAT, analysis.FINGERPRINT):
        with searcher.open(tmp_path / "index") as index:
            assert index.check(full=True) == []
            assert [hit.article.id for hit in index.search("Erdoğan Assad")] == ["000_46078d7cf27677f4"]
    else:
        with pytest.raises(searcher.IndexForeign, match="rebuild with: ") as refused:
            searcher.open(tmp_path / "index")
        command = shlex.split(str(refused.value).partition("rebuild with: ")[2])
        assert command[:2] == ["searcher", "index"]
    shutil.copytree(HERE.parent / "seeds", tmp_path / "seeds")
    report = searcher.update(tmp_path / "index", ["seeds"])  # whatever it was, a run brings it up to date
    assert report.articles >= 2
    with searcher.open(tmp_path / "index") as index:
        assert index.search("Erdoğan Assad").total == 1


def test_the_present_format_is_kept() -> None:
    for engine in ENGINES:
        assert (HERE / "indexes" / f"{_name(engine)}.tar.gz").exists(), f"run: python {Path(__file__).name}"


def _name(engine: str) -> str:
    return f"format-{manifest.FORMAT}-{engine}-{analysis.FINGERPRINT.replace('/', '-').replace(' ', '-')}"


def main() -> None:
    """Keeps the present format, where it is not kept yet."""
    (HERE / "indexes").mkdir(exist_ok=True)
    os.chdir(HERE.parent)
    for engine in sorted(ENGINES):
        target = HERE / "indexes" / f"{_name(engine)}.tar.gz"
        if target.exists():
            continue
        folder = Path(sys.argv[1]) / engine / "index"
        searcher.build(folder, ["seeds"], engine=engine)
        with tarfile.open(target, "w:gz") as archive:
            archive.add(folder, "index", filter=lambda member: None if member.name == "index/.lock" else member)


if __name__ == "__main__":
    main()
