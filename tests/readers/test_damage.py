"""Files cut short or damaged at every place → what is right of them, and one line that says what is lost."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source

PARAGRAPHS = [
    f"Le conseil n’a pas voté le budget n° {number * 7919} de la ville, écrit-on mardi." for number in range(12)
]
TEXT = "\n\n".join(PARAGRAPHS)
MEMBERS = [(f"n{number}.txt", f"Titre : Le n° {number}\n\nDépêche n° {number}. {TEXT}") for number in range(3)]
TRUE = {name: text.partition("\n\n")[2] for name, text in MEMBERS}


def zstd(raw: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").ZstdCompressor(write_checksum=True).compress(raw))


def zipped(method: int, *, descriptors: bool = False) -> bytes:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    out = Unseekable() if descriptors else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in MEMBERS:
            archive.writestr(name, text)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in MEMBERS:
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


STREAMS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd,
}
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "zip": lambda: zipped(zipfile.ZIP_DEFLATED),
    "stored zip": lambda: zipped(zipfile.ZIP_STORED),
    "zip with sizes behind": lambda: zipped(zipfile.ZIP_DEFLATED, descriptors=True),
    "stored zip with sizes behind": lambda: zipped(zipfile.ZIP_STORED, descriptors=True),
    "bzip2 zip": lambda: zipped(zipfile.ZIP_BZIP2),
    "tar": tarred,
    "tar.gz": lambda: gzip.compress(tarred()),
    "tar.zst": lambda: zstd(tarred()),
}


def found(raw: bytes, name: str) -> tuple[list[Article], list[Problem]]:
    each = list(read(Source(name, name, len(raw), content=raw)))
    return [one for one in each if isinstance(one, Article)], [one for one in each if isinstance(one, Problem)]


def places(raw: bytes, count: int) -> list[int]:
    """So many places behind the first bytes, which tell what a file is, and the last bytes."""
    return sorted({*range(len(raw) - 24, len(raw), 5), *range(6, len(raw), max(1, len(raw) // count))})


@pytest.mark.parametrize("packer", STREAMS)
def test_a_text_that_is_cut_is_read_up_to_there(packer: str) -> None:
    raw = STREAMS[packer](TEXT.encode())
    for at in places(raw, 20):
        articles, problems = found(raw[:at], "a.txt")
        assert all(TEXT.startswith(each.text) for each in articles), at
        lost = [each.reason for each in problems if each.kind == "failed"]
        assert len(lost) == 1, (at, lost)
        if articles:
            assert lost[0].startswith("cut short after "), at


@pytest.mark.parametrize("packer", STREAMS)
def test_a_text_that_is_damaged_is_right_or_reported(packer: str) -> None:
    raw = STREAMS[packer](TEXT.encode())
    for at in places(raw, 20):
        articles, problems = found(raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :], "a.txt")
        assert len([each for each in problems if each.kind == "failed"]) <= 1, (at, problems)
        assert problems or [each.text for each in articles] == [TEXT], at


@pytest.mark.parametrize("packer", ARCHIVES)
def test_the_members_of_an_archive_that_is_cut_are_read_up_to_there(packer: str) -> None:
    raw = ARCHIVES[packer]()
    for at in [each for each in places(raw, 20) if packer != "tar" or each > 512]:
        articles, problems = found(raw[:at], "a.bin")
        for each in articles:
            name = each.place or ""
            assert TRUE[name].startswith(each.text) or dict(MEMBERS)[name].startswith(each.text), at
        assert [each.place for each in articles] == [name for name, _ in MEMBERS][: len(articles)], at
        whole = len([each for each in articles if each.text == TRUE[each.place or ""]])
        assert whole >= len(articles) - 1, at
        told = [each.reason for each in problems]
        assert len(told) == 1 or (whole == len(MEMBERS) and "tar" in packer), (at, told)


@pytest.mark.parametrize("packer", [each for each in ARCHIVES if "zip" in each])
def test_damage_to_a_member_costs_no_other(packer: str) -> None:
    raw = ARCHIVES[packer]()
    for at in places(raw, 30):
        articles, problems = found(raw[:at] + bytes([raw[at] ^ 0x10]) + raw[at + 1 :], "a.bin")
        right = [each for each in articles if each.text == TRUE.get(each.place or "")]
        assert len(right) >= len(MEMBERS) - 1, at
        assert len(right) == len(MEMBERS) or problems or len(articles) == len(MEMBERS), at
        assert len(problems) <= 2, (at, problems)


RECORDS = [{"title": f"Titre {number}", "text": text, "date": "2020-03-15"} for number, text in enumerate(PARAGRAPHS)]
TABLE = "title,date,text\n" + "".join(f'{each["title"]},{each["date"]},"{each["text"]}"\n' for each in RECORDS)


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("a.jsonl", "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in RECORDS)),
        ("a.json", json.dumps(RECORDS)),
        ("a.csv", TABLE),
    ],
)
def test_the_records_of_a_stream_that_is_cut_are_whole(name: str, whole: str) -> None:
    raw = gzip.compress(whole.encode())
    for at in range(60, len(raw) - 8, 37):
        articles, problems = found(raw[:at], name)
        for article, record in zip(articles, RECORDS, strict=False):
            assert (article.title, article.text, str(article.date)) == tuple(record.values()), at
        (lost,) = [each.reason for each in problems if each.kind == "failed"]
        assert lost.startswith("cut short after "), at


def test_a_word_document_that_is_cut_is_read_up_to_there() -> None:
    pytest.importorskip("lxml")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in PARAGRAPHS)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/media/image1.png", bytes(range(256)) * 9)
    raw = out.getvalue()
    end = raw.index(b"word/media") - 30
    for at, said in (
        (end - 40, "word/document.xml: cut short after "),
        (end + 200, "a damaged Zip archive (cut short"),
    ):
        articles, problems = found(raw[:at], "a.docx")
        assert [TEXT.startswith(each.text[:-1]) for each in articles] == [True]
        assert [each.reason.startswith(said) for each in problems] == [True], problems
