"""What news agencies type into their texts (fixed lines, by-lines, sign-offs) → paragraphs, author names, a plain body."""

from __future__ import annotations

import re
from itertools import pairwise

WIDEST = 100  # characters; text with longer lines was not broken at a width
NARROWEST = 40

_MARKED = re.compile(r"\s*(?:[-–—•*·]\s|[0-9]{1,2}[.)]\s)")
_BY = re.compile(r"(?:propos\s+recueillis\s+par|by|par|por|door)\b\s*:?\s*", re.I)
_MAIL = re.compile(r"\s*[<(]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[>)]?")
_BY_LINE = re.compile(r"(?:By|Par|Por|Door)\s+(?-i:[A-ZÀ-ÖØ-Þ])[^\n.!?:;]{2,80}", re.I)
_INITIALS = re.compile(r"[a-z]{1,4}(?:[/-][a-z]{1,4})*")
_SIGN_OFF = re.compile(
    r"ends?|fin|_{3,}|-{2,}|\*(?:\s?\*){2,}|#+|nnnn|-\s?[03]0?\s?-|={1,2}\s?\w{2,12}|/\w{2,20}/"  # ends, ___, -30-, /ritzau/
    r"|(?-i:[a-z]{2,5}(?:[/-][a-z]{2,5}){1,6})/?"  # gd/rl/phv
    r"|\([A-Z][\w./ ]{1,18}\)"  # (BusinessDesk)
    r"|(?-i:AAP|AFP|dpa|DPA|ATS|Belga|BELGA|APA|PA|EFE)(?: \w{2,4}){1,4}",  # dpa wsz jln npr
    re.I,
)


def unwrapped(text: str) -> str:
    """Text with lines broken at a fixed width → an empty line between paragraphs, and no line break within one that its width
    explains: a line stays a line where the next word would still have fitted.

    Empty lines and indented lines begin a paragraph. Where lines are longer than anybody types, each is a paragraph.
    """
    lines = [line.rstrip() for line in text.expandtabs(4).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    filled = [line for line in lines if line]
    if sum(len(line) > WIDEST for line in filled) * 10 > len(filled):
        return "\n\n".join(line.strip() for line in filled)
    margin = min((_indent(line) for line in lines[1:] if line), default=0)
    paragraphs: list[list[str]] = []
    before = ""
    for line in lines:
        if line and (not before or (_indent(line) > _indent(before) and _indent(line) - margin in range(2, 9))):
            paragraphs.append([line.strip()])
        elif line:
            paragraphs[-1].append(line.strip())
        before = line
    return _joined(paragraphs)


def rejoined(text: str) -> str:
    """Paragraphs whose lines were broken at a fixed width (with `br`, or in `pre`) without those breaks."""
    return _joined([paragraph.split("\n") for paragraph in text.split("\n\n")])


def _joined(paragraphs: list[list[str]]) -> str:
    """One string of paragraphs, each given as its lines: those that a fixed width explains are joined."""
    widths = sorted(len(line) for paragraph in paragraphs for line in paragraph[:-1])
    width = widths[len(widths) * 3 // 4] if widths else 0
    if not NARROWEST < width <= WIDEST:
        return "\n\n".join(map("\n".join, paragraphs))
    joined = []
    for paragraph in paragraphs:
        text = paragraph[0]
        for before, line in pairwise(paragraph):
            fits = len(before) + len(line.partition(" ")[0]) < width * 0.85
            text += f"\n{line}" if fits or _MARKED.match(line) else f" {line}"
        joined.append(text)
    return "\n\n".join(joined)


def author(byline: str) -> str:
    """The names in a by-line, without `Par`, `By` and e-mail addresses; empty for initials (`gr/bp`), and for a sentence, as
    some agencies put a subtitle there."""
    names = _MAIL.sub("", _BY.sub("", " ".join(byline.split()), count=1)).strip(" ,;:-–—|")
    words = re.findall(r"[^\W\d_][\w'’.-]*", names)
    if len(words) >= 5 and sum(word[0].islower() for word in words) * 2 > len(words):
        return ""
    return names if re.search(r"\w", names) and not _INITIALS.fullmatch(names) else ""


def bare(text: str, title: str = "") -> tuple[str, str]:
    """A body's text without what is not told: the title above it and a by-line before, marks and initials after it.

    Returns the by-line (empty when there was none) and the rest.
    """
    paragraphs = text.split("\n\n")
    byline = ""
    if len(paragraphs) > 1 and title and " ".join(paragraphs[0].split()) == " ".join(title.split()):
        del paragraphs[0]
    if (title or len(paragraphs) > 1) and _BY_LINE.fullmatch(paragraphs[0]) and author(paragraphs[0]):
        byline = paragraphs.pop(0)
    lines = "\n\n".join(paragraphs).rstrip().split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or _SIGN_OFF.fullmatch(lines[-1].strip())):
        del lines[-1]
    return byline, "\n".join(lines)


def organisation(*names: str) -> str:
    """The first of several names for an agency that is not the address of its site; failing that, the first."""
    filled = [name.strip(" –—-") for name in names if name.strip(" –—-")]
    return next((name for name in filled if " " in name or "." not in name), filled[0] if filled else "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
