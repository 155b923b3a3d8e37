"""E-mail (RFC 5322 and MIME; .eml, .emlx, .mht) and mailboxes (mbox, RFC 4155) → an article a message, and its attachments."""

from __future__ import annotations

import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import IO

from searcher import readers
from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import Problem, fields, records
from searcher.readers.letters.mime import characters, decoded, header, sender
from searcher.readers.markup import text_of
from searcher.readers.sniff import SUFFIXES, NotAnArticle, sniff
from searcher.sources import Source

MAX_MESSAGE = 64 << 20  # bytes of one message, attachments and all
MAX_DEPTH = 5  # messages in messages, and what is attached to them
MAX_LINE = 1 << 20

# The line between two messages of an mbox: "From " address, a date with a clock; no line of a text that happens to begin so.
_SEPARATOR = re.compile(rb"From .*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\b.*", re.S)
_STRICT = re.compile(
    rb"From \S.* (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{5,8}(?: \S+)* [0-9]{4}\s*$"
)
_QUOTED_FROM = re.compile(rb">+From ")
_SILENT = re.compile(
    r"(?:image|audio|video|font)/|text/(?:calendar|x?-?vcard|css)|application/(?:pgp-|(?:x-)?pkcs7-signature)", re.I
)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    head = stream.read(5)
    stream.seek(0)
    if head == b"From " or source.suffix == ".mbox":
        yield from _mailbox(source, stream)
        return
    raw = stream.read(MAX_MESSAGE + 1)
    if len(raw) > MAX_MESSAGE:
        raise Unreadable(f"a message of more than {MAX_MESSAGE >> 20} MB")
    yield from _articles(source, parse(_emlx(raw) if source.suffix == ".emlx" else raw))


