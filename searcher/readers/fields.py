"""What a reader found → an article: white space as printed, dates in ISO 8601, language where it was not declared."""

from __future__ import annotations

import re
from html import unescape

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.readers.dating import iso as iso
from searcher.readers.dating import under_key
from searcher.readers.language import SAMPLE
from searcher.readers.language import language as detected
from searcher.sources import Source, joined

# What formats of wires and word processors leave in texts, and soft hyphens; the rest is kept, and made visible where shown.
_CONTROLS = re.compile("[\xad\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\ud800-\udfff]")  # and halves; no `+`: twice as fast
_DROPPED = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1e]")
_FEEDS = re.compile("[\x0b\x0c]")  # lines of Word, and pages
# C1 controls are characters of Windows-1252 that were decoded as Latin-1: `115 000 \x80` is an amount in euros.
_C1 = re.compile("[\x80-\x9f]")
_ENTITY = re.compile(r"&(?:amp;)?(?!(?:lt|gt|LT|GT);)(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}[0-9]?);")
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def make(
    origin: Source,
    *,
    id: str | None = None,
    number: int | None = None,
    place: str | None = None,
    title: str = "",
    standfirst: str = "",
    text: str = "",
    date: str | None = None,
    source: str | None = None,
    author: str | None = None,
    section: str | None = None,
    pages: str | None = None,
    language: str | None = None,
    url: str | None = None,
) -> Article:
    """The article that a reader found in `origin`, at `place` in it (None when it is all of it).

    `id` is what the source itself calls it; otherwise its name is used, with `number` when it holds several.
    `text` has an empty line between paragraphs. A standfirst that the text does not begin with becomes its first paragraph.
    `date` is as written; one that cannot be read is left out. Raises Unreadable when there is neither title nor text.
    """
    title, standfirst, text = line(title), line(standfirst), paragraphs(text)
    if (
        standfirst
        and not text.startswith(standfirst)
        and line(text[: len(standfirst) + 200])[: len(standfirst)][:200] != standfirst[:200]
    ):
        text = f"{standfirst}\n\n{text}" if text else standfirst
    if not text and not title:
        raise Unreadable("neither a title nor a text")
    if (heard := repairs.listener()) is not None:
        heard.settle(joined(origin.place, place) or title[:60])
    identifier = id or (origin.stem if number is None else f"{origin.stem}-{number}")
    return Article(
        id="_".join(_CONTROLS.sub(" ", identifier).split()) or "unnamed",
        text=text,
        title=title,
        date=_dated(date),
        source=line(source or "") or None,
        author=line(author or "") or None,
        url=line(url or "") or origin.url,
        language=_declared(language) or detected(f"{title}\n{text[:SAMPLE]}"),
        section=line(section or "") or None,
        pages=line(pages or "") or None,
        path=origin.path,
        place=joined(origin.place, place),
        standfirst=standfirst or None,
    )


def _dated(written: str | None) -> str | None:
    found = under_key(written) if written else None
    if written and found is None and any(map(str.isalnum, written)) and (heard := repairs.listener()) is not None:
        heard.dates.append(line(written)[:60])
    return found


def line(text: str) -> str:
    """A text on one line."""
    text = mended(text)
    return " ".join((text if text.isprintable() else _CONTROLS.sub(" ", text.replace("\xad", ""))).split())


def paragraphs(text: str) -> str:
    """A text without control characters, with at most one empty line at a time."""
    text = _FEEDS.sub("\n", mended(text).replace("\r\n", "\n").replace("\r", "\n"))
    if (first := _DROPPED.search(text)) is not None:
        repairs.mended("dropped", len(_DROPPED.findall(text)), shown=_DROPPED.sub("", _around(text, first.start())))
    text = _CONTROLS.sub("", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def mended(text: str) -> str:
    """A text without entities that were encoded twice, and without C1 controls."""
    if "&" in text and (first := _ENTITY.search(text)) is not None:
        at = first.start()
        text, count = _ENTITY.subn(lambda found: unescape(f"&{found[1]};"), text)
        repairs.mended("entities", count, shown=_around(text, at))
    if not text.isascii() and (first := _C1.search(text)) is not None:
        text, count = _C1.subn(lambda found: found[0].encode("latin-1").decode("cp1252", "ignore"), text)
        repairs.mended("controls", count, shown=_around(text, first.start()))
    return text


def _around(text: str, at: int) -> str:
    return text[max(at - repairs.AROUND, 0) : at + repairs.AROUND]


def _declared(language: str | None) -> str | None:
    """`fr` for `fr`, `fr-FR`, `fr_CA` …; None for what is not such a code."""
    if not language:
        return None
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_].*)?\s*$", language)
    code = found.group(1).lower() if found else None
    return {"fra": "fr", "fre": "fr", "eng": "en", "deu": "de", "ger": "de", "und": None}.get(code or "", code)
