"""Texts of one article → the names in them: spans with a kind, normalised to the longest form in the article.

    text ──_RUN──► runs of capitals ──_parsed──► candidates (remembered by run) ──context──► mentions ──settle──► names

A *run* is a stretch of words with capitals and the particles between them: `Selon Mme Ursula von der Leyen`. What a run says
by itself (which words are names, which are titles, where it comes apart) is worked out once for each different run. The
words around an occurrence add the rest: roles before (*le ministre*), prepositions (*à*), the end of an organisation's name
(*Assemblée nationale*).

A capital at the beginning of a sentence says nothing: whether its word is a name is then asked of the lexicon (is the word
in small letters known?), and of the article (does the word stand elsewhere, with a capital, inside a sentence?). How often
the index has a word cannot be asked, because names are found while the index is being built. `docs/annotation.md` says what
counts as a name, `naming.txt` and `naming.words.txt` hold what is known by heart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unicodedata import combining, is_normalized, normalize

from searcher.analysis import names as variants
from searcher.analysis.elision import is_elided
from searcher.analysis.fold import fold, surface
from searcher.analysis.lexicon import lexicon

PERSON, PLACE, ORGANISATION, OTHER = KINDS = ("person", "place", "organisation", "other")
"""The kinds of names. `other` is also the kind of a name for which there is no evidence."""

KNOWN = Path(__file__).with_name("naming.txt")
WORDS = Path(__file__).with_name("naming.words.txt")

LONGEST = 80
"""Characters of a name; a longer run of capitals is no name."""


class Name(NamedTuple):
    """A name in a text: `text[start:end]` as printed, and `name` in the longest form of the article. `gender` is m, f, or
    nothing when neither a title, a role nor a first name tells."""

    start: int
    end: int
    name: str
    kind: str
    gender: str


def named(*texts: str) -> tuple[list[Name], ...]:
    """The names in each of the texts of one article (its title, its text …), in text order, disjoint.

    >>> [(each.name, each.kind) for each in named("Selon Mme Roussel, Anne Roussel a quitté Lyon.")[0]]
    [('Anne Roussel', 'person'), ('Anne Roussel', 'person'), ('Lyon', 'place')]
    """
    found = _settled([_mentions(_even(text)) for text in texts])
    return tuple(
        names if is_normalized("NFC", text) else _moved(names, text) for names, text in zip(found, texts, strict=True)
    )


def _even(text: str) -> str:
    """A text with one kind of apostrophe and of blank, composed (NFC)."""
    return normalize("NFC", text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " "))


def _moved(names: list[Name], text: str) -> list[Name]:
    """Names found in the composed form of a text, with their places in the text itself."""
    places = [0]
    starts = [at for at, sign in enumerate(text) if not at or not _joins(text[at - 1], sign)]
    for start, end in pairwise([*starts, len(text)]):
        composed = len(normalize("NFC", text[start:end]))
        places += [start] * (composed - 1) + [end]
    return [each._replace(start=places[each.start], end=places[each.end]) for each in names]


def _joins(before: str, sign: str) -> bool:
    """Whether a character may be composed with the one before it."""
    return bool(combining(sign)) or len(normalize("NFC", before + sign)) < len(normalize("NFC", before)) + len(
        normalize("NFC", sign)
    )


def gender_of(first_name: str) -> str:
    """The gender of a first name: m, f; nothing when it is unknown or given to both."""
    return _known().first.get(first_name, "").replace("e", "")


@lru_cache(1 << 15)
def kind_of(name: str) -> str:
    """The kind that a name tells by itself, without an article around it."""
    (found,) = named(f"x {name}")
    return found[0].kind if len(found) == 1 and found[0].end - found[0].start == len(name) else OTHER


def first_names() -> Mapping[str, str]:
    """First name → m, f, or e when both bear it."""
    return _known().first


# ── what is known by heart ────────────────────────────────────────────────────────────────────────────────────────────


class _Known(NamedTuple):
    first: dict[str, str]  # first name → m, f, e
    titles: dict[str, str]
    roles: dict[str, str]
    particled: frozenset[str]  # roles whose holder may be named by a particle alone: le général de Gaulle
    groups: frozenset[str]
    before: dict[str, str]  # a word → the kind of the name behind it
    heads: dict[str, str]  # the first word of a name of several words → its kind
    complements: frozenset[str]
    no_names: frozenset[str]
    kinds: dict[str, str]  # a name → its kind
    tails: dict[str, tuple[str, ...]]  # the last capital of a name → what may follow in small letters
    most: int  # words of the longest name


def _sections(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    section = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            found.setdefault(section, []).extend(line.split())
    return {name: [word.replace("_", " ") for word in words] for name, words in found.items()}


@cache
def _known() -> _Known:
    own, made = _sections(KNOWN), _sections(WORDS)
    first = {name: gender for gender in "mfe" for name in made[f"first {gender}"]}
    first |= {name: gender for gender in "mfe" for name in own[f"first {gender}"]}
    kinds = dict.fromkeys(made["towns"], PLACE)
    kinds |= _of_variants()
    for section, kind in (("places", PLACE), ("organisations", ORGANISATION), ("others", OTHER)):
        kinds |= dict.fromkeys(own[section], kind)
    tails: dict[str, tuple[str, ...]] = {}
    for name in kinds:
        run = _RUN.match(name)
        if run is not None and run.end() < len(name):
            tails[run.group()] = (*tails.get(run.group(), ()), name[run.end() :])
    heads = {
        word: kind
        for section, kind in (("event heads", OTHER), ("place heads", PLACE), ("organisation heads", ORGANISATION))
        for word in own[section]
    }
    before = {
        word: kind
        for section, kind in (("event before", OTHER), ("place before", PLACE), ("organisation before", ORGANISATION))
        for word in own[section]
    }
    return _Known(
        first=first,
        titles={word: gender.replace("e", "") for gender in "mfe" for word in own[f"titles {gender}"]},
        roles={**dict.fromkeys(own["roles f"], "f"), **dict.fromkeys(own["roles m"], "m")}
        | dict.fromkeys(set(own["roles f"]) & set(own["roles m"]), ""),
        particled=frozenset(own["roles with particle"]),
        groups=frozenset(own["group roles"]),
        before=before,
        heads=heads,
        complements=frozenset(own["complements"]),
        no_names=frozenset(own["not names"]),
        kinds=kinds,
        tails={head: tuple(sorted(each, key=len, reverse=True)) for head, each in tails.items()},
        most=max(name.count(" ") for name in kinds) + 1,
    )


def _of_variants() -> dict[str, str]:
    """The kinds that the list of other spellings tells: its sections say whether they hold places or organisations."""
    found: dict[str, str] = {}
    kind = ""
    for line in Path(variants.__file__).with_name("names.txt").read_text("utf-8").splitlines():
        if line.startswith("# ----"):
            kind = PLACE if "Places" in line else ORGANISATION if "Organisations" in line else ""
        elif kind and " = " in line:
            found |= {name: kind for name in line.split(" = ") if name[:1].isupper() and not is_common(name)}
    return found


# ── runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

_UP = "A-ZÀ-ÖØ-ÞĀĂĄĆĊČĎĐĒĖĘĚĞĠĢĦĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŸŹŻŽȘȚ"
_IN = r"[\w\u0300-\u036f]"
_SHORT = r"M|r|gr|rs|s|te?|(?<=[PTC])hr?|(?<=C)l"  # behind a capital: Ph. Martinez
_INITIAL = rf"[{_UP}](?:(?<=[PTC])h)?\."
_TOKEN = rf"[{_UP}](?:(?:{_SHORT})\.|\.(?>(?:-?{_INITIAL})*)|{_IN}*+(?>(?:[-\u2010\u2011'&]{_IN}++)*)\+?)"
_OF = "de la |de l'|de |du |des |d'|of the |of "
_PARTICLE = (
    "van der |van den |van de |van |von der |von |zu |ben |bin |ibn |bint |ould |ag |al |el |al-|el-|as-|ad-|ut-"
    "|ter |ten |di |da |do |dos |das |della |del |le |la "
)
_RUN = re.compile(rf"{_TOKEN}(?>(?: (?:{_OF}|{_PARTICLE})?{_TOKEN})*)")
_TOKENS = re.compile(rf" ?((?:{_OF}|{_PARTICLE})?)({_TOKEN})")
_PRONOUN = re.compile(r"-(?:t-)?(?:il|elle|on|ils|elles|je|tu|nous|vous|ce|moi|toi|là|ci|y|en|le|la|les)$")
_INHABITANT = re.compile(
    r"(?:(?:Sud|Nord|Franco|Anglo|Sino|Russo|Israélo|Afro|Américano|Euro|Anti|Non|Ex|Néo)-?)?[^\W_-]*"
    r"(?:[aoé]is|[ao]ise|ien|ienne|[^t]ain|[^t]aine|éen|éenne|mand|mande|agnol|agnole|andais|niote|asque"
    r"|Argentine?|Philippine?|Maghrébine?|Florentine?|Girondine?|Afghane?|Catalane?|Musulmane?|Chrétiens?|Turc|Turque"
    r"|Grec|Grecque|Tchèque|Russe|Suisse|Belge|Slave|Kurde|Arabe|Juive?|Juif|Noire?|Blanc|Blanche|Corse|Basque|Perse"
    r"|Serbe|Croate|Bulgare|Britannique|Slovaque|Asiatique|Mongole?|Européenne?|Latino|Maori|Inuit|Berbère|Kabyle"
    r"|Bosniaque|Moscovite|Chypriote|Malgache|Saoudite?|Vietnamien|Danois|Kosovar|Monégasque|Azéri|Ouzbek|Kazakh"
    r"|Espagnole?|Cubaine?|Mexicaine?|Bretonne?|Gallois|Letton|Allemande?|Normande?|Flamand|Wallon|Palestin"
    r"|Kényane?|Nord-Coréen|Catholique|Protestante?|Talibans?|Hongkongais)s?x?",
)
_SMALL = frozenset(
    """le la les l un une des du de d au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs
    je tu il elle on nous vous ils elles y en et ou où ni mais or car donc si que qui quoi dont quand comme lorsque puisque
    quoique avec sans sous sur dans par pour vers chez contre entre depuis pendant avant après selon malgré dès outre hors
    parmi à a ont est sont sera c s n qu ne pas plus moins très trop aussi ainsi alors puis enfin hier demain aujourd ici là
    voici voilà chaque tout toute tous toutes aucun aucune certains certaines plusieurs quelques même mêmes autre autres
    deux trois quatre cinq six sept huit neuf dix cent mille première premier dernier dernière suite grâce face lors quant
    quel quelle quels quelles pourquoi comment combien oui non the and of in for aujourd'hui jusqu jusque lorsqu
    puisqu quoiqu presqu quelqu était étaient avait avaient serait""".split()
)
_SHOUTED = frozenset("et à a ou avec contre pour en dans sur est face au aux chez par selon vs".split())
_PARTICLES = frozenset("le la les de du des".split())


class _Candidate(NamedTuple):
    """What may be a name in a run: where it stands there, and what the run says about it."""

    start: int
    end: int
    text: str
    key: str
    words: tuple[str, ...]
    kind: str  # nothing: the run does not tell
    gender: str
    certain: bool  # else the article has to tell whether it is a name
    needs_tail: bool  # a name only together with what follows in small letters: État islamique
    grows: bool  # what follows in small letters may belong to it
    looks: bool  # the words before the run may say more


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    join: str  # nothing, "of" or "particle": what stands between the word before and this one
    lead: int  # where the particle begins


class _Parsed(dict[tuple[str, bool], tuple[_Candidate, ...]]):
    """A run, and whether it begins a sentence → its candidates. It is emptied when it has grown large."""

    LIMIT = 1 << 17

    def __missing__(self, key: tuple[str, bool]) -> tuple[_Candidate, ...]:
        found = tuple(_parse(*key)) if len(key[0]) < 10 * LONGEST else ()
        if len(self) >= self.LIMIT:
            self.clear()
        self[key] = found
        return found


_parsed = _Parsed()


def _tokens(run: str) -> list[_Token]:
    found = []
    for each in _TOKENS.finditer(run):
        particle = each.group(1)
        join = "" if not particle else "of" if re.fullmatch(_OF, particle) else "particle"
        found.append(_Token(each.start(2), each.end(2), each.group(2), join, each.start(1)))
    return found


def _parse(run: str, opens: bool) -> Iterator[_Candidate]:
    """The candidates of a run that begins a sentence or not."""
    known = _known()
    tokens = _tokens(run)
    at, title, gender, lead = 0, False, "", ""
    untouched = True  # nothing of the run was left out before
    while at < len(tokens):
        token = tokens[at]
        start, length = token.start, _known_from(tokens, at, run)
        if not length and (elided := _elided(token.text, opens)):
            start += elided
            token = tokens[at] = _Token(start, token.end, token.text[elided:], "", start)
            opens = False
            if not token.text[:1].isupper():
                at += 1
                continue
            length = _known_from(tokens, at, run)
        text = token.text
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if text in known.titles and following is not None and (text[-1] == "." or not length):
            if following.join == "of" and text[-1] != "." and text not in _SHORT_TITLES:
                at, opens, untouched = at + 1, False, False  # Président de la République
                continue
            at, title, gender, opens, untouched = at + 1, True, known.titles[text], False, True
            continue
        by_title = title and token.join  # Mme de Fontenay
        if by_title or (at and token.join == "particle" and run[token.lead : token.lead + 3] in ("al-", "el-")):
            start = token.lead
        if opens and not title and not length:
            skip = _is_no_beginning(token, following)
            if skip:
                if skip == "doubtful":
                    yield _candidate(start, token.end, text, (text,), "", certain=False, looks=untouched)
                at, opens, untouched, lead = at + 1, False, False, known.before.get(text.lower(), "")
                continue
        last, kind = _extent(tokens, at, run, opens=opens, title=title, length=length)
        made = tokens[at : last + 1]
        found = _judged(run[start : made[-1].end], made, start, kind, title, gender, opens, untouched)
        if found is not None:
            yield found._replace(kind=lead) if lead and not found.kind else found  # À Sainte-Soline
        at, title, gender, opens, untouched, lead = last + 1, False, "", False, False, ""


def _is_no_beginning(token: _Token, following: _Token | None) -> str:
    """What the first word of a sentence is when it need not be a name: *no*, *doubtful*; nothing when it is one."""
    known = _known()
    text = token.text
    if text.lower() in _SMALL or (len(text) == 2 and text[1] == "." and following is None):
        return "no"
    if not is_common(text):
        return ""
    if text in known.heads:
        return ""
    if text in known.first and not text.isupper() and following is not None:
        return ""
    if text.isupper() or _PRONOUN.search(text):
        return "no"
    if following is not None and following.join != "of":
        if _ADVERB.search(text) or following.text in known.kinds or _as_first(following.text) in known.first:
            return "no"  # Chère Gisèle Halimi
        role = text.lower()
        return "no" if role in known.groups or role in known.roles or role in known.before else ""  # Affaire Benalla
    return "doubtful" if text not in known.no_names else ("" if text in known.tails else "no")


def _known_from(tokens: list[_Token], at: int, run: str) -> int:
    """How many words from a place on are a name known by heart; 0 when there is none. The longest counts."""
    known = _known()
    start = tokens[at].start
    for last in range(min(at + known.most, len(tokens)) - 1, at - 1, -1):
        if run[start : tokens[last].end] in known.kinds:
            return last - at + 1
    return 0


def _elided(text: str, opens: bool) -> int:
    """The length of the elided word that a capital begins with at the beginning of a sentence: of *L'ONU*, 2."""
    before, found, after = text.partition("'")
    return len(before) + 1 if found and (opens or before == "L") and is_elided(before, after) else 0


