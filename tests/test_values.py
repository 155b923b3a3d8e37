"""A value does what a frozen, slotted dataclass of the same fields does."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from searcher.article import Article
from searcher.query.plan import AllOf, AnyOf, Term
from searcher.values import MANY, Value, replace


class Ours(Value):
    text: str
    start: int = 0
    ends: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    text: str
    start: int = 0
    ends: tuple[int, ...] = ()


def either(what: Callable[[Any], object], of: Any) -> object:
    """What it gives, or the kind of error it raises."""
    try:
        return what(of)
    except Exception as error:
        return next(kind for kind in (AttributeError, TypeError) if isinstance(error, kind))


@pytest.mark.parametrize(
    "what",
    [
        lambda kind: repr(kind("a", ends=(1, 2))).removeprefix(kind.__name__),
        lambda kind: kind("a", 3) == kind("a", start=3),
        lambda kind: kind("a", 3) == kind("a", 4),
        lambda kind: kind("a") == "a",
        lambda kind: hash(kind("a", 3)) == hash(kind("a", 3)),
        lambda kind: len({kind("a"), kind("a", 0), kind("b")}),
        lambda kind: kind(),
        lambda kind: kind("a", 1, (), 3),
        lambda kind: kind("a", text="b"),
        lambda kind: kind("a", end=3),
        lambda kind: setattr(kind("a"), "text", "b"),
        lambda kind: delattr(kind("a"), "text"),
        lambda kind: vars(kind("a")),
        lambda kind: hash(kind([])),
        lambda kind: kind.__match_args__,
        lambda kind: kind.__slots__,
        lambda kind: str(inspect.signature(kind)),
        lambda kind: dataclasses.asdict(kind("a", 3)),
        lambda kind: dataclasses.astuple(kind("a", 3)),
        lambda kind: dataclasses.replace(kind("a", 3), start=4).start,
        lambda kind: dataclasses.replace(kind("a", 3), end=4),
        lambda kind: [(each.name, each.type, each.default) for each in dataclasses.fields(kind)],
        lambda kind: pickle.loads(pickle.dumps(kind("a", 3))) == kind("a", 3),
        lambda kind: copy.deepcopy(kind("a", 3)) == copy.copy(kind("a", 3)) == kind("a", 3),
    ],
)
def test_it_does_what_a_dataclass_does(what: Callable[[Any], object]) -> None:
    assert either(what, Ours) == either(what, Theirs)


def test_it_is_not_equal_to_a_value_of_another_class() -> None:
    assert AllOf(()) != AnyOf(())
    assert len({AllOf(()), AnyOf(())}) == 2


def test_it_is_taken_apart_by_a_pattern() -> None:
    match Term("words", "assad"):
        case Term(field, text):
            assert (field, text) == ("words", "assad")


def test_it_is_changed_into_another() -> None:
    article = Article("a", "Texte", title="Titre")
    assert replace(article, title="") == Article("a", "Texte")
    with pytest.raises(TypeError, match="has the fields id, text, title"):
        replace(article, titre="")  # type: ignore[call-arg]


def test_goes_on_as_it_began_when_many_were_made() -> None:
    class Often(Value):
        text: str
        start: int = 0
        ends: tuple[int, ...] = ()

    def made() -> list[object]:
        given = [("a",), ("a", 1), ("a", 1, (2,)), (), ("a", 1, (), 3)]
        named: list[dict[str, Any]] = [{}, {"start": 3}, {"ends": (4,)}, {"text": "b"}, {"end": 5}]
        return [either(lambda values: repr(Often(*values[0], **values[1])), values) for values in product(given, named)]

    first = made()
    for _ in range(MANY):
        Often("a")
    assert "__init__" in vars(Often)
    assert made() == first
