"""A sentence with quotes → the cues in it: which words report a quote, and the phrase that names the speaker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from searcher.analysis.naming import first_names
from searcher.analysis.quotations.phrases import Phrase, media_end, phrase_at, run_end
from searcher.analysis.quotations.tokens import (
    ADVERB,
    AUXILIARY,
    CAPITAL,
    CLITIC,
    COMMA,
    COMMON,
    DETERMINER,
    FINITE,
    GERUND,
    HUMAN,
    INFINITIVE,
    INTRODUCES,
    INVERTED,
    ONLY_VERB,
    ORGANISATION,
    PARTICIPLE,
    PREPOSITION,
    PRONOUN,
    QUOTE,
    RELATIVE,
    SPEECH,
    TEMPORAL,
    TITLE,
    VERB,
    Token,
    kinds,
)
from searcher.values import replace

_FARTHEST = 28  # tokens between a verb and its subject, in an incise
_SUBORDINATE = frozenset("alors si quand lorsque comme bien après tandis puisque".split())
_BEING = frozenset("est sont était étaient fut serait".split())
_SHARED = frozenset("partagé partagée partagés partagées confirmé confirmée relayé relayée".split())
_STOPS = frozenset(f".;:!?{QUOTE}")
_LOOSE = frozenset("t-il t-elle t-ils t-elles t-on".split())


class Cue(NamedTuple):
    """The words that report a quote, from token `first` up to `last`, and who is named with them."""

    first: int
    last: int
    speaker: Phrase | None
    near: bool  # beside the quote, with the speaker in its own words
    joined: bool = True  # nothing but small words between the verb and its subject


def incise(tokens: list[Token], at: int, *, beside: bool) -> Cue | None:
    """The incise that begins at a token: a-t-il dit, a déclaré lundi le maire, selon elle, s'emporte Nadia Belkacem.

    `beside`: the token follows a quote at once; then any verb will do that stands before its subject.
    """
    count = len(tokens)
    place = at
    while (
        place < count
        and tokens[place].kinds & (CLITIC | ADVERB)
        and place - at < 4
        and not tokens[place].kinds & (INVERTED | AUXILIARY)
    ):
        if tokens[place].kinds & DETERMINER and not (
            place + 1 < count and tokens[place + 1].kinds & (AUXILIARY | FINITE | INVERTED | VERB)
        ):
            break
        place += 1
    if place >= count:
        return None
    token = tokens[place]
    if token.low == "comme" and place == at:  # « … », comme l'indiquera X
        told = incise(tokens, at + 1, beside=False)
        return told if told is not None and told.speaker is not None and not told.speaker.pronoun else None
    if token.kinds & INVERTED and token.kinds & (AUXILIARY | FINITE | VERB):
        return _inverted(tokens, at, place, beside)
    following = according(tokens, at, after=True)
    if following is not None:
        return following
    if token.kinds & (AUXILIARY | FINITE) and place + 1 < count and tokens[place + 1].low in _LOOSE:  # a t-elle précisé
        return _inverted(
            [
                *tokens[:place],
                token,
                replace(tokens[place + 1], kinds=token.kinds, is_capital=token.is_capital),
                *tokens[place + 2 :],
            ],
            at,
            place + 1,
            beside,
        )
    if token.kinds & AUXILIARY:
        verb = _participle(tokens, place)
        # a fait savoir, a laissé entendre, a mis en garde
        if (
            verb < count
            and tokens[verb].low in ("savoir", "valoir", "remarquer", "observer", "comprendre")
            and tokens[verb - 1].low == "fait"
        ):
            return _with_subject(tokens, at, verb + 1)
        if verb + 1 < count and (tokens[verb].low, tokens[verb + 1].low) in (
            ("laissé", "entendre"),
            ("laissé", "échapper"),
            ("tenu", "à"),
        ):
            return _with_subject(tokens, at, verb + 2)
        if verb + 2 < count and (tokens[verb].low, tokens[verb + 1].low, tokens[verb + 2].low) == (
            "mis",
            "en",
            "garde",
        ):
            return _with_subject(tokens, at, verb + 3)
        if verb < count and beside and tokens[verb].kinds & VERB and not tokens[verb].kinds & PARTICIPLE:
            return _by_somebody(tokens, at, verb)  # a posté X
        if verb >= count or not tokens[verb].kinds & PARTICIPLE or (tokens[verb].kinds & INTRODUCES and not beside):
            return None
        if _is_passive(tokens, place, verb):
            return None
        return _with_subject(tokens, at, verb + 1)
    if token.kinds & FINITE and (beside or not token.kinds & INTRODUCES):
        return _with_subject(tokens, at, place + 1)
    finite = token.low.endswith(("e", "t", "d", "a")) and token.kinds & VERB
    if beside and finite and not token.kinds & (DETERMINER | PREPOSITION) and place < at + 3:
        cue = _by_somebody(tokens, at, place)  # se satisfait X
        if cue is not None:
            return cue
    if token.low in ("veut", "veulent") and place + 1 < count and tokens[place + 1].low == "croire":
        return _with_subject(tokens, at, place + 2)
    if token.low in ("met", "mettait", "mettent") and place + 2 < count and tokens[place + 2].low == "garde":
        return _with_subject(tokens, at, place + 3)
    if (
        token.low in ("fait", "font", "faisait")
        and place + 1 < count
        and tokens[place + 1].low in ("savoir", "valoir", "remarquer", "observer")
    ):
        return _with_subject(tokens, at, place + 2)
    return None


def _inverted(tokens: list[Token], at: int, place: int, beside: bool) -> Cue | None:
    token = tokens[place]
    pronoun = _pronoun(tokens, place)
    last = place + 1
    reports = bool(token.kinds & FINITE) and not token.kinds & INTRODUCES
    if token.kinds & AUXILIARY and not reports:
        verb = place + 1
        while (
            verb < len(tokens)
            and verb - place < 7
            and not tokens[verb].kinds & PARTICIPLE
            and tokens[verb].text[0].isalpha()
        ):
            verb += 1
        if verb < len(tokens) and tokens[verb].kinds & PARTICIPLE:
            reports, last = True, verb + 1
    if not reports and not beside:
        return None
    if pronoun.pronoun == "on":
        for behind in range(last, min(last + 3, len(tokens))):
            if tokens[behind].low in ("à", "au", "aux", "chez", "dans"):
                of = phrase_at(tokens, behind + (tokens[behind].low not in ("au", "aux")))
                if tokens[behind].low in ("au", "aux"):
                    of = phrase_at(
                        [*tokens[:behind], _article(tokens[behind]), *tokens[behind + 1 :]],
                        behind,
                    )
                if of is not None and (of.name or of.head) and tokens[behind].low != "dans":
                    return Cue(at, of.last, of, near=True)
    return Cue(at, last, pronoun, near=True)


def _is_passive(tokens: list[Token], auxiliary: int, participle: int) -> bool:
    """a été interpellé, est observé; not s'est exclamé, est convenu"""
    if any(token.low == "été" for token in tokens[auxiliary:participle]):
        return True
    return (
        tokens[auxiliary].low in _BEING
        and not _is_reflexive(tokens, auxiliary)
        and tokens[participle].low.rstrip("es") not in ("convenu", "revenu")
    )


