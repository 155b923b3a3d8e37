"""The words of the pages: in both languages, with the same fields; numbers and dates as each language writes them."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from searcher.faces import web
from searcher.faces.web import words
from tests.test_messages import french_spacing

PACKAGE = Path(web.__file__).parent
SOURCES = [*PACKAGE.glob("*.py"), *PACKAGE.glob("templates/*.html")]


def test_every_message_stands_in_both_languages() -> None:
    for name, (english, french) in words.WORDS.items():
        assert english.strip(), name
        assert french.strip(), name
        assert fields(english) == fields(french), name
        assert english.count("|") == french.count("|") <= 1, name
        assert french_spacing(french) == [], name


def fields(text: str) -> set[str]:
    return {name for form in text.split("|") for _, name, _, _ in Formatter().parse(form) if name}


def test_every_message_that_is_said_exists_and_none_is_left_over() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SOURCES if path.name != "words.py")
    said = set(re.findall(r"""\bsay\(["']([a-z_.]+[a-z])["'][,)]""", text)) - {"en"}
    assert len(said) > 80
    assert said <= words.WORDS.keys()
    named = set(re.findall(r"""["']([a-z_./?-]+)["']""", text))
    begun = tuple(set(re.findall(r"""f?["']([a-z_.]+\.)(?:["'] ~|\{)""", text)))
    assert {name for name in words.WORDS.keys() - named if not name.startswith(begun)} == set()


def test_no_text_stands_in_a_template() -> None:
    for path in PACKAGE.glob("templates/*.html"):
        bare = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<code>.*?</code>|<!DOCTYPE.*?>",
            "",
            path.read_text("utf-8"),
            flags=re.DOTALL,
        )
        texts = re.sub(r"<[^>]*>", " ", bare)
        assert not re.findall(r"[^\W\d_]{2,}", texts.replace("UTC", "").replace("Esc", "")), path.name


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("fr", "2020-03-01", "1er mars 2020"),
        ("fr", "2020-03-12T08:00:00+01:00", "12 mars 2020"),
        ("fr", "2020-08", "août 2020"),
        ("en", "2020-03-12", "12 March 2020"),
        ("en", "0987", "0987"),
        ("en", "2020-W02", "2020-W02"),
        ("fr", None, None),
    ],
)
def test_it_writes_dates(language: words.Language, written: str | None, said: str | None) -> None:
    assert words.date(language, written) == said


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("1850s", "années 1850"),
        ("2020-Q1", "2020-T1"),
        ("2020-W02", "2020-S02"),
        ("2020-03", "mars 2020"),
        ("2020", "2020"),
    ],
)
def test_it_names_bars_of_a_timeline(label: str, said: str) -> None:
    assert words.bucket("fr", label) == said
    assert words.bucket("en", label) == (words.date("en", label) or label)


def test_it_writes_numbers() -> None:
    assert words.say("fr", "count", n=0) == "0 article"
    assert words.say("en", "count", n=0) == "0 articles"
    assert words.say("fr", "count", n=12000) == "12\u202f000 articles"
    assert words.say("en", "count", n=12000) == "12,000 articles"
    assert words.share("fr", 0.034) == "3,4\u202f%"
    assert words.share("en", 0.0034) == "0.34%"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("de,fr;q=0.5", "fr"),
        ("de", "en"),
        ("", "en"),
        ("fr;q=x,en;q=0.1", "en"),
        ("fr;q=0,en;q=0.1", "en"),
    ],
)
def test_it_finds_the_language_of_a_browser(accepted: str, language: str) -> None:
    assert words.preferred(accepted) == language
