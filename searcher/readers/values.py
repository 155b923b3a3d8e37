"""A value of a record, as JSON, CSV and Parquet have it → text: a string, a list, an object, typed blocks, a moment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from html import unescape

from searcher.readers import repairs
from searcher.readers.markup import text_of
from searcher.readers.mojibake import repair

_NOT_TEXT = frozenset("image img video audio gallery title kicker byline date author_info ad related embed".split())
_BREAKS = ("hardBreak", "linebreak")
_PARTED = ("sections", "paragraphs", "paragraphes")  # keys of a block that is made of others …
_PARTS = ("summary", "headline", "titre", *_PARTED)  # … and of all it says, in this order
_HOLDING = ("content", "contenu", "text", "texte", "body", "corps", "blocks", "items", "data", "children", "root")
_SAYING = (  # keys of an object of which one says what the object stands for
    *("name", "nom", "text", "rendered", "value", "literal", "#text", "@value", "$oid", "$numberLong", "$numberInt"),
    *("$numberDouble", "$numberDecimal", "main", "original", "default", "url", "@id", "fr"),
)
_PERSON = (  # parts of a person's name, in the order in which they are said
    *("givenName", "given", "firstname", "prenom", "prénom", "dropping-particle", "non-dropping-particle"),
    *("familyName", "family", "lastname", "suffix"),
)
_HTML = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|figure|blockquote|section|article|html|body|span|a|em|strong|b|i)\b[^<>]*>", re.I
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}[0-9]?);", re.I)
_EPOCH = re.compile(r"(-?[0-9]{9,10})(?:\.[0-9]*)?|(-?[0-9]{12,13})")
_CALENDAR = re.compile(
    r"(?:1[6-9]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]"
)  # 202003121205
_DAYS = re.compile(r"[2-5][0-9]{4}(?:\.[0-9]+)?")  # as Excel counts them, from 1954 on
_BY = re.compile(r"^(?:par|by)\s*:?\s+", re.I)
_PAGES = re.compile(r"^(?:(?:[Pp]ages?|[Pp]g|PP?|pp)\b\.?|pp?\.?)\s*(?=[A-Z]{0,4}[- ]?[0-9])")  # p. 7, Page A3
_DATED = re.compile(r"[\s,;|–-]*\b(?:publié|mis à jour|modifié|posted on|published)e?s?\b.*", re.I | re.S)


def read(field: str, value: object) -> str:
    """A value as what it says under a key of this field of an article; empty when it says nothing."""
    match field:
        case "text":
            return _plain(passage(value))
        case "date":
            return _date(_written(value))
        case "title" | "standfirst":
            return _plain(_written(value))
        case "id":
            return _written(value)
        case "pages":
            return _PAGES.sub("", _written(value))
        case _:
            written = _plain(_named(value))
            return _DATED.sub("", _BY.sub("", written)) if field == "author" else written


def _written(value: object) -> str:
    """A value as one string; a list is joined, and an object stands for its name."""
    match value:
        case str():
            return value.strip()
        case bool() | None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace").strip()
        case list() | tuple():
            return ", ".join(filter(None, map(_written, value)))
        case dict():
            if (moment := _of_mongo(value)) is not None:
                return moment
            for key in _SAYING:
                if value.get(key):
                    return _written(value[key])
            if isinstance(parts := value.get("date-parts"), list):  # CSL
                return "-".join(str(part).zfill(2) for part in (parts[:1] or [[]])[0])
            if isinstance(raw := value.get("raw"), str):  # a date that CSL could not part
                return raw
            person = " ".join(filter(None, (_written(value.get(key)) for key in _PERSON)))
            return re.sub(r"(?<=\b[dDlL]['’]) ", "", person)
        case _:  # numbers, and what only Parquet has (decimals)
            return str(value)


def _of_mongo(value: Mapping[str, object]) -> str | None:
    """The moment that MongoDB's extended JSON writes as `{"$date": …}` or `{"$timestamp": …}`; None for another object."""
    if isinstance(stamp := value.get("$timestamp"), dict) and isinstance(seconds := stamp.get("t"), int):
        return _moment(seconds)
    if "$date" not in value:
        return None
    written = _written(value["$date"])
    return _moment(int(written) / 1000) if re.fullmatch(r"-?[0-9]{1,15}", written) else written


