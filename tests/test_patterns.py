"""Regular expressions: compiled on first use, and written as every Python from 3.11 on understands them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import searcher
from searcher.patterns import lazily

REPEATED_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9]*,?[0-9]*\})\+")
"""A possessive repeat of a group: before 3.11.5 Python forgets what it has taken (python/cpython#106052)."""

SOURCES = sorted(Path(searcher.__file__).parent.rglob("*.py"))


def test_it_repeats_no_group_possessively() -> None:
    found = [
        (path.name, each.value)
        for path in SOURCES
        for each in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and REPEATED_GROUP.search(each.value)
    ]
    assert not found, "write an atomic group, (?>(?:…)*), in place of (?:…)*+"


def test_it_finds_such_a_repeat() -> None:
    assert REPEATED_GROUP.search("[a-z]+(?:-[a-z]+)*+x")
    assert not REPEATED_GROUP.search("[a-z]*+(?>(?:-[a-z]+)*)")


def test_a_lazy_pattern_answers_as_a_compiled_one() -> None:
    lazy, compiled = lazily("(a+)b", re.IGNORECASE), re.compile("(a+)b", re.IGNORECASE)
    for text in ("xAAb", "", "b"):
        assert (lazy.search(text) is None) == (compiled.search(text) is None)
        assert lazy.sub(r"<\1>", text) == compiled.sub(r"<\1>", text)
    assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)