def _mailbox(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The messages of an mbox, one in memory at a time; `>From ` at the beginning of a line was `From `."""
    number, size = 0, 0
    lines: list[bytes] = []
    blank = True
    for line in iter(lambda: stream.readline(MAX_LINE), b""):
        if line.startswith(b"From ") and (_STRICT.match(line) or (blank and _SEPARATOR.match(line))):
            yield from _message(source, number, size, lines)
            number, size, lines = number + 1, 0, []
        elif number or line.strip():
            number = number or 1
            size += len(line)
            if size <= MAX_MESSAGE:
                lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
        blank = not line.strip()
    yield from _message(source, number, size, lines)


def _message(source: Source, number: int, size: int, lines: list[bytes]) -> Iterator[Article | Problem]:
    if size > MAX_MESSAGE:
        yield Problem(source.path, f"larger than {MAX_MESSAGE >> 20} MB", f"message {number}")
    elif number and size:
        part = source.part(f"{source.stem}-{number}.eml", b"".join(lines), place=f"message {number}")
        yield from readers.read(part, form="mail")


def _emlx(raw: bytes) -> bytes:
    """The message of an Apple Mail file: a line with its length, the message, a property list."""
    length, _, rest = raw.partition(b"\n")
    if not length.strip().isdigit():
        return raw
    end = int(length[:12])
    if not rest[end : end + 5].lstrip().startswith(b"<?xml") and b"<!DOCTYPE plist" in rest:
        end = rest.rindex(b"<?xml", 0, rest.rindex(b"<!DOCTYPE plist")) if b"<?xml" in rest else end
    return rest[:end]


def parse(raw: bytes) -> Message:
    """A message as it stands, without judging its headers."""
    return BytesParser(policy=email.policy.compat32).parsebytes(raw.lstrip(b"\xef\xbb\xbf \t\r\n"))


def text_of_message(raw: bytes) -> str:
    """The text of a message, or of a page saved as one, without what is attached to it."""
    contents = _Contents()
    _collect(parse(raw), contents, top=True)
    return "\n\n".join(contents.texts)


# ── one message ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Contents:
    """What a message holds: texts in order, attachments (name, media type, bytes or message), or something encrypted."""

    texts: list[str] = field(default_factory=list)
    attached: list[tuple[str, str, bytes | Message]] = field(default_factory=list)
    encrypted: bool = False


def _articles(source: Source, message: Message) -> Iterator[Article | Problem]:
    page = saved_page(message)
    if page is not None:
        html, url, charset = page
        name = f"{source.stem}.html"
        yield from readers.read(
            source.part(name, html, place="page", url=url, encoding=charset, media="text/html"), form="html"
        )
        return
    contents = _Contents()
    _collect(message, contents, top=True)
    described = _described(message)
    text = "\n\n".join(contents.texts)
    if contents.encrypted and not text:
        yield readers.problem(source, "encrypted")
    elif text.strip() or described["title"]:
        yield fields.make(source, **{**described, **_form(text)}, id=header(message, "Message-ID").strip("<> ") or None)  # type: ignore[arg-type]
    elif not contents.attached:
        raise NotAnArticle("no article: a message without a subject or a text")
    yield from attachments(source, contents.attached)


def _described(message: Message) -> dict[str, str]:
    """What the headers say. A newsletter is a publication that its list, or else its sender, names; on a list for
    discussion, and in a letter, the sender is the author."""
    name, address = sender(header(message, "From") or header(message, "Sender"))
    listed = _list_name(header(message, "List-Id"))
    discussion = any(message.get(key) for key in ("List-Post", "Mailing-List", "X-Mailing-List", "Newsgroups"))
    newsletter = not discussion and any(message.get(key) for key in ("List-Unsubscribe", "List-Id", "Feedback-ID"))
    organization = header(message, "Organization")
    author = name or address
    publication = listed or organization
    if newsletter and (not publication or publication == name):
        publication, author = author, ""
    found = re.search(r"https?://[^\s<>]+", header(message, "Archived-At"))
    return {
        "title": header(message, "Subject"),
        "author": author,
        "source": publication,
        "date": re.sub(r"\([^)]*\)", "", header(message, "Date")),
        "language": header(message, "Content-Language").partition(",")[0],
        "url": found.group() if found else "",
        "text": "",
    }


def _list_name(written: str) -> str:
    """The name of a list, or the list itself when it has a readable one (`core-user.hadoop.apache.org`)."""
    phrase, _, rest = written.partition("<")
    for name in (phrase.strip(" \"'"), rest.strip("<> ")):
        if re.search(r"[^\W\d_]{3}", name) and not re.search(
            r"[0-9a-f]{9}|[0-9]{5}|list-id|\bxt\.local|mc list|cmail", name, re.I
        ):
            return name
    return ""


def _form(text: str) -> dict[str, str]:
    """The fields of a text, which is all there is unless a program wrote an article as JSON into the message."""
    if text.lstrip().startswith("{") and text.rstrip().endswith("}"):
        try:
            record = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            record = None
        found = records.fields(record) if isinstance(record, dict) else {}
        if found.get("text"):
            found.pop("date", None)  # written for no reader in particular ("9/14/2015"); the message has one of its own
            return found
    return {"text": text}


def _collect(part: Message, contents: _Contents, *, top: bool = False) -> None:
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
            _collect(each, contents)
    elif (
        kind.startswith("text/")
        and kind in ("text/plain", "text/html", "text/enriched", "text/richtext")
        and _inline(part, top)
    ):
        contents.texts.append(_text(part))
    elif not kind.startswith("message/"):
        contents.attached.append((_name(part), kind, _bytes(part)))


def _alternatives(part: Message, contents: _Contents) -> None:
    """Of the same text in several forms the plain one, unless it is a stub beside the HTML."""
    plain, rich = _Contents(), _Contents()
    for each in _parts(part):
        _collect(each, plain if each.get_content_type() == "text/plain" else rich)
    texts, richer = "\n\n".join(plain.texts), "\n\n".join(rich.texts)
    contents.texts.append(fuller(texts, richer))
    contents.attached += plain.attached + rich.attached
    contents.encrypted |= rich.encrypted


def fuller(plain: str, rich: str) -> str:
    """The plain text, unless it is a stub ("open this message in a browser") beside the other."""
    return rich if _letters(plain) < _letters(rich) // 3 else plain


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
        return parse(_bytes(inner))
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


def _bytes(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    """The text of a text part: decoded, HTML read, flowed lines joined (RFC 3676)."""
    charset = _parameter(part, "charset")
    raw = _bytes(part)
    kind = part.get_content_type()
    if kind == "text/html":
        declared = None if charset.lower() in ("", "us-ascii", "ascii") else charset
        return text_of(characters(raw, declared or _meta(raw)))
    text = characters(raw, charset)
    if kind != "text/plain":
        text = re.sub(r"<param>.*?</param>|<[^<>]{1,40}>", "", text, flags=re.S | re.I)
    if _parameter(part, "format").lower() == "flowed":
        text = _unflowed(text, joined=_parameter(part, "delsp").lower() == "yes")
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


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    return str(value[2] if isinstance(value, tuple) else value or "").strip(" \"'")


# ── what is attached ──────────────────────────────────────────────────────────────────────────────────────────────────


def attachments(source: Source, attached: list[tuple[str, str, bytes | Message]]) -> Iterator[Article | Problem]:
    """The articles in attachments (name, media type, content). Pictures, recordings, invitations and signatures are passed
    over; the others without articles are named together."""
    left: list[str] = []
    for number, (name, media, content) in enumerate(attached, 1):
        name = name or f"{number}"
        place = f"attachment {name}"
        if isinstance(content, Message):
            part = source.part(f"{name}.eml", b"", place=place)
            if part.depth > MAX_DEPTH:
                yield readers.problem(part, f"a message in more than {MAX_DEPTH} others")
            else:
                yield from _nested(part, content)
        elif not _SILENT.match(media) and content.strip():
            part = source.part(name, content, place=place, media=media)
            form = None if part.depth > MAX_DEPTH else _form_of(part)
            if form is None:
                left.append(name)
            else:
                yield from readers.read(part, form=form)
    if left:
        yield readers.problem(
            source, f"attachments without articles: {', '.join(left[:5])}{', …' if left[5:] else ''}", "skipped"
        )


def _nested(part: Source, message: Message) -> Iterator[Article | Problem]:
    try:
        yield from _articles(part, message)
    except NotAnArticle as error:
        yield readers.problem(part, str(error), "skipped")
    except Unreadable as error:
        yield readers.problem(part, str(error))


def _form_of(part: Source) -> str | None:
    """The format of an attachment; None for what holds no article, such as a program's text."""
    try:
        form = sniff(part)
    except Unreadable:
        return None
    return None if form == "text" and SUFFIXES.get(part.suffix) != "text" else form


# ── pages saved as mail ───────────────────────────────────────────────────────────────────────────────────────────────


def saved_page(message: Message) -> tuple[bytes, str | None, str | None] | None:
    """The HTML, address and encoding of a page that a browser or Word saved as one file (MHTML, RFC 2557); None for mail."""
    url = header(message, "Snapshot-Content-Location")
    if message.get("To") or not (
        url or message.get("Content-Location") or header(message, "From").startswith("<Saved by")
    ):
        return None
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            location = url or header(part, "Content-Location") or header(message, "Content-Location")
            return _bytes(part), location if location.startswith("http") else None, _parameter(part, "charset") or None
    return None
