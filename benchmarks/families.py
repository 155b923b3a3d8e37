"""A word list and real news flow in, a table of what `searcher.analysis.stems` is worth flows out.

    python benchmarks/families.py [data folder]

For each class of inflection: the pairs of words that Snowball splits, those that we still split, and the sum,
over the pairs joined, of how often the rarer word occurs. Some pairs are chance (banc, banque) and ought to
stay split. Then what was newly joined although no regular inflection explains it, and what was set apart.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import snowballstemmer

from searcher.analysis.stems import FINGERPRINT, stem

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RARE = 5  # words of the news below this count are mostly misprints
SHOWN = 20
WORD = re.compile(r"[^\W\d_]+")

# Class of inflection -> pairs of endings; two words that differ by one such pair count as one family.
CLASSES: dict[str, str] = {
    "plural -o, -u": "o/os u/us",
    "plural -er, -ir, -ion": "er/ers ir/irs sion/sions gion/gions nion/nions xion/xions",
    "plural -it, -i": "it/its oi/ois ai/ais ri/ris ui/uis mi/mis ni/nis",
    "plural -ail, -al, -eu": "ail/aux al/aux eu/eux",
    "feminine -e": "/e /es l/lle n/nne t/tte s/sse et/ète er/ère ers/ères",
    "feminine -que, -che": "c/que cs/ques c/cque c/che cs/ches",
    "feminine -rice, -euse": "teur/trice teurs/trices eur/euse eurs/euses",
    "feminine -ive, -euse": "if/ive ifs/ives ux/use",
    "verb -er/-ent": "er/ent é/ent",
    "verb -er/-é": "er/é er/ée é/ée é/és é/ées",
    "verb -ier/-ie": "ier/ie ier/ies ié/ie ier/ient ié/ient",
    "verb -yer/-ie": "yer/ie yer/ient",
    "verb -re/-u": "re/u re/us re/ue re/ent re/ait re/ant",
    "verb -enir/-ient": "enir/ient enir/iennent",
    "verb -indre, -uire": "indre/int uire/uit uire/uisent",
}


def fold(word: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFD", word) if not unicodedata.combining(mark))


def related(words: set[str], endings: str) -> Iterator[tuple[str, str]]:
    """The pairs of `words` that differ by one of the pairs of endings and share at least two letters."""
    for pair in endings.split():
        one, other = pair.split("/")
        for word in words:
            root = word.removesuffix(one)
            if word.endswith(one) and len(root) >= 2 and root + other in words:
                yield word, root + other


def news_words(path: Path) -> Counter[str]:
    words: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = unicodedata.normalize("NFC", json.loads(line).get("text", "")).lower()
            words.update(WORD.findall(text.replace("œ", "oe").replace("æ", "ae")))
    return Counter({word: count for word, count in words.items() if count >= RARE})


def terms(words: set[str], stemmer: Callable[[str], str]) -> dict[str, str]:
    return {word: fold(stemmer(word)) for word in words}


def print_splits(words: set[str], counts: Counter[str], before: dict[str, str], after: dict[str, str]) -> None:
    print(f"{'':24}{'pairs':>7}{'Snowball splits':>17}{'we split':>10}{'newly split':>13}{'weight gained':>15}")
    for name, endings in CLASSES.items():
        pairs = set(related(words, endings))
        split = {pair for pair in pairs if before[pair[0]] != before[pair[1]]}
        still = {pair for pair in pairs if after[pair[0]] != after[pair[1]]}
        gained = sum(min(counts[one], counts[other]) for one, other in split - still)
        print(f"{name:24}{len(pairs):7}{len(split):17}{len(still):10}{len(still - split):13}{gained:15}")


def print_joined(words: set[str], counts: Counter[str], before: dict[str, str], after: dict[str, str]) -> None:
    """Terms of Snowball's that are one term now, though no pair of CLASSES links them."""
    explained = {frozenset((before[a], before[b])) for each in CLASSES.values() for a, b in related(words, each)}
    merged: defaultdict[str, dict[str, str]] = defaultdict(dict)  # our term -> Snowball's -> its commonest word
    for word in sorted(words, key=lambda word: (counts[word], word)):
        merged[after[word]][before[word]] = word
    odd = []
    joined = 0
    for olds in merged.values():
        first, *rest = sorted(olds, key=lambda old: (counts[olds[old]], old), reverse=True)
        joined += len(rest)
        odd += [(olds[first], olds[old]) for old in rest if frozenset((first, old)) not in explained]
    odd.sort(key=lambda pair: (counts[pair[1]], pair), reverse=True)
    print(f"joined: {joined} terms of Snowball's, {len(odd)} of them by no regular inflection, such as")
    print("   ", ", ".join(f"{one}={other}" for one, other in odd[:SHOWN]))


def print_apart(words: set[str], counts: Counter[str], before: dict[str, str], after: dict[str, str]) -> None:
    together: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for word in sorted(words, key=lambda word: (counts[word], word)):
        together[before[word]][after[word]] = word
    apart = []
    for news in together.values():
        first, *rest = sorted(news.values(), key=lambda word: (counts[word], word), reverse=True)
        apart += [(first, word) for word in rest]
    apart.sort(key=lambda pair: (counts[pair[1]], pair), reverse=True)
    print(f"set apart: {len(apart)}, such as")
    print("   ", ", ".join(f"{one}≠{other}" for one, other in apart[: 2 * SHOWN]))


def main() -> int:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    word_list = data / "stemming" / "snowball_french_voc.txt"
    news = data / "news" / "orangesum.jsonl.gz"
    if not (word_list.is_file() and news.is_file()):
        print("skipped: no data")
        return 0
    print(FINGERPRINT)
    snowball = snowballstemmer.stemmer("french").stemWord
    listed = Counter({word: 1 for word in word_list.read_text(encoding="utf-8").split() if WORD.fullmatch(word)})
    for title, counts in (("word list", listed), ("news", news_words(news))):
        words = set(counts)
        before, after = terms(words, snowball), terms(words, stem)
        changed = sum(counts[word] for word in words if before[word] != after[word])
        total = sum(counts.values())
        print(f"\n{title}: {len(words)} words; another term for {changed / total:.1%} of {total} tokens")
        print_splits(words, counts, before, after)
        print_joined(words, counts, before, after)
        print_apart(words, counts, before, after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
