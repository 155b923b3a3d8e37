"""Modes of the files of an index → who may read it: whoever the umask lets, and what everybody else is told."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import searcher
from searcher import engines
from searcher.errors import ReadFailed, UsageError, not_read

SOMEBODY = 12345  # a user without a name


@pytest.fixture(params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    try:
        engines.load(request.param)
    except UsageError as error:
        pytest.skip(str(error))
    return str(request.param)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def built(place: Path, engine: str) -> Path:
    """An index of two files, made in two runs: its second generation shares files with its first."""
    archive, index = place / "archive", place / "index"
    archive.mkdir()
    for name in ("budget", "mairie"):
        (archive / f"{name}.txt").write_text(f"Le {name} a été présenté mercredi devant les députés.\n", "utf-8")
        searcher.update(index, [archive], engine=engine)
    return index


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o027, 0o077, 0o000])
def test_files_of_an_index_have_the_modes_that_the_umask_gives(engine: str, mask: int, tmp_path: Path) -> None:
    with umask(mask):
        index = built(tmp_path, engine)
    taken = mask | 0o002  # an index that anyone may write to is refused
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (index, *index.rglob("*"))}
    wanted = {path: (0o777 if path.is_dir() else 0o666) & ~taken for path in modes}
    assert modes == wanted


def test_an_update_under_another_umask_gives_all_files_of_its_generation_that_mode(engine: str, tmp_path: Path) -> None:
    with umask(0o077):
        index = built(tmp_path, engine)
    with umask(0o022):
        (tmp_path / "archive" / "new.txt").write_text("Le ministre des finances a répondu aux députés.\n", "utf-8")
        searcher.update(index, [tmp_path / "archive"])
    with searcher.open(index) as opened:
        generation = index / opened.about.generation
    assert {stat.S_IMODE(path.stat().st_mode) for path in generation.rglob("*") if path.is_file()} == {0o644}


def as_somebody(place: Path, index: Path) -> str:
    """What another user is answered: how many articles are found, or the message of the error."""
    for each in (place, *place.parents):
        if each.stat().st_mode & stat.S_IXOTH == 0:
            each.chmod(each.stat().st_mode | stat.S_IXOTH)
    searcher.open(index).close()  # imports what another user may not be able to import
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(SOMEBODY)
            os.setuid(SOMEBODY)
            os.environ["SEARCHER_TRUST"] = str(index)
            with searcher.open(index) as opened:
                said = str(opened.search("député").total)
        except searcher.SearcherError as error:
            said = f"{type(error).__name__}: {error}"
        except BaseException as error:
            said = repr(error)
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return said


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@needs_root
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_another_user_searches_an_index_that_the_umask_lets_him_read(engine: str, tmp_path: Path) -> None:
    with umask(0o022):
        index = built(tmp_path, engine)
    assert as_somebody(tmp_path, index) == "2"


@needs_root
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_another_user_is_told_who_owns_a_file_and_what_would_help(engine: str, tmp_path: Path) -> None:
    with umask(0o022):
        index = built(tmp_path, engine)
    with searcher.open(index) as opened:
        part = index / opened.about.generation / engine
    for path in sorted(part.iterdir()):
        if path.suffix in (".toc", ".lock") or path.name == ".managed.json":
            continue  # no search reads these
        mode = path.stat().st_mode
        path.chmod(0o600)
        assert as_somebody(tmp_path, index) == (
            f"ReadFailed: {path}: the index cannot be read (permission denied); "
            f"ask its owner root to run: chmod -R a+rX {part}"
        )
        path.chmod(mode)


def test_the_owner_is_told_that_a_file_is_his(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir(0o755)
    refused = PermissionError(13, "Permission denied", str(index))
    assert isinstance(not_read(index, refused), ReadFailed)
    assert str(not_read(index, refused)) == (
        f"{index}: the index cannot be read (permission denied); it is yours, with mode 755; run: chmod -R u+rX {index}"
    )
