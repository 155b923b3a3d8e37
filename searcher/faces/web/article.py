"""The page of an article: its text with what was asked for, who is named and quoted, its place in the answer, references."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date as Date
from typing import TypeVar

from markupsafe import Markup
from starlette.responses import Response

import searcher
from searcher.faces.web import shown, words
from searcher.faces.web import state as states
from searcher.faces.web.exports import FORMATS, Lines, file_name
from searcher.faces.web.problems import not_found
from searcher.faces.web.site import Visit
from searcher.faces.web.state import WINDOW, State
from searcher.render.plain import safe
from searcher.values import Value

T = TypeVar("T")

MARKS = 12
"""Matches that a page lists by number."""

NAMES, QUOTES = 8, 5
"""Names of a kind, and quotes, that a page lists before the others are unfolded."""

KINDS = ("person", "place", "organisation", "other")


def page(visit: Visit) -> Response | Lines:
    """The page of the article in the address; with `format=`, a reference to it. Raises NotFound."""
    parameters = visit.request.query_params
    article = visit.index.get(visit.request.path_params["id"])
    if (form := parameters.get("format")) is not None:
        return _reference(visit, article, form, parameters.get("q") or "")
    state = states.read(parameters)
    title_marks, marks = visit.index.highlights(state.ask, article.id) if state.q else ((), ())
    item = searcher.csl_item(article, accessed=Date.today())
    return visit.page(
        "article.html",
        state=state,
        article=visit.article(article),
        title_marks=title_marks,
        marks=marks,
        listed=MARKS,
        names=named(visit.index.names_of(article.id)),
        quotes=folded(visit.index.quotes_of(article.id), QUOTES),
        copies=[visit.article(each) for each in visit.index.group(article.id) if each.id != article.id],
        place=_place(visit, state, states.number(parameters, "at", 0, 0, WINDOW)),
        authors=[shown.inverted(each) for each in item.get("author", ())],
        reference=reference(visit.language, article),
        linked_data=linked_data(article),
        formats=FORMATS.values(),
    )


def folded(listed: Sequence[T], shown: int) -> tuple[Sequence[T], Sequence[T]]:
    """What a list shows at once, and what it unfolds: nothing where that would be one line."""
    cut = shown if len(listed) > shown + 1 else len(listed)
    return listed[:cut], listed[cut:]


def named(
    names: Iterable[searcher.ArticleName],
) -> list[tuple[str, tuple[Sequence[searcher.ArticleName], Sequence[searcher.ArticleName]]]]:
    """The names of an article by kind, the kinds without any left out."""
    found = list(names)
    of = ((kind, [each for each in found if each.kind == kind]) for kind in KINDS)
    return [(kind, folded(listed, NAMES)) for kind, listed in of if listed]


class Place(Value):
    """Where an article stands in an answer: at `at` of `total`, between two others."""

    at: int
    total: int
    before: str | None
    after: str | None


def _place(visit: Visit, state: State, at: int) -> Place | None:
    """The place that the address gives, with the addresses of the articles before and after; None without one."""
    if not at:
        return None

    def neighbour(rank: int) -> tuple[int, str | None]:
        results = visit.index.search(state.ask, limit=1, page=rank, passages=0, group=state.group)
        hit = next(iter(results), None)
        total = results.total if results.groups is None else results.groups
        return total, visit.article_link(hit.article.id, state, rank) if hit else None

    before = neighbour(at - 1)[1] if at > 1 else None
    total, after = neighbour(at + 1) if at < WINDOW else (at, None)
    return Place(at, total, before, after) if total >= at else None


def reference(language: words.Language, article: searcher.Article) -> str:
    """A reference to an article on one line, as a note prints it (after ISO 690): author, title, newspaper, date, address."""
    authors = [
        each.get("literal") or f"{each['family'].upper()}, {each['given']}"
        for each in searcher.csl_item(article).get("author", ())
    ]
    title = " ".join(article.title.split())
    quoted = f"«\u00a0{title}\u00a0»" if language == "fr" else f"“{title}”"
    pages = f"p. {article.pages}" if article.pages else None
    source = " ".join((article.source or "").split())
    parts = (" ; ".join(authors), quoted if title else "", source, words.date(language, article.date), pages)
    written = ", ".join(filter(None, parts))
    address = shown.web_address(article.url)
    return safe(f"{written}. {address}" if address else f"{written}.")


def linked_data(article: searcher.Article) -> Markup:
    """The article as schema.org describes one (JSON-LD), for the head of its page; nothing in it can end the element."""
    known = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.date,
        "author": article.author,
        "publisher": article.source,
        "articleSection": article.section,
        "inLanguage": article.language,
        "url": shown.web_address(article.url),
    }
    written = json.dumps({name: value for name, value in known.items() if value})  # all in ASCII
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _reference(visit: Visit, article: searcher.Article, name: str, query: str) -> Lines:
    """The article in one of the formats of references."""
    form = FORMATS.get(name)
    if form is None:
        raise not_found()
    results = visit.index.search(searcher.Ask(query), limit=1, passages=0)
    hit = visit.shown(searcher.Hit(1, 0.0, article))
    return Lines(form.made(results, [hit]), form.media_type, file_name(article.title or article.id, form.name))
