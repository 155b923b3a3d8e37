"""Public sets of web pages flow in; how much of texts, dates and authors is read flows out, ours beside other tools.

    python benchmarks/evaluate_pages.py FOLDER [--misses FILE] [--only texts|dates]

FOLDER holds checkouts of the repositories adbar/trafilatura (`trafilatura/tests/evaldata.json` and its pages) and
adbar/htmldate (`htmldate/tests/eval_*.json` and theirs). The measure of texts is trafilatura's own: short passages that a
text must hold, and others that it must not; F1 over all passages. A date is right when its day is the one noted down. A
wrong date is *really wrong* when it lies more than a day off (less is a matter of time zones), and *invented* when the page
shows that day nowhere. Authors are right when the names are the same, whatever their order. Page by page the tools run in
turn, and seconds are those of the processor, so that a busy machine is as busy for the one as for the other.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from datetime import date as Date
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from htmldate import find_date
from trafilatura import bare_extraction

from searcher.article import Article
from searcher.readers import read
from searcher.sources import Source


class Found(NamedTuple):
    """What a reader made of a page."""

    text: str = ""
    date: str = ""
    author: str = ""


def ours(url: str, raw: bytes) -> Found:
    """This project."""
    for each in read(Source("page.html", "page.html", len(raw), content=raw, url=url), form="html"):
        if isinstance(each, Article):
            return Found(each.text, each.date or "", each.author or "")
    return Found()


def trafilatura(url: str, raw: bytes) -> Found:
    """trafilatura with its metadata."""
    found = bare_extraction(raw, url=url, with_metadata=True, include_comments=False, include_tables=True)
    return Found(*(getattr(found, key, None) or "" for key in ("text", "date", "author"))) if found else Found()


def htmldate(url: str, raw: bytes) -> Found:
    """htmldate alone, for dates; without the address, as its own evaluation calls it."""
    try:
        return Found(date=find_date(raw.decode("utf-8", "replace"), original_date=True) or "")
    except Exception:  # a page that it cannot parse has no date
        return Found()


READERS: dict[str, Callable[[str, bytes], Found]] = {"ours": ours, "trafilatura": trafilatura, "htmldate": htmldate}


def main() -> None:
    """Prints a table for each set."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--misses", type=Path, help="write a line for each miss of ours to this file")
    arguments.add_argument("--only", choices=("texts", "dates"))
    arguments.add_argument("--alone", action="store_true", help="ours only")
    given = arguments.parse_args()
    misses: list[str] = []
    names = ["ours"] if given.alone else list(READERS)
    if given.only != "dates":
        texts(given.folder / "trafilatura" / "tests", [name for name in names if name != "htmldate"], misses)
    if given.only != "texts":
        dates(given.folder / "htmldate" / "tests", names, misses)
    if given.misses:
        given.misses.write_text("\n".join(misses), "utf-8")


def pages(folder: Path, *lists: str) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """The pages that lists in a folder describe: address, what is noted down, bytes."""
    for name in lists:
        for url, noted in json.loads((folder / name).read_text("utf-8")).items():
            places = (folder / kind / noted["file"] for kind in ("cache", "eval", "test_set"))
            found = next((place for place in places if place.is_file()), None)
            if found is not None:
                yield url, noted, found.read_bytes()


def texts(folder: Path, names: list[str], misses: list[str]) -> None:
    """Texts and authors, over all pages and over the French ones."""
    counts = {(name, french): [0] * 4 for name in names for french in (False, True)}
    authors = dict.fromkeys(names, 0)
    named = total = of_french = 0
    seconds = dict.fromkeys(names, 0.0)
    for url, noted, raw in pages(folder, "evaldata.json"):
        french = _french(url, raw)
        total, of_french = total + 1, of_french + french
        gold = _names(noted.get("author") or "")
        named += bool(gold)
        for name in names:
            began = process_time()
            found = READERS[name](url, raw)
            seconds[name] += process_time() - began
            text = _one_line(found.text)
            has = [each for each in noted["with"] if _one_line(each) in text]
            held = [each for each in noted["without"] if _one_line(each) in text]
            for key in ((name, False), *([(name, True)] if french else [])):
                of = counts[key]
                of[0] += len(has)
                of[1] += len(held)
                of[2] += len(noted["with"]) - len(has)
                of[3] += len(noted["without"]) - len(held)
            right = bool(gold) and _names(found.author) == gold
            authors[name] += right
            if name == "ours":
                label = f"{'fr ' if french else ''}{noted['file']}"
                misses += [f"text\t{label}\tlacks\t{each}" for each in noted["with"] if each not in has]
                misses += [f"text\t{label}\tholds\t{each}" for each in held]
                if gold and not right:
                    misses.append(f"author\t{label}\t{found.author}\t{noted['author']}")
    print(f"{total} pages, {of_french} of them French; {named} with an author")
    for name in names:
        everything, in_french = (_f1(*counts[name, french]) for french in (False, True))
        print(
            f"{name:<12} F1 {everything}   French {in_french}   authors {authors[name] / max(named, 1):.3f}"
            f"   {seconds[name]:.1f} s of processor time, {total / max(seconds[name], 1e-9):.0f} pages/s"
        )
    if len(names) > 1:
        print(f"processor time of ours is {seconds['ours'] / max(seconds['trafilatura'], 1e-9):.2f} of trafilatura's")


