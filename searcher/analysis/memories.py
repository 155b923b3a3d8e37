"""What analysis remembers of texts it has met → nothing: a process that has grown begins to learn anew.

Every memory is bounded by how many things it holds; together they would come to hundreds of megabytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any


def forget() -> None:
    """Empties the memories of all modules of analysis; nothing that is given changes, some of it takes longer."""
    for each in memories():
        if isinstance(each, dict):
            each.clear()
        else:
            each.cache_clear()


def memories() -> Iterator[Any]:
    """Dictionaries that say how much they may hold (`LIMIT`), and functions that remember so many answers; not functions that
    read a table once, and not the pieces of `entry`, which bound themselves."""
    for name, module in list(sys.modules.items()):
        if name.startswith("searcher.analysis.") and not name.endswith(".entry"):
            yield from filter(_is_memory, list(vars(module).values()))


@lru_cache(1)
def _nothing() -> None: ...


def _is_memory(each: Any) -> bool:
    if isinstance(each, type(_nothing)):
        return each.cache_parameters()["maxsize"] is not None
    return isinstance(each, dict) and hasattr(type(each), "LIMIT")
