"""The blocks of a document that Nexis Uni or Lexis Advance exported → what it says of each article.

An article is a headline, the publication, the date, rights, labels (`Section:`, `Length:`, `Byline:`), a line `Body`, the text,
`Classification` with more labels, and `End of Document`. A cover (`Job Number:`, a numbered list of headlines) may come first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searcher.readers import datelines
from searcher.readers.fields import line
from searcher.readers.press import blocks, labels
from searcher.readers.press.record import COPYRIGHT, Record
from searcher.values import Value

_END = re.compile(
    r"(?:End of Document|Fin d[ue] document|Ende des Dokuments|Fin del documento|Einde van (?:het )?document"
    r"|Fine del documento)",
    re.I,
)
_BODY = re.compile(
    r"(?:Body|Text|Corps(?: d(?:u texte|e l.article))?|Texte(?: int[ée]gral)?|Inhalt|Volltext|Cuerpo|Tekst|Testo) ?:?",
    re.I,
)
_CLASSIFIED = re.compile(r"(?:Classification|Klassifizierung|Clasificación|Classificatie)", re.I)
_GRAPHIC = re.compile(r"(?:Graphic|Graphique|Illustration|Grafik|Gráfico)s?:?", re.I)
_NOTES = re.compile(r"(?:Notes?|Corrections?):?", re.I)
_LISTED = re.compile(r"Document(?:s|e)?\s*\([0-9]+\)", re.I)
_HEAD = ("section", "length", "author")


class Export(Value):
    """The articles of an export, how many its cover announces, and whether the last one lacks its end."""

    records: list[Record | None]
    announced: int
    cut: bool


def export(printed: Sequence[str]) -> Export:
    """What the blocks of a document say."""
    documents, rest = _ended(printed)
    cut = blocks.letters(rest) > 0 and any(map(_BODY.fullmatch, rest))
    titles = _cover(documents[0] if documents else rest)
    if cut:
        documents.append(rest)
    return Export([_record(each, titles) for each in documents], len(titles), cut)


def _ended(printed: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The lines of each document up to `End of Document`, and those after the last."""
    documents: list[list[str]] = []
    document: list[str] = []
    for each in (each.strip() for block in printed for each in block.split("\n")):
        if _END.fullmatch(each):
            documents.append(document)
            document = []
        elif each:
            document.append(each)
    return [each for each in documents if each], document


def _cover(document: Sequence[str]) -> list[str]:
    """The headlines that a cover lists (`1. Grève chez les dockers`)."""
    start = next((at for at, each in enumerate(document, 1) if _LISTED.fullmatch(each)), len(document))
    titles: list[str] = []
    for each in document[start:]:
        found = re.match(rf"{len(titles) + 1}\s*[.)]\s+(?P<title>\S.*)", each)
        if found is not None:
            titles.append(found["title"].strip())
    return titles


def _record(document: Sequence[str], titles: Sequence[str]) -> Record | None:
    body = next((at for at, each in enumerate(document) if _BODY.fullmatch(each)), None)
    first = next((at for at, each in enumerate(document) if (labels.labelled(each) or " ")[0] in _HEAD), len(document))
    said = _head(document[: body if body is not None else first], titles)
    if body is None:  # a caption, a table: all that is not labelled
        rest = document[first:]
        loose = [each for each in rest if not labels.labelled(each) and not COPYRIGHT.match(each)]
        return labels.record({**labels.fields(rest), **said}, loose)
    text, after = _body(document[body + 1 :])
    return labels.record({**labels.fields(after), **said}, text)


def _head(above: Sequence[str], titles: Sequence[str]) -> dict[str, str]:
    """What the lines above a text say: the last date among them, the publication before it, the headline before that, labels
    after. Without a date the head begins where a headline that the cover lists is repeated."""
    dated = next((at for at in range(len(above) - 1, -1, -1) if datelines.begins(above[at])), None)
    if dated is None:
        listed = {each.casefold() for each in titles}
        start = next((at for at, each in enumerate(above) if each.casefold() in listed), 0)
        loose = [each for each in above[start:] if not labels.labelled(each) and not blocks.cover(each)]
        title, source = (*loose, "", "")[:2]
        return {**labels.fields(above[start:]), "title": title, "source": "" if COPYRIGHT.match(source) else source}
    when = datelines.find(above[dated])
    return {
        **labels.fields(above[dated + 1 :]),
        "title": above[dated - 2] if dated > 1 else "",
        "source": above[dated - 1] if dated else "",
        "date": when.iso if when else "",
    }


def _body(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The paragraphs after `Body`, and the lines after them: the classification, or the labels at the end.

    A paragraph that begins as a label does (`Société : …`) is text, since more text comes after it.
    """
    end = next((at for at, each in enumerate(lines) if _CLASSIFIED.fullmatch(each)), len(lines))
    after = list(lines[end + 1 :])
    while end and (label := labels.labelled(lines[end - 1])) is not None and label[0] in ("", "language", "id"):
        end -= 1
        after.insert(0, lines[end])
    kept: list[str] = []
    graphic = False
    for each in lines[:end]:
        label = labels.labelled(each)
        if _GRAPHIC.fullmatch(each) or _NOTES.fullmatch(each):
            graphic = _GRAPHIC.fullmatch(each) is not None
            continue
        graphic = graphic and (label is None or label[0] != "note")
        if not graphic:
            kept.append(line(each))
    return kept, after
