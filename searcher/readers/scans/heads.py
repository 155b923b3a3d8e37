"""A METS file → the page texts it lists; a page file → whether a METS file near it lists it. Answers are kept by folder."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from searcher.errors import Unreadable
from searcher.readers.xml import name, parse
from searcher.sources import Source

HREF = "{http://www.w3.org/1999/xlink}href"
MAX_HEADS = 40  # files of a folder looked into for a METS head, beyond those whose name says so
_HEAD_NAME = re.compile(r"mets|manifest|^toc|^[TM]\d{5,}\.xml$", re.I)
_HEAD_ROOT = re.compile(rb"<(?:\w+:)?mets[\s>]", re.I)


def page_files(root: Any) -> dict[str, str]:
    """The page texts a METS file lists: their file ids and places, as seen from it, in its order."""
    found: dict[str, str] = {}
    for each in root.iterfind(".//{*}fileSec//{*}file"):
        group, use = each.getparent(), ""
        while group is not None and name(group) == "fileGrp":
            use, group = f"{use} {group.get('USE', '')} {group.get('ID', '')}", group.getparent()
        location = each.find("{*}FLocat")
        href = _relative(location.get(HREF) or location.get("href") or "") if location is not None else ""
        kind = (each.get("MIMETYPE") or "").lower()
        if not href.lower().endswith((".xml", ".alto", ".xml.gz")) or "image" in kind:
            continue
        if (
            re.search(r"alto|ocr|text|full", f"{use} {each.get('ID', '')} {href}", re.I)
            and "toc" not in use.lower().split()
        ):
            found[each.get("ID", "")] = href
    return found


def _relative(href: str) -> str:
    """`./ALTO/1.xml` for `file://./ALTO/1.xml`; empty for what lies somewhere else."""
    path = re.sub(r"^file:(?://)?", "", href.strip()).replace("\\", "/")
    if re.match(r"[a-z][a-z0-9+.-]*:|/", path, re.I):
        return ""
    return os.path.normpath(unquote(path)) if path else ""


def superseded(source: Source, files: dict[str, str]) -> bool:
    """Whether a table of contents beside this METS file, which has no articles of its own, reads the same pages."""
    mine = {os.path.basename(each) for each in files.values()}
    return any(mine & {os.path.basename(page) for page in pages} for _, pages in _heads_in(source, "toc"))


def covered(source: Source) -> bool:
    """Whether a METS file beside this page, up to two folders above, or in a `toc` folder beside its own, lists it."""
    if source.content is not None or source.root is None:
        return False
    path = os.path.abspath(source.path)
    return any(path in pages for folder in (".", "..", "../..", "../toc") for _, pages in _heads_in(source, folder))


def _heads_in(source: Source, folder: str) -> list[tuple[str, frozenset[str]]]:
    path = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(source.path)), folder))
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        return []
    return _heads(path, os.path.abspath(source.root or path), changed)


@lru_cache(maxsize=256)
def _heads(folder: str, root: str, _changed: int) -> list[tuple[str, frozenset[str]]]:
    """The METS files of a folder, and the pages (as absolute paths) that each lists. Kept: every page of a folder asks."""
    here = Source(os.path.join(folder, "_"), "_", root=root)
    names = [each for each in here.names() if each.lower().endswith((".xml", ".xml.gz"))]
    likely = [each for each in names if _HEAD_NAME.search(each)]
    others = [each for each in names if each not in likely]
    found = []
    for each in likely[:MAX_HEADS] + (others if len(others) <= MAX_HEADS else []):
        head = here.beside(each)
        if head is None:
            continue
        try:
            with head.open() as stream:
                if _HEAD_ROOT.search(stream.read(4096)) is None:
                    continue
            with head.open() as stream:
                pages = page_files(parse(stream))
        except (Unreadable, OSError):
            continue  # reported when its own turn comes; its pages are then read by themselves
        found.append((each, frozenset(os.path.normpath(os.path.join(folder, page)) for page in pages.values())))
    return found
