"""What the readers of e-mail, mailboxes and Outlook messages make of messages: headers, bodies, attachments, and damage."""

from __future__ import annotations

import base64
import random
import struct
import tracemalloc
from contextlib import suppress
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from searcher.article import Article
from searcher.readers import Problem, read
from searcher.sources import Source

pytest.importorskip("lxml", reason="HTML in mail needs the extra html")

from searcher.readers.letters import attachments
from tests import places

SHARED = places.SHARED / "formats" / "mail"

HEAD = "From: Jeanne Dupont <jeanne@journal.example>\nDate: Tue, 07 Jan 2020 10:00:00 +0100\nMessage-ID: <un@journal.example>\n"


def everything(raw: bytes | str, name: str = "a.eml") -> list[Article | Problem]:
    content = raw.encode() if isinstance(raw, str) else raw
    return list(read(Source(name, name, len(content), content=content)))


def articles(raw: bytes | str, name: str = "a.eml") -> list[Article]:
    found = everything(raw, name)
    assert not [each for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, Article)]


def letter(
    subject: str = "Un titre", body: str = "Un texte.", headers: str = "Content-Type: text/plain; charset=utf-8\n"
) -> str:
    return f"{HEAD}Subject: {subject}\n{headers}\n{body}\n"


def test_it_reads_the_fields_of_a_message() -> None:
    assert articles(letter()) == [
        Article(
            id="un@journal.example",
            text="Un texte.",
            title="Un titre",
            date="2020-01-07T10:00:00+01:00",
            author="Jeanne Dupont",
            path="a.eml",
            format="mail",
        )
    ]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?utf-8?Q?L'=C3=A9t=C3=A9_=C3=A0_No=C3=ABl?=", "L'été à Noël"),
        ("=?iso-8859-1?Q?L=92=E9t=E9?=", "L’été"),  # the declared name means Windows-1252
        ("=?utf-8?B?TOKAmcOpdMOp?=", "L’été"),
        ("=?utf-8?B?TOKAmcOpdMOp?= =?utf-8?Q?_=C3=A0_Rome?=", "L’été à Rome"),
        ("=?utf-8?Q?=C3?=\n =?utf-8?Q?=A9t=C3=A9?=", "été"),  # cut within a character
        ("=?utf-8*fr?Q?=C3=A9t=C3=A9?=", "été"),
        ("=?windows-1252?Q?L’été_raw?=", "L’été raw"),  # 8-bit characters inside of an encoded word
        ("=?no-such-charset?Q?=C3=A9t=C3=A9?=", "été"),
        ("L’été tel quel", "L’été tel quel"),
        ("Un titre\n sur deux lignes", "Un titre sur deux lignes"),
        ("=?utf-8?B?!!!?=", "!!!"),
        ("Re: prix =?", "Re: prix =?"),
    ],
)
def test_it_reads_subjects_as_they_were_meant(subject: str, expected: str) -> None:
    assert [found.title for found in articles(letter(subject))] == [expected]


def test_it_reads_a_subject_in_raw_latin_letters() -> None:
    assert articles(letter("L\x92été").encode("latin-1"))[0].title == "L’été"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1\n", "L’été à 5 €".encode("cp1252"), "L’été à 5 €"),
        ("Content-Type: text/plain; charset=us-ascii\n", "L’été".encode(), "L’été"),
        ("Content-Type: text/plain; charset=nonsense\n", "L’été".encode(), "L’été"),
        ("", "L’été".encode("cp1252"), "L’été"),
        ("Content-Type: text/plain; charset=macintosh\n", "été".encode("mac-roman"), "été"),
        ("Content-Type: text/plain; charset=utf-7\n", b"+AOk-t+AOk-", "été"),
        ("Content-Transfer-Encoding: quoted-printable\n", b"L=E2=80=99=C3=A9t=C3=A9 fi=\nni", "L’été fini"),
        ("Content-Transfer-Encoding: base64\n", base64.b64encode("L’été".encode()), "L’été"),
        ("Content-Transfer-Encoding: base64\n", b"@@@ not base64", None),
        ("Content-Type: text/plain; format=flowed\n", b"Un texte \nqui suit.\n\n> Une \n> phrase.\n-- \nJ. D.", None),
        ("Content-Type: text/html; charset=utf-8\n", "<p>L’été</p><p>à Rome</p>".encode(), "L’été\n\nà Rome"),
        ("Content-Type: text/html\n", '<meta charset="windows-1252"><p>L’été</p>'.encode("cp1252"), "L’été"),
        ("Content-Type: text/enriched\n", b"<bold>Un</bold> texte", "Un texte"),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)
