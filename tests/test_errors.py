"""What errors say."""

from __future__ import annotations

import errno

import pytest

from searcher.errors import reason


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
