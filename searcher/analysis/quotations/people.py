"""The noun phrases of an article, in order → who a phrase stands for: full names, and persons for roles and pronouns."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from searcher.analysis.naming import ORGANISATION, OTHER, PERSON, first_names, gender_of, kind_of
from searcher.analysis.quotations.phrases import Phrase
from searcher.analysis.quotations.tokens import COMMON, DETERMINER, HUMAN, kinds, listed
from searcher.analysis.quotations.tokens import ORGANISATION as BODY

_DEFINITE = frozenset("le la l' les du".split())
_POINTING = frozenset("ce cet cette".split())
_INDEFINITE = frozenset(
    "un une des plusieurs certains certaines quelques l'un deux trois quatre cinq aucun chaque".split()
)
_OF_STATE = ("chef", "président", "locataire", "personnage")  # de l'État, de l'Élysée
_OF_PLACES = ("ien", "ienne", "ais", "aise", "ois", "oise")


class Speaker(NamedTuple):
    """A key that is equal for all mentions of a speaker, None when nobody can be said; whether the mention names the key."""

    key: str | None
    explicit: bool


class _Mention(NamedTuple):
    at: int
    key: str
    gender: str
    is_subject: bool
    is_named: bool
    is_body: bool = False  # an organisation
    spoke: bool = False


class People:
    """Who an article speaks of. Questions come after all mentions; speakers are added as they are found."""

    def __init__(self, starts: Sequence[int] = ()) -> None:
        """`starts`: where the paragraphs of the article begin."""
        self._starts = starts
        self._sentences: list[int] = []
        self._full: dict[str, list[tuple[int, str]]] = {}  # folded last word of a name → where full names stand
        self._names: dict[str, int] = {}
        self._ending: dict[str, list[str]] = {}  # last word → the names that end with it, in the order of `_names`
        self._genders: dict[str, str] = {}
        self._roles: dict[str, list[tuple[int, str, tuple[str, ...]]]] = {}
        self._mentions: list[_Mention] = []
        self._waiting: list[tuple[int, Phrase, bool]] = []
        self.quote = ""
        """The words whose speaker is looked for: who is called by name in them did not say them."""

    def begin(self, at: int) -> None:
        """A sentence begins at an offset; its phrases are added next."""
        self._sentences.append(at)

    def add(self, at: int, phrase: Phrase, *, is_subject: bool) -> None:
        """A phrase that stands at an offset."""
        if phrase.name:
            name = _joined(phrase.name)
            if len(phrase.name) == 1 and "-" in name:
                self._name(name, at)
            if len(phrase.name) > 1 and name not in self._names:
                self._name(name, at)
                if not (phrase.name[-1].isupper() and phrase.name[0].isupper()):  # RER SNCF
                    self._full.setdefault(_folded(phrase.name[-1]), []).append((at, name))
                if not _is_first_name(phrase.name):  # Moon Jae-in, and M. Moon
                    self._full.setdefault(_folded(phrase.name[0]), []).append((at, name))
        self._waiting.append((at, phrase, is_subject))

    def _name(self, name: str, at: int) -> None:
        if name not in self._names:
            self._names[name] = at
            self._ending.setdefault(_last(name), []).append(name)

    def role(self, at: int, name: tuple[str, ...], head: str, complement: tuple[str, ...]) -> None:
        """An apposition: the name of somebody, and a role of that person."""
        self._roles.setdefault(head, []).append((at, self._canonical(name, at), complement))

    def settle(self) -> None:
        """Makes mentions of the phrases: to be called once, after the last of them."""
        keys = [self._canonical(phrase.name, at) if phrase.name else "" for at, phrase, _ in self._waiting]
        for key, (at, phrase, _) in zip(keys, self._waiting, strict=True):
            if not key:
                continue
            gender = phrase.gender
            human = bool(phrase.head) and kinds[phrase.head] & HUMAN
            if gender in ("m", "f") and (phrase.title or human or _is_first_name(phrase.name)):
                self._genders.setdefault(key, gender)
            if phrase.head and not phrase.former:
                self.role(at, phrase.name, _office(phrase), phrase.complement)
            if phrase.title in ("me", "maître"):
                self.role(at, phrase.name, "avocat", ())
                self.role(at, phrase.name, "avocate", ())
        for key, (at, phrase, is_subject) in zip(keys, self._waiting, strict=True):
            if key:
                if self._is_person(phrase, key):
                    self._mentions.append(_Mention(at, key, self._gender_of(key), is_subject, True))
                elif is_subject and phrase.determiner:
                    self._mentions.append(_Mention(at, key, _gender_of_body(phrase), True, False, True))
            elif phrase.determiner in _POINTING and not kinds[phrase.head] & HUMAN:
                continue
            elif phrase.head and is_subject and kinds[phrase.head] & BODY and not kinds[phrase.head] & HUMAN:
                self._mentions.append(_Mention(at, described(phrase), _gender_of_body(phrase), True, False, True))
            elif phrase.head and is_subject and kinds[phrase.head] & HUMAN:
                self._mentions.sort()
                found = self._of_role(phrase, at) or self._of_epithet(phrase, at)
                key = found or described(phrase)
                gender = self._gender_of(key) if found else phrase.gender
                self._mentions.append(_Mention(at, key, gender, True, found is not None))
        self._mentions.sort()

    def spoke(self, at: int, key: str | None, phrase: Phrase, *, instead: bool = False) -> None:
        """Somebody has spoken, named by a phrase at an offset, `instead` of who that phrase was taken for."""
        if key is None:
            mention = _Mention(at, "", phrase.gender, True, False, spoke=True)
        elif any(word in listed("media") for word in key.lower().split()):
            return
        elif kind_of(key) == ORGANISATION:
            for place, each in enumerate(self._mentions):
                if each.is_body and each.key == key:
                    self._mentions[place] = each._replace(spoke=True)
            return
        else:
            body = bool(phrase.name and phrase.determiner) and not kinds[phrase.head] & HUMAN
            gender = self._gender_of(key) or phrase.gender
            mention = _Mention(at, key, gender, True, key in self._names or key[:1].isupper(), body, spoke=True)
        if instead:
            self._mentions = [each for each in self._mentions if each.at != at]
        self._mentions.append(mention)
        self._mentions.sort()

    def speaker(self, phrase: Phrase, at: int) -> Speaker:
        """Who a phrase at an offset stands for."""
        if phrase.pronoun:
            return Speaker(self._of_pronoun(phrase, at), explicit=False)
        if phrase.name:
            return Speaker(self._canonical(phrase.name, at, phrase.gender if phrase.title else ""), explicit=True)
        if phrase.determiner in _INDEFINITE:
            return Speaker(None, explicit=True)
        if (found := self._of_role(phrase, at)) is not None:
            return Speaker(found, explicit=False)
        if (found := self._of_epithet(phrase, at)) is not None:
            if not phrase.former and phrase.determiner not in _POINTING:  # who has been called so is called so again
                self._roles.setdefault(_office(phrase), []).append((at, found, phrase.complement))
            return Speaker(found, explicit=False)
        if phrase.head in listed("anonymous") and not any(word[0].isupper() for word in phrase.complement):
            return Speaker(None, explicit=True)
        return Speaker(described(phrase), explicit=True)

    def _is_person(self, phrase: Phrase, key: str) -> bool:
        if phrase.head and not kinds[phrase.head] & HUMAN:  # l'affaire Théo
            return False
        if not phrase.title and len(phrase.name) == 1 and phrase.name[0].lower() in listed("media"):
            return False
        if phrase.title or phrase.head or key in self._genders or _is_first_name(phrase.name):
            return True
        if phrase.determiner or phrase.name[0].isupper():
            return False
        if any(word.isdigit() or word.lower() in listed("media") for word in phrase.name):
            return False
        if kinds[phrase.name[0].lower()] & (COMMON | DETERMINER) or len(phrase.name) not in (2, 3):
            return False
        return kind_of(key) in (PERSON, OTHER)

    def _canonical(self, name: tuple[str, ...], at: int, gender: str = "") -> str:
        """The longest form of a name in the article."""
        joined = _joined(name)
        if len(name) > 1:
            longer = [each for each in self._ending.get(_last(joined), ()) if each.endswith(f" {joined}")]
            return max(longer, key=len) if longer else joined
        candidates = [
            (where, full)
            for where, full in self._full.get(_folded(name[-1]), ())
            if not (gender in ("m", "f") and self._gender_of(full) not in ("", gender))
        ]
        if not candidates:
            candidates = [
                (where, full)
                for full, where in self._names.items()
                if _folded(full.split(" ")[0]) == _folded(joined) and joined in first_names()
            ]
        if not candidates:
            parts = [full for full in self._names if _folded(joined) in _folded(full).split("-")]
            return parts[0] if len(parts) == 1 and len(joined) > 4 else joined
        before = [each for each in candidates if each[0] <= at]
        return max(before)[1] if before else min(candidates)[1]

    def _paragraph(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _gender_of(self, full: str) -> str:
        return (
            self._genders.get(full, "") or gender_of(full.split(" ")[0]) or gender_of(full.split(" ")[0].split("-")[0])
        )

    def _of_epithet(self, phrase: Phrase, at: int) -> str | None:
        """The person spoken of last, for la romancière, cette Strasbourgeoise, ce père de trois enfants."""
        points = phrase.determiner in _POINTING
        if points:
            if not (kinds[phrase.head] & HUMAN or phrase.head.endswith(_OF_PLACES)):
                return None
        elif phrase.determiner not in _DEFINITE:
            return None
        gender = phrase.gender
        fits = [each for each in self._mentions if each.key and (not gender or each.gender in (gender, ""))]
        named = [each for each in fits if each.is_named]
        before = [each for each in named if each.at < at]
        here = self._paragraph(at)
        if not before and not points and (phrase.former or _is_epithet(phrase) or phrase.head in listed("leaders")):
            # a lead says what somebody is, and the article goes on with the name
            after = (
                each for each in named if each.at > at and each.is_subject and self._paragraph(each.at) <= here + 2
            )
            return next((each.key for each in after), None)
        if not points and not phrase.former and (not _is_epithet(phrase) or self._is_told_apart(phrase)):
            since = self._sentences[bisect_right(self._sentences, at) - 1]
            told = [each for each in before if each.at < since]  # X voit le ministre: they are two
            known = {each.key for each in told if each.is_subject} or {each.key for each in told}
            if phrase.head not in listed("leaders") or (len(known) != 1 and phrase.head not in listed("elected")):
                return None
        if points and phrase.head in ("homme", "femme", "garçon", "fille"):  # un voisin … cet homme
            before = [each for each in fits if each.at < at]
        before = self._others(before)[::-1]
        if before:
            return max(before, key=lambda each: self._weight(each, gender, here)).key
        return None

    def _others(self, mentions: list[_Mention]) -> list[_Mention]:
        """Those that the quote does not call by name; all if it calls everybody."""
        if not self.quote:
            return mentions
        return [
            each for each in mentions if not (each.is_named and each.key and each.key.split(" ")[-1] in self.quote)
        ] or mentions

    @staticmethod
    def _is_told_apart(phrase: Phrase) -> bool:
        """Whether a role says whose it is: le président du Sénat, but not le chef de l'État."""
        return any(word[0].isupper() for word in phrase.complement) and phrase.head not in _OF_STATE

    def _of_role(self, phrase: Phrase, at: int) -> str | None:
        office = _office(phrase)
        known = self._roles.get(office, [])
        if phrase.complement and office == phrase.head != "garde":
            known = [
                each
                for each in known
                if not each[2] or set(map(_folded, each[2])) & set(map(_folded, phrase.complement))
            ]
        gender = phrase.gender
        known = [each for each in known if not (gender in ("m", "f") and self._gender_of(each[1]) not in ("", gender))]
        before = [each for each in known if each[0] <= at]
        if before:
            return max(before)[1]
        if known and not phrase.complement:
            return min(known)[1]
        return self._of_house(phrase) if phrase.head in listed("heads of houses") else None

    def _of_house(self, phrase: Phrase) -> str | None:
        """The head of a house that another role has named: le patron de l'ONU Jean Vial, le secrétaire général de l'ONU."""
        house = {_folded(word) for word in phrase.complement if word[0].isupper()}
        found = {
            name
            for head in listed("heads of houses")
            for _, name, complement in self._roles.get(head, ())
            if house and house & set(map(_folded, complement))
        }
        return found.pop() if len(found) == 1 else None

    def _of_pronoun(self, phrase: Phrase, at: int) -> str | None:
        gender = phrase.gender
        if phrase.pronoun == "on":
            return None
        fits = [
            each
            for each in self._mentions
            if each.gender == gender or (not each.gender and each.is_named and gender in ("m", "f"))
        ]
        fits = self._others(fits)
        before = [each for each in fits if each.at < at]
        if before:
            here = self._paragraph(at)
            return max(reversed(before), key=lambda each: self._weight(each, gender, here)).key or None
        return fits[0].key if fits and gender in ("m", "f") and fits[0].at - at < 200 else None

    def _weight(self, mention: _Mention, gender: str, paragraph: int) -> int:
        """How well a mention suits a pronoun of a paragraph. The weights were chosen among few on annotated articles."""
        away = min(paragraph - self._paragraph(mention.at), 3)
        known = mention.is_named or mention.spoke
        return 2 * mention.is_subject + (mention.gender == gender) + known - 2 * mention.is_body - away