def test_it_reads_bodies_whatever_they_declare(headers: str, body: bytes, expected: str | None) -> None:
    (found,) = articles(letter(headers=headers, body="").encode() + body)
    if expected is not None:
        assert found.text == expected


def test_it_joins_flowed_lines_only() -> None:
    body = "Un texte \nqui suit.\nUn autre.\n\n> Une \n> phrase.\n>\n> Fin.\n-- \nJ. D."
    (found,) = articles(letter(headers="Content-Type: text/plain; format=flowed\n", body=body))
    assert found.text == "Un texte qui suit.\nUn autre.\n\n> Une phrase.\n\n> Fin.\n--\nJ. D."
    (found,) = articles(letter(headers='Content-Type: text/plain; format="flowed"; delsp=yes\n', body="Un tex \nte."))
    assert found.text == "Un texte."


def alternatives(plain: str, html: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Un titre"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (
            "Un texte assez long pour être lu comme le texte du message.",
            "Un texte assez long pour être lu comme le texte du message.",
        ),
        (
            "Voir en ligne : https://a.example/une-adresse-tres-longue-qui-ne-compte-pas-du-tout",
            "Le texte entier de la lettre, en HTML. " * 3,
        ),
        ("", "Le texte entier de la lettre, en HTML. " * 3),
    ],
    ids=["full", "stub", "empty"],
)
def test_it_prefers_plain_text_unless_it_is_a_stub(plain: str, expected: str) -> None:
    (found,) = articles(
        alternatives(plain, "<p>" + "Le texte entier de la lettre, en HTML. " * 3 + "</p><script>x()</script>")
    )
    assert found.text == expected.strip()


@pytest.mark.parametrize(
    "stub",
    [
        "Si vous ne visualisez pas correctement ce message, cliquez ici : http://journal.example/lettre",
        "Ce message est au format HTML. Votre logiciel ne permet pas de l’afficher.",
        "Version en ligne : http://journal.example/lettre\nSe désabonner : http://journal.example/fin",
        "Votre messagerie ne gère pas le HTML.",
        "Vous ne voyez pas cette lettre ? http://journal.example/lettre",
        "View this e-mail in your browser: http://journal.example/lettre",
    ],
)
def test_it_reads_the_letter_beside_a_stub_of_any_wording(stub: str) -> None:
    (found,) = articles(alternatives(stub, "<p>Le préfet a été reçu ce matin à Beauvau, en HTML.</p>"))
    assert found.text == "Le préfet a été reçu ce matin à Beauvau, en HTML."


@pytest.mark.parametrize(
    ("headers", "source", "author"),
    [
        ("", None, "Jeanne Dupont"),
        ("Organization: Agence d’essai\n", "Agence d’essai", "Jeanne Dupont"),
        ('List-Id: "La Lettre" <lettre.journal.example>\nList-Unsubscribe: <x>\n', "La Lettre", "Jeanne Dupont"),
        ("List-Id: <debats.journal.example>\nList-Post: <x>\n", "debats.journal.example", "Jeanne Dupont"),
        ("List-Id: <8c1f0e52a7b3.12345.list-id.mcsv.example>\nList-Unsubscribe: <x>\n", "Jeanne Dupont", None),
        ("List-Unsubscribe: <x>\n", "Jeanne Dupont", None),
    ],
)
def test_it_tells_a_newsletter_from_a_letter(headers: str, source: str | None, author: str | None) -> None:
    (found,) = articles(letter(headers=headers))
    assert (found.source, found.author) == (source, author)


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("jeanne@journal.example", "jeanne@journal.example"),
        ('"Dupont, Jeanne" <j@a.example>', "Dupont, Jeanne"),
        ("=?utf-8?Q?Ren=C3=A9e?= <r@a.example>", "Renée"),
        ("Jeanne Dupont via Débats <d@a.example>", "Jeanne Dupont"),
        ("", None),
    ],
)
def test_it_names_the_author(sender: str, expected: str | None) -> None:
    assert articles(f"From: {sender}\nSubject: Un titre\n\nUn texte.")[0].author == expected


