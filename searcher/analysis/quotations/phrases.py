"""Tokens of a sentence → the noun phrases in them: a name with its title, or a role with the name that follows the role."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from searcher.analysis.naming import ORGANISATION as BODY
from searcher.analysis.naming import PLACE, first_names, gender_of, kind_of
from searcher.analysis.quotations.tokens import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    COMMON,
    DETERMINER,
    ENDING,
    FINITE,
    HUMAN,
    INFINITIVE,
    INVERTED,
    JOINING,
    LINK,
    OF,
    ONLY_VERB,
    ORGANISATION,
    PREPOSITION,
    PRONOUN,
    QUOTED,
    RELATIVE,
    SIGN,
    TEMPORAL,
    TITLE,
    Token,
    kinds,
    listed,
)

_PARTICLES = frozenset("de du des d' van von der den ben bin ibn al el di da dos del della dal le la y zu ter".split())
_OF_PLACES = ("ien", "ienne", "ais", "aise", "ois", "oise")
_COORDINATED = frozenset("et &".split())
_PLACES = frozenset("place rue avenue boulevard quai palais hôtel château".split())
_ARABIC = ("al-", "el-", "as-", "ar-", "es-", "ez-", "ibn-", "ben-")
_PART_OF_ROLE = frozenset("premier première vice second seconde grand".split())
_MASCULINE = frozenset("le un du au ce cet".split())
_FEMININE = frozenset("la une cette".split())
_PLURAL = frozenset(
    "les des ces ses leurs plusieurs certains certaines quelques deux trois quatre cinq nos mes".split()
)
_TITLES_OF_MEN, _TITLES_OF_WOMEN = frozenset("m. monsieur".split()), frozenset("mme mlle madame".split())


class Phrase(NamedTuple):
    """A noun phrase from token `first` up to `last`: its name and title, or its head in lower case and the words behind it."""

    first: int
    last: int
    name: tuple[str, ...]
    title: str = ""
    determiner: str = ""
    head: str = ""
    complement: tuple[str, ...] = ()  # capital words of the role: Intérieur, in le ministre de l'Intérieur
    pronoun: str = ""
    role: str = ""  # the role in its words, without the determiner
    former: bool = False  # l'ancienne finaliste, l'ex-rivale: said of somebody the article has named

    @property
    def gender(self) -> str:
        """`m`, `f`, `p` for a plural, or nothing when the phrase does not tell."""
        if self.pronoun:
            if self.pronoun.endswith("s") or self.pronoun.startswith("ceux"):
                return "p"
            return {
                "il": "m",
                "elle": "f",
                "lui": "m",
                "celui-ci": "m",
                "celle-ci": "f",
                "celui": "m",
                "celle": "f",
            }.get(self.pronoun, "")
        if self.title in _TITLES_OF_MEN:
            return "m"
        if self.title in _TITLES_OF_WOMEN:
            return "f"
        if self.name and (known := gender_of(self.name[0]) or gender_of(self.name[0].split("-")[0])):
            return known
        if self.determiner in _FEMININE:
            return "f"
        if self.determiner in _MASCULINE:
            return "m"
        if self.determiner in ("l'", "son", "leur") and kinds[self.head] & HUMAN:
            return _gender_of_role(self.head)
        return "p" if self.determiner in _PLURAL else ""


def _gender_of_role(head: str) -> str:
    """The gender of a role whose determiner does not tell: l'avocate, son mari; nothing for l'artiste."""
    if head in ("sœur", "soeur"):
        return "f"
    if not head.endswith("e"):
        return "m"
    if head.endswith(("trice", "euse", "enne", "ère", "femme", "fille", "ée")):
        return "m" if head in ("père", "frère", "beau-père", "grand-père") else "f"
    return "f" if kinds[head[:-1]] & HUMAN else ""


def phrase_at(tokens: list[Token], at: int) -> Phrase | None:
    """The noun phrase that begins at a token."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    kind = token.kinds
    if kind & PRONOUN:
        return _made(Phrase, (at, at + 1, (), "", "", "", (), token.low, "", False))
    if kind & DETERMINER and not kind & (TITLE | CAPITAL) and token.low not in _THESE:
        return _described(tokens, at)
    if token.low == "ce" and at + 1 < len(tokens) and tokens[at + 1].low in ("dernier",):
        return Phrase(at, at + 2, (), pronoun="celui-ci")
    if token.low == "cette" and at + 1 < len(tokens) and tokens[at + 1].low in ("dernière",):
        return Phrase(at, at + 2, (), pronoun="celle-ci")
    if kind & TITLE and at + 1 < len(tokens):
        title_end = at + 1
        if tokens[title_end].text == ".":
            title_end += 1
        end = run_end(tokens, title_end)
        if end == title_end and title_end + 1 < len(tokens) and tokens[title_end].low in _PARTICLES:  # M. de Villiers
            end = run_end(tokens, title_end + 1)
            end = title_end if end == title_end + 1 else end
        if end > title_end:
            if token.low == "mes":  # Mes Lenoir et Favre
                while end + 1 < len(tokens) and tokens[end].low in _COORDINATED and tokens[end + 1].is_capital:
                    end = run_end(tokens, end + 1)
            return Phrase(
                at,
                end,
                _words(tokens, title_end, end),
                title=token.low.rstrip(".") + ("." if token.low in ("m.", "m") else ""),
            )
    if token.is_capital and (at or not kind & (DETERMINER | PREPOSITION)):
        end = run_end(tokens, at)
        if end > at + 1:
            end = _place_end(tokens, at, media_end(tokens, at, end))
        if end > at:
            return _named(at, end, _words(tokens, at, end))
    if kind & DETERMINER:
        return _described(tokens, at)
    return None