def _office(phrase: Phrase) -> str:
    """The head of a role, the same for le président, le chef de l'État; for le Premier ministre, le chef du gouvernement."""
    head, role = phrase.head, phrase.role
    if head == "garde" or (head == "ministre" and "Justice" in role):
        return "garde"
    if head == "ministre":
        return "premier" if role[:6].lower() in ("premie", "premiè") else head
    if head in ("chef", "locataire"):
        if "gouvernement" in role or "Matignon" in role:
            return "premier"
        return "président" if any(place in role for place in ("tat", "lysée", "exécutif", "Maison")) else head
    return head


def _is_epithet(phrase: Phrase) -> bool:
    """Whether a role in the singular may stand for the person spoken of last: la romancière, le batteur, but not le juge."""
    human = kinds[phrase.head] & HUMAN or phrase.head in ("dame", "jeune", "intéressé", "intéressée")
    return bool(human) and phrase.determiner not in ("les", "des") and phrase.head not in listed("distinct")


_FEMININE = ("ion", "ance", "ence", "té", "ie", "ure", "ise", "ade", "elle", "ée")


def _gender_of_body(phrase: Phrase) -> str:
    """The gender of an organisation by its determiner, or by the ending of a word behind l'."""
    if phrase.determiner != "l'":
        return phrase.gender
    word = phrase.head or phrase.name[0]
    if word.isupper():
        return ""
    return "f" if word.endswith(_FEMININE) else "m"


def described(phrase: Phrase) -> str:
    """A role as a key: its words without the determiner."""
    return phrase.role or phrase.head


def _is_first_name(name: tuple[str, ...]) -> bool:
    names = first_names()
    return bool(name) and (name[0] in names or name[0].split("-")[0] in names)


def _last(name: str) -> str:
    return name.rpartition(" ")[2]


def _joined(name: tuple[str, ...]) -> str:
    joined = ""
    for word in name:
        if word == ".":
            joined += "."
        else:
            joined += word if not joined or joined.endswith("'") else f" {word}"
    return joined


@lru_cache(1 << 14)
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(each for each in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(each))
