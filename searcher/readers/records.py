"""A record (keys and values, as in JSON, CSV and Parquet) → an article. The one place that knows what keys are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from html import unescape

from searcher.article import Article
from searcher.readers.fields import line, make
from searcher.readers.markup import text_of
from searcher.sources import Source

# Our own names; schema.org; WordPress, Drupal, JSON Feed; news-please and Common Crawl; Factiva's two letters; Solr and
# Elasticsearch exports. Written as `key_of` makes them: one word, lower case, no accents.
_NAMES = {
    "id": "id uid guid uuid identifier identifiant docid articleid postid documentid accessionnumber an",
    "title": "title titre titredelarticle headline maintitle titreprincipal articletitle newstitle"
    " posttitle hl1 hd subject name",
    "text": "text texte texteintegral contenudelarticle textedelarticle corpsdelarticle corpsdutexte body article content"
    " contenu corps articlebody fulltext maintext articletext bodytext contents"
    " textcontent contenttext contenthtml bodyhtml htmlcontent fullcontent cleanedtext plaintext postcontent articlecontent"
    " ocr ocrtext fulltextocr td",
    "date": "published date publicationdate pubdate publishedat datepublished datepublish publishdate publisheddate"
    " publishedon publishedtime publishingdate"
    " datepublication datedepublication dateparution datedeparution publie publiele parution"
    " datetime postdate dateissued issued firstpublished firstpublishedat pd dategmt timestamp",
    "source": "source journal publication publisher media outlet newspaper publicationname sourcename nomsource"
    " nomdelasource titrejournal containertitle sitename ispartof provider sn sourcedomain domain",
    "author": "author auteur authors auteurs byline creator writer journalist journaliste signature authorname by",
    "url": "url link lien uri permalink canonicalurl canonical articleurl weburl sourceurl mainentityofpage",
    "language": "language lang langue inlanguage locale la",
    "pages": "pages page pagination pg",
    "section": "section rubrique category categorie categories articlesection sectionname channel se",
    "standfirst": "heading standfirst chapo chapeau description summary resume abstract excerpt lead lede dek soustitre"
    " subtitle subheadline accroche lp",
}
KEYS = {key: field for field, keys in _NAMES.items() for key in keys.split()}
"""Key, as `key_of` writes it → the field of an article it fills. Of several keys for a field the first filled one counts,
in the order above."""

ENOUGH = 200  # characters under an unknown key that may be a text …
MOST = 0.6  # … where they are so much of the record

_RANKS = {key: rank for keys in _NAMES.values() for rank, key in enumerate(keys.split())}
_WEAK = frozenset(
    ("name", "subject", "description", "timestamp")
)  # say something of an article where there is a text or title
_WRAPPERS = ("_source", "attributes", "fields", "article", "document", "doc", "item", "node")
_SPECIAL = frozenset((*_WRAPPERS, "_embedded"))
_NOT_TEXT = frozenset("image img video audio gallery title kicker byline date author_info ad related embed".split())
_HTML = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|figure|blockquote|section|article|html|body|span|a|em|strong|b|i)\b[^<>]*>", re.I
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}[0-9]?);", re.I)
_EPOCH = re.compile(r"([0-9]{9,10})(?:\.[0-9]*)?|([0-9]{13})")
_BY = re.compile(r"^(?:par|by)\s*:?\s+", re.I)
_DATED = re.compile(r"[\s,;|–-]*\b(?:publié|mis à jour|modifié|posted on|published)e?s?\b.*", re.I | re.S)


@lru_cache(4096)
def key_of(written: str) -> str:
    """A key without what exports write differently: `Date de publication`, `date_de_publication` → `datedepublication`."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", written.lower()) if not unicodedata.combining(each))
    return re.sub(r"[\W_]+", "", plain) or plain.strip()


def article(
    source: Source, record: Mapping[str, object], *, number: int | None = None, place: str | None = None
) -> Article:
    """The article a record describes; it is the `number`th of several when that is given, and stands at `place`.

    Raises Unreadable when there is neither title nor text.
    """
    return make(source, **fields(record), number=number, place=place)


def fields(record: Mapping[str, object]) -> dict[str, str]:
    """What a record says: field of an article → value. Empty when it is no article's record.

    Values that are HTML become text. Numbers are dates only under a date's key, as seconds or milliseconds since 1970.
    """
    filled: dict[str, str] = {}
    keys: dict[str, str] = {}
    for name, value in _unwrapped(record).items():
        key = key_of(str(name))
        field = KEYS.get(key)
        if field is None or (field in filled and _RANKS[key] >= _RANKS[keys[field]]):
            continue
        written = _read(field, value)
        if written:
            filled[field], keys[field] = written, key
    if not {key for field, key in keys.items() if field in ("title", "text", "standfirst")} - _WEAK:
        return {}
    if _repeated(filled.get("standfirst", ""), filled.get("text", "")):
        del filled["standfirst"]
    return filled


