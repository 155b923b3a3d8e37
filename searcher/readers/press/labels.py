"""A labelled line of a Nexis export (`BYLINE: Rémi Castagné`, `Rubrique : Économie`) → the field of an article it fills."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from searcher.readers.press.record import Record, byline

_LABELS = {
    "section": "section rubrique rubrik sección rubriek sectie sezione seção",
    "pages": "page pages seite página pagina",
    "length": "length longueur länge extensión lengte lunghezza",
    "author": "byline author auteur auteurs autor signature verfasser autore name",
    "title": "headline title titre kop titel überschrift titular",
    "source": "publication source-title quelle",
    "standfirst": "highlight encart chapeau insert summary résumé abstract zusammenfassung",
    "language": "language langue sprache idioma taal lingua",
    "id": "acc-no acc-number accession-number document-id doc-id numéro-document",
    "url": "url web-address adresse-web",
    "text": "body text texte corps tekst texto inhalt cuerpo volltext",
    "note": "note notes correction corrections",
    "": "dateline lieu bio guests anchors series série kicker load-date date-chargement date-de-chargement update upload"
    " graphic graphique grafik illustration publication-type type-publication type-de-publication pub-type type"
    " publication-subtype subject sujet organization organisation person personne geographic geo-localization"
    " localisation-geo localisation-géo city ville state country pays company société societe industry activity-sector"
    " secteur-activité secteur-activite stock-symbol symbole-boursier ticker journal-code pub-subject classification"
    " category distribution document-type copyright correction-date version website site-web code-revue transcript"
    " ortszeile view-original-page plaats datum",
}
_FIELDS = {label: field for field, labels in _LABELS.items() for label in labels.split()}
_LABEL = re.compile(r"\s*(?P<label>[^\W\d_]+(?:[- ][^\W\d_]+){0,3})[ \u00a0]?:[ \t\u00a0]*(?P<value>.*)", re.S)
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S*[.!?»]$")  # `Société : les syndicats appellent à la grève.` is no label
_PAGE = re.compile(
    r"(?:^|[;,.]\s*)(?i:p\.|pg\.?|pages?|s\.|seite|pag\.|blz\.|pág\.)\s*(?P<pages>[A-Z]{0,4}[-. ]?[0-9][\w-]*)"
)


def labelled(block: str, *, capitals: bool = False) -> tuple[str, str] | None:
    """The field that a block fills (empty for a label whose value is not kept) and the value; None without a known label.

    With `capitals` a label counts only when it is written in capitals, as LexisNexis does.
    """
    found = _LABEL.match(block)
    if found is None or (capitals and not found["label"].isupper()):
        return None
    field, value = _FIELDS.get(re.sub(r"\s+", "-", found["label"].lower())), found["value"].strip()
    if field is None or (field == "" and not found["label"].isupper() and _SENTENCE.search(value)):
        return None
    return field, value


def fields(lines: Sequence[str]) -> dict[str, str]:
    """What labelled lines say; of several values for a field the first."""
    found: dict[str, str] = {}
    for each in lines:
        label = labelled(each)
        if label is not None and all(label):
            found.setdefault(*label)
    return found


def paged(section: str) -> tuple[str, str]:
    """A section and its page: `ÉCONOMIE; Pg. 4` → `ÉCONOMIE`, `4`."""
    bare = re.sub(r"\s*;?\s*Version\s*:.*$", "", section)
    page = _PAGE.search(bare)
    return (bare, "") if page is None else ((bare[: page.start()] + bare[page.end() :]).strip(" ;,"), page["pages"])


def record(said: Mapping[str, str], text: Sequence[str]) -> Record | None:
    """A record of what a head and labels say, with these paragraphs; None without a title and a text.

    A section tells the page as well (`paged`).
    """
    paragraphs = [each for each in text if each.strip()]
    if not said.get("title") and not paragraphs:
        return None
    section, page = paged(said.get("section", ""))
    return Record(
        title=said.get("title", ""),
        text="\n\n".join(paragraphs),
        date=said.get("date", ""),
        source=said.get("source", ""),
        author=byline(said.get("author", "")),
        section=section,
        pages=said.get("pages") or page,
        id=said.get("id", ""),
        language=said.get("language", ""),
        standfirst=said.get("standfirst", ""),
        url=said.get("url", ""),
    )
