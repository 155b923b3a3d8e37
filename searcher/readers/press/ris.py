"""RIS, as Zotero, EndNote and press databases write it → the items: two-letter tags, from `TY  - NEWS` to `ER  - `.

The text is that of a file attached beside the list (`L1`, `L2`, `L4`), else what `TX`, `AB`, `N2` and the notes (`N1`)
say. In a list without `TY` an item begins where the first tag of the list comes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import decode
from searcher.readers.markup import text_of
from searcher.readers.press import attached, labels
from searcher.readers.press.record import Record, articles, turned
from searcher.readers.problems import Problem, problem
from searcher.readers.text import MAX_BYTES
from searcher.sources import Source

_TAG = re.compile(r"[ \t]*(?P<tag>[A-Z][A-Z0-9]) {1,2}-(?:[ \t](?P<value>.*))?$")
_ELSEWHERE = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+:")  # an address or a DOI, no file; `C:` is a drive
_HTML = re.compile(r"</?(?:p|br|div|span|i|b|em|strong)\b[^<>]*>", re.I)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB for one list; split it")
    reasons: list[str] = []
    items, cut = _items(decode(raw, source.encoding))
    yield from articles(source, (_record(source, item, reasons) for item in items), unit="item", cut=cut)
    for reason in attached.problems(reasons):
        yield problem(source, reason)


def _items(text: str) -> tuple[list[dict[str, list[str]]], bool]:
    """The tags of each item with their values, and whether the last item lacks its end."""
    items: list[dict[str, list[str]]] = []
    item: dict[str, list[str]] | None = None
    tag = ""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tags = [found["tag"] for each in lines if (found := _TAG.match(each))]
    start = "TY" if "TY" in tags else next(iter(tags), "")
    for line in lines:
        found = _TAG.match(line)
        if found is None:
            if item is not None and tag in item and tag != "TY":
                item[tag][-1] += f"\n{line}"
            continue
        tag, value = "AU" if found["tag"] == "A1" else found["tag"], (found["value"] or "").strip()
        if tag == start:
            item = {}
            items.append(item)
        if tag == "ER":
            item = None
        elif item is not None:
            item.setdefault(tag, []).append(value)
    return items, item is not None and start == "TY"


def _record(source: Source, item: dict[str, list[str]], reasons: list[str]) -> Record | None:
    def first(*tags: str) -> str:
        return next((value.strip() for tag in tags for value in item.get(tag, ()) if value.strip()), "")

    paths = [
        path
        for tag in ("L1", "L2", "L3", "L4")
        for path in item.get(tag, ())
        if path and _ELSEWHERE.match(path) is None
    ]
    text, failed = attached.text(source, paths)
    reasons += failed
    said = [_plain(value) for tag in ("TX", "AB", "N2", "N1") for value in item.get(tag, ()) if value.strip()]
    title = first("TI", "T1", "CT", "BT")
    if not title and not text and not said:
        return None
    start, end = first("SP"), first("EP")
    section, page = labels.paged(start)  # LexisNexis: `SP  - ÉCONOMIE; Pg. 4`
    if not page:
        section, page = first("SE"), f"{start}-{end}" if start and end and start != end else start
    return Record(
        title=title,
        text=text or "\n\n".join(dict.fromkeys(said)),
        date=_date(first("DA"), first("PY", "Y1")),
        source=first("T2", "JO", "JF", "JA", "J2", "SO", "PB"),
        author=", ".join(turned(each) for each in item.get("AU", ()) if each.strip()),
        section=section,
        pages=page,
        id=first("AN", "ID"),
        language=first("LA"),
        url=next((each for each in (first("UR"), first("LK")) if each), ""),
    )


def _date(day: str, year: str) -> str:
    """`2019/03/02/` → `2019-03-02`; what stands after the third slash is a remark."""
    for written in (day, year):
        parts = [part.strip() for part in written.split("/")[:3]]
        if re.fullmatch(r"[0-9]{4}", parts[0]):
            known = parts[:1]
            for part in parts[1:]:
                if not re.fullmatch(r"[0-9]{1,2}", part):
                    break
                known.append(part.zfill(2))
            return "-".join(known)
        if written:
            return written
    return ""


def _plain(value: str) -> str:
    return text_of(value) if _HTML.search(value) else value.strip()
