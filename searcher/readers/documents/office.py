"""What documents in Zip packages (docx, odt, epub) have in common: members read within limits, titles and names that mean
something."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from searcher.errors import Unreadable
from searcher.readers import xml
from searcher.readers.text import title as made_up
from searcher.sources import refuse_bomb
from searcher.sources.refusals import NotAnArticle

MAX_MEMBER = xml.MAX_BYTES
MAX_FORM = 20  # first paragraphs, among which a form is looked for

_NO_TITLE = re.compile(
    r"(?:microsoft (?:office )?word\b.*|word document|document ?[0-9]*|doc ?[0-9]*|sans (?:titre|nom) ?[0-9]*|untitled ?[0-9]*"
    r"|titre(?: du document)?|title|unknown|modèle|template|(?:powerpoint )?pr[eé]sentation ?[0-9]*|\[?[-_. ]*\]?"
    r"|.*\.(?:docx?|dotx?|odt|ott|rtf|pdf|txt|html?|tmp|wpd))",
    re.I,
)
_ENTRY = re.compile(r"\s*([^\W\d_]+)\s*:\s*(\S.*)")
_ENTRIES = {
    **dict.fromkeys(("titre", "title"), "title"),
    **dict.fromkeys(("date", "parution"), "date"),
    **dict.fromkeys(("auteur", "auteurs", "auteure", "author"), "author"),
    **dict.fromkeys(("source", "journal"), "source"),
    "rubrique": "section",
}
_NOBODY = re.compile(
    r"(?:microsoft.*|.*\b(?:user|utilisateur|utilisatrice)\b.*|admin.*|windows.*|author|auteur|unknown|inconnue?|anonymous"
    r"|python-docx|docx4j|apache poi|(?:libre|open)office.*|google docs|calibre.*|pc.?|hp|dell|acer|asus|lenovo|client|owner"
    r"|propriétaire|default|x+|[\W\d_]*)",
    re.I,
)


class Package:
    """A Zip package whose members are read as long as they are believable. Raises Unreadable for what cannot be read."""

    def __init__(self, stream: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Unreadable(f"a damaged Zip archive ({error})") from error
        self.names = frozenset(self._zip.namelist())
        self._unpacked = self._packed = 0

    def read(self, name: str) -> bytes:
        """The bytes of a member."""
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & 1:
                raise Unreadable("protected by a password")
            with self._zip.open(info) as stream:
                raw = stream.read(MAX_MEMBER + 1)
        except KeyError:
            raise Unreadable(f"incomplete: {name} is missing") from None
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
            raise Unreadable(f"a damaged Zip archive ({error or name})") from error
        self._unpacked, self._packed = self._unpacked + len(raw), self._packed + info.compress_size
        refuse_bomb(self._unpacked, max(self._packed, 1))
        if len(raw) > MAX_MEMBER:
            raise Unreadable(f"{name} is larger than {MAX_MEMBER >> 20} MB")
        return raw

    def xml(self, name: str) -> Any:
        """The root element of a member."""
        return xml.parse(BytesIO(self.read(name)))

    def optional(self, name: str) -> Any | None:
        """The same of a member that may be missing, or damaged without harm to the others."""
        try:
            return self.xml(name) if name in self.names else None
        except Unreadable:
            return None


def resolved(base: str, target: str) -> str:
    """The member that `target` names, as seen from the member `base`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target)).lstrip("/")


def local(element: Any) -> str:
    """The name of an element without its namespace, which has changed between versions of these formats."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """An attribute by its name without the namespace; empty when there is none."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def property_of(root: Any | None, *names: str) -> str:
    """The text of the first filled element of one of these names, for the properties of a document."""
    found = (
        {local(each): text for each in root.iter() if (text := "".join(each.itertext()).strip())}
        if root is not None
        else {}
    )
    return next((found[name] for name in names if name in found), "")


def described(declared: str, marked: str, paragraphs: list[str]) -> tuple[dict[str, str], list[str]]:
    """The fields that a document's own words fill, and the paragraphs of its text.

    The title is what its properties say when that means something, else a paragraph in the style of a title, else its
    beginning. A form at its head ("Titre : …", "Date : …") gives what it names. A first paragraph that is the title is no text.
    Raises NotAnArticle when there is no text.
    """
    if not paragraphs:
        raise NotAnArticle("no article: a document without a text")
    found = _form(paragraphs[:MAX_FORM])
    declared = "" if _NO_TITLE.fullmatch(" ".join(declared.split())) else " ".join(declared.split())
    title = found.get("title") or declared or marked
    if not title:
        return {"title": made_up("\n\n".join(paragraphs))}, paragraphs
    if len(paragraphs) > 1 and " ".join(paragraphs[0].split()).casefold() == title.casefold():
        paragraphs = paragraphs[1:]
    return {**found, "title": title}, paragraphs


def _form(paragraphs: list[str]) -> dict[str, str]:
    """What a form says, which has a line for the title at least."""
    found: dict[str, str] = {}
    for each in paragraphs:
        for line in each.split("\n"):
            if (entry := _ENTRY.fullmatch(line)) is not None and (field := _ENTRIES.get(entry.group(1).lower())):
                found.setdefault(field, entry.group(2).strip())
    return found if "title" in found else {}


def named(people: Iterable[str]) -> str:
    """The authors among the names in a document's properties, which are often those of a program or of nobody."""
    return ", ".join(dict.fromkeys(each for name in people if not _NOBODY.fullmatch(each := " ".join(name.split()))))


def whole(text: str) -> str:
    """A text without optional hyphens, so that words are whole, and without the white space that moves words about."""
    return re.sub(r"[ \t]*\t[ \t]*", "\t", re.sub(r" {2,}", " ", text.replace("\u00ad", "").replace("\ufeff", "")))