def with_attachments(*attached: tuple[str, str, bytes]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Un titre"
    message.set_content("Un texte.")
    for name, media, content in attached:
        kind, _, subtype = media.partition("/")
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return message.as_bytes()


def test_it_reads_attachments_that_hold_articles_and_names_the_others_once() -> None:
    raw = with_attachments(
        ("communiqué.txt", "application/octet-stream", "Le communiqué.".encode()),
        ("photo.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("rendez-vous.ics", "text/calendar", b"BEGIN:VCALENDAR"),
        ("outil.exe", "application/octet-stream", b"MZ\0\0"),
        ("programme.c", "text/x-c", b"int main;"),
        ("page.html", "text/html", b"<p>Une page assez courte, mais une page.</p>"),
    )
    found = everything(raw)
    places = [each.place for each in found if isinstance(each, Article)]
    assert places[:2] == [None, "attachment communiqué.txt"]
    assert [each for each in found if isinstance(each, Problem) and not (each.place or "").endswith("page.html")] == [
        Problem("a.eml", "attachments without articles: outil.exe, programme.c", None, "skipped")
    ]


def test_it_says_why_an_attachment_could_not_be_read() -> None:
    raw = with_attachments(
        ("a.rar", "application/octet-stream", b"Rar!\x1a\x07\0"),
        ("b.pdf", "application/pdf", b"<p>non</p>\0\0"),
        ("c.zip", "application/zip", b"PK\3\4"),
    )
    assert [each for each in everything(raw) if isinstance(each, Problem)] == [
        Problem("a.eml", "a RAR archive; unpack it first", "attachment a.rar"),
        Problem("a.eml", "not the PDF that its name promises", "attachment b.pdf"),
        Problem("a.eml", "a damaged Zip archive (cut short: its table of contents is missing)", "attachment c.zip"),
    ]


def test_it_reads_messages_in_messages_to_a_limit() -> None:
    message = EmailMessage()
    message["Subject"] = "0"
    message.set_content("Le plus profond.")
    for depth in range(1, attachments.MAX_DEPTH + 3):
        outer = EmailMessage()
        outer["Subject"] = str(depth)
        outer.set_content(f"Texte {depth}.")
        outer.add_attachment(message)
        message = outer
    found = everything(message.as_bytes())
    assert [each.title for each in found if isinstance(each, Article)] == ["7", "6", "5", "4", "3", "2"]
    assert [each.reason for each in found if isinstance(each, Problem)] == ["a message in more than 5 others"]
    assert found[1].place == "attachment 6"


def test_it_reads_a_forwarded_message_that_was_encoded() -> None:
    inner = base64.b64encode(letter("Dedans").encode()).decode()
    raw = (
        'Subject: Dehors\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nUn texte.\n'
        f"--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n--b--\n"
    )
    assert [found.title for found in articles(raw)] == ["Dehors", "Dedans"]


def test_it_reads_an_article_that_a_program_put_into_a_message() -> None:
    body = '{"Headline": ["Le vrai titre"], "Body": ["Un\ntexte."], "Timestamp": ["1/7/2020"], "Category": ["Sport"]}'
    (found,) = articles(letter("Formulaire", body))
    assert (found.title, found.text, found.section, found.date) == (
        "Le vrai titre",
        "Un\ntexte.",
        "Sport",
        "2020-01-07T10:00:00+01:00",
    )


def test_it_reads_a_page_saved_as_a_message() -> None:
    raw = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://journal.example/2020/01/07/un-titre.html\n"
        "Subject: Un titre\n"
        'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\n'
        "Content-Type: text/html; charset=utf-8\n\n<html><head><title>Un titre</title></head><body><article><h1>Un titre</h1>"
        f"<p>{'Une phrase du texte de la page. ' * 20}</p></article></body></html>\n--b--\n"
    )
    found = everything(raw, "page.mht")
    if isinstance(found[0], Problem) and found[0].kind == "missing":
        pytest.skip("pages need the extra html")
    assert isinstance(found[0], Article)
    assert found[0].url == "https://journal.example/2020/01/07/un-titre.html"


@pytest.mark.parametrize(
    ("raw", "kind", "reason"),
    [
        ("Message-ID: <a>\nMIME-Version: 1.0\n\n", "skipped", "no article: a message without a subject or a text"),
        (
            'MIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary="b"\n\n--b\n\nx\n--b--\n',
            "failed",
            "encrypted",
        ),
    ],
)
def test_it_says_why_a_message_gives_no_article(raw: str, kind: str, reason: str) -> None:
    assert everything(raw) == [Problem("a.eml", reason, None, kind)]


def test_it_reads_the_message_of_an_apple_mail_file() -> None:
    message = letter().encode()
    plist = b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "x">\n<plist/>\n'
    for length in (len(message), len(message) + 40, 1):
        (found,) = articles(f"{length}\n".encode() + message + plist, "a.emlx")
        if length == len(message):
            assert (found.title, found.text) == ("Un titre", "Un texte.")
        assert "plist" not in found.text


# ── mailboxes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FROM = "From jeanne@journal.example Tue Jan  7 10:00:00 2020\n"


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (FROM + letter("1") + "\n" + FROM + letter("2"), [("1", "Un texte."), ("2", "Un texte.")]),
        (FROM + letter("1").rstrip() + "\n" + FROM + letter("2"), [("1", "Un texte."), ("2", "Un texte.")]),
        (FROM + letter("1", ">From loin\n>>From près"), [("1", "From loin\n>From près")]),
        (FROM + letter("1", "Un.\n\nFrom here on, all is well."), [("1", "Un.\n\nFrom here on, all is well.")]),
        ("From - Tue Jan 07 10:00:00 2020\n" + letter("1"), [("1", "Un texte.")]),
        (FROM + "X-Long: a\n  b\n\tc\n" + letter("1"), [("1", "Un texte.")]),
        (FROM.replace("\n", "\r\n") + letter("1").replace("\n", "\r\n"), [("1", "Un texte.")]),
    ],
)
def test_it_reads_the_messages_of_a_mailbox(box: str, expected: list[tuple[str, str]]) -> None:
    for name in ("a.mbox", "inbox"):
        found = articles(box, name)
        assert [(each.title, each.text) for each in found] == expected
        assert [each.place for each in found] == [f"message {number}" for number in range(1, len(found) + 1)]


