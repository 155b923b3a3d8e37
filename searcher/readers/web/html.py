"""HTML pages → articles, one a page: what the page declares first, what it shows next, what trafilatura finds last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from statistics import median
from typing import IO, Any
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
from trafilatura import bare_extraction

from searcher.analysis import looks_french
from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.encoding import declaration, decode
from searcher.readers.fields import line, make
from searcher.readers.language import SAMPLE
from searcher.readers.markup import text_of_tree
from searcher.readers.web import dates, jsonld, metadata
from searcher.readers.web.authors import authors
from searcher.readers.web.body import (
    LONG,
    MOST,
    aligned,
    content,
    declared,
    densest,
    flat,
    heading,
    named,
    squeezed,
    trimmed,
    whole,
)
from searcher.readers.web.jsonld import Declared
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
_CONTROLS = re.compile("[\xad\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]+")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article]:
    raw = stream.read(MAX_SAVED + 1)
    if MAX_BYTES < len(raw) <= MAX_SAVED:  # saved with its pictures in it, as SingleFile does
        raw = _PICTURES.sub(b"data:", raw)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB for one page")
    if not raw.strip():
        raise Unreadable("empty")
    yield page(source, _decoded(raw, source.encoding))


def page(source: Source, html: str) -> Article:
    """The article of a page that is decoded already. Raises Unreadable when it has neither a title nor a text."""
    large = html.count("<") > MAX_TAGS or len(html) > MAX_PARSED
    tree = _tree(html[:HEAD] if large else html)
    if tree is None:
        raise Unreadable("neither a title nor a text")
    said, item = metadata.metas(tree), metadata.microdata(tree)
    meta = metadata.declared(said, item, tree)
    url = metadata.address(tree, source.url)
    scripts = [(each.get("type") or "", each.text) for each in tree.iter("script") if each.text]
    data = jsonld.declared([text for kind, text in scripts if "ld+json" in kind.lower()][:MAX_SCRIPTS], url)
    _open_noscript(tree)
    lxml.etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    _unwrap(tree)
    host = urlsplit(url).netloc.lower()
    title = metadata.title(tree, data.title, meta.title, source=data.source or meta.source, host=host)
    shown = _shown(tree)
    source_name = data.source or meta.source or metadata.site(tree, title, host)
    author = authors(tree, data.author or meta.author, shown, title=title, source=source_name, host=host)
    stamps = dates.Declared(
        data.date, data.changed, data.other, item.get("datePublished", ""), said, [text for _, text in scripts]
    )
    text = _stripped(html) if large else _text(tree, data, shown, title, author)
    return make(
        source,
        title=title,
        text=text,
        standfirst=_standfirst(data, meta, shown, text, title),
        date=dates.published(tree, stamps, (source.url or "", url), title) if title else None,
        source=source_name,
        author=author,
        section=data.section or meta.section,
        language="fr" if len(text) >= ENOUGH and looks_french(text[:SAMPLE]) else _language(tree, data, meta),
        url=url,
    )


def _decoded(raw: bytes, envelope: str | None) -> str:
    """The text of a page. What an envelope declares goes before what the page does; one wrong byte in a thousand does not
    make UTF-8 something else; zero bytes are left out."""
    said = envelope or declaration(raw)
    if (said or "utf-8").strip().lower().replace("_", "-") in ("utf-8", "utf8"):
        lenient = raw.decode("utf-8", "replace")
        wrong = lenient.count("\ufffd")
        if wrong > 0 and sum(map(len, re.findall(r"[\u0080-\u07ff\u2010-\u203a\u20ac]+", lenient))) > 4 * wrong:
            return lenient.replace("\0", "")
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
    html = _LONG_TAG.sub(r"<\1>", _HUGE.sub('=""', _CONTROLS.sub("", html.replace("&shy;", ""))))
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
        if any("xcessive depth" in each.message for each in parser.error_log):
            flat = _NESTING.sub(" ", html).encode("utf-8", "replace")
            tree = lxml.html.document_fromstring(flat, parser=parser)
    except lxml.etree.ParserError:
        return None
    return tree


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


def _shown(tree: Any) -> list[str]:
    """The paragraphs that the page shows, each on one line."""
    body = tree.find("body")
    return [line(each) for each in re.split(r"\n+", text_of_tree(tree if body is None else body, ("nav", "footer")))]


def _text(tree: Any, data: Declared, shown: list[str], title: str, author: str) -> str:
    """The article's paragraphs: those of the element that the page calls its text, or of the one that holds most of its
    prose; where neither is sure, what trafilatura makes of the page; where that is nothing, all the page shows.

    JSON-LD's `articleBody` is the measure: it has often lost its paragraphs, never its words. Where it is whole, the page's
    paragraphs that it consists of are the text; where the page shows less, it is the text itself.
    """
    said, headline = declared(tree), heading(tree, title)
    text = trimmed(content(whole(said[0], headline) if len(said) == 1 else said), title=title, author=author)
    named_text = len(text) >= SHORT
    if len(text) < ENOUGH:
        element, share = densest(tree)
        if element is not None and share >= (NAMED_SURE if named(element) else SURE):
            denser = trimmed(content(whole(element, headline)), title=title, author=author)
            if not named_text or _is_prose(denser):
                text = max(text, denser, key=len)
        if len(text) < ENOUGH:
            extracted = trimmed(_extracted(tree), title=title, author=author)
            if not named_text or _is_prose(extracted):
                text = max(text, extracted, key=len)
    body = data.text
    if len(body) >= FULL and len(body) > 0.7 * len(text):
        if blocks := aligned(shown, body):
            return trimmed("\n\n".join(blocks), title=title, author=author)
        if len(body) > 1.2 * len(text):
            return trimmed(body, title=title, author=author)
    if not title and max(map(len, text.split("\n\n"))) < LISTED:
        text = ""  # a list or a fragment: all of it says more than the longest part
    return text or trimmed("\n\n".join(shown), title=title, author=author)


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
        found = bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    except Exception:  # it has other ways below
        return ""
    lines = (getattr(found, "text", None) or "").split("\n")
    return "\n\n".join(each.removeprefix("- ") for each in lines if each.strip())


def _standfirst(data: Declared, meta: Declared, shown: list[str], text: str, title: str) -> str:
    """The description, if the page shows it before its text or as its beginning; in the words of the page."""
    first = squeezed(text[:1000].partition("\n\n")[0])
    for described in filter(None, (data.standfirst, meta.standfirst)):
        wanted = squeezed(described.rstrip(" .…"))
        if len(wanted) < 30 or wanted == squeezed(title):
            continue
        cut = described.rstrip().endswith(("…", "..."))
        for each in shown:
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
