"""A message that holds a web page (MHTML, RFC 2557; .mht, .mhtml) → the HTML of that page."""

from __future__ import annotations

from email.message import Message

from searcher.readers.letters.mime import header
from searcher.readers.letters.parts import parameter, payload_of


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
            return (
                payload_of(part),
                location if location.startswith("http") else None,
                parameter(part, "charset") or None,
            )
    return None
