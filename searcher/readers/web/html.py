"""HTML pages → articles, one a page or several: what a page declares first, what it shows next, what trafilatura finds last."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from statistics import median
from typing import IO, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree
from trafilatura import bare_extraction

from searcher.analysis import looks_french
from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import declaration, decode
from searcher.readers.fields import make
from searcher.readers.language import SAMPLE
from searcher.readers.problems import Problem, note
from searcher.readers.web import dates, jsonld, metadata
from searcher.readers.web.authors import authors
from searcher.readers.web.body import (
    LONG,
    MOST,
    declared,
    densest,
    flat,
    for_libraries,
    heading,
    named,
    squeezed,
    whole,
)
from searcher.readers.web.content import aligned, cleaned, content, trimmed
from searcher.readers.web.jsonld import Declared
from searcher.readers.web.leftout import left_out, lines_of
from searcher.readers.web.posts import Posts, address, heading_of, posts
from searcher.sources import Source

MAX_BYTES = 10 << 20
MAX_SAVED = 200 << 20  # bytes of a page with the pictures and fonts that it shows
MAX_TAGS = 30_000  # beyond, a page is a table or a trap, and read without looking for boilerplate
MAX_PARSED = 3 << 20  # characters; likewise
MAX_EXTRACTED = 10_000  # elements of a page that trafilatura is asked about: it takes a millisecond for two
HEAD = 256 << 10  # characters of such a page that its title and date are looked for in
ENOUGH = 250  # characters of an article below which another way to find its text is tried …
SURE = 0.6  # share of a page's prose that makes an element the article's without asking trafilatura
NAMED_SURE = 0.35  # … or this, where the name of its class says so too
SHORT = 80  # … or these, where the page itself calls them the article and no other prose is found
LONGEST_PIECE = 10_000  # characters without `<`: of an attribute or a tag, before the patterns below are tried
LISTED = 60  # characters: paragraphs no longer than this are those of a list
FULL = 400  # characters of a declared text that is more than a teaser

MAX_SCRIPTS = 50
_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe")
_SCRIPTS = re.compile(  # each ends at the end of the page at the latest: nothing is looked at twice
    r"<(?=[sSnNtT!])(?:(?i:(script|style|noscript|template|title)\b).*?(?:</(?i:\1)\s*>|\Z)|!--.*?(?:-->|\Z))", re.S
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_BREAK = re.compile(r"</?(?i:p|div|br|h[1-6]|li|ul|ol|tr|table|section|article|blockquote|dd|dt)\b[^<>]*>")
# Broken pages nest deeper than libxml2 follows (256): without their other tags, these are read all the same.
_NESTING = re.compile(
    r"</?(?!(?:p|br|h[1-6]|li|tr|title|meta|link|time|script|style|article|main|html|head|body)\b)[a-zA-Z][^<>]*>", re.I
)
_HUGE = re.compile(r"""=\s*(?:"[^"<>]{10000,}"|'[^'<>]{10000,}')""")  # values of attributes: pictures, data of scripts
_LONG_TAG = re.compile(
    r"<([a-zA-Z][a-zA-Z0-9]{0,20})\b[^<>]{20000,}(?:>|(?=<)|\Z)"
)  # libxml2 is quadratic in attributes
_PICTURES = re.compile(rb"data:[\w.+/-]{0,60}(?:;[\w=-]{1,40}){0,3},[A-Za-z0-9+/=%_.~!*-]{400,}")
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\f\r")) + b"\x7f"


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_SAVED + 1)
    if MAX_BYTES < len(raw) <= MAX_SAVED:  # saved with its pictures in it, as SingleFile does
        raw = _PICTURES.sub(b"data:", raw)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB for one page")
    if not raw.strip():
        raise Unreadable("empty")
    yield from page(source, _decoded(raw, source.encoding))


def page(source: Source, html: str) -> Iterator[Article | Problem]:
    """The article of a page that is decoded already, or the articles that stand side by side in it; behind them notes
    of what the page shows and none of them holds. Raises Unreadable when there is neither a title nor a text."""
    large = html.count("<") > MAX_TAGS or len(html) > MAX_PARSED
    tree = _tree(html[:HEAD] if large else html)
    if tree is None:
        raise Unreadable("neither a title nor a text")
    said, item = metadata.metas(tree), metadata.microdata(tree)
    url = metadata.address(tree, source.url)
    scripts = [(each.get("type") or "", each.text) for each in tree.iter("script") if each.text]
    data = jsonld.declared([text for kind, text in scripts if "ld+json" in kind.lower()][:MAX_SCRIPTS], url)
    stamps = dates.Declared(
        article=data.date,
        changed=data.changed,
        other=data.other,
        item=item.get("datePublished", ""),
        said=said,
        scripts=[text for _, text in scripts],
    )
    _open_noscript(tree)
    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    _unwrap(tree)
    if "MsoTitle" in html:  # Word's title
        for each in tree.iterfind(".//p[@class='MsoTitle']"):
            each.tag = "h1"
    head = _Head(url, data, metadata.declared(said, item, tree), stamps)
    lines = lines_of(tree)
    paragraphs = [each.text for each in lines]
    title = metadata.title(tree, data.title, head.meta.title, source=head.publisher, host=head.host)
    headline = heading(tree, title)
    one = large or bool(data.title) or said.get("og:type") == "article"
    several = None if one else posts(tree, headline)
    if several is not None and several.apart:
        articles = [_post(source, head, each, number) for number, each in enumerate(several.elements, 1)]
    else:
        stripped = _stripped(html) if large else None
        articles = [_whole(source, head, _Shown(tree, paragraphs, title, headline, several), stripped)]
    yield from articles
    kept = [part for each in articles for part in (each.title, each.text, each.author or "")]
    if not large:
        for loss in left_out(tree, lines, [*kept, title]):
            yield note(source, loss)


