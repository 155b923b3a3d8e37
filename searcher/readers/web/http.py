"""An HTTP response as it came over the wire → its status, headers and payload (RFC 9110, RFC 9112), as crawlers store it.

Lenient where crawlers are wrong: chunks and compression that are declared but not applied, a status without a text, no
headers at all, and a payload that is cut short (what there is of it is given).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from searcher.errors import Unreadable
from searcher.sources.refusals import MissingExtra

MAX_HEADERS = 256 << 10
_STATUS = re.compile(rb"\s{0,8}(?:HTTP/[0-9.]+|ICY)[ \t]+([0-9]{3})\b[^\n]*(?:\n|\Z)")
_FIELD = re.compile(r"([^\s:]+)[ \t]*:[ \t]*(.*)")
_CHUNK = re.compile(rb"(?:\r?\n)?[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]{0,1000})?\r?\n")
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Response:
    """`status` is None when the bytes began with no status line; header names are in lower case, the first of a name counts."""

    status: int | None
    headers: dict[str, str]
    payload: bytes

    @property
    def media(self) -> str:
        """The type it declares, such as `text/html`; empty when it declares none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        found = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", self.headers.get("content-type", ""), re.I)
        return found.group(1) if found else None


def response(raw: bytes) -> Response:
    """The response that `raw` is; the payload is as it was sent (see `unpacked`)."""
    status = _STATUS.match(raw)
    if status is None:
        return Response(None, {}, raw)
    found, at = fields(raw, status.end())
    return Response(int(status.group(1)), found, raw[at:])


def fields(raw: bytes, at: int = 0) -> tuple[dict[str, str], int]:
    """The header fields that begin at `at`, and where what follows their empty line begins."""
    found: dict[str, str] = {}
    last = ""
    limit = at + MAX_HEADERS
    while at < min(len(raw), limit):
        end = raw.find(b"\n", at) + 1 or len(raw)
        written, at = raw[at:end].rstrip(b"\r\n"), end
        if not written:
            break
        text = text_of(written)
        field = _FIELD.match(text)
        if text[0] in " \t" and last:
            found[last] += " " + text.strip()
        elif field is not None:
            last = field.group(1).lower()
            found.setdefault(last, field.group(2).strip())
    return found, at


def text_of(raw: bytes) -> str:
    """A header line as text: UTF-8, which is not allowed there but met, or Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def unpacked(answer: Response, limit: int) -> bytes:
    """The payload without chunks and compression. Raises Unreadable when it is larger than `limit`, MissingExtra when
    Brotli or Zstandard is needed and not installed."""
    payload = answer.payload
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        payload = _joined(payload)
    encodings = ",".join(answer.headers.get(name, "") for name in ("content-encoding", "transfer-encoding"))
    for encoding in reversed(encodings.lower().replace(" ", "").split(",")):
        payload = _decoded(payload, encoding.removeprefix("x-"), limit)
    return payload


def _joined(payload: bytes) -> bytes:
    """The chunks of a payload in one; the payload itself when it is in none."""
    parts: list[bytes] = []
    at = 0
    while (chunk := _CHUNK.match(payload, at)) is not None:
        size = int(chunk.group(1), 16)
        if not size:
            break
        parts.append(payload[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
    return b"".join(parts) if parts or (chunk is not None and at == 0) else payload


def _decoded(payload: bytes, encoding: str, limit: int) -> bytes:
    if encoding == "gzip" and payload.startswith(b"\x1f\x8b"):
        return _all(_members(payload), limit)
    if encoding == "deflate" and payload:
        wrapped = payload[0] & 0x0F == 8 and int.from_bytes(payload[:2], "big") % 31 == 0
        return _all(_steps(zlib.decompressobj(15 if wrapped else -15), payload), limit) or payload
    if encoding == "br":
        return _all(_brotli(payload), limit) or payload
    if encoding == "zstd" and payload.startswith(b"\x28\xb5\x2f\xfd"):
        return _all(_zstd(payload), limit)
    return payload


def _all(steps: Iterator[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for step in steps:
        size += len(step)
        if size > limit:
            raise Unreadable(f"larger than {limit >> 20} MB")
        parts.append(step)
    return b"".join(parts)


def _members(payload: bytes) -> Iterator[bytes]:
    """What a gzip payload holds, which may be several members one behind the other."""
    while payload.startswith(b"\x1f\x8b"):
        decompressor = zlib.decompressobj(31)
        yield from _steps(decompressor, payload)
        payload = decompressor.unused_data


def _steps(decompressor: Any, payload: bytes) -> Iterator[bytes]:
    """What zlib makes of a payload, a step at a time, as far as it is sound."""
    try:
        while payload and not decompressor.eof:
            yield decompressor.decompress(payload, _STEP)
            payload = decompressor.unconsumed_tail
        if not decompressor.eof:
            yield decompressor.flush(_STEP)
    except zlib.error:
        return


def _brotli(payload: bytes) -> Iterator[bytes]:
    try:
        import brotli  # here: only some archives hold it
    except ImportError:
        raise MissingExtra("warc", "compressed with Brotli") from None
    decompressor = brotli.Decompressor()
    try:
        step = decompressor.process(payload, output_buffer_limit=_STEP)
        while step or not decompressor.can_accept_more_data():
            yield step
            step = decompressor.process(b"", output_buffer_limit=_STEP)
    except brotli.error:
        return


def _zstd(payload: bytes) -> Iterator[bytes]:
    try:
        import zstandard  # here: only some archives hold it
    except ImportError:
        raise MissingExtra("warc", "compressed with Zstandard") from None
    stream = zstandard.ZstdDecompressor().stream_reader(payload, read_across_frames=True)
    try:
        while step := stream.read(_STEP):
            yield step
    except zstandard.ZstdError:
        return