def _pronoun(tokens: list[Token], verb: int) -> Phrase:
    """The subject of a verb with its pronoun behind a hyphen: a-t-elle."""
    return Phrase(verb, verb + 1, (), pronoun=tokens[verb].low.rsplit("-", 1)[1])


def _article(contracted: Token) -> Token:
    """The article in a word that is a preposition, too: du, au, le; des, aux, les."""
    low = "le" if contracted.low in ("du", "au") else "les"
    return replace(contracted, low=low, kinds=DETERMINER, is_capital=False)


def _participle(tokens: list[Token], auxiliary: int) -> int:
    """Where the participle of an auxiliary may stand, over adverbs and the like: a notamment, a de son côté, a pour sa part."""
    place = auxiliary + 1
    while place < len(tokens) and place - auxiliary < 9:
        token = tokens[place]
        if (
            token.low in ("de", "pour", "à")
            and place + 2 < len(tokens)
            and tokens[place + 2].low in ("côté", "part", "tour")
        ) or token.low == "quant":
            place += 3
        elif token.low in ("lui", "elle", "eux", "elles"):  # elle aussi
            place += 1
        elif token.low in _BEGINS_ADVERB and (behind := _speech_behind(tokens, place)):
            place = behind
        elif token.kinds & PARTICIPLE or not (token.kinds & (ADVERB | CLITIC) or token.low in ("été", "fait")):
            break
        else:
            place += 1
    return place


_DOING = frozenset("fait font faisait faisaient fera feront ferait faire faisant fit firent".split())
_DONE = frozenset(
    "part état valoir savoir remarquer observer comprendre entendre mention référence allusion écho dire".split()
)
_ASIDE = frozenset(
    "pour sa leur part de son côté à tour lui elle eux elles aussi quant d' abord ailleurs par en outre effet".split()
)
"""Words that may stand between an auxiliary and its participle: a, pour sa part, dénoncé."""
_BEGINS_ADVERB = frozenset("d' à en par de au dans sur".split())


