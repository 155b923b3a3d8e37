"""Pictures of pages → the lines that Tesseract reads on them, with its confidence; as many at a time as the run allows.

Tesseract is a program, not a package: it is run once for each page, with one thread, and its table of words (TSV) is read. Its
blocks come in its own reading order, which is kept. Pages of which it is not sure are refused, not indexed as rubbish.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby, islice

from searcher.readers.documents.layout import Printed
from searcher.readers.problems import Problem, note, problem
from searcher.sources import Recognition, Source
from searcher.sources.refusals import MissingProgram

LANGUAGE = "fra"
MAX_PAGES = 1000  # of one file; a longer one is read as far as that
MAX_POINTS = 60_000_000  # of one page: a broadsheet at 300 points an inch has 35 million
MAX_AT_ONCE = 6  # pages of one file that are held in memory
MAX_MEMORY = 1 << 30  # bytes that Tesseract may take
MAX_SECONDS = 120  # of the processor's time for one page, and three times that by the clock
CONFIDENT = 50  # mean confidence (0 to 100) below which a page is not legible
INSTALL = "apt install tesseract-ocr tesseract-ocr-fra"

_BEAT = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Page:
    """What was read on a page: lines in reading order, and the mean confidence (0 to 100, by characters). `fault` says why
    there are no lines; without lines and fault the page is blank."""

    lines: tuple[Printed, ...] = ()
    confidence: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read on the scanned pages of a file: the lines of each page that has some, by its number (from 0), and what a
    report says of it. `fault` is that of the first page that was not read."""

    lines: dict[int, list[Printed]]
    problems: tuple[Problem, ...]
    fault: str = ""