def _extent(tokens: list[_Token], at: int, run: str, *, opens: bool, title: bool, length: int) -> tuple[int, str]:
    """The last token of the name that begins at a place, and its kind where that is known."""
    known = _known()
    text = tokens[at].text
    is_person = title or _as_first(text) in known.first or (_is_initials(text) and len(tokens) > at + 1)
    head = known.heads.get(text, "") if not title else ""
    if length and not title:
        last = at + length - 1
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        longer = length > 1 and after is not None and not after.join and _as_first(after.text) not in known.first
        if longer and not _known_from(tokens, last + 1, run) and not (after and after.text in known.titles):
            end = last + 1  # Le Figaro Magazine
            return end, known.kinds[run[tokens[at].start : tokens[last].end]]
        if (
            after is None
            or length > 1
            or (
                not head
                and (
                    (after.join == "of" and not is_person)
                    or after.text in known.titles
                    or (_as_first(after.text) in known.first and not is_person and last + 2 < len(tokens))
                )
            )
        ):
            return last, known.kinds[run[tokens[at].start : tokens[last].end]]
    follows = tokens[at + 1] if at + 1 < len(tokens) else None
    common = not is_person and is_common(text)
    if text in known.no_names and follows is not None and not follows.join and _as_first(follows.text) in known.first:
        return at, ""  # procureur de la République François Molins
    if not title and not head and follows is not None and follows.join != "particle":
        named_next = _as_first(follows.text) in known.first
        if (common and _is_inhabitant(text)) or (
            named_next and not is_person and (text in known.no_names or (text.isupper() and len(text) > 1))
        ):
            return at, ""  # le Français Hugo Lambert, le candidat EELV Yannick Jadot
    last = at
    while last + 1 < len(tokens):
        token = tokens[last + 1]
        if token.text in known.titles and (token.text[-1] == "." or token.text in _SHORT_TITLES):
            break
        if token.text.isupper() and token.text.lower() in _SHOUTED:
            break  # MARINE LE PEN ET MARION MARÉCHAL
        if (
            token.join == "particle"
            and run[token.lead : token.lead + 3] in ("le ", "la ")
            and not (is_person and last == at)
        ):
            break
        if token.join == "of":
            if head or (common and not opens):
                pass
            elif not is_person or (last > at and token.text in known.kinds) or tokens[last].text.isupper():
                break
        elif is_person and last > at and token.text.isupper() and token.text in known.kinds:
            break  # Olivier Faure PS
        last += 1
    return last, PERSON if is_person and (title or last > at) and not head else head if last > at else ""