def _speech_behind(tokens: list[Token], place: int) -> int:
    """Where a participle that reports follows soon: a d'abord réagi, a dans la foulée déclaré; 0 where none does."""
    for behind in range(place + 2, min(place + 5, len(tokens))):
        if tokens[behind].kinds & PARTICIPLE and not tokens[behind - 1].kinds & (DETERMINER | PREPOSITION):
            return behind
        if not tokens[behind].text[0].isalpha():
            break
    return 0


def _by_somebody(tokens: list[Token], at: int, verb: int) -> Cue | None:
    """An incise with any verb, if the name or the role of somebody follows soon."""
    cue = _with_subject(tokens, at, verb + 1)
    who = cue.speaker
    somebody = who is not None and (who.name or kinds[who.head] & HUMAN) and who.first - verb < 9
    return cue if somebody else None


def _with_subject(tokens: list[Token], at: int, place: int) -> Cue:
    """The subject behind the verb of an incise, over what may stand between: à l'AFP, sur Europe 1, lundi soir, en souriant."""
    begin = place
    spare: Phrase | None = None
    count = len(tokens)
    if place < count and tokens[place].low in ("être", "avoir"):  # X, qui riait, avouait être ravi
        return Cue(at, begin, None, near=True)
    while place < count and place - begin < _FARTHEST:
        token = tokens[place]
        if token.text[0] == QUOTE or (token.text in '.;:!?…»")' and token.text != "("):
            break
        if token.text == "(":
            closing = next((each for each in range(place, count) if tokens[each].text == ")"), None)
            if closing is None:
                break
            place = closing + 1
            continue
        if token.text == ",":
            # s'est exclamée, les larmes aux yeux, la navigatrice: an aside between two commas
            closing = next(
                (each for each in range(place + 1, min(place + 9, count)) if tokens[each].text in ",.;:"), None
            )
            if spare is not None or closing is None or tokens[closing].text != ",":
                break
            place = closing + 1
            continue
        if token.kinds & RELATIVE:
            break
        if token.kinds & TITLE and place + 1 < count:
            found = phrase_at(tokens, place)
            if found is not None:
                return Cue(at, found.last, found, near=True)
        if token.is_capital and not token.kinds & TEMPORAL:
            end = run_end(tokens, place)
            if end > place:
                return Cue(at, end, phrase_at(tokens, place), near=True)
        if token.low in ("en",) and place + 1 < count and tokens[place + 1].low.endswith("ant"):
            place += 2
            continue
        if token.low == "quant" and place + 2 < count:  # quant à elle
            place += 2 + (tokens[place + 2].low in ("lui", "elle", "eux", "elles"))
            continue
        if token.kinds & PREPOSITION:
            place, inside = _over(tokens, place)
            spare = inside or spare
            continue
        if token.kinds & DETERMINER or token.kinds & PRONOUN:
            following = place + 1
            while following < count and tokens[following].kinds & DETERMINER:
                following += 1
            temporal = following < count and (tokens[following].kinds & TEMPORAL or tokens[following].text[0].isdigit())
            if temporal and not tokens[following].is_capital:
                place = following + 1
                while place < count and (tokens[place].kinds & TEMPORAL or tokens[place].text[0].isdigit()):
                    place += 1
                continue
            found = phrase_at(tokens, place)
            if found is not None:
                return Cue(at, found.last, _told(tokens, found), near=True)
        place += 1
    if spare is not None:
        return Cue(at, spare.last, spare, near=True, joined=False)
    return Cue(at, begin, None, near=True)


def _told(tokens: list[Token], role: Phrase) -> Phrase:
    """A role with the name that stands behind its relative clause, or behind what else belongs to the role: le directeur de la
    station qui vient d'ouvrir, Jean Vial; l'adjointe à la santé à la mairie, Léa Roy."""
    if (role.name and role.name[0] in first_names()) or not kinds[role.head] & HUMAN:
        return role
    relative = role.last < len(tokens) and tokens[role.last].low == "qui"
    for place in range(role.last, min(role.last + 14, len(tokens) - 1)):
        token = tokens[place]
        if token.text == "," and tokens[place + 1].text.split("-")[0] in first_names():
            end = run_end(tokens, place + 1)
            return role._replace(name=tuple(each.text for each in tokens[place + 1 : end])) if end > place + 2 else role
        if not relative and (
            token.text == "," or token.kinds & (HUMAN | RELATIVE | ONLY_VERB) or token.text[0] in _STOPS
        ):
            break
    return role


