"""R11: texts made to take over whatever shows them: a terminal, a spreadsheet, a page."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

from searcher.engines.folders import SMALL
from searcher.indexing import manifest

from .outcome import Outcome, Trial

PAYLOADS = [
    "\x1b[31mrouge",
    "\x1b]0;titre\x07",
    "\x1b]8;;http://mal.example\x1b\\lien\x1b]8;;\x1b\\",
    "\x9b2J",
    "\x07\x08\x7f",
    "\u202eenvers\u202c",
    "\u2066caché\u2069\u200f",
    "ligne\u2028suite\u2029fin",
    "retour\rdébut",
    "a\tb\vc\fd",
    "\x85nel\x90dcs\x9c",
    "demi \udcff",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&#x202e;&#27;[2J&lt;script&gt;",
    "[clic](javascript:alert(1))",
    "![image](http://mal.example/x.png)",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1) 'b'",
    "`code` **gras** _oblique_",
    "| a | b |\n|---|---|\n| c | d |",
    "# Titre",
    "- liste",
    "1. un",
    "+ plus",
    "~~~ bloc",
    '=HYPERLINK("http://mal.example")',
    "+33 1 23 45",
    "@SUM(A1:A9)",
    "-1+cmd|' /C calc'!A0",
    '",=1+1,"',
    "\ufeff=1+1",
]
"""Each is put into every field, alone at the beginning of it."""

# All controls but tab and newline, which a text may have, and what reorders or ends lines.
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\ud800-\udfff]"
)
OURS = re.compile(r"\x1b\[(?:0|1|2|1;31)?m")  # the colours that the program itself gives
ALLOWED = {"ol", "li", "p", "strong", "blockquote", "a", "br"}
FIELDS = ("title", "text", "author", "source", "url", "language", "section", "id")


def measure(trial: Trial) -> Outcome:
    """Every payload in every field, in the names of files, in messages and in an index from a stranger."""
    outcome = Outcome(0, "0 reach a terminal, a table or a page raw")
    archive, index = trial.place / "archive", trial.place / "index"
    archive.mkdir()
    chosen = PAYLOADS if trial.share >= 1 else trial.rng.sample(PAYLOADS, trial.some(len(PAYLOADS), 3))
    names = {}
    for number, payload in enumerate(chosen):
        word = f"virus{number}"
        record = dict.fromkeys(FIELDS, f"{payload} {word}")
        record |= {"url": payload, "text": f"{payload} {word}. Et la suite de {word} ici. {payload}"}
        name = f"{number}{payload}".replace("/", "∕").replace("\x00", "")
        (archive / f"{name}.json").write_text(json.dumps(record), "utf-8")
        (archive / f"{name}.jsonl").write_text("{" + payload.replace("\udcff", ""), "utf-8")  # cannot be read
        names[word] = payload
    base = ["--index", str(index)]
    report = trial.place / "report.jsonl"
    command = ["searcher", "index", str(archive), *base, "--engine", trial.engine, "--jobs", "1"]

    def run(*argv: str, shown: str = "terminal") -> str:
        ended = trial.runner.run(*argv)
        outcome.count += 1
        for what in (ended.out if shown == "terminal" else "", ended.err):
            if (found := RAW.search(OURS.sub("", what))) is not None:
                line = ascii(what[max(found.start() - 30, 0) : found.end() + 20])
                outcome.wrong.append(f"{' '.join(argv[:2])} … {ascii(argv[-1])[:40]}: {line}")
        if ended.status not in (0, 1, 2, 3, 5):
            outcome.wrong.append(f"{' '.join(argv[:2])}: {ended.said()}")
        return ended.out

    run(*command, "--dry-run")
    run(*command, "--report", str(report))
    _clean(outcome, "the report", report.read_text("utf-8"))
    for word in names:
        identifier = None
        with suppress(ValueError, IndexError, KeyError):
            identifier = json.loads(run("search", word, *base, "--json", shown="data"))["hits"][0]["id"]
        if identifier is None:
            outcome.wrong.append(f"{word}: not found")
            continue
        for color in ("never", "always"):
            run("search", word, *base, "--explain", "--color", color)
            run("searcher", "show", *base, "--color", color, "--", identifier)
            run("searcher", "why", *base, "--color", color, "--", word, identifier)
        run("search", *base, "--", f"titre:{names[word]} source:{names[word]} inconnu{names[word]}".replace("\x00", ""))
        _page(outcome, word, run("search", word, *base, "--format", "md"))
        for form, delimiter in (("csv", ","), ("tsv", "\t")):
            _table(outcome, word, run("search", word, *base, "--format", form, shown="data"), delimiter)
    run("searcher", "stats", *base)
    run("searcher", "check", *base)
    _of_a_stranger(index, trial.place / "strange")
    for what in ("check", "stats"):
        run("searcher", what, "--index", str(trial.place / "strange"))
    outcome.reached = f"{len(chosen)} payloads in {len(FIELDS)} fields and in names"
    return outcome


def _clean(outcome: Outcome, what: str, text: str) -> None:
    if (found := RAW.search(text)) is not None:
        outcome.wrong.append(f"{what}: {text[max(found.start() - 30, 0) : found.end() + 20]!a}")


def _table(outcome: Outcome, word: str, text: str, delimiter: str) -> None:
    """No cell that a spreadsheet would compute; nothing raw."""
    _clean(outcome, f"{word} in a table", text.replace("\t", " "))
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        for name, cell in row.items():
            if name not in ("rank", "score") and (cell or "")[:1] in tuple("=+-@\t\r"):
                outcome.wrong.append(f"{word} in a table: {name} is {cell!a}")


class _Page(HTMLParser):
    """The elements, links and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _page(outcome: Outcome, word: str, markdown: str) -> None:
    """Rendered, it has no elements but ours, and no links but to pages."""
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        if found := re.search(r"(?<!\\)(?:[<|`]|&#|\]\((?!https?://))", markdown):
            outcome.wrong.append(f"{word} in Markdown: {markdown[max(found.start() - 20, 0) :][:60]!a}")
        return
    page = _Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
    if more := page.elements - ALLOWED:
        outcome.wrong.append(f"{word} in Markdown: makes {', '.join(sorted(more))} of {markdown[:150]!a}")
    for link in page.links:
        if not link.startswith(("http://", "https://")):
            outcome.wrong.append(f"{word} in Markdown: a link to {link!a}")
    _clean(outcome, f"{word} in a page", "".join(page.texts))


def _of_a_stranger(index: Path, folder: Path) -> None:
    """An index whose manifest has control characters wherever it holds text, and a file that is damaged."""
    shutil.copytree(index, folder)
    path = folder / manifest.NAME
    raw = json.loads(path.read_text("utf-8"))
    name = f"{raw['engine']}/grand\x1b[2J\u202e"
    (folder / raw["generation"] / name).write_bytes(b"x" * (SMALL + 1))
    raw["files"][name] = [SMALL + 1, "\x1b[2J"]
    raw |= {"paths": ["/a\x1b[2J\u202e"], "created": "\x1b[2J", "engine_version": raw["engine_version"]}
    path.write_text(json.dumps(manifest._sealed(raw)), "utf-8")
