"""IRaMuTeQ and Alceste corpora → the texts: a line of starred variables (`**** *source_x *date_2021-06-14`), then the text.

Alceste's older form begins with a number of four digits instead of the stars. Thematic lines (`-*theme`) are left out. The
title is the first sentence, unless a variable says it: programs that make such corpora of press exports put the headline there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.datelines import MONTHS, plain
from searcher.readers.encoding import decode
from searcher.readers.press.record import Record, articles
from searcher.readers.problems import Problem
from searcher.readers.records import field_of, key_of
from searcher.readers.text import MAX_BYTES, MAX_TITLE, title
from searcher.sources import Source

STARRED = re.compile(r"^[ \t]*(?:\*{4}|[0-9]{4}(?=[ \t]+\*\S))[ \t]*(?P<stars>(?:\*.*)?)$", re.M)
_THEME = re.compile(r"^[ \t]*-\*\S+[ \t]*$", re.M)
_SENTENCE = re.compile(r"[.!?…](?:\s?[»”\"])?(?=\s+[^\W\d_a-zà-ÿ]|\s+[«“\"])")
_NAMES = {
    "am": "month",
    "an": "year",
    "annee": "year",
    "mois": "monthofyear",
    "jour": "day",
    "num": "id",
    "ind": "id",
    "numero": "id",
    "nom": "title",
}

_DAY_FIRST = re.compile(r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])((?:19|20)[0-9]{2})")
_DAY = re.compile(r"(?:1[6-9]|20)[0-9]{2}[-_][01][0-9][-_][0-3][0-9]")  # under whatever name


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB for one corpus; split it")
    yield from articles(source, records(decode(raw, source.encoding)), unit="text")


def records(corpus: str) -> Iterator[Record | None]:
    """What a corpus says of each text."""
    corpus = corpus.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    heads = list(STARRED.finditer(corpus))
    for at, head in enumerate(heads):
        text = corpus[head.end() : heads[at + 1].start() if at + 1 < len(heads) else len(corpus)]
        text = _THEME.sub("", text).strip()
        variables = _variables(head["stars"])
        if not text:
            yield None
            continue
        fields = {
            field: value
            for field, value in ((field_of(name), value) for name, value in variables.items())
            if field and value
        }
        yield Record(
            title=_spaced(fields.get("title", "")) or _first(text),
            text=text,
            date=_date(variables, fields),
            source=_spaced(fields.get("source", "")),
            author=_spaced(fields.get("author", "")),
            section=_spaced(fields.get("section", "")),
            language=fields.get("language", ""),
            id=fields.get("id", ""),
        )


def _variables(stars: str) -> dict[str, str]:
    """Variable → value. The name ends at the first `_`: values may hold more."""
    found: dict[str, str] = {}
    for each in re.findall(r"\*(\S+)", stars):
        name, _, value = each.partition("_")
        key = key_of(name)
        found.setdefault(_NAMES.get(key, key), value.strip("_"))
    return found


def _date(variables: dict[str, str], fields: dict[str, str]) -> str:
    """The date that the variables give together, in ISO 8601 where they allow."""
    written = fields.get("date", "") or next(filter(_DAY.fullmatch, variables.values()), "")
    if found := _DAY_FIRST.fullmatch(written):
        return f"{found[3]}-{found[2]}-{found[1]}"
    if found := re.fullmatch(r"([0-9]{4})[-_./]?([0-9]{2})(?:[-_./]?([0-9]{2}))?", written):
        return "-".join(filter(None, found.groups()))
    if found := re.fullmatch(r"([0-9]{1,2})[-_./]([0-9]{1,2})[-_./]([0-9]{4})", written):
        return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    if written:
        return _spaced(written)
    if found := re.fullmatch(r"([0-9]{4})[-_./]?([0-9]{2})", variables.get("month", "")):
        return "-".join(found.groups())
    year, month, day = (variables.get(name, "") for name in ("year", "monthofyear", "day"))
    if found := re.fullmatch(r"([0-9]{4})[-_./]?([0-9]{2})[-_./]?([0-9]{2})", day):
        return "-".join(found.groups())
    month = str(MONTHS.get(plain(month), month))
    if not re.fullmatch(r"[0-9]{4}", year):
        return ""
    parts = [year]
    for each in (month, day):
        if not re.fullmatch(r"[0-9]{1,2}", each):
            break
        parts.append(each.zfill(2))
    return "-".join(parts)


def _first(text: str) -> str:
    """The first sentence, when it is short enough for a title; else the beginning."""
    first = text.split("\n", 1)[0]
    end = next((found.end() for found in _SENTENCE.finditer(first) if found.end() >= 15), None)
    return first[:end].removesuffix(".") if end is not None and end <= MAX_TITLE else title(text)


def _spaced(value: str) -> str:
    """A value as it is read: these programs allow no blank within one."""
    return value.replace("_", " ").strip()
