"""The samples beside this module: exports of press databases and corpus tools, with what each must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source

FOLDER = Path(__file__).parent / "samples"
NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.*.json"))
COMPARED = (
    *("id", "title", "standfirst", "text", "date", "source", "author"),
    *("section", "pages", "language", "url", "place"),
)


def expected(name: str) -> dict[str, Any]:
    """The articles and the reasons of problems that a sample gives."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def is_utf8(name: str) -> bool:
    """Whether a sample is in UTF-8 and holds more than ASCII."""
    try:
        return not (FOLDER / name).read_text("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def given(name: str, content: bytes) -> dict[str, Any]:
    """What a reader makes of `content` under the name of a sample."""
    found = list(read(Source(name, name, len(content), content=content)))
    return {
        "articles": [known(each) for each in found if isinstance(each, Article)],
        "problems": [each.reason for each in found if isinstance(each, Problem)],
    }


def known(article: Article) -> dict[str, str]:
    """What is known about an article; a title is always told."""
    values = {key: getattr(article, key) for key in COMPARED}
    return {key: value for key, value in values.items() if value or key == "title"}
