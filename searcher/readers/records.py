"""A record (keys and values, as in JSON, CSV and Parquet) → an article. The one place that knows what keys are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from searcher.article import Article
from searcher.readers import values
from searcher.readers.datelines import MONTHS, plain
from searcher.readers.fields import line, make
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

_PARTS = {"annee": "year", "year": "year", "mois": "month", "month": "month", "jour": "day", "day": "day"}

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
        written = values.read(field, value)
        if written:
            filled[field], keys[field] = written, key
    if not {key for field, key in keys.items() if field in ("title", "text", "standfirst")} - _WEAK:
        return {}
    if len(filled.get("date", "")) <= 2 and (day := _of_parts(record)):
        filled["date"] = day
    if "text" not in filled and "\n" in filled.get("standfirst", ""):
        filled["text"] = filled.pop("standfirst")  # an abstract of several paragraphs is all there is
    if _repeated(filled.get("standfirst", ""), filled.get("text", "")):
        del filled["standfirst"]
    return filled


def _of_parts(record: Mapping[str, object]) -> str:
    """The date that a year, a month and a day under keys of their own make, as far as they go; empty without a year."""
    said = {part: str(value).strip() for name, value in record.items() if (part := part_of(str(name)))}
    year, month, day = (said.get(part, "").removesuffix(".0") for part in ("year", "month", "day"))
    if not re.fullmatch(r"[12][0-9]{3}", year):
        return ""
    number = MONTHS.get(plain(month.rstrip("."))) or (int(month) if month.isdecimal() else 0)
    if not 1 <= number <= 12:
        return year
    return f"{year}-{number:02}-{day:0>2}" if day.isdecimal() and 1 <= int(day) <= 31 else f"{year}-{number:02}"


def part_of(written: str) -> str | None:
    """The part of a date that a key or a column holds alone: `year`, `month` or `day`; None for any other."""
    return _PARTS.get(key_of(written))


def _rank(key: str) -> int:
    return _RANKS.get(key, len(_RANKS))


def longest(record: Mapping[str, object]) -> str | None:
    """The unknown key whose text is most of a record's characters, from 200 characters on, or from 40 where the record has a
    title; None for none."""
    written = {str(key): values.passage(value) for key, value in record.items() if isinstance(value, str | list | dict)}
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