_ADVERB = re.compile("ment$")
_SHORT_TITLES = ("Mme", "Mmes", "Mlle", "Mlles", "Me", "Dr", "Pr", "Mgr")


def _is_initials(text: str) -> bool:
    """Whether a word is the initials of first names: of *J.K. Rowling*; not *U.S.*"""
    return _INITIALS.fullmatch(text) is not None and text not in ("U.S.", "U.K.", "U.E.", "M.")


_INITIALS = re.compile(r"(?:(?:[^\W\d_]|[PTC]h|Chr|Cl|Fr)\.-?){1,3}")


def _as_first(text: str) -> str:
    """A word as the list of first names would write it: *ÉDITH*, *Édith*."""
    return "-".join(map(str.capitalize, text.split("-"))) if len(text) > 2 and text.isupper() else text


def _judged(
    name: str, made: list[_Token], start: int, kind: str, title: bool, gender: str, opens: bool, untouched: bool
) -> _Candidate | None:
    """The candidate that some words of a run are; None when they are no name."""
    known = _known()
    words = tuple(each.text for each in made)
    head = words[0]
    end = made[-1].end
    if len(name) > LONGEST or (len(words) == 1 and _PRONOUN.search(head)):
        return None
    shouted = all(map(str.isupper, words))
    if title or kind == PERSON:
        if (
            len(words) > 1
            and shouted
            and not _PARTICLES.issuperset(w for word in words if (w := word.lower()) in _SMALL)
        ):
            return None
        gender = gender or known.first.get(_as_first(head), "").replace("e", "")
        return _candidate(start, end, name, words, PERSON, gender=gender, looks=untouched and not gender)
    if name in known.kinds:
        return _candidate(start, end, name, words, known.kinds[name])
    if shouted and (len(words) > 1 or len(head) > 3) and (len(words) > 3 or any(map(_is_ordinary, words))):
        return None  # LE PRÉSIDENT EST MORT
    if len(words) > 1:
        if all(word in known.no_names for word in words):
            return None
        return _candidate(start, end, name, words, kind, looks=untouched and not kind)
    if len(head) > 1 and head.lower() in _SMALL and head not in known.tails and head != "Est":  # Hier et Aujourd'hui
        if head.isupper() or head in known.no_names:
            return None
        return _candidate(start, end, name, words, "", certain=False, looks=untouched)  # the magazine Elle
    if head in known.no_names or (head.find(".") == len(head) - 1 < 4 and (len(head) == 2 or _is_initials(head))):
        return _candidate(start, end, name, words, "", needs_tail=True) if head in known.tails else None
    common = is_common(head)
    if head in known.heads:  # alone it is a common noun (le Conseil), unless what follows makes it a name
        return _candidate(start, end, name, words, known.heads[head], certain=not common, needs_tail=common)
    if common and not head.isupper() and (_is_inhabitant(head) or opens):
        return _candidate(start, end, name, words, "", needs_tail=True) if f"Le {head}" in known.kinds else None
    gender = known.first.get(head, "").replace("e", "")
    return _candidate(start, end, name, words, "", gender=gender, looks=untouched)


