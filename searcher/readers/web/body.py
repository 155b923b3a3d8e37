"""The tree of a page → the elements that hold the article, in order; and which elements are the page's boilerplate."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any

import lxml.html
from lxml import etree

from searcher.readers.web.boilerplate import boilerplate, byline

LONG = 80  # characters: a line break next to a line that long ends a paragraph, as in pages without <p>
NAMES = 400  # characters of a class that are looked at
PARTS = 20  # elements that an article may be in
BESIDE = 150  # characters of paragraphs beside a side box that are an article
ASCENT = 12  # elements around the article's text that are looked through for its headline …
NEAR = 3  # … and so many for its sections
KIN = 0.2  # share of the length of the article's text that a section has without the same name
MOST = 0.4  # share of an article's text that nothing called boilerplate may hold
_BOILERPLATE_TAGS = frozenset(
    "nav aside footer form menu dialog script style noscript template iframe svg button select".split()
)
_BOILERPLATE_ROLES = frozenset(
    "navigation complementary contentinfo search dialog alert banner tooltip menu toolbar".split()
)
_BOILERPLATE = frozenset(
    """
    nav navbar navigation menu submenu sidebar footer breadcrumb breadcrumbs ariane pagination pager
    comment comments commentaire commentaires disqus forum reaction reactions
    share sharing shares partage partager sharebar addtoany social socials rs
    newsletter newsletters nl inscription optin related relateds relation similar recommended recommendation recommendations
    reco recos lireaussi alire readalso readmore aussi popular mostread trending
    outbrain taboola ligatus advert advertisement advertising ads ad adslot pub publicite sponsor sponsored promo promotion
    cookie cookies consent gdpr rgpd subscribe subscription abonnement abo paywall modal popin popup tooltip toolbar
    tags tag keywords bio embed embeds player caption captions legende legend credit credits copyright
    hidden invisible hide sr-only favoris favori bookmark bookmarks login signin signup donate donation
    widget zapping diaporama slideshow carousel carrousel slider infobox notification
    """.split()
)
_STATES = frozenset("has is no js with without tag category post page single format type layout hentry".split())
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:image|img|photo|picture|media|visuel|asset-type-image|thumbnail)s?(?:$|[\s_-])", re.I
)
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:chap[oô]|chapeau|standfirst|perex|lede|lead|leadtext|accroche|teaser-?text|intro(?:duction)?)(?:$|[\s_-])",
    re.I,
)
_NO_LETTERS = re.compile(r"[\W_]+")
_SIZE = etree.XPath("string-length(normalize-space(.))")
_SPLIT = re.compile(r"[-_]+|(?<=[a-z])(?=[A-Z])")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PARAGRAPHS = _HEADINGS | {"p", "pre", "blockquote", "dd", "li", "figcaption"}
BLOCKS = _PARAGRAPHS | frozenset(
    "div section article main td th tr table tbody body html ul ol dl center header details".split()
)
_PARTS = frozenset("blockquote ul ol li dl dd p tr tbody table".split())
_ENTRIES = frozenset(("entry-content", "e-content"))
_NAMED = re.compile(
    r"(?:.*[-_]|.*[a-z](?=[A-Z]))?(?i:article|story|post|entry|news|single)[-_]*(?i:body|texte?|contente?|contenu|corps)(?:$|[-_]{2})"
)


def declared(tree: Any) -> list[Any]:
    """The elements that the page itself calls the article's text, none inside another; empty when there are none, or when
    they are so many that the page is a list of articles."""
    for called in _called(tree):
        found = [each for each in called if len(flat(each)) >= 50 and not is_boilerplate(each)]
        inside = set(found)
        outer = [each for each in found if not any(above in inside for above in each.iterancestors())]
        if len(outer) == 1 or (1 < len(outer) <= PARTS and len({each.getparent() for each in outer}) == 1):
            return outer
    return []


def _called(tree: Any) -> tuple[list[Any], ...]:
    """The elements of names that publishers give to nothing but an article's text: those of schema.org and RDFa; of SPIP; of
    hNews, hAtom and h-entry (WordPress too); of Drupal. One walk in Python takes a third of the time of four XPaths."""
    schema: list[Any] = []
    spip: list[Any] = []
    entries: list[Any] = []
    drupal: list[Any] = []
    for each in tree.iter(etree.Element):
        item, said = each.get("itemprop"), each.get("property")
        if (item and "articleBody" in item.split()) or (said and "articleBody" in said):
            schema.append(each)
        if classes := each.get("class"):
            if "article-texte-" in classes:
                spip.append(each)
            if "-content" in classes and not _ENTRIES.isdisjoint(classes.split()):
                entries.append(each)
            if "field-name-body" in classes or "field--name-body" in classes:
                drupal.append(each)
    return schema, spip, entries, drupal


def named(element: Any) -> bool:
    """Whether a class or the identifier of an element sounds like an article's text: `article-body`, `story__content`."""
    return any(map(_NAMED.match, f"{element.get('class') or ''} {element.get('id') or ''}".split()))