def test_it_goes_on_after_a_message_that_cannot_be_read() -> None:
    box = FROM + letter("1") + "\n" + FROM + "Message-ID: <b>\nMIME-Version: 1.0\n\n\n" + FROM + letter("3")
    found = everything(box, "a.mbox")
    assert [each.title for each in found if isinstance(each, Article)] == ["1", "3"]
    assert [each.place for each in found if isinstance(each, Problem)] == ["message 2"]


def test_it_holds_one_message_of_a_mailbox_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    with path.open("w") as file:
        for number in range(80):
            file.write(FROM + letter(str(number), "Une ligne de texte.\n" * 500) + "\n")
    articles(letter())  # what is loaded once is not counted
    tracemalloc.start()
    count = sum(1 for _ in read(Source(str(path), path.name, path.stat().st_size)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 80
    assert peak < 1 << 19


# ── Outlook ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Compound:
    """What olefile makes of a compound file: streams by their paths."""

    def __init__(self, streams: dict[str, bytes]) -> None:
        self.streams = {tuple(name.split("/")): content for name, content in streams.items()}

    def listdir(self, streams: bool, storages: bool) -> list[list[str]]:
        return [list(path[:depth]) for path in self.streams for depth in range(1, len(path) + 1)]

    def openstream(self, path: list[str]) -> BytesIO:
        return BytesIO(self.streams[tuple(path)])


def item(
    prefix: str = "", *, header: int = 32, fixed: dict[int, int] | None = None, **properties: str | bytes
) -> dict[str, bytes]:
    """The streams of a message: text as Unicode, bytes as they are under a name with its type (`p1000001E`)."""
    numbers = b"".join(struct.pack("<HHIQ", 3, number, 6, value) for number, value in (fixed or {}).items())
    texts = {
        f"{prefix}__substg1.0_{name[1:]}{'001F' if isinstance(value, str) else ''}": value.encode("utf-16-le")
        if isinstance(value, str)
        else value
        for name, value in properties.items()
    }
    return {f"{prefix}__properties_version1.0": bytes(header) + numbers, **texts}


def outlook(streams: dict[str, bytes]) -> list[Article | Problem]:
    msg = pytest.importorskip("searcher.readers.letters.msg", reason="Outlook messages need the extra mail")
    return list(msg._articles(Source("a.msg", "a.msg"), msg._Storage(Compound(streams), [])))


SENT = {0x0039: 132228612000000000}  # 2020-01-07 09:00:00 UTC


def test_it_reads_an_outlook_message() -> None:
    note = item(
        fixed=SENT,
        p001A="IPM.Note",
        p0037="Un titre",
        p0042="Jeanne Dupont",
        p1000="Un texte.\r\n",
        p1035="<un@a.example>",
    )
    assert outlook(note) == [
        Article(
            id="un@a.example",
            text="Un texte.",
            title="Un titre",
            date="2020-01-07T09:00:00+00:00",
            author="Jeanne Dupont",
            path="a.msg",
        )
    ]


@pytest.mark.parametrize(
    ("fixed", "properties", "expected"),
    [
        ({0x3FFD: 1251}, {"p1000001E": "Текст".encode("cp1251")}, "Текст"),
        ({0x3FFD: 65001}, {"p1000001E": "L’été".encode()}, "L’été"),
        ({}, {"p1000001E": "L’été".encode("cp1252")}, "L’été"),
        ({0x3FDE: 28591}, {"p10130102": "<p>L’été</p>".encode("cp1252")}, "L’été"),
        (
            {},
            {"p10130102": "<p>L’été entier, à Rome et ailleurs</p>".encode(), "p1000": "L’été"},
            "L’été entier, à Rome et ailleurs",
        ),
        ({}, {"p10090102": struct.pack("<IIII", 40, 24, 0x414C454D, 0) + rb"{\rtf1\ansi L\'e9t\'e9.} "}, "Lété."),
    ],
)
def test_it_reads_the_body_of_an_outlook_message(
    fixed: dict[int, int], properties: dict[str, str | bytes], expected: str
) -> None:
    (found,) = outlook(item(fixed=fixed, p001A="IPM.Post", **properties))  # type: ignore[arg-type]
    assert isinstance(found, Article)
    assert found.text == expected


def test_it_prefers_the_headers_an_outlook_message_came_with() -> None:
    headers = "From: =?utf-8?Q?Ren=C3=A9e?= <r@a.example>\r\nDate: Tue, 07 Jan 2020 10:00:00 +0100\r\n"
    (found,) = outlook(item(fixed=SENT, p001A="IPM.Note", p007D=headers, p0042="X", p1000="Un texte."))
    assert isinstance(found, Article)
    assert (found.author, found.date) == ("Renée", "2020-01-07T10:00:00+01:00")


def test_it_reads_what_is_attached_to_an_outlook_message() -> None:
    first, second = "__attach_version1.0_#00000000/", "__attach_version1.0_#00000001/"
    found = outlook(
        {
            **item(p001A="IPM.Note", p0037="Dehors", p1000="Un texte."),
            **item(first, header=8, p3707="Réponse"),
            **item(
                f"{first}__substg1.0_3701000D/", header=24, fixed=SENT, p001A="IPM.Note", p0037="Dedans", p1000="Deux."
            ),
            **item(second, header=8, p3707="note.txt", p37010102=b"Trois."),
        }
    )
    assert [(each.title, each.text, each.place) for each in found if isinstance(each, Article)] == [
        ("Dehors", "Un texte.", None),
        ("Trois", "Trois.", "attachment note.txt"),
        ("Dedans", "Deux.", "attachment Réponse"),
    ]
    assert isinstance(found[2], Article)
    assert found[2].date == "2020-01-07T09:00:00+00:00"


@pytest.mark.parametrize("kind", ["IPM.Contact", "IPM.Task", "IPM.Appointment"])
def test_it_passes_over_outlook_items_without_a_text(kind: str) -> None:
    msg = pytest.importorskip("searcher.readers.letters.msg", reason="Outlook messages need the extra mail")
    with pytest.raises(msg.NotAnArticle):
        outlook(item(p001A=kind, p0037="Un titre"))


def test_it_unpacks_rich_text() -> None:
    msg = pytest.importorskip("searcher.readers.letters.msg", reason="Outlook messages need the extra mail")
    # The examples of MS-OXRTFCP, 3.1 and 3.2
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert msg.unpacked(simple) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert msg.unpacked(crossing) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert msg.unpacked(struct.pack("<IIII", 17, 5, 0x414C454D, 0) + b"{\\rtf") == b"{\\rtf"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 1 << 32 - 1))
def test_it_unpacks_or_refuses_any_rich_text(content: bytes, size: int) -> None:
    msg = pytest.importorskip("searcher.readers.letters.msg", reason="Outlook messages need the extra mail")
    with suppress(msg.Unreadable):
        assert (
            len(msg.unpacked(struct.pack("<III", 12 + len(content), size, 0x75465A4C) + bytes(4) + content))
            <= 17 * len(content) + 17
        )


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = with_attachments(
    ("a.txt", "text/plain", b"Un communique."), ("b.eml", "application/octet-stream", letter().encode())
)
BOX = (FROM + letter("1") + "\n" + FROM).encode() + WHOLE


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([("a.eml", WHOLE), ("a.mbox", BOX), ("a.emlx", b"99\n" + WHOLE)]), st.integers(0), st.integers(0, 8)
)
@example(("a.eml", b"Subject: a\nContent-Type: multipart/mixed; boundary=\n\n--\n--\n"), 10_000, 0)
@example(("a.eml", b'Subject: =?utf-16?B?//8=?=\nDate: 99\nContent-Type: text/plain; charset="\n\na'), 10_000, 0)
def test_it_never_raises_for_damage(file: tuple[str, bytes], at: int, flips: int) -> None:
    name, raw = file
    torn = bytearray(raw[: at % (len(raw) + 1)] if not flips else raw)
    rng = random.Random(at)
    for _ in range(flips):
        torn[rng.randrange(len(torn))] ^= 1 << rng.randrange(8)
    for each in everything(bytes(torn), name):
        assert isinstance(each, Article) or (each.reason and "damaged" not in each.reason)


@pytest.mark.parametrize("depth", [50, 2000])
def test_it_survives_parts_in_parts(depth: int) -> None:
    raw = "".join(f'Content-Type: multipart/mixed; boundary="b{each}"\n\n--b{each}\n' for each in range(depth))
    found = everything(f"Subject: Un titre\n{raw}\nUn texte.")
    assert len(found) == 1


# ── the shared samples ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")
def test_it_reads_every_shared_sample() -> None:
    pytest.importorskip("olefile", reason="Outlook messages need the extra mail")
    paths = sorted(path for path in SHARED.rglob("*") if path.is_file())
    for path in paths:
        found = list(read(Source(str(path), path.name, path.stat().st_size)))
        assert any(isinstance(each, Article) and each.text for each in found), path.name
        assert not [each for each in found if isinstance(each, Problem) and each.kind == "failed"], path.name
