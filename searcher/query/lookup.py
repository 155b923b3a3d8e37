"""What the understanding of a query asks an index, all at once: questions about terms in, answers out.

A question is a `Term` (how many articles hold it?), a `Shaped` or a `Within` (which terms are there?). `Reader.look_up`
answers any number of them in one call, so that an index at the far end of a network is asked once a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from searcher.query.plan import Term
from searcher.values import Value


class Shaped(Value):
    """The terms of a field with the shape of `pattern`, where `*` stands for any characters and `?` for one.

    The answer lists at most `most` terms, ascending by code point. With `counted`, `Answers.frequencies` tells how many
    articles hold each of them.
    """

    field: str
    pattern: str
    most: int
    counted: bool = False


class Within(Value):
    """The terms of a field that begin with the first letter of `text` and differ from `text` by at most `edits` edits.

    An edit inserts, deletes or replaces a letter, or swaps two neighbours (optimal string alignment). `most` and `counted`
    are those of `Shaped`.
    """

    field: str
    text: str
    edits: int
    most: int
    counted: bool = False


Question = Term | Shaped | Within


class Answers(Value):
    """What an index says to some questions.

    `frequencies` tells how many articles hold a term; articles deleted since segments were last merged may still count.
    `terms` holds an answer to every `Shaped` and `Within` asked. `cut` names the questions for which there was not enough
    time: their answers are incomplete (terms missing from a list, 0 for a frequency).
    """

    frequencies: Mapping[Term, int]
    terms: Mapping[Shaped | Within, tuple[str, ...]]
    cut: frozenset[Question] = frozenset()

    def are_whole(self, questions: Iterable[Question]) -> bool:
        """Whether there was time to answer all of these questions."""
        return self.cut.isdisjoint(questions)
