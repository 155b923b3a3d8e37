"""WordPress exports (WXR 1.0 to 1.2) → an article for each published post and page, read as a stream: memory stays flat.

What was never published (drafts, revisions, posts behind a password) and what is none (attachments, menus) is counted in one
problem. The date is `wp:post_date`, with the zone that `wp:post_date_gmt` shows; text is formatted as WordPress would.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from lxml import etree

from searcher.analysis import looks_french
from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import repairs
from searcher.readers.agencies import wire
from searcher.readers.encoding import declaration
from searcher.readers.fields import make
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem, problem
from searcher.readers.xml import SAFE, first, malformed
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra, NotAnArticle

CHUNK = 1 << 16

_MACHINERY = re.compile(
    r"attachment|revision|nav_menu_item|wp_\w+|custom_css|customize_changeset|oembed_cache|user_request|acf-\w+|elementor_\w+"
    r"|feedback|wpcf7_\w+|tablepress_table|mc4wp-form|shop_\w+|product_variation|scheduled-action|popup|ml-slide|ngg_\w+|reply"
)
_BLOCK = (
    r"(?:address|article|aside|blockquote|dd|details|div|dl|dt|figure|footer|form|h[1-6]|header|hr|li|ol|p|pre|section|table|tbody"
    r"|td|tfoot|th|thead|tr|ul)\b"
)
_BEFORE_BLOCK = re.compile(rf"\n\s*(?=</?{_BLOCK})", re.I)
_AFTER_BLOCK = re.compile(rf"(</?{_BLOCK}[^>]*>)[ \t]*\n\s*", re.I)
_CAPTION = re.compile(r"\[caption\b[^\[\]]*\](?:(?!\[caption\b).)*?\[/caption\]", re.S)
_CODE = re.compile(
    r"\[/?(?:gallery|embed|video|audio|playlist|caption|vc_\w+|et_pb_\w+|fusion_\w+|contact-form\S*|youtube|dailymotion|tweet|poll"
    r"|one_\w+|two_\w+|su_\w+|dropcap|columns?|row|divider)\b[^\[\]\n]*\]"
    r"|\[/?[a-z][\w-]*(?:\s+[\w-]+=[\"'”″][^\[\]\n]*)\]"
)
_PAIR = re.compile(
    r"\[([a-z][a-z0-9_-]*)(?:\s[^\[\]\n]*)?\]((?:(?!\[\1\b).)*?)\[/\1\]", re.S
)  # a plugin's, around a text
_ADDRESS = re.compile(r"(?:https?://\S+\s*)+")
_NO_SECTION = {"uncategorized", "non classé", "non-classe", "sans catégorie", "uncategorised"}
_WANTED = ("{*}item",)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    refused: Counter[str] = Counter()
    blog: _Blog | None = None
    number = 0
    items = etree.iterparse(_Clean(stream), events=("end",), tag=_WANTED, encoding="utf-8", **SAFE)
    broken: Unreadable | None = None
    try:
        for _, item in items:
            number += 1
            blog = blog or _Blog(item.getparent())
            kind = _kind(item)
            if kind is None:
                try:
                    yield make(source, number=number, place=f"item {number}", **blog.fields(item))
                except MissingExtra:
                    raise
                except Unreadable as reason:
                    refused[str(reason)] += 1
            else:
                refused[kind] += 1
            item.clear()
            while item.getprevious() is not None:
                del item.getparent()[0]
    except etree.XMLSyntaxError as error:
        broken = malformed(error)
    if refused:
        told = ", ".join(f"{count} × {kind}" for kind, count in refused.most_common())
        yield problem(source, f"no article: {told}", "skipped")
    if broken is not None:
        raise Unreadable(f"{broken}{f'; {number} items before it were read' if number else ''}")
    if not number:
        raise NotAnArticle("no article: an export without posts")


class _Blog:
    """What stands before the first post of an export: its title, its language, and the authors by their login."""

    def __init__(self, channel: Any) -> None:
        self.title = text_of(first(channel, "{*}title"))
        self.language = first(channel, "{*}language")
        self.authors: dict[str, str] = {}
        for author in channel.iterfind("{*}author"):
            names = f"{first(author, '{*}author_first_name')} {first(author, '{*}author_last_name')}".strip()
            self.authors[first(author, "{*}author_login")] = first(author, "{*}author_display_name") or names

    def fields(self, item: Any) -> dict[str, str]:
        """What a post says, under the names of `fields.make`."""
        text = formatted(_raw(item, "{http://purl.org/rss/1.0/modules/content/}encoded") or _content(item))
        title = text_of(_raw(item, "{*}title"))
        byline, text = wire.bare(text, title)
        login = first(item, "{*}creator")
        signed = [_written(each) for each in item.iterfind("{*}category") if each.get("domain") == "author"]
        sections = [_written(each) for each in item.iterfind("{*}category") if each.get("domain") in (None, "category")]
        spoken = [
            each.get("nicename") or "" for each in item.iterfind("{*}category") if each.get("domain") == "language"
        ]
        language = spoken[0] if spoken else self.language
        found = {
            "id": first(item, "{*}guid", "{*}link", "{*}post_id"),
            "title": title,
            "standfirst": formatted(_excerpt(item)).replace("\n", " "),
            "text": text,
            "date": _date(item),
            "source": self.title,
            "author": ", ".join(signed) or wire.author(byline) or self.authors.get(login) or login,
            "section": next((each for each in sections if each.lower() not in _NO_SECTION), ""),
            # WordPress of old exported French blogs as `en`
            "language": "fr" if not spoken and looks_french(text[:2000]) else language,
            "url": first(item, "{*}link"),
        }
        return {key: value for key, value in found.items() if value}


def formatted(content: str) -> str:
    """A post's content → its text: what the classic editor left to empty lines is a paragraph (`wpautop`), and what plug-ins
    put into square brackets, captions, and lone addresses of things to embed are left out."""
    content = _CAPTION.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    content = _PAIR.sub(r"\2", _PAIR.sub(r"\2", _CODE.sub("", content)))
    if "<!-- wp:" not in content:
        content = _AFTER_BLOCK.sub(r"\1", _BEFORE_BLOCK.sub("", content.strip()))
        content = re.sub(r"\n\s*\n", "<p>", content).replace("\n", "<br>")
    paragraphs = text_of(content).split("\n\n")
    return wire.rejoined("\n\n".join(each for each in paragraphs if not _ADDRESS.fullmatch(each.strip())))


def _kind(item: Any) -> str | None:
    """What an item is that is no article; None for a published post or page."""
    kind, status = first(item, "{*}post_type") or "post", first(item, "{*}status") or "publish"
    if _MACHINERY.fullmatch(kind):
        return "revision" if kind == "revision" else kind.replace("_", " ")
    if status == "inherit" or item.find("{*}attachment_url") is not None:
        return "attachment"
    if status != "publish":
        return "post planned for later" if status == "future" else f"{status} {kind}"
    return "post behind a password" if first(item, "{*}post_password") else None


def _date(item: Any) -> str:
    local, universal = first(item, "{*}post_date"), first(item, "{*}post_date_gmt")
    if local.startswith("0000") or not local:
        return first(item, "{*}pubDate")
    try:
        ahead = datetime.fromisoformat(local) - datetime.fromisoformat(universal)
    except (ValueError, TypeError):
        return local
    minutes = round(ahead.total_seconds() / 60)
    if minutes % 15 or abs(minutes) > 14 * 60:
        return local
    return f"{local.replace(' ', 'T')}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _excerpt(item: Any) -> str:
    return next((each.text or "" for each in item.iterfind("{*}encoded") if "excerpt" in each.tag), "")


def _content(item: Any) -> str:
    return next((each.text or "" for each in item.iterfind("{*}encoded") if "excerpt" not in each.tag), "")


def _raw(item: Any, path: str) -> str:
    return item.findtext(path) or ""


def _written(category: Any) -> str:
    return text_of(category.text or "").strip()


class _Clean:
    """A stream of XML as UTF-8 without the control characters that XML forbids and posts hold; bytes that are not in the
    encoding declared are read as Windows-1252."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._head: bytes | None = stream.read(CHUNK)
        try:
            declared = codecs.lookup(declaration(self._head) or "utf-8").name
        except LookupError:
            declared = "utf-8"
        if self._head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            declared = "utf-16"
        elif declared.startswith("utf-16"):
            declared = "utf-8"
        self._decoder = codecs.getincrementaldecoder("cp1252" if declared == "iso8859-1" else declared)("windows-1252")

    def read(self, _size: int = -1) -> bytes:
        """The next bytes, about CHUNK; empty at the end."""
        while True:
            raw = self._stream.read(CHUNK) if self._head is None else self._head.lstrip(b" \t\r\n")
            self._head = None
            text = self._decoder.decode(raw, final=not raw)
            if text or not raw:
                return _FORBIDDEN.sub("", text).encode("utf-8")


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end].decode("cp1252", "replace")
    before = error.object[max(0, error.start - repairs.AROUND) : error.start].decode("utf-8", "ignore")
    after = error.object[error.end : error.end + repairs.AROUND].decode("utf-8", "ignore")
    repairs.mended("bytes", error.end - error.start, shown=before + wrong + after)
    return wrong, error.end


codecs.register_error("windows-1252", _as_windows)
