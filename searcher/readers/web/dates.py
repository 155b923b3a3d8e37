"""A page, what it declares and its addresses → the date it was published, in ISO 8601, or None.

The first place that has a date decides, from the surest to the weakest. A date of a comment, a teaser, a video, a reference, a
last change or a clock never dates the page: elements that are boilerplate are not looked at, a line near the headline must hold
nothing but a by-line, and an instant that the page also gives as its last change counts only where nothing else does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from datetime import date as Date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from htmldate import find_date

from searcher.article import days
from searcher.readers.datelines import find
from searcher.readers.dating import FIRST_YEAR, iso
from searcher.readers.web.body import BLOCKS, flat, is_boilerplate, squeezed

HEAD_ELEMENTS = 80  # elements after the headline in which a by-line is looked for …
HEAD_PROSE = 700  # … up to so many characters of prose
BEFORE = 12  # elements before the headline, for a date set above it
LINE = 140  # characters of a by-line
OTHER_WORDS = 14  # letters of a by-line that belong neither to its date nor to a name nor to what by-lines say

_STRONG = """
    article:published_time og:article:published_time article:published og:published_time og:pubdate
    article.published datepublished
    rnews:datepublished publisheddate published_time published-date published_at
    publication_date publication-date publicationdate
    publish_date publish-date publishdate pubdate pub_date parsely-pub-date sailthru.date cxenseparse:recs:publishtime
    cxenseparse:publishtime bt:pubdate article_date_original originalpublicationdate
    prism.publicationdate citation_publication_date citation_online_date citation_date dcterms.issued dc.date.issued
""".split()
"""Names of `meta` elements that say when a page was published."""

_WEAK = "date dc.date.created dcterms.created dcterms.date dc.date article:created created creation_date".split()
"""Names that say so on some sites, and when the page was changed on others."""

_CHANGES = """
    last-modified article:modified_time og:article:modified_time og:updated_time datemodified modified dcterms.modified
    dc.date.modified revised lastmod last_updated