def dates(folder: Path, names: list[str], misses: list[str]) -> None:
    """Dates of publication."""
    total = 0
    counts = {name: dict.fromkeys(("right", "vague", "near", "wrong", "invented", "none"), 0) for name in names}
    for url, noted, raw in pages(folder, "eval_default.json", "eval_mediacloud_2020.json"):
        total += 1
        known = noted["date"] if isinstance(noted["date"], str) else ""  # not a number: the page has no date
        visible = raw.decode("utf-8", "replace")
        for name in names:
            found = READERS[name](url, raw).date
            verdict = judge(found[:10], known, visible)
            counts[name][verdict] += 1
            if name == "ours" and verdict != "right":
                misses.append(f"date\t{noted['file']}\t{verdict}\t{found}\t{known}\t{url}")
    print(f"{total} dates")
    for name in names:
        print(f"{name:<12} " + "   ".join(f"{verdict} {count}" for verdict, count in counts[name].items()))


def judge(found: str, noted: str, page: str) -> str:
    """`right`; `vague` (the month or the year of it); `near` (a day off); `wrong`; `invented` (and nowhere on the page)."""
    if found == noted:
        return "right"
    if not found:
        return "none"
    noted = noted or "0001-01-01"
    if len(found) < 10:
        return "vague" if noted.startswith(found) else "wrong"
    day = Date.fromisoformat(found)
    if abs((day - Date.fromisoformat(noted)).days) <= 1:
        return "near"
    return "wrong" if _shown(day, page) else "invented"


def _shown(day: Date, page: str) -> bool:
    """Whether a day stands in a page in figures, or its number close to a word and its year."""
    year, month, number = f"{day.year}", rf"0?{day.month}", rf"0?{day.day}"
    between = r"[./\s-]{1,3}"
    return any(
        re.search(pattern, page)
        for pattern in (
            rf"{year}-?/?{day.month:02}-?/?{day.day:02}",
            rf"(?<!\d){number}{between}{month}{between}(?:{year}|{year[2:]})(?!\d)",
            rf"(?<!\d){month}{between}{number}{between}(?:{year}|{year[2:]})(?!\d)",
            rf"{year}{between}{month}{between}{number}(?!\d)",
            rf"(?<!\d){number}\W{{0,8}}(?:\w{{1,5}} )?[^\W\d_]{{3,12}}\W{{1,8}}{year}",
            rf"[^\W\d_]{{3,12}}\W{{1,8}}{number}\w{{0,2}}\W{{1,8}}{year}",
        )
    )


def _f1(held: int, wrong: int, lacking: int, _: int) -> str:
    precision, recall = held / max(held + wrong, 1), held / max(held + lacking, 1)
    return f"{2 * precision * recall / max(precision + recall, 1e-9):.3f} (P {precision:.3f} R {recall:.3f})"


def _names(written: str | list[str]) -> frozenset[str]:
    parts = written if isinstance(written, list) else re.split(r"\s*[;,]\s*|\s+(?:et|and|und)\s+", written)
    return frozenset(each.strip().casefold() for each in parts if each.strip())


def _one_line(text: str) -> str:
    return " ".join(text.replace("\xad", "").split())


def _french(url: str, raw: bytes) -> bool:
    """Whether a page says that it is French, or stands in France."""
    return ".fr/" in url or re.search(rb"<html[^>]{0,300}\slang=[\"']?fr", raw[:8192], re.I) is not None


if __name__ == "__main__":
    main()
