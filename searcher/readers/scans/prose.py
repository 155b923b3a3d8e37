"""TEI elements → paragraphs as printed, and the heads and by-line that stand over them. One walk, in document order."""

from __future__ import annotations

import re
from typing import Any

from searcher.readers.fields import iso, line
from searcher.readers.scans import ocr
from searcher.readers.xml import name

_SKIPPED = frozenset(
    "teiHeader fw figure graphic formula index del certainty respons surfaceGrp facsimile sourceDoc standOff interpGrp "
    "spanGrp linkGrp".split()
)
_BLOCKS = frozenset(
    "p ab l lg head item label row cit quote q sp stage dateline salute signed closer opener trailer argument epigraph "
    "byline docAuthor docDate docTitle docEdition docImprint titlePart imprimatur postscript floatingText list table "
    "div div0 div1 div2 div3 div4 div5 div6 div7 castItem castList listBibl bibl biblStruct body front back text group "
    "titlePage imprint address addrLine entry u".split()
)
_INLINE_IN_PARAGRAPH = frozenset("quote q bibl label address cit".split())
_EDITORS = re.compile(r"^#?(?:ed|editor|editeur|éditeur|transcriber|encodeur|obvil)", re.I)


class Prose:
    """The paragraphs of elements: `heads` of the first, its `author`, then `paragraphs`, notes last.

    The heads, the by-line and the bibl that describe the first element are not among its paragraphs.
    """

    def __init__(self, elements: list[Any], *, heads_only: bool = False) -> None:
        self.heads: list[str] = []
        self.paragraphs: list[str] = []
        self.author = ""
        self._notes: list[str] = []
        self._pieces: list[str] = []
        top = elements[0]
        if name(top) in ("front", "body"):
            top = next((each for each in elements if name(each) == "body"), top)
        described = self._describe(top)
        if heads_only:
            return
        for element in elements:
            self._walk(element, described, 0)
            self._end()
        self.paragraphs += self._notes

    def _describe(self, top: Any) -> set[Any]:
        """Takes the heads, by-line and bibl at the top of an article; returns them."""
        described: set[Any] = set()
        for child in top:
            kind = name(child)
            if kind == "head" and not self.paragraphs:
                if text := self._flat(child):
                    self.heads.append(text)
                described.add(child)
            elif kind in ("byline", "docAuthor"):
                author = re.sub(r"^(?:par|by|von)\s+", "", self._flat(child), flags=re.I).rstrip(",;:")
                if len(author) <= 80:
                    self.author = ", ".join(filter(None, (self.author, author)))
                    described.add(child)
            elif (
                (kind in ("bibl", "biblStruct") and not any(name(each) in ("p", "lg") for each in described))
                or kind == "docDate"
                or (kind == "dateline" and iso(self._flat(child).strip(" .()")))
            ):
                described.add(child)
            elif kind in ("p", "div", "lg", "quote"):
                break
        return described

    def _flat(self, element: Any) -> str:
        """An element on one line, its notes put by."""
        kept, self._pieces = self._pieces, []
        for child in [element]:
            self._inside(child, frozenset(), 0)
        text, self._pieces = "".join(self._pieces), kept
        return line(text.replace("\n", " "))

    def _walk(self, element: Any, described: Any, depth: int) -> None:
        kind = name(element)
        if not kind or element in described or kind in _SKIPPED or depth > 200:
            return
        match kind:
            case "note":
                editors = _EDITORS.search(element.get("resp") or element.get("type") or "")
                if not editors and (text := self._flat(element)):
                    self._notes.append(text)
                return
            case "lb" | "cb" | "pb" | "gb":
                self._break(element)
                return
            case "space" | "gap" | "milestone" | "anchor" | "ptr":
                if kind == "space":
                    self._pieces.append(" ")
                return
            case "choice" | "app" | "subst":
                self._choose(element, described, depth)
                return
            case "speaker":
                self._end()
                self._inside(element, described, depth)
                spoken = "".join(self._pieces).strip()
                self._pieces = [spoken] if spoken else []
                if spoken:
                    self._pieces.append("\0")
                return
            case "cell":
                self._pieces.append(" ")
        block = kind in _BLOCKS and not (kind in _INLINE_IN_PARAGRAPH and self._running(element))
        if block:
            self._end(verse=kind == "l" and self._verse(element))
        self._inside(element, described, depth)
        if block:
            self._end(open_line=kind == "l")

    def _inside(self, element: Any, described: Any, depth: int) -> None:
        self._say(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._walk(child, described, depth + 1)
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        if text:
            if self._pieces and self._pieces[-1] == "\0":
                if not text.strip():
                    return
                self._pieces.pop()
                said = text.lstrip()
                ended = self._pieces[-1][-1:] in ".:!?,—–"
                self._pieces.append(said if said[0] in ".:," else f" {said}" if ended else f". {said}")
                return
            self._pieces.append(re.sub(r"\s+", " ", text))

    def _break(self, element: Any) -> None:
        """A line, column or page break: white space, unless it says that it stands within a word."""
        before = "".join(self._pieces[-3:]).rstrip()
        if element.get("break") == "no":
            self._trim()
            return
        if before[-1:] in ocr.HARD + ocr.SOFT and before[-2:-1].isalpha():
            after = (element.tail or "").lstrip()
            if after[:1].islower():
                whole = ocr.joined((before, after.split()[0]))
                compound = whole[: len(before)].endswith(before[-1])
                self._trim(keep=compound)
                element.tail = after
                return
        self._pieces.append(" ")

    def _trim(self, *, keep: bool = False) -> None:
        """Takes the white space, and unless `keep` the hyphen, from the end of what was written."""
        while self._pieces:
            last = self._pieces[-1].rstrip()
            if last:
                self._pieces[-1] = last if keep else last.rstrip(ocr.HARD + ocr.SOFT)
                return
            self._pieces.pop()

    def _choose(self, element: Any, described: Any, depth: int) -> None:
        """What is printed, of the alternatives that editors give."""
        for wanted in ("orig", "sic", "abbr", "lem", "add", "unclear", "rdg"):
            for child in element:
                if name(child) == wanted:
                    self._inside(child, described, depth + 1)
                    return
        for child in element:
            if isinstance(child.tag, str):
                self._inside(child, described, depth + 1)
                return

    @staticmethod
    def _running(element: Any) -> bool:
        """Whether an element stands within the words of a paragraph, and holds none of its own."""
        parent = element.getparent()
        inside = parent is not None and name(parent) in (
            "p",
            "ab",
            "l",
            "item",
            "head",
            "hi",
            "note",
            "seg",
            "quote",
            "said",
        )
        return inside and not any(name(each) in ("p", "l", "lg", "ab", "list") for each in element)

    @staticmethod
    def _verse(element: Any) -> bool:
        previous = element.getprevious()
        while previous is not None and name(previous) in ("pb", "lb", "cb", "fw", "space", "milestone"):
            previous = previous.getprevious()
        return previous is not None and name(previous) == "l"

    def _end(self, *, verse: bool = False, open_line: bool = False) -> None:
        """Ends the paragraph: a verse goes below the one before it, anything else stands apart."""
        text = line("".join(self._pieces).replace("\0", " "))
        if not open_line and self._pieces and self._pieces[-1] == "\0" and not verse:
            return  # a speaker's name waits for what is said
        self._pieces = []
        if text:
            if self._in_verse:
                self.paragraphs[-1] += f"\n{text}"
            else:
                self.paragraphs.append(text)
        self._in_verse = verse and bool(self.paragraphs)

    _in_verse = False
