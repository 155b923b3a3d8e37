"""Results → lines for a person at a terminal: title, where and when, passages with what matched in bold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from searcher.article import WHEN, Article, Range
from searcher.messages import day, decimal, placed, say, translated
from searcher.query.notes import Note
from searcher.render.plain import line, safe
from searcher.results.values import Absent, Help, Hit, Passage, Results, Why
from searcher.values import replace

TOLD = 3
"""Copies of an article that are named under a hit."""

BOLD, MATCH, DIM, PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m"


def render(results: Results, *, color: bool, width: int | None, links: bool = False) -> Iterator[str]:
    """The hits, a printed line at a time. `width`: columns to wrap to, None (a pipe) for a passage on one line each."""
    last = results.hits[-1].rank if results.hits else 1
    yield from hits(results, last=last, color=color, width=width, links=links)


def hits(found: Iterable[Hit], *, last: int, color: bool, width: int | None, links: bool = False) -> Iterator[str]:
    """Hits as they come; `last` is the largest rank among them. `links`: whether titles lead to their articles."""
    for each in found:
        yield from _hit(each, len(str(last)), color, width, links)


def hit(found: Hit, *, color: bool, width: int | None) -> Iterator[str]:
    """One hit on its own."""
    return _hit(replace(found, rank=1), 1, color, width)


def _hit(hit: Hit, digits: int, color: bool, width: int | None, links: bool = False) -> Iterator[str]:
    margin = " " * (digits + 2)
    title = marked(
        hit.article.title or say("hit.untitled"), hit.title_highlights if hit.article.title else (), color, base=BOLD
    )
    if links:
        from searcher.render.links import address, linked  # here: most output has no links

        title = linked(title, address(hit.article))
    if hit.rank > 1:
        yield ""
    yield f"{hit.rank:>{digits}}  {title}"
    yield _painted(f"{margin}{about(hit.article, dated=day)}", DIM, color)
    for passage in hit.passages:
        for row in _passage(passage, hit.article, color, None if width is None else max(width - len(margin), 20)):
            yield margin + row
    if hit.group:
        yield _painted(f"{margin}{_copies(hit.group)}", DIM, color)
    if hit.missing:
        yield _painted(margin + say("hit.missing", words=", ".join(map(line, hit.missing))), DIM, color)
    if hit.parts:
        yield _painted(margin + say("hit.score", score=decimal(f"{hit.score:.3f}"), sum=_sum(hit)), DIM, color)
        if hit.matched:
            yield _painted(margin + say("hit.matched", words=", ".join(map(line, hit.matched))), DIM, color)


def about(article: Article, *, dated: Callable[[str], str] = lambda date: date[:10]) -> str:
    """Date, source, author, identifier and place of an article, on one line; `dated` says how a date is written."""
    place = f"{article.path} ({placed(article.place)})" if article.place else article.path
    if article.copies:
        place += say("hit.more", count=len(article.copies))
    facts = (article.date and dated(article.date), article.source, article.author, article.id, place)
    return " · ".join(line(fact) for fact in facts if fact)


def _copies(group: tuple[Article, ...]) -> str:
    """`+ 4 copies (source, date · source, date · …)`."""
    told = [
        ", ".join(line(fact) for fact in (each.source or each.id, each.date and day(each.date)) if fact)
        for each in group
    ]
    more = " · …" if len(told) > TOLD else ""
    return say("hit.copies", count=len(group), told=f"{' · '.join(told[:TOLD])}{more}")


def _sum(hit: Hit) -> str:
    return " + ".join(f"{decimal(f'{part.points:.3f}')} {part.field}:{line(part.term)}" for part in hit.parts)


def _passage(passage: Passage, article: Article, color: bool, width: int | None) -> list[str]:
    """A passage in lines; … stands where the article goes on before or after it within a sentence."""
    earlier, later = article.text[: passage.start], article.text[passage.end :]
    lead, trail = earlier.rstrip(), later.lstrip(" ")
    begins = not lead or lead[-1] in '.!?»”"…:' or "\n" in earlier[len(lead) :]
    ends = not trail.strip() or passage.text[-1:] in '.!?»”"…' or trail.startswith(("\n", "\r"))
    before, after = "" if begins else "… ", "" if ends else " …"
    text = line(passage.text)
    if width is None:
        return [before + marked(text, passage.highlights, color) + after]
    shifted = [(start + len(before), end + len(before)) for start, end in passage.highlights]
    return list(_wrapped(before + text + after, shifted, color, width))


def _wrapped(text: str, ranges: Iterable[Range], color: bool, width: int) -> Iterator[str]:
    """One line of text in rows of at most `width` characters, where words allow, with `ranges` marked."""
    from textwrap import wrap  # here: a pipe wraps nothing

    at = 0
    for row in wrap(text, width, break_on_hyphens=False, break_long_words=False):
        begin = text.index(row, at)
        at = begin + len(row)
        inside = ((max(start - begin, 0), min(end - begin, len(row))) for start, end in ranges)
        yield marked(row, [(start, end) for start, end in inside if start < end], color)


def marked(text: str, ranges: Iterable[Range], color: bool, *, base: str = "") -> str:
    """`text` made safe, with `ranges` in colour when there is any."""
    if not color:
        return line(text)
    text = line(text)
    pieces = [base]
    at = 0
    for start, end in ranges:
        pieces += (text[at:start], PLAIN if base else "", MATCH, text[start:end], PLAIN, base)
        at = end
    pieces += (text[at:], PLAIN if base else "")
    return "".join(pieces)


def _painted(text: str, paint: str, color: bool) -> str:
    return f"{paint}{text}{PLAIN}" if color else text


def summary(results: Results) -> str:
    """How many were found and which of them these are."""
    if not results.total:
        return say("found.none" if results.complete else "found.none-yet")
    found = say("found.count" if results.complete else "found.least", count=results.total)
    if results.groups is not None and results.groups < results.total:
        found = say("found.groups", found=found, groups=results.groups)
    if results.hits and len(results.hits) < (results.total if results.groups is None else results.groups):
        return say("found.shown", found=found, first=results.hits[0].rank, last=results.hits[-1].rank)
    return found


def note(each: Note) -> str:
    return say("note", message=line(translated(each.message)))


def pointed(message: str, text: str, start: int, end: int) -> list[str]:
    """An error about part of a query, with a caret under that part."""
    begin = max(0, start - 40)
    shown = line(text[begin : begin + 76])
    return [message, f"  {shown}", f"  {' ' * (start - begin)}{'^' * max(1, min(end, begin + 76) - start)}"]


def suggestions(found: Help) -> Iterator[str]:
    """What to tell someone who found nothing."""
    if found.counts:
        yield "  " + " · ".join(say("help.count", word=line(word), count=count) for word, count in found.counts)
    for word, nearest in found.nearest:
        yield "  " + say("help.nearest", word=line(word), words=", ".join(map(line, nearest)))
    if found.emptied:
        yield "  " + say("help.emptied", part=line(found.emptied), count=found.without)
    for absent in found.absent:
        yield f"  {_absent(absent)}"
    if found.family:
        query, articles = found.family
        yield "  " + say("help.family", count=articles, query=line(query))
    if found.suggestion:
        yield "  " + say("help.try", query=line(found.suggestion))


def _absent(found: Absent) -> str:
    label, values = line(found.label), list(map(line, found.values))
    if found.field == WHEN:
        if not values:
            return say("help.no-dates", label=label)
        return say("help.dates", label=label, first=day(values[0]), last=day(values[-1]))
    if not values:
        return say("help.no-values", label=label, field=found.field)
    more = "help.values-more" if found.distinct > len(values) else "help.values"
    return say(more, label=label, field=found.field, values=", ".join(values), count=found.distinct)


def why(reasons: Why, *, color: bool, width: int | None) -> Iterator[str]:
    """Which parts of a query an article has, its place in the answer, and the hit itself."""
    yield _painted(line(reasons.article.title or reasons.article.id), BOLD, color)
    for each in reasons.found:
        words = "  " + say("why.as", words=", ".join(map(line, each.words))) if each.words else ""
        yield f"  {say('why.has' if each.held else 'why.has-not')}  {line(each.label)}{words}"
    if reasons.rank is None:
        yield say("why.absent", count=reasons.total)
        return
    yield say("why.rank-relaxed" if reasons.relaxed else "why.rank", rank=reasons.rank, count=reasons.total)
    if reasons.hit is not None:
        yield from list(_hit(reasons.hit, len(str(reasons.rank)), color, width))[-len(reasons.hit.passages) - 2 :]


def article(
    found: Article, *, color: bool, width: int | None, title: Iterable[Range] = (), text: Iterable[Range] = ()
) -> Iterator[str]:
    """A whole article, with ranges of its title and of its text marked."""
    yield marked(found.title or say("hit.untitled"), title if found.title else (), color, base=BOLD)
    yield _painted(about(found, dated=day), DIM, color)
    if found.url:
        yield _painted(line(found.url), DIM, color)
    for copy in found.copies:
        yield _painted(say("hit.also", place=line(copy)), DIM, color)
    yield ""
    at = 0
    for paragraph in safe(found.text).splitlines(keepends=True):
        stop = at + len(paragraph)
        inside = [(max(start, at) - at, min(end, stop) - at) for start, end in text if start < stop and end > at]
        at = stop
        shown = line(paragraph).rstrip()
        rows = _wrapped(shown, inside, color, width) if width else [marked(shown, inside, color)]
        yield from list(rows) or [""]