_THESE = frozenset(("ce", "cette"))

_made = tuple.__new__


def _named(first: int, last: int, name: tuple[str, ...], determiner: str = "") -> Phrase:
    """A phrase that is a name. Phrases are made this way because their own constructor takes four times as long."""
    return _made(Phrase, (first, last, name, "", determiner, "", (), "", "", False))


_NOTABLE = (
    QUOTED
    | RELATIVE
    | LINK
    | TITLE
    | CAPITAL
    | SIGN
    | DETERMINER
    | AUXILIARY
    | INVERTED
    | PREPOSITION
    | PRONOUN
    | TEMPORAL
) | (FINITE | ADVERB | ONLY_VERB)
"""The kinds of words that may end a phrase behind its head, or say more about the phrase."""

_GOES_ON = LINK | TITLE | CAPITAL | SIGN
"""The kinds of words that a phrase may go on with behind its head."""

_ENDS_PHRASE = QUOTED | RELATIVE | DETERMINER | AUXILIARY | INVERTED | PREPOSITION | PRONOUN | TEMPORAL
"""The kinds of words that end a phrase behind its head, unless they are of `_GOES_ON`, too."""

_NO_COMPLEMENT = QUOTED | RELATIVE | LINK | TITLE | CAPITAL | SIGN
"""The kinds of words that may be something else than what « de » joins to a head."""

_NO_HEAD = QUOTED | RELATIVE | LINK | CAPITAL | SIGN | AUXILIARY | PREPOSITION | PRONOUN
"""The kinds of words that may be something else than the head of a phrase."""


