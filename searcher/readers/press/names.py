"""What Europresse and Eureka print about an article → the number of the document, its pages, the publication's name."""

from __future__ import annotations

import re

from searcher.readers.fields import line

NUMBER = re.compile(r"\b[a-z]{3,12}[·•][0-9]{8}[·•][\w-]+[·•][^\s<>\"]*[^\s<>\".,;]", re.I)
"""The number of a document: its kind, its day, the code of its publication, and a number there."""

PAGES = re.compile(
    r"(?:^|[\s,•])pp?\.?\s?(?P<pages>(?:[A-Z]{0,4}[0-9][^,•©]{0,30}|[A-Z]{1,4}[0-9]*)"
    r"(?:,\s?[A-Z]{0,4}[0-9][\w-]*(?!\s*(?:mots|words)|\w))*)\s*(?=[,•©]|$)"
)
"""The pages of an article: `p. 7`, `p. MDE6`, `p. 93_T_17`, `pp. 12, 14`."""

_ISSUE = re.compile(
    r"\s*,?\s+(?:n(?:o|°|º|um[ée]ro)s?\.?\s*[0-9]|vol\.|issue\b|volume\b|édition\b|hors[- ]série).*", re.I | re.S
)
_WEB = re.compile(r"\s*\((?:site web|web site|site internet|réf\. site web)(?:[^)]*)\)", re.I)


def publication(written: str) -> str:
    """The name of a publication without its number, its volume and `(site web)`."""
    first = next((each for each in map(line, re.split(r"\n| {8,}", written)) if each), "")
    return _WEB.sub("", _ISSUE.sub("", first)).strip(" ,;") or first


def day(number: str) -> str:
    """The day in a document's number, in ISO 8601; empty when there is none."""
    found = re.search(r"[·•]([0-9]{4})([0-9]{2})([0-9]{2})[·•]", number)
    return "-".join(found.groups()) if found else ""
