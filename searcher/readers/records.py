"""A record (keys and values, as in JSON, CSV and Parquet) → an article. The one place that knows what keys are called."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import unescape

from searcher.article import Article
from searcher.readers import repairs
from searcher.readers.encoding import repair
from searcher.readers.fields import line, make
from searcher.readers.markup import text_of
from searcher.sources import Source

# Our own names; schema.org; WordPress, Drupal, JSON Feed; news-please and Common Crawl; the letters of Factiva and other
# databases (`TI`, `JO`); Solr and Elasticsearch exports. Written as `key_of` makes them: one word, lower case, no accents.
_NAMES = {
    "id": "id uid guid uuid identifier identifiant docid articleid postid documentid accessionnumber an",
    "title": "title titre titredelarticle headline maintitle titreprincipal articletitle newstitle"
    " posttitle hl1 hd ti subject name",
    "text": "text texte texteintegral contenudelarticle textedelarticle corpsdelarticle corpsdutexte body article content"
    " contenu corps articlebody fulltext maintext articletext bodytext contents"
    " textcontent contenttext contenthtml bodyhtml htmlcontent fullcontent cleanedtext plaintext postcontent articlecontent"
    " ocr ocrtext texteocr fulltextocr td tx leadparagraph",
    "date": "published date publicationdate pubdate publishedat datepublished datepublish publishdate publisheddate"
    " publishedon publishedtime publishingdate"
    " datepublication datedepublication dateparution datedeparution publie publiele parution"
    " datetime postdate dateissued issued firstpublished firstpublishedat pd da dategmt timestamp",
    "source": "source journal publication publisher media outlet newspaper publicationname sourcename nomsource"
    " nomdelasource titrejournal containertitle sitename ispartof provider sn jo so sourcedomain domain",
    "author": "author auteur authors auteurs byline creator writer journalist journaliste signature authorname by au",
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

# Names made of several words (`Titre du document`, `Texte complet`, `Pub. Date`): what they are of, and what may stand beside.
_HEADS = {
    word: field
    for field, words in {
        "title": "titre title intitule headline manchette",
        "text": "texte text contenu content corps body",
        "date": "date jour paru parution publie published",
        "source": "journal publication source media support newspaper quotidien periodique magazine revue presse outlet",
        "author": "auteur auteurs author authors journaliste journalist signataire signature",
        "section": "rubrique section cahier",
        "pages": "page pages",
        "language": "langue language",
        "url": "url lien link",
        "standfirst": "chapo chapeau resume summary standfirst",
    }.items()
    for word in words.split()
}
_BESIDE = frozenset(
    "article articles papier document texte text news post depeche publication pub parution edition diffusion journal presse"
    " media source support newspaper page web integral integrale complet complete full entier brut raw clean cleaned plain"
    " principal principale main original nom name".split()
)
_SMALL = frozenset("de du des d l la le les un une the of a en in n no num numero number nr s es".split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

ENOUGH = 200  # characters under an unknown key that may be a text …
TITLED = 40  # … of a record with a title …
MOST = 0.6  # … where they are so much of the record

_RANKS = {key: rank for keys in _NAMES.values() for rank, key in enumerate(keys.split())}
_WEAK = frozenset(
    ("name", "subject", "description", "timestamp")
)  # say something of an article where there is a text or title
_WRAPPERS = ("_source", "attributes", "fields", "article", "document", "doc", "item", "node")
_SPECIAL = frozenset((*_WRAPPERS, "_embedded"))
_NOT_TEXT = frozenset("image img video audio gallery title kicker byline date author_info ad related embed".split())
_BREAKS = ("hardBreak", "linebreak")
_PARTED = ("sections", "paragraphs", "paragraphes")  # keys of a block that is made of others …
_PARTS = ("summary", "headline", "titre", *_PARTED)  # … and of all it says, in this order
_HOLDING = ("content", "contenu", "text", "texte", "body", "corps", "blocks", "items", "data", "children", "root")
_SAYING = (  # keys of an object of which one says what the object stands for
    *("name", "nom", "text", "rendered", "value", "literal", "#text", "@value", "$oid", "$numberLong", "$numberInt"),
    *("$numberDouble", "$numberDecimal", "main", "original", "default", "url", "@id", "fr"),
)
_PERSON = (  # parts of a person's name, in the order in which they are said
    *("givenName", "given", "firstname", "prenom", "prénom", "dropping-particle", "non-dropping-particle"),
    *("familyName", "family", "lastname", "suffix"),
)
_HTML = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|figure|blockquote|section|article|html|body|span|a|em|strong|b|i)\b[^<>]*>", re.I
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}[0-9]?);", re.I)
_EPOCH = re.compile(r"(-?[0-9]{9,10})(?:\.[0-9]*)?|(-?[0-9]{12,13})")
_CALENDAR = re.compile(
    r"(?:1[6-9]|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]"
)  # 202003121205
_DAYS = re.compile(r"[2-5][0-9]{4}(?:\.[0-9]+)?")  # as Excel counts them, from 1954 on
_BY = re.compile(r"^(?:par|by)\s*:?\s+", re.I)
_DATED = re.compile(r"[\s,;|–-]*\b(?:publié|mis à jour|modifié|posted on|published)e?s?\b.*", re.I | re.S)


@lru_cache(4096)
def key_of(written: str) -> str:
    """A key without what exports write differently: `Date de publication`, `date_de_publication` → `datedepublication`."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", written.lower()) if not unicodedata.combining(each))
    return re.sub(r"[\W_]+", "", plain) or plain.strip()