def _described(tokens: list[Token], at: int) -> Phrase | None:
    """A phrase that begins with a determiner: le ministre de l'Intérieur, Gérald Monfort."""
    determiner = tokens[at].low
    count = len(tokens)
    place = at + 1
    if determiner in ("l'", "la", "le", "les") and place < count and tokens[place].low in ("un", "une", "uns", "unes"):
        place += 1  # l'un des médecins
        determiner = "l'un"
        if place < count and tokens[place].low in ("d'", "des", "de"):
            place += 1
    elif determiner in ("un", "une") and place < count and tokens[place].low in ("de", "des", "d'"):
        place += 1  # un des activistes, un de ceux qui
        determiner = "l'un"
    while place < count and tokens[place].kinds & DETERMINER and not tokens[place].is_capital:
        place += 1
    head = ""
    head_kinds = 0
    complement: list[str] = []
    name: tuple[str, ...] = ()
    role_first = role_last = 0
    after_of = False
    before_head = listed("before head")
    while place < count:
        token = tokens[place]
        text, low, kind = token.text, token.low, token.kinds
        if head and not after_of:
            if not kind & _NOTABLE:
                place += 1
                if place - at > 24:
                    break
                continue
            if not kind & _GOES_ON:
                if kind & _ENDS_PHRASE:
                    break
            elif kind & SIGN and text != "," and text != "(":
                break
        elif head:
            if not kind & _NO_COMPLEMENT:
                complement.append(text)
                after_of = False
                place += 1
                if place - at > 24:
                    break
                continue
        elif not (kind & _NO_HEAD or after_of or low in before_head):
            head = low.removeprefix("ex-")
            head_kinds = kind | kinds[head]
            role_first = role_first or place
            place += 1
            continue
        if kind & (QUOTED | RELATIVE):
            break
        if low in OF or (head and low in JOINING and _joins(tokens, place)):
            following = place + 1
            while following < count and tokens[following].kinds & DETERMINER and not tokens[following].is_capital:
                following += 1
            if following >= count or not tokens[following].text[0].isalnum() or _is_infinitive(tokens[following]):
                break
            place = following
            after_of = True
            continue
        if kind & TITLE and (head or token.is_capital):
            begin = place + 1 + (place + 1 < count and tokens[place + 1].text == ".")
            end = run_end(tokens, begin)
            if end > begin:
                name = _words(tokens, begin, end)
                role_last = place
                place = end
                break
        if token.is_capital and not head and (kind & HUMAN or low in before_head):  # le Premier ministre
            if kind & HUMAN:
                head, head_kinds = low, kind
            role_first = role_first or place
            place += 1
            continue
        if head and low.startswith("ex-") and token.is_capital:  # le député ex-LREM Jean Vial
            place += 1
            continue
        if token.is_capital and text[0].isalpha():
            end = run_end(tokens, place)
            if end == place:
                break
            lonely = not head and end == place + 1
            inhabits = low.endswith(_OF_PLACES) and determiner not in ("le", "la", "l'")
            if lonely and (determiner in ("ce", "cet", "cette") or inhabits):  # cette Strasbourgeoise, une Parisienne
                head, head_kinds, role_first = low, kind | HUMAN, place
                place = end
                continue
            if lonely and kind & COMMON and _goes_on(tokens, end):  # l'Office français de …
                head, head_kinds, role_first = low, kind, place
                place = end
                continue
            if not head:  # la CGT, la Cour des comptes
                cut = media_end(tokens, place, end)
                end = _extended(tokens, end) if cut == end else cut
                return _named(at, end, _words(tokens, at if tokens[at].is_capital and at else at + 1, end), determiner)
            if after_of:
                split = _split(tokens, place, end)
            elif complement and any(kinds[each] & ORGANISATION for each in complement):  # président de la région X
                split = place if end - place > 1 and not kind & COMMON else _split(tokens, place, end)
            elif complement and complement[-1] in _PLACES and end == place + 1:  # le patron de la place Beauvau
                split = end
            elif head_kinds & HUMAN:
                split = _bearer(tokens, place, end, named=determiner not in ("un", "une"))
            else:
                split = place
            complement += [each.text for each in tokens[place:split]]
            if split < end:
                name = _words(tokens, split, end)
                role_last = split
                place = end
                if head_kinds & HUMAN and name[0] not in first_names() and (last := _person_end(tokens, end + 1)) > end:
                    complement += name  # la présidente du PS du Nord, Léa Roy
                    name = _words(tokens, end + 1, last)
                    role_last, place = end, last
                break
            place = end
            after_of = False
            continue
        if text == "(" and place + 1 < count:
            closing = next((each for each in range(place, min(place + 8, count)) if tokens[each].text == ")"), None)
            if closing is None:
                break
            place = closing + 1
            continue
        if text == "," and head_kinds & HUMAN and place + 1 < count and tokens[place + 1].kinds & DETERMINER:
            other = _described(tokens, place + 1)  # la doyenne de l'assemblée, la sénatrice Michèle Vullien
            if other is not None and other.name and kinds[other.head] & HUMAN:
                name, role_last, place = other.name, place, other.last
            break
        if text == "," and head and place + 1 < count and tokens[place + 1].is_capital:
            end = run_end(tokens, place + 1)
            begin = place + 1
            if tokens[begin].kinds & TITLE:
                begin += 1
                end = run_end(tokens, begin)
            if end > begin and head_kinds & HUMAN:
                name = _words(tokens, begin, end)
                role_last = place
                place = end
            break
        if not (text[0].isalpha() or text[0].isdigit()):
            break
        if not head and kind & AUXILIARY and determiner in ("le", "la", "les", "l'"):
            return None  # l'a acheté
        if not head and kind & (PREPOSITION | PRONOUN | RELATIVE) and determiner != "l'un" and low not in ("de", "d'"):
            return None  # ce à quoi
        if head and not after_of and kind & (DETERMINER | AUXILIARY | INVERTED | PREPOSITION | PRONOUN | TEMPORAL):
            break
        if (
            low == "et" and complement and _is_of_ministry(tokens, place, complement)
        ):  # de la Transition écologique et solidaire
            place += 1
            continue
        if head and not after_of and low in ENDING:
            break
        if head and not after_of and kind & FINITE and not (place + 1 < count and tokens[place + 1].is_capital):
            break
        if head and not after_of and kind & (ADVERB | ONLY_VERB) and not kind & HUMAN:
            break
        if not head:
            if low in before_head:
                if low in _PART_OF_ROLE:
                    role_first = role_first or place
                place += 1
                continue
            head = low.removeprefix("ex-")
            head_kinds = kind | kinds[head]
            role_first = role_first or place
        elif after_of:
            complement.append(token.text)
        after_of = False
        place += 1
        if place - at > 24:
            break
    if not head and tokens[place - 1].low == "autre" and (last := _person_end(tokens, place + 1, least=1)):
        return Phrase(at, last, _words(tokens, place + 1, last), determiner=determiner)  # une autre, Léa
    if not head:
        return None
    role = _text(tokens, role_first, role_last or place)
    first = tokens[at + 1].low
    former = first in ("ancien", "ancienne") or first.startswith("ex-")
    if determiner == "l'" and first in ("ancien", "ancienne", "actuel", "actuelle"):
        determiner = "la" if first.endswith("e") else "le"
    return _made(Phrase, (at, place, name, "", determiner, head, tuple(complement), "", role, former))


