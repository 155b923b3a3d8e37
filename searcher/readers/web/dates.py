"""A page, what it declares and its addresses → the date it was published, in ISO 8601, or None.

The first place that has a date decides, from the surest to the weakest. Elements that are boilerplate are not looked at, so the
date of a comment, a teaser, a video, an embedded post, a reference, a last change or a clock never dates the page. A line near
the headline counts when it is a by-line. A by-line that contradicts what the page declares wins, unless a label or a class
calls its day one of a change: readers saw the by-line, nobody checks a declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date as Date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from htmldate import find_date
from lxml import etree

from searcher.article import days
from searcher.readers.datelines import MONTHS, find, plain
from searcher.readers.dating import FIRST_YEAR, iso
from searcher.readers.web.body import BLOCKS, flat, for_libraries, is_boilerplate, length
from searcher.readers.web.boilerplate import afterword

DAY = len("2020-07-02")
HEAD_ELEMENTS = 80  # elements after the headline in which a by-line is looked for …
HEAD_PROSE = 700  # … up to so many characters of prose
BEFORE = 12  # elements before the headline, for a date set above it
LINE = 140  # characters of a by-line
ROW_DEPTH = 4  # ancestors of a date that may be a row of a list
LONGEST_CAPTION = 300
LABEL_PARTS = 4  # elements in a line with a label and a date
LONGEST_LABEL = 60  # characters of a label and a date in two blocks
MAX_SCRIPTED = 200  # dates of one script
LONGEST_ROW = 400  # characters of a row that are looked at for a date
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
_PUBLISHED = re.compile(
    r"\b(?:publi[ée]e?s?|mise?s?\s+en\s+ligne|post[ée]e?d?|parue?|[ée]crite?|r[ée]dig[ée]e?|cr[ée][ée]e?|published|created|"
    r"ver[öo]ffentlicht|erstellt|erschienen|publicad[oa]|pubblicat[oa]|publication|parution|erscheinungsdatum|datum|date|data|fecha)\b",
    re.I,
)
_UPDATED = re.compile(
    r"modif|updat|\bedit(?:ed|iert)\b|bearbeitet|[äa]nderung|\bmaj\b|mise?s?\s+[àa]\s+jour|actualis|actualiz|aggiorna|aktualisier|ge[äa]ndert|zuletzt|\bstand\b|revis",
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
    r"comment|kommentar|forum|disqus|reaction|r[ée]action|related|relation|similar|recommend|recomm|\breco|teaser(?!-?_*(?:small_*)?meta)|sidebar|"
    r"\blire|alire|popular|most-?read|trending|newsletter|\bnav(?!\s+meta\b)|menu|footer|promo|advert|calend|agenda|archive|ticker|latest|recent",
    re.I,
)
_OTHERS = re.compile(
    r"related|similar|recommend|teaser|\breco|comment|kommentar|forum|disqus|\blire|most-?read|r[ée]action|discussion|replies"
    r"|plus-?lus|biblio|r[ée]f[ée]rences?\b|footnotes?|notes-de-bas",
    re.I,
)
_APART = re.compile(r"(?<![0-9])([0-3]?[0-9])\s?[./|-]\s?([01]?[0-9])\s?[./|-]\s?((?:19|20)[0-9]{2})(?![0-9])")
_CREDIT = re.compile(r"\([Cc]\)|\b(?:photo|foto|bild|image|cr[ée]dits?|getty|archives?)\b", re.I)
_STAMP = re.compile(r"[0-9]T[0-9]{2}:[0-9]{2}")
_PICTURES = re.compile(r"(?:^|[\s_-])(?:image|photo|picture|caption|l[ée]gende|credits?)s?(?:$|[\s_-])", re.I)
_WIKI_CHANGE = re.compile(r"lastmod|page-?info|footer-?info", re.I)
_META = re.compile(r"meta|byline|date|publi|posted|signature", re.I)
_SITE_HEAD = re.compile(r"top-?bar|site-?head|masthead|\bheader-?(?:top|bar|site)|page-?header", re.I)
_EPOCH = ("1970-01-01T00:00", "1970-01-01T01:00")  # in UTC, and in Paris
_FIGURE = re.compile("[0-9]")
_REFERENCES = re.compile(
    r"\W*(?:notes?(?: et r[ée]f[ée]rences)?|r[ée]f[ée]rences?|bibliographie|sources?|pour (?:aller|en savoir) plus(?: loin)?"
    r"|footnotes"
    r"|bibliography|references|literatur|quellen|einzelnachweise)\W*",
    re.I,
)
_PERIOD = re.compile(r"[0-9]\.?\s?[-–]\s?$")
_LABEL = re.compile(r"([^\W\d_]+)\s*:\s*$")
_CLOCK = re.compile(r"\b(?:clock|horloge|today|aujourdhui|date-?(?:du-?)?jour|current-?date|datetime-now|now)\b", re.I)
_MARKED = re.compile(r"datePublished|publi|(?:entry|post)[-_]date|posted-on|date-header", re.I)
_SCRIPTED = re.compile(
    r'\\?"(?:date_?published|published|published_?(?:at|on|date|time)|publication_?date|publish_?(?:date|time)|first_?published(?:_?at)?)'
    r'\\?"\s*:\s*\\?"([0-9]{4}-[0-9]{2}-[0-9]{2}[^"\\]{0,20})',
    re.I,
)
_OTHER_TAGS = frozenset("nav aside figure blockquote footer form select option script style button".split())
_PICTURE_TAGS = frozenset("figure figcaption script style select button".split())
_SHORT_TAGS = ("p", "li", "div", "span", "td", "dd", "small", "em")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
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


class _Byline(NamedTuple):
    """The date in a line near the headline; `sure` when readers see the day there, with at most a lead before it."""

    date: str
    sure: bool

    @property
    def day(self) -> str:
        return self.date[:DAY]


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
    near = _near(headline, address)
    if address is not None and len(address) == DAY and _days_apart(stated, address) > 1:
        seen = _near(headline, None)
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
    found = _only(tree) or _scripted(declared.scripts) or address or _guessed(tree)
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
    if found := _marked(tree):
        return found
    if near is not None and (address is None or len(address) < DAY):
        return near
    if address is not None and len(address) == DAY:
        return address
    return _labelled(tree, address)


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
    return _for_changes(element) or _UPDATED.search(f"{before} {element.text or ''}") is not None


def _for_changes(element: Any) -> bool:
    """Whether the class of an element says that its date is one of a change, and not one of a publication too."""
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return _UPDATED.search(named) is not None and _MARKED.search(named) is None


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


def _near(headline: Any, address: str | None) -> _Byline | None:
    """The day in a by-line near the headline: after it and before the prose, else just before it, else after the first prose.

    A line after one paragraph is as sure as one before it: a lead often stands between the headline and the by-line. A day
    in the month that the address gives goes before others.
    """
    if headline is None:
        return None
    month = address[:7] if address is not None else ""
    prose, paragraphs, previous = 0, 0, ""
    late: _Byline | None = None
    for each, text in _following(headline, HEAD_ELEMENTS):
        if each.tag in _HEADINGS and _lists_others(text):
            break
        if len(text) > LINE:
            if not len(each) or each.tag == "p":
                prose, paragraphs = prose + len(text), paragraphs + 1
            if prose > HEAD_PROSE:
                break
            continue
        if text and (found := _of_line(each, text, previous)) and not _in_rows(each):
            if not prose and found.startswith(month):
                return _Byline(found, _says_day(text))
            if late is None and (found.startswith(month) or _alone(found, text)):
                late = _Byline(found, paragraphs == 1 and _says_day(text))
            if prose and found.startswith(month):
                break
        previous = text or previous
    for each, text in _preceding(headline, BEFORE):
        found = _of_line(each, text, "") if 0 < len(text) <= LINE // 2 else None
        if found is not None and found.startswith(month) and not _in_rows(each):
            return _Byline(found, _alone(found, text))
    return late


def _says_day(text: str) -> bool:
    """Whether a line shows a day itself; a `time` element may show only how long ago."""
    text = _APART.sub(r"\1.\2.\3", text)
    return find(text) is not None or iso(text) is not None


def _alone(found: str, text: str) -> bool:
    """Whether a line shows a day and nothing but a by-line around it, no sentence."""
    return (iso(_APART.sub(r"\1.\2.\3", text)) or "")[:DAY] == found[:DAY]


def _in_rows(element: Any) -> bool:
    """Whether an element stands in one of several rows, each with a link and a date: a list of other articles. Rows have a
    class, or are items or rows of a table, or are three and more."""
    for up in (element, *islice(element.iterancestors(), ROW_DEPTH)):
        if up.tag in ("body", "main", "article"):
            return False
        if up.find(".//a") is None:
            continue
        alike = 0
        for sister in (*up.itersiblings(preceding=True), *up.itersiblings()):
            same = sister.tag == up.tag and sister.get("class") == up.get("class")
            if same and sister.find(".//a") is not None and find(flat(sister)[:LONGEST_ROW]) is not None:
                alike += 1
                if alike >= 2 or up.get("class") or up.tag in ("li", "tr"):
                    return True
    return False


def _following(element: Any, most: int) -> Iterator[tuple[Any, str]]:
    """Elements in the order of the document after one, each with its text on one line, without those in boilerplate."""
    at, count = element, 0
    while at is not None and at.tag not in ("body", "html"):
        for sibling in at.itersiblings():
            for each in _inside(sibling):
                yield from _lines(each)
                count += 1
                if count >= most:
                    return
        at = at.getparent()


def _inside(element: Any) -> Iterator[Any]:
    """An element and those in it that are no boilerplate, no embedded posts, no clocks, and not hidden."""
    if not isinstance(element.tag, str) or element.get("hidden") is not None:
        return
    name = f"{(element.get('class') or '')[:200]} {(element.get('id') or '')[:80]}"
    if element.tag in _OTHER_TAGS and not (element.tag == "aside" and _about_article(element)):
        return
    if element.tag not in ("body", "main", "article"):
        elsewhere, picture = _called(name)
        if elsewhere or (picture and _is_picture(element)) or "hidden" in name.split():
            return
    yield element
    for each in element:
        yield from _inside(each)


@lru_cache(4096)
def _called(name: str) -> tuple[bool, bool]:
    """Whether an element's name is of what has dates of its own, and whether it is of a picture."""
    return bool(_CLOCK.search(name) or _ELSEWHERE.search(name)), _PICTURES.search(name) is not None


