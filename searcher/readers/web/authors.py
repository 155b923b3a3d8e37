"""What a page declares, marks up and prints near its headline → the names of those who wrote its article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from searcher.analysis.naming import first_names
from searcher.readers.datelines import find
from searcher.readers.web.body import squeezed
from searcher.readers.web.boilerplate import byline

LONGEST = 90  # characters of the names in a by-line
MARKED = 40  # elements marked as authors that are looked at
LOOKED_AT = 12  # lines after the headline

_PREFIX = re.compile(
    r"^\W*(?:(?:(?:zeige )?alle (?:beiträge|artikel) von|view all posts by|(?:voir )?tous les articles de|(?:ein )?artikel von"
    r"|pressemitteilung von|erstellt von|geschrieben von|ein beitrag von|un article de|r[ée]dig[ée] par|[ée]crit par"
    r"|propos recueillis par|written by|posted by|text ?& ?fotos|&? ?fotos|interview|autor(?:in)?|auteur|author|texte|text"
    r"|par|by|vom|von|di|por|de)\s*:?\s+)+",
    re.I,
)
_AFTER = re.compile(
    r"[\s,|–—•·(-]*(?:\bpubli(?:[ée]|cado|cato)|\bmis [àa] jour|\ble \d|\bposted|\bpublished|\bupdated|\bveröffentlicht"
    r"|\baktualisiert"
    r"|\bstand:|\bvor \d|\bhace \d|\bil y a \d|\b(?:am|on) \w+(?:day|tag)\b|\s(?:mo|di|mi|do|fr|sa|so)\.?$|\bdatum\b"
    r"|\bam \d|\bon \d|\d{1,2}:\d{2}|\d{1,2}[./]\d|\d{1,2}h\d|\s@|\bhttps?:|\benvoyée? spécial|\bcorrespondant|\bjournaliste"
    r"|\b\d+ (?:articles|comments|commentaires)).*",
    re.I | re.S,
)
_NOBODY = frozenset(
    """
    admin administrator administrateur webmaster root none null guest author auteur autor autoren auteurs web anonymous
    editor follow werden par von by de quelle source
    """.split()
) | {"no author", "artikel von", "article de"}
_NO_PERSON = re.compile(  # companies and associations, addresses, accounts of a site's software
    r"(?:\be\.\s?V|\bGmbH|\bS\.?A\.?R\.?L|\bSAS|\bInc|\bLtd|\bLLC)\b\.?|www\.|^\w*admin$", re.I
)


_MARKED = re.compile(r"[Aa][Uu]thor|byline|auteur|autor|signature|(?:^|\s)fn(?:\s|$)|username")
_PROFILE = re.compile("/author/|/auteur|/autor")
_ELSEWHERE = re.compile(
    r"comment|kommentar|forum|related|similar|sidebar|teaser|(?<!post-)(?<!entry-)(?<!article-)footer|widget|recommend|popular",
    re.I,
)
_WORD = r"(?:[A-ZÀ-ÞŒ][\w’'.-]*|(?:de|du|des|la|le|von|van|der|den|di|da|el|al|ben|y)\b)"
_NAME = re.compile(rf"{_WORD}(?:\s+{_WORD}){{1,4}}")
_BY = re.compile(
    r"\W*(?i:par|by|von|erstellt von|geschrieben von|posted by|[ée]crit par|r[ée]dig[ée] par)\s*:?\s+[A-ZÀ-Þ]"
)
_SIGNED = re.compile(rf"\W*(?:Par|Von|By|Text|Texte)\s*:?\s+{_NAME.pattern}(?:\s+(?:et|und|and)\s+{_NAME.pattern})?")


def authors(tree: Any, declared: str, shown: list[str], *, title: str, source: str, host: str) -> str:
    """Names joined by commas; empty for a page that nobody signs. A publisher is no author."""
    names = _people(declared, source, host)
    if names:
        return names
    ranked = sorted(((_rank(each), at, each) for at, each in enumerate(_marked(tree))), key=lambda one: one[:2])
    for rank, _, each in ranked[:MARKED]:
        around = (each, *islice(each.iterancestors(), 4))
        if rank == 4 and not any("submitted" in (up.get("class") or "") for up in around):
            continue
        if any(_ELSEWHERE.search(f"{up.get('class') or ''} {up.get('id') or ''}") for up in around):
            continue
        written = " ".join(" ".join(each.itertext()).split())
        if 2 < len(written) <= LONGEST + 60 and (names := _people(written, source, host)) and len(names) <= LONGEST:
            return names
    return _signed(shown, title, source, host)


def _marked(tree: Any) -> Iterator[Any]:
    """The elements that a page may mark its authors up with; `_rank` says how surely."""
    for each in tree.iter(etree.Element):
        classes, related = each.get("class"), each.get("rel")
        if (
            (classes and _MARKED.search(classes))
            or (related and "author" in related)
            or each.get("itemprop") == "author"
            or (each.tag == "a" and _PROFILE.search(each.get("href") or ""))
        ):
            yield each


def _rank(element: Any) -> int:
    """How surely an element names the authors, 0 first: `rel` and microdata, whole words of a class, addresses, parts of it."""
    words = (element.get("class") or "").split()
    if "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author":
        return 0
    if {"author", "byline", "fn"}.intersection(words):
        return 1
    if element.tag == "a" and _PROFILE.search(element.get("href") or ""):
        return 2
    return 3 if "username" not in words else 4


def _people(written: str, source: str, host: str) -> str:
    """Names without `Par`, dates, roles, handles, and without the publisher's."""
    kept = []
    for each in re.split(r"\s*[,;|]\s*|\s+[–—-]\s+", written):
        name = _AFTER.sub("", _PREFIX.sub("", each.strip())).strip(" ,|–-•·:()©\u200b")
        name = re.sub(r"^(.{4,40}) \1$", r"\1", name)  # said twice, for small screens
        somebody = len(name) > 1 and re.search(r"\d", name) is None and _NO_PERSON.search(name) is None
        somebody = somebody and name.casefold() not in _NOBODY
        if somebody and not _publisher(name, source, host):
            kept.append(name)
    return ", ".join(dict.fromkeys(kept))


