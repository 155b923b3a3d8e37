"""What documents in Zip packages (docx, odt, epub) have in common: members read within limits, titles and names that mean
something."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from io import BufferedReader, BytesIO
from itertools import islice
from typing import IO, Any

from searcher.errors import Unreadable
from searcher.readers import xml
from searcher.readers.archives import zipped
from searcher.readers.problems import loss
from searcher.readers.text import title as made_up
from searcher.sources import refuse_bomb
from searcher.sources.refusals import CutShort, Damaged, NotAnArticle
from searcher.sources.streams import Forgiving

MAX_MEMBER = xml.MAX_BYTES
MAX_MEMBERS = 100_000
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
        self._stream = stream
        self._damage = ""  # what was lost
        self._members: dict[str, zipped.Member] = {}
        try:
            self._members.update((each.name, each) for each in islice(zipped.members(stream), MAX_MEMBERS))
        except Damaged as error:
            if not self._members:
                raise
            self._damage = str(error)
        self.names = frozenset(self._members)
        self._unpacked = self._packed = 0

    def read(self, name: str) -> bytes:
        """The bytes of a member."""
        raw, cut = self._read(name)
        if cut:
            raise Unreadable(f"{name}: {cut}")
        return raw

    def xml(self, name: str) -> Any:
        """The root element of a member; of one that is cut short as far as it goes."""
        return self.parsed(name)[0]

    def parsed(self, name: str) -> tuple[Any, bool]:
        """The same, and whether the member is cut short. Raises CutShort for one of which nothing is left."""
        raw, cut = self._read(name)
        if cut and not raw.strip():
            raise CutShort(f"{name}: {cut}")
        root = xml.parse(BytesIO(raw), cut=bool(cut))
        self._damage = f"{name}: {cut}" if cut else self._damage
        return root, bool(cut)

    def conclude(self) -> None:
        """Raises CutShort when something of the package was lost; to be called when all that there is was given."""
        if self._damage:
            raise CutShort(self._damage)

    def _read(self, name: str) -> tuple[bytes, str]:
        """The bytes of a member, and what is lost of them."""
        member = self._members.get(name)
        if member is None:
            raise Unreadable(f"incomplete: {name} is missing")
        if member.flags & 1:
            raise Unreadable("protected by a password")
        with Forgiving(zipped.content(self._stream, member)) as stream:
            raw = BufferedReader(stream).read(MAX_MEMBER + 1)
        self._unpacked, self._packed = self._unpacked + len(raw), self._packed + member.packed
        refuse_bomb(self._unpacked, max(self._packed, 1))
        if len(raw) > MAX_MEMBER:
            raise Unreadable(f"{name} is larger than {MAX_MEMBER >> 20} MB")
        if stream.fault is not None and not stream.is_cut:
            raise Unreadable(f"a damaged Zip archive ({name}: {loss(stream)})")
        return raw, loss(stream) if stream.fault is not None else ""

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
