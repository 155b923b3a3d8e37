"""Titles of an archive flow in, what somebody who looks for these articles might type flows out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import islice, pairwise
from random import Random

SEED = 20200107
# A word that a reader might type: four letters or more, standing free (not `aujourd’`, not half of `week-end`) …
WORD = re.compile(r"(?<![\w-])[^\W\d_]{4,}(?![\w'’-])")
# … that carries meaning. The list is its own, so that the queries stay the same when the engine's stop words change.
SMALL_WORDS = frozenset(
    """
    après aussi autre autres avant avec avoir cela celle celui cette ceux chez comme comment contre dans depuis deux dont
    elle elles encore entre être faire fait font ils jusqu leur leurs lors mais même moins nous nouveau nouvelle pour
    pourquoi près quand quatre quel quelle quelles quels sans selon sera seront sept sont sous tous tout toute toutes
    trois très vers veut vous était étaient
    """.split()
)
# What may stand between two words of a query: a blank, and small words in small letters with theirs.
BETWEEN = re.compile(r" (?:[a-zà-ÿœ]+(?: |['’]))*")


def queries(lines: Iterable[bytes], wanted: int) -> list[dict[str, str]]:
    """At most `wanted`, each as `words` and as `phrase`: the same for the same articles, whatever the engine."""
    titles = [json.loads(line).get("title", "") for line in lines]
    chances = Random(SEED)
    chances.shuffle(titles)
    return list(islice(filter(None, (_query(title, chances) for title in titles)), wanted))


def _query(title: str, chances: Random) -> dict[str, str] | None:
    """A piece of the title with two to four words that carry meaning, and a phrase of two of them, small words between them
    as they stand; None when no two stand so."""
    runs: list[list[re.Match[str]]] = []
    found = [match for match in WORD.finditer(title) if match.group().lower() not in SMALL_WORDS]
    for one, other in pairwise(found):
        if not BETWEEN.fullmatch(title[one.end() : other.start()]):
            continue
        if runs and runs[-1][-1] is one:
            runs[-1].append(other)
        else:
            runs.append([one, other])
    if not runs:
        return None
    picked = chances.choice(runs)
    count = min(chances.randint(2, 4), len(picked))
    first = chances.randint(0, len(picked) - count)
    start = chances.randint(0, len(picked) - 2)
    return {
        "words": title[picked[first].start() : picked[first + count - 1].end()],
        "phrase": title[picked[start].start() : picked[start + 1].end()],
    }