def _is_picture(element: Any) -> bool:
    """Whether an element of a telling name is a picture with a line below it, or that line."""
    above = element.getparent()
    if element.find(".//img") is None and (above is None or above.find(".//img") is None):
        return False
    return len(flat(element)) <= LONGEST_CAPTION and element.find(".//h1") is None and element.find(".//p") is None


def _about_article(aside: Any) -> bool:
    """Whether an `aside` is a by-line set apart: its class begins with such a name, or it has a label for its date; or it is
    as short as a line, and an element in it is called so."""
    size = len(flat(aside))
    if size <= LONGEST_ROW and any(each.text and _says_published(flat(each)) for each in aside.iter("dt")):
        return True
    if size <= LONGEST_ROW and _META.match(aside.get("class") or ""):
        return True
    return size <= LINE and any(_META.search(each.get("class") or "") for each in (aside, *aside))


def _lines(element: Any) -> Iterator[tuple[Any, str]]:
    """An element with its text on one line; then the lines between the `br` and blocks in it, when it has any."""
    yield element, flat(element)
    if not any(each.tag == "br" or each.tag in BLOCKS for each in element):
        return
    line = element.text or ""
    for each in element[:HEAD_ELEMENTS]:
        if each.tag == "br" or each.tag in BLOCKS or each.tag in _PICTURE_TAGS:
            yield element, " ".join(line.split())
            line = each.tail or ""
        else:
            line += f"{''.join(each.itertext())}{each.tail or ''}"
    yield element, " ".join(line.split())


