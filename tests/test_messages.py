"""Every message exists in both languages with the same fields, and no other text reaches a person."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import searcher
from searcher import errors, messages
from searcher.faces.cli.language import chosen
from searcher.messages import Message, english, french, reasons
from searcher.readers.repairs import _SAID, Repairs
from tests import places

SOURCE = places.ROOT / "searcher"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE / "faces" / "web")
"""All but those of the web face, whose pages have a table of their own in the same shape, and whose API speaks English."""
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
OF_INPUTS = {"Unreadable": 0, "guessed": 0, "note": 1}
"""Calls whose texts are kept in ledgers, so that `reasons` has them, and the argument that is the text."""
BUILT = (
    "command.",
    "argument.",
    "option.",
    "metavar.",
    "errno.",
    "field.",
    "names.",
    "stats.",
    "table.",
    "change.",
    "report.",
)
"""Ids that are made of names: what has no message fails when it is shown, and the tests of help show all of them."""


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_both_languages_have_the_same_messages() -> None:
    assert list(english.TEXTS) == list(french.TEXTS)


def test_a_message_has_the_same_fields_in_both_languages() -> None:
    assert not [id for id in english.TEXTS if fields(french.TEXTS[id]) != fields(english.TEXTS[id])]


def test_french_is_set_as_french_prints_it() -> None:
    assert not {id: wrong for id in english.TEXTS if (wrong := french_spacing(french.TEXTS[id]))}


def french_spacing(template: str) -> list[str]:
    """What French does not print so: a no-break space stands before double signs and inside guillemets, apostrophes and
    quotation marks are its own."""
    text = re.sub(r"\{[^}]*\}", "x", template)
    return re.findall(r" [:;!?»]|« |\w'\w|“", text)


@cache
def calls_of_all() -> list[tuple[str, str, ast.Call]]:
    """Every call in the source that names what it calls: its file and line, the name, the call."""
    return [
        (f"{path.relative_to(SOURCE)}:{call.lineno}", name, call)
        for path in MODULES
        for name, call in calls(parsed(path))
    ]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, node


def words(node: ast.expr) -> str:
    """What a literal says by itself."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)  # type: ignore[misc]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return words(left) + words(right)
        case ast.IfExp(body=body, orelse=orelse):
            return words(body) or words(orelse)
    return ""


def says(text: str) -> bool:
    return re.search(r"[a-zà-ÿ]{2}", text.replace("{}", "")) is not None


def test_no_other_text_reaches_a_person() -> None:
    found = []
    for place, name, call in calls_of_all():
        if not call.args:
            continue
        if name in ERRORS.difference(OF_INPUTS) or (
            name == "echo" and any(each.arg == "err" for each in call.keywords)
        ):
            said = words(call.args[0])
        elif name == "Note" and len(call.args) > 1:
            said = words(call.args[1])
        else:
            continue
        if says(said):
            found.append(f"{place}: {said}")
    assert not found, "make a message of it, in both languages"


def test_it_fills_the_fields_that_its_messages_have() -> None:
    for place, name, call in calls_of_all():
        if name in ("say", "Message") and call.args and isinstance(call.args[0], ast.Constant):
            id = call.args[0].value
            assert id in english.TEXTS, place
            given = {each.arg for each in call.keywords}
            assert None in given or fields(english.TEXTS[id]) <= given, place


def test_a_number_is_refused_with_a_message() -> None:
    for place, name, call in calls_of_all():
        if name == "whole_number":
            assert words(call.args[2]) in english.TEXTS, place


def test_every_message_is_said_somewhere() -> None:
    source = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py") if path.parent.name != "messages")
    quoted = set(re.findall(r"(?<=[\"'])[\w.-]+(?=[\"'])", source))
    assert not [id for id in english.TEXTS if id not in quoted and not id.startswith(BUILT)]


def test_every_reason_of_a_reader_has_its_french() -> None:
    for place, name, call in calls_of_all():
        if name in OF_INPUTS and len(call.args) > OF_INPUTS[name] and says(said := words(call.args[OF_INPUTS[name]])):
            known = any(pattern.fullmatch(said.replace("{}", "7")) for pattern, *_ in reasons._templates())
            assert known, f"{place}: add “{said}” to searcher/messages/french_reasons.py"


