"""A page → the date that it carries elsewhere than beside its headline: in an element that is marked, in a line that says
`Publié le …`, in its scripts, or where htmldate sees one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from htmldate import find_date
from lxml import etree

from searcher.readers.datelines import MONTHS, find, plain
from searcher.readers.dating import FIRST_YEAR, iso
from searcher.readers.web.body import BLOCKS, flat, for_libraries, is_boilerplate, length
from searcher.readers.web.bylines import (
    CLOCK,
    DAY,
    HEAD_ELEMENTS,
    HEADINGS,
    LINE,
    LONGEST_CAPTION,
    MARKED,
    META,
    PUBLISHED,
    SITE_HEAD,
    UPDATED,
    changed,
    in_rows,
    inside,
    lists_others,
    of_line,
)

LABEL_PARTS = 4  # elements in a line with a label and a date
LONGEST_LABEL = 60  # characters of a label and a date in two blocks
MAX_SCRIPTED = 200  # dates of one script
_OTHERS = re.compile(
    r"related|similar|recommend|teaser|\breco|comment|kommentar|forum|disqus|\blire|most-?read|r[ée]action|discussion|replies"
    r"|plus-?lus|biblio|r[ée]f[ée]rences?\b|footnotes?|notes-de-bas",
    re.I,
)
_WIKI_CHANGE = re.compile(r"lastmod|page-?info|footer-?info", re.I)
_PERIOD = re.compile(r"[0-9]\.?\s?[-–]\s?$")
_SCRIPTED = re.compile(
    r'\\?"(?:date_?published|published|published_?(?:at|on|date|time)|publication_?date|publish_?(?:date|time)|first_?published(?:_?at)?)'
    r'\\?"\s*:\s*\\?"([0-9]{4}-[0-9]{2}-[0-9]{2}[^"\\]{0,20})',
    re.I,
)
_SHORT_TAGS = ("p", "li", "div", "span", "td", "dd", "small", "em")


def _stamps(tree: Any) -> Iterator[tuple[Any, str]]:
    """Elements with a date in an attribute, outside of boilerplate and not labelled as a change; with the date."""
    for each in tree.iter("time", "abbr", "span"):
        written = each.get("datetime") or (each.get("title") if each.tag == "abbr" else None)
        if not written or (each.tag != "time" and "published" not in (each.get("class") or "")):
            continue
        found = iso(written)
        if found and not changed(each) and not any(is_boilerplate(one) for one in each.iterancestors()):
            yield each, found


def marked(tree: Any) -> str | None:
    """The element that is marked as the publication's; None when they are many."""
    stated = []
    for each, found in _stamps(tree):
        named = " ".join(
            f"{one.get('class') or ''} {one.get('itemprop') or ''}" for one in (each, *list(each.iterancestors())[:2])
        )
        if each.get("pubdate") is not None or MARKED.search(named):
            stated.append(found)
    return stated[0] if stated and len({each[:10] for each in stated}) <= 2 else None


def only(tree: Any) -> str | None:
    """The one day that `time` elements give, in the article where there is such an element."""
    within = tree.find(".//article")
    found = {
        stamp[:10]: stamp
        for each, stamp in _stamps(tree)
        if within is None or next(each.iterancestors("article"), None) is not None
    }
    return next(iter(found.values())) if len(found) == 1 else None


def labelled(tree: Any, address: str | None) -> str | None:
    """The date in a line anywhere on the page that says `Publié le …`: the first outside of boilerplate, else the only one
    outside of comments and lists of other articles. In the month that the address gives, a sentence may say it."""
    body = tree.find("body")
    body = tree if body is None else body
    month = address if address is not None else ""
    for each in inside(body):
        if found := _label(each, month):
            return found
    days_said = {
        day[:DAY]: day
        for each in body.iter(*_SHORT_TAGS)
        if len(each) <= LABEL_PARTS
        and (day := _label(each, month))
        and not any(_OTHERS.search(f"{up.get('class') or ''} {up.get('id') or ''}") for up in each.iterancestors())
        and not in_rows(each)
    }
    return next(iter(days_said.values())) if len(days_said) == 1 else None