def _publisher(name: str, source: str, host: str) -> bool:
    letters, domain = squeezed(name), squeezed(host.removeprefix("www."))
    bare = squeezed(re.sub(r"\.[a-z]{2,6}$", "", host.removeprefix("www.")))
    return bool(letters) and (letters in (squeezed(source), domain) or (len(bare) > 3 and letters == bare))


def _signed(shown: list[str], title: str, source: str, host: str) -> str:
    """The names that a line soon after the headline gives: after `Par`, before a date, or alone above or below a date."""
    wanted = squeezed(title)
    after = next((at for at, each in enumerate(shown) if title and squeezed(each) == wanted), None)
    near = shown[after + 1 : after + 1 + LOOKED_AT] if after is not None else []
    for above, each, below in zip(["", *near], near, [*near[1:], ""], strict=False):
        if _is_name(each) and (_is_day(above) or _is_day(below)):
            return _people(each, source, host)
        if _BY.match(each) and (byline(each) or len(each) <= 60):
            return _people(each, source, host)
        when = find(each) if len(each) <= LONGEST else None
        if when is not None:
            for part in (each[: when.start].strip(" ,|–-•·"), each[when.end :].strip(" ,|–-•·")):
                bare = _PREFIX.sub("", part)
                if _NAME.fullmatch(bare) and not re.search(r"\b(?:Publié|Mis|Le|La|Les|Posted|Published)\b", bare):
                    return _people(bare, source, host)
    signed = (each for each in shown if len(each) <= LONGEST and _SIGNED.fullmatch(each))
    return next((names for each in signed if (names := _people(each, source, host))), "")


def _is_name(line: str) -> bool:
    """Whether a line is a first name that is known and one to three words more: `Rémi Castagné`, not `Pays de la Loire`."""
    first = re.split(r"[\s-]", line, maxsplit=1)[0]
    return len(line) <= LONGEST and _NAME.fullmatch(line) is not None and first in first_names()


def _is_day(line: str) -> bool:
    """Whether a line is a by-line with a date."""
    return byline(line) and find(line) is not None