def _is_ordinary(word: str) -> bool:
    return word.lower() in _SMALL or (len(word) > 2 and is_common(word))


def _candidate(
    start: int,
    end: int,
    text: str,
    words: tuple[str, ...],
    kind: str,
    *,
    gender: str = "",
    certain: bool = True,
    needs_tail: bool = False,
    looks: bool = False,
) -> _Candidate:
    known = _known()
    grows = kind != PERSON and (
        known.heads.get(words[0]) == ORGANISATION or text in known.tails or words[-1] in known.tails
    )
    return _Candidate(start, end, text, _key(usual(text, kind)), words, kind, gender, certain, needs_tail, grows, looks)


@lru_cache(1 << 16)
def is_common(word: str) -> bool:
    """Whether a word in small letters is in the lexicon; of its first letter the accent does not count (*Etat*, *état*)."""
    small = surface(word)
    if small in _SMALL:
        return True
    if "-" in small or "'" in small:
        parts = re.split("[-']", small)
        return all(map(is_common, filter(None, parts)))
    return any(
        not form.is_name and form.printed[1:] == small[1:] and fold(form.printed[:1]) == fold(small[:1])
        for form in lexicon().forms(fold(small))
    )


def _is_inhabitant(word: str) -> bool:
    """Whether a common word with a capital may be that for people of a place: *Français*, *Russe*."""
    return _INHABITANT.fullmatch(word) is not None