def _moment(seconds: float) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def _named(value: object) -> str:
    """A name, or names. A number under such a key is a key of another table, and nobody's name."""
    match value:
        case str():
            return value.strip()
        case list() | tuple():
            return ", ".join(dict.fromkeys(filter(None, map(_named, value))))
        case int() | float():
            return ""
        case _:
            return _written(value)


def passage(value: object) -> str:
    """A text; of a list of paragraphs or of typed blocks, those that are text, an empty line between."""
    match value:
        case str():
            return _blocks(value) or value.strip()
        case list() | tuple():
            return "\n\n".join(filter(None, map(passage, value)))
        case dict():
            if str(value.get("type") or value.get("@type") or "").lower() in _NOT_TEXT:
                return ""
            if isinstance(value.get("ops"), list):  # of Quill
                return "\n\n".join(
                    "".join(str(each["insert"]) for each in value["ops"] if _inserts(each)).split("\n")
                ).strip()
            if any(value.get(key) for key in _PARTED):
                return "\n\n".join(filter(None, (passage(value.get(key)) for key in _PARTS)))
            for key in ("content", "children"):
                if isinstance(inside := value.get(key), list) and any(map(_is_run, inside)):
                    return "".join(map(_run, inside)).strip()
            for key in _HOLDING:
                if isinstance(value.get(key), str | list | dict) and value[key]:
                    return passage(value[key])
            return _written(value)
        case _:
            return _written(value)


def _blocks(written: str) -> str:
    """The text of blocks that a string holds as JSON (`{"blocks": [{"text": …`); empty for any other string."""
    if written[:1] not in ("{", "[") or written.rstrip()[-1:] not in ("}", "]"):
        return ""
    with suppress(ValueError, RecursionError):
        inside = json.loads(written)
        return passage(inside) if isinstance(inside, dict) or (inside and isinstance(inside[0], dict)) else ""
    return ""


def _is_run(part: object) -> bool:
    """Whether a part of a block is a run of text in a line, or a line break (Slate, Portable Text, ProseMirror, Contentful)."""
    if not isinstance(part, dict):
        return False
    kind = part.get("type") or part.get("_type") or part.get("nodeType") or "text"
    return kind in _BREAKS or (kind in ("text", "span") and isinstance(part.get("text", part.get("value")), str))


def _run(part: object) -> str:
    """The words of a run, or of what stands among runs, as a link does."""
    if not isinstance(part, dict):
        return ""
    if _is_run(part):
        return str(part.get("text") or part.get("value") or "\n")
    inside = part.get("content") or part.get("children")
    return "".join(map(_run, inside)) if isinstance(inside, list) else ""


def _inserts(part: object) -> bool:
    return isinstance(part, dict) and isinstance(part.get("insert"), str)


def _plain(written: str) -> str:
    r"""A value without tags and entities; what escapes of JSON (`s\u00c3\u00a9curit\u00c3\u00a9`) or entities hid from the
    repair of the raw text is repaired here."""
    if "<" in written and _HTML.search(written) is not None:
        written = text_of(written)
    elif "&" in written:
        written = _ENTITY.sub(lambda found: unescape(found.group()), written)
    return repair(written) if any(first in written for first in _TWICE) else written


_TWICE = ("Ã", "Â", "â€")
"""What UTF-8 that was read as Windows-1252 begins with."""


def _date(written: str) -> str:
    """A date as written, or read from what machines count: seconds or milliseconds since 1970, and the days of Excel."""
    if _DAYS.fullmatch(written):
        repairs.guessed(f"numbers under a date’s name are read as the days that Excel counts: {written}")
        return (date(1899, 12, 30) + timedelta(days=int(float(written)))).isoformat()
    found = _EPOCH.fullmatch(written)
    if found is None or _CALENDAR.fullmatch(written):
        return written
    return _moment(int(found[1]) if found[1] else int(found[2]) // 1000)
