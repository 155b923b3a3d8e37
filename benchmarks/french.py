"""How right the French is, in figures: `python benchmarks/french.py DATA [--queries N]`.

Prints the diagnostic fixture, the exact sets of the cases by kind, what unaccented queries miss on a word list, the names found
by rule and by list, the names of the news whose set is mostly strangers, hits beside the hits of the very spelling, phrases
shown in passages, pasted titles, and what generated queries raise. Every figure says out of how many.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import json
import random
import re
import sys
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import searcher
from searcher import analysis
from searcher.analysis import names
from searcher.article import FORMS, LEMMAS, TITLE_WORDS, WORDS
from searcher.engines.lookup import look_up
from searcher.evaluation import bare
from searcher.query.parse import parse
from searcher.query.understand import understand
from searcher.query.wishes import wish
from searcher.results.passages import ALIKE

SEED = 20200318
CASES_TODAY = date(2026, 11, 28)  # the day that relative dates of the cases are measured from


def main(data: Path, generated: int) -> None:
    if not data.is_dir():
        print(f"skipped: no data in {data}")
        return
    fixture(data / "french_fixture.py")
    cases(data / "cases" / "french.jsonl")
    accents(data / "stemming")
    pairs(data / "name_pairs.tsv")
    with TemporaryDirectory() as folder:
        archive = data / "news" / "orangesum.jsonl.gz"
        strangers(archive)
        with _index(folder, sample := list(_articles(archive, 4000))) as index:
            phrases(index, sample)
            titles(index, sample)
            nonsense(index, sample, generated)


def fixture(path: Path) -> None:
    found: Any = importlib.util.spec_from_file_location("french_fixture", path)
    module: Any = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    records = [{"id": identifier, "text": text} for identifier, text in module.DOCS.items()]
    with TemporaryDirectory() as folder, _index(folder, records) as index:
        wrong = []
        for query in module.QUERIES:
            got = {hit.article.id for hit in index.search(query.query, match="all", limit=100)}
            if got != query.expected:
                wrong.append(f"{query.query}: {sorted(got)} instead of {sorted(query.expected)}")
    print(f"fixture: {len(module.QUERIES) - len(wrong)} of {len(module.QUERIES)} exact", *wrong, sep="\n  ")


def cases(path: Path) -> None:
    """The share of exact sets by kind and by level: every article expected, and none beside those that may be there."""
    levels: Counter[tuple[str, bool]] = Counter()
    print("cases, exact sets by kind:")
    for line in path.read_text("utf-8").splitlines():
        kind = json.loads(line)
        docs = [{"id": key, **({"text": doc} if isinstance(doc, str) else doc)} for key, doc in kind["docs"].items()]
        with TemporaryDirectory() as folder, _index(folder, docs) as index:
            wrong = [query["query"] for query in kind["queries"] if not _is_exact(index, query, levels)]
        right = len(kind["queries"]) - len(wrong)
        print(f"  {right:4} of {len(kind['queries']):<4} {kind['kind']:34} {' · '.join(wrong)}".rstrip())
    for level in sorted({level for level, _ in levels}):
        right, asked = levels[level, True], levels[level, True] + levels[level, False]
        print(f"  {level}: {right} of {asked} ({right / asked:.1%})")


def _is_exact(index: searcher.Index, query: dict[str, Any], levels: Counter[tuple[str, bool]]) -> bool:
    expected, may = set(query["expected"].split()), set(query["may"].split())
    try:
        got = [hit.article.id for hit in index.search(query["query"], match="all", limit=100, today=CASES_TODAY)]
        exact = expected <= set(got) <= expected | may and (not query["top"] or got[:1] == [query["top"]])
    except searcher.SearcherError:
        exact = False
    levels[query["level"], exact] += 1
    return exact


NEWS = 12_000  # articles that `strangers` reads
COMMON = 10  # articles that print a name
TABLE = """
    Léa Marie Gaza Géorgie Dati Veil Gard Jordanie Charlie franc série port commune journal prévoir écrire craindre parti
    manifestation