# ── occurrences ───────────────────────────────────────────────────────────────────────────────────────────────────────


_Mention = tuple[int, int, str, str, str, str, str, bool]
"""A candidate at its place in a text, with what the words around it say: start, end, text, key, last word, kind, gender, and
whether it is a name for certain. A plain tuple, because making named ones takes a fifth of the time of an article."""

_BEGINNING = frozenset(".!?…:\n\r»”—–•*|;")
_SKIPPED = frozenset(' «“"‘[\t')
_CONTRACTED = ("du ", "au ")
_BEHIND = (",", " ")
_APPOSED = re.compile(r", (?:l[ae] |l'|une? |ancien(?:ne)? |nouve(?:au|lle) )?(?:ex-|vice-)?([a-zéèêâôîïûç-]+)")
_AGED = re.compile(r",? ?\(?,? ?\d{1,3} ans\b")
_ADJECTIVE = re.compile(
    r" (?!(?:critique|explique|applique|implique|indique|complique|revendique|communique|pratique)\b)"
    r"(?:[a-zéèêëàâîïôûùç]+(?:al|ales?|aux|iques?|istes?|iens?|iennes?|ain|aines?|ais|aises?|oise?|éen|éennes?"
    r"|ifs?|ives?|aires?|annes?|els?|elles?|ées?|ants?|eurs?|trices?|raux|ins?|ines?|ible)|monde|nations|unies?|libre|verte?s?"
    r"|suprême|publi(?:c|que)s?|civile?s?|mutuel|rouge|blanche?|jeune|bleue?|agricole)(?![^\W_]|['-])"
)
_COMPLEMENT = re.compile(
    r" (de la |de l'|du |des |de |d'|sans |et (?:de la |de l'|du |des |de |d'))([a-zéèêàâîôûç]+)(?![^\W_]|-)"
)


