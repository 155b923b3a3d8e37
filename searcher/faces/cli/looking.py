"""The commands that look after an index: `searcher stats`, `check`, `why`, `eval`, `help`, `analyze`."""

from __future__ import annotations

import sys
from collections import Counter
from json import loads
from pathlib import Path
from shlex import quote

import searcher
from searcher.faces.cli.answer import colored as in_color
from searcher.faces.cli.answer import width
from searcher.faces.cli.options import (
    COLOR,
    IDENTIFIER,
    INDEX,
    JSON,
    MATCH,
    NO_VARIANTS,
    SINCE,
    UNTIL,
    VARIANTS,
    Argument,
    Color,
    Option,
    takes,
)
from searcher.faces.cli.question import chosen
from searcher.faces.cli.running import NOTHING_FOUND, SOME_FAILED, echo
from searcher.messages import Message, reasons, say, spoken, translated
from searcher.render import json as as_json
from searcher.render import plain, terminal

STATS_ROWS = 40


@takes(INDEX, JSON.of(help="json.stats"))
def stats(index: Path | None, json: bool) -> int:
    """Prints what the index holds."""
    with searcher.open(index) as opened:
        known = opened.about
        facts: dict[str, object] = {
            "index": known.folder,
            "articles": known.articles,
            "bytes": known.bytes,
            "engine": f"{known.engine} {known.engine_version}",
            "fingerprint": known.fingerprint,
            "created": known.created,
            "paths": list(known.paths),
            "copies": known.copies,
            "without": list(known.without),
            "ocr": known.ocr,
        }
        if (condition := opened.condition()) is not None:
            facts["cluster"] = condition
        tallies = _tallies(opened.counts("", "source", "when", "language", "format", timeout=None))
    if json:
        counted = {name: {key or "": count for key, count in tally.items()} for name, tally in tallies.items()}
        echo(as_json.dumps({**facts, **{f"by_{name}": tally for name, tally in counted.items()}}))
        return 0
    for name, value in facts.items():
        echo(plain.line(f"{say(f'stats.{name}'):12} {', '.join(value) if isinstance(value, list) else value}"))
    for name, tally in tallies.items():
        echo("")
        if name == "year":
            tally = dict(sorted(tally.items(), key=lambda each: each[0] or ""))
        most, heading = max(tally.values(), default=1), say("facets.by", field=say(f"field.{name}"))
        for key, count in list(tally.items())[:STATS_ROWS]:
            bar = "█" * max(1, round(count * 20 / most))
            echo(plain.line(f"{heading:12} {(key or say('not-known'))[:40]:40} {count:>8}  {bar}"))
            heading = ""
        if len(tally) > STATS_ROWS:
            echo(f"{'':12} {say('stats.more', count=len(tally) - STATS_ROWS)}")
    return 0


def _tallies(counts: searcher.Counts) -> dict[str, dict[str | None, int]]:
    """What is counted → how many articles by value, the most frequent first; dates are counted by year."""
    years: Counter[str | None] = Counter()
    for date, count in counts.values["when"].items():
        years[date[:4] if date is not None else None] += count
    counted = {**counts.values, "year": years}
    return {
        name: dict(sorted(counted[name].items(), key=lambda each: (-each[1], each[0] or "")))
        for name in ("source", "year", "language", "format")
    }


@takes(INDEX, Option("--full", bool, False), Option("--repair", bool, False))
def check(index: Path | None, full: bool, repair: bool) -> int:
    """Prints what is wrong with the index, and what mends it."""
    if repair:
        return _repair(searcher.locate(index), full=full)
    found = searcher.check(index, full=full)
    for line in found.wrong:
        echo(plain.line(translated(line)), err=True)
    if found.wrong:
        raise searcher.IndexDamaged(Message("check.damaged", folder=found.folder, quoted=quote(found.folder)))
    _say_sound(found.folder, found.articles, full=full)
    return 0


def _say_sound(folder: str, articles: int, *, full: bool) -> None:
    echo(say("check.sound" if full else "check.sound-quick", folder=plain.line(folder), count=articles))


