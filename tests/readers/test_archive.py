"""What archives give: their members in order, whatever packs them; and that none of them can do harm."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.readers.archives import archive, tarred, zipped
from searcher.sources import Source, sources

TEXT = "Titre : Le port de Marseille\n\nLes dockers ont repris le travail vendredi matin, après neuf jours de grève."
PAIRS = [("2020/port.txt", TEXT.encode()), ("2020/été.txt", "Titre : L’été\n\nIl a fait très chaud à Lyon.".encode())]

Members = Iterable[tuple[str, bytes]]


def zip_of(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in members:
            file.writestr(name, content)
    return out.getvalue()


def tar_of(members: Members, format: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as file:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zstd_of(raw: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(raw))


def found(raw: bytes, name: str = "a.bin") -> list[Article | Problem]:
    return list(read(Source(name, name, len(raw), content=raw)))


def titles(raw: bytes) -> list[str]:
    return [each.title for each in found(raw) if isinstance(each, Article)]


def reasons(raw: bytes) -> list[str]:
    return [each.reason for each in found(raw) if isinstance(each, Problem)]


PACKERS: dict[str, Callable[[Members], bytes]] = {
    "zip": zip_of,
    "stored zip": lambda members: zip_of(members, zipfile.ZIP_STORED),
    "bzip2 zip": lambda members: zip_of(members, zipfile.ZIP_BZIP2),
    "lzma zip": lambda members: zip_of(members, zipfile.ZIP_LZMA),
    "zip after something": lambda members: b"PK\3\4 un mot avant" + zip_of(members),
    "pax tar": tar_of,
    "gnu tar": lambda members: tar_of(members, tarfile.GNU_FORMAT),
    "tar.gz": lambda members: gzip.compress(tar_of(members)),
    "tar.bz2": lambda members: bz2.compress(tar_of(members)),
    "tar.xz": lambda members: lzma.compress(tar_of(members)),
    "tar.zst": lambda members: zstd_of(tar_of(members)),
    "zip in tar.gz": lambda members: gzip.compress(tar_of([("a.zip", zip_of(members))])),
    "tar.gz in zip": lambda members: zip_of([("a.tar.gz", gzip.compress(tar_of(members)))]),
}


@pytest.mark.parametrize("packer", PACKERS)
def test_it_reads_the_members_of_every_kind_of_archive(packer: str) -> None:
    articles = found(PACKERS[packer](PAIRS))
    assert [each.title for each in articles if isinstance(each, Article)] == ["Le port de Marseille", "L’été"]
    inner = "" if " in " not in packer else ("a.zip, " if packer.startswith("zip") else "a.tar.gz, ")
    assert [each.place for each in articles] == [f"{inner}2020/port.txt", f"{inner}2020/été.txt"]
    assert [each.id for each in articles if isinstance(each, Article)] == ["port", "été"]


def test_it_reads_every_format_in_an_archive() -> None:
    record = {"id": "a1", "title": "Le budget", "text": "L’Assemblée a voté."}
    raw = zip_of(
        [
            ("a.jsonl.gz", gzip.compress(json.dumps(record).encode())),
            ("b.csv", "title,text\nLa grève,Les trains roulent.\n".encode()),
            ("c.txt", TEXT.encode()),
        ]
    )
    assert [(each.place, each.id) for each in found(raw) if isinstance(each, Article)] == [
        ("a.jsonl.gz, line 1", "a1"),
        ("b.csv, line 2", "b-2"),
        ("c.txt", "c"),
    ]


def test_it_passes_over_furniture_links_and_devices(tmp_path: Path) -> None:
    names = [
        "README.md",
        "LICENSE",
        "a/.caché.txt",
        ".git/x.txt",
        "__MACOSX/a.txt",
        "a/",
        "Thumbs.db",
        "../../a.txt",
        "/b.txt",
    ]
    pairs = [(name, b"" if name.endswith("/") else TEXT.encode()) for name in names]
    assert [each.place for each in found(zip_of(pairs))] == ["../../a.txt", "/b.txt"]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        for name, kind in (
            ("lien", tarfile.SYMTYPE),
            ("dur", tarfile.LNKTYPE),
            ("fifo", tarfile.FIFOTYPE),
            ("d", tarfile.DIRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        file.addfile(tarfile.TarInfo("vide.txt"))
    assert [(each.place, each.reason) for each in found(out.getvalue()) if isinstance(each, Problem)] == [
        ("vide.txt", "empty")
    ]
    link = zipfile.ZipInfo("lien.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped_file:
        zipped_file.writestr(link, "/etc/passwd")
    assert found(packed.getvalue()) == []


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("été.txt".encode(), "été.txt"),
        ("été.txt".encode("cp437"), "été.txt"),
        ("ÉTÉ à Bâle.txt".encode("cp850"), "ÉTÉ à Bâle.txt"),
        ("été à Noël.txt".encode("cp1252"), "été à Noël.txt"),
        (b"2020\\port.txt", "2020/port.txt"),
        ("a\n\x1b[31m\u202eb".encode(), "a\ufffd\ufffd[31m\ufffdb"),
    ],
)
def test_it_knows_how_a_name_was_written(raw: bytes, name: str) -> None:
    assert zipped.name_of(raw) == name


def test_it_gives_both_members_of_one_name() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        raw = zip_of([("a.txt", b"Le premier texte."), ("a.txt", b"Le second texte.")])
    assert titles(raw) == ["Le premier texte", "Le second texte"]


def patched(raw: bytes, *changes: tuple[bytes, int, bytes]) -> bytes:
    """A Zip archive of one member with bytes put at offsets into its headers."""
    changed = bytearray(raw)
    for mark, offset, value in changes:
        at = changed.index(mark) + offset
        changed[at : at + len(value)] = value
    return bytes(changed)


ONE = zip_of([("a.txt", TEXT.encode())])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (patched(ONE, (b"PK\1\2", 8, b"\1\0")), "encrypted"),
        (patched(ONE, (b"PK\1\2", 10, b"\x09\0")), "packed with Deflate64, which is not read"),
        (patched(ONE, (b"PK\1\2", 10, b"\x4d\0")), "packed with method 77, which is not read"),
        (patched(ONE, (b"PK\1\2", 16, b"abcd")), "damaged (its checksum differs)"),
        (patched(ONE, (b"PK\3\4", 0, b"XXXX")), "not text (it holds zero bytes)"),
        (
            patched(ONE, (b"PK\1\2", 0, b"XXXX")),
            "a damaged Zip archive (its table of contents is); members found by their own headers: 1",
        ),
        (
            ONE[:-22],
            "a damaged Zip archive (cut short: its table of contents is missing); members found by their own headers: 1",
        ),
        (ONE[: len(ONE) // 2], "cut short after 59 bytes; whatever followed is lost"),
        (patched(ONE, (b"PK\1\2", 20, b"\xff\xff\0\0")), "its members overlap; taken for a bomb"),
        (tar_of(PAIRS)[:600], "cut short after 88 bytes; whatever followed is lost"),
    ],
)
def test_it_says_what_is_wrong_with_a_member(raw: bytes, reason: str) -> None:
    assert reasons(raw) == [reason]


def test_it_does_not_believe_the_size_a_member_claims() -> None:
    assert titles(patched(ONE, (b"PK\1\2", 24, b"\1\0\0\0"))) == ["Le port de Marseille"]
    assert titles(patched(ONE, (b"PK\1\2", 24, b"\xfe\xff\xff\x7f"))) == ["Le port de Marseille"]


def test_it_reports_a_hundred_members_and_sums_up_the_others() -> None:
    raw = zip_of([(f"{number}.bin", b"\0\1\2\3binaire") for number in range(250)] + [("a.txt", TEXT.encode())])
    assert titles(raw) == ["Le port de Marseille"]
    assert len(reasons(raw)) == archive.MAX_PROBLEMS + 1
    assert reasons(raw)[-1] == "150 more members could not be read"


def test_it_sums_up_what_holds_no_article() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(9)
    raw = zip_of([("a.png", picture), ("b.png", picture), ("c.css", b"p { color: red }")])
    assert [(each.reason, each.kind, each.place) for each in found(raw) if isinstance(each, Problem)] == [
        ("3 members hold no article (a picture (PNG) 2, a style sheet 1)", "skipped", None)
    ]
    assert [(each.reason, each.place) for each in found(zip_of([("a.png", picture)])) if isinstance(each, Problem)] == [
        ("no article: a picture (PNG)", "a.png")
    ]


def test_it_looks_two_archives_deep_and_no_deeper() -> None:
    raw = zip_of(PAIRS[:1])
    for depth in range(4):
        assert (titles(raw) == ["Le port de Marseille"]) == (depth <= 2)
        assert reasons(raw) == ([] if depth <= 2 else ["more than 2 archives deep; unpack it first"])
        raw = zip_of([("a.zip", raw)])


def test_it_stops_at_bombs_of_many_small_members() -> None:
    bomb = zip_of([("b.json", b"[" + b" " * (15 << 20))])  # each within the grace that small files have
    raw = zip_of([(f"{number}.zip", bomb) for number in range(100)])
    assert len(raw) < 2 << 20
    *before, reason = reasons(raw)
    assert "taken for a bomb" in reason
    assert len(before) < 10


def test_it_reads_a_large_member_without_holding_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_COPIED", 10)
    monkeypatch.setattr(archive, "MAX_HEAD", 16)
    lines = "".join(json.dumps({"title": f"Titre {number}", "text": "Un texte."}) + "\n" for number in range(1500))
    pairs = [("a.jsonl", lines.encode()), ("b.csv", b"title,text\nLe vent,Il souffle.\n"), ("c.txt", TEXT.encode())]
    for raw in (gzip.compress(tar_of(pairs)), zstd_of(tar_of(pairs)), tar_of(pairs)):
        assert len(titles(raw)) == 1502
        assert reasons(raw) == []


def test_it_lets_members_be_read_together() -> None:
    raw = zip_of([("n1/mets.xml", b"<mets/>"), ("n1/alto/p1.xml", b"<alto/>"), ("n1/alto/p2.xml", b"<alto/>")])
    source = Source("a.zip", "a.zip", len(raw), content=raw)
    siblings = archive._Siblings(source, io.BytesIO(raw))
    (first, *_) = zipped.members(io.BytesIO(raw))
    issue = replace(siblings.part(first), siblings=siblings)
    page = issue.beside("alto/p2.xml")
    assert page is not None
    assert page.open().read() == b"<alto/>"
    assert page.names() == ["p1.xml", "p2.xml"]
    assert issue.names() == ["alto", "mets.xml"]
    assert page.beside("../mets.xml") is not None
    assert page.beside("../../../etc/passwd") is None
    assert page.beside("p3.xml") is None


def test_it_knows_a_tar_archive_of_before_1988() -> None:
    raw = bytearray(tar_of([("a.txt", TEXT.encode())], tarfile.USTAR_FORMAT))
    raw[257:265] = bytes(8)
    raw[148:156] = b"        "
    raw[148:156] = b"%06o\0 " % sum(raw[:512])
    assert tarred.is_header(bytes(raw[:512]))
    assert titles(bytes(raw)) == ["Le port de Marseille"]


def test_it_reads_long_names() -> None:
    name = "2020/" + "é" * 180 + ".txt"
    for format in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert [each.place for each in found(tar_of([(name, TEXT.encode())], format))] == [name]


@pytest.mark.parametrize("packer", ["zip", "bzip2 zip", "lzma zip", "pax tar", "gnu tar", "tar.gz"])
@given(seed=st.integers(0, 1 << 32), flips=st.integers(0, 8), cut=st.floats(0, 1))
def test_it_never_raises_for_a_damaged_archive(packer: str, seed: int, flips: int, cut: float) -> None:
    raw = bytearray(PACKERS[packer](PAIRS))
    chance = random.Random(seed)
    for _ in range(flips):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    if not flips:
        del raw[int(cut * len(raw)) :]
    for each in found(bytes(raw)):
        assert isinstance(each, Article | Problem)


def test_it_reads_archives_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of(PAIRS))
    (tmp_path / "b.tgz").write_bytes(gzip.compress(tar_of(PAIRS)))
    read_all = [each for source in sources([tmp_path]) if isinstance(source, Source) for each in read(source)]
    assert [Path(each.path).name for each in read_all] == ["a.zip", "a.zip", "b.tgz", "b.tgz"]
