"""Prints the figures of quotations: precision and recall of spans, speakers right, milliseconds an article.

Shares of speakers come with Wilson's intervals at 95 %.

    python benchmarks/people.py [--quotes FILE] [--news FILE]

The invented passages of tests/ are always measured. `--quotes`: real articles with their quotes, a JSON object a line
(docs/annotation.md); `--news`: articles to time, the `text` of a JSON object a line. Both are skipped where they are absent.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from itertools import islice
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from searcher.analysis.quotations import Kind, quotations  # noqa: E402
from tests import quoted  # noqa: E402

TIMED = 500


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    arguments.add_argument("--quotes", type=Path, default=ROOT.parent / "annotations" / "quotes.jsonl")
    arguments.add_argument("--news", type=Path, default=ROOT.parent / "shared" / "data" / "news" / "orangesum.jsonl.gz")
    given = arguments.parse_args()
    print(f"invented, direct    {quoted.measured(quoted.invented(), quotations)}")
    print(f"invented, indirect  {quoted.measured(quoted.invented(), quotations, kind=Kind.INDIRECT)}")
    if given.quotes.exists():
        real = {
            part: quoted.measured(quoted.annotated(given.quotes, part), quotations)
            for part in quoted.parts(given.quotes)
        }
        for part, figures in real.items():
            print(f"real, {part:<13} {figures}")
        print(f"real, all           {quoted.total(real.values())}")
    else:
        print(f"real                skipped: there is no {given.quotes}; --quotes names the file")
    if given.news.exists():
        print(f"time                {_milliseconds(given.news):.2f} ms an article, the mean of {TIMED}")
    else:
        print(f"time                skipped: there is no {given.news}; --news names the file")


def _milliseconds(news: Path) -> float:
    """Processor time an article, after as many that fill the dictionaries."""
    with gzip.open(news, "rt", encoding="utf-8") if news.suffix == ".gz" else news.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 2 * TIMED)]
    for text in texts[:TIMED]:
        quotations(text)
    began = process_time()
    for text in texts[TIMED:]:
        quotations(text)
    return (process_time() - began) / max(1, len(texts) - TIMED) * 1000


if __name__ == "__main__":
    main()
