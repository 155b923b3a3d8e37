"""Exports of press databases and corpus tools, in every layout that is read: each gives exactly what stands beside it."""

from __future__ import annotations

import re

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
UTF8 = [
    name
    for name in samples.NAMES
    if name.endswith((".txt", ".html", ".HTML", ".xml", ".ris", ".json")) and samples.is_utf8(name)
]
PLAIN = str.maketrans({"\u202f": "\u00a0"})  # a blank that few encodings have


@pytest.mark.parametrize("name", samples.NAMES)
def test_it_reads_a_sample_whole(name: str) -> None:
    assert samples.given(name, (samples.FOLDER / name).read_bytes()) == samples.expected(name)


@pytest.mark.parametrize("name", WRITTEN)
@settings(max_examples=15, deadline=None)
@given(share=st.floats(0.3, 1))
def test_what_stands_before_a_cut_is_read_as_if_there_were_none(name: str, share: float) -> None:
    raw = (samples.FOLDER / name).read_bytes()
    found = samples.given(name, raw[: int(len(raw) * share)])["articles"]
    whole = samples.expected(name)["articles"]
    assert found[:-1] == whole[: len(found) - 1]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-16"])
@pytest.mark.parametrize("name", UTF8)
def test_an_encoding_that_nothing_names_is_found(name: str, encoding: str) -> None:
    text = (samples.FOLDER / name).read_bytes().decode("utf-8-sig").translate(PLAIN)
    written = re.sub(r"""(?:charset|encoding)=(["']?)[-\w]+\1""", "", text)
    found, whole = samples.given(name, written.encode(encoding)), samples.given(name, text.encode("utf-8"))
    guess = "read as Mac Roman: its bytes are not UTF-8, and its letters are French that way"
    assert found == {**whole, "problems": whole["problems"] + [guess] * (encoding == "mac_roman")}


@pytest.mark.parametrize("name", UTF8)
def test_a_wrong_byte_costs_one_character(name: str) -> None:
    raw = (samples.FOLDER / name).read_bytes()
    at = raw.find("é".encode(), len(raw) // 2)
    damaged = raw[:at] + b"\xe9" + raw[at + 2 :]
    found, whole = samples.given(name, damaged), samples.expected(name)
    place = f"byte {at:,}, line {raw.count(10, 0, at) + 1:,}"
    assert found["problems"].pop().startswith(f"1 byte that is not UTF-8 was read as Windows-1252: {place}, “")
    assert found == whole


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
