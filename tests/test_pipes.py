"""Messages between processes arrive whole, in order, however the bytes are cut."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher import pipes

messages = st.recursive(
    st.none() | st.booleans() | st.integers() | st.binary() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(messages, max_size=6), st.data())
def test_it_gives_the_messages_that_were_sent_however_they_are_cut(sent: list[Any], data: st.DataObject) -> None:
    stream = io.BytesIO()
    for message in sent:
        pipes.send(stream, message)
    raw, inbox, at = stream.getvalue(), pipes.Inbox(), 0
    received = []
    while at < len(raw):
        cut = data.draw(st.integers(1, len(raw) - at))
        received += list(inbox.put(raw[at : at + cut]))
        at += cut
    assert [message for message, _ in received] == sent
    assert sum(size for _, size in received) == len(raw)
    stream.seek(0)
    assert [pipes.receive(stream) for _ in sent] == sent
    with pytest.raises(EOFError):
        pipes.receive(stream)


def test_it_starts_and_ends_a_process() -> None:
    process = pipes.start("searcher.indexing.workers.child")
    assert process.stdout is not None
    assert pipes.receive(process.stdout) == []  # ready
    pipes.end(process)
    assert process.returncode == -9
