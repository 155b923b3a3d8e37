"""What a search imports: every module costs the person who waits for it. `benchmarks/coldstart.py` has the milliseconds."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

import searcher
from searcher.analysis import names
from searcher.engines import folders
from tests import places

HERE = places.ROOT

# Without `site`: what an environment imports by itself is not ours. Names with an underscore are Python's own affair.
SEARCHING = """
import sys
sys.path += {path}
before = set(sys.modules)
sys.argv = {line}
from searcher.faces.cli import search_main
try:
    search_main()
finally:
    print(*(set(sys.modules) - before), file=sys.stderr)
"""

OURS = set(
    """
    searcher
    searcher.analysis searcher.analysis.beginnings
    searcher.analysis.cyrillic searcher.analysis.elision searcher.analysis.entry searcher.analysis.fold
    searcher.analysis.inclusive searcher.analysis.lemmas searcher.analysis.lexicon searcher.analysis.names
    searcher.analysis.pieces searcher.analysis.scan searcher.analysis.sentences searcher.analysis.stems
    searcher.analysis.stopwords searcher.analysis.respellings searcher.analysis.words
    searcher.archive searcher.archive.answering searcher.archive.index searcher.archive.locate searcher.archive.state
    searcher.article
    searcher.engines searcher.engines.bm25 searcher.engines.compressed searcher.engines.folders searcher.engines.lookup
    searcher.engines.matching searcher.engines.postings searcher.engines.protocol searcher.engines.ranks
    searcher.engines.whoosh searcher.engines.whoosh.blocks searcher.engines.whoosh.files
    searcher.engines.whoosh.reader searcher.engines.whoosh.score
    searcher.engines.stored searcher.engines.whoosh.dictionary searcher.engines.whoosh.segment
    searcher.errors
    searcher.faces searcher.faces.cli searcher.faces.cli.answer searcher.faces.cli.language
    searcher.faces.cli.options searcher.faces.cli.question searcher.faces.cli.settings
    searcher.faces.cli.running searcher.faces.cli.words
    searcher.indexing searcher.indexing.manifest
    searcher.messages searcher.messages.english searcher.patterns
    searcher.query searcher.query.ask searcher.query.ast searcher.query.chunks searcher.query.dates searcher.query.lex
    searcher.query.lookup
    searcher.query.marks searcher.query.matches searcher.query.nearness searcher.query.notes searcher.query.parse
    searcher.query.parts searcher.query.phrases searcher.query.plan
    searcher.query.shapes searcher.query.understand searcher.query.weights searcher.query.widening searcher.query.wishes
    searcher.render searcher.render.plain searcher.render.terminal
    searcher.results searcher.results.marking searcher.results.passages searcher.results.values
    searcher.values
    """.split()
)
THEIRS = {
    "Stemmer": "PyStemmer stems",
    "cython_runtime": "PyStemmer is written in Cython",
    "snowballstemmer": "chooses PyStemmer when it is there",
    "unidecode": "folds",
}
PYTHON = set(
    """
    array bisect collections contextlib copyreg datetime enum errno fnmatch functools gc genericpath heapq importlib
    ipaddress itertools json keyword math mmap ntpath operator os pathlib posixpath re reprlib stat struct types typing
    unicodedata urllib warnings zlib
    """.split()
)
"""Of Python's library; `ipaddress` and `urllib` are what `pathlib` needs, `ntpath` and `fnmatch` too."""