class _Head(NamedTuple):
    """What a page says of itself."""

    url: str
    data: Declared
    meta: Declared
    stamps: dates.Declared

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.lower()

    @property
    def publisher(self) -> str:
        return self.data.source or self.meta.source


class _Shown(NamedTuple):
    """What a page shows: its tree, its paragraphs, its title and the heading that says it, and the list that it is."""

    tree: Any
    paragraphs: list[str]
    title: str
    headline: Any
    several: Posts | None


def _whole(source: Source, head: _Head, page: _Shown, stripped: str | None) -> Article:
    """The one article of a page; `stripped` is its text when the page is too large to look for boilerplate."""
    data, meta, url, title = head.data, head.meta, head.url, page.title
    publisher = head.publisher or metadata.site(page.tree, title, head.host)
    author = authors(
        page.tree, data.author or meta.author, page.paragraphs, title=title, source=publisher, host=head.host
    )
    text = _text(page, data, author) if stripped is None else stripped
    language = _language(page.tree, data, meta)
    return make(
        source,
        title=title,
        text=text,
        standfirst=_standfirst(data, meta, page.paragraphs, text, title),
        date=dates.published(page.tree, head.stamps, (source.url or "", url), page.headline) if title else None,
        source=publisher,
        author=author,
        section=data.section or meta.section,
        language="fr" if len(text) >= ENOUGH and looks_french(text[:SAMPLE]) else language,
        url=url,
    )


def _post(source: Source, head: _Head, element: Any, number: int) -> Article:
    """One of several articles of a page: title, date and author stand in its element; the rest is the page's."""
    own = copy.deepcopy(element)
    own.tail = None
    title, url = flat(heading_of(own)), address(own)
    url = urljoin(head.url, url) if url else ""
    publisher = head.publisher or metadata.site(element, title, head.host)
    author = authors(own, "", [each.text for each in lines_of(own)], title=title, source=publisher, host=head.host)
    text = trimmed(content([own]), title=title, author=author)
    nothing = dates.Declared("", "", "", metadata.microdata(own).get("datePublished", ""), {})
    return make(
        source,
        number=number,
        place=f"article {number}",
        title=title,
        text=text,
        date=dates.published(own, nothing, (url,), heading(own, title)),
        source=publisher,
        author=author,
        section=head.data.section or head.meta.section,
        language=None if len(text) >= ENOUGH else _language(element, head.data, head.meta),
        url=url or head.url,
    )


