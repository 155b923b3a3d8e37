"""What readers make of files: each format, each encoding, each kind of damage; and that nothing makes them raise."""

from __future__ import annotations

import bz2
import codecs
import csv
import gc
import gzip
import io
import json
import lzma
import os
import socket
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from searcher.article import Article, days
from searcher.errors import Unreadable
from searcher.readers import Problem, fields, read, tables
from searcher.readers.encoding import decode
from searcher.readers.fields import iso
from searcher.readers.formats import FORMATS
from searcher.readers.mojibake import repair
from searcher.readers.records import KEYS, field_of
from searcher.readers.text import MAX_TITLE, title
from searcher.sources import Missed, Source, sources
from tests import places

SEEDS = places.SEEDS
SUFFIXES = [*(suffix for form in FORMATS.values() for suffix in form.suffixes), "", ".bin"]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Writes a file; text as UTF-8."""

    def file(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return file


File = Callable[[str, "bytes | str"], Path]


def everything(*paths: Path | str) -> list[Article | Problem | Missed]:
    found: list[Article | Problem | Missed] = []
    for source in sources(paths):
        found += read(source) if isinstance(source, Source) else [source]
    return found


def articles(*paths: Path | str) -> list[Article]:
    """The articles of `paths`, which must hold nothing that cannot be read."""
    found = everything(*paths)
    assert not [each for each in found if isinstance(each, Problem) and each.kind != "noted"]
    assert not [each for each in found if isinstance(each, Missed) and each.failed]
    return [each for each in found if isinstance(each, Article)]


def problems(*paths: Path | str) -> list[str]:
    return [each.reason for each in everything(*paths) if isinstance(each, Problem)]


# ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_reads_the_seeds() -> None:
    moscow, damascus = articles(SEEDS)
    raw = (SEEDS / "000_46078d7cf27677f4.txt").read_text("utf-8")
    assert moscow == Article(
        id="000_46078d7cf27677f4",
        text=raw.strip(),
        title="Le chef de l’Etat russe a rencontré mercredi à Moscou le président syrien…",
        language="fr",
        path=str(SEEDS / "000_46078d7cf27677f4.txt"),
        format="text",
    )
    raw = (SEEDS / "004_acabaebf66cc69b0.txt").read_text("utf-8")
    assert damascus == Article(
        id="004_acabaebf66cc69b0",
        text=raw.split("\n\n", 1)[1].strip(),
        title="Syrie : rencontre surprise entre Poutine et Assad à Damas",
        date="2020-01",
        language="fr",
        path=str(SEEDS / "004_acabaebf66cc69b0.txt"),
        format="text",
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Un titre\n\nUn texte.", Article("a", "Un titre\n\nUn texte.", "Un titre")),
        (" date 2020-01 Un titre\n\nUn texte.", Article("a", "Un texte.", "Un titre", "2020-01")),
        ("date: 2020 Un titre\nUn texte.", Article("a", "Un texte.", "Un titre", "2020")),
        ("\n date 2020-01-07  Un titre \r\n\r\nUn texte.\r\n", Article("a", "Un texte.", "Un titre", "2020-01-07")),
        (
            " date 2020-13 Un titre\n\nUn texte.",
            Article("a", "date 2020-13 Un titre\n\nUn texte.", "date 2020-13 Un titre"),
        ),
        ("Titre : Un titre\nDate : 2020-01-07\n\nUn texte.", Article("a", "Un texte.", "Un titre", "2020-01-07")),
        (
            "Date: 12 mars 2020\nTitle: Un titre\nAuteur : J. Dupont\nSource : Le Monde\n\nUn texte.",
            Article("a", "Un texte.", "Un titre", "2020-03-12", "Le Monde", "J. Dupont"),
        ),
        ("Source : Le Monde\nUn texte.", Article("a", "Source : Le Monde\nUn texte.", "Source : Le Monde")),
        ("Syrie : la guerre\nUn texte.", Article("a", "Syrie : la guerre\nUn texte.", "Syrie : la guerre")),
    ],
    ids=lambda value: value.strip()[:30] if isinstance(value, str) else "",
)
def test_it_understands_a_header(file: File, content: str, expected: Article) -> None:
    (found,) = articles(file("a.txt", content))
    assert (found.id, found.text, found.title, found.date, found.source, found.author) == (
        expected.id,
        expected.text,
        expected.title,
        expected.date,
        expected.source,
        expected.author,
    )


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# Un titre\n\nUn texte.", {"title": "Un titre", "text": "Un texte."}),
        ("# Un titre #\nUn texte.", {"title": "Un titre", "text": "Un texte."}),
        ("**Un titre**\n\nUn texte.", {"title": "Un titre", "text": "Un texte."}),
        ("Un titre\n=====\n\nUn texte.", {"title": "Un titre", "text": "Un texte."}),
        (
            "---\ntitle: \"Un titre\"\nauthors: [J. Dupont, 'P. Durand']\ndate: 2020-01-07\n"
            "tags:\n  - un\nlayout: post\n---\n\nUn texte.",
            {"title": "Un titre", "author": "J. Dupont, P. Durand", "date": "2020-01-07", "text": "Un texte."},
        ),
        (
            "---\nauteurs:\n- J. Dupont\n- P. Durand\n---\n# Un titre\nUn texte.",
            {"title": "Un titre", "author": "J. Dupont, P. Durand"},
        ),
        ("---\ntitre: >\n  Un titre\n  long\nlangue: fr\n---\nUn texte.", {"title": "Un titre long", "language": "fr"}),
        (
            '+++\ntitle = "Un titre"\ndate = 2020-01-07\n+++\nUn texte.',
            {"title": "Un titre", "date": "2020-01-07", "text": "Un texte."},
        ),
        ("---\r\ntitle: Un titre\r\n---\r\nUn texte.\r\n", {"title": "Un titre", "text": "Un texte."}),
        ("---\nUn trait n’est pas un en-tête.", {"text": "---\nUn trait n’est pas un en-tête."}),
        ("#hashtag\nUn texte.", {"title": "#hashtag", "text": "#hashtag\nUn texte."}),
    ],
)
def test_it_understands_front_matter_and_headings(
    file: File, name: str, content: str, expected: dict[str, str]
) -> None:
    (found,) = articles(file(name, content))
    if name == "a.txt" or "trait" not in content:
        assert {key: getattr(found, key) for key in expected} == expected


def test_a_bold_phrase_is_no_title(file: File) -> None:
    (found,) = articles(file("a.txt", "**Un titre** et un texte."))
    assert (found.title, found.text) == ("**Un titre** et un texte", "**Un titre** et un texte.")


def test_it_reads_markdown_without_its_marks(file: File) -> None:
    content = (
        "# Un *titre*\n\n![Photo](x.png)\n\n## La suite\n\n"
        "Un **mot**, un [lien](https://a.example/b_c_d) et a_b_c.\n\n***\n\n> Cité."
    )
    (found,) = articles(file("2020-01-07-un-titre.md", content))
    assert (found.title, found.text) == ("Un titre", "La suite\n\nUn mot, un lien et a_b_c.\n\nCité.")
    assert found.date == "2020-01-07"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Une ligne courte", "Une ligne courte"),
        ("Une phrase courte.", "Une phrase courte"),
        ("Une fin ouverte...\nsuite", "Une fin ouverte..."),
        ("\n\n  Après des lignes vides \nsuite", "Après des lignes vides"),
        ("mot " * 60, "mot " * 26 + "mot…"),
        ("x" * 300, "x" * MAX_TITLE + "…"),
        (
            "Le chef de l’Etat russe a rencontré mercredi le président syrien, "
            "selon une vidéo publiée par le Kremlin jeudi soir.",
            "Le chef de l’Etat russe a rencontré mercredi le président syrien…",
        ),
    ],
)
def test_it_makes_a_title_of_the_beginning(text: str, expected: str) -> None:
    assert title(text) == expected


@settings(max_examples=100)
@given(st.text(st.sampled_from("ab é.,:;—…\u00a0\n"), max_size=300))
def test_it_makes_a_title_that_begins_the_text(text: str) -> None:
    made = title(text)
    assert len(made) <= MAX_TITLE + 1
    assert "\n" not in made
    assert text.strip().startswith(made.removesuffix("…"))


# ── encodings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FRENCH = "L’été, à Noël : « déjà vu » – œuvre à 50 €"
WRITTEN = {
    "utf-8": FRENCH.encode(),
    "utf-8 with a mark": FRENCH.encode("utf-8-sig"),
    "utf-16 little": codecs.BOM_UTF16_LE + FRENCH.encode("utf-16-le"),
    "utf-16 big": codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"),
    "utf-32 little": codecs.BOM_UTF32_LE + FRENCH.encode("utf-32-le"),
    "cp1252": FRENCH.encode("cp1252"),
    "decoded twice": FRENCH.encode().decode("latin-1").encode(),
}
WRITTEN["decoded twice"] = "L’Ã©tÃ©, Ã\xa0 NoÃ«l".replace("’", "â€™").encode()


@pytest.mark.parametrize("name", WRITTEN)
def test_it_recognises_the_encoding_of_a_text(file: File, name: str) -> None:
    (found,) = articles(file("a.txt", WRITTEN[name]))
    assert FRENCH.startswith(found.text)
    assert len(found.text) > 10


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("suffix", [".json", ""])
def test_it_recognises_the_encoding_of_a_document(file: File, name: str, suffix: str) -> None:
    inner = decode(WRITTEN[name])
    document = '{"texte": "' + inner + '"}'
    if name == "decoded twice":
        raw = b'{"texte": "' + WRITTEN[name] + b'"}'
    elif "mark" in name or name[:5] == "utf-8" or name == "cp1252":
        raw = document.encode({"utf-8 with a mark": "utf-8-sig"}.get(name, name))
    else:
        if not suffix:
            pytest.skip("without a suffix a text in UTF-16 is a text")
        mark = {"utf-16 little": "utf-16-le", "utf-16 big": "utf-16-be", "utf-32 little": "utf-32-le"}[name]
        raw = f"\ufeff{document}".encode(mark)
    assert [found.text for found in articles(file(f"a{suffix}", raw))] == [inner]


@pytest.mark.parametrize(
    "name",
    [
        "utf-8",
        "utf-8-sig",
        "cp1252",
        "utf-16",
    ],
)
def test_it_recognises_the_encoding_of_a_table(file: File, name: str) -> None:
    path = file("a.csv", f"titre;texte\r\nété;{FRENCH}\r\n".encode(name))
    assert [(found.title, found.text) for found in articles(path)] == [("été", FRENCH)]


def test_it_repairs_a_table_that_was_decoded_twice(file: File) -> None:
    assert articles(file("a.csv", "titre,texte\nÃ©tÃ©,NoÃ«l Ã©tÃ©\n"))[0].title == "été"


def test_it_reads_what_follows_a_mark_that_is_not_kept_to_the_end(file: File) -> None:
    (found,) = articles(file("a.txt", codecs.BOM_UTF16_LE + "Un texte.".encode("utf-16-le") + b"\x00\xd8"))
    assert found.text == "Un texte.\ufffd"


PROSE = (
    "Le président a été réélu à l’unanimité, où « l’été » coûte 3 € ; Noël approche. Le Sénat vote la loi sur l’école."
)


@given(st.integers(0, len(PROSE)), st.sampled_from([0x80, 0x92, 0xE9, 0xFF, 0xA0]))
def test_it_loses_one_character_to_one_wrong_byte(at: int, byte: int) -> None:
    found = decode(PROSE[:at].encode() + bytes([byte]) + PROSE[at:].encode())
    assert (found[:at], found[at + 1 :]) == (PROSE[:at], PROSE[at:])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "mac_roman", "cp850", "cp437", "utf-16"])
def test_it_tells_encodings_by_the_letters_of_french(encoding: str) -> None:
    text = PROSE.replace("’", "'").replace("€", "F")
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", ["Müller", "São Tomé", "señor", "5 £", "Škoda", "naïf", "§ 3", "1 ½"])
def test_it_takes_windows_where_little_tells(text: str, encoding: str) -> None:
    if encoding == "cp1252" or "Š" not in text:
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("L&amp;#8217;avocat", "L’avocat"),
        ("l&#x2019;&eacute;t&eacute;", "l’été"),
        ("R&D & co, AT&T;", "R&D & co, AT&T;"),
        ("1 &lt; 2", "1 &lt; 2"),
        ("115 000 \x80, l\x92été", "115 000 €, l’été"),
        ("con\xadseil", "conseil"),
    ],
)
def test_it_mends_characters_that_exports_break(written: str, read: str) -> None:
    assert fields.paragraphs(written) == fields.line(written) == read


@settings(max_examples=100)
@given(st.text(st.sampled_from("éèàùçœ’« »abc €–"), max_size=40))
def test_it_repairs_what_was_broken_and_nothing_else(text: str) -> None:
    broken = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    marked = sum(each > "\x7f" for each in text)
    assert repair(broken) == (text if marked >= 2 else broken)
    assert repair(FRENCH + text) == FRENCH + text
    assert repair(FRENCH + broken) == FRENCH + (text if marked >= 2 else broken)


@settings(max_examples=200)
@given(st.binary(max_size=200))
@example(b"\x81\x8d\x8f")
def test_it_decodes_anything_or_says_it_is_no_text(raw: bytes) -> None:
    with suppress(Unreadable):
        assert isinstance(decode(raw), str)


# ── records ───────────────────────────────────────────────────────────────────────────────────────────────────────────

FULL = {
    "id": "un",
    "title": "Un  titre",
    "text": "Un texte.",
    "date": "2020-01-07T10:00:00Z",
    "source": "Le Monde",
    "author": "J. Dupont",
    "url": "https://a.example/b",
    "language": "fr",
    "section": "International",
}


def as_jsonl(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def as_table(records: list[dict[str, Any]], delimiter: str) -> str:
    lines = [list(records[0]), *([str(value) for value in record.values()] for record in records)]
    return "".join(delimiter.join(f'"{value}"' for value in line) + "\r\n" for line in lines)


SHAPES: dict[str, tuple[str, Callable[[list[dict[str, Any]]], str]]] = {
    "lines": ("a.jsonl", as_jsonl),
    "lines called ndjson": ("a.ndjson", as_jsonl),
    "lines called json": ("a.json", as_jsonl),
    "lines without a suffix": ("a", as_jsonl),
    "a list": ("a.json", json.dumps),
    "a list over several lines": ("a.json", lambda records: json.dumps(records, indent=1)),
    "a list called jsonl": ("a.jsonl", lambda records: json.dumps(records)),
    "a document called jsonl": ("a.jsonl", lambda records: json.dumps(records, indent=1)),
    "a list in an object": ("a.json", lambda records: json.dumps({"count": 2, "empty": [], "items": records})),
    "commas": ("a.csv", lambda records: as_table(records, ",")),
    "semicolons": ("a.csv", lambda records: as_table(records, ";")),
    "tabs": ("a.tsv", lambda records: as_table(records, "\t")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_it_reads_records_in_every_shape(file: File, shape: str) -> None:
    name, form = SHAPES[shape]
    path = file(name, form([FULL, {**FULL, "id": "deux", "text": "Un autre texte."}]))
    one, two = articles(path)
    expected = {**FULL, "title": "Un titre"}
    assert {key: getattr(one, key) for key in expected} == expected
    assert {key: getattr(two, key) for key in expected} == {**expected, "id": "deux", "text": "Un autre texte."}
    assert one.path == two.path == str(path)
    assert one.place
    assert one.place != two.place


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@pytest.mark.parametrize("key", KEYS)
def test_it_knows_every_usual_key(file: File, key: str, suffix: str) -> None:
    value = {"date": "2020-01-07", "language": "fr"}.get(KEYS[key], "valeur")
    record = {key.upper(): value} | ({} if KEYS[key] == "text" else {"text": "Un texte."})
    path = file(f"a{suffix}", as_jsonl([record]) if suffix == ".jsonl" else as_table([record], ","))
    (found,) = articles(path)
    if KEYS[key] == "standfirst":
        assert found.text == "valeur\n\nUn texte."
    else:
        assert getattr(found, KEYS[key]) == value


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"text": "t", "title": None}, {"title": ""}),
        ({"text": "t", "title": 2020}, {"title": "2020"}),
        ({"text": "t", "title": True}, {"title": ""}),
        ({"text": "t", "title": ["a", None, "b"]}, {"title": "a, b"}),
        ({"text": "t", "title": {"rendered": "a"}}, {"title": "a"}),
        ({"text": "t", "author": [{"name": "A. B"}, {"name": "C. D"}]}, {"author": "A. B, C. D"}),
        ({"text": "t", "author": {}}, {"author": None}),
        ({"text": "t", "id": 12}, {"id": "12"}),
        ({"text": "t", "id": ""}, {"id": "a-1"}),
        ({"text": "t"}, {"id": "a-1", "place": "line 1"}),
        ({"text": "t", "date": "12 mars 2020"}, {"date": "2020-03-12"}),
        ({"text": "t", "date": "2020-02-30"}, {"date": None}),
        ({"text": "t", "date": "bientôt"}, {"date": None}),
        ({"text": "t", "date": "2020"}, {"date": "2020"}),
        ({"text": "t", "date": 2020}, {"date": "2020"}),
        ({"title": "sans texte"}, {"title": "sans texte", "text": ""}),
        ({"text": "la chapô, puis le texte", "chapo": "la chapô"}, {"text": "la chapô, puis le texte"}),
        ({"text": "le texte", "chapo": "la chapô"}, {"text": "la chapô\n\nle texte"}),
        ({"chapo": "la chapô"}, {"text": "la chapô"}),
        ({"body": "b", "text": "t", "content": "c"}, {"text": "t"}),
        ({"date": "2019", "published": "2020"}, {"date": "2020"}),
        ({"text": "a\ud800b"}, {"text": "ab"}),
        ({"headline": "h", "articleBody": "t", "inLanguage": "fr-FR"}, {"title": "h", "text": "t", "language": "fr"}),
        ({"text": "t", "publisher": {"@type": "Organization", "name": "Le Jour"}}, {"source": "Le Jour"}),
        ({"text": "t", "mainEntityOfPage": {"@id": "https://a.example/b"}}, {"url": "https://a.example/b"}),
        ({"Titre": "h", "Date de publication": "12/03/2020", "Texte": "t"}, {"title": "h", "date": "2020-03-12"}),
        (
            {"title": "L&#8217;été", "content": {"rendered": "<p>Un</p>\n<p>deux</p>"}},
            {"title": "L’été", "text": "Un\n\ndeux"},
        ),
        ({"text": "t", "author": 3, "categories": [4, 5]}, {"author": None, "section": None}),
        ({"text": "t", "author": 3, "_embedded": {"author": [{"name": "A. B"}]}}, {"author": "A. B"}),
        ({"text": "t", "byline": "Par A. B"}, {"author": "A. B"}),
        ({"text": "t", "byline": "A. B avec AFP, publié le 7 janvier 2020 à 10h"}, {"author": "A. B avec AFP"}),
        (
            {
                "title": "h",
                "body": {
                    "summary": ["S"],
                    "sections": [{"headline": [], "paragraphs": ["a", "b"]}, {"headline": ["I"]}],
                },
            },
            {"text": "S\n\na\n\nb"},
        ),
        ({"text": "a < b et c > d, R&D & co"}, {"text": "a < b et c > d, R&D & co"}),
        ({"text": ["Un", "deux"]}, {"text": "Un\n\ndeux"}),
        (
            {
                "title": "h",
                "contents": [{"type": "kicker", "content": "K"}, {"type": "sanitized_html", "content": "<p>Un</p>"}],
            },
            {"text": "Un"},
        ),
        (
            {"maintext": "t", "date_publish": "2020-01-07 10:00:00", "source_domain": "a.example"},
            {"source": "a.example"},
        ),
        ({"text": "t", "date": 1578391200}, {"date": "2020-01-07T10:00:00+00:00"}),
        ({"text": "t", "date": 1578391200000}, {"date": "2020-01-07T10:00:00+00:00"}),
        ({"text": "t", "date": {"$date": "2020-01-07T10:00:00Z"}}, {"date": "2020-01-07T10:00:00Z"}),
        ({"text": "t", "date": 20200107}, {"date": "2020-01-07"}),
        ({"text": "t", "date": 12}, {"date": None}),
        ({"_id": "x", "_source": {"title": "h", "text": "t"}}, {"id": "x", "title": "h", "text": "t"}),
        ({"id": "x", "attributes": {"title": "h", "body": "t"}}, {"id": "x", "title": "h", "text": "t"}),
        (
            {"text": "Le texte entier, et sa suite.", "description": "Le texte entier, et…"},
            {"text": "Le texte entier, et sa suite."},
        ),
    ],
    ids=str,
)
def test_it_makes_the_best_of_odd_values(file: File, record: dict[str, Any], expected: dict[str, Any]) -> None:
    (found,) = articles(file("a.jsonl", json.dumps({"title": "t", **record} if "date" in record else record)))
    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("name", "content", "expected", "reason"),
    [
        (
            "a.jsonl",
            '{"text": "a"}\n{"text": \n[1]\n{}\n\n{"text": "b"}\n',
            2,
            "line 2: not JSON (expecting value), and 2 more lines",
        ),
        ("a.jsonl", '"a"\n{"text": "b"}\n', 1, "line 1: not an object"),
        ("a.json", '[{"text": "a"}, 3, {}, {"text": "b"}]', 2, "item 2: not an object, and 1 more item"),
        ("a.json", "[1", 0, "not JSON (expecting ',' delimiter, line 1)"),
        ("a.json", "", 0, "empty"),
        ("a.csv", "text,title\na,b\n,\nc,d\n", 2, "line 3: neither a title nor a text"),
        (
            "a.csv",
            "wrong,names\na,b\n",
            0,
            tables.NO_COLUMNS,
        ),
        ("a.csv", "", 0, "empty"),
        ("a.txt", "", 0, "empty"),
        ("a.txt", " \n\t", 0, "empty"),
        ("a.txt", "a\0b", 0, "not text (it holds zero bytes)"),
        ("a.bin", b"\x02\x80\x00\x00", 0, "not text (it holds zero bytes)"),
    ],
)
def test_it_names_bad_lines_once_and_reads_the_others(
    file: File, name: str, content: str | bytes, expected: int, reason: str
) -> None:
    path = file(name, content)
    found = everything(path)
    assert len([each for each in found if isinstance(each, Article)]) == expected
    assert [each for each in found if not isinstance(each, Article)] == [Problem(str(path), reason)]


NOTHING = "no article: JSON without a title or a text"


@pytest.mark.parametrize(
    "document",
    [
        {"SourceFile": "a.jp2", "File": {"FileSize": "6 MB"}, "Jpeg2000": {"ImageHeight": 4956}},
        {"name": "un-paquet", "version": "1.0", "description": "Un paquet"},
        [[1, 2], [3, 4]],
        {"pages": [{"x": 1}, {"x": 2}]},
        {"@context": "https://schema.org", "@type": "Organization", "name": "Le Jour"},
        [],
        {},
        3,
    ],
    ids=str,
)
def test_it_passes_over_json_that_holds_no_article(file: File, document: Any) -> None:
    path = file("a.json", json.dumps(document))
    assert everything(path) == [Problem(str(path), NOTHING, None, "skipped")]


@pytest.mark.parametrize(
    "document",
    [
        {"response": {"docs": [FULL, FULL]}},
        {"hits": {"total": 2, "hits": [{"_id": "un", "_source": FULL}, {"_id": "un", "_source": FULL}]}},
        {"title": "Le fil", "items": [FULL, FULL]},
        {"12": FULL, "13": FULL},
        {"V1": {**FULL, "deeper": {"sections": [FULL, FULL, FULL]}}, "V2": FULL},
        {"@graph": [FULL, FULL], "links": ["a", "b", "c"]},
    ],
)
def test_it_finds_the_list_of_records(file: File, document: Any) -> None:
    assert [found.id for found in articles(file("a.json", json.dumps(document)))] == ["un", "un"]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("shape", ["list", "object", "called jsonl"])
def test_it_reads_a_large_document_item_by_item(
    monkeypatch: pytest.MonkeyPatch, file: File, indent: int | None, chunk: int, encoding: str, shape: str
) -> None:
    monkeypatch.setattr("searcher.readers.json.MAX_WHOLE", 4)
    monkeypatch.setattr("searcher.readers.objects._CHUNK", chunk)
    records = [
        {"id": str(number), "text": f'L’été \\ "{{[]}}" {number}', "n": number, "deep": [{"a": [1.5e3]}]}
        for number in range(5)
    ]
    document: Any = {"count": 5, "empty": [], "of": {"n": [1]}, "items": [*records]} if shape == "object" else records
    if shape == "called jsonl" and indent is None:
        pytest.skip("that is a line")
    if encoding == "utf-16" and shape == "called jsonl":
        pytest.skip("lines are told apart by bytes")
    raw = json.dumps(document, indent=indent, ensure_ascii=False).encode(encoding)
    found = articles(file("a.jsonl" if shape == "called jsonl" else "a.json", raw))
    assert [(each.id, each.text, each.place) for each in found] == [
        (record["id"], record["text"], f"item {number}") for number, record in enumerate(records, 1)
    ]


@pytest.mark.parametrize(
    ("content", "expected", "reason"),
    [
        ('[{"text": "a"}, {"text": "b"}', 2, "item 3: not JSON (it stops early)"),
        ('[{"text": "a"}, {"text": "b', 1, "item 2: not JSON (unterminated string starting at)"),
        ('[{"text": "a"} {"text": "b"}]', 1, "item 2: not JSON ('{' in the wrong place)"),
        ('[{"text": "a"}, 3, {}]', 1, "item 2: not an object, and 1 more item"),
        ('{"n": 1, "of": [3, {}]}', 0, NOTHING),
        ("3333333", 0, "not JSON ('3' in the wrong place)"),
    ],
)
def test_it_reads_a_large_document_up_to_its_damage(
    monkeypatch: pytest.MonkeyPatch, file: File, content: str, expected: int, reason: str
) -> None:
    monkeypatch.setattr("searcher.readers.json.MAX_WHOLE", 4)
    found = everything(file("a.json", content))
    assert len([each for each in found if isinstance(each, Article)]) == expected
    assert [each.reason for each in found if isinstance(each, Problem)] == [reason]


def test_it_passes_over_lines_that_are_too_long(monkeypatch: pytest.MonkeyPatch, file: File) -> None:
    monkeypatch.setattr("searcher.readers.json.MAX_LINE", 64)
    content = '{"text": "a"}\n{"text": "' + "b" * 200 + '"}\n{"text": "c"}\n'
    found = everything(file("a.jsonl", content))
    assert [(each.text, each.place) for each in found if isinstance(each, Article)] == [
        ("a", "line 1"),
        ("c", "line 3"),
    ]
    assert [each.reason for each in found if isinstance(each, Problem)] == ["line 2: longer than 0 MB"]


@settings(max_examples=100)
@given(st.text(max_size=30))
@example("12 mars 2020")
@example("2020-01-07T10:00:00+01:00")
def test_it_keeps_dates_that_can_be_read(written: str) -> None:
    date = iso(written)
    assert date is None or days(date)


# ── packed files ──────────────────────────────────────────────────────────────────────────────────────────────────────

PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv", "a"])
def test_it_unpacks(file: File, name: str, suffix: str) -> None:
    content = {"a.jsonl": '{"text": "Un texte."}', "a.json": '[{"text": "Un texte."}]', "a.csv": "text\nUn texte.\n"}
    raw = content.get(name, "Un texte.").encode()
    (plain,) = articles(file(name, raw))
    (packed,) = articles(file(name + suffix, PACKERS[suffix](raw)))
    (unnamed,) = articles(file(name.replace("a", "b"), PACKERS[suffix](raw)))
    assert packed.text == unnamed.text == plain.text == "Un texte."
    assert packed.id == plain.id


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_it_reports_damaged_packing_once(file: File, name: str, suffix: str, share: float) -> None:
    raw = PACKERS[suffix](os.urandom(2000).hex().encode() if name == "a.txt" else json.dumps([FULL] * 99).encode())
    path = file(name + suffix, raw[: max(int(len(raw) * share), 7)])
    found = everything(path)
    assert [each.path for each in found if isinstance(each, Problem)] == [str(path)]
    torn = bytearray(raw)
    torn[len(raw) // 2] ^= 0xFF
    assert len([each for each in everything(file(name + suffix, bytes(torn))) if isinstance(each, Problem)]) <= 1


# ── files, folders and what is neither ────────────────────────────────────────────────────────────────────────────────


def test_it_walks_folders_in_alphabetical_order(tmp_path: Path, file: File) -> None:
    for folder in ("b", "a", "b/.hidden", "b/deep"):
        (tmp_path / folder).mkdir()
    names = ["b/2.txt", "b/1.txt", "a/3.txt", "b/deep/0.txt", "b/.hidden/x.txt", "b/.x.txt", "b/README.md", "b/LICENSE"]
    for name in names:
        file(name, name)
    walked = [source.path for source in sources([tmp_path]) if isinstance(source, Source)]
    expected = ["a/3.txt", "b/1.txt", "b/2.txt", "b/deep/0.txt"]
    assert walked == [str(tmp_path / name) for name in expected]
    assert [source.name for source in sources([tmp_path / "b" / "README.md"]) if isinstance(source, Source)]


def test_it_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "Un texte."}\n{"text": "Deux."}')))
    assert [(found.id, found.path, found.text) for found in articles("-")] == [
        ("stdin-1", "-", "Un texte."),
        ("stdin-2", "-", "Deux."),
    ]


def test_it_names_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert everything(tmp_path / "nowhere", tmp_path / "dangling") == [
        Missed(str(tmp_path / name), "no such file or directory") for name in ("nowhere", "dangling")
    ]


def test_it_follows_no_link_out_of_a_folder_and_none_in_a_circle(tmp_path: Path, file: File) -> None:
    (tmp_path / "inside").mkdir()
    file("inside/a.txt", "Un texte.")
    file("outside.txt", "Un secret.")
    (tmp_path / "inside" / "loop").symlink_to(tmp_path / "inside")
    (tmp_path / "inside" / "up").symlink_to(tmp_path)
    (tmp_path / "inside" / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "inside" / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert [found.text for found in articles(tmp_path / "inside")] == ["Un texte."]
    (tmp_path / "named").symlink_to(tmp_path / "inside")
    assert [found.text for found in articles(tmp_path / "named")] == ["Un texte."]


def test_it_does_not_wait_for_a_pipe_or_read_a_device(tmp_path: Path, file: File) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    file("a.txt", "Un texte.")
    assert [found.text for found in articles(tmp_path)] == ["Un texte."]
    assert everything(tmp_path / "pipe.txt", "/dev/null") == [
        Missed(str(tmp_path / "pipe.txt"), "a pipe, not a file or folder"),
        Missed("/dev/null", "a device, not a file or folder"),
    ]


def test_it_tells_once_of_pipes_sockets_and_links_in_a_folder(tmp_path: Path, file: File) -> None:
    os.mkfifo(tmp_path / "b.pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.getcwd()
        os.chdir(tmp_path)  # a socket's path may have a hundred characters
        bound.bind("c.socket")
        os.chdir(here)
    for name in ("d.txt", "e.txt"):
        (tmp_path / name).symlink_to("a.txt")
    file("a.txt", "Un texte.")
    assert [each for each in everything(tmp_path) if isinstance(each, Missed)] == [
        Missed(str(tmp_path / "b.pipe"), "no article: a pipe", failed=False),
        Missed(str(tmp_path / "c.socket"), "no article: a socket", failed=False),
        Missed(
            str(tmp_path / "d.txt"),
            "a link inside a folder, which is not followed, and 1 more; to read what it points to, name it",
            failed=False,
        ),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_it_names_what_it_may_not_read(tmp_path: Path, file: File) -> None:
    file("a.txt", "Un texte.")
    file("b.txt", "Un secret.").chmod(0)
    (tmp_path / "closed").mkdir(0)
    found = everything(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert [each.text for each in found if isinstance(each, Article)] == ["Un texte."]
    assert [each for each in found if isinstance(each, Missed)] == [
        Missed(str(tmp_path / "closed"), "permission denied")
    ]
    assert [each.reason for each in found if isinstance(each, Problem)] == ["permission denied"]


def test_it_reads_a_file_under_two_names_once(tmp_path: Path, file: File) -> None:
    path = file("a.txt", "Un texte.")
    os.link(path, tmp_path / "b.txt")
    assert len(articles(tmp_path, path)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.jsonl",
        "a.json",
        "a",
        "a.csv",
        *(f"a.txt{suffix}" for suffix in PACKERS),
    ],
)
def test_it_closes_what_it_opens(file: File, name: str) -> None:
    path = file(name, PACKERS.get(name[5:], bytes)(b'{"text": "Un texte.", "title": "Un titre"}'))
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        everything(path)
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


# ── anything at all ───────────────────────────────────────────────────────────────────────────────────────────────────

noise = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(st.sampled_from('{}[]",:\\ntextTitre\n\r;\t1é'), max_size=120).map(str.encode),
    st.builds(
        lambda head, rest: head + rest,
        st.sampled_from(sorted(PACKERS)).map(lambda suffix: PACKERS[suffix](b'{"text": "a"}')[:20]),
        st.binary(max_size=60),
    ),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    noise,
    st.sampled_from(SUFFIXES),
    st.sampled_from(["", *PACKERS]),
)
@example(b"[" * 100_000, ".json", "")
@example(b"[" * 100_000, ".jsonl", "")
@example(b'{"text": ' * 50_000, "", "")
@example(b'{"text": 1' + b"0" * 5000 + b"}", ".jsonl", "")
@example(b'text\n"' + b"a" * 200_000, ".csv", "")
@example(b"text\rtitle\r\r", ".csv", "")
@example(b"\x1f\x8b\x08\x00", ".txt", ".gz")
@example(b"\xff\xfet", ".csv", "")
def test_it_never_raises_and_reports_a_file_once(tmp_path: Path, content: bytes, suffix: str, packed: str) -> None:
    path = tmp_path / f"a{suffix}{packed}"
    path.write_bytes(content)
    for written in (content, PACKERS[packed](content) if packed else content):
        path.write_bytes(written)
        found = everything(path)
        reported = [each for each in found if not isinstance(each, Article)]
        assert len([each for each in reported if isinstance(each, Missed) or each.kind != "noted"]) <= 1
        assert len({each.reason for each in reported}) == len(reported)
        assert reported == found[len(found) - len(reported) :]
        for each in found:
            if isinstance(each, Article):
                assert each.id
                assert each.text or each.title
            else:
                assert each.path == str(path)
                assert each.reason
                assert "\n" not in each.reason


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.csv", "title,text\nUn,Un texte\nDeux," + "mot " * 300 + "\nTrois,Un texte\n", "line 3"),
        (
            "a.jsonl",
            '{"text": "Un texte"}\n' + json.dumps({"text": "mot " * 300}) + '\n{"text": "Un texte"}\n',
            "line 2",
        ),
        ("a.txt", "mot " * 300, None),
    ],
)
def test_it_names_an_article_that_is_far_too_long(
    name: str, content: str, place: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searcher.readers.MAX_ARTICLE", 1_000)
    path = tmp_path / name
    path.write_text(content, "utf-8")
    (source,) = sources([path])
    assert isinstance(source, Source)
    made = list(read(source))
    assert [each.place for each in made if isinstance(each, Problem)] == [place]
    assert sum(isinstance(each, Article) for each in made) == (2 if place else 0)


def test_it_asks_for_the_quote_that_a_table_may_lack(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    before = csv.field_size_limit(1_000)
    try:
        path.write_text('title,text\n"Un titre,Un texte\n' + "Un titre,Un texte\n" * 100, "utf-8")
        (source,) = sources([path])
        assert isinstance(source, Source)
        (problem,) = read(source)
    finally:
        csv.field_size_limit(before)
    assert isinstance(problem, Problem)
    assert problem.reason.endswith("a field of more than 16 million characters; is the quote before it closed?")


# ── tables and records as people export them ──────────────────────────────────────────────────────────────────────────

BODY = "Après deux ans de travaux, le pont de Kerval rouvre, et les riverains applaudissent."


def told(path: Path) -> tuple[list[tuple[str, str, str | None]], list[tuple[str, str]]]:
    """Title, text and date of the articles of a file; kind and reason of what is reported."""
    found = everything(path)
    return (
        [(each.title, each.text, each.date) for each in found if isinstance(each, Article)],
        [(each.kind, each.reason) for each in found if isinstance(each, Problem)],
    )


GUESSED = ("noted", "the column “Prose” is read as the text: it holds most of the characters")


@pytest.mark.parametrize(
    ("name", "content", "notes"),
    [
        ("a.csv", f"Titre;Contenu de l’article;Date\nLe pont;{BODY};12/03/2020\n", []),
        ("a.csv", f"Titre;Prose;Date\nLe pont;{BODY};12/03/2020\n", [GUESSED]),
        ("a.csv", f"sep=;\nDate;Titre;Texte\n12/03/2020;Le pont;{BODY}\n", []),
        (
            "a.csv",
            f"Export du 3 mai;;\n;;\nDate;Titre;Texte\n12/03/2020;Le pont;{BODY}\n",
            [("noted", "2 lines above the names of the columns are left out")],
        ),
        ("a.txt", f"Date\tTitre\tTexte\r\n12/03/2020\tLe pont\t{BODY}\r\n".encode("utf-16"), []),
        ("a.txt", f"Date\tTitre\tTexte\r\n12/03/2020\tLe pont\t{BODY}\r\n", []),
        (
            "a.csv",
            f"Date;Titre;Texte\n12/03/2020;Le pont;{BODY}\n".encode("mac_roman"),
            [("noted", "read as Mac Roman: its bytes are not UTF-8, and its letters are French that way")],
        ),
        (
            "a.json",
            f'{{"titre": "Le pont", "texte": "{BODY}",\n"date": "2020-03-12"}}\n{{"titre": "Deux",\n"texte": "b"}}',
            [],
        ),
        ("a.json", f'{{"titre": {{"0": "Le pont"}}, "texte": {{"0": "{BODY}"}}, "date": {{"0": "2020-03-12"}}}}', []),
        ("a.json", f'{{"columns": ["titre", "texte", "date"], "data": [["Le pont", "{BODY}", "2020-03-12"]]}}', []),
        (
            "a.json",
            '{"headline": {"main": "Le pont"}, "date": {"$date": {"$numberLong": "1583971200000"}}, "content":'
            f'{{"blocks": [{{"type": "paragraph", "data": {{"text": "{BODY}"}}}}]}}}}',
            [],
        ),
        (
            "a.json",
            '{"title": "Le pont", "date": "2020-03-12", "body": {"type": "doc", "content": [{"type": "paragraph", "content": ['
            f'{{"type": "text", "text": "{BODY[:9]}"}}, {{"type": "text", "text": "{BODY[9:]}"}}]}}]}}}}',
            [],
        ),
    ],
    ids=str,
)
def test_it_reads_tables_and_records_as_people_export_them(
    file: File, name: str, content: str | bytes, notes: list[tuple[str, str]]
) -> None:
    articles, reported = told(file(name, content))
    title, text, date = articles[0]
    assert (title, text, (date or "")[:10]) == ("Le pont", BODY, "2020-03-12")
    assert reported == notes


ROWS = [("Le pont", BODY, "2020-03-12"), ("La criée", f"« {BODY} »", "2020-03-13"), ("La fin", BODY[9:], "2020-03-14")]


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
@pytest.mark.parametrize("opened", range(2))
@pytest.mark.parametrize("closed", [False, True])
def test_a_quote_that_no_other_closes_costs_no_row(file: File, separator: str, opened: int, closed: bool) -> None:
    """`closed`: the next quote stands in another row, where it would end the cell."""
    rows = [[title, date, text] for title, text, date in ROWS]
    rows[opened][2] = f'"{rows[opened][2]}'
    if closed:
        rows[2][2] = f'"{rows[2][2]}" dit-il'
    table = "\n".join(map(separator.join, [["titre", "date", "texte"], *rows])) + "\n"
    articles, reported = told(file("a.csv", table))
    expected = [[title, text, date] for title, text, date in ROWS]
    expected[opened][1] = f'"{expected[opened][1]}'
    if closed:
        expected[2][1] = f"{expected[2][1]} dit-il"
    assert list(map(list, articles)) == expected
    shown = separator.join(rows[opened])[:40].split()
    reason = f"1 quote that no other closes was read as a mark: line {opened + 2}, “{' '.join(shown)}”"
    assert reported == [("noted", reason)]


def test_a_text_of_several_lines_may_look_like_rows(file: File) -> None:
    text = 'Il a dit "oui ; non ; rien".\nPuis : a ; b ; c.\n1;2;3'
    quoted = text.replace('"', '""')
    articles, reported = told(file("a.csv", f'titre;texte;date\nLe pont;"{quoted}";2020-03-12\nDeux;b;2020\n'))
    assert articles == [("Le pont", text, "2020-03-12"), ("Deux", "b", "2020")]
    assert reported == []


def test_a_table_without_names_keeps_its_first_row(file: File) -> None:
    rows = [(str(number), date, title, text) for number, (title, text, date) in enumerate(ROWS, 1)]
    articles, reported = told(file("a.csv", "\n".join(map(";".join, rows))))
    assert articles == [("", text, date) for _, text, date in ROWS]
    assert [reason for _, reason in reported] == [
        "no line names the columns: they have their numbers as names",
        "the column “column 4” is read as the text: it holds most of the characters",
        "the column “column 2” is read as the date: it holds nothing but days",
        "columns that are not read: column 1, column 3",
    ]


def test_it_names_the_columns_of_parquet_that_are_not_read(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"titre": ["Le pont"], "texte": [BODY], "date": ["2020-03-12"], "mots": [12], "cote": ["a"]})
    parquet.write_table(table, tmp_path / "a.parquet")
    articles, reported = told(tmp_path / "a.parquet")
    assert articles == [("Le pont", BODY, "2020-03-12")]
    assert reported == [("noted", "columns that are not read: mots, cote")]


@pytest.mark.parametrize(
    ("names", "cells", "date", "unread"),
    [
        ("jour;mois;annee", "12;3;2020", "2020-03-12", []),
        ("Année;Mois;Jour", "2020;mars;12", "2020-03-12", []),
        ("year;month;day", "2020;Févr.;", "2020-02", []),
        ("year;month;day", "2020;;12", "2020", []),
        ("annee;mois;cote", "2020.0;13;7", "2020", ["columns that are not read: cote"]),
        ("annee;date;mois", "2021;12/03/2020;1", "2020-03-12", ["columns that are not read: annee, mois"]),
        (
            "mois;jour;cote",
            "3;12;",
            None,
            ["columns that are not read: mois, cote", "dates that could not be read, 1 in all: “12”"],
        ),
    ],
)
def test_a_date_may_stand_in_columns_of_its_parts(
    file: File, names: str, cells: str, date: str | None, unread: list[str]
) -> None:
    articles, reported = told(file("a.csv", f"titre;texte;{names}\nLe pont;{BODY};{cells}\n"))
    assert articles == [("Le pont", BODY, date)]
    assert [reason for _, reason in reported] == unread


@pytest.mark.parametrize(
    ("written", "pages"),
    [("p. 7", "7"), ("pp. 12-14", "12-14"), ("Page A3", "A3"), ("P12", "P12"), ("7", "7"), ("p7", "7")],
)
def test_pages_are_kept_without_the_word(file: File, written: str, pages: str) -> None:
    (article,) = everything(file("a.jsonl", json.dumps({"titre": "Le pont", "texte": BODY, "page": written})))
    assert isinstance(article, Article)
    assert article.pages == pages


def test_it_names_the_key_that_it_takes_for_the_text(file: File) -> None:
    articles, reported = told(file("a.jsonl", json.dumps({"titre": "Le pont", "prose": f"{BODY} " * 3})))
    assert articles == [("Le pont", f"{BODY} {BODY} {BODY}", None)]
    assert reported == [("noted", "the key “prose” is read as the text: it holds most of the characters")]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Titre du document", "title"),
        ("Document Title", "title"),
        ("Intitulé", "title"),
        ("Titre du journal", "source"),
        ("Titre de presse", "source"),
        ("News Source", "source"),
        ("Nom de la publication", "source"),
        ("Support", "source"),
        ("Nom de l’auteur", "author"),
        ("Auteur(s)", "author"),
        ("Texte complet", "text"),
        ("Corps de l’article", "text"),
        ("articleText", "text"),
        ("Contenu intégral", "text"),
        ("Date du document", "date"),
        ("Pub. Date", "date"),
        ("Date de mise en ligne", "date"),
        ("Paru le", "date"),
        ("N° de page", "pages"),
        ("Rubrique du journal", "section"),
        ("Lien de l’article", "url"),
        ("Date de modification", None),
        ("Date de mise à jour", None),
        ("Date de collecte", None),
        ("Nombre de pages", None),
        ("Type de source", None),
        ("Nom", None),
        ("Le texte que le conseil a voté lundi", None),
    ],
)
def test_it_knows_names_of_several_words(name: str, field: str | None) -> None:
    assert field_of(name) == field


@pytest.mark.parametrize(
    ("content", "number"),
    [
        ('{"title": "Un", "text": "a"}{"title": "Deux", "text": "b"}', 2),
        ('{"title": "Un", "text": "a"},\n{"title": "Deux", "text": "b"},\n', 2),
        ('[{"title": "Un", "text": "a"}]\n[{"title": "Deux", "text": "b"}]', 2),
        ('{"title": "Un", "text": "a"}\n{\n "title": "Deux",\n "text": "b"\n}', 2),
        ('[\n{"title": "Un", "text": "a"},\n{"title": "Deux", "text": "b"},\n]', 2),
        ('var a = [{"title": "Un", "text": "a"}, {"title": "Deux", "text": "b"}];', 2),
        ('show({"title": "Un", "text": "a, // b, ]"});', 1),
        ('/* 1 */\n{"_id": ObjectId("5e"), "title": "Un", "text": "a", "date": ISODate("2020-03-12T13:05:00Z")}', 1),
        ('[["titre", "texte"], ["Un", "a"], ["Deux", "b"]]', 2),
    ],
)
def test_it_reads_json_as_tools_write_it(file: File, content: str, number: int) -> None:
    found = [each for each in everything(file("a.json", content)) if isinstance(each, Article)]
    assert [each.title for each in found] == ["Un", "Deux"][:number]


def test_it_reads_json_up_to_its_damage_and_says_where_that_is(file: File) -> None:
    articles, reported = told(file("a.json", '[{"title": "Un", "text": "a"}, {"title": "Deux", "te'))
    assert articles == [("Un", "a", None)]
    assert reported == [("failed", "item 2: not JSON (unterminated string starting at, line 1)")]


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ({"$date": -2208988800000}, "1900-01-01T00:00:00+00:00"),
        ({"$date": {"$numberLong": "100000000000"}}, "1973-03-03T09:46:40+00:00"),
        ({"$timestamp": {"t": 1583966700, "i": 1}}, "2020-03-11T22:45:00+00:00"),
        ("631152000000", "1990-01-01T00:00:00+00:00"),
        ("202003121205", "2020-03-12T12:05"),
        ("43902", "2020-03-12"),
    ],
)
def test_it_reads_dates_that_machines_count(file: File, date: Any, read: str) -> None:
    assert told(file("a.jsonl", json.dumps({"title": "Un", "text": "a", "date": date})))[0] == [("Un", "a", read)]


@pytest.mark.parametrize(
    "body",
    [
        [{"type": "paragraph", "children": [{"text": "Après "}, {"text": "deux", "bold": True}, {"text": " ans."}]}],
        [{"_type": "block", "children": [{"_type": "span", "text": "Après deux "}, {"_type": "span", "text": "ans."}]}],
        {
            "nodeType": "document",
            "content": [{"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "Après deux ans."}]}],
        },
        {"ops": [{"insert": "Après "}, {"insert": "deux", "attributes": {"bold": True}}, {"insert": " ans.\n"}]},
        {
            "root": {
                "type": "root",
                "children": [{"type": "paragraph", "children": [{"type": "text", "text": "Après deux ans."}]}],
            }
        },
        '{"blocks": [{"key": "a", "text": "Après deux ans.", "type": "unstyled"}], "entityMap": {}}',
        [
            {
                "type": "p",
                "children": [{"text": "Après "}, {"type": "link", "children": [{"text": "deux"}]}, {"text": " ans."}],
            }
        ],
    ],
    ids=["slate", "portable text", "contentful", "quill", "lexical", "a string of Draft.js", "a link"],
)
def test_it_reads_the_blocks_of_editors_without_breaking_a_line(file: File, body: Any) -> None:
    assert told(file("a.jsonl", json.dumps({"title": "Un", "body": body})))[0] == [("Un", "Après deux ans.", None)]


def test_it_names_what_it_does_not_read_of_a_table(file: File) -> None:
    articles, reported = told(file("a.csv", f"titre,texte,date,Diffusion\nLe pont,{BODY}, et plus,2020-03-12,8\n"))
    assert articles == [("Le pont", f"{BODY}, et plus", "2020-03-12")]
    assert reported == [
        ("noted", "columns that are not read: Diffusion"),
        (
            "noted",
            "1 line has more cells than names: what exceeds is read as part of the text, whose separators are not quoted; "
            "the first: line 2",
        ),
    ]


def test_it_names_the_keys_that_hold_a_text_and_are_not_read(file: File) -> None:
    _, reported = told(file("a.jsonl", json.dumps({"titre": "Le pont", "texte": BODY, "avis": f"{BODY} " * 4})))
    assert reported == [("noted", "keys that hold a text and are not read: avis (line 1)")]
