"""Term ↔ token: what a borrowed engine stores for a term. A token survives the engine's tokenizer, UTF-8 and the engine's
longest term; different terms have different tokens."""

from __future__ import annotations

from functools import lru_cache

from searcher.article import as_value
from searcher.engines.folders import sha256
from searcher.patterns import lazily

MARK = "\x1a"
"""What an escape begins with. An engine may use it followed by any sign but `~` and a hex digit for purposes of its own."""

_EMPTY = f"{MARK}0"
_CUT = f"{MARK}~"
_LONGEST = 8_000  # code points, four bytes of UTF-8 each at most; Lucene refuses a term of more than 32,766 bytes
_HEAD = 1_000  # code points of a long term that its token begins with
_UNSAFE = lazily("[\\s\x1a\ud800-\udfff]")
_ESCAPED = lazily(f"{MARK}([0-9a-f]{{4}})")


def beginning(text: str) -> str:
    """What the tokens of all terms that begin with `text` begin with, and perhaps some others."""
    return _escaped(text)[:_HEAD]


def token(term: str) -> str:
    """The token of a term: itself but for lone surrogates and white space, which are escaped as four hex digits.

    A term that is too long is its beginning and a digest.
    """
    escaped = _escaped(term) or _EMPTY
    if len(escaped) <= _LONGEST:
        return escaped
    return f"{escaped[:_HEAD]}{_CUT}{sha256(escaped.encode())}"


def _escaped(text: str) -> str:
    if text.isprintable() and " " not in text:  # nothing printable is escaped, but for a space
        return text
    return _UNSAFE.sub(lambda found: f"{MARK}{ord(found[0]):04x}", text)


def is_cut(token: str) -> bool:
    """Whether a token stands for a term too long to be one."""
    return _CUT in token


def term(token: str) -> str:
    """The inverse of `token`, for those that are not cut."""
    if MARK not in token:
        return token
    return "" if token == _EMPTY else _ESCAPED.sub(lambda found: chr(int(found[1], 16)), token)


@lru_cache(1 << 16)
def value(token: str) -> str | None:
    """The whole value of a token that is not cut."""
    return as_value(term(token))


def as_tokens(text: str, long: list[str]) -> str:
    """A field, its terms with spaces between, as the tokens of these terms. Terms that are cut are added to `long`."""
    if text.isprintable() and (len(text) <= _LONGEST or max(map(len, text.split(" "))) <= _LONGEST):
        return text  # nothing printable is escaped, but for the spaces between (8 µs an article)
    terms = text.split()
    tokens = list(map(token, terms))
    long += {term for term, token in zip(terms, tokens, strict=True) if is_cut(token)}
    return " ".join(tokens)