def _over(tokens: list[Token], place: int) -> tuple[int, Phrase | None]:
    """Behind a preposition and its noun phrase, and the name at the end of it that may be the subject after all."""
    count = len(tokens)
    place += 1
    while place < count and (tokens[place].kinds & (PREPOSITION | DETERMINER)) and not tokens[place].is_capital:
        place += 1
    if place >= count:
        return place, None
    if tokens[place].is_capital and tokens[place].text[0].isalpha():
        end = run_end(tokens, place)
        cut = media_end(tokens, place, end)
        if cut == end and tokens[place].text not in first_names():  # à La Dépêche du Midi André
            cut = next((each for each in range(place + 1, end) if tokens[each].text in first_names()), end)
        return cut if cut > place else place + 1, None
    words = 0
    while place < count and words < 3:
        token = tokens[place]
        if not token.text[0].isalnum() or token.kinds & (
            DETERMINER | PREPOSITION | PRONOUN | RELATIVE | TEMPORAL | TITLE
        ):
            break
        if token.is_capital:
            end = run_end(tokens, place)
            # pour le quotidien francilien Gilles Boeuf: the subject, unless another comes
            inside = Phrase(place, end, tuple(each.text for each in tokens[place:end]))
            return end, inside
        words += 1
        place += 1
    return place, None


_FORMULAS = {
    first: [words.split() for words in formulas]
    for first, formulas in {
        "à": ("à en croire", "à entendre", "à écouter"),
        "a": ("a en croire",),
        "si": ("si l' on en croit", "si on en croit"),
        "dixit": ("dixit",),
        "de": ("de l' aveu", "de l' avis"),
        "dans": ("dans les mots",),
        "au": ("au dire",),
    }.items()
}
"""Word → the formulas that begin with it and are followed by the speaker, their words apart."""

_THE_LAST = ("croire", "entendre", "écouter")
"""À l'en croire, à les entendre: whose speaker the pronoun before the verb stands for."""

ACCORDING = frozenset(("selon", "d'", "aux", "pour", *_FORMULAS))
"""Words that what `according` reads begins with."""


_ARTICLES = frozenset("le la l' les des ses".split())
_WORDS = frozenset("mot mots termes propos propres dires formule expression témoignage récit aveu".split())


def according(tokens: list[Token], at: int, *, after: bool) -> Cue | None:
    """selon X, d'après X, aux yeux de X, à en croire X, à l'en croire, dixit X; before a quote also pour X."""
    count = len(tokens)
    low = tokens[at].low
    place = at
    if low == "selon":
        place = at + 1
    elif low == "d'" and at + 1 < count and tokens[at + 1].low == "après":
        place = at + 2
    elif (
        low == "aux"
        and at + 2 < count
        and tokens[at + 1].low in ("yeux", "dires")
        and tokens[at + 2].low in ("de", "du", "des", "d'")
    ):
        place = at + 3
        if tokens[at + 2].low in ("du", "des"):
            tokens = [
                *tokens[: at + 2],
                _article(tokens[at + 2]),
                *tokens[at + 3 :],
            ]
            place = at + 2
    elif low == "pour" and not after:
        place = at + 1 + (at + 1 < count and tokens[at + 1].low == "reprendre")
    elif low in _FORMULAS:
        words = [each.low for each in tokens[at : at + 5]]
        if low == "à" and len(words) > 2 and words[1] in ("l'", "les"):  # à l'en croire
            verb = 2 + (words[2] == "en")
            if verb < len(words) and words[verb] in _THE_LAST:
                told = "ils" if words[1] == "les" else "l'"
                return Cue(at, at + verb + 1, Phrase(at + 1, at + 2, (), pronoun=told), near=True)
        length = next((len(each) for each in _FORMULAS[low] if words[: len(each)] == each), 0)
        if not length:
            return None
        place = at + length
        while place + 1 < count and tokens[place].low in ("même", "de", "d'"):  # de l'aveu même de X
            place += 1
    else:
        return None
    while (
        place + 2 < count
        and tokens[place].low in _ARTICLES
        and tokens[place + 1].low in _WORDS
        and (tokens[place].low in ("les", "des", "ses") or tokens[place + 2].low in ("de", "d'", "du"))
    ):
        place += 2 + (tokens[place + 1].low == "propres")
        if place < count and tokens[place].low in ("de", "d'", "du"):
            place += tokens[place].low != "du"
    if place >= count:
        return None
    if tokens[place].low in ("lui", "elle", "eux", "elles"):
        low = {"lui": "il", "eux": "ils"}.get(tokens[place].low, tokens[place].low)
        return Cue(at, place + 1, Phrase(place, place + 1, (), pronoun=low), near=True)
    if tokens[place].low == "du":
        tokens = [*tokens[:place], _article(tokens[place]), *tokens[place + 1 :]]
    found = phrase_at(tokens, place)
    if found is None:
        return None
    if found.head in ("source", "sources", "information", "informations") and "franceinfo" in [
        each.low for each in tokens[place : found.last + 3]
    ]:
        return None
    if low == "pour" and not (found.name or found.pronoun or kinds[found.head] & (HUMAN | ORGANISATION)):
        return None
    return Cue(at, found.last, found, near=True)


