"""Nexis Uni and LexisNexis exports → the articles: Word, Rich Text, plain text and pages, with labels in six languages.

- Nexis Uni (and Lexis Advance): headline, publication, date, rights, `Section:`, `Length:`, `Byline:`, `Body`, the text,
  `Classification` and `Load-Date:`, `End of Document`; before the first a cover (`Job Number:`, a numbered list of headlines).
- LexisNexis: `1 of 3 DOCUMENTS`, publication, date with its edition, headline, labels in capitals, text, more labels, rights.

The cover, classifications, captions (`GRAPHIC`) and the day of loading are left out; notes and corrections are text. These
exports bear no number of the database but where a publication has one (`ACC-NO`, `DOCUMENT-ID`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from searcher.article import Article
from searcher.readers.fields import line
from searcher.readers.press import blocks, dates
from searcher.readers.press.record import COPYRIGHT, Record, articles, byline, is_byline, length
from searcher.readers.problems import Problem
from searcher.sources import Source
from searcher.values import Value

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
    " graphic graphique grafik illustration publication-type type-publication pub-type type publication-subtype subject sujet"
    " organization organisation person personne geographic geo-localization localisation-geo localisation-géo city ville state"
    " country pays company société societe industry activity-sector secteur-activité secteur-activite stock-symbol"
    " symbole-boursier ticker journal-code pub-subject classification category distribution document-type copyright"
    " correction-date version website site-web code-revue transcript ortszeile view-original-page plaats datum",
}
_FIELDS = {label: field for field, labels in _LABELS.items() for label in labels.split()}
_LABEL = re.compile(r"\s*(?P<label>[^\W\d_][^\W\d_]*(?:[- ][^\W\d_]+){0,3})[ \u00a0]?:[ \t\u00a0]*(?P<value>.*)", re.S)
_END = re.compile(
    r"(?:End of Document|Fin du document|Ende des Dokuments|Fin del documento|Einde van (?:het )?document|Fine del documento)",
    re.I,
)
_BODY = re.compile(
    r"(?:Body|Text|Corps(?: du texte)?|Texte(?: int[ée]gral)?|Inhalt|Volltext|Cuerpo|Tekst|Testo):?", re.I
)
_AFTER = re.compile(r"(?:Classification|Klassifizierung|Clasificación|Classificatie)", re.I)
_GRAPHIC = re.compile(r"(?:Graphic|Graphique|Illustration|Grafik|Gráfico)s?:?", re.I)
COUNT = re.compile(
    r"\s*(?:(?:FOCUS\s+-\s+)?[0-9]+ (?:of|de|sur|von|van) [0-9]+ DOCUMENT[SE]?N?"
    r"|(?:Document|Dokument|Documento) [0-9]+ (?:de|sur|von|van) [0-9]+)\s*",
    re.I,
)
"""The line before an article in LexisNexis' layout."""
_PAGE = re.compile(
    r"(?:^|[;,.]\s*)(?i:p\.|pg\.?|pages?|s\.|seite|pag\.|blz\.|pág\.)\s*(?P<pages>[A-Z]{0,4}[-. ]?[0-9][\w-]*)"
)
_RIGHTS = re.compile(r"(?:all |, )?rights reserved\.?|tous droits réservés\.?|alle rechte vorbehalten\.?", re.I)
_YEAR = re.compile(r"\b(?:1[6-9]|20)[0-9]{2}$")
_TIME = re.compile(r"[0-9]{1,2}[:h][0-9]{2}(?:\s?[AP]M)?(?:\s+[A-Z]{3,4}\b)?", re.I)
_SORRY = re.compile(r"We are sorry but there is an error in this document", re.I)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    opened = blocks.opened(source, stream)
    if opened.tree is not None:
        yield from articles(source, map(_classic, _on_page(opened.tree)), cut=opened.cut, signed=True)
        return
    if documents := _split(opened.blocks):
        yield from articles(source, (_classic(each, wrapped=True) for each in documents), signed=True)
        return
    documents, rest = _ended(opened.blocks)
    cut = blocks.letters(rest) > 0 and any(_BODY.fullmatch(line(each)) for block in rest for each in block.split("\n"))
    titles = _cover(documents[0] if documents else rest)
    found = [_modern(each, titles) for each in (*documents, *([rest] if cut else []))]
    yield from articles(source, found, cut=cut, announced=len(titles), signed=True)