def _preceding(element: Any, most: int) -> Iterator[tuple[Any, str]]:
    """Elements before one, the nearest first, each with its text on one line, without boilerplate and the site's head."""
    at, count = element, 0
    while at is not None and at.tag not in ("body", "html"):
        for sibling in at.itersiblings(preceding=True):
            named = f"{sibling.get('class') or ''} {sibling.get('id') or ''}"
            above = sibling.tag == "header" and next(sibling.iterancestors("article", "main"), None) is None
            if above or _SITE_HEAD.search(named):
                continue
            if sibling.tail and sibling.tail.strip():
                yield sibling, " ".join(sibling.tail.split())
            for each in _inside(sibling):
                yield from _lines(each)
                count += 1
                if count >= most:
                    return
        at = at.getparent()
        if at is not None and at.text and at.text.strip():
            yield at, " ".join(at.text.split())


def _of_line(element: Any, text: str, previous: str) -> str | None:
    """The date of publication that a short line holds, when the line is a by-line; `previous` is the line before it."""
    if _FIGURE.search(text) is None and element.tag != "time":
        return None
    if (element.tag == "dd" and not _says_published(previous)) or element.find(".//dd") is not None:
        return None
    if "©" in text or _CREDIT.search(text):
        return None  # the day a picture was taken
    if element.tag == "time" and (written := element.get("datetime")) and (found := iso(written)):
        return None if _changed(element) or (_UPDATED.search(previous) and len(previous) < 40) else found
    text = _APART.sub(r"\1.\2.\3", text)
    if (found := iso(text)) and len(found) >= DAY:
        if _in_change(element, text):
            return None
        return None if _UPDATED.search(previous) and not re.search(r"\d", previous) else found
    when = None if _STAMP.search(text) else find(text)
    if when is None or len(when.iso) < DAY:
        return None
    if _in_change(element, text[when.start : when.end]):
        return None
    before, rest = text[: when.start], text[: when.start] + " " + text[when.end :]
    label = _LABEL.search(before)
    if label is not None and not (_SAID.search(label[1]) or _PUBLISHED.search(label[1])):
        return None  # `Clôture : 3 mars 2020` is the date of something else
    if _UPDATED.search(before) and not _PUBLISHED.search(before):
        return None
    if _UPDATED.search(previous) and not re.search(r"\d", previous):
        return None
    if element.tag in _HEADINGS and len(rest.strip()) > 12:
        return None
    if (update := _UPDATED.search(text, when.end)) is not None:
        rest = before + text[when.end : update.start()]
    elif (second := find(text[when.end :])) is not None and len(second.iso) >= DAY:
        return None  # several: a list, or a time in which something happens
    lower = re.sub(r"\b[A-ZÀ-ÞŒ][\w’'.-]*", "", _SAID.sub("", rest))
    if sum(map(str.isalpha, lower)) > OTHER_WORDS or len(rest) > 100:
        return None
    return _complete(when.iso)


