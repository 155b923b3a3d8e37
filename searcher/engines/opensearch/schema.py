"""What a cluster keeps for an index: settings and mappings of its two indexes; entry → document; document → article.

NAME        a document an article: its terms as text, what is counted and sorted by, and the article as it is given back
NAME-terms  a document a term of a field: what is listed by prefix; and a document whose version numbers the commits
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from searcher import article as names
from searcher.article import Article, Entry
from searcher.engines.bm25 import K1, B
from searcher.engines.opensearch.client import as_json
from searcher.engines.opensearch.target import OpenSearch
from searcher.engines.stored import as_article, check_seal, dated, packed, seal, values
from searcher.engines.tokens import MARK, as_tokens, term, token

SEQUENCE = "sequence"
"""The place of an article in the order added; no two that a reader sees share one."""

BORN = "born"
"""The commit that an article, or a term, came with."""

FIRST_DAY, LAST_DAY, INSTANT = "first_day", "last_day", "instant"
"""Of the article's date: days as Gregorian ordinals, both included, and `article.instant`; absent without a date."""

SERIAL = "serial"
"""`Entry.serial`."""

STORED = "stored"
"""Only kept: the seal of an article and its annotations, in hex, and they themselves as JSON (`stored.packed`)."""

FIELD, TOKEN, ODD, TERM = "field", "token", "odd", "term"
"""A term in the vocabulary: its field, its token, whether that is not the term itself, and then the term in JSON."""

COMMITS = "commits"
"""The identifier of the document that numbers the commits."""

TOKENS = "tokens"
"""The analyzer, which takes a field apart at the spaces."""

_SIMILARITY = "bm25"


def counted(field: str) -> str:
    """The field in which the tokens of a field of whole values are counted."""
    return f"{field}_counted"


def articles(given: OpenSearch) -> dict[str, Any]:
    """The request that makes the index of the articles."""
    fields: dict[str, Any] = {name: _text(name) for name in names.FIELDS}
    fields |= {counted(name): {"type": "keyword", "index": False} for name in names.WHOLE.values()}
    fields |= {name: {"type": "long"} for name in (SEQUENCE, BORN, INSTANT, SERIAL)}
    fields |= {name: {"type": "integer"} for name in (FIRST_DAY, LAST_DAY)}
    fields[STORED] = {"type": "keyword", "index": False, "doc_values": False}
    return {
        "settings": {
            "index": {
                **_spread(given),
                "refresh_interval": "-1",
                "analysis": _ANALYSIS,
                "similarity": {_SIMILARITY: _BM25},
            }
        },
        "mappings": {"dynamic": "strict", "_source": {"includes": [STORED, SERIAL]}, "properties": fields},
    }


def vocabulary(given: OpenSearch) -> dict[str, Any]:
    """The request that makes the index of the terms. It is kept in the order in which terms are listed."""
    keyword = {"type": "keyword"}
    kept = {"type": "keyword", "index": False, "doc_values": False}
    return {
        "settings": {"index": {**_spread(given), "refresh_interval": "-1", "sort.field": [FIELD, TOKEN]}},
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": [TERM]},
            "properties": {
                FIELD: keyword,
                TOKEN: keyword,
                BORN: {"type": "long"},
                ODD: {"type": "boolean"},
                TERM: kept,
            },
        },
    }


def _spread(given: OpenSearch) -> dict[str, Any]:
    copies = {"auto_expand_replicas": "0-1"} if given.replicas is None else {"number_of_replicas": given.replicas}
    return {"number_of_shards": given.shards or 1, **copies}


def _text(field: str) -> dict[str, Any]:
    return {
        "type": "text",
        "analyzer": TOKENS,
        "similarity": _SIMILARITY,
        "index_options": "positions" if field in names.POSITIONAL else "freqs",
    }


_ANALYSIS = {
    "tokenizer": {"spaces": {"type": "whitespace", "max_token_length": 32_000}},
    "analyzer": {TOKENS: {"type": "custom", "tokenizer": "spaces"}},
}