DEAR = {
    "argparse": "3 ms",
    "calendar": "3 ms, with locale",
    "dataclasses": "8 ms, with inspect; a value derives from searcher.values.Value",
    "hashlib": "4 ms, with OpenSSL",
    "inspect": "6 ms",
    "shutil": "3 ms, with bz2 and lzma",
    "textwrap": "1 ms",
    "typer": "50 ms",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over the seeds."""
    folder = tmp_path_factory.mktemp("coldstart") / "index"
    searcher.build(folder, [HERE / "seeds"])
    return folder


@pytest.fixture(scope="module")
def imported(index: Path) -> set[str]:
    """The modules that `search Erdoğan Assad` imports."""
    return modules(index, "Erdoğan", "Assad")


def modules(index: Path, *line: str) -> set[str]:
    """The modules that a command line of `search` imports."""
    path = [str(HERE), *(each for each in sys.path if "-packages" in each)]
    code = SEARCHING.format(path=path, line=["search", *line])
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", code]
    ran = subprocess.run(
        command, capture_output=True, text=True, env={"SEARCHER_INDEX": str(index), "HOME": str(index)}, check=True
    )
    assert "Assad" in ran.stdout
    return {each for each in ran.stderr.splitlines()[-1].split() if "__mypyc" not in each}


def test_it_imports_of_itself_what_a_search_needs(imported: set[str]) -> None:
    ours = {each for each in imported if each.partition(".")[0] == "searcher"}
    assert ours == OURS, told(ours, OURS)


def test_it_imports_nothing_of_others_that_a_search_does_not_need(imported: set[str]) -> None:
    others = {each.partition(".")[0] for each in imported} - {"searcher"}
    others = {each for each in others if not each.startswith("_")}
    expected = PYTHON | set(THEIRS)
    if sys.version_info[:2] != (3, 11):  # whose library imports what other versions may not, and the other way round
        others -= set(sys.stdlib_module_names) - set(DEAR)
        expected = set(THEIRS)
    assert others == expected, told(others, expected)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the library of other versions imports other modules")
def test_the_tantivy_engine_imports_of_others_tantivy_alone(tmp_path: Path) -> None:
    pytest.importorskip("tantivy")
    searcher.build(tmp_path, [HERE / "seeds"], engine="tantivy")
    found = modules(tmp_path, "Erdoğan", "Assad")
    others = {each.partition(".")[0] for each in found if not each.startswith("_")} - {"searcher"}
    assert others - PYTHON - set(THEIRS) == {"tantivy"}
    assert {f"searcher.engines.tantivy.{each}" for each in ("writer", "counting")}.isdisjoint(found)


@pytest.mark.parametrize(
    "options",
    ["--limit 3 --page 1 --passages=1", "--match all --sort date --since 2000", "--timeout 5 --color never", "--json"],
)
def test_it_needs_no_more_with_the_usual_options(index: Path, imported: set[str], options: str) -> None:
    found = modules(index, "Assad", "--index", str(index), *options.split())
    assert not {each for each in found if each.partition(".")[0] in ("typer", "click", "inspect", "rich")}
    assert not {each for each in found - imported if each.startswith("searcher.faces")}


def told(found: set[str], expected: set[str]) -> str:
    """Why a test fails: which modules, what they cost, and what to do."""
    more = [f"{each} ({DEAR[each]})" if each in DEAR else each for each in sorted(found - expected)]
    return (
        f"a search now imports {', '.join(more) or 'nothing new'}, and no longer {sorted(expected - found)}. Who needs a"
        " module for something else than every search imports it there; see `python -X importtime`. When every search"
        " needs it, add it to this test, and the milliseconds to benchmarks/coldstart.py's record."
    )


HEAVY = ["rich", "tantivy", "numpy", "whoosh", "http", "email", "asyncio", "pydantic", "multiprocessing"]


@pytest.fixture(scope="module")
def declared() -> set[str]:
    """The packages that are imported to declare the commands and their options."""
    code = "import sys, searcher.faces.cli.manage; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {each.partition(".")[0] for each in ran.stdout.split()}


@pytest.mark.parametrize("module", HEAVY)
def test_it_shows_the_options_without(module: str, declared: set[str]) -> None:
    assert module not in declared


def test_it_keeps_the_names_comparable() -> None:
    folder = Path(names.__file__).parent
    written, kept = ((folder / name).read_text("utf-8") for name in ("names.txt", "names.comparable.txt"))
    assert names.searched(written) == kept, "names.txt has changed; run: python -m searcher.analysis.names"


def test_it_takes_the_sha_256_that_hashlib_takes() -> None:
    assert folders.sha256(b"Erdo\xc4\x9fan") == hashlib.sha256(b"Erdo\xc4\x9fan").hexdigest()