def _in_change(element: Any, written: str) -> bool:
    """Whether a date is written in an element that is called one of a change, within the element of a line."""
    return any(_for_changes(each) and written in flat(each) for each in element.iter(etree.Element))


def _says_published(label: str) -> bool:
    """Whether a label in front of a date says that it is the publication's and nothing else: `Date de parution` does, `Date
    d’effet` does not."""
    rest = _PUBLISHED.sub("", _SAID.sub("", label))
    return sum(map(str.isalpha, rest)) == 0


def _complete(found: str) -> str | None:
    try:
        days(found)
    except ValueError:
        return None
    return found if FIRST_YEAR <= int(found[:4]) <= Date.today().year + 1 else None


def _labelled(tree: Any, address: str | None) -> str | None:
    """The date in a line anywhere on the page that says `Publié le …`: the first outside of boilerplate, else the only one
    outside of comments and lists of other articles. In the month that the address gives, a sentence may say it."""
    body = tree.find("body")
    body = tree if body is None else body
    month = address if address is not None else ""
    for each in _inside(body):
        if found := _label(each, month):
            return found
    only = {
        day[:DAY]: day
        for each in body.iter(*_SHORT_TAGS)
        if len(each) <= LABEL_PARTS
        and (day := _label(each, month))
        and not any(_OTHERS.search(f"{up.get('class') or ''} {up.get('id') or ''}") for up in each.iterancestors())
        and not _in_rows(each)
    }
    return next(iter(only.values())) if len(only) == 1 else None


def _label(element: Any, month: str) -> str | None:
    blocks = any(child.tag in BLOCKS for child in element)
    if len(element) > LABEL_PARTS and blocks:
        return None
    if length(element) > (LONGEST_LABEL if blocks else LINE):
        return None
    text = flat(element)
    if not 8 <= len(text) <= LINE or not re.search(r"\d{4}", text) or not _PUBLISHED.search(text):
        return None
    found = iso(text) or _of_line(element, text, "")
    if found is None and month and (when := find(text)) is not None and len(when.iso) >= DAY:
        found = when.iso if when.iso.startswith(month) else None
    return found if found is not None and found.startswith(month) else None


def _scripted(scripts: Sequence[str]) -> str | None:
    """The one day of publication in the data that a page is built from in the browser (`"publishedAt": "2020-07-02T…"`)."""
    found: dict[str, str] = {}
    for script in scripts:
        for each in islice(_SCRIPTED.finditer(script), MAX_SCRIPTED):
            if written := iso(each[1]):
                found.setdefault(written[:DAY], written)
    return next(iter(found.values())) if len(found) == 1 else None


def _guessed(tree: Any) -> str | None:
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
            or ((_CLOCK.search(named) or _SITE_HEAD.search(named)) and each.find(".//h1") is None)
            or _captioned(each)
        )
        change = not other and _WIKI_CHANGE.search(named)
        if (other or change) and len(text := flat(each)) < half and (other or _UPDATED.search(text)):
            each.drop_tree()
    for each in list(page.iter(*_HEADINGS)):
        if each.getparent() is not None and _lists_others(flat(each)):
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


def _lists_others(heading: str) -> bool:
    """Whether a heading stands above references or other articles, whose dates are theirs."""
    return afterword(heading) or _REFERENCES.fullmatch(heading) is not None


def _captioned(element: Any) -> bool:
    """Whether an element is a picture with a sentence below it."""
    if not any(each.tag == "img" for each in element):
        return False
    named, text = f"{element.get('class') or ''} {element.get('id') or ''}", flat(element)
    return not _META.search(named) and LINE // 2 < len(text) <= LONGEST_CAPTION and _of_line(element, text, "") is None


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
    return not all(map(_changed, stamped))