""".split()
_VIDEOS = "video:release_date og:video:release_date".split()

_URL_DATE = re.compile(
    r"(?<![0-9])(?P<y>(?:1[6-9]|20)[0-9]{2})(?P<sep>[/_-]?)(?P<m>0[1-9]|1[0-2])(?:(?P=sep)(?P<d>0[1-9]|[12][0-9]|3[01]))(?![0-9])"
    r"|/(?P<y2>(?:1[6-9]|20)[0-9]{2})/(?P<m2>0?[1-9]|1[0-2])(?:/(?P<d2>0?[1-9]|[12][0-9]|3[01]))?(?=/)"
)
_PUBLISHED = re.compile(
    r"\b(?:publi[ée]e?s?|mise?s?\s+en\s+ligne|post[ée]e?d?|parue?|[ée]crite?|r[ée]dig[ée]e?|cr[ée][ée]e?|published|created|"
    r"ver[öo]ffentlicht|erstellt|erschienen|publicad[oa]|pubblicat[oa]|datum|date|data|fecha)\b",
    re.I,
)
_UPDATED = re.compile(
    r"modif|updat|\bmaj\b|mise?s?\s+[àa]\s+jour|actualis|actualiz|aggiorna|aktualisier|ge[äa]ndert|zuletzt|\bstand\b|revis",
    re.I,
)
_SAID = re.compile(  # what by-lines say beside names and dates
    r"\b(?:par|by|von|por|di|propos|recueillis|avec|with|et|and|und|y|le|la|l|à|at|um|on|am|in|dans|a|le|the|du|de|of|uhr|heures?|h|"
    r"min|mins|minutes?|read|lecture|lesezeit|lesedauer|temps|dur[ée]e|temps|updated|published|posted|publi[ée]e?|mise?|en|ligne|"
    r"jour|post[ée]e?|paru|[ée]crit|r[ée]dig[ée]|cr[ée][ée]|ver[öo]ffentlicht|erstellt|publicado|pubblicato|date|datum|data|fecha|"
    r"comments?|commentaires?|kommentare?|article|artikel|news|actualit[ée]s?|r[ée]daction|redaktion|lundi|mardi|mercredi|jeudi|vendredi|"
    r"samedi|dimanche|pm|gmt|utc|cet|cest|mesz|mez|edt|est|pdt|pst|ist|bst|vues?|views?|imprimer|print|partager|share|admin)\b",
    re.I,
)
_ELSEWHERE = re.compile(  # names of elements whose dates are of something else than the article
    r"comment|kommentar|forum|disqus|reaction|r[ée]action|related|relation|similar|recommend|recomm|\breco|teaser|sidebar|"
    r"\blire|alire|popular|most-?read|trending|newsletter|\bnav|menu|footer|promo|advert|calend|agenda|archive|ticker|latest|recent",
    re.I,
)
_OTHERS = re.compile(r"related|similar|recommend|teaser|\breco|comment|kommentar|forum|disqus|\blire|most-?read", re.I)
_APART = re.compile(r"(?<![0-9])([0-3]?[0-9])\s?[./|-]\s?([01]?[0-9])\s?[./|-]\s?((?:19|20)[0-9]{2})(?![0-9])")
_CLOCK = re.compile(r"\b(?:clock|horloge|today|aujourdhui|date-?du-?jour|current-?date|datetime-now|now)\b", re.I)
_MARKED = re.compile(r"datePublished|publi|entry-date|post-date|dt-published|posted-on|date-header", re.I)
_OTHER_TAGS = frozenset("nav aside footer form select option script style button".split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INSTANT = re.compile(r"T[0-9:.]+(?:Z|[+-]00:?00)$")


class Declared(NamedTuple):
    """The dates of a page's head, each as it is written: of the article (JSON-LD), of a video or another object beside it,
    of the microdata, and all its `meta` elements by name."""

    article: str
    other: str
    item: str
    said: dict[str, str]


def published(tree: Any, declared: Declared, addresses: Iterable[str], title: str) -> str | None:
    """The date of publication of the page that `tree` is."""
    said = declared.said
    day_of_address = next((found for each in addresses if (found := url_date(each))), None)
    changes = {said[key] for key in _CHANGES if said.get(key)}
    weak = [said[key] for key in _WEAK if said.get(key)]
    for each in (
        declared.article,
        *map(said.get, _STRONG),
        declared.item,
        *(one for one in weak if one not in changes),
    ):
        if each and (found := iso(each)):
            return _local(found, day_of_address)
    return _shown(tree, title, day_of_address) or next(
        (found for each in (declared.other, *weak, *map(said.get, _VIDEOS)) if each and (found := iso(each))), None
    )


def _shown(tree: Any, title: str, address: str | None) -> str | None:
    """The date that a page without a declared one shows: marked as such, near its headline, in its address, in a line that
    says so; else htmldate's opinion."""
    if found := _marked(tree):
        return found
    near = _near(tree, title)
    if near is not None and (address is None or len(address) < 10):
        return near
    if address is not None and len(address) == 10:
        return address
    return _labelled(tree) or _only(tree) or address or _guessed(tree)


def _local(found: str, address: str | None) -> str:
    """A declared date; where it is an instant in UTC and the address gives the day before or after, that day: it is the
    day where the page was published."""
    if address is None or len(address) < 10 or not _INSTANT.search(found):
        return found
    apart = Date.fromisoformat(found[:10]).toordinal() - Date.fromisoformat(address).toordinal()
    return address if abs(apart) == 1 else found


def url_date(url: str) -> str | None:
    """The day, or the month, in the path of an address: `/2020/07/02/`, `/2020/07/`, `-20200702`, `/2020-07-02-`."""
    try:
        path = urlsplit(url).path + "/"
    except ValueError:
        return None
    best = None
    for found in _URL_DATE.finditer(path):
        year, month, day = (found.group(name) or found.group(f"{name}2") for name in "ymd")
        written = iso("-".join(part.zfill(2) for part in (year, month, day) if part))
        if written and (best is None or len(written) > len(best)):
            best = written
    return best