def _mentions(text: str) -> list[_Mention]:
    """The candidates in a text, with what the words around them say. The innermost loop: some thirty turns an article."""
    known = _known()
    found: list[_Mention] = []
    articled: set[str] = set()  # names that grew behind their article
    reached = 0
    for match in _RUN.finditer(text):
        begins = match.start()
        if begins:
            before = text[begins - 1]
            if before == " " and (text[begins - 2].isalnum() or text[begins - 2] == ","):
                opens = False
            elif before.isalnum() or before in "_@#":
                continue
            else:
                opens = _opens(text, begins)
        else:
            opens = True
        for candidate in _parsed[match.group(), opens]:
            start, end, printed, key, words, kind, gender, certain, needs_tail, grows, looks = candidate
            start += begins
            end += begins
            if start < reached:  # it stands in a name that grew
                continue
            if grows:
                grown = _extended(text, end, candidate)
                if grown > end:
                    end, certain = grown, True
                    if text[start - 3 : start] in ("La ", "Le ") and text[start - 3 : end] in known.kinds:
                        start -= 3
                    printed = text[start:end]
                    key = _key(usual(printed))
                    kind = known.kinds.get(printed, "") or kind or ORGANISATION
                    needs_tail = False
            if text[start - 3 : start] in _CONTRACTED and (whole := f"Le {printed}") in known.kinds:
                printed, kind, needs_tail = whole, known.kinds[whole], False  # maire du Havre, un journaliste du Monde
                key = _key(whole)
            elif needs_tail:
                continue
            elif looks:
                lead, told, its = _look_before(text, start, words, kind, known)
                if lead < start:
                    start = lead
                    printed = text[start:end]
                    key = _key(printed)
                by_article = told == ORGANISATION and words[0] in _ARTICLES and printed not in known.kinds
                if by_article and (grown := _behind_article(text, end, words)) > end:
                    end = grown  # l'association La Voix de l'enfant
                    printed = text[start:end]
                    key = _key(printed)
                    articled.add(printed)
                kind = told or kind
                gender = gender or its
                certain = certain or told == ORGANISATION
            if not kind and text[end : end + 1] in _BEHIND:
                kind, its = _look_behind(text, end, words, known)
                gender = gender or its
            reached = end
            found.append((start, end, printed, key, words[-1], kind, gender, certain))
    for printed in articled:
        found = _again(text, printed, found)
    return found


_ARTICLES = frozenset(("La", "Le", "Les"))


def _behind_article(text: str, end: int, words: tuple[str, ...]) -> int:
    """Where the name of an organisation ends that begins with an article and a common word: La Voix de l'enfant."""
    if len(words) != 2 or not is_common(words[1]):
        return end
    found = _ADJECTIVE.match(text, end) or _COMPLEMENT.match(text, end)
    return found.end() if found is not None and found[0].split()[-1] not in _SMALL else end


def _again(text: str, printed: str, found: list[_Mention]) -> list[_Mention]:
    """The mentions of a text, and those where a name that grew behind its article stands once more."""
    first = next((each for each in found if each[2] == printed), None)
    at = text.find(printed)
    while first is not None and at >= 0:
        end = at + len(printed)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            kept = [each for each in found if each[1] <= at or each[0] >= end]
            found = sorted([*kept, (at, end, *first[2:])])
        at = text.find(printed, end)
    return found


def _opens(text: str, start: int) -> bool:
    """Whether a sentence may begin at a place."""
    at = start - 1
    while at >= 0 and text[at] in _SKIPPED:
        at -= 1
    if at < 0 or text[at] in _BEGINNING or '"' in text[at + 1 : start]:
        return True
    return text[at] == "-" and at < start - 1 and (at == 0 or text[at - 1] in " \n")


