"""ProQuest's text exports → the articles: labelled paragraphs between rules of underscores, with English or French labels.

An article is `Document 1 of 3`, its headline, then `Full text:`, `Title:`, `Publication title:`, `Publication date:`, `Pages:`,
`Section:`, `ProQuest document ID:` (the identifier) and others. An abstract stands in for a text that the database does not
hold. The line about the database's rights at the beginning and at the end is no article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from searcher.article import Article
from searcher.readers import datelines
from searcher.readers.fields import line
from searcher.readers.press import blocks
from searcher.readers.press.record import Record, articles, turned
from searcher.readers.problems import Problem
from searcher.sources import Source

RULE = re.compile(r"^_{20,}[ \t]*$", re.M)
_COUNT = re.compile(r"\s*(?:Document|Rapport|Résultat)\s+[0-9]+\s+(?:of|de|sur)\s+(?P<all>[0-9]+)\s*")
_LABELS = {
    "title": "title|titre",
    "text": "full text|texte intégral|texte complet",
    "abstract": "abstract|résumé",
    "author": "author|auteur|authors|auteurs|author/creator",
    "source": "publication title|titre de la publication",
    "date": "publication date|date de publication|date du diplôme",
    "year": "publication year|année de publication|year|année",
    "pages": "pages|first page|première page|page",
    "section": "section|rubrique",
    "language": "language of publication|langue de publication|language|langue",
    "id": "proquest document id|id de document proquest|identifiant de document proquest|id du document proquest"
    "|identifiant du document proquest|numéro de document proquest",
    "url": "document url|url du document",
    "info": "publication info|infos sur la publication|informations de publication",
    "": "subject|sujet|location|lieu|people|personne|company / organization|société / organisation|company"
    "|identifier / keyword|identificateur / mot-clé|links|liens|publisher|éditeur|place of publication"
    "|lieu de publication|country of publication|pays de publication|publication subject|sujet de la publication"
    "|journal subject|issn|isbn|source type|type de source|document type|type de document|copyright|last updated"
    "|dernière mise à jour|database|base de données|credit|business indexing term|dateline|volume|issue|numéro|edition"
    "|édition|column|classification|number of references",
}
_FIELDS = {label: field for field, labels in _LABELS.items() for label in labels.split("|")}
_LABEL = re.compile(r"(?P<label>[^\W\d_][^:\n]{1,40}?)[ \u00a0]?:(?:[ \t\u00a0]+|$)(?P<value>.*)", re.S)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    text = "\n\n".join(blocks.opened(source, stream).blocks)
    parts = [part for part in RULE.split(text) if part.strip()]
    counted = [int(found["all"]) for part in parts if (found := _COUNT.match(part))]
    records = [record for part in parts if (record := _record(part)) is not None]
    yield from articles(
        source, records, announced=max(counted, default=0) if len(set(counted)) == 1 else 0, signed=True
    )


def _labelled(block: str) -> re.Match[str] | None:
    """The label that a block begins with, and its value; None for a block without a label of ProQuest's."""
    label = _LABEL.match(block.strip())
    return label if label is not None and label["label"].strip().lower() in _FIELDS else None


def _ends(labels: list[re.Match[str] | None]) -> bool:
    """Whether the text ends here: labelled blocks follow each other, three or as many as there are."""
    return all(labels[:3])


def _record(part: str) -> Record | None:
    """What a part between two rules says; None for one without a label that only articles have."""
    fields: dict[str, str] = {}
    current = heading = ""
    parted = list(blocks.parted(_COUNT.sub("", part, count=1)))
    labels = [_labelled(block) for block in parted]
    for number, (block, label) in enumerate(zip(parted, labels, strict=True)):
        field = _FIELDS[label["label"].strip().lower()] if label else None
        if current in ("text", "abstract") and field not in ("text", "abstract") and not _ends(labels[number:]):
            label = None  # a paragraph of the text that begins as a label does
        if label is not None and field is not None:
            current = field or "-"
            fields.setdefault(current, label["value"].strip())
        elif current in ("text", "abstract"):
            fields[current] = f"{fields[current]}\n\n{block.strip()}".strip()
        elif not number:
            heading = line(block)
    if not fields.keys() & {"text", "abstract", "id", "source"}:
        return None
    written = fields.get("date") or fields.get("info", "").rpartition("]")[2]
    when = datelines.find(line(written))
    return Record(
        title=line(fields.get("title", "")) or heading,
        text=fields.get("text") or fields.get("abstract", ""),
        date=when.iso if when else fields.get("year", ""),
        source=re.split(r"\s*[;\[]", fields.get("source") or fields.get("info", ""), maxsplit=1)[0],
        author=", ".join(turned(each.strip(" .")) for each in fields.get("author", "").split(";") if each.strip(" .")),
        section=fields.get("section", ""),
        pages=re.sub(r"^([A-Z]{1,3})\.(?=[0-9])", r"\1", fields.get("pages", "")).removesuffix("."),
        id=fields.get("id", ""),
        language=fields.get("language", ""),
        url=fields.get("url", ""),
    )
