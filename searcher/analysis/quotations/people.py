"""The noun phrases of an article, in order → who a phrase stands for: full names, and persons for roles and pronouns."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from searcher.analysis.naming import ORGANISATION, OTHER, PERSON, PLACE, first_names, gender_of, kind_of
from searcher.analysis.quotations.phrases import Phrase, is_medium
from searcher.analysis.quotations.tokens import COMMON, DETERMINER, HUMAN, kinds, listed
from searcher.analysis.quotations.tokens import ORGANISATION as BODY
from searcher.article import Range

_ARABIC = frozenset("al el as ar es ez".split())
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
    words: Range | None = None  # for a pronoun of somebody without a name: the words that it stands for


class _Mention(NamedTuple):
    at: int
    key: str
    gender: str
    is_subject: bool
    is_named: bool
    is_body: bool = False  # an organisation
    spoke: bool = False


_place = attrgetter("at")


class People:
    """Who an article speaks of. Questions come after all mentions; speakers are added as they are found."""

    def __init__(self, starts: Sequence[int] = ()) -> None:
        """`starts`: where the paragraphs of the article begin."""
        self._starts = starts
        self._sentences: list[int] = []
        self._times: Counter[tuple[str, ...]] = Counter()  # a name → how often it stands in the article
        self._nameless: dict[int, Range] = {}  # where somebody without a name has spoken → the words for that person
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
        self._name(at, phrase.name)
        self._waiting.append((at, phrase, is_subject))

    def introduce(self, at: int, phrase: Phrase) -> None:
        """The name of somebody, which stands apart from the role."""
        self._name(at, phrase.name)
        self.role(at, phrase.name, _office(phrase), phrase.complement)

    def _name(self, at: int, words: tuple[str, ...]) -> None:
        """Learns a full name, or a double one."""
        if not words or (len(words) == 1 and "-" not in words[0]) or (name := _joined(words)) in self._names:
            return
        self._names[name] = at
        self._ending.setdefault(_last(name), []).append(name)
        if len(words) == 1:
            return
        if not (words[-1].isupper() and words[0].isupper()):  # RER SNCF
            last = _folded(words[-1])
            self._full.setdefault(last, []).append((at, name))
            if last[2:3] == "-" and last[:2] in _ARABIC:  # Bachar al-Assad, and M. Assad
                self._full.setdefault(last[3:], []).append((at, name))
        if not _is_first_name(words):  # Moon Jae-in, and M. Moon
            self._full.setdefault(_folded(words[0]), []).append((at, name))

    def role(self, at: int, name: tuple[str, ...], head: str, complement: tuple[str, ...]) -> None:
        """An apposition: the name of somebody, and a role of that person."""
        self._roles.setdefault(head, []).append((at, self._canonical(name, at), complement))

    def settle(self) -> None:
        """Makes mentions of the phrases: to be called once, after the last of them."""
        self._times = Counter(phrase.name for _, phrase, _ in self._waiting)
        keys = [self._canonical(phrase.name, at) if phrase.name else "" for at, phrase, _ in self._waiting]
        for key, (at, phrase, _) in zip(keys, self._waiting, strict=True):
            if not key:
                continue
            human = bool(phrase.head) and kinds[phrase.head] & HUMAN
            if (
                key not in self._genders
                and (phrase.title or human or _bears_first_name(phrase.name, key))
                and (gender := phrase.gender) in ("m", "f")
            ):
                self._genders[key] = gender
            if phrase.head:
                self.role(at, phrase.name, _office(phrase), phrase.complement)
            if phrase.title in ("me", "maître"):
                self.role(at, phrase.name, "avocat", ())
                self.role(at, phrase.name, "avocate", ())
        roles = []
        for key, (at, phrase, is_subject) in zip(keys, self._waiting, strict=True):
            human = kinds[phrase.head] & HUMAN
            if key:
                if self._is_person(phrase, key):
                    self._mentions.append(_Mention(at, key, self._gender_of(key), is_subject, True))
                elif is_subject and phrase.determiner:
                    self._mentions.append(_Mention(at, key, _gender_of_body(phrase), True, False, is_body=True))
            elif is_subject and human:
                roles.append((at, phrase))
            elif is_subject and kinds[phrase.head] & BODY and phrase.determiner not in _POINTING:
                body = _Mention(at, described(phrase), _gender_of_body(phrase), True, False, is_body=True)
                self._mentions.append(body)
        self._mentions.sort()
        for at, phrase in roles:
            found = self._of_role(phrase, at) or self._of_epithet(phrase, at)
            key = found or described(phrase)
            gender = self._gender_of(key) if found else phrase.gender
            insort(self._mentions, _Mention(at, key, gender, True, found is not None))

    def spoke(self, at: int, key: str | None, phrase: Phrase, words: Range, *, instead: bool = False) -> None:
        """Somebody has spoken, named by a phrase at an offset, `instead` of who that phrase was taken for."""
        if key is None:
            mention = _Mention(at, "", phrase.gender, True, False, spoke=True)
            self._nameless[at] = words
        elif is_medium(tuple(key.split(" "))):
            return
        elif kind_of(key) == ORGANISATION:
            for place, each in enumerate(self._mentions):
                if each.is_body and each.key == key:
                    self._mentions[place] = each._replace(spoke=True)
            return
        else:
            house = (phrase.name and phrase.determiner) or kinds[phrase.head] & BODY
            body = bool(house) and not kinds[phrase.head] & HUMAN
            gender = self._gender_of(key) or phrase.gender
            mention = _Mention(at, key, gender, True, key in self._names or key[:1].isupper(), body, spoke=True)
        if instead:
            first = last = bisect_left(self._mentions, at, key=_place)
            while last < len(self._mentions) and self._mentions[last].at == at:
                last += 1
            del self._mentions[first:last]
        insort(self._mentions, mention)

    def speaker(self, phrase: Phrase, at: int) -> Speaker:
        """Who a phrase at an offset stands for."""
        if phrase.pronoun:
            met = self._of_pronoun(phrase, at)
            if met is None:
                return Speaker(None, explicit=False)
            return Speaker(met.key or None, explicit=False, words=None if met.key else self._nameless.get(met.at))
        if len(phrase.name) == 1 and phrase.determiner in _DEFINITE and _is_of_place(phrase.name[0]):
            fits = [
                each for each in self._mentions if each.at < at and each.is_named and each.gender in (phrase.gender, "")
            ]
            if fits:  # la Bretonne
                here = self._paragraph(at)
                return Speaker(
                    max(fits[::-1], key=lambda each: self._weight(each, each.gender, here)).key, explicit=False
                )
        if phrase.name:
            return Speaker(self._canonical(phrase.name, at, phrase.gender if phrase.title else ""), explicit=True)
        if phrase.determiner in _INDEFINITE:
            return Speaker(None, explicit=True)
        if (found := self._of_role(phrase, at)) is not None:
            return Speaker(found, explicit=False)
        if (found := self._of_epithet(phrase, at)) is not None:
            if not phrase.former and phrase.head not in listed("anybody"):  # who has been called so is called so again
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
        if phrase.title or phrase.head or key in self._genders:
            return True
        if _is_first_name(phrase.name):
            return _bears_first_name(phrase.name, key)
        if phrase.determiner or phrase.name[0].isupper():
            return False
        if len(phrase.name) > 1 and self._times[phrase.name] > 1:  # Doc Gynéco
            return kind_of(key) not in (ORGANISATION, PLACE)
        if any(word.isdigit() or word.lower() in listed("media") for word in phrase.name):
            return False
        if len(phrase.name) not in (2, 3) or any(kinds[word.lower()] & (COMMON | DETERMINER) for word in phrase.name):
            return False
        return kind_of(key) in (PERSON, OTHER)

    def _canonical(self, name: tuple[str, ...], at: int, gender: str = "") -> str:
        """The longest form of a name in the article."""
        joined = _joined(name)
        if len(name) > 1:
            ending = self._ending.get(_last(joined), ())
            if len(ending) < 2 and joined in self._names:  # no other name ends so
                return joined
            longer = [each for each in ending if each.endswith(f" {joined}")]
            return max(longer, key=len) if longer else joined
        candidates = [
            (where, full)
            for where, full in self._full.get(_folded(name[-1]), ())
            if not (gender in ("m", "f") and self._gender_of(full) not in ("", gender))
        ]
        folded = _folded(joined)
        if not candidates and joined in first_names():
            candidates = [
                (where, full) for full, where in self._names.items() if _folded(full.partition(" ")[0]) == folded
            ]
        if not candidates:
            if len(joined) <= 4 or joined in first_names():  # François is not Saint-François
                return joined
            parts = [full for full in self._names if folded in _folded(full).split("-")]
            return parts[0] if len(parts) == 1 else joined
        before = [each for each in candidates if each[0] <= at]
        return max(before)[1] if before else min(candidates)[1]

    def _paragraph(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _gender_of(self, full: str) -> str:
        return self._genders.get(full) or _gender_of_first(full)

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
            after = [each for each in named if each.at > at and self._paragraph(each.at) <= here + 2]
            only = len({each.key for each in after if each.gender}) == 1
            found = next((each.key for each in after if each.is_subject or only), None)
            if found is None and gender and len(keys := {each.key for each in named if each.gender == gender}) == 1:
                return keys.pop()
            return found
        bare = not phrase.complement and phrase.head in listed("bare") and _office(phrase) != "premier"
        if not (points or phrase.former or bare) and (not _is_epithet(phrase) or self._is_told_apart(phrase)):
            since = self._sentences[bisect_right(self._sentences, at) - 1]
            told = [each for each in before if each.at < since]  # X voit le ministre: they are two
            known = {each.key for each in told if each.is_subject} or {each.key for each in told}
            if phrase.head not in listed("leaders") or (len(known) != 1 and phrase.head not in listed("elected")):
                return self._only_one(phrase, before, named, here)
        if points and phrase.head in listed("anybody"):  # un voisin … cet homme
            before = [each for each in fits if each.at < at]
        before = self._others(before)[::-1]
        if not before:
            return None
        if phrase.head in ("intéressé", "intéressée"):  # who the article is about
            return Counter(each.key for each in before).most_common(1)[0][0]
        return max(before, key=lambda each: self._weight(each, gender, here)).key

    def _only_one(self, phrase: Phrase, before: list[_Mention], named: list[_Mention], here: int) -> str | None:
        """The only man or the only woman whom the article names, if spoken of in this paragraph or the one before."""
        gender = phrase.gender
        if (
            not gender
            or not kinds[phrase.head] & HUMAN
            or len({each.key for each in named if each.gender == gender}) != 1
        ):
            return None
        for each in reversed(before):
            if each.gender == gender and (each.is_subject or each.spoke) and self._paragraph(each.at) >= here - 1:
                its_own = {_folded(word) for word in each.key.split(" ")} & set(map(_folded, phrase.complement))
                return None if its_own else each.key  # la mère de Jean Vial is not Jean Vial
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
        known = self._roles.get(office, []) or self._roles.get(office.removeprefix("ex-"), [])
        if phrase.complement and office.removeprefix("ex-") == phrase.head != "garde":
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
        if known and not phrase.complement and not any(each.is_named and each.at < at for each in self._mentions):
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

    def _of_pronoun(self, phrase: Phrase, at: int) -> _Mention | None:
        gender = phrase.gender
        if phrase.pronoun == "on":
            return None
        if phrase.pronoun == "l'":  # à l'en croire: a man or a woman
            fits = [each for each in self._mentions if each.gender != "p" and (each.gender or each.is_named)]
        else:
            fits = [
                each
                for each in self._mentions
                if each.gender == gender or (not each.gender and each.is_named and gender in ("m", "f"))
            ]
        fits = self._others(fits)
        before = [each for each in fits if each.at < at]
        if before:
            here = self._paragraph(at)
            return max(reversed(before), key=lambda each: self._weight(each, gender, here))
        return fits[0] if fits and gender in ("m", "f") and fits[0].at - at < 200 else None

    def _weight(self, mention: _Mention, gender: str, paragraph: int) -> int:
        """How well a mention suits a pronoun of a paragraph. The weights were chosen among few on annotated articles."""
        away = min(paragraph - self._paragraph(mention.at), 3)
        known = mention.is_named or mention.spoke
        return 2 * mention.is_subject + (mention.gender == gender) + known - 2 * mention.is_body - away


def _office(phrase: Phrase) -> str:
    """The head of a role, the same for le président, le chef de l'État; for le Premier ministre, le chef du gouvernement."""
    office = _present_office(phrase.head, phrase.role)
    return f"ex-{office}" if phrase.former else office


