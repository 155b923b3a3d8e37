"""What each article of a page lacks of a query: the parts that an index would not find it by."""

from __future__ import annotations

import random

from searcher.analysis import entry
from searcher.article import Article, Entry
from searcher.query.parse import parse
from searcher.query.understand import understand
from searcher.query.wishes import wish
from searcher.results.lacking import lacking
from tests import oracle

WORDS = "Assad président côte cote porte-parole Saint-Denis élisent 2020 guerre l’avocat avocats URSS".split()
QUERY = 'Assad "président Assad" cote =côte porte-parole "guerre avocats"~3 élire pré* ~gerre (URSS OU date:2020) titre:guerre'


def test_it_is_what_the_oracle_does_not_find() -> None:
    rng = random.Random(7)
    articles = [
        Article(
            str(number),
            " ".join(rng.choices(WORDS, k=rng.randint(1, 9))),
            title=" ".join(rng.choices(WORDS, k=2)),
            date=rng.choice((None, "2020-01", "2019", "soon")),
        )
        for number in range(40)
    ]
    entries: list[Entry] = [entry(each) for each in articles]
    wishes = wish(parse(QUERY))
    parts = understand(wishes, oracle.look_up(wishes.questions, entries)).parts
    assert lacking(parts, articles) == [
        tuple(part.label for part in parts if not oracle.holds(part.match, each)) for each in entries
    ]
