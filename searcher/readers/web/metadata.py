"""The head of a page and its microdata → what they say about the article; its title without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from searcher.readers.web.body import flat, squeezed
from searcher.readers.web.jsonld import Declared

_TITLES = "og:title twitter:title dc.title dcterms.title parsely-title sailthru.title cxenseparse:title citation_title headline"
_AUTHORS = "author article:author og:article:author dc.creator dcterms.creator byl"
_AUTHORS += " parsely-author sailthru.author cxenseparse:author citation_author"
_SOURCES = (
    "og:site_name application-name dc.publisher dcterms.publisher cre citation_journal_title apple-mobile-web-app-title"
)
_SECTIONS = "article:section og:article:section section cxenseparse:section parsely-section category"
_LANGUAGES = "og:locale content-language dc.language dcterms.language language"
_STANDFIRSTS = "og:description description twitter:description dc.description dcterms.description sailthru.description"

LONGEST_NAME = 80  # characters of the name of a site

_SEPARATOR = re.compile(r"\s+[-–—|•·«»‹›:/]+\s+|\s*[|»]\s*|\s*:\s+(?=[^:]*$)")
_UNNAMED = re.compile(
    r"(?<=\S)\s+[|‹›«»]\s+[^|‹›«»]{2,40}$"
)  # the end of a `title` element, where nobody says what the site is called
_NO_TITLE = re.compile(  # what programs call a page that has no title
    r"(?:(?:page |document )?sans[ -](?:titre|nom)|untitled(?: document| page)?|new page|nouvelle page|document)[ -]?\d*",
    re.I,
)
_TRAIL = re.compile("breadcrumb|ariane")
_ALL = re.compile(r"toute?s? (?:l['’]|les? )(?:news|actus?|actualités?|infos?|articles?)\b", re.I)


def declared(said: dict[str, str], item: dict[str, str], tree: Any) -> Declared:
    """What `meta` elements (`said`) and microdata (`item`) say; the first name counts that is filled."""
    return Declared(
        title=_pick(said, _TITLES),
        author=_names(each for key in _AUTHORS.split() for each in said.get(f"{key} all", "").split("\n"))
        or item.get("author", ""),
        source=item.get("publisher") or _pick(said, _SOURCES),
        section=_pick(said, _SECTIONS) or item.get("articleSection", "") or _crumb(tree),
        language=_pick(said, _LANGUAGES),
        standfirst=_pick(said, _STANDFIRSTS),
    )


def address(tree: Any, base: str | None, *others: str) -> str:
    """The address of the article: canonical, `og:url`, others, or the one it was fetched from; a canonical address that
    is a front page is nobody's article."""
    said = [each.get("href") for each in tree.iterfind(".//link[@rel='canonical']")]
    said += [each.get("content") for each in tree.iterfind(".//meta[@property='og:url']")]
    for each in filter(None, (*said, *others)):
        try:
            full = str(urljoin(base or "", each.strip()))
            parts = urlsplit(full)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query):
            return full
    return base or ""


def title(tree: Any, *candidates: str, source: str = "", host: str = "") -> str:
    """The headline, without the site's name: of the candidates (JSON-LD's, `og:title`) the first that the page shows as an
    `h1`, else the first; then the `h1`, then the `title` element.

    One that was cut short yields to the `h1` that goes on; what follows the `h1` in a longer one is the site's. An `h1` that
    leads to the front page is the site's name.
    """
    home = "" if source else next((flat(each) for each in tree.iter("h1") if _leads_home(each, host)), "")
    source = source or home
    shown = [text for each in tree.iter("h1") if 3 <= len(text := flat(each)) <= 400][:20]
    shown = [text for text in shown if not _known(text, source, host)] or [
        text for each in tree.iter("h2") if 15 <= len(text := flat(each)) <= 400
    ][: bool(shown)]
    element = tree.find(".//title")
    named = flat(element)[:1000] if element is not None else ""
    named = "" if _NO_TITLE.fullmatch(named) else named
    if home and not _known(named, home, host):  # then the `title` element says more than the first `h2`
        shown = [each for each in shown if squeezed(each) in squeezed(named)]
    one = shown[:1] if len(set(shown)) == 1 or len(named.split()) < 3 else []
    found, said = [], 0
    for candidate in (*candidates, *one, named, *shown[:1]):
        written = " ".join(candidate[:1000].split())
        if squeezed(written) and not _known(written, source, host):
            bare = _bare(written, source, host)
            found.append(_headline(_UNNAMED.sub("", bare) if candidate is named else bare, shown))
            said += candidate in candidates
    confirmed = [each for each in found[:said] if any(_same(each, line) for line in shown)]
    return next(iter([*confirmed[:1], *found]), "")


def _leads_home(heading: Any, host: str) -> bool:
    """Whether a heading is a link to the front page: the site's name, as blogs show it."""
    link = heading.find(".//a")
    if link is None or flat(link) != flat(heading) or not link.get("href"):
        return False
    try:
        parts = urlsplit(link.get("href").strip())
    except ValueError:
        return False
    return (
        parts.netloc.lower() in ("", host) and parts.path in ("", "/", "/index.html", "/index.php") and not parts.query
    )