def densest(tree: Any, headline: Any = None) -> tuple[Any, float]:
    """The element whose own paragraphs hold most of the page's prose, and the share of it inside; (None, 0.0) without any.

    Prose is text outside of links and boilerplate, in paragraphs of 25 characters and more. A paragraph counts for the
    element it stands in, and half for the one around that, as in Readability. A side box without the `headline` is no prose of
    the article, even if longer than the article.
    """
    above = set() if headline is None else {headline, *headline.iterancestors()}
    weights: dict[Any, float] = defaultdict(float)
    prose: list[tuple[Any, int]] = []
    stack: list[list[Any]] = []  # of open blocks: element, characters, characters in links
    most, links = MOST * length(tree), 0
    skipped: Any = None
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, each in walk:
        if event == "start":
            if _hidden(each) or (is_boilerplate(each) and (length(each) <= most or _beside(each, above))):
                walk.skip_subtree()
                skipped = each
                continue
            links += each.tag == "a"
            if each.tag in BLOCKS or not stack:
                stack.append([each, 0, 0])
            _count(stack, each.text, links)
            continue
        if each is skipped:
            _count(stack, each.tail, links)
            continue
        links -= each.tag == "a"
        if stack and stack[-1][0] is each:
            _, chars, linked = stack.pop()
            own = chars - linked
            if own >= 25 and own >= linked and stack:
                prose.append((each, own))
                holders = [open_block[0] for open_block in stack[-2:]][::-1]
                if each.tag not in _PARAGRAPHS:
                    holders = [each, *holders]
                weights[holders[0]] += own
                if len(holders) > 1:
                    weights[holders[1]] += own / 2
        _count(stack, each.tail, links)
    if not prose:
        return None, 0.0
    best = max(weights, key=lambda element: weights[element])
    while best.tag in _PARTS and best.getparent() is not None and best.getparent().tag != "body":
        best = best.getparent()
    inside = sum(own for each, own in prose if each is best or best in each.iterancestors())
    return best, inside / sum(own for _, own in prose)


def heading(tree: Any, title: str) -> Any:
    """The heading that says a title; else the only `h1`; else None."""
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


def _beside(element: Any, above: set[Any]) -> bool:
    """Whether an element is a side box: an `aside` or a sidebar without the headline, beside paragraphs as of an article."""
    named_so = element.tag == "aside" or "sidebar" in f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if not above or element in above or not named_so:
        return False
    paragraphs = element.getroottree().getroot().iter("p")
    return sum(len(flat(each)) for each in paragraphs if element not in each.iterancestors()) >= BESIDE


def whole(element: Any, headline: Any) -> list[Any]:
    """An element that holds most of the prose, with its sisters, and those of the elements around it, that belong to the same
    article: the prose between the headline and the element, such as a lead set apart; what is called a lead; and sections of
    the same name or of a similar size, before and after."""
    above = set() if headline is None else {headline, *headline.iterancestors()}
    size = len(flat(element))
    before: list[Any] = []
    after: list[Any] = []
    between: list[Any] = []  # prose that belongs to the article if the headline stands before it
    at = element
    for step in range(ASCENT):
        parent = at.getparent()
        if parent is None or at.tag in ("body", "html") or at in above:
            break
        found: list[Any] = []
        headed = False
        for sister in at.itersiblings(preceding=True):
            headed = sister in above
            if is_prose(sister):
                own = headed or _lead(sister) or (step < NEAR and _alike(sister, at, size))
                (before if own and not between and not found else found).insert(0, sister)
            if headed:
                break
        between = found + between
        if step < NEAR:
            after += [
                each for each in at.itersiblings() if each not in above and is_prose(each) and _alike(each, at, size)
            ]
        if headed or parent in above:
            before, between = _ordered(between, before), []
            break
        at = parent
    leads = [each for each in between if _lead(each)]
    return [*leads, *before, element, *after]