def introduction(tokens: list[Token], quote: int, *, whole: bool = False) -> Cue | None:
    """What introduces the quote at a token: X a affirmé que «, X dénonce «, X : «.

    Looked for behind the quote before it, or in the `whole` sentence.
    """
    begin = 0 if whole else quote
    while begin > 0 and tokens[begin - 1].text[0] != QUOTE:
        begin -= 1
    if (like := _as_told(tokens, begin, quote)) is not None:
        return like
    verb = _verb_before(tokens, begin, quote)
    if verb is None and begin > 0:  # X a expliqué que « … » était «
        begin = 0
        verb = _verb_before(tokens, begin, quote)
    if verb is None:
        return None
    first, last = verb
    near = _leads(tokens, last, quote)
    if tokens[first].kinds & INVERTED:  # mais, regrette-t-elle, «
        return Cue(first, last, _pronoun(tokens, first), near=near)
    if not near and (quote - last > 12 or tokens[first].kinds & SPEECH == INFINITIVE):
        return None
    if not near and tokens[quote - 1].text == "," and _is_subordinate(tokens, first):
        return None  # lorsque X a annoncé la réouverture, «
    behind = _behind(tokens, last, quote)
    if behind is not None and any(each.text == "," for each in tokens[last : behind.first]):
        return Cue(first, last, behind, near=False)  # Alors que X réagit, Y l'insulte :
    subject = None if begin > 0 and first - begin < 3 else subject_before(tokens, first, begin)
    if first > 0 and tokens[first - 1].text == "," and last < quote and not tokens[first].kinds & GERUND:
        inverted = phrase_at(tokens, last) or _with_subject(tokens, first, last).speaker  # rappelle la radio, selon qui
        if inverted is not None and inverted.last != quote and speaks(inverted) and not inverted.pronoun:
            subject = inverted
    if behind is not None and (
        subject is None or (first > 1 and "comme" in (tokens[first - 1].low, tokens[first - 2].low))
    ):
        return Cue(first, last, behind, near=False)  # comme le confie son père :
    if subject is not None and not speaks(subject) and (outer := _verb_before(tokens, 0, subject.first)) is not None:
        main = subject_before(tokens, outer[0], 0)  # X a évoqué le cas d'un jeune qui se serait fait «
        if main is not None and speaks(main):
            return Cue(*outer, main, near=False)
    if subject is not None and not speaks(subject) and (inner := _antecedent(tokens, first, begin)) is not None:
        return Cue(first, last, inner, near=False)  # l'interpellation de l'auteur du tag, qui se justifie : «
    if subject is not None and _is_impersonal(tokens, first, subject):
        subject = subject._replace(pronoun="on")
    return Cue(first, last, subject, near=near, joined=subject is not None and _is_beside(tokens, subject.last, first))


def _antecedent(tokens: list[Token], verb: int, begin: int) -> Phrase | None:
    """Whom « qui » before a verb stands for, if somebody: what ends right before « qui », or before its comma."""
    place = verb - 1
    while place > begin and tokens[place].kinds & (CLITIC | ADVERB):
        place -= 1
    if place <= begin or tokens[place].low != "qui":
        return None
    end = place - (tokens[place - 1].text == ",")
    for first in range(end - 1, max(begin, end - 14) - 1, -1):
        if tokens[first].kinds & (DETERMINER | TITLE | CAPITAL):
            phrase = phrase_at(tokens, first)
            if phrase is not None and phrase.last == end and (phrase.name or kinds[phrase.head] & HUMAN):
                longer = (
                    phrase_at(tokens, first - 1) if first > begin and tokens[first - 1].kinds & DETERMINER else None
                )
                return longer if longer is not None and longer.last == end else phrase
    return None


def _is_impersonal(tokens: list[Token], verb: int, subject: Phrase) -> bool:
    """il était ainsi écrit que"""
    between = [token.low for token in tokens[subject.last : verb]]
    return subject.pronoun == "il" and not {"s'", "se"} & set(between) and bool(_BEING & {*between, tokens[verb].low})


def speaks(phrase: Phrase) -> bool:
    """Whether a phrase can stand for a speaker: a name, a pronoun, a role of people."""
    return bool(phrase.name or phrase.pronoun or kinds[phrase.head] & _SPEAKING)


