"""A list of references → the texts of the files attached to its items; an attached file → whether a list tells of it.

Zotero exports a list (`Ma bibliothèque.rdf`, `.ris`) with a folder `files` beside it: `files/12/article.html`. Such a file is
read with its item, which knows title, date and source, and gives nothing by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.problems import and_more
from searcher.sources import Source

LISTS = (".rdf", ".ris")
MAX_LIST = 64 << 20
_FOLDER = re.compile(r"(?:^|[/\\])files[/\\][0-9]+[/\\][^/\\]+$")
_LINKED = re.compile(
    r"(?:rdf:resource=\"|^L[1-4] {1,2}- ?(?:file://)?)(?P<path>(?:[^\"\n]*/)?files/[0-9]+/[^\"\n]+)", re.M
)


def text(source: Source, paths: Iterable[str]) -> tuple[str, list[str]]:
    """The text of the first of several attached files that holds one, and why others gave none.

    `paths` are as the list writes them, seen from the list.
    """
    from searcher import readers  # here: it imports this package
    from searcher.readers.sniff import form_of

    reasons: list[str] = []
    for path in paths:
        part = source.beside(local(path))
        if part is None:
            reasons.append(f"{path} is not beside it")
            continue
        try:
            form = form_of(part)
        except Unreadable as error:
            reasons.append(f"{path}: {error}")
            continue
        for found in readers.read(part, form=form):
            if isinstance(found, Article) and found.text:
                return found.text, []
            if not isinstance(found, Article):
                reasons.append(f"{path}: {found.reason}")
    return "", reasons


def local(path: str) -> str:
    """A path as a list of references writes it → as the file system does."""
    return unquote(path.strip().removeprefix("file://")).replace("\\", "/")


def told_by(source: Source) -> str:
    """The name of the list that tells of an attached file; empty for any other file."""
    if source.content is not None or source.root is None or _FOLDER.search(source.path) is None:
        return ""
    path = os.path.normpath(source.path)
    for name in source.names("../.."):
        if name.lower().endswith(LISTS) and (above := source.beside(f"../../{name}")) is not None:
            folder = os.path.dirname(os.path.normpath(above.path))
            if os.path.relpath(path, folder) in _listed(above.path, above.modified, above.size):
                return name
    return ""


@lru_cache(maxsize=64)
def _listed(path: str, _modified: int, size: int) -> frozenset[str]:
    """The attached files that a list names, seen from it. Kept: every attached file asks."""
    if size > MAX_LIST:
        return frozenset()
    try:
        with Source(path, path, size).open() as stream:
            written = stream.read().decode("utf-8", "replace")
    except (Unreadable, OSError):
        return frozenset()
    return frozenset(os.path.normpath(local(found["path"])) for found in _LINKED.finditer(written))


def problems(reasons: list[str]) -> Iterator[str]:
    """One line for the attached files that gave no text."""
    if reasons:
        yield and_more(reasons[0], len(reasons), "attached file")
