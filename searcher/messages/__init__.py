"""The id of a message and its fields → its words, in the language of the person who reads them.

    say("found", articles=3)      3 articles

Every language is a table of its own with the same ids and fields (`english`, `french`); the French one is read when French
is first spoken. Templates are those of `str.format`, with three signs of their own:

    {count:n}                     a number, its thousands apart
    {count:article|articles}      the singular or the plural that goes with a number: in French 0 is singular
    {word!r}                      a word in the quotation marks of the language

In French a no-break space (U+00A0) stands before : ; ! ? and inside « ».
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from searcher.messages import english

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")

_spoken: Language = "en"


def speak(language: Language) -> None:
    """Chooses the language of this process."""
    global _spoken
    _spoken = language
    table(language)  # read now: a message may have to say that no more files can be opened


def spoken() -> Language:
    """The language of this process."""
    return _spoken


def say(id: str, /, **fields: Any) -> str:
    """A message in the language of this process. Raises KeyError for an id that no table has."""
    return formatted(id, fields, _spoken)


def formatted(id: str, fields: Mapping[str, Any], language: Language) -> str:
    """A message in a language."""
    template = table(language)[id]
    if not fields:
        return template.format()
    text, number = (_Text, _Number) if language == "en" else (_FrenchText, _FrenchNumber)
    shown = {}
    for name, value in fields.items():
        kind = type(value)
        if kind is Message:
            value = formatted(value.id, value.fields, language)
        shown[name] = number(value) if kind is int else text(value) if isinstance(value, str) else value
    return template.format(**shown)


def table(language: Language) -> Mapping[str, str]:
    """Id → template."""
    if language == "en":
        return english.TEXTS
    from searcher.messages.french import TEXTS

    return TEXTS


class Message(str):
    """A message in English, as a text, that knows its id and fields: a face can say it in another language."""

    id: str
    fields: Mapping[str, Any]

    __slots__ = ("fields", "id")

    def __new__(cls, id: str, /, **fields: Any) -> Message:
        for name, value in fields.items():
            if isinstance(value, Exception):  # of ours: it knows its message
                fields[name] = getattr(value, "message", None) or str(value)
        made = super().__new__(cls, formatted(id, fields, "en"))
        made.id, made.fields = id, fields
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _message, (self.id, dict(self.fields))


def _message(id: str, fields: dict[str, Any]) -> Message:
    return Message(id, **fields)


def translated(text: str, language: Language | None = None) -> str:
    """A message in a language, else in that of this process; a text that is no message as it is."""
    if isinstance(text, Message):
        return formatted(text.id, text.fields, language or _spoken)
    return text


def number(value: int) -> str:
    """A number, its thousands apart."""
    return f"{_NUMBERS[_spoken](value):n}"


def decimal(written: str) -> str:
    """A number with a decimal point, with the sign of the language in its place."""
    return written if _spoken == "en" else written.replace(".", ",")


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in percent: 12.5% in English, 12,5 % in French."""
    written = decimal(f"{100 * share:.{digits}f}")
    return f"{written}%" if _spoken == "en" else f"{written}\u202f%"


def day(date: str) -> str:
    """A date in the precision it is given with: 2020-03-12 in English, 12 mars 2020 in French."""
    if _spoken == "en":
        return date[:10]
    from searcher.messages.french import dated

    return dated(date[:10])


def placed(place: str) -> str:
    """A place in a file as readers name it (`line 12`, `sheet Feuil1, row 3`), in the language of this process."""
    if _spoken == "en":
        return place
    from searcher.messages.french import placed

    return placed(place)


_Text = str


class _FrenchText(str):
    def __repr__(self) -> str:
        return f"«\u00a0{str.__repr__(self)[1:-1]}\u00a0»"


class _Number(int):
    singular: tuple[int, ...] = (1, -1)
    between = " "

    def __format__(self, form: str) -> str:
        one, bar, more = form.partition("|")
        if bar:
            return one if int(self) in self.singular else more
        return f"{int(self):,}".replace(",", self.between) if form == "n" else format(int(self), form)


class _FrenchNumber(_Number):
    singular = (1, 0, -1)
    between = "\u202f"


_NUMBERS: dict[Language, type[_Number]] = {"en": _Number, "fr": _FrenchNumber}
