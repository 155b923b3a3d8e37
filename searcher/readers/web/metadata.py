"""The head of a page, its microdata and the lines around its headline → what they say about the article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

from htmldate import find_date

from searcher.readers.dating import FIRST_YEAR, iso
from searcher.readers.web.body import flat, furniture, squeezed
from searcher.readers.web.jsonld import Declared

_TITLES = "og:title twitter:title dc.title dcterms.title parsely-title sailthru.title cxenseparse:title citation_title headline"
_DATES = """
    article:published_time og:article:published_time article:published og:published_time og:pubdate
    article.published datepublished
    rnews:datepublished publisheddate published_time published-date published_at
    publication_date publication-date publicationdate
    publish_date publish-date publishdate pubdate pub_date parsely-pub-date sailthru.date cxenseparse:recs:publishtime
    cxenseparse:publishtime bt:pubdate article_date_original originalpublicationdate
    prism.publicationdate citation_publication_date
    citation_online_date citation_date dcterms.issued dc.date.issued dc.date.created dcterms.created dcterms.date dc.date date
    article:created video:release_date og:video:release_date
"""
_AUTHORS = "author article:author og:article:author dc.creator dcterms.creator byl"
_AUTHORS += " parsely-author sailthru.author cxenseparse:author citation_author"
_SOURCES = (
    "og:site_name application-name dc.publisher dcterms.publisher cre citation_journal_title apple-mobile-web-app-title"
)
_SECTIONS = "article:section og:article:section section cxenseparse:section parsely-section category"
_LANGUAGES = "og:locale content-language dc.language dcterms.language language"
_STANDFIRSTS = "og:description description twitter:description dc.description dcterms.description sailthru.description"

_SEPARATOR = re.compile(r"\s+[-–—|•·«»‹›:/]+\s+|\s*[|»]\s*|\s*:\s+(?=[^:]*$)")
_UNNAMED = re.compile(
    r"(?<=\S)\s+[|‹›«»]\s+[^|‹›«»]{2,40}$"
)  # the end of a `title` element, where nobody says what the site is called
_URL_DATE = re.compile(
    r"(?<![0-9])(?P<y>(?:1[6-9]|20)[0-9]{2})(?P<sep>[/_-]?)(?P<m>0[1-9]|1[0-2])(?:(?P=sep)(?P<d>0[1-9]|[12][0-9]|3[01]))(?![0-9])"
    r"|/(?P<y2>(?:1[6-9]|20)[0-9]{2})/(?P<m2>0?[1-9]|1[0-2])(?:/(?P<d2>0?[1-9]|[12][0-9]|3[01]))?(?=/)"
)
_PUBLISHED = re.compile(
    r"\b(?:publi[ée]e?s?|mis(?:e)? en ligne|post[ée]e?|paru|[ée]crit|r[ée]dig[ée]|published|posted)\b", re.I
)
_ALL = re.compile(r"toute?s? (?:l['’]|les? )(?:news|actus?|actualités?|infos?|articles?)\b", re.I)
_UPDATED = re.compile(r"modif|updat|maj\b|mis(?:e)? [àa] jour|actualis", re.I)


def declared(tree: Any) -> Declared:
    """What `meta` elements and microdata say; the first name counts that is filled."""
    said = _said(tree)
    item = _microdata(tree)
    return Declared(
        title=_pick(said, _TITLES),
        date=next(
            (each for each in (*map(said.get, _DATES.split()), item.get("datePublished")) if each and iso(each)), ""
        ),
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

    One that was cut short yields to the `h1` that goes on; what follows the `h1` in a longer one is the site's.
    """
    shown = [text for each in tree.iter("h1") if 3 <= len(text := flat(each)) <= 400][:20]
    element = tree.find(".//title")
    named = flat(element)[:1000] if element is not None else ""
    one = shown[:1] if len(set(shown)) == 1 or len(named.split()) < 3 else []
    found, said = [], 0
    for candidate in (*candidates, *one, named, *shown[:1]):
        written = " ".join(candidate[:1000].split())
        if squeezed(written) and not _same(written, source) and not _same(written, host):
            bare = _bare(written, source, host)
            found.append(_headline(_UNNAMED.sub("", bare) if candidate is named else bare, shown))
            said += candidate in candidates
    confirmed = [each for each in found[:said] if any(_same(each, line) for line in shown)]
    return next(iter([*confirmed[:1], *found]), "")


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
    letters = squeezed(part)
    if len(letters) < 2:
        return False
    domain = [_ascii(squeezed(each)) for each in host.removeprefix("www.").split(".")]
    full = "".join(domain)
    return _same(part, source) or _ascii(letters) in (*[each for each in domain if len(each) > 3], full)


