"""A folder of HTML pages flows in, how fast they are read flows out: ours beside trafilatura on the same pages.

    python benchmarks/read_html.py FOLDER [--pages N] [--rounds N]

Page by page the three run in turn, so that a busy machine is as busy for the one as for the others; the start of Python and the
loading of libraries are not in it. The rate is the median of the rounds. Ours does more: address, section, standfirst,
language, an article ready to be indexed; `extract` does less, the text alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from trafilatura import bare_extraction, extract

from searcher.readers import read
from searcher.sources import Source, sources

SUFFIXES = (".html", ".htm", ".xhtml")


def ours(source: Source, raw: bytes) -> None:
    list(read(source, form="html"))


def theirs(source: Source, raw: bytes) -> None:
    bare_extraction(raw, with_metadata=True, include_comments=False)


def text_only(source: Source, raw: bytes) -> None:
    extract(raw, include_comments=False)


READERS: dict[str, Callable[[Source, bytes], None]] = {
    "searcher.readers.web.html": ours,
    "trafilatura.bare_extraction": theirs,
    "trafilatura.extract": text_only,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--pages", type=int, default=250)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    pages: list[tuple[Source, bytes]] = []
    for source in sources([given.folder]) if given.folder.is_dir() else ():
        if isinstance(source, Source) and source.suffix in SUFFIXES and len(pages) < given.pages:
            with source.open() as stream:
                raw = stream.read()
            pages.append((Source(source.path, source.name, len(raw), content=raw), raw))
    if not pages:
        print(f"skipped: no pages in {given.folder}")
        return
    for reader in READERS.values():
        reader(*pages[0])
    rates: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(given.rounds):
        spent = dict.fromkeys(READERS, 0.0)
        for at, page in enumerate(pages):
            names = list(READERS)
            for name in names[at % 3 :] + names[: at % 3]:
                began = perf_counter()
                READERS[name](*page)
                spent[name] += perf_counter() - began
        for name, seconds in spent.items():
            rates[name].append(len(pages) / seconds)
    print(f"{len(pages)} pages, {sum(len(raw) for _, raw in pages) / 1e6:.1f} MB, {given.rounds} rounds in turn")
    for name, each in rates.items():
        print(f"{name:<30}{median(each):8.1f} pages/s   ({', '.join(f'{rate:.1f}' for rate in each)})")
    fast = median(rates["searcher.readers.web.html"]) / median(rates["trafilatura.bare_extraction"])
    print(f"times as fast as bare_extraction: {fast:.1f}")


if __name__ == "__main__":
    main()
