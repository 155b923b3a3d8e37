"""Names and pairs of an answer → text, JSON, JSON Lines and CSV."""

from __future__ import annotations

from collections.abc import Iterator

from searcher.messages import decimal, say
from searcher.render.json import dumps
from searcher.render.plain import line
from searcher.render.tables import row
from searcher.results.names import KeyName, KeyPair, Names, Pairs
from searcher.results.published import names_dict

Row = KeyName | KeyPair

COMPARED = ("articles", "elsewhere", "ratio", "likelihood")


def text(table: Names | Pairs) -> Iterator[str]:
    """A line of heads, then a line a name: the articles of the answer with the name, other articles with it, the log ratio,
    G², the kind, the name. The examples of a pair stand below it."""
    if not table.rows:
        return
    heads = say("names.heads") if isinstance(table, Names) else say("pairs.heads")
    articles, elsewhere, ratio, *typed, name = heads.split("|")
    yield f"{articles:>8} {elsewhere:>9} {ratio:>6} {'G²':>9}  {''.join(f'{each:13} ' for each in typed)}{name}"
    for each in table.rows:
        ratio = "·" if each.ratio is None else decimal(f"{each.ratio:.2f}")
        likelihood = "·" if each.likelihood is None else decimal(f"{each.likelihood:.1f}")
        kind = f"{say(f'names.{each.kind}'):13} " if isinstance(each, KeyName) else ""
        yield f"{each.articles:>8} {each.elsewhere:>9} {ratio:>6} {likelihood:>9}  {kind}{line(_called(each))}"
        for said in each.examples if isinstance(each, KeyPair) else ():
            about = ", ".join(filter(None, (said.date, said.source, said.identifier)))
            yield f"{'':8} {line(said.text)}"
            yield f"{'':8} {line(about)}"


def _called(each: Row) -> str:
    return each.name if isinstance(each, KeyName) else " – ".join(each.persons)


def json(table: Names | Pairs) -> Iterator[str]:
    """One object."""
    yield dumps(names_dict(table))


def jsonl(table: Names | Pairs) -> Iterator[str]:
    """An object a name or pair."""
    for each in names_dict(table)["names" if isinstance(table, Names) else "pairs"]:
        yield dumps(each)


def csv(table: Names | Pairs) -> Iterator[str]:
    """A line of heads, then a line a name or pair; a pair takes two columns, and its examples are left out."""
    called = ("name", "kind") if isinstance(table, Names) else ("person", "with")
    yield row((*called, *COMPARED))
    for each in table.rows:
        first = (each.name, each.kind) if isinstance(each, KeyName) else each.persons
        ratio = "" if each.ratio is None else f"{each.ratio:.6f}"
        likelihood = "" if each.likelihood is None else f"{each.likelihood:.6f}"
        yield row((*first, each.articles, each.elsewhere, ratio, likelihood))
