"""The files of an index ↔ the checksums that Tantivy writes at their ends and does not read itself."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from searcher.engines.stored import from_json
from searcher.errors import not_read

_END = struct.Struct("<II")  # length of the footer, magic number
_MAGIC = 1337
_LONGEST = 4_096  # bytes of a footer; Tantivy's are about ninety
_CHUNK = 1 << 20


def articles(folder: Path) -> int:
    """How many articles an index counts with: those deleted since segments were last merged are among them.

    Raises ReadFailed, and ValueError or KeyError for a damaged list of segments.
    """
    try:
        listed = from_json((folder / "meta.json").read_bytes())
    except OSError as error:
        raise not_read(folder / "meta.json", error) from error
    return sum(int(segment["max_doc"]) for segment in listed["segments"])


DICTIONARY = "articles.zdict"
"""What the articles are compressed with; a file of ours among Tantivy's, written once."""


def dictionary(folder: Path) -> bytes:
    """The dictionary of an index; empty while it has none. Raises ReadFailed."""
    try:
        return (folder / DICTIONARY).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise not_read(folder / DICTIONARY, error) from error


def write_dictionary(folder: Path, dictionary: bytes) -> None:
    """Raises OSError."""
    temporary = folder / f".{DICTIONARY}.new"
    temporary.write_bytes(dictionary)
    temporary.replace(folder / DICTIONARY)


def damaged(folder: Path) -> list[str]:
    """What is wrong with the files of an index, a line each; reads all of them."""
    wrong = []
    for path in sorted(folder.iterdir()):
        if path.name in ("meta.json", "ledger.sqlite3", DICTIONARY) or path.name.startswith("."):
            continue  # no checksum: what reads it is JSON, and whoever keeps an index has to keep one of it
        try:
            if not _whole(path):
                wrong.append(f"{path}: its content is not what its checksum says")
        except OSError as error:
            raise not_read(path, error) from error
        except (ValueError, KeyError, TypeError, struct.error) as error:
            wrong.append(f"{path}: its checksum cannot be read ({type(error).__name__}: {error})")
    return wrong


def _whole(path: Path) -> bool:
    """Whether the body of a file has the checksum of its footer: body, JSON, length of the JSON, magic number."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - _END.size, 0))
        length, magic = _END.unpack(stream.read())
        left = size - _END.size - length
        if magic != _MAGIC or length > _LONGEST or left < 0:
            return False
        stream.seek(left)
        expected = from_json(stream.read(length))["crc"]
        stream.seek(0)
        found = 0
        while left:
            piece = stream.read(min(_CHUNK, left))
            if not piece:
                return False
            found = zlib.crc32(piece, found)
            left -= len(piece)
    return bool(found == expected)