# ── Nexis Uni ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _ended(printed: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The lines of each document up to `End of Document`, and those after the last."""
    documents: list[list[str]] = []
    document: list[str] = []
    for block in printed:
        for each in block.split("\n"):
            if _END.fullmatch(each.strip()):
                documents.append(document)
                document = []
            elif each.strip():
                document.append(each.strip())
        document.append("")
    return [each for each in documents if any(each)], document


def _cover(document: list[str]) -> list[str]:
    """The headlines that a cover lists (`1. Grève chez les dockers`)."""
    start = next((at for at, each in enumerate(document) if re.fullmatch(r"Documents?\s*\([0-9]+\)", each, re.I)), None)
    titles: list[str] = []
    for each in document[start + 1 :] if start is not None else ():
        found = re.match(rf"{len(titles) + 1}\s*[.)]\s+(?P<title>\S.*)", each)
        if found is not None:
            titles.append(found["title"].strip())
    return titles


def _modern(document: list[str], titles: list[str]) -> Record | None:
    body = next((at for at, each in enumerate(document) if _BODY.fullmatch(each)), None)
    first = next(
        (at for at, each in enumerate(document) if _is_head(each)), body if body is not None else len(document)
    )
    above = [each for each in document[: body if body is not None else first] if each]
    dated = next(
        (at for at in range(len(above) - 1, -1, -1) if dates.begins(above[at]) and not _labelled(above[at])), None
    )
    if dated is None:
        head = _without_cover(above, titles)
        title, name, when = (*(*head, "", "")[:2], "")
        told = [each for each in above if _labelled(each)]
    else:
        found = dates.find(above[dated])
        assert found is not None
        when = found.iso
        name = above[dated - 1] if dated else ""
        title = above[dated - 2] if dated > 1 else ""
        told = above[dated + 1 :]
    fields = _fields(told)
    if body is None:
        after = [each for each in document[first:] if each]
        fields = {**_fields(after[:30]), **fields}
        text = [each for each in after if not _labelled(each) and not COPYRIGHT.match(each)]
    else:
        text = _text(document[body + 1 :], fields)
    return _made({**fields, "title": title, "source": name, "date": when}, text)


def _is_head(each: str) -> bool:
    return (found := _labelled(each)) is not None and found[0] in ("section", "length", "author")


def _without_cover(above: list[str], titles: list[str]) -> list[str]:
    """The head of an article that bears no date: behind the cover, it begins where a listed headline is repeated."""
    listed = {each.casefold() for each in titles}
    start = next((at for at, each in enumerate(above) if each.casefold() in listed), 0)
    return [each for each in above[start:] if not _labelled(each) and not blocks.cover(each)]


def _text(lines: list[str], fields: dict[str, str]) -> list[str]:
    """The paragraphs after `Body`, up to the classification; labels after the text are added to `fields`."""
    kept: list[str] = []
    graphic = False
    for at, each in enumerate(lines):
        if _AFTER.fullmatch(each):
            fields.update({**_fields(lines[at + 1 :]), **fields})
            break
        label = _labelled(each)
        if _GRAPHIC.fullmatch(each):
            graphic = True
        elif label is not None and label[0] in ("", "language", "id") and not _sentence_follows(lines, at):
            fields.setdefault(label[0], label[1])
            graphic = False
        elif label is not None and label[0] == "note":
            kept.append(label[1] or each)
            graphic = False
        elif re.fullmatch(r"Notes?|Corrections?", each, re.I):
            graphic = False
        elif each and not graphic:
            kept.append(each)
    return kept


def _sentence_follows(lines: list[str], at: int) -> bool:
    """Whether what follows a line that looks labelled is prose, so that the line is prose as well."""
    after = next((each for each in lines[at + 1 :] if each), "")
    return len(after) > 120 and _labelled(after) is None


# ── LexisNexis ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _split(printed: Sequence[str]) -> list[list[str]]:
    """The blocks of each document: those after `1 of 3 DOCUMENTS`. What stands before the first is the cover."""
    documents: list[list[str]] = []
    for block in printed:
        rest: list[str] = []
        for each in [*block.split("\n"), None]:
            if each is not None and COUNT.fullmatch(each) is None:
                rest.append(each)
                continue
            if documents and any(map(str.strip, rest)):
                documents[-1].append("\n".join(rest))
            rest = []
            if each is not None:
                documents.append([])
    return documents


