"""A text that Gallica saved (`texteBrut`) → one article: the document that its head of labelled lines describes.

The head begins with `Rappel de votre demande:` and ends with the line about the rate of recognition, or with its last
labelled line. A periodical's issue has the periodical as its source and its day in its title; the identifier is the ARK.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import datelines
from searcher.readers.encoding import declaration, decode
from searcher.readers.markup import text_of
from searcher.readers.press.record import Record, article
from searcher.readers.scans import ocr
from searcher.readers.text import MAX_BYTES
from searcher.sources import Source

MAX_HEAD = 20_000  # characters in which the head ends

_ENTRY = re.compile(r"^[ \t]*(?P<key>[^\W\d_][\w' ’-]{2,40}?)[ \t\u00a0]*: (?P<value>\S.*)$", re.M)
_KNOWN = re.compile(
    r"(?:Rappel de votre demande|Format(?: de téléchargement)?|Nombre de pages|Notice complète|Titre|Auteurs?|Éditeur"
    r"|Contributeur|Date d['’]édition|Notice d\S+(?: \S+)?|Relation|Sujet|Type|Langue|Description|Droits|Identifiant|Source"
    r"|Provenance|Couverture|Date de mise en ligne)\s*:|Vues? [0-9]",
    re.I,
)
_END = re.compile(
    r"(?:taux de reconnaissance (?:estimé pour ce document )?est de [0-9., ]+ ?%\s*\.?|Date de mise en ligne : [0-9/]+)",
    re.I,
)
_SERIES = re.compile(r"publication en série|périodique|presse|fascicule", re.I)
_DATED = re.compile(r"(?P<year>1[5-9][0-9]{2}|20[0-9]{2})(?:[-/](?P<month>[0-9]{2})(?:[-/](?P<day>[0-9]{2}))?)?")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB for one text; split it")
    text = decode(raw, source.encoding or declaration(raw)).lstrip("\ufeff")
    if text.lstrip().startswith("<"):
        text = text_of(text)
    yield article(source, record(text))


def record(text: str) -> Record:
    """What the head of a text says of the text after it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    ends = [found.end() for found in _END.finditer(text[:MAX_HEAD])]
    end = ends[-1] if ends else _described(text[:MAX_HEAD])
    said: dict[str, str] = {}
    for found in _ENTRY.finditer(text[:end]):
        said.setdefault(f"{found['key'].strip().lower()}", found["value"].strip())
    kinds = " ".join(found["value"] for found in _ENTRY.finditer(text[:end]) if found["key"].strip().lower() == "type")
    name = re.split(r"\s+:\s+|\s+/\s+", said.get("titre", ""), maxsplit=1)[0]
    written = said.get("date d'édition") or said.get("date d’édition", "")
    day = _DATED.match(written)
    date = "-".join(filter(None, day.groups())) if day else ""
    series = _SERIES.search(kinds) is not None
    described = next(
        (each for each in re.findall(r"^Description : (.+)$", text[:end], re.M) if datelines.begins(each)), ""
    )
    ark = re.search(r"ark:/[0-9]+/[a-z0-9]+", said.get("identifiant", ""))
    lines = list(map(str.strip, text[end:].split("\n")))
    known = ocr.words(lines)
    body = "\n\n".join(ocr.stitched(_paragraphs(lines, known), known))
    return Record(
        title=f"{name}, {described or date}" if series and (described or date) else said.get("titre", name),
        text=body,
        date=date,
        source=name if series else "",
        author="" if series else re.sub(r"\s*\([0-9?.-]+\).*", "", said.get("auteur", "")),
        id=ark.group() if ark else "",
        language=said.get("langue", ""),
        url=f"https://gallica.bnf.fr/{ark.group()}" if ark else "",
    )


def _described(text: str) -> int:
    """Where the labelled lines at the beginning of a text end."""
    end = 0
    for found in re.finditer(r"\S.*\n?", text):
        if not _KNOWN.match(found.group()):
            break
        end = found.end()
    return end


def _paragraphs(lines: list[str], known: set[str]) -> Iterator[str]:
    """The paragraphs of recognised lines: those that empty lines part, broken words put together."""
    for empty, group in groupby(lines, key=lambda each: not each or ocr.is_page_number(each)):
        if not empty:
            yield from ocr.paragraphs([ocr.Line(each, 0, 0, 0, 0) for each in group], known)
