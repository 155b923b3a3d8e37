"""Filters of a page: the number beside a value is the number of articles behind it."""

from __future__ import annotations

import re
from html import unescape
from random import Random

from starlette.testclient import TestClient

from searcher.faces.web.state import FACETS, State, encoded
from tests.faces.web.conftest import Page

QUERIES = ["budget", "brève", "budget police", "école", "", "police OU école", "introuvable brève"]
VALUES = {
    "source": ["AFP", "Le Monde", "Reuters", "Nobody"],
    "person": ["Anne Roussel", "Karim Belkacem", ""],
    "author": ["Léa Roy", "", "Jean Petit"],
    "section": ["Ville", "Monde", ""],
    "language": ["fr", ""],
    "year": ["2018", "2019", "2020", "2021", ""],
}
BOX = re.compile(
    r'<input type="checkbox" name="(\w+)" value="([^"]*)"( checked)?> <bdi>[^<]*</bdi> <span class="n">([^<]*)</span>'
)


def states(count: int) -> list[State]:
    """Random questions with random filters."""
    drawn = Random(20201121)
    made = []
    for _ in range(count):
        filters = [
            (field, value)
            for field in drawn.sample(FACETS, drawn.randint(0, 3))
            for value in drawn.sample(VALUES[field], drawn.randint(1, 2))
        ]
        since = drawn.choice(["", "", "2019", "mars 2020"])
        made.append(State(drawn.choice(QUERIES), filters=tuple(filters), since=since))
    return made


def test_the_number_beside_a_value_is_what_a_click_gives(visitor: TestClient) -> None:
    """Of sixty states (tests/archive/test_facets.py has two hundred), the values of one facet and every chosen one."""
    totals: dict[str, int] = {}
    drawn = Random(1)
    followed = 0
    for state in states(60):
        boxes = BOX.findall(visitor.get(f"/search?{encoded(state.parameters())}").text)
        looked_at = drawn.choice(FACETS)
        for field, value, checked, written in boxes:
            assert bool(checked) is ((field, unescape(value)) in state.filters)
            if field == looked_at or checked:
                query = encoded(state.only(field, unescape(value)).parameters())
                if query not in totals:
                    totals[query] = visitor.get(f"/api/v1/search?{query}").json()["total"]
                assert totals[query] == int(re.sub(r"\D", "", written)), query
                followed += 1
        chosen = {each for each in state.filters if any(each[0] == box[0] for box in boxes)}
        assert chosen <= {(field, unescape(value)) for field, value, *_ in boxes}, "a chosen value is no longer listed"
    assert followed > 120


def test_a_bar_of_the_timeline_leads_to_its_articles(visitor: TestClient) -> None:
    text = visitor.get("/search?q=budget&step=month").text
    rows = re.findall(r'<th scope="row"><a href="([^"]+)">[^<]*</a></th><td>(\d+)</td>', text)
    assert len(rows) > 10
    for address, articles in rows:
        heading = Page(visitor.get(unescape(address)).text).text
        assert f"{articles} article" in heading, address
