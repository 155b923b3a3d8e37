"""What was guessed and mended in a file is told once, with the first place; nothing is told of a file without repairs."""

from __future__ import annotations

import gzip
import json
from email.message import EmailMessage

import pytest

from searcher.article import Article
from searcher.readers import read, repairs
from searcher.readers.encoding import decode_head
from searcher.sources import Source
from tests.readers.test_archive import zip_of

PLAIN = "Le pont de Kerval\n\nAprès deux ans de travaux, le pont a rouvert à l’été : 115 000 € de réparations.\n"
LINE = {"title": "Le pont", "text": "Après deux ans, le pont a rouvert à l’été, dit la région."}
LINES = "".join(json.dumps({**LINE, "id": str(number)}, ensure_ascii=False) + "\n" for number in range(3))


def told(content: str | bytes, name: str) -> tuple[str, list[str]]:
    """The text of the last article, and the notes."""
    raw = content.encode() if isinstance(content, str) else content
    found = list(read(Source(name, name, len(raw), content=raw)))
    texts = [each.text for each in found if isinstance(each, Article)]
    return texts[-1] if texts else "", [each.reason for each in found if not isinstance(each, Article)]


def broken(text: str, letter: str, number: int = 1) -> bytes:
    """A text in UTF-8 but for the first `number` occurrences of a letter, which are in Windows-1252."""
    raw = text.encode()
    for _ in range(number):
        raw = raw.replace(letter.encode(), letter.encode("cp1252"), 1)
    return raw


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        (
            "a.txt",
            broken(PLAIN, "è"),
            "1 byte that is not UTF-8 was read as Windows-1252: byte 22, line 3, “pont de Kerval Après deux ans de trava”",
        ),
        (
            "a.txt",
            broken(PLAIN + PLAIN, "é", 2),
            "2 bytes that are not UTF-8 were read as Windows-1252; the first: byte 72, line 3, "
            "“nt a rouvert à l’été : 115 000 € de”",
        ),
        (
            "a.html",
            broken(f"<html><head><title>Le pont de Kerval</title></head><body><p>{PLAIN.splitlines()[2]}</p>", "è"),
            "1 byte that is not UTF-8 was read as Windows-1252: byte 63, line 1, “></head><body><p>Après deux ans de trava”",
        ),
        (
            "a.csv",
            broken(f"titre;texte\nLe pont;{PLAIN.splitlines()[2]}\n", "è"),
            "1 byte that is not UTF-8 was read as Windows-1252: byte 23, line 2, “e;texte Le pont;Après deux ans de trava”",
        ),
        (
            "a.jsonl",
            broken(LINES, "è"),
            '1 byte that is not UTF-8 was read as Windows-1252: line 1, “pont", "text": "Après deux ans, le pont”',
        ),
        (
            "a.jsonl",
            LINES.replace("l’été", "l&amp;#8217;été"),
            "3 entities that were encoded twice were undone; the first: line 1, “e pont a rouvert à l’été, dit la région.”",
        ),
        (
            "a.txt",
            PLAIN.replace("€", "\x80"),
            "1 C1 control was read as Windows-1252: Le pont de Kerval, “t à l’été : 115 000 € de réparations.”",
        ),
        (
            "a.txt",
            PLAIN.encode().decode("cp1252"),
            "1 passage in UTF-8 that had been read as another encoding was put right: Le pont de Kerval, "
            "“pont de Kerval Après deux ans de trava”",
        ),
        (
            "a.json",  # whose escapes hide it from what repairs raw text
            json.dumps({"title": "Le pont", "text": PLAIN.splitlines()[2].encode().decode("cp1252")}),
            "3 passages in UTF-8 that had been read as another encoding were put right; the first: Le pont, “Après deux ans de "
            "trava”",
        ),
        (
            "a.txt",
            PLAIN.replace("’", "'").replace("€", "F").encode("mac_roman"),
            "read as Mac Roman: its bytes are not UTF-8, and its letters are French that way",
        ),
        (
            "a.txt",
            PLAIN.replace("’", "'").replace("€", "F").encode("cp850"),
            "read as CP850 (DOS): its bytes are not UTF-8, and its letters are French that way",
        ),
    ],
)
def test_it_tells_of_a_repair_once_with_its_place(name: str, content: str | bytes, note: str) -> None:
    text, notes = told(content, name)
    assert notes == [note]
    assert "été" in text
    assert told(gzip.compress(content if isinstance(content, bytes) else content.encode()), name)[1] == [note]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_it_tells_nothing_of_a_file_that_needed_no_repair(name: str) -> None:
    assert told(PLAIN, name)[1] == []
    assert told(PLAIN.encode("cp1252"), name)[1] == []
    assert told(PLAIN.encode("utf-16"), name)[1] == []


def test_it_tells_of_each_member_of_an_archive() -> None:
    raw = zip_of([("a.txt", PLAIN.encode()), ("b.txt", broken(PLAIN, "è"))])
    found = list(read(Source("a.zip", "a.zip", len(raw), content=raw)))
    assert [each.place for each in found if not isinstance(each, Article)] == ["b.txt"]


def test_an_attachment_is_told_of_once_though_its_head_is_looked_at_first() -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"] = "Le pont", "redaction@kerval.example"
    letter.set_content("Voici le texte.")
    letter.add_attachment(broken(PLAIN, "è"), maintype="text", subtype="plain", filename="pont.txt")
    raw = letter.as_bytes()
    found = list(read(Source("a.eml", "a.eml", len(raw), content=raw)))
    assert [each.place for each in found if not isinstance(each, Article)] == ["attachment pont.txt"]