def _extended(text: str, end: int, candidate: _Candidate) -> int:
    """Where a name ends of which a part stands in small letters behind the capitals."""
    known = _known()
    candidate_start = end - (candidate.end - candidate.start)
    for tail in known.tails.get(candidate.text) or known.tails.get(candidate.words[-1]) or ():
        if text.startswith(tail, end) and not text[end + len(tail) : end + len(tail) + 1].isalnum():
            return end + len(tail)
    if known.heads.get(candidate.words[0]) != ORGANISATION:
        return end
    described = len(candidate.words) > 1
    for _ in range(6):
        if text[candidate_start:end] in known.kinds:
            break  # l'Union européenne des sanctions
        found = _ADJECTIVE.match(text, end)
        if found is None:
            found = _COMPLEMENT.match(text, end)
            if found is None:
                break
            joint, noun = found.groups()
            opened = described or candidate.words[0] in _DESCRIBED
            if noun not in known.complements and not (opened and joint != "de " and noun not in _SMALL):
                break  # Observatoire des armes, but not Conseil de rejeter
        described = True
        end = found.end()
    return end


_DESCRIBED = frozenset(
    """Agence Association Autorité Bureau Centre Chambre Comité Confédération Coordination Délégation Direction Fédération
    Fondation Institut Ligue Mouvement Observatoire Office Organisation Ordre Syndicat Union""".split()
)
"""What is the name of an organisation with any complement: *Observatoire des armes*."""


_LOWER_PARTICLES = frozenset("von van ben bin ibn zu".split())
_DETERMINERS = {"le": "m", "un": "m", "du": "m", "la": "f", "une": "f"}


def _look_before(text: str, start: int, words: tuple[str, ...], kind: str, known: _Known) -> tuple[int, str, str]:
    """What the words before a name say: where it begins with a particle that belongs to it, its kind, its gender."""
    left = text[start - 40 : start] if start > 40 else text[:start]
    before = left.split()
    if not before:
        return start, "", ""
    last = before[-1]
    if left[-1] != " ":
        if last in ("d'", "l'") and not kind and len(before) > 1 and known.before.get(before[-2]) == PLACE:
            return start, PLACE, ""
        return start, "", ""
    last = _unelided(last)  # l'acteur Ewan McGregor
    previous = _unelided(before[-2]) if len(before) > 1 else ""
    if last in _LOWER_PARTICLES:
        return start - len(last) - 1, PERSON, known.roles.get(previous, "")
    if last == "de" and previous in known.particled:
        return start - 3, PERSON, known.roles[previous]
    acronym = words[0].isupper() and kind != PERSON
    role, at = last, len(before) - 1
    if last not in known.roles and previous in known.roles and last not in _SMALL and last.isalpha() and last.islower():
        role, at = previous, at - 1  # le président syrien Bachar al-Assad
    if role in known.roles and not acronym:
        determiner = before[at - 1].lower() if at else ""
        return start, PERSON, known.roles[role] or _DETERMINERS.get(determiner, "")
    if kind == PERSON:
        return start, "", ""
    if last in known.groups and not acronym:
        return start, PERSON, ""
    if last in known.before:
        return start, known.before[last], ""
    if last in ("de", "du", "des", "la") and known.before.get(previous) == PLACE and len(previous) > 3:
        return start, PLACE, ""
    return start, "", ""


def _unelided(word: str) -> str:
    """A word without the article or preposition that is elided before it."""
    return word[2:] if word[1:2] == "'" and word[0] in "lLdD" else word


def _look_behind(text: str, end: int, words: tuple[str, ...], known: _Known) -> tuple[str, str]:
    """The kind and the gender that the words behind a name say: an age, or a role set off by a comma."""
    if _AGED.match(text, end):
        return PERSON, ""
    if len(words) > 1 and (found := _APPOSED.match(text, end)) and (role := found.group(1)) in known.roles:
        return PERSON, known.roles[role]
    return "", ""


# ── one article ───────────────────────────────────────────────────────────────────────────────────────────────────────


class _Group:
    """The mentions of one printed form in an article. Evidence for a person outweighs other evidence; of the rest, the first
    counts."""

    __slots__ = ("count", "gender", "kind", "name")

    def __init__(self, name: str, kind: str, gender: str) -> None:
        self.name, self.kind, self.gender = name, kind, gender
        self.count = 1

    def add(self, text: str, kind: str, gender: str) -> None:
        self.count += 1
        if kind and (not self.kind or kind == PERSON):
            self.kind = kind
        if gender and not self.gender:
            self.gender = gender
        if text != self.name and self.name.isupper() and not text.isupper():
            self.name = text


