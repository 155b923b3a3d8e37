"""Results → the published JSON form, as dictionaries and as text. `docs/json-output.md` documents it; changes only add."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from searcher.article import CONTROL, Article
from searcher.results.values import Help, Hit, Results

if TYPE_CHECKING:
    from searcher.results.facets import Facet
    from searcher.results.names import KeyName, KeyPair, Names, Pairs
    from searcher.results.quotes import Quote
    from searcher.results.similar import Similar
    from searcher.results.timeline import Timeline

SCHEMA = 1


def results(found: Results) -> dict[str, Any]:
    """An answer: one object."""
    return {
        "schema": SCHEMA,
        "query": {
            "raw": found.query,
            "parsed": found.parsed,
            "relaxed": found.relaxed,
            "notes": [
                {"kind": note.kind, "message": note.message, "start": note.start, "end": note.end}
                for note in found.notes
            ],
        },
        "index": {
            "engine": found.index.engine,
            "articles": found.index.articles,
            "fingerprint": found.index.fingerprint,
        },
        "total": found.total,
        "groups": found.groups,
        "complete": found.complete,
        "page": found.page,
        "took_ms": round(found.took_ms, 3),
        "hits": [hit(each) for each in found],
        **({"help": _help(found.help)} if found.help is not None else {}),
        **({"facets": facets_dict(found.facets)} if found.facets else {}),
    }


def hit(found: Hit) -> dict[str, Any]:
    """One hit, as in `hits` and on a line of `--format jsonl`."""
    return {
        "rank": found.rank,
        "score": round(found.score, 6),
        **metadata(found.article),
        "title_highlights": found.title_highlights,
        "passages": [
            {"text": passage.text, "start": passage.start, "end": passage.end, "highlights": passage.highlights}
            for passage in found.passages
        ],
        "missing": found.missing,
        "group": [{name: getattr(each, name) for name in ("id", "title", "date", "source")} for each in found.group],
        **(
            {
                "matched": found.matched,
                "parts": [{"field": part.field, "term": part.term, "points": part.points} for part in found.parts],
            }
            if found.parts
            else {}
        ),
    }


def metadata(article: Article) -> dict[str, Any]:
    """What is known about an article, its text aside; what is not known is null."""
    return {
        "id": article.id,
        "title": article.title,
        "date": article.date,
        "source": article.source,
        "author": article.author,
        "url": article.url,
        "path": article.path,
        "place": article.place,
        "section": article.section,
        "pages": article.pages,
        "language": article.language,
        "standfirst": article.standfirst,
        "copies": article.copies,
    }


def article(found: Article) -> dict[str, Any]:
    """An article with its text."""
    return {"schema": SCHEMA, **metadata(found), "text": found.text}


def _help(found: Help) -> dict[str, Any]:
    return {
        "counts": dict(found.counts),
        "nearest": {word: list(words) for word, words in found.nearest},
        "emptied": found.emptied,
        "without": found.without,
        "suggestion": found.suggestion,
        "family": {"query": found.family[0], "articles": found.family[1]} if found.family else None,
        "absent": [
            {"part": each.label, "field": each.field, "values": each.values, "distinct": each.distinct}
            for each in found.absent
        ],
    }


def facets_dict(facets: Iterable[Facet]) -> dict[str, Any]:
    """Facets by field, as `facets` in the answer to a search and of `searcher facets`."""
    return {
        facet.field: {
            "values": [
                {"value": each.value, "articles": each.articles, "chosen": each.chosen} for each in facet.values
            ],
            "distinct": facet.distinct,
            "complete": facet.complete,
        }
        for facet in facets
    }


def timeline_dict(timeline: Timeline) -> dict[str, Any]:
    """A timeline, as `searcher timeline --format json` prints it."""
    return {
        "schema": SCHEMA,
        "step": timeline.step.value,
        "total": timeline.total,
        "volume": timeline.volume,
        "complete": timeline.complete,
        "buckets": [
            {
                "label": each.label,
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "articles": each.articles,
                "volume": each.volume,
                "share": each.share,
                "partial": each.partial,
            }
            for each in timeline.buckets
        ],
        "imprecise": [
            {"date": each.date, "articles": each.articles, "volume": each.volume} for each in timeline.imprecise
        ],
        "undated": {"articles": timeline.undated, "volume": timeline.undated_volume},
        "bursts": [
            {
                "label": each.label,
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
                "articles": each.articles,
                "weight": round(each.weight, 3),
                "headline": each.headline,
                "id": each.identifier,
            }
            for each in timeline.bursts
        ],
    }


def quote_dict(quote: Quote) -> dict[str, Any]:
    """A quote, as `searcher quotes` prints it in JSON."""
    return {
        "id": quote.id,
        "title": quote.title,
        "date": quote.date,
        "source": quote.source,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "speaker": quote.speaker,
        "mention": quote.mention,
        "cue": quote.cue,
        "confidence": quote.confidence,
        "kind": quote.kind,
    }


def names_dict(table: Names | Pairs) -> dict[str, Any]:
    """A table of names or pairs, as `searcher names` and `searcher pairs` print it in JSON."""
    from searcher.results.names import Names  # here: a search does not need it

    head = {"schema": SCHEMA, "total": table.total, "volume": table.volume, "complete": table.complete}
    if isinstance(table, Names):
        return {**head, "names": [{"name": each.name, "kind": each.kind, **_compared(each)} for each in table.rows]}
    return {
        **head,
        "pairs": [
            {
                "persons": each.persons,
                **_compared(each),
                "examples": [
                    {
                        "id": said.identifier,
                        "title": said.title,
                        "date": said.date,
                        "source": said.source,
                        "start": said.start,
                        "end": said.end,
                        "text": said.text,
                    }
                    for said in each.examples
                ],
            }
            for each in table.rows
        ],
    }


def _compared(each: KeyName | KeyPair) -> dict[str, Any]:
    return {
        "articles": each.articles,
        "elsewhere": each.elsewhere,
        "ratio": None if each.ratio is None else round(each.ratio, 6),
        "likelihood": None if each.likelihood is None else round(each.likelihood, 6),
    }


def similar_dict(found: Similar) -> dict[str, Any]:
    """Articles like others, as `searcher similar` prints them in JSON."""
    return {
        "schema": SCHEMA,
        "words": found.words,
        "took_ms": round(found.took_ms, 3),
        "hits": [
            {"rank": each.rank, "score": round(each.score, 6), **metadata(each.article), "shared": each.matched}
            for each in found.hits
        ],
    }


def dumps(value: object) -> str:
    """Compact JSON; a lone surrogate (from a damaged source) is escaped, so that the output is always valid UTF-8."""
    return CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value, ensure_ascii=False))
