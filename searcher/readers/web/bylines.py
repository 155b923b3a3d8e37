"""The headline of a page → the date in the by-line near it.

Elements that are boilerplate are not looked at: the date of a comment, a teaser, a video, an embedded post, a reference, a last
change or a clock is not the article's. A line counts when it is a by-line, and not a sentence, a caption or a row of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from searcher.article import days
from searcher.readers.datelines import find
from searcher.readers.dating import FIRST_YEAR, iso
from searcher.readers.web.body import BLOCKS, flat
from searcher.readers.web.boilerplate import afterword

DAY = len("2020-07-02")
HEAD_ELEMENTS = 80  # elements after the headline in which a by-line is looked for …
HEAD_PROSE = 700  # … up to so many characters of prose
BEFORE = 12  # elements before the headline, for a date set above it
LINE = 140  # characters of a by-line
ROW_DEPTH = 4  # ancestors of a date that may be a row of a list
LONGEST_CAPTION = 300
LONGEST_ROW = 400  # characters of a row that are looked at for a date
OTHER_WORDS = 14  # letters of a by-line that belong neither to its date nor to a name nor to what by-lines say
PUBLISHED = re.compile(
    r"\b(?:publi[ée]e?s?|mise?s?\s+en\s+ligne|post[ée]e?d?|parue?|[ée]crite?|r[ée]dig[ée]e?|cr[ée][ée]e?|published|created|"
    r"ver[öo]ffentlicht|erstellt|erschienen|publicad[oa]|pubblicat[oa]|publication|parution|erscheinungsdatum|datum|date|data|fecha)\b",
    re.I,
)
UPDATED = re.compile(
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
_APART = re.compile(r"(?<![0-9])([0-3]?[0-9])\s?[./|-]\s?([01]?[0-9])\s?[./|-]\s?((?:19|20)[0-9]{2})(?![0-9])")
_CREDIT = re.compile(r"\([Cc]\)|\b(?:photo|foto|bild|image|cr[ée]dits?|getty|archives?)\b", re.I)
_STAMP = re.compile(r"[0-9]T[0-9]{2}:[0-9]{2}")
_PICTURES = re.compile(r"(?:^|[\s_-])(?:image|photo|picture|caption|l[ée]gende|credits?)s?(?:$|[\s_-])", re.I)
META = re.compile(r"meta|byline|date|publi|posted|signature", re.I)
SITE_HEAD = re.compile(r"top-?bar|site-?head|masthead|\bheader-?(?:top|bar|site)|page-?header", re.I)
_FIGURE = re.compile("[0-9]")
_REFERENCES = re.compile(
    r"\W*(?:notes?(?: et r[ée]f[ée]rences)?|r[ée]f[ée]rences?|bibliographie|sources?|pour (?:aller|en savoir) plus(?: loin)?"
    r"|footnotes"
    r"|bibliography|references|literatur|quellen|einzelnachweise)\W*",
    re.I,
)
_LABEL = re.compile(r"([^\W\d_]+)\s*:\s*$")
CLOCK = re.compile(r"\b(?:clock|horloge|today|aujourdhui|date-?(?:du-?)?jour|current-?date|datetime-now|now)\b", re.I)
MARKED = re.compile(r"datePublished|publi|(?:entry|post)[-_]date|posted-on|date-header", re.I)
_OTHER_TAGS = frozenset("nav aside figure blockquote footer form select option script style button".split())
_PICTURE_TAGS = frozenset("figure figcaption script style select button".split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class _Byline(NamedTuple):
    """The date in a line near the headline; `sure` when readers see the day there, with at most a lead before it."""

    date: str
    sure: bool

    @property
    def day(self) -> str:
        return self.date[:DAY]


def changed(element: Any) -> bool:
    """Whether an element is labelled as a last change, by its class, or by the text in it or before it."""
    before = (element.getprevious().tail if element.getprevious() is not None else _text(element.getparent())) or ""
    return _for_changes(element) or UPDATED.search(f"{before} {element.text or ''}") is not None


def _for_changes(element: Any) -> bool:
    """Whether the class of an element says that its date is one of a change, and not one of a publication too."""
    named = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return UPDATED.search(named) is not None and MARKED.search(named) is None


def _text(element: Any) -> str:
    return (element.text or "") if element is not None else ""


def byline(headline: Any, address: str | None) -> _Byline | None:
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
        if each.tag in HEADINGS and lists_others(text):
            break
        if len(text) > LINE:
            if not len(each) or each.tag == "p":
                prose, paragraphs = prose + len(text), paragraphs + 1
            if prose > HEAD_PROSE:
                break
            continue
        if text and (found := of_line(each, text, previous)) and not in_rows(each):
            if not prose and found.startswith(month):
                return _Byline(found, _says_day(text))
            if late is None and (found.startswith(month) or _alone(found, text)):
                late = _Byline(found, paragraphs == 1 and _says_day(text))
            if prose and found.startswith(month):
                break
        previous = text or previous
    for each, text in _preceding(headline, BEFORE):
        found = of_line(each, text, "") if 0 < len(text) <= LINE // 2 else None
        if found is not None and found.startswith(month) and not in_rows(each):
            return _Byline(found, _alone(found, text))
    return late


def _says_day(text: str) -> bool:
    """Whether a line shows a day itself; a `time` element may show only how long ago."""
    text = _APART.sub(r"\1.\2.\3", text)
    return find(text) is not None or iso(text) is not None


def _alone(found: str, text: str) -> bool:
    """Whether a line shows a day and nothing but a by-line around it, no sentence."""
    return (iso(_APART.sub(r"\1.\2.\3", text)) or "")[:DAY] == found[:DAY]


def in_rows(element: Any) -> bool:
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
            for each in inside(sibling):
                yield from _lines(each)
                count += 1
                if count >= most:
                    return
        at = at.getparent()


def inside(element: Any) -> Iterator[Any]:
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
        yield from inside(each)


@lru_cache(4096)
def _called(name: str) -> tuple[bool, bool]:
    """Whether an element's name is of what has dates of its own, and whether it is of a picture."""
    return bool(CLOCK.search(name) or _ELSEWHERE.search(name)), _PICTURES.search(name) is not None


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
    if size <= LONGEST_ROW and META.match(aside.get("class") or ""):
        return True
    return size <= LINE and any(META.search(each.get("class") or "") for each in (aside, *aside))


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
            if above or SITE_HEAD.search(named):
                continue
            if sibling.tail and sibling.tail.strip():
                yield sibling, " ".join(sibling.tail.split())
            for each in inside(sibling):
                yield from _lines(each)
                count += 1
                if count >= most:
                    return
        at = at.getparent()
        if at is not None and at.text and at.text.strip():
            yield at, " ".join(at.text.split())