def _label(element: Any, month: str) -> str | None:
    blocks = any(child.tag in BLOCKS for child in element)
    if len(element) > LABEL_PARTS and blocks:
        return None
    if length(element) > (LONGEST_LABEL if blocks else LINE):
        return None
    text = flat(element)
    if not 8 <= len(text) <= LINE or not re.search(r"\d{4}", text) or not PUBLISHED.search(text):
        return None
    found = iso(text) or of_line(element, text, "")
    if found is None and month and (when := find(text)) is not None and len(when.iso) >= DAY:
        found = when.iso if when.iso.startswith(month) else None
    return found if found is not None and found.startswith(month) else None


def scripted(scripts: Sequence[str]) -> str | None:
    """The one day of publication in the data that a page is built from in the browser (`"publishedAt": "2020-07-02T…"`)."""
    found: dict[str, str] = {}
    for script in scripts:
        for each in islice(_SCRIPTED.finditer(script), MAX_SCRIPTED):
            if written := iso(each[1]):
                found.setdefault(written[:DAY], written)
    return next(iter(found.values())) if len(found) == 1 else None


def guessed(tree: Any) -> str | None:
    """htmldate's opinion, if the page shows that day: outside of other articles, of comments and of what a
    wiki says below its pages about their last change."""
    page, half = for_libraries(tree), length(tree) / 2
    for each in list(page.iter(etree.Element)):
        named = f"{each.get('class') or ''} {each.get('id') or ''}"[:200]
        if each.getparent() is None or each.tag in ("html", "body"):
            continue
        other = (
            each.tag in ("aside", "blockquote", "figcaption")
            or _OTHERS.search(named)
            or ((CLOCK.search(named) or SITE_HEAD.search(named)) and each.find(".//h1") is None)
            or _captioned(each)
        )
        change = not other and _WIKI_CHANGE.search(named)
        if (other or change) and len(text := flat(each)) < half and (other or UPDATED.search(text)):
            each.drop_tree()
    for each in list(page.iter(*HEADINGS)):
        if each.getparent() is not None and lists_others(flat(each)):
            for sister in list(islice(each.itersiblings(), HEAD_ELEMENTS)):
                if sister.tag == each.tag:
                    break
                if length(sister) < half:
                    sister.drop_tree()
    try:
        found = find_date(page, extensive_search=False, original_date=True, min_date=f"{FIRST_YEAR}-01-01")
    except Exception:  # it trips over odd markup in several ways, and was the last resort
        return None
    if not found or len(found) != DAY:
        return None
    return str(found) if _written(found, page) else None


def _captioned(element: Any) -> bool:
    """Whether an element is a picture with a sentence below it."""
    if not any(each.tag == "img" for each in element):
        return False
    named, text = f"{element.get('class') or ''} {element.get('id') or ''}", flat(element)
    return not META.search(named) and LINE // 2 < len(text) <= LONGEST_CAPTION and of_line(element, text, "") is None


def _written(day: str, page: Any) -> bool:
    """Whether a page shows a day: in figures or words, or in a `datetime`."""
    year, month, number = day.split("-")
    text, short, any_month = flat(page), rf"0?{int(month)}", r"([^\W\d_]{3,12})"
    day_of = rf"(?<!\d)0?{int(number)}"
    patterns = (
        rf"{year}\W?{month}\W?{number}",
        rf"{day_of}\W{{1,3}}{short}\W{{1,3}}{year}(?!\d)",
        rf"(?<!\d){number}\W{month}\W{year[2:]}(?!\d)",  # with its zeros: 4.8.12 is a version
        rf"(?<!\d){short}\W{{1,3}}0?{int(number)}\W{{1,3}}(?:{year}|{year[2:]})(?!\d)",
        rf"{year}\W{{0,2}}\w\W{{0,2}}{short}\W{{0,2}}\w\W{{0,2}}0?{int(number)}(?!\d)",
        rf"{day_of}(?:er|st|nd|rd|th)?\W{{1,8}}(?:de )?{any_month}\W{{1,8}}(?:de )?{year}",
        rf"{any_month}\W{{1,3}}0?{int(number)}(?:st|nd|rd|th)?\W{{1,8}}{year}",
    )
    for pattern in patterns:
        for found in re.finditer(pattern, text):
            if _PERIOD.search(text, max(0, found.start() - 8), found.start()):
                continue  # the end of a period: 14. – 20. Januar 2022
            if not found.groups() or MONTHS.get(plain(found[1])) in (None, int(month)):
                return True
    stamped = (
        each for each in page.iter("time", "abbr") if (each.get("datetime") or each.get("title") or "").startswith(day)
    )
    return not all(map(changed, stamped))