_SPEAKING = HUMAN | ORGANISATION


def _is_subordinate(tokens: list[Token], verb: int) -> bool:
    """Whether the clause of a verb begins with a conjunction of time or of condition."""
    for token in reversed(tokens[:verb]):
        if token.text in ",;:":
            return False
        if token.low in ("lorsque", "lorsqu'", "quand", "si", "après", "alors", "depuis"):
            return True
    return False


def _is_beside(tokens: list[Token], last: int, verb: int) -> bool:
    """Whether nothing but small words stands between a subject and its verb."""
    return last <= verb and all(token.kinds & (CLITIC | ADVERB) for token in tokens[last:verb])


def _as_told(tokens: list[Token], begin: int, quote: int) -> Cue | None:
    """comme l'explique X, qui préside le comité : «"""
    if tokens[quote - 1].text != ":":
        return None
    for place in range(begin, quote - 2):
        if tokens[place].low == "comme":
            verb = place + 1
            while verb < quote and tokens[verb].kinds & CLITIC and not tokens[verb].kinds & (FINITE | AUXILIARY):
                verb += 1
            if tokens[verb].kinds & AUXILIARY:
                verb = _participle(tokens, verb)
            if tokens[verb].kinds & (FINITE | PARTICIPLE):
                cue = _with_subject(tokens, place, verb + 1)
                if cue.speaker is not None and speaks(cue.speaker) and cue.last <= quote:
                    return cue._replace(joined=False)
    return None


def _behind(tokens: list[Token], last: int, quote: int) -> Phrase | None:
    """The last phrase that speaks between a verb and the colon before a quote."""
    if tokens[quote - 1].text != ":":
        return None
    found = [each for each in phrases(tokens, last, quote) if not _depends(tokens, each)]
    return found[-1] if found and (found[-1].name or kinds[found[-1].head] & HUMAN) else None


def _leads(tokens: list[Token], last: int, quote: int) -> bool:
    """Whether nothing but que, a colon, a few small words stand between a verb and a quote."""
    between = tokens[last:quote]
    return len(between) <= 2 or between[-1].text == ":" or between[-1].low in ("que", "qu'")


def _verb_before(tokens: list[Token], begin: int, quote: int) -> tuple[int, int] | None:
    """The nearest verb that reports, before a quote: its first token (of the auxiliary), and the token behind the verb."""
    for place in range(quote - 1, begin - 1, -1):
        token = tokens[place]
        if token.text in ";." or (token.text == ":" and place < quote - 1):
            return None
        kinds = token.kinds
        if kinds & INVERTED and kinds & FINITE:
            return place, place + 1
        if not kinds & SPEECH or (token.low in _DOING and tokens[place + 1].low not in _DONE):
            continue
        before = tokens[place - 1] if place > 0 else None
        if kinds & PARTICIPLE:
            auxiliary = place - 1
            while (
                auxiliary >= 0
                and place - auxiliary < 6
                and (tokens[auxiliary].kinds & (ADVERB | CLITIC) or tokens[auxiliary].low in _ASIDE)
                and not tokens[auxiliary].kinds & AUXILIARY
            ):
                auxiliary -= 1
            if (
                auxiliary >= 0
                and tokens[auxiliary].kinds & AUXILIARY
                and not (tokens[auxiliary].low in _BEING and not _is_reflexive(tokens, auxiliary))
            ):
                return auxiliary, place + 1
        if before is not None and before.kinds & DETERMINER and not before.kinds & CLITIC:
            continue
        if (
            before is not None
            and before.low in ("le", "la", "les", "l'")
            and not (place > 1 and (tokens[place - 2].kinds & (PRONOUN | CLITIC) or tokens[place - 2].low == "comme"))
            and not (place > 1 and tokens[place - 2].is_capital)
        ):
            continue
        if (
            before is not None
            and before.low in ("de", "du", "des", "d'", "au", "aux", "par", "à", "en", "pour", "sans")
            and not kinds & (GERUND | INFINITIVE)
        ):
            continue
        if kinds & (FINITE | GERUND | INFINITIVE):
            return place, place + 1
    return None


def _is_reflexive(tokens: list[Token], auxiliary: int) -> bool:
    return auxiliary > 0 and tokens[auxiliary - 1].low in ("s'", "se")


