"""Cyrillic words → the Latin spelling of the French press (Путин → poutine, Шойгу → choïgou).

Source: the practice of AFP and Le Monde for Russian, written as 33 letters and a few rules of position; Ukrainian
and Belarusian letters that Russian lacks follow the same ear. Names the press spells by habit are in `names.txt`.
"""

from __future__ import annotations

import re

from searcher.patterns import lazily

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўј",
        "a b v g d e io j z i ï k l m n o p r s t ou f kh ts tch ch chtch  y  e iou ia i ï ie g ou ï".split(" "),
        strict=True,
    )
)
_VOWELS = "аеёиоуыэюяіїє"

# A letter that a word must have, the pattern, what it becomes; applied in order to the Cyrillic word, before its letters are
# replaced. Looking for the letter spares most searches the patterns.
_RULES = (
    ("й", r"ый$|ий$", "y"),  # Навальный → Navalny, Зеленский → Zelensky
    ("с", rf"(?<=[{_VOWELS}])с(?=[{_VOWELS}])", "ss"),  # a single s between vowels would be read z
    ("г", r"г(?=[еёиыіїє])", "gu"),  # Герасимов → Guerassimov
    ("н", r"ин$", "ine"),  # Путин → Poutine
    ("и", r"ии", "i"),
    ("ё", r"(?<=[чшжщ])ё", "e"),  # Горбачёв → Gorbatchev, Хрущёв → Khrouchtchev
    ("е", r"^е", "e"),
    ("ь", r"(?<=ь)[её]", "ie"),
    ("к", r"кс", "x"),  # Александр → Alexandr
    ("й", r"й(?=[аоуэ])|й$", "ï"),
    ("и", r"(?<=[аеоуыэ])и", "ï"),  # Михаил → Mikhaïl
)
_CYRILLIC = lazily(r"[\u0400-\u04ff]")


def is_cyrillic(word: str) -> bool:
    """Whether `word` holds a Cyrillic letter."""
    return _CYRILLIC.search(word) is not None


def romanise(word: str) -> str:
    """The French spelling of a lower-case, composed (NFC) Cyrillic word; letters of other scripts stay as they are."""
    for letter, pattern, latin in _RULES:  # compiled and remembered by `re`: most searches have no Cyrillic in them
        if letter in word:
            word = re.sub(pattern, latin, word)
    return "".join(_LETTERS.get(letter, letter) for letter in word)
