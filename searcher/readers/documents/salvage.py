"""A workbook (.xlsx, .xlsb, .ods) whose Zip package is cut short → a whole package of the rows that are left."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

from searcher.errors import Unreadable
from searcher.readers.documents.office import Package, attribute
from searcher.sources.refusals import CutShort

STRINGS = "xl/sharedStrings.xml"
_ENDS = ("{*}row", "{*}si", "{*}table-row")  # what the place where a member ends may have cut


def workbook(raw: bytes) -> tuple[bytes, str]:
    """A package without the row or string that the end of `raw` cuts and the rows whose strings are lost; and what is lost.

    Raises Unreadable for a package that is damaged otherwise, or has no member that is whole.
    """
    package = Package(BytesIO(raw))
    out = BytesIO()
    lost: list[str] = []
    strings: int | None = 0  # that are there; None: all
    with zipfile.ZipFile(out, "w") as whole:
        for name in sorted(package.names, key=lambda name: (name != STRINGS, name)):
            if not name.endswith((".xml", ".rels")):
                _copy(package, name, whole, lost)
                continue
            try:
                root, cut = package.parsed(name)
            except CutShort as error:
                lost.append(str(error))
                continue
            if cut:
                _drop(list(root.iter(*_ENDS))[-1:])
            if name == STRINGS:
                strings = len(root.findall("{*}si")) if cut else None
            elif strings is not None:
                _drop([each for each in root.iter("{*}row") if _lacks(each, strings)])
            whole.writestr(name, etree.tostring(root))
    try:
        package.conclude()
    except CutShort as error:
        lost = lost or [str(error)]
    return out.getvalue(), "; ".join(lost)


def _copy(package: Package, name: str, whole: zipfile.ZipFile, lost: list[str]) -> None:
    """Copies a member that is no XML, where it can be read: pictures are not looked at."""
    if name.endswith(".bin") or name == "mimetype":
        try:
            whole.writestr(name, package.read(name))
        except Unreadable as error:
            lost.append(str(error))


def _drop(elements: list[Any]) -> None:
    for each in elements:
        each.getparent().remove(each)


def _lacks(row: Any, strings: int) -> bool:
    """Whether a cell of a row holds the number of a string that is not among the first `strings`."""
    held = [each.findtext("{*}v") or "" for each in row.iter("{*}c") if attribute(each, "t") == "s"]
    return any(not number.isdigit() or int(number) >= strings for number in held)