def of_line(element: Any, text: str, previous: str) -> str | None:
    """The date of publication that a short line holds, when the line is a by-line; `previous` is the line before it."""
    if _FIGURE.search(text) is None and element.tag != "time":
        return None
    if (element.tag == "dd" and not _says_published(previous)) or element.find(".//dd") is not None:
        return None
    if "©" in text or _CREDIT.search(text):
        return None  # the day a picture was taken
    if element.tag == "time" and (written := element.get("datetime")) and (found := iso(written)):
        return None if changed(element) or (UPDATED.search(previous) and len(previous) < 40) else found
    text = _APART.sub(r"\1.\2.\3", text)
    if (found := iso(text)) and len(found) >= DAY:
        if _in_change(element, text):
            return None
        return None if UPDATED.search(previous) and not re.search(r"\d", previous) else found
    when = None if _STAMP.search(text) else find(text)
    if when is None or len(when.iso) < DAY:
        return None
    if _in_change(element, text[when.start : when.end]):
        return None
    before, rest = text[: when.start], text[: when.start] + " " + text[when.end :]
    label = _LABEL.search(before)
    if label is not None and not (_SAID.search(label[1]) or PUBLISHED.search(label[1])):
        return None  # `Clôture : 3 mars 2020` is the date of something else
    if UPDATED.search(before) and not PUBLISHED.search(before):
        return None
    if UPDATED.search(previous) and not re.search(r"\d", previous):
        return None
    if element.tag in HEADINGS and len(rest.strip()) > 12:
        return None
    if (update := UPDATED.search(text, when.end)) is not None:
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
    rest = PUBLISHED.sub("", _SAID.sub("", label))
    return sum(map(str.isalpha, rest)) == 0


def _complete(found: str) -> str | None:
    try:
        days(found)
    except ValueError:
        return None
    return found if FIRST_YEAR <= int(found[:4]) <= Date.today().year + 1 else None


def lists_others(heading: str) -> bool:
    """Whether a heading stands above references or other articles, whose dates are theirs."""
    return afterword(heading) or _REFERENCES.fullmatch(heading) is not None
