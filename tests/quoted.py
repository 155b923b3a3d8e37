"""Annotated quotes, and how quotations that rules found are measured against them; docs/annotation.md says how to annotate."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from searcher.analysis.quotations import Kind, Quotation

INVENTED = Path(__file__).parent / "analysis" / "samples" / "quotations.txt"

ENOUGH = 0.8
"""Overlap (shared characters over those of both) from which a span counts as found."""


class Wanted(NamedTuple):
    """A quote that somebody annotated. `speakers` are equally right; empty: the quote may be found or not. `-` in `speakers`
    stands for no speaker."""

    start: int
    end: int
    speakers: tuple[str, ...]
    kind: Kind = Kind.DIRECT


class Passage(NamedTuple):
    text: str
    wanted: tuple[Wanted, ...]


def invented(path: Path = INVENTED) -> list[Passage]:
    """The passages of the sample in this repository."""
    blocks = re.split(r"\n\n+", path.read_text("utf-8"))
    lines = ["\n".join(line for line in block.split("\n") if line and not line.startswith("#")) for block in blocks]
    return [_passage(block) for block in lines if block]


def _passage(block: str) -> Passage:
    text = ""
    wanted = []
    at = begun = 0
    kind = Kind.DIRECT
    for sign in re.finditer(r"⟦(~?)|⟧\{([^}]*)\}", block):
        text += block[at : sign.start()]
        at = sign.end()
        if sign[2] is None:
            begun, kind = len(text), Kind.INDIRECT if sign[1] else Kind.DIRECT
        else:
            wanted.append(Wanted(begun, len(text), _speakers(sign[2]), kind))
    return Passage(text + block[at:], tuple(wanted))


def parts(path: Path) -> tuple[str, ...]:
    """The parts (draws) of a file of real articles, in their order."""
    return tuple(dict.fromkeys(json.loads(line)["part"] for line in path.read_text("utf-8").splitlines()))


def annotated(path: Path, part: str) -> Iterator[Passage]:
    """The articles of a part of a file; a JSON object a line: part, text, quotes (start, end, speaker)."""
    for line in path.read_text("utf-8").splitlines():
        article = json.loads(line)
        if article["part"] == part:
            quotes = article["quotes"]
            yield Passage(
                article["text"],
                tuple(Wanted(each["start"], each["end"], _speakers(each["speaker"])) for each in quotes),
            )


def _speakers(written: str) -> tuple[str, ...]:
    return () if written == "?" else tuple(written.split("|"))


class Figures(NamedTuple):
    """Spans found and wanted; and of the spans that are right, class → speakers right, and all."""

    found: int
    wanted: int
    right: int
    speakers: Counter[str]
    all: Counter[str]

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.wanted

    def speaker(self, classes: str = "ABC") -> float:
        """The share of right speakers, given the span, in some classes."""
        return sum(self.speakers[each] for each in classes) / max(1, sum(self.all[each] for each in classes))

    def interval(self, classes: str = "ABC") -> tuple[float, float]:
        """Wilson's interval of the share of right speakers in some classes, at 95 %."""
        return wilson(sum(self.speakers[each] for each in classes), sum(self.all[each] for each in classes))

    def __str__(self) -> str:
        shares = [f"{each} {_share(self, each)} of {self.all[each]}" for each in "ABC" if self.all[each]]
        return (
            f"spans P {self.precision:.3f} R {self.recall:.3f} ({self.right} right of {self.found}, {self.wanted} annotated)"
            f" · speaker {_share(self, 'ABC')} ({', '.join(shares)})"
        )


def _share(figures: Figures, classes: str) -> str:
    low, high = figures.interval(classes)
    return f"{figures.speaker(classes):.3f} [{low:.2f}, {high:.2f}]"


def wilson(right: int, of: int) -> tuple[float, float]:
    """Wilson's score interval of a share, at 95 %; from 0 to 1 when nothing was measured. E. B. Wilson, JASA 22 (1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, right / of
    middle = share + z * z / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - reach) / (1 + z * z / of)), min(1.0, (middle + reach) / (1 + z * z / of))


def total(all_figures: Iterable[Figures]) -> Figures:
    """The figures of several samples as those of one."""
    found = wanted = right = 0
    speakers: Counter[str] = Counter()
    everyone: Counter[str] = Counter()
    for each in all_figures:
        found, wanted, right = found + each.found, wanted + each.wanted, right + each.right
        speakers += each.speakers
        everyone += each.all
    return Figures(found, wanted, right, speakers, everyone)


def measured(
    passages: Iterable[Passage], find: Callable[[str], Iterable[Quotation]], *, kind: Kind = Kind.DIRECT
) -> Figures:
    """What the rules find, against what was annotated."""
    found = wanted = right = 0
    speakers: Counter[str] = Counter()
    everyone: Counter[str] = Counter()
    for text, marks in passages:
        open_ = [each for each in find(text) if each.kind is kind]
        for annotation in (each for each in marks if each.kind is kind):
            best = max(open_, key=lambda each: _overlap(each, annotation), default=None)
            hit = best is not None and _overlap(best, annotation) >= ENOUGH
            if hit:
                assert best is not None
                open_.remove(best)
            if not annotation.speakers:
                open_ = [each for each in open_ if not _overlap(each, annotation)]
                continue
            wanted += 1
            if hit and best is not None:
                right, found = right + 1, found + 1
                everyone[best.confidence] += 1
                speakers[best.confidence] += is_right(best, text, annotation.speakers)
        found += len(open_)
    return Figures(found, wanted, right, speakers, everyone)


def _overlap(said: Quotation, annotation: Wanted) -> float:
    shared = min(said.end, annotation.end) - max(said.start, annotation.start)
    return max(0, shared) / (max(said.end, annotation.end) - min(said.start, annotation.start))


def is_right(said: Quotation, text: str, speakers: tuple[str, ...]) -> bool:
    """Whether a speaker is one of those annotated.

    The key is compared; for somebody without a key, the words that name the speaker (`mention`). Case, accents, titles and
    determiners do not count. More words may stand behind those annotated (*le maire* de Lyon), and a key of several words may
    leave out what stands around it (*Transports Unis* for *le syndicat Transports Unis*); a family name alone is wrong where a
    full name was annotated. A key that names somebody else is wrong, even if the words beside the quote are those annotated.
    """
    if said.speaker is None and "-" in speakers:
        return True
    name = _bare(said.speaker) if said.speaker else _bare(text[slice(*said.mention)]) if said.mention else ""
    for speaker in map(_bare, speakers):
        if speaker and f"{name} ".startswith(f"{speaker} "):
            return True
        if " " in name and (f"{speaker} ".startswith(f"{name} ") or speaker.endswith(f" {name}")):
            return True
    return False


_DETERMINER = re.compile(
    r"(?:(?:les?|la|une?|des|son|sa|ses|ce|cet|cette|ces|leurs?|mme|m\.|me|mes|plusieurs) |l')+", re.IGNORECASE
)


def _bare(name: str) -> str:
    """A name without its determiner or title, case, accents and signs."""
    plain = "".join(each for each in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(each))
    found = _DETERMINER.match(plain.replace("’", "'"))
    return " ".join(re.findall(r"\w+", plain[found.end() if found else 0 :]))
