"""RIS → items as Zotero's importer makes them of newspaper articles: its rules written down again, none of its code.

Source: what the translator RIS.js of Zotero does when it imports (lines, types, tags, names, dates).
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

_LINE = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*))?")
_TYPES = {
    "NEWS": "newspaperArticle",
    "MGZN": "magazineArticle",
    "ELEC": "webpage",
    "BLOG": "blogPost",
    "RPRT": "report",
}
_FIELDS = {
    "AB": "abstractNote",
    "AN": "archiveLocation",
    "CN": "callNumber",
    "CY": "place",
    "DA": "date",
    "DB": "archive",
    "DP": "libraryCatalog",
    "ET": "edition",
    "LA": "language",
    "SE": "section",
    "SN": "ISSN",
    "SP": "pages",
    "ST": "shortTitle",
    "T1": "title",
    "T2": "publicationTitle",
    "TI": "title",
    "UR": "url",
    "Y2": "accessDate",
}
"""Tag → the field of a newspaper article. PY is only used when there is no DA; tags that are not here become notes."""


def imported(ris: str) -> list[dict[str, Any]]:
    """The items of a file of RIS."""
    items: list[dict[str, Any]] = []
    item: dict[str, Any] | None = None
    for tag, value in _tags(ris):
        if tag == "TY":
            item = {"itemType": _TYPES.get(value.strip(), "journalArticle"), "creators": [], "notes": [], "tags": []}
            items.append(item)
        elif tag == "ER":
            item = None
        elif item is not None:
            _put(item, tag, value.strip())
    for each in items:
        year = each.pop("year", None)
        if year is not None:
            each.setdefault("date", year)
    return items


def _tags(ris: str) -> list[tuple[str, str]]:
    """The tags with their values; a line without a tag goes on with the value before it."""
    found: list[tuple[str, str]] = []
    for line in re.split(r"\r\n|\n|\r", ris):
        if match := _LINE.fullmatch(line):
            found.append((match[1], match[2] or ""))
        elif found:
            tag, value = found[-1]
            found[-1] = tag, value + ("" if value.endswith(" ") else " ") + line
    return found


def _put(item: dict[str, Any], tag: str, value: str) -> None:
    if not value:
        return
    if tag not in ("N1", "AB"):
        value = unescape(value)
    if tag == "N1":
        if value != item.get("title"):
            item["notes"].append(value)
    elif tag in ("AU", "A1"):
        last, *rest = re.split(r"\s*,\s*", value)
        item["creators"].append((last, rest[0] if rest else None))
    elif tag == "KW":
        item["tags"] += [each for each in re.split(r"\s*[;\n]+\s*", value) if each]
    elif tag in ("PY", "Y1"):
        item["year"] = _date(value)
    elif (field := _FIELDS.get(tag)) is None:
        item["notes"].append(f"{tag}  - {value}")
    elif item.get(field, value) != value:
        item["notes"].append(f"{tag}  - {value}")  # a second value of a field
    else:
        item[field] = _date(value) if field in ("date", "accessDate") else value


def _date(value: str) -> str:
    """`2020/03/12/` → `2020-03-12`; what is not known, and all behind it, is left out."""
    parts = re.split(r"\s*/\s*(?:0*(?=\d))?", value)
    if len(parts) == 1:
        return value
    known: list[str] = []
    for part in parts[:3]:
        if not part.isdigit() or not int(part):
            break
        known.append(f"{int(part):02}" if known else part)
    return "-".join(known)
