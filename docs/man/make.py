"""docs/commands.md and docs/query-language.md → the man pages beside this file: `make man`.

The two documents are held against the program by tests, so the man pages are true as well. What of Markdown they use is
read, and nothing else: headings, paragraphs, lists, tables of two columns, fenced blocks, code, emphasis and links.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE.parent
SECTIONS_OF_SEARCH = ("search", "Which index", "The language", "Exit status", "The environment")


def pages() -> dict[str, str]:
    """The man pages: file name → text."""
    commands = _sections((DOCUMENTS / "commands.md").read_text("utf-8"))
    query = (DOCUMENTS / "query-language.md").read_text("utf-8")
    of_search = [(name, text) for name, text in commands if name in SECTIONS_OF_SEARCH]
    of_searcher = [(name, text) for name, text in commands if name != "search"]
    first = [(name, text) for name, text in of_searcher if name == "searcher"]
    rest = [(name, text) for name, text in of_searcher if name not in ("searcher", "")]
    return {
        "search.1": _page("search", 1, "search news archives", [("DESCRIPTION", of_search[0][1]), *of_search[1:]]),
        "searcher.1": _page("searcher", 1, "build, search and look after an index of news articles", [*first, *rest]),
        "searcher-query.7": _page("searcher-query", 7, "the query language of search", _sections(query)),
    }


def _sections(text: str) -> list[tuple[str, str]]:
    """The sections of a document by heading; what stands before the first has the heading `DESCRIPTION`."""
    parts = re.split(r"^## (.*)\n", re.sub(r"\A# .*\n", "", text), flags=re.MULTILINE)
    return [("DESCRIPTION", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]


def _page(name: str, section: int, about: str, sections: list[tuple[str, str]]) -> str:
    lines = [f'.TH "{name.upper()}" "{section}" "2026-11-28" "searcher" "searcher"', ".SH NAME", f"{name} \\- {about}"]
    for heading, text in sections:
        body = list(_blocks(text))
        if body:
            lines += [f'.SH "{_inline(heading).upper() if heading.islower() else _inline(heading)}"', *body]
    lines += [".SH SEE ALSO", *_see_also(name)]
    return "\n".join(lines) + "\n"


def _see_also(name: str) -> list[str]:
    others = [("search", 1), ("searcher", 1), ("searcher-query", 7)]
    return [
        f".BR {each} ({number})" + ("," if each != others[-1][0] else "") for each, number in others if each != name
    ]


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs, tables, lists and blocks of code of a section."""
    lines = iter(text.strip("\n").splitlines())
    paragraph: list[str] = []
    fresh = True  # right below a heading, where no paragraph is begun
    for line in lines:
        if line.startswith("```"):
            yield from _paragraph(paragraph, fresh)
            fresh = fresh and not paragraph
            yield from ([] if fresh else [".PP"])
            yield ".nf"
            for code in lines:
                if code.startswith("```"):
                    break
                yield _escaped(code) or "\\&"
            yield ".fi"
            paragraph, fresh = [], False
        elif line.startswith("|"):
            yield from _paragraph(paragraph, fresh)
            paragraph, fresh = [], False
            yield from _row(line)
        elif line.startswith("### "):
            yield from _paragraph(paragraph, fresh)
            paragraph, fresh = [], True
            yield f'.SS "{_inline(line[4:])}"'
        elif re.match(r"[-*] ", line):
            yield from _paragraph(paragraph, fresh)
            paragraph, fresh = [f"\0{line[2:]}"], False
        elif not line.strip():
            yield from _paragraph(paragraph, fresh)
            fresh = fresh and not paragraph
            paragraph = []
        else:
            paragraph.append(line.strip())
    yield from _paragraph(paragraph, fresh)


def _paragraph(lines: list[str], fresh: bool) -> Iterator[str]:
    if not lines:
        return
    text = " ".join(lines)
    if text.startswith("\0"):
        yield '.IP "\\(bu" 2'
        text = text[1:]
    elif not fresh:
        yield ".PP"
    yield from _filled(text)


def _row(line: str) -> Iterator[str]:
    cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    if all(re.fullmatch(r":?-+:?", cell) for cell in cells) or not cells[0] or (len(cells) > 1 and _is_head(cells)):
        return
    yield ".TP"
    yield from _filled(cells[0])
    yield from _filled("; ".join(filter(None, cells[1:])) or "\\&")


def _is_head(cells: list[str]) -> bool:
    return not any(cells[1:]) and cells[0].isalpha()


def _filled(text: str) -> Iterator[str]:
    """Text in lines of fewer than 80 bytes; a line that begins like a request is kept from being one."""
    for line in wrap(_inline(text), 60, break_long_words=False, break_on_hyphens=False):
        yield f"\\&{line}" if line[0] in ".'" else line


def _inline(text: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    parts = re.split(r"(`+[^`]+`+)", text)
    made = []
    for part in parts:
        if part.startswith("`"):
            made.append(f"\\fB{_escaped(part.strip('`'))}\\fR")
        else:
            shown = _escaped(part)
            shown = re.sub(r"\*\*([^*]+)\*\*", r"\\fB\1\\fR", shown)
            made.append(re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"\\fI\1\\fR", shown))
    return "".join(made).replace('"', "\\(dq")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-")


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")
    sys.stdout.write("made " + ", ".join(pages()) + "\n")