def _ordered(first: list[Any], second: list[Any]) -> list[Any]:
    """Both lists in the order of the document."""
    if not first or not second:
        return first or second
    root = first[0].getroottree().getroot()
    wanted = {*first, *second}
    return [each for each in root.iter(etree.Element) if each in wanted]


def _lead(element: Any) -> bool:
    """Whether the name of an element, or of the only one in it, calls it a lead: `chapo`, `standfirst`, `field-perex`."""
    inner = element[0] if len(element) == 1 else element
    return any(_LEAD.search(f"{each.get('class') or ''} {each.get('id') or ''}"[:NAMES]) for each in (element, inner))


def _alike(sister: Any, element: Any, size: int) -> bool:
    """Whether a sister of an element is a section of the same article: of the same name, or a fifth as long as the article,
    most of it in paragraphs."""
    if sister.tag == element.tag and sister.get("class") and sister.get("class") == element.get("class"):
        return True
    if sister.tag in _HEADINGS or sister.tag in ("article", "aside"):
        return False
    paragraphs = sum(len(flat(each)) for each in ([sister] if sister.tag == "p" else sister.iter("p")))
    return paragraphs >= max(KIN * size, LONG)


def is_prose(element: Any) -> bool:
    """Whether an element is prose: no boilerplate, 60 characters and more, most of them outside of links and by-lines."""
    if (
        not isinstance(element.tag, str)
        or is_boilerplate(element)
        or _hidden(element)
        or element.tag in ("ul", "ol", "figure")
        or caption(element)
    ):
        return False
    text = flat(element)
    if len(text) < 60 or byline(text) or boilerplate(text):
        return False
    linked = sum(len(flat(each)) for each in element.iter("a"))
    return linked < len(text) / 3 and re.search(r"[.!?…:»”\"]", text) is not None


def _count(stack: list[list[Any]], text: str | None, links: int) -> None:
    if stack and text and (chars := len(text.strip())):
        stack[-1][1] += chars
        stack[-1][2] += chars if links else 0


def is_boilerplate(element: Any) -> bool:
    """Whether an element's name, role, class or identifier says that it is not the article."""
    tag = element.tag
    if tag in _BOILERPLATE_TAGS or element.get("role") in _BOILERPLATE_ROLES:
        return True
    if tag in ("html", "body", "main", "article"):
        return False
    return _named_so(element.get("class") or "", element.get("id") or "")


@lru_cache(4096)
def _named_so(classes: str, identifier: str) -> bool:
    for token in f"{classes[:NAMES]} {identifier[:80]}".split():
        words = [word.lower() for word in _SPLIT.split(token) if word]
        if words and words[0] not in _STATES and not _BOILERPLATE.isdisjoint(words):
            return True
    return False


def _hidden(element: Any) -> bool:
    return element.get("hidden") is not None or "display:none" in (element.get("style") or "").replace(" ", "").lower()


def caption(element: Any) -> bool:
    """Whether an element is a picture and a line below it, by its class: `asset-type-image`, `wp-caption`, `photo`."""
    if _PICTURE.search(f"{element.get('class') or ''}"[:NAMES]) is None or element.find(".//img") is None:
        return False
    return len(flat(element)) < 300 and len(element.findall(".//p")) < 2


def squeezed(text: str) -> str:
    """Letters and digits of a text in lower case: the same for two ways to set it."""
    return _NO_LETTERS.sub("", text).casefold()


def length(element: Any) -> int:
    """The length of the text in an element on one line, but for the white space that only Unicode calls so: a quarter of the
    time that the text itself takes."""
    return int(_SIZE(element))


def flat(element: Any) -> str:
    """The text in an element on one line."""
    if not len(element):
        return " ".join((element.text or "").split())
    return " ".join("".join(element.itertext()).split())


def for_libraries(tree: Any) -> Any:
    """A copy of a tree with the elements of `lxml.html`, which trafilatura and htmldate ask for, and which are slower."""
    return lxml.html.document_fromstring(etree.tostring(tree, encoding="unicode", method="html"))
