"""The tree of a page → the articles that stand side by side in it, when the page is several articles or a list of them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from searcher.readers.web.body import flat, is_boilerplate, is_prose, whole

SHORTEST = 60  # characters of prose outside links in each of several articles …
WHOLE = 250  # … and in an article whose headline leads to another page, from which on it is no teaser
MOST = 0.6  # share of a page's prose that its articles hold together
MANY = 200  # articles of a page
ROWS = 3  # and more that are alike make a list
TITLED = 100  # characters of a row that its title begins in
SHORT_TITLE = 12  # characters of a title

_HEADINGS = ("h1", "h2", "h3", "h4")


class Posts(NamedTuple):
    """The elements of several articles; `apart` when each is an article of its own, not a teaser of another page."""

    elements: list[Any]
    apart: bool


def posts(tree: Any, headline: Any) -> Posts | None:
    """The articles of a page that holds several: `article` elements, entries of a blog (`hentry`, `h-entry`, `post`), or rows
    of a list that are alike, none in another, which hold most of the page's prose. None for a page of one article: its
    `headline` stands in one of them, and the others have no `h1`."""
    for kind, apart in ((_articles, True), (_entries, True), (_rows, False)):
        found = kind(tree)
        if len(found) < 2:
            continue
        held = set(found)
        outer = [each for each in found if not any(up in held or is_boilerplate(up) for up in each.iterancestors())]
        sized = [(each, _prose(each)) for each in outer[:MANY] if not is_boilerplate(each) and not _teaser(each)]
        told = [
            (each, size) for each, size in sized if size >= SHORTEST and (not apart or heading_of(each) is not None)
        ]
        if len(told) < 2 or sum(size for _, size in told) < MOST * _prose(tree):
            continue
        elements = [each for each, _ in told]
        above = set() if headline is None else {headline, *headline.iterancestors()}
        if not above.isdisjoint(elements) and sum(each.find(".//h1") is not None for each in elements) < 2:
            continue
        stay = sum(size >= WHOLE or not address(each) for each, size in told)
        if apart and stay * 2 > len(told):
            return Posts(elements, apart=True)
        return Posts(_with_prose(elements, headline), apart=False)
    return None


def heading_of(element: Any) -> Any:
    """The first heading in an article; None without one."""
    return next((each for each in element.iter(*_HEADINGS) if flat(each)), None)


def address(element: Any) -> str:
    """The address that an article's heading leads to; empty without one."""
    found = heading_of(element)
    link = found if found is None else next(iter([*found.iter("a"), *found.iterancestors("a")]), None)
    return (link.get("href") or "") if link is not None else ""


def _teaser(element: Any) -> bool:
    return re.search(r"teaser|card|related|promo", element.get("class") or "", re.I) is not None


def _rows(tree: Any) -> list[Any]:
    """The rows of a list: three sisters and more of one tag and class, each with a link and prose."""
    best: list[Any] = []
    for parent in tree.iter("div", "section", "main", "body", "ul", "ol", "tbody", "table"):
        if len(parent) < ROWS:
            continue
        groups: dict[tuple[str, str], list[Any]] = {}
        for each in parent:
            if (
                isinstance(each.tag, str)
                and each.tag in ("div", "section", "li", "tr", "p")
                and next(each.iter("a"), None) is not None
            ):
                groups.setdefault((each.tag, each.get("class") or ""), []).append(each)
        rows = max(groups.values(), key=len, default=[])
        if len(rows) >= ROWS and len(rows) > len(best) and 2 * sum(map(_titled, rows)) > len(rows):
            best = rows
    return best


def _titled(row: Any) -> bool:
    """Whether a row begins with a link: the title of what it tells of."""
    link = next(row.iter("a"))
    begin = flat(row)[:TITLED]
    return len(flat(link)) >= SHORT_TITLE and flat(link)[:20] in begin


def _with_prose(elements: list[Any], headline: Any) -> list[Any]:
    """Elements and the prose beside them and between them and the headline, in their order."""
    inside = next(
        (up for up in elements[0].iterancestors() if all(up in each.iterancestors() for each in elements)), None
    )
    if inside is None:
        return elements
    if inside.tag != "body" and (headline is None or inside not in headline.iterancestors()):
        return whole(inside, headline)
    held = {up for each in elements for up in (each, *each.iterancestors())}
    return [each for each in inside if each in held or is_prose(each)]


def _articles(tree: Any) -> list[Any]:
    return list(tree.iter("article"))


def _entries(tree: Any) -> list[Any]:
    wanted = {"hentry", "h-entry", "post", "blog-post", "entry"}
    return [each for each in tree.iter("div", "section", "li") if wanted & set((each.get("class") or "").split())]


def _prose(element: Any) -> int:
    """Characters of paragraphs, items and cells outside links."""
    size = 0
    for each in element.iter("p", "blockquote", "li", "td", "dd"):
        if each.tag != "p" and each.find(".//p") is not None:
            continue
        size += len(flat(each)) - sum(len(flat(link)) for link in each.iter("a"))
    return size
