"""Which language a text is in, where nobody declared it."""

from __future__ import annotations

from functools import cache
from typing import Any

from searcher.analysis import looks_french

SAMPLE = 2000  # characters looked at
ENOUGH = 60  # characters below which a guess would be one


def language(text: str) -> str | None:
    """An ISO 639-1 code, None when it is too short to tell. Without py3langid only French is told from the rest."""
    sample = text[:SAMPLE]
    if looks_french(sample):
        return "fr"
    identifier = _identifier()
    if identifier is None or len(sample.strip()) < ENOUGH:
        return None
    code, probability = identifier.classify(sample)
    return str(code) if probability > 0.9 else None


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # here: an extra, and slow to load
    except ImportError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
