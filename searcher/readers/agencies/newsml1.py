"""NewsML 1.0 to 1.2 (AFP, ATS, Belga, EFE, Kyodo, TASS …): news items of nested components → an article for each story.

A story is what stands under one headline in one language. Where components or content items are the same content in several
forms (`EquivalentsList`), the fullest counts; captions, credits and pictures are not part of it.
Date: `FirstCreated`, then `DateId`, `ThisRevisionCreated` and the envelope's `DateAndTime`: what readers saw first, whatever
was corrected later. `DateLine` is a place with a day that seldom names its year, and is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from searcher.article import Article
from searcher.readers.agencies import nitf, wire
from searcher.readers.fields import iso, make
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem, problem
from searcher.readers.xml import LANG, MAX_MESSAGE, first, name, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_LEADS = ("lead", "lede", "abstract", "summary", "standfirst", "chapo", "intro")
_TITLES = ("title", "headline", "titre")
_NOT_TOLD = ("caption", "legend", "légende", "credit", "copyright", "keyword", "picture", "photo", "image", "thumbnail")
_NOT_TEXT = ("photo", "picture", "image", "graphic", "video", "audio", "animation", "binary")

Leaf = tuple[Any, dict[str, str]]
"""A component that holds text itself, and the fields that its content fills."""


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    root = parse(stream, source.encoding, limit=MAX_MESSAGE)
    items = [root] if name(root) == "NewsItem" else list(root.iterfind(".//{*}NewsItem"))
    if not items:
        raise NotAnArticle("no article: a message without news items")
    envelope = first(root, "{*}NewsEnvelope/{*}DateAndTime")
    sender = root.find("{*}NewsEnvelope/{*}SentFrom/{*}Party")
    sent_from = "" if sender is None else sender.get("FormalName") or ""
    stories = [(item, leaves) for item in items for leaves in _stories(item)]
    for number, (item, leaves) in enumerate(stories, 1):
        several = len(stories) > 1
        place = f"item {number}" if several else None
        yield make(
            source, number=number if several else None, place=place, **_fields(item, leaves, envelope, sent_from)
        )
    silent = [item for item in items if not any(each is item for each, _ in stories)]
    reasons = ", ".join(dict.fromkeys(map(_what, silent)))
    if not stories:
        raise NotAnArticle(f"no article: {reasons}")
    if silent:
        yield problem(source, f"no article in {len(silent)} of {len(items)} items: {reasons}", "skipped")


def _stories(item: Any) -> list[list[Leaf]]:
    """The leaves of each story in an item, in its order."""
    stories: dict[tuple[Any, str], list[Leaf]] = {}
    fullest: dict[tuple[Any, str], tuple[list[Leaf], int]] = {}
    for component in item.iter("{*}NewsComponent"):
        if next(component.iterancestors("{*}NewsItem"), item) is not item:
            continue  # items may hold items, which are told by themselves
        roles = [_role(each) for each in _upward(component)]
        content = _content(component)
        if content is None or any(word in role for role in roles for word in _NOT_TOLD) or _beside_picture(component):
            continue
        language = _language(component) or content.get("language", "")
        headed = next((each for each in _upward(component) if first(each, "{*}NewsLines/{*}HeadLine")), item)
        story = stories.setdefault((headed, language), [])
        parent = component.getparent()
        if (parent.get("EquivalentsList") or "").lower() == "yes" and not roles[0].startswith(
            (*_TITLES, *_LEADS, "body")
        ):
            known, at = fullest.setdefault((parent, language), (story, len(story)))
            if at < len(known):
                if len(content.get("text", "")) > len(known[at][1].get("text", "")):
                    known[at] = (component, content)
                continue
        story.append((component, content))
    return [story for story in stories.values() if any(each.get("text") or each.get("title") for _, each in story)]


def _fields(item: Any, story: list[Leaf], envelope: str, sender: str) -> dict[str, str]:
    """What an item and the leaves of a story say, under the names of `fields.make`."""
    title = standfirst = ""
    texts: list[str] = []
    fields: dict[str, str] = {}
    for component, content in story:
        role, text = _role(component), content.get("text", "")
        if role.startswith(_TITLES):
            title = title or text
        elif role.startswith(_LEADS):
            standfirst = standfirst or text
        elif text and text not in texts:
            texts.append(text)
        fields = {**content, **fields}
    component = story[0][0]
    title = _nearest(component, "{*}NewsLines/{*}HeadLine") or title or fields.get("title", "")
    byline, text = wire.bare("\n\n".join(texts), title)
    subtitle = _nearest(component, "{*}NewsLines/{*}SubHeadLine")
    standfirst = standfirst or fields.get("standfirst", "") or ("" if subtitle.isupper() else subtitle)
    fields |= {
        "id": _identifier(item) or fields.get("id", ""),
        "title": title,
        "standfirst": "" if standfirst == title else standfirst,
        "text": text,
        "date": _date(item, envelope) or fields.get("date", ""),
        "source": wire.organisation(
            _party(component, "Source"),
            _party(component, "Provider"),
            _nearest(component, "{*}NewsLines/{*}CreditLine"),
            sender,
            fields.get("source", ""),
            first(item, "{*}Identification/{*}NewsIdentifier/{*}ProviderId"),
        ),
        "author": wire.author(_nearest(component, "{*}NewsLines/{*}ByLine"))
        or fields.get("author", "")
        or wire.author(byline),
        "section": _section(component) or fields.get("section", ""),
        "language": _language(component) or fields.get("language", ""),
    }
    return {key: value for key, value in fields.items() if value}


def _content(component: Any) -> dict[str, str] | None:
    """The fullest text among a component's own content items, which are one content in several forms; None without any."""
    found: list[dict[str, str]] = []
    for item in component.iterfind("{*}ContentItem"):
        medium = item.find("{*}MediaType")
        kind = "" if medium is None else (medium.get("FormalName") or "").lower()
        content = item.find(".//{*}DataContent")
        if content is None or kind.startswith(_NOT_TEXT) or item.find(".//{*}Encoding") is not None:
            continue
        story = content.find(".//{*}nitf")
        if story is not None:
            found.append(nitf.fields(story))
        elif len(content):
            found.append({"text": nitf.text(content, ("body.head", "body.end"))})
        else:
            typed = content.text or ""
            found.append({"text": text_of(typed) if "</p>" in typed or "<br" in typed else wire.unwrapped(typed)})
    return max(found, key=lambda each: len(each.get("text", "")), default=None)


