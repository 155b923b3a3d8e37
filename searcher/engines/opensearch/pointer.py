"""What a generation's folder holds of an index that is in a cluster: where that is, and which of its documents count.

There are no transactions in a cluster. Every commit there has a number of its own; a document says with which commit it came
(`born`); the file here says up to which number a reader looks, and what a reader leaves out. Our manifest names the generation
that the file is in, so the rename of the manifest makes a commit visible.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from searcher.engines.folders import FILES
from searcher.engines.opensearch.target import OpenSearch
from searcher.engines.stored import as_json, from_json
from searcher.errors import IndexDamaged, not_read
from searcher.messages import Message
from searcher.values import Value, replace

FILE = "pointer.json"


class Pointer(Value):
    """Which documents of which index a reader sees: those `born` up to `commit`, without those of commits that were given up
    (`void`), and without the `deleted`, which are places in the order added.

    `index` is the name in the cluster; None while there is none. `next` is the place of the next article. `articles` counts
    those that are seen. `tokens` counts the tokens of each field of all `added` articles, deleted ones among them: what the
    average length of a field is made of.
    """

    target: OpenSearch
    index: str | None = None
    commit: int = 0
    void: tuple[int, ...] = ()
    next: int = 0
    deleted: tuple[int, ...] = ()
    articles: int = 0
    added: int = 0
    tokens: Mapping[str, int] = MappingProxyType({})

    def average(self, field: str) -> float:
        """The length of a field, in tokens."""
        return self.tokens.get(field, 0) / max(self.added, 1) or 1.0


def read(place: Path, name: str = FILE) -> Pointer:
    """The pointer of a part. Raises IndexDamaged, ReadFailed."""
    path = place / name
    try:
        raw = from_json(path.read_bytes())
        target = OpenSearch(**{**raw["target"], "urls": tuple(map(str, raw["target"]["urls"]))})
        found = Pointer(
            **{
                **raw,
                "target": target,
                "void": _numbers(raw["void"]),
                "deleted": _numbers(raw["deleted"]),
                "tokens": dict(raw["tokens"]),
            }
        )
        numbers = (found.commit, found.next, found.articles, found.added, target.shards or 1, *found.tokens.values())
        if not all(isinstance(each, int) for each in numbers) or not isinstance(found.index, str | None):
            raise ValueError("a value of another type")
        return found
    except OSError as error:
        raise not_read(path, error) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(Message("cluster.pointer", path=path, kind=type(error).__name__)) from error


def _numbers(values: Any) -> tuple[int, ...]:
    return tuple(map(int, values))


def write(place: Path, pointer: Pointer) -> None:
    """Makes a pointer that of a part, in one rename. Raises OSError."""
    held: dict[str, Any] = {each: getattr(pointer, each) for each in Pointer.__slots__}
    held["tokens"] = dict(pointer.tokens)
    held["target"] = {each: getattr(pointer.target, each) for each in OpenSearch.__slots__}
    temporary = place / f".{FILE}.new"
    try:
        with open(temporary, "wb", opener=lambda name, flags: os.open(name, flags, FILES)) as stream:
            stream.write(as_json(held))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(place / FILE)
    finally:
        temporary.unlink(missing_ok=True)


def moved(pointer: Pointer, target: OpenSearch) -> Pointer:
    """A pointer to the same documents at the addresses that a user has given since."""
    return replace(pointer, target=replace(pointer.target, urls=target.urls, ca=target.ca)) if target.urls else pointer
