"""The public surface: what is promised, and that it is described."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import searcher
from searcher import errors

PUBLIC = [name for name in searcher.__all__ if not name.startswith("__")]
TREE = re.findall(r"^ +[│├└─ ]*([A-Z]\w+) +(\d+)\b", errors.__doc__ or "", re.MULTILINE)


def test_it_exports_its_public_names_and_no_others() -> None:
    public = {
        name
        for name in dir(searcher)
        if not name.startswith("_") and not isinstance(getattr(searcher, name), ModuleType)
    }
    assert public | {"__version__"} == set(searcher.__all__)
    assert len(set(searcher.__all__)) == len(searcher.__all__)
    assert re.fullmatch(r"\d+\.\d+\.\d+", searcher.__version__)


def test_type_checkers_are_told_the_same_names() -> None:
    stub = ast.parse(Path(searcher.__file__).with_suffix(".pyi").read_text("utf-8"))
    told = {(each.module, name.name) for each in stub.body if isinstance(each, ast.ImportFrom) for name in each.names}
    assert told == {(module, name) for name, module in searcher._HOMES.items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in PUBLIC if callable(getattr(searcher, name))])
def test_it_describes_what_is_public(name: str) -> None:
    assert described(getattr(searcher, name)), f"searcher.{name} has no docstring"


# What a reader of Python knows without being told.
KNOWN = {"close"}


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (name, method)
        for name in PUBLIC
        if inspect.isclass(getattr(searcher, name))
        for method, value in vars(getattr(searcher, name)).items()
        if not method.startswith("_") and inspect.isfunction(value) and method not in KNOWN
    ],
)
def test_it_describes_every_public_method(kind: str, method: str) -> None:
    assert described(getattr(getattr(searcher, kind), method)), f"searcher.{kind}.{method} has no docstring"


def described(thing: Any) -> bool:
    """Whether a docstring was written for it; a dataclass is given its signature as one."""
    text = (vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__) or ""
    return bool(text.strip()) and not text.startswith(f"{thing.__name__}(")


def test_it_annotates_every_public_function() -> None:
    for name in PUBLIC:
        value = getattr(searcher, name)
        if inspect.isfunction(value):
            signature = inspect.signature(value)
            assert signature.return_annotation is not signature.empty, name
            assert all(parameter.annotation is not parameter.empty for parameter in signature.parameters.values()), name


@pytest.mark.parametrize(("name", "status"), TREE)
def test_it_ends_with_the_status_drawn_in_the_tree(name: str, status: str) -> None:
    assert getattr(errors, name).exit_status == int(status)


def test_it_draws_every_error() -> None:
    raised = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, searcher.SearcherError) and not name.startswith("_")
    }
    assert raised == {name for name, _ in TREE} | {"SearcherError"}
    assert raised <= set(searcher.__all__)