def _present_office(head: str, role: str) -> str:
    if head == "garde" or (head == "ministre" and "Justice" in role):
        return "garde"
    if head == "ministre":
        return "premier" if role[:6].lower() in ("premie", "premiè") else head
    if head in ("chef", "locataire"):
        if "gouvernement" in role or "Matignon" in role:
            return "premier"
        return "président" if any(place in role for place in ("tat", "lysée", "exécutif", "Maison")) else head
    return head


def _is_of_place(word: str) -> bool:
    """Whether a word with a capital is that for somebody of a place: Bretonne, Américain."""
    return word.endswith((*_OF_PLACES, "ain", "aine", "tonne", "mand", "mande", "agnol", "agnole")) and bool(
        kinds[word.lower()] & COMMON
    )


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


@lru_cache(1 << 14)
def _is_first_name(name: tuple[str, ...]) -> bool:
    names = first_names()
    return bool(name) and (name[0] in names or name[0].split("-")[0] in names)


def _last(name: str) -> str:
    return name.rpartition(" ")[2]


@lru_cache(1 << 14)
def _gender_of_first(full: str) -> str:
    """The gender that the first word of a name tells."""
    first = full.partition(" ")[0]
    return gender_of(first) or gender_of(first.partition("-")[0])


@lru_cache(1 << 14)
def _bears_first_name(name: tuple[str, ...], key: str) -> bool:
    """Whether a name begins with a first name and is that of a person: not Florence, nor France Football."""
    return _is_first_name(name) and name[0] != "France" and kind_of(key) not in (ORGANISATION, PLACE)


@lru_cache(1 << 14)
def _joined(name: tuple[str, ...]) -> str:
    """A name as one string; the name of a person in capitals gets small letters."""
    if len(name) > 1 and name[0].isupper() and name[0].title() in first_names() and "".join(name).isupper():
        name = tuple(word.title() for word in name)
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