def _upward(component: Any) -> Iterator[Any]:
    """A component, and those that it is in, from the inside out."""
    while component is not None and name(component) == "NewsComponent":
        yield component
        component = component.getparent()


def _beside_picture(component: Any) -> bool:
    """Whether a component supports another one and is about a picture: what it holds is the picture's caption."""
    return any(
        _role(each).startswith(("support", "complement"))
        and any((medium.get("FormalName") or "").lower().startswith(_NOT_TEXT) for medium in each.iter("{*}MediaType"))
        for each in _upward(component)
    )


def _nearest(component: Any, path: str) -> str:
    return next((text for each in _upward(component) if (text := first(each, path))), "")


def _party(component: Any, role: str) -> str:
    for each in _upward(component):
        for party in each.iterfind(f"{{*}}AdministrativeMetadata/{{*}}{role}/{{*}}Party"):
            if written := (party.get("FormalName") or "").strip():
                return written
    return ""


def _section(component: Any) -> str:
    for each in _upward(component):
        for told in each.iterfind("{*}DescriptiveMetadata/{*}Property"):
            if (told.get("FormalName") or "").lower() in ("section", "rubrique", "category", "catégorie"):
                return str(told.get("Value") or "")
    return _nearest(component, "{*}NewsLines/{*}SeriesLine")


def _language(component: Any) -> str:
    for each in _upward(component):
        declared = each.find("{*}DescriptiveMetadata/{*}Language")
        written = (declared.get("FormalName") if declared is not None else None) or each.get(LANG) or ""
        if written.strip():
            return str(written).strip()
        item = each.getparent()
    return str(item.get(LANG) or "") if item is not None else ""


def _role(component: Any) -> str:
    role = component.find("{*}Role")
    return "" if role is None else (role.get("FormalName") or "").strip().lower()


def _identifier(item: Any) -> str:
    """The public identifier; where that does not tell the item from others (Belga), it is made of its parts as NewsML says."""
    path = "{*}Identification/{*}NewsIdentifier/{*}"
    public, number = first(item, f"{path}PublicIdentifier"), first(item, f"{path}NewsItemId")
    if public and (not number or number in public) and public.count(":") > 2:
        return public
    parts = (first(item, f"{path}ProviderId"), first(item, f"{path}DateId"), number, first(item, f"{path}RevisionId"))
    return f"urn:newsml:{':'.join(filter(None, parts))}" if number else ""


def _date(item: Any, envelope: str) -> str:
    management = "{*}NewsManagement/{*}"
    written = (
        first(item, f"{management}FirstCreated"),
        first(item, "{*}Identification/{*}NewsIdentifier/{*}DateId"),
        first(item, f"{management}ThisRevisionCreated"),
        envelope,
    )
    return next((date for date in written if date and iso(date)), "")


def _what(item: Any) -> str:
    """What an item without text is."""
    for element, what in (
        ("TopicSet", "a catalogue of topics"),
        ("Catalog", "a catalogue"),
        ("Update", "changes to other items"),
    ):
        if item.find(f"{{*}}{element}") is not None and item.find("{*}NewsComponent") is None:
            return what
    media = {(each.get("FormalName") or "").lower() for each in item.iter("{*}MediaType")}
    for kind, what in (
        ("photo", "a picture"),
        ("picture", "a picture"),
        ("graphic", "a graphic"),
        ("video", "a video"),
    ):
        if kind in media:
            return what
    if next(item.iter("{*}NewsItemRef"), None) is not None:
        return "a list of other items"
    linked = next((each.get("Href") for each in item.iter("{*}ContentItem") if each.get("Href")), "")
    return "its text lies in another file" if linked else "a news item without text"
