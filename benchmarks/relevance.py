"""Ranking on judged queries, held against floors: `python benchmarks/relevance.py DATA [--lower]`.

Every collection is searched as written and with the accents taken off, by ours and by plain BM25 on the folded stem. A floor
is pinned with a digest of its data; a run below it fails, and so does data that changed. `--lower` writes new floors: it is
for a change that is meant, and shows in the diff of `floors.json`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from searcher import analysis, evaluation
from searcher.archive.index import Index
from searcher.article import STEMS
from searcher.query.plan import AnyOf, Plan, Term, Weighted

FLOORS = Path(__file__).with_name("floors.json")
SLACK = 0.002  # what a change of no consequence may cost


@dataclass(frozen=True, slots=True)
class Judged:
    """A collection under guard: its folder under `ir/`, and what is indexed."""

    folder: str
    corpus: str | None = None
    titles: bool = True


COLLECTIONS = (
    Judged("cdtn-graded"),
    Judged("piaf"),
    Judged("orangesum-title-knownitem", "news/orangesum.jsonl.gz", titles=False),
)


def plain(index: Index) -> evaluation.Answer:
    """BM25 on the folded stems of the query's words, small words left out: what ours is held against."""

    def answer(query: str) -> list[str]:
        tokens = [token for token in analysis.tokenize(query) if token.word not in analysis.STOP_WORDS]
        terms = tuple(dict.fromkeys(Term(STEMS, token.stem) for token in tokens))
        plan = Plan(AnyOf(terms), tuple((Weighted(term),) for term in terms))
        return [found.article.id for found in index._state.reader.search(plan, limit=evaluation.DEPTH).found]

    return answer


def main(data: Path, *, lower: bool) -> int:
    if not (data / "ir").is_dir():
        print(f"skipped: no judged queries in {data}/ir")
        return 0
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    failed = False
    print(f"{'nDCG@10':40} {'as written':>10} {'unaccented':>10} {'lost':>7}   {'floor':>6}")
    for judged in COLLECTIONS:
        corpus = data / judged.corpus if judged.corpus else None
        collection = evaluation.read(data / "ir" / judged.folder, corpus=corpus)
        pinned = evaluation.digest(collection)
        with (
            TemporaryDirectory() as folder,
            evaluation.indexed(collection, Path(folder), titles=judged.titles) as index,
        ):
            written, unaccented = (
                evaluation.measure(index, collection, unaccented=without).ndcg for without in (False, True)
            )
            base, bare = (
                evaluation.score(collection, plain(index), unaccented=without).ndcg for without in (False, True)
            )
        floor = floors.get(judged.folder, {"digest": pinned, "ndcg": 0.0})
        print(
            f"{judged.folder:40} {written:10.4f} {unaccented:10.4f} {1 - unaccented / written:7.2%}   {floor['ndcg']:6.4f}"
        )
        print(f"{'  plain BM25 on fold(stem)':40} {base:10.4f} {bare:10.4f} {1 - bare / base:7.2%}")
        if floor["digest"] != pinned:
            print(f"  the data changed ({pinned}, pinned was {floor['digest']}): these figures cannot be compared")
            failed = True
        elif min(written, unaccented) < floor["ndcg"] - SLACK:
            print("  below the floor")
            failed = True
        floors[judged.folder] = {"digest": pinned, "ndcg": round(min(written, unaccented), 4)}
    if lower:
        FLOORS.write_text(json.dumps(floors, indent=1) + "\n", "utf-8")
        return 0
    return int(failed)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    sys.exit(main(Path(arguments[0] if arguments else "../shared/data"), lower="--lower" in sys.argv))