def _person_end(tokens: list[Token], at: int, *, least: int = 2) -> int:
    """Where a full name ends that begins at a token, behind a comma; 0 when none does."""
    if at >= len(tokens) or tokens[at - 1].text != "," or tokens[at].kinds & (COMMON | DETERMINER):
        return 0
    end = run_end(tokens, at)
    return end if end >= at + least else 0


def _joins(tokens: list[Token], place: int) -> bool:
    """Whether a preposition goes on with a role: ministre délégué aux PME, commandant en chef, maire par intérim."""
    token = tokens[place]
    if token.low in ("chargé", "chargée", "auprès"):
        return True
    if place + 1 >= len(tokens):
        return False
    following = tokens[place + 1]
    if token.low in ("en", "par"):
        return following.low in ("chef", "intérim")
    if token.low in ("à", "au", "aux", "pour"):
        if following.kinds & DETERMINER and place + 2 < len(tokens):
            following = tokens[place + 2]
        if (
            following.is_capital
            and following.low not in listed("media")
            and not (following.text.isupper() and len(following.text) < 6)
        ):
            return True
    return token.low in ("à", "au", "aux", "pour") and tokens[place - 1].low in listed("with preposition")


def run_end(tokens: list[Token], at: int) -> int:
    """Where a run of capital words ends that begins at a token; `at` when none does. Particles stand only inside."""
    count = len(tokens)
    place = at
    while place < count:
        token = tokens[place]
        if (
            (token.text[0].isupper() or (token.is_capital and token.low.startswith(_ARABIC)))
            and not token.kinds & INVERTED
            and not (place > at and token.kinds & TITLE and token.text[-1] == ".")
            and (token.text[-1] != "'" or (place + 1 < count and tokens[place + 1].is_capital))
        ):
            place += 1
            initial = len(token.text) == 1 and place + 1 < count and tokens[place].text == "."
            if initial and tokens[place + 1].is_capital:  # J. Chirac
                place += 1
            continue
        if place == at:
            return at
        if token.text == "&" and place + 1 < count and tokens[place + 1].is_capital:
            place += 1
            continue
        if token.text[0].isdigit() and token.lead == 1 and tokens[place - 1].text in ("Europe", "France", "Canal"):
            place += 1  # Europe 1, France 2
            continue
        if token.low in _PARTICLES:
            following = place + 1
            while (
                following < count
                and tokens[following].low in _PARTICLES
                and following - place < 3
                and not tokens[following].is_capital
            ):
                following += 1
            if following < count and tokens[following].is_capital and tokens[following].text[0].isalpha():
                place = following
                continue
        break
    return place


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Whether a word in small letters goes on with a name that begins with a common word: l'Assemblée nationale."""
    if at >= len(tokens) or not tokens[at].text[0].isalpha() or tokens[at].is_capital:
        return False
    return not tokens[at].kinds & (
        AUXILIARY | PREPOSITION | PRONOUN | RELATIVE | ADVERB | ONLY_VERB | FINITE | INVERTED | DETERMINER | TEMPORAL
    )