""".split()


def strangers(archive: Path) -> None:
    """The names of the news and what they find: a stranger is an article that does not print the name, nor its plural."""
    capital = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][^\W\d_]+")
    small = re.compile(r"(?<![^\W\d_])[a-zà-ÿ]{3,}")
    named: Counter[str] = Counter()  # articles that print a word with a capital inside a sentence
    common: set[str] = set()
    found_by: dict[str, set[int]] = defaultdict(set)
    printing: dict[str, set[int]] = defaultdict(set)
    for number, record in enumerate(_articles(archive, NEWS)):
        named.update(set(capital.findall(record["text"])))
        common.update(small.findall(record["text"]))
        terms = analysis.entry(searcher.Article(record["id"], record["text"], title=record["title"])).terms
        for key in set(terms[LEMMAS].split()):
            found_by[key].add(number)
        for word in {*terms[WORDS].split(), *terms[TITLE_WORDS].split()}:
            printing[word].add(number)

    def found(word: str) -> set[int]:
        return set().union(*(found_by[key] for key in analysis.keys_for(word)))

    def printed(word: str) -> set[int]:
        folded = analysis.fold(analysis.surface(word))
        return set().union(*(printing[each] for each in (folded, f"{folded}s", folded.removesuffix("s"))))

    asked = [name for name, articles in named.items() if articles >= COMMON and name.lower() not in common]
    bad = [name for name in asked if 2 * len(found(name) - printed(name)) > len(found(name))]
    print(f"names: {len(bad)} of {len(asked)} find more than half strangers ({len(bad) / len(asked):.1%})", *bad[:20])
    print(f"hits in {NEWS} articles, and of them those that print the word:")
    for word in TABLE:
        print(f"  {word:16} {len(found(word)):6} {len(found(word) & printed(word)):6}")


class _Words:
    """A vocabulary of every word of a list, as an index of them would have it."""

    def __init__(self, printed: Iterable[str]) -> None:
        words = [word for each in printed for word in analysis.analyse_chunk(each).words]
        self._terms = {
            FORMS: sorted({word.form for word in words if word.form}),
            WORDS: sorted({word.word for word in words}),
        }

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        terms = self._terms.get(field, [])
        at = bisect_left(terms, prefix)
        while at < len(terms) and terms[at].startswith(prefix):
            yield terms[at]
            at += 1

    def frequency(self, field: str, text: str) -> int:
        return int(field != TITLE_WORDS and text in self._terms.get(field, []))


def accents(folder: Path) -> None:
    """Queries of one word without its accents, against the words that the word finds with them."""
    printed = (folder / "snowball_french_voc.txt").read_text("utf-8").split()
    snowball = dict(zip(printed, (folder / "snowball_french_output.txt").read_text("utf-8").split(), strict=True))
    chunks = {word: analysis.analyse_chunk(word).words for word in printed}
    ours = {word: words[0].keys for word, words in chunks.items() if words}
    vocabulary = _Words(printed)
    absent = _Words([])  # an index that prints none of the spellings of the query

    def keys(query: str, words: _Words) -> frozenset[str]:
        wishes = wish(parse(query))
        marks = understand(wishes, look_up(wishes.questions, words, inf)).marks
        return frozenset(key for mark in marks for key in mark.keys)

    rows = {"ours": 0, "ours, spelling not printed": 0, "stem, then fold": 0, "fold, then stem": 0}
    holding: dict[str, set[str]] = defaultdict(set)
    for word, found_by in ours.items():
        for key in found_by:
            holding[key].add(word)
    asked = 0
    sizes: list[int] = []
    for word in printed:
        query = bare(word)
        if query == word or word not in ours:
            continue
        family = set().union(*(holding[key] for key in keys(word, vocabulary)))
        found, guessed = keys(query, vocabulary), keys(query, absent)
        sizes.append(len(found))
        asked += len(family)
        rows["ours"] += sum(found.isdisjoint(ours[other]) for other in family)
        rows["ours, spelling not printed"] += sum(guessed.isdisjoint(ours[other]) for other in family)
        late, early = bare(_snowball(query)), _snowball(query)
        rows["stem, then fold"] += sum(bare(snowball[other]) != late for other in family)
        rows["fold, then stem"] += sum(_snowball(bare(other)) != early for other in family)
    print(f"unaccented queries, of {asked} words that the accented ones find missed:")
    for name, missed in rows.items():
        print(f"  {name:28} {missed / asked:6.1%}")
    print(f"  at the cost of {sum(sizes) / len(sizes):.2f} keys a query word on average, {max(sizes)} at most")


def _snowball(word: str) -> str:
    from searcher.analysis import stems

    return str(stems._snowball.stemWord(word))


def pairs(path: Path) -> None:
    """Names, in both directions: by rule alone (folding and romanising), and with the list of spellings."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]]
    cyrillic = [(query, french) for query, french, kind in rows if kind == "cyrillic"]
    ruled = sum(_terms(query) == _terms(french) for query, french in cyrillic)
    listed = sum(_meet(query, french) and _meet(french, query) for query, french, _ in rows)
    print(f"names: {ruled} of {len(cyrillic)} Cyrillic pairs by rule, {listed} of {len(rows)} pairs with the list")


