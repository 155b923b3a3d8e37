"""What a run could not read, left out, guessed or repaired → the report: grouped for a person, or a JSON object a line.

Of 1,000 pages nearly each has a note, and most notes tell of what every page of a site has: a banner, an appeal to subscribe.
So notes are grouped by topic, the largest loss first, and those that quote the same words are told together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import searcher
from searcher.errors import reason as reason_of
from searcher.messages import Message, placed, reasons, say
from searcher.messages import number as apart
from searcher.render import json as as_json
from searcher.render import plain
from searcher.values import Value

READABLE = (".md", ".txt")
"""What the name of a report for people ends with; any other name is that of a report for programs."""

ALIKE = 3  # files that quote the same words, from which on they are told in one line
QUOTES = 10  # quotes of boilerplate that the readable report counts

_TOPICS = (  # of notes, those that matter most first; the last one takes all others
    ("text", re.compile(r"(?:left out of the page: )?([\d,]+) characters (?:of text|beside the labelled fields)")),
    ("dates", re.compile("dates that could not be read")),
    (
        "columns",
        re.compile(
            "(?:the )?(?:columns?|keys?|sheets?|labels?) |.* above the names of the columns|.* more cells than names"
            "|no .* names the columns"
        ),
    ),
    (
        "letters",
        re.compile(r"read as |[\d,]+ (?:bytes?|passages?|(?:C1 )?controls?|entit(?:y|ies)|quotes?|characters? could) "),
    ),
    ("recognised", re.compile(r"(?:text recognised|recognised speech)")),
    ("boilerplate", re.compile(r"left out of the page: [\d,]+ lines? of boilerplate")),
    ("other", re.compile("")),
)
_QUOTED = re.compile(r"“([^“”]+)”")


class Topic(Value):
    """The problems of one topic: of files not read, a `kind` of `searcher.Failure`; of notes, a name of `_TOPICS`. The largest
    loss comes first, and `characters` is the sum of those that are known."""

    name: str
    problems: tuple[searcher.Failure, ...]
    characters: int = 0

    @property
    def files(self) -> int:
        return len({each.path for each in self.problems})


def topics(done: searcher.Report) -> list[Topic]:
    """All that a run reports, by topic, what matters most first."""
    lost = [each for each in done.failures if each.kind != "missing"]
    groups: dict[str, list[searcher.Failure]] = {
        "failed": [each for each in lost if not each.partly],
        "partly": [each for each in lost if each.partly],
        "missing": [each for each in done.failures if each.kind == "missing"],
        **{name: [] for name, _ in _TOPICS},
        "skipped": list(done.skipped),
    }
    for each in done.noted:
        groups[_topic(each)].append(each)
    return [
        Topic(name, tuple(sorted(found, key=size, reverse=True)), sum(map(size, found)))
        for name, found in groups.items()
        if found
    ]


def size(problem: searcher.Failure) -> int:
    """The characters of text that a note says were left out; 0 for anything else."""
    found = _TOPICS[0][1].match(problem.reason)
    return int(found[1].replace(",", "")) if found is not None else 0


def failure(problem: searcher.Failure) -> str:
    """A line for what gave no article: a file, or a part of one whose rest was read."""
    if problem.partly:
        return say("index.read-in-part", what=_line(problem))
    return say("index.not-read", what=_line(problem))


def summary(done: searcher.Report) -> str:
    """The notes of a run in one line; empty for none."""
    noted = {name for name, _ in _TOPICS}
    parts = [_head(topic) for topic in topics(done) if topic.name in noted]
    return say("report.notes", parts=" · ".join(parts)) if parts else ""


def write(path: Path, done: searcher.Report) -> None:
    """Writes the report: for a person to a `.md` or `.txt` file, else a JSON object a line, in the same order."""
    lines = readable(done) if path.suffix.lower() in READABLE else map(_record, _ordered(done))
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise searcher.UsageError(Message("index.report", file=str(path), reason=reason_of(error))) from error


def readable(done: searcher.Report) -> Iterator[str]:
    """The report in Markdown: a heading a topic, a line a file. Three files and more that quote the same words share a line
    behind the others; of boilerplate the quotes are counted."""
    yield f"# {say('index.articles', count=done.articles, files=done.files)}"
    for topic in topics(done):
        yield ""
        yield f"## {_head(topic)}"
        yield ""
        if topic.name == "boilerplate":
            yield from _counted(topic.problems)
            continue
        alike: dict[str, list[searcher.Failure]] = {}
        for each in topic.problems:
            alike.setdefault(_key(each), []).append(each)
        for group in alike.values():
            if len(group) < ALIKE:
                yield from (f"- {_line(each)}" for each in group)
        for group in sorted(alike.values(), key=len, reverse=True):
            if len(group) >= ALIKE:
                yield f"- {say('report.alike', count=len(group), first=_line(group[0]))}"


def _head(topic: Topic) -> str:
    files = say("report.files", count=topic.files)
    if topic.characters:
        return say("report.topic-size", topic=say(f"report.{topic.name}"), files=files, size=apart(topic.characters))
    return say("report.topic", topic=say(f"report.{topic.name}"), files=files)


def _counted(problems: Iterable[searcher.Failure]) -> Iterator[str]:
    """The quotes that most files have, with the number of files."""
    quotes = Counter(quote for each in problems for quote in dict.fromkeys(_QUOTED.findall(each.reason)))
    for quote, count in quotes.most_common(QUOTES):
        yield f"- {plain.line(quote)}: {say('report.files', count=count)}"
    if len(quotes) > QUOTES:
        yield f"- {say('report.more', count=len(quotes) - QUOTES)}"


def _line(problem: searcher.Failure) -> str:
    where = f"{problem.path} ({placed(problem.place)})" if problem.place else problem.path
    return plain.line(f"{where}: {reasons.told(problem.reason)}")


def _key(problem: searcher.Failure) -> str:
    """What problems that are told together have in common: the words that they quote, or else the whole reason."""
    quoted = _QUOTED.search(problem.reason)
    return quoted[0] if quoted is not None and problem.kind == "noted" else problem.reason


def _topic(problem: searcher.Failure) -> str:
    return next(name for name, pattern in _TOPICS if pattern.match(problem.reason))


def _ordered(done: searcher.Report) -> Iterator[tuple[str, searcher.Failure]]:
    return ((topic.name, each) for topic in topics(done) for each in topic.problems)


def _record(told: tuple[str, searcher.Failure]) -> str:
    topic, problem = told
    record = {
        "path": problem.path,
        "place": problem.place,
        "kind": problem.kind,
        "topic": topic,
        "partly": problem.partly,
        "reason": problem.reason,
    }
    return as_json.dumps(record)