# ── elements that carry a date ────────────────────────────────────────────────────────────────────────────────────────


def _stamps(tree: Any) -> Iterator[tuple[Any, str]]:
    """Elements with a date in an attribute, outside of boilerplate and not labelled as a change; with the date."""
    for each in tree.iter("time", "abbr", "span"):
        written = each.get("datetime") or (each.get("title") if each.tag == "abbr" else None)
        if not written or (each.tag != "time" and "published" not in (each.get("class") or "")):
            continue
        found = iso(written)
        if found and not _changed(each) and not any(is_boilerplate(one) for one in each.iterancestors()):
            yield each, found


def _changed(element: Any) -> bool:
    """Whether an element is labelled as a last change, by its class, or by the text in it or before it."""
    before = (element.getprevious().tail if element.getprevious() is not None else _text(element.getparent())) or ""
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''} {before} {element.text or ''}"
    return _UPDATED.search(named) is not None


def _text(element: Any) -> str:
    return (element.text or "") if element is not None else ""


def _marked(tree: Any) -> str | None:
    """The element that is marked as the publication's; None when they are many."""
    marked = []
    for each, found in _stamps(tree):
        named = " ".join(
            f"{one.get('class') or ''} {one.get('itemprop') or ''}" for one in (each, *list(each.iterancestors())[:2])
        )
        if each.get("pubdate") is not None or _MARKED.search(named):
            marked.append(found)
    return marked[0] if marked and len({each[:10] for each in marked}) <= 2 else None


def _only(tree: Any) -> str | None:
    """The one day that `time` elements give, in the article where there is such an element."""
    within = tree.find(".//article")
    found = {
        stamp[:10]: stamp
        for each, stamp in _stamps(tree)
        if within is None or next(each.iterancestors("article"), None) is not None
    }
    return next(iter(found.values())) if len(found) == 1 else None


# ── lines that people read ────────────────────────────────────────────────────────────────────────────────────────────


def _near(tree: Any, title: str) -> str | None:
    """The date in a by-line after the headline, or in one just before it."""
    headline = _headline(tree, title)
    if headline is None:
        return None
    prose, previous = 0, ""
    for each in _following(headline, HEAD_ELEMENTS):
        text = flat(each)
        if len(text) > LINE:
            if not len(each) or each.tag == "p":
                prose += len(text)
            if prose > HEAD_PROSE:
                break
            continue
        if text and (found := _of_line(each, text, previous)):
            return found
        previous = text or previous
    for each in _preceding(headline, BEFORE):
        text = flat(each)
        if 0 < len(text) <= LINE // 2 and (found := _of_line(each, text, "")):
            return found
    return None


def _headline(tree: Any, title: str) -> Any:
    """The heading that says the title; else the only `h1`."""
    wanted = squeezed(title)
    first = list(tree.iter("h1"))
    headings = [*first, *tree.iter("h2", "h3", "h4")][:60]
    said = [(each, squeezed(flat(each))) for each in headings]
    for each, letters in said:
        if wanted and letters == wanted:
            return each
    for each, letters in said:
        if len(letters) >= 10 and (letters in wanted or wanted.startswith(letters)):
            return each
    return first[0] if len(first) == 1 else None


def _following(element: Any, most: int) -> Iterator[Any]:
    """Elements in the order of the document after one, without those in boilerplate."""
    at, count = element, 0
    while at is not None and at.tag not in ("body", "html"):
        for sibling in at.itersiblings():
            for each in _inside(sibling):
                yield each
                count += 1
                if count >= most:
                    return
        at = at.getparent()