def longest(record: Mapping[str, object]) -> str | None:
    """The unknown key whose text is most of a record's characters, from 200 characters on; None for none."""
    sizes = {str(key): len(value) for key, value in record.items() if isinstance(value, str)}
    if not sizes:
        return None
    key = max(sizes, key=sizes.__getitem__)
    enough = sizes[key] >= ENOUGH and sizes[key] >= MOST * sum(sizes.values())
    return key if enough and KEYS.get(key_of(key)) is None and " " in str(record[key])[:200] else None


def _unwrapped(record: Mapping[str, object]) -> Mapping[str, object]:
    """The record inside a record: Elasticsearch's `_source`, JSON:API's `attributes`; names that WordPress embeds."""
    if _SPECIAL.isdisjoint(record):
        return record
    for name in _WRAPPERS:
        inner = record.get(name)
        if isinstance(inner, dict) and not {"title", "text"} & {
            KEYS.get(key_of(str(key))) for key in record if key != name
        }:
            return {**{key: value for key, value in record.items() if key not in inner and key != name}, **inner}
    embedded = record.get("_embedded")
    if isinstance(embedded, dict):
        return {**record, "author": embedded.get("author") or ""}
    return record


def _repeated(standfirst: str, text: str) -> bool:
    """Whether a standfirst is the beginning of the text, cut short with "…" or "[...]"."""
    if "…" not in standfirst and "..." not in standfirst:
        return False
    start = re.sub(r"\s*[\[(]?(?:…|\.\.\.)[\])]?\s*$", "", line(standfirst))
    return bool(start) and start != line(standfirst) and line(text[: 2 * len(start) + 100]).startswith(start)


def _read(field: str, value: object) -> str:
    match field:
        case "text":
            return _plain(_passage(value))
        case "date":
            return _date(_written(value))
        case "title" | "standfirst":
            return _plain(_written(value))
        case "id" | "pages":
            return _written(value)
        case _:
            written = _plain(_named(value))
            return _DATED.sub("", _BY.sub("", written)) if field == "author" else written


def _written(value: object) -> str:
    """A value as one string; a list is joined, and an object stands for its name."""
    match value:
        case str():
            return value.strip()
        case bool() | None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace").strip()
        case list() | tuple():
            return ", ".join(filter(None, map(_written, value)))
        case dict():
            for key in (
                "name",
                "text",
                "rendered",
                "value",
                "literal",
                "#text",
                "@value",
                "$date",
                "$oid",
                "$numberLong",
                "$numberInt",
                "$numberDouble",
                "main",
                "default",
                "url",
                "@id",
                "fr",
            ):
                if value.get(key):
                    return _written(value[key])
            if isinstance(parts := value.get("date-parts"), list):  # CSL
                return "-".join(str(part).zfill(2) for part in (parts[:1] or [[]])[0])
            if isinstance(raw := value.get("raw"), str):  # a date that CSL could not part
                return raw
            return " ".join(
                filter(None, (_written(value.get(key)) for key in ("givenName", "given", "familyName", "family")))
            )
        case _:  # numbers, and what only Parquet has (decimals)
            return str(value)


def _named(value: object) -> str:
    """A name, or names. A number under such a key is a key of another table, and nobody's name."""
    match value:
        case str():
            return value.strip()
        case list() | tuple():
            return ", ".join(dict.fromkeys(filter(None, map(_named, value))))
        case int() | float():
            return ""
        case _:
            return _written(value)


def _passage(value: object) -> str:
    """A text; of a list of paragraphs or of typed blocks, those that are text, an empty line between."""
    match value:
        case str():
            return value.strip()
        case list() | tuple():
            return "\n\n".join(filter(None, map(_passage, value)))
        case dict():
            if str(value.get("type") or value.get("@type") or "").lower() in _NOT_TEXT:
                return ""
            if value.get("sections") or value.get("paragraphs"):
                parts = (value.get(key) for key in ("summary", "headline", "paragraphs", "sections"))
                return "\n\n".join(filter(None, map(_passage, parts)))
            content = value.get("content")
            if isinstance(content, list) and content and all(_is_run(each) for each in content):
                return "".join(str(each.get("text") or "\n") for each in content)  # of ProseMirror and Tiptap
            for key in ("content", "text", "body", "blocks", "items", "data", "children"):
                if isinstance(value.get(key), str | list | dict) and value[key]:
                    return _passage(value[key])
            return _written(value)
        case _:
            return _written(value)


def _is_run(part: object) -> bool:
    """Whether a part of a block is a run of text in a line, or a line break."""
    return isinstance(part, dict) and (isinstance(part.get("text"), str) or part.get("type") == "hardBreak")


def _plain(written: str) -> str:
    if "<" in written and _HTML.search(written) is not None:
        return text_of(written)
    return _ENTITY.sub(lambda found: unescape(found.group()), written) if "&" in written else written


def _date(written: str) -> str:
    """A date as written, or read from the seconds or milliseconds since 1970 that machines write (1973 and later)."""
    found = _EPOCH.fullmatch(written)
    if found is None:
        return written
    seconds = int(found.group(1) or found.group(2)) / (1 if found.group(1) else 1000)
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
