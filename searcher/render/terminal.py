"""Results → lines for a person at a terminal: title, where and when, passages with what matched in bold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from searcher.article import WHEN, Article, Range
from searcher.query.notes import Note
from searcher.render.plain import line, safe
from searcher.results.values import Absent, Help, Hit, Passage, Results, Why
from searcher.values import replace

BOLD, MATCH, DIM, PLAIN = "\x1b[1m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m"


def render(results: Results, *, color: bool, width: int | None) -> Iterator[str]:
    """The hits, a printed line at a time. `width`: columns to wrap to, None (a pipe) for a passage on one line each."""
    last = results.hits[-1].rank if results.hits else 1
    yield from hits(results, last=last, color=color, width=width)


def hits(found: Iterable[Hit], *, last: int, color: bool, width: int | None) -> Iterator[str]:
    """Hits as they come; `last` is the largest rank among them."""
    for each in found:
        yield from _hit(each, len(str(last)), color, width)


def hit(found: Hit, *, color: bool, width: int | None) -> Iterator[str]:
    """One hit on its own."""
    return _hit(replace(found, rank=1), 1, color, width)


def _hit(hit: Hit, digits: int, color: bool, width: int | None) -> Iterator[str]:
    margin = " " * (digits + 2)
    title = marked(
        hit.article.title or "(no title)", hit.title_highlights if hit.article.title else (), color, base=BOLD
    )
    if hit.rank > 1:
        yield ""
    yield f"{hit.rank:>{digits}}  {title}"
    yield _painted(f"{margin}{about(hit.article)}", DIM, color)
    for passage in hit.passages:
        for row in _passage(passage, hit.article, color, None if width is None else max(width - len(margin), 20)):
            yield margin + row
    if hit.missing:
        yield _painted(f"{margin}missing: {', '.join(map(line, hit.missing))}", DIM, color)
    if hit.parts:
        yield _painted(f"{margin}score {hit.score:.3f} = {_sum(hit)}", DIM, color)
        if hit.matched:
            yield _painted(f"{margin}matched {', '.join(map(line, hit.matched))}", DIM, color)


def about(article: Article) -> str:
    """Date, source, author, identifier and place of an article, on one line."""
    place = f"{article.path} ({article.place})" if article.place else article.path
    if article.copies:
        place += f" and {len(article.copies)} more"
    facts = (article.date and article.date[:10], article.source, article.author, article.id, place)
    return " · ".join(line(fact) for fact in facts if fact)


def _sum(hit: Hit) -> str:
    return " + ".join(f"{part.points:.3f} {part.field}:{line(part.term)}" for part in hit.parts)


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
    found = (
        "no article"
        if not results.total and results.complete
        else "no article so far"
        if not results.total
        else count(results.total, "article")
    )
    if results.total and not results.complete:
        found = f"at least {found}"
    if results.hits and len(results.hits) < results.total:
        return f"{found}, {results.hits[0].rank}–{results.hits[-1].rank} shown"
    return found


def note(each: Note) -> str:
    return f"note: {line(each.message)}"


def pointed(message: str, text: str, start: int, end: int) -> list[str]:
    """An error about part of a query, with a caret under that part."""
    begin = max(0, start - 40)
    shown = line(text[begin : begin + 76])
    return [message, f"  {shown}", f"  {' ' * (start - begin)}{'^' * max(1, min(end, begin + 76) - start)}"]


def suggestions(found: Help) -> Iterator[str]:
    """What to tell someone who found nothing."""
    if found.counts:
        yield "  " + " · ".join(f"{line(word)}: {_number(count)}" for word, count in found.counts)
    for word, nearest in found.nearest:
        yield f"  nearest to {line(word)}: {', '.join(map(line, nearest))}"
    if found.emptied:
        yield f"  without {line(found.emptied)}: {_number(found.without)} found"
    for absent in found.absent:
        yield f"  {_absent(absent)}"
    if found.family:
        query, articles = found.family
        yield f"  with words of the same family: {_number(articles)} found; try: search {line(query)}"
    if found.suggestion:
        yield f"  try: search {line(found.suggestion)}"


def _absent(found: Absent) -> str:
    label, values = line(found.label), list(map(line, found.values))
    if found.field == WHEN:
        there = f"dates go from {values[0]} to {values[-1]}" if values else "no article has a date"
        return f"no article for {label}; {there}"
    if not values:
        return f"no article has {label}, nor any other {found.field}"
    more = f" … ({_number(found.distinct)} in all)" if found.distinct > len(values) else ""
    return f"no article has {label}; {found.field}s there are: {', '.join(values)}{more}"


def why(reasons: Why, *, color: bool, width: int | None) -> Iterator[str]:
    """Which parts of a query an article has, its place in the answer, and the hit itself."""
    yield _painted(line(reasons.article.title or reasons.article.id), BOLD, color)
    for each in reasons.found:
        words = f"  as {', '.join(map(line, each.words))}" if each.words else ""
        yield f"  {'has' if each.held else 'has not'}  {line(each.label)}{words}"
    if reasons.rank is None:
        yield f"not among the {_number(reasons.total)} found"
        return
    relaxed = ", of those that have some of the words" if reasons.relaxed else ""
    yield f"number {_number(reasons.rank)} of {_number(reasons.total)}{relaxed}"
    if reasons.hit is not None:
        yield from list(_hit(reasons.hit, len(str(reasons.rank)), color, width))[-len(reasons.hit.passages) - 2 :]


def count(number: int, noun: str) -> str:
    """`1 article`, `1 234 articles`."""
    return f"{_number(number)} {noun}{'' if number == 1 else 's'}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def article(
    found: Article, *, color: bool, width: int | None, title: Iterable[Range] = (), text: Iterable[Range] = ()
) -> Iterator[str]:
    """A whole article, with ranges of its title and of its text marked."""
    yield marked(found.title or "(no title)", title if found.title else (), color, base=BOLD)
    yield _painted(about(found), DIM, color)
    if found.url:
        yield _painted(line(found.url), DIM, color)
    for copy in found.copies:
        yield _painted(f"also in {line(copy)}", DIM, color)
    yield ""
    at = 0
    for paragraph in safe(found.text).splitlines(keepends=True):
        stop = at + len(paragraph)
        inside = [(max(start, at) - at, min(end, stop) - at) for start, end in text if start < stop and end > at]
        at = stop
        shown = line(paragraph).rstrip()
        rows = _wrapped(shown, inside, color, width) if width else [marked(shown, inside, color)]
        yield from list(rows) or [""]
