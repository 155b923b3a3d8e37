"""A real archive flows in, a larger one flows out: more articles, and new words at the rate the real one has them.

    python benchmarks/grow.py ARCHIVE OUT.jsonl ARTICLES [--seed N]

The real articles come first, as they are. Then the archive is gone through again and again. Each time every article keeps its
title, date and length, and is dealt other paragraphs of its year; every paragraph is dealt once a round. The number of
different words follows Heaps' law, V = K·nᵝ, with the β of the last nine tenths of the real archive: whenever it falls behind,
a word that is rare there (`RARE`) is given another spelling, the same for the whole round. So new words are as rare as those
they are made of.

The same seed gives the same archive. Texts stand in a temporary file; what grows in memory is a few numbers a paragraph and the
words of the real archive. The last line printed is JSON: articles, megabytes of text, words, different words, β.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import IO, Any

SEED = 20200107
RARE = 5  # a word the archive has at most so often may be respelled: 57 % of the different words of 36,146 articles
TOKEN = re.compile(r"[^\W_]+")
SYLLABLES = tuple(consonant + vowel for vowel in "aouie" for consonant in "bdfgklmnprstvz")
OWN = ("id", "title", "text", "heading", "standfirst", "url")  # what a made article does not take from its model


def lines(archive: Path) -> Iterator[bytes]:
    """The articles of an archive, .jsonl or .jsonl.gz, a line each."""
    with gzip.open(archive) if archive.suffix == ".gz" else archive.open("rb") as stream:
        yield from (line for line in stream if not line.isspace())


@dataclass(frozen=True, slots=True)
class Growth:
    """Heaps' law as an archive shows it: so many different words in so many, and how the one follows the other."""

    words: int
    different: int
    exponent: float

    def expected(self, words: int) -> float:
        """How many different words there are in so many."""
        return self.different * math.pow(words / self.words, self.exponent)


def fit(points: list[tuple[int, int]]) -> Growth:
    """The law behind (words, different words) along an archive: a line through the logarithms of the last nine tenths."""
    if not points:
        raise SystemExit("the archive holds no articles; give one with a JSON object (id, title, text) on each line")
    words, different = points[-1]
    late = [(math.log(x), math.log(y)) for x, y in points if x >= words / 10 and y]
    middle_x = sum(x for x, _ in late) / len(late)
    middle_y = sum(y for _, y in late) / len(late)
    spread = sum((x - middle_x) ** 2 for x, _ in late)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in late) / spread if spread else 0.0
    return Growth(words, different, slope)


@dataclass(slots=True)
class Texts:
    """Titles and paragraphs, by number: their text in a file; how many words each has, and where the rare ones are."""

    file: IO[bytes]
    ends: array[int] = field(default_factory=lambda: array("Q", [0]))
    words: array[int] = field(default_factory=lambda: array("I"))
    spans: array[int] = field(default_factory=lambda: array("I"))
    span_ends: array[int] = field(default_factory=lambda: array("Q", [0]))

    def add(self, text: str, words: int) -> int:
        raw = text.encode("utf-8", "surrogatepass")
        self.file.write(raw)
        self.ends.append(self.ends[-1] + len(raw))
        self.words.append(words)
        return len(self.words) - 1

    def open(self) -> mmap:
        self.file.flush()
        return mmap(self.file.fileno(), 0, access=ACCESS_READ)

    def text(self, number: int, view: mmap) -> str:
        return view[self.ends[number] : self.ends[number + 1]].decode("utf-8", "surrogatepass")

    def rare(self, number: int) -> Iterator[tuple[int, int]]:
        spans = self.spans[self.span_ends[number] : self.span_ends[number + 1]]
        return zip(spans[::2], spans[1::2], strict=True)

    def find_rare(self, seen: Counter[str], view: mmap) -> None:
        rare = {word for word, count in seen.items() if count <= RARE and len(word) >= 4 and word.isalpha()}
        for number in range(len(self.words)):
            for match in TOKEN.finditer(self.text(number, view)):
                if match.group().lower() in rare:
                    self.spans.extend(match.span())
            self.span_ends.append(len(self.spans))


@dataclass(frozen=True, slots=True)
class Model:
    """A real article as a mould: title and first paragraph are numbers of `Texts`, its paragraphs follow one another."""

    id: str
    year: str
    title: int
    first: int
    paragraphs: int
    rest: str


@dataclass(frozen=True, slots=True)
class Made:
    """A made article, the words and the different words that there are with it."""

    article: dict[str, Any]
    words: int
    different: int


