"""Recognised speech (AudioDoc, the XML of Vocapia and LIMSI that INA gives with its recordings) → an article.

A paragraph is what one speaker says without a long pause; a note gives the mean confidence of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import make
from searcher.readers.problems import Problem, note
from searcher.readers.xml import flat, parse
from searcher.sources import Source

PAUSE = 2.0  # seconds of silence that begin a paragraph

_CLOSE = re.compile(r"\s+([.,…)\]])|(?<=[\w][’'])\s+|(?<=[(\[])\s+")
_NOISE = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")  # {breath}, [rire]


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The transcript as one article, titled by the name of the recording. Raises Unreadable when nobody speaks."""
    root = parse(stream, source.encoding)
    text = "\n\n".join(_paragraphs(root))
    if not text:
        raise Unreadable("a transcript in which nobody speaks")
    named = re.sub(r"\.\w{2,4}$", "", (root.get("name") or "").rpartition("/")[2]) or source.stem
    languages = [each.get("lang") for each in root.iter("{*}SpeechSegment") if each.get("lang")]
    yield make(
        source,
        title=re.sub(r"[._-]+", " ", named).strip(),
        text=text,
        language=max(languages, key=languages.count) if languages else None,
    )
    sure = [float(conf) for each in root.iter("{*}Word") if _is_number(conf := each.get("conf") or "")]
    if sure:
        yield note(source, f"recognised speech, confidence {100 * sum(sure) / len(sure):.0f} of 100")


def _paragraphs(root: Any) -> Iterator[str]:
    held, ended, before = "", 0.0, None
    for segment in root.iter("{*}SpeechSegment"):
        said = " ".join(flat(word) for word in segment.iterfind("{*}Word")) or flat(segment)
        words = _CLOSE.sub(lambda found: found[1] or "", " ".join(_NOISE.sub(" ", said).split()))
        start, end = segment.get("stime") or "", segment.get("etime") or ""
        pause = float(start) - ended if _is_number(start) else 0.0
        if held and (segment.get("spkid") != before or pause >= PAUSE):
            yield held
            held = ""
        if words:
            held = f"{held} {words}".strip()
        before, ended = segment.get("spkid"), float(end) if _is_number(end) else ended
    if held:
        yield held


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) is not None
