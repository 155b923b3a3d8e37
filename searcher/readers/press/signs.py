"""The beginning of a file as text → whether a press database or a corpus tool exported it.

The signs are specific: names of classes of one service, a count of documents beside labels, a number of a database's own
making. An ordinary page or text shows none of them. What is asked of every page is a search for whole words, which takes
microseconds.
"""

from __future__ import annotations

import re

_M = re.M | re.I
_STARS = re.compile(r"\s*(?:\*{4}[ \t]+\*\S|\*{4}[ \t]*\n(?=(?:.*\n)*?\*{4}[ \t]+\*\S)|[0-9]{4}[ \t]+\*[^\s*_]+_\S)")
_COUNT = re.compile(
    r"^\s*(?:(?:FOCUS - )?[0-9]+ (?:of|de|sur|von|van) [0-9]+ DOCUMENT[SE]?N?"
    r"|(?:Document|Dokument) [0-9]+ (?:de|sur|von|van) [0-9]+)\s*$",
    _M,
)
_LABEL = re.compile(
    r"^\s*(?:LENGTH|LONGUEUR|LÄNGE|LENGTE|EXTENSIÓN|SECTION|RUBRIQUE|RUBRIK|LANGUAGE|LANGUE|SPRACHE|BYLINE|AUTEUR|TITRE)\s*:",
    _M,
)
_END = re.compile(
    r"^\s*(?:End of Document|Fin d[ue] document|Ende des Dokuments|Fin del documento|Einde van (?:het )?document)\s*$",
    _M,
)
_BODY = re.compile(
    r"^\s*(?:Body|Text|Corps(?: d(?:u texte|e l.article))?|Texte(?: intégral)?|Inhalt|Volltext|Cuerpo)\s*$", _M
)
_JOB = re.compile(r"^\s*(?:Job Number|Numéro de (?:la )?tâche|N[°º] de (?:la )?tâche|Auftragsnummer)\s*:", _M)
_LISTED = re.compile(r"^\s*Document(?:s|e)?\s*\([0-9]+\)\s*$", _M)
_NUMBER = re.compile(
    r"^\s*(?:AN\s*[|\t:]?\s*)?(?:Document|Dokument|Documento)\s+[A-Za-z0-9_]{2,}(?:19|20)[0-9]{6}[a-z0-9]{4,14}\s*$",
    re.M,
)
_LENGTH = re.compile(
    r"^\s*(?:WC\b\s*[|\t:]?\s*)?[0-9][0-9.,\u00a0\u202f ]*(?:mots?|words?|Wörter|palabras|parole|woorden)\b", _M
)
_RULE = re.compile(r"^_{20,}[ \t]*$", re.M)
_PROQUEST = re.compile(
    r"^(?:ProQuest document ID|(?:ID|Identifiant) (?:de|du) document ProQuest|Full text|Texte intégral|Document URL"
    r"|URL du document)\s*:|^(?:Document|Rapport) [0-9]+ (?:of|sur|de) [0-9]+\s*$",
    _M,
)
_RIS = re.compile(
    r"(?:[^\n]*\n){0,3}?[ \t]*TY {1,2}- ?[A-Z]{3,8}[ \t]*$"
    r"|\s*T[I1]  ?- \S[^\n]*\n(?:[A-Z][A-Z0-9]  ?- [^\n]*\n){2}",  # without its types
    re.M,
)
_FACTIVA = re.compile(r"class=[\"'](?:article|articleParagraph) [a-z]{2}[aA]rticle")

# Labels of a title, of a text, and of a source or a date: the whole text of an element, or the beginning of a line.
_TITLED = r"(?:TI|T1|HD|(?i:titres?(?: de l['’]article| du document)?|title|headline|intitulé))"
_WRITTEN = (
    r"(?:TX|TD|FT|(?i:texte(?: int[ée]gral| complet| de l['’]article)?|(?:full )?text|contenu|corps(?: du texte)?))"
)
_ORIGIN = (
    r"(?:JO|SO|SN|DA|PD|DP|(?i:source|journal|publication|m[ée]dia|support|date(?: de (?:publication|parution))?))"
)
_LABEL_ELEMENTS = [re.compile(rf">\s*{each}(?:\s|&nbsp;)*:?\s*</") for each in (_WRITTEN, _TITLED, _ORIGIN)]
_OPEN_GRAPH = re.compile(r"<meta\b[^<>]{0,200}[\"']og:")
_BEGUN = r"(?:^|[\n>])[ \t]*(?=[A-Za-z])"
_LABEL_LINES = [
    re.compile(rf"{_BEGUN}{each}[ \u00a0]*(?:</[a-zA-Z]+>\s*)?(?:&nbsp;)?:", re.M)
    for each in (_WRITTEN, _TITLED, _ORIGIN)
]


def europresse(page: str) -> bool:
    """A page of articles that Europresse or Eureka saved."""
    return "DocPublicationName" in page


def factiva(text: str) -> bool:
    """A page, or a document, of articles that Factiva saved."""
    if text.startswith("<"):
        return "articleParagraph" in text and _FACTIVA.search(text) is not None
    return _NUMBER.search(text) is not None and _LENGTH.search(text) is not None


def nexis(text: str) -> bool:
    """A page, or a document, of articles that Nexis Uni, Lexis Advance or LexisNexis saved."""
    if text.startswith("<"):
        return "DOC_ID_" in text and ("LXNComment" in text or "<DOC NUMBER=" in text)
    if _COUNT.search(text) is not None:
        return _LABEL.search(text) is not None
    if _END.search(text) is not None:
        return _BODY.search(text) is not None
    return _JOB.search(text) is not None and _LISTED.search(text) is not None


def iramuteq(text: str) -> bool:
    """A corpus whose texts begin with a line of starred variables."""
    return _STARS.match(text) is not None


def proquest(text: str) -> bool:
    """A text of articles between rules, with ProQuest's labels."""
    return _RULE.search(text) is not None and _PROQUEST.search(text) is not None


def gallica(text: str) -> bool:
    """The text of a document that Gallica saved, as a text or a page."""
    if text.startswith("<"):
        return "Rappel de votre demande" in text and ("gallica" in text.lower() or "ark:/12148/" in text)
    return text.startswith("Rappel de votre demande")


def ris(text: str) -> bool:
    """A list of references in RIS."""
    return _RIS.match(text) is not None


def printed(text: str) -> bool:
    """A page or text that shows the labels of a title, of a text, and of a source or a date, in elements of their own or before
    lines; no page of a site, which tells other sites what it is (Open Graph)."""
    return _OPEN_GRAPH.search(text) is None and any(
        all(each.search(text) for each in signs) for signs in (_LABEL_ELEMENTS, _LABEL_LINES)
    )