def _on_page(tree: Any) -> Iterator[list[str]]:
    """The blocks of each document of a page: its `div` elements between two anchors, or two counts."""
    from searcher.readers.markup import text_of_tree

    document: list[str] | None = None
    for element in tree.iter("div", "a"):
        name = (element.get("name") or "").upper()
        if element.tag == "a":
            if name.startswith("DOC_ID") or name.startswith("DOC"):
                if document:
                    yield document
                document = []
            continue
        if (
            next(element.iterancestors("div"), None) is not None
            and element.find(".//div") is None
            and not _top(element)
        ):
            continue
        if element.find(".//div") is not None or element.find(".//a[@name]") is not None:
            continue
        block = text_of_tree(element)
        if COUNT.fullmatch(line(block)):
            if document:
                yield document
            document = []
        elif document is not None and block.strip():
            document.append(block)
    if document:
        yield document


def _top(element: Any) -> bool:
    return all(
        each.find(".//a[@name]") is not None or len(each.findall("./div")) > 1 for each in element.iterancestors("div")
    )


def _classic(document: Sequence[str], *, wrapped: bool = False) -> Record | None:
    """A document of LexisNexis: its head (publication, date, rights: centred in a text), headline, labels, text, labels."""
    printed = [each for each in document if each.strip()]
    if not printed or any(_SORRY.search(each) for each in printed):
        return None
    labelled = next((at for at, each in enumerate(printed) if _labelled(line(each))), len(printed))
    head = _head(printed[: min(labelled, HEAD)])
    told, left = _dated_head(head)
    fields: dict[str, str] = {}
    body: list[str] = printed[min(labelled, HEAD) : labelled]
    if labelled < len(printed) and not body and (told["ahead"] or len(left) <= MAX_HEADLINES):
        title, standfirst, author = _headline(left if not told["ahead"] or all(map(is_byline, left[1:])) else left[:1])
        body = [] if not told["ahead"] or all(map(is_byline, left[1:])) else left[1:]
    else:
        title, standfirst, author = _headline(left[:1])
        body = left[1:] + body
    for block in printed[labelled:]:
        label = _labelled(block.strip()) if not body or _closing(block) else None
        if label is not None and label[0] in ("text", "note"):
            body += [label[1]] if label[1] else []
        elif label is not None:
            fields.setdefault(label[0], line(label[1]))
        elif not COPYRIGHT.match(line(block)) or len(line(block)) > 300:
            body.append(block)
    paragraphs = (
        [blocks.paragraphs(each) for each in body]
        if wrapped
        else [each for block in body for each in block.split("\n\n")]
    )
    said = {
        "title": title,
        "standfirst": standfirst,
        "author": author,
        "source": told["source"],
        "date": told["date"],
        "url": told["url"],
    }
    if not title and (named := fields.pop("title", "")):
        said["title"] = named
    return _made({**fields, **{key: value for key, value in said.items() if value}}, paragraphs)


HEAD = 10  # blocks in which the head of a document is looked for
MAX_HEADLINES = 4  # blocks of headline, deck and by-line; more before the first label are text


class _Piece(Value):
    """A line of a head, or several lines that belong together; `centred` is None where the layout does not show it."""

    text: str
    centred: bool | None


def _head(printed: Sequence[str]) -> list[_Piece]:
    """The pieces of the blocks before the first label, without rights."""
    shown = any(re.match(r"\s{4}", each) for block in printed for each in block.split("\n"))
    pieces: list[_Piece] = []
    for block in printed:
        fresh = True
        for each in block.split("\n") if shown else [block.strip()]:
            if not each.strip():
                continue
            centred = bool(re.search(r"^\s{4}|^\s+\S.{60}", block, re.M)) if shown else None
            if centred is False and not fresh and pieces and pieces[-1].centred is False:
                pieces[-1] = _Piece(f"{pieces[-1].text}\n{each.strip()}", False)
            elif not COPYRIGHT.match(line(each)) and not _RIGHTS.fullmatch(line(each)) and not length(each):
                pieces.append(_Piece(each.strip(), centred))
            fresh = False
    return pieces