def test_a_file_that_two_readers_read_is_told_of_once() -> None:
    """A text with the signs of an export and no article of one is read again, as a text."""
    _, notes = told(broken(f"Le pont\n\n{'_' * 30}\n\nProQuest\n\n{PLAIN}\nDocument 1 sur 2\n", "è"), "a.txt")
    assert len(notes) == 1
    assert "byte 73, line 9" in notes[0]


@pytest.mark.parametrize("size", range(20, 26))
def test_a_head_may_end_inside_a_letter(size: int) -> None:
    assert PLAIN.startswith(decode_head(PLAIN.encode()[:size]))


def test_a_head_is_looked_at_in_silence() -> None:
    heard = repairs.Repairs()
    heard.useful = True
    with repairs.heard_by(heard):
        assert decode_head(broken(PLAIN * 2, "è")) == PLAIN * 2
    assert list(heard.notes()) == []


def test_nobody_is_told_where_nobody_listens() -> None:
    repairs.mended("bytes", 1, place="byte 1", shown="é")
    repairs.guessed("a guess")
    assert repairs.listener() is None


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize(
    "text",
    [
        "L'été a été sec à Kerval.",
        "Où est passée la cinquième enquête ?",
        "« C'est réglé », assure le préfet, à l'issue de la réunion.",
        "ÉDITION SPÉCIALE. Les îles déjà fermées, les bateaux à quai.",
        "Le conseil général a dépêché un médecin près de la forêt, où l'on s'étonne.",
    ],
)
def test_it_tells_an_encoding_of_eight_bits_by_the_letters_of_one_sentence(text: str, encoding: str) -> None:
    assert told(text.encode(encoding), "a.txt")[0] == text


@pytest.mark.parametrize("text", ["Le cœur du bourg a changé.", "Les travaux ont coûté 115 000 € à la région."])
@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "mac_roman"])
def test_it_knows_the_letters_that_latin_1_lacks(text: str, encoding: str) -> None:
    assert told(text.encode(encoding), "a.txt")[0] == text


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.html", "a.srt"])
def test_one_wrong_byte_damages_one_character_where_two_letters_are_marked(name: str) -> None:
    text = "Le maire a annoncé la fermeture du pont à tous"
    content = {
        "a.csv": f"titre;texte\nPont;{text}\n",
        "a.jsonl": json.dumps({"title": "Pont", "text": text}, ensure_ascii=False) + "\n",
        "a.html": f"<html><head><title>Pont</title></head><body><p>{text}</p></body></html>",
        "a.srt": f"1\n00:00:01,000 --> 00:00:04,000\n{text}\n",
    }.get(name, f"{text}\n")
    for wrong in (b"\xe9", b"\xff", b"\x92"):
        found, notes = told(content.encode().replace(b"tous", b"tous" + wrong), name)
        assert found == text + wrong.decode("cp1252")
        assert len(notes) == 1


def test_it_reports_letters_of_another_script_and_reads_none_as_rubbish() -> None:
    text = "Президент встретился с министром иностранных дел."
    unknown = ("", ["not text in any encoding that is known; save it as UTF-8"])
    assert told(text.encode("cp1251"), "a.txt") == unknown
    feed = f"<rss version='2.0'><channel><title>A feed in Russian</title><item><title>{text}</title></item></channel></rss>"
    assert told(feed.encode("koi8-r"), "a.rss") == unknown


MOJIBAKE = "Après l’été, le préfet a été reçu à l’Élysée : « c’est réglé »."


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac_roman", "cp850"])
@pytest.mark.parametrize("around", ["", "Été. "], ids=["all of the text", "a passage"])
def test_it_undoes_utf_8_that_was_read_as_another_encoding(encoding: str, around: str) -> None:
    written = "".join(
        bytes((byte,)).decode(encoding, "ignore") or chr(byte) for byte in MOJIBAKE.encode()
    )  # as decoders of the web do, bytes without a letter stay controls
    text, notes = told(around + written, "a.txt")
    assert text == around + MOJIBAKE
    assert [each for each in notes if "put right" in each] == notes
    assert len(notes) == 1


def test_it_undoes_where_no_break_spaces_became_spaces() -> None:
    assert told("Le prÃ©fet a Ã©tÃ© reÃ§u Ã l’ÉlysÃ©e.", "a.txt")[0] == "Le préfet a été reçu à l’Élysée."


@pytest.mark.parametrize("text", ["AMANHÃ É DIA DE FEIRA, MANHÃ TAMBÉM", "√2 ¬a ‚Ä ├─ le maire", "Â qui mieux mieux"])
def test_it_leaves_letters_that_only_look_so(text: str) -> None:
    assert told(text, "a.txt") == (text, [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.srt", "a.html"])
def test_it_reads_utf_16_without_a_mark(name: str, encoding: str) -> None:
    content = {
        "a.csv": "titre;texte\nPont;Le préfet a été reçu.\n",
        "a.srt": "1\n00:00:01,000 --> 00:00:04,000\nLe préfet a été reçu.\n",
        "a.html": "<html><head><title>Pont</title></head><body><p>Le préfet a été reçu.</p></body></html>",
    }.get(name, "Le préfet a été reçu.")
    assert told(content.encode(encoding), name)[0] == "Le préfet a été reçu."