def _repair(folder: Path, *, full: bool) -> int:
    """Repairs an index and says what was wrong, what was done, and what could not be read again; gives the exit status."""
    done = searcher.repair(folder, full=full)
    for line in done.wrong:
        echo(plain.line(translated(line)), err=True)
    if not done.wrong:
        _say_sound(done.folder, done.articles, full=full)
    elif done.report is None:
        echo(say("check.put-back", folder=plain.line(done.folder), count=done.articles))
    else:
        told = "check.rebuilt-unknown" if done.before is None else "check.rebuilt"
        echo(say(told, folder=plain.line(done.folder), count=done.articles, before=done.before))
        for failure in done.report.failures:
            echo(say("index.not-read", what=plain.line(f"{failure.path}: {reasons.told(failure.reason)}")), err=True)
        if done.report.failures:
            return SOME_FAILED
    return 0


@takes(Argument("query", metavar="QUERY"), IDENTIFIER, INDEX, MATCH, SINCE, UNTIL, VARIANTS, NO_VARIANTS, COLOR)
def why(
    query: str,
    identifier: str,
    *,
    index: Path | None,
    match: searcher.Required,
    since: str | None,
    until: str | None,
    variants: Path | None,
    no_variants: bool,
    color: Color,
) -> int:
    """Prints why an article is, or is not, in the answer to a query, and where it stands."""
    with searcher.open(index) as opened:
        reasons = opened.why(
            query, identifier, match=match, since=since, until=until, variants=chosen(variants, no_variants)
        )
    colored = in_color(color, sys.stdout)
    for line in terminal.why(reasons, color=colored, width=width()):
        echo(line)
    return NOTHING_FOUND if reasons.rank is None else 0


@takes(
    Argument("folders", Path, metavar="FOLDER…", many=True),
    Option("--corpus", Path, metavar="FILE"),
    Option("--titles", bool, True),
    MATCH.of(default=searcher.Required.ANY),
    Option("--save", Path, metavar="FILE"),
    Option("--against", Path, metavar="FILE"),
    name="eval",
)
def evaluate(
    folders: list[Path],
    *,
    corpus: Path | None,
    titles: bool,
    match: searcher.Required,
    save: Path | None,
    against: Path | None,
) -> int:
    """Prints how well judged queries are answered, as written and with the accents taken off."""
    runs: dict[str, dict[str, float]] = {}
    collection, queries, *heads = say("eval.heads").split("|")
    echo(f"{collection:32} {queries:>7}  {' '.join(f'{head:>7}' for head in heads)}")
    for folder in folders:
        done = searcher.evaluate(folder, corpus=corpus, titles=titles, match=match)
        for name, measures in ((done.name, done.written), (say("eval.unaccented", name=done.name), done.unaccented)):
            runs[name] = dict(measures.per_query)
            figures = f"{measures.ndcg:7.3f} {measures.mrr:7.3f} {measures.recall:7.3f}"
            echo(f"{name:32} {len(measures.per_query):7}  {figures}")
    if save is not None:
        save.write_text(as_json.dumps(runs), "utf-8")
    if against is not None:
        _compare(_saved(against), runs)
    return 0


def _saved(path: Path) -> dict[str, dict[str, float]]:
    """Each query's nDCG@10 of an earlier run, by collection."""
    try:
        runs: dict[str, dict[str, float]] = loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise searcher.UsageError(Message("eval.not-saved", path=str(path), error=error)) from error
    return runs


def _compare(before: dict[str, dict[str, float]], after: dict[str, dict[str, float]]) -> None:
    """Prints the queries whose nDCG@10 differs between two runs, the greatest losses first."""
    for name in before.keys() & after.keys():
        changes = [(after[name].get(query, 0.0) - value, query) for query, value in before[name].items()]
        changed = sorted(each for each in changes if abs(each[0]) > 1e-9)
        gained = sum(change > 0 for change, _ in changed)
        echo(say("eval.compared", name=name, gained=gained, lost=len(changed) - gained))
        for change, query in changed[:10] + changed[10:][-10:]:
            echo(f"  {change:+.3f}  {plain.line(query)}")


@takes(Argument("topic", metavar="TOPIC", required=False, default="syntax"), name="help")
def help_(topic: str) -> int:
    """Prints a page of help."""
    if topic != "syntax":
        raise searcher.UsageError(Message("help.no-page", topic=topic))
    echo(searcher.syntax(spoken()))
    return 0


@takes(Argument("text", metavar="TEXT…", many=True))
def analyze(text: list[str]) -> int:
    """Prints the words of a text as they are indexed: printed, folded, the keys that find them, stem."""
    for word in searcher.analyze(" ".join(text)):
        echo("\t".join(map(plain.line, word)))
    return 0