def subject_before(tokens: list[Token], verb: int, begin: int) -> Phrase | None:
    """The subject of the verb at a token: the phrase before the verb, over asides; of a gerund the subject of the sentence."""
    free = [
        phrase
        for phrase in phrases(tokens, begin, verb)
        if not _depends(tokens, phrase) and not _is_temporal(tokens, phrase)
    ]
    if not free:
        return None
    kinds = tokens[verb].kinds
    before = verb - 1
    while (
        before > begin and tokens[before].kinds & (CLITIC | ADVERB) and not tokens[before].kinds & (PRONOUN | RELATIVE)
    ):
        before -= 1
    if (kinds & (GERUND | INFINITIVE) and not kinds & FINITE) or tokens[before].low in ("et", "puis", "mais"):
        if tokens[begin].low in _SUBORDINATE:  # Alors qu'on lui prête …, X a éludé la question, disant «
            return subject_among(tokens, free) if begin == 0 else free[0]
        fronted = len(free) > 1 and tokens[free[0].last].text == "," and free[1].first == free[0].last + 1
        if fronted and not speaks(free[0]):
            return free[1]  # Ces contacts, X les a justifiés en disant «
        if (
            not speaks(free[0]) and kinds & GERUND and not kinds & FINITE
        ):  # Ce revers n'a pas empêché X de sourire, disant «
            return next((each for each in phrases(tokens, begin, verb) if each.name and speaks(each)), free[0])
        return free[0]
    nearest = free[-1]
    if not speaks(nearest) and not nearest.pronoun:  # X, la main tremblante, a remercié
        spoken = [each for each in free if speaks(each) and tokens[each.last].text == ","]
        nearest = spoken[-1] if spoken else nearest
        return nearest
    if nearest.pronoun or len(free) == 1:
        return nearest
    if (
        nearest.last < len(tokens)
        and (tokens[nearest.last].text == "," or nearest.last <= before)
        and nearest.first > begin
    ):
        # Gérard Collomb, cité par Le Courrier, parle; Georges K., à qui X avait laissé les clés de la ville, estime
        comma = next((place for place in range(before, begin, -1) if tokens[place].text == ","), None)
        opening = next((place for place in range((comma or 0) - 1, begin, -1) if tokens[place].text == ","), None)
        if comma is not None and opening is not None and comma >= nearest.last - 1 and before - comma <= 2:
            outer = [phrase for phrase in free if phrase.last == opening]
            if not outer and tokens[opening + 1].kinds & RELATIVE:  # X, député du Rhône, qui fut son adjoint, parle
                outer = [phrase for phrase in free if phrase.last < opening and phrase.name][:1]
            if outer:
                return outer[-1]
        if comma is not None and comma >= nearest.last and opening is None and free[0].last < nearest.first:
            outer = [
                phrase
                for phrase in free
                if phrase.last < len(tokens) and tokens[phrase.last].text == "," and phrase is not nearest
            ]
            if outer:
                return outer[-1]
    return nearest


def _commas(tokens: list[Token], first: int, last: int) -> int:
    return sum(token.text == "," for token in tokens[first:last])


def phrases(tokens: list[Token], begin: int, end: int, *, names: bool = False) -> list[Phrase]:
    """The noun phrases between two tokens, ascending and disjoint; with `names`, behind the first only those with a name."""
    found: list[Phrase] = []
    read = begin
    capital = -1  # the next word with a capital
    places = [each for each, token in enumerate(tokens[begin:end], begin) if token.kinds & _BEGINS_PHRASE]
    capitals = iter([each for each in places if tokens[each].kinds & CAPITAL]) if names else iter(())
    for place in places:
        if place < read:
            continue
        kind = tokens[place].kinds
        if kind & (AUXILIARY | ADVERB) and not kind & (DETERMINER | PRONOUN):
            continue
        if kind & CAPITAL:
            if kind & (PREPOSITION | TEMPORAL):
                continue
            if place == 0 and not kind & (DETERMINER | PRONOUN | TITLE) and not _begins_name(tokens):
                continue
        elif names and found and not kind & TITLE:
            if kind & PRONOUN:
                continue
            while capital <= place:
                capital = next(capitals, end)
            if capital > place + 13:
                continue
        phrase = phrase_at(tokens, place)
        if phrase is not None and phrase.last <= end:
            found.append(phrase)
            read = phrase.last
    return found


_BEGINS_PHRASE = DETERMINER | PRONOUN | TITLE | CAPITAL


def _begins_name(tokens: list[Token]) -> bool:
    """Whether the word that begins a sentence begins a name: Macron, Jean Vial, Président Macron, not Mais Jean Vial."""
    token = tokens[0]
    if not token.kinds & COMMON and not token.kinds & (PREPOSITION | CLITIC | ADVERB):
        return True
    goes_on = len(tokens) > 1 and tokens[1].is_capital
    if goes_on and token.kinds & HUMAN:
        return True
    if goes_on and token.text.isupper() and token.text.title() in first_names():
        return run_end(tokens, 0) < len(tokens)  # LÉA ROY : …, but not a headline
    return token.text in first_names()