def _is_infinitive(token: Token) -> bool:
    low = token.low
    if token.kinds & INFINITIVE or low in ("mettre", "faire", "rendre", "prendre"):
        return True
    return (
        low.endswith("er")
        and not low.endswith("ier")
        and len(low) > 5
        and bool(token.kinds & COMMON)
        and not token.kinds & HUMAN
    )


def _is_of_ministry(tokens: list[Token], place: int, complement: list[str]) -> bool:
    """Whether « et » joins two subjects of one office: Transition écologique et solidaire, Éducation et de la Jeunesse."""
    if not any(each[0].isupper() for each in complement) or place + 2 >= len(tokens):
        return False
    following, then = tokens[place + 1], tokens[place + 2]
    if following.low in OF:
        return True
    return following.text[0].islower() and not following.kinds & (DETERMINER | ONLY_VERB | PRONOUN) and then.text == ","


def _bearer(tokens: list[Token], begin: int, end: int, *, named: bool) -> int:
    """Where, in the capital words behind a role, the name of its bearer begins; `end` when they are those of a party or a
    place: l'élue En Marche, les députés Insoumis, le député LREM Jean Vial. Not `named`: one word alone is no name."""
    first = tokens[begin]
    if first.kinds & (DETERMINER | PREPOSITION):
        return end
    is_name = (
        named and not first.kinds & COMMON and kind_of(first.text) not in (PLACE, BODY)
    )  # not la directrice Afrique
    if end - begin == 1 and first.text not in first_names() and not is_name:
        return end
    if first.text.isupper() and len(first.text) > 1:
        goes_on = begin + 1 < end and tokens[begin + 1].low in _PARTICLES
        return _split(tokens, begin, end) if goes_on else begin + 1
    return begin


