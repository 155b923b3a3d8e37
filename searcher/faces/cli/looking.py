"""The commands that look after an index: `searcher stats`, `check`, `why`, `eval`, `help`, `analyze`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from json import loads
from pathlib import Path
from shlex import quote

import searcher
from searcher.errors import reason
from searcher.faces.cli.answer import colored as in_color
from searcher.faces.cli.answer import width
from searcher.faces.cli.options import (
    COLOR,
    IDENTIFIER,
    INDEX,
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
from searcher.faces.cli.printing import TABLE, TableFormat, show_rows
from searcher.faces.cli.question import chosen
from searcher.faces.cli.reporting import failure
from searcher.faces.cli.running import NOTHING_FOUND, SOME_FAILED, echo
from searcher.messages import Message, decimal, number, say, spoken, translated
from searcher.render import json as as_json
from searcher.render import plain, terminal

STATS_ROWS = 40


@takes(INDEX, TABLE)
def stats(index: Path | None, form: TableFormat) -> int:
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
    match form:
        case TableFormat.TEXT:
            for line in _stats(facts, tallies):
                echo(plain.line(line))
        case TableFormat.JSON:
            counted = {
                f"by_{name}": {key or "": count for key, count in tally.items()} for name, tally in tallies.items()
            }
            echo(as_json.dumps({**facts, **counted}))
        case _:
            rows: list[tuple[object, ...]] = [(name, value, None) for name, value in facts.items()]
            rows += [(name, key, count) for name, tally in tallies.items() for key, count in tally.items()]
            show_rows(form, ("of", "value", "articles"), rows, text=str)
    return 0


def _stats(facts: Mapping[str, object], tallies: Mapping[str, dict[str | None, int]]) -> Iterator[str]:
    for name, value in facts.items():
        yield f"{say(f'stats.{name}'):12} {', '.join(value) if isinstance(value, list) else value}"
    for name, tally in tallies.items():
        yield ""
        if name == "year":
            tally = dict(sorted(tally.items(), key=lambda each: each[0] or ""))
        most, heading = max(tally.values(), default=1), say("facets.by", field=say(f"field.{name}"))
        for key, count in list(tally.items())[:STATS_ROWS]:
            bar = "█" * max(1, round(count * 20 / most))
            yield f"{heading:12} {(key or say('not-known'))[:40]:40} {count:>8}  {bar}"
            heading = ""
        if len(tally) > STATS_ROWS:
            yield f"{'':12} {say('stats.more', count=len(tally) - STATS_ROWS)}"


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


@takes(INDEX, Option("--full", bool, False), Option("--repair", bool, False), TABLE)
def check(index: Path | None, full: bool, repair: bool, form: TableFormat) -> int:
    """Prints what is wrong with the index, and what mends it."""
    if repair:
        return _repair(searcher.locate(index), full=full, form=form)
    found = searcher.check(index, full=full)
    _say_wrong(found.wrong, form, folder=found.folder, articles=found.articles, full=full)
    if found.wrong:
        raise searcher.IndexDamaged(Message("check.damaged", folder=found.folder, quoted=quote(found.folder)))
    if form is TableFormat.TEXT:
        _say_sound(found.folder, found.articles, full=full)
    return 0


def _say_wrong(wrong: Iterable[str], form: TableFormat, **known: object) -> None:
    """Prints what is wrong, a row each; JSON has what else is `known` too."""
    told = [translated(each) for each in wrong]
    match form:
        case TableFormat.TEXT:
            for each in told:
                echo(plain.line(each), err=True)
        case TableFormat.JSON:
            echo(as_json.dumps({**known, "wrong": told}))
        case _:
            show_rows(form, ("wrong",), ((each,) for each in told), text=plain.line)


def _say_sound(folder: str, articles: int, *, full: bool) -> None:
    echo(say("check.sound" if full else "check.sound-quick", folder=plain.line(folder), count=articles))


def _repair(folder: Path, *, full: bool, form: TableFormat) -> int:
    """Repairs an index and says what was wrong, what was done, and what could not be read again; gives the exit status."""
    done = searcher.repair(folder, full=full)
    _say_wrong(done.wrong, form, folder=done.folder, articles=done.articles, before=done.before, full=full)
    if form is not TableFormat.TEXT:
        pass
    elif not done.wrong:
        _say_sound(done.folder, done.articles, full=full)
    elif done.report is None:
        echo(say("check.put-back", folder=plain.line(done.folder), count=done.articles))
    else:
        told = "check.rebuilt-unknown" if done.before is None else "check.rebuilt"
        echo(say(told, folder=plain.line(done.folder), count=done.articles, before=done.before))
    failures = done.report.failures if done.report is not None else ()
    for each in failures:
        echo(failure(each), err=True)
    return SOME_FAILED if failures else 0


@takes(Argument("query", metavar="QUERY"), IDENTIFIER, INDEX, MATCH, SINCE, UNTIL, VARIANTS, NO_VARIANTS, TABLE, COLOR)
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
    form: TableFormat,
    color: Color,
) -> int:
    """Prints why an article is, or is not, in the answer to a query, and where it stands."""
    with searcher.open(index) as opened:
        reasons = opened.why(
            query, identifier, match=match, since=since, until=until, variants=chosen(variants, no_variants)
        )
    match form:
        case TableFormat.TEXT:
            for line in terminal.why(reasons, color=in_color(color, sys.stdout), width=width()):
                echo(line)
        case TableFormat.JSON:
            echo(as_json.dumps(as_json.why(reasons)))
        case _:
            parts = ((each.label, each.held, list(each.words)) for each in reasons.found)
            show_rows(form, ("part", "held", "words"), parts, text=str)
    return NOTHING_FOUND if reasons.rank is None else 0


@takes(
    Argument("folders", Path, metavar="FOLDER…", many=True),
    Option("--corpus", Path, metavar="FILE"),
    Option("--titles", bool, True),
    MATCH.of(default=searcher.Required.ANY),
    Option("--save", Path, metavar="FILE"),
    Option("--against", Path, metavar="FILE"),
    TABLE,
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
    form: TableFormat,
) -> int:
    """Prints how well judged queries are answered, as written and with the accents taken off."""
    runs: dict[str, dict[str, float]] = {}

    def measured() -> Iterator[tuple[str, int, float, float, float]]:
        for folder in folders:
            done = searcher.evaluate(folder, corpus=corpus, titles=titles, match=match)
            unaccented = say("eval.unaccented", name=done.name)
            for name, measures in ((done.name, done.written), (unaccented, done.unaccented)):
                runs[name] = dict(measures.per_query)
                yield name, len(measures.per_query), measures.ndcg, measures.mrr, measures.recall

    if form is TableFormat.TEXT:
        collection, queries, *heads = say("eval.heads").split("|")
        echo(f"{collection:32} {queries:>7}  {' '.join(f'{head:>7}' for head in heads)}")
    show_rows(form, ("collection", "queries", "ndcg", "mrr", "recall"), measured(), text=_measures)
    if save is not None:
        save.write_text(as_json.dumps(runs), "utf-8")
    if against is not None:
        for line in _compared(_saved(against), runs):
            echo(line, err=form is not TableFormat.TEXT)
    return 0


def _measures(name: str, queries: int, ndcg: float, mrr: float, recall: float) -> str:
    measures = " ".join(f"{decimal(f'{each:.3f}'):>7}" for each in (ndcg, mrr, recall))
    return f"{name:32} {number(queries):>7}  {measures}"


def _saved(path: Path) -> dict[str, dict[str, float]]:
    """Each query's nDCG@10 of an earlier run, by collection."""
    try:
        runs: dict[str, dict[str, float]] = loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise searcher.UsageError(Message("eval.not-saved", path=str(path), error=reason(error))) from error
    return runs


