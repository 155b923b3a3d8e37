"""Exports of press databases and corpus tools, in every layout that is read: each gives exactly what stands beside it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.press import samples

pytest.importorskip("lxml", reason="pages and Word documents need the extras html and office")
pytest.importorskip("pypdfium2", reason="PDF needs the extra pdf")

WRITTEN = [
    name
    for name in samples.NAMES
    if name.startswith(("europresse_rdp", "factiva", "nexis_uni.txt", "lexis", "proquest", "references"))
    and not name.endswith((".rtf", ".xml"))
    and "cut" not in name
    and "fewer" not in name
]


@pytest.mark.parametrize("name", samples.NAMES)
def test_it_reads_a_sample_whole(name: str) -> None:
    assert samples.given(name, (samples.FOLDER / name).read_bytes()) == samples.expected(name)


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=15, deadline=None)
@given(share=st.floats(0.3, 1))
def test_what_stands_before_a_cut_is_read_as_if_there_were_none(name: str, share: float) -> None:
    text = (samples.FOLDER / name).read_bytes().decode("utf-8", "surrogateescape")
    found = samples.given(name, text[: int(len(text) * share)].encode("utf-8", "surrogateescape"))["articles"]
    whole = samples.expected(name)["articles"]
    assert found[:-1] == whole[: len(found) - 1]


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(samples.NAMES), data=st.data())
def test_it_never_raises_for_a_damaged_export(name: str, data: st.DataObject) -> None:
    raw = bytearray((samples.FOLDER / name).read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=8)):
        raw[at] = data.draw(st.integers(0, 255))
    found = samples.given(name, bytes(raw))
    assert found["articles"] or found["problems"]
    assert not [
        reason
        for reason in found["problems"]
        if reason.startswith("damaged (") and not name.endswith((".docx", ".DOCX", ".pdf"))
    ]