@lru_cache(4096)
def field_of(written: str) -> str | None:
    """The field of an article that a key or the name of a column fills; None for an unknown one.

    Beside the names of `KEYS`, those made of several words: what they are of stands first (`Titre du document`) or last
    (`Document Title`); a title or a name of a newspaper is the source.
    """
    if (known := KEYS.get(key_of(written))) is not None or len(written) > 60:
        return known
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", written)).lower()
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    words = [each for each in re.findall(r"[^\W_]+", bare) if each not in _SMALL]
    if words[-2:] == ["mise", "ligne"]:
        words[-2:] = ["publication"]
    for head, others in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        field = _HEADS.get(head[0]) if head else None
        named = head in (["nom"], ["name"])
        if len(others) > 2 or not _BESIDE.issuperset(others) or not (field or (named and others)):
            continue
        of = {_HEADS.get(each) for each in others}
        if field == "title" or named:
            return "source" if "source" in of else "author" if named and "author" in of else None if named else field
        return field
    return None


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
        field = field_of(str(name))
        if field is None or (field in filled and _rank(key) >= _rank(keys[field])):
            continue
        written = _read(field, value)
        if written:
            filled[field], keys[field] = written, key
    if not {key for field, key in keys.items() if field in ("title", "text", "standfirst")} - _WEAK:
        return {}
    if "text" not in filled and "\n" in filled.get("standfirst", ""):
        filled["text"] = filled.pop("standfirst")  # an abstract of several paragraphs is all there is
    if _repeated(filled.get("standfirst", ""), filled.get("text", "")):
        del filled["standfirst"]
    return filled


def _rank(key: str) -> int:
    return _RANKS.get(key, len(_RANKS))


def longest(record: Mapping[str, object]) -> str | None:
    """The unknown key whose text is most of a record's characters, from 200 characters on, or from 40 where the record has a
    title; None for none."""
    written = {str(key): _passage(value) for key, value in record.items() if isinstance(value, str | list | dict)}
    sizes = {key: len(value) for key, value in written.items()}
    key = max(sizes, key=sizes.__getitem__, default="")
    titled = any(field_of(each) == "title" and size for each, size in sizes.items())
    if not key or sizes[key] < (TITLED if titled else ENOUGH) or sizes[key] < MOST * sum(sizes.values()):
        return None
    return key if field_of(key) is None and " " in written[key][:200] else None


def unread(record: Mapping[str, object]) -> list[str]:
    """The keys of a record under which a text of 200 characters or more stands that no field of an article takes."""
    return [
        str(key)
        for key, value in _unwrapped(record).items()
        if isinstance(value, str) and len(value) >= ENOUGH and " " in value[:200] and field_of(str(key)) is None
    ]


def _unwrapped(record: Mapping[str, object]) -> Mapping[str, object]:
    """The record inside a record: Elasticsearch's `_source`, JSON:API's `attributes`; names that WordPress embeds."""
    if _SPECIAL.isdisjoint(record):
        return record
    for name in _WRAPPERS:
        inner = record.get(name)
        if isinstance(inner, dict) and not {"title", "text"} & {field_of(str(key)) for key in record if key != name}:
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
            if (moment := _of_mongo(value)) is not None:
                return moment
            for key in _SAYING:
                if value.get(key):
                    return _written(value[key])
            if isinstance(parts := value.get("date-parts"), list):  # CSL
                return "-".join(str(part).zfill(2) for part in (parts[:1] or [[]])[0])
            if isinstance(raw := value.get("raw"), str):  # a date that CSL could not part
                return raw
            person = " ".join(filter(None, (_written(value.get(key)) for key in _PERSON)))
            return re.sub(r"(?<=\b[dDlL]['’]) ", "", person)
        case _:  # numbers, and what only Parquet has (decimals)
            return str(value)


