"""Manufactured news: dispatches, the copies that outlets make of them, other articles on the same subject, templates.

Copies are made as outlets make them: a part of the dispatch is kept, a lead of their own is put before it, and some words are
changed. Nothing here is anybody's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from searcher.values import Value

_ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j l m n p ph pl pr qu r s st t tr v".split()
_VOWELS = "a e i o u ai au é è eau eu ou on an in oi".split()
_CODAS = ["", "", "", "c", "l", "r", "s", "t", "x"]
_SMALL = (
    "le la les un une des de du à au aux en dans sur par pour avec que qui et mais ou ne pas plus se ce cette".split()
)


class Row(Value):
    """A way to copy: the share of the text that is `kept`, the words of the new `lead`, the share of the words `changed`, and
    the share of such copies that must be told (`recall`)."""

    kept: float
    lead: int
    changed: float
    recall: float


ROWS = (
    Row(1.0, 30, 0.02, 0.98),
    Row(0.6, 30, 0.02, 0.98),
    Row(0.6, 30, 0.06, 0.98),
    Row(0.4, 30, 0.02, 0.98),
    Row(0.3, 40, 0.03, 0.90),
)


class Newsroom:
    """Writes articles with the words of one language. `seed` decides all of them."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._words = sorted({self._word() for _ in range(6_000)})

    def subject(self) -> list[str]:
        """The words of one subject."""
        return self._random.sample(self._words, 250)

    def dispatch(self, subject: list[str] | None = None, *, words: int | None = None) -> list[str]:
        """The words of an article: small words, words of its subject, and any others."""
        own = subject or self.subject()
        return list(self._prose(own, words or self._random.randint(250, 450)))

    def copy(self, dispatch: list[str], row: Row) -> list[str]:
        """What an outlet makes of a dispatch."""
        kept = dispatch[: round(len(dispatch) * row.kept)]
        body = [self._random.choice(self._words) if self._random.random() < row.changed else word for word in kept]
        return [*self._prose(self.subject(), row.lead), *body]

    def same_subject(self) -> tuple[list[str], list[str]]:
        """Two articles of different authors on one event: the same names and figures, and a quotation that both have."""
        subject = self.subject()
        quotation = list(self._prose(subject, 18))
        one, other = self.dispatch(subject), self.dispatch(subject)
        one[60:60], other[100:100] = quotation, quotation
        return one, other

    def templates(self, count: int) -> Iterator[list[str]]:
        """Weather reports, odds of races and television listings: one frame each, filled in differently."""
        for number in range(count):
            yield [self._weather, self._odds, self._listing][number % 3]().split()

    def _weather(self) -> str:
        choose, number = self._random.choice, self._random.randint
        sky = ["soleil", "averses", "brouillard", "éclaircies", "orages", "neige", "ciel voilé", "bruine", "grisaille"]
        lines = [
            f"Météo de {choose(self._words)} : prévisions pour la journée et la nuit à venir dans le département ."
        ]
        for part in ("Ce matin", "À midi", "L'après-midi", "En soirée", "La nuit", "Demain matin", "Demain soir"):
            wind = choose(["nord", "sud", "est", "ouest", "nord-est", "sud-ouest"])
            lines.append(
                f"{part} , {choose(sky)} puis {choose(sky)} sur {choose(self._words)} , {number(-5, 30)} degrés"
            )
            lines.append(f"avec un vent de {wind} à {number(5, 90)} km/h près de {choose(self._words)} .")
        return " ".join(lines)

    def _odds(self) -> str:
        choose, number = self._random.choice, self._random.randint
        lines = [f"Quinté du jour à {choose(self._words)} : partants , cotes et pronostics de la rédaction hippique ."]
        for runner in range(1, 17):
            lines.append(f"{runner} . {choose(self._words)} {choose(self._words)} , monté par {choose(self._words)} ,")
            lines.append(f"cote {number(2, 80)} contre {number(1, 9)} .")
        return " ".join(lines)

    def _listing(self) -> str:
        choose, number = self._random.choice, self._random.randint
        lines = ["Ce soir à la télévision : le programme des chaînes , heure par heure , pour toute la soirée ."]
        for channel in ("TF1", "France 2", "France 3", "Canal+", "France 5", "M6", "Arte", "C8", "W9", "TMC"):
            title = " ".join(choose(self._words) for _ in range(number(1, 5)))
            lines.append(f"{channel} {number(19, 23)} h {number(0, 59):02} {title} , film de {choose(self._words)} ,")
            lines.append(f"avec {choose(self._words)} et {choose(self._words)} ( {number(60, 180)} minutes ) .")
        return " ".join(lines)

    def _prose(self, own: list[str], words: int) -> Iterator[str]:
        for _ in range(words):
            chance = self._random.random()
            yield self._random.choice(_SMALL if chance < 0.4 else own if chance < 0.8 else self._words)

    def _word(self) -> str:
        syllables = self._random.randint(2, 4)
        parts = [self._random.choice(_ONSETS) + self._random.choice(_VOWELS) for _ in range(syllables)]
        return "".join(parts) + self._random.choice(_CODAS)
