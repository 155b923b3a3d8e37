"""A Word or Rich Text file → the text at its beginning, without opening all of it: enough to tell who exported it."""

from __future__ import annotations

import re
import zipfile

from searcher.sources import Source

LONG_HEAD = 1 << 18  # bytes of the main part of a Word document
_EXPORTED = re.compile(
    rb"(?:End of |Ende des |Fin du |Fin del |Einde van )?[Dd]o[ck]ument|DOCUMENTS|Job Number|Factiva"
)


def of(source: Source, form: str, head: bytes) -> str:
    """What the document shows first; empty where its first bytes rule out that a database exported it.

    `form` is `rtf` or `docx`, and `head` holds the first bytes of the file.
    """
    return _rich(head) if form == "rtf" else _word(source)


def _rich(head: bytes) -> str:
    if _EXPORTED.search(head) is None:
        return ""
    try:
        from searcher.readers.documents import rtf  # here: an extra
    except ModuleNotFoundError:
        return ""
    return rtf.text_of(head)


def _word(source: Source) -> str:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as package:
            name = next(each for each in package.namelist() if re.fullmatch(r"word/document\d*\.xml", each))
            with package.open(name) as part:
                head = part.read(LONG_HEAD)
    except Exception:  # its reader says what is wrong with the file
        return ""
    if _EXPORTED.search(head) is None:
        return ""
    return re.sub(r"<[^>]*>", "", re.sub(r"</w:p>|<w:br/>", "\n", head.decode("utf-8", "replace")))