def recognise(source: Source, scanned: Sequence[int], pictures: Iterable[bytes], *, of: int) -> Recognised:
    """Reads the pages `scanned` of the `of` pages of a file; `pictures` are those pages, in the same order.

    Only the first MAX_PAGES are read. Raises MissingProgram when Tesseract is not there; `source.recognition` must be.
    """
    recognition = source.recognition
    assert recognition is not None
    demand("scanned pages without text" if len(scanned) == of else f"{len(scanned)} of its {of} pages have no text")
    lines: dict[int, list[Printed]] = {}
    sure: dict[int, float] = {}
    faults: list[str] = []
    read = pages(islice(pictures, MAX_PAGES), recognition)
    for done, (number, page) in enumerate(zip(scanned, read, strict=False), 1):
        if source.place is None:
            recognition.beat(source.size * done // len(scanned))
        if page.lines:
            lines[number], sure[number] = list(page.lines), page.confidence
        elif page.fault:
            faults.append(f"page {number + 1}: {page.fault}")
    problems = []
    if sure:
        lowest = min(sure, key=lambda number: sure[number])
        mean = sum(sure.values()) / len(sure)
        least = f"; the least sure is page {lowest + 1} with {sure[lowest]:.0f}" if len(sure) > 1 else ""
        counted = f"{len(sure)} of {of} pages" if of > 1 else "the page"
        problems.append(note(source, f"text recognised by Tesseract on {counted}, confidence {mean:.0f} of 100{least}"))
    if faults and sure:
        problems.append(problem(source, f"{len(faults)} of {of} pages were not recognised ({faults[0]})"))
    if len(scanned) > MAX_PAGES:
        left = len(scanned) - MAX_PAGES
        problems.append(
            problem(source, f"{left} scanned pages were left: at most {MAX_PAGES} of a file are recognised")
        )
    return Recognised(lines, tuple(problems), faults[0] if faults else "")


def advice() -> str:
    """What to do so that scanned pages are read."""
    return "to read it with OCR: " + ("" if _missing() is None else f"{INSTALL}, then ") + "searcher index --ocr"


def demand(what: str) -> None:
    """Raises MissingProgram, which says how to get it, when Tesseract or its French model is not there."""
    if (missing := _missing()) is not None:
        raise MissingProgram(f"{what}, and {missing}; to read it with OCR: {INSTALL}")


def pages(pictures: Iterable[bytes], recognition: Recognition) -> Iterator[Page]:
    """What Tesseract reads on pictures (PNG, JPEG, TIFF, PGM …), in their order. At most MAX_AT_ONCE pictures are held."""
    waiting: deque[Future[Page]] = deque()
    running: set[subprocess.Popen[bytes]] = set()
    at_once = min(recognition.jobs, MAX_AT_ONCE)
    pool = ThreadPoolExecutor(at_once)
    try:
        ahead = iter(pictures)
        for picture in islice(ahead, at_once):
            waiting.append(pool.submit(_page, picture, recognition, running))
        while waiting:
            while wait([waiting[0]], timeout=_BEAT).not_done:
                recognition.beat()
            recognition.beat()
            yield waiting.popleft().result()
            for picture in islice(ahead, 1):
                waiting.append(pool.submit(_page, picture, recognition, running))
    finally:
        for process in list(running):  # when reading was given up
            process.kill()
        pool.shutdown(cancel_futures=True)


def _page(picture: bytes, recognition: Recognition, running: set[subprocess.Popen[bytes]]) -> Page:
    """What Tesseract reads on one picture."""
    if not picture:
        return Page(fault="cannot be drawn")
    command = ["tesseract", "stdin", "stdout", "-l", LANGUAGE, "--psm", "1" if "osd" in _languages() else "3", "tsv"]
    with recognition.slot():
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except OSError as error:
            return Page(fault=f"Tesseract cannot be started ({error.strerror})")
        running.add(process)
        try:
            _limit(process.pid)
            out, errors = process.communicate(picture, timeout=3 * MAX_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Page(fault="Tesseract took too long")
        finally:
            running.discard(process)
    if process.returncode < 0:
        return Page(fault="Tesseract took too long, or more memory than a file may")
    if process.returncode:
        return Page(fault=f"Tesseract: {_said(errors)}")
    return read_table(out.decode("utf-8", "replace"))


def _limit(process: int) -> None:
    """Ends a Tesseract that works too long or takes too much memory, even when nobody waits for it any more."""
    if hasattr(resource, "prlimit"):
        with suppress(OSError):  # it has ended
            resource.prlimit(process, resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
            hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
            memory = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
            resource.prlimit(process, resource.RLIMIT_DATA, (memory, hard))


def _said(errors: bytes) -> str:
    """The last line of what Tesseract wrote to standard error."""
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    return (lines or ["it failed, and did not say why"])[-1][:200]


def read_table(table: str) -> Page:
    """The page that a table of Tesseract's (TSV) describes: one row for each page, block, paragraph, line and word."""
    rows = [row for row in csv.reader(table.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) == 12]
    height = next((float(row[9]) for row in rows if row[0] == "1"), 0.0)
    words = [row for row in rows if row[0] == "5" and row[11].strip()]
    if not words:
        return Page()
    weights = [len(row[11]) for row in words]
    confidence = sum(float(row[10]) * weight for row, weight in zip(words, weights, strict=True)) / sum(weights)
    if confidence < CONFIDENT:
        return Page(confidence=confidence, fault=f"not legible (confidence {confidence:.0f} of 100)")
    lines = tuple(_line(list(each), height) for _, each in groupby(words, key=lambda row: row[1:5]))
    return Page(lines, confidence)


def _line(words: list[list[str]], height: float) -> Printed:
    boxes = [tuple(map(float, word[6:10])) for word in words]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    at = (top + bottom) / 2 / height if height else 0.0
    return Printed(" ".join(word[11].strip() for word in words), left, top, right, bottom, bottom - top, min(at, 1.0))


def _missing() -> str | None:
    """What Tesseract lacks here; None when it can read French."""
    if shutil.which("tesseract") is None:
        return "Tesseract is not installed"
    return None if LANGUAGE in _languages() else "the French model of Tesseract is not installed"


@cache
def _languages() -> frozenset[str]:
    """The models that are installed."""
    try:
        found = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, timeout=30, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset((found.stdout + found.stderr).decode("utf-8", "replace").split())