def _headline(written: str, shown: list[str]) -> str:
    """A title as the page shows it: the `h1` it is the beginning of when it was cut, its part that an `h1` begins with."""
    cut = squeezed(written.rstrip(" .…"))
    for each in shown:
        if cut and squeezed(each).startswith(cut) and written.endswith(("…", "...")):
            return each
        if len(each) >= 10 and written.startswith(each) and _SEPARATOR.match(written, len(each)):
            return each
    ends = [len(written), *(found.start() for found in reversed(list(_SEPARATOR.finditer(written))))]
    return next(
        (written[:end] for end in ends if end >= 10 and any(_starts(each, written[:end]) for each in shown)), written
    )


def _starts(shown: str, written: str) -> bool:
    return squeezed(shown).startswith(squeezed(written))


def site(tree: Any, headline: str, host: str) -> str:
    """The publication's name as the `title` element ends with it (`… - Libération` on liberation.fr); else empty."""
    element = tree.find(".//title")
    parts = _SEPARATOR.split(flat(element)) if element is not None else []
    for part in reversed(parts[1:]):
        if 3 <= len(part) <= 40 and part not in headline and _known(part, "", host):
            return part
    return ""


def _bare(written: str, source: str, host: str) -> str:
    """A title without the names of the site at its end or its start."""
    if source:
        written = re.sub(rf"\s*(?:[-–—|•·«»‹›:/]+)\s*{re.escape(source)}\s*$", "", written, flags=re.I) or written
    for _ in range(3):
        places = [(found.start(), found.end()) for found in _SEPARATOR.finditer(written)]
        last, first = places[-1:], places[:1]
        if last and _known(written[last[0][1] :], source, host):
            written = written[: last[0][0]].rstrip()
        elif first and _known(written[: first[0][0]], source, host):
            written = written[first[0][1] :].lstrip()
        else:
            break
    return written


def _known(part: str, source: str, host: str) -> bool:
    """Whether a part of a title is the site: its name, or its address with or without what follows the dot."""
    if len(part) > LONGEST_NAME or len(letters := squeezed(part)) < 2:
        return False
    domain = [_ascii(squeezed(each)) for each in host.removeprefix("www.").split(".")]
    full = "".join(domain)
    return _same(part, source) or _ascii(letters) in (*[each for each in domain if len(each) > 3], full)


def _ascii(text: str) -> str:
    return text.translate(str.maketrans("àâäéèêëîïôöùûüç", "aaaeeeeiioouuuc"))


def _same(one: str, other: str) -> bool:
    return bool(other) and squeezed(one) == squeezed(other)


def metas(tree: Any) -> dict[str, str]:
    """The `meta` elements of a page: name in lower case → content, the first of each; `… all` holds every author."""
    said: dict[str, str] = {}
    for each in tree.iter("meta"):
        key = (
            (each.get("property") or each.get("name") or each.get("itemprop") or each.get("http-equiv") or "")
            .lower()
            .strip()
        )
        value = " ".join((each.get("content") or "").split())
        if key and value:
            said.setdefault(key, value)
            if "author" in key or "creator" in key or key == "byl":
                said[f"{key} all"] = "\n".join(filter(None, (said.get(f"{key} all"), value)))[:1000]
    return said


def _pick(said: dict[str, str], keys: str) -> str:
    return next((said[key] for key in keys.split() if said.get(key)), "")


def _names(written: Iterable[str]) -> str:
    names = [each for each in written if each and not re.match(r"https?:|www\.|@|//", each)]
    return ", ".join(dict.fromkeys(names[:10]))


def microdata(tree: Any) -> dict[str, str]:
    """The properties of schema.org items that matter, the first of each: of what names somebody, that name."""
    found: dict[str, str] = {}
    for each in tree.xpath("//*[@itemprop]"):
        for key in (each.get("itemprop") or "").split():
            if key in ("datePublished", "articleSection", "author", "publisher") and key not in found:
                names = each.xpath("descendant-or-self::*[@itemprop='name']") if key in ("author", "publisher") else []
                each_of = names[0] if names else each
                value = (
                    each_of.get("content") or (each.get("datetime") if key == "datePublished" else "") or flat(each_of)
                )
                if 1 < len(value) <= 150:
                    found[key] = " ".join(value.split())
    return found


def _crumb(tree: Any) -> str:
    """The section in a visible trail (`Accueil > Politique > …`)."""
    trails = (each for each in tree.iter(etree.Element) if _TRAIL.search(f"{each.get('class')} {each.get('id')}"))
    for each in islice(trails, 2):
        steps = [_ALL.sub("", flat(link)).lstrip(" >»›/|").rstrip(" >›/|") for link in each.iter("a")]
        steps = [
            step for step in steps if 1 < len(step) <= 40 and step.casefold() not in ("accueil", "home", "à la une")
        ]
        if steps and len(steps) <= 4:
            return steps[0]
    return ""