@pytest.fixture
def in_french() -> Iterator[None]:
    messages.speak("fr")
    yield
    messages.speak("en")


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("empty", "vide"),
        ("no article: a picture (PNG)", "pas d’article\u00a0: une image (PNG)"),
        (
            "sheet Ventes: more than 1,000 cells; save it as CSV",
            "feuille Ventes\u00a0: plus de 1,000 cellules\u00a0; enregistrez-la en CSV",
        ),
        (
            "3 of the 4 page files it lists missing (a.xml); 40 articles on them left out",
            "3 des 4 fichiers de pages cités manquent (a.xml)\u00a0; 40 articles de ces pages sont laissés de côté",
        ),
        ("what no reader says", "what no reader says"),
    ],
)
def test_it_tells_a_reason_in_french(reason: str, told: str) -> None:
    assert reasons.told(reason) == told


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize("kind", _SAID)
@pytest.mark.parametrize("count", [1, 1200])
def test_every_repair_has_its_french(kind: str, count: int) -> None:
    heard = Repairs()
    heard.useful = True
    heard.add(kind, count, "line 7", "115 000")
    (note,) = heard.notes()
    told = reasons.told(note)
    assert told.endswith("ligne 7, «\u00a0115 000\u00a0»")
    assert not set("the that was were read undone put right".split()) & set(told.split())
    assert reasons.in_general(note, "fr") == reasons.told(note).replace("1,200" if count > 1 else "1", "…", 1).replace(
        "ligne 7, «\u00a0115 000\u00a0»", "…"
    )


def test_a_reason_in_general_names_nothing() -> None:
    assert reasons.in_general("no article: a picture (PNG)", "en") == "no article: …"
    assert reasons.in_general("no article: a picture (PNG)", "fr") == "pas d’article\u00a0: …"
    assert reasons.in_general("what no reader says", "fr") == "…"


@pytest.mark.parametrize(
    ("count", "language", "text"),
    [
        (0, "en", "0 articles"),
        (1, "en", "1 article"),
        (12000, "en", "12 000 articles"),
        (0, "fr", "0 article"),
        (1, "fr", "1 article"),
        (2, "fr", "2 articles"),
        (12000, "fr", "12\u202f000 articles"),
    ],
)
def test_it_counts(count: int, language: messages.Language, text: str) -> None:
    assert messages.formatted("found.count", {"count": count}, language) == text


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("date", "day"),
    [
        ("2020", "2020"),
        ("2020-03", "mars 2020"),
        ("2020-03-01", "1er mars 2020"),
        ("2020-03-12T10:00:00Z", "12 mars 2020"),
        ("0800-12-25", "25 décembre 0800"),
        ("hier", "hier"),
    ],
)
def test_it_writes_dates_in_french(date: str, day: str) -> None:
    assert messages.day(date) == day


@pytest.mark.usefixtures("in_french")
def test_it_writes_places_and_shares_in_french() -> None:
    places = ("line 12", "sheet Feuil1, row 3", "page 2", "2020/a.html", "attachment note.pdf")
    assert list(map(messages.placed, places)) == [
        "ligne 12",
        "feuille Feuil1, ligne 3",
        "page 2",
        "2020/a.html",
        "pièce jointe note.pdf",
    ]
    assert [messages.percent(0.1234, 1), messages.percent(1), messages.decimal("11.67")] == [
        "12,3\u202f%",
        "100\u202f%",
        "11,67",
    ]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANGUAGE": "de:fr"}, "fr"),
        ({"LANGUAGE": "en:fr", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANGUAGE": "fr", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANGUAGE": "de", "LANG": "fr_BE.UTF-8"}, "fr"),
        ({"SEARCHER_LANG": "fr", "LC_ALL": "C"}, "fr"),
        ({"SEARCHER_LANG": "en", "LANG": "fr_FR.UTF-8"}, "en"),
    ],
    ids=str,
)
def test_it_chooses_a_language(environment: dict[str, str], language: str) -> None:
    assert chosen([], environment) == language
    assert chosen(["mots", "--lang=fr"], environment) == "fr"
    assert chosen(["--lang", "en", "mots"], environment) == "en"
    assert chosen(["--", "--lang", "fr"], environment) == language


def test_an_error_knows_its_code_and_says_itself_in_french() -> None:
    with pytest.raises(searcher.UsageError) as raised:
        searcher.Ask("mots", timeout=-1)
    assert raised.value.code == "ask.timeout"
    assert str(raised.value) == "a search takes more than -1 seconds; give it a number above 0"
    said = messages.translated(raised.value.message, "fr")
    assert said == "une recherche dure plus de -1 secondes\u00a0; donnez un nombre supérieur à 0"


def test_a_message_crosses_processes() -> None:
    import pickle

    inner = Message("holder.process", number="7")
    message: Any = pickle.loads(pickle.dumps(Message("index.locked", folder="index", holder=inner)))
    assert message == "index: process 7 is writing to it; try again when it has ended, or wait with --timeout"
    assert (
        messages.translated(message, "fr")
        == "index\u00a0: le processus 7 y écrit\u00a0; réessayez quand ce sera terminé, ou attendez avec --timeout"
    )