def _extended(tokens: list[Token], end: int) -> int:
    """Where a name ends that goes on in small letters: la Cour des comptes, l'Association des maires ruraux."""
    if end + 1 >= len(tokens) or tokens[end].low not in OF:
        return end
    following = tokens[end + 1]
    goes_on = following.text[0].isalpha() and not following.is_capital
    return end + 2 if goes_on and not following.kinds & (DETERMINER | PRONOUN | TEMPORAL | INFINITIVE) else end


def _text(tokens: list[Token], first: int, last: int) -> str:
    """The words of some tokens, with a blank where there is one."""
    text = tokens[first].text
    for token in tokens[first + 1 : last]:
        text += f" {token.text}" if token.lead else token.text
    return text


def _split(tokens: list[Token], begin: int, end: int) -> int:
    """Where, in a run of capital words behind « de », the name of a person begins: le patron de Renault Jean Vial."""
    names = first_names()
    for place in range(begin + 1, end - 1):  # le maire de Sao Paulo Bruno Covas
        if kind_of(" ".join(_words(tokens, begin, place))) == PLACE and tokens[place].low not in _PARTICLES:
            return place
    for place in range(begin, end):
        word = tokens[place].text
        if (word in names or word.split("-")[0] in names) and place + 1 < end and place > begin:
            return end if tokens[place - 1].low in OF else place  # le ministre du Travail de Nicolas Sarkozy
    first = tokens[begin].text
    if tokens[end - 1].low in listed("media"):
        return end
    if (
        first.isupper()
        and len(first) > 1
        and end - begin > 1
        and tokens[begin + 1].is_capital
        and not tokens[begin + 1].text.isupper()
    ):
        return begin + 1
    return end


def media_end(tokens: list[Token], begin: int, end: int) -> int:
    """Where a medium's name ends that a run begins with, if a name follows: BFMTV Alain Griset, Parisien Pierre Canet."""
    if end - begin == 2 and tokens[begin].text in first_names():
        return end  # Marianne James
    for place in range(begin + 1, end):  # Paris Match Jean Vial
        if tokens[place - 1].low in listed("media") and tokens[place].text.split("-")[0] in first_names():
            return place
    first = tokens[begin]
    place = begin + 1
    if place < end and (
        first.low in listed("media") or (first.text.isupper() and first.text[-1] != "'" and len(first.text) > 1)
    ):
        place += tokens[place].text.isdigit()
        if place < end and not tokens[place].text.isupper() and tokens[place].low not in _PARTICLES:
            return place
    return end


def _place_end(tokens: list[Token], begin: int, end: int) -> int:
    """Where a place ends that a run begins with, if a person follows: a prévenu à Bruxelles Ursula von der Leyen."""
    if begin == 0 or end - begin < 3 or tokens[begin - 1].low not in _WHERE:
        return end
    for place in range(begin + 1, end - 1):
        is_first_name = tokens[place].text.split("-")[0] in first_names()
        if is_first_name and kind_of(" ".join(_words(tokens, begin, place))) == PLACE:
            return place
    return end


_WHERE = ("à", "en", "depuis")


@lru_cache(1 << 14)
def is_medium(name: tuple[str, ...]) -> bool:
    """Whether a name is that of a newspaper or a channel: Le Parisien, but not Marianne James."""
    if len(name) > 1 and name[0] in first_names():
        return False
    media = listed("media")
    return any(word.lower() in media for word in name)


def names_inside(tokens: list[Token], phrase: Phrase) -> list[Phrase]:
    """The names of people in the words that go with a role or a thing: l'interview de Brigitte Macron."""
    found = []
    place = phrase.first
    while place < phrase.last:
        if not tokens[place].is_capital:
            place += 1
            continue
        end = run_end(tokens, place)
        if end > place + 1 and tokens[place].text.split("-")[0] in first_names() and end <= phrase.last:
            found.append(Phrase(place, end, _words(tokens, place, end)))
        place = max(end, place + 1)
    return found


def _words(tokens: list[Token], first: int, last: int) -> tuple[str, ...]:
    return tuple([token.text for token in tokens[first:last]])
