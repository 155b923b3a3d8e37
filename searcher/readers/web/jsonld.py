"""The JSON-LD in a page (schema.org) → what it says about the article, as plain strings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

MAX_SCRIPT = 2 << 20  # characters of one script
MAX_OBJECTS = 5000

_ARTICLES = re.compile(r"(?:.*Article|.*BlogPosting|SocialMediaPosting|Report|Review|Interview|ClaimReview|Chapter)$")
_OTHERS = (
    "VideoObject",
    "AudioObject",
    "PodcastEpisode",
    "TVEpisode",
    "NewsMediaOrganization",
    "Event",
    "CreativeWork",
    "WebPage",
    "ItemPage",
)
_PAGES = frozenset(("CreativeWork", "WebPage", "ItemPage"))
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says about itself; empty where it says nothing. `standfirst` may be cut short, `text` is all of it.

    `changed` is the date of the last change, `other` the date of an object beside the article, such as a video.
    """

    title: str = ""
    date: str = ""
    changed: str = ""
    other: str = ""
    author: str = ""
    source: str = ""
    section: str = ""
    language: str = ""
    url: str = ""
    standfirst: str = ""
    text: str = ""


def declared(scripts: list[str], url: str = "") -> Declared:
    """What the contents of a page's `application/ld+json` scripts say of its article: the one at `url` when several are there.

    Broken JSON is passed over; nothing is looked up outside the page.
    """
    objects = list(_objects([document for each in scripts if (document := _load(each)) is not None]))
    known = {str(each["@id"]): each for each in objects if "@id" in each and len(each) > 1}
    articles = [each for each in objects if any(map(_ARTICLES.match, _types(each)))]
    others = [each for kind in _OTHERS for each in objects if kind in _types(each)]
    if not articles and not others:
        return Declared(section=_trail(objects))
    main = _best(articles, url) if articles else others[0]
    if main is None:
        return Declared()
    page = next((each for each in objects if "WebPage" in _types(each)), {})
    beside = not articles and not _PAGES.intersection(_types(main))  # an object on the page, not the page
    return Declared(
        title="" if beside else text(main.get("headline") or main.get("name")),
        date=text(page.get("datePublished") if beside else main.get("datePublished") or page.get("datePublished")),
        changed=text(main.get("dateModified") or page.get("dateModified")),
        other=text(main.get("datePublished")) if beside else "",
        author=people(main.get("author") or main.get("creator"), known),
        source=people(main.get("publisher") or main.get("sourceOrganization") or page.get("publisher"), known),
        section=text(_first(main.get("articleSection"))) or _trail(objects),
        language=text(_first(main.get("inLanguage")), "alternateName", "name"),
        url=text(main.get("url")) or text(main.get("mainEntityOfPage"), "@id", "url"),
        standfirst=text(main.get("description") or main.get("abstract")),
        text=_body(main.get("articleBody")),
    )


def text(value: Any, *keys: str) -> str:
    """A value as one line, its entities resolved (some write them twice); of an object the first of `keys` that is filled."""
    if isinstance(value, list):
        value = _first(value)
    if isinstance(value, dict):
        value = next((value[key] for key in (*keys, "@value", "name") if isinstance(value.get(key), str)), "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return " ".join(_plain(value).split()) if isinstance(value, str) else ""


def people(value: Any, known: dict[str, dict[str, Any]]) -> str:
    """The names of persons or organisations, joined by commas; `known` are the objects that others refer to by `@id`."""
    names: list[str] = []
    for each in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(each, dict):
            name = each.get("name") or known.get(str(each.get("@id")), {}).get("name") or each.get("legalName")
            names += [text(one) for one in (name if isinstance(name, list) else [name])]
        else:
            names.append(text(each))
    return ", ".join(
        dict.fromkeys(name for name in names if name and not name.startswith(("http:", "https:", "#", "/")))
    )


def _load(script: str) -> Any:
    if len(script) > MAX_SCRIPT:
        return None
    bare = re.sub(
        r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:(?://\s*)?(?:-->|\]\]>)|/\*\s*\]\]>\s*\*/|;)\s*$",
        "",
        script,
    )
    for attempt in (bare, re.sub(r",(?=\s*[}\]])", "", bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _objects(documents: list[Any]) -> Iterator[dict[str, Any]]:
    """The objects at the top of documents and below the keys that hold a page's parts, the outer ones first."""
    queue, at = documents, 0
    while at < len(queue) and at < MAX_OBJECTS:
        each = queue[at]
        at += 1
        if isinstance(each, list):
            queue.extend(each)
        elif isinstance(each, dict):
            yield each
            if "ItemList" not in _types(each):
                queue.extend(each[key] for key in _INSIDE if isinstance(each.get(key), dict | list))


def _types(each: dict[str, Any]) -> list[str]:
    kinds = each.get("@type")
    return [str(kind).rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])]


def _best(articles: list[dict[str, Any]], url: str) -> dict[str, Any] | None:
    """The article the page is about: the one that names its address, or the only one, or the one with most to say."""
    headed = [each for each in articles if each.get("headline") or each.get("name") or each.get("articleBody")]
    if url:
        for each in headed:
            addresses = (each.get("url"), each.get("@id"), text(each.get("mainEntityOfPage"), "@id", "url"))
            if any(isinstance(one, str) and _same(one, url) for one in addresses):
                return each
    titles = {text(each.get("headline") or each.get("name")) for each in headed}
    if len(titles) > 3:
        return None  # a list of articles
    return max(headed, key=len) if headed else (articles[0] if articles else None)


def _same(one: str, other: str) -> bool:
    return (
        one.partition("#")[0].rstrip("/").partition("://")[2]
        == other.partition("#")[0].rstrip("/").partition("://")[2]
        != ""
    )


def _trail(objects: list[dict[str, Any]]) -> str:
    """The section that a BreadcrumbList names: the first step below the front page, unless that is the article itself."""
    for each in objects:
        if "BreadcrumbList" not in _types(each) or not isinstance(each.get("itemListElement"), list):
            continue
        steps = []
        for step in each["itemListElement"]:
            if isinstance(step, dict):
                item = step.get("item")
                steps.append(text(step.get("name")) or (text(item) if isinstance(item, dict) else ""))
        steps = [step for step in steps if step]
        if len(steps) >= 3 or (len(steps) == 2 and not _home(steps[0])):
            return steps[1] if _home(steps[0]) else steps[0]
    return ""


def _home(step: str) -> bool:
    return (
        step.casefold() in ("accueil", "home", "homepage", "page d'accueil", "page d’accueil", "à la une", "a la une")
        or "." in step
    )


def _first(value: Any) -> Any:
    return (value[0] if value else None) if isinstance(value, list) else value


def _body(value: Any) -> str:
    if isinstance(value, list):
        value = "\n\n".join(each for each in value if isinstance(each, str))
    return _plain(value) if isinstance(value, str) else ""


def _plain(value: str) -> str:
    """Without entities and tags, which some publishers leave in."""
    value = unescape(unescape(value))
    if "<" in value:
        value = re.sub(r"<(?:br|/p|/h[1-6]|/li|/div)\b[^<>]*>", "\n\n", value, flags=re.I)
        value = re.sub(r"</?[a-zA-Z][^<>]*>", "", value)
    return value
