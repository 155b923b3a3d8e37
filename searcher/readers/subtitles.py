"""Subtitles and transcripts (SubRip .srt, WebVTT .vtt) → an article: the words of the cues as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import decode
from searcher.readers.fields import make
from searcher.readers.problems import Problem
from searcher.sources import Source

MAX_BYTES = 32 << 20
PAUSE = 2.0  # seconds of silence after the end of a sentence that begin a paragraph
LONG = 600  # characters after which the next end of a sentence ends a paragraph

_TIMES = re.compile(
    r"(?P<start>(?:[0-9]{1,3}:)?[0-5]?[0-9]:[0-5][0-9][.,][0-9]{1,3})\s*-->\s*(?P<end>(?:[0-9]{1,3}:)?[0-5]?[0-9]:[0-5][0-9][.,][0-9]{1,3})"
)
_TAG = re.compile(r"<[^<>]{1,200}>|\{\\[^{}]{1,80}\}")
_SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]{1,80})>")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The transcript as one article, titled by the name of the file. Raises Unreadable for a file without a cue."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"subtitles of more than {MAX_BYTES >> 20} MB")
    text = "\n\n".join(_paragraphs(decode(raw, source.encoding)))
    if not text:
        raise Unreadable("subtitles without a cue")
    yield make(source, title=re.sub(r"[._-]+", " ", source.stem).strip(), text=text)


def _paragraphs(text: str) -> Iterator[str]:
    """The words of the cues, joined up to a pause after a sentence or a change of speaker."""
    held, ended, last = "", 0.0, ""
    for start, end, words in _cues(text):
        speaks = words.startswith(("- ", "– ", "— "))
        over = held.endswith((".", "!", "?", "…", "»", "”"))
        if held and (speaks or (over and (start - ended >= PAUSE or len(held) >= LONG))):
            yield held
            held = ""
        if words != last:  # rolling subtitles say a line twice
            held = f"{held} {words}".strip()
        ended, last = end, words
    if held:
        yield held


def _cues(text: str) -> Iterator[tuple[float, float, str]]:
    """Start and end in seconds, and the words on one line, of each cue."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        times = _TIMES.match(lines[at].strip())
        at += 1
        if times is None:
            continue
        words = []
        while at < len(lines) and lines[at].strip() and _TIMES.match(lines[at].strip()) is None:
            words.append(_TAG.sub("", _SPEAKER.sub(r"\1 : ", lines[at])).strip())
            at += 1
        if said := " ".join(filter(None, words)):
            yield _seconds(times["start"]), _seconds(times["end"]), said


def _seconds(clock: str) -> float:
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
