"""Compressed files that are not quite as they should be → what is in them, and a note."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from pathlib import Path

import pytest

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.readers.shares import Share, Tally
from searcher.sources import Source

TEXT = "Le budget de la ville a été présenté mercredi.\n"
LEFT = "something that is not compressed stands behind the compressed data; it was left out"
ENDS = "it ends within the head of another compressed part; what stands before that was read"


def cut(count: int) -> str:
    return f"cut short after {count} bytes; whatever followed is lost"


SIZE = len(TEXT.encode())
PACKED = {
    "whole": (gzip.compress(TEXT.encode()), TEXT, None),
    "two members": (gzip.compress(TEXT.encode()) * 2, 2 * TEXT, None),
    "zeros behind": (gzip.compress(TEXT.encode()) + bytes(512), TEXT, None),
    "junk behind": (gzip.compress(TEXT.encode()) + b"junk", TEXT, LEFT),
    "junk behind two members": (gzip.compress(TEXT.encode()) * 2 + b"\r\n", 2 * TEXT, LEFT),
    "zeros and junk behind": (gzip.compress(TEXT.encode()) + bytes(9) + b"junk", TEXT, LEFT),
    "cut": (gzip.compress(TEXT.encode())[:-8], TEXT, cut(SIZE)),
    "a member that is cut behind": (gzip.compress(TEXT.encode()) + gzip.compress(b"x")[:14], f"{TEXT}x", cut(SIZE + 1)),
    "a header that is cut behind": (gzip.compress(TEXT.encode()) + gzip.compress(b"x")[:7], TEXT, ENDS),
    "a member without its data behind": (gzip.compress(TEXT.encode()) + gzip.compress(b"x")[:10], TEXT, cut(SIZE)),
    "a header alone": (gzip.compress(b"x")[:7], None, cut(0)),
    "junk behind bzip2": (bz2.compress(TEXT.encode()) + b"junk", TEXT, LEFT),
    "two streams of bzip2": (bz2.compress(TEXT.encode()) * 2, 2 * TEXT, None),
    "bzip2 that is cut": (bz2.compress(TEXT.encode())[:-30], None, cut(0)),
    "zeros behind XZ": (lzma.compress(TEXT.encode()) + bytes(512), TEXT, None),
    "zeros between streams of XZ": (
        lzma.compress(TEXT.encode()) + bytes(8) + lzma.compress(TEXT.encode()),
        2 * TEXT,
        None,
    ),
    "junk behind XZ": (lzma.compress(TEXT.encode()) + bytes(4) + b"junk", TEXT, LEFT),
    "a header of XZ that is cut behind": (lzma.compress(TEXT.encode()) + lzma.compress(b"x")[:12], TEXT, ENDS),
    "XZ that is cut": (lzma.compress(TEXT.encode())[:-24], TEXT, cut(SIZE)),
}


@pytest.mark.parametrize("case", PACKED)
def test_it_reads_what_gzip_itself_reads(case: str, tmp_path: Path) -> None:
    raw, text, said = PACKED[case]
    path = tmp_path / "a.txt.gz"
    path.write_bytes(raw)
    found = list(read(Source(str(path), "a.txt")))
    assert [each.text for each in found if isinstance(each, Article)] == ([text.strip()] if text else [])
    problems = [each for each in found if isinstance(each, Problem)]
    kind = "failed" if (said or "").startswith("cut short after") else "noted"
    assert [(each.reason, each.kind) for each in problems] == ([(said, kind)] if said else [])


def test_one_reader_of_several_notes_what_was_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    lines = "".join(json.dumps({"title": f"Titre {number}", "text": TEXT}) + "\n" for number in range(100))
    path.write_bytes(gzip.compress(lines.encode()) + b"junk")
    shares = [list(read(Source(str(path), "a.jsonl"), form="jsonl", share=Share(which, 2))) for which in (0, 1)]
    assert sum(isinstance(each, Article) for share in shares for each in share) == 100
    assert [each.reason for share in shares for each in share if isinstance(each, Problem)] == [LEFT]
    assert [sum(isinstance(each, Tally) for each in share) for share in shares] == [1, 1]


@pytest.mark.parametrize("record", ["[" * 100_000, '{"text":' * 100_000])
def test_a_record_that_is_nested_too_deeply_is_said_to_be_in_our_words(record: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps({'title': 'Titre', 'text': TEXT})}\n{record}\n", "utf-8")
    found = list(read(Source(str(path), "a.jsonl")))
    assert [each.reason for each in found if isinstance(each, Problem)] == ["line 2: nested too deeply"]