class Archive:
    """The real archive, read once; `text_bytes` is the UTF-8 of titles and texts."""

    def __init__(self, articles: Iterable[bytes], file: IO[bytes]) -> None:
        self.texts = Texts(file)
        self.models: list[Model] = []
        self.seen: Counter[str] = Counter()
        points: list[tuple[int, int]] = []
        total = 0
        self.text_bytes = 0
        for line in articles:
            article = json.loads(line)
            self.text_bytes += text_bytes(article)
            numbers = []
            for text in (article.get("title", ""), *article["text"].split("\n\n")):
                found = TOKEN.findall(text.lower())
                self.seen.update(found)
                total += len(found)
                numbers.append(self.texts.add(text, len(found)))
            rest = {name: value for name, value in article.items() if name not in OWN}
            year = str(article.get("date", ""))[:4]
            kept = json.dumps(rest, ensure_ascii=False)
            self.models.append(Model(article["id"], year, numbers[0], numbers[1], len(numbers) - 1, kept))
            points.append((total, len(self.seen)))
        self.growth = fit(points)

    def more(self, wanted: int, seed: int) -> Iterator[Made]:
        """`wanted` made articles, one after the other."""
        view = self.texts.open()
        self.texts.find_rare(self.seen, view)
        words, different = self.growth.words, self.growth.different
        made = 0
        number = 0
        while made < wanted:
            number += 1
            chances = Random(f"{seed} {number}")
            dealt = self._shuffled(chances)
            respelled: dict[str, bool] = {}
            for model in islice(self.models, wanted - made):
                parts = [model.title, *islice(dealt[model.year], model.paragraphs)]
                words += sum(self.texts.words[part] for part in parts)
                room = self.growth.expected(words) - different
                written = []
                for part in parts:
                    text, new = self._respell(part, view, number, respelled, room)
                    room -= new
                    different += new
                    written.append(text)
                article = {"id": f"{model.id}+{number}", **json.loads(model.rest), "title": written[0]}
                article["text"] = "\n\n".join(written[1:])
                yield Made(article, words, different)
                made += 1
        view.close()

    def _shuffled(self, chances: Random) -> dict[str, Iterator[int]]:
        """The paragraphs of each year, in an order of this round."""
        years: dict[str, list[int]] = {}
        for model in self.models:
            years.setdefault(model.year, []).extend(range(model.first, model.first + model.paragraphs))
        for paragraphs in years.values():
            chances.shuffle(paragraphs)
        return {year: iter(paragraphs) for year, paragraphs in years.items()}

    def _respell(self, part: int, view: mmap, number: int, respelled: dict[str, bool], room: float) -> tuple[str, int]:
        """A text with its rare words as they are in this round, and how many of them are met for the first time."""
        text = self.texts.text(part, view)
        pieces: list[str] = []
        done = new = 0
        for start, end in self.texts.rare(part):
            word = text[start:end].lower()
            if word not in respelled:
                fits = new + 1 <= room and respell(word, number) not in self.seen
                respelled[word] = fits
                new += fits
            if respelled[word]:
                pieces += text[done:start], respell(text[start:end], number)
                done = end
        return "".join((*pieces, text[done:])), new


def respell(word: str, number: int) -> str:
    """A word with the mark of a round behind its second letter, so that two words or two rounds never give the same."""
    mark = ""
    while number:
        number, digit = divmod(number, len(SYLLABLES) + 1)
        mark += SYLLABLES[digit - 1] if digit else "xy"
    return word[:2] + (mark.upper() if word.isupper() else mark) + word[2:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a larger archive out of a real one.")
    parser.add_argument("archive", type=Path, metavar="ARCHIVE")
    parser.add_argument("out", type=Path, metavar="OUT.jsonl")
    parser.add_argument("articles", type=int, metavar="ARTICLES")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    with TemporaryFile(dir=given.out.parent) as file, given.out.open("w", encoding="utf-8") as out:
        real = Archive(islice(lines(given.archive), given.articles), file)
        for line in islice(lines(given.archive), given.articles):
            out.write(line.decode().rstrip("\n") + "\n")
        size, words, different = real.text_bytes, real.growth.words, real.growth.different
        for made in real.more(given.articles - len(real.models), given.seed):
            out.write(json.dumps(made.article, ensure_ascii=False) + "\n")
            size += text_bytes(made.article)
            words, different = made.words, made.different
    known = {
        "articles": given.articles,
        "text_mb": size / 1e6,
        "words": words,
        "different": different,
        "exponent": real.growth.exponent,
    }
    print(json.dumps(known))


def text_bytes(article: dict[str, Any]) -> int:
    return len(article.get("title", "").encode()) + len(article["text"].encode())


if __name__ == "__main__":
    main()
