"""What it reads of 7-Zip archives, and what a damaged, encrypted or hostile one gives. On archives made here."""

from __future__ import annotations

import io
import threading

import pytest

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source
from tests.readers.test_archive import zip_of

py7zr = pytest.importorskip("py7zr", reason="py7zr is not installed")

FIRST = "Le port de Marseille\n\nLe port a rouvert mardi, après trois semaines de travaux."
SECOND = "Le port de Brest\n\nLes pêcheurs sont sortis dès l’aube, malgré la houle."


def seven(*members: tuple[str, str | bytes], **how: object) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", **how) as archive:
        for name, content in members:
            archive.writestr(content, name)
    return out.getvalue()


def found(raw: bytes) -> list[tuple[str | None, str]]:
    """The place and the title of each article; the place and the reason of each problem."""
    source = Source("a.7z", "a.7z", len(raw), content=raw)
    others = threading.active_count()
    told = [(each.place, each.title if isinstance(each, Article) else each.reason) for each in read(source)]
    assert threading.active_count() == others, "the thread that unpacks has ended"
    return told


def test_it_reads_members_in_their_order() -> None:
    raw = seven(("mars/été.txt", FIRST), (".cache", "x"), ("brest.txt", SECOND), ("p.css", "p { color: red }"))
    assert found(raw) == [
        ("mars/été.txt", "Le port de Marseille"),
        ("brest.txt", "Le port de Brest"),
        ("p.css", "no article: a style sheet"),
    ]


def test_it_reads_archives_in_archives() -> None:
    inner = seven(("a.txt", FIRST))
    assert found(seven(("b.7z", inner), ("c.zip", zip_of([("c.txt", SECOND.encode())])))) == [
        ("b.7z, a.txt", "Le port de Marseille"),
        ("c.zip, c.txt", "Le port de Brest"),
    ]


@pytest.mark.parametrize("method", ["LZMA2", "DEFLATE", "BZIP2", "PPMD", "COPY"])
def test_it_knows_the_methods_of_7zip(method: str) -> None:
    filters = [{"id": getattr(py7zr, f"FILTER_{method}")} | ({"preset": 1} if method == "LZMA2" else {})]
    if method == "PPMD":
        filters = [{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}]
    assert found(seven(("a.txt", FIRST), filters=filters)) == [("a.txt", "Le port de Marseille")]


@pytest.mark.parametrize("header", [False, True])
def test_it_says_that_an_archive_is_encrypted(header: bool) -> None:
    raw = seven(("a.txt", FIRST), password="secret", header_encryption=header)
    assert found(raw) == [(None, "encrypted; remove its password first")]


def test_it_stops_at_a_bomb() -> None:
    ((place, reason),) = found(seven(("a.txt", b"a" * (80 << 20)), ("b.txt", FIRST)))
    assert (place, reason.endswith("taken for a bomb")) == (None, True)


def test_it_reports_a_member_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    from searcher.readers.archives import sevenzip

    monkeypatch.setattr(sevenzip, "MAX_MEMBER", 100)
    assert found(seven(("a.txt", FIRST * 2), ("b.txt", SECOND))) == [
        ("a.txt", "larger than 0 MB; unpack it first"),
        ("b.txt", "Le port de Brest"),
    ]


def test_it_gives_what_stands_before_a_damaged_place() -> None:
    raw = bytearray(seven(("a.txt", FIRST), ("b.txt", SECOND), ("c.txt", FIRST), filters=[{"id": py7zr.FILTER_COPY}]))
    at = raw.index(b"houle")
    raw[at] ^= 1
    assert found(bytes(raw)) == [("a.txt", "Le port de Marseille"), (None, "a damaged 7-Zip archive")]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_it_says_that_an_archive_is_cut(share: float) -> None:
    raw = seven(("a.txt", FIRST), ("b.txt", SECOND))
    assert found(raw[: int(len(raw) * share)]) == [
        (None, "cut short: the table of contents at its end is missing, so no member can be read; copy it again")
    ]


def test_it_says_that_an_archive_in_another_is_cut() -> None:
    inner = seven(("a.txt", FIRST))
    raw = zip_of([("b.7z", inner[:-9]), ("c.txt", SECOND.encode())])
    told = [
        (each.place, each.title if isinstance(each, Article) else each.reason[:9])
        for each in read(Source("a.zip", "a.zip", len(raw), content=raw))
    ]
    assert told == [("b.7z", "cut short"), ("c.txt", "Le port de Brest")]


def test_it_ends_the_thread_when_nobody_asks_for_more() -> None:
    raw = seven(("a.txt", FIRST), ("b.txt", SECOND), ("c.txt", SECOND))
    others = threading.active_count()
    reading = read(Source("a.7z", "a.7z", len(raw), content=raw))
    assert not isinstance(next(reading), Problem)
    reading.close()  # type: ignore[attr-defined]
    assert threading.active_count() == others
