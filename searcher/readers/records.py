"""A record (keys and values, as JSON and CSV have them) → an article. The one place that knows what keys are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

from searcher.analysis import looks_french
from searcher.article import Article, days
from searcher.errors import DateError, Unreadable
from searcher.query import dates

_NAMES = {
    "id": "id _id uid guid identifier identifiant",
    "title": "title titre headline name",
    "text": "text texte body article content contenu corps articlebody fulltext",
    "date": "published date publication_date pubdate published_at datepublished publie parution",
    "source": "source journal publication publisher media outlet",
    "author": "author auteur authors auteurs byline creator",
    "url": "url link lien uri permalink",
    "language": "language lang langue",
    "section": "section rubrique category categorie",
    "standfirst": "heading standfirst chapo description summary resume",
}
KEYS = {key: field for field, keys in _NAMES.items() for key in keys.split()}
"""Key as met, in lower case → the field of an article it fills. Of several keys for a field the first filled one counts,
in the order above."""


def article(record: Mapping[str, object], identifier: str, path: str, place: str | None = None) -> Article:
    """The article a record describes; `identifier` is used when it has none of its own.

    A standfirst that the text does not begin with becomes its first paragraph. A date that cannot be read is left out.
    Raises Unreadable when there is neither title nor text.
    """
    filled: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for key, value in record.items():
        lowered = str(key).strip().lower()
        field = KEYS.get(lowered)
        written = _written(value)
        if field is None or not written:
            continue
        rank = _NAMES[field].split().index(lowered)
        if field not in filled or rank < ranks[field]:
            filled[field], ranks[field] = written, rank
    text, title = filled.get("text", ""), filled.get("title", "")
    standfirst = filled.get("standfirst", "")
    if standfirst and not text.startswith(standfirst[:200]):
        text = f"{standfirst}\n\n{text}" if text else standfirst
    if not text and not title:
        raise Unreadable("neither a title nor a text")
    return Article(
        id="_".join(filled.get("id", identifier).split()),
        text=text,
        title=" ".join(title.split()),
        date=iso(filled["date"]) if "date" in filled else None,
        source=filled.get("source"),
        author=filled.get("author"),
        url=filled.get("url"),
        language=filled.get("language") or ("fr" if looks_french(text) else None),
        section=filled.get("section"),
        path=path,
        place=place,
    )


def _written(value: object) -> str:
    """A value as one string; a list of names is joined, and an object stands for its name."""
    match value:
        case str():
            return value.strip()
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case list():
            return ", ".join(filter(None, map(_written, value)))
        case dict():
            return _written(value.get("name") or value.get("text") or value.get("rendered"))
        case _:  # no other type comes out of JSON or CSV
            return ""


def iso(written: str) -> str | None:
    """A date as ISO 8601 in its own precision, None when it cannot be read; `12 mars 2020` becomes a day."""
    try:
        days(written)
    except ValueError:
        try:
            period = dates.read(written, today=Date.today())
        except DateError:
            return None
        if period.start is None or period.end is None or (period.end - period.start).days != 1:
            return None
        return period.start.isoformat()
    return written