def _of_mongo(value: Mapping[str, object]) -> str | None:
    """The moment that MongoDB's extended JSON writes as `{"$date": …}` or `{"$timestamp": …}`; None for another object."""
    if isinstance(stamp := value.get("$timestamp"), dict) and isinstance(seconds := stamp.get("t"), int):
        return _moment(seconds)
    if "$date" not in value:
        return None
    written = _written(value["$date"])
    return _moment(int(written) / 1000) if re.fullmatch(r"-?[0-9]{1,15}", written) else written


def _moment(seconds: float) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


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
            return _blocks(value) or value.strip()
        case list() | tuple():
            return "\n\n".join(filter(None, map(_passage, value)))
        case dict():
            if str(value.get("type") or value.get("@type") or "").lower() in _NOT_TEXT:
                return ""
            if isinstance(value.get("ops"), list):  # of Quill
                return "\n\n".join(
                    "".join(str(each["insert"]) for each in value["ops"] if _inserts(each)).split("\n")
                ).strip()
            if any(value.get(key) for key in _PARTED):
                return "\n\n".join(filter(None, (_passage(value.get(key)) for key in _PARTS)))
            for key in ("content", "children"):
                if isinstance(inside := value.get(key), list) and any(map(_is_run, inside)):
                    return "".join(map(_run, inside)).strip()
            for key in _HOLDING:
                if isinstance(value.get(key), str | list | dict) and value[key]:
                    return _passage(value[key])
            return _written(value)
        case _:
            return _written(value)


def _blocks(written: str) -> str:
    """The text of blocks that a string holds as JSON (`{"blocks": [{"text": …`); empty for any other string."""
    if written[:1] not in ("{", "[") or written.rstrip()[-1:] not in ("}", "]"):
        return ""
    with suppress(ValueError, RecursionError):
        inside = json.loads(written)
        return _passage(inside) if isinstance(inside, dict) or (inside and isinstance(inside[0], dict)) else ""
    return ""


def _is_run(part: object) -> bool:
    """Whether a part of a block is a run of text in a line, or a line break (Slate, Portable Text, ProseMirror, Contentful)."""
    if not isinstance(part, dict):
        return False
    kind = part.get("type") or part.get("_type") or part.get("nodeType") or "text"
    return kind in _BREAKS or (kind in ("text", "span") and isinstance(part.get("text", part.get("value")), str))


def _run(part: object) -> str:
    """The words of a run, or of what stands among runs, as a link does."""
    if not isinstance(part, dict):
        return ""
    if _is_run(part):
        return str(part.get("text") or part.get("value") or "\n")
    inside = part.get("content") or part.get("children")
    return "".join(map(_run, inside)) if isinstance(inside, list) else ""


def _inserts(part: object) -> bool:
    return isinstance(part, dict) and isinstance(part.get("insert"), str)


def _plain(written: str) -> str:
    r"""A value without tags and entities; what escapes of JSON (`s\u00c3\u00a9curit\u00c3\u00a9`) or entities hid from the
    repair of the raw text is repaired here."""
    if "<" in written and _HTML.search(written) is not None:
        written = text_of(written)
    elif "&" in written:
        written = _ENTITY.sub(lambda found: unescape(found.group()), written)
    return repair(written) if any(first in written for first in _TWICE) else written


_TWICE = ("Ã", "Â", "â€")
"""What UTF-8 that was read as Windows-1252 begins with."""


def _date(written: str) -> str:
    """A date as written, or read from what machines count: seconds or milliseconds since 1970, and the days of Excel."""
    if _DAYS.fullmatch(written):
        repairs.guessed(f"numbers under a date’s name are read as the days that Excel counts: {written}")
        return (date(1899, 12, 30) + timedelta(days=int(float(written)))).isoformat()
    found = _EPOCH.fullmatch(written)
    if found is None or _CALENDAR.fullmatch(written):
        return written
    return _moment(int(found[1]) if found[1] else int(found[2]) // 1000)
