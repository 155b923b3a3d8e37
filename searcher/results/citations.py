"""An article → a reference to it, as a CSL-JSON item: the model of the other citation formats, which say less.

Source: the Citation Style Language's schema for data, csl-data.json (citation-style-language/schema).
"""

from __future__ import annotations

import re
from datetime import date as Date
from hashlib import sha256
from pathlib import Path
from typing import Any

from searcher.analysis import fold, surface
from searcher.analysis.whole import authors
from searcher.article import Article, when
from searcher.results.values import About

Item = dict[str, Any]
"""An item of CSL-JSON."""


def csl_item(
    article: Article, *, query: str | None = None, index: About | None = None, accessed: Date | None = None
) -> Item:
    """The reference to an article, a dictionary of CSL-JSON; what is not known is left out.

    `note` says how the article was found and what it was: `query`, the index with its fingerprint, and the article's `digest`.
    `accessed`: the day its address was looked at; it says nothing about an article without an address.
    """
    known: Item = {
        "type": "article-newspaper",
        "id": article.id,
        "title": _line(article.title),
        "container-title": _line(article.source),
        "author": [_name(written) for written in authors(_line(article.author))] if article.author else [],
        "issued": _parts(when(article.date)),
        "accessed": _parts(accessed.isoformat()) if accessed is not None and article.url else None,
        "section": _line(article.section),
        "page": _line(article.pages),
        "language": article.language,
        "URL": _line(article.url),
        "abstract": _line(article.standfirst),
        "archive": Path(index.folder).name if index is not None else None,
        "archive_location": article.id,
        "note": " ; ".join(notes(article, query=query, index=index)),
    }
    return {name: value for name, value in known.items() if value}


def notes(article: Article, *, query: str | None = None, index: About | None = None) -> list[str]:
    """What makes an answer reproducible: the query, the index that answered, and the digest of the article."""
    said = [f"article : sha256 {digest(article)}"]
    if index is not None:
        said.insert(0, f"index : {index.fingerprint}, {index.articles} articles, {index.created}")
    if query:
        said.insert(0, f"requête : {_line(query)}")
    return said


def digest(article: Article) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of title, date and text, a null between: the same for the same article."""
    content = "\0".join((article.title, article.date or "", article.text))
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def slug(text: str, *, longest: int = 60) -> str:
    """A text in small letters of ASCII, digits and hyphens: `Le Monde` gives `le-monde`. At most `longest` characters."""
    words = (re.sub(r"[^a-z0-9]", "", fold(surface(word))) for word in re.findall(r"[^\W_]+", text))
    return "-".join(filter(None, words))[:longest].strip("-")


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _parts(date: str | None) -> dict[str, list[list[int]]] | None:
    """A date in the precision it is known in; `2020-03` is year and month."""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


_PARTICLES = frozenset(
    "de du des d da di do dos del della la le les van von der den ter ten zu ben bin ibn el al".split()
)
_ORGANISATIONS = frozenset(
    "afp ap reuters agence agency presse press rédaction redaction service services journal news desk équipe collectif"
    " avec tv radio télévision france info groupe association correspondant correspondance envoyé spécial éditorial".split()
)


def _name(written: str) -> dict[str, str]:
    """A name in parts when it looks like that of a person; as it is printed otherwise."""
    family, comma, given = (part.strip() for part in written.partition(","))
    if comma and given[:1].isupper() and "," not in given and (" " not in family or _is_particle(family.split()[0])):
        return {"family": family, "given": given}
    words = written.split()
    if not 2 <= len(words) <= 5 or not all(map(_is_of_a_name, words)) or _is_particle(words[0]):
        return {"literal": written}
    if not _ORGANISATIONS.isdisjoint(part.lower() for part in re.split(r"[\s-]", written)):
        return {"literal": written}
    at = next((at for at, word in enumerate(words[1:], 1) if _is_particle(word)), len(words) - 1)
    if at == len(words) - 1 and _is_particle(words[at]) and "'" not in words[at] and "’" not in words[at]:
        return {"literal": written}
    return {"family": " ".join(words[at:]), "given": " ".join(words[:at])}


def _is_particle(word: str) -> bool:
    return re.split(r"['’-]", word)[0].lower() in _PARTICLES


def _is_of_a_name(word: str) -> bool:
    return re.fullmatch(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]*)*", word) is not None and (
        word[0].isupper() or _is_particle(word)
    )
