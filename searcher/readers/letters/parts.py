"""The MIME tree of a message (RFC 2045, RFC 5322) → its texts in order, and what is attached to it."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser

from searcher.readers import fields
from searcher.readers.letters.mime import characters, decoded, header
from searcher.readers.markup import text_of

LONGEST_STUB = 600  # characters

_STUB = re.compile(
    r"\bne\s+(?:lit|lisez|supporte|prend|peut|parvien|s['’]affiche|permet|visualis|voy|voi[rt]|g[èe]re|accepte|reconna)[^.]{0,60}"
    r"\b(?:html|message|e-?mail|courriel|newsletter|lettre)\b|\b(?:au|en)\s+format\s+html\b|\bversion\s+(?:en\s+ligne|web|html)\b"
    r"|(?:messagerie|logiciel|client)\b[^.]{0,60}\bhtml\b|\b(?:voir|lire|consulte[rz]|visualise[rz]|affiche[rz]|ouvr[ei][rz])\b[^.]{0,60}"
    r"\b(?:en\s+ligne|navigateur|version\s+(?:web|html))\b|\b(?:view|read|open)\b[^.]{0,40}\b(?:browser|online|html)\b"
    r"|\b(?:does\s+not|doesn['’]t|cannot|can['’]t)\b[^.]{0,40}\bhtml\b|\bhtml[\s-](?:e-?mail|message|format)",
    re.I,
)


def parse(raw: bytes) -> Message:
    """A message as it stands, without judging its headers."""
    return BytesParser(policy=email.policy.compat32).parsebytes(raw.lstrip(b"\xef\xbb\xbf \t\r\n"))


def text_of_message(raw: bytes) -> str:
    """The text of a message, or of a page saved as one, without what is attached to it."""
    contents = Contents()
    collect(parse(raw), contents, top=True)
    return "\n\n".join(contents.texts)


@dataclass(slots=True)
class Contents:
    """What a message holds: texts in order, attachments (name, media type, bytes or message), or something encrypted."""

    texts: list[str] = field(default_factory=list)
    attached: list[tuple[str, str, bytes | Message]] = field(default_factory=list)
    encrypted: bool = False


def collect(part: Message, contents: Contents, *, top: bool = False) -> None:
    """Sorts a part, and the parts in it, into texts and attachments."""
    kind = part.get_content_type()
    if kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"):
        contents.encrypted = True
    elif kind == "multipart/alternative":
        _alternatives(part, contents)
    elif kind == "message/rfc822" or kind == "message/global":
        inner = _inner(part)
        contents.attached.append((_name(part) or header(inner, "Subject") or "message", kind, inner))
    elif part.is_multipart():
        parts = _parts(part)
        if kind == "multipart/signed":
            parts = parts[:1]
        for each in parts:
            if kind == "multipart/related" and each is not parts[0] and each.get("Content-ID"):
                continue  # a picture or a style sheet of the page before
            collect(each, contents)
    elif (
        kind.startswith("text/")
        and kind in ("text/plain", "text/html", "text/enriched", "text/richtext")
        and _inline(part, top)
    ):
        contents.texts.append(_text(part))
    elif not kind.startswith("message/"):
        contents.attached.append((_name(part), kind, payload_of(part)))


def _alternatives(part: Message, contents: Contents) -> None:
    """Of the same text in several forms the plain one, unless it is a stub beside the HTML."""
    plain, rich = Contents(), Contents()
    for each in _parts(part):
        collect(each, plain if each.get_content_type() == "text/plain" else rich)
    texts, richer = "\n\n".join(plain.texts), "\n\n".join(rich.texts)
    contents.texts.append(fuller(texts, richer))
    contents.attached += plain.attached + rich.attached
    contents.encrypted |= rich.encrypted


def fuller(plain: str, rich: str) -> str:
    """The plain text, unless it is a stub beside the other: it says that mail should be read as HTML, or is far shorter."""
    stub = len(plain) < LONGEST_STUB and _STUB.search(plain) is not None and _letters(rich) > 0
    return rich if stub or _letters(plain) < _letters(rich) // 3 else plain


def _letters(text: str) -> int:
    return sum(map(str.isalnum, re.sub(r"https?://\S+", "", text)))


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _inner(part: Message) -> Message:
    """The message in a message/rfc822 part, also where it was encoded, which is forbidden and done."""
    inner = _parts(part)[0] if _parts(part) else Message()
    if not inner.keys() and str(part.get("Content-Transfer-Encoding", "")).strip().lower() in (
        "base64",
        "quoted-printable",
    ):
        inner["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"]
        return parse(payload_of(inner))
    return inner


def _inline(part: Message, top: bool) -> bool:
    return top or not (part.get_content_disposition() == "attachment" or _name(part))


def _name(part: Message) -> str:
    """The file name of an attachment, without a folder; of parameters that break RFC 2231 as much as can be read."""
    try:
        written = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        written = ""
    return fields.line(decoded(written)).replace("\\", "/").rpartition("/")[2][:200]


def payload_of(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    """The text of a text part: decoded, HTML read, flowed lines joined (RFC 3676)."""
    charset = parameter(part, "charset")
    raw = payload_of(part)
    kind = part.get_content_type()
    if kind == "text/html":
        declared = None if charset.lower() in ("", "us-ascii", "ascii") else charset
        return text_of(characters(raw, declared or _meta(raw)))
    text = characters(raw, charset)
    if kind != "text/plain":
        text = re.sub(r"<param>.*?</param>|<[^<>]{1,40}>", "", text, flags=re.S | re.I)
    if parameter(part, "format").lower() == "flowed":
        text = _unflowed(text, joined=parameter(part, "delsp").lower() == "yes")
    return tidy(text)


def tidy(text: str) -> str:
    """A plain text without trailing white space, empty quoted lines, and a mark of a signature where none follows."""
    text = "\n".join(line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if "  " in text or "\t" in text:
        text = re.sub(r"[ \t]{2,}|\t", " ", text)
    if ">" in text:
        text = re.sub(r"^(?:> ?)+$", "", text, flags=re.M)
    return re.sub(r"\n-- ?\s*\Z", "", text) if "\n--" in text[-200:] else text


def _meta(raw: bytes) -> str | None:
    found = re.search(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", raw[:4096], re.I)
    return found.group(1).decode("ascii") if found else None


def _unflowed(text: str, *, joined: bool) -> str:
    lines: list[str] = []
    open_, depth = False, 0
    for line in text.replace("\r\n", "\n").split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        line = line[quotes:].removeprefix(" ")
        if open_ and quotes == depth:
            lines[-1] += line
        else:
            lines.append(f"{'>' * quotes} {line}" if quotes else line)
        open_, depth = line.endswith(" ") and line != "-- ", quotes
        if open_ and joined:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    return str(value[2] if isinstance(value, tuple) else value or "").strip(" \"'")