def _decoded(raw: bytes, envelope: str | None) -> str:
    """The text of a page. What an envelope declares goes before what the page does; zero bytes are left out."""
    said = envelope or declaration(raw)
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (said or "").lower().startswith(
        ("utf-16", "utf-32", "utf16", "ucs")
    )
    if not wide and b"\0" in raw:
        if raw.count(b"\0") * 10 > len(raw):
            return decode(raw, "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
        raw = raw.replace(b"\0", b"")
    return decode(raw, said)


def _tree(html: str) -> Any:
    """The tree of a page; None for one without any element."""
    if max(map(len, html.split("<"))) > LONGEST_PIECE:
        html = _LONG_TAG.sub(r"<\1>", _HUGE.sub('=""', html))
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    raw = _without_controls(html)
    try:
        tree = etree.fromstring(raw, parser)
        if any("xcessive depth" in each.message for each in parser.error_log):
            tree = etree.fromstring(_NESTING.sub(" ", raw.decode()).encode(), parser)
    except etree.XMLSyntaxError:  # without any element
        return None
    return tree


def _without_controls(html: str) -> bytes:
    """A page in UTF-8 without control characters, halves of characters and soft hyphens; on bytes, twenty times as fast as on
    text."""
    raw = html.encode("utf-8", "ignore").translate(None, _CONTROLS)
    return raw.replace(b"\xc2\xad", b"").replace(b"&shy;", b"")


def _open_noscript(tree: Any) -> None:
    """Makes `noscript` elements that hold most of the page's text elements like any other: without its scripts, such a page
    shows nothing else."""
    inside = [(each, len(flat(each))) for each in tree.iter("noscript")]
    held = sum(size for _, size in inside)
    body = tree.find("body")
    if held < ENOUGH or body is None:
        return
    scripts = sum(len(flat(each)) for each in body.iter("script", "style", "template"))
    if held > MOST * (len(flat(body)) - scripts):
        for each, _ in inside:
            each.tag = "div"


def _unwrap(tree: Any) -> None:
    """Makes a form that holds most of the page an element like any other, as ASP.NET wraps whole pages into one."""
    forms = tree.findall(".//form")
    most = MOST * len(flat(tree)) if forms else 0
    for each in forms:
        if len(flat(each)) > most and (each.find(".//h1") is not None or len(flat(each)) > 2 * most):
            each.tag = "div"


def _text(page: _Shown, data: Declared, author: str) -> str:
    """The article's paragraphs: those of the element that the page calls its text, or of the one that holds most of its
    prose; of a list of teasers all of them; where none is sure, what trafilatura makes of the page; where that is nothing,
    all the page shows.

    JSON-LD's `articleBody` is the measure: it has often lost its paragraphs, never its words. Where it is whole, the page's
    paragraphs that it consists of are the text; where the page shows less, it is the text itself.
    """
    trim = partial(trimmed, title=page.title, author=author)
    if page.several is not None:
        return cleaned(content(page.several.elements))
    said = declared(page.tree)
    text = trim(content(whole(said[0], page.headline) if len(said) == 1 else said))
    named_text = len(text) >= SHORT
    if len(text) < ENOUGH:
        element, share = densest(page.tree, page.headline)
        if element is not None and share >= (NAMED_SURE if named(element) else SURE):
            denser = trim(content(whole(element, page.headline)))
            if not named_text or _is_prose(denser):
                text = max(text, denser, key=len)
        if len(text) < ENOUGH:
            extracted = trim(_extracted(page.tree))
            if not named_text or _is_prose(extracted):
                text = max(text, extracted, key=len)
    body = data.text
    if len(body) >= FULL and len(body) > 0.7 * len(text):
        if blocks := aligned(page.paragraphs, body):
            return trim("\n\n".join(blocks))
        if len(body) > 1.2 * len(text):
            return trim(body)
    if not page.title and max(map(len, text.split("\n\n"))) < LISTED:
        text = ""  # a list or a fragment: all of it says more than the longest part
    return text or trim("\n\n".join(page.paragraphs))


def _is_prose(text: str) -> bool:
    """Whether a text has two and more paragraphs, half of them as long as those of articles: teasers are shorter."""
    sizes = [len(each) for each in text.split("\n\n")]
    return len(sizes) > 1 and median(sizes) >= LONG


def _stripped(html: str) -> str:
    """The text of a page without its tags, every block a paragraph."""
    html = _SCRIPTS.sub(" ", html)
    return unescape(_TAG.sub(" ", _BREAK.sub("\n\n", html)))


def _extracted(tree: Any) -> str:
    """What trafilatura takes for the main text."""
    if sum(1 for _ in tree.iter()) > MAX_EXTRACTED:
        return ""
    try:
        found = bare_extraction(for_libraries(tree), include_comments=False, include_tables=True, with_metadata=False)
    except Exception:  # it has other ways below
        return ""
    lines = (getattr(found, "text", None) or "").split("\n")
    return "\n\n".join(map(_cells, filter(str.strip, lines)))


def _cells(line: str) -> str:
    """A line of trafilatura's without the mark of an item, or those between the cells of a table (`| a | b |`)."""
    if not line.startswith("| "):
        return line.removeprefix("- ")
    return " ".join(filter(None, map(str.strip, line.split("|"))))


def _standfirst(data: Declared, meta: Declared, paragraphs: list[str], text: str, title: str) -> str:
    """The description, if the page shows it before its text or as its beginning; in the words of the page."""
    first = squeezed(text[:1000].partition("\n\n")[0])
    for described in dict.fromkeys(filter(None, (data.standfirst, meta.standfirst))):
        wanted = squeezed(described.rstrip(" .…"))
        if len(wanted) < 30 or wanted == squeezed(title):
            continue
        cut = described.rstrip().endswith(("…", "..."))
        for each in paragraphs:
            letters = squeezed(each)
            if letters == wanted or (cut and letters.startswith(wanted) and letters != first):
                return each if letters == first or letters not in squeezed(text) else ""
            if letters == first:
                break
    return ""


def _language(tree: Any, data: Declared, meta: Declared) -> str | None:
    """The language that is declared; None where declarations contradict each other, so that the text decides."""
    root = tree if tree.tag == "html" else tree.getroottree().getroot()
    said = [
        each[:2].lower()
        for each in (
            root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
            data.language,
            meta.language,
        )
        if each and re.match(r"[A-Za-z]{2}(?:[-_]|$)", each)
    ]
    return said[0] if len(set(said)) == 1 else None