def _ascii(text: str) -> str:
    return text.translate(str.maketrans("àâäéèêëîïôöùûüç", "aaaeeeeiioouuuc"))


def _same(one: str, other: str) -> bool:
    return bool(other) and squeezed(one) == squeezed(other)


def date(tree: Any, said: Iterable[str], addresses: Iterable[str], lines: Iterable[str]) -> str | None:
    """The date of publication in ISO 8601, from the first place that has one: what the page declares (`said`), `time`
    elements of the article's head, its addresses, a line (`lines`) such as `Publié le …`, htmldate where it agrees
    with what is written."""
    for each in said:
        if each and (found := iso(each)):
            return found
    if found := _time(tree):
        return found
    month = None
    for each in addresses:
        if found := url_date(each):
            if len(found) == 10:
                return found
            month = month or found
    for line in lines:
        if len(line) <= 200 and _PUBLISHED.search(line) and (found := iso(line)):
            return found
    return month or _guessed(tree)


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


def _time(tree: Any) -> str | None:
    """The `time` of the article's head: marked as the publication's, or the only one there is before the text."""
    marked, plain = [], []
    for each in tree.iter("time", "abbr", "span"):
        written = each.get("datetime") or (each.get("title") if each.tag == "abbr" else None)
        if (
            not written
            or (each.tag != "time" and "published" not in (each.get("class") or ""))
            or not (found := iso(written))
        ):
            continue
        above = [each, *list(each.iterancestors())[:4]]
        named = " ".join(f"{one.get('class') or ''} {one.get('itemprop') or ''}" for one in above[:3])
        before = (each.getprevious().tail if each.getprevious() is not None else each.getparent().text) or ""
        if _UPDATED.search(f"{each.get('class') or ''} {each.get('itemprop') or ''} {before} {each.text or ''}"):
            continue
        if any(furniture(one) for one in each.iterancestors()):
            continue
        if each.get("pubdate") is not None or re.search(
            r"datePublished|publi|entry-date|post-date|dt-published", named
        ):
            marked.append(found)
        else:
            plain.append(found)
    if marked and len({each[:10] for each in marked}) <= 2:
        return marked[0]
    return plain[0] if len({each[:10] for each in plain}) == 1 else None


def _guessed(tree: Any) -> str | None:
    """htmldate's opinion, if that day is written somewhere on the page: it makes a first of January of a bare year."""
    try:
        found = find_date(tree, extensive_search=False, original_date=True, min_date=f"{FIRST_YEAR}-01-01")
    except Exception:  # it trips over odd markup in several ways, and was the last resort
        return None
    if not found or len(found) != 10:
        return None
    year, month, day = found.split("-")
    if (month, day) != ("01", "01"):
        return found
    text = flat(tree)
    return (
        found
        if re.search(
            rf"\b0?1(?:er)?[ /.-]+(?:0?1|janv\w*\.?)[ /.-]+{year}|{year}-?01-?01|jan\w* 0?1,? {year}", text, re.I
        )
        else None
    )


def _said(tree: Any) -> dict[str, str]:
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


def _microdata(tree: Any) -> dict[str, str]:
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
    for each in tree.xpath(
        "//*[contains(@class,'breadcrumb') or contains(@class,'ariane') or contains(@id,'breadcrumb')]"
    )[:2]:
        steps = [_ALL.sub("", flat(link)).lstrip(" >»›/|").rstrip(" >›/|") for link in each.iter("a")]
        steps = [
            step for step in steps if 1 < len(step) <= 40 and step.casefold() not in ("accueil", "home", "à la une")
        ]
        if steps and len(steps) <= 4:
            return steps[0]
    return ""
