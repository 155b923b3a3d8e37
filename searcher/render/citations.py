"""References (CSL-JSON items) and articles → CSL-JSON, RIS, BibLaTeX, and corpora for IRaMuTeQ and TXM."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import TYPE_CHECKING, Any

from searcher.article import Article, when
from searcher.errors import UsageError, WriteFailed, reason
from searcher.messages import Message
from searcher.render.plain import safe
from searcher.results.citations import Item, digest, slug
from searcher.results.published import dumps

if TYPE_CHECKING:
    from zipfile import ZipInfo

_KEY = re.compile(r"[^A-Za-z0-9]+")


def key(identifier: str) -> str:
    """A name for an article in small letters and digits of ASCII and hyphens: always the same, and its own."""
    plain = _KEY.sub("-", identifier).strip("-").lower()
    return (
        plain
        if plain == identifier
        else f"{plain or 'article'}-{sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    )


def csl(items: Iterable[Item]) -> Iterator[str]:
    """A JSON array, an item a line."""
    before = "["
    for item in items:
        yield f"{before}{dumps(item)}"
        before = ","
    yield "[]" if before == "[" else "]"


# ── RIS ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

_TO_RIS = {
    "title": "TI",
    "container-title": "T2",
    "section": "SE",
    "page": "SP",
    "language": "LA",
    "abstract": "AB",
    "URL": "UR",
    "archive": "DB",
    "archive_location": "AN",
}


def ris(item: Item) -> Iterator[str]:
    """The lines of a record, each to be ended by CR and LF. An asterisk, which RIS keeps for itself, becomes ∗ (U+2217) in
    names and titles of newspapers.

    Source: the RIS specification of 2001, and what Zotero reads as a newspaper article.
    """
    yield "TY  - NEWS"
    for author in item.get("author", ()):
        yield _tagged("AU", _inverted(author).replace("*", "∗"))
    for name, tag in _TO_RIS.items():
        if name in item:
            yield _tagged(tag, item[name].replace("*", "∗") if tag == "T2" else item[name])
    if "issued" in item:
        parts = _dated(item["issued"])
        yield _tagged("DA", "/".join((*parts, *[""] * (4 - len(parts)))))
        yield _tagged("PY", parts[0])
    if "accessed" in item:
        yield _tagged("Y2", "/".join((*_dated(item["accessed"]), "")))
    for note in filter(None, item.get("note", "").split(" ; ")):
        yield _tagged("N1", note)
    yield "ER  - "


def _tagged(tag: str, value: str) -> str:
    return f"{tag}  - {safe(' '.join(value.split()))}"


def _inverted(author: dict[str, str]) -> str:
    """`Roy, Léa`; a name without parts as it is, without commas, which would part it."""
    if "literal" in author:
        return " ".join(author["literal"].replace(",", " ").split())
    return f"{author['family']}, {author['given']}"


def _dated(date: dict[str, list[list[int]]]) -> list[str]:
    (parts,) = date["date-parts"]
    return [f"{part:04}" if at == 0 else f"{part:02}" for at, part in enumerate(parts)]


# ── BibLaTeX ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # an escaped brace would still be counted
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "%#&_$"},
}
_LANGUAGES = {
    "fr": "french",
    "en": "english",
    "de": "german",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}


def bibtex(item: Item) -> Iterator[str]:
    """The lines of a BibLaTeX entry that BibTeX reads too (`journal` and `year` are for BibTeX)."""
    fields = {
        "author": " and ".join(map(_bibtex_name, item.get("author", ()))),
        "title": " ".join(map(_protected, item.get("title", "").split())),
        "journaltitle": _escaped(item.get("container-title", "")),
        "journal": _escaped(item.get("container-title", "")),
        "entrysubtype": "newspaper",
        "pages": _escaped(item.get("page", "")),
        "langid": _LANGUAGES.get(item.get("language", ""), ""),
        "url": re.sub(r"[{}\\\s\"]", lambda found: f"%{ord(found.group()):02X}", safe(item.get("URL", ""))),
        "abstract": _escaped(item.get("abstract", "")),
        "note": _escaped(item.get("note", "")),
    }
    if "issued" in item:
        fields["date"] = "-".join(_dated(item["issued"]))
        fields["year"] = _dated(item["issued"])[0]
    if "accessed" in item:
        fields["urldate"] = "-".join(_dated(item["accessed"]))
    yield f"@article{{{key(item['id'])},"
    for name, value in fields.items():
        if value:
            yield f"  {name} = {{{value}}},"
    yield "}"
    yield ""


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in safe(" ".join(text.split())))


def _protected(word: str) -> str:
    """A word whose capitals a style may not take away."""
    return f"{{{_escaped(word)}}}" if word != word.lower() else _escaped(word)


def _bibtex_name(author: dict[str, str]) -> str:
    if "literal" in author:
        return f"{{{_escaped(author['literal'])}}}"
    return f"{_escaped(author['family'])}, {_escaped(author['given'])}"


# ── corpora ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def iramuteq(article: Article, item: Item, *, query: str, fingerprint: str) -> Iterator[str]:
    """The lines of a text: one of starred variables, then title and text, in which no line looks like one of variables.

    Names and values are of `a`–`z`, digits and hyphens, as IRaMuTeQ's own documentation asks for.
    """
    variables = [
        ("source", slug(article.source or "")),
        *_days(article.date),
        ("auteur", slug(article.author or "")),
        ("rubrique", slug(article.section or "")),
        ("langue", slug(article.language or "")),
        ("id", key(article.id)),
        ("requete", slug(query)),
        ("index", slug(fingerprint, longest=120)),
        ("empreinte", digest(article)),
    ]
    yield "**** " + " ".join(f"*{name}_{value}" for name, value in variables if value)
    for line in chain((item.get("title", ""),), article.text.splitlines()):
        written = " ".join(safe(line).replace("*", " ").split())
        if written := written.lstrip("-–— "):
            yield written
    yield ""


def _days(date: str | None) -> list[tuple[str, str]]:
    known = when(date) or ""
    sizes = {"annee": 4, "mois": 7, "date": len(known)}
    return [(name, known[:size]) for name, size in sizes.items() if known and size <= len(known)]


TXM_TABLE = "metadata.csv"
TXM_COLUMNS = (
    "id", "titre", "date", "annee", "source", "auteur", "rubrique", "pages", "langue", "url", "requete", "index", "empreinte",
)  # fmt: skip


def txm_row(article: Article, *, query: str, fingerprint: str) -> list[str]:
    """What `metadata.csv` says of a text, in the order of `TXM_COLUMNS`; the first value is the name of its file."""
    known = (
        key(article.id),
        article.title,
        when(article.date),
        (when(article.date) or "")[:4],
        article.source,
        article.author,
        article.section,
        article.pages,
        article.language,
        article.url,
        query,
        fingerprint,
        digest(article),
    )
    return [safe(" ".join((value or "").split())) for value in known]


def txm(folder: Path, found: Iterable[tuple[Article, str, str]]) -> int:
    """Writes a folder that TXM imports: `metadata.csv` and a text for each article; gives how many.

    `found`: articles with the query that found them and the fingerprint of the index; an article found twice is written once.
    The folder appears when it is complete. Raises UsageError for a folder that holds
    something, and WriteFailed.
    """
    target = folder.absolute()
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(Message("export.folder", folder=folder))
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            texts = 0
            with (made / TXM_TABLE).open("w", encoding="utf-8", newline="") as stream:
                rows = csv.writer(stream, quoting=csv.QUOTE_ALL)
                rows.writerow(TXM_COLUMNS)
                for row, text in _txm_texts(found):
                    texts += 1
                    rows.writerow(row)
                    (made / f"{row[0]}.txt").write_bytes(text)
            made.chmod(0o777 & ~_umask())
            made.replace(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise WriteFailed(Message("export.failed", folder=folder, error=reason(error))) from error
    return texts


def txm_zip(found: Iterable[tuple[Article, str, str]]) -> Iterator[bytes]:
    """The same folder as a ZIP archive, in pieces: the texts one by one, then `metadata.csv`, kept in a file until then."""
    from zipfile import ZipFile  # here: a search does not need it

    pieces = _Pieces()
    with ZipFile(pieces, "w") as made, TemporaryFile("w+", encoding="utf-8", newline="") as table:
        rows = csv.writer(table, quoting=csv.QUOTE_ALL)
        rows.writerow(TXM_COLUMNS)
        for row, text in _txm_texts(found):
            rows.writerow(row)
            made.writestr(_of_no_day(f"{row[0]}.txt"), text)
            yield pieces.taken()
        table.seek(0)
        with made.open(_of_no_day(TXM_TABLE), "w") as written:
            while piece := table.read(1 << 16):
                written.write(piece.encode())
    yield pieces.taken()


def _of_no_day(name: str) -> ZipInfo:
    """A file of a ZIP archive, which says no day, so that the same answer is the same bytes."""
    from zipfile import ZIP_DEFLATED, ZipInfo  # here: as above

    made = ZipInfo(name)
    made.compress_type = ZIP_DEFLATED
    return made


class _Pieces(io.RawIOBase):
    """What was written since somebody took it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece


def _txm_texts(found: Iterable[tuple[Article, str, str]]) -> Iterator[tuple[list[str], bytes]]:
    """The row and the text of each article, once."""
    names: set[str] = set()
    for article, query, fingerprint in found:
        row = txm_row(article, query=query, fingerprint=fingerprint)
        if row[0] not in names:
            names.add(row[0])
            yield row, f"{article.text}\n".encode("utf-8", "replace")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