def _terms(text: str) -> list[str]:
    return [token.stem for token in analysis.tokenize(text)]


def _meet(query: str, text: str) -> bool:
    others = names.built_in().others(query)
    return any(_terms(spelling) == _terms(text) for spelling in (query, *others))


def phrases(index: searcher.Index, sample: list[dict[str, Any]]) -> None:
    """Phrases of three words out of the texts: shown whole by a passage of the hit, no two passages alike."""
    chosen = random.Random(SEED)
    shown = asked = hits = alike = 0
    for record in chosen.sample(sample, 400):
        tokens = list(analysis.tokenize(record["text"]))
        if len(tokens) < 20:
            continue
        at = chosen.randrange(len(tokens) - 3)
        words = [record["text"][token.start : token.end] for token in tokens[at : at + 3]]
        folded = [token.word for token in tokens[at : at + 3]]
        asked += 1
        for hit in index.search(f"« {' '.join(words)} »", limit=5):
            hits += 1
            texts = [passage.text for passage in hit.passages] + [hit.article.title]
            shown += any(_holds([token.word for token in analysis.tokenize(text)], folded) for text in texts)
            said = [set(passage.text.casefold().split()) for passage in hit.passages]
            alike += any(
                len(one & other) >= ALIKE * min(len(one), len(other))
                for n, one in enumerate(said)
                for other in said[:n]
            )
    print(f"passages: the phrase is shown in {shown} of {hits} hits of {asked} phrases; {alike} hits repeat themselves")


def _holds(words: list[str], phrase: list[str]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words)))


def titles(index: searcher.Index, sample: list[dict[str, Any]]) -> None:
    """Titles pasted as they are. A column that keeps its title every day cannot be told apart: such titles are left out."""
    counts = Counter(record["title"] for record in sample)
    own = [record for record in sample if counts[record["title"]] == 1]
    first = third = 0
    chosen = random.Random(SEED).sample(own, min(1000, len(own)))
    for record in chosen:
        found = [hit.article.id for hit in index.search(record["title"], limit=3, passages=0)]
        first += found[:1] == [record["id"]]
        third += record["id"] in found
    print(f"pasted titles: {first} of {len(chosen)} find their article first, {third} among the first three")


SIGNS = [
    *"\" « » “ ” ( ) - = ~ * ? : .. OU ET SAUF AND NOT titre: date: depuis:2015 l' ’ – C++ 😀 é 12 000 source:".split(),
    "e\u0301",
    "\u202e",
    "\x00",
]


def nonsense(index: searcher.Index, sample: list[dict[str, Any]], count: int) -> None:
    """Queries put together from words, operators and rubbish: what they raise, and the slowest to parse."""
    chosen = random.Random(SEED)
    words = " ".join(record["title"] for record in sample[:500]).split()
    refused = 0
    slowest = 0.0
    for _ in range(count):
        pools = (SIGNS if chosen.random() < 0.5 else words for _ in range(chosen.randrange(1, 14)))
        query = chosen.choice((" ", "")).join([chosen.choice(pool) for pool in pools])
        began = time.perf_counter()
        try:
            parsed = parse(query)
            slowest = max(slowest, time.perf_counter() - began)
            wishes = wish(parsed)
            understand(wishes, index._state.reader.look_up(wishes.questions))
        except (searcher.QueryError, searcher.DateError):
            refused += 1
    for pattern in ("(«a -b* ", "a", "a-", "l'", "1 000 ", '"a" ', "a:b ", "date:x", "((", "=~-"):
        began = time.perf_counter()
        with contextlib.suppress(searcher.QueryError, searcher.DateError):
            parse((pattern * 2048)[:2048])
        slowest = max(slowest, time.perf_counter() - began)
    print(f"{count} generated queries: {refused} refused with a reason, nothing else raised")
    print(f"slowest parse, queries of 2,048 characters among them: {slowest * 1000:.0f} ms")


def _articles(path: Path, count: int) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for _, line in zip(range(count), stream, strict=False):
            yield json.loads(line)


def _index(folder: str, records: Iterable[dict[str, Any]]) -> searcher.Index:
    source = Path(folder) / "articles.jsonl"
    source.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), "utf-8")
    searcher.build(Path(folder) / "index", [source])
    return searcher.open(Path(folder) / "index")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[2:] if argument.isdigit()]
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"), numbers[0] if numbers else 100_000)
