"""Agency messages between control characters → articles: IPTC 7901 (dpa, AFP, ATS) and ANPA 1312 (AP, AAP).

A message is `SOH header STX text ETX time EOT`; a file may hold many. IPTC 7901 ends its headline with `=`; ANPA 1312 begins
its heading lines with `^`. The date is the one after the text (`131137 GMT Nov 13`, `AP-WF-11-13-13 1509GMT`); a year of two
digits is from 1970 to 2069. Letters are UTF-8 or Windows-1252, and what French agencies used before them: DOS, ISO 6937, and
the French variant of ISO 646 (`pr{sident`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.calendar import MONTHS, SHORT_MONTHS
from searcher.errors import Unreadable
from searcher.readers.agencies import wire
from searcher.readers.encoding import decode
from searcher.readers.fields import make
from searcher.readers.problems import Problem, and_more, problem
from searcher.sources import Source

MAX_BYTES = 64 << 20
_AGENCIES = {
    each.lower(): each for each in "AFP dpa ATS APA Belga ANP Reuters ANSA EFE AAP AP TASS Xinhua Kyodo SDA".split()
}
_DAY_TIME = re.compile(
    r"\b([0-3][0-9])([0-2][0-9])([0-5][0-9])\s*(GMT|UTC|Z)?\s+([^\W\d_]{3,5})\.?\s+((?:[12][09])?[0-9]{2})\b", re.I
)
_ANPA_TIME = re.compile(r"\b([01][0-9])-([0-3][0-9])-([0-9]{2})(?:\s+([0-2][0-9])([0-5][0-9])(GMT|UTC|Z)?)?", re.I)
_NOTES = re.compile(
    r"^(?:#+ (?:dpa\b|editorial\b|notebook|notizblock|internet|orte\b|kontakt|redaktion)|\* \* \* \*"
    r"|the following information is not|les informations (?:suivantes|ci-dessous) ne sont pas)",
    re.I | re.M,
)
_NOT_HEADLINE = re.compile(
    r"(?:AP |AFP |Reuters )?Photos?\b|Eds?[:.]|AP (?:Video|Graphic|Audio)|With\b.*\bphotos?\b|\(.*\)$", re.I
)
_NATIONAL = str.maketrans("{|}@\\[]~`#", "éùèàç°§¨µ£")
_ACCENTS = {0xC1: "\u0300", 0xC2: "\u0301", 0xC3: "\u0302", 0xC4: "\u0303", 0xC8: "\u0308", 0xCB: "\u0327"}


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB; split it")
    messages = [
        each for each in re.split(r"\x01|^ZCZC\b", _decoded(raw, source.encoding), flags=re.M) if _printed(each)
    ]
    failed, reason = 0, ""
    for number, message in enumerate(messages, 1):
        several = len(messages) > 1
        try:
            yield make(
                source,
                number=number if several else None,
                place=f"message {number}" if several else None,
                **fields(message),
            )
        except Unreadable as error:
            failed, reason = failed + 1, reason or f"message {number}: {error}"
    if not messages:
        raise Unreadable("no message between its control characters")
    if failed:
        yield problem(source, and_more(reason, failed, "message"))


def fields(message: str) -> dict[str, str]:
    """What a message says, under the names of `fields.make`; it begins after SOH."""
    header, between, rest = message.partition("\x02")
    if not between:
        header, _, rest = message.partition("\n")
    text, _, end = re.sub(r"\nNNNN\b", "\x03", rest, count=1).partition("\x03")
    text = re.sub(r"[\x04\x0c\x7f]", "", text).replace("\r\n", "\n").replace("\r", "\n")
    told = _anpa(text) if text.lstrip().startswith("^") else _iptc(text)
    byline, told["text"] = wire.bare(told["text"], told["title"])
    told["author"] = wire.author(told["author"] or byline)
    told["date"] = _date(end) or _date(told["text"][-200:])
    told["source"] = _agency(header, end, told["text"][:200])
    return {key: value for key, value in told.items() if value}


def _iptc(text: str) -> dict[str, str]:
    """The headline runs to `=`; without one, to the first line that is empty or indented."""
    lines = text.strip("\n").split("\n")
    marked = next((at for at, line in enumerate(lines[:10]) if line.rstrip().endswith("=")), None)
    end = next((at for at, line in enumerate(lines) if at and (not line.strip() or line[:2].isspace())), 1)
    end = end if marked is None else marked + 1
    heading = [line.strip().removesuffix("=").strip() for line in lines[:end]]
    by = [line for line in heading[1:] if re.match(r"(?:by|par|von|por)\s", line, re.I)]
    title = " ".join(line for line in heading if line and line not in by and not re.fullmatch(r"\(.*\)", line))
    body = "\n".join(lines[end:])
    notes = _NOTES.search(body)
    body = body if notes is None else body[: notes.start()]
    return {"title": title, "author": by[0].removeprefix("Von ") if by else "", "text": wire.unwrapped(body)}


def _anpa(text: str) -> dict[str, str]:
    """Lines with `^` before and `<` or `=` behind are headings: keywords, headline, summary, notes to editors, by-line."""
    text = text.replace("``", "“").replace("''", "”").replace(" _ ", " — ")  # what its 7 bits had no room for
    lines = [line.strip() for line in text.strip().split("\n")]
    count = next((at for at, line in enumerate(lines) if not line.startswith("^")), len(lines))
    headings = [line[1:].strip() for line in lines[:count]]
    by = next((line for line in headings if re.match(r"By\s", line)), "")
    told = [line.rstrip("<= ") for line in headings[1:] if not line.endswith("=") and not _NOT_HEADLINE.match(line)]
    slug = re.sub(r"^BC-+|,\s*[0-9]*$", "", headings[0].rstrip("<= "))
    paragraphs: list[str] = []
    row = False
    for line in lines[count:]:
        bare = line.lstrip("^").rstrip("< ").strip()
        if bare and bare != "END" and row and line.endswith("<"):
            paragraphs[-1] += f"\n{bare}"
        elif bare and bare != "END":
            paragraphs.append(bare)
        row = line.endswith("<") and bool(paragraphs)
    return {
        "title": told[0] if told else slug,
        "standfirst": told[1] if len(told) > 1 else "",
        "author": by.rstrip("<= "),
        "text": "\n\n".join(paragraphs),
    }


def _date(end: str) -> str:
    if found := _DAY_TIME.search(end):
        day, hour, minute, zone, month, year = found.groups()
        name = month.lower()
        number = MONTHS.get(name) or SHORT_MONTHS.get(name) or SHORT_MONTHS.get(name[:3])
        if number:
            return f"{_year(year)}-{number:02}-{day}T{hour}:{minute}{'Z' if zone else ''}"
    if found := _ANPA_TIME.search(end):
        month, day, year, hour, minute, zone = found.groups()
        return f"{_year(year)}-{month}-{day}" + (f"T{hour}:{minute}{'Z' if zone else ''}" if hour else "")
    return ""


def _year(written: str) -> str:
    return written if len(written) == 4 else f"{'19' if written >= '70' else '20'}{written}"


def _agency(*places: str) -> str:
    """The agency that the header, the end or the dateline names."""
    for place in places:
        for word in re.findall(r"[^\W\d_]+", place):
            if word.lower() in _AGENCIES and (word.islower() or word.isupper() or len(word) > 3):
                return _AGENCIES[word.lower()]
    return ""


def _printed(message: str) -> bool:
    return re.search(r"\w{2}", message) is not None


def _decoded(raw: bytes, declared: str | None) -> str:
    raw = raw.replace(b"\0", b"")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        high = len(re.findall(rb"[\xa0-\xff]", raw))
        if len(re.findall(rb"[\xc1-\xc4\xc8\xcb][A-Za-z]", raw)) * 2 > high > 1:
            return _iso6937(raw)
        if len(re.findall(rb"[a-z][\x82\x83\x85\x87-\x8c\x93\x96\x97][a-z\s]", raw)) > high:
            return raw.decode("cp850")
        return decode(raw, declared)
    if len(re.findall(r"[a-z][{}|][a-z\s]", text)) > 2 and "{" in text:
        return text.translate(_NATIONAL)
    return text


def _iso6937(raw: bytes) -> str:
    """ISO 6937 (T.61), where an accent stands before its letter."""
    letters: list[str] = []
    accent = ""
    for byte in raw:
        if byte in _ACCENTS:
            accent = _ACCENTS[byte]
        else:
            letters += [bytes((byte,)).decode("latin-1"), accent]
            accent = ""
    return unicodedata.normalize("NFC", "".join(letters))