_BM25 = {
    "type": "scripted",
    "weight_script": {"source": "return query.boost;"},
    "script": {
        "source": f"return {K1 + 1} * doc.freq / (doc.freq + {K1 * (1 - B):.4} + {K1 * B:.4} * doc.length / weight);"
    },
}
"""`engines.bm25` without the idf, for an average length that comes as the boost of a query: what a commit holds is known here.
Lucene's own statistics count articles that no reader sees yet and articles that are gone, in each copy of a shard others."""


_ROUNDED = (
    "double score = _score; if (score == 0.0) return 0.0; "
    "return BigDecimal.valueOf(score).round(new MathContext(5, RoundingMode.HALF_EVEN)).doubleValue();"
)

RANK: dict[str, Any] = {"_script": {"type": "number", "script": {"source": _ROUNDED}, "order": "desc"}}
"""An order of hits: `ranks.rank`, in the cluster."""


Ready = tuple[int, int, bytes, tuple[int, int, int], Mapping[str, str]]
"""An entry as it goes through a pipe: its place in the order added, its serial, article and annotations (`stored.packed`), the
days and instant of its date (`stored.dated`), its terms."""


def ready(entry: Entry, sequence: int) -> Ready:
    raw = packed(entry.article, entry.annotations)
    return sequence, entry.serial, raw, dated(entry.article.date), dict(entry.terms)


def document(ready: Ready, born: int) -> tuple[dict[str, Any], list[str]]:
    """The document of an entry, and those of its terms that are too long to be tokens."""
    sequence, serial, raw, (first, last, instant), terms = ready
    long: list[str] = []
    made: dict[str, Any] = {}
    for name in names.FIELDS:
        if text := terms.get(name):
            made[name] = as_tokens(text, long)
    for name in names.WHOLE.values():
        if name in made:
            made[counted(name)] = made[name].split()
    if first:
        made |= {FIRST_DAY: first, LAST_DAY: last, INSTANT: instant}
    made |= {SEQUENCE: sequence, BORN: born, SERIAL: serial, STORED: _sealed(raw, sequence)}
    return made, long


def _sealed(raw: bytes, sequence: int) -> str:
    """The seal of some bytes in hex, and the bytes as a string; lone surrogates as escapes in the JSON that they are."""
    written = raw.decode("utf-8", "surrogatepass")
    try:
        written.encode()
    except UnicodeEncodeError:
        raw = as_json(values(raw))
        written = raw.decode()
    return f"{seal(raw, sequence).hex()}{written}"


def article(stored: str, sequence: int) -> tuple[Article, str]:
    """The article that was stored, and its annotations. Raises ValueError unless it is the article of this place in the order
    added."""
    raw = stored[8:].encode()
    check_seal(raw, sequence, bytes.fromhex(stored[:8]))
    return as_article({"text": "", **values(raw)})


def name(field: str, text: str) -> str:
    """The identifier of a token of a field in the vocabulary: sixteen bytes of digest tell billions of them apart."""
    return blake2b(f"{field} {text}".encode(), digest_size=16).hexdigest()


def listed(field: str, text: str, born: int, long: str | None = None) -> bytes:
    """The document of a token in the vocabulary, as JSON; `long` is the term of a token that is cut."""
    if text.isalnum():  # nothing to escape, and six times as quick
        return f'{{"{FIELD}":"{field}","{TOKEN}":"{text}","{BORN}":{born}}}'.encode()
    made: dict[str, Any] = {FIELD: field, TOKEN: text, BORN: born}
    if MARK in text:
        made |= {ODD: True, TERM: as_json([term(text) if long is None else long]).decode()}
    return as_json(made)


def described(token_of: str, source: Any) -> str:
    """The term that a document of the vocabulary stands for. Raises ValueError when it is not the token's."""
    from json import loads

    text = str(loads(source[TERM])[0])
    if token(text) != token_of:
        raise ValueError("a term is not what was stored")
    return text
