"""A page, what it declares and its addresses → the date it was published, in ISO 8601, or None.

The first place that has a date decides, from the surest to the weakest. Elements that are boilerplate are not looked at, so the
date of a comment, a teaser, a video, an embedded post, a reference, a last change or a clock never dates the page. A line near
the headline counts when it is a by-line. A by-line that contradicts what the page declares wins, unless a label or a class
calls its day one of a change: readers saw the by-line, nobody checks a declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date as Date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from searcher.readers.dating import iso
from searcher.readers.web.bylines import DAY, byline
from searcher.readers.web.stamps import guessed, labelled, marked, only, scripted

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
_WEAK = "date dc.date.created dcterms.created dcterms.date dc.date article:created created".split()
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
_EPOCH = ("1970-01-01T00:00", "1970-01-01T01:00")  # in UTC, and in Paris
_INSTANT = re.compile(r"T[0-9:.]+(?:Z|[+-]00:?00)$")


class Declared(NamedTuple):
    """The dates of a page's head, each as it is written: of the article (JSON-LD), of its last change, of a video or another
    object beside the article, of the microdata, all the `meta` elements by name, and the texts of the page's scripts."""

    article: str
    changed: str
    other: str
    item: str
    said: dict[str, str]
    scripts: Sequence[str] = ()


def published(tree: Any, declared: Declared, addresses: Iterable[str], headline: Any) -> str | None:
    """The date of publication of the page that `tree` is; `headline` is the heading that says its title, or None."""
    said = declared.said
    address = next((found for each in addresses if (found := url_date(each))), None)
    changes = {declared.changed, *(said[key] for key in _CHANGES if said.get(key))}
    sure = _read((declared.article, *map(said.get, _STRONG), declared.item))
    weak = [said[key] for key in _WEAK if said.get(key)]
    stated = next((each for each in sure if len(each) >= DAY), sure[0]) if sure else ""
    if address is not None and len(address) == DAY and stated.startswith(address):
        return stated  # no by-line would change it
    near = byline(headline, address)
    if address is not None and len(address) == DAY and _days_apart(stated, address) > 1:
        seen = byline(headline, None)
        if seen is None or seen.day != stated[:DAY]:
            return address  # published again later: an address keeps its first day
    if sure:
        if near is not None and near.sure and _contradicts(near.day, stated, address):
            return next((each for each in sure if each[:DAY] == near.day), near.date)
        return _local(stated, near.day if address is None and near is not None and near.sure else address)
    unsure = _read(each for each in weak if each not in changes)
    if found := _shown(tree, near.date if near is not None else None, address):
        return next(
            (_local(each, address) for each in unsure if each[:DAY] == found[:DAY] and len(found) <= DAY), found
        )
    if unsure:
        return _local(unsure[0], address)
    found = only(tree) or scripted(declared.scripts) or address or guessed(tree)
    return found or next(iter(_read((declared.other, *weak, *map(said.get, _VIDEOS)))), None)


def _read(written: Iterable[str | None]) -> list[str]:
    """Those dates that can be read, in ISO 8601, without the first moment of 1970, which clocks give for none."""
    return [found for each in written if each and (found := iso(each)) and not found.startswith(_EPOCH)]


def _contradicts(day: str, stated: str, address: str | None) -> bool:
    """Whether a by-line gives another day than a declaration: more than a day apart, not the same figures with day and month
    swapped, and not against the day in the address."""
    if len(stated) < DAY:
        return not day.startswith(stated)
    if address is not None and stated.startswith(address) and not day.startswith(address):
        return False
    year, month, number = day.split("-")
    return abs(_days_apart(day, stated)) > 1 and stated[:DAY] != f"{year}-{number}-{month}"


def _shown(tree: Any, near: str | None, address: str | None) -> str | None:
    """The day that a page without a sure declaration shows: marked as such, near its headline, in its address, in a line that
    says so."""
    if found := marked(tree):
        return found
    if near is not None and (address is None or len(address) < DAY):
        return near
    if address is not None and len(address) == DAY:
        return address
    return labelled(tree, address)


def _local(found: str, address: str | None) -> str:
    """A declared date; where it is an instant in UTC, and the address or the by-line gives the day before or after, that day:
    it is the day where the page was published."""
    if address is None or len(address) < DAY or not _INSTANT.search(found):
        return found
    return address if abs(_days_apart(found, address)) == 1 else found


def _days_apart(found: str, other: str) -> int:
    """Days from the second date to the first; 0 when one of them is no full day."""
    if min(len(found), len(other)) < DAY:
        return 0
    return Date.fromisoformat(found[:DAY]).toordinal() - Date.fromisoformat(other[:DAY]).toordinal()


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
