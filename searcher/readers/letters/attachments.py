"""What is attached to a message → the articles in it; attachments without articles are named together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import Message

from searcher import readers
from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.problems import Problem, problem
from searcher.readers.sniff import claim, sniff
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

MAX_DEPTH = 5  # messages in messages, and what is attached to them

_SILENT = re.compile(
    r"(?:image|audio|video|font)/|text/(?:calendar|x?-?vcard|css)|application/(?:pgp-|(?:x-)?pkcs7-signature)", re.I
)

Letter = Callable[[Source, Message], Iterator[Article | Problem]]
"""What reads a message that is attached to another."""


def attachments(
    source: Source, attached: list[tuple[str, str, bytes | Message]], letter: Letter
) -> Iterator[Article | Problem]:
    """The articles in attachments (name, media type, content). Pictures, recordings, invitations and signatures are passed
    over; what cannot be read is told with its reason; the others without articles are named together."""
    left: list[str] = []
    for number, (name, media, content) in enumerate(attached, 1):
        name = name or f"{number}"
        place = f"attachment {name}"
        if isinstance(content, Message):
            part = source.part(f"{name}.eml", b"", place=place)
            if part.depth > MAX_DEPTH:
                yield problem(part, f"a message in more than {MAX_DEPTH} others")
            else:
                yield from _nested(part, content, letter)
        elif not _SILENT.match(media) and content.strip():
            part = source.part(name, content, place=place, media=media)
            try:
                form = None if part.depth > MAX_DEPTH else _form_of(part)
            except Unreadable as error:
                yield problem(part, str(error))
                continue
            if form is None:
                left.append(name)
            else:
                yield from readers.read(part, form=form)
    if left:
        yield problem(
            source, f"attachments without articles: {', '.join(left[:5])}{', …' if left[5:] else ''}", "skipped"
        )


def _nested(part: Source, message: Message, letter: Letter) -> Iterator[Article | Problem]:
    try:
        yield from letter(part, message)
    except NotAnArticle as error:
        yield problem(part, str(error), "skipped")
    except Unreadable as error:
        yield problem(part, str(error))


def _form_of(part: Source) -> str | None:
    """The format of an attachment; None for what holds no article, such as a program's text. Raises Unreadable for what may
    hold one and cannot be read: it is damaged, encrypted, or of a kind that must be unpacked or saved otherwise."""
    try:
        form = sniff(part)
    except NotAnArticle:
        return None
    except Unreadable as error:
        if str(error).startswith("not text"):
            return None
        raise
    if form == "picture" and part.recognition is None:
        return None
    return None if form == "text" and claim(part) != "text" else form
