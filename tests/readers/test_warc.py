"""What web archives give: a page an article, whatever way it was sent and stored; everything else summed up."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.article import Article
from searcher.extras import install_command
from searcher.readers import Problem, read
from searcher.readers.web import http
from searcher.sources import Source, sources
from tests import places

TEXT = "Titre : Grève à la SNCF\n\nLe trafic reste très perturbé jeudi, selon la direction."
SAMPLES = places.SHARED / "formats/warc"


def http_of(
    payload: bytes, *headers: str, status: str = "HTTP/1.1 200 OK", media: str = "text/plain; charset=utf-8"
) -> bytes:
    return "\r\n".join([status, f"Content-Type: {media}", *headers, "", ""]).encode() + payload


def record(
    body: bytes,
    url: str = "https://www.exemple.fr/2020/greve.txt",
    kind: str = "response",
    version: str = "1.0",
    **more: str,
) -> bytes:
    media = "text/plain" if kind in ("resource", "conversion") else f"application/http; msgtype={kind}"
    headers = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": "2020-01-07T10:00:00Z", "Content-Type": media}
    headers |= {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"WARC/{version}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body + b"\r\n\r\n"


def found(raw: bytes, name: str = "a.warc") -> list[Article | Problem]:
    return list(read(Source(name, name, len(raw), content=raw)))


def one(raw: bytes) -> Article:
    (article,) = found(raw)
    assert isinstance(article, Article), article
    return article


def reasons(raw: bytes) -> list[str]:
    return [each.reason for each in found(raw) if isinstance(each, Problem)]


PAGE = record(http_of(TEXT.encode()))
INFO = record(b"software: rien\r\n", kind="warcinfo")


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_it_reads_a_page(version: str) -> None:
    assert one(INFO + record(http_of(TEXT.encode()), version=version)) == Article(
        id="www.exemple.fr/2020/greve.txt",
        text="Le trafic reste très perturbé jeudi, selon la direction.",
        title="Grève à la SNCF",
        url="https://www.exemple.fr/2020/greve.txt",
        language="fr",
        path="a.warc",
        place="record 2",
        format="text",
    )


def chunks(raw: bytes, size: int = 7) -> bytes:
    parts = [raw[at : at + size] for at in range(0, len(raw), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def brotli_of(raw: bytes) -> bytes:
    return bytes(pytest.importorskip("brotli").compress(raw))


def zstd_of(raw: bytes) -> bytes:
    return bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(raw))


RAW = TEXT.encode()
SENT = {
    "gzip": lambda: http_of(gzip.compress(RAW), "Content-Encoding: gzip"),
    "x-gzip": lambda: http_of(gzip.compress(RAW), "Content-Encoding: X-GZIP"),
    "deflate": lambda: http_of(zlib.compress(RAW), "Content-Encoding: deflate"),
    "deflate without its wrapper": lambda: http_of(zlib.compress(RAW)[2:-4], "Content-Encoding: deflate"),
    "brotli": lambda: http_of(brotli_of(RAW), "Content-Encoding: br"),
    "zstd": lambda: http_of(zstd_of(RAW), "Content-Encoding: zstd"),
    "chunked": lambda: http_of(chunks(RAW), "Transfer-Encoding: chunked"),
    "chunked and gzip": lambda: http_of(
        chunks(gzip.compress(RAW)), "Transfer-Encoding: Chunked", "Content-Encoding: gzip"
    ),
    "gzip by transfer": lambda: http_of(chunks(gzip.compress(RAW)), "Transfer-Encoding: gzip, chunked"),
    "two encodings": lambda: http_of(zlib.compress(gzip.compress(RAW)), "Content-Encoding: gzip, deflate"),
    "chunks declared only": lambda: http_of(RAW, "Transfer-Encoding: chunked"),
    "gzip declared only": lambda: http_of(RAW, "Content-Encoding: gzip"),
    "deflate declared only": lambda: http_of(RAW, "Content-Encoding: deflate"),
    "an unknown encoding": lambda: http_of(RAW, "Content-Encoding: identité"),
    "the last chunk missing": lambda: http_of(chunks(RAW, 1000)[:-5], "Transfer-Encoding: chunked"),
    "gzip without its end": lambda: http_of(gzip.compress(RAW)[:-8], "Content-Encoding: gzip"),
    "no status text": lambda: http_of(RAW, status="HTTP/1.0 200"),
    "HTTP/2": lambda: http_of(RAW, status="HTTP/2 200"),
    "bare line feeds": lambda: http_of(RAW).replace(b"\r\n", b"\n"),
    "a folded header": lambda: http_of(RAW, "X-Long: a", "  b", "\tc"),
}


@pytest.mark.parametrize("sent", SENT)
def test_it_unpacks_a_payload(sent: str) -> None:
    assert one(record(SENT[sent]())).text == "Le trafic reste très perturbé jeudi, selon la direction."


@pytest.mark.parametrize("kind", ["resource", "conversion"])
def test_it_reads_what_was_stored_without_a_response(kind: str) -> None:
    assert one(record(RAW, kind=kind)).title == "Grève à la SNCF"


def test_it_decodes_by_the_header_of_the_response() -> None:
    raw = record(http_of(TEXT.encode("utf-16-le"), media='text/plain; charset="utf-16le"'))
    assert one(raw).title == "Grève à la SNCF"


@pytest.mark.parametrize(
    ("url", "id", "kept"),
    [
        ("http://exemple.fr/", "exemple.fr/", "http://exemple.fr/"),
        ("<https://exemple.fr/a?b=1>", "exemple.fr/a?b=1", "https://exemple.fr/a?b=1"),
        ("https://exemple.fr/un mot", "exemple.fr/un%20mot", "https://exemple.fr/un%20mot"),
        ("https://exemple.fr/été\x1b", "exemple.fr/été%1B", "https://exemple.fr/été%1B"),
    ],
)
def test_it_cites_an_article_by_its_address(url: str, id: str, kept: str) -> None:
    article = one(record(http_of(RAW), url=url))
    assert (article.id, article.url) == (id, kept)


def test_it_keeps_the_names_that_records_have_themselves() -> None:
    raw = record(http_of(b'{"id": "a-1", "title": "Le budget", "text": "Il passe."}', media="application/json"))
    assert one(raw).id == "a-1"


def test_it_sums_up_what_holds_no_article() -> None:
    raw = b"".join(
        [
            INFO,
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(b"", kind="revisit"),
            record(b"a: b\r\n", kind="metadata"),
            record(http_of(b"\x89PNG", media="image/png")),
            record(http_of(b"\xff\xd8\xff", media="image/jpeg")),
            record(http_of(b"p {}", media="text/css")),
            record(http_of(b"", "Location: /a", status="HTTP/1.1 302 Found")),
            record(http_of(RAW, status="HTTP/1.1 404 Not Found")),
            record(http_of(b"User-agent: *"), url="https://exemple.fr/robots.txt"),
            record(http_of(b" \r\n")),
            record(http_of(b'{"a": 1}', media="application/json")),
            PAGE,
            record(b"20200107100000\n127.0.0.1\n", url="dns:exemple.fr", kind="response"),
        ]
    )
    article, problem = found(raw)
    assert isinstance(article, Article)
    assert problem == Problem(
        "a.warc",
        "8 records that hold no article (pictures, sound and fonts 2, style sheets 1, redirects 1, errors 1, "
        "robots.txt and the like 1, empty pages 1, JSON without a title or a text 1)",
        None,
        "skipped",
    )


def test_it_says_when_there_is_no_page_at_all() -> None:
    (problem,) = found(INFO)
    assert problem == Problem("a.warc", "no article: a web archive without a page", None, "skipped")


def test_it_reports_records_that_fail_together() -> None:
    raw = PAGE + b"".join(record(http_of(b"%PDF-1.4 rien", media="application/pdf")) for _ in range(3))
    (reason,) = reasons(raw)
    assert reason.startswith("record 2: ")
    assert reason.endswith(", and 2 more records")


@pytest.mark.parametrize(
    ("raw", "articles", "reason"),
    [
        (PAGE * 2 + PAGE[:60], 2, "1 damaged place among 2 records"),
        (PAGE * 2 + PAGE[:-30], 3, "cut short after 3 records (the last record is not whole)"),
        (PAGE + b"du bruit entre les deux\r\n" * 3 + PAGE, 2, "1 damaged place among 2 records"),
        (PAGE + b"ab\r\n" + PAGE, 2, None),
        (PAGE.replace(b"Content-Length: ", b"Content-Length: x") + PAGE, 1, "1 damaged place among 1 record"),
    ],
)
def test_it_reads_on_after_damage(raw: bytes, articles: int, reason: str | None) -> None:
    every = found(raw)
    assert sum(isinstance(each, Article) for each in every) == articles
    assert [each.reason for each in every if isinstance(each, Problem)] == ([reason] if reason else [])


def test_it_reads_gzip_cut_at_records_or_not_and_cut_short() -> None:
    pages = [record(http_of(RAW), url=f"https://exemple.fr/{number}") for number in range(40)]
    whole, each = gzip.compress(b"".join(pages)), b"".join(map(gzip.compress, pages))
    for raw in (whole, each, zstd_of(b"".join(pages))):
        ids = [article.id for article in found(raw) if isinstance(article, Article)]
        assert ids == [f"exemple.fr/{number}" for number in range(40)]
    *articles, problem = found(each[: len(each) // 2])
    assert 18 <= len(articles) <= 20
    assert isinstance(problem, Problem)
    told = f"cut short after {len(articles)} records (", "it ends within the head of another compressed part"
    assert problem.reason.startswith(told) or len(articles) == 19


@pytest.mark.parametrize("packed", [False, True])
def test_it_reads_zstandard_with_its_own_dictionary(packed: bool) -> None:
    zstandard = pytest.importorskip("zstandard")
    dictionary = zstandard.ZstdCompressionDict(RAW * 9)
    held = zstandard.ZstdCompressor().compress(RAW * 9) if packed else RAW * 9
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    raw = (
        b"\x5d\x2a\x4d\x18"
        + len(held).to_bytes(4, "little")
        + held
        + compressor.compress(INFO)
        + compressor.compress(PAGE)
    )
    assert one(raw).title == "Grève à la SNCF"


def test_it_reads_arc() -> None:
    body = http_of(RAW)
    head = b"1 0 Rien\nURL IP-address Archive-date Content-type Archive-length\n\n"
    first = b"filedesc://a.arc 0.0.0.0 20010101000000 text/plain %d\n" % len(head) + head
    one_line = b"http://exemple.fr/a b.txt 127.0.0.1 20010101000000 text/plain %d\n" % len(body)
    two_line = b"http://exemple.fr/c.txt 127.0.0.1 20010101000000 text/plain 200 abc - 0 a.arc %d\n" % len(body)
    raw = first + one_line + body + b"\n" + two_line + body + b"\n"
    assert [each.id for each in found(raw) if isinstance(each, Article)] == ["exemple.fr/a%20b.txt", "exemple.fr/c.txt"]
    assert reasons(raw) == []


def test_it_reads_the_archives_of_a_wacz() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("archive/data.warc.gz", gzip.compress(INFO + PAGE))
        file.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}\n{"url": "x", "title": "y", "text": "z"}')
        file.writestr("datapackage.json", "{}")
    article = one(out.getvalue())
    assert (article.id, article.place) == ("www.exemple.fr/2020/greve.txt", "archive/data.warc.gz, record 2")


def test_it_stops_at_pages_that_are_bombs() -> None:
    packed = gzip.compress(b"[" + b" " * (30 << 20), 9)
    bomb = record(http_of(packed, "Content-Encoding: gzip", media="application/json"))
    (reason,) = reasons(bomb * 10)
    assert "taken for a bomb" in reason


def test_it_leaves_out_what_is_larger_than_a_page() -> None:
    (reason,) = reasons(record(http_of(b"a" * (33 << 20))) + PAGE)
    assert reason == "record 1: larger than 32 MB"


def test_it_says_what_to_install_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "brotli", None)
    problems = found(record(http_of(b"\x0b", "Content-Encoding: br")) * 3)
    assert [(each.kind, each.reason) for each in problems if isinstance(each, Problem)] == [
        ("missing", f"compressed with Brotli; to read it: {install_command('warc')}")
    ]


@given(raw=st.binary(max_size=400))
def test_it_takes_any_bytes_for_a_response(raw: bytes) -> None:
    answer = http.response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n" + raw)
    http.unpacked(answer, 1 << 20)


@pytest.mark.parametrize("packed", [False, True])
@given(seed=st.integers(0, 1 << 32), flips=st.integers(0, 10), cut=st.floats(0, 1))
def test_it_never_raises_for_a_damaged_file(packed: bool, seed: int, flips: int, cut: float) -> None:
    whole = INFO + PAGE + record(http_of(chunks(RAW), "Transfer-Encoding: chunked"))
    raw = bytearray(gzip.compress(whole) if packed else whole)
    chance = random.Random(seed)
    for _ in range(flips):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    if not flips:
        del raw[int(cut * len(raw)) :]
    for each in found(bytes(raw)):
        assert isinstance(each, Article | Problem)


EXPECTED: dict[str, tuple[int, Iterable[str]]] = {
    "orange_actu_100.warc.gz": (100, []),
    "example-bad.warc.gz.bad": (1, ["skipped"]),
    "example.arc": (1, []),
    "bad.arc": (0, ["failed", "skipped"]),
    "valid_example_1.wacz": (1, []),
    "transfer_compression_brotli.warc.gz": (1, []),
    "example-iana.org-chunked.warc": (1, []),
    "missing-status-text.warc": (0, ["skipped"]),
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
@pytest.mark.parametrize("name", EXPECTED)
def test_it_reads_real_files(name: str) -> None:
    pytest.importorskip("trafilatura")
    (path,) = SAMPLES.rglob(name)
    every = [each for source in sources([path]) if isinstance(source, Source) for each in read(source)]
    kinds = [each.kind for each in every if isinstance(each, Problem) and each.kind != "noted"]
    articles = sum(isinstance(each, Article) for each in every)
    assert (articles, kinds) == EXPECTED[name]
