"""What errors say."""

from __future__ import annotations

import ast
import errno
from collections.abc import Iterator

import pytest

from searcher.errors import reason
from searcher.messages import translated
from tests import places


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "whatever"), "no space left on device"),
        (OSError("Not a gzipped file"), "not a gzipped file"),
        (OSError(0, "Success"), "refused by the system (OSError)"),
        (OSError(), "refused by the system (OSError)"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_a_reason_is_never_success(error: OSError | ValueError, said: str) -> None:
    assert reason(error) == said


@pytest.mark.parametrize(
    "number", [errno.ENOENT, errno.EBUSY, errno.EADDRINUSE, errno.ENOTEMPTY, errno.EDOM, errno.EPROTO]
)
def test_a_reason_is_told_in_french(number: int) -> None:
    told = reason(OSError(number, "whatever"))
    assert translated(told, "en") == told
    assert translated(told, "fr") != told


def handlers() -> Iterator[ast.ExceptHandler]:
    for path in sorted((places.ROOT / "searcher").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and node.type is not None and "OSError" in ast.unparse(node.type):
                yield node


def test_messages_tell_errors_of_the_system_by_their_reason() -> None:
    told = [
        ast.unparse(call)
        for handler in handlers()
        for call in ast.walk(handler)
        if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "Message"
        for given in call.keywords
        if isinstance(given.value, ast.Name) and given.value.id == handler.name
    ]
    assert told == []
