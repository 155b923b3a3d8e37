"""E-mail (RFC 5322 and MIME; .eml, .emlx, .mht) → an article for the message, and those of its attachments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import Message
from typing import IO

from searcher import readers
from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import fields, records
from searcher.readers.letters.attachments import attachments
from searcher.readers.letters.mime import header, sender
from searcher.readers.letters.parts import Contents, collect, parse
from searcher.readers.letters.saved import saved_page
from searcher.readers.problems import Problem, problem
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

MAX_MESSAGE = 64 << 20  # bytes of one message, attachments and all


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_MESSAGE + 1)
    if len(raw) > MAX_MESSAGE:
        raise Unreadable(f"a message of more than {MAX_MESSAGE >> 20} MB")
    yield from articles(source, parse(_emlx(raw) if source.suffix == ".emlx" else raw))


def articles(source: Source, message: Message) -> Iterator[Article | Problem]:
    """The article of a message, then those of what is attached to it. Raises NotAnArticle for an empty message."""
    page = saved_page(message)
    if page is not None:
        html, url, charset = page
        name = f"{source.stem}.html"
        yield from readers.read(
            source.part(name, html, place="page", url=url, encoding=charset, media="text/html"), form="html"
        )
        return
    contents = Contents()
    collect(message, contents, top=True)
    described = _described(message)
    text = "\n\n".join(contents.texts)
    if contents.encrypted and not text:
        yield problem(source, "encrypted")
    elif text.strip() or described["title"]:
        yield fields.make(source, **{**described, **_form(text)}, id=header(message, "Message-ID").strip("<> ") or None)  # type: ignore[arg-type]
    elif not contents.attached:
        raise NotAnArticle("no article: a message without a subject or a text")
    yield from attachments(source, contents.attached, articles)


def _emlx(raw: bytes) -> bytes:
    """The message of an Apple Mail file: a line with its length, the message, a property list."""
    length, _, rest = raw.partition(b"\n")
    if not length.strip().isdigit():
        return raw
    end = int(length[:12])
    if not rest[end : end + 5].lstrip().startswith(b"<?xml") and b"<!DOCTYPE plist" in rest:
        end = rest.rindex(b"<?xml", 0, rest.rindex(b"<!DOCTYPE plist")) if b"<?xml" in rest else end
    return rest[:end]


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