def _settled(texts: list[list[_Mention]]) -> tuple[list[Name], ...]:
    """The names of an article: mentions that may be none are judged, each gets the longest form, and a kind."""
    if any(not each[-1] for mentions in texts for each in mentions):
        certain = {word for mentions in texts for each in mentions if each[-1] for word in (each[2], each[4])}
        texts = [[each for each in mentions if each[-1] or each[2] in certain] for mentions in texts]
    groups: dict[str, _Group] = {}
    for mentions in texts:
        for _, _, text, key, _, kind, gender, _ in mentions:
            group = groups.get(key)
            if group is None:
                groups[key] = _Group(text, kind, gender)
            else:
                group.add(text, kind, gender)
    longest = _Longest(groups)
    short = longest.short
    for key, group in groups.items():  # what a short form tells holds for the long one
        if key in short and (form := longest.form(key, group.gender)) != key:
            groups[form].kind = PERSON if group.kind == PERSON else groups[form].kind
            groups[form].gender = groups[form].gender or group.gender
    told: dict[str, tuple[str, str, str]] = {}
    found = []
    for mentions in texts:
        names = []
        for start, end, _, key, _, _, gender, _ in mentions:
            if key in short:
                key = longest.form(key, gender)
            its = told.get(key)
            if its is None:
                its = told[key] = _told(groups[key])
            names.append(_made(Name, (start, end, *its)))
        found.append(names)
    return tuple(found)


_made = tuple.__new__


def _told(group: _Group) -> tuple[str, str, str]:
    """The name, kind and gender of a group."""
    name = group.name
    if group.kind != PERSON:
        return usual(name, group.kind), group.kind or OTHER, ""
    if len(name) > 4 and name.isupper():
        name = "-".join(part.title() for part in name.split("-"))
    return usual(name, PERSON), PERSON, group.gender


class _Longest:
    """The key of a mention → the key of the longest form of the same name in the article: of *macron*, *emmanuel macron*."""

    def __init__(self, groups: dict[str, _Group]) -> None:
        self._groups = groups
        self._longer: dict[str, list[str]] = {}
        self._first: dict[str, list[str]] = {}
        for key, group in groups.items():
            if " " not in key or (group.kind and group.kind != PERSON):
                continue
            words = key.split(" ")
            for at in range(1, len(words)):
                self._longer.setdefault(" ".join(words[at:]), []).append(key)
            if len(words) > 2:
                self._longer.setdefault(f"{words[0]} {words[-1]}", []).append(key)
            self._first.setdefault(words[0], []).append(key)
        self.short = self._longer.keys() | self._first.keys()
        """The keys that may be short for another."""

    def form(self, key: str, gender: str) -> str:
        """The key that a mention stands for: among several the one of its gender, then the one that is named most often."""
        kind = self._groups[key].kind
        if kind and kind != PERSON:
            return key
        longer = self._longer.get(key)
        if not longer:
            longer = self._first.get(key, [])
            return longer[0] if len(longer) == 1 else key
        if len(longer) > 1 and gender:
            longer = [each for each in longer if self._groups[each].gender in (gender, "")] or longer
        best = max(longer, key=lambda each: self._groups[each].count)
        return self.form(best, gender) if best != key and len(best) > len(key) else best


@lru_cache(1 << 16)
def _key(text: str) -> str:
    """A name made comparable: case, accents, hyphens and apostrophes do not count."""
    return " ".join(variants.comparable(text).split())


@lru_cache(1 << 15)
def usual(name: str, kind: str = "") -> str:
    """A name in the usual spelling of the French press, by the list of other spellings: *Vladimir Putin*, *Vladimir Poutine*.

    A name known by heart gets its capitals and accents (*Etats-Unis*, *États-Unis*), a person those of the first name
    (*Edouard*, *Édouard*) and the usual spelling of the family name by itself.
    """
    found = variants.built_in().usual(name)
    if found is not None or kind != PERSON:
        return _spelled().get(_key(found or name), found or name)
    name = variants.built_in().usual_of_person(name) or name
    first, blank, rest = name.partition(" ")
    accented = _accented().get(first) if blank and first[0] in "AEIOU" else None
    return f"{accented} {rest}" if accented else name


@cache
def _spelled() -> dict[str, str]:
    """A name known by heart, made comparable → its spelling, the one with most accents."""
    found: dict[str, str] = {}
    for name in sorted(_known().kinds, key=lambda name: sum(sign > "\x7f" for sign in name)):
        if not name.isupper():
            found[_key(name)] = name
    return found


@cache
def _accented() -> dict[str, str]:
    """First names without the accent of their capital → with it: *Edouard*, *Édouard*; but *Eva* is a name as it stands."""
    accented = {_unaccented(name): name for name in _known().first if name[0] > "\x7f"}
    return {bare: name for bare, name in accented.items() if bare not in ("Eva", "Eve", "Erik")}


def _unaccented(name: str) -> str:
    return normalize("NFD", name[0])[0] + name[1:]
