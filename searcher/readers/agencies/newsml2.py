"""NewsML-G2 (IPTC; AFP, dpa, Reuters, ANSA, STT …): a message or a single item → its news items that are text.

Date: `firstCreated`, then `contentCreated`, `versionCreated` and when the message was sent: what readers saw first, whatever
was corrected later. The identifier is `guid:version`. Pictures, packages, concepts, plans and catalogues are no articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from searcher.article import Article
from searcher.readers.agencies import nitf, wire
from searcher.readers.fields import make
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem, problem
from searcher.readers.xml import LANG, MAX_MESSAGE, first, flat, name, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_ITEMS = {
    "newsItem": "a news item",
    "packageItem": "a package of other items",
    "conceptItem": "a concept",
    "knowledgeItem": "a list of concepts",
    "planningItem": "a plan of coverage",
    "catalogItem": "a catalogue",
}
_KINDS = {
    "picture": "a picture",
    "graphic": "a graphic",
    "video": "a video",
    "audio": "a recording",
    "animation": "an animation",
}
_WORDS = {"html", "nitf", "body", "article", "section", "div", "p"}
_NO_SECTION = ("person", "organisation", "organization", "geoarea", "poi", "event", "object", "location")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    root = parse(stream, source.encoding, limit=MAX_MESSAGE)
    if name(root) == "contentSet":  # the content alone, as the guidelines show it
        content, root = root, etree.Element("newsItem")
        root.append(content)
    items = (
        [root] if name(root) in _ITEMS else [each for each in root.iterfind(".//{*}itemSet/*") if name(each) in _ITEMS]
    )
    news = [item for item in items if name(item) == "newsItem"]
    if not news:
        found = sorted({_ITEMS[name(item)] for item in items})
        raise NotAnArticle(f"no article: {', '.join(found) or 'a message without items'}")
    sent = first(root, "{*}header/{*}sent")
    given, refused = 0, []
    for number, item in enumerate(news, 1):
        place = f"item {number}" if len(news) > 1 else None
        try:
            for fields in _articles(item, sent):
                yield make(source, place=place, number=number if place else None, **fields)
                given += 1
        except NotAnArticle as reason:
            refused.append(str(reason))
    if refused:
        told = ", ".join(dict.fromkeys(reason.removeprefix("no article: ") for reason in refused))
        if not given:
            raise NotAnArticle(f"no article: {told}")
        yield problem(source, f"no article in {len(refused)} of {len(news)} items: {told}", "skipped")


def _articles(item: Any, sent: str) -> Iterator[dict[str, str]]:
    """What each article of a news item says: one, or one for each language its text is in."""
    kind = _code(item.find("{*}itemMeta/{*}itemClass"))
    if kind in ("picture", "graphic", "animation"):
        raise NotAnArticle(f"no article: {_KINDS[kind]}")
    told = _told(item, sent)
    contents = [content for each in item.iterfind("{*}contentSet/*") if (content := _content(each)) is not None]
    if kind not in _KINDS and told["standfirst"] and not contents:
        contents = [{}]
    wordy = [content for content in contents if content.get("text")]
    if not wordy and (kind in _KINDS or not contents):
        raise NotAnArticle(f"no article: {_KINDS.get(kind, '') or 'a news item without text'}")
    if not wordy and _code(item.find("{*}itemMeta/{*}pubStatus")) in ("canceled", "cancelled", "withheld"):
        raise NotAnArticle("no article: withdrawn by its publisher")
    by_language: dict[str, dict[str, str]] = {}
    for content in wordy or contents:
        longest = by_language.setdefault(content.get("language", ""), content)
        if len(content.get("text", "")) > len(longest.get("text", "")):
            by_language[content.get("language", "")] = content
    for language, content in by_language.items():
        fields = {**content, **{key: value for key, value in told.items() if value}}
        if len(by_language) > 1 and language:
            fields |= {"id": f"{fields['id']}:{language}", "language": language}
            fields["title"] = content.get("title") or fields.get("title", "")
        yield _finished(fields)


def _finished(fields: dict[str, str]) -> dict[str, str]:
    byline, text = wire.bare(fields.get("text", ""), fields.get("title", ""))
    author = fields.get("author") or wire.author(byline)
    return {**fields, "text": text, **({"author": author} if author else {})}


def _told(item: Any, sent: str) -> dict[str, str]:
    """The metadata of an item, under the names of `fields.make`; empty where it has none."""
    meta = "{*}contentMeta/{*}"
    language = next((each.get("tag") or "" for each in item.iterfind(f"{meta}language")), "") or item.get(LANG) or ""
    headlines = [(_role(each), flat(each)) for each in item.iterfind(f"{meta}headline")]
    title = next((text for role, text in headlines if text and "sub" not in role), "")
    lead = next((text for role, text in headlines if text and "sub" in role), "")
    for each in item.iterfind(f"{meta}description"):
        if not lead and any(word in _role(each) for word in ("summary", "abstract", "intro", "standfirst", "lead")):
            lead = flat(each)
    guid = (item.get("guid") or "").strip()
    return {
        "id": ":".join(filter(None, (guid, (item.get("version") or "").strip()))) if guid else "",
        "title": title or first(item, "{*}itemMeta/{*}title"),
        "standfirst": "" if lead == title else lead,
        "date": first(item, "{*}itemMeta/{*}firstCreated", f"{meta}contentCreated", "{*}itemMeta/{*}versionCreated")
        or sent,
        "source": wire.organisation(
            _party(item.find("{*}itemMeta/{*}provider")),
            first(item, f"{meta}creditline"),
            *(_party(each) for each in item.iterfind(f"{meta}infoSource")),
            _party(item.find("{*}rightsInfo/{*}copyrightHolder")),
        ),
        "author": _author(item),
        "section": _section(item, language),
        "language": language,
    }


def _content(element: Any) -> dict[str, str] | None:
    """What an inlineXML or inlineData element holds; None for what is no text (remote content, data, sports scores)."""
    language = element.get(LANG) or ""
    if name(element) == "inlineData":
        media = (element.get("contenttype") or "text/plain").partition(";")[0].lower()
        if not media.startswith("text/") or element.get("encoding"):
            return None
        raw = "".join(element.itertext())
        text = text_of(raw) if "html" in media else wire.unwrapped(_untagged(raw))
        return {"text": text, **({"language": language} if language else {})}
    if name(element) != "inlineXML":
        return None
    parts = [each for each in element if name(each).lower() in _WORDS]
    if not parts:
        return None
    if name(parts[0]) == "nitf":
        found = nitf.fields(parts[0])
        return {"text": "", **found, **({"language": language} if language else {})}
    texts = [nitf.text(part, ("header", "footer", "nav", "aside")) for part in parts]
    html = parts[0]
    language = language or html.get(LANG) or html.get("lang") or ""
    title = first(html, "{*}head/{*}title", ".//{*}h1")
    return {
        "text": "\n\n".join(filter(None, texts)),
        **({"language": language} if language else {}),
        **({"title": title} if title else {}),
    }


def _untagged(raw: str) -> str:
    """Plain text as it was typed, where somebody put it into a lone `p` all the same."""
    if raw.strip().startswith("<p>") and raw.count("<") <= 2:
        return raw.replace("<p>", "").replace("</p>", "")
    return text_of(raw) if "</p>" in raw else raw


def _author(item: Any) -> str:
    written = [flat(each) for each in item.iterfind("{*}contentMeta/{*}by")]
    if not any(written):
        people = (*item.iterfind("{*}contentMeta/{*}creator"), *item.iterfind("{*}contentMeta/{*}contributor"))
        written = [
            first(each, "{*}name")
            for each in people
            if (each.get("type") or "").endswith("person")
            or any(word in _role(each) for word in ("author", "writer", "reporter"))
        ]
    return ", ".join(dict.fromkeys(filter(None, map(wire.author, written))))


def _section(item: Any, language: str) -> str:
    """The first named subject that is a topic, a department before others; failing that, the genre."""
    found: list[tuple[int, str]] = []
    for each in item.iterfind("{*}contentMeta/{*}subject"):
        if (each.get("type") or "").lower().endswith(_NO_SECTION):
            continue
        scheme = (each.get("qcode") or "").partition(":")[0].lower()
        written = _name(each, language)
        if len(written) > 1:
            rank = (
                0
                if "department" in scheme or "section" in scheme
                else 1
                if "subj" in scheme or scheme == "medtop"
                else 2
            )
            found.append((rank, written))
    genre = item.find("{*}contentMeta/{*}genre")
    if found or genre is None:
        return min(found, default=(0, ""), key=lambda each: each[0])[1]
    written = _name(genre, language)
    return "" if written.startswith("Media type") else written


def _name(element: Any, language: str) -> str:
    names = [each for each in element.iterfind("{*}name") if not _role(each).endswith(("mnemonic", "short"))]
    spoken = [each for each in names if (each.get(LANG) or "")[:2].lower() == language[:2].lower()]
    return flat(next(iter(spoken or names), None)).strip('"')


def _party(element: Any) -> str:
    """A party's name, its literal, or its code without the scheme."""
    if element is None:
        return ""
    return (
        first(element, "{*}name")
        or (element.get("literal") or "").strip()
        or (element.get("qcode") or "").partition(":")[2]
    )


def _code(element: Any) -> str:
    """`picture` for an item class of `ninat:picture`, `icls:picture` or its address."""
    if element is None:
        return ""
    written = element.get("qcode") or element.get("uri") or ""
    return str(written).replace("/", ":").rpartition(":")[2].lower()


def _role(element: Any) -> str:
    return str(element.get("role") or "").lower()