_OF_OR_TO = frozenset("de du des d' au aux".split())


def _depends(tokens: list[Token], phrase: Phrase) -> bool:
    """Whether a preposition stands before a phrase."""
    if phrase.first == 0:
        return False
    before = tokens[phrase.first - 1]
    if before.low in _OF_OR_TO:
        return True
    if phrase.name and phrase.name[0].isupper() and before.kinds & HUMAN and not before.is_capital:  # député LREM
        return True
    return bool(before.kinds & PREPOSITION and not before.kinds & DETERMINER)


def _independent(tokens: list[Token], found: list[Phrase]) -> Iterator[Phrase]:
    """Those of some phrases that no preposition stands before, nor before a name joined to them: pour X et Y."""
    ends = -1  # where a name ends that depends on a preposition
    listing = False
    for phrase in found:
        before = tokens[phrase.first - 1].low if phrase.first else ""
        joined = phrase.first == ends + 1 and phrase.name and not phrase.determiner
        if before == "comme":  # des absents comme X, Y ou Z
            listing = True
        elif not (joined and (before in ("et", "ou") or (listing and before == ","))) and not _depends(tokens, phrase):
            ends, listing = -1, False
            yield phrase
            continue
        ends = phrase.last if phrase.name else -1


def subject_of(tokens: list[Token]) -> Phrase | None:
    """The first phrase of a sentence that no preposition stands before: mostly its subject."""
    return subject_among(tokens, phrases(tokens, 0, min(len(tokens), 24)))


def agent_among(tokens: list[Token], found: list[Phrase]) -> Phrase | None:
    """The one of some phrases that acts in a passive clause: l'absence de réaction a été pointée par le procureur Vial."""
    for phrase in found:
        person = phrase.name and (not phrase.determiner or kinds[phrase.head] & HUMAN)
        if person and phrase.first > 1 and tokens[phrase.first - 1].low == "par":
            return phrase
    return None


def approving(tokens: list[Token]) -> Phrase | None:
    """Who shares what was said before, in a sentence that leads to a quote: Un avis partagé par X. « … »"""
    for place in range(len(tokens) - 2):
        if tokens[place].low in _SHARED and tokens[place + 1].low == "par":
            return phrase_at(tokens, place + 2)
        if tokens[place].low == "citant":
            return phrase_at(tokens, place + 1)
    return None


def subject_among(tokens: list[Token], found: list[Phrase]) -> Phrase | None:
    """The first of some phrases that no preposition stands before; rather one that a verb follows, in the main clause."""
    if tokens and tokens[0].low not in _SUBORDINATE:
        # Mostly the first phrase is the subject, and the others need not be looked at.
        for phrase in _independent(tokens, found):
            if not (
                (phrase.first and tokens[phrase.first - 1].kinds & ONLY_VERB)
                or _is_temporal(tokens, phrase)
                or not _acts(tokens, phrase)
            ):
                return phrase
    free = [phrase for phrase in _independent(tokens, found) if not _is_temporal(tokens, phrase)]
    free = [each for each in free if each.first == 0 or not tokens[each.first - 1].kinds & ONLY_VERB] or free
    if free and tokens[0].low in _SUBORDINATE:
        comma = next((place for place, token in enumerate(tokens) if token.text == ","), 0)
        free = [phrase for phrase in free if phrase.first > comma] or free
    return next((phrase for phrase in free if _acts(tokens, phrase)), free[0] if free else None)


def _acts(tokens: list[Token], phrase: Phrase) -> bool:
    """Whether a verb follows a phrase, at once or behind an aside between commas."""
    place = phrase.last
    if place < len(tokens) and tokens[place].text == "(":
        place = next(
            (each + 1 for each in range(place, min(place + 16, len(tokens))) if tokens[each].text == ")"), place
        )
    if place < len(tokens) and tokens[place].text == ",":
        for closing in range(place + 1, min(place + 16, len(tokens))):
            if tokens[closing].kinds & COMMA:
                place = closing + 1
                break
        else:
            return False
    while place < len(tokens) and tokens[place].kinds & (CLITIC | ADVERB) and not tokens[place].kinds & AUXILIARY:
        place += 1
    return place < len(tokens) and bool(tokens[place].kinds & (AUXILIARY | FINITE | VERB))


def _is_temporal(tokens: list[Token], phrase: Phrase) -> bool:
    return (
        not phrase.pronoun
        and not phrase.name
        and phrase.first + 1 < len(tokens)
        and bool(tokens[phrase.first + 1].kinds & TEMPORAL)
    )
