"""Why an input gave no article, as a reader says it in English → the same in the language of this process.

Reasons are kept in the ledger of an index and in reports as texts, so they are recognised by their wording: each template of
`french_reasons` is a reason with `{}` for what differs. A test holds the list against the readers.
"""

from __future__ import annotations

import re
from functools import cache

from searcher.messages import spoken


def told(reason: str) -> str:
    """A reason in the language of this process; as it is when no template fits."""
    if spoken() == "en":
        return reason
    for pattern, template in _patterns():
        found = pattern.fullmatch(reason)
        if found is not None:
            return template.format(*map(told, found.groups()))
    return reason


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    from searcher.messages.french_reasons import REASONS

    # A template of more letters says more: it is tried before a general one.
    ordered = sorted(REASONS.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return [
        (re.compile("(.+?)".join(map(re.escape, written.split("{}"))), re.DOTALL), told) for written, told in ordered
    ]
