"""Why an input gave no article, as a reader says it in English → the same in the language of this process.

Reasons are kept in the ledger of an index and in reports as texts, so they are recognised by their wording: each template of
`french_reasons` is a reason with `{}` for what differs. A test holds the list against the readers.
"""

from __future__ import annotations

import re
from functools import cache

from searcher.messages import Language, spoken


def told(reason: str) -> str:
    """A reason in the language of this process; as it is when no template fits."""
    if spoken() == "en":
        return reason
    for pattern, _, french in _templates():
        found = pattern.fullmatch(reason)
        if found is not None:
            return french.format(*map(told, found.groups()))
    return reason


def in_general(reason: str, language: Language) -> str:
    """A reason in a language without what differs from file to file, which may name something private; an ellipsis alone when
    no template fits."""
    for pattern, english, french in _templates():
        if pattern.fullmatch(reason) is not None:
            return (french if language == "fr" else english).replace("{}", "…")
    return "…"


@cache
def _templates() -> list[tuple[re.Pattern[str], str, str]]:
    from searcher.messages.french_reasons import REASONS

    # A template of more letters says more: it is tried before a general one.
    ordered = sorted(REASONS.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return [
        (re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL), english, french)
        for english, french in ordered
    ]