def _compared(before: dict[str, dict[str, float]], after: dict[str, dict[str, float]]) -> Iterator[str]:
    """The queries whose nDCG@10 differs between two runs, the greatest losses first."""
    for name in before.keys() & after.keys():
        changes = [(after[name].get(query, 0.0) - value, query) for query, value in before[name].items()]
        changed = sorted(each for each in changes if abs(each[0]) > 1e-9)
        gained = sum(change > 0 for change, _ in changed)
        yield say("eval.compared", name=name, gained=gained, lost=len(changed) - gained)
        for change, query in changed[:10] + changed[10:][-10:]:
            yield f"  {change:+.3f}  {plain.line(query)}"


@takes(Argument("topic", metavar="TOPIC", required=False, default="syntax"), name="help")
def help_(topic: str) -> int:
    """Prints a page of help."""
    if topic != "syntax":
        raise searcher.UsageError(Message("help.no-page", topic=topic))
    echo(searcher.syntax(spoken()))
    return 0


@takes(Argument("text", metavar="TEXT…", many=True), TABLE)
def analyze(text: list[str], form: TableFormat) -> int:
    """Prints the words of a text as they are indexed: printed, folded, the keys that find them, stem."""
    show_rows(form, ("printed", "folded", "keys", "stem"), searcher.analyze(" ".join(text)), text=_tabbed)
    return 0


def _tabbed(*cells: str) -> str:
    return "\t".join(map(plain.line, cells))