def _inside(element: Any) -> Iterator[Any]:
    """An element and those in it that are no boilerplate."""
    if not isinstance(element.tag, str) or element.tag in _OTHER_TAGS:
        return
    if element.tag not in ("body", "main", "article") and _ELSEWHERE.search(
        f"{(element.get('class') or '')[:200]} {(element.get('id') or '')[:80]}"
    ):
        return
    yield element
    for each in element:
        yield from _inside(each)


def _preceding(element: Any, most: int) -> Iterator[Any]:
    """Elements before one, the nearest first, without boilerplate and clocks."""
    at, count = element, 0
    while at is not None and at.tag not in ("body", "html"):
        for sibling in at.itersiblings(preceding=True):
            for each in _inside(sibling):
                if not _CLOCK.search(f"{each.get('class') or ''} {each.get('id') or ''}"):
                    yield each
                count += 1
                if count >= most:
                    return
        at = at.getparent()


def _of_line(element: Any, text: str, previous: str) -> str | None:
    """The date of publication that a short line holds, when the line is a by-line; `previous` is the line before it."""
    if element.tag == "time" and (written := element.get("datetime")) and (found := iso(written)):
        return None if _changed(element) or (_UPDATED.search(previous) and len(previous) < 40) else found
    text = _APART.sub(r"\1.\2.\3", text)
    if (found := iso(text)) and len(found) >= 10:
        return None if _UPDATED.search(previous) and not re.search(r"\d", previous) else found
    when = find(text)
    if when is None or len(when.iso) < 10:
        return None
    before, rest = text[: when.start], text[: when.start] + " " + text[when.end :]
    if _UPDATED.search(before) and not _PUBLISHED.search(before):
        return None
    if _UPDATED.search(previous) and not re.search(r"\d", previous):
        return None
    if element.tag in _HEADINGS and len(rest.strip()) > 12:
        return None
    if (update := _UPDATED.search(text, when.end)) is not None:
        rest = before + text[when.end : update.start()]
    lower = re.sub(r"\b[A-ZÀ-ÞŒ][\w’'.-]*", "", _SAID.sub("", rest))
    if sum(map(str.isalpha, lower)) > OTHER_WORDS or len(rest) > 100:
        return None
    return _complete(when.iso)


def _complete(found: str) -> str | None:
    try:
        days(found)
    except ValueError:
        return None
    return found if FIRST_YEAR <= int(found[:4]) <= Date.today().year + 1 else None


def _labelled(tree: Any) -> str | None:
    """The date in a line anywhere on the page that says `Publié le …`, outside of boilerplate."""
    body = tree.find("body")
    for each in _inside(tree if body is None else body):
        if any(child.tag in BLOCKS for child in each):
            continue
        text = flat(each)
        if 8 <= len(text) <= LINE and re.search(r"\d{4}", text) and _PUBLISHED.search(text):
            found = iso(text) or _of_line(each, text, "")
            if found:
                return found
    return None


def _guessed(tree: Any) -> str | None:
    """htmldate's opinion, if that day is written somewhere on the page: it makes a first of January of a bare year."""
    page, half = copy.deepcopy(tree), len(flat(tree)) / 2
    for each in list(page.iter()):
        named = f"{each.get('class') or ''} {each.get('id') or ''}"[:200]
        if each.getparent() is not None and (each.tag == "aside" or _OTHERS.search(named)) and len(flat(each)) < half:
            each.drop_tree()
    try:
        found = find_date(page, extensive_search=False, original_date=True, min_date=f"{FIRST_YEAR}-01-01")
    except Exception:  # it trips over odd markup in several ways, and was the last resort
        return None
    if not found or len(found) != 10:
        return None
    year, month, day = found.split("-")
    if (month, day) != ("01", "01"):
        return str(found)
    first = rf"\b0?1(?:er)?[ /.-]+(?:0?1|janv\w*\.?)[ /.-]+{year}|{year}-?01-?01|jan\w* 0?1,? {year}"
    return str(found) if re.search(first, flat(tree), re.I) else None