def _dated_head(head: list[_Piece]) -> tuple[dict[str, str], list[str]]:
    """Publication and date of a head, and its pieces that are neither: headline, deck, by-line.

    `ahead` is filled when the headline stands before the date, so that what stands after is text.
    """
    told = {"source": "", "date": "", "ahead": "", "url": ""}
    for each in head:
        if re.match(r"https?://\S", each.text):
            told["url"] = re.sub(r"\s+", "", each.text)
    head = [each for each in head if not re.match(r"https?://\S", each.text)]
    at = next(
        (
            at
            for at, each in enumerate(head)
            if each.centred is not False and dates.begins(each.text.split("\n")[0].removeprefix("Le "))
        ),
        None,
    )
    at = (
        at
        if at is not None
        else next((at for at, each in enumerate(head) if each.centred and _YEAR.search(each.text)), None)
    )
    source = next((at for at, each in enumerate(head) if each.centred is not False), None)
    if at is None:
        told["source"] = line(head[source].text) if source is not None else ""
        return told, [each.text for number, each in enumerate(head) if number != source and not each.centred]
    first, _, edition = head[at].text.partition("\n")
    when, year = dates.find(first), _YEAR.search(first)
    told["date"] = when.iso if when else year[0] if year else ""
    for after in (edition, head[at + 1].text if at + 1 < len(head) else ""):
        if (clock := _TIME.match(after)) is not None:
            told["date"] = dates.with_time(told["date"], clock.group())
    if source is not None and source != at:
        told["source"] = line(head[source].text)
    loose = [(number, each) for number, each in enumerate(head) if number not in (at, source) and not each.centred]
    if any(each.centred is None for _, each in loose):  # a second date, an edition
        loose = [(number, each) for number, each in loose if not dates.begins(each.text.split("\n")[0])]
    told["ahead"] = "yes" if loose and loose[0][0] < at and loose[0][1].centred is False else ""
    return told, [each.text for _, each in loose]


def _headline(pieces: Sequence[str]) -> tuple[str, str, str]:
    """Headline, deck and by-line. A headline that ends with `;` goes on with a deck, or with the author."""
    parts = [line(part) for each in pieces for part in re.split(r";\s*\n", each) if line(part)]
    if not parts:
        return "", "", ""
    author = byline(parts.pop()) if len(parts) > 1 and is_byline(parts[-1]) else ""
    return parts[0], " ".join(parts[1:]), author


def _closing(block: str) -> bool:
    """Whether a block after the text is one of the labels that follow it."""
    found = _LABEL.match(block.strip())
    return (
        found is not None
        and found["label"].isupper()
        and _key(found["label"]) in _FIELDS
        and _FIELDS[_key(found["label"])] != "author"
    )


# ── both ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _labelled(block: str) -> tuple[str, str] | None:
    """The field that a labelled block fills (empty for one that is not kept) and its value; None for another block."""
    found = _LABEL.match(block)
    if found is None:
        return None
    field = _FIELDS.get(_key(found["label"]))
    return None if field is None else (field, found["value"].strip())


def _key(label: str) -> str:
    return re.sub(r"\s+", "-", label.strip().lower())


def _fields(lines: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in lines:
        label = _labelled(each)
        if label is not None and label[0] and label[1]:
            found.setdefault(*label)
    return found


def _made(fields: dict[str, str], text: Sequence[str]) -> Record | None:
    paragraphs = [each for each in text if each.strip()]
    if not fields.get("title") and not paragraphs:
        return None
    section = re.sub(r"\s*;?\s*Version\s*:.*$", "", fields.get("section", ""))
    printed = _PAGE.search(section)
    if printed is not None:
        section = (section[: printed.start()] + section[printed.end() :]).strip(" ;,")
    return Record(
        title=fields.get("title", ""),
        text="\n\n".join(paragraphs),
        date=fields.get("date", ""),
        source=fields.get("source", ""),
        author=byline(fields.get("author", "")),
        section=section,
        pages=fields.get("pages") or (printed["pages"] if printed else ""),
        id=fields.get("id", ""),
        language=fields.get("language", ""),
        standfirst=fields.get("standfirst", ""),
        url=fields.get("url", ""),
    )
