"""The table of formats: each row can be read, and no sign belongs to two rows."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from searcher.readers.formats import FORMATS, NOT_READ


@pytest.mark.parametrize("key", FORMATS)
def test_it_has_a_reader_for_each_format(key: str) -> None:
    module = importlib.import_module(f"searcher.readers.{FORMATS[key].module}")
    assert callable(module.read)
    assert (module.__doc__ or "").count("→") >= 1, "the first line says what flows in and what flows out"


@pytest.mark.parametrize("key", FORMATS)
def test_it_has_a_sign_for_each_format(key: str) -> None:
    form = FORMATS[key]
    assert form.binary or form.suffixes or form.names or form.media or form.roots or form.looks or form.of
    assert not form.of or (set(form.of) <= FORMATS.keys() and (form.marks or form.shows))
    assert not (form.binary and form.suffixes) or form.noun, "what a name promises has a name"


def test_it_gives_no_sign_to_two_formats() -> None:
    for signs in ("suffixes", "names", "media"):
        counted = Counter(each for form in FORMATS.values() for each in getattr(form, signs))
        assert [each for each, count in counted.items() if count > 1] == []
    refused = {each for refusal in NOT_READ for each in refusal.suffixes}
    assert refused.isdisjoint(each for form in FORMATS.values() for each in form.suffixes)
